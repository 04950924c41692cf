request(c1, selinexor, initial, "2024-09-03").
birth_date(c1, yesterday).
prior_therapy(c1, first, bortezomib).
tablet(c1, 20.0).
