% A second payer's policy for selinexor, for multiple myeloma and nothing else. Places are those of our list of what it requires,
% in its order. The text that was seen does not say since when it is in force: the day here is ours, and reports say so.

:- module(selinexor_second_payer, [meets_criteria/1]).

:- use_module(library(cases)).
:- use_module(library(plausibility)).

:- policy(selinexor_second_payer, [drug(selinexor), title('Selinexor, second payer'), effective(2024-01-01)]).

:- cite(policy_covers/2, 'Statement').
:- cite(policy_version/2, 'ours: the text gives no date').
:- cite(policy_in_force/3, 'ours: the text gives no date').
:- cite(meets_criteria/1, 'Multiple myeloma').

% It has no criteria for renewals.
:- cite(criterion/5, 'Multiple myeloma').

criterion(selinexor_second_payer, initial, 1, age, old_enough).
criterion(selinexor_second_payer, initial, 2, diagnosis, for_multiple_myeloma).
criterion(selinexor_second_payer, initial, 3, dexamethasone, with_dexamethasone).
criterion(selinexor_second_payer, initial, 4, prior_regimens, enough_prior_regimens).

:- cite(alternative/6, 'Multiple myeloma / c').

alternative(selinexor_second_payer, initial, prior_regimens, 1, four_regimens, four_prior_regimens).
alternative(selinexor_second_payer, initial, prior_regimens, 2, two_regimens_with_pomalidomide, two_prior_regimens_with_pomalidomide).
alternative(selinexor_second_payer, initial, prior_regimens, 3, one_regimen_with_partner, prior_regimen_with_partner).


% Multiple myeloma, all of a to c

:- pred old_enough(Case: case) :: 'the patient is 18 years old or older on the date of the request'.
:- cite(old_enough/1, 'Multiple myeloma / a').

old_enough(Case) :-
    request(Case, _, _, Date),
    birth_date(Case, Birth),
    age(Birth, Date, Years),
    Years >= 18.

:- pred for_multiple_myeloma(Case: case) :: 'the request is for multiple myeloma'.
:- cite(for_multiple_myeloma/1, 'Multiple myeloma').

for_multiple_myeloma(Case) :- requested_for(Case, multiple_myeloma).

:- pred with_dexamethasone(Case: case) :: 'dexamethasone is given with the drug'.
:- cite(with_dexamethasone/1, 'Multiple myeloma / b').

with_dexamethasone(Case) :- combination(Case, dexamethasone).

:- pred enough_prior_regimens(Case: case)
   :: 'there were as many prior regimens as what is given with the drug calls for'.
:- cite(enough_prior_regimens/1, 'Multiple myeloma / c').

:- pred four_prior_regimens(Case: case) :: 'there were four prior regimens or more'.
:- cite(four_prior_regimens/1, 'Multiple myeloma / c / 1').

four_prior_regimens(Case) :-
    request(Case, _, _, _),
    at_least(4, Line, prior_therapy(Case, Line, _)).

:- pred two_prior_regimens_with_pomalidomide(Case: case)
   :: 'there were two prior regimens or more, and pomalidomide is given with the drug'.
:- cite(two_prior_regimens_with_pomalidomide/1, 'Multiple myeloma / c / 2').

two_prior_regimens_with_pomalidomide(Case) :-
    combination(Case, pomalidomide),
    at_least(2, Line, prior_therapy(Case, Line, _)).

:- pred prior_regimen_with_partner(Case: case)
   :: 'there was a prior regimen, and bortezomib, carfilzomib or daratumumab is given with the drug'.
:- cite(prior_regimen_with_partner/1, 'Multiple myeloma / c / 3').

prior_regimen_with_partner(Case) :-
    given_with_partner(Case),
    at_least(1, Line, prior_therapy(Case, Line, _)).

:- pred given_with_partner(Case: case) :: 'a partner after one prior regimen is given with the drug'.
:- cite(given_with_partner/1, 'Multiple myeloma / c / 3').

given_with_partner(Case) :- partner(Agent), combination(Case, Agent).

% Daratumumab in either form.
:- pred partner(Agent: agent) :: '@(Agent) is a partner of the drug after one prior regimen'.
:- cite(partner/1, 'Multiple myeloma / c / 3').

partner(bortezomib).
partner(carfilzomib).
partner(daratumumab).
partner(daratumumab_and_hyaluronidase).


% Approval: for a year, with no limit of quantity

:- cite(approval_duration/3, 'Approval').
:- cite(authorized_months/2, 'Approval').

approval_duration(selinexor, initial, 12).


% What it says of other conditions: nothing.

:- cite(use_standing/3, 'Other conditions').

use_standing(selinexor_second_payer, use_for_all_other_indications, not_covered_by_this_statement).


% How it is read where it could be read otherwise, and what is ours.

reading(selinexor_second_payer, 'Multiple myeloma / c', 'prior regimens are counted as lines, so that drugs given together are one regimen, and drugs given again in a later line are another').
reading(selinexor_second_payer, 'Other conditions', 'a use for another condition does not meet the criteria, and is not called investigational').
reading(selinexor_second_payer, 'In force', 'it is in force from 2024-01-01, a day that is ours, as the text gives none').

reading_bears(Case, selinexor_second_payer, 'Multiple myeloma / c') :-
    request_under(Case, selinexor_second_payer, initial),
    documented(prior_therapy(Case, _, _)).
reading_bears(Case, selinexor_second_payer, 'Other conditions') :-
    request_under(Case, selinexor_second_payer, initial),
    indication(Case, _),
    \+ requested_for(Case, multiple_myeloma).
reading_bears(Case, selinexor_second_payer, 'In force') :- reviewed_under(Case, selinexor_second_payer).
