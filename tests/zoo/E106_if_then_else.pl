p(X) :- q(X), ( X == a -> r(X) ; s(X) ).
q(a).
r(a).
s(a).
