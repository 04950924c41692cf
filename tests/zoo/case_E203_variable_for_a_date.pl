request(c1, selinexor, initial, 2024-09-03).
birth_date(c1, April).
prior_therapy(c1, Second, bortezomib).
