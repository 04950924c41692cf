p(X) :- q(X), X != 1.
p(X) :- not q(X).
p(X) :- q(X) and r(X).
p(X) :- q(X) or r(X).
p(X) :- q(X), X <> 1.
