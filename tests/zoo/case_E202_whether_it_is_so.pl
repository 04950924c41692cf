request(c1, selinexor, initial, 2024-09-03).
contraception_advised(c1, no).
-disease_progression(c1, stable, 2024-08-01).
