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
