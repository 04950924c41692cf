:- use_module(library(policies)).
:- pred old_enough(Case: case) :: 'the patient is of age'.
:- cite(old_enough/1, 'Requirements / Agge').
:- cite(meets_criteria/1, 'Requirements').
:- policy(tried, [drug(selinexor), title('Tried'), effective(2024-01-01)]).
policy_place(tried, 'Requirements').
policy_place(tried, 'Requirements / Age').
criterion(tried, initial, 1, age, old_enough).
old_enough(Case) :- request(Case, _, _, On), birth_date(Case, Born), age(Born, On, Years), Years >= 18.
