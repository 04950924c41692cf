% Myeloma refractory to all three classes after five lines, with dexamethasone: meets_criteria.
:- source('request form, 2024-09-03').
request(rrmm, selinexor, initial, 2024-09-03).

birth_date(rrmm, 1953-04-11).
sex(rrmm, female).
-reproductive_potential(rrmm).

indication(rrmm, multiple_myeloma).
disease_status(rrmm, refractory).
:- source('oncology note, 2024-08-27, page 2').
prior_therapy(rrmm, 1, bortezomib).
prior_therapy(rrmm, 1, lenalidomide).
prior_therapy(rrmm, 1, dexamethasone).
prior_therapy(rrmm, 2, carfilzomib).
prior_therapy(rrmm, 2, dexamethasone).
prior_therapy(rrmm, 3, daratumumab).
prior_therapy(rrmm, 3, dexamethasone).
prior_therapy(rrmm, 4, pomalidomide).
prior_therapy(rrmm, 4, dexamethasone).
prior_therapy(rrmm, 5, cyclophosphamide).
prior_therapy(rrmm, 5, prednisone).
:- source('oncology note, 2024-08-27, page 3', by('nurse reviewer'), on(2024-09-04)).
refractory(rrmm, bortezomib).
refractory(rrmm, carfilzomib).
refractory(rrmm, lenalidomide).
refractory(rrmm, pomalidomide).
refractory(rrmm, daratumumab).
:- source('request form, 2024-09-03').
combination(rrmm, dexamethasone).
regimen(rrmm, 80, 2).
tablet(rrmm, 20).
quantity(rrmm, 96, 84).

prophylaxis(rrmm, ondansetron).
agrees_to_monitor(rrmm, complete_blood_count).
agrees_to_monitor(rrmm, blood_chemistry).
agrees_to_monitor(rrmm, body_weight).

% What a policy test expects.
expect(rrmm, meets_criteria).
expect(rrmm, relapsed_or_refractory_multiple_myeloma, met).
expect(rrmm, multiple_myeloma, not_documented).
expect(rrmm, contraception, not_applicable).
