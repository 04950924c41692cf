% A drug that is not preferred after the preferred one failed; how long that was tried is a day less than asked for: criteria_not_met.

request(day_short, erenumab, initial, 2019-09-02).
prescriber_specialty(day_short, neurology).
indication(day_short, migraine_without_aura).
by_ichd(day_short, migraine_without_aura).
overuse_excluded(day_short).
migraine_days(day_short, 1, 8).
migraine_days(day_short, 2, 8).
migraine_days(day_short, 3, 7).
trial(day_short, amitriptyline, 56).
failed(day_short, amitriptyline).
trial(day_short, candesartan, 40).
failed(day_short, candesartan).
trial(day_short, galcanezumab, 89).
failed(day_short, galcanezumab).
-contraindicated(day_short, galcanezumab).

% What a policy test expects.
expect(day_short, criteria_not_met).
expect(day_short, specialist, met).
expect(day_short, prescribed_by_specialist, met).
expect(day_short, prescribed_with_specialist, not_documented).
expect(day_short, diagnosis, met).
expect(day_short, medication_overuse, met).
expect(day_short, migraine_days, met).
expect(day_short, preventives, met).
expect(day_short, preferred_drug, not_met).
expect(day_short, preferred_requested, not_met).
expect(day_short, preferred_failed, not_met).
expect(day_short, preferred_contraindicated, not_met).
