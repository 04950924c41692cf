% The diagnoses of the Xpovio policy, each item not documented, and not met. What is not said of a case is not documented.

% Multiple myeloma, with bortezomib and dexamethasone.
request(no_prior_therapy, selinexor, initial, 2024-09-03).
indication(no_prior_therapy, multiple_myeloma).
complete(no_prior_therapy, prior_therapy).
combination(no_prior_therapy, bortezomib).
combination(no_prior_therapy, dexamethasone).

expect(no_prior_therapy, criteria_not_met).
expect(no_prior_therapy, multiple_myeloma, not_met).
expect(no_prior_therapy, one_prior_therapy, not_met).
expect(no_prior_therapy, four_prior_therapies, not_met).

request(without_dexamethasone, selinexor, initial, 2024-09-03).
indication(without_dexamethasone, multiple_myeloma).
prior_therapy(without_dexamethasone, 1, lenalidomide).
combination(without_dexamethasone, bortezomib).
-combination(without_dexamethasone, dexamethasone).

expect(without_dexamethasone, criteria_not_met).
expect(without_dexamethasone, with_bortezomib_and_dexamethasone, not_met).
expect(without_dexamethasone, with_dexamethasone, not_met).
expect(without_dexamethasone, multiple_myeloma, not_met).
expect(without_dexamethasone, relapsed_or_refractory_multiple_myeloma, not_met).

% Relapsed or refractory multiple myeloma. A name of the indication may say that it is.
request(relapsed_or_refractory, selinexor, initial, 2024-09-03).
indication(relapsed_or_refractory, 'RRMM').
-disease_status(relapsed_or_refractory, relapsed).
-disease_status(relapsed_or_refractory, refractory).
-combination(relapsed_or_refractory, bortezomib).

expect(relapsed_or_refractory, more_information_needed).
expect(relapsed_or_refractory, relapsed_or_refractory_multiple_myeloma, not_documented).
expect(relapsed_or_refractory, multiple_myeloma, not_met).

% Neither relapsed nor refractory.
request(newly_diagnosed, selinexor, initial, 2024-09-03).
indication(newly_diagnosed, multiple_myeloma).
complete(newly_diagnosed, disease_status).
complete(newly_diagnosed, refractory).

expect(newly_diagnosed, more_information_needed).
expect(newly_diagnosed, relapsed_or_refractory_multiple_myeloma, not_met).

% Refractory to two proteasome inhibitors, and to no other class.
request(other_classes_not, selinexor, initial, 2024-09-03).
indication(other_classes_not, multiple_myeloma).
prior_therapy(other_classes_not, 1, bortezomib).
prior_therapy(other_classes_not, 2, carfilzomib).
prior_therapy(other_classes_not, 3, lenalidomide).
prior_therapy(other_classes_not, 4, daratumumab).
refractory(other_classes_not, bortezomib).
refractory(other_classes_not, carfilzomib).
-refractory(other_classes_not, lenalidomide).
-refractory(other_classes_not, pomalidomide).
-refractory(other_classes_not, thalidomide).
-combination(other_classes_not, bortezomib).

expect(other_classes_not, criteria_not_met).
expect(other_classes_not, refractory_to_two_proteasome_inhibitors, met).
expect(other_classes_not, refractory_to_two_immunomodulatory_agents, not_met).

request(antibody_not, selinexor, initial, 2024-09-03).
indication(antibody_not, multiple_myeloma).
prior_therapy(antibody_not, 1, bortezomib).
prior_therapy(antibody_not, 2, carfilzomib).
prior_therapy(antibody_not, 3, lenalidomide).
prior_therapy(antibody_not, 4, pomalidomide).
refractory(antibody_not, bortezomib).
refractory(antibody_not, carfilzomib).
refractory(antibody_not, lenalidomide).
refractory(antibody_not, pomalidomide).
complete(antibody_not, refractory).
-combination(antibody_not, bortezomib).

expect(antibody_not, criteria_not_met).
expect(antibody_not, refractory_to_two_immunomodulatory_agents, met).
expect(antibody_not, refractory_to_anti_cd38_antibody, not_met).

% Lymphoma.
request(lymphoma_open, selinexor, initial, 2024-09-03).
indication(lymphoma_open, diffuse_large_b_cell_lymphoma).

expect(lymphoma_open, more_information_needed).
expect(lymphoma_open, diffuse_large_b_cell_lymphoma, not_documented).
expect(lymphoma_open, two_prior_lines, not_documented).

request(lymphoma_first_line, selinexor, initial, 2024-09-03).
indication(lymphoma_first_line, diffuse_large_b_cell_lymphoma).
complete(lymphoma_first_line, prior_therapy).

expect(lymphoma_first_line, criteria_not_met).
expect(lymphoma_first_line, two_prior_lines, not_met).

request(lymphoma_not_relapsed, selinexor, initial, 2024-09-03).
indication(lymphoma_not_relapsed, diffuse_large_b_cell_lymphoma).
complete(lymphoma_not_relapsed, disease_status).

expect(lymphoma_not_relapsed, criteria_not_met).
expect(lymphoma_not_relapsed, diffuse_large_b_cell_lymphoma, not_met).

request(lymphoma_renewal, selinexor, renewal, 2024-09-03).
indication(lymphoma_renewal, diffuse_large_b_cell_lymphoma).
disease_status(lymphoma_renewal, refractory).

expect(lymphoma_renewal, more_information_needed).
expect(lymphoma_renewal, diffuse_large_b_cell_lymphoma, met).

% Renewals.
request(renewal_for_breast_cancer, selinexor, renewal, 2024-09-03).
indication(renewal_for_breast_cancer, breast_cancer).

expect(renewal_for_breast_cancer, investigational).
expect(renewal_for_breast_cancer, diagnosis, not_met).

request(renewal_for_relapse, selinexor, renewal, 2024-09-03).
indication(renewal_for_relapse, multiple_myeloma).
-disease_status(renewal_for_relapse, relapsed).
disease_status(renewal_for_relapse, refractory).
-combination(renewal_for_relapse, bortezomib).

expect(renewal_for_relapse, more_information_needed).
expect(renewal_for_relapse, multiple_myeloma, not_met).
expect(renewal_for_relapse, relapsed_or_refractory_multiple_myeloma, not_documented).

request(renewal_not_refractory, selinexor, renewal, 2024-09-03).
indication(renewal_not_refractory, multiple_myeloma).
disease_status(renewal_not_refractory, relapsed).
-disease_status(renewal_not_refractory, refractory).
-combination(renewal_not_refractory, dexamethasone).

expect(renewal_not_refractory, criteria_not_met).
expect(renewal_not_refractory, diagnosis, not_met).

% No indication at all is documented, in a record that is complete.
request(no_indication, selinexor, initial, 2024-09-03).
complete(no_indication, indication).

expect(no_indication, criteria_not_met).
expect(no_indication, diagnosis, not_met).

% Kinds of lymphoma that are other indications; before July 2020 none was covered.
request(primary_cns, selinexor, initial, 2024-09-03).
indication(primary_cns, primary_cns_lymphoma).

expect(primary_cns, investigational).

request(indication_open_in_2019, selinexor, initial, 2019-12-01).

expect(indication_open_in_2019, more_information_needed).
expect(indication_open_in_2019, multiple_myeloma, not_applicable).
expect(indication_open_in_2019, diffuse_large_b_cell_lymphoma, not_applicable).
