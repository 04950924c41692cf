% Three migraine days in the month before last: criteria_not_met, whatever else is open.

request(three_days, galcanezumab, initial, 2019-03-11).
indication(three_days, migraine).
migraine_days(three_days, 1, 12).
migraine_days(three_days, 2, 3).

% What a policy test expects.
expect(three_days, criteria_not_met).
expect(three_days, specialist, not_documented).
expect(three_days, prescribed_by_specialist, not_documented).
expect(three_days, prescribed_with_specialist, not_documented).
expect(three_days, diagnosis, not_documented).
expect(three_days, medication_overuse, not_documented).
expect(three_days, migraine_days, not_met).
expect(three_days, preventives, not_documented).
expect(three_days, preferred_drug, not_applicable).
expect(three_days, preferred_requested, met).
expect(three_days, preferred_failed, not_documented).
expect(three_days, preferred_contraindicated, not_documented).
