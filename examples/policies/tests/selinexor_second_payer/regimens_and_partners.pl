% How many prior regimens are asked for beside what is given with the drug: one with a partner, two with pomalidomide, four alone.

% After one regimen each of the partners will do, daratumumab in either form.
request(after_one_with_bortezomib, selinexor, initial, 2024-09-03).
prior_therapy(after_one_with_bortezomib, 1, lenalidomide).
combination(after_one_with_bortezomib, bortezomib).

expect(after_one_with_bortezomib, more_information_needed).
expect(after_one_with_bortezomib, one_regimen_with_partner, met).
expect(after_one_with_bortezomib, prior_regimens, met).

request(after_one_with_daratumumab, selinexor, initial, 2024-09-03).
prior_therapy(after_one_with_daratumumab, 1, lenalidomide).
combination(after_one_with_daratumumab, daratumumab).

expect(after_one_with_daratumumab, more_information_needed).
expect(after_one_with_daratumumab, one_regimen_with_partner, met).
expect(after_one_with_daratumumab, prior_regimens, met).

% With pomalidomide one regimen is not enough; whether there was another is open.
request(after_one_with_pomalidomide, selinexor, initial, 2024-09-03).
prior_therapy(after_one_with_pomalidomide, 1, lenalidomide).
combination(after_one_with_pomalidomide, pomalidomide).

expect(after_one_with_pomalidomide, more_information_needed).
expect(after_one_with_pomalidomide, two_regimens_with_pomalidomide, not_documented).
expect(after_one_with_pomalidomide, prior_regimens, not_documented).
