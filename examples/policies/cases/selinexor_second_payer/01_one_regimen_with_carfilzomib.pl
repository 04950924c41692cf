% After one regimen, with a partner that suffices for that, and dexamethasone: meets_criteria. Under the Xpovio policy, which asks for
% bortezomib there, the same facts do not meet the criteria.

request(kd, selinexor, initial, 2024-09-03).

:- source('clinic note, 2024-08-29, page 1').
birth_date(kd, 1953-04-11).
indication(kd, multiple_myeloma).
prior_therapy(kd, 1, bortezomib).
prior_therapy(kd, 1, lenalidomide).
complete(kd, prior_therapy).

:- source('clinic note, 2024-08-29, plan').
combination(kd, dexamethasone).
combination(kd, kyprolis).
complete(kd, combination).

% What a policy test expects.
expect(kd, meets_criteria).
expect(kd, age, met).
expect(kd, diagnosis, met).
expect(kd, dexamethasone, met).
expect(kd, prior_regimens, met).
expect(kd, four_regimens, not_met).
expect(kd, two_regimens_with_pomalidomide, not_met).
expect(kd, one_regimen_with_partner, met).
