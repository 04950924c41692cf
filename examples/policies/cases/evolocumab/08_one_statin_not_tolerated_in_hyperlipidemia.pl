% Primary hyperlipidemia with diabetes, and symptoms with atorvastatin; of rosuvastatin nothing is documented: more_information_needed.

request(one_statin, evolocumab, initial, 2025-06-16).
birth_date(one_statin, 1958-12-01).
indication(one_statin, primary_hyperlipidemia).
history(one_statin, 'T2DM').
complete(one_statin, history).
muscle_symptoms(one_statin, atorvastatin).
resolved_after_stopping(one_statin, atorvastatin).
complete(one_statin, course).
