% On the eighteenth birthday, with daratumumab in its form for injection under the skin: meets_criteria.

request(xdd, selinexor, initial, 2024-09-03).
birth_date(xdd, 2006-09-03).
indication(xdd, multiple_myeloma).
prior_therapy(xdd, 1, carfilzomib).
combination(xdd, 'Darzalex Faspro').
combination(xdd, dex).
