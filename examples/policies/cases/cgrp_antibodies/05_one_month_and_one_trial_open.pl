% Of one month the number of migraine days is not documented, nor how long the second preventive was tried: more_information_needed.

request(two_open, galcanezumab, initial, 2019-03-11).
prescriber_specialty(two_open, neurology).
indication(two_open, migraine).
by_ichd(two_open, migraine_with_aura).
overuse_excluded(two_open).
migraine_days(two_open, 1, 5).
migraine_days(two_open, 3, 6).
trial(two_open, depakote, 70).
failed(two_open, depakote).
failed(two_open, timolol).
complete(two_open, failed).

% What a policy test expects.
expect(two_open, more_information_needed).
expect(two_open, specialist, met).
expect(two_open, prescribed_by_specialist, met).
expect(two_open, prescribed_with_specialist, not_documented).
expect(two_open, diagnosis, met).
expect(two_open, medication_overuse, met).
expect(two_open, migraine_days, not_documented).
expect(two_open, preventives, not_documented).
expect(two_open, preferred_drug, not_applicable).
expect(two_open, preferred_requested, met).
expect(two_open, preferred_failed, not_met).
expect(two_open, preferred_contraindicated, not_documented).
