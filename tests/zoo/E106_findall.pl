p(N) :- aggregate_all(bag(X), X, q(X), N).
q(a).
