% A misspelt name in what says that a predicate is open, or functional, or how it is asked for.
:- pred weight(Case: case, Kilograms: integer) :: 'the patient weighs @(Kilograms) kg'.
:- abducible wieght/2.
:- functional weigth(+, -).
:- question weihgt(Case, Kilograms) :: 'How much does the patient weigh?'.
:- abducible elsewhere/1.

:- pred heavy(Case: case) :: 'the patient is heavy'.
heavy(Case) :- weight(Case, Kilograms), Kilograms > 100.
