% Three regimens, and nothing but dexamethasone with the drug, for which four are asked for: criteria_not_met.

request(xd_three, selinexor, initial, 2024-09-03).
birth_date(xd_three, 1953-04-11).
indication(xd_three, multiple_myeloma).
prior_therapy(xd_three, 1, bortezomib).
prior_therapy(xd_three, 2, daratumumab).
prior_therapy(xd_three, 3, pomalidomide).
complete(xd_three, prior_therapy).
combination(xd_three, dexamethasone).
complete(xd_three, combination).

% What a policy test expects.
expect(xd_three, criteria_not_met).
expect(xd_three, age, met).
expect(xd_three, diagnosis, met).
expect(xd_three, dexamethasone, met).
expect(xd_three, prior_regimens, not_met).
expect(xd_three, four_regimens, not_met).
expect(xd_three, two_regimens_with_pomalidomide, not_met).
expect(xd_three, one_regimen_with_partner, not_met).
