request(c1, selinexor, initial, 2024-02-30).
