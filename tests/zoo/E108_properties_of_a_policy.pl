% A property that is not known, that stands twice, or that is written in another way: the policy would have no title, drug or day.
:- module(odd, []).
:- use_module(library(cases)).
:- policy(odd, [drugs(selinexor), title(''), title('Odd'), approved(2024), efective(2024-01-01)]).

criterion(odd, initial, 1, age, adult).

:- pred adult(Case: case) :: 'the patient is an adult'.
:- cite(adult/1, '').
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
:- pred child(Case: case) :: ' '.
