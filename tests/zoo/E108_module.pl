:- module(drugs, [agent/1]).
agent(bortezomib).
