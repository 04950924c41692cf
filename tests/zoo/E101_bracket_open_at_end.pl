agent(bortezomib
