agent(bortezomib).
?- agent(X).
