p(Y) :- q(X), Y = X + 1.
q(1).
