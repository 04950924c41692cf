% As 01, but the patient turns 18 on the day of the request: meets_criteria.

request(birthday_today, selinexor, initial, 2024-09-03).

birth_date(birthday_today, 2006-09-03).
sex(birthday_today, female).
-reproductive_potential(birthday_today).

indication(birthday_today, multiple_myeloma).
disease_status(birthday_today, refractory).

prior_therapy(birthday_today, 1, bortezomib).
prior_therapy(birthday_today, 1, lenalidomide).
prior_therapy(birthday_today, 1, dexamethasone).
prior_therapy(birthday_today, 2, carfilzomib).
prior_therapy(birthday_today, 2, dexamethasone).
prior_therapy(birthday_today, 3, daratumumab).
prior_therapy(birthday_today, 3, dexamethasone).
prior_therapy(birthday_today, 4, pomalidomide).
prior_therapy(birthday_today, 4, dexamethasone).
prior_therapy(birthday_today, 5, cyclophosphamide).
prior_therapy(birthday_today, 5, prednisone).

refractory(birthday_today, bortezomib).
refractory(birthday_today, carfilzomib).
refractory(birthday_today, lenalidomide).
refractory(birthday_today, pomalidomide).
refractory(birthday_today, daratumumab).

combination(birthday_today, dexamethasone).
regimen(birthday_today, 80, 2).
tablet(birthday_today, 20).
quantity(birthday_today, 96, 84).

prophylaxis(birthday_today, ondansetron).
agrees_to_monitor(birthday_today, complete_blood_count).
agrees_to_monitor(birthday_today, blood_chemistry).
agrees_to_monitor(birthday_today, body_weight).

% What a policy test expects.
expect(birthday_today, meets_criteria).
expect(birthday_today, age, met).
