:- use_module(library(cases)).
:- pred with_dexamethasone(Case: case) :: 'dexamethasone is given'.
with_dexamethasone(Case) :- combination(dexamethasone, Case).
