% As 01, but in a tablet strength that is not listed: meets_criteria, quantity unlisted_strength.

request(ten_mg, selinexor, initial, 2024-09-03).

birth_date(ten_mg, 1953-04-11).
sex(ten_mg, female).
-reproductive_potential(ten_mg).

indication(ten_mg, multiple_myeloma).
disease_status(ten_mg, refractory).

prior_therapy(ten_mg, 1, bortezomib).
prior_therapy(ten_mg, 1, lenalidomide).
prior_therapy(ten_mg, 1, dexamethasone).
prior_therapy(ten_mg, 2, carfilzomib).
prior_therapy(ten_mg, 2, dexamethasone).
prior_therapy(ten_mg, 3, daratumumab).
prior_therapy(ten_mg, 3, dexamethasone).
prior_therapy(ten_mg, 4, pomalidomide).
prior_therapy(ten_mg, 4, dexamethasone).
prior_therapy(ten_mg, 5, cyclophosphamide).
prior_therapy(ten_mg, 5, prednisone).

refractory(ten_mg, bortezomib).
refractory(ten_mg, carfilzomib).
refractory(ten_mg, lenalidomide).
refractory(ten_mg, pomalidomide).
refractory(ten_mg, daratumumab).

combination(ten_mg, dexamethasone).
regimen(ten_mg, 80, 2).
tablet(ten_mg, 10).
quantity(ten_mg, 96, 84).

prophylaxis(ten_mg, ondansetron).
agrees_to_monitor(ten_mg, complete_blood_count).
agrees_to_monitor(ten_mg, blood_chemistry).
agrees_to_monitor(ten_mg, body_weight).

% What a policy test expects.
expect(ten_mg, meets_criteria).
