:- ensure_loaded('beside/circle.pl').
agent(bortezomib).
