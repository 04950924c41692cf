request(c1, selinexor, initial, 2024-09-03).
birth_date(c1, 1953-04-11).
birth_date(c1, 1953-11-04).
