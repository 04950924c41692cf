% For lymphoma, of which the statement says nothing: criteria_not_met, and not investigational.

request(lymphoma, selinexor, initial, 2024-09-03).
birth_date(lymphoma, 1953-04-11).
indication(lymphoma, 'DLBCL').
prior_therapy(lymphoma, 1, 'R-CHOP').
prior_therapy(lymphoma, 2, rituximab).
combination(lymphoma, dexamethasone).
