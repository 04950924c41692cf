% Agents against nausea, by class, and the names that people write for them. A citation in this file is for what this
% file states and concludes.

:- ensure_loaded('drugs.pl').
:- ensure_loaded('agents.pl').

:- cite(known_agent/1, 'FDA-approved labelling').

% 5-HT3 antagonists.
known_agent(ondansetron).
known_agent(granisetron).
known_agent(dolasetron).
known_agent(palonosetron).

% Neurokinin-1 antagonists.
known_agent(aprepitant).
known_agent(fosaprepitant).
known_agent(rolapitant).
known_agent(netupitant).
known_agent(fosnetupitant).

% Further agents.
known_agent(olanzapine).
known_agent(metoclopramide).
known_agent(prochlorperazine).
known_agent(promethazine).
known_agent(trimethobenzamide).
known_agent(haloperidol).
known_agent(droperidol).
known_agent(amisulpride).
known_agent(chlorpromazine).
known_agent(perphenazine).
known_agent(dronabinol).
known_agent(nabilone).
known_agent(scopolamine).
known_agent(domperidone).
known_agent(hydroxyzine).
known_agent(meclizine).
known_agent(dimenhydrinate).

% Agents that are recognised and given for other reasons first.
known_agent(lorazepam).
known_agent(alprazolam).
known_agent(diphenhydramine).
known_agent(cyproheptadine).
known_agent(quetiapine).
known_agent(ginger).

:- cite(agent_kind/2, 'FDA-approved labelling').

agent_kind(ondansetron, antiemetic).
agent_kind(granisetron, antiemetic).
agent_kind(dolasetron, antiemetic).
agent_kind(palonosetron, antiemetic).
agent_kind(aprepitant, antiemetic).
agent_kind(fosaprepitant, antiemetic).
agent_kind(rolapitant, antiemetic).
agent_kind(netupitant, antiemetic).
agent_kind(fosnetupitant, antiemetic).
agent_kind(olanzapine, antiemetic).
agent_kind(metoclopramide, antiemetic).
agent_kind(prochlorperazine, antiemetic).
agent_kind(promethazine, antiemetic).
agent_kind(trimethobenzamide, antiemetic).
agent_kind(haloperidol, antiemetic).
agent_kind(droperidol, antiemetic).
agent_kind(amisulpride, antiemetic).
agent_kind(chlorpromazine, antiemetic).
agent_kind(perphenazine, antiemetic).
agent_kind(dronabinol, antiemetic).
agent_kind(nabilone, antiemetic).
agent_kind(scopolamine, antiemetic).
agent_kind(domperidone, antiemetic).
agent_kind(hydroxyzine, antiemetic).
agent_kind(meclizine, antiemetic).
agent_kind(dimenhydrinate, antiemetic).
agent_kind(lorazepam, supportive).
agent_kind(alprazolam, supportive).
agent_kind(diphenhydramine, supportive).
agent_kind(cyproheptadine, supportive).
agent_kind(quetiapine, supportive).
agent_kind(ginger, supportive).

:- cite(other_name/2, 'FDA-approved labelling (brands and salts)').

% 5-HT3 antagonists.
other_name('Zofran', ondansetron).
other_name('Zofran ODT', ondansetron).
other_name('Zuplenz', ondansetron).
other_name('ondansetron hydrochloride', ondansetron).
other_name('ondansetron hcl', ondansetron).
other_name('Kytril', granisetron).
other_name('Sancuso', granisetron).
other_name('Sustol', granisetron).
other_name('Granisol', granisetron).
other_name('granisetron hydrochloride', granisetron).
other_name('granisetron hcl', granisetron).
other_name('granisetron extended-release', granisetron).
other_name('granisetron transdermal system', granisetron).
other_name('Anzemet', dolasetron).
other_name('dolasetron mesylate', dolasetron).
other_name('Aloxi', palonosetron).
other_name('Posfrea', palonosetron).
other_name('palonosetron hydrochloride', palonosetron).
other_name('palonosetron hcl', palonosetron).

% Neurokinin-1 antagonists.
other_name('Emend', aprepitant).
other_name('Cinvanti', aprepitant).
other_name('Aponvie', aprepitant).
other_name('Emend IV', fosaprepitant).
other_name('Emend for injection', fosaprepitant).
other_name('Focinvez', fosaprepitant).
other_name('fosaprepitant dimeglumine', fosaprepitant).
other_name('Varubi', rolapitant).
other_name('rolapitant hydrochloride', rolapitant).

% Further agents.
other_name('Zyprexa', olanzapine).
other_name('Zyprexa Zydis', olanzapine).
other_name('Zyprexa IntraMuscular', olanzapine).
other_name('Reglan', metoclopramide).
other_name('Metozolv ODT', metoclopramide).
other_name('Gimoti', metoclopramide).
other_name('metoclopramide hydrochloride', metoclopramide).
other_name('Compazine', prochlorperazine).
other_name('Compro', prochlorperazine).
other_name('prochlorperazine maleate', prochlorperazine).
other_name('prochlorperazine edisylate', prochlorperazine).
other_name('Phenergan', promethazine).
other_name('Promethegan', promethazine).
other_name('promethazine hydrochloride', promethazine).
other_name('Tigan', trimethobenzamide).
other_name('trimethobenzamide hydrochloride', trimethobenzamide).
other_name('Haldol', haloperidol).
other_name('haloperidol lactate', haloperidol).
other_name('Inapsine', droperidol).
other_name('Barhemsys', amisulpride).
other_name('Thorazine', chlorpromazine).
other_name('chlorpromazine hydrochloride', chlorpromazine).
other_name('Trilafon', perphenazine).
other_name('Marinol', dronabinol).
other_name('Syndros', dronabinol).
other_name('Cesamet', nabilone).
other_name('Transderm Scop', scopolamine).
other_name('scopolamine hydrobromide', scopolamine).
other_name(hyoscine, scopolamine).
other_name('Motilium', domperidone).
other_name('Atarax', hydroxyzine).
other_name('Vistaril', hydroxyzine).
other_name('hydroxyzine hydrochloride', hydroxyzine).
other_name('hydroxyzine pamoate', hydroxyzine).
other_name('Antivert', meclizine).
other_name('Bonine', meclizine).
other_name('Dramamine', dimenhydrinate).

% Agents that are recognised and given for other reasons first.
other_name('Ativan', lorazepam).
other_name('Loreev XR', lorazepam).
other_name('Xanax', alprazolam).
other_name('Benadryl', diphenhydramine).
other_name('diphenhydramine hydrochloride', diphenhydramine).
other_name('Periactin', cyproheptadine).
other_name('Seroquel', quetiapine).

% Two agents in one product.
other_name('Akynzeo', netupitant).
other_name('Akynzeo', palonosetron).
other_name('netupitant and palonosetron', netupitant).
other_name('netupitant and palonosetron', palonosetron).
other_name('netupitant/palonosetron', netupitant).
other_name('netupitant/palonosetron', palonosetron).
other_name('NEPA', netupitant).
other_name('NEPA', palonosetron).
other_name('Akynzeo for injection', fosnetupitant).
other_name('Akynzeo for injection', palonosetron).
other_name('Akynzeo IV', fosnetupitant).
other_name('Akynzeo IV', palonosetron).
other_name('fosnetupitant and palonosetron', fosnetupitant).
other_name('fosnetupitant and palonosetron', palonosetron).
other_name('fosnetupitant/palonosetron', fosnetupitant).
other_name('fosnetupitant/palonosetron', palonosetron).

:- cite(drug_class/2, 'Prior-Approval Requirements / AND ALL / a').
:- cite(drug_class/2, 'Prior-Approval Renewal Requirements / AND ALL / b').

% The four that the policy gives as examples.
drug_class(dolasetron, five_ht3_antagonist).
drug_class(granisetron, five_ht3_antagonist).
drug_class(ondansetron, five_ht3_antagonist).
drug_class(palonosetron, five_ht3_antagonist).

% The policy admits other agents against nausea and names none. An agent counts here if its labelling has nausea or
% vomiting among its uses, or if guidelines for chemotherapy give it as an antiemetic in its own right.
drug_class(aprepitant, other_antiemetic).
drug_class(fosaprepitant, other_antiemetic).
drug_class(rolapitant, other_antiemetic).
drug_class(netupitant, other_antiemetic).
drug_class(fosnetupitant, other_antiemetic).
drug_class(olanzapine, other_antiemetic).
drug_class(metoclopramide, other_antiemetic).
drug_class(prochlorperazine, other_antiemetic).
drug_class(promethazine, other_antiemetic).
drug_class(trimethobenzamide, other_antiemetic).
drug_class(haloperidol, other_antiemetic).
drug_class(droperidol, other_antiemetic).
drug_class(amisulpride, other_antiemetic).
drug_class(chlorpromazine, other_antiemetic).
drug_class(perphenazine, other_antiemetic).
drug_class(dronabinol, other_antiemetic).
drug_class(nabilone, other_antiemetic).
drug_class(scopolamine, other_antiemetic).
drug_class(domperidone, other_antiemetic).
drug_class(meclizine, other_antiemetic).
drug_class(dimenhydrinate, other_antiemetic).
drug_class(hydroxyzine, other_antiemetic).

% Recognised, and in neither class. Lorazepam and alprazolam are adjuncts against anticipatory nausea, which guidelines
% advise against as the only agent. Diphenhydramine is given against the side effects of other antiemetics. Dexamethasone
% and other corticosteroids are antiemetics beside others; the regimens of this policy hold dexamethasone against the
% myeloma already, and prophylaxis is asked for besides. Mirtazapine, quetiapine, cyproheptadine and ginger are labelled
% for other uses or for none.

:- pred antiemetic(Agent: agent) :: '@(Agent) is an agent against nausea'.
:- cite(antiemetic/1, 'Prior-Approval Requirements / AND ALL / a').
:- cite(antiemetic/1, 'Prior-Approval Renewal Requirements / AND ALL / b').

antiemetic(Agent) :- drug_class(Agent, five_ht3_antagonist).
antiemetic(Agent) :- drug_class(Agent, other_antiemetic).
