:- op(700, xfx, is_older_than).
agent(bortezomib).
