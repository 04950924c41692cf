:- op(700, xfx, ===>).
agent(bortezomib).
