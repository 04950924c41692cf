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
