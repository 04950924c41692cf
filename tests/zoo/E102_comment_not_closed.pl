agent(bortezomib).
/* from here on nothing
agent(carfilzomib).
