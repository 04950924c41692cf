p(X) :- q(X) ;; r(X).
q(a).
r(a).
