:- pred seen(Case: case, Thing: thing) :: '@(Case) saw @(Thing)'.
:- pred seen(Case: case, Agent: agent) :: '@(Case) met @(Agent)'.
:- functional seen(+, -).
:- functional seen(-, +).
