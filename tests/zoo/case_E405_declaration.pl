:- abducible shoe_size/2.
request(c1, selinexor, initial, 2024-09-03).
shoe_size(c1, 43).
