request(c1, selinexor, initial, 2024-09-31).
birth_date(c1, 1953-04-11).
indication(c1, multiple_myeloma).
