% What the goals of this folder are asked of.
agent(bortezomib).
agent(carfilzomib).
number(1).
number(2).
born(c1, 2000-02-29).
