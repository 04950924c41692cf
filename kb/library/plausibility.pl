% What a case states that cannot be, and what should be looked at before a report on it is signed. A rule here is named by
% `check(Severity, Predicate)`; its first argument is the case, and its sentence is what the report says. What is
% impossible counts as conflicting evidence; what is to be looked at changes nothing. Authors add rules of their own.

:- ensure_loaded('cases.pl').

:- pred check(Severity: severity, Predicate: predicate) :: 'what @(Predicate) concludes of a case is @(Severity)'.
:- cite(check/2, 'plausibility').

% Impossible

check(impossible, born_after_request).
:- pred born_after_request(Case: case, Birth: date, Date: date)
   :: 'the date of birth, @(Birth), lies after the request of @(Date)'.
:- cite(born_after_request/3, 'plausibility / dates').

born_after_request(Case, Birth, Date) :-
    documented(birth_date(Case, Birth)),
    request(Case, _, _, Date),
    Birth @> Date.

check(impossible, born_too_long_ago).
:- pred born_too_long_ago(Case: case, Birth: date, Date: date)
   :: 'the date of birth, @(Birth), lies 120 years or more before the request of @(Date)'.
:- cite(born_too_long_ago/3, 'plausibility / dates').

born_too_long_ago(Case, Birth, Date) :-
    documented(birth_date(Case, Birth)),
    request(Case, _, _, Date),
    age(Birth, Date, Years),
    Years >= 120.

check(impossible, treated_before_birth).
:- pred treated_before_birth(Case: case, Line: integer, Date: date, Birth: date)
   :: 'prior line @(Line) has the date @(Date), before the birth on @(Birth)'.
:- cite(treated_before_birth/4, 'plausibility / dates').

treated_before_birth(Case, Line, Date, Birth) :-
    documented((last_dose(Case, Line, Date), birth_date(Case, Birth))),
    Date @< Birth.
treated_before_birth(Case, Line, Date, Birth) :-
    documented((progression(Case, Line, Date), birth_date(Case, Birth))),
    Date @< Birth.

check(impossible, no_such_line).
:- pred no_such_line(Case: case, Line: integer) :: 'lines are numbered from 1, and there is a line @(Line)'.
:- cite(no_such_line/2, 'plausibility / lines').

no_such_line(Case, Line) :- documented(prior_therapy(Case, Line, _)), Line < 1.
no_such_line(Case, Line) :- documented(best_response(Case, Line, _)), Line < 1.
no_such_line(Case, Line) :- documented(last_dose(Case, Line, _)), Line < 1.
no_such_line(Case, Line) :- documented(progression(Case, Line, _)), Line < 1.

check(impossible, two_best_responses).
:- pred two_best_responses(Case: case, Line: integer, First: response, Second: response)
   :: 'the best response to prior line @(Line) is said to be @(First) and @(Second)'.
:- cite(two_best_responses/4, 'plausibility / lines').

two_best_responses(Case, Line, First, Second) :-
    documented((best_response(Case, Line, First), best_response(Case, Line, Second))),
    First @< Second.

check(impossible, no_quantity).
:- pred no_quantity(Case: case, Tablets: integer, Days: integer)
   :: '@(Tablets) tablets for @(Days) days are no quantity'.
:- cite(no_quantity/3, 'plausibility / quantity').

no_quantity(Case, Tablets, Days) :- documented(quantity(Case, Tablets, Days)), Tablets < 1.
no_quantity(Case, Tablets, Days) :- documented(quantity(Case, Tablets, Days)), Days < 1.

check(impossible, no_dose).
:- pred no_dose(Case: case, Mg: integer, TimesPerWeek: integer)
   :: '@(Mg) mg, @(TimesPerWeek) time(s) a week, is no dose'.
:- cite(no_dose/3, 'plausibility / quantity').

no_dose(Case, Mg, TimesPerWeek) :- documented(regimen(Case, Mg, TimesPerWeek)), Mg < 1.
no_dose(Case, Mg, TimesPerWeek) :- documented(regimen(Case, Mg, TimesPerWeek)), TimesPerWeek < 1.

check(impossible, no_strength).
:- pred no_strength(Case: case, Mg: integer) :: 'a tablet of @(Mg) mg is no tablet'.
:- cite(no_strength/2, 'plausibility / quantity').

no_strength(Case, Mg) :- documented(tablet(Case, Mg)), Mg < 1.

% To be looked at

% The day on which a program is run, which the program that runs it states.
:- pred today(Date: date) :: 'today is @(Date)'.

check(look, request_in_the_future).
:- pred request_in_the_future(Case: case, Date: date, Today: date)
   :: 'the request is dated @(Date), after today, @(Today)'.
:- cite(request_in_the_future/3, 'plausibility / dates').

request_in_the_future(Case, Date, Today) :- request(Case, _, _, Date), today(Today), Date @> Today.

check(look, treated_after_request).
:- pred treated_after_request(Case: case, Line: integer, Dated: date, Date: date)
   :: 'prior line @(Line) has the date @(Dated), after the request of @(Date)'.
:- cite(treated_after_request/4, 'plausibility / dates').

treated_after_request(Case, Line, Dated, Date) :-
    documented(last_dose(Case, Line, Dated)),
    request(Case, _, _, Date),
    Dated @> Date.
treated_after_request(Case, Line, Dated, Date) :-
    documented(progression(Case, Line, Dated)),
    request(Case, _, _, Date),
    Dated @> Date.

% A disease that progresses ends its line within weeks, or months where treatment goes on beyond progression.
:- pred long_before(Days: integer) :: 'a line does not go on for more than @(Days) days after progression'.
:- cite(long_before/1, 'plausibility / dates').

long_before(180).

check(look, progressed_long_before_last_dose).
:- pred progressed_long_before_last_dose(Case: case, Line: integer, Progressed: date, Last: date)
   :: 'the disease is said to have progressed on @(Progressed), long before the last dose of prior line @(Line) on @(Last)'.
:- cite(progressed_long_before_last_dose/4, 'plausibility / dates').

progressed_long_before_last_dose(Case, Line, Progressed, Last) :-
    documented((progression(Case, Line, Progressed), last_dose(Case, Line, Last))),
    days_between(Progressed, Last, Days),
    long_before(Most),
    Days > Most.

check(look, two_last_doses).
:- pred two_last_doses(Case: case, Line: integer, First: date, Second: date)
   :: 'the last dose of prior line @(Line) is said to be of @(First) and of @(Second)'.
:- cite(two_last_doses/4, 'plausibility / lines').

two_last_doses(Case, Line, First, Second) :-
    documented((last_dose(Case, Line, First), last_dose(Case, Line, Second))),
    First @< Second.

check(look, given_before).
:- pred given_before(Case: case, Line: integer, Drug: agent)
   :: 'the initial request is for @(Drug), which was part of prior line @(Line) already'.
:- cite(given_before/3, 'plausibility / lines').

given_before(Case, Line, Drug) :- request(Case, Drug, initial, _), documented(prior_therapy(Case, Line, Drug)).

check(look, with_itself).
:- pred with_itself(Case: case, Drug: agent) :: '@(Drug) is said to be given together with itself'.
:- cite(with_itself/2, 'plausibility / lines').

with_itself(Case, Drug) :- request(Case, Drug, _, _), documented(combination(Case, Drug)).

check(look, pregnancy_of_a_man).
:- pred pregnancy_of_a_man(Case: case) :: 'the patient is male, and is said to be able to become pregnant'.
:- cite(pregnancy_of_a_man/1, 'plausibility / patient').

pregnancy_of_a_man(Case) :- documented((sex(Case, male), reproductive_potential(Case))).

% What follows is about the record as it stands, complete or not.
check(look, line_skipped).
:- pred line_skipped(Case: case, Line: integer, Before: integer)
   :: 'there is a prior line @(Line), and nothing is recorded of a line @(Before)'.
:- cite(line_skipped/3, 'plausibility / lines').

line_skipped(Case, Line, Before) :-
    documented(prior_therapy(Case, Line, _)),
    Line > 1,
    Before is Line - 1,
    \+ documented(prior_therapy(Case, Before, _)).

check(look, refractory_to_no_line).
:- pred refractory_to_no_line(Case: case, Agent: agent)
   :: 'the disease is said to be refractory to @(Agent), which is in no recorded line'.
:- cite(refractory_to_no_line/2, 'plausibility / lines').

refractory_to_no_line(Case, Agent) :-
    documented(refractory(Case, Agent)),
    \+ documented(prior_therapy(Case, _, Agent)).

check(look, no_systemic_therapy).
:- pred no_systemic_therapy(Case: case, Line: integer)
   :: 'nothing that is recorded of prior line @(Line) is systemic therapy of the disease'.
:- cite(no_systemic_therapy/2, 'plausibility / lines').

no_systemic_therapy(Case, Line) :-
    documented(prior_therapy(Case, Line, _)),
    \+ documented(systemic_line(Case, Line)).

:- pred systemic_line(Case: case, Line: integer) :: 'prior line @(Line) has systemic therapy of the disease'.
:- cite(systemic_line/2, 'plausibility / lines').

systemic_line(Case, Line) :- prior_therapy(Case, Line, Agent), \+ not_systemic_therapy(Agent).
