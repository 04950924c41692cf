:- vocabulary(agent, known_agent/2).
:- also_called(agent, other_name/1).
:- vocabulary(integer, number/1).
:- vocabulary(Type, known_agent/1).
:- vocabulary(agent, nowhere/1).
