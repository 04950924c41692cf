% A name that the library has for another agent, or that is spelt in two ways for two, would stand for both as a regimen does.
:- use_module(library(cases)).
known_agent(new_drug).
known_agent(other_drug).
other_name('Velcade', new_drug).
other_name('New Brand', new_drug).
other_name('new-brand', other_drug).
other_name('N and O', new_drug).
other_name('N and O', other_drug).
other_name('VRd', bortezomib).
other_name('VRd', lenalidomide).
other_name('VRd', dexamethasone).
condition_name(mm, diffuse_large_b_cell_lymphoma).
