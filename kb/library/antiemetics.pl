% Agents against nausea, by class. A citation in this file is for what this file states and concludes.

:- ensure_loaded('drugs.pl').

:- cite(drug_class/2, 'Prior-Approval Requirements / AND ALL / a').
:- cite(drug_class/2, 'Prior-Approval Renewal Requirements / AND ALL / b').

% The four that the policy gives as examples.
drug_class(dolasetron, five_ht3_antagonist).
drug_class(granisetron, five_ht3_antagonist).
drug_class(ondansetron, five_ht3_antagonist).
drug_class(palonosetron, five_ht3_antagonist).

% The policy admits other agents against nausea and names none: this list is ours.
drug_class(olanzapine, other_antiemetic).
drug_class(aprepitant, other_antiemetic).
drug_class(fosaprepitant, other_antiemetic).
drug_class(rolapitant, other_antiemetic).
drug_class(metoclopramide, other_antiemetic).
drug_class(prochlorperazine, other_antiemetic).
drug_class(promethazine, other_antiemetic).

:- pred antiemetic(Agent: generic) :: '@(Agent) is an agent against nausea'.
:- cite(antiemetic/1, 'Prior-Approval Requirements / AND ALL / a').
:- cite(antiemetic/1, 'Prior-Approval Renewal Requirements / AND ALL / b').

antiemetic(Agent) :- drug_class(Agent, five_ht3_antagonist).
antiemetic(Agent) :- drug_class(Agent, other_antiemetic).
