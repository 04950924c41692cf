% ?- refractory_to_two(c1)
:- pred refractory_to_two(Case: case) :: 'two proteasome inhibitors have failed'.
:- pred drug_class(Agent: agent, Class: class) :: '@(Agent) is a @(Class)'.
:- pred refractory(Case: case, Agent: agent) :: 'the disease is refractory to @(Agent)'.
:- abducible refractory/2.
:- question refractory(Case, Agent) :: 'Is the disease refractory to @(Agent)?'.
:- cite(refractory_to_two/1, 'Diagnoses / 2.b').

drug_class(bortezomib, proteasome_inhibitor).
drug_class(carfilzomib, proteasome_inhibitor).
drug_class(ixazomib, proteasome_inhibitor).

case(c1).
refractory_to_two(Case) :-
    case(Case),
    at_least(2, Agent, (drug_class(Agent, proteasome_inhibitor), refractory(Case, Agent))).

refractory(c1, ixazomib).
refractory(c1, bortezomib).
refractory(c1, carfilzomib).
