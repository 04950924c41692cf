:- initialization(halt).
agent(bortezomib).
