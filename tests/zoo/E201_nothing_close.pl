p(X) :- q(X), zebra(X).
q(a).
