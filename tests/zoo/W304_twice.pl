agent(bortezomib).
agent(carfilzomib).
agent(bortezomib).
