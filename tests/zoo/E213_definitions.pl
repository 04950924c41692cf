:- inline none/1, table/1, open/1, even/1, odd/1, self/1, -negated/1.
:- abducible open/1.
table(a).
open(X) :- d(X).
even(X) :- d(X), \+ odd(X).
odd(X) :- d(X), \+ even(X).
self(X) :- self(X), d(X).
negated(X) :- d(X).
d(1).
:- inline small/1.
small(X) :- X < 3.
q(X) :- d(X), -small(X).
