agent(carfilzomib) :- nothing_says(so).
