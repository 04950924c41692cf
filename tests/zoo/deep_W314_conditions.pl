:- module(tried, []).
:- use_module(library(cases)).
:- policy(tried, [drug(selinexor), title('Tried'), effective(2024-01-01)]).

criterion(tried, initial, 1, diagnosis, diagnosed).
alternative(tried, initial, diagnosis, 1, with_dexamethasone, dexamethasone_given).
alternative(tried, initial, diagnosis, 2, lymphoma, for_lymphoma).
alternative_condition(tried, with_dexamethasone, multiple_myeloma).
alternative_condition(tried, lymphoma, breast_cancer).
use_standing(tried, use_for_all_other_indications, investigational).
item_since(tried, lymphoma, 2025-01-01).

:- pred diagnosed(Case: case) :: 'one of the diagnoses is fulfilled'.

:- pred dexamethasone_given(Case: case) :: 'dexamethasone is given, for whatever it may be'.
dexamethasone_given(Case) :- combination(Case, dexamethasone), \+ requested_for(Case, breast_cancer).

:- pred for_lymphoma(Case: case) :: 'the request is for lymphoma'.
for_lymphoma(Case) :- requested_for(Case, diffuse_large_b_cell_lymphoma).
