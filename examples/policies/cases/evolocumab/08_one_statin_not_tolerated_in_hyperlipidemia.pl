% Primary hyperlipidemia with diabetes, and symptoms with atorvastatin; of rosuvastatin nothing is documented: more_information_needed.

request(one_statin, evolocumab, initial, 2025-06-16).
birth_date(one_statin, 1958-12-01).
indication(one_statin, primary_hyperlipidemia).
history(one_statin, 'T2DM').
complete(one_statin, history).
muscle_symptoms(one_statin, atorvastatin).
resolved_after_stopping(one_statin, atorvastatin).
complete(one_statin, course).

% What a policy test expects.
expect(one_statin, more_information_needed).
expect(one_statin, age, met).
expect(one_statin, diagnosis, met).
expect(one_statin, established_disease, not_met).
expect(one_statin, primary_hyperlipidemia, met).
expect(one_statin, statin_therapy, not_documented).
expect(one_statin, inadequate_response_in_established_disease, not_met).
expect(one_statin, inadequate_response_in_primary_hyperlipidemia, not_met).
expect(one_statin, rhabdomyolysis, not_documented).
expect(one_statin, muscle_symptoms_in_established_disease, not_met).
expect(one_statin, muscle_symptoms_in_primary_hyperlipidemia, not_documented).
