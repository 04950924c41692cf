% Coronary artery disease, and muscle symptoms with one statin that came back with another, of high intensity: meets_criteria.

request(symptoms, evolocumab, initial, 2025-06-16).
birth_date(symptoms, 1958-12-01).
indication(symptoms, 'CAD').
muscle_symptoms(symptoms, simvastatin).
resolved_after_stopping(symptoms, simvastatin).
came_back(symptoms, rosuvastatin, 20).

% What a policy test expects.
expect(symptoms, meets_criteria).
expect(symptoms, age, met).
expect(symptoms, diagnosis, met).
expect(symptoms, established_disease, met).
expect(symptoms, primary_hyperlipidemia, not_documented).
expect(symptoms, statin_therapy, met).
expect(symptoms, inadequate_response_in_established_disease, not_documented).
expect(symptoms, inadequate_response_in_primary_hyperlipidemia, not_documented).
expect(symptoms, rhabdomyolysis, not_documented).
expect(symptoms, muscle_symptoms_in_established_disease, met).
expect(symptoms, muscle_symptoms_in_primary_hyperlipidemia, not_documented).
