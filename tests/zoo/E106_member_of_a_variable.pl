p(X) :- q(L), member(X, L).
q(a).
