request(c1, selinexor, initial, 2024-09-03).
refractory(c1, Bortezomib).
