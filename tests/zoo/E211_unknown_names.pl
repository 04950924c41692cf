:- vocabulary(agent, known_agent/1).
:- also_called(agent, other_name/2).
:- broadly_called(agent, broad_name/2).
:- pred known_agent(Agent: agent).
:- pred other_name(Name: name, Agent: agent).
:- pred broad_name(Name: name, Agent: agent).
:- pred given(Agent: agent).
:- pred of_class(Agent: agent).
known_agent(bortezomib).
known_agent(dexamethasone).
other_name('Velcade', bortezomib).
other_name('Vd', bortezomib).
other_name('Vd', dexamethasone).
broad_name('PI', bortezomib).
broad_name(steroid, dexamethasone).
given('VELCADE').
given(velcaid).
of_class(X) :- given(X), X \= bortesomib.
of_class(X) :- given(X), member(X, [velcade, dexametasone]).
of_class(X) :- given(X), X = vd.
given(steroid).
of_class(X) :- given(X), X = pi.
