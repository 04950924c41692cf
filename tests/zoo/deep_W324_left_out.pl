:- module(tried, []).
:- use_module(library(cases)).
:- policy(tried, [drug(selinexor), title('Tried'), effective(2024-01-01)]).

kind_section(tried, initial, 'What is asked for').
criterion(tried, initial, 1, age, old_enough).

:- pred old_enough(Case: case) :: 'the patient is of age'.
:- cite(old_enough/1, 'What is asked for / 1').
old_enough(Case) :- request(Case, _, _, On), birth_date(Case, Born), age(Born, On, Years), Years >= 18.

:- pred dexamethasone_given(Case: case) :: 'dexamethasone is given'.
:- cite(dexamethasone_given/1, 'What is asked for / 2').
dexamethasone_given(Case) :- combination(Case, dexamethasone).
