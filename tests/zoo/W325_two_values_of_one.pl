% Sex is one value for each case, so no case has both.
:- use_module(library(cases)).
:- pred p(Case: case) :: 'p'.
p(Case) :- sex(Case, female), birth_date(Case, _), sex(Case, male).
