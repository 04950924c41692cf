% After two regimens; whether a third agent is given is not documented: more_information_needed.

request(xd_two, selinexor, initial, 2024-09-03).
birth_date(xd_two, 1953-04-11).
indication(xd_two, 'MM').
prior_therapy(xd_two, 1, vrd).
prior_therapy(xd_two, 2, daratumumab).
complete(xd_two, prior_therapy).
combination(xd_two, dexamethasone).

% What a policy test expects.
expect(xd_two, more_information_needed).
expect(xd_two, age, met).
expect(xd_two, diagnosis, met).
expect(xd_two, dexamethasone, met).
expect(xd_two, prior_regimens, not_documented).
expect(xd_two, four_regimens, not_met).
expect(xd_two, two_regimens_with_pomalidomide, not_documented).
expect(xd_two, one_regimen_with_partner, not_documented).
