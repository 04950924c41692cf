% ?- adult(ann)
born(ann, 2006-02-28).
request(ann, 2024-02-29).
adult(P) :- born(P, B), request(P, D), age(B, D, Years), Years >= 9 + 9, B @< D.
