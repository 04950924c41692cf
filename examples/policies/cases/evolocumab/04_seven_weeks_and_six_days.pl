% A day less than eight weeks, and no other course: criteria_not_met.

request(day_less, evolocumab, initial, 2025-06-16).
birth_date(day_less, 1961-02-17).
indication(day_less, stroke).
complete(day_less, history).
course(day_less, atorvastatin, 40, 2025-04-01, 2025-05-25).
complete(day_less, course).
ldl(day_less, 2025-06-10, 120).
complete(day_less, rhabdomyolysis).
complete(day_less, muscle_symptoms).
complete(day_less, came_back).

% What a policy test expects.
expect(day_less, criteria_not_met).
expect(day_less, age, met).
expect(day_less, diagnosis, met).
expect(day_less, established_disease, met).
expect(day_less, primary_hyperlipidemia, not_met).
expect(day_less, statin_therapy, not_met).
expect(day_less, inadequate_response_in_established_disease, not_met).
expect(day_less, inadequate_response_in_primary_hyperlipidemia, not_met).
expect(day_less, rhabdomyolysis, not_met).
expect(day_less, muscle_symptoms_in_established_disease, not_met).
expect(day_less, muscle_symptoms_in_primary_hyperlipidemia, not_met).
