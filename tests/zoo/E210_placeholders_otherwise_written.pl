% Placeholders in other notations would stand in the text as they are written; two arguments of a question have one name.
:- pred taken(Case: case, Agent: name, Days: integer) :: '@Agent was taken for @(Days days'.
:- pred -taken(Case: case, Agent: name, Days: integer) :: '@{Agent} was not taken for @( Days ) days'.
:- abducible taken/3.
:- question taken(Case, Agent, Days) :: 'For how many days was {Agent} taken (@home, a@b.org, {x})?'.
:- pred slept(Case: case, Agent: name, Days: integer) :: '@(Case) slept @(Days) days after @(Agent)'.
:- abducible slept/3.
:- question slept(Case, Agent, Agent) :: 'How long after @(Agent)?'.
