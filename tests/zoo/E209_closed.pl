% What a policy states or concludes, and requests, are closed: no case states them.
:- module(closed, []).
:- use_module(library(cases)).
:- policy(closed, [drug(selinexor), title('Closed'), effective(2024-01-01)]).
:- abducible meets_criteria/1.
:- abducible request/4, criterion/5.

criterion(closed, initial, 1, age, adult).

:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
