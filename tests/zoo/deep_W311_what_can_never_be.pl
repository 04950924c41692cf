:- module(tried, []).
:- use_module(library(cases)).
:- policy(tried, [drug(selinexor), title('Tried'), effective(2024-01-01)]).

criterion(tried, initial, 1, age, old_enough).
criterion(tried, initial, 2, asked, asked_for).
criterion(tried, initial, 3, diagnosis, diagnosed).
alternative(tried, initial, diagnosis, 1, with_dexamethasone, dexamethasone_given).
alternative(tried, initial, diagnosis, 2, with_both, both_given).

:- pred old_enough(Case: case) :: 'the patient is of age, and is not'.
old_enough(Case) :- request(Case, _, _, On), birth_date(Case, Born), age(Born, On, Years), Years >= 18, Years < 18.

:- pred asked_for(Case: case) :: 'there is a request'.
asked_for(Case) :- request(Case, _, _, _).

:- pred diagnosed(Case: case) :: 'a drug is given'.

:- pred dexamethasone_given(Case: case) :: 'dexamethasone is given'.
dexamethasone_given(Case) :- combination(Case, dexamethasone).
dexamethasone_given(Case) :- combination(Case, dexamethasone), sex(Case, female).

:- pred both_given(Case: case) :: 'dexamethasone is given, with bortezomib'.
both_given(Case) :- combination(Case, dexamethasone), combination(Case, bortezomib).

:- pred forgotten(Case: case) :: 'nothing asks for this'.
forgotten(Case) :- -combination(Case, thalidomide).
