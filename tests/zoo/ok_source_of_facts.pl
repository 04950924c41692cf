:- source('register of 2024', by('Bo'), on(2024-12-21)).
agent(bortezomib).
given(A) :- agent(A).
:- source('register of 2025').
agent(carfilzomib).
