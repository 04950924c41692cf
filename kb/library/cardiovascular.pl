% Agents that lower lipids, and the conditions that they are given for, with the names that people write for them. A citation in
% this file is for what this file states.
%
% Left out are products that hold two agents (Vytorin, Roszet, Nexlizet, Caduet): a dose is that of one agent, so each is stated
% by itself. Left out, since they can mean more than one thing: hyperlipidemia and hypercholesterolemia (primary or secondary),
% ACS (or acute chest syndrome), AMI (or acute mesenteric ischemia), CHD (or congenital heart disease), FH (or family history),
% PCI (or prophylactic cranial irradiation).

:- ensure_loaded('agents.pl').
:- ensure_loaded('conditions.pl').
:- ensure_loaded('drugs.pl').

:- cite(known_agent/1, 'FDA-approved labelling').
:- cite(agent_kind/2, 'FDA-approved labelling').
:- cite(other_name/2, 'FDA-approved labelling (brands, suffixes and salts)').
:- cite(drug_class/2, 'FDA-approved labelling').
:- cite(known_class/1, 'FDA-approved labelling').
:- cite(not_systemic_therapy/1, 'FDA-approved labelling').
:- cite(known_condition/1, 'usual names of cardiology').
:- cite(condition_title/2, 'usual names of cardiology').
:- cite(condition_name/2, 'usual names and abbreviations of charts').
:- cite(kind_of/2, 'usual names of cardiology').

% Statins.
known_class(statin).

drug_class(atorvastatin, statin).
drug_class(rosuvastatin, statin).
drug_class(simvastatin, statin).
drug_class(pravastatin, statin).
drug_class(lovastatin, statin).
drug_class(fluvastatin, statin).
drug_class(pitavastatin, statin).

known_agent(atorvastatin).
known_agent(rosuvastatin).
known_agent(simvastatin).
known_agent(pravastatin).
known_agent(lovastatin).
known_agent(fluvastatin).
known_agent(pitavastatin).

% Further agents.
known_agent(ezetimibe).
known_agent(bempedoic_acid).
known_agent(evolocumab).
known_agent(alirocumab).
known_agent(inclisiran).

agent_kind(atorvastatin, lipid_lowering).
agent_kind(rosuvastatin, lipid_lowering).
agent_kind(simvastatin, lipid_lowering).
agent_kind(pravastatin, lipid_lowering).
agent_kind(lovastatin, lipid_lowering).
agent_kind(fluvastatin, lipid_lowering).
agent_kind(pitavastatin, lipid_lowering).
agent_kind(ezetimibe, lipid_lowering).
agent_kind(bempedoic_acid, lipid_lowering).
agent_kind(evolocumab, lipid_lowering).
agent_kind(alirocumab, lipid_lowering).
agent_kind(inclisiran, lipid_lowering).

not_systemic_therapy(atorvastatin).
not_systemic_therapy(rosuvastatin).
not_systemic_therapy(simvastatin).
not_systemic_therapy(pravastatin).
not_systemic_therapy(lovastatin).
not_systemic_therapy(fluvastatin).
not_systemic_therapy(pitavastatin).
not_systemic_therapy(ezetimibe).
not_systemic_therapy(bempedoic_acid).
not_systemic_therapy(evolocumab).
not_systemic_therapy(alirocumab).
not_systemic_therapy(inclisiran).

other_name('Lipitor', atorvastatin).
other_name('Atorvaliq', atorvastatin).
other_name('atorvastatin calcium', atorvastatin).
other_name('Crestor', rosuvastatin).
other_name('Ezallor', rosuvastatin).
other_name('rosuvastatin calcium', rosuvastatin).
other_name('Zocor', simvastatin).
other_name('Flolipid', simvastatin).
other_name('Pravachol', pravastatin).
other_name('pravastatin sodium', pravastatin).
other_name('Mevacor', lovastatin).
other_name('Altoprev', lovastatin).
other_name('Lescol', fluvastatin).
other_name('Lescol XL', fluvastatin).
other_name('fluvastatin sodium', fluvastatin).
other_name('Livalo', pitavastatin).
other_name('Zypitamag', pitavastatin).
other_name('pitavastatin calcium', pitavastatin).
other_name('pitavastatin magnesium', pitavastatin).
other_name('Zetia', ezetimibe).
other_name('Nexletol', bempedoic_acid).
other_name('Repatha', evolocumab).
other_name('Repatha SureClick', evolocumab).
other_name('AMG 145', evolocumab).
other_name('Praluent', alirocumab).
other_name('Leqvio', inclisiran).
other_name('inclisiran sodium', inclisiran).

% Cardiovascular disease. Coronary artery disease and stroke are in conditions.pl.
known_condition(atherosclerotic_cardiovascular_disease).
known_condition(myocardial_infarction).
known_condition(st_elevation_myocardial_infarction).
known_condition(non_st_elevation_myocardial_infarction).
known_condition(acute_coronary_syndrome).
known_condition(angina).
known_condition(unstable_angina).
known_condition(transient_ischemic_attack).
known_condition(peripheral_arterial_disease).
known_condition(revascularization).
known_condition(percutaneous_coronary_intervention).
known_condition(coronary_artery_bypass_graft).
known_condition(carotid_revascularization).

condition_title(atherosclerotic_cardiovascular_disease, 'atherosclerotic cardiovascular disease').
condition_title(myocardial_infarction, 'myocardial infarction').
condition_title(st_elevation_myocardial_infarction, 'ST-elevation myocardial infarction').
condition_title(non_st_elevation_myocardial_infarction, 'non-ST-elevation myocardial infarction').
condition_title(acute_coronary_syndrome, 'acute coronary syndrome').
condition_title(angina, 'angina pectoris').
condition_title(unstable_angina, 'unstable angina').
condition_title(transient_ischemic_attack, 'transient ischemic attack').
condition_title(peripheral_arterial_disease, 'peripheral arterial disease').
condition_title(revascularization, 'revascularization of arteries').
condition_title(percutaneous_coronary_intervention, 'percutaneous coronary intervention').
condition_title(coronary_artery_bypass_graft, 'coronary artery bypass graft').
condition_title(carotid_revascularization, 'revascularization of a carotid artery').

kind_of(st_elevation_myocardial_infarction, myocardial_infarction).
kind_of(st_elevation_myocardial_infarction, acute_coronary_syndrome).
kind_of(non_st_elevation_myocardial_infarction, myocardial_infarction).
kind_of(non_st_elevation_myocardial_infarction, acute_coronary_syndrome).
kind_of(unstable_angina, angina).
kind_of(unstable_angina, acute_coronary_syndrome).
kind_of(percutaneous_coronary_intervention, revascularization).
kind_of(coronary_artery_bypass_graft, revascularization).
kind_of(carotid_revascularization, revascularization).

condition_name('ASCVD', atherosclerotic_cardiovascular_disease).
condition_name('heart attack', myocardial_infarction).
condition_name('acute myocardial infarction', myocardial_infarction).
condition_name('STEMI', st_elevation_myocardial_infarction).
condition_name('NSTEMI', non_st_elevation_myocardial_infarction).
condition_name('angina pectoris', angina).
condition_name('stable angina', angina).
condition_name('TIA', transient_ischemic_attack).
condition_name('ischemic stroke', stroke).
condition_name('coronary heart disease', coronary_artery_disease).
condition_name('PAD', peripheral_arterial_disease).
condition_name('peripheral artery disease', peripheral_arterial_disease).
condition_name('arterial revascularization', revascularization).
condition_name('coronary revascularization', revascularization).
condition_name('coronary stent', percutaneous_coronary_intervention).
condition_name('coronary angioplasty', percutaneous_coronary_intervention).
condition_name('PTCA', percutaneous_coronary_intervention).
condition_name('CABG', coronary_artery_bypass_graft).
condition_name('coronary artery bypass', coronary_artery_bypass_graft).
condition_name('carotid endarterectomy', carotid_revascularization).
condition_name('carotid stent', carotid_revascularization).

% Lipids.
known_condition(primary_hyperlipidemia).
known_condition(familial_hypercholesterolemia).
known_condition(heterozygous_familial_hypercholesterolemia).
known_condition(homozygous_familial_hypercholesterolemia).
known_condition(secondary_hyperlipidemia).
known_condition(type_1_diabetes).

condition_title(primary_hyperlipidemia, 'primary hyperlipidemia').
condition_title(familial_hypercholesterolemia, 'familial hypercholesterolemia').
condition_title(heterozygous_familial_hypercholesterolemia, 'heterozygous familial hypercholesterolemia').
condition_title(homozygous_familial_hypercholesterolemia, 'homozygous familial hypercholesterolemia').
condition_title(secondary_hyperlipidemia, 'secondary hyperlipidemia').
condition_title(type_1_diabetes, 'type 1 diabetes').

kind_of(familial_hypercholesterolemia, primary_hyperlipidemia).
kind_of(heterozygous_familial_hypercholesterolemia, primary_hyperlipidemia).
kind_of(homozygous_familial_hypercholesterolemia, primary_hyperlipidemia).
kind_of(heterozygous_familial_hypercholesterolemia, familial_hypercholesterolemia).
kind_of(homozygous_familial_hypercholesterolemia, familial_hypercholesterolemia).

condition_name('primary hypercholesterolemia', primary_hyperlipidemia).
condition_name('primary hyperlipidaemia', primary_hyperlipidemia).
condition_name('HeFH', heterozygous_familial_hypercholesterolemia).
condition_name('HoFH', homozygous_familial_hypercholesterolemia).
condition_name('type 1 diabetes mellitus', type_1_diabetes).
condition_name('T1DM', type_1_diabetes).
