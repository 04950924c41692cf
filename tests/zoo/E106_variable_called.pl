p(X) :- q(X), X.
q(a).
