% As 07, but on the last day before the policy had the lymphoma indication: investigational.

request(lymphoma_2020, selinexor, initial, 2020-06-30).

birth_date(lymphoma_2020, 1979-02-17).
sex(lymphoma_2020, female).
reproductive_potential(lymphoma_2020).
contraception_advised(lymphoma_2020).

indication(lymphoma_2020, dlbcl_arising_from_follicular_lymphoma).
disease_status(lymphoma_2020, relapsed).

prior_therapy(lymphoma_2020, 1, rituximab).
prior_therapy(lymphoma_2020, 1, cyclophosphamide).
prior_therapy(lymphoma_2020, 1, doxorubicin).
prior_therapy(lymphoma_2020, 1, vincristine).
prior_therapy(lymphoma_2020, 1, prednisone).
prior_therapy(lymphoma_2020, 2, rituximab).
prior_therapy(lymphoma_2020, 2, gemcitabine).
prior_therapy(lymphoma_2020, 2, oxaliplatin).

regimen(lymphoma_2020, 60, 2).
tablet(lymphoma_2020, 20).
quantity(lymphoma_2020, 72, 84).

prophylaxis(lymphoma_2020, olanzapine).
agrees_to_monitor(lymphoma_2020, complete_blood_count).
agrees_to_monitor(lymphoma_2020, blood_chemistry).
agrees_to_monitor(lymphoma_2020, body_weight).

% What a policy test expects.
expect(lymphoma_2020, investigational).
expect(lymphoma_2020, diffuse_large_b_cell_lymphoma, not_applicable).
