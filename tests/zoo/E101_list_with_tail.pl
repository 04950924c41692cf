p(X) :- q(X, [A|B]), r(A, B).
q(a, b).
r(a, b).
