:- ensure_loaded('beside/with_error.pl').
agent(bortezomib).
