:- use_module(library(cases)).
:- policy(one, [drug(selinexor), effective(2024-01-01)]).
:- policy(other, [drug(selinexor), effective(2024-01-01)]).
criterion(one, initial, 1, age, adult).
:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
