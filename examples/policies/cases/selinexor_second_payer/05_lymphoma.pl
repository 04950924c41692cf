% For lymphoma, of which the statement says nothing: criteria_not_met, and not investigational.

request(lymphoma, selinexor, initial, 2024-09-03).
birth_date(lymphoma, 1953-04-11).
indication(lymphoma, 'DLBCL').
prior_therapy(lymphoma, 1, 'R-CHOP').
prior_therapy(lymphoma, 2, rituximab).
combination(lymphoma, dexamethasone).

% What a policy test expects.
expect(lymphoma, criteria_not_met).
expect(lymphoma, age, met).
expect(lymphoma, diagnosis, not_met).
expect(lymphoma, dexamethasone, met).
expect(lymphoma, prior_regimens, not_documented).
expect(lymphoma, four_regimens, not_documented).
expect(lymphoma, two_regimens_with_pomalidomide, not_documented).
expect(lymphoma, one_regimen_with_partner, not_documented).
