p(X), q(X) :- r(X).
r(a).
