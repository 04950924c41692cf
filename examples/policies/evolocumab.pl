% A policy of step therapy for evolocumab: a statin first, by dose, by date and by laboratory value. Places are those of our list of
% what it requires, in its order. Its first day and how long an approval lasts were not in the text that was seen: those here are
% ours, and reports say so.

:- module(evolocumab, [meets_criteria/1]).

:- use_module(library(cardiovascular)).
:- use_module(library(cases)).
:- use_module(library(plausibility)).

:- policy(evolocumab, [drug(evolocumab), title('Evolocumab (Repatha), step therapy'), effective(2025-01-01)]).

:- cite(policy_covers/2, 'Policy').
:- cite(policy_version/2, 'ours: the text gives no date').
:- cite(policy_in_force/3, 'ours: the text gives no date').
:- cite(meets_criteria/1, 'Policy').
:- cite(brand/2, 'Policy').

brand(repatha, evolocumab).

:- cite(kind_section/3, 'Policy').

kind_section(evolocumab, initial, 'Initial').
kind_section(evolocumab, renewal, 'Renewal').

:- cite(criterion/5, 'Initial').
:- cite(criterion/5, 'Renewal').

criterion(evolocumab, initial, 1, age, old_enough).
criterion(evolocumab, initial, 2, diagnosis, diagnosis_fulfilled).
criterion(evolocumab, initial, 3, statin_therapy, statin_therapy_tried).
criterion(evolocumab, renewal, 1, response, responded).

:- cite(alternative/6, 'Initial / b').
:- cite(alternative/6, 'Initial / c').

alternative(evolocumab, initial, diagnosis, 1, established_disease, established_disease).
alternative(evolocumab, initial, diagnosis, 2, primary_hyperlipidemia, hyperlipidemia_at_risk).
alternative(evolocumab, initial, statin_therapy, 1, inadequate_response_in_established_disease, inadequate_response_in_established_disease).
alternative(evolocumab, initial, statin_therapy, 2, inadequate_response_in_primary_hyperlipidemia, inadequate_response_in_primary_hyperlipidemia).
alternative(evolocumab, initial, statin_therapy, 3, rhabdomyolysis, rhabdomyolysis_with_statin).
alternative(evolocumab, initial, statin_therapy, 4, muscle_symptoms_in_established_disease, muscle_symptoms_in_established_disease).
alternative(evolocumab, initial, statin_therapy, 5, muscle_symptoms_in_primary_hyperlipidemia, muscle_symptoms_in_primary_hyperlipidemia).


% What a case may state besides what cases.pl has.

:- pred history(Case: case, Condition: condition) :: 'the patient has or has had @(Condition)'.
:- pred -history(Case: case, Condition: condition) :: 'the patient has not had @(Condition)'.
:- abducible history/2.
:- question history(Case, Condition) :: 'Does the patient have, or has the patient had, @(Condition)?'.
:- question history(Case, Condition)
   :: 'Which of these conditions or procedures does the patient have, or has the patient had?'.

:- pred calcium_score(Case: case, Score: decimal) :: 'the coronary calcium score is @(Score) Agatston units'.
:- pred -calcium_score(Case: case, Score: decimal) :: 'the coronary calcium score is not @(Score) Agatston units'.
:- abducible calcium_score/2.
:- functional calcium_score(+, -).
:- question calcium_score(Case, Score) :: 'What is the coronary calcium score, in Agatston units?'.

% A course goes on without a break; where its dose was changed, the lowest daily dose is stated.
:- pred course(Case: case, Agent: agent, Mg: decimal, From: date, Until: date)
   :: '@(Agent), at least @(Mg) mg daily, was taken without a break from @(From) until @(Until)'.
:- pred -course(Case: case, Agent: agent, Mg: decimal, From: date, Until: date)
   :: '@(Agent), at least @(Mg) mg daily, was not taken without a break from @(From) until @(Until)'.
:- abducible course/5.
:- question course(Case, Agent, Mg, From, Until)
   :: 'Was @(Agent) taken without a break from @(From) until @(Until), at least @(Mg) mg daily?'.
:- question course(Case, Agent, Mg, From, Until)
   :: 'Which courses of statins and of ezetimibe were there: at least how many milligrams daily, without a break from when until when?'.

:- pred ldl(Case: case, Date: date, Value: decimal) :: 'on @(Date) LDL cholesterol was @(Value) mg/dL'.
:- pred -ldl(Case: case, Date: date, Value: decimal) :: 'on @(Date) LDL cholesterol was not @(Value) mg/dL'.
:- abducible ldl/3.
:- functional ldl(+, +, -).
:- question ldl(Case, Date, Value) :: 'What was LDL cholesterol, in mg/dL, and on what day was it measured?'.

:- pred rhabdomyolysis(Case: case, Agent: agent) :: 'there was rhabdomyolysis with @(Agent)'.
:- pred -rhabdomyolysis(Case: case, Agent: agent) :: 'there was no rhabdomyolysis with @(Agent)'.
:- abducible rhabdomyolysis/2.
:- question rhabdomyolysis(Case, Agent) :: 'Was there rhabdomyolysis with @(Agent)?'.
:- question rhabdomyolysis(Case, Agent) :: 'With which drugs was there rhabdomyolysis?'.

:- pred muscle_symptoms(Case: case, Agent: agent) :: 'there were symptoms of skeletal muscles with @(Agent)'.
:- pred -muscle_symptoms(Case: case, Agent: agent) :: 'there were no symptoms of skeletal muscles with @(Agent)'.
:- abducible muscle_symptoms/2.
:- question muscle_symptoms(Case, Agent) :: 'Were there symptoms of skeletal muscles with @(Agent)?'.
:- question muscle_symptoms(Case, Agent) :: 'With which drugs were there symptoms of skeletal muscles?'.

:- pred resolved_after_stopping(Case: case, Agent: agent) :: 'the symptoms resolved when @(Agent) was stopped'.
:- pred -resolved_after_stopping(Case: case, Agent: agent) :: 'the symptoms did not resolve when @(Agent) was stopped'.
:- abducible resolved_after_stopping/2.
:- question resolved_after_stopping(Case, Agent) :: 'Did the symptoms resolve when @(Agent) was stopped?'.
:- question resolved_after_stopping(Case, Agent) :: 'After which drugs were stopped did the symptoms resolve?'.

:- pred came_back(Case: case, Agent: agent, Mg: decimal)
   :: 'the symptoms that had resolved came back with @(Agent), @(Mg) mg daily'.
:- pred -came_back(Case: case, Agent: agent, Mg: decimal)
   :: 'the symptoms that had resolved did not come back with @(Agent), @(Mg) mg daily'.
:- abducible came_back/3.
:- question came_back(Case, Agent, Mg) :: 'Did the symptoms that had resolved come back with @(Agent), @(Mg) mg daily?'.
:- question came_back(Case, Agent, Mg)
   :: 'With which statin, and how many milligrams daily, did the symptoms that had resolved come back?'.

:- pred response(Case: case) :: 'according to the prescriber the patient has responded to therapy'.
:- pred -response(Case: case) :: 'according to the prescriber the patient has not responded to therapy'.
:- abducible response/1.
:- question response(Case) :: 'Has the patient, according to the prescriber, responded to therapy?'.


% Initial / a. Age

:- pred old_enough(Case: case) :: 'the patient is 18 years old or older on the date of the request'.
:- cite(old_enough/1, 'Initial / a').

old_enough(Case) :-
    request(Case, _, _, Date),
    birth_date(Case, Birth),
    age(Birth, Date, Years),
    Years >= 18.


% Initial / b. Diagnosis, one of two: shown by the history, or by what the drug is requested for

:- pred diagnosis_fulfilled(Case: case)
   :: 'the patient has one of the covered diagnoses, with all that the policy asks for it'.
:- cite(diagnosis_fulfilled/1, 'Initial / b').

:- pred has_or_had(Case: case, Condition: condition)
   :: '@(Condition), or a kind of it, is in the history or the indication'.
:- cite(has_or_had/2, 'Initial / b').

has_or_had(Case, Condition) :- history(Case, Condition).
has_or_had(Case, Condition) :- kind_of(Kind, Condition), history(Case, Kind).
has_or_had(Case, Condition) :- requested_for(Case, Condition).

% 1. Established cardiovascular disease
:- pred established_disease(Case: case) :: 'there is established cardiovascular disease'.
:- cite(established_disease/1, 'Initial / b / 1').

established_disease(Case) :- shows_disease(Condition), has_or_had(Case, Condition).

:- pred shows_disease(Condition: condition) :: '@(Condition) shows established cardiovascular disease'.
:- cite(shows_disease/1, 'Initial / b / 1').

shows_disease(myocardial_infarction).
shows_disease(acute_coronary_syndrome).
shows_disease(angina).
shows_disease(stroke).
shows_disease(transient_ischemic_attack).
shows_disease(coronary_artery_disease).
shows_disease(peripheral_arterial_disease).
shows_disease(revascularization).

% 2. Primary hyperlipidemia with a calcium score, or diabetes
:- pred hyperlipidemia_at_risk(Case: case)
   :: 'there is primary hyperlipidemia, with a coronary calcium score of 300 or more, or diabetes'.
:- cite(hyperlipidemia_at_risk/1, 'Initial / b / 2').

hyperlipidemia_at_risk(Case) :- has_or_had(Case, primary_hyperlipidemia), at_risk(Case).

:- pred at_risk(Case: case) :: 'there is a coronary calcium score of 300 Agatston units or more, or diabetes'.
:- cite(at_risk/1, 'Initial / b / 2').

at_risk(Case) :- calcium_score(Case, Score), Score >= 300.
at_risk(Case) :- diabetes(Condition), has_or_had(Case, Condition).

:- pred diabetes(Condition: condition) :: '@(Condition) is diabetes'.
:- cite(diabetes/1, 'Initial / b / 2').

diabetes(type_1_diabetes).
diabetes(type_2_diabetes).


% Initial / c. Statins: an inadequate response, or intolerance

:- pred statin_therapy_tried(Case: case) :: 'the response to a statin was inadequate, or statins are not tolerated'.
:- cite(statin_therapy_tried/1, 'Initial / c').

:- pred high_intensity(Agent: agent, LeastMg: decimal) :: '@(Agent) is of high intensity from @(LeastMg) mg daily'.
:- cite(high_intensity/2, 'Initial / c / 1').

high_intensity(atorvastatin, 40).
high_intensity(rosuvastatin, 20).

% 1. An inadequate response: eight weeks, then an LDL cholesterol that is still too high. The latest value that is documented decides;
% where none is documented after the eight weeks, any that there was is open.
:- pred ldl_limit(Diagnosis: part, Value: decimal)
   :: 'for @(Diagnosis), LDL cholesterol is too high from @(Value) mg/dL'.
:- cite(ldl_limit/2, 'Initial / c / 1').

ldl_limit(established_disease, 55).
ldl_limit(primary_hyperlipidemia, 70).

:- pred inadequate_response_in_established_disease(Case: case)
   :: 'in established cardiovascular disease, LDL cholesterol is still 55 mg/dL or more after eight weeks of a high-intensity statin'.
:- cite(inadequate_response_in_established_disease/1, 'Initial / c / 1').

inadequate_response_in_established_disease(Case) :- established_disease(Case), still_too_high_with_statin(Case).

:- pred still_too_high_with_statin(Case: case)
   :: 'the latest LDL cholesterol after eight continuous weeks of a high-intensity statin is 55 mg/dL or more'.
:- cite(still_too_high_with_statin/1, 'Initial / c / 1').

still_too_high_with_statin(Case) :-
    latest_ldl(Case, Date, Value),
    ldl_limit(established_disease, Limit),
    Value >= Limit,
    high_intensity(Statin, LeastMg),
    course(Case, Statin, Mg, From, Until),
    Mg >= LeastMg,
    overlap_days(From, Until, From, Until, Days),
    Days >= 56,
    add_days(From, 56, After),
    After @=< Date.
still_too_high_with_statin(Case) :-
    request(Case, _, _, Requested),
    \+ measured_after_statin(Case),
    high_intensity(Statin, LeastMg),
    course(Case, Statin, Mg, From, Until),
    Mg >= LeastMg,
    overlap_days(From, Until, From, Until, Days),
    Days >= 56,
    add_days(From, 56, After),
    ldl(Case, Date, Value),
    After @=< Date,
    Date @=< Requested,
    ldl_limit(established_disease, Limit),
    Value >= Limit.

:- pred measured_after_statin(Case: case)
   :: 'an LDL cholesterol after eight continuous weeks of a high-intensity statin is documented'.
:- cite(measured_after_statin/1, 'Initial / c / 1').

measured_after_statin(Case) :-
    latest_ldl(Case, Date, _),
    high_intensity(Statin, LeastMg),
    documented(course(Case, Statin, Mg, From, Until)),
    Mg >= LeastMg,
    overlap_days(From, Until, From, Until, Days),
    Days >= 56,
    add_days(From, 56, After),
    After @=< Date.

:- pred inadequate_response_in_primary_hyperlipidemia(Case: case)
   :: 'in primary hyperlipidemia, LDL cholesterol is still 70 mg/dL or more after eight weeks of a high-intensity statin with ezetimibe'.
:- cite(inadequate_response_in_primary_hyperlipidemia/1, 'Initial / c / 1').

inadequate_response_in_primary_hyperlipidemia(Case) :-
    hyperlipidemia_at_risk(Case),
    still_too_high_with_ezetimibe(Case).

:- pred still_too_high_with_ezetimibe(Case: case)
   :: 'the latest LDL cholesterol after eight continuous weeks of a high-intensity statin with ezetimibe is 70 mg/dL or more'.
:- cite(still_too_high_with_ezetimibe/1, 'Initial / c / 1').

still_too_high_with_ezetimibe(Case) :-
    latest_ldl(Case, Date, Value),
    ldl_limit(primary_hyperlipidemia, Limit),
    Value >= Limit,
    high_intensity(Statin, LeastMg),
    course(Case, Statin, Mg, From, Until),
    Mg >= LeastMg,
    course(Case, ezetimibe, _, FromWith, UntilWith),
    overlap_days(From, Until, FromWith, UntilWith, Days),
    Days >= 56,
    later(From, FromWith, FromBoth),
    add_days(FromBoth, 56, After),
    After @=< Date.
still_too_high_with_ezetimibe(Case) :-
    request(Case, _, _, Requested),
    \+ measured_after_ezetimibe(Case),
    high_intensity(Statin, LeastMg),
    course(Case, Statin, Mg, From, Until),
    Mg >= LeastMg,
    course(Case, ezetimibe, _, FromWith, UntilWith),
    overlap_days(From, Until, FromWith, UntilWith, Days),
    Days >= 56,
    later(From, FromWith, FromBoth),
    add_days(FromBoth, 56, After),
    ldl(Case, Date, Value),
    After @=< Date,
    Date @=< Requested,
    ldl_limit(primary_hyperlipidemia, Limit),
    Value >= Limit.

:- pred measured_after_ezetimibe(Case: case)
   :: 'an LDL cholesterol after eight continuous weeks of a high-intensity statin with ezetimibe is documented'.
:- cite(measured_after_ezetimibe/1, 'Initial / c / 1').

measured_after_ezetimibe(Case) :-
    latest_ldl(Case, Date, _),
    high_intensity(Statin, LeastMg),
    documented((course(Case, Statin, Mg, From, Until), course(Case, ezetimibe, _, FromWith, UntilWith))),
    Mg >= LeastMg,
    overlap_days(From, Until, FromWith, UntilWith, Days),
    Days >= 56,
    later(From, FromWith, FromBoth),
    add_days(FromBoth, 56, After),
    After @=< Date.

:- pred latest_ldl(Case: case, Date: date, Value: decimal)
   :: 'the latest LDL cholesterol that is documented is @(Value) mg/dL, of @(Date)'.
:- cite(latest_ldl/3, 'Initial / c / 1').

latest_ldl(Case, Date, Value) :-
    request(Case, _, _, Requested),
    documented(ldl(Case, Date, Value)),
    Date @=< Requested,
    \+ documented((ldl(Case, Later, _), Later @> Date, Later @=< Requested)).

% 2. Intolerance
:- pred rhabdomyolysis_with_statin(Case: case) :: 'there was rhabdomyolysis with a statin'.
:- cite(rhabdomyolysis_with_statin/1, 'Initial / c / 2').

rhabdomyolysis_with_statin(Case) :- drug_class(Agent, statin), rhabdomyolysis(Case, Agent).

:- pred muscle_symptoms_in_established_disease(Case: case)
   :: 'in established cardiovascular disease, muscle symptoms with a statin resolved when it was stopped, and came back with a high-intensity statin'.
:- cite(muscle_symptoms_in_established_disease/1, 'Initial / c / 2').

muscle_symptoms_in_established_disease(Case) :-
    established_disease(Case),
    intolerance_of_statin(Case),
    came_back_with_high_intensity(Case).

:- pred intolerance_of_statin(Case: case) :: 'muscle symptoms with a statin resolved when it was stopped'.
:- cite(intolerance_of_statin/1, 'Initial / c / 2').

intolerance_of_statin(Case) :- drug_class(Agent, statin), resolved_symptoms(Case, Agent).

:- pred resolved_symptoms(Case: case, Agent: agent) :: 'muscle symptoms with @(Agent) resolved when it was stopped'.
:- cite(resolved_symptoms/2, 'Initial / c / 2').

resolved_symptoms(Case, Agent) :- muscle_symptoms(Case, Agent), resolved_after_stopping(Case, Agent).

:- pred came_back_with_high_intensity(Case: case) :: 'the symptoms came back with a high-intensity statin'.
:- cite(came_back_with_high_intensity/1, 'Initial / c / 2').

came_back_with_high_intensity(Case) :-
    high_intensity(Agent, LeastMg),
    came_back(Case, Agent, Mg),
    Mg >= LeastMg.

:- pred muscle_symptoms_in_primary_hyperlipidemia(Case: case)
   :: 'in primary hyperlipidemia, muscle symptoms resolved after stopping atorvastatin, and after stopping rosuvastatin'.
:- cite(muscle_symptoms_in_primary_hyperlipidemia/1, 'Initial / c / 2').

muscle_symptoms_in_primary_hyperlipidemia(Case) :-
    hyperlipidemia_at_risk(Case),
    resolved_symptoms(Case, atorvastatin),
    resolved_symptoms(Case, rosuvastatin).


% Renewal

:- pred responded(Case: case) :: 'the patient has responded to therapy'.
:- cite(responded/1, 'Renewal / a').

responded(Case) :- response(Case).


% Limits. How long an approval lasts is ours.

:- cite(quantity_limit/3, 'Quantity').
:- cite(quantity_unit/3, 'Quantity').
:- cite(authorized_quantity/3, 'Quantity').
:- cite(quantity_within_limit/1, 'Quantity').
:- cite(quantity_stated/1, 'Quantity').

quantity_limit(evolocumab, 2, 28).
quantity_unit(evolocumab, 'injection of 140 mg', 'injections of 140 mg').

:- cite(approval_duration/3, 'ours: the text gives no duration').
:- cite(authorized_months/2, 'ours: the text gives no duration').

approval_duration(evolocumab, initial, 12).
approval_duration(evolocumab, renewal, 12).


% How it is read where it could be read otherwise, and what is ours.

reading(evolocumab, 'In force', 'it is in force from 2025-01-01, a day that is ours, as the text gives none').
reading(evolocumab, 'Duration', 'approval lasts 12 months, which is ours, as the text gives no duration').
reading(evolocumab, 'Initial / c / 1', 'the latest LDL cholesterol is the latest that is documented up to the request, and is measured once eight weeks are over').
reading(evolocumab, 'Initial / c / 1, off therapy', 'a value counts also where it was measured after the statin had been stopped').
reading(evolocumab, 'Initial / c / 1, one statin', 'the eight weeks are of one statin, so that a change from one to another begins them anew').
reading(evolocumab, 'Initial / c / 2', 'the symptoms may have come back with the same statin or with another').
reading(evolocumab, 'Initial / b', 'where there are both diagnoses, what is asked for either of them is enough').

reading_bears(Case, evolocumab, 'In force') :- reviewed_under(Case, evolocumab).
reading_bears(Case, evolocumab, 'Duration') :- meets_criteria(Case).
reading_bears(Case, evolocumab, 'Initial / c / 1') :- request_under(Case, evolocumab, initial), latest_ldl(Case, _, _).
reading_bears(Case, evolocumab, 'Initial / c / 1, off therapy') :-
    request_under(Case, evolocumab, initial),
    latest_ldl(Case, Date, _),
    documented(high_intensity_course(Case, _, Until)),
    Until @< Date.
reading_bears(Case, evolocumab, 'Initial / c / 1, one statin') :-
    request_under(Case, evolocumab, initial),
    documented((high_intensity_course(Case, Statin, _), high_intensity_course(Case, Other, _))),
    Statin \= Other.
reading_bears(Case, evolocumab, 'Initial / c / 2') :-
    request_under(Case, evolocumab, initial),
    came_back_with_high_intensity(Case).
reading_bears(Case, evolocumab, 'Initial / b') :-
    request_under(Case, evolocumab, initial),
    established_disease(Case),
    hyperlipidemia_at_risk(Case).

:- pred high_intensity_course(Case: case, Statin: agent, Until: date)
   :: '@(Statin) of high intensity was taken without a break until @(Until)'.
:- cite(high_intensity_course/3, 'Initial / c / 1').

high_intensity_course(Case, Statin, Until) :-
    high_intensity(Statin, LeastMg),
    course(Case, Statin, Mg, _, Until),
    Mg >= LeastMg.


% What cannot be, and what should be looked at before a report is signed.

:- cite(check/2, 'plausibility').

check(impossible, course_ends_before_it_begins).
:- pred course_ends_before_it_begins(Case: case, Agent: agent, From: date, Until: date)
   :: 'a course of @(Agent) is said to begin on @(From) and to end before that, on @(Until)'.
:- cite(course_ends_before_it_begins/4, 'plausibility / dates').

course_ends_before_it_begins(Case, Agent, From, Until) :-
    documented(course(Case, Agent, _, From, Until)),
    Until @< From.

check(impossible, no_such_ldl).
:- pred no_such_ldl(Case: case, Date: date, Value: decimal)
   :: '@(Value) mg/dL, on @(Date), is no value of LDL cholesterol'.
:- cite(no_such_ldl/3, 'plausibility / values').

no_such_ldl(Case, Date, Value) :- documented(ldl(Case, Date, Value)), Value =< 0.

check(impossible, no_such_score).
:- pred no_such_score(Case: case, Score: decimal) :: '@(Score) is no calcium score'.
:- cite(no_such_score/2, 'plausibility / values').

no_such_score(Case, Score) :- documented(calcium_score(Case, Score)), Score < 0.

check(look, course_beyond_request).
:- pred course_beyond_request(Case: case, Agent: agent, Until: date, Date: date)
   :: 'a course of @(Agent) is said to have gone on until @(Until), after the request of @(Date)'.
:- cite(course_beyond_request/4, 'plausibility / dates').

course_beyond_request(Case, Agent, Until, Date) :-
    documented(course(Case, Agent, _, _, Until)),
    request(Case, _, _, Date),
    Until @> Date.

check(look, ldl_after_request).
:- pred ldl_after_request(Case: case, Measured: date, Date: date)
   :: 'LDL cholesterol of @(Measured) is measured after the request of @(Date)'.
:- cite(ldl_after_request/3, 'plausibility / dates').

ldl_after_request(Case, Measured, Date) :-
    documented(ldl(Case, Measured, _)),
    request(Case, _, _, Date),
    Measured @> Date.
