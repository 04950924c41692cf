drug_class(bortezomib, proteasome_inhibitor).
refractory_to_two(Case) :- at_least(2, Agent, refractory(Case, Agent).
adult(Case) :- born(Case, Date), age(Date, 2024-02-30, Years), Years >= 18.
listed(Agent) :- drug_clas(Agent, _).
old(Case) :- born(Case, Date), \+ young(Person).
young(Case) :- born(Case, _), \+ old(Case).
born(c1, 1953-04-11).
