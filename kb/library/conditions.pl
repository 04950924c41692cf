% Conditions that a drug may be requested for, and which of them are kinds of a broader one.
% A condition that is not listed here is simply not covered by any policy that does not name it.

:- pred condition(Condition: condition) :: '@(Condition) is a condition that policies name'.
:- cite(condition/1, 'Regulatory Status').

condition(multiple_myeloma).
condition(diffuse_large_b_cell_lymphoma).
condition(dlbcl_arising_from_follicular_lymphoma).

:- pred condition_title(Condition: condition, Title: atom) :: '@(Condition) is written "@(Title)"'.
:- cite(condition_title/2, 'Regulatory Status').

condition_title(multiple_myeloma, 'multiple myeloma').
condition_title(diffuse_large_b_cell_lymphoma, 'diffuse large B-cell lymphoma, not otherwise specified').
condition_title(dlbcl_arising_from_follicular_lymphoma, 'diffuse large B-cell lymphoma arising from follicular lymphoma').

% Each broader condition is stated, also the broader one of a broader one: the relation is not chained.
:- pred kind_of(Condition: condition, Broader: condition) :: '@(Condition) is a kind of @(Broader)'.
:- cite(kind_of/2, 'Regulatory Status / 3').

kind_of(dlbcl_arising_from_follicular_lymphoma, diffuse_large_b_cell_lymphoma).
