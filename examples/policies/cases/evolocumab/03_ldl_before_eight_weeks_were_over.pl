% The only LDL cholesterol was measured before eight weeks were over, and no later one is documented: more_information_needed.

request(too_early, evolocumab, initial, 2025-06-16).
birth_date(too_early, 1961-02-17).
indication(too_early, 'peripheral artery disease').
course(too_early, rosuvastatin, 20, 2025-03-01, 2025-06-16).
ldl(too_early, 2025-04-12, 96).
complete(too_early, course).
complete(too_early, rhabdomyolysis).
complete(too_early, muscle_symptoms).
complete(too_early, came_back).

% What a policy test expects.
expect(too_early, more_information_needed).
expect(too_early, age, met).
expect(too_early, diagnosis, met).
expect(too_early, established_disease, met).
expect(too_early, primary_hyperlipidemia, not_documented).
expect(too_early, statin_therapy, not_documented).
expect(too_early, inadequate_response_in_established_disease, not_documented).
expect(too_early, inadequate_response_in_primary_hyperlipidemia, not_met).
expect(too_early, rhabdomyolysis, not_met).
expect(too_early, muscle_symptoms_in_established_disease, not_met).
expect(too_early, muscle_symptoms_in_primary_hyperlipidemia, not_met).
