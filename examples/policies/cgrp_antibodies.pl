% One policy for three antibodies against CGRP for migraine, of which galcanezumab is preferred. Places are those of our list of what
% it requires, in its order. It is of January 2019: the day, and the limit of quantity, were not in the text that was seen; those here
% are ours, and reports say so.

:- module(cgrp_antibodies, [meets_criteria/1]).

:- use_module(library(cases)).
:- use_module(library(neurology)).
:- use_module(library(plausibility)).

:- policy(cgrp_antibodies, [
    drug(galcanezumab),
    drug(erenumab),
    drug(fremanezumab),
    title('Antibodies against CGRP for migraine'),
    effective(2019-01-01)
]).

:- cite(policy_covers/2, 'Policy').
:- cite(policy_version/2, 'January 2019; the day is ours').
:- cite(policy_in_force/3, 'January 2019; the day is ours').
:- cite(meets_criteria/1, 'Policy').
:- cite(brand/2, 'Policy').

brand(emgality, galcanezumab).
brand(aimovig, erenumab).
brand(ajovy, fremanezumab).

:- pred preferred(Drug: agent) :: '@(Drug) is the preferred drug of the policy'.
:- cite(preferred/1, 'Policy').

preferred(galcanezumab).

:- cite(kind_section/3, 'Policy').

kind_section(cgrp_antibodies, initial, 'Initial').
kind_section(cgrp_antibodies, renewal, 'Renewal').

:- cite(criterion/5, 'Initial').
:- cite(criterion/5, 'Renewal').

criterion(cgrp_antibodies, initial, 1, specialist, specialist_involved).
criterion(cgrp_antibodies, initial, 2, diagnosis, migraine_diagnosed).
criterion(cgrp_antibodies, initial, 3, medication_overuse, overuse_ruled_out).
criterion(cgrp_antibodies, initial, 4, migraine_days, enough_migraine_days).
criterion(cgrp_antibodies, initial, 5, preventives, two_preventives_failed).
criterion(cgrp_antibodies, initial, 6, preferred_drug, preferred_drug_considered).
criterion(cgrp_antibodies, renewal, 1, fewer_headaches, fewer_headaches).
criterion(cgrp_antibodies, renewal, 2, function, better_function).
criterion(cgrp_antibodies, renewal, 3, toxicity, acceptable_toxicity).

:- cite(alternative/6, 'Initial / a').
:- cite(alternative/6, 'Initial / f').

alternative(cgrp_antibodies, initial, specialist, 1, prescribed_by_specialist, prescribed_by_specialist).
alternative(cgrp_antibodies, initial, specialist, 2, prescribed_with_specialist, prescribed_with_specialist).
alternative(cgrp_antibodies, initial, preferred_drug, 1, preferred_requested, preferred_requested).
alternative(cgrp_antibodies, initial, preferred_drug, 2, preferred_failed, preferred_failed).
alternative(cgrp_antibodies, initial, preferred_drug, 3, preferred_contraindicated, preferred_contraindicated).


% What a case may state besides what cases.pl has.

:- vocabulary(specialty, known_specialty/1).
:- pred known_specialty(Specialty: specialty) :: '@(Specialty) is a specialty that is recognised'.
:- cite(known_specialty/1, 'usual names of specialties').

known_specialty(neurology).
known_specialty(pain_medicine).
known_specialty(family_medicine).
known_specialty(internal_medicine).
known_specialty(psychiatry).
known_specialty(gynecology).

:- also_called(specialty, specialty_name/2).
:- pred specialty_name(Name: name, Specialty: specialty) :: '"@(Name)" is a name for @(Specialty)'.
:- cite(specialty_name/2, 'usual names of specialties').

specialty_name(neurologist, neurology).
specialty_name(neuro, neurology).
specialty_name('pain specialist', pain_medicine).
specialty_name('pain management', pain_medicine).
specialty_name('family practice', family_medicine).
specialty_name('family physician', family_medicine).
specialty_name(internist, internal_medicine).
specialty_name(psychiatrist, psychiatry).
specialty_name(gynecologist, gynecology).

:- pred prescriber_specialty(Case: case, Specialty: specialty) :: 'the specialty of the prescriber is @(Specialty)'.
:- pred -prescriber_specialty(Case: case, Specialty: specialty)
   :: 'the specialty of the prescriber is not @(Specialty)'.
:- abducible prescriber_specialty/2.
:- functional prescriber_specialty(+, -).
:- question prescriber_specialty(Case, Specialty) :: 'Is the specialty of the prescriber @(Specialty)?'.
:- question prescriber_specialty(Case, Specialty) :: 'What is the specialty of the prescriber?'.

:- pred consulted(Case: case, Specialty: specialty) :: 'the drug is prescribed with a specialist in @(Specialty)'.
:- pred -consulted(Case: case, Specialty: specialty) :: 'the drug is not prescribed with a specialist in @(Specialty)'.
:- abducible consulted/2.
:- question consulted(Case, Specialty) :: 'Is the drug prescribed with a specialist in @(Specialty)?'.
:- question consulted(Case, Specialty) :: 'Specialists of which specialties were consulted?'.

:- pred by_ichd(Case: case, Condition: condition) :: 'by the criteria of ICHD-3 there is @(Condition)'.
:- pred -by_ichd(Case: case, Condition: condition) :: 'by the criteria of ICHD-3 there is no @(Condition)'.
:- abducible by_ichd/2.
:- question by_ichd(Case, Condition) :: 'Is there, by the criteria of ICHD-3, @(Condition)?'.
:- question by_ichd(Case, Condition) :: 'Which kinds of migraine are there by the criteria of ICHD-3?'.

:- pred overuse_excluded(Case: case) :: 'overuse of medication is ruled out as a cause of the headaches'.
:- pred -overuse_excluded(Case: case) :: 'overuse of medication is not ruled out as a cause of the headaches'.
:- abducible overuse_excluded/1.
:- question overuse_excluded(Case) :: 'Is overuse of medication ruled out as a cause of the headaches?'.

% The last month before the request is month 1, the one before that month 2, and so on.
:- pred migraine_days(Case: case, MonthBefore: integer, Days: integer)
   :: 'in month @(MonthBefore) before the request there were @(Days) migraine days'.
:- pred -migraine_days(Case: case, MonthBefore: integer, Days: integer)
   :: 'in month @(MonthBefore) before the request there were not @(Days) migraine days'.
:- abducible migraine_days/3.
:- functional migraine_days(+, +, -).
:- question migraine_days(Case, MonthBefore, Days)
   :: 'How many migraine days were there in month @(MonthBefore) before the request (1 is the last)?'.

% The longest trial of an agent.
:- pred trial(Case: case, Agent: agent, Days: integer) :: 'the longest trial of @(Agent) lasted @(Days) days'.
:- pred -trial(Case: case, Agent: agent, Days: integer) :: 'the longest trial of @(Agent) did not last @(Days) days'.
:- abducible trial/3.
:- functional trial(+, +, -).
:- question trial(Case, Agent, Days) :: 'How many days did the longest trial of @(Agent) last?'.

:- pred failed(Case: case, Agent: agent) :: 'the trial of @(Agent) failed'.
:- pred -failed(Case: case, Agent: agent) :: 'the trial of @(Agent) did not fail'.
:- abducible failed/2.
:- question failed(Case, Agent) :: 'Did the trial of @(Agent) fail?'.
:- question failed(Case, Agent) :: 'Trials of which drugs failed?'.

:- pred contraindicated(Case: case, Agent: agent) :: '@(Agent) is contraindicated'.
:- pred -contraindicated(Case: case, Agent: agent) :: '@(Agent) is not contraindicated'.
:- abducible contraindicated/2.
:- question contraindicated(Case, Agent) :: 'Is @(Agent) contraindicated?'.
:- question contraindicated(Case, Agent) :: 'Which drugs are contraindicated?'.

:- pred headaches_decreased(Case: case) :: 'headaches have decreased significantly'.
:- pred -headaches_decreased(Case: case) :: 'headaches have not decreased significantly'.
:- abducible headaches_decreased/1.
:- question headaches_decreased(Case) :: 'Have headaches decreased significantly?'.

:- pred function_improved(Case: case) :: 'function has improved'.
:- pred -function_improved(Case: case) :: 'function has not improved'.
:- abducible function_improved/1.
:- question function_improved(Case) :: 'Has function improved?'.


% Initial / a. Who prescribes

:- pred specialist_involved(Case: case) :: 'the drug is prescribed by a neurologist or pain specialist, or with one'.
:- cite(specialist_involved/1, 'Initial / a').

:- pred prescribed_by_specialist(Case: case) :: 'the prescriber is a neurologist or pain specialist'.
:- cite(prescribed_by_specialist/1, 'Initial / a').

prescribed_by_specialist(Case) :- specialty_asked_for(Specialty), prescriber_specialty(Case, Specialty).

:- pred prescribed_with_specialist(Case: case) :: 'the drug is prescribed with a neurologist or pain specialist'.
:- cite(prescribed_with_specialist/1, 'Initial / a').

prescribed_with_specialist(Case) :- specialty_asked_for(Specialty), consulted(Case, Specialty).

:- pred specialty_asked_for(Specialty: specialty) :: '@(Specialty) is a specialty that the policy asks for'.
:- cite(specialty_asked_for/1, 'Initial / a').

specialty_asked_for(neurology).
specialty_asked_for(pain_medicine).


% Initial / b. Diagnosis

:- pred migraine_diagnosed(Case: case) :: 'the request is for migraine, with or without aura by the criteria of ICHD-3'.
:- cite(migraine_diagnosed/1, 'Initial / b').

migraine_diagnosed(Case) :- requested_for(Case, migraine), migraine_by_ichd(Case).

:- pred migraine_by_ichd(Case: case) :: 'by the criteria of ICHD-3 there is migraine with or without aura'.
:- cite(migraine_by_ichd/1, 'Initial / b').

migraine_by_ichd(Case) :- by_ichd(Case, migraine_with_aura).
migraine_by_ichd(Case) :- by_ichd(Case, migraine_without_aura).


% Initial / c. Overuse of medication

:- pred overuse_ruled_out(Case: case) :: 'overuse of medication is ruled out'.
:- cite(overuse_ruled_out/1, 'Initial / c').

overuse_ruled_out(Case) :- overuse_excluded(Case).


% Initial / d. Migraine days

:- pred enough_migraine_days(Case: case) :: 'there were four migraine days or more in each of the last three months'.
:- cite(enough_migraine_days/1, 'Initial / d').

enough_migraine_days(Case) :-
    enough_in_month(Case, 1),
    enough_in_month(Case, 2),
    enough_in_month(Case, 3).

:- pred enough_in_month(Case: case, MonthBefore: integer)
   :: 'there were four migraine days or more in month @(MonthBefore) before the request'.
:- cite(enough_in_month/2, 'Initial / d').

enough_in_month(Case, MonthBefore) :- migraine_days(Case, MonthBefore, Days), Days >= 4.


% Initial / e. Preventives by mouth

:- pred two_preventives_failed(Case: case) :: 'trials of two oral preventives, each of 28 days or more, failed'.
:- cite(two_preventives_failed/1, 'Initial / e').

two_preventives_failed(Case) :-
    request(Case, _, _, _),
    at_least(2, Agent, (oral_preventive(Agent, _), failed_for(Case, Agent, 28))).

:- pred failed_for(Case: case, Agent: agent, LeastDays: integer)
   :: 'a trial of @(Agent) of @(LeastDays) days or more failed'.
:- cite(failed_for/3, 'Initial / e').
:- cite(failed_for/3, 'Initial / f / 1').

failed_for(Case, Agent, LeastDays) :-
    asked_for_days(LeastDays),
    failed(Case, Agent),
    trial(Case, Agent, Days),
    Days >= LeastDays.

:- pred asked_for_days(LeastDays: integer) :: 'the policy asks for trials of @(LeastDays) days or more'.
:- cite(asked_for_days/1, 'Initial / e').
:- cite(asked_for_days/1, 'Initial / f / 1').

asked_for_days(28).
asked_for_days(90).

:- pred oral_preventive(Agent: agent, Group: preventive_group)
   :: '@(Agent) is an oral preventive that counts, of the group @(Group)'.
:- cite(oral_preventive/2, 'Initial / e').

oral_preventive(amitriptyline, antidepressant).
oral_preventive(venlafaxine, antidepressant).
oral_preventive(propranolol, beta_blocker).
oral_preventive(metoprolol, beta_blocker).
oral_preventive(timolol, beta_blocker).
oral_preventive(atenolol, beta_blocker).
oral_preventive(valproate, antiepileptic).
oral_preventive(topiramate, antiepileptic).
oral_preventive(lisinopril, ace_inhibitor_or_arb).
oral_preventive(candesartan, ace_inhibitor_or_arb).


% Initial / f. The preferred drug, where another is requested

:- pred preferred_drug_considered(Case: case)
   :: 'the requested drug is preferred, or the preferred one failed or is contraindicated'.
:- cite(preferred_drug_considered/1, 'Initial / f').

:- pred preferred_requested(Case: case) :: 'the requested drug is the preferred one'.
:- cite(preferred_requested/1, 'Initial / f').

preferred_requested(Case) :- requested_drug(Case, Drug), preferred(Drug).

:- pred preferred_failed(Case: case) :: 'a trial of the preferred drug of 90 days or more failed'.
:- cite(preferred_failed/1, 'Initial / f / 1').

preferred_failed(Case) :- preferred(Drug), failed_for(Case, Drug, 90).

:- pred preferred_contraindicated(Case: case) :: 'the preferred drug is contraindicated'.
:- cite(preferred_contraindicated/1, 'Initial / f / 2').

preferred_contraindicated(Case) :- preferred(Drug), contraindicated(Case, Drug).

% Of a request for the preferred drug itself, nothing is asked here.
:- cite(not_applicable/2, 'Initial / f').

not_applicable(Case, preferred_drug) :- reviewed_under(Case, cgrp_antibodies), preferred_requested(Case).


% Renewal

:- pred fewer_headaches(Case: case) :: 'headaches have decreased significantly on treatment'.
:- cite(fewer_headaches/1, 'Renewal / a').

fewer_headaches(Case) :- headaches_decreased(Case).

:- pred better_function(Case: case) :: 'function has improved on treatment'.
:- cite(better_function/1, 'Renewal / b').

better_function(Case) :- function_improved(Case).

:- pred acceptable_toxicity(Case: case) :: 'toxicity has been acceptable'.
:- cite(acceptable_toxicity/1, 'Renewal / c').

acceptable_toxicity(Case) :- request(Case, _, _, _), \+ unacceptable_toxicity(Case).


% Limits. The limit of quantity is ours.

:- cite(approval_duration/3, 'Initial / approval').
:- cite(approval_duration/3, 'Renewal / approval').
:- cite(authorized_months/2, 'Initial / approval').
:- cite(authorized_months/2, 'Renewal / approval').

approval_duration(galcanezumab, initial, 3).
approval_duration(erenumab, initial, 3).
approval_duration(fremanezumab, initial, 3).
approval_duration(galcanezumab, renewal, 12).
approval_duration(erenumab, renewal, 12).
approval_duration(fremanezumab, renewal, 12).

:- cite(quantity_limit/3, 'ours: the text gives no limit').
:- cite(quantity_unit/3, 'ours: the text gives no limit').
:- cite(authorized_quantity/3, 'ours: the text gives no limit').
:- cite(quantity_within_limit/1, 'ours: the text gives no limit').
:- cite(quantity_stated/1, 'ours: the text gives no limit').

quantity_limit(galcanezumab, 1, 28).
quantity_limit(erenumab, 1, 28).
quantity_limit(fremanezumab, 1, 28).

quantity_unit(galcanezumab, injection, injections).
quantity_unit(erenumab, injection, injections).
quantity_unit(fremanezumab, injection, injections).


% How it is read where it could be read otherwise, and what is ours.

reading(cgrp_antibodies, 'In force', 'it is in force from 2019-01-01, a day that is ours, as the text gives the month alone').
reading(cgrp_antibodies, 'Quantity', 'one injection for 28 days is the limit, which is ours, as the text gives none').
reading(cgrp_antibodies, 'Initial / b', 'chronic migraine is migraine, and is with or without aura like any other').
reading(cgrp_antibodies, 'Initial / d', 'months are counted back from the request, as the record counts them').
reading(cgrp_antibodies, 'Initial / e', 'any two of the drugs that it names will do, also two of one group').

reading_bears(Case, cgrp_antibodies, 'In force') :- reviewed_under(Case, cgrp_antibodies).
reading_bears(Case, cgrp_antibodies, 'Quantity') :- policy_in_force(Case, cgrp_antibodies, _).
reading_bears(Case, cgrp_antibodies, 'Initial / b') :-
    request_under(Case, cgrp_antibodies, initial),
    indication(Case, chronic_migraine).
reading_bears(Case, cgrp_antibodies, 'Initial / d') :-
    request_under(Case, cgrp_antibodies, initial),
    documented(migraine_days(Case, _, _)).
reading_bears(Case, cgrp_antibodies, 'Initial / e') :-
    request_under(Case, cgrp_antibodies, initial),
    two_preventives_failed(Case).

same_either_way(Case, cgrp_antibodies, 'Initial / e') :-
    failed_preventive_of(Case, Group),
    failed_preventive_of(Case, Other),
    Group \= Other.

:- pred failed_preventive_of(Case: case, Group: preventive_group)
   :: 'a trial of an oral preventive of the group @(Group) failed'.
:- cite(failed_preventive_of/2, 'Initial / e').

failed_preventive_of(Case, Group) :-
    oral_preventive(Agent, Group),
    failed_for(Case, Agent, 28).


% What cannot be.

:- cite(check/2, 'plausibility').

check(impossible, no_such_month).
:- pred no_such_month(Case: case, MonthBefore: integer, Days: integer)
   :: 'no month @(MonthBefore) before the request has @(Days) migraine days'.
:- cite(no_such_month/3, 'plausibility / values').

no_such_month(Case, MonthBefore, Days) :- documented(migraine_days(Case, MonthBefore, Days)), Days < 0.
no_such_month(Case, MonthBefore, Days) :- documented(migraine_days(Case, MonthBefore, Days)), Days > 31.
no_such_month(Case, MonthBefore, Days) :- documented(migraine_days(Case, MonthBefore, Days)), MonthBefore < 1.

check(impossible, no_such_trial).
:- pred no_such_trial(Case: case, Agent: agent, Days: integer) :: 'a trial of @(Agent) of @(Days) days is none'.
:- cite(no_such_trial/3, 'plausibility / values').

no_such_trial(Case, Agent, Days) :- documented(trial(Case, Agent, Days)), Days < 1.
