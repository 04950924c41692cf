note(c1, "seen on Monday).
agent(bortezomib).
