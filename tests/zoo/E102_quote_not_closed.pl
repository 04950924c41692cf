title('Xpovio).
agent(bortezomib).
