agent(bortezomib).
agent(carfilzomib)
