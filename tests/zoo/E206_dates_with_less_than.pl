:- pred born(Case: case, Date: date) :: '@(Case) was born on @(Date)'.
:- pred adult(Case: case) :: '@(Case) is an adult'.
adult(C) :- born(C, D), D < 2006-01-01.
