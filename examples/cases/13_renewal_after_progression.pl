% Renewal with bortezomib and dexamethasone, but the disease has progressed: criteria_not_met.

request(renewal_progressed, selinexor, renewal, 2024-09-03).

birth_date(renewal_progressed, 1958-11-23).
sex(renewal_progressed, male).
-partner_of_reproductive_potential(renewal_progressed).

indication(renewal_progressed, multiple_myeloma).
disease_status(renewal_progressed, relapsed).

prior_therapy(renewal_progressed, 1, lenalidomide).
prior_therapy(renewal_progressed, 1, dexamethasone).

combination(renewal_progressed, bortezomib).
combination(renewal_progressed, dexamethasone).
regimen(renewal_progressed, 100, 1).
tablet(renewal_progressed, 20).
quantity(renewal_progressed, 60, 84).

prophylaxis(renewal_progressed, granisetron).
agrees_to_monitor(renewal_progressed, complete_blood_count).
agrees_to_monitor(renewal_progressed, blood_chemistry).
agrees_to_monitor(renewal_progressed, body_weight).

disease_progression(renewal_progressed).
-unacceptable_toxicity(renewal_progressed).

% What a policy test expects.
expect(renewal_progressed, criteria_not_met).
expect(renewal_progressed, no_progression_or_toxicity, not_met).
expect(renewal_progressed, diagnosis, met).
