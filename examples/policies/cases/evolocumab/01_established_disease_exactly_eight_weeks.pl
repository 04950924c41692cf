% A heart attack, exactly eight weeks of a high-intensity statin (56 days, the first and the last counted), and an LDL cholesterol of
% exactly 55 mg/dL on the day after: meets_criteria. The higher value before is not the latest.

request(eight_weeks, repatha, initial, 2025-06-16).

:- source('cardiology note, 2025-06-12').
birth_date(eight_weeks, 1961-02-17).
indication(eight_weeks, 'heart attack').
course(eight_weeks, lipitor, 80, 2025-04-01, 2025-05-26).

:- source('laboratory report, 2025-05-27').
ldl(eight_weeks, 2025-03-30, 141).
ldl(eight_weeks, 2025-05-27, 55).

:- source('prescription, 2025-06-16').
quantity(eight_weeks, 2, 28).

% What a policy test expects.
expect(eight_weeks, meets_criteria).
expect(eight_weeks, age, met).
expect(eight_weeks, diagnosis, met).
expect(eight_weeks, established_disease, met).
expect(eight_weeks, primary_hyperlipidemia, not_documented).
expect(eight_weeks, statin_therapy, met).
expect(eight_weeks, inadequate_response_in_established_disease, met).
expect(eight_weeks, inadequate_response_in_primary_hyperlipidemia, not_documented).
expect(eight_weeks, rhabdomyolysis, not_documented).
expect(eight_weeks, muscle_symptoms_in_established_disease, not_documented).
expect(eight_weeks, muscle_symptoms_in_primary_hyperlipidemia, not_documented).
