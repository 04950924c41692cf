% An indication that the policy does not cover: investigational.

request(breast, selinexor, initial, 2024-09-03).

birth_date(breast, 1953-04-11).
sex(breast, female).
-reproductive_potential(breast).

indication(breast, breast_cancer).
disease_status(breast, relapsed).

prior_therapy(breast, 1, paclitaxel).
prior_therapy(breast, 2, capecitabine).

regimen(breast, 80, 2).
tablet(breast, 20).
quantity(breast, 96, 84).

prophylaxis(breast, ondansetron).
agrees_to_monitor(breast, complete_blood_count).
agrees_to_monitor(breast, blood_chemistry).
agrees_to_monitor(breast, body_weight).

% What a policy test expects.
expect(breast, investigational).
expect(breast, diagnosis, not_met).
