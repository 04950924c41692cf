request(c1, selinexor, initial, 2024-09-03).
:- source('oncology note, 2024-12-20, page 3').
birth_date(c1, 1950-01-01).
:- source('oncology note, page 4', on(2024-12-21), by('nurse reviewer')).
-refractory(c1, bortezomib).
