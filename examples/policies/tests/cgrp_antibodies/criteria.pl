% Each criterion not documented, and not met. What is not said of a case is not documented.

request(nothing, erenumab, initial, 2019-03-11).

expect(nothing, more_information_needed).
expect(nothing, specialist, not_documented).
expect(nothing, diagnosis, not_documented).
expect(nothing, medication_overuse, not_documented).
expect(nothing, migraine_days, not_documented).
expect(nothing, preventives, not_documented).
expect(nothing, preferred_drug, not_documented).

request(nothing_renewal, erenumab, renewal, 2019-06-11).

expect(nothing_renewal, more_information_needed).
expect(nothing_renewal, fewer_headaches, not_documented).
expect(nothing_renewal, function, not_documented).
expect(nothing_renewal, toxicity, not_documented).

request(no_specialist, erenumab, initial, 2019-03-11).
prescriber_specialty(no_specialist, internist).
complete(no_specialist, consulted).

expect(no_specialist, criteria_not_met).
expect(no_specialist, prescribed_by_specialist, not_met).
expect(no_specialist, prescribed_with_specialist, not_met).
expect(no_specialist, specialist, not_met).

request(no_migraine_by_ichd, erenumab, initial, 2019-03-11).
indication(no_migraine_by_ichd, migraine).
complete(no_migraine_by_ichd, by_ichd).

expect(no_migraine_by_ichd, criteria_not_met).
expect(no_migraine_by_ichd, diagnosis, not_met).

request(overuse, erenumab, initial, 2019-03-11).
-overuse_excluded(overuse).

expect(overuse, criteria_not_met).
expect(overuse, medication_overuse, not_met).

% Three months ago there were three days.
request(third_month, erenumab, initial, 2019-03-11).
migraine_days(third_month, 1, 4).
migraine_days(third_month, 2, 4).
migraine_days(third_month, 3, 3).

expect(third_month, criteria_not_met).
expect(third_month, migraine_days, not_met).

request(no_days, erenumab, initial, 2019-03-11).
complete(no_days, migraine_days).

expect(no_days, criteria_not_met).
expect(no_days, migraine_days, not_met).

% Preventives: none failed; the trials are not on record.
request(none_failed, erenumab, initial, 2019-03-11).
complete(none_failed, failed).

expect(none_failed, criteria_not_met).
expect(none_failed, preventives, not_met).
expect(none_failed, preferred_failed, not_met).

request(no_trial, erenumab, initial, 2019-03-11).
failed(no_trial, propranolol).
failed(no_trial, topiramate).
complete(no_trial, trial).

expect(no_trial, criteria_not_met).
expect(no_trial, preventives, not_met).

% The preferred drug for exactly 90 days.
request(preferred_for_90_days, erenumab, initial, 2019-03-11).
failed(preferred_for_90_days, galcanezumab).
trial(preferred_for_90_days, galcanezumab, 90).

expect(preferred_for_90_days, more_information_needed).
expect(preferred_for_90_days, preferred_failed, met).
expect(preferred_for_90_days, preferred_drug, met).

% Renewals.
request(not_fewer, erenumab, renewal, 2019-06-11).
-headaches_decreased(not_fewer).

expect(not_fewer, criteria_not_met).
expect(not_fewer, fewer_headaches, not_met).

request(toxic, erenumab, renewal, 2019-06-11).
unacceptable_toxicity(toxic).

expect(toxic, criteria_not_met).
expect(toxic, toxicity, not_met).

request(other_drug, topiramate, initial, 2019-03-11).

expect(other_drug, no_policy_in_force).
