p(X) <- q(X).
q(a).
