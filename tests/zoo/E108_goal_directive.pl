:- agent(X), write(X).
agent(bortezomib).
