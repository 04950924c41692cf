% As 01, but refractoriness to bortezomib is stated and stated to be false: conflicting_evidence.

request(conflict, selinexor, initial, 2024-09-03).

birth_date(conflict, 1953-04-11).
sex(conflict, female).
-reproductive_potential(conflict).

indication(conflict, multiple_myeloma).
disease_status(conflict, refractory).

prior_therapy(conflict, 1, bortezomib).
prior_therapy(conflict, 1, lenalidomide).
prior_therapy(conflict, 1, dexamethasone).
prior_therapy(conflict, 2, carfilzomib).
prior_therapy(conflict, 2, dexamethasone).
prior_therapy(conflict, 3, daratumumab).
prior_therapy(conflict, 3, dexamethasone).
prior_therapy(conflict, 4, pomalidomide).
prior_therapy(conflict, 4, dexamethasone).
prior_therapy(conflict, 5, cyclophosphamide).
prior_therapy(conflict, 5, prednisone).

refractory(conflict, bortezomib).
refractory(conflict, carfilzomib).
refractory(conflict, lenalidomide).
refractory(conflict, pomalidomide).
refractory(conflict, daratumumab).
-refractory(conflict, bortezomib).

combination(conflict, dexamethasone).
regimen(conflict, 80, 2).
tablet(conflict, 20).
quantity(conflict, 96, 84).

prophylaxis(conflict, ondansetron).
agrees_to_monitor(conflict, complete_blood_count).
agrees_to_monitor(conflict, blood_chemistry).
agrees_to_monitor(conflict, body_weight).

% What a policy test expects.
expect(conflict, conflicting_evidence).
