:- pred refractory(Case: case, Agent: agent) :: 'the disease is refractory to @(Agent)'.
:- pred response(Case: case, Agent: agent) :: 'there was no response to @(Agent)'.
:- pred toxicity(Case: case) :: 'the treatment was too toxic'.
:- abducible refractory/2, response/2, toxicity/1.
:- question refractory(Case, Agent) :: 'Is the disease refractory to @(Agent)?'.

refractory(Case, Agent) :- response(Case, Agent).
