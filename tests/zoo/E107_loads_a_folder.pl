:- ensure_loaded('.').
agent(bortezomib).
