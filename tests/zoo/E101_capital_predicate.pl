Agent(bortezomib).
