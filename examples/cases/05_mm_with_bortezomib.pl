% Myeloma after one prior line, with bortezomib and dexamethasone: meets_criteria.

request(mm, selinexor, initial, 2024-09-03).

birth_date(mm, 1958-11-23).
sex(mm, male).
-partner_of_reproductive_potential(mm).

indication(mm, multiple_myeloma).
disease_status(mm, relapsed).

prior_therapy(mm, 1, lenalidomide).
prior_therapy(mm, 1, dexamethasone).

combination(mm, bortezomib).
combination(mm, dexamethasone).
regimen(mm, 100, 1).
tablet(mm, 20).
quantity(mm, 60, 84).

prophylaxis(mm, granisetron).
agrees_to_monitor(mm, complete_blood_count).
agrees_to_monitor(mm, blood_chemistry).
agrees_to_monitor(mm, body_weight).

% What a policy test expects.
expect(mm, meets_criteria).
expect(mm, multiple_myeloma, met).
expect(mm, one_prior_therapy, met).
expect(mm, with_bortezomib_and_dexamethasone, met).
