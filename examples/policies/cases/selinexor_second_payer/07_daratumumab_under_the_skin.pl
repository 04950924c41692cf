% On the eighteenth birthday, with daratumumab in its form for injection under the skin: meets_criteria.

request(xdd, selinexor, initial, 2024-09-03).
birth_date(xdd, 2006-09-03).
indication(xdd, multiple_myeloma).
prior_therapy(xdd, 1, carfilzomib).
combination(xdd, 'Darzalex Faspro').
combination(xdd, dex).

% What a policy test expects.
expect(xdd, meets_criteria).
expect(xdd, age, met).
expect(xdd, diagnosis, met).
expect(xdd, dexamethasone, met).
expect(xdd, prior_regimens, met).
expect(xdd, four_regimens, not_documented).
expect(xdd, two_regimens_with_pomalidomide, not_documented).
expect(xdd, one_regimen_with_partner, met).
