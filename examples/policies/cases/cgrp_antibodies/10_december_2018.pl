% A request before the policy: no_policy_in_force.

request(december, galcanezumab, initial, 2018-12-31).
indication(december, migraine).

% What a policy test expects.
expect(december, no_policy_in_force).
