:- pred lines(Case: case) :: 'there were two earlier lines or more'.
:- pred several(Case: case) :: 'there was more than one earlier line'.
:- pred few(Case: case) :: 'there were fewer than three earlier lines'.
:- pred some(Case: case) :: 'there were no more than three earlier lines'.
:- pred line(Case: case, Number: integer) :: 'there was line @(Number)'.
:- abducible line/2.
lines(Case) :- line(Case, _), at_least(1, Line, line(Case, Line)).
several(Case) :- line(Case, _), at_least(2, Line, line(Case, Line)).
few(Case) :- line(Case, _), at_most(2, Line, line(Case, Line)).
some(Case) :- line(Case, _), at_most(4, Line, line(Case, Line)).
