p(Y) :- born(D), age(D, Y).
born(2000-01-01).
