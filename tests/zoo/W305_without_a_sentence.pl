:- pred refractory(Case: case, Agent: agent) :: 'the disease is refractory to @(Agent)'.
:- pred heavily_pretreated(Case: case).

heavily_pretreated(Case) :- request(Case), at_least(2, Agent, refractory(Case, Agent)).

refractory(c1, bortezomib).
request(c1).
'seen, once'(c1).
