% As 05, but before the policy had the combination with bortezomib: criteria_not_met.

request(mm_2020, selinexor, initial, 2020-12-15).

birth_date(mm_2020, 1958-11-23).
sex(mm_2020, male).
-partner_of_reproductive_potential(mm_2020).

indication(mm_2020, multiple_myeloma).
disease_status(mm_2020, relapsed).

prior_therapy(mm_2020, 1, lenalidomide).
prior_therapy(mm_2020, 1, dexamethasone).

combination(mm_2020, bortezomib).
combination(mm_2020, dexamethasone).
regimen(mm_2020, 100, 1).
tablet(mm_2020, 20).
quantity(mm_2020, 60, 84).

prophylaxis(mm_2020, granisetron).
agrees_to_monitor(mm_2020, complete_blood_count).
agrees_to_monitor(mm_2020, blood_chemistry).
agrees_to_monitor(mm_2020, body_weight).

complete(mm_2020, prior_therapy).
complete(mm_2020, refractory).

% What a policy test expects.
expect(mm_2020, criteria_not_met).
expect(mm_2020, multiple_myeloma, not_applicable).
expect(mm_2020, diagnosis, not_met).
