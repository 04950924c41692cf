agent(bortezomib.
