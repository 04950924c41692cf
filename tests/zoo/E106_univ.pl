p(X) :- q(X), X =.. Y, r(Y).
q(a).
r(a).
