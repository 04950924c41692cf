% Refractory to two proteasome inhibitors, two immunomodulatory agents and an antibody against CD38, after four lines.
request(two_inhibitors, selinexor, initial, 2024-09-03).
birth_date(two_inhibitors, 1958-02-11).
contraception_advised(two_inhibitors).
indication(two_inhibitors, multiple_myeloma).
combination(two_inhibitors, dexamethasone).
prophylaxis(two_inhibitors, ondansetron).
prior_therapy(two_inhibitors, 1, bortezomib).
prior_therapy(two_inhibitors, 1, lenalidomide).
prior_therapy(two_inhibitors, 2, carfilzomib).
prior_therapy(two_inhibitors, 3, pomalidomide).
prior_therapy(two_inhibitors, 4, daratumumab).
refractory(two_inhibitors, bortezomib).
refractory(two_inhibitors, carfilzomib).
refractory(two_inhibitors, lenalidomide).
refractory(two_inhibitors, pomalidomide).
refractory(two_inhibitors, daratumumab).
agrees_to_monitor(two_inhibitors, complete_blood_count).
agrees_to_monitor(two_inhibitors, blood_chemistry).
agrees_to_monitor(two_inhibitors, body_weight).

expect(two_inhibitors, meets_criteria).
expect(two_inhibitors, relapsed_or_refractory_multiple_myeloma, met).
