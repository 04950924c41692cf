% An alternative that is called as a criterion, and one without a name.
:- module(ids, []).
:- use_module(library(cases)).
:- policy(ids, [drug(selinexor), title('Ids'), effective(2024-01-01)]).

criterion(ids, initial, 1, age, adult).
criterion(ids, initial, 2, '', sibling).
criterion(ids, initial, 3, either, either).
alternative(ids, initial, either, 1, age, adult).
alternative(ids, initial, either, 2, ' ', sibling).

:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
:- pred sibling(Case: case) :: 'the drug is given with dexamethasone'.
sibling(Case) :- combination(Case, dexamethasone).
:- pred either(Case: case) :: 'one of two things is so'.
