% A policy that no request can be about, as it names no drug and no day.
:- module(bare, []).
:- use_module(library(cases)).
:- policy(bare, [title('Bare')]).

criterion(bare, initial, 1, age, adult).

:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
