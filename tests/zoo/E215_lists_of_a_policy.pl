% What a policy lists does not fit together, and writes what is made of it.
:- module(gaps, []).
:- use_module(library(cases)).
:- policy(gaps, [drug(selinexor), title('Gaps'), effective(2024-01-01)]).

criterion(gaps, initial, 1, age, adult).
criterion(gaps, initial, 1, diagnosis, diagnosed).
criterion(gaps, initial, 2, age, other).
criterion(gabs, initial, 3, third, adult).
criterion(gaps, renewal, 1, X, adult) :- adult(X).
alternative(gaps, initial, diagnosis, 1, one, adult).
alternative(gaps, initial, diagnosis, 1, two, other).
alternative(gaps, initial, diagnoses, 1, three, other).

:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
:- pred diagnosed(Case: case) :: 'one of two things is so'.
diagnosed(Case) :- adult(Case).
meets_criteria(Case) :- adult(Case).
