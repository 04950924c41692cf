% As 01, but refractoriness follows from responses and dates (day 60 still counts in line 1): meets_criteria.

request(derived, selinexor, initial, 2024-09-03).

birth_date(derived, 1953-04-11).
sex(derived, female).
-reproductive_potential(derived).

indication(derived, multiple_myeloma).
disease_status(derived, refractory).

prior_therapy(derived, 1, bortezomib).
prior_therapy(derived, 1, lenalidomide).
prior_therapy(derived, 1, dexamethasone).
prior_therapy(derived, 2, carfilzomib).
prior_therapy(derived, 2, dexamethasone).
prior_therapy(derived, 3, daratumumab).
prior_therapy(derived, 3, dexamethasone).
prior_therapy(derived, 4, pomalidomide).
prior_therapy(derived, 4, dexamethasone).
prior_therapy(derived, 5, cyclophosphamide).
prior_therapy(derived, 5, prednisone).

best_response(derived, 1, partial_response).
last_dose(derived, 1, 2019-05-10).
progression(derived, 1, 2019-07-09).
best_response(derived, 2, stable_disease).
last_dose(derived, 2, 2020-08-21).
best_response(derived, 3, very_good_partial_response).
last_dose(derived, 3, 2022-03-04).
progression(derived, 3, 2022-02-18).
best_response(derived, 4, progressive_disease).
last_dose(derived, 4, 2022-09-30).
best_response(derived, 5, partial_response).
last_dose(derived, 5, 2023-10-12).
progression(derived, 5, 2024-07-29).

combination(derived, dexamethasone).
regimen(derived, 80, 2).
tablet(derived, 20).
quantity(derived, 96, 84).

prophylaxis(derived, ondansetron).
agrees_to_monitor(derived, complete_blood_count).
agrees_to_monitor(derived, blood_chemistry).
agrees_to_monitor(derived, body_weight).

% What a policy test expects.
expect(derived, meets_criteria).
expect(derived, refractory_to_two_proteasome_inhibitors, met).
