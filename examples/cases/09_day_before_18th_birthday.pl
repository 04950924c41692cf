% As 01, but the patient turns 18 on the day after the request: criteria_not_met.

request(birthday_tomorrow, selinexor, initial, 2024-09-03).

birth_date(birthday_tomorrow, 2006-09-04).
sex(birthday_tomorrow, female).
-reproductive_potential(birthday_tomorrow).

indication(birthday_tomorrow, multiple_myeloma).
disease_status(birthday_tomorrow, refractory).

prior_therapy(birthday_tomorrow, 1, bortezomib).
prior_therapy(birthday_tomorrow, 1, lenalidomide).
prior_therapy(birthday_tomorrow, 1, dexamethasone).
prior_therapy(birthday_tomorrow, 2, carfilzomib).
prior_therapy(birthday_tomorrow, 2, dexamethasone).
prior_therapy(birthday_tomorrow, 3, daratumumab).
prior_therapy(birthday_tomorrow, 3, dexamethasone).
prior_therapy(birthday_tomorrow, 4, pomalidomide).
prior_therapy(birthday_tomorrow, 4, dexamethasone).
prior_therapy(birthday_tomorrow, 5, cyclophosphamide).
prior_therapy(birthday_tomorrow, 5, prednisone).

refractory(birthday_tomorrow, bortezomib).
refractory(birthday_tomorrow, carfilzomib).
refractory(birthday_tomorrow, lenalidomide).
refractory(birthday_tomorrow, pomalidomide).
refractory(birthday_tomorrow, daratumumab).

combination(birthday_tomorrow, dexamethasone).
regimen(birthday_tomorrow, 80, 2).
tablet(birthday_tomorrow, 20).
quantity(birthday_tomorrow, 96, 84).

prophylaxis(birthday_tomorrow, ondansetron).
agrees_to_monitor(birthday_tomorrow, complete_blood_count).
agrees_to_monitor(birthday_tomorrow, blood_chemistry).
agrees_to_monitor(birthday_tomorrow, body_weight).

% What a policy test expects.
expect(birthday_tomorrow, criteria_not_met).
expect(birthday_tomorrow, age, not_met).
