% As 01, but a man whose partner can conceive, and nothing on contraception: more_information_needed.

request(contraception_open, selinexor, initial, 2024-09-03).

birth_date(contraception_open, 1953-04-11).
sex(contraception_open, male).
partner_of_reproductive_potential(contraception_open).

indication(contraception_open, multiple_myeloma).
disease_status(contraception_open, refractory).

prior_therapy(contraception_open, 1, bortezomib).
prior_therapy(contraception_open, 1, lenalidomide).
prior_therapy(contraception_open, 1, dexamethasone).
prior_therapy(contraception_open, 2, carfilzomib).
prior_therapy(contraception_open, 2, dexamethasone).
prior_therapy(contraception_open, 3, daratumumab).
prior_therapy(contraception_open, 3, dexamethasone).
prior_therapy(contraception_open, 4, pomalidomide).
prior_therapy(contraception_open, 4, dexamethasone).
prior_therapy(contraception_open, 5, cyclophosphamide).
prior_therapy(contraception_open, 5, prednisone).

refractory(contraception_open, bortezomib).
refractory(contraception_open, carfilzomib).
refractory(contraception_open, lenalidomide).
refractory(contraception_open, pomalidomide).
refractory(contraception_open, daratumumab).

combination(contraception_open, dexamethasone).
regimen(contraception_open, 80, 2).
tablet(contraception_open, 20).
quantity(contraception_open, 96, 84).

prophylaxis(contraception_open, ondansetron).
agrees_to_monitor(contraception_open, complete_blood_count).
agrees_to_monitor(contraception_open, blood_chemistry).
agrees_to_monitor(contraception_open, body_weight).

% What a policy test expects.
expect(contraception_open, more_information_needed).
expect(contraception_open, contraception, not_documented).
expect_missing(contraception_open, contraception_advised).
