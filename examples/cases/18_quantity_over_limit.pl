% As 01, but one tablet more than the limit: meets_criteria, quantity over_limit.

request(over_limit, selinexor, initial, 2024-09-03).

birth_date(over_limit, 1953-04-11).
sex(over_limit, female).
-reproductive_potential(over_limit).

indication(over_limit, multiple_myeloma).
disease_status(over_limit, refractory).

prior_therapy(over_limit, 1, bortezomib).
prior_therapy(over_limit, 1, lenalidomide).
prior_therapy(over_limit, 1, dexamethasone).
prior_therapy(over_limit, 2, carfilzomib).
prior_therapy(over_limit, 2, dexamethasone).
prior_therapy(over_limit, 3, daratumumab).
prior_therapy(over_limit, 3, dexamethasone).
prior_therapy(over_limit, 4, pomalidomide).
prior_therapy(over_limit, 4, dexamethasone).
prior_therapy(over_limit, 5, cyclophosphamide).
prior_therapy(over_limit, 5, prednisone).

refractory(over_limit, bortezomib).
refractory(over_limit, carfilzomib).
refractory(over_limit, lenalidomide).
refractory(over_limit, pomalidomide).
refractory(over_limit, daratumumab).

combination(over_limit, dexamethasone).
regimen(over_limit, 80, 2).
tablet(over_limit, 20).
quantity(over_limit, 97, 84).

prophylaxis(over_limit, ondansetron).
agrees_to_monitor(over_limit, complete_blood_count).
agrees_to_monitor(over_limit, blood_chemistry).
agrees_to_monitor(over_limit, body_weight).

% What a policy test expects.
expect(over_limit, meets_criteria).
