% Relapsed lymphoma that arose from follicular lymphoma, after two prior lines: meets_criteria.

request(lymphoma, selinexor, initial, 2024-09-03).

birth_date(lymphoma, 1979-02-17).
sex(lymphoma, female).
reproductive_potential(lymphoma).
contraception_advised(lymphoma).

indication(lymphoma, dlbcl_arising_from_follicular_lymphoma).
disease_status(lymphoma, relapsed).

prior_therapy(lymphoma, 1, rituximab).
prior_therapy(lymphoma, 1, cyclophosphamide).
prior_therapy(lymphoma, 1, doxorubicin).
prior_therapy(lymphoma, 1, vincristine).
prior_therapy(lymphoma, 1, prednisone).
prior_therapy(lymphoma, 2, rituximab).
prior_therapy(lymphoma, 2, gemcitabine).
prior_therapy(lymphoma, 2, oxaliplatin).

regimen(lymphoma, 60, 2).
tablet(lymphoma, 20).
quantity(lymphoma, 72, 84).

prophylaxis(lymphoma, olanzapine).
agrees_to_monitor(lymphoma, complete_blood_count).
agrees_to_monitor(lymphoma, blood_chemistry).
agrees_to_monitor(lymphoma, body_weight).

% What a policy test expects.
expect(lymphoma, meets_criteria).
expect(lymphoma, diffuse_large_b_cell_lymphoma, met).
expect(lymphoma, two_prior_lines, met).
