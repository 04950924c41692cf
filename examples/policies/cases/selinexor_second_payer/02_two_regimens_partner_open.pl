% After two regimens; whether a third agent is given is not documented: more_information_needed.

request(xd_two, selinexor, initial, 2024-09-03).
birth_date(xd_two, 1953-04-11).
indication(xd_two, 'MM').
prior_therapy(xd_two, 1, vrd).
prior_therapy(xd_two, 2, daratumumab).
complete(xd_two, prior_therapy).
combination(xd_two, dexamethasone).
