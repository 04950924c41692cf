% The vocabulary of cases: what a case file may state, how each fact is said and asked for, and what follows from
% the names of conditions. The first argument is always the case. A fact p(..) may also be stated to be false, as -p(..).

:- ensure_loaded('drugs.pl').
:- ensure_loaded('agents.pl').
:- ensure_loaded('antiemetics.pl').
:- ensure_loaded('codes.pl').
:- ensure_loaded('conditions.pl').
:- ensure_loaded('icd10cm.pl').
:- ensure_loaded('snomedct.pl').
:- ensure_loaded('responses.pl').
:- ensure_loaded('policies.pl').

% The request. It is not open: a case has exactly one.
:- pred request(Case: case, Drug: agent, Kind: request_kind, Date: date)
   :: 'the @(Kind) request for @(Drug) is dated @(Date)'.

listed_value(request, 3, initial).
listed_value(request, 3, renewal).

% The policy that a case is reviewed under, if it names one; else it is reviewed under each that covers its drug.
:- pred under(Case: case, Policy: policy) :: 'the case names the policy @(Policy)'.
:- functional under(+, -).

% What a case may state for the head of its report, in this order and under these titles. It is not open, a case has at most
% one of each, and no rule reads it.
:- pred particular(Number: integer, Predicate: predicate, Title: atom)
   :: 'number @(Number) of what a report shows at its head, as @(Title), is @(Predicate)'.

particular(1, review_type, 'Review').
particular(2, urgency, 'Urgency').
particular(3, received, 'Received').
particular(4, decision_due, 'Decision due').
particular(5, request_id, 'Request number').
particular(6, member_id, 'Member').
particular(7, plan, 'Plan').
particular(8, prescriber, 'Prescriber').
particular(9, npi, 'NPI').

:- pred review_type(Case: case, Type: review_type) :: 'the review is a @(Type) review'.
:- functional review_type(+, -).

listed_value(review_type, 2, pre_service).
listed_value(review_type, 2, post_service).

:- pred urgency(Case: case, Urgency: urgency) :: 'the review is @(Urgency)'.
:- functional urgency(+, -).

listed_value(urgency, 2, standard).
listed_value(urgency, 2, expedited).

:- pred received(Case: case, Date: date) :: 'the request was received on @(Date)'.
:- functional received(+, -).

:- pred decision_due(Case: case, Date: date) :: 'the decision is due on @(Date)'.
:- functional decision_due(+, -).

:- pred request_id(Case: case, Id: string) :: 'the request has the number @(Id)'.
:- functional request_id(+, -).

:- pred member_id(Case: case, Id: string) :: 'the member has the number @(Id)'.
:- functional member_id(+, -).

:- pred plan(Case: case, Name: string) :: 'the plan is @(Name)'.
:- functional plan(+, -).

:- pred prescriber(Case: case, Name: string) :: 'the prescriber is @(Name)'.
:- functional prescriber(+, -).

:- pred npi(Case: case, Id: string) :: 'the prescriber has the national provider identifier @(Id)'.
:- functional npi(+, -).

:- pred requested_drug(Case: case, Drug: agent) :: 'the requested drug is @(Drug)'.
:- cite(requested_drug/2, 'Description').

requested_drug(Case, Drug) :- request(Case, Drug, _, _).

% The patient.
:- pred birth_date(Case: case, Date: date) :: 'the patient was born on @(Date)'.
:- pred -birth_date(Case: case, Date: date) :: 'the patient was not born on @(Date)'.
:- abducible birth_date/2.
:- functional birth_date(+, -).
:- question birth_date(Case, Date) :: 'When was the patient born?'.

:- pred sex(Case: case, Sex: sex) :: 'the patient is @(Sex)'.
:- pred -sex(Case: case, Sex: sex) :: 'the patient is not @(Sex)'.
:- abducible sex/2.
:- functional sex(+, -).
:- question sex(Case, Sex) :: 'Is the patient @(Sex)?'.
:- question sex(Case, Sex) :: 'What is the sex of the patient?'.

listed_value(sex, 2, female).
listed_value(sex, 2, male).

:- pred reproductive_potential(Case: case) :: 'the patient can become pregnant'.
:- pred -reproductive_potential(Case: case) :: 'the patient cannot become pregnant'.
:- abducible reproductive_potential/1.
:- question reproductive_potential(Case) :: 'Can the patient become pregnant?'.

:- pred partner_of_reproductive_potential(Case: case) :: 'the patient has a partner who can become pregnant'.
:- pred -partner_of_reproductive_potential(Case: case) :: 'the patient has no partner who can become pregnant'.
:- abducible partner_of_reproductive_potential/1.
:- question partner_of_reproductive_potential(Case) :: 'Does the patient have a partner who can become pregnant?'.

% The disease.
:- pred indication(Case: case, Condition: condition) :: 'the stated indication is @(Condition)'.
:- pred -indication(Case: case, Condition: condition) :: 'the indication is not @(Condition)'.
:- abducible indication/2.
:- functional indication(+, -).
:- question indication(Case, Condition) :: 'Is the drug requested for @(Condition)?'.
:- question indication(Case, Condition) :: 'For what condition is the drug requested?'.

:- pred disease_status(Case: case, Status: disease_status) :: 'the disease is stated to be @(Status)'.
:- pred -disease_status(Case: case, Status: disease_status) :: 'the disease is stated not to be @(Status)'.
:- abducible disease_status/2.
:- question disease_status(Case, Status) :: 'Is the disease @(Status)?'.
:- question disease_status(Case, Status) :: 'What is the status of the disease?'.

% What the name of the condition says of its status, as the code C90.02 does.
:- pred recorded_as(Case: case, Predicate: predicate, Name: name) :: 'the record of @(Predicate) has it as "@(Name)"'.
:- cite(disease_status/2, 'the name of the indication').

disease_status(Case, Status) :- recorded_as(Case, indication, Name), name_states_status(Name, Status).

listed_value(disease_status, 2, relapsed).
listed_value(disease_status, 2, refractory).

% Earlier treatment: a line of systemic therapy has a number and one fact for each of its agents.
:- pred prior_therapy(Case: case, Line: integer, Agent: agent) :: '@(Agent) was part of prior line @(Line)'.
:- pred -prior_therapy(Case: case, Line: integer, Agent: agent) :: '@(Agent) was not part of prior line @(Line)'.
:- abducible prior_therapy/3.
:- question prior_therapy(Case, Line, Agent) :: 'Was @(Agent) part of prior line @(Line) of systemic therapy?'.
:- question prior_therapy(Case, Line, Agent) :: 'Which drugs were given in each earlier line of systemic therapy?'.
:- question prior_therapy(Case, Line, Agent) :: 'Which drugs were given in prior line @(Line) of systemic therapy?'.
:- question prior_therapy(Case, Line, Agent) :: 'In which earlier line of systemic therapy was @(Agent) given?'.

% Responses have the names of the International Myeloma Working Group, such as partial_response.
:- pred best_response(Case: case, Line: integer, Response: response)
   :: 'the best response to prior line @(Line) was @(Response)'.
:- pred -best_response(Case: case, Line: integer, Response: response)
   :: 'the best response to prior line @(Line) was not @(Response)'.
:- abducible best_response/3.

:- pred last_dose(Case: case, Line: integer, Date: date) :: 'the last dose of prior line @(Line) was on @(Date)'.
:- pred -last_dose(Case: case, Line: integer, Date: date) :: 'the last dose of prior line @(Line) was not on @(Date)'.
:- abducible last_dose/3.

:- pred progression(Case: case, Line: integer, Date: date)
   :: 'after the start of prior line @(Line) the disease progressed on @(Date)'.
:- pred -progression(Case: case, Line: integer, Date: date)
   :: 'after the start of prior line @(Line) the disease did not progress on @(Date)'.
:- abducible progression/3.

:- pred refractory(Case: case, Agent: agent) :: 'the disease is refractory to @(Agent)'.
:- pred -refractory(Case: case, Agent: agent) :: 'the disease is not refractory to @(Agent)'.
:- abducible refractory/2.
:- question refractory(Case, Agent) :: 'Is the disease refractory to @(Agent)?'.
:- question refractory(Case, Agent) :: 'To which drugs is the disease refractory?'.

% The treatment that is planned or under way.
:- pred combination(Case: case, Agent: agent) :: '@(Agent) is given together with the requested drug'.
:- pred -combination(Case: case, Agent: agent) :: '@(Agent) is not given together with the requested drug'.
:- abducible combination/2.
:- question combination(Case, Agent) :: 'Will @(Agent) be given together with the requested drug?'.
:- question combination(Case, Agent) :: 'Which drugs will be given together with the requested drug?'.

:- pred prophylaxis(Case: case, Agent: agent) :: '@(Agent) is given against nausea before and during treatment'.
:- pred -prophylaxis(Case: case, Agent: agent) :: '@(Agent) is not given against nausea before and during treatment'.
:- abducible prophylaxis/2.
:- question prophylaxis(Case, Agent) :: 'Will @(Agent) be given against nausea before and during treatment?'.
:- question prophylaxis(Case, Agent) :: 'Which drugs will be given against nausea before and during treatment?'.

:- pred agrees_to_monitor(Case: case, What: monitored) :: 'the prescriber has agreed to monitor @(What)'.
:- pred -agrees_to_monitor(Case: case, What: monitored) :: 'the prescriber has not agreed to monitor @(What)'.
:- abducible agrees_to_monitor/2.
:- question agrees_to_monitor(Case, What) :: 'Does the prescriber agree to monitor @(What)?'.
:- question agrees_to_monitor(Case, What) :: 'What does the prescriber agree to monitor?'.

listed_value(agrees_to_monitor, 2, complete_blood_count).
listed_value(agrees_to_monitor, 2, blood_chemistry).
listed_value(agrees_to_monitor, 2, body_weight).

:- pred contraception_advised(Case: case)
   :: 'effective contraception is advised for the time of treatment and the week after the last dose'.
:- pred -contraception_advised(Case: case)
   :: 'effective contraception is not advised for the time of treatment and the week after the last dose'.
:- abducible contraception_advised/1.
:- question contraception_advised(Case)
   :: 'Is effective contraception advised for the time of treatment and the week after the last dose?'.

% Renewals: what the present treatment has done.
:- pred disease_progression(Case: case) :: 'the disease has progressed on the present treatment'.
:- pred -disease_progression(Case: case) :: 'the disease has not progressed on the present treatment'.
:- abducible disease_progression/1.
:- question disease_progression(Case) :: 'Has the disease progressed on the present treatment?'.

:- pred unacceptable_toxicity(Case: case) :: 'the present treatment has been unacceptably toxic'.
:- pred -unacceptable_toxicity(Case: case) :: 'the present treatment has not been unacceptably toxic'.
:- abducible unacceptable_toxicity/1.
:- question unacceptable_toxicity(Case) :: 'Has the present treatment been unacceptably toxic?'.

% What is to be dispensed.
:- pred regimen(Case: case, Mg: integer, TimesPerWeek: integer)
   :: 'the dose is @(Mg) mg, @(TimesPerWeek) time(s) a week'.
:- pred -regimen(Case: case, Mg: integer, TimesPerWeek: integer)
   :: 'the dose is not @(Mg) mg, @(TimesPerWeek) time(s) a week'.
:- abducible regimen/3.
:- functional regimen(+, -, -).
:- question regimen(Case, Mg, TimesPerWeek) :: 'How many milligrams are taken, and how many times a week?'.

:- pred tablet(Case: case, Mg: integer) :: 'tablets of @(Mg) mg are requested'.
:- pred -tablet(Case: case, Mg: integer) :: 'tablets of @(Mg) mg are not requested'.
:- abducible tablet/2.
:- functional tablet(+, -).
:- question tablet(Case, Mg) :: 'Of what strength are the tablets, in milligrams?'.

:- pred quantity(Case: case, Tablets: integer, Days: integer)
   :: 'an amount of @(Tablets) for @(Days) days is requested'.
:- pred -quantity(Case: case, Tablets: integer, Days: integer)
   :: 'an amount of @(Tablets) for @(Days) days is not what is requested'.
:- abducible quantity/3.
:- functional quantity(+, -, -).
:- question quantity(Case, Tablets, Days) :: 'What amount is requested, and for how many days?'.

% A record that is complete: what it does not state is false. Not open either.
:- pred complete(Case: case, Predicate: predicate) :: 'the record of @(Predicate) is complete'.

:- pred listed_value(Predicate: predicate, Position: integer, Value: atom)
   :: '@(Value) is one of the values that argument @(Position) of @(Predicate) can have'.
