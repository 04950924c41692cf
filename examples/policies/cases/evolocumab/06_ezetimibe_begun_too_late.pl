% As 05, but ezetimibe began a day later, so that both were taken for 55 days: criteria_not_met. That there is no cardiovascular
% disease is documented.

request(ezetimibe_late, repatha, initial, 2025-06-16).
birth_date(ezetimibe_late, 1974-09-30).
indication(ezetimibe_late, 'HeFH').
complete(ezetimibe_late, history).
calcium_score(ezetimibe_late, 300).
course(ezetimibe_late, crestor, 20, 2025-03-20, 2025-06-05).
course(ezetimibe_late, zetia, 10, 2025-04-12, 2025-06-16).
complete(ezetimibe_late, course).
ldl(ezetimibe_late, 2025-06-06, 70).
complete(ezetimibe_late, rhabdomyolysis).
complete(ezetimibe_late, muscle_symptoms).

% What a policy test expects.
expect(ezetimibe_late, criteria_not_met).
expect(ezetimibe_late, age, met).
expect(ezetimibe_late, diagnosis, met).
expect(ezetimibe_late, established_disease, not_met).
expect(ezetimibe_late, primary_hyperlipidemia, met).
expect(ezetimibe_late, statin_therapy, not_met).
expect(ezetimibe_late, inadequate_response_in_established_disease, not_met).
expect(ezetimibe_late, inadequate_response_in_primary_hyperlipidemia, not_met).
expect(ezetimibe_late, rhabdomyolysis, not_met).
expect(ezetimibe_late, muscle_symptoms_in_established_disease, not_met).
expect(ezetimibe_late, muscle_symptoms_in_primary_hyperlipidemia, not_met).
