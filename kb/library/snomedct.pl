% Codes of SNOMED CT for some conditions: concepts that are what the condition is, no more and no less. The vocabulary is not whole,
% as those of ICD-10-CM are: a code that is not here says nothing, and the name beside it is read.
%
% A code is here where two public sources that do not depend on each other, or more, have it with a name of the condition; they stand
% beside it:
%   a  tests of a service that matches patients, in the form of mCODE, to clinical trials
%   b  examples and value sets of FHIR implementation guides
%   c  tables of codes of SNOMED CT beside those of ICD-10-CM
%   d  indications of drugs in guidance of the United Kingdom, with codes of SNOMED CT
%   e  links of ontologies and of BioPortal to SNOMED CT
%   f  code lists of primary care and referral
%   g  a mapping of names of cancers to SNOMED CT
% Left out, as their sources are too few or do not agree: smoldering myeloma, plasma cell leukemia, plasmacytoma, amyloidosis, diffuse large
% B-cell lymphoma (109969005 is also called diffuse non-Hodgkin's lymphoma, large cell), mediastinal, lymphoplasmacytic, cutaneous
% and anaplastic lymphomas, myelofibrosis.
%
% SNOMED CT is copyright of the International Health Terminology Standards Development Organisation; who uses its codes needs a licence,
% which is free of charge in its member countries, the United States among them.

:- ensure_loaded('conditions.pl').

:- also_called(condition, snomed_ct/2).
:- pred snomed_ct(Code: integer, Condition: condition) :: 'the SNOMED CT code @(Code) is for @(Condition)'.
:- cite(snomed_ct/2, 'SNOMED CT').

% Plasma cells, lymph and blood.
snomed_ct(109989006, multiple_myeloma). % a, b, c
snomed_ct(277577000, monoclonal_gammopathy). % c, e, f
snomed_ct(190818004, waldenstrom_macroglobulinemia). % c, d
snomed_ct(308121000, follicular_lymphoma). % a, c, d
snomed_ct(443487006, mantle_cell_lymphoma). % a, d, e
snomed_ct(118617000, burkitt_lymphoma). % e, g
snomed_ct(118599009, hodgkin_lymphoma). % b, c
snomed_ct(109977009, peripheral_t_cell_lymphoma). % a, g
snomed_ct(118613001, hairy_cell_leukemia). % a, d
snomed_ct(91857003, acute_lymphoblastic_leukemia). % c, e
snomed_ct(92814006, chronic_lymphocytic_leukemia). % a, b, c, d
snomed_ct(91861009, acute_myeloid_leukemia). % b, c
snomed_ct(92818009, chronic_myeloid_leukemia). % b, c, d
snomed_ct(109992005, polycythemia_vera). % a, b, c, d
snomed_ct(109994006, essential_thrombocythemia). % a, c

% Solid tumours.
snomed_ct(254837009, breast_cancer). % b, f
snomed_ct(399068003, prostate_cancer). % b, e
snomed_ct(363358000, lung_cancer). % a, b
snomed_ct(363406005, colon_cancer). % c, f
snomed_ct(363443007, ovarian_cancer). % c, e
snomed_ct(363418001, pancreatic_cancer). % b, c, f
snomed_ct(372244006, melanoma). % a, f

% No neoplasms.
snomed_ct(37796009, migraine). % b, e
