% Velcade and bortezomib are one proteasome inhibitor, and the refractory record is complete: criteria_not_met.

request(rrmm_one_pi, selinexor, initial, 2024-09-03).

birth_date(rrmm_one_pi, 1953-04-11).
sex(rrmm_one_pi, female).
-reproductive_potential(rrmm_one_pi).

indication(rrmm_one_pi, multiple_myeloma).
disease_status(rrmm_one_pi, refractory).

prior_therapy(rrmm_one_pi, 1, velcade).
prior_therapy(rrmm_one_pi, 1, lenalidomide).
prior_therapy(rrmm_one_pi, 1, dexamethasone).
prior_therapy(rrmm_one_pi, 2, daratumumab).
prior_therapy(rrmm_one_pi, 2, dexamethasone).
prior_therapy(rrmm_one_pi, 3, pomalidomide).
prior_therapy(rrmm_one_pi, 3, dexamethasone).
prior_therapy(rrmm_one_pi, 4, bortezomib).
prior_therapy(rrmm_one_pi, 4, dexamethasone).
prior_therapy(rrmm_one_pi, 5, cyclophosphamide).
prior_therapy(rrmm_one_pi, 5, prednisone).

refractory(rrmm_one_pi, velcade).
refractory(rrmm_one_pi, bortezomib).
refractory(rrmm_one_pi, lenalidomide).
refractory(rrmm_one_pi, pomalidomide).
refractory(rrmm_one_pi, daratumumab).

combination(rrmm_one_pi, dexamethasone).
regimen(rrmm_one_pi, 80, 2).
tablet(rrmm_one_pi, 20).
quantity(rrmm_one_pi, 96, 84).

prophylaxis(rrmm_one_pi, ondansetron).
agrees_to_monitor(rrmm_one_pi, complete_blood_count).
agrees_to_monitor(rrmm_one_pi, blood_chemistry).
agrees_to_monitor(rrmm_one_pi, body_weight).

complete(rrmm_one_pi, combination).
complete(rrmm_one_pi, refractory).

% What a policy test expects.
expect(rrmm_one_pi, criteria_not_met).
expect(rrmm_one_pi, refractory_to_two_proteasome_inhibitors, not_met).
expect(rrmm_one_pi, refractory_to_two_immunomodulatory_agents, met).
expect(rrmm_one_pi, diagnosis, not_met).
