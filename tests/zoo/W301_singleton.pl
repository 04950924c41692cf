p(X) :- q(X, Y).
q(a, b).
