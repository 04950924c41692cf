:- vocabulary(agent, known_agent/1).
:- also_called(agent, other_name/2).
:- broadly_called(agent, broad_name/2).
:- also_called(condition, condition_name/2).
:- pred known_agent(Agent: agent).
:- pred other_name(Name: name, Agent: agent).
:- pred broad_name(Name: name, Agent: agent).
:- pred condition_name(Name: name, Condition: condition).
known_agent(drug_a).
known_agent('Drug A').
known_agent(drug_b).
other_name('B-mab', drug_c).
other_name('drug-b', drug_a).
other_name('A and B', drug_a).
other_name('A and B', drug_b).
broad_name('a and b', drug_a).
broad_name('Drug B', drug_b).
broad_name('B', drug_d).
broad_name('A or B', drug_a).
broad_name('A or B', drug_b).
condition_name(mm, multiple_myeloma).
