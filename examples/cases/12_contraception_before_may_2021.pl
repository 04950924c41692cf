% As 11, but on the last day before the policy asked for contraception: meets_criteria.

request(contraception_2021, selinexor, initial, 2021-04-30).

birth_date(contraception_2021, 1953-04-11).
sex(contraception_2021, male).
partner_of_reproductive_potential(contraception_2021).

indication(contraception_2021, multiple_myeloma).
disease_status(contraception_2021, refractory).

prior_therapy(contraception_2021, 1, bortezomib).
prior_therapy(contraception_2021, 1, lenalidomide).
prior_therapy(contraception_2021, 1, dexamethasone).
prior_therapy(contraception_2021, 2, carfilzomib).
prior_therapy(contraception_2021, 2, dexamethasone).
prior_therapy(contraception_2021, 3, daratumumab).
prior_therapy(contraception_2021, 3, dexamethasone).
prior_therapy(contraception_2021, 4, pomalidomide).
prior_therapy(contraception_2021, 4, dexamethasone).
prior_therapy(contraception_2021, 5, cyclophosphamide).
prior_therapy(contraception_2021, 5, prednisone).

refractory(contraception_2021, bortezomib).
refractory(contraception_2021, carfilzomib).
refractory(contraception_2021, lenalidomide).
refractory(contraception_2021, pomalidomide).
refractory(contraception_2021, daratumumab).

combination(contraception_2021, dexamethasone).
regimen(contraception_2021, 80, 2).
tablet(contraception_2021, 20).
quantity(contraception_2021, 96, 84).

prophylaxis(contraception_2021, ondansetron).
agrees_to_monitor(contraception_2021, complete_blood_count).
agrees_to_monitor(contraception_2021, blood_chemistry).
agrees_to_monitor(contraception_2021, body_weight).

% What a policy test expects.
expect(contraception_2021, meets_criteria).
expect(contraception_2021, contraception, not_applicable).
