p(Y) :- q(X), Y is X / 2.
q(4).
