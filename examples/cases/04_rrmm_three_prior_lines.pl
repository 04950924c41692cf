% As 01, but with three prior lines, and their record is complete: criteria_not_met.

request(rrmm_three_lines, selinexor, initial, 2024-09-03).

birth_date(rrmm_three_lines, 1953-04-11).
sex(rrmm_three_lines, female).
-reproductive_potential(rrmm_three_lines).

indication(rrmm_three_lines, multiple_myeloma).
disease_status(rrmm_three_lines, refractory).

prior_therapy(rrmm_three_lines, 1, bortezomib).
prior_therapy(rrmm_three_lines, 1, lenalidomide).
prior_therapy(rrmm_three_lines, 1, dexamethasone).
prior_therapy(rrmm_three_lines, 2, carfilzomib).
prior_therapy(rrmm_three_lines, 2, pomalidomide).
prior_therapy(rrmm_three_lines, 2, dexamethasone).
prior_therapy(rrmm_three_lines, 3, daratumumab).
prior_therapy(rrmm_three_lines, 3, dexamethasone).

refractory(rrmm_three_lines, bortezomib).
refractory(rrmm_three_lines, carfilzomib).
refractory(rrmm_three_lines, lenalidomide).
refractory(rrmm_three_lines, pomalidomide).
refractory(rrmm_three_lines, daratumumab).

combination(rrmm_three_lines, dexamethasone).
regimen(rrmm_three_lines, 80, 2).
tablet(rrmm_three_lines, 20).
quantity(rrmm_three_lines, 96, 84).

prophylaxis(rrmm_three_lines, ondansetron).
agrees_to_monitor(rrmm_three_lines, complete_blood_count).
agrees_to_monitor(rrmm_three_lines, blood_chemistry).
agrees_to_monitor(rrmm_three_lines, body_weight).

complete(rrmm_three_lines, combination).
complete(rrmm_three_lines, prior_therapy).

% What a policy test expects.
expect(rrmm_three_lines, criteria_not_met).
expect(rrmm_three_lines, four_prior_therapies, not_met).
expect(rrmm_three_lines, diagnosis, not_met).
