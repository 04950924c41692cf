% Primary hyperlipidemia with a calcium score of exactly 300, and ezetimibe over the last eight of eleven weeks of a statin:
% meets_criteria. LDL cholesterol is exactly 70 mg/dL.

request(with_ezetimibe, repatha, initial, 2025-06-16).
birth_date(with_ezetimibe, 1974-09-30).
indication(with_ezetimibe, 'HeFH').
calcium_score(with_ezetimibe, 300).
course(with_ezetimibe, crestor, 20, 2025-03-20, 2025-06-05).
course(with_ezetimibe, zetia, 10, 2025-04-11, 2025-06-16).
ldl(with_ezetimibe, 2025-06-06, 70).
quantity(with_ezetimibe, 3, 28).

% What a policy test expects.
expect(with_ezetimibe, meets_criteria).
expect(with_ezetimibe, age, met).
expect(with_ezetimibe, diagnosis, met).
expect(with_ezetimibe, established_disease, not_documented).
expect(with_ezetimibe, primary_hyperlipidemia, met).
expect(with_ezetimibe, statin_therapy, met).
expect(with_ezetimibe, inadequate_response_in_established_disease, not_documented).
expect(with_ezetimibe, inadequate_response_in_primary_hyperlipidemia, met).
expect(with_ezetimibe, rhabdomyolysis, not_documented).
expect(with_ezetimibe, muscle_symptoms_in_established_disease, not_documented).
expect(with_ezetimibe, muscle_symptoms_in_primary_hyperlipidemia, not_documented).
