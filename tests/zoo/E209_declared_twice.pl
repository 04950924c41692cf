:- pred seen(Case: case, Thing: thing) :: '@(Case) saw @(Thing)'.
:- pred seen(Case: case, Agent: agent) :: '@(Case) met @(Agent)'.
:- functional seen(+, -).
:- functional seen(-, +).
:- question seen(Case, Thing) :: 'Was @(Thing) seen?'.
:- question seen(Case, Thing) :: 'Was there @(Thing)?'.
:- question seen(Case, Thing) :: 'What was seen?'.
