% A renewal, for which the policy lists no criteria: no_policy_in_force.

request(second_year, selinexor, renewal, 2024-09-03).
birth_date(second_year, 1953-04-11).
indication(second_year, multiple_myeloma).
combination(second_year, dexamethasone).

% What a policy test expects.
expect(second_year, no_policy_in_force).
