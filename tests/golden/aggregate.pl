% ?- low(c)
:- pred dose(Case: case, Agent: agent, Mg: integer) :: '@(Mg) mg of @(Agent) are given'.
:- abducible dose/3.
:- pred complete(Case: case, Predicate: predicate) :: 'the record of @(Predicate) is complete'.
low(Case) :- seen(Case), aggregate_all(sum(Mg), Agent, dose(Case, Agent, Mg), Sum), Sum >= 100.
low(Case) :- seen(Case), aggregate_all(max(Mg), Agent, other(Case, Agent, Mg), Most), Most >= 100.
:- pred other(Case: case, Agent: agent, Mg: integer) :: '@(Mg) mg of @(Agent) were given before'.
:- abducible other/3.
seen(c).
dose(c, one, 60).
dose(c, two, 20).
complete(c, dose).
complete(c, other).
