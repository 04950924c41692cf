% The prior-authorization policy for Xpovio (selinexor), in the order of the policy document, so that the two can be
% read side by side. What it requires is a predicate for each requirement, with the place where the document has it;
% what it merely states is a fact. The criteria read cases in three values: what is not documented is unknown.

:- module(xpovio, [meets_criteria/1]).

:- use_module(library(drugs)).
:- use_module(library(antiemetics)).
:- use_module(library(conditions)).
:- use_module(library(cases)).
:- use_module(library(policies)).
:- use_module(library(imwg)).
:- use_module(library(plausibility)).

:- policy(xpovio, [drug(selinexor), title('Xpovio (selinexor)'), approved(2024-06-13), effective(2024-07-01)]).


% Description

:- cite(drug_class/2, 'Description / Background').
:- cite(drug_class/2, 'Rationale / Summary').

known_class(nuclear_export_inhibitor).

drug_class(selinexor, nuclear_export_inhibitor).

:- cite(policy_covers/2, 'Description').
:- cite(brand/2, 'Description').

brand(xpovio, selinexor).

:- pred drug_action(Drug: agent, Action: atom) :: '@(Drug) works as follows: @(Action)'.
:- cite(drug_action/2, 'Description / Background').
:- cite(drug_action/2, 'Rationale / Summary').

drug_action(selinexor, 'inhibits exportin 1 (XPO1), reversibly').
drug_action(selinexor, 'makes tumor suppressor proteins accumulate in the nucleus').
drug_action(selinexor, 'lowers oncoproteins, c-myc and cyclin D1 among them').
drug_action(selinexor, 'stops the cell cycle and lets cancer cells die by apoptosis').

:- pred keeps_in_nucleus(Drug: agent, What: atom) :: '@(Drug) keeps @(What) from leaving the nucleus'.
:- cite(keeps_in_nucleus/2, 'Description / Background').
:- cite(keeps_in_nucleus/2, 'Rationale / Summary').

keeps_in_nucleus(selinexor, tumor_suppressor_proteins).
keeps_in_nucleus(selinexor, growth_regulators).
keeps_in_nucleus(selinexor, 'mRNA of oncogenic proteins').


% Regulatory Status: the three indications, all for adults, and what each asks for

:- pred approved_indication(Drug: agent, Number: integer, Condition: condition)
   :: 'indication @(Number) of @(Drug) is for @(Condition)'.
:- cite(approved_indication/3, 'Regulatory Status').

approved_indication(selinexor, 1, multiple_myeloma).
approved_indication(selinexor, 2, multiple_myeloma).
approved_indication(selinexor, 3, diffuse_large_b_cell_lymphoma).

:- pred indication_population(Drug: agent, Number: integer, Population: atom)
   :: 'indication @(Number) of @(Drug) is for @(Population)'.
:- cite(indication_population/3, 'Regulatory Status').

indication_population(selinexor, 1, adults).
indication_population(selinexor, 2, adults).
indication_population(selinexor, 3, adults).

:- pred indication_status(Drug: agent, Number: integer, Status: disease_status)
   :: 'indication @(Number) of @(Drug) includes @(Status) disease and leaves out disease that is neither relapsed nor refractory'.
:- cite(indication_status/3, 'Regulatory Status').

indication_status(selinexor, 2, relapsed).
indication_status(selinexor, 2, refractory).
indication_status(selinexor, 3, relapsed).
indication_status(selinexor, 3, refractory).

:- pred indication_combination(Drug: agent, Number: integer, Agent: agent)
   :: 'indication @(Number) of @(Drug) is for its use together with @(Agent)'.
:- cite(indication_combination/3, 'Regulatory Status').

indication_combination(selinexor, 1, bortezomib).
indication_combination(selinexor, 1, dexamethasone).
indication_combination(selinexor, 2, dexamethasone).

:- pred indication_prior_therapies(Drug: agent, Number: integer, Minimum: integer)
   :: 'indication @(Number) of @(Drug) presupposes @(Minimum) or more prior therapies'.
:- cite(indication_prior_therapies/3, 'Regulatory Status').

indication_prior_therapies(selinexor, 1, 1).
indication_prior_therapies(selinexor, 2, 4).

:- pred indication_prior_lines(Drug: agent, Number: integer, Minimum: integer)
   :: 'indication @(Number) of @(Drug) presupposes @(Minimum) or more earlier lines of systemic therapy'.
:- cite(indication_prior_lines/3, 'Regulatory Status').

indication_prior_lines(selinexor, 3, 2).

:- pred indication_refractory_to(Drug: agent, Number: integer, Class: drug_class, Minimum: integer)
   :: 'indication @(Number) of @(Drug) presupposes disease refractory to @(Minimum) or more of the class @(Class)'.
:- cite(indication_refractory_to/4, 'Regulatory Status').

indication_refractory_to(selinexor, 2, proteasome_inhibitor, 2).
indication_refractory_to(selinexor, 2, immunomodulatory_agent, 2).
indication_refractory_to(selinexor, 2, anti_cd38_monoclonal_antibody, 1).

% Regulatory Status: what to watch for, warnings, reproduction, children

:- pred monitoring_advice(Drug: agent, Finding: atom) :: 'patients on @(Drug) are watched for @(Finding)'.
:- cite(monitoring_advice/2, 'Regulatory Status').

monitoring_advice(selinexor, low_platelet_count).
monitoring_advice(selinexor, low_white_blood_cell_count).
monitoring_advice(selinexor, weight_loss).

:- pred monitored_danger(Drug: agent, Finding: atom, Danger: atom)
   :: 'with @(Drug), @(Finding) is common and can lead to @(Danger)'.
:- cite(monitored_danger/3, 'Regulatory Status').

monitored_danger(selinexor, low_platelet_count, 'severe, sometimes fatal bleeding').
monitored_danger(selinexor, low_white_blood_cell_count, 'sometimes fatal infection').

:- pred managed_promptly(Drug: agent, Finding: atom)
   :: 'where patients on @(Drug) have @(Finding), it is managed promptly'.
:- cite(managed_promptly/2, 'Regulatory Status').

managed_promptly(selinexor, low_platelet_count).
managed_promptly(selinexor, low_white_blood_cell_count).

:- pred intake_advice(Drug: agent, Intake: atom, Prevents: atom)
   :: 'patients need enough @(Intake) during treatment with @(Drug), against @(Prevents)'.
:- cite(intake_advice/3, 'Regulatory Status').

intake_advice(selinexor, fluids, dehydration).
intake_advice(selinexor, calories, weight_loss).

:- pred warning(Drug: agent, Warning: atom) :: 'the labelling of @(Drug) warns of @(Warning)'.
:- cite(warning/2, 'Regulatory Status').

warning(selinexor, thrombocytopenia).
warning(selinexor, neutropenia).
warning(selinexor, hyponatremia).
warning(selinexor, gastrointestinal_toxicity).
warning(selinexor, neurological_toxicity).
warning(selinexor, embryo_fetal_toxicity).
warning(selinexor, cataract).
warning(selinexor, serious_infections).

:- pred reproductive_advice(Drug: agent, Whom: atom, Advice: atom)
   :: 'where @(Drug) is given, the advice to @(Whom) is: @(Advice)'.
:- cite(reproductive_advice/3, 'Regulatory Status').

reproductive_advice(selinexor, female_of_reproductive_potential, 'no pregnancy during treatment, as the fetus can be harmed').
reproductive_advice(selinexor, female_of_reproductive_potential, 'effective contraception until a week after the last dose').
reproductive_advice(selinexor, male_with_partner_of_reproductive_potential, 'effective contraception until a week after the last dose').

:- pred not_established_below(Drug: agent, Years: integer)
   :: 'how safe and effective @(Drug) is below the age of @(Years) is not known'.
:- cite(not_established_below/2, 'Regulatory Status').
:- cite(not_established_below/2, 'Rationale / Summary').

not_established_below(selinexor, 18).


% Policy: what it applies to, how a request is decided, and the criteria in the order of review

:- pred policy_scope(Policy: policy, Review: atom) :: 'the @(Policy) policy applies to @(Review)'.
:- cite(policy_scope/2, 'Policy').

policy_scope(xpovio, pre_service_review).
policy_scope(xpovio, post_service_claim).

:- pred pre_service_kind(Policy: policy, Kind: atom)
   :: 'pre-service reviews that the @(Policy) policy applies to include @(Kind)'.
:- cite(pre_service_kind/2, 'Policy').

pre_service_kind(xpovio, prior_approval).
pre_service_kind(xpovio, precertification).
pre_service_kind(xpovio, advanced_benefit_determination).

:- cite(use_standing/3, 'Policy').

use_standing(xpovio, use_that_meets_the_criteria, medically_necessary).
use_standing(xpovio, use_for_all_other_indications, investigational).

:- cite(reviewed_under/2, 'Policy').
:- cite(meets_criteria/1, 'Policy').
:- cite(request_under/3, 'Prior-Approval Requirements').
:- cite(request_under/3, 'Prior-Approval Renewal Requirements').

% What is stated for both kinds of request is not cited from the sections for the other kind.
:- cite(kind_section/3, 'Policy').

kind_section(xpovio, initial, 'Prior-Approval Requirements').
kind_section(xpovio, initial, 'Prior-Approval Limits').
kind_section(xpovio, renewal, 'Prior-Approval Renewal Requirements').
kind_section(xpovio, renewal, 'Prior-Approval Renewal Limits').

:- cite(criterion/5, 'Prior-Approval Requirements').
:- cite(criterion/5, 'Prior-Approval Renewal Requirements').

criterion(xpovio, initial, 1, age, old_enough).
criterion(xpovio, initial, 2, diagnosis, initial_diagnosis).
criterion(xpovio, initial, 3, antiemetic_prophylaxis, antiemetic_prophylaxis).
criterion(xpovio, initial, 4, monitoring, monitoring_agreed).
criterion(xpovio, initial, 5, contraception, contraception_settled).
criterion(xpovio, renewal, 1, age, old_enough).
criterion(xpovio, renewal, 2, diagnosis, renewal_diagnosis).
criterion(xpovio, renewal, 3, antiemetic_prophylaxis, antiemetic_prophylaxis).
criterion(xpovio, renewal, 4, monitoring, monitoring_agreed).
criterion(xpovio, renewal, 5, contraception, contraception_settled).
criterion(xpovio, renewal, 6, no_progression_or_toxicity, no_progression_or_toxicity).

:- cite(alternative/6, 'Prior-Approval Requirements / Diagnoses').
:- cite(alternative/6, 'Prior-Approval Renewal Requirements / Diagnoses').

alternative(xpovio, initial, diagnosis, 1, multiple_myeloma, initial_multiple_myeloma).
alternative(xpovio, initial, diagnosis, 2, relapsed_or_refractory_multiple_myeloma, initial_relapsed_or_refractory_multiple_myeloma).
alternative(xpovio, initial, diagnosis, 3, diffuse_large_b_cell_lymphoma, initial_diffuse_large_b_cell_lymphoma).
alternative(xpovio, renewal, diagnosis, 1, multiple_myeloma, renewal_multiple_myeloma).
alternative(xpovio, renewal, diagnosis, 2, relapsed_or_refractory_multiple_myeloma, renewal_relapsed_or_refractory_multiple_myeloma).
alternative(xpovio, renewal, diagnosis, 3, diffuse_large_b_cell_lymphoma, renewal_diffuse_large_b_cell_lymphoma).

:- cite(uncovered_indication/2, 'Policy').
:- cite(covered_indication/3, 'Policy').

:- cite(alternative_condition/3, 'Prior-Approval Requirements / Diagnoses').
:- cite(alternative_condition/3, 'Prior-Approval Renewal Requirements / Diagnoses').

alternative_condition(xpovio, multiple_myeloma, multiple_myeloma).
alternative_condition(xpovio, relapsed_or_refractory_multiple_myeloma, multiple_myeloma).
alternative_condition(xpovio, diffuse_large_b_cell_lymphoma, diffuse_large_b_cell_lymphoma).


% Prior-Approval Requirements / Age

:- pred minimum_age(Drug: agent, Years: integer) :: 'patients for @(Drug) are at least @(Years) years old'.
:- cite(minimum_age/2, 'Prior-Approval Requirements / Age').
:- cite(minimum_age/2, 'Prior-Approval Renewal Requirements / Age').

minimum_age(selinexor, 18).

% The population that the drug is approved for is of the same age.
:- pred population_age(Population: atom, Years: integer) :: '@(Population) are @(Years) years old or older'.
:- cite(population_age/2, 'Regulatory Status').

population_age(adults, 18).

:- pred age_beside_approval(Drug: agent, Years: integer, Approved: integer)
   :: 'patients for @(Drug) are to be at least @(Years) years old, and its approval is for those of @(Approved) years or more'.
:- cite(age_beside_approval/3, 'Prior-Approval Requirements / Age').

policy_check(age_beside_approval).

age_beside_approval(Drug, Years, Approved) :-
    minimum_age(Drug, Years),
    indication_population(Drug, _, Population),
    population_age(Population, Approved),
    Years \= Approved.

:- pred old_enough(Case: case) :: 'the patient has reached the minimum age on the date of the request'.
:- cite(old_enough/1, 'Prior-Approval Requirements / Age').
:- cite(old_enough/1, 'Prior-Approval Renewal Requirements / Age').

old_enough(Case) :-
    request(Case, _, _, Date),
    birth_date(Case, Birth),
    age(Birth, Date, Years),
    minimum_age(selinexor, Minimum),
    Years >= Minimum.


% Prior-Approval Requirements / Diagnoses: one of three

:- pred initial_diagnosis(Case: case)
   :: 'the patient has one of the covered diagnoses, with all that the policy asks for it'.
:- pred -initial_diagnosis(Case: case)
   :: 'the patient has none of the covered diagnoses with all that the policy asks for it'.
:- cite(initial_diagnosis/1, 'Prior-Approval Requirements / Diagnoses').

:- cite(requested_for/2, 'Prior-Approval Requirements / Diagnoses').
:- cite(requested_for/2, 'Prior-Approval Renewal Requirements / Diagnoses').

% 1. Multiple myeloma

:- pred initial_multiple_myeloma(Case: case)
   :: 'the request is for multiple myeloma after a prior therapy, with bortezomib and dexamethasone'.
:- cite(initial_multiple_myeloma/1, 'Prior-Approval Requirements / Diagnoses / 1').

initial_multiple_myeloma(Case) :-
    in_force(Case, xpovio, multiple_myeloma),
    requested_for(Case, multiple_myeloma),
    one_prior_therapy(Case),
    with_bortezomib_and_dexamethasone(Case).

:- pred one_prior_therapy(Case: case) :: 'there was a prior therapy'.
:- cite(one_prior_therapy/1, 'Prior-Approval Requirements / Diagnoses / 1.a').

one_prior_therapy(Case) :-
    request(Case, _, _, _),
    at_least(1, Line, prior_therapy(Case, Line, _)).

:- pred with_bortezomib_and_dexamethasone(Case: case) :: 'bortezomib and dexamethasone are both given with the drug'.
:- cite(with_bortezomib_and_dexamethasone/1, 'Prior-Approval Requirements / Diagnoses / 1.b').
:- cite(with_bortezomib_and_dexamethasone/1, 'Prior-Approval Renewal Requirements / Diagnoses / 1.a').

with_bortezomib_and_dexamethasone(Case) :-
    combination(Case, bortezomib),
    combination(Case, dexamethasone).

% 2. Relapsed or refractory multiple myeloma

:- pred initial_relapsed_or_refractory_multiple_myeloma(Case: case)
   :: 'the request is for relapsed or refractory multiple myeloma, heavily pretreated, with dexamethasone'.
:- cite(initial_relapsed_or_refractory_multiple_myeloma/1, 'Prior-Approval Requirements / Diagnoses / 2').

initial_relapsed_or_refractory_multiple_myeloma(Case) :-
    in_force(Case, xpovio, relapsed_or_refractory_multiple_myeloma),
    requested_for(Case, multiple_myeloma),
    relapsed_or_refractory_myeloma(Case),
    four_prior_therapies(Case),
    refractory_to_two_proteasome_inhibitors(Case),
    refractory_to_two_immunomodulatory_agents(Case),
    refractory_to_anti_cd38_antibody(Case),
    with_dexamethasone(Case).

% Here, and for no other diagnosis, refractoriness to any agent is enough.
:- pred relapsed_or_refractory_myeloma(Case: case) :: 'the myeloma is relapsed or refractory'.
:- cite(relapsed_or_refractory_myeloma/1, 'Prior-Approval Requirements / Diagnoses / 2').
:- cite(relapsed_or_refractory_myeloma/1, 'Prior-Approval Renewal Requirements / Diagnoses / 2').

relapsed_or_refractory_myeloma(Case) :- disease_status(Case, relapsed).
relapsed_or_refractory_myeloma(Case) :- disease_status(Case, refractory).
relapsed_or_refractory_myeloma(Case) :- disease_status(Case, relapsed_or_refractory).
relapsed_or_refractory_myeloma(Case) :- refractory(Case, _).

:- pred four_prior_therapies(Case: case) :: 'there were four prior therapies or more'.
:- cite(four_prior_therapies/1, 'Prior-Approval Requirements / Diagnoses / 2.a').

four_prior_therapies(Case) :-
    request(Case, _, _, _),
    at_least(4, Line, prior_therapy(Case, Line, _)).

:- pred refractory_to_two_proteasome_inhibitors(Case: case)
   :: 'the disease is refractory to two proteasome inhibitors or more'.
:- cite(refractory_to_two_proteasome_inhibitors/1, 'Prior-Approval Requirements / Diagnoses / 2.b').

refractory_to_two_proteasome_inhibitors(Case) :-
    request(Case, _, _, _),
    at_least(2, Agent, (drug_class(Agent, proteasome_inhibitor), refractory(Case, Agent))).

:- pred refractory_to_two_immunomodulatory_agents(Case: case)
   :: 'the disease is refractory to two immunomodulatory agents or more'.
:- cite(refractory_to_two_immunomodulatory_agents/1, 'Prior-Approval Requirements / Diagnoses / 2.c').

refractory_to_two_immunomodulatory_agents(Case) :-
    request(Case, _, _, _),
    at_least(2, Agent, (drug_class(Agent, immunomodulatory_agent), refractory(Case, Agent))).

:- pred refractory_to_anti_cd38_antibody(Case: case) :: 'the disease is refractory to an antibody against CD38'.
:- cite(refractory_to_anti_cd38_antibody/1, 'Prior-Approval Requirements / Diagnoses / 2.d').

refractory_to_anti_cd38_antibody(Case) :-
    request(Case, _, _, _),
    at_least(1, Agent, (drug_class(Agent, anti_cd38_monoclonal_antibody), refractory(Case, Agent))).

:- pred with_dexamethasone(Case: case) :: 'dexamethasone is given with the drug'.
:- cite(with_dexamethasone/1, 'Prior-Approval Requirements / Diagnoses / 2.e').
:- cite(with_dexamethasone/1, 'Prior-Approval Renewal Requirements / Diagnoses / 2.a').

with_dexamethasone(Case) :- combination(Case, dexamethasone).

% 3. Relapsed or refractory diffuse large B-cell lymphoma

:- pred initial_diffuse_large_b_cell_lymphoma(Case: case)
   :: 'the request is for relapsed or refractory diffuse large B-cell lymphoma after two lines of systemic therapy'.
:- cite(initial_diffuse_large_b_cell_lymphoma/1, 'Prior-Approval Requirements / Diagnoses / 3').

initial_diffuse_large_b_cell_lymphoma(Case) :-
    in_force(Case, xpovio, diffuse_large_b_cell_lymphoma),
    requested_for(Case, diffuse_large_b_cell_lymphoma),
    relapsed_or_refractory_lymphoma(Case),
    two_prior_lines(Case).

:- pred relapsed_or_refractory_lymphoma(Case: case) :: 'the lymphoma is relapsed or refractory'.
:- cite(relapsed_or_refractory_lymphoma/1, 'Prior-Approval Requirements / Diagnoses / 3').
:- cite(relapsed_or_refractory_lymphoma/1, 'Prior-Approval Renewal Requirements / Diagnoses / 3').

relapsed_or_refractory_lymphoma(Case) :- disease_status(Case, relapsed).
relapsed_or_refractory_lymphoma(Case) :- disease_status(Case, refractory).
relapsed_or_refractory_lymphoma(Case) :- disease_status(Case, relapsed_or_refractory).

:- pred two_prior_lines(Case: case) :: 'systemic therapy was given in two or more earlier lines'.
:- cite(two_prior_lines/1, 'Prior-Approval Requirements / Diagnoses / 3.a').

two_prior_lines(Case) :-
    request(Case, _, _, _),
    at_least(2, Line, prior_therapy(Case, Line, _)).


% Prior-Approval Requirements / all of the following

% a. Nausea: any recognised agent, of whatever class
:- pred antiemetic_prophylaxis(Case: case) :: 'an agent against nausea is given before and during treatment'.
:- pred -antiemetic_prophylaxis(Case: case)
   :: 'no recognised agent against nausea is recorded for before and during treatment'.
:- cite(antiemetic_prophylaxis/1, 'Prior-Approval Requirements / AND ALL / a').
:- cite(antiemetic_prophylaxis/1, 'Prior-Approval Renewal Requirements / AND ALL / b').

antiemetic_prophylaxis(Case) :-
    request(Case, _, _, _),
    at_least(1, Agent, (antiemetic(Agent), prophylaxis(Case, Agent))).

% b. Monitoring
:- pred monitoring_agreed(Case: case) :: 'the prescriber has agreed to all the monitoring'.
:- cite(monitoring_agreed/1, 'Prior-Approval Requirements / AND ALL / b').
:- cite(monitoring_agreed/1, 'Prior-Approval Renewal Requirements / AND ALL / c').

monitoring_agreed(Case) :-
    agrees_to_monitor(Case, complete_blood_count),
    agrees_to_monitor(Case, blood_chemistry),
    agrees_to_monitor(Case, body_weight).

% c. and d. Contraception
:- pred contraception_settled(Case: case) :: 'effective contraception is advised where the policy asks for it'.
:- pred -contraception_settled(Case: case)
   :: 'the policy asks for advice on effective contraception, and there is none'.
:- cite(contraception_settled/1, 'Prior-Approval Requirements / AND ALL / c, d').
:- cite(contraception_settled/1, 'Prior-Approval Renewal Requirements / AND ALL / d, e').

contraception_settled(Case) :- contraception_advised(Case).
contraception_settled(Case) :- request(Case, _, _, _), \+ contraception_needed(Case).
contraception_settled(Case) :- not_yet_in_force(Case, xpovio, contraception).

:- pred contraception_needed(Case: case) :: 'treatment calls for effective contraception'.
:- cite(contraception_needed/1, 'Prior-Approval Requirements / AND ALL / c, d').
:- cite(contraception_needed/1, 'Prior-Approval Renewal Requirements / AND ALL / d, e').

contraception_needed(Case) :- female_of_reproductive_potential(Case).
contraception_needed(Case) :- male_with_partner_of_reproductive_potential(Case).

:- pred female_of_reproductive_potential(Case: case) :: 'the patient is a female who can become pregnant'.
:- cite(female_of_reproductive_potential/1, 'Prior-Approval Requirements / AND ALL / c').
:- cite(female_of_reproductive_potential/1, 'Prior-Approval Renewal Requirements / AND ALL / d').

female_of_reproductive_potential(Case) :- sex(Case, female), reproductive_potential(Case).

:- pred male_with_partner_of_reproductive_potential(Case: case)
   :: 'the patient is a male with a partner who can become pregnant'.
:- cite(male_with_partner_of_reproductive_potential/1, 'Prior-Approval Requirements / AND ALL / d').
:- cite(male_with_partner_of_reproductive_potential/1, 'Prior-Approval Renewal Requirements / AND ALL / e').

male_with_partner_of_reproductive_potential(Case) :- sex(Case, male), partner_of_reproductive_potential(Case).

% Contraception that is certainly not needed plays no part in a case.
:- cite(not_applicable/2, 'Policy History').
:- cite(not_applicable/2, 'Prior-Approval Requirements / AND ALL / c, d').
:- cite(not_applicable/2, 'Prior-Approval Renewal Requirements / AND ALL / d, e').

not_applicable(Case, contraception) :- reviewed_under(Case, xpovio), \+ contraception_needed(Case).


% Prior-Approval Renewal Requirements: age, prophylaxis, monitoring and contraception are as above

:- pred renewal_diagnosis(Case: case)
   :: 'the patient has one of the diagnoses covered in a renewal, with all that the policy asks for it'.
:- pred -renewal_diagnosis(Case: case)
   :: 'the patient has none of the diagnoses covered in a renewal with all that the policy asks for it'.
:- cite(renewal_diagnosis/1, 'Prior-Approval Renewal Requirements / Diagnoses').

:- pred renewal_multiple_myeloma(Case: case)
   :: 'the renewal is for multiple myeloma, with bortezomib and dexamethasone'.
:- cite(renewal_multiple_myeloma/1, 'Prior-Approval Renewal Requirements / Diagnoses / 1').

renewal_multiple_myeloma(Case) :-
    in_force(Case, xpovio, multiple_myeloma),
    requested_for(Case, multiple_myeloma),
    with_bortezomib_and_dexamethasone(Case).

:- pred renewal_relapsed_or_refractory_multiple_myeloma(Case: case)
   :: 'the renewal is for relapsed or refractory multiple myeloma, with dexamethasone'.
:- cite(renewal_relapsed_or_refractory_multiple_myeloma/1, 'Prior-Approval Renewal Requirements / Diagnoses / 2').

renewal_relapsed_or_refractory_multiple_myeloma(Case) :-
    in_force(Case, xpovio, relapsed_or_refractory_multiple_myeloma),
    requested_for(Case, multiple_myeloma),
    relapsed_or_refractory_myeloma(Case),
    with_dexamethasone(Case).

:- pred renewal_diffuse_large_b_cell_lymphoma(Case: case)
   :: 'the renewal is for relapsed or refractory diffuse large B-cell lymphoma'.
:- cite(renewal_diffuse_large_b_cell_lymphoma/1, 'Prior-Approval Renewal Requirements / Diagnoses / 3').

renewal_diffuse_large_b_cell_lymphoma(Case) :-
    in_force(Case, xpovio, diffuse_large_b_cell_lymphoma),
    requested_for(Case, diffuse_large_b_cell_lymphoma),
    relapsed_or_refractory_lymphoma(Case).

:- pred no_progression_or_toxicity(Case: case)
   :: 'on the present treatment the disease has not progressed and toxicity has been acceptable'.
:- pred -no_progression_or_toxicity(Case: case)
   :: 'on the present treatment the disease has progressed or toxicity has been unacceptable'.
:- cite(no_progression_or_toxicity/1, 'Prior-Approval Renewal Requirements / AND ALL / a').

no_progression_or_toxicity(Case) :-
    request(Case, _, _, _),
    \+ disease_progression(Case),
    \+ unacceptable_toxicity(Case).


% Policy Guidelines / Pre-PA Allowance

:- pred pre_approval_allowance(Drug: agent, Allowance: atom)
   :: 'the allowance of @(Drug) before approval is: @(Allowance)'.
:- cite(pre_approval_allowance/2, 'Policy Guidelines / Pre-PA Allowance').

pre_approval_allowance(selinexor, none).


% Prior-Approval Limits / Quantity: the same at every date, and for renewals (Prior-Approval Renewal Limits)

:- cite(listed_strength/2, 'Prior-Approval Limits / Quantity').
:- cite(listed_strength/2, 'Prior-Approval Renewal Limits').

listed_strength(selinexor, 20).
listed_strength(selinexor, 40).
listed_strength(selinexor, 50).
listed_strength(selinexor, 60).

:- cite(quantity_limit/3, 'Prior-Approval Limits / Quantity').
:- cite(quantity_limit/3, 'Prior-Approval Renewal Limits').

% Amounts are in tablets, and so the sentences of the library say it here.
:- pred quantity(Case: case, Tablets: integer, Days: integer) :: '@(Tablets) tablets are requested for @(Days) days'.
:- pred -quantity(Case: case, Tablets: integer, Days: integer)
   :: '@(Tablets) tablets for @(Days) days are not what is requested'.
:- pred quantity_limit(Drug: agent, Tablets: integer, Days: integer)
   :: 'the limit for @(Drug) is @(Tablets) tablets in @(Days) days'.
:- pred authorized_quantity(Case: case, Tablets: integer, Days: integer)
   :: 'the limit for the request is @(Tablets) tablets in @(Days) days'.
:- pred listed_strength(Drug: agent, Mg: integer) :: '@(Drug) tablets of @(Mg) mg are listed'.
:- pred unlisted_strength(Case: case, Mg: integer) :: 'the requested tablets of @(Mg) mg are not listed'.

quantity_limit(selinexor, 96, 84).
quantity_unit(selinexor, tablet, tablets).

:- cite(quantity_unit/3, 'Prior-Approval Limits / Quantity').
:- cite(authorized_quantity/3, 'Prior-Approval Limits / Quantity').
:- cite(authorized_quantity/3, 'Prior-Approval Renewal Limits').
:- cite(quantity_stated/1, 'Prior-Approval Limits / Quantity').
:- cite(quantity_within_limit/1, 'Prior-Approval Limits / Quantity').
:- cite(quantity_within_limit/1, 'Prior-Approval Renewal Limits').
:- cite(unlisted_strength/2, 'Prior-Approval Limits / Quantity').
:- cite(unlisted_strength/2, 'Prior-Approval Renewal Limits').

% The dosing table: dose, times a week and tablet strength; tablets in the carton and in each of its blister packs.
:- pred package(DoseMg: integer, TimesPerWeek: integer, TabletMg: integer, TabletsPerCarton: integer, TabletsPerBlister: integer)
   :: 'for @(DoseMg) mg, @(TimesPerWeek) time(s) a week, in tablets of @(TabletMg) mg, a carton has @(TabletsPerCarton) tablets and a blister pack @(TabletsPerBlister)'.
:- cite(package/5, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(package/5, 'Prior-Approval Renewal Limits').

package(40, 1, 20, 8, 2).
package(40, 1, 40, 4, 1).
package(40, 2, 20, 16, 4).
package(40, 2, 40, 8, 2).
package(60, 1, 20, 12, 3).
package(60, 1, 60, 4, 1).
package(60, 2, 20, 24, 6).
package(80, 1, 20, 16, 4).
package(80, 1, 40, 8, 2).
package(80, 2, 20, 32, 8).
package(100, 1, 20, 20, 5).
package(100, 1, 50, 8, 2).

:- pred blisters_per_carton(Drug: agent, Blisters: integer) :: 'a carton of @(Drug) has @(Blisters) blister packs'.
:- cite(blisters_per_carton/2, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(blisters_per_carton/2, 'Prior-Approval Renewal Limits').

blisters_per_carton(selinexor, 4).

% The table's arithmetic: the blister packs make up the carton, and each holds the dose of one week.
:- pred package_confirmed(DoseMg: integer, TimesPerWeek: integer, TabletMg: integer)
   :: 'the table adds up for @(DoseMg) mg, @(TimesPerWeek) time(s) a week, in tablets of @(TabletMg) mg'.
:- cite(package_confirmed/3, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(package_confirmed/3, 'Prior-Approval Renewal Limits').

package_confirmed(DoseMg, TimesPerWeek, TabletMg) :-
    package(DoseMg, TimesPerWeek, TabletMg, TabletsPerCarton, TabletsPerBlister),
    listed_strength(selinexor, TabletMg),
    blisters_per_carton(selinexor, Blisters),
    TabletsPerCarton =:= Blisters * TabletsPerBlister,
    TabletsPerBlister * TabletMg =:= DoseMg * TimesPerWeek.

:- pred package_discrepancy(DoseMg: integer, TimesPerWeek: integer, TabletMg: integer)
   :: 'the table does not add up for @(DoseMg) mg, @(TimesPerWeek) time(s) a week, in tablets of @(TabletMg) mg'.
:- cite(package_discrepancy/3, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(package_discrepancy/3, 'Prior-Approval Renewal Limits').

policy_check(package_discrepancy).

package_discrepancy(DoseMg, TimesPerWeek, TabletMg) :-
    package(DoseMg, TimesPerWeek, TabletMg, _, _),
    \+ package_confirmed(DoseMg, TimesPerWeek, TabletMg).

% A blister pack lasts 7 days, so the limit leaves room for every row; the largest row uses all of it.
:- pred package_within_limit(DoseMg: integer, TimesPerWeek: integer, TabletMg: integer)
   :: 'the limit leaves room for @(DoseMg) mg, @(TimesPerWeek) time(s) a week, in tablets of @(TabletMg) mg'.
:- cite(package_within_limit/3, 'Prior-Approval Limits / Quantity').
:- cite(package_within_limit/3, 'Prior-Approval Renewal Limits').

package_within_limit(DoseMg, TimesPerWeek, TabletMg) :-
    package(DoseMg, TimesPerWeek, TabletMg, _, TabletsPerBlister),
    quantity_limit(selinexor, LimitTablets, LimitDays),
    TabletsPerBlister * LimitDays =< LimitTablets * 7.

:- pred package_over_limit(DoseMg: integer, TimesPerWeek: integer, TabletMg: integer)
   :: 'the limit leaves no room for @(DoseMg) mg, @(TimesPerWeek) time(s) a week, in tablets of @(TabletMg) mg'.
:- cite(package_over_limit/3, 'Prior-Approval Limits / Quantity').
:- cite(package_over_limit/3, 'Prior-Approval Renewal Limits').

policy_check(package_over_limit).

package_over_limit(DoseMg, TimesPerWeek, TabletMg) :-
    package(DoseMg, TimesPerWeek, TabletMg, _, _),
    \+ package_within_limit(DoseMg, TimesPerWeek, TabletMg).

:- pred package_for_request(Case: case, TabletsPerCarton: integer, TabletsPerBlister: integer)
   :: 'the table has a carton of @(TabletsPerCarton) tablets, @(TabletsPerBlister) in a blister pack, for the requested dose and strength'.
:- cite(package_for_request/3, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(package_for_request/3, 'Prior-Approval Renewal Limits').

package_for_request(Case, TabletsPerCarton, TabletsPerBlister) :-
    reviewed_under(Case, xpovio),
    regimen(Case, DoseMg, TimesPerWeek),
    tablet(Case, TabletMg),
    package(DoseMg, TimesPerWeek, TabletMg, TabletsPerCarton, TabletsPerBlister).


% Prior-Approval Limits / Duration

:- cite(approval_duration/3, 'Prior-Approval Limits / Duration').
:- cite(approval_duration/3, 'Prior-Approval Renewal Limits').
:- cite(authorized_months/2, 'Prior-Approval Limits / Duration').
:- cite(authorized_months/2, 'Prior-Approval Renewal Limits').

approval_duration(selinexor, initial, 12).
approval_duration(selinexor, renewal, 12).


% Rationale / Summary: what the drug is and does, as above, and what prior approval is for

:- pred prior_approval_purpose(Drug: agent, Purpose: atom) :: 'prior approval of @(Drug) is required for @(Purpose)'.
:- cite(prior_approval_purpose/2, 'Rationale / Summary').

prior_approval_purpose(selinexor, safe_use).
prior_approval_purpose(selinexor, clinically_appropriate_use).
prior_approval_purpose(selinexor, cost_effective_use).
prior_approval_purpose(selinexor, optimal_therapeutic_outcomes).


% Policy History

:- pred policy_change(Policy: policy, Year: integer, Month: integer, Action: atom)
   :: 'the history of the @(Policy) policy has for @(Year)-@(Month): @(Action)'.
:- cite(policy_change/4, 'Policy History').

policy_change(xpovio, 2019, 7, 'new policy').
policy_change(xpovio, 2019, 9, 'annual review').
policy_change(xpovio, 2019, 12, 'annual review').
policy_change(xpovio, 2020, 6, 'annual review').
policy_change(xpovio, 2020, 7, 'lymphoma indication added').
policy_change(xpovio, 2020, 7, 'dosing table updated').
policy_change(xpovio, 2020, 9, 'annual review').
policy_change(xpovio, 2021, 1, 'myeloma indication with bortezomib and dexamethasone added').
policy_change(xpovio, 2021, 3, 'annual review').
policy_change(xpovio, 2021, 5, 'quantity table revised for new strengths and packs').
policy_change(xpovio, 2021, 5, 'contraception required of women and men').
policy_change(xpovio, 2021, 5, 'appendix 1 updated').
policy_change(xpovio, 2021, 9, 'annual review and reference update').
policy_change(xpovio, 2022, 6, 'annual review and reference update').
policy_change(xpovio, 2023, 3, 'annual review and reference update').
policy_change(xpovio, 2023, 12, 'annual review and reference update').
policy_change(xpovio, 2024, 6, 'annual review and reference update').

% The versions that differ in what they require, and the present one. The history gives months only: a change counts
% from the first of its month. The day of the present version is the one that the document states.
:- cite(policy_version/2, 'Policy History').

policy_version(xpovio, 2019-07-01).
policy_version(xpovio, 2020-07-01).
policy_version(xpovio, 2021-01-01).
policy_version(xpovio, 2021-05-01).
policy_version(xpovio, 2024-07-01).

% Older versions are known from the history alone.
:- cite(reconstructed_version/2, 'Policy History').

reconstructed_version(xpovio, 2019-07-01).
reconstructed_version(xpovio, 2020-07-01).
reconstructed_version(xpovio, 2021-01-01).
reconstructed_version(xpovio, 2021-05-01).

:- cite(policy_in_force/3, 'Policy History').
:- cite(superseded/3, 'Policy History').
:- cite(in_change_month/2, 'Policy History').
:- cite(in_force/3, 'Policy History').
:- cite(not_yet_in_force/3, 'Policy History').

% Since when the policy has the items that it did not always have, and the first alternative.
:- cite(item_since/3, 'Policy History').

item_since(xpovio, relapsed_or_refractory_multiple_myeloma, 2019-07-01).
item_since(xpovio, diffuse_large_b_cell_lymphoma, 2020-07-01).
item_since(xpovio, multiple_myeloma, 2021-01-01).
item_since(xpovio, contraception, 2021-05-01).


% Keywords: the closing statement

:- pred policy_approval(Policy: policy, Date: date, Committee: atom, Effective: date)
   :: 'the @(Policy) policy was approved on @(Date) by the @(Committee), and is effective on @(Effective)'.
:- cite(policy_approval/4, 'Keywords').

policy_approval(xpovio, 2024-06-13, 'FEP Pharmacy and Medical Policy Committee', 2024-07-01).


% The places of the document that are cited here.

policy_place(xpovio, 'Description / Background').
policy_place(xpovio, 'Rationale / Summary').
policy_place(xpovio, 'Description').
policy_place(xpovio, 'Regulatory Status').
policy_place(xpovio, 'Policy').
policy_place(xpovio, 'Prior-Approval Requirements').
policy_place(xpovio, 'Prior-Approval Renewal Requirements').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Diagnoses').
policy_place(xpovio, 'Prior-Approval Requirements / Age').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Age').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 1').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 1.a').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 1.b').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Diagnoses / 1.a').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 2').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Diagnoses / 2').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 2.a').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 2.b').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 2.c').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 2.d').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 2.e').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Diagnoses / 2.a').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 3').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Diagnoses / 3').
policy_place(xpovio, 'Prior-Approval Requirements / Diagnoses / 3.a').
policy_place(xpovio, 'Prior-Approval Requirements / AND ALL / a').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / AND ALL / b').
policy_place(xpovio, 'Prior-Approval Requirements / AND ALL / b').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / AND ALL / c').
policy_place(xpovio, 'Prior-Approval Requirements / AND ALL / c, d').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / AND ALL / d, e').
policy_place(xpovio, 'Prior-Approval Requirements / AND ALL / c').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / AND ALL / d').
policy_place(xpovio, 'Prior-Approval Requirements / AND ALL / d').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / AND ALL / e').
policy_place(xpovio, 'Policy History').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / Diagnoses / 1').
policy_place(xpovio, 'Prior-Approval Renewal Requirements / AND ALL / a').
policy_place(xpovio, 'Policy Guidelines / Pre-PA Allowance').
policy_place(xpovio, 'Prior-Approval Limits / Quantity').
policy_place(xpovio, 'Prior-Approval Renewal Limits').
policy_place(xpovio, 'Prior-Approval Limits / Quantity / dosing table').
policy_place(xpovio, 'Prior-Approval Limits / Duration').
policy_place(xpovio, 'Keywords').
policy_place(xpovio, 'WHO classification of haematolymphoid tumours').


% How the policy is read where a lawyer or a pharmacist could read it otherwise.

reading(xpovio, 'Diagnoses / 2.a', 'prior therapies are counted as lines, so that drugs given together are one therapy, and a drug given again in a later line is another').
reading(xpovio, 'Diagnoses / 1.b, 2.e, 3', 'a further drug that is given together with those it names makes no difference').
reading(xpovio, 'Diagnoses / 2', 'myeloma that is refractory to any drug is relapsed or refractory myeloma').
reading(xpovio, 'Diagnoses / 2.b, 2.c, 2.d', 'a line that failed shows the disease to be refractory to every drug of that line').
reading(xpovio, 'Diagnoses', 'a use for a condition that it names, but not as it asks for, does not meet the criteria, and is not investigational').
reading(xpovio, 'Diagnoses / 3', 'kinds of large B-cell lymphoma that are set apart from the kind not otherwise specified are other indications').
reading(xpovio, 'Policy History', 'it is in force for more than a year after it began, as no later version is known').

:- pred diagnosis_fulfilled(Case: case)
   :: 'the patient has one of the diagnoses covered for the kind of request, with all that the policy asks for it'.
:- cite(diagnosis_fulfilled/1, 'Prior-Approval Requirements / Diagnoses').
:- cite(diagnosis_fulfilled/1, 'Prior-Approval Renewal Requirements / Diagnoses').

diagnosis_fulfilled(Case) :- request_under(Case, xpovio, initial), initial_diagnosis(Case).
diagnosis_fulfilled(Case) :- request_under(Case, xpovio, renewal), renewal_diagnosis(Case).

:- pred fulfilled_with_bortezomib(Case: case)
   :: 'the patient has all that the policy asks for multiple myeloma with bortezomib and dexamethasone'.
:- cite(fulfilled_with_bortezomib/1, 'Prior-Approval Requirements / Diagnoses / 1').
:- cite(fulfilled_with_bortezomib/1, 'Prior-Approval Renewal Requirements / Diagnoses / 1').

fulfilled_with_bortezomib(Case) :- request_under(Case, xpovio, initial), initial_multiple_myeloma(Case).
fulfilled_with_bortezomib(Case) :- request_under(Case, xpovio, renewal), renewal_multiple_myeloma(Case).

% Lines or drugs: it matters where four of the one kind are documented, and not four of the other.
:- pred four_prior_drugs(Case: case) :: 'four drugs or more were given in earlier lines'.

four_prior_drugs(Case) :-
    request(Case, _, _, _),
    at_least(4, Agent, prior_therapy(Case, _, Agent)).

:- pred otherwise_heavily_pretreated(Case: case)
   :: 'beside the number of prior therapies, what is asked for relapsed or refractory multiple myeloma is so'.
:- cite(otherwise_heavily_pretreated/1, 'Prior-Approval Requirements / Diagnoses / 2').

otherwise_heavily_pretreated(Case) :-
    in_force(Case, xpovio, relapsed_or_refractory_multiple_myeloma),
    requested_for(Case, multiple_myeloma),
    relapsed_or_refractory_myeloma(Case),
    refractory_to_two_proteasome_inhibitors(Case),
    refractory_to_two_immunomodulatory_agents(Case),
    refractory_to_anti_cd38_antibody(Case),
    with_dexamethasone(Case).

reading_bears(Case, xpovio, 'Diagnoses / 2.a') :-
    request_under(Case, xpovio, initial),
    requested_for(Case, multiple_myeloma),
    four_prior_therapies(Case).
reading_bears(Case, xpovio, 'Diagnoses / 2.a') :-
    request_under(Case, xpovio, initial),
    requested_for(Case, multiple_myeloma),
    four_prior_drugs(Case).

same_either_way(Case, xpovio, 'Diagnoses / 2.a') :- four_prior_therapies(Case), four_prior_drugs(Case).
same_either_way(Case, xpovio, 'Diagnoses / 2.a') :- fulfilled_with_bortezomib(Case).
same_either_way(Case, xpovio, 'Diagnoses / 2.a') :-
    request_under(Case, xpovio, initial),
    \+ otherwise_heavily_pretreated(Case).

% Bortezomib beside dexamethasone is a further drug where the diagnosis that names it is not in force.
:- pred named_partner(Case: case, Agent: agent)
   :: 'for the stated indication the policy names @(Agent) as given together'.
:- cite(named_partner/2, 'Regulatory Status').

named_partner(Case, Agent) :-
    requested_drug(Case, Drug),
    approved_indication(Drug, Number, Condition),
    requested_for(Case, Condition),
    indication_combination(Drug, Number, Agent).

reading_bears(Case, xpovio, 'Diagnoses / 1.b, 2.e, 3') :-
    reviewed_under(Case, xpovio),
    combination(Case, Agent),
    \+ named_partner(Case, Agent).
reading_bears(Case, xpovio, 'Diagnoses / 1.b, 2.e, 3') :-
    not_yet_in_force(Case, xpovio, multiple_myeloma),
    with_bortezomib_and_dexamethasone(Case).

same_either_way(Case, xpovio, 'Diagnoses / 1.b, 2.e, 3') :- reviewed_under(Case, xpovio), \+ diagnosis_fulfilled(Case).

% Refractory to a drug, and to what of a line.
reading_bears(Case, xpovio, 'Diagnoses / 2') :-
    reviewed_under(Case, xpovio),
    requested_for(Case, multiple_myeloma),
    refractory(Case, _).

same_either_way(Case, xpovio, 'Diagnoses / 2') :- disease_status(Case, relapsed).
same_either_way(Case, xpovio, 'Diagnoses / 2') :- disease_status(Case, refractory).
same_either_way(Case, xpovio, 'Diagnoses / 2') :- fulfilled_with_bortezomib(Case).
same_either_way(Case, xpovio, 'Diagnoses / 2') :- reviewed_under(Case, xpovio), \+ diagnosis_fulfilled(Case).

:- pred line_of_several(Case: case, Line: integer) :: 'prior line @(Line) had several drugs'.

line_of_several(Case, Line) :- prior_therapy(Case, Line, Agent), prior_therapy(Case, Line, Other), Agent \= Other.

reading_bears(Case, xpovio, 'Diagnoses / 2.b, 2.c, 2.d') :-
    reviewed_under(Case, xpovio),
    requested_for(Case, multiple_myeloma),
    line_of_several(Case, Line),
    refractory_by_definition(Case, Agent, Line),
    drug_class(Agent, Class),
    indication_refractory_to(_, _, Class, _).

same_either_way(Case, xpovio, 'Diagnoses / 2.b, 2.c, 2.d') :- fulfilled_with_bortezomib(Case).
same_either_way(Case, xpovio, 'Diagnoses / 2.b, 2.c, 2.d') :-
    reviewed_under(Case, xpovio),
    \+ diagnosis_fulfilled(Case).
same_either_way(Case, xpovio, 'Diagnoses / 2.b, 2.c, 2.d') :-
    request_under(Case, xpovio, renewal),
    disease_status(Case, relapsed).
same_either_way(Case, xpovio, 'Diagnoses / 2.b, 2.c, 2.d') :-
    request_under(Case, xpovio, renewal),
    disease_status(Case, refractory).

% Conditions that are named, and those beside them.
reading_bears(Case, xpovio, 'Diagnoses') :-
    indication(Case, Condition),
    covered_indication(Case, xpovio, Condition),
    \+ diagnosis_fulfilled(Case).

:- pred set_apart(Condition: condition)
   :: '@(Condition) is set apart from diffuse large B-cell lymphoma, not otherwise specified'.
:- cite(set_apart/1, 'WHO classification of haematolymphoid tumours').

set_apart(dlbcl_arising_from_another_indolent_lymphoma).
set_apart(primary_mediastinal_large_b_cell_lymphoma).
set_apart(primary_cns_lymphoma).
set_apart(high_grade_b_cell_lymphoma).
set_apart(t_cell_histiocyte_rich_large_b_cell_lymphoma).
set_apart(ebv_positive_large_b_cell_lymphoma).
set_apart(plasmablastic_lymphoma).
set_apart(primary_cutaneous_large_b_cell_lymphoma_leg_type).
set_apart(intravascular_large_b_cell_lymphoma).
set_apart(primary_effusion_lymphoma).
set_apart(richter_transformation).
set_apart(gray_zone_lymphoma).

reading_bears(Case, xpovio, 'Diagnoses / 3') :- uncovered_indication(Case, Condition), set_apart(Condition).

same_either_way(Case, xpovio, 'Diagnoses / 3') :- not_yet_in_force(Case, xpovio, diffuse_large_b_cell_lymphoma).

% The newest version, long after it began.
reading_bears(Case, xpovio, 'Policy History') :-
    policy_in_force(Case, xpovio, From),
    \+ reconstructed_version(xpovio, From),
    request(Case, _, _, Date),
    add_months(From, 12, Later),
    Later @< Date.


% Appendix 1, the myeloma medications by class and brand, is in kb/library/drugs.pl.


% What should be looked at before a report is signed, besides what kb/library/plausibility.pl has: a quantity that fits
% neither the dose nor the dosing table.
:- cite(check/2, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(check/2, 'Prior-Approval Renewal Limits').

check(look, unlisted_strength).
check(look, dose_not_in_table).
:- pred dose_not_in_table(Case: case, Mg: integer, TimesPerWeek: integer)
   :: 'the dosing table has no dose of @(Mg) mg, @(TimesPerWeek) time(s) a week'.
:- cite(dose_not_in_table/3, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(dose_not_in_table/3, 'Prior-Approval Renewal Limits').

dose_not_in_table(Case, Mg, TimesPerWeek) :-
    reviewed_under(Case, xpovio),
    documented(regimen(Case, Mg, TimesPerWeek)),
    \+ listed_dose(Mg, TimesPerWeek).

:- pred listed_dose(DoseMg: integer, TimesPerWeek: integer)
   :: 'the dosing table has the dose of @(DoseMg) mg, @(TimesPerWeek) time(s) a week'.
:- cite(listed_dose/2, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(listed_dose/2, 'Prior-Approval Renewal Limits').

listed_dose(DoseMg, TimesPerWeek) :- package(DoseMg, TimesPerWeek, _, _, _).

check(look, tablet_not_for_dose).
:- pred tablet_not_for_dose(Case: case, TabletMg: integer, Mg: integer, TimesPerWeek: integer)
   :: 'the dosing table has no tablets of @(TabletMg) mg for @(Mg) mg, @(TimesPerWeek) time(s) a week'.
:- cite(tablet_not_for_dose/4, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(tablet_not_for_dose/4, 'Prior-Approval Renewal Limits').

tablet_not_for_dose(Case, TabletMg, Mg, TimesPerWeek) :-
    reviewed_under(Case, xpovio),
    documented((regimen(Case, Mg, TimesPerWeek), tablet(Case, TabletMg))),
    listed_dose(Mg, TimesPerWeek),
    \+ package(Mg, TimesPerWeek, TabletMg, _, _).

% A carton is the least that is dispensed, so a quantity may be off by less than that.
check(look, quantity_beyond_dose).
:- pred quantity_beyond_dose(Case: case, Tablets: integer, Days: integer, Weekly: integer)
   :: '@(Tablets) tablets for @(Days) days are at least a carton more than the dose takes, @(Weekly) tablet(s) a week'.
:- cite(quantity_beyond_dose/4, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(quantity_beyond_dose/4, 'Prior-Approval Renewal Limits').

quantity_beyond_dose(Case, Tablets, Days, Weekly) :-
    documented((package_for_request(Case, Carton, Weekly), quantity(Case, Tablets, Days))),
    Tablets * 7 >= Weekly * Days + Carton * 7.

check(look, quantity_below_dose).
:- pred quantity_below_dose(Case: case, Tablets: integer, Days: integer, Weekly: integer)
   :: '@(Tablets) tablets for @(Days) days are at least a carton fewer than the dose takes, @(Weekly) tablet(s) a week'.
:- cite(quantity_below_dose/4, 'Prior-Approval Limits / Quantity / dosing table').
:- cite(quantity_below_dose/4, 'Prior-Approval Renewal Limits').

quantity_below_dose(Case, Tablets, Days, Weekly) :-
    documented((package_for_request(Case, Carton, Weekly), quantity(Case, Tablets, Days))),
    Tablets * 7 + Carton * 7 =< Weekly * Days.
