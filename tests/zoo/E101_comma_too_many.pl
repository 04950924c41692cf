agent(bortezomib,).
