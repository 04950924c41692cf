% Agents that prevent migraine, and headaches, with the names that people write for them. A citation in this file is for what this
% file states.

:- ensure_loaded('agents.pl').
:- ensure_loaded('conditions.pl').
:- ensure_loaded('drugs.pl').

:- cite(known_agent/1, 'FDA-approved labelling').
:- cite(agent_kind/2, 'FDA-approved labelling').
:- cite(other_name/2, 'FDA-approved labelling (brands, suffixes and salts)').
:- cite(drug_class/2, 'FDA-approved labelling').
:- cite(known_class/1, 'FDA-approved labelling').
:- cite(not_systemic_therapy/1, 'FDA-approved labelling').
:- cite(known_condition/1, 'ICHD-3').
:- cite(condition_title/2, 'ICHD-3').
:- cite(condition_name/2, 'ICHD-3; usual names of charts').
:- cite(kind_of/2, 'ICHD-3').

% Antibodies against the peptide related to the calcitonin gene (CGRP), or against its receptor.
known_class(cgrp_antibody).

drug_class(galcanezumab, cgrp_antibody).
drug_class(erenumab, cgrp_antibody).
drug_class(fremanezumab, cgrp_antibody).
drug_class(eptinezumab, cgrp_antibody).

known_agent(galcanezumab).
known_agent(erenumab).
known_agent(fremanezumab).
known_agent(eptinezumab).

agent_kind(galcanezumab, migraine_preventive).
agent_kind(erenumab, migraine_preventive).
agent_kind(fremanezumab, migraine_preventive).
agent_kind(eptinezumab, migraine_preventive).

not_systemic_therapy(galcanezumab).
not_systemic_therapy(erenumab).
not_systemic_therapy(fremanezumab).
not_systemic_therapy(eptinezumab).

other_name('Emgality', galcanezumab).
other_name('galcanezumab-gnlm', galcanezumab).
other_name('Aimovig', erenumab).
other_name('erenumab-aooe', erenumab).
other_name('Ajovy', fremanezumab).
other_name('fremanezumab-vfrm', fremanezumab).
other_name('Vyepti', eptinezumab).
other_name('eptinezumab-jjmr', eptinezumab).

% Agents by mouth.
known_class(antidepressant).
known_class(beta_blocker).
known_class(antiepileptic).
known_class(ace_inhibitor).
known_class(angiotensin_receptor_blocker).

drug_class(amitriptyline, antidepressant).
drug_class(nortriptyline, antidepressant).
drug_class(venlafaxine, antidepressant).
drug_class(propranolol, beta_blocker).
drug_class(metoprolol, beta_blocker).
drug_class(timolol, beta_blocker).
drug_class(atenolol, beta_blocker).
drug_class(nadolol, beta_blocker).
drug_class(valproate, antiepileptic).
drug_class(topiramate, antiepileptic).
drug_class(lisinopril, ace_inhibitor).
drug_class(candesartan, angiotensin_receptor_blocker).

known_agent(amitriptyline).
known_agent(nortriptyline).
known_agent(venlafaxine).
known_agent(propranolol).
known_agent(metoprolol).
known_agent(timolol).
known_agent(atenolol).
known_agent(nadolol).
known_agent(valproate).
known_agent(topiramate).
known_agent(lisinopril).
known_agent(candesartan).
known_agent(verapamil).
known_agent(onabotulinumtoxin_a).

agent_kind(amitriptyline, migraine_preventive).
agent_kind(nortriptyline, migraine_preventive).
agent_kind(venlafaxine, migraine_preventive).
agent_kind(propranolol, migraine_preventive).
agent_kind(metoprolol, migraine_preventive).
agent_kind(timolol, migraine_preventive).
agent_kind(atenolol, migraine_preventive).
agent_kind(nadolol, migraine_preventive).
agent_kind(valproate, migraine_preventive).
agent_kind(topiramate, migraine_preventive).
agent_kind(lisinopril, migraine_preventive).
agent_kind(candesartan, migraine_preventive).
agent_kind(verapamil, migraine_preventive).
agent_kind(onabotulinumtoxin_a, migraine_preventive).

not_systemic_therapy(amitriptyline).
not_systemic_therapy(nortriptyline).
not_systemic_therapy(venlafaxine).
not_systemic_therapy(propranolol).
not_systemic_therapy(metoprolol).
not_systemic_therapy(timolol).
not_systemic_therapy(atenolol).
not_systemic_therapy(nadolol).
not_systemic_therapy(valproate).
not_systemic_therapy(topiramate).
not_systemic_therapy(lisinopril).
not_systemic_therapy(candesartan).
not_systemic_therapy(verapamil).
not_systemic_therapy(onabotulinumtoxin_a).

other_name('Elavil', amitriptyline).
other_name('amitriptyline hydrochloride', amitriptyline).
other_name('Pamelor', nortriptyline).
other_name('Effexor', venlafaxine).
other_name('Effexor XR', venlafaxine).
other_name('venlafaxine hydrochloride', venlafaxine).
other_name('Inderal', propranolol).
other_name('Inderal LA', propranolol).
other_name('InnoPran XL', propranolol).
other_name('propranolol hydrochloride', propranolol).
other_name('Lopressor', metoprolol).
other_name('Toprol XL', metoprolol).
other_name('metoprolol succinate', metoprolol).
other_name('metoprolol tartrate', metoprolol).
other_name('timolol maleate', timolol).
other_name('Tenormin', atenolol).
other_name('Corgard', nadolol).
other_name('Depakote', valproate).
other_name('Depakene', valproate).
other_name('divalproex', valproate).
other_name('divalproex sodium', valproate).
other_name('valproic acid', valproate).
other_name('valproate sodium', valproate).
other_name('Topamax', topiramate).
other_name('Trokendi XR', topiramate).
other_name('Qudexy XR', topiramate).
other_name('Prinivil', lisinopril).
other_name('Zestril', lisinopril).
other_name('Qbrelis', lisinopril).
other_name('Atacand', candesartan).
other_name('candesartan cilexetil', candesartan).
other_name('Calan SR', verapamil).
other_name('Botox', onabotulinumtoxin_a).

% Headaches. Migraine itself is in conditions.pl.
known_condition(migraine_with_aura).
known_condition(migraine_without_aura).
known_condition(chronic_migraine).
known_condition(cluster_headache).
known_condition(tension_type_headache).
known_condition(medication_overuse_headache).

condition_title(migraine_with_aura, 'migraine with aura').
condition_title(migraine_without_aura, 'migraine without aura').
condition_title(chronic_migraine, 'chronic migraine').
condition_title(cluster_headache, 'cluster headache').
condition_title(tension_type_headache, 'tension-type headache').
condition_title(medication_overuse_headache, 'medication-overuse headache').

kind_of(migraine_with_aura, migraine).
kind_of(migraine_without_aura, migraine).
kind_of(chronic_migraine, migraine).

condition_name('classic migraine', migraine_with_aura).
condition_name('common migraine', migraine_without_aura).
condition_name('episodic cluster headache', cluster_headache).
condition_name('chronic cluster headache', cluster_headache).
condition_name('tension headache', tension_type_headache).
