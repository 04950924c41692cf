agent(bortezomib)
listed(X) :- agent(X).
