request(c1, selinexor, initial, 2024-09-03).
refractery(c1, bortezomib).
shoe_size(c1, 43).
