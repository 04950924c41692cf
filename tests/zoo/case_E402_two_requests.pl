request(c1, selinexor, initial, 2024-09-03).
request(c1, selinexor, renewal, 2025-09-03).
