p(X) :- q(X), "not a goal".
q(a).
