% A drug that is not preferred, where the preferred one is contraindicated, prescribed with a pain specialist: meets_criteria. Two
% preventives of one group failed, which is enough.

request(contraindication, ajovy, initial, 2019-03-11).
prescriber_specialty(contraindication, 'family practice').
consulted(contraindication, 'pain management').
indication(contraindication, chronic_migraine).
by_ichd(contraindication, migraine_with_aura).
overuse_excluded(contraindication).
migraine_days(contraindication, 1, 16).
migraine_days(contraindication, 2, 18).
migraine_days(contraindication, 3, 15).
trial(contraindication, propranolol, 45).
failed(contraindication, propranolol).
trial(contraindication, 'Toprol XL', 30).
failed(contraindication, 'Toprol XL').
contraindicated(contraindication, galcanezumab).

% What a policy test expects.
expect(contraindication, meets_criteria).
expect(contraindication, specialist, met).
expect(contraindication, prescribed_by_specialist, not_met).
expect(contraindication, prescribed_with_specialist, met).
expect(contraindication, diagnosis, met).
expect(contraindication, medication_overuse, met).
expect(contraindication, migraine_days, met).
expect(contraindication, preventives, met).
expect(contraindication, preferred_drug, met).
expect(contraindication, preferred_requested, not_met).
expect(contraindication, preferred_failed, not_documented).
expect(contraindication, preferred_contraindicated, met).
