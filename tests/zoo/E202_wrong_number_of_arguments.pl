p(X) :- brand(X).
brand(velcade, bortezomib).
