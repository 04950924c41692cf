% As 01, but a drug that is not preferred, without a trial of the preferred one, of which the record is complete: criteria_not_met.

request(other_first, aimovig, initial, 2019-03-11).
prescriber_specialty(other_first, neurologist).
indication(other_first, migraine).
by_ichd(other_first, migraine_without_aura).
overuse_excluded(other_first).
migraine_days(other_first, 1, 6).
migraine_days(other_first, 2, 9).
migraine_days(other_first, 3, 5).
trial(other_first, propranolol, 60).
failed(other_first, propranolol).
trial(other_first, topamax, 84).
failed(other_first, topamax).
complete(other_first, trial).
complete(other_first, failed).
complete(other_first, contraindicated).

% What a policy test expects.
expect(other_first, criteria_not_met).
expect(other_first, specialist, met).
expect(other_first, prescribed_by_specialist, met).
expect(other_first, prescribed_with_specialist, not_documented).
expect(other_first, diagnosis, met).
expect(other_first, medication_overuse, met).
expect(other_first, migraine_days, met).
expect(other_first, preventives, met).
expect(other_first, preferred_drug, not_met).
expect(other_first, preferred_requested, not_met).
expect(other_first, preferred_failed, not_met).
expect(other_first, preferred_contraindicated, not_met).
