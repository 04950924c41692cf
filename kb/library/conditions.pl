% Conditions that a drug may be requested for, the names that people write for them, and which of them are kinds of a
% broader one. A condition that no policy names is not covered; one that is not recognised here decides nothing.
% Codes are in icd10cm.pl. Names are compared as those of agents are, without regard to case, blanks and hyphens.
%
% Names that leave open whether a condition that policies name is meant are broad names: lymphoma, non-Hodgkin, B-cell, large
% B-cell and transformed lymphoma, plasma cell neoplasm; so are codes and titles that say "unspecified". That a disease is one
% of these states nothing, and that it is none of them denies each.
% Lymphomas that classifications set apart from diffuse large B-cell lymphoma, not otherwise specified, are conditions of
% their own.

:- pred condition(Condition: condition) :: '@(Condition) is a condition that policies name'.
:- cite(condition/1, 'Regulatory Status').

condition(multiple_myeloma).
condition(diffuse_large_b_cell_lymphoma).
condition(dlbcl_arising_from_follicular_lymphoma).

% Each broader condition is stated, also the broader one of a broader one: the relation is not chained.
:- pred kind_of(Condition: condition, Broader: condition) :: '@(Condition) is a kind of @(Broader)'.
:- cite(kind_of/2, 'Regulatory Status / 3').

kind_of(dlbcl_arising_from_follicular_lymphoma, diffuse_large_b_cell_lymphoma).

:- vocabulary(condition, known_condition/1).
:- pred known_condition(Condition: condition) :: '@(Condition) is a condition that is recognised'.
:- cite(known_condition/1, 'ICD-10-CM; WHO classification of haematolymphoid tumours').

% Plasma cell neoplasms.
known_condition(multiple_myeloma).
known_condition(smoldering_multiple_myeloma).
known_condition(monoclonal_gammopathy).
known_condition(plasma_cell_leukemia).
known_condition(solitary_plasmacytoma).
known_condition(extramedullary_plasmacytoma).
known_condition(light_chain_amyloidosis).
known_condition(amyloidosis).
known_condition(poems_syndrome).

% Large B-cell lymphomas.
known_condition(diffuse_large_b_cell_lymphoma).
known_condition(dlbcl_arising_from_follicular_lymphoma).
known_condition(dlbcl_arising_from_another_indolent_lymphoma).
known_condition(primary_mediastinal_large_b_cell_lymphoma).
known_condition(primary_cns_lymphoma).
known_condition(high_grade_b_cell_lymphoma).
known_condition(t_cell_histiocyte_rich_large_b_cell_lymphoma).
known_condition(ebv_positive_large_b_cell_lymphoma).
known_condition(plasmablastic_lymphoma).
known_condition(primary_cutaneous_large_b_cell_lymphoma_leg_type).
known_condition(intravascular_large_b_cell_lymphoma).
known_condition(primary_effusion_lymphoma).
known_condition(richter_transformation).
known_condition(gray_zone_lymphoma).

% Other B-cell lymphomas.
known_condition(follicular_lymphoma).
known_condition(mantle_cell_lymphoma).
known_condition(marginal_zone_lymphoma).
known_condition(small_lymphocytic_lymphoma).
known_condition(lymphoplasmacytic_lymphoma).
known_condition(waldenstrom_macroglobulinemia).
known_condition(burkitt_lymphoma).
known_condition(lymphoblastic_lymphoma).
known_condition(heavy_chain_disease).
known_condition(immunoproliferative_disease).
known_condition(other_b_cell_lymphoma).
known_condition(other_non_hodgkin_lymphoma).
known_condition(post_transplant_lymphoproliferative_disorder).
known_condition(castleman_disease).

% Hodgkin and T-cell lymphomas.
known_condition(hodgkin_lymphoma).
known_condition(cutaneous_t_cell_lymphoma).
known_condition(peripheral_t_cell_lymphoma).
known_condition(anaplastic_large_cell_lymphoma).
known_condition(angioimmunoblastic_t_cell_lymphoma).
known_condition(extranodal_nk_t_cell_lymphoma).
known_condition(hepatosplenic_t_cell_lymphoma).
known_condition(enteropathy_associated_t_cell_lymphoma).
known_condition(blastic_plasmacytoid_dendritic_cell_neoplasm).
known_condition(adult_t_cell_leukemia_lymphoma).
known_condition(t_cell_lymphoma).

% Leukemias.
known_condition(acute_lymphoblastic_leukemia).
known_condition(chronic_lymphocytic_leukemia).
known_condition(prolymphocytic_leukemia).
known_condition(hairy_cell_leukemia).
known_condition(other_lymphoid_leukemia).
known_condition(acute_promyelocytic_leukemia).
known_condition(acute_myeloid_leukemia).
known_condition(chronic_myeloid_leukemia).
known_condition(other_myeloid_leukemia).
known_condition(chronic_myelomonocytic_leukemia).
known_condition(juvenile_myelomonocytic_leukemia).
known_condition(mast_cell_leukemia).
known_condition(other_leukemia).

% Myeloid and histiocytic neoplasms.
known_condition(myelodysplastic_syndrome).
known_condition(polycythemia_vera).
known_condition(essential_thrombocythemia).
known_condition(myelofibrosis).
known_condition(myeloproliferative_neoplasm).
known_condition(mast_cell_neoplasm).
known_condition(langerhans_cell_histiocytosis).
known_condition(histiocytic_sarcoma).
known_condition(other_hematopoietic_neoplasm).

% Solid tumours and neoplasms that are not malignant, at the level of the categories of ICD-10-CM.
known_condition(lip_cancer).
known_condition(cancer_of_base_of_tongue).
known_condition(tongue_cancer).
known_condition(gum_cancer).
known_condition(cancer_of_floor_of_mouth).
known_condition(palate_cancer).
known_condition(mouth_cancer).
known_condition(parotid_gland_cancer).
known_condition(salivary_gland_cancer).
known_condition(tonsil_cancer).
known_condition(oropharyngeal_cancer).
known_condition(nasopharyngeal_cancer).
known_condition(cancer_of_pyriform_sinus).
known_condition(hypopharyngeal_cancer).
known_condition(head_and_neck_cancer).
known_condition(esophageal_cancer).
known_condition(stomach_cancer).
known_condition(cancer_of_small_intestine).
known_condition(colon_cancer).
known_condition(rectosigmoid_cancer).
known_condition(rectal_cancer).
known_condition(anal_cancer).
known_condition(liver_cancer).
known_condition(gallbladder_cancer).
known_condition(biliary_tract_cancer).
known_condition(pancreatic_cancer).
known_condition(cancer_of_other_digestive_organs).
known_condition(cancer_of_nasal_cavity).
known_condition(sinus_cancer).
known_condition(laryngeal_cancer).
known_condition(tracheal_cancer).
known_condition(lung_cancer).
known_condition(thymic_cancer).
known_condition(mediastinal_cancer).
known_condition(cancer_of_other_respiratory_organs).
known_condition(bone_cancer_of_limbs).
known_condition(bone_cancer).
known_condition(melanoma).
known_condition(merkel_cell_carcinoma).
known_condition(skin_cancer).
known_condition(mesothelioma).
known_condition(kaposi_sarcoma).
known_condition(cancer_of_peripheral_nerves).
known_condition(peritoneal_cancer).
known_condition(soft_tissue_sarcoma).
known_condition(breast_cancer).
known_condition(vulvar_cancer).
known_condition(vaginal_cancer).
known_condition(cervical_cancer).
known_condition(endometrial_cancer).
known_condition(uterine_cancer).
known_condition(ovarian_cancer).
known_condition(cancer_of_other_female_genital_organs).
known_condition(placental_cancer).
known_condition(penile_cancer).
known_condition(prostate_cancer).
known_condition(testicular_cancer).
known_condition(cancer_of_other_male_genital_organs).
known_condition(kidney_cancer).
known_condition(cancer_of_renal_pelvis).
known_condition(ureteral_cancer).
known_condition(bladder_cancer).
known_condition(cancer_of_other_urinary_organs).
known_condition(eye_cancer).
known_condition(meningeal_cancer).
known_condition(brain_cancer).
known_condition(cancer_of_central_nervous_system).
known_condition(thyroid_cancer).
known_condition(adrenal_cancer).
known_condition(cancer_of_other_endocrine_glands).
known_condition(neuroendocrine_tumor).
known_condition(secondary_neuroendocrine_tumor).
known_condition(cancer_of_other_sites).
known_condition(secondary_cancer_of_lymph_nodes).
known_condition(secondary_cancer_of_respiratory_and_digestive_organs).
known_condition(secondary_cancer_of_other_sites).
known_condition(cancer_of_unknown_primary).
known_condition(carcinoma_in_situ_of_oral_cavity_esophagus_and_stomach).
known_condition(carcinoma_in_situ_of_other_and_unspecified_digestive_organs).
known_condition(carcinoma_in_situ_of_middle_ear_and_respiratory_system).
known_condition(melanoma_in_situ).
known_condition(carcinoma_in_situ_of_skin).
known_condition(breast_carcinoma_in_situ).
known_condition(carcinoma_in_situ_of_cervix_uteri).
known_condition(carcinoma_in_situ_of_other_and_unspecified_genital_organs).
known_condition(carcinoma_in_situ_of_other_and_unspecified_sites).
known_condition(benign_neoplasm_of_mouth_and_pharynx).
known_condition(benign_neoplasm_of_major_salivary_glands).
known_condition(benign_neoplasm_of_colon_rectum_anus_and_anal_canal).
known_condition(benign_neoplasm_of_other_and_ill_defined_parts_of_digestive_system).
known_condition(benign_neoplasm_of_middle_ear_and_respiratory_system).
known_condition(benign_neoplasm_of_other_and_unspecified_intrathoracic_organs).
known_condition(benign_neoplasm_of_bone_and_articular_cartilage).
known_condition(lipoma).
known_condition(hemangioma_and_lymphangioma).
known_condition(benign_neoplasm_of_mesothelial_tissue).
known_condition(benign_neoplasm_of_soft_tissue_of_retroperitoneum_and_peritoneum).
known_condition(other_benign_neoplasms_of_connective_and_other_soft_tissue).
known_condition(melanocytic_nevi).
known_condition(other_benign_neoplasms_of_skin).
known_condition(benign_neoplasm_of_breast).
known_condition(uterine_leiomyoma).
known_condition(other_benign_neoplasms_of_uterus).
known_condition(benign_neoplasm_of_ovary).
known_condition(benign_neoplasm_of_other_and_unspecified_female_genital_organs).
known_condition(benign_neoplasm_of_male_genital_organs).
known_condition(benign_neoplasm_of_urinary_organs).
known_condition(benign_neoplasm_of_eye_and_adnexa).
known_condition(meningioma).
known_condition(benign_neoplasm_of_brain_and_other_parts_of_central_nervous_system).
known_condition(benign_neoplasm_of_thyroid_gland).
known_condition(benign_neoplasm_of_other_and_unspecified_endocrine_glands).
known_condition(benign_neoplasm_of_other_and_unspecified_sites).
known_condition(benign_neuroendocrine_tumor).
known_condition(neoplasm_of_uncertain_behavior_of_oral_cavity_and_digestive_organs).
known_condition(neoplasm_of_uncertain_behavior_of_middle_ear_and_respiratory_and_intrathoracic_organs).
known_condition(neoplasm_of_uncertain_behavior_of_female_genital_organs).
known_condition(neoplasm_of_uncertain_behavior_of_male_genital_organs).
known_condition(neoplasm_of_uncertain_behavior_of_urinary_organs).
known_condition(neoplasm_of_uncertain_behavior_of_meninges).
known_condition(neoplasm_of_uncertain_behavior_of_brain_and_central_nervous_system).
known_condition(neoplasm_of_uncertain_behavior_of_endocrine_glands).
known_condition(neoplasm_of_uncertain_behavior_of_other_and_unspecified_sites).
known_condition(neoplasm_of_unspecified_behavior).

% Conditions that are no neoplasms, so that a request for one is recognised as a request for something else.
known_condition(systemic_lupus_erythematosus).
known_condition(rheumatoid_arthritis).
known_condition(multiple_sclerosis).
known_condition(type_2_diabetes).
known_condition(hypertension).
known_condition(heart_failure).
known_condition(coronary_artery_disease).
known_condition(atrial_fibrillation).
known_condition(venous_thromboembolism).
known_condition(stroke).
known_condition(chronic_kidney_disease).
known_condition(acute_kidney_injury).
known_condition(asthma).
known_condition(chronic_obstructive_pulmonary_disease).
known_condition(pneumonia).
known_condition(covid_19).
known_condition(hiv_infection).
known_condition(hepatitis_b).
known_condition(hepatitis_c).
known_condition(cirrhosis).
known_condition(crohn_disease).
known_condition(ulcerative_colitis).
known_condition(psoriasis).
known_condition(psoriatic_arthritis).
known_condition(ankylosing_spondylitis).
known_condition(osteoporosis).
known_condition(osteoarthritis).
known_condition(gout).
known_condition(anemia).
known_condition(neutropenia).
known_condition(thrombocytopenia).
known_condition(immune_thrombocytopenia).
known_condition(aplastic_anemia).
known_condition(sickle_cell_disease).
known_condition(hemophilia).
known_condition(graft_versus_host_disease).
known_condition(cytokine_release_syndrome).
known_condition(hypercalcemia).
known_condition(peripheral_neuropathy).
known_condition(nausea_and_vomiting).
known_condition(weight_loss).
known_condition(pain).
known_condition(depression).
known_condition(anxiety).
known_condition(dementia).
known_condition(parkinson_disease).
known_condition(epilepsy).
known_condition(migraine).
known_condition(myasthenia_gravis).
known_condition(endometriosis).
known_condition(obesity).

:- pred condition_title(Condition: condition, Title: atom) :: '@(Condition) is written "@(Title)"'.
:- cite(condition_title/2, 'ICD-10-CM; Regulatory Status').

condition_title(multiple_myeloma, 'multiple myeloma').
condition_title(smoldering_multiple_myeloma, 'smoldering multiple myeloma').
condition_title(monoclonal_gammopathy, 'monoclonal gammopathy of undetermined significance').
condition_title(plasma_cell_leukemia, 'plasma cell leukemia').
condition_title(solitary_plasmacytoma, 'solitary plasmacytoma').
condition_title(extramedullary_plasmacytoma, 'extramedullary plasmacytoma').
condition_title(light_chain_amyloidosis, 'light chain (AL) amyloidosis').
condition_title(amyloidosis, 'amyloidosis of another or no stated type').
condition_title(poems_syndrome, 'POEMS syndrome').
condition_title(diffuse_large_b_cell_lymphoma, 'diffuse large B-cell lymphoma, not otherwise specified').
condition_title(dlbcl_arising_from_follicular_lymphoma, 'diffuse large B-cell lymphoma arising from follicular lymphoma').
condition_title(dlbcl_arising_from_another_indolent_lymphoma, 'diffuse large B-cell lymphoma arising from another indolent lymphoma').
condition_title(primary_mediastinal_large_b_cell_lymphoma, 'primary mediastinal (thymic) large B-cell lymphoma').
condition_title(primary_cns_lymphoma, 'primary central nervous system lymphoma').
condition_title(high_grade_b_cell_lymphoma, 'high-grade B-cell lymphoma').
condition_title(t_cell_histiocyte_rich_large_b_cell_lymphoma, 'T-cell/histiocyte-rich large B-cell lymphoma').
condition_title(ebv_positive_large_b_cell_lymphoma, 'EBV-positive diffuse large B-cell lymphoma').
condition_title(plasmablastic_lymphoma, 'plasmablastic lymphoma').
condition_title(primary_cutaneous_large_b_cell_lymphoma_leg_type, 'primary cutaneous large B-cell lymphoma, leg type').
condition_title(intravascular_large_b_cell_lymphoma, 'intravascular large B-cell lymphoma').
condition_title(primary_effusion_lymphoma, 'primary effusion lymphoma').
condition_title(richter_transformation, 'Richter transformation of chronic lymphocytic leukemia').
condition_title(gray_zone_lymphoma, 'B-cell lymphoma between large B-cell and Hodgkin lymphoma').
condition_title(follicular_lymphoma, 'follicular lymphoma').
condition_title(mantle_cell_lymphoma, 'mantle cell lymphoma').
condition_title(marginal_zone_lymphoma, 'marginal zone lymphoma').
condition_title(small_lymphocytic_lymphoma, 'small cell B-cell lymphoma, small lymphocytic lymphoma among them').
condition_title(lymphoplasmacytic_lymphoma, 'lymphoplasmacytic lymphoma').
condition_title(waldenstrom_macroglobulinemia, 'Waldenström macroglobulinemia').
condition_title(burkitt_lymphoma, 'Burkitt lymphoma').
condition_title(lymphoblastic_lymphoma, 'lymphoblastic lymphoma').
condition_title(heavy_chain_disease, 'heavy chain disease').
condition_title(immunoproliferative_disease, 'malignant immunoproliferative disease').
condition_title(other_b_cell_lymphoma, 'other non-follicular lymphoma').
condition_title(other_non_hodgkin_lymphoma, 'other non-Hodgkin lymphoma').
condition_title(post_transplant_lymphoproliferative_disorder, 'post-transplant lymphoproliferative disorder').
condition_title(castleman_disease, 'Castleman disease').
condition_title(hodgkin_lymphoma, 'Hodgkin lymphoma').
condition_title(cutaneous_t_cell_lymphoma, 'cutaneous T-cell lymphoma').
condition_title(peripheral_t_cell_lymphoma, 'peripheral T-cell lymphoma').
condition_title(anaplastic_large_cell_lymphoma, 'anaplastic large cell lymphoma').
condition_title(angioimmunoblastic_t_cell_lymphoma, 'angioimmunoblastic T-cell lymphoma').
condition_title(extranodal_nk_t_cell_lymphoma, 'extranodal NK/T-cell lymphoma').
condition_title(hepatosplenic_t_cell_lymphoma, 'hepatosplenic T-cell lymphoma').
condition_title(enteropathy_associated_t_cell_lymphoma, 'enteropathy-type (intestinal) T-cell lymphoma').
condition_title(blastic_plasmacytoid_dendritic_cell_neoplasm, 'blastic NK-cell lymphoma (blastic plasmacytoid dendritic cell neoplasm)').
condition_title(adult_t_cell_leukemia_lymphoma, 'adult T-cell leukemia/lymphoma').
condition_title(t_cell_lymphoma, 'T-cell or NK-cell lymphoma, other or of no stated type').
condition_title(acute_lymphoblastic_leukemia, 'acute lymphoblastic leukemia').
condition_title(chronic_lymphocytic_leukemia, 'chronic lymphocytic leukemia').
condition_title(prolymphocytic_leukemia, 'prolymphocytic leukemia').
condition_title(hairy_cell_leukemia, 'hairy cell leukemia').
condition_title(other_lymphoid_leukemia, 'other lymphoid leukemia').
condition_title(acute_promyelocytic_leukemia, 'acute promyelocytic leukemia').
condition_title(acute_myeloid_leukemia, 'acute myeloid leukemia').
condition_title(chronic_myeloid_leukemia, 'chronic myeloid leukemia').
condition_title(other_myeloid_leukemia, 'other myeloid leukemia').
condition_title(chronic_myelomonocytic_leukemia, 'chronic myelomonocytic leukemia').
condition_title(juvenile_myelomonocytic_leukemia, 'juvenile myelomonocytic leukemia').
condition_title(mast_cell_leukemia, 'mast cell leukemia').
condition_title(other_leukemia, 'other leukemia').
condition_title(myelodysplastic_syndrome, 'myelodysplastic syndrome').
condition_title(polycythemia_vera, 'polycythemia vera').
condition_title(essential_thrombocythemia, 'essential thrombocythemia').
condition_title(myelofibrosis, myelofibrosis).
condition_title(myeloproliferative_neoplasm, 'myeloproliferative neoplasm').
condition_title(mast_cell_neoplasm, 'mast cell neoplasm').
condition_title(langerhans_cell_histiocytosis, 'Langerhans cell histiocytosis').
condition_title(histiocytic_sarcoma, 'histiocytic or dendritic cell sarcoma').
condition_title(other_hematopoietic_neoplasm, 'other neoplasm of lymphoid or hematopoietic tissue').
condition_title(lip_cancer, 'lip cancer').
condition_title(cancer_of_base_of_tongue, 'cancer of the base of the tongue').
condition_title(tongue_cancer, 'tongue cancer').
condition_title(gum_cancer, 'cancer of the gum').
condition_title(cancer_of_floor_of_mouth, 'cancer of the floor of the mouth').
condition_title(palate_cancer, 'cancer of the palate').
condition_title(mouth_cancer, 'mouth cancer').
condition_title(parotid_gland_cancer, 'parotid gland cancer').
condition_title(salivary_gland_cancer, 'salivary gland cancer').
condition_title(tonsil_cancer, 'tonsil cancer').
condition_title(oropharyngeal_cancer, 'oropharyngeal cancer').
condition_title(nasopharyngeal_cancer, 'nasopharyngeal cancer').
condition_title(cancer_of_pyriform_sinus, 'cancer of the pyriform sinus').
condition_title(hypopharyngeal_cancer, 'hypopharyngeal cancer').
condition_title(head_and_neck_cancer, 'cancer of other sites in the lip, mouth and pharynx').
condition_title(esophageal_cancer, 'esophageal cancer').
condition_title(stomach_cancer, 'stomach cancer').
condition_title(cancer_of_small_intestine, 'cancer of the small intestine').
condition_title(colon_cancer, 'colon cancer').
condition_title(rectosigmoid_cancer, 'cancer of the rectosigmoid junction').
condition_title(rectal_cancer, 'rectal cancer').
condition_title(anal_cancer, 'anal cancer').
condition_title(liver_cancer, 'cancer of the liver or the intrahepatic bile ducts').
condition_title(gallbladder_cancer, 'gallbladder cancer').
condition_title(biliary_tract_cancer, 'biliary tract cancer').
condition_title(pancreatic_cancer, 'pancreatic cancer').
condition_title(cancer_of_other_digestive_organs, 'cancer of other digestive organs').
condition_title(cancer_of_nasal_cavity, 'cancer of the nasal cavity or middle ear').
condition_title(sinus_cancer, 'cancer of the accessory sinuses').
condition_title(laryngeal_cancer, 'laryngeal cancer').
condition_title(tracheal_cancer, 'tracheal cancer').
condition_title(lung_cancer, 'lung cancer').
condition_title(thymic_cancer, 'cancer of the thymus').
condition_title(mediastinal_cancer, 'cancer of the heart, mediastinum or pleura').
condition_title(cancer_of_other_respiratory_organs, 'cancer of other respiratory organs').
condition_title(bone_cancer_of_limbs, 'cancer of the bone of limbs').
condition_title(bone_cancer, 'cancer of the bone of other sites').
condition_title(melanoma, melanoma).
condition_title(merkel_cell_carcinoma, 'Merkel cell carcinoma').
condition_title(skin_cancer, 'skin cancer other than melanoma').
condition_title(mesothelioma, mesothelioma).
condition_title(kaposi_sarcoma, 'Kaposi sarcoma').
condition_title(cancer_of_peripheral_nerves, 'cancer of the peripheral nerves').
condition_title(peritoneal_cancer, 'cancer of the retroperitoneum or peritoneum').
condition_title(soft_tissue_sarcoma, 'soft tissue sarcoma').
condition_title(breast_cancer, 'breast cancer').
condition_title(vulvar_cancer, 'vulvar cancer').
condition_title(vaginal_cancer, 'vaginal cancer').
condition_title(cervical_cancer, 'cervical cancer').
condition_title(endometrial_cancer, 'cancer of the corpus uteri').
condition_title(uterine_cancer, 'uterine cancer').
condition_title(ovarian_cancer, 'ovarian cancer').
condition_title(cancer_of_other_female_genital_organs, 'cancer of other female genital organs').
condition_title(placental_cancer, 'cancer of the placenta').
condition_title(penile_cancer, 'penile cancer').
condition_title(prostate_cancer, 'prostate cancer').
condition_title(testicular_cancer, 'testicular cancer').
condition_title(cancer_of_other_male_genital_organs, 'cancer of other male genital organs').
condition_title(kidney_cancer, 'kidney cancer').
condition_title(cancer_of_renal_pelvis, 'cancer of the renal pelvis').
condition_title(ureteral_cancer, 'cancer of the ureter').
condition_title(bladder_cancer, 'bladder cancer').
condition_title(cancer_of_other_urinary_organs, 'cancer of other urinary organs').
condition_title(eye_cancer, 'cancer of the eye').
condition_title(meningeal_cancer, 'cancer of the meninges').
condition_title(brain_cancer, 'brain cancer').
condition_title(cancer_of_central_nervous_system, 'cancer of the spinal cord and other parts of the central nervous system').
condition_title(thyroid_cancer, 'thyroid cancer').
condition_title(adrenal_cancer, 'adrenal cancer').
condition_title(cancer_of_other_endocrine_glands, 'cancer of other endocrine glands').
condition_title(neuroendocrine_tumor, 'neuroendocrine tumor').
condition_title(secondary_neuroendocrine_tumor, 'secondary neuroendocrine tumor').
condition_title(cancer_of_other_sites, 'cancer of other sites').
condition_title(secondary_cancer_of_lymph_nodes, 'secondary cancer of lymph nodes').
condition_title(secondary_cancer_of_respiratory_and_digestive_organs, 'secondary cancer of respiratory and digestive organs').
condition_title(secondary_cancer_of_other_sites, 'secondary cancer of other sites').
condition_title(cancer_of_unknown_primary, 'cancer without specification of site').
condition_title(carcinoma_in_situ_of_oral_cavity_esophagus_and_stomach, 'carcinoma in situ of oral cavity, esophagus and stomach').
condition_title(carcinoma_in_situ_of_other_and_unspecified_digestive_organs, 'carcinoma in situ of other and unspecified digestive organs').
condition_title(carcinoma_in_situ_of_middle_ear_and_respiratory_system, 'carcinoma in situ of middle ear and respiratory system').
condition_title(melanoma_in_situ, 'melanoma in situ').
condition_title(carcinoma_in_situ_of_skin, 'carcinoma in situ of skin').
condition_title(breast_carcinoma_in_situ, 'carcinoma in situ of the breast').
condition_title(carcinoma_in_situ_of_cervix_uteri, 'carcinoma in situ of cervix uteri').
condition_title(carcinoma_in_situ_of_other_and_unspecified_genital_organs, 'carcinoma in situ of other and unspecified genital organs').
condition_title(carcinoma_in_situ_of_other_and_unspecified_sites, 'carcinoma in situ of other and unspecified sites').
condition_title(benign_neoplasm_of_mouth_and_pharynx, 'benign neoplasm of mouth and pharynx').
condition_title(benign_neoplasm_of_major_salivary_glands, 'benign neoplasm of major salivary glands').
condition_title(benign_neoplasm_of_colon_rectum_anus_and_anal_canal, 'benign neoplasm of colon, rectum, anus and anal canal').
condition_title(benign_neoplasm_of_other_and_ill_defined_parts_of_digestive_system, 'benign neoplasm of other and ill-defined parts of digestive system').
condition_title(benign_neoplasm_of_middle_ear_and_respiratory_system, 'benign neoplasm of middle ear and respiratory system').
condition_title(benign_neoplasm_of_other_and_unspecified_intrathoracic_organs, 'benign neoplasm of other and unspecified intrathoracic organs').
condition_title(benign_neoplasm_of_bone_and_articular_cartilage, 'benign neoplasm of bone and articular cartilage').
condition_title(lipoma, 'benign lipomatous neoplasm').
condition_title(hemangioma_and_lymphangioma, 'hemangioma or lymphangioma').
condition_title(benign_neoplasm_of_mesothelial_tissue, 'benign neoplasm of mesothelial tissue').
condition_title(benign_neoplasm_of_soft_tissue_of_retroperitoneum_and_peritoneum, 'benign neoplasm of soft tissue of retroperitoneum and peritoneum').
condition_title(other_benign_neoplasms_of_connective_and_other_soft_tissue, 'other benign neoplasms of connective and other soft tissue').
condition_title(melanocytic_nevi, 'melanocytic nevi').
condition_title(other_benign_neoplasms_of_skin, 'other benign neoplasms of skin').
condition_title(benign_neoplasm_of_breast, 'benign neoplasm of breast').
condition_title(uterine_leiomyoma, 'leiomyoma of the uterus').
condition_title(other_benign_neoplasms_of_uterus, 'other benign neoplasms of uterus').
condition_title(benign_neoplasm_of_ovary, 'benign neoplasm of ovary').
condition_title(benign_neoplasm_of_other_and_unspecified_female_genital_organs, 'benign neoplasm of other and unspecified female genital organs').
condition_title(benign_neoplasm_of_male_genital_organs, 'benign neoplasm of male genital organs').
condition_title(benign_neoplasm_of_urinary_organs, 'benign neoplasm of urinary organs').
condition_title(benign_neoplasm_of_eye_and_adnexa, 'benign neoplasm of eye and adnexa').
condition_title(meningioma, 'benign neoplasm of the meninges').
condition_title(benign_neoplasm_of_brain_and_other_parts_of_central_nervous_system, 'benign neoplasm of brain and other parts of central nervous system').
condition_title(benign_neoplasm_of_thyroid_gland, 'benign neoplasm of thyroid gland').
condition_title(benign_neoplasm_of_other_and_unspecified_endocrine_glands, 'benign neoplasm of other and unspecified endocrine glands').
condition_title(benign_neoplasm_of_other_and_unspecified_sites, 'benign neoplasm of other and unspecified sites').
condition_title(benign_neuroendocrine_tumor, 'benign neuroendocrine tumor').
condition_title(neoplasm_of_uncertain_behavior_of_oral_cavity_and_digestive_organs, 'neoplasm of uncertain behavior of oral cavity and digestive organs').
condition_title(neoplasm_of_uncertain_behavior_of_middle_ear_and_respiratory_and_intrathoracic_organs, 'neoplasm of uncertain behavior of middle ear and respiratory and intrathoracic organs').
condition_title(neoplasm_of_uncertain_behavior_of_female_genital_organs, 'neoplasm of uncertain behavior of female genital organs').
condition_title(neoplasm_of_uncertain_behavior_of_male_genital_organs, 'neoplasm of uncertain behavior of male genital organs').
condition_title(neoplasm_of_uncertain_behavior_of_urinary_organs, 'neoplasm of uncertain behavior of urinary organs').
condition_title(neoplasm_of_uncertain_behavior_of_meninges, 'neoplasm of uncertain behavior of meninges').
condition_title(neoplasm_of_uncertain_behavior_of_brain_and_central_nervous_system, 'neoplasm of uncertain behavior of brain and central nervous system').
condition_title(neoplasm_of_uncertain_behavior_of_endocrine_glands, 'neoplasm of uncertain behavior of endocrine glands').
condition_title(neoplasm_of_uncertain_behavior_of_other_and_unspecified_sites, 'neoplasm of uncertain behavior of other and unspecified sites').
condition_title(neoplasm_of_unspecified_behavior, 'neoplasm of unspecified behavior').
condition_title(systemic_lupus_erythematosus, 'systemic lupus erythematosus').
condition_title(rheumatoid_arthritis, 'rheumatoid arthritis').
condition_title(multiple_sclerosis, 'multiple sclerosis').
condition_title(type_2_diabetes, 'type 2 diabetes').
condition_title(hypertension, hypertension).
condition_title(heart_failure, 'heart failure').
condition_title(coronary_artery_disease, 'coronary artery disease').
condition_title(atrial_fibrillation, 'atrial fibrillation').
condition_title(venous_thromboembolism, 'venous thromboembolism').
condition_title(stroke, stroke).
condition_title(chronic_kidney_disease, 'chronic kidney disease').
condition_title(acute_kidney_injury, 'acute kidney injury').
condition_title(asthma, asthma).
condition_title(chronic_obstructive_pulmonary_disease, 'chronic obstructive pulmonary disease').
condition_title(pneumonia, pneumonia).
condition_title(covid_19, 'COVID-19').
condition_title(hiv_infection, 'HIV infection').
condition_title(hepatitis_b, 'hepatitis B').
condition_title(hepatitis_c, 'hepatitis C').
condition_title(cirrhosis, cirrhosis).
condition_title(crohn_disease, 'Crohn disease').
condition_title(ulcerative_colitis, 'ulcerative colitis').
condition_title(psoriasis, psoriasis).
condition_title(psoriatic_arthritis, 'psoriatic arthritis').
condition_title(ankylosing_spondylitis, 'ankylosing spondylitis').
condition_title(osteoporosis, osteoporosis).
condition_title(osteoarthritis, osteoarthritis).
condition_title(gout, gout).
condition_title(anemia, anemia).
condition_title(neutropenia, neutropenia).
condition_title(thrombocytopenia, thrombocytopenia).
condition_title(immune_thrombocytopenia, 'immune thrombocytopenia').
condition_title(aplastic_anemia, 'aplastic anemia').
condition_title(sickle_cell_disease, 'sickle cell disease').
condition_title(hemophilia, hemophilia).
condition_title(graft_versus_host_disease, 'graft-versus-host disease').
condition_title(cytokine_release_syndrome, 'cytokine release syndrome').
condition_title(hypercalcemia, hypercalcemia).
condition_title(peripheral_neuropathy, 'peripheral neuropathy').
condition_title(nausea_and_vomiting, 'nausea and vomiting').
condition_title(weight_loss, 'weight loss').
condition_title(pain, pain).
condition_title(depression, depression).
condition_title(anxiety, anxiety).
condition_title(dementia, dementia).
condition_title(parkinson_disease, 'Parkinson disease').
condition_title(epilepsy, epilepsy).
condition_title(migraine, migraine).
condition_title(myasthenia_gravis, 'myasthenia gravis').
condition_title(endometriosis, endometriosis).
condition_title(obesity, obesity).

:- also_called(condition, condition_name/2).
:- pred condition_name(Name: name, Condition: condition) :: '"@(Name)" is a name for @(Condition)'.
:- cite(condition_name/2, 'ICD-10-CM; usual names and abbreviations of charts').

% Plasma cell neoplasms.
condition_name('MM', multiple_myeloma).
condition_name(myeloma, multiple_myeloma).
condition_name('plasma cell myeloma', multiple_myeloma).
condition_name(myelomatosis, multiple_myeloma).
condition_name('Kahler''s disease', multiple_myeloma).
condition_name('active multiple myeloma', multiple_myeloma).
condition_name('active myeloma', multiple_myeloma).
condition_name('symptomatic multiple myeloma', multiple_myeloma).
condition_name('IgG multiple myeloma', multiple_myeloma).
condition_name('IgA multiple myeloma', multiple_myeloma).
condition_name('light chain multiple myeloma', multiple_myeloma).
condition_name('light chain myeloma', multiple_myeloma).
condition_name('non-secretory myeloma', multiple_myeloma).
condition_name('nonsecretory multiple myeloma', multiple_myeloma).
condition_name('IgG kappa multiple myeloma', multiple_myeloma).
condition_name('IgG lambda multiple myeloma', multiple_myeloma).
condition_name('IgA kappa multiple myeloma', multiple_myeloma).
condition_name('IgA lambda multiple myeloma', multiple_myeloma).
condition_name('kappa light chain myeloma', multiple_myeloma).
condition_name('lambda light chain myeloma', multiple_myeloma).
condition_name('high-risk multiple myeloma', multiple_myeloma).
condition_name('SMM', smoldering_multiple_myeloma).
condition_name('smoldering myeloma', smoldering_multiple_myeloma).
condition_name('smouldering myeloma', smoldering_multiple_myeloma).
condition_name('smouldering multiple myeloma', smoldering_multiple_myeloma).
condition_name('asymptomatic myeloma', smoldering_multiple_myeloma).
condition_name('asymptomatic multiple myeloma', smoldering_multiple_myeloma).
condition_name('indolent myeloma', smoldering_multiple_myeloma).
condition_name('MGUS', monoclonal_gammopathy).
condition_name('monoclonal gammopathy of undetermined significance', monoclonal_gammopathy).
condition_name('monoclonal gammopathy of renal significance', monoclonal_gammopathy).
condition_name('MGRS', monoclonal_gammopathy).
condition_name('PCL', plasma_cell_leukemia).
condition_name('plasma cell leukaemia', plasma_cell_leukemia).
condition_name('primary plasma cell leukemia', plasma_cell_leukemia).
condition_name('secondary plasma cell leukemia', plasma_cell_leukemia).
condition_name(plasmacytoma, solitary_plasmacytoma).
condition_name('solitary plasmacytoma of bone', solitary_plasmacytoma).
condition_name('solitary bone plasmacytoma', solitary_plasmacytoma).
condition_name('SPB', solitary_plasmacytoma).
condition_name('localized malignant plasma cell tumor', solitary_plasmacytoma).
condition_name('solitary myeloma', solitary_plasmacytoma).
condition_name('solitary extramedullary plasmacytoma', extramedullary_plasmacytoma).
condition_name('AL amyloidosis', light_chain_amyloidosis).
condition_name('AL', light_chain_amyloidosis).
condition_name('primary amyloidosis', light_chain_amyloidosis).
condition_name('light chain AL amyloidosis', light_chain_amyloidosis).
condition_name('systemic light chain amyloidosis', light_chain_amyloidosis).
condition_name('primary systemic amyloidosis', light_chain_amyloidosis).
condition_name('ATTR amyloidosis', amyloidosis).
condition_name('AA amyloidosis', amyloidosis).
condition_name('transthyretin amyloidosis', amyloidosis).
condition_name('POEMS', poems_syndrome).
condition_name('osteosclerotic myeloma', poems_syndrome).
condition_name('Crow-Fukase syndrome', poems_syndrome).

% Large B-cell lymphomas.
condition_name('DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('DLBCL NOS', diffuse_large_b_cell_lymphoma).
condition_name('diffuse large B-cell lymphoma not otherwise specified', diffuse_large_b_cell_lymphoma).
condition_name('diffuse large B-cell lymphoma NOS', diffuse_large_b_cell_lymphoma).
condition_name('diffuse large cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('diffuse large B cell non-Hodgkin lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('diffuse large B-cell non-Hodgkin''s lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('GCB DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('DLBCL GCB', diffuse_large_b_cell_lymphoma).
condition_name('non-GCB DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('DLBCL non-GCB', diffuse_large_b_cell_lymphoma).
condition_name('ABC DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('DLBCL ABC', diffuse_large_b_cell_lymphoma).
condition_name('germinal center B-cell DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('activated B-cell DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('de novo DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('double-expressor DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('double expressor lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('transformed FL', dlbcl_arising_from_follicular_lymphoma).
condition_name('FL transformed to DLBCL', dlbcl_arising_from_follicular_lymphoma).
condition_name('follicular lymphoma transformed to DLBCL', dlbcl_arising_from_follicular_lymphoma).
condition_name('follicular lymphoma transformed to diffuse large B-cell lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('DLBCL transformed from follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('DLBCL transformed from FL', dlbcl_arising_from_follicular_lymphoma).
condition_name('DLBCL arising from FL', dlbcl_arising_from_follicular_lymphoma).
condition_name('DLBCL from follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('diffuse large B-cell lymphoma transformed from follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('diffuse large B-cell lymphoma arising from follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('histologically transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('transformed follicular lymphoma to DLBCL', dlbcl_arising_from_follicular_lymphoma).
condition_name('transformed marginal zone lymphoma', dlbcl_arising_from_another_indolent_lymphoma).
condition_name('tMZL', dlbcl_arising_from_another_indolent_lymphoma).
condition_name('DLBCL arising from marginal zone lymphoma', dlbcl_arising_from_another_indolent_lymphoma).
condition_name('PMBCL', primary_mediastinal_large_b_cell_lymphoma).
condition_name('PMBL', primary_mediastinal_large_b_cell_lymphoma).
condition_name('PMLBCL', primary_mediastinal_large_b_cell_lymphoma).
condition_name('primary mediastinal B-cell lymphoma', primary_mediastinal_large_b_cell_lymphoma).
condition_name('mediastinal large B-cell lymphoma', primary_mediastinal_large_b_cell_lymphoma).
condition_name('thymic large B-cell lymphoma', primary_mediastinal_large_b_cell_lymphoma).
condition_name('PCNSL', primary_cns_lymphoma).
condition_name('primary central nervous system lymphoma', primary_cns_lymphoma).
condition_name('primary CNS DLBCL', primary_cns_lymphoma).
condition_name('CNS lymphoma', primary_cns_lymphoma).
condition_name('primary DLBCL of the CNS', primary_cns_lymphoma).
condition_name('HGBL', high_grade_b_cell_lymphoma).
condition_name('HGBCL', high_grade_b_cell_lymphoma).
condition_name('high-grade B-cell lymphoma NOS', high_grade_b_cell_lymphoma).
condition_name('HGBL NOS', high_grade_b_cell_lymphoma).
condition_name('double-hit lymphoma', high_grade_b_cell_lymphoma).
condition_name('double hit', high_grade_b_cell_lymphoma).
condition_name('DHL', high_grade_b_cell_lymphoma).
condition_name('triple-hit lymphoma', high_grade_b_cell_lymphoma).
condition_name('triple hit', high_grade_b_cell_lymphoma).
condition_name('THL', high_grade_b_cell_lymphoma).
condition_name('high-grade B-cell lymphoma with MYC and BCL2 rearrangements', high_grade_b_cell_lymphoma).
condition_name('HGBL-DH', high_grade_b_cell_lymphoma).
condition_name('HGBL-TH', high_grade_b_cell_lymphoma).
condition_name('DLBCL/HGBL-MYC/BCL2', high_grade_b_cell_lymphoma).
condition_name('THRLBCL', t_cell_histiocyte_rich_large_b_cell_lymphoma).
condition_name('TCHRLBCL', t_cell_histiocyte_rich_large_b_cell_lymphoma).
condition_name('T-cell rich large B-cell lymphoma', t_cell_histiocyte_rich_large_b_cell_lymphoma).
condition_name('EBV-positive DLBCL', ebv_positive_large_b_cell_lymphoma).
condition_name('EBV+ DLBCL', ebv_positive_large_b_cell_lymphoma).
condition_name('PBL', plasmablastic_lymphoma).
condition_name('PCDLBCL-LT', primary_cutaneous_large_b_cell_lymphoma_leg_type).
condition_name('primary cutaneous DLBCL leg type', primary_cutaneous_large_b_cell_lymphoma_leg_type).
condition_name('primary cutaneous diffuse large B-cell lymphoma leg type', primary_cutaneous_large_b_cell_lymphoma_leg_type).
condition_name('IVLBCL', intravascular_large_b_cell_lymphoma).
condition_name('PEL', primary_effusion_lymphoma).
condition_name('Richter syndrome', richter_transformation).
condition_name('Richter''s transformation', richter_transformation).
condition_name('Richter''s syndrome', richter_transformation).
condition_name('CLL transformed to DLBCL', richter_transformation).
condition_name('DLBCL Richter transformation', richter_transformation).
condition_name('grey zone lymphoma', gray_zone_lymphoma).
condition_name('mediastinal gray zone lymphoma', gray_zone_lymphoma).

% Other B-cell lymphomas.
condition_name('FL', follicular_lymphoma).
condition_name('follicular non-Hodgkin lymphoma', follicular_lymphoma).
condition_name('follicular lymphoma grade 1', follicular_lymphoma).
condition_name('follicular lymphoma grade 2', follicular_lymphoma).
condition_name('follicular lymphoma grade 1-2', follicular_lymphoma).
condition_name('follicular lymphoma grade 3', follicular_lymphoma).
condition_name('follicular lymphoma grade 3A', follicular_lymphoma).
condition_name('follicular lymphoma grade 3B', follicular_lymphoma).
condition_name('follicular B-cell lymphoma', follicular_lymphoma).
condition_name('MCL', mantle_cell_lymphoma).
condition_name('MZL', marginal_zone_lymphoma).
condition_name('MALT lymphoma', marginal_zone_lymphoma).
condition_name('MALT', marginal_zone_lymphoma).
condition_name('extranodal marginal zone lymphoma', marginal_zone_lymphoma).
condition_name('nodal marginal zone lymphoma', marginal_zone_lymphoma).
condition_name('splenic marginal zone lymphoma', marginal_zone_lymphoma).
condition_name('SMZL', marginal_zone_lymphoma).
condition_name('NMZL', marginal_zone_lymphoma).
condition_name('EMZL', marginal_zone_lymphoma).
condition_name('gastric MALT lymphoma', marginal_zone_lymphoma).
condition_name('SLL', small_lymphocytic_lymphoma).
condition_name('small cell B-cell lymphoma', small_lymphocytic_lymphoma).
condition_name('LPL', lymphoplasmacytic_lymphoma).
condition_name('WM', waldenstrom_macroglobulinemia).
condition_name('Waldenstrom''s macroglobulinemia', waldenstrom_macroglobulinemia).
condition_name('Waldenström macroglobulinemia', waldenstrom_macroglobulinemia).
condition_name('Waldenström''s macroglobulinemia', waldenstrom_macroglobulinemia).
condition_name('Waldenstrom''s', waldenstrom_macroglobulinemia).
condition_name('Waldenstrom', waldenstrom_macroglobulinemia).
condition_name(macroglobulinemia, waldenstrom_macroglobulinemia).
condition_name('BL', burkitt_lymphoma).
condition_name('Burkitt''s lymphoma', burkitt_lymphoma).
condition_name('Burkitt leukemia', burkitt_lymphoma).
condition_name('LBL', lymphoblastic_lymphoma).
condition_name('T-lymphoblastic lymphoma', lymphoblastic_lymphoma).
condition_name('B-lymphoblastic lymphoma', lymphoblastic_lymphoma).
condition_name('immunoproliferative small intestinal disease', immunoproliferative_disease).
condition_name('other non-follicular lymphoma', other_b_cell_lymphoma).
condition_name('PTLD', post_transplant_lymphoproliferative_disorder).
condition_name('Castleman''s disease', castleman_disease).
condition_name('multicentric Castleman disease', castleman_disease).
condition_name('iMCD', castleman_disease).

% Hodgkin and T-cell lymphomas.
condition_name('HL', hodgkin_lymphoma).
condition_name('cHL', hodgkin_lymphoma).
condition_name('classical Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('classic Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('Hodgkin''s lymphoma', hodgkin_lymphoma).
condition_name('Hodgkin''s disease', hodgkin_lymphoma).
condition_name('Hodgkin disease', hodgkin_lymphoma).
condition_name('nodular sclerosis Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('NLPHL', hodgkin_lymphoma).
condition_name('nodular lymphocyte predominant Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('CTCL', cutaneous_t_cell_lymphoma).
condition_name('mycosis fungoides', cutaneous_t_cell_lymphoma).
condition_name('Sezary syndrome', cutaneous_t_cell_lymphoma).
condition_name('Sézary syndrome', cutaneous_t_cell_lymphoma).
condition_name('Sezary disease', cutaneous_t_cell_lymphoma).
condition_name('MF/SS', cutaneous_t_cell_lymphoma).
condition_name('PTCL', peripheral_t_cell_lymphoma).
condition_name('PTCL-NOS', peripheral_t_cell_lymphoma).
condition_name('peripheral T-cell lymphoma NOS', peripheral_t_cell_lymphoma).
condition_name('ALCL', anaplastic_large_cell_lymphoma).
condition_name('BIA-ALCL', anaplastic_large_cell_lymphoma).
condition_name('AITL', angioimmunoblastic_t_cell_lymphoma).
condition_name('ENKTL', extranodal_nk_t_cell_lymphoma).
condition_name('NKTCL', extranodal_nk_t_cell_lymphoma).
condition_name('NK/T-cell lymphoma', extranodal_nk_t_cell_lymphoma).
condition_name('extranodal NK/T-cell lymphoma nasal type', extranodal_nk_t_cell_lymphoma).
condition_name('HSTCL', hepatosplenic_t_cell_lymphoma).
condition_name('EATL', enteropathy_associated_t_cell_lymphoma).
condition_name('BPDCN', blastic_plasmacytoid_dendritic_cell_neoplasm).
condition_name('blastic NK-cell lymphoma', blastic_plasmacytoid_dendritic_cell_neoplasm).
condition_name('ATLL', adult_t_cell_leukemia_lymphoma).
condition_name('adult T-cell lymphoma', adult_t_cell_leukemia_lymphoma).
condition_name('TCL', t_cell_lymphoma).
condition_name('T-cell non-Hodgkin lymphoma', t_cell_lymphoma).

% Leukemias.
condition_name('ALL', acute_lymphoblastic_leukemia).
condition_name('B-ALL', acute_lymphoblastic_leukemia).
condition_name('T-ALL', acute_lymphoblastic_leukemia).
condition_name('Ph+ ALL', acute_lymphoblastic_leukemia).
condition_name('Ph- ALL', acute_lymphoblastic_leukemia).
condition_name('acute lymphocytic leukemia', acute_lymphoblastic_leukemia).
condition_name('acute lymphoblastic leukaemia', acute_lymphoblastic_leukemia).
condition_name('CLL', chronic_lymphocytic_leukemia).
condition_name('CLL/SLL', chronic_lymphocytic_leukemia).
condition_name('chronic lymphocytic leukaemia', chronic_lymphocytic_leukemia).
condition_name('chronic lymphocytic leukemia/small lymphocytic lymphoma', chronic_lymphocytic_leukemia).
condition_name('PLL', prolymphocytic_leukemia).
condition_name('T-PLL', prolymphocytic_leukemia).
condition_name('B-PLL', prolymphocytic_leukemia).
condition_name('HCL', hairy_cell_leukemia).
condition_name('lymphoid leukemia', other_lymphoid_leukemia).
condition_name('LGL leukemia', other_lymphoid_leukemia).
condition_name('APL', acute_promyelocytic_leukemia).
condition_name('AML', acute_myeloid_leukemia).
condition_name('acute myeloblastic leukemia', acute_myeloid_leukemia).
condition_name('acute myelogenous leukemia', acute_myeloid_leukemia).
condition_name('acute myeloid leukaemia', acute_myeloid_leukemia).
condition_name('acute monocytic leukemia', acute_myeloid_leukemia).
condition_name('myeloid sarcoma', acute_myeloid_leukemia).
condition_name('CML', chronic_myeloid_leukemia).
condition_name('chronic myelogenous leukemia', chronic_myeloid_leukemia).
condition_name('chronic myeloid leukaemia', chronic_myeloid_leukemia).
condition_name('atypical CML', other_myeloid_leukemia).
condition_name('aCML', other_myeloid_leukemia).
condition_name('myeloid leukemia', other_myeloid_leukemia).
condition_name('CMML', chronic_myelomonocytic_leukemia).
condition_name('JMML', juvenile_myelomonocytic_leukemia).
condition_name(leukemia, other_leukemia).
condition_name(leukaemia, other_leukemia).
condition_name('acute leukemia', other_leukemia).

% Myeloid and histiocytic neoplasms.
condition_name('MDS', myelodysplastic_syndrome).
condition_name(myelodysplasia, myelodysplastic_syndrome).
condition_name('myelodysplastic neoplasm', myelodysplastic_syndrome).
condition_name('myelodysplastic syndromes', myelodysplastic_syndrome).
condition_name('PV', polycythemia_vera).
condition_name('polycythaemia vera', polycythemia_vera).
condition_name('ET', essential_thrombocythemia).
condition_name('essential thrombocythaemia', essential_thrombocythemia).
condition_name('MF', myelofibrosis).
condition_name('primary myelofibrosis', myelofibrosis).
condition_name('PMF', myelofibrosis).
condition_name('MPN', myeloproliferative_neoplasm).
condition_name('chronic myeloproliferative disease', myeloproliferative_neoplasm).
condition_name(mastocytosis, mast_cell_neoplasm).
condition_name('systemic mastocytosis', mast_cell_neoplasm).
condition_name('LCH', langerhans_cell_histiocytosis).
condition_name('dendritic cell sarcoma', histiocytic_sarcoma).

% Solid tumours.
condition_name('oral cancer', mouth_cancer).
condition_name('oral cavity cancer', mouth_cancer).
condition_name('NPC', nasopharyngeal_cancer).
condition_name('nasopharyngeal carcinoma', nasopharyngeal_cancer).
condition_name('head and neck squamous cell carcinoma', head_and_neck_cancer).
condition_name('HNSCC', head_and_neck_cancer).
condition_name('SCCHN', head_and_neck_cancer).
condition_name('oesophageal cancer', esophageal_cancer).
condition_name('esophageal carcinoma', esophageal_cancer).
condition_name('gastric cancer', stomach_cancer).
condition_name('gastric adenocarcinoma', stomach_cancer).
condition_name('GEJ cancer', stomach_cancer).
condition_name('gastroesophageal junction cancer', stomach_cancer).
condition_name('small bowel cancer', cancer_of_small_intestine).
condition_name('duodenal cancer', cancer_of_small_intestine).
condition_name('colorectal cancer', colon_cancer).
condition_name('CRC', colon_cancer).
condition_name('mCRC', colon_cancer).
condition_name('HCC', liver_cancer).
condition_name('hepatocellular carcinoma', liver_cancer).
condition_name('intrahepatic cholangiocarcinoma', liver_cancer).
condition_name(hepatoblastoma, liver_cancer).
condition_name(cholangiocarcinoma, biliary_tract_cancer).
condition_name('bile duct cancer', biliary_tract_cancer).
condition_name('PDAC', pancreatic_cancer).
condition_name('pancreatic adenocarcinoma', pancreatic_cancer).
condition_name('NSCLC', lung_cancer).
condition_name('non-small cell lung cancer', lung_cancer).
condition_name('SCLC', lung_cancer).
condition_name('small cell lung cancer', lung_cancer).
condition_name('lung adenocarcinoma', lung_cancer).
condition_name(thymoma, thymic_cancer).
condition_name('thymic carcinoma', thymic_cancer).
condition_name(osteosarcoma, bone_cancer).
condition_name('Ewing sarcoma', bone_cancer).
condition_name(chondrosarcoma, bone_cancer).
condition_name('malignant melanoma', melanoma).
condition_name('cutaneous melanoma', melanoma).
condition_name('MCC', merkel_cell_carcinoma).
condition_name('basal cell carcinoma', skin_cancer).
condition_name('BCC', skin_cancer).
condition_name('cutaneous squamous cell carcinoma', skin_cancer).
condition_name('Kaposi''s sarcoma', kaposi_sarcoma).
condition_name('primary peritoneal cancer', peritoneal_cancer).
condition_name('STS', soft_tissue_sarcoma).
condition_name(sarcoma, soft_tissue_sarcoma).
condition_name(liposarcoma, soft_tissue_sarcoma).
condition_name(leiomyosarcoma, soft_tissue_sarcoma).
condition_name('GIST', soft_tissue_sarcoma).
condition_name('gastrointestinal stromal tumor', soft_tissue_sarcoma).
condition_name('dedifferentiated liposarcoma', soft_tissue_sarcoma).
condition_name(rhabdomyosarcoma, soft_tissue_sarcoma).
condition_name('BC', breast_cancer).
condition_name('mBC', breast_cancer).
condition_name('TNBC', breast_cancer).
condition_name('triple-negative breast cancer', breast_cancer).
condition_name('HER2-positive breast cancer', breast_cancer).
condition_name('metastatic breast cancer', breast_cancer).
condition_name('endometrial carcinoma', endometrial_cancer).
condition_name('fallopian tube cancer', cancer_of_other_female_genital_organs).
condition_name(choriocarcinoma, placental_cancer).
condition_name('mCRPC', prostate_cancer).
condition_name('CRPC', prostate_cancer).
condition_name('castration-resistant prostate cancer', prostate_cancer).
condition_name(seminoma, testicular_cancer).
condition_name('RCC', kidney_cancer).
condition_name('renal cell carcinoma', kidney_cancer).
condition_name('renal cancer', kidney_cancer).
condition_name('Wilms tumor', kidney_cancer).
condition_name('urothelial carcinoma', bladder_cancer).
condition_name('urothelial cancer', bladder_cancer).
condition_name('uveal melanoma', eye_cancer).
condition_name(retinoblastoma, eye_cancer).
condition_name(glioblastoma, brain_cancer).
condition_name('GBM', brain_cancer).
condition_name('glioblastoma multiforme', brain_cancer).
condition_name(glioma, brain_cancer).
condition_name(astrocytoma, brain_cancer).
condition_name(oligodendroglioma, brain_cancer).
condition_name(medulloblastoma, brain_cancer).
condition_name(neuroblastoma, adrenal_cancer).
condition_name('adrenocortical carcinoma', adrenal_cancer).
condition_name('NET', neuroendocrine_tumor).
condition_name('carcinoid tumor', neuroendocrine_tumor).
condition_name('neuroendocrine carcinoma', neuroendocrine_tumor).
condition_name('lymph node metastases', secondary_cancer_of_lymph_nodes).
condition_name('lung metastases', secondary_cancer_of_respiratory_and_digestive_organs).
condition_name('liver metastases', secondary_cancer_of_respiratory_and_digestive_organs).
condition_name('brain metastases', secondary_cancer_of_other_sites).
condition_name('bone metastases', secondary_cancer_of_other_sites).
condition_name('CUP', cancer_of_unknown_primary).
condition_name('unknown primary', cancer_of_unknown_primary).
condition_name('DCIS', breast_carcinoma_in_situ).
condition_name('LCIS', breast_carcinoma_in_situ).
condition_name('ductal carcinoma in situ', breast_carcinoma_in_situ).
condition_name(hemangioma, hemangioma_and_lymphangioma).
condition_name(lymphangioma, hemangioma_and_lymphangioma).
condition_name(nevus, melanocytic_nevi).
condition_name('uterine fibroids', uterine_leiomyoma).
condition_name(fibroids, uterine_leiomyoma).

% Conditions that are no neoplasms.
condition_name(lupus, systemic_lupus_erythematosus).
condition_name('SLE', systemic_lupus_erythematosus).
condition_name('MS', multiple_sclerosis).
condition_name(diabetes, type_2_diabetes).
condition_name('type 2 diabetes mellitus', type_2_diabetes).
condition_name('T2DM', type_2_diabetes).
condition_name('DM2', type_2_diabetes).
condition_name('diabetes mellitus', type_2_diabetes).
condition_name('HTN', hypertension).
condition_name('high blood pressure', hypertension).
condition_name('CHF', heart_failure).
condition_name('congestive heart failure', heart_failure).
condition_name('CAD', coronary_artery_disease).
condition_name('AF', atrial_fibrillation).
condition_name('AFib', atrial_fibrillation).
condition_name('VTE', venous_thromboembolism).
condition_name('DVT', venous_thromboembolism).
condition_name('deep vein thrombosis', venous_thromboembolism).
condition_name('pulmonary embolism', venous_thromboembolism).
condition_name('CVA', stroke).
condition_name('cerebrovascular accident', stroke).
condition_name('CKD', chronic_kidney_disease).
condition_name('AKI', acute_kidney_injury).
condition_name('COPD', chronic_obstructive_pulmonary_disease).
condition_name('COVID', covid_19).
condition_name('SARS-CoV-2 infection', covid_19).
condition_name('HIV', hiv_infection).
condition_name('AIDS', hiv_infection).
condition_name('HBV', hepatitis_b).
condition_name('HCV', hepatitis_c).
condition_name('Crohn''s disease', crohn_disease).
condition_name('plaque psoriasis', psoriasis).
condition_name('PsA', psoriatic_arthritis).
condition_name('OA', osteoarthritis).
condition_name(anaemia, anemia).
condition_name('ITP', immune_thrombocytopenia).
condition_name('immune thrombocytopenic purpura', immune_thrombocytopenia).
condition_name('aplastic anaemia', aplastic_anemia).
condition_name('SCD', sickle_cell_disease).
condition_name(haemophilia, hemophilia).
condition_name('GVHD', graft_versus_host_disease).
condition_name(hypercalcaemia, hypercalcemia).
condition_name(neuropathy, peripheral_neuropathy).
condition_name(nausea, nausea_and_vomiting).
condition_name(vomiting, nausea_and_vomiting).
condition_name('CINV', nausea_and_vomiting).
condition_name(cachexia, weight_loss).
condition_name('bone pain', pain).
condition_name('Alzheimer''s disease', dementia).
condition_name('Parkinson''s disease', parkinson_disease).
condition_name(seizures, epilepsy).

% The titles above.
condition_name('amyloidosis of another or no stated type', amyloidosis).
condition_name('diffuse large B-cell lymphoma arising from another indolent lymphoma', dlbcl_arising_from_another_indolent_lymphoma).
condition_name('primary mediastinal (thymic) large B-cell lymphoma', primary_mediastinal_large_b_cell_lymphoma).
condition_name('EBV-positive diffuse large B-cell lymphoma', ebv_positive_large_b_cell_lymphoma).
condition_name('Richter transformation of chronic lymphocytic leukemia', richter_transformation).
condition_name('B-cell lymphoma between large B-cell and Hodgkin lymphoma', gray_zone_lymphoma).
condition_name('small cell B-cell lymphoma, small lymphocytic lymphoma among them', small_lymphocytic_lymphoma).
condition_name('malignant immunoproliferative disease', immunoproliferative_disease).
condition_name('enteropathy-type (intestinal) T-cell lymphoma', enteropathy_associated_t_cell_lymphoma).
condition_name('blastic NK-cell lymphoma (blastic plasmacytoid dendritic cell neoplasm)', blastic_plasmacytoid_dendritic_cell_neoplasm).
condition_name('T-cell or NK-cell lymphoma, other or of no stated type', t_cell_lymphoma).
condition_name('histiocytic or dendritic cell sarcoma', histiocytic_sarcoma).
condition_name('other neoplasm of lymphoid or hematopoietic tissue', other_hematopoietic_neoplasm).
condition_name('cancer of the base of the tongue', cancer_of_base_of_tongue).
condition_name('cancer of the gum', gum_cancer).
condition_name('cancer of the floor of the mouth', cancer_of_floor_of_mouth).
condition_name('cancer of the palate', palate_cancer).
condition_name('cancer of the pyriform sinus', cancer_of_pyriform_sinus).
condition_name('cancer of other sites in the lip, mouth and pharynx', head_and_neck_cancer).
condition_name('cancer of the small intestine', cancer_of_small_intestine).
condition_name('cancer of the rectosigmoid junction', rectosigmoid_cancer).
condition_name('cancer of the liver or the intrahepatic bile ducts', liver_cancer).
condition_name('cancer of the nasal cavity or middle ear', cancer_of_nasal_cavity).
condition_name('cancer of the accessory sinuses', sinus_cancer).
condition_name('cancer of the thymus', thymic_cancer).
condition_name('cancer of the heart, mediastinum or pleura', mediastinal_cancer).
condition_name('cancer of the bone of limbs', bone_cancer_of_limbs).
condition_name('cancer of the bone of other sites', bone_cancer).
condition_name('skin cancer other than melanoma', skin_cancer).
condition_name('cancer of the peripheral nerves', cancer_of_peripheral_nerves).
condition_name('cancer of the retroperitoneum or peritoneum', peritoneal_cancer).
condition_name('cancer of the corpus uteri', endometrial_cancer).
condition_name('cancer of the placenta', placental_cancer).
condition_name('cancer of the renal pelvis', cancer_of_renal_pelvis).
condition_name('cancer of the ureter', ureteral_cancer).
condition_name('cancer of the eye', eye_cancer).
condition_name('cancer of the meninges', meningeal_cancer).
condition_name('cancer of the spinal cord and other parts of the central nervous system', cancer_of_central_nervous_system).
condition_name('cancer without specification of site', cancer_of_unknown_primary).
condition_name('carcinoma in situ of the breast', breast_carcinoma_in_situ).
condition_name('benign lipomatous neoplasm', lipoma).
condition_name('hemangioma or lymphangioma', hemangioma_and_lymphangioma).
condition_name('leiomyoma of the uterus', uterine_leiomyoma).
condition_name('benign neoplasm of the meninges', meningioma).

% Titles of ICD-10-CM.
condition_name('Malignant neoplasm of lip', lip_cancer).
condition_name('Malignant neoplasm of base of tongue', cancer_of_base_of_tongue).
condition_name('Malignant neoplasm of other and unspecified parts of tongue', tongue_cancer).
condition_name('Malignant neoplasm of gum', gum_cancer).
condition_name('Malignant neoplasm of floor of mouth', cancer_of_floor_of_mouth).
condition_name('Malignant neoplasm of palate', palate_cancer).
condition_name('Malignant neoplasm of other and unspecified parts of mouth', mouth_cancer).
condition_name('Malignant neoplasm of parotid gland', parotid_gland_cancer).
condition_name('Malignant neoplasm of other and unspecified major salivary glands', salivary_gland_cancer).
condition_name('Malignant neoplasm of tonsil', tonsil_cancer).
condition_name('Malignant neoplasm of oropharynx', oropharyngeal_cancer).
condition_name('Malignant neoplasm of nasopharynx', nasopharyngeal_cancer).
condition_name('Malignant neoplasm of pyriform sinus', cancer_of_pyriform_sinus).
condition_name('Malignant neoplasm of hypopharynx', hypopharyngeal_cancer).
condition_name('Malignant neoplasm of other and ill-defined sites in the lip, oral cavity and pharynx', head_and_neck_cancer).
condition_name('Malignant neoplasm of esophagus', esophageal_cancer).
condition_name('Malignant neoplasm of stomach', stomach_cancer).
condition_name('Malignant neoplasm of small intestine', cancer_of_small_intestine).
condition_name('Malignant neoplasm of colon', colon_cancer).
condition_name('Malignant neoplasm of rectosigmoid junction', rectosigmoid_cancer).
condition_name('Malignant neoplasm of rectum', rectal_cancer).
condition_name('Malignant neoplasm of anus and anal canal', anal_cancer).
condition_name('Malignant neoplasm of liver and intrahepatic bile ducts', liver_cancer).
condition_name('Malignant neoplasm of gallbladder', gallbladder_cancer).
condition_name('Malignant neoplasm of other and unspecified parts of biliary tract', biliary_tract_cancer).
condition_name('Malignant neoplasm of pancreas', pancreatic_cancer).
condition_name('Malignant neoplasm of other and ill-defined digestive organs', cancer_of_other_digestive_organs).
condition_name('Malignant neoplasm of nasal cavity and middle ear', cancer_of_nasal_cavity).
condition_name('Malignant neoplasm of accessory sinuses', sinus_cancer).
condition_name('Malignant neoplasm of larynx', laryngeal_cancer).
condition_name('Malignant neoplasm of trachea', tracheal_cancer).
condition_name('Malignant neoplasm of bronchus and lung', lung_cancer).
condition_name('Malignant neoplasm of thymus', thymic_cancer).
condition_name('Malignant neoplasm of heart, mediastinum and pleura', mediastinal_cancer).
condition_name('Malignant neoplasm of other and ill-defined sites in the respiratory system and intrathoracic organs', cancer_of_other_respiratory_organs).
condition_name('Malignant neoplasm of bone and articular cartilage of limbs', bone_cancer_of_limbs).
condition_name('Malignant neoplasm of bone and articular cartilage of other and unspecified sites', bone_cancer).
condition_name('Malignant melanoma of skin', melanoma).
condition_name('Other and unspecified malignant neoplasm of skin', skin_cancer).
condition_name('Malignant neoplasm of peripheral nerves and autonomic nervous system', cancer_of_peripheral_nerves).
condition_name('Malignant neoplasm of retroperitoneum and peritoneum', peritoneal_cancer).
condition_name('Malignant neoplasm of other connective and soft tissue', soft_tissue_sarcoma).
condition_name('Malignant neoplasm of breast', breast_cancer).
condition_name('Malignant neoplasm of vulva', vulvar_cancer).
condition_name('Malignant neoplasm of vagina', vaginal_cancer).
condition_name('Malignant neoplasm of cervix uteri', cervical_cancer).
condition_name('Malignant neoplasm of corpus uteri', endometrial_cancer).
condition_name('Malignant neoplasm of uterus, part unspecified', uterine_cancer).
condition_name('Malignant neoplasm of ovary', ovarian_cancer).
condition_name('Malignant neoplasm of other and unspecified female genital organs', cancer_of_other_female_genital_organs).
condition_name('Malignant neoplasm of placenta', placental_cancer).
condition_name('Malignant neoplasm of penis', penile_cancer).
condition_name('Malignant neoplasm of prostate', prostate_cancer).
condition_name('Malignant neoplasm of testis', testicular_cancer).
condition_name('Malignant neoplasm of other and unspecified male genital organs', cancer_of_other_male_genital_organs).
condition_name('Malignant neoplasm of kidney, except renal pelvis', kidney_cancer).
condition_name('Malignant neoplasm of renal pelvis', cancer_of_renal_pelvis).
condition_name('Malignant neoplasm of ureter', ureteral_cancer).
condition_name('Malignant neoplasm of bladder', bladder_cancer).
condition_name('Malignant neoplasm of other and unspecified urinary organs', cancer_of_other_urinary_organs).
condition_name('Malignant neoplasm of eye and adnexa', eye_cancer).
condition_name('Malignant neoplasm of meninges', meningeal_cancer).
condition_name('Malignant neoplasm of brain', brain_cancer).
condition_name('Malignant neoplasm of spinal cord, cranial nerves and other parts of central nervous system', cancer_of_central_nervous_system).
condition_name('Malignant neoplasm of thyroid gland', thyroid_cancer).
condition_name('Malignant neoplasm of adrenal gland', adrenal_cancer).
condition_name('Malignant neoplasm of other endocrine glands and related structures', cancer_of_other_endocrine_glands).
condition_name('Malignant neuroendocrine tumors', neuroendocrine_tumor).
condition_name('Secondary neuroendocrine tumors', secondary_neuroendocrine_tumor).
condition_name('Malignant neoplasm of other and ill-defined sites', cancer_of_other_sites).
condition_name('Secondary and unspecified malignant neoplasm of lymph nodes', secondary_cancer_of_lymph_nodes).
condition_name('Secondary malignant neoplasm of respiratory and digestive organs', secondary_cancer_of_respiratory_and_digestive_organs).
condition_name('Secondary malignant neoplasm of other and unspecified sites', secondary_cancer_of_other_sites).
condition_name('Malignant neoplasm without specification of site', cancer_of_unknown_primary).
condition_name('Carcinoma in situ of breast', breast_carcinoma_in_situ).
condition_name('Hemangioma and lymphangioma, any site', hemangioma_and_lymphangioma).
condition_name('Leiomyoma of uterus', uterine_leiomyoma).
condition_name('Benign neoplasm of meninges', meningioma).
condition_name('Benign neuroendocrine tumors', benign_neuroendocrine_tumor).
condition_name('Neoplasms of unspecified behavior', neoplasm_of_unspecified_behavior).
condition_name('Mixed cellularity Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('Lymphocyte depleted Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('Lymphocyte-rich Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('Other Hodgkin lymphoma', hodgkin_lymphoma).
condition_name('Hodgkin lymphoma, unspecified', hodgkin_lymphoma).
condition_name('Follicular lymphoma grade I', follicular_lymphoma).
condition_name('Follicular lymphoma grade II', follicular_lymphoma).
condition_name('Follicular lymphoma grade III, unspecified', follicular_lymphoma).
condition_name('Follicular lymphoma grade IIIa', follicular_lymphoma).
condition_name('Follicular lymphoma grade IIIb', follicular_lymphoma).
condition_name('Diffuse follicle center lymphoma', follicular_lymphoma).
condition_name('Cutaneous follicle center lymphoma', follicular_lymphoma).
condition_name('Other types of follicular lymphoma', follicular_lymphoma).
condition_name('Follicular lymphoma, unspecified', follicular_lymphoma).
condition_name('Diffuse large B-cell lymphoma, unspecified site', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, lymph nodes of head, face, and neck', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, intrathoracic lymph nodes', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, intra-abdominal lymph nodes', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, lymph nodes of axilla and upper limb', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, lymph nodes of inguinal region and lower limb', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, intrapelvic lymph nodes', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, spleen', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma, lymph nodes of multiple sites', diffuse_large_b_cell_lymphoma).
condition_name('Diffuse large B-cell lymphoma of other extranodal and solid organ sites', diffuse_large_b_cell_lymphoma).
condition_name('Lymphoblastic (diffuse) lymphoma', lymphoblastic_lymphoma).
condition_name('Sézary disease', cutaneous_t_cell_lymphoma).
condition_name('Peripheral T-cell lymphoma, not elsewhere classified', peripheral_t_cell_lymphoma).
condition_name('Anaplastic large cell lymphoma, ALK-positive', anaplastic_large_cell_lymphoma).
condition_name('Anaplastic large cell lymphoma, ALK-negative', anaplastic_large_cell_lymphoma).
condition_name('Cutaneous T-cell lymphoma, unspecified', cutaneous_t_cell_lymphoma).
condition_name('Other mature T/NK-cell lymphomas', t_cell_lymphoma).
condition_name('Mature T/NK-cell lymphomas, unspecified', t_cell_lymphoma).
condition_name('Mediastinal (thymic) large B-cell lymphoma', primary_mediastinal_large_b_cell_lymphoma).
condition_name('Other specified types of non-Hodgkin lymphoma', other_non_hodgkin_lymphoma).
condition_name('Subcutaneous panniculitis-like T-cell lymphoma', cutaneous_t_cell_lymphoma).
condition_name('Primary cutaneous CD30-positive T-cell proliferations', cutaneous_t_cell_lymphoma).
condition_name('Extranodal marginal zone B-cell lymphoma of mucosa-associated lymphoid tissue', marginal_zone_lymphoma).
condition_name('Other malignant immunoproliferative diseases', immunoproliferative_disease).
condition_name('Malignant immunoproliferative disease, unspecified', immunoproliferative_disease).
condition_name('Multiple myeloma not having achieved remission', multiple_myeloma).
condition_name('Chronic lymphocytic leukemia of B-cell type', chronic_lymphocytic_leukemia).
condition_name('Prolymphocytic leukemia of B-cell type', prolymphocytic_leukemia).
condition_name('Adult T-cell lymphoma/leukemia (HTLV-1-associated)', adult_t_cell_leukemia_lymphoma).
condition_name('Prolymphocytic leukemia of T-cell type', prolymphocytic_leukemia).
condition_name('Mature B-cell leukemia Burkitt-type', burkitt_lymphoma).
condition_name('Lymphoid leukemia, unspecified', other_lymphoid_leukemia).
condition_name('Chronic myeloid leukemia, BCR/ABL-positive', chronic_myeloid_leukemia).
condition_name('Atypical chronic myeloid leukemia, BCR/ABL-negative', other_myeloid_leukemia).
condition_name('Acute myelomonocytic leukemia', acute_myeloid_leukemia).
condition_name('Acute myeloid leukemia with 11q23-abnormality', acute_myeloid_leukemia).
condition_name('Acute myeloid leukemia with multilineage dysplasia', acute_myeloid_leukemia).
condition_name('Myeloid leukemia, unspecified', other_myeloid_leukemia).
condition_name('Acute monoblastic/monocytic leukemia', acute_myeloid_leukemia).
condition_name('Other monocytic leukemia', other_myeloid_leukemia).
condition_name('Monocytic leukemia, unspecified', other_myeloid_leukemia).
condition_name('Acute erythroid leukemia', acute_myeloid_leukemia).
condition_name('Acute megakaryoblastic leukemia', acute_myeloid_leukemia).
condition_name('Acute panmyelosis with myelofibrosis', myelofibrosis).
condition_name('Myelodysplastic disease, not elsewhere classified', myelodysplastic_syndrome).
condition_name('Other specified leukemias', other_leukemia).
condition_name('Leukemia of unspecified cell type', other_leukemia).
condition_name('Acute leukemia of unspecified cell type', other_leukemia).
condition_name('Chronic leukemia of unspecified cell type', other_leukemia).
condition_name('Leukemia, unspecified', other_leukemia).
condition_name('Multifocal and multisystemic (disseminated) Langerhans-cell histiocytosis', langerhans_cell_histiocytosis).
condition_name('Malignant mast cell neoplasm', mast_cell_neoplasm).
condition_name('Sarcoma of dendritic cells (accessory cells)', histiocytic_sarcoma).
condition_name('Multifocal and unisystemic Langerhans-cell histiocytosis', langerhans_cell_histiocytosis).
condition_name('Unifocal Langerhans-cell histiocytosis', langerhans_cell_histiocytosis).
condition_name('Other specified malignant neoplasms of lymphoid, hematopoietic and related tissue', other_hematopoietic_neoplasm).
condition_name('Refractory anemia without ring sideroblasts, so stated', myelodysplastic_syndrome).
condition_name('Refractory anemia with ring sideroblasts', myelodysplastic_syndrome).
condition_name('Refractory anemia with excess of blasts', myelodysplastic_syndrome).
condition_name('Refractory cytopenia with multilineage dysplasia', myelodysplastic_syndrome).
condition_name('Refractory cytopenia with multilineage dysplasia and ring sideroblasts', myelodysplastic_syndrome).
condition_name('Myelodysplastic syndrome with isolated del(5q) chromosomal abnormality', myelodysplastic_syndrome).
condition_name('Refractory anemia, unspecified', myelodysplastic_syndrome).
condition_name('Other myelodysplastic syndromes', myelodysplastic_syndrome).
condition_name('Myelodysplastic syndrome, unspecified', myelodysplastic_syndrome).
condition_name('Mast cell neoplasms of uncertain behavior', mast_cell_neoplasm).
condition_name('Essential (hemorrhagic) thrombocythemia', essential_thrombocythemia).
condition_name('Osteomyelofibrosis', myelofibrosis).
condition_name('Neoplasm of uncertain behavior of lymphoid, hematopoietic and related tissue, unspecified', other_hematopoietic_neoplasm).

% Names that state the status of the disease as well.
condition_name('RRMM', multiple_myeloma).
condition_name('NDMM', multiple_myeloma).
condition_name('relapsed or refractory multiple myeloma', multiple_myeloma).
condition_name('relapsed or refractory MM', multiple_myeloma).
condition_name('relapsed or refractory myeloma', multiple_myeloma).
condition_name('relapsed/refractory multiple myeloma', multiple_myeloma).
condition_name('relapsed/refractory MM', multiple_myeloma).
condition_name('relapsed/refractory myeloma', multiple_myeloma).
condition_name('relapsed and refractory multiple myeloma', multiple_myeloma).
condition_name('relapsed and refractory MM', multiple_myeloma).
condition_name('relapsed and refractory myeloma', multiple_myeloma).
condition_name('r/r multiple myeloma', multiple_myeloma).
condition_name('r/r myeloma', multiple_myeloma).
condition_name('relapsed multiple myeloma', multiple_myeloma).
condition_name('relapsed MM', multiple_myeloma).
condition_name('relapsed myeloma', multiple_myeloma).
condition_name('multiple myeloma in relapse', multiple_myeloma).
condition_name('MM in relapse', multiple_myeloma).
condition_name('myeloma in relapse', multiple_myeloma).
condition_name('recurrent multiple myeloma', multiple_myeloma).
condition_name('recurrent MM', multiple_myeloma).
condition_name('recurrent myeloma', multiple_myeloma).
condition_name('refractory multiple myeloma', multiple_myeloma).
condition_name('refractory MM', multiple_myeloma).
condition_name('refractory myeloma', multiple_myeloma).
condition_name('newly diagnosed multiple myeloma', multiple_myeloma).
condition_name('newly diagnosed MM', multiple_myeloma).
condition_name('newly diagnosed myeloma', multiple_myeloma).
condition_name('relapsed or refractory diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('relapsed or refractory DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('relapsed/refractory diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('relapsed/refractory DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('relapsed and refractory diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('relapsed and refractory DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('r/r diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('r/r DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('relapsed diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('relapsed DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('diffuse large B-cell lymphoma in relapse', diffuse_large_b_cell_lymphoma).
condition_name('DLBCL in relapse', diffuse_large_b_cell_lymphoma).
condition_name('recurrent diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('recurrent DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('refractory diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('refractory DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('newly diagnosed diffuse large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
condition_name('newly diagnosed DLBCL', diffuse_large_b_cell_lymphoma).
condition_name('relapsed or refractory transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed or refractory tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed/refractory transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed/refractory tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed and refractory transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed and refractory tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('r/r transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('r/r tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('relapsed tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('transformed follicular lymphoma in relapse', dlbcl_arising_from_follicular_lymphoma).
condition_name('tFL in relapse', dlbcl_arising_from_follicular_lymphoma).
condition_name('recurrent transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('recurrent tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('refractory transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('refractory tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('newly diagnosed transformed follicular lymphoma', dlbcl_arising_from_follicular_lymphoma).
condition_name('newly diagnosed tFL', dlbcl_arising_from_follicular_lymphoma).
condition_name('Diffuse large B-cell lymphoma, in remission', diffuse_large_b_cell_lymphoma).
condition_name('Multiple myeloma in remission', multiple_myeloma).

:- pred name_states_status(Name: name, Status: disease_status) :: 'a condition called "@(Name)" is @(Status)'.
:- cite(name_states_status/2, 'ICD-10-CM; usual names and abbreviations of charts').

name_states_status('RRMM', relapsed_or_refractory).
name_states_status('NDMM', newly_diagnosed).
name_states_status('relapsed or refractory multiple myeloma', relapsed_or_refractory).
name_states_status('relapsed or refractory MM', relapsed_or_refractory).
name_states_status('relapsed or refractory myeloma', relapsed_or_refractory).
name_states_status('relapsed/refractory multiple myeloma', relapsed_or_refractory).
name_states_status('relapsed/refractory MM', relapsed_or_refractory).
name_states_status('relapsed/refractory myeloma', relapsed_or_refractory).
name_states_status('relapsed and refractory multiple myeloma', relapsed_or_refractory).
name_states_status('relapsed and refractory MM', relapsed_or_refractory).
name_states_status('relapsed and refractory myeloma', relapsed_or_refractory).
name_states_status('r/r multiple myeloma', relapsed_or_refractory).
name_states_status('r/r myeloma', relapsed_or_refractory).
name_states_status('relapsed multiple myeloma', relapsed).
name_states_status('relapsed MM', relapsed).
name_states_status('relapsed myeloma', relapsed).
name_states_status('multiple myeloma in relapse', relapsed).
name_states_status('MM in relapse', relapsed).
name_states_status('myeloma in relapse', relapsed).
name_states_status('recurrent multiple myeloma', relapsed).
name_states_status('recurrent MM', relapsed).
name_states_status('recurrent myeloma', relapsed).
name_states_status('refractory multiple myeloma', refractory).
name_states_status('refractory MM', refractory).
name_states_status('refractory myeloma', refractory).
name_states_status('newly diagnosed multiple myeloma', newly_diagnosed).
name_states_status('newly diagnosed MM', newly_diagnosed).
name_states_status('newly diagnosed myeloma', newly_diagnosed).
name_states_status('relapsed or refractory diffuse large B-cell lymphoma', relapsed_or_refractory).
name_states_status('relapsed or refractory DLBCL', relapsed_or_refractory).
name_states_status('relapsed/refractory diffuse large B-cell lymphoma', relapsed_or_refractory).
name_states_status('relapsed/refractory DLBCL', relapsed_or_refractory).
name_states_status('relapsed and refractory diffuse large B-cell lymphoma', relapsed_or_refractory).
name_states_status('relapsed and refractory DLBCL', relapsed_or_refractory).
name_states_status('r/r diffuse large B-cell lymphoma', relapsed_or_refractory).
name_states_status('r/r DLBCL', relapsed_or_refractory).
name_states_status('relapsed diffuse large B-cell lymphoma', relapsed).
name_states_status('relapsed DLBCL', relapsed).
name_states_status('diffuse large B-cell lymphoma in relapse', relapsed).
name_states_status('DLBCL in relapse', relapsed).
name_states_status('recurrent diffuse large B-cell lymphoma', relapsed).
name_states_status('recurrent DLBCL', relapsed).
name_states_status('refractory diffuse large B-cell lymphoma', refractory).
name_states_status('refractory DLBCL', refractory).
name_states_status('newly diagnosed diffuse large B-cell lymphoma', newly_diagnosed).
name_states_status('newly diagnosed DLBCL', newly_diagnosed).
name_states_status('relapsed or refractory transformed follicular lymphoma', relapsed_or_refractory).
name_states_status('relapsed or refractory tFL', relapsed_or_refractory).
name_states_status('relapsed/refractory transformed follicular lymphoma', relapsed_or_refractory).
name_states_status('relapsed/refractory tFL', relapsed_or_refractory).
name_states_status('relapsed and refractory transformed follicular lymphoma', relapsed_or_refractory).
name_states_status('relapsed and refractory tFL', relapsed_or_refractory).
name_states_status('r/r transformed follicular lymphoma', relapsed_or_refractory).
name_states_status('r/r tFL', relapsed_or_refractory).
name_states_status('relapsed transformed follicular lymphoma', relapsed).
name_states_status('relapsed tFL', relapsed).
name_states_status('transformed follicular lymphoma in relapse', relapsed).
name_states_status('tFL in relapse', relapsed).
name_states_status('recurrent transformed follicular lymphoma', relapsed).
name_states_status('recurrent tFL', relapsed).
name_states_status('refractory transformed follicular lymphoma', refractory).
name_states_status('refractory tFL', refractory).
name_states_status('newly diagnosed transformed follicular lymphoma', newly_diagnosed).
name_states_status('newly diagnosed tFL', newly_diagnosed).
name_states_status('Diffuse large B-cell lymphoma, in remission', in_remission).
name_states_status('Multiple myeloma in remission', in_remission).

% Names that leave open whether a condition that policies name is meant, each with some of those that it covers.
:- broadly_called(condition, broad_name/2).
:- pred broad_name(Name: name, Condition: condition) :: '"@(Name)" covers @(Condition), among others'.
:- cite(broad_name/2, 'ICD-10-CM; usual names and abbreviations of charts').

broad_name(lymphoma, diffuse_large_b_cell_lymphoma).
broad_name(lymphoma, hodgkin_lymphoma).
broad_name(lymphoma, other_non_hodgkin_lymphoma).
broad_name('malignant lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('malignant lymphoma', hodgkin_lymphoma).
broad_name('malignant lymphoma', other_non_hodgkin_lymphoma).
broad_name('lymphoma, unspecified', diffuse_large_b_cell_lymphoma).
broad_name('lymphoma, unspecified', hodgkin_lymphoma).
broad_name('lymphoma, unspecified', other_non_hodgkin_lymphoma).
broad_name('non-Hodgkin lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('non-Hodgkin lymphoma', other_non_hodgkin_lymphoma).
broad_name('non-Hodgkin''s lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('non-Hodgkin''s lymphoma', other_non_hodgkin_lymphoma).
broad_name('NHL', diffuse_large_b_cell_lymphoma).
broad_name('NHL', other_non_hodgkin_lymphoma).
broad_name('non-Hodgkin lymphoma, unspecified', diffuse_large_b_cell_lymphoma).
broad_name('non-Hodgkin lymphoma, unspecified', other_non_hodgkin_lymphoma).
broad_name('aggressive non-Hodgkin lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('aggressive non-Hodgkin lymphoma', high_grade_b_cell_lymphoma).
broad_name('aggressive non-Hodgkin lymphoma', burkitt_lymphoma).
broad_name('relapsed or refractory non-Hodgkin lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('relapsed or refractory non-Hodgkin lymphoma', other_non_hodgkin_lymphoma).
broad_name('B-cell lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('B-cell lymphoma', other_b_cell_lymphoma).
broad_name('B-cell non-Hodgkin lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('B-cell non-Hodgkin lymphoma', other_b_cell_lymphoma).
broad_name('B-cell NHL', diffuse_large_b_cell_lymphoma).
broad_name('B-cell NHL', other_b_cell_lymphoma).
broad_name('B-NHL', diffuse_large_b_cell_lymphoma).
broad_name('B-NHL', other_b_cell_lymphoma).
broad_name('B-cell lymphoma, unspecified', diffuse_large_b_cell_lymphoma).
broad_name('B-cell lymphoma, unspecified', other_b_cell_lymphoma).
broad_name('Unspecified B-cell lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('Unspecified B-cell lymphoma', other_b_cell_lymphoma).
broad_name('Non-follicular (diffuse) lymphoma, unspecified', diffuse_large_b_cell_lymphoma).
broad_name('Non-follicular (diffuse) lymphoma, unspecified', other_b_cell_lymphoma).
broad_name('diffuse lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('diffuse lymphoma', other_b_cell_lymphoma).
broad_name('aggressive B-cell lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('aggressive B-cell lymphoma', high_grade_b_cell_lymphoma).
broad_name('aggressive B-cell lymphoma', burkitt_lymphoma).
broad_name('large B-cell lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('large B-cell lymphoma', primary_mediastinal_large_b_cell_lymphoma).
broad_name('large B-cell lymphoma', high_grade_b_cell_lymphoma).
broad_name('LBCL', diffuse_large_b_cell_lymphoma).
broad_name('LBCL', primary_mediastinal_large_b_cell_lymphoma).
broad_name('LBCL', high_grade_b_cell_lymphoma).
broad_name('large cell lymphoma', diffuse_large_b_cell_lymphoma).
broad_name('large cell lymphoma', anaplastic_large_cell_lymphoma).
broad_name('transformed lymphoma', dlbcl_arising_from_follicular_lymphoma).
broad_name('transformed lymphoma', dlbcl_arising_from_another_indolent_lymphoma).
broad_name('transformed indolent lymphoma', dlbcl_arising_from_follicular_lymphoma).
broad_name('transformed indolent lymphoma', dlbcl_arising_from_another_indolent_lymphoma).
broad_name('plasma cell neoplasm', multiple_myeloma).
broad_name('plasma cell neoplasm', solitary_plasmacytoma).
broad_name('plasma cell neoplasm', plasma_cell_leukemia).
broad_name('plasma cell dyscrasia', multiple_myeloma).
broad_name('plasma cell dyscrasia', monoclonal_gammopathy).
broad_name('plasma cell dyscrasia', light_chain_amyloidosis).
broad_name('plasma cell disorder', multiple_myeloma).
broad_name('plasma cell disorder', monoclonal_gammopathy).
broad_name('plasma cell disorder', light_chain_amyloidosis).
broad_name('Multiple myeloma and malignant plasma cell neoplasms', multiple_myeloma).
broad_name('Multiple myeloma and malignant plasma cell neoplasms', plasma_cell_leukemia).
broad_name('Multiple myeloma and malignant plasma cell neoplasms', extramedullary_plasmacytoma).
broad_name('Multiple myeloma and malignant plasma cell neoplasms', solitary_plasmacytoma).
broad_name('hematologic malignancy', multiple_myeloma).
broad_name('hematologic malignancy', diffuse_large_b_cell_lymphoma).
broad_name('hematologic malignancy', other_hematopoietic_neoplasm).
broad_name('blood cancer', multiple_myeloma).
broad_name('blood cancer', diffuse_large_b_cell_lymphoma).
broad_name('blood cancer', other_hematopoietic_neoplasm).
broad_name('Malignant neoplasm of lymphoid, hematopoietic and related tissue, unspecified', multiple_myeloma).
broad_name('Malignant neoplasm of lymphoid, hematopoietic and related tissue, unspecified', diffuse_large_b_cell_lymphoma).
broad_name('Malignant neoplasm of lymphoid, hematopoietic and related tissue, unspecified', other_hematopoietic_neoplasm).
