:- ensure_loaded('../ok_circular_load.pl').
:- ensure_loaded('circle.pl').
listed(Agent) :- agent(Agent).
