:- abducible seen/2.
seen(C, X) :- person(C), thing(X), -met(C, X).
-seen(C, X) :- person(C), seen(C, X), thing(X).
person(c1).
thing(k).
met(c1, k).
