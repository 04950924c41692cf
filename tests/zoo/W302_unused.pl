:- pred p(X: atom) :: '@(X)'.
p(X) :- q(X).
q(a).
r(a).
