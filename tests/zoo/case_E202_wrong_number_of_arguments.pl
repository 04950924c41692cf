request(c1, selinexor, initial, 2024-09-03).
prior_therapy(c1, bortezomib).
