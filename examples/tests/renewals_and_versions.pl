% Renewals, diagnosis by diagnosis, and the first days of the versions of the Xpovio policy. What is not said of a case is not documented.

% Multiple myeloma, with bortezomib and dexamethasone: a renewal asks for nothing else.
request(with_bortezomib, selinexor, renewal, 2024-09-03).
indication(with_bortezomib, multiple_myeloma).
combination(with_bortezomib, bortezomib).
combination(with_bortezomib, dexamethasone).

expect(with_bortezomib, more_information_needed).
expect(with_bortezomib, multiple_myeloma, met).

% With dexamethasone alone the myeloma has to be relapsed or refractory, which is open.
request(with_dexamethasone, selinexor, renewal, 2024-09-03).
indication(with_dexamethasone, multiple_myeloma).
combination(with_dexamethasone, dexamethasone).

expect(with_dexamethasone, more_information_needed).
expect(with_dexamethasone, relapsed_or_refractory_multiple_myeloma, not_documented).

% Lymphoma that may be neither relapsed nor refractory.
request(lymphoma_not_said_to_be_relapsed, selinexor, renewal, 2024-09-03).
indication(lymphoma_not_said_to_be_relapsed, diffuse_large_b_cell_lymphoma).

expect(lymphoma_not_said_to_be_relapsed, more_information_needed).
expect(lymphoma_not_said_to_be_relapsed, diffuse_large_b_cell_lymphoma, not_documented).

% Before 2021 there was no diagnosis for bortezomib and dexamethasone.
request(with_bortezomib_in_2020, selinexor, renewal, 2020-12-31).
indication(with_bortezomib_in_2020, multiple_myeloma).
complete(with_bortezomib_in_2020, disease_status).
complete(with_bortezomib_in_2020, refractory).
combination(with_bortezomib_in_2020, bortezomib).
combination(with_bortezomib_in_2020, dexamethasone).

expect(with_bortezomib_in_2020, criteria_not_met).
expect(with_bortezomib_in_2020, diagnosis, not_met).
expect(with_bortezomib_in_2020, multiple_myeloma, not_applicable).

% Relapsed or refractory myeloma was always one.
request(relapsed_in_2021, selinexor, renewal, 2021-03-01).
indication(relapsed_in_2021, 'RRMM').
combination(relapsed_in_2021, dexamethasone).

expect(relapsed_in_2021, more_information_needed).
expect(relapsed_in_2021, relapsed_or_refractory_multiple_myeloma, met).

% Without dexamethasone: in 2019 there was no other diagnosis, in 2020 lymphoma may be it.
request(initial_without_dexamethasone_in_2019, selinexor, initial, 2019-12-01).
-combination(initial_without_dexamethasone_in_2019, dexamethasone).

expect(initial_without_dexamethasone_in_2019, criteria_not_met).
expect(initial_without_dexamethasone_in_2019, diagnosis, not_met).

request(initial_without_dexamethasone_in_2020, selinexor, initial, 2020-12-01).
-combination(initial_without_dexamethasone_in_2020, dexamethasone).

expect(initial_without_dexamethasone_in_2020, more_information_needed).
expect(initial_without_dexamethasone_in_2020, diffuse_large_b_cell_lymphoma, not_documented).
expect(initial_without_dexamethasone_in_2020, diagnosis, not_documented).

request(renewal_without_dexamethasone_in_2019, selinexor, renewal, 2019-12-01).
-combination(renewal_without_dexamethasone_in_2019, dexamethasone).

expect(renewal_without_dexamethasone_in_2019, criteria_not_met).
expect(renewal_without_dexamethasone_in_2019, diagnosis, not_met).

request(renewal_without_dexamethasone_in_2020, selinexor, renewal, 2020-12-01).
-combination(renewal_without_dexamethasone_in_2020, dexamethasone).

expect(renewal_without_dexamethasone_in_2020, more_information_needed).
expect(renewal_without_dexamethasone_in_2020, diffuse_large_b_cell_lymphoma, not_documented).
expect(renewal_without_dexamethasone_in_2020, diagnosis, not_documented).

% Lymphoma after one line of two drugs; whether there was another line is open.
request(one_line_of_two_drugs, selinexor, initial, 2024-09-03).
indication(one_line_of_two_drugs, diffuse_large_b_cell_lymphoma).
disease_status(one_line_of_two_drugs, relapsed).
prior_therapy(one_line_of_two_drugs, 1, cyclophosphamide).
prior_therapy(one_line_of_two_drugs, 1, dexamethasone).

expect(one_line_of_two_drugs, more_information_needed).
expect(one_line_of_two_drugs, two_prior_lines, not_documented).
expect(one_line_of_two_drugs, diffuse_large_b_cell_lymphoma, not_documented).

% A drug that is no agent against nausea.
request(no_agent_against_nausea, selinexor, renewal, 2024-09-03).
prophylaxis(no_agent_against_nausea, bortezomib).

expect(no_agent_against_nausea, more_information_needed).
expect(no_agent_against_nausea, antiemetic_prophylaxis, not_documented).

% The first day of the policy, and of each change, and the day before.
request(day_before_the_policy, selinexor, initial, 2019-06-30).

expect(day_before_the_policy, no_policy_in_force).

request(first_day_of_the_policy, selinexor, initial, 2019-07-01).

expect(first_day_of_the_policy, more_information_needed).
expect(first_day_of_the_policy, relapsed_or_refractory_multiple_myeloma, not_documented).

request(day_before_lymphoma, selinexor, initial, 2020-06-30).

expect(day_before_lymphoma, more_information_needed).
expect(day_before_lymphoma, diffuse_large_b_cell_lymphoma, not_applicable).

request(first_day_of_lymphoma, selinexor, initial, 2020-07-01).

expect(first_day_of_lymphoma, more_information_needed).
expect(first_day_of_lymphoma, diffuse_large_b_cell_lymphoma, not_documented).

request(day_before_bortezomib, selinexor, initial, 2020-12-31).

expect(day_before_bortezomib, more_information_needed).
expect(day_before_bortezomib, multiple_myeloma, not_applicable).

request(first_day_of_bortezomib, selinexor, initial, 2021-01-01).

expect(first_day_of_bortezomib, more_information_needed).
expect(first_day_of_bortezomib, multiple_myeloma, not_documented).

request(first_day_of_contraception, selinexor, initial, 2021-05-01).

expect(first_day_of_contraception, more_information_needed).
expect(first_day_of_contraception, contraception, not_documented).
