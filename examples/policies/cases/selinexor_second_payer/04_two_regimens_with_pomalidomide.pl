% Lenalidomide in two regimens, which are two, with pomalidomide and dexamethasone: meets_criteria.

request(xpd, selinexor, initial, 2024-09-03).
birth_date(xpd, 1953-04-11).
indication(xpd, multiple_myeloma).
prior_therapy(xpd, 1, lenalidomide).
prior_therapy(xpd, 2, lenalidomide).
combination(xpd, pomalyst).
combination(xpd, dexamethasone).
