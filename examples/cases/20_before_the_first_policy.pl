% As 01, but on the last day before there was a policy: no_policy_in_force.

request(too_early, selinexor, initial, 2019-06-30).

birth_date(too_early, 1953-04-11).
sex(too_early, female).
-reproductive_potential(too_early).

indication(too_early, multiple_myeloma).
disease_status(too_early, refractory).

prior_therapy(too_early, 1, bortezomib).
prior_therapy(too_early, 1, lenalidomide).
prior_therapy(too_early, 1, dexamethasone).
prior_therapy(too_early, 2, carfilzomib).
prior_therapy(too_early, 2, dexamethasone).
prior_therapy(too_early, 3, daratumumab).
prior_therapy(too_early, 3, dexamethasone).
prior_therapy(too_early, 4, pomalidomide).
prior_therapy(too_early, 4, dexamethasone).
prior_therapy(too_early, 5, cyclophosphamide).
prior_therapy(too_early, 5, prednisone).

refractory(too_early, bortezomib).
refractory(too_early, carfilzomib).
refractory(too_early, lenalidomide).
refractory(too_early, pomalidomide).
refractory(too_early, daratumumab).

combination(too_early, dexamethasone).
regimen(too_early, 80, 2).
tablet(too_early, 20).
quantity(too_early, 96, 84).

prophylaxis(too_early, ondansetron).
agrees_to_monitor(too_early, complete_blood_count).
agrees_to_monitor(too_early, blood_chemistry).
agrees_to_monitor(too_early, body_weight).

% What a policy test expects.
expect(too_early, no_policy_in_force).
