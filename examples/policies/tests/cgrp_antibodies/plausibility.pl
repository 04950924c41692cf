% What cannot be, one thing in each case.

request(fewer_than_no_days, erenumab, initial, 2019-03-11).
migraine_days(fewer_than_no_days, 1, -1).

expect(fewer_than_no_days, conflicting_evidence).

request(no_days_is_possible, erenumab, initial, 2019-03-11).
migraine_days(no_days_is_possible, 1, 0).

expect(no_days_is_possible, criteria_not_met).

request(more_than_a_month, erenumab, initial, 2019-03-11).
migraine_days(more_than_a_month, 1, 32).

expect(more_than_a_month, conflicting_evidence).

request(this_month, erenumab, initial, 2019-03-11).
migraine_days(this_month, 0, 4).

expect(this_month, conflicting_evidence).

request(trial_of_no_days, erenumab, initial, 2019-03-11).
trial(trial_of_no_days, propranolol, 0).

expect(trial_of_no_days, conflicting_evidence).
