p(N) :- aggregate_all(count, q(X), N), r(X).
q(a).
r(a).
