% The policy new_policy, to be filled in: a policy that works as it is, each part to be replaced by what the document says. Replace
% the names that begin with `new_`, the sentences, the places in the document and the numbers; remove what the policy does not have.
%
%   priorlog check new_policy.pl                          what is wrong with this file
%   priorlog new case c1 -f new_policy.pl                 a case to fill in
%   priorlog review -f new_policy.pl c1.pl                the report on it
%   priorlog why 'meets_criteria(c1)' -f new_policy.pl --case c1.pl
%   priorlog test CASES -f new_policy.pl --coverage       whether cases come to what they say is expected (see the end of this file)
%   priorlog format new_policy.pl                         the usual layout

:- module(new_policy, [meets_criteria/1]).

% What all policies share: cases, reviews, the vocabularies of drugs and conditions; and what cannot be in a case.
:- use_module(library(cases)).
:- use_module(library(plausibility)).

% The drugs that it is about, by their names in the vocabulary; its title in reports; the day from which it is in force.
:- policy(new_policy, [drug(new_drug), title('New policy'), effective(2025-01-01)]).

:- cite(policy_covers/2, 'Title').
:- cite(policy_version/2, 'Title').
:- cite(policy_in_force/3, 'Title').
:- cite(meets_criteria/1, 'Criteria').

% Later versions, each by its first day; the report on a request is that of the version in force on its date. An item that a later
% version brought is asked for from that day on only.
% policy_version(new_policy, 2025-01-01).
% policy_version(new_policy, 2026-01-01).
% item_since(new_policy, other_treatment_not_tolerated, 2026-01-01).


% Vocabulary: what it names and the library does not know. What is misspelt here, or in a case, is told with what was meant perhaps.
% Remove what the library knows: `priorlog query 'known_agent(Agent)'`, `priorlog query 'known_condition(Condition)'`.

known_agent(new_drug).
known_agent(new_other_drug).
other_name('New Brand', new_drug).
known_condition(new_condition).
condition_name('New condition, as people write it', new_condition).


% What it requires: each criterion, for a kind of request (initial or renewal), in the order of its number, by its name in reports,
% and the predicate of the case that decides it. `meets_criteria/1` follows from this list and is not written.

:- cite(criterion/5, 'Criteria').

criterion(new_policy, initial, 1, age, old_enough).
criterion(new_policy, initial, 2, indication, for_new_condition).
criterion(new_policy, initial, 3, other_treatment, other_treatment_settled).
criterion(new_policy, renewal, 1, benefit, benefit_shown).

% A criterion with alternatives is met where one of them is. Its predicate has a sentence and a place, and no rules of its own.

:- cite(alternative/6, 'Criteria / 3').

alternative(new_policy, initial, other_treatment, 1, other_treatment_failed, other_treatment_failed).
alternative(new_policy, initial, other_treatment, 2, other_treatment_not_tolerated, other_treatment_not_tolerated).


% What a case may state beyond library(cases): a sentence for the fact and one for its denial; that it is open, so that what is
% not stated is not known; whether it has one value; and how it is asked for.

:- pred new_trial(Case: case, Agent: agent, Weeks: integer) :: '@(Agent) was taken for @(Weeks) weeks'.
:- pred -new_trial(Case: case, Agent: agent, Weeks: integer) :: '@(Agent) was not taken for @(Weeks) weeks'.
:- abducible new_trial/3.
:- functional new_trial(+, +, -).
:- question new_trial(Case, Agent, Weeks) :: 'For how many weeks was @(Agent) taken?'.

:- pred new_not_tolerated(Case: case, Agent: agent) :: '@(Agent) was not tolerated'.
:- pred -new_not_tolerated(Case: case, Agent: agent) :: '@(Agent) was tolerated'.
:- abducible new_not_tolerated/2.
:- question new_not_tolerated(Case, Agent) :: 'Was @(Agent) not tolerated?'.

:- pred new_benefit(Case: case) :: 'the patient has benefited from the drug'.
:- pred -new_benefit(Case: case) :: 'the patient has not benefited from the drug'.
:- abducible new_benefit/1.
:- question new_benefit(Case) :: 'Has the patient benefited from the drug?'.


% The criteria, in the order of the document, each with what it says and where the document has it.

% 1. Age
:- pred old_enough(Case: case) :: 'the patient is 18 years old or older on the date of the request'.
:- cite(old_enough/1, 'Criteria / 1').

old_enough(Case) :-
    request(Case, _, _, Date),
    birth_date(Case, Birth),
    age(Birth, Date, Years),
    Years >= 18.

% 2. What the drug is for
:- pred for_new_condition(Case: case) :: 'the request is for the condition'.
:- cite(for_new_condition/1, 'Criteria / 2').

for_new_condition(Case) :- requested_for(Case, new_condition).

% 3. Another treatment first, one of two
:- pred other_treatment_settled(Case: case) :: 'another treatment failed, or was not tolerated'.
:- cite(other_treatment_settled/1, 'Criteria / 3').

:- pred least_weeks(Agent: agent, Weeks: integer) :: '@(Agent) is to be taken for @(Weeks) weeks or more'.
:- cite(least_weeks/2, 'Criteria / 3 / a').

least_weeks(new_other_drug, 8).

:- pred other_treatment_failed(Case: case) :: 'another treatment was taken for long enough'.
:- cite(other_treatment_failed/1, 'Criteria / 3 / a').

other_treatment_failed(Case) :-
    least_weeks(Agent, Least),
    new_trial(Case, Agent, Weeks),
    Weeks >= Least.

:- pred other_treatment_not_tolerated(Case: case) :: 'another treatment was not tolerated'.
:- cite(other_treatment_not_tolerated/1, 'Criteria / 3 / b').

other_treatment_not_tolerated(Case) :- least_weeks(Agent, _), new_not_tolerated(Case, Agent).

% Renewal
:- pred benefit_shown(Case: case) :: 'the patient has benefited from the drug'.
:- cite(benefit_shown/1, 'Renewal / 1').

benefit_shown(Case) :- new_benefit(Case).


% What approval allows: how much in how many days, in what that is counted (one, several), and for how many months.

:- cite(quantity_limit/3, 'Approval').
:- cite(quantity_unit/3, 'Approval').
:- cite(quantity_within_limit/1, 'Approval').
:- cite(quantity_stated/1, 'Approval').

quantity_limit(new_drug, 30, 30).
quantity_unit(new_drug, unit, units).

:- cite(approval_duration/3, 'Approval').
:- cite(authorized_months/2, 'Approval').

approval_duration(new_drug, initial, 6).
approval_duration(new_drug, renewal, 12).


% How it is read where it could be read otherwise, as a sentence that follows "is read to mean that"; and where that matters.

reading(new_policy, 'Criteria / 3 / a', 'the weeks are those without a break').

reading_bears(Case, new_policy, 'Criteria / 3 / a') :-
    request_under(Case, new_policy, initial),
    documented(new_trial(Case, _, _)).


% What cannot be in a case, and what should be looked at (`look`) before a report is signed.

:- cite(check/2, 'plausibility').

check(impossible, no_such_trial).
:- pred no_such_trial(Case: case, Agent: agent, Weeks: integer) :: '@(Weeks) weeks of @(Agent) are no trial'.
:- cite(no_such_trial/3, 'plausibility').

no_such_trial(Case, Agent, Weeks) :- documented(new_trial(Case, Agent, Weeks)), Weeks < 1.


% Tests. Keep a case file for each way to meet a criterion, for either side of each boundary (8 weeks and 7), and for what is not
% documented, in a folder of their own. Each says what is expected of it, beside its facts:
%
%   request(c1, new_drug, initial, 2025-03-01).
%   expect(c1, meets_criteria).
%   expect(c1, other_treatment_failed, met).
