% Each criterion not documented, and not met. What is not said of a case is not documented.

request(nothing, selinexor, initial, 2024-09-03).

expect(nothing, more_information_needed).
expect(nothing, age, not_documented).
expect(nothing, diagnosis, not_documented).
expect(nothing, dexamethasone, not_documented).
expect(nothing, prior_regimens, not_documented).

% A day before the 18th birthday.
request(child, selinexor, initial, 2024-09-03).
birth_date(child, 2006-09-04).

expect(child, criteria_not_met).
expect(child, age, not_met).

request(no_birth_date, selinexor, initial, 2024-09-03).
complete(no_birth_date, birth_date).

expect(no_birth_date, criteria_not_met).
expect(no_birth_date, age, not_met).

request(born_later, selinexor, initial, 2024-09-03).
birth_date(born_later, 2024-10-01).

expect(born_later, conflicting_evidence).
expect(born_later, age, not_met).

request(no_indication, selinexor, initial, 2024-09-03).
complete(no_indication, indication).

expect(no_indication, criteria_not_met).
expect(no_indication, diagnosis, not_met).

request(alone, selinexor, initial, 2024-09-03).
complete(alone, combination).

expect(alone, criteria_not_met).
expect(alone, dexamethasone, not_met).
expect(alone, two_regimens_with_pomalidomide, not_met).
expect(alone, one_regimen_with_partner, not_met).

% Four regimens are enough, whatever is given with the drug.
request(four_regimens, selinexor, initial, 2024-09-03).
prior_therapy(four_regimens, 1, bortezomib).
prior_therapy(four_regimens, 2, carfilzomib).
prior_therapy(four_regimens, 3, daratumumab).
prior_therapy(four_regimens, 4, pomalidomide).

expect(four_regimens, more_information_needed).
expect(four_regimens, four_regimens, met).
expect(four_regimens, prior_regimens, met).

% None, where the partners that ask for fewer are given.
request(no_regimen, selinexor, initial, 2024-09-03).
complete(no_regimen, prior_therapy).
combination(no_regimen, pomalidomide).
combination(no_regimen, bortezomib).

expect(no_regimen, criteria_not_met).
expect(no_regimen, two_regimens_with_pomalidomide, not_met).
expect(no_regimen, one_regimen_with_partner, not_met).
expect(no_regimen, prior_regimens, not_met).

request(other_drug, bortezomib, initial, 2024-09-03).

expect(other_drug, no_policy_in_force).
