:- ensure_load('drugs.pl').
agent(bortezomib).
