% Coronary artery disease, and muscle symptoms with one statin that came back with another, of high intensity: meets_criteria.

request(symptoms, evolocumab, initial, 2025-06-16).
birth_date(symptoms, 1958-12-01).
indication(symptoms, 'CAD').
muscle_symptoms(symptoms, simvastatin).
resolved_after_stopping(symptoms, simvastatin).
came_back(symptoms, rosuvastatin, 20).
