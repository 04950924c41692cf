p(X) :- q(X), ( X == a -> r(X) ).
q(a).
r(a).
