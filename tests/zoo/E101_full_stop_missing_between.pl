agent(bortezomib)
agent(carfilzomib).
