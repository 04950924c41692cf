% The preferred drug, with four migraine days in each month and two trials of exactly 28 days: meets_criteria, for three months.

request(preferred, emgality, initial, 2019-03-11).

:- source('neurology note, 2019-03-08').
prescriber_specialty(preferred, neurologist).
indication(preferred, migraine).
by_ichd(preferred, migraine_without_aura).
overuse_excluded(preferred).
migraine_days(preferred, 1, 4).
migraine_days(preferred, 2, 9).
migraine_days(preferred, 3, 4).

:- source('pharmacy claims, 2018').
trial(preferred, propranolol, 28).
failed(preferred, propranolol).
trial(preferred, topamax, 84).
failed(preferred, topamax).

:- source('prescription, 2019-03-11').
quantity(preferred, 1, 28).

% What a policy test expects.
expect(preferred, meets_criteria).
expect(preferred, specialist, met).
expect(preferred, prescribed_by_specialist, met).
expect(preferred, prescribed_with_specialist, not_documented).
expect(preferred, diagnosis, met).
expect(preferred, medication_overuse, met).
expect(preferred, migraine_days, met).
expect(preferred, preventives, met).
expect(preferred, preferred_drug, not_applicable).
expect(preferred, preferred_requested, met).
expect(preferred, preferred_failed, not_documented).
expect(preferred, preferred_contraindicated, not_documented).
