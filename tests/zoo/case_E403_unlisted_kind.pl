request(c1, selinexor, first, 2024-09-03).
