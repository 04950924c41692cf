% Refractoriness that follows from a line's response and dates, by the definition of the International Myeloma
% Working Group, whatever the indication: the disease did not respond, or it progressed on therapy or within 60 days
% of its last dose. Source: Rajkumar et al., Consensus recommendations for the uniform reporting of clinical trials
% (International Myeloma Workshop Consensus Panel 1), Blood 2011; 117: 4691-4695.

:- ensure_loaded('cases.pl').

:- pred progression_window(Days: integer) :: 'progression counts against a line until @(Days) days after its last dose'.
:- cite(progression_window/1, 'IMWG consensus (Blood 2011; 117: 4691): refractory myeloma').

progression_window(60).

% Stable disease is less than a minimal response, so it is no response.
:- pred no_response(Case: case, Line: integer) :: 'the disease did not respond to prior line @(Line)'.
:- cite(no_response/2, 'IMWG consensus (Blood 2011; 117: 4691): nonresponsive disease').

no_response(Case, Line) :- best_response(Case, Line, stable_disease).
no_response(Case, Line) :- best_response(Case, Line, progressive_disease).

% Days is negative where the disease progressed before the last dose.
:- pred early_progression(Case: case, Line: integer)
   :: 'the disease progressed during prior line @(Line) or soon after its last dose'.
:- cite(early_progression/2, 'IMWG consensus (Blood 2011; 117: 4691): refractory myeloma').

early_progression(Case, Line) :-
    last_dose(Case, Line, Last),
    progression(Case, Line, Progressed),
    days_between(Last, Progressed, Days),
    progression_window(Window),
    Days =< Window.

% The agents of a line share its outcome, each by the name that the record gives it.
:- pred refractory_by_definition(Case: case, Agent: agent, Line: integer)
   :: 'by the IMWG definition prior line @(Line) shows the disease to be refractory to @(Agent)'.
:- cite(refractory_by_definition/3, 'IMWG consensus (Blood 2011; 117: 4691): refractory myeloma').

refractory_by_definition(Case, Agent, Line) :- prior_therapy(Case, Line, Agent), no_response(Case, Line).
refractory_by_definition(Case, Agent, Line) :- prior_therapy(Case, Line, Agent), early_progression(Case, Line).

:- cite(refractory/2, 'IMWG consensus (Blood 2011; 117: 4691): refractory myeloma').

refractory(Case, Agent) :- refractory_by_definition(Case, Agent, _).
