% As 02, but other refractoriness may be undocumented, to carfilzomib or ixazomib: more_information_needed.

request(rrmm_second_pi_open, selinexor, initial, 2024-09-03).

birth_date(rrmm_second_pi_open, 1953-04-11).
sex(rrmm_second_pi_open, female).
-reproductive_potential(rrmm_second_pi_open).

indication(rrmm_second_pi_open, multiple_myeloma).
disease_status(rrmm_second_pi_open, refractory).

prior_therapy(rrmm_second_pi_open, 1, velcade).
prior_therapy(rrmm_second_pi_open, 1, lenalidomide).
prior_therapy(rrmm_second_pi_open, 1, dexamethasone).
prior_therapy(rrmm_second_pi_open, 2, daratumumab).
prior_therapy(rrmm_second_pi_open, 2, dexamethasone).
prior_therapy(rrmm_second_pi_open, 3, pomalidomide).
prior_therapy(rrmm_second_pi_open, 3, dexamethasone).
prior_therapy(rrmm_second_pi_open, 4, bortezomib).
prior_therapy(rrmm_second_pi_open, 4, dexamethasone).
prior_therapy(rrmm_second_pi_open, 5, cyclophosphamide).
prior_therapy(rrmm_second_pi_open, 5, prednisone).

refractory(rrmm_second_pi_open, velcade).
refractory(rrmm_second_pi_open, bortezomib).
refractory(rrmm_second_pi_open, lenalidomide).
refractory(rrmm_second_pi_open, pomalidomide).
refractory(rrmm_second_pi_open, daratumumab).

combination(rrmm_second_pi_open, dexamethasone).
regimen(rrmm_second_pi_open, 80, 2).
tablet(rrmm_second_pi_open, 20).
quantity(rrmm_second_pi_open, 96, 84).

prophylaxis(rrmm_second_pi_open, ondansetron).
agrees_to_monitor(rrmm_second_pi_open, complete_blood_count).
agrees_to_monitor(rrmm_second_pi_open, blood_chemistry).
agrees_to_monitor(rrmm_second_pi_open, body_weight).

complete(rrmm_second_pi_open, combination).

% What a policy test expects.
expect(rrmm_second_pi_open, more_information_needed).
expect(rrmm_second_pi_open, refractory_to_two_proteasome_inhibitors, not_documented).
expect(rrmm_second_pi_open, diagnosis, not_documented).
expect_missing(rrmm_second_pi_open, refractory).
