% Names of policies, of their parts, of severities and of predicates that are misspelt where a policy states something about itself.
:- module(slips, []).
:- use_module(library(cases)).
:- use_module(library(plausibility)).
:- policy(slips, [drug(selinexor), title('Slips'), effective(2024-01-01)]).

policy_version(slip, 2025-01-01).
item_since(slips, siblings, 2025-01-01).
reading(slipps, 'A', 'the day counts').
check(imposible, too_young).
check(look, too_yung).
check(look, limit).
check(look, unsaid).
-criterion(slips, initial, 3, age, adult).

criterion(slips, initial, 1, age, adult).
criterion(slips, initial, 2, sibling, either).
criterion(slips, renewal, 1, all, meets_criteria).
alternative(slips, initial, sibling, 1, one, either).
alternative(slips, initial, sibling, 2, two, adult).

:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request_under(Case, slipz, initial), in_force(Case, slips, agee).
:- pred either(Case: case) :: 'one of two things is so'.
:- pred too_young(Case: case) :: 'the patient is too young'.
too_young(Case) :- request(Case, _, _, _), \+ adult(Case).
:- pred limit(Number: integer) :: '@(Number) is the limit'.
limit(3).
unsaid(Case) :- too_young(Case).
