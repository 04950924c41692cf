% Which oral preventives count, two of which are to have failed, and which specialists.

% Two that were tried for long enough; whether they failed is open. Each of these counts.
request(venlafaxine_counts, erenumab, initial, 2019-03-11).
trial(venlafaxine_counts, metoprolol, 60).
trial(venlafaxine_counts, venlafaxine, 60).
complete(venlafaxine_counts, trial).

expect(venlafaxine_counts, more_information_needed).
expect(venlafaxine_counts, preventives, not_documented).

request(atenolol_counts, erenumab, initial, 2019-03-11).
failed(atenolol_counts, atenolol).
failed(atenolol_counts, venlafaxine).
trial(atenolol_counts, atenolol, 60).
trial(atenolol_counts, venlafaxine, 60).
complete(atenolol_counts, failed).

expect(atenolol_counts, more_information_needed).
expect(atenolol_counts, preventives, met).

request(lisinopril_counts, erenumab, initial, 2019-03-11).
failed(lisinopril_counts, lisinopril).
failed(lisinopril_counts, timolol).
trial(lisinopril_counts, lisinopril, 60).
trial(lisinopril_counts, timolol, 60).

expect(lisinopril_counts, more_information_needed).
expect(lisinopril_counts, preventives, met).

% A drug that failed and is no preventive by mouth does not count.
request(other_trials, erenumab, initial, 2019-03-11).
failed(other_trials, propranolol).
failed(other_trials, fremanezumab).
trial(other_trials, propranolol, 60).
trial(other_trials, fremanezumab, 60).
complete(other_trials, failed).

expect(other_trials, criteria_not_met).
expect(other_trials, preventives, not_met).

% A specialist in something else was consulted; whether a neurologist or pain specialist was is open.
request(family_medicine_consulted, erenumab, initial, 2019-03-11).
consulted(family_medicine_consulted, family_medicine).

expect(family_medicine_consulted, more_information_needed).
expect(family_medicine_consulted, prescribed_with_specialist, not_documented).
expect(family_medicine_consulted, specialist, not_documented).
