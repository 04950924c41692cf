p(X) :- q(Y), X > Y.
q(1).
