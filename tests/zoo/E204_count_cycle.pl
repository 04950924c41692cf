p(N) :- aggregate_all(count, X, p(X), N).
