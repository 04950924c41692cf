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
