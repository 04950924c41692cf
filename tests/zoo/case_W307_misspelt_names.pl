request(c1, selinexr, initial, 2024-09-03).
indication(c1, mutiple_myeloma).
prior_therapy(c1, 1, bortezomb).
-refractory(c1, daratumumb).
combination(c1, rituximab).
