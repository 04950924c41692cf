% As 13, but with nothing on progression or toxicity: more_information_needed.

request(renewal_open, selinexor, renewal, 2024-09-03).

birth_date(renewal_open, 1958-11-23).
sex(renewal_open, male).
-partner_of_reproductive_potential(renewal_open).

indication(renewal_open, multiple_myeloma).
disease_status(renewal_open, relapsed).

prior_therapy(renewal_open, 1, lenalidomide).
prior_therapy(renewal_open, 1, dexamethasone).

combination(renewal_open, bortezomib).
combination(renewal_open, dexamethasone).
regimen(renewal_open, 100, 1).
tablet(renewal_open, 20).
quantity(renewal_open, 60, 84).

prophylaxis(renewal_open, granisetron).
agrees_to_monitor(renewal_open, complete_blood_count).
agrees_to_monitor(renewal_open, blood_chemistry).
agrees_to_monitor(renewal_open, body_weight).

% What a policy test expects.
expect(renewal_open, more_information_needed).
expect(renewal_open, no_progression_or_toxicity, not_documented).
expect_missing(renewal_open, disease_progression).
expect_missing(renewal_open, unacceptable_toxicity).
