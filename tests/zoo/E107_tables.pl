:- facts(a/1, 'beside/nosuch.csv').
:- facts(b/1, 'beside/facts.pl').
:- pred dose(Agent: agent, Mg: decimal).
:- facts(dose/2, 'beside/doses.csv').
q(X) :- a(X), b(X), dose(X, _).
