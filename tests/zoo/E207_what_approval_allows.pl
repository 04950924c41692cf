% Two limits, units or durations for the same, of which a report would tell one; and such that allow nothing.
:- module(allows, []).
:- use_module(library(cases)).
:- policy(allows, [drug(selinexor), title('Allows'), effective(2024-01-01)]).

criterion(allows, initial, 1, age, adult).
criterion(allows, renewal, 1, age, adult).

quantity_limit(selinexor, 96, 84).
quantity_limit(selinexor, 32, 28).
quantity_limit(selinexor, multiple_myeloma, 32, 0).
quantity_limit(selinexor, diffuse_large_b_cell_lymphoma, 24, 28).
quantity_unit(selinexor, tablet, tablets).
quantity_unit(selinexor, pill, pills).
approval_duration(selinexor, initial, 6).
approval_duration(selinexor, initial, 12).
approval_duration(selinexor, renewal, -12).
approval_duration(selinexor, renewal, multiple_myeloma, 12).
approval_duration(selinexor, renewal, multiple_myeloma, 6).

:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
