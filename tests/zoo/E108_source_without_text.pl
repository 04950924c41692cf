:- source('').
:- source.
:- source 'oncology note'.
:- source(Note).
agent(bortezomib).
