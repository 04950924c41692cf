:- vocabulary(agent, known_agent/1).
:- also_called(agent, other_name/2).
:- also_called(condition, condition_name/2).
:- pred known_agent(Agent: agent).
:- pred other_name(Name: name, Agent: agent).
:- pred condition_name(Name: name, Condition: condition).
known_agent(drug_a).
known_agent('Drug A').
known_agent(drug_b).
other_name('B-mab', drug_c).
other_name('drug-b', drug_a).
condition_name(mm, multiple_myeloma).
