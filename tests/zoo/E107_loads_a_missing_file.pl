:- ensure_loaded('no_such_file.pl').
agent(bortezomib).
