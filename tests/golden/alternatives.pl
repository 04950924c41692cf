% ?- fit(c)
:- pred smoker(Case: case) :: 'the patient smokes'.
:- abducible smoker/1.
:- pred took(Case: case, Agent: agent) :: '@(Agent) was taken'.
:- abducible took/2.
fit(Case) :- seen(Case), (\+ smoker(Case) ; took(Case, one), \+ took(Case, two) ; at_most(1, Agent, took(Case, Agent))).
seen(c).
smoker(c).
took(c, three).
took(c, four).
