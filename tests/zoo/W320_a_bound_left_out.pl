:- pred score(Case: case, Value: integer) :: 'the score is @(Value)'.
:- abducible score/2.
:- pred high(Case: case) :: 'the score is 300 or more'.
high(Case) :- score(Case, Value), Value > 300.
