% How a case of the Xpovio policy comes to be relapsed or refractory, and how many drugs of a class the disease is to be refractory to.

% The indication may say by its name that the disease is relapsed, refractory, or one of them. A renewal asks for no more than that, and
% dexamethasone.
request(relapsed_by_name, selinexor, renewal, 2024-09-03).
indication(relapsed_by_name, 'relapsed multiple myeloma').
combination(relapsed_by_name, dexamethasone).

expect(relapsed_by_name, more_information_needed).
expect(relapsed_by_name, relapsed_or_refractory_multiple_myeloma, met).

request(refractory_by_name, selinexor, renewal, 2024-09-03).
indication(refractory_by_name, 'refractory multiple myeloma').
combination(refractory_by_name, dexamethasone).

expect(refractory_by_name, more_information_needed).
expect(refractory_by_name, relapsed_or_refractory_multiple_myeloma, met).

request(either_by_name, selinexor, renewal, 2024-09-03).
indication(either_by_name, 'RRMM').
combination(either_by_name, dexamethasone).

expect(either_by_name, more_information_needed).
expect(either_by_name, relapsed_or_refractory_multiple_myeloma, met).

request(lymphoma_by_name, selinexor, renewal, 2024-09-03).
indication(lymphoma_by_name, 'relapsed or refractory diffuse large B-cell lymphoma').

expect(lymphoma_by_name, more_information_needed).
expect(lymphoma_by_name, diffuse_large_b_cell_lymphoma, met).

% Myeloma with no status documented is relapsed or refractory if it is refractory to any drug, which is open; and is not if that is not so.
request(refractory_to_a_drug, selinexor, renewal, 2024-09-03).
complete(refractory_to_a_drug, disease_status).

expect(refractory_to_a_drug, more_information_needed).
expect(refractory_to_a_drug, relapsed_or_refractory_multiple_myeloma, not_documented).
expect(refractory_to_a_drug, diffuse_large_b_cell_lymphoma, not_met).

request(refractory_to_no_drug, selinexor, renewal, 2024-09-03).
complete(refractory_to_no_drug, disease_status).
complete(refractory_to_no_drug, refractory).

expect(refractory_to_no_drug, more_information_needed).
expect(refractory_to_no_drug, relapsed_or_refractory_multiple_myeloma, not_met).

% Of each of these classes there are three drugs: where it is not refractory to two of them, it is refractory to one at most.
request(one_proteasome_inhibitor_left, selinexor, initial, 2024-09-03).
-refractory(one_proteasome_inhibitor_left, bortezomib).
-refractory(one_proteasome_inhibitor_left, carfilzomib).

expect(one_proteasome_inhibitor_left, more_information_needed).
expect(one_proteasome_inhibitor_left, refractory_to_two_proteasome_inhibitors, not_met).
expect(one_proteasome_inhibitor_left, relapsed_or_refractory_multiple_myeloma, not_met).

request(one_immunomodulatory_agent_left, selinexor, initial, 2024-09-03).
-refractory(one_immunomodulatory_agent_left, lenalidomide).
-refractory(one_immunomodulatory_agent_left, pomalidomide).

expect(one_immunomodulatory_agent_left, more_information_needed).
expect(one_immunomodulatory_agent_left, refractory_to_two_immunomodulatory_agents, not_met).
expect(one_immunomodulatory_agent_left, relapsed_or_refractory_multiple_myeloma, not_met).
