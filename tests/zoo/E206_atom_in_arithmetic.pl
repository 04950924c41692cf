p(X) :- q(X), X > many.
q(1).
