% Lenalidomide in two regimens, which are two, with pomalidomide and dexamethasone: meets_criteria.

request(xpd, selinexor, initial, 2024-09-03).
birth_date(xpd, 1953-04-11).
indication(xpd, multiple_myeloma).
prior_therapy(xpd, 1, lenalidomide).
prior_therapy(xpd, 2, lenalidomide).
combination(xpd, pomalyst).
combination(xpd, dexamethasone).

% What a policy test expects.
expect(xpd, meets_criteria).
expect(xpd, age, met).
expect(xpd, diagnosis, met).
expect(xpd, dexamethasone, met).
expect(xpd, prior_regimens, met).
expect(xpd, four_regimens, not_documented).
expect(xpd, two_regimens_with_pomalidomide, met).
expect(xpd, one_regimen_with_partner, not_documented).
