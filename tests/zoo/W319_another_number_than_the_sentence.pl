:- pred lines(Case: case) :: 'there were two earlier lines or more'.
:- pred line(Case: case, Number: integer) :: 'there was line @(Number)'.
:- abducible line/2.
lines(Case) :- line(Case, _), at_least(3, Line, line(Case, Line)).
