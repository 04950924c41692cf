p(X, Y) :- q(X).
q(a).
