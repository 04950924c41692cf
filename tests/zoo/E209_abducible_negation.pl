:- abducible -seen/2.
:- abducible complete/2.
