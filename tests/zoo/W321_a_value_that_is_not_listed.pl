:- use_module(library(cases)).
:- pred relapsed(Case: case) :: 'the disease is relapsed'.
relapsed(Case) :- disease_status(Case, relapse).
