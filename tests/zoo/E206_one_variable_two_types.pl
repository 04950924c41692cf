:- pred dose(Case: case, Mg: integer) :: 'the dose of @(Case) is @(Mg) mg'.
:- pred born(Case: case, Date: date) :: '@(Case) was born on @(Date)'.
:- pred odd(Case: case) :: '@(Case) is odd'.
odd(C) :- dose(C, X), born(C, X).
odd(C) :- dose(C, X), age(X, 2024-07-01, _).
