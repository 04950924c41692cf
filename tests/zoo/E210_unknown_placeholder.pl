:- pred refractory(Case: case, Agent: agent) :: 'refractory to @(Agnet)'.
:- question refractory(Case, Agent) :: 'Is the disease refractory to @(Drug)?'.
