% Where the policy could be read otherwise, and whether the other reading comes to the same.

% Four lines, in which fewer drugs were given, and four drugs in fewer lines.
request(three_drugs, selinexor, initial, 2024-09-03).
indication(three_drugs, multiple_myeloma).
prior_therapy(three_drugs, 1, bortezomib).
prior_therapy(three_drugs, 2, carfilzomib).
prior_therapy(three_drugs, 3, bortezomib).
prior_therapy(three_drugs, 4, carfilzomib).
complete(three_drugs, prior_therapy).

expect(three_drugs, more_information_needed).
expect(three_drugs, four_prior_therapies, met).

% Bortezomib without dexamethasone, before the policy had the diagnosis that names both.
request(bortezomib_alone_in_2020, selinexor, initial, 2020-12-31).
indication(bortezomib_alone_in_2020, multiple_myeloma).
combination(bortezomib_alone_in_2020, bortezomib).
-combination(bortezomib_alone_in_2020, dexamethasone).

expect(bortezomib_alone_in_2020, criteria_not_met).
expect(bortezomib_alone_in_2020, multiple_myeloma, not_applicable).

% No drug is given together with it.
request(alone, selinexor, initial, 2024-09-03).
indication(alone, multiple_myeloma).
complete(alone, combination).

expect(alone, criteria_not_met).
expect(alone, with_dexamethasone, not_met).

% A line of several drugs after which the disease progressed is a sign of refractoriness to each; a line of one, of one.
request(one_drug_each, selinexor, initial, 2024-09-03).
indication(one_drug_each, multiple_myeloma).
prior_therapy(one_drug_each, 1, bortezomib).
complete(one_drug_each, prior_therapy).
complete(one_drug_each, refractory).

expect(one_drug_each, more_information_needed).
expect(one_drug_each, relapsed_or_refractory_multiple_myeloma, not_met).
expect(one_drug_each, four_prior_therapies, not_met).

request(responded, selinexor, initial, 2024-09-03).
indication(responded, multiple_myeloma).
prior_therapy(responded, 1, bortezomib).
prior_therapy(responded, 1, dexamethasone).
complete(responded, prior_therapy).
best_response(responded, 1, complete_response).
complete(responded, best_response).
complete(responded, progression).
complete(responded, last_dose).

expect(responded, more_information_needed).
expect(responded, relapsed_or_refractory_multiple_myeloma, not_met).
expect(responded, four_prior_therapies, not_met).

request(progressed_on_transplant_drugs, selinexor, initial, 2024-09-03).
indication(progressed_on_transplant_drugs, multiple_myeloma).
prior_therapy(progressed_on_transplant_drugs, 1, melphalan).
prior_therapy(progressed_on_transplant_drugs, 1, cyclophosphamide).
best_response(progressed_on_transplant_drugs, 1, progressive_disease).

expect(progressed_on_transplant_drugs, more_information_needed).

request(progressed_on_selinexor, selinexor, initial, 2024-09-03).
indication(progressed_on_selinexor, multiple_myeloma).
prior_therapy(progressed_on_selinexor, 1, selinexor).
prior_therapy(progressed_on_selinexor, 1, dexamethasone).
best_response(progressed_on_selinexor, 1, progressive_disease).

expect(progressed_on_selinexor, more_information_needed).
expect(progressed_on_selinexor, refractory_to_two_proteasome_inhibitors, not_documented).

% A partner that the policy names for an indication, where the indication is open.
request(partner_of_what, selinexor, initial, 2024-09-03).
combination(partner_of_what, dexamethasone).

expect(partner_of_what, more_information_needed).
expect(partner_of_what, with_dexamethasone, met).

% A version that began more than a year ago.
request(long_after, selinexor, initial, 2025-08-01).

expect(long_after, more_information_needed).
