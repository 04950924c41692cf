% What a review reads of a policy, declared once for all. A policy file loads this with library(cases), declares itself with
% `:- policy(..)`, and lists what it requires as facts of criterion/5 and alternative/6. The rules that follow from those lists are
% made of them: meets_criteria/1, and each criterion that has alternatives.

:- ensure_loaded('cases.pl').
:- ensure_loaded('conditions.pl').


% What a policy is about. Unless it states them, its drugs and its first version are those of its declaration.

:- pred policy_covers(Policy: policy, Drug: agent) :: 'the @(Policy) policy is about @(Drug)'.

:- pred policy_version(Policy: policy, From: date) :: 'a version of the @(Policy) policy begins on @(From)'.

:- pred reconstructed_version(Policy: policy, From: date)
   :: 'the version of the @(Policy) policy from @(From) is reconstructed from its history'.

% What it requires: each criterion for a kind of request, in the order of its number, is decided by a predicate of the case;
% one that has alternatives holds where one of them does.
:- pred criterion(Policy: policy, Kind: request_kind, Number: integer, Id: part, Predicate: predicate)
   :: 'for the @(Kind) request, criterion @(Number) of the @(Policy) policy is @(Id)'.

:- pred alternative(Policy: policy, Kind: request_kind, Criterion: part, Number: integer, Id: part, Predicate: predicate)
   :: 'for the @(Kind) request, alternative @(Number) of the criterion @(Criterion) of the @(Policy) policy is @(Id)'.

:- pred reviews_kind(Policy: policy, Kind: request_kind) :: 'the @(Policy) policy has criteria for the @(Kind) request'.

reviews_kind(Policy, Kind) :- criterion(Policy, Kind, _, _, _).

% What is stated for both kinds of request is not cited from the sections for the other kind.
:- pred kind_section(Policy: policy, Kind: request_kind, Section: atom)
   :: 'the section @(Section) of the @(Policy) policy is about the @(Kind) request'.


% The places that the document of a policy has. Where a policy lists them, a citation of any other is reported by `check`.
:- pred policy_place(Policy: policy, Place: atom) :: 'the document of the @(Policy) policy has the place @(Place)'.

% What cannot be of what a policy states: each row of a predicate that is listed here is reported by `check --deep`.
:- pred policy_check(Predicate: predicate)
   :: 'a row of @(Predicate) shows that what a policy states contradicts itself'.

policy_check(item_between_versions).
:- pred item_between_versions(Policy: policy, Item: part, From: date)
   :: 'the @(Policy) policy has the item @(Item) from @(From), when none of its versions begins'.

item_between_versions(Policy, Item, From) :- item_since(Policy, Item, From), \+ policy_version(Policy, From).

policy_check(drug_in_two_classes).
:- pred drug_in_two_classes(Drug: agent, One: drug_class, Other: drug_class)
   :: '@(Drug) is said to belong to the class @(One), and to the class @(Other)'.

drug_in_two_classes(Drug, One, Other) :- drug_class(Drug, One), drug_class(Drug, Other), One @< Other.

policy_check(brand_named_as_agent).
:- pred brand_named_as_agent(Name: name, Drug: agent)
   :: '@(Name) is said to be a brand of @(Drug), and is an agent itself'.

brand_named_as_agent(Name, Drug) :- brand(Name, Drug), known_agent(Name).


% Which policy a case is reviewed under: the one that it names, or any for the drug that it requests.

:- pred reviewed_under(Case: case, Policy: policy) :: 'the policy for the requested drug is @(Policy)'.

reviewed_under(Case, Policy) :-
    requested_drug(Case, Drug),
    policy_covers(Policy, Drug),
    \+ under_another(Case, Policy).

:- pred under_another(Case: case, Policy: policy) :: 'the case names another policy than @(Policy)'.

under_another(Case, Policy) :- under(Case, Other), policy_covers(Policy, _), Other \= Policy.

:- pred policy_in_force(Case: case, Policy: policy, From: date)
   :: 'the version of the @(Policy) policy from @(From) is in force on the date of the request'.

policy_in_force(Case, Policy, From) :-
    reviewed_under(Case, Policy),
    request(Case, _, Kind, Date),
    reviews_kind(Policy, Kind),
    policy_version(Policy, From),
    From @=< Date,
    \+ superseded(Case, Policy, From).

:- pred superseded(Case: case, Policy: policy, From: date)
   :: 'the version of the @(Policy) policy from @(From) is superseded on the date of the request'.

superseded(Case, Policy, From) :-
    reviewed_under(Case, Policy),
    request(Case, _, _, Date),
    policy_version(Policy, From),
    policy_version(Policy, Later),
    From @< Later,
    Later @=< Date.

:- pred request_under(Case: case, Policy: policy, Kind: request_kind)
   :: 'this is the @(Kind) request under the @(Policy) policy'.

request_under(Case, Policy, Kind) :- request(Case, _, Kind, _), policy_in_force(Case, Policy, _).

:- pred in_change_month(Case: case, From: date)
   :: 'the request falls in the month of the change from @(From), whose day is not known'.

in_change_month(Case, From) :-
    reviewed_under(Case, Policy),
    request(Case, _, _, Date),
    reconstructed_version(Policy, From),
    From @=< Date,
    add_months(From, 1, Next),
    Date @< Next.


% Items that a policy did not always have. What it states no date for, it has had from its first version on.

:- pred item_since(Policy: policy, Item: part, From: date)
   :: 'the @(Policy) policy has had the item @(Item) since @(From)'.

:- pred dated_item(Policy: policy, Item: part) :: 'the @(Policy) policy states since when it has had the item @(Item)'.

dated_item(Policy, Item) :- item_since(Policy, Item, _).

:- pred in_force(Case: case, Policy: policy, Item: part)
   :: 'on the date of the request the @(Policy) policy has the item @(Item)'.

in_force(Case, Policy, Item) :-
    reviewed_under(Case, Policy),
    request(Case, _, _, Date),
    item_since(Policy, Item, From),
    From @=< Date.
in_force(Case, Policy, Item) :-
    policy_in_force(Case, Policy, _),
    alternative(Policy, _, _, _, Item, _),
    \+ dated_item(Policy, Item).

:- pred not_yet_in_force(Case: case, Policy: policy, Item: part)
   :: 'the item @(Item) of the @(Policy) policy begins after the date of the request'.

not_yet_in_force(Case, Policy, Item) :-
    reviewed_under(Case, Policy),
    request(Case, _, _, Date),
    item_since(Policy, Item, From),
    Date @< From.

% An item that plays no part in a case. A policy adds rules for what it does not ask for in some cases.
:- pred not_applicable(Case: case, Id: part) :: 'the item @(Id) does not apply to the case'.

not_applicable(Case, Id) :- not_yet_in_force(Case, _, Id).


% What it is for. Where a policy says how uses for other conditions stand, a use that no alternative in force is for is
% investigational, whatever else the case shows.

:- pred requested_for(Case: case, Condition: condition) :: 'the request is for @(Condition) or a kind of it'.

requested_for(Case, Condition) :- indication(Case, Condition).
requested_for(Case, Condition) :- kind_of(Kind, Condition), indication(Case, Kind).

:- pred alternative_condition(Policy: policy, Alternative: part, Condition: condition)
   :: 'the alternative @(Alternative) of the @(Policy) policy is for @(Condition)'.

:- pred use_standing(Policy: policy, Use: atom, Standing: atom)
   :: 'under the @(Policy) policy, @(Use) may be considered @(Standing)'.

:- pred covered_indication(Case: case, Policy: policy, Condition: condition)
   :: 'an alternative of the @(Policy) policy that is in force is for @(Condition)'.

covered_indication(Case, Policy, Condition) :-
    in_force(Case, Policy, Alternative),
    alternative_condition(Policy, Alternative, Condition).
covered_indication(Case, Policy, Condition) :-
    in_force(Case, Policy, Alternative),
    alternative_condition(Policy, Alternative, Broader),
    kind_of(Condition, Broader).

:- pred uncovered_indication(Case: case, Condition: condition)
   :: 'the policy in force covers no use for @(Condition), the stated indication'.

uncovered_indication(Case, Condition) :-
    indication(Case, Condition),
    policy_in_force(Case, Policy, _),
    use_standing(Policy, use_for_all_other_indications, investigational),
    \+ covered_indication(Case, Policy, Condition).


% What approval allows: for how long, and how much; for a drug as a whole, or where it is requested for some condition.

:- pred approval_duration(Drug: agent, Kind: request_kind, Months: integer)
   :: 'approval of the @(Kind) request for @(Drug) lasts @(Months) months'.
:- pred approval_duration(Drug: agent, Kind: request_kind, Condition: condition, Months: integer)
   :: 'approval of the @(Kind) request for @(Drug), for @(Condition), lasts @(Months) months'.

:- pred authorized_months(Case: case, Months: integer) :: 'approval of the request lasts @(Months) months'.

authorized_months(Case, Months) :-
    request(Case, Drug, Kind, _),
    approval_duration(Drug, Kind, Months),
    \+ duration_by_condition(Case).
authorized_months(Case, Months) :-
    request(Case, Drug, Kind, _),
    approval_duration(Drug, Kind, Condition, Months),
    requested_for(Case, Condition).

:- pred duration_by_condition(Case: case) :: 'how long approval lasts is stated for the condition of the request'.

duration_by_condition(Case) :-
    request(Case, Drug, Kind, _),
    approval_duration(Drug, Kind, Condition, _),
    requested_for(Case, Condition).

:- pred quantity_limit(Drug: agent, Amount: integer, Days: integer)
   :: 'the limit for @(Drug) is @(Amount) in @(Days) days'.
:- pred quantity_limit(Drug: agent, Condition: condition, Amount: integer, Days: integer)
   :: 'the limit for @(Drug), for @(Condition), is @(Amount) in @(Days) days'.

% In what amounts are counted: one, and several.
:- pred quantity_unit(Drug: agent, One: atom, Several: atom) :: 'amounts of @(Drug) are counted in @(Several)'.

:- pred authorized_quantity(Case: case, Amount: integer, Days: integer)
   :: 'the limit for the request is @(Amount) in @(Days) days'.

authorized_quantity(Case, Amount, Days) :-
    requested_drug(Case, Drug),
    quantity_limit(Drug, Amount, Days),
    \+ limit_by_condition(Case).
authorized_quantity(Case, Amount, Days) :-
    requested_drug(Case, Drug),
    quantity_limit(Drug, Condition, Amount, Days),
    requested_for(Case, Condition).

:- pred limit_by_condition(Case: case) :: 'the limit is stated for the condition of the request'.

limit_by_condition(Case) :-
    requested_drug(Case, Drug),
    quantity_limit(Drug, Condition, _, _),
    requested_for(Case, Condition).

% What a report says of the quantity, in this order.
:- pred quantity_detail(Number: integer, Predicate: predicate)
   :: 'number @(Number) of what a report says of the quantity is @(Predicate)'.

quantity_detail(1, tablet).
quantity_detail(2, quantity).
quantity_detail(3, authorized_quantity).

% Rates are compared by cross-multiplication, which keeps to integers.
:- pred quantity_within_limit(Case: case) :: 'the requested quantity is within the limit'.

quantity_within_limit(Case) :-
    authorized_quantity(Case, Limit, LimitDays),
    quantity(Case, Amount, Days),
    Days > 0,
    Amount * LimitDays =< Limit * Days.

% Where a policy lists strengths, the strength is part of what is requested.
:- pred listed_strength(Drug: agent, Mg: integer) :: '@(Drug) of @(Mg) mg is listed'.

:- pred unlisted_strength(Case: case, Mg: integer) :: 'the requested strength of @(Mg) mg is not listed'.

unlisted_strength(Case, Mg) :-
    reviewed_under(Case, _),
    requested_drug(Case, Drug),
    has_strengths(Drug),
    tablet(Case, Mg),
    \+ listed_strength(Drug, Mg).

:- pred has_strengths(Drug: agent) :: 'strengths of @(Drug) are listed'.

has_strengths(Drug) :- listed_strength(Drug, _).

:- pred quantity_stated(Case: case)
   :: 'the requested quantity is documented, with the strength where strengths are listed'.

quantity_stated(Case) :-
    requested_drug(Case, Drug),
    \+ has_strengths(Drug),
    quantity(Case, _, _).
quantity_stated(Case) :-
    requested_drug(Case, Drug),
    has_strengths(Drug),
    tablet(Case, _),
    quantity(Case, _, _).


% How the policy is read where it could be read otherwise. A reading bears on a case where it decides something, unless the other
% reading comes to the same; a report then names it among its assumptions.

:- pred reading(Policy: policy, Place: atom, What: atom)
   :: 'the @(Policy) policy, at "@(Place)", is read to mean that @(What)'.
:- pred reading_bears(Case: case, Policy: policy, Place: atom)
   :: 'how the @(Policy) policy is read at "@(Place)" bears on the case'.
:- pred same_either_way(Case: case, Policy: policy, Place: atom)
   :: 'the other reading of the @(Policy) policy at "@(Place)" comes to the same'.


% What a policy test expects of a case: stated in a case file, beside the facts. No rule reads it, and but for `priorlog test`
% nothing takes notice of it.
:- pred expect(Case: case, Determination: determination) :: 'a test expects the determination @(Determination)'.
:- functional expect(+, -).

% Of a criterion, an alternative, or one of the items that they ask for together.
:- pred expect(Case: case, Id: part, Status: part_status) :: 'a test expects the status @(Status) of @(Id)'.
:- functional expect(+, +, -).

:- pred expect_missing(Case: case, Predicate: predicate) :: 'a test expects facts of @(Predicate) to be missing'.

:- pred determination(Determination: determination) :: 'a review may come to @(Determination)'.
:- vocabulary(determination, determination/1).

determination(meets_criteria).
determination(criteria_not_met).
determination(more_information_needed).
determination(investigational).
determination(conflicting_evidence).
determination(no_policy_in_force).

:- pred part_status(Status: part_status) :: 'a criterion may be @(Status)'.
:- vocabulary(part_status, part_status/1).

part_status(met).
part_status(not_met).
part_status(not_documented).
part_status(not_applicable).
