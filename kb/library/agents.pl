% Agents that an earlier line, a combination or a request may name, what each of them is, and the names that people
% write for them. Agents against nausea are in antiemetics.pl. An agent goes by its generic name in lower case with
% underscores, without the suffix of a biologic. Case, blanks, hyphens, underscores and other marks between letters do not
% count when names are compared, so a name stands here once, as it is usually written.
%
% Left out, since they can mean more than one thing: BPd and BVd (belantamab mafodotin or bendamustine), IPd (ixazomib or
% isatuximab), CPd and CRd (carfilzomib or cyclophosphamide), MPV (with melphalan or methotrexate), RAD, TAD and VAMP
% (different in leukemia, or radiation), CTX (cyclophosphamide or ceftriaxone), MTX (methotrexate or, misread,
% mitoxantrone), RTX (rituximab or radiation), HCT (transplantation or hematocrit), aza, cyclo and flu, and what names no
% agent: chemotherapy, steroids, clinical trial, other. CART stands, although it can mean antiretroviral therapy: that is
% no line of therapy of a neoplasm.

:- vocabulary(agent, known_agent/1).
:- pred known_agent(Agent: agent) :: '@(Agent) is an agent or a procedure that is recognised'.
:- cite(known_agent/1, 'FDA-approved labelling; trials and registries of myeloma and lymphoma').

% Proteasome inhibitors, immunomodulatory agents and antibodies of myeloma.
known_agent(bortezomib).
known_agent(carfilzomib).
known_agent(ixazomib).
known_agent(lenalidomide).
known_agent(pomalidomide).
known_agent(thalidomide).
known_agent(daratumumab).
known_agent(daratumumab_and_hyaluronidase).
known_agent(isatuximab).
known_agent(elotuzumab).
known_agent(belantamab_mafodotin).
known_agent(panobinostat).
known_agent(selinexor).
known_agent(venetoclax).
known_agent(melphalan).
known_agent(melphalan_flufenamide).
known_agent(iberdomide).
known_agent(mezigdomide).
known_agent(plitidepsin).
known_agent(siltuximab).

% Antibodies that bind two antigens.
known_agent(teclistamab).
known_agent(talquetamab).
known_agent(elranatamab).
known_agent(linvoseltamab).
known_agent(cevostamab).
known_agent(epcoritamab).
known_agent(glofitamab).
known_agent(mosunetuzumab).
known_agent(odronextamab).
known_agent(blinatumomab).

% CAR T cells and other cells.
known_agent(idecabtagene_vicleucel).
known_agent(ciltacabtagene_autoleucel).
known_agent(anitocabtagene_autoleucel).
known_agent(axicabtagene_ciloleucel).
known_agent(tisagenlecleucel).
known_agent(lisocabtagene_maraleucel).
known_agent(brexucabtagene_autoleucel).
known_agent(obecabtagene_autoleucel).
known_agent(donor_lymphocyte_infusion).
known_agent(car_t_cell_therapy).

% Antibodies and antibody-drug conjugates of lymphoma.
known_agent(rituximab).
known_agent(rituximab_and_hyaluronidase).
known_agent(obinutuzumab).
known_agent(ofatumumab).
known_agent(ublituximab).
known_agent(tafasitamab).
known_agent(loncastuximab_tesirine).
known_agent(polatuzumab_vedotin).
known_agent(brentuximab_vedotin).
known_agent(inotuzumab_ozogamicin).
known_agent(gemtuzumab_ozogamicin).
known_agent(moxetumomab_pasudotox).
known_agent(mogamulizumab).
known_agent(alemtuzumab).
known_agent(denileukin_diftitox).
known_agent(ibritumomab_tiuxetan).
known_agent(tositumomab).
known_agent(pembrolizumab).
known_agent(pembrolizumab_and_berahyaluronidase_alfa).
known_agent(nivolumab).
known_agent(nivolumab_and_hyaluronidase).
known_agent(ipilimumab).

% Small molecules with a target.
known_agent(ibrutinib).
known_agent(acalabrutinib).
known_agent(zanubrutinib).
known_agent(pirtobrutinib).
known_agent(idelalisib).
known_agent(copanlisib).
known_agent(duvelisib).
known_agent(umbralisib).
known_agent(tazemetostat).
known_agent(valemetostat).
known_agent(ruxolitinib).
known_agent(fedratinib).
known_agent(pacritinib).
known_agent(momelotinib).
known_agent(crizotinib).
known_agent(everolimus).
known_agent(temsirolimus).
known_agent(vorinostat).
known_agent(romidepsin).
known_agent(belinostat).
known_agent(chidamide).
known_agent(imatinib).
known_agent(dasatinib).
known_agent(nilotinib).
known_agent(bosutinib).
known_agent(ponatinib).
known_agent(asciminib).
known_agent(midostaurin).
known_agent(gilteritinib).
known_agent(quizartinib).
known_agent(ivosidenib).
known_agent(enasidenib).
known_agent(olutasidenib).
known_agent(revumenib).
known_agent(ziftomenib).
known_agent(glasdegib).
known_agent(trametinib).
known_agent(dabrafenib).
known_agent(vemurafenib).
known_agent(cobimetinib).
known_agent(encorafenib).
known_agent(binimetinib).

% Cytotoxic agents.
known_agent(cyclophosphamide).
known_agent(ifosfamide).
known_agent(bendamustine).
known_agent(chlorambucil).
known_agent(carmustine).
known_agent(lomustine).
known_agent(busulfan).
known_agent(thiotepa).
known_agent(dacarbazine).
known_agent(procarbazine).
known_agent(mechlorethamine).
known_agent(temozolomide).
known_agent(treosulfan).
known_agent(trofosfamide).
known_agent(doxorubicin).
known_agent(liposomal_doxorubicin).
known_agent(daunorubicin).
known_agent(daunorubicin_and_cytarabine_liposome).
known_agent(epirubicin).
known_agent(idarubicin).
known_agent(mitoxantrone).
known_agent(pixantrone).
known_agent(bleomycin).
known_agent(dactinomycin).
known_agent(mitomycin).
known_agent(vincristine).
known_agent(vincristine_liposome).
known_agent(vinblastine).
known_agent(vinorelbine).
known_agent(vindesine).
known_agent(etoposide).
known_agent(teniposide).
known_agent(topotecan).
known_agent(irinotecan).
known_agent(cytarabine).
known_agent(gemcitabine).
known_agent(fludarabine).
known_agent(cladribine).
known_agent(clofarabine).
known_agent(nelarabine).
known_agent(pentostatin).
known_agent(mercaptopurine).
known_agent(thioguanine).
known_agent(methotrexate).
known_agent(pralatrexate).
known_agent(pemetrexed).
known_agent(azacitidine).
known_agent(decitabine).
known_agent(decitabine_and_cedazuridine).
known_agent(hydroxyurea).
known_agent(cisplatin).
known_agent(carboplatin).
known_agent(oxaliplatin).
known_agent(asparaginase).
known_agent(asparaginase_erwinia).
known_agent(pegaspargase).
known_agent(calaspargase).
known_agent(omacetaxine).
known_agent(arsenic_trioxide).
known_agent(tretinoin).
known_agent(bexarotene).
known_agent(tagraxofusp).
known_agent(imetelstat).
known_agent(interferon_alfa).
known_agent(peginterferon_alfa).
known_agent(ropeginterferon_alfa).
known_agent(aldesleukin).

% Agents of solid tumours, which a combination or an earlier disease may bring up.
known_agent(paclitaxel).
known_agent(nab_paclitaxel).
known_agent(docetaxel).
known_agent(cabazitaxel).
known_agent(eribulin).
known_agent(ixabepilone).
known_agent(fluorouracil).
known_agent(capecitabine).
known_agent(trifluridine_and_tipiracil).
known_agent(trastuzumab).
known_agent(pertuzumab).
known_agent(trastuzumab_deruxtecan).
known_agent(trastuzumab_emtansine).
known_agent(sacituzumab_govitecan).
known_agent(bevacizumab).
known_agent(ramucirumab).
known_agent(cetuximab).
known_agent(panitumumab).
known_agent(atezolizumab).
known_agent(durvalumab).
known_agent(avelumab).
known_agent(cemiplimab).
known_agent(osimertinib).
known_agent(erlotinib).
known_agent(gefitinib).
known_agent(afatinib).
known_agent(alectinib).
known_agent(brigatinib).
known_agent(lorlatinib).
known_agent(ceritinib).
known_agent(sorafenib).
known_agent(sunitinib).
known_agent(pazopanib).
known_agent(axitinib).
known_agent(cabozantinib).
known_agent(lenvatinib).
known_agent(regorafenib).
known_agent(olaparib).
known_agent(niraparib).
known_agent(rucaparib).
known_agent(talazoparib).
known_agent(palbociclib).
known_agent(ribociclib).
known_agent(abemaciclib).
known_agent(lapatinib).
known_agent(neratinib).
known_agent(tucatinib).
known_agent(tamoxifen).
known_agent(letrozole).
known_agent(anastrozole).
known_agent(exemestane).
known_agent(fulvestrant).
known_agent(leuprolide).
known_agent(goserelin).
known_agent(degarelix).
known_agent(bicalutamide).
known_agent(enzalutamide).
known_agent(abiraterone).
known_agent(apalutamide).
known_agent(darolutamide).

% Corticosteroids.
known_agent(dexamethasone).
known_agent(prednisone).
known_agent(prednisolone).
known_agent(methylprednisolone).
known_agent(hydrocortisone).
known_agent(betamethasone).
known_agent(budesonide).
known_agent(triamcinolone).
known_agent(deflazacort).

% Transplantation and other procedures: by themselves no systemic therapy.
known_agent(autologous_stem_cell_transplant).
known_agent(allogeneic_stem_cell_transplant).
known_agent(stem_cell_transplant).
known_agent(surgery).
known_agent(kyphoplasty).
known_agent(vertebroplasty).
known_agent(plasmapheresis).
known_agent(leukapheresis).
known_agent(splenectomy).

% Radiation: no systemic therapy.
known_agent(radiation_therapy).
known_agent(total_body_irradiation).
known_agent(total_skin_electron_beam_therapy).

% Bone, blood, infection and other support.
known_agent(zoledronic_acid).
known_agent(pamidronate).
known_agent(ibandronate).
known_agent(denosumab).
known_agent(filgrastim).
known_agent(pegfilgrastim).
known_agent(eflapegrastim).
known_agent(efbemalenograstim_alfa).
known_agent(sargramostim).
known_agent(epoetin_alfa).
known_agent(darbepoetin_alfa).
known_agent(luspatercept).
known_agent(romiplostim).
known_agent(eltrombopag).
known_agent(avatrombopag).
known_agent(plerixafor).
known_agent(motixafortide).
known_agent(immune_globulin).
known_agent(acyclovir).
known_agent(valacyclovir).
known_agent(famciclovir).
known_agent(entecavir).
known_agent(letermovir).
known_agent(levofloxacin).
known_agent(ciprofloxacin).
known_agent(sulfamethoxazole_and_trimethoprim).
known_agent(pentamidine).
known_agent(dapsone).
known_agent(atovaquone).
known_agent(fluconazole).
known_agent(posaconazole).
known_agent(micafungin).
known_agent(aspirin).
known_agent(apixaban).
known_agent(rivaroxaban).
known_agent(enoxaparin).
known_agent(warfarin).
known_agent(allopurinol).
known_agent(rasburicase).
known_agent(febuxostat).
known_agent(mesna).
known_agent(leucovorin).
known_agent(levoleucovorin).
known_agent(glucarpidase).
known_agent(dexrazoxane).
known_agent(palifermin).
known_agent(defibrotide).
known_agent(amifostine).
known_agent(tocilizumab).
known_agent(anakinra).
known_agent(megestrol).
known_agent(mirtazapine).
known_agent(salt_tablets).
known_agent(intravenous_fluids).
known_agent(acetaminophen).
known_agent(famotidine).
known_agent(omeprazole).
known_agent(pantoprazole).
known_agent(montelukast).
known_agent(loperamide).
known_agent(gabapentin).
known_agent(pregabalin).
known_agent(duloxetine).
known_agent(oxycodone).
known_agent(morphine).

% What an agent is.
:- pred agent_kind(Agent: agent, Kind: agent_kind) :: '@(Agent) is of the kind @(Kind)'.
:- cite(agent_kind/2, 'FDA-approved labelling').

agent_kind(bortezomib, antineoplastic).
agent_kind(carfilzomib, antineoplastic).
agent_kind(ixazomib, antineoplastic).
agent_kind(lenalidomide, antineoplastic).
agent_kind(pomalidomide, antineoplastic).
agent_kind(thalidomide, antineoplastic).
agent_kind(daratumumab, antineoplastic).
agent_kind(daratumumab_and_hyaluronidase, antineoplastic).
agent_kind(isatuximab, antineoplastic).
agent_kind(elotuzumab, antineoplastic).
agent_kind(belantamab_mafodotin, antineoplastic).
agent_kind(panobinostat, antineoplastic).
agent_kind(selinexor, antineoplastic).
agent_kind(venetoclax, antineoplastic).
agent_kind(melphalan, antineoplastic).
agent_kind(melphalan_flufenamide, antineoplastic).
agent_kind(iberdomide, antineoplastic).
agent_kind(mezigdomide, antineoplastic).
agent_kind(plitidepsin, antineoplastic).
agent_kind(siltuximab, antineoplastic).
agent_kind(teclistamab, antineoplastic).
agent_kind(talquetamab, antineoplastic).
agent_kind(elranatamab, antineoplastic).
agent_kind(linvoseltamab, antineoplastic).
agent_kind(cevostamab, antineoplastic).
agent_kind(epcoritamab, antineoplastic).
agent_kind(glofitamab, antineoplastic).
agent_kind(mosunetuzumab, antineoplastic).
agent_kind(odronextamab, antineoplastic).
agent_kind(blinatumomab, antineoplastic).
agent_kind(idecabtagene_vicleucel, cellular_therapy).
agent_kind(ciltacabtagene_autoleucel, cellular_therapy).
agent_kind(anitocabtagene_autoleucel, cellular_therapy).
agent_kind(axicabtagene_ciloleucel, cellular_therapy).
agent_kind(tisagenlecleucel, cellular_therapy).
agent_kind(lisocabtagene_maraleucel, cellular_therapy).
agent_kind(brexucabtagene_autoleucel, cellular_therapy).
agent_kind(obecabtagene_autoleucel, cellular_therapy).
agent_kind(donor_lymphocyte_infusion, cellular_therapy).
agent_kind(car_t_cell_therapy, cellular_therapy).
agent_kind(rituximab, antineoplastic).
agent_kind(rituximab_and_hyaluronidase, antineoplastic).
agent_kind(obinutuzumab, antineoplastic).
agent_kind(ofatumumab, antineoplastic).
agent_kind(ublituximab, antineoplastic).
agent_kind(tafasitamab, antineoplastic).
agent_kind(loncastuximab_tesirine, antineoplastic).
agent_kind(polatuzumab_vedotin, antineoplastic).
agent_kind(brentuximab_vedotin, antineoplastic).
agent_kind(inotuzumab_ozogamicin, antineoplastic).
agent_kind(gemtuzumab_ozogamicin, antineoplastic).
agent_kind(moxetumomab_pasudotox, antineoplastic).
agent_kind(mogamulizumab, antineoplastic).
agent_kind(alemtuzumab, antineoplastic).
agent_kind(denileukin_diftitox, antineoplastic).
agent_kind(ibritumomab_tiuxetan, antineoplastic).
agent_kind(tositumomab, antineoplastic).
agent_kind(pembrolizumab, antineoplastic).
agent_kind(pembrolizumab_and_berahyaluronidase_alfa, antineoplastic).
agent_kind(nivolumab, antineoplastic).
agent_kind(nivolumab_and_hyaluronidase, antineoplastic).
agent_kind(ipilimumab, antineoplastic).
agent_kind(ibrutinib, antineoplastic).
agent_kind(acalabrutinib, antineoplastic).
agent_kind(zanubrutinib, antineoplastic).
agent_kind(pirtobrutinib, antineoplastic).
agent_kind(idelalisib, antineoplastic).
agent_kind(copanlisib, antineoplastic).
agent_kind(duvelisib, antineoplastic).
agent_kind(umbralisib, antineoplastic).
agent_kind(tazemetostat, antineoplastic).
agent_kind(valemetostat, antineoplastic).
agent_kind(ruxolitinib, antineoplastic).
agent_kind(fedratinib, antineoplastic).
agent_kind(pacritinib, antineoplastic).
agent_kind(momelotinib, antineoplastic).
agent_kind(crizotinib, antineoplastic).
agent_kind(everolimus, antineoplastic).
agent_kind(temsirolimus, antineoplastic).
agent_kind(vorinostat, antineoplastic).
agent_kind(romidepsin, antineoplastic).
agent_kind(belinostat, antineoplastic).
agent_kind(chidamide, antineoplastic).
agent_kind(imatinib, antineoplastic).
agent_kind(dasatinib, antineoplastic).
agent_kind(nilotinib, antineoplastic).
agent_kind(bosutinib, antineoplastic).
agent_kind(ponatinib, antineoplastic).
agent_kind(asciminib, antineoplastic).
agent_kind(midostaurin, antineoplastic).
agent_kind(gilteritinib, antineoplastic).
agent_kind(quizartinib, antineoplastic).
agent_kind(ivosidenib, antineoplastic).
agent_kind(enasidenib, antineoplastic).
agent_kind(olutasidenib, antineoplastic).
agent_kind(revumenib, antineoplastic).
agent_kind(ziftomenib, antineoplastic).
agent_kind(glasdegib, antineoplastic).
agent_kind(trametinib, antineoplastic).
agent_kind(dabrafenib, antineoplastic).
agent_kind(vemurafenib, antineoplastic).
agent_kind(cobimetinib, antineoplastic).
agent_kind(encorafenib, antineoplastic).
agent_kind(binimetinib, antineoplastic).
agent_kind(cyclophosphamide, antineoplastic).
agent_kind(ifosfamide, antineoplastic).
agent_kind(bendamustine, antineoplastic).
agent_kind(chlorambucil, antineoplastic).
agent_kind(carmustine, antineoplastic).
agent_kind(lomustine, antineoplastic).
agent_kind(busulfan, antineoplastic).
agent_kind(thiotepa, antineoplastic).
agent_kind(dacarbazine, antineoplastic).
agent_kind(procarbazine, antineoplastic).
agent_kind(mechlorethamine, antineoplastic).
agent_kind(temozolomide, antineoplastic).
agent_kind(treosulfan, antineoplastic).
agent_kind(trofosfamide, antineoplastic).
agent_kind(doxorubicin, antineoplastic).
agent_kind(liposomal_doxorubicin, antineoplastic).
agent_kind(daunorubicin, antineoplastic).
agent_kind(daunorubicin_and_cytarabine_liposome, antineoplastic).
agent_kind(epirubicin, antineoplastic).
agent_kind(idarubicin, antineoplastic).
agent_kind(mitoxantrone, antineoplastic).
agent_kind(pixantrone, antineoplastic).
agent_kind(bleomycin, antineoplastic).
agent_kind(dactinomycin, antineoplastic).
agent_kind(mitomycin, antineoplastic).
agent_kind(vincristine, antineoplastic).
agent_kind(vincristine_liposome, antineoplastic).
agent_kind(vinblastine, antineoplastic).
agent_kind(vinorelbine, antineoplastic).
agent_kind(vindesine, antineoplastic).
agent_kind(etoposide, antineoplastic).
agent_kind(teniposide, antineoplastic).
agent_kind(topotecan, antineoplastic).
agent_kind(irinotecan, antineoplastic).
agent_kind(cytarabine, antineoplastic).
agent_kind(gemcitabine, antineoplastic).
agent_kind(fludarabine, antineoplastic).
agent_kind(cladribine, antineoplastic).
agent_kind(clofarabine, antineoplastic).
agent_kind(nelarabine, antineoplastic).
agent_kind(pentostatin, antineoplastic).
agent_kind(mercaptopurine, antineoplastic).
agent_kind(thioguanine, antineoplastic).
agent_kind(methotrexate, antineoplastic).
agent_kind(pralatrexate, antineoplastic).
agent_kind(pemetrexed, antineoplastic).
agent_kind(azacitidine, antineoplastic).
agent_kind(decitabine, antineoplastic).
agent_kind(decitabine_and_cedazuridine, antineoplastic).
agent_kind(hydroxyurea, antineoplastic).
agent_kind(cisplatin, antineoplastic).
agent_kind(carboplatin, antineoplastic).
agent_kind(oxaliplatin, antineoplastic).
agent_kind(asparaginase, antineoplastic).
agent_kind(asparaginase_erwinia, antineoplastic).
agent_kind(pegaspargase, antineoplastic).
agent_kind(calaspargase, antineoplastic).
agent_kind(omacetaxine, antineoplastic).
agent_kind(arsenic_trioxide, antineoplastic).
agent_kind(tretinoin, antineoplastic).
agent_kind(bexarotene, antineoplastic).
agent_kind(tagraxofusp, antineoplastic).
agent_kind(imetelstat, antineoplastic).
agent_kind(interferon_alfa, antineoplastic).
agent_kind(peginterferon_alfa, antineoplastic).
agent_kind(ropeginterferon_alfa, antineoplastic).
agent_kind(aldesleukin, antineoplastic).
agent_kind(paclitaxel, antineoplastic).
agent_kind(nab_paclitaxel, antineoplastic).
agent_kind(docetaxel, antineoplastic).
agent_kind(cabazitaxel, antineoplastic).
agent_kind(eribulin, antineoplastic).
agent_kind(ixabepilone, antineoplastic).
agent_kind(fluorouracil, antineoplastic).
agent_kind(capecitabine, antineoplastic).
agent_kind(trifluridine_and_tipiracil, antineoplastic).
agent_kind(trastuzumab, antineoplastic).
agent_kind(pertuzumab, antineoplastic).
agent_kind(trastuzumab_deruxtecan, antineoplastic).
agent_kind(trastuzumab_emtansine, antineoplastic).
agent_kind(sacituzumab_govitecan, antineoplastic).
agent_kind(bevacizumab, antineoplastic).
agent_kind(ramucirumab, antineoplastic).
agent_kind(cetuximab, antineoplastic).
agent_kind(panitumumab, antineoplastic).
agent_kind(atezolizumab, antineoplastic).
agent_kind(durvalumab, antineoplastic).
agent_kind(avelumab, antineoplastic).
agent_kind(cemiplimab, antineoplastic).
agent_kind(osimertinib, antineoplastic).
agent_kind(erlotinib, antineoplastic).
agent_kind(gefitinib, antineoplastic).
agent_kind(afatinib, antineoplastic).
agent_kind(alectinib, antineoplastic).
agent_kind(brigatinib, antineoplastic).
agent_kind(lorlatinib, antineoplastic).
agent_kind(ceritinib, antineoplastic).
agent_kind(sorafenib, antineoplastic).
agent_kind(sunitinib, antineoplastic).
agent_kind(pazopanib, antineoplastic).
agent_kind(axitinib, antineoplastic).
agent_kind(cabozantinib, antineoplastic).
agent_kind(lenvatinib, antineoplastic).
agent_kind(regorafenib, antineoplastic).
agent_kind(olaparib, antineoplastic).
agent_kind(niraparib, antineoplastic).
agent_kind(rucaparib, antineoplastic).
agent_kind(talazoparib, antineoplastic).
agent_kind(palbociclib, antineoplastic).
agent_kind(ribociclib, antineoplastic).
agent_kind(abemaciclib, antineoplastic).
agent_kind(lapatinib, antineoplastic).
agent_kind(neratinib, antineoplastic).
agent_kind(tucatinib, antineoplastic).
agent_kind(tamoxifen, antineoplastic).
agent_kind(letrozole, antineoplastic).
agent_kind(anastrozole, antineoplastic).
agent_kind(exemestane, antineoplastic).
agent_kind(fulvestrant, antineoplastic).
agent_kind(leuprolide, antineoplastic).
agent_kind(goserelin, antineoplastic).
agent_kind(degarelix, antineoplastic).
agent_kind(bicalutamide, antineoplastic).
agent_kind(enzalutamide, antineoplastic).
agent_kind(abiraterone, antineoplastic).
agent_kind(apalutamide, antineoplastic).
agent_kind(darolutamide, antineoplastic).
agent_kind(dexamethasone, corticosteroid).
agent_kind(prednisone, corticosteroid).
agent_kind(prednisolone, corticosteroid).
agent_kind(methylprednisolone, corticosteroid).
agent_kind(hydrocortisone, corticosteroid).
agent_kind(betamethasone, corticosteroid).
agent_kind(budesonide, corticosteroid).
agent_kind(triamcinolone, corticosteroid).
agent_kind(deflazacort, corticosteroid).
agent_kind(autologous_stem_cell_transplant, procedure).
agent_kind(allogeneic_stem_cell_transplant, procedure).
agent_kind(stem_cell_transplant, procedure).
agent_kind(surgery, procedure).
agent_kind(kyphoplasty, procedure).
agent_kind(vertebroplasty, procedure).
agent_kind(plasmapheresis, procedure).
agent_kind(leukapheresis, procedure).
agent_kind(splenectomy, procedure).
agent_kind(radiation_therapy, radiation).
agent_kind(total_body_irradiation, radiation).
agent_kind(total_skin_electron_beam_therapy, radiation).
agent_kind(zoledronic_acid, supportive).
agent_kind(pamidronate, supportive).
agent_kind(ibandronate, supportive).
agent_kind(denosumab, supportive).
agent_kind(filgrastim, supportive).
agent_kind(pegfilgrastim, supportive).
agent_kind(eflapegrastim, supportive).
agent_kind(efbemalenograstim_alfa, supportive).
agent_kind(sargramostim, supportive).
agent_kind(epoetin_alfa, supportive).
agent_kind(darbepoetin_alfa, supportive).
agent_kind(luspatercept, supportive).
agent_kind(romiplostim, supportive).
agent_kind(eltrombopag, supportive).
agent_kind(avatrombopag, supportive).
agent_kind(plerixafor, supportive).
agent_kind(motixafortide, supportive).
agent_kind(immune_globulin, supportive).
agent_kind(acyclovir, supportive).
agent_kind(valacyclovir, supportive).
agent_kind(famciclovir, supportive).
agent_kind(entecavir, supportive).
agent_kind(letermovir, supportive).
agent_kind(levofloxacin, supportive).
agent_kind(ciprofloxacin, supportive).
agent_kind(sulfamethoxazole_and_trimethoprim, supportive).
agent_kind(pentamidine, supportive).
agent_kind(dapsone, supportive).
agent_kind(atovaquone, supportive).
agent_kind(fluconazole, supportive).
agent_kind(posaconazole, supportive).
agent_kind(micafungin, supportive).
agent_kind(aspirin, supportive).
agent_kind(apixaban, supportive).
agent_kind(rivaroxaban, supportive).
agent_kind(enoxaparin, supportive).
agent_kind(warfarin, supportive).
agent_kind(allopurinol, supportive).
agent_kind(rasburicase, supportive).
agent_kind(febuxostat, supportive).
agent_kind(mesna, supportive).
agent_kind(leucovorin, supportive).
agent_kind(levoleucovorin, supportive).
agent_kind(glucarpidase, supportive).
agent_kind(dexrazoxane, supportive).
agent_kind(palifermin, supportive).
agent_kind(defibrotide, supportive).
agent_kind(amifostine, supportive).
agent_kind(tocilizumab, supportive).
agent_kind(anakinra, supportive).
agent_kind(megestrol, supportive).
agent_kind(mirtazapine, supportive).
agent_kind(salt_tablets, supportive).
agent_kind(intravenous_fluids, supportive).
agent_kind(acetaminophen, supportive).
agent_kind(famotidine, supportive).
agent_kind(omeprazole, supportive).
agent_kind(pantoprazole, supportive).
agent_kind(montelukast, supportive).
agent_kind(loperamide, supportive).
agent_kind(gabapentin, supportive).
agent_kind(pregabalin, supportive).
agent_kind(duloxetine, supportive).
agent_kind(oxycodone, supportive).
agent_kind(morphine, supportive).

% What is no systemic therapy of the disease: procedures, radiation, supportive care and agents against nausea, each by its
% name, so that rules about lines need not go through all agents.
:- pred not_systemic_therapy(Agent: agent) :: '@(Agent) is not systemic therapy of the disease'.
:- cite(not_systemic_therapy/1, 'IMWG guidelines (Blood 2015; 126: 921): lines of therapy').

not_systemic_therapy(autologous_stem_cell_transplant).
not_systemic_therapy(allogeneic_stem_cell_transplant).
not_systemic_therapy(stem_cell_transplant).
not_systemic_therapy(surgery).
not_systemic_therapy(kyphoplasty).
not_systemic_therapy(vertebroplasty).
not_systemic_therapy(plasmapheresis).
not_systemic_therapy(leukapheresis).
not_systemic_therapy(splenectomy).
not_systemic_therapy(radiation_therapy).
not_systemic_therapy(total_body_irradiation).
not_systemic_therapy(total_skin_electron_beam_therapy).
not_systemic_therapy(zoledronic_acid).
not_systemic_therapy(pamidronate).
not_systemic_therapy(ibandronate).
not_systemic_therapy(denosumab).
not_systemic_therapy(filgrastim).
not_systemic_therapy(pegfilgrastim).
not_systemic_therapy(eflapegrastim).
not_systemic_therapy(efbemalenograstim_alfa).
not_systemic_therapy(sargramostim).
not_systemic_therapy(epoetin_alfa).
not_systemic_therapy(darbepoetin_alfa).
not_systemic_therapy(luspatercept).
not_systemic_therapy(romiplostim).
not_systemic_therapy(eltrombopag).
not_systemic_therapy(avatrombopag).
not_systemic_therapy(plerixafor).
not_systemic_therapy(motixafortide).
not_systemic_therapy(immune_globulin).
not_systemic_therapy(acyclovir).
not_systemic_therapy(valacyclovir).
not_systemic_therapy(famciclovir).
not_systemic_therapy(entecavir).
not_systemic_therapy(letermovir).
not_systemic_therapy(levofloxacin).
not_systemic_therapy(ciprofloxacin).
not_systemic_therapy(sulfamethoxazole_and_trimethoprim).
not_systemic_therapy(pentamidine).
not_systemic_therapy(dapsone).
not_systemic_therapy(atovaquone).
not_systemic_therapy(fluconazole).
not_systemic_therapy(posaconazole).
not_systemic_therapy(micafungin).
not_systemic_therapy(aspirin).
not_systemic_therapy(apixaban).
not_systemic_therapy(rivaroxaban).
not_systemic_therapy(enoxaparin).
not_systemic_therapy(warfarin).
not_systemic_therapy(allopurinol).
not_systemic_therapy(rasburicase).
not_systemic_therapy(febuxostat).
not_systemic_therapy(mesna).
not_systemic_therapy(leucovorin).
not_systemic_therapy(levoleucovorin).
not_systemic_therapy(glucarpidase).
not_systemic_therapy(dexrazoxane).
not_systemic_therapy(palifermin).
not_systemic_therapy(defibrotide).
not_systemic_therapy(amifostine).
not_systemic_therapy(tocilizumab).
not_systemic_therapy(anakinra).
not_systemic_therapy(megestrol).
not_systemic_therapy(mirtazapine).
not_systemic_therapy(salt_tablets).
not_systemic_therapy(intravenous_fluids).
not_systemic_therapy(acetaminophen).
not_systemic_therapy(famotidine).
not_systemic_therapy(omeprazole).
not_systemic_therapy(pantoprazole).
not_systemic_therapy(montelukast).
not_systemic_therapy(loperamide).
not_systemic_therapy(gabapentin).
not_systemic_therapy(pregabalin).
not_systemic_therapy(duloxetine).
not_systemic_therapy(oxycodone).
not_systemic_therapy(morphine).
not_systemic_therapy(ondansetron).
not_systemic_therapy(granisetron).
not_systemic_therapy(dolasetron).
not_systemic_therapy(palonosetron).
not_systemic_therapy(aprepitant).
not_systemic_therapy(fosaprepitant).
not_systemic_therapy(rolapitant).
not_systemic_therapy(netupitant).
not_systemic_therapy(fosnetupitant).
not_systemic_therapy(olanzapine).
not_systemic_therapy(metoclopramide).
not_systemic_therapy(prochlorperazine).
not_systemic_therapy(promethazine).
not_systemic_therapy(trimethobenzamide).
not_systemic_therapy(haloperidol).
not_systemic_therapy(droperidol).
not_systemic_therapy(amisulpride).
not_systemic_therapy(chlorpromazine).
not_systemic_therapy(perphenazine).
not_systemic_therapy(dronabinol).
not_systemic_therapy(nabilone).
not_systemic_therapy(scopolamine).
not_systemic_therapy(domperidone).
not_systemic_therapy(hydroxyzine).
not_systemic_therapy(meclizine).
not_systemic_therapy(dimenhydrinate).
not_systemic_therapy(lorazepam).
not_systemic_therapy(alprazolam).
not_systemic_therapy(diphenhydramine).
not_systemic_therapy(cyproheptadine).
not_systemic_therapy(quetiapine).
not_systemic_therapy(ginger).

% Brands, biosimilars, names with the suffix of a biologic, salts and usual abbreviations. A name that stands for several
% agents, such as a regimen, has a fact for each.
:- also_called(agent, other_name/2).
:- pred other_name(Name: name, Agent: agent) :: '"@(Name)" is a name for @(Agent)'.
:- cite(other_name/2, 'FDA-approved labelling (brands, suffixes and salts); usual abbreviations of charts and trials').

% Proteasome inhibitors, immunomodulatory agents and antibodies of myeloma.
other_name('Velcade', bortezomib).
other_name('Boruzu', bortezomib).
other_name(btz, bortezomib).
other_name(bort, bortezomib).
other_name(bortez, bortezomib).
other_name('bortezomib mannitol boronic ester', bortezomib).
other_name('PS-341', bortezomib).
other_name('Kyprolis', carfilzomib).
other_name(cfz, carfilzomib).
other_name(carf, carfilzomib).
other_name(carfil, carfilzomib).
other_name('PR-171', carfilzomib).
other_name('Ninlaro', ixazomib).
other_name('ixazomib citrate', ixazomib).
other_name(ixa, ixazomib).
other_name('MLN9708', ixazomib).
other_name('Revlimid', lenalidomide).
other_name(len, lenalidomide).
other_name(lena, lenalidomide).
other_name('lenalidomide hydrate', lenalidomide).
other_name('CC-5013', lenalidomide).
other_name('Pomalyst', pomalidomide).
other_name('Imnovid', pomalidomide).
other_name(pom, pomalidomide).
other_name(poma, pomalidomide).
other_name('CC-4047', pomalidomide).
other_name('Thalomid', thalidomide).
other_name(thal, thalidomide).
other_name('Darzalex', daratumumab).
other_name(dara, daratumumab).
other_name('Darzalex Faspro', daratumumab_and_hyaluronidase).
other_name('Dara Faspro', daratumumab_and_hyaluronidase).
other_name('daratumumab and hyaluronidase-fihj', daratumumab_and_hyaluronidase).
other_name('daratumumab-fihj and hyaluronidase-fihj', daratumumab_and_hyaluronidase).
other_name('daratumumab-hyaluronidase', daratumumab_and_hyaluronidase).
other_name('daratumumab-hyaluronidase-fihj', daratumumab_and_hyaluronidase).
other_name('daratumumab / hyaluronidase human', daratumumab_and_hyaluronidase).
other_name('daratumumab-fihj', daratumumab_and_hyaluronidase).
other_name('dara SC', daratumumab_and_hyaluronidase).
other_name('dara subQ', daratumumab_and_hyaluronidase).
other_name('dara SQ', daratumumab_and_hyaluronidase).
other_name('Darzalex SC', daratumumab_and_hyaluronidase).
other_name('subcutaneous daratumumab', daratumumab_and_hyaluronidase).
other_name('daratumumab subQ', daratumumab_and_hyaluronidase).
other_name('daratumumab SQ', daratumumab_and_hyaluronidase).
other_name('daratumumab SC', daratumumab_and_hyaluronidase).
other_name('daratumumab subcutaneous', daratumumab_and_hyaluronidase).
other_name('dara subcutaneous', daratumumab_and_hyaluronidase).
other_name('Sarclisa', isatuximab).
other_name('isatuximab-irfc', isatuximab).
other_name(isa, isatuximab).
other_name('Empliciti', elotuzumab).
other_name(elo, elotuzumab).
other_name('Blenrep', belantamab_mafodotin).
other_name('belantamab mafodotin-blmf', belantamab_mafodotin).
other_name(belantamab, belantamab_mafodotin).
other_name(belamaf, belantamab_mafodotin).
other_name('Farydak', panobinostat).
other_name('panobinostat lactate', panobinostat).
other_name(pano, panobinostat).
other_name('Xpovio', selinexor).
other_name('Nexpovio', selinexor).
other_name('KPT-330', selinexor).
other_name('Venclexta', venetoclax).
other_name('Venclyxto', venetoclax).
other_name(ven, venetoclax).
other_name('Alkeran', melphalan).
other_name('Evomela', melphalan).
other_name('Hepzato', melphalan).
other_name('Ivra', melphalan).
other_name('melphalan hydrochloride', melphalan).
other_name('melphalan hcl', melphalan).
other_name('L-PAM', melphalan).
other_name('phenylalanine mustard', melphalan).
other_name('high-dose melphalan', melphalan).
other_name('HD melphalan', melphalan).
other_name('HDM', melphalan).
other_name('Mel200', melphalan).
other_name('melphalan 200', melphalan).
other_name('Mel140', melphalan).
other_name('Pepaxto', melphalan_flufenamide).
other_name('Pepaxti', melphalan_flufenamide).
other_name('melphalan flufenamide hydrochloride', melphalan_flufenamide).
other_name(melflufen, melphalan_flufenamide).
other_name('CC-220', iberdomide).
other_name(iber, iberdomide).
other_name('CC-92480', mezigdomide).
other_name(mezi, mezigdomide).
other_name('Aplidin', plitidepsin).
other_name('Sylvant', siltuximab).

% Antibodies that bind two antigens.
other_name('Tecvayli', teclistamab).
other_name('teclistamab-cqyv', teclistamab).
other_name(tec, teclistamab).
other_name('Talvey', talquetamab).
other_name('talquetamab-tgvs', talquetamab).
other_name(tal, talquetamab).
other_name(talq, talquetamab).
other_name('Elrexfio', elranatamab).
other_name('elranatamab-bcmm', elranatamab).
other_name(elra, elranatamab).
other_name('Lynozyfic', linvoseltamab).
other_name('linvoseltamab-gcpt', linvoseltamab).
other_name(linvo, linvoseltamab).
other_name('Epkinly', epcoritamab).
other_name('Tepkinly', epcoritamab).
other_name('epcoritamab-bysp', epcoritamab).
other_name(epcor, epcoritamab).
other_name(epco, epcoritamab).
other_name('Columvi', glofitamab).
other_name('glofitamab-gxbm', glofitamab).
other_name(glofit, glofitamab).
other_name('Lunsumio', mosunetuzumab).
other_name('Lunsumio Velo', mosunetuzumab).
other_name('mosunetuzumab-axgb', mosunetuzumab).
other_name(mosun, mosunetuzumab).
other_name('Ordspono', odronextamab).
other_name('Blincyto', blinatumomab).
other_name(blina, blinatumomab).

% CAR T cells and other cells.
other_name('Abecma', idecabtagene_vicleucel).
other_name('ide-cel', idecabtagene_vicleucel).
other_name(bb2121, idecabtagene_vicleucel).
other_name('Carvykti', ciltacabtagene_autoleucel).
other_name('cilta-cel', ciltacabtagene_autoleucel).
other_name('anito-cel', anitocabtagene_autoleucel).
other_name('Yescarta', axicabtagene_ciloleucel).
other_name('axi-cel', axicabtagene_ciloleucel).
other_name('Kymriah', tisagenlecleucel).
other_name('tisa-cel', tisagenlecleucel).
other_name('CTL019', tisagenlecleucel).
other_name('Breyanzi', lisocabtagene_maraleucel).
other_name('liso-cel', lisocabtagene_maraleucel).
other_name('Tecartus', brexucabtagene_autoleucel).
other_name('brexu-cel', brexucabtagene_autoleucel).
other_name('Aucatzyl', obecabtagene_autoleucel).
other_name('obe-cel', obecabtagene_autoleucel).
other_name('donor lymphocytes', donor_lymphocyte_infusion).
other_name('DLI', donor_lymphocyte_infusion).
other_name('CAR-T', car_t_cell_therapy).
other_name('CAR T cells', car_t_cell_therapy).
other_name('CAR T cell', car_t_cell_therapy).
other_name('CAR-T therapy', car_t_cell_therapy).
other_name('chimeric antigen receptor T-cell therapy', car_t_cell_therapy).
other_name('BCMA CAR-T', car_t_cell_therapy).
other_name('CD19 CAR-T', car_t_cell_therapy).

% Antibodies and antibody-drug conjugates of lymphoma.
other_name('Rituxan', rituximab).
other_name('MabThera', rituximab).
other_name('Truxima', rituximab).
other_name('rituximab-abbs', rituximab).
other_name('Ruxience', rituximab).
other_name('rituximab-pvvr', rituximab).
other_name('Riabni', rituximab).
other_name('rituximab-arrx', rituximab).
other_name(ritux, rituximab).
other_name('Rituxan Hycela', rituximab_and_hyaluronidase).
other_name('rituximab-hyaluronidase', rituximab_and_hyaluronidase).
other_name('rituximab / hyaluronidase human', rituximab_and_hyaluronidase).
other_name('rituximab and hyaluronidase human', rituximab_and_hyaluronidase).
other_name('rituximab SC', rituximab_and_hyaluronidase).
other_name('rituximab subcutaneous', rituximab_and_hyaluronidase).
other_name('subcutaneous rituximab', rituximab_and_hyaluronidase).
other_name('Gazyva', obinutuzumab).
other_name('Gazyvaro', obinutuzumab).
other_name(obin, obinutuzumab).
other_name('Arzerra', ofatumumab).
other_name('Kesimpta', ofatumumab).
other_name('Briumvi', ublituximab).
other_name('ublituximab-xiiy', ublituximab).
other_name('Monjuvi', tafasitamab).
other_name('Minjuvi', tafasitamab).
other_name('tafasitamab-cxix', tafasitamab).
other_name(tafa, tafasitamab).
other_name('Zynlonta', loncastuximab_tesirine).
other_name('loncastuximab tesirine-lpyl', loncastuximab_tesirine).
other_name(loncastuximab, loncastuximab_tesirine).
other_name(lonca, loncastuximab_tesirine).
other_name('Polivy', polatuzumab_vedotin).
other_name('polatuzumab vedotin-piiq', polatuzumab_vedotin).
other_name(polatuzumab, polatuzumab_vedotin).
other_name(pola, polatuzumab_vedotin).
other_name('Adcetris', brentuximab_vedotin).
other_name(brentuximab, brentuximab_vedotin).
other_name('Besponsa', inotuzumab_ozogamicin).
other_name(inotuzumab, inotuzumab_ozogamicin).
other_name('Mylotarg', gemtuzumab_ozogamicin).
other_name(gemtuzumab, gemtuzumab_ozogamicin).
other_name('Lumoxiti', moxetumomab_pasudotox).
other_name('moxetumomab pasudotox-tdfk', moxetumomab_pasudotox).
other_name('Poteligeo', mogamulizumab).
other_name('mogamulizumab-kpkc', mogamulizumab).
other_name('Campath', alemtuzumab).
other_name('Lemtrada', alemtuzumab).
other_name('Ontak', denileukin_diftitox).
other_name('Lymphir', denileukin_diftitox).
other_name('denileukin diftitox-cxdl', denileukin_diftitox).
other_name('Zevalin', ibritumomab_tiuxetan).
other_name('yttrium-90 ibritumomab tiuxetan', ibritumomab_tiuxetan).
other_name('Y-90 ibritumomab', ibritumomab_tiuxetan).
other_name(ibritumomab, ibritumomab_tiuxetan).
other_name('Bexxar', tositumomab).
other_name('iodine-131 tositumomab', tositumomab).
other_name('Keytruda', pembrolizumab).
other_name(pembro, pembrolizumab).
other_name('Keytruda Qlex', pembrolizumab_and_berahyaluronidase_alfa).
other_name('pembrolizumab and berahyaluronidase alfa-pmph', pembrolizumab_and_berahyaluronidase_alfa).
other_name('Opdivo', nivolumab).
other_name(nivo, nivolumab).
other_name('Opdivo Qvantig', nivolumab_and_hyaluronidase).
other_name('nivolumab and hyaluronidase-nvhy', nivolumab_and_hyaluronidase).
other_name('Yervoy', ipilimumab).
other_name(ipi, ipilimumab).

% Small molecules with a target.
other_name('Imbruvica', ibrutinib).
other_name('Calquence', acalabrutinib).
other_name('Brukinsa', zanubrutinib).
other_name('Jaypirca', pirtobrutinib).
other_name('Zydelig', idelalisib).
other_name('Aliqopa', copanlisib).
other_name('Copiktra', duvelisib).
other_name('Ukoniq', umbralisib).
other_name('Tazverik', tazemetostat).
other_name('Ezharmia', valemetostat).
other_name('Jakafi', ruxolitinib).
other_name('Inrebic', fedratinib).
other_name('Vonjo', pacritinib).
other_name('Ojjaara', momelotinib).
other_name('Xalkori', crizotinib).
other_name('Afinitor', everolimus).
other_name('Zortress', everolimus).
other_name('Torisel', temsirolimus).
other_name('Zolinza', vorinostat).
other_name('Istodax', romidepsin).
other_name('Beleodaq', belinostat).
other_name(tucidinostat, chidamide).
other_name('Gleevec', imatinib).
other_name('imatinib mesylate', imatinib).
other_name('Sprycel', dasatinib).
other_name('Phyrago', dasatinib).
other_name('Tasigna', nilotinib).
other_name('Danziten', nilotinib).
other_name('Bosulif', bosutinib).
other_name('Iclusig', ponatinib).
other_name('Scemblix', asciminib).
other_name('Rydapt', midostaurin).
other_name('Xospata', gilteritinib).
other_name('Vanflyta', quizartinib).
other_name('Tibsovo', ivosidenib).
other_name('Idhifa', enasidenib).
other_name('Rezlidhia', olutasidenib).
other_name('Revuforj', revumenib).
other_name('Komzifti', ziftomenib).
other_name('Daurismo', glasdegib).
other_name('Mekinist', trametinib).
other_name('Tafinlar', dabrafenib).
other_name('Zelboraf', vemurafenib).
other_name('Cotellic', cobimetinib).
other_name('Braftovi', encorafenib).
other_name('Mektovi', binimetinib).

% Cytotoxic agents.
other_name('Cytoxan', cyclophosphamide).
other_name('Neosar', cyclophosphamide).
other_name('Procytox', cyclophosphamide).
other_name('Frindovyx', cyclophosphamide).
other_name('cyclophosphamide monohydrate', cyclophosphamide).
other_name(cytox, cyclophosphamide).
other_name('Cy', cyclophosphamide).
other_name('Ifex', ifosfamide).
other_name(ifos, ifosfamide).
other_name('Bendeka', bendamustine).
other_name('Treanda', bendamustine).
other_name('Belrapzo', bendamustine).
other_name('Vivimusta', bendamustine).
other_name('Levact', bendamustine).
other_name('bendamustine hydrochloride', bendamustine).
other_name('bendamustine hcl', bendamustine).
other_name(benda, bendamustine).
other_name('Leukeran', chlorambucil).
other_name('BiCNU', carmustine).
other_name('Gliadel', carmustine).
other_name('BCNU', carmustine).
other_name('Gleostine', lomustine).
other_name('CeeNU', lomustine).
other_name('CCNU', lomustine).
other_name('Busulfex', busulfan).
other_name('Myleran', busulfan).
other_name('Tepadina', thiotepa).
other_name('Tepylute', thiotepa).
other_name('DTIC', dacarbazine).
other_name('DTIC-Dome', dacarbazine).
other_name('Matulane', procarbazine).
other_name('procarbazine hydrochloride', procarbazine).
other_name('Mustargen', mechlorethamine).
other_name('Valchlor', mechlorethamine).
other_name('nitrogen mustard', mechlorethamine).
other_name('Temodar', temozolomide).
other_name('Grafapex', treosulfan).
other_name('Adriamycin', doxorubicin).
other_name('Rubex', doxorubicin).
other_name('doxorubicin hydrochloride', doxorubicin).
other_name('doxorubicin hcl', doxorubicin).
other_name(hydroxydaunorubicin, doxorubicin).
other_name(doxo, doxorubicin).
other_name(adria, doxorubicin).
other_name('Doxil', liposomal_doxorubicin).
other_name('Lipodox', liposomal_doxorubicin).
other_name('Caelyx', liposomal_doxorubicin).
other_name('doxorubicin liposomal', liposomal_doxorubicin).
other_name('doxorubicin hydrochloride liposome', liposomal_doxorubicin).
other_name('doxorubicin hcl liposome', liposomal_doxorubicin).
other_name('doxorubicin liposome', liposomal_doxorubicin).
other_name('pegylated liposomal doxorubicin', liposomal_doxorubicin).
other_name('pegylated doxorubicin', liposomal_doxorubicin).
other_name('PLD', liposomal_doxorubicin).
other_name('Cerubidine', daunorubicin).
other_name('daunorubicin hydrochloride', daunorubicin).
other_name('Vyxeos', daunorubicin_and_cytarabine_liposome).
other_name('CPX-351', daunorubicin_and_cytarabine_liposome).
other_name('liposomal daunorubicin and cytarabine', daunorubicin_and_cytarabine_liposome).
other_name('Ellence', epirubicin).
other_name('epirubicin hydrochloride', epirubicin).
other_name('Idamycin', idarubicin).
other_name('Idamycin PFS', idarubicin).
other_name('idarubicin hydrochloride', idarubicin).
other_name('Novantrone', mitoxantrone).
other_name('mitoxantrone hydrochloride', mitoxantrone).
other_name('Pixuvri', pixantrone).
other_name('Blenoxane', bleomycin).
other_name('bleomycin sulfate', bleomycin).
other_name('Cosmegen', dactinomycin).
other_name('actinomycin D', dactinomycin).
other_name('Mutamycin', mitomycin).
other_name('Jelmyto', mitomycin).
other_name('Mitosol', mitomycin).
other_name('mitomycin C', mitomycin).
other_name('Oncovin', vincristine).
other_name('Vincasar', vincristine).
other_name('Vincasar PFS', vincristine).
other_name('vincristine sulfate', vincristine).
other_name('VCR', vincristine).
other_name('Marqibo', vincristine_liposome).
other_name('liposomal vincristine', vincristine_liposome).
other_name('vincristine sulfate liposome', vincristine_liposome).
other_name('Velban', vinblastine).
other_name('vinblastine sulfate', vinblastine).
other_name('VBL', vinblastine).
other_name('Navelbine', vinorelbine).
other_name('vinorelbine tartrate', vinorelbine).
other_name('Eldisine', vindesine).
other_name('VePesid', etoposide).
other_name('Toposar', etoposide).
other_name('Etopophos', etoposide).
other_name('etoposide phosphate', etoposide).
other_name('VP-16', etoposide).
other_name('Vumon', teniposide).
other_name('VM-26', teniposide).
other_name('Hycamtin', topotecan).
other_name('topotecan hydrochloride', topotecan).
other_name('Camptosar', irinotecan).
other_name('irinotecan hydrochloride', irinotecan).
other_name('CPT-11', irinotecan).
other_name('Cytosar', cytarabine).
other_name('Cytosar-U', cytarabine).
other_name('DepoCyt', cytarabine).
other_name('Ara-C', cytarabine).
other_name('cytosine arabinoside', cytarabine).
other_name('HiDAC', cytarabine).
other_name('high-dose cytarabine', cytarabine).
other_name('Gemzar', gemcitabine).
other_name('Infugem', gemcitabine).
other_name('Avgemsi', gemcitabine).
other_name('gemcitabine hydrochloride', gemcitabine).
other_name(gem, gemcitabine).
other_name('Fludara', fludarabine).
other_name('fludarabine phosphate', fludarabine).
other_name('Leustatin', cladribine).
other_name('Mavenclad', cladribine).
other_name('2-CdA', cladribine).
other_name('Clolar', clofarabine).
other_name('Arranon', nelarabine).
other_name('Nipent', pentostatin).
other_name(deoxycoformycin, pentostatin).
other_name('Purixan', mercaptopurine).
other_name('Purinethol', mercaptopurine).
other_name('6-mercaptopurine', mercaptopurine).
other_name('6-MP', mercaptopurine).
other_name('Tabloid', thioguanine).
other_name('6-thioguanine', thioguanine).
other_name('6-TG', thioguanine).
other_name('Trexall', methotrexate).
other_name('Otrexup', methotrexate).
other_name('Rasuvo', methotrexate).
other_name('Xatmep', methotrexate).
other_name('Jylamvo', methotrexate).
other_name('RediTrex', methotrexate).
other_name('methotrexate sodium', methotrexate).
other_name('high-dose methotrexate', methotrexate).
other_name('HD-MTX', methotrexate).
other_name('HD methotrexate', methotrexate).
other_name(amethopterin, methotrexate).
other_name('Folotyn', pralatrexate).
other_name('Alimta', pemetrexed).
other_name('Pemfexy', pemetrexed).
other_name('Pemrydi RTU', pemetrexed).
other_name('Axtle', pemetrexed).
other_name('pemetrexed disodium', pemetrexed).
other_name('Vidaza', azacitidine).
other_name('Onureg', azacitidine).
other_name('5-azacytidine', azacitidine).
other_name('Dacogen', decitabine).
other_name('Inqovi', decitabine_and_cedazuridine).
other_name('Hydrea', hydroxyurea).
other_name('Droxia', hydroxyurea).
other_name('Siklos', hydroxyurea).
other_name(hydroxycarbamide, hydroxyurea).
other_name('Platinol', cisplatin).
other_name('CDDP', cisplatin).
other_name('cis-platinum', cisplatin).
other_name('Paraplatin', carboplatin).
other_name(carbo, carboplatin).
other_name('Eloxatin', oxaliplatin).
other_name(oxali, oxaliplatin).
other_name('Elspar', asparaginase).
other_name('L-asparaginase', asparaginase).
other_name('Erwinaze', asparaginase_erwinia).
other_name('Rylaze', asparaginase_erwinia).
other_name('asparaginase Erwinia chrysanthemi', asparaginase_erwinia).
other_name('asparaginase erwinia chrysanthemi (recombinant)-rywn', asparaginase_erwinia).
other_name('Oncaspar', pegaspargase).
other_name('PEG-asparaginase', pegaspargase).
other_name('Asparlas', calaspargase).
other_name('calaspargase pegol', calaspargase).
other_name('calaspargase pegol-mknl', calaspargase).
other_name('Synribo', omacetaxine).
other_name('omacetaxine mepesuccinate', omacetaxine).
other_name('Trisenox', arsenic_trioxide).
other_name('ATO', arsenic_trioxide).
other_name('Vesanoid', tretinoin).
other_name('ATRA', tretinoin).
other_name('all-trans retinoic acid', tretinoin).
other_name('Targretin', bexarotene).
other_name('Elzonris', tagraxofusp).
other_name('tagraxofusp-erzs', tagraxofusp).
other_name('Rytelo', imetelstat).
other_name('Intron A', interferon_alfa).
other_name('interferon alfa-2b', interferon_alfa).
other_name('interferon alpha', interferon_alfa).
other_name('interferon alfa-2a', interferon_alfa).
other_name('Roferon-A', interferon_alfa).
other_name('IFN-alfa', interferon_alfa).
other_name(interferon, interferon_alfa).
other_name('Pegasys', peginterferon_alfa).
other_name('PegIntron', peginterferon_alfa).
other_name('Sylatron', peginterferon_alfa).
other_name('peginterferon alfa-2a', peginterferon_alfa).
other_name('peginterferon alfa-2b', peginterferon_alfa).
other_name('Besremi', ropeginterferon_alfa).
other_name('ropeginterferon alfa-2b-njft', ropeginterferon_alfa).
other_name('Proleukin', aldesleukin).
other_name('interleukin-2', aldesleukin).
other_name('IL-2', aldesleukin).

% Agents of solid tumours, which a combination or an earlier disease may bring up.
other_name('Taxol', paclitaxel).
other_name('Abraxane', nab_paclitaxel).
other_name('paclitaxel protein-bound', nab_paclitaxel).
other_name('albumin-bound paclitaxel', nab_paclitaxel).
other_name('Taxotere', docetaxel).
other_name('Docivyx', docetaxel).
other_name('Jevtana', cabazitaxel).
other_name('Halaven', eribulin).
other_name('eribulin mesylate', eribulin).
other_name('Ixempra', ixabepilone).
other_name('Adrucil', fluorouracil).
other_name('5-FU', fluorouracil).
other_name('5-fluorouracil', fluorouracil).
other_name('Xeloda', capecitabine).
other_name('Lonsurf', trifluridine_and_tipiracil).
other_name('Herceptin', trastuzumab).
other_name('Ogivri', trastuzumab).
other_name('Kanjinti', trastuzumab).
other_name('Trazimera', trastuzumab).
other_name('Ontruzant', trastuzumab).
other_name('Herzuma', trastuzumab).
other_name('Hercessi', trastuzumab).
other_name('Perjeta', pertuzumab).
other_name('Enhertu', trastuzumab_deruxtecan).
other_name('fam-trastuzumab deruxtecan-nxki', trastuzumab_deruxtecan).
other_name('Kadcyla', trastuzumab_emtansine).
other_name('ado-trastuzumab emtansine', trastuzumab_emtansine).
other_name('T-DM1', trastuzumab_emtansine).
other_name('Trodelvy', sacituzumab_govitecan).
other_name('sacituzumab govitecan-hziy', sacituzumab_govitecan).
other_name('Avastin', bevacizumab).
other_name('Mvasi', bevacizumab).
other_name('Zirabev', bevacizumab).
other_name('Alymsys', bevacizumab).
other_name('Vegzelma', bevacizumab).
other_name('Cyramza', ramucirumab).
other_name('Erbitux', cetuximab).
other_name('Vectibix', panitumumab).
other_name('Tecentriq', atezolizumab).
other_name('Imfinzi', durvalumab).
other_name('Bavencio', avelumab).
other_name('Libtayo', cemiplimab).
other_name('cemiplimab-rwlc', cemiplimab).
other_name('Tagrisso', osimertinib).
other_name('Tarceva', erlotinib).
other_name('Iressa', gefitinib).
other_name('Gilotrif', afatinib).
other_name('Alecensa', alectinib).
other_name('Alunbrig', brigatinib).
other_name('Lorbrena', lorlatinib).
other_name('Zykadia', ceritinib).
other_name('Nexavar', sorafenib).
other_name('Sutent', sunitinib).
other_name('Votrient', pazopanib).
other_name('Inlyta', axitinib).
other_name('Cabometyx', cabozantinib).
other_name('Cometriq', cabozantinib).
other_name('Lenvima', lenvatinib).
other_name('Stivarga', regorafenib).
other_name('Lynparza', olaparib).
other_name('Zejula', niraparib).
other_name('Rubraca', rucaparib).
other_name('Talzenna', talazoparib).
other_name('Ibrance', palbociclib).
other_name('Kisqali', ribociclib).
other_name('Verzenio', abemaciclib).
other_name('Tykerb', lapatinib).
other_name('Nerlynx', neratinib).
other_name('Tukysa', tucatinib).
other_name('Soltamox', tamoxifen).
other_name('Nolvadex', tamoxifen).
other_name('Femara', letrozole).
other_name('Arimidex', anastrozole).
other_name('Aromasin', exemestane).
other_name('Faslodex', fulvestrant).
other_name('Lupron', leuprolide).
other_name('Lupron Depot', leuprolide).
other_name('Eligard', leuprolide).
other_name(leuprorelin, leuprolide).
other_name('Zoladex', goserelin).
other_name('Firmagon', degarelix).
other_name('Casodex', bicalutamide).
other_name('Xtandi', enzalutamide).
other_name('Zytiga', abiraterone).
other_name('Yonsa', abiraterone).
other_name('Erleada', apalutamide).
other_name('Nubeqa', darolutamide).

% Corticosteroids.
other_name('Decadron', dexamethasone).
other_name('Hemady', dexamethasone).
other_name('Dexpak', dexamethasone).
other_name('TaperDex', dexamethasone).
other_name('Dxevo', dexamethasone).
other_name('HiDex', dexamethasone).
other_name('Hexadrol', dexamethasone).
other_name('Dexasone', dexamethasone).
other_name('dexamethasone sodium phosphate', dexamethasone).
other_name('dexamethasone acetate', dexamethasone).
other_name('Dexamethasone Intensol', dexamethasone).
other_name(dex, dexamethasone).
other_name(dexa, dexamethasone).
other_name('LoDex', dexamethasone).
other_name('low-dose dexamethasone', dexamethasone).
other_name('high-dose dexamethasone', dexamethasone).
other_name('HD dex', dexamethasone).
other_name('low-dose dex', dexamethasone).
other_name('high-dose dex', dexamethasone).
other_name('Deltasone', prednisone).
other_name('Rayos', prednisone).
other_name('Sterapred', prednisone).
other_name('Prednisone Intensol', prednisone).
other_name(pred, prednisone).
other_name('Orapred', prednisolone).
other_name('Orapred ODT', prednisolone).
other_name('Prelone', prednisolone).
other_name('Pediapred', prednisolone).
other_name('Millipred', prednisolone).
other_name('prednisolone sodium phosphate', prednisolone).
other_name('prednisolone acetate', prednisolone).
other_name('Medrol', methylprednisolone).
other_name('Solu-Medrol', methylprednisolone).
other_name('Depo-Medrol', methylprednisolone).
other_name('methylprednisolone sodium succinate', methylprednisolone).
other_name('methylprednisolone acetate', methylprednisolone).
other_name(methylpred, methylprednisolone).
other_name('Cortef', hydrocortisone).
other_name('Solu-Cortef', hydrocortisone).
other_name('Alkindi', hydrocortisone).
other_name('Khindivi', hydrocortisone).
other_name('hydrocortisone sodium succinate', hydrocortisone).
other_name(cortisol, hydrocortisone).
other_name('Celestone', betamethasone).
other_name('Entocort', budesonide).
other_name('Uceris', budesonide).
other_name('Kenalog', triamcinolone).
other_name('triamcinolone acetonide', triamcinolone).
other_name('Emflaza', deflazacort).

% Transplantation and other procedures: by themselves no systemic therapy.
other_name('ASCT', autologous_stem_cell_transplant).
other_name('auto-SCT', autologous_stem_cell_transplant).
other_name('auto-HSCT', autologous_stem_cell_transplant).
other_name('AHSCT', autologous_stem_cell_transplant).
other_name('auto HCT', autologous_stem_cell_transplant).
other_name('AHCT', autologous_stem_cell_transplant).
other_name('autologous SCT', autologous_stem_cell_transplant).
other_name('autologous HSCT', autologous_stem_cell_transplant).
other_name('autologous HCT', autologous_stem_cell_transplant).
other_name('autologous transplant', autologous_stem_cell_transplant).
other_name('autologous transplantation', autologous_stem_cell_transplant).
other_name('autologous stem cell transplantation', autologous_stem_cell_transplant).
other_name('autologous hematopoietic stem cell transplant', autologous_stem_cell_transplant).
other_name('autologous hematopoietic stem cell transplantation', autologous_stem_cell_transplant).
other_name('autologous hematopoietic cell transplantation', autologous_stem_cell_transplant).
other_name('autologous haematopoietic stem cell transplant', autologous_stem_cell_transplant).
other_name('autologous bone marrow transplant', autologous_stem_cell_transplant).
other_name('ABMT', autologous_stem_cell_transplant).
other_name('auto transplant', autologous_stem_cell_transplant).
other_name(autograft, autologous_stem_cell_transplant).
other_name('autologous stem cell rescue', autologous_stem_cell_transplant).
other_name('tandem ASCT', autologous_stem_cell_transplant).
other_name('tandem autologous stem cell transplant', autologous_stem_cell_transplant).
other_name('tandem transplant', autologous_stem_cell_transplant).
other_name('tandem auto-SCT', autologous_stem_cell_transplant).
other_name('allo-SCT', allogeneic_stem_cell_transplant).
other_name('allo-HSCT', allogeneic_stem_cell_transplant).
other_name('allo-HCT', allogeneic_stem_cell_transplant).
other_name('allogeneic SCT', allogeneic_stem_cell_transplant).
other_name('allogeneic HSCT', allogeneic_stem_cell_transplant).
other_name('allogeneic HCT', allogeneic_stem_cell_transplant).
other_name('allogeneic transplant', allogeneic_stem_cell_transplant).
other_name('allogeneic transplantation', allogeneic_stem_cell_transplant).
other_name('allogeneic stem cell transplantation', allogeneic_stem_cell_transplant).
other_name('allogeneic hematopoietic stem cell transplant', allogeneic_stem_cell_transplant).
other_name('allogeneic hematopoietic stem cell transplantation', allogeneic_stem_cell_transplant).
other_name('allogeneic hematopoietic cell transplantation', allogeneic_stem_cell_transplant).
other_name('allogeneic bone marrow transplant', allogeneic_stem_cell_transplant).
other_name('allo transplant', allogeneic_stem_cell_transplant).
other_name(allograft, allogeneic_stem_cell_transplant).
other_name('haploidentical transplant', allogeneic_stem_cell_transplant).
other_name('MUD transplant', allogeneic_stem_cell_transplant).
other_name('SCT', stem_cell_transplant).
other_name('HSCT', stem_cell_transplant).
other_name('stem cell transplantation', stem_cell_transplant).
other_name('hematopoietic stem cell transplant', stem_cell_transplant).
other_name('hematopoietic cell transplantation', stem_cell_transplant).
other_name('haematopoietic stem cell transplant', stem_cell_transplant).
other_name('bone marrow transplant', stem_cell_transplant).
other_name('bone marrow transplantation', stem_cell_transplant).
other_name('BMT', stem_cell_transplant).
other_name('PBSCT', stem_cell_transplant).
other_name(resection, surgery).
other_name('surgical resection', surgery).
other_name(excision, surgery).
other_name('plasma exchange', plasmapheresis).
other_name(plex, plasmapheresis).
other_name('therapeutic plasma exchange', plasmapheresis).
other_name(apheresis, leukapheresis).
other_name('stem cell collection', leukapheresis).

% Radiation: no systemic therapy.
other_name(radiation, radiation_therapy).
other_name(radiotherapy, radiation_therapy).
other_name('XRT', radiation_therapy).
other_name('RT', radiation_therapy).
other_name('EBRT', radiation_therapy).
other_name('external beam radiation', radiation_therapy).
other_name('external beam radiation therapy', radiation_therapy).
other_name('external beam radiotherapy', radiation_therapy).
other_name('radiation treatment', radiation_therapy).
other_name(irradiation, radiation_therapy).
other_name('palliative radiation', radiation_therapy).
other_name('palliative radiotherapy', radiation_therapy).
other_name('local radiation', radiation_therapy).
other_name('involved-site radiation therapy', radiation_therapy).
other_name('involved site radiotherapy', radiation_therapy).
other_name('ISRT', radiation_therapy).
other_name('involved-field radiation therapy', radiation_therapy).
other_name('IFRT', radiation_therapy).
other_name('SBRT', radiation_therapy).
other_name('IMRT', radiation_therapy).
other_name('stereotactic body radiation therapy', radiation_therapy).
other_name('proton therapy', radiation_therapy).
other_name('XRT to spine', radiation_therapy).
other_name('TBI', total_body_irradiation).
other_name('TSEBT', total_skin_electron_beam_therapy).

% Bone, blood, infection and other support.
other_name('Zometa', zoledronic_acid).
other_name('Reclast', zoledronic_acid).
other_name(zoledronate, zoledronic_acid).
other_name('zoledronic acid monohydrate', zoledronic_acid).
other_name('Aredia', pamidronate).
other_name('pamidronate disodium', pamidronate).
other_name('pamidronic acid', pamidronate).
other_name('Boniva', ibandronate).
other_name('ibandronic acid', ibandronate).
other_name('Xgeva', denosumab).
other_name('Prolia', denosumab).
other_name('Wyost', denosumab).
other_name('Jubbonti', denosumab).
other_name('denosumab-bbdz', denosumab).
other_name('Osenvelt', denosumab).
other_name('Stoboclo', denosumab).
other_name('denosumab-bmwo', denosumab).
other_name('Xbryk', denosumab).
other_name('Ospomyv', denosumab).
other_name('denosumab-dssb', denosumab).
other_name('Bomyntra', denosumab).
other_name('Conexxence', denosumab).
other_name('denosumab-bnht', denosumab).
other_name('Bilprevda', denosumab).
other_name('Bildyos', denosumab).
other_name('denosumab-nxxp', denosumab).
other_name('Aukelso', denosumab).
other_name('Bosaya', denosumab).
other_name('denosumab-kyqq', denosumab).
other_name('Oziltus', denosumab).
other_name('Boncresa', denosumab).
other_name('denosumab-mobz', denosumab).
other_name('Xtrenbo', denosumab).
other_name('Enoby', denosumab).
other_name('Obodence', denosumab).
other_name('Neupogen', filgrastim).
other_name('Zarxio', filgrastim).
other_name('filgrastim-sndz', filgrastim).
other_name('Nivestym', filgrastim).
other_name('filgrastim-aafi', filgrastim).
other_name('Releuko', filgrastim).
other_name('filgrastim-ayow', filgrastim).
other_name('Nypozi', filgrastim).
other_name('filgrastim-txid', filgrastim).
other_name('Granix', filgrastim).
other_name('tbo-filgrastim', filgrastim).
other_name('G-CSF', filgrastim).
other_name('granulocyte colony-stimulating factor', filgrastim).
other_name('Neulasta', pegfilgrastim).
other_name('Neulasta Onpro', pegfilgrastim).
other_name('Fulphila', pegfilgrastim).
other_name('pegfilgrastim-jmdb', pegfilgrastim).
other_name('Udenyca', pegfilgrastim).
other_name('pegfilgrastim-cbqv', pegfilgrastim).
other_name('Ziextenzo', pegfilgrastim).
other_name('pegfilgrastim-bmez', pegfilgrastim).
other_name('Nyvepria', pegfilgrastim).
other_name('pegfilgrastim-apgf', pegfilgrastim).
other_name('Fylnetra', pegfilgrastim).
other_name('pegfilgrastim-pbbk', pegfilgrastim).
other_name('Stimufend', pegfilgrastim).
other_name('pegfilgrastim-fpgk', pegfilgrastim).
other_name('Rolvedon', eflapegrastim).
other_name('eflapegrastim-xnst', eflapegrastim).
other_name('Ryzneuta', efbemalenograstim_alfa).
other_name('efbemalenograstim alfa-vuxw', efbemalenograstim_alfa).
other_name('Leukine', sargramostim).
other_name('GM-CSF', sargramostim).
other_name('Epogen', epoetin_alfa).
other_name('Procrit', epoetin_alfa).
other_name('Retacrit', epoetin_alfa).
other_name('epoetin alfa-epbx', epoetin_alfa).
other_name(epoetin, epoetin_alfa).
other_name(erythropoietin, epoetin_alfa).
other_name('EPO', epoetin_alfa).
other_name('Aranesp', darbepoetin_alfa).
other_name(darbepoetin, darbepoetin_alfa).
other_name('Reblozyl', luspatercept).
other_name('luspatercept-aamt', luspatercept).
other_name('Nplate', romiplostim).
other_name('Promacta', eltrombopag).
other_name('Alvaiz', eltrombopag).
other_name('Doptelet', avatrombopag).
other_name('Mozobil', plerixafor).
other_name('Aphexda', motixafortide).
other_name('IVIG', immune_globulin).
other_name('intravenous immune globulin', immune_globulin).
other_name('intravenous immunoglobulin', immune_globulin).
other_name('Gammagard', immune_globulin).
other_name('Privigen', immune_globulin).
other_name('Gamunex-C', immune_globulin).
other_name('Octagam', immune_globulin).
other_name('Hizentra', immune_globulin).
other_name(immunoglobulin, immune_globulin).
other_name('Zovirax', acyclovir).
other_name(aciclovir, acyclovir).
other_name('Valtrex', valacyclovir).
other_name(valaciclovir, valacyclovir).
other_name('Famvir', famciclovir).
other_name('Baraclude', entecavir).
other_name('Prevymis', letermovir).
other_name('Levaquin', levofloxacin).
other_name('Cipro', ciprofloxacin).
other_name('Bactrim', sulfamethoxazole_and_trimethoprim).
other_name('Septra', sulfamethoxazole_and_trimethoprim).
other_name('TMP-SMX', sulfamethoxazole_and_trimethoprim).
other_name('SMX-TMP', sulfamethoxazole_and_trimethoprim).
other_name('sulfamethoxazole-trimethoprim', sulfamethoxazole_and_trimethoprim).
other_name('trimethoprim-sulfamethoxazole', sulfamethoxazole_and_trimethoprim).
other_name('co-trimoxazole', sulfamethoxazole_and_trimethoprim).
other_name('Nebupent', pentamidine).
other_name('Mepron', atovaquone).
other_name('Diflucan', fluconazole).
other_name('Noxafil', posaconazole).
other_name('Mycamine', micafungin).
other_name('ASA', aspirin).
other_name('acetylsalicylic acid', aspirin).
other_name('Eliquis', apixaban).
other_name('Xarelto', rivaroxaban).
other_name('Lovenox', enoxaparin).
other_name('Coumadin', warfarin).
other_name('Jantoven', warfarin).
other_name('Zyloprim', allopurinol).
other_name('Elitek', rasburicase).
other_name('Uloric', febuxostat).
other_name('Mesnex', mesna).
other_name('folinic acid', leucovorin).
other_name('leucovorin calcium', leucovorin).
other_name('calcium folinate', leucovorin).
other_name('Fusilev', levoleucovorin).
other_name('Khapzory', levoleucovorin).
other_name('Voraxaze', glucarpidase).
other_name('Zinecard', dexrazoxane).
other_name('Totect', dexrazoxane).
other_name('Kepivance', palifermin).
other_name('Defitelio', defibrotide).
other_name('Ethyol', amifostine).
other_name('Actemra', tocilizumab).
other_name('Tofidence', tocilizumab).
other_name('tocilizumab-bavi', tocilizumab).
other_name('Tyenne', tocilizumab).
other_name('tocilizumab-aazg', tocilizumab).
other_name('Avtozma', tocilizumab).
other_name('tocilizumab-anoh', tocilizumab).
other_name('Kineret', anakinra).
other_name('Megace', megestrol).
other_name('Megace ES', megestrol).
other_name('megestrol acetate', megestrol).
other_name('Remeron', mirtazapine).
other_name('sodium chloride', salt_tablets).
other_name('sodium chloride tablets', salt_tablets).
other_name('IV fluids', intravenous_fluids).
other_name('IV hydration', intravenous_fluids).
other_name(hydration, intravenous_fluids).
other_name('normal saline', intravenous_fluids).
other_name('Tylenol', acetaminophen).
other_name(paracetamol, acetaminophen).
other_name('APAP', acetaminophen).
other_name('Pepcid', famotidine).
other_name('Prilosec', omeprazole).
other_name('Protonix', pantoprazole).
other_name('Singulair', montelukast).
other_name('Imodium', loperamide).
other_name('Neurontin', gabapentin).
other_name('Lyrica', pregabalin).
other_name('Cymbalta', duloxetine).
other_name('OxyContin', oxycodone).
other_name('Roxicodone', oxycodone).
other_name('MS Contin', morphine).
other_name('morphine sulfate', morphine).

% Regimens. DVd is read with daratumumab, not as the older one of liposomal doxorubicin, vincristine and dexamethasone.
% Myeloma, two and three agents.
other_name('Vd', bortezomib).
other_name('Vd', dexamethasone).
other_name('VelDex', bortezomib).
other_name('VelDex', dexamethasone).
other_name('Bort-Dex', bortezomib).
other_name('Bort-Dex', dexamethasone).
other_name('Kd', carfilzomib).
other_name('Kd', dexamethasone).
other_name('K-dex', carfilzomib).
other_name('K-dex', dexamethasone).
other_name('CarDex', carfilzomib).
other_name('CarDex', dexamethasone).
other_name('Rd', lenalidomide).
other_name('Rd', dexamethasone).
other_name('Len-Dex', lenalidomide).
other_name('Len-Dex', dexamethasone).
other_name('RevDex', lenalidomide).
other_name('RevDex', dexamethasone).
other_name('Pd', pomalidomide).
other_name('Pd', dexamethasone).
other_name('Pom-Dex', pomalidomide).
other_name('Pom-Dex', dexamethasone).
other_name('Td', thalidomide).
other_name('Td', dexamethasone).
other_name('Thal-Dex', thalidomide).
other_name('Thal-Dex', dexamethasone).
other_name('Sel-Dex', selinexor).
other_name('Sel-Dex', dexamethasone).
other_name('Dara-Dex', daratumumab).
other_name('Dara-Dex', dexamethasone).
other_name('VenDex', venetoclax).
other_name('VenDex', dexamethasone).
other_name('VenVd', venetoclax).
other_name('VenVd', bortezomib).
other_name('VenVd', dexamethasone).
other_name('VRd', bortezomib).
other_name('VRd', lenalidomide).
other_name('VRd', dexamethasone).
other_name('RVd', bortezomib).
other_name('RVd', lenalidomide).
other_name('RVd', dexamethasone).
other_name('VRd-lite', bortezomib).
other_name('VRd-lite', lenalidomide).
other_name('VRd-lite', dexamethasone).
other_name('RVd-lite', bortezomib).
other_name('RVd-lite', lenalidomide).
other_name('RVd-lite', dexamethasone).
other_name('bortezomib/lenalidomide/dexamethasone', bortezomib).
other_name('bortezomib/lenalidomide/dexamethasone', lenalidomide).
other_name('bortezomib/lenalidomide/dexamethasone', dexamethasone).
other_name('VTd', bortezomib).
other_name('VTd', thalidomide).
other_name('VTd', dexamethasone).
other_name('VCd', bortezomib).
other_name('VCd', cyclophosphamide).
other_name('VCd', dexamethasone).
other_name('CyBorD', bortezomib).
other_name('CyBorD', cyclophosphamide).
other_name('CyBorD', dexamethasone).
other_name('PAD', bortezomib).
other_name('PAD', doxorubicin).
other_name('PAD', dexamethasone).
other_name('PVd', pomalidomide).
other_name('PVd', bortezomib).
other_name('PVd', dexamethasone).
other_name('Pom-Vd', pomalidomide).
other_name('Pom-Vd', bortezomib).
other_name('Pom-Vd', dexamethasone).
other_name('SVd', selinexor).
other_name('SVd', bortezomib).
other_name('SVd', dexamethasone).
other_name('XVd', selinexor).
other_name('XVd', bortezomib).
other_name('XVd', dexamethasone).
other_name('SPd', selinexor).
other_name('SPd', pomalidomide).
other_name('SPd', dexamethasone).
other_name('XPd', selinexor).
other_name('XPd', pomalidomide).
other_name('XPd', dexamethasone).
other_name('SKd', selinexor).
other_name('SKd', carfilzomib).
other_name('SKd', dexamethasone).
other_name('XKd', selinexor).
other_name('XKd', carfilzomib).
other_name('XKd', dexamethasone).
other_name('SDd', selinexor).
other_name('SDd', daratumumab).
other_name('SDd', dexamethasone).
other_name('XDd', selinexor).
other_name('XDd', daratumumab).
other_name('XDd', dexamethasone).
other_name('KRd', carfilzomib).
other_name('KRd', lenalidomide).
other_name('KRd', dexamethasone).
other_name('KPd', carfilzomib).
other_name('KPd', pomalidomide).
other_name('KPd', dexamethasone).
other_name('KCd', carfilzomib).
other_name('KCd', cyclophosphamide).
other_name('KCd', dexamethasone).
other_name('KCyd', carfilzomib).
other_name('KCyd', cyclophosphamide).
other_name('KCyd', dexamethasone).
other_name('CyKd', carfilzomib).
other_name('CyKd', cyclophosphamide).
other_name('CyKd', dexamethasone).
other_name('KTd', carfilzomib).
other_name('KTd', thalidomide).
other_name('KTd', dexamethasone).
other_name('IRd', ixazomib).
other_name('IRd', lenalidomide).
other_name('IRd', dexamethasone).
other_name('IxaRd', ixazomib).
other_name('IxaRd', lenalidomide).
other_name('IxaRd', dexamethasone).
other_name('ICd', ixazomib).
other_name('ICd', cyclophosphamide).
other_name('ICd', dexamethasone).
other_name('Ixa-Cy-Dex', ixazomib).
other_name('Ixa-Cy-Dex', cyclophosphamide).
other_name('Ixa-Cy-Dex', dexamethasone).
other_name('Ixa-Dex', ixazomib).
other_name('Ixa-Dex', dexamethasone).
other_name('IxaPd', ixazomib).
other_name('IxaPd', pomalidomide).
other_name('IxaPd', dexamethasone).
other_name('CTd', cyclophosphamide).
other_name('CTd', thalidomide).
other_name('CTd', dexamethasone).
other_name('RCd', lenalidomide).
other_name('RCd', cyclophosphamide).
other_name('RCd', dexamethasone).
other_name('CyLenDex', lenalidomide).
other_name('CyLenDex', cyclophosphamide).
other_name('CyLenDex', dexamethasone).
other_name('PCd', pomalidomide).
other_name('PCd', cyclophosphamide).
other_name('PCd', dexamethasone).
other_name('PomCyDex', pomalidomide).
other_name('PomCyDex', cyclophosphamide).
other_name('PomCyDex', dexamethasone).
other_name('DRd', daratumumab).
other_name('DRd', lenalidomide).
other_name('DRd', dexamethasone).
other_name('Dara-Rd', daratumumab).
other_name('Dara-Rd', lenalidomide).
other_name('Dara-Rd', dexamethasone).
other_name('DVd', daratumumab).
other_name('DVd', bortezomib).
other_name('DVd', dexamethasone).
other_name('Dara-Vd', daratumumab).
other_name('Dara-Vd', bortezomib).
other_name('Dara-Vd', dexamethasone).
other_name('DPd', daratumumab).
other_name('DPd', pomalidomide).
other_name('DPd', dexamethasone).
other_name('Dara-Pd', daratumumab).
other_name('Dara-Pd', pomalidomide).
other_name('Dara-Pd', dexamethasone).
other_name('DKd', daratumumab).
other_name('DKd', carfilzomib).
other_name('DKd', dexamethasone).
other_name('KdD', daratumumab).
other_name('KdD', carfilzomib).
other_name('KdD', dexamethasone).
other_name('Dara-Kd', daratumumab).
other_name('Dara-Kd', carfilzomib).
other_name('Dara-Kd', dexamethasone).
other_name('ERd', elotuzumab).
other_name('ERd', lenalidomide).
other_name('ERd', dexamethasone).
other_name('EloRd', elotuzumab).
other_name('EloRd', lenalidomide).
other_name('EloRd', dexamethasone).
other_name('EPd', elotuzumab).
other_name('EPd', pomalidomide).
other_name('EPd', dexamethasone).
other_name('EloPd', elotuzumab).
other_name('EloPd', pomalidomide).
other_name('EloPd', dexamethasone).
other_name('EVd', elotuzumab).
other_name('EVd', bortezomib).
other_name('EVd', dexamethasone).
other_name('EloVd', elotuzumab).
other_name('EloVd', bortezomib).
other_name('EloVd', dexamethasone).
other_name('IsaPd', isatuximab).
other_name('IsaPd', pomalidomide).
other_name('IsaPd', dexamethasone).
other_name('IsaKd', isatuximab).
other_name('IsaKd', carfilzomib).
other_name('IsaKd', dexamethasone).
other_name('IsaRd', isatuximab).
other_name('IsaRd', lenalidomide).
other_name('IsaRd', dexamethasone).
other_name('IsaVd', isatuximab).
other_name('IsaVd', bortezomib).
other_name('IsaVd', dexamethasone).
other_name('PanoVd', panobinostat).
other_name('PanoVd', bortezomib).
other_name('PanoVd', dexamethasone).
other_name('MP', melphalan).
other_name('MP', prednisone).
other_name('MDex', melphalan).
other_name('MDex', dexamethasone).
other_name('Mel-Dex', melphalan).
other_name('Mel-Dex', dexamethasone).
other_name('MPT', melphalan).
other_name('MPT', prednisone).
other_name('MPT', thalidomide).
other_name('MPR', melphalan).
other_name('MPR', prednisone).
other_name('MPR', lenalidomide).
other_name('VMP', bortezomib).
other_name('VMP', melphalan).
other_name('VMP', prednisone).
other_name('VMD', bortezomib).
other_name('VMD', melphalan).
other_name('VMD', dexamethasone).
other_name('VMDex', bortezomib).
other_name('VMDex', melphalan).
other_name('VMDex', dexamethasone).
other_name('BMDex', bortezomib).
other_name('BMDex', melphalan).
other_name('BMDex', dexamethasone).
other_name('KMP', carfilzomib).
other_name('KMP', melphalan).
other_name('KMP', prednisone).
other_name('Tec-Dara', teclistamab).
other_name('Tec-Dara', daratumumab).
other_name('Tal-Tec', talquetamab).
other_name('Tal-Tec', teclistamab).
other_name('Tal-Dara', talquetamab).
other_name('Tal-Dara', daratumumab).
other_name('Tal-Pom', talquetamab).
other_name('Tal-Pom', pomalidomide).
other_name('Belamaf-Vd', belantamab_mafodotin).
other_name('Belamaf-Vd', bortezomib).
other_name('Belamaf-Vd', dexamethasone).
other_name('Bela-Vd', belantamab_mafodotin).
other_name('Bela-Vd', bortezomib).
other_name('Bela-Vd', dexamethasone).
other_name('Belamaf-Pd', belantamab_mafodotin).
other_name('Belamaf-Pd', pomalidomide).
other_name('Belamaf-Pd', dexamethasone).
other_name('Bela-Pd', belantamab_mafodotin).
other_name('Bela-Pd', pomalidomide).
other_name('Bela-Pd', dexamethasone).

% Myeloma, four agents and more.
other_name('Dara-VRd', daratumumab).
other_name('Dara-VRd', bortezomib).
other_name('Dara-VRd', lenalidomide).
other_name('Dara-VRd', dexamethasone).
other_name('D-VRd', daratumumab).
other_name('D-VRd', bortezomib).
other_name('D-VRd', lenalidomide).
other_name('D-VRd', dexamethasone).
other_name('Dara-RVd', daratumumab).
other_name('Dara-RVd', bortezomib).
other_name('Dara-RVd', lenalidomide).
other_name('Dara-RVd', dexamethasone).
other_name('D-RVd', daratumumab).
other_name('D-RVd', bortezomib).
other_name('D-RVd', lenalidomide).
other_name('D-RVd', dexamethasone).
other_name('VRd-Dara', daratumumab).
other_name('VRd-Dara', bortezomib).
other_name('VRd-Dara', lenalidomide).
other_name('VRd-Dara', dexamethasone).
other_name('Dara-VMP', daratumumab).
other_name('Dara-VMP', bortezomib).
other_name('Dara-VMP', melphalan).
other_name('Dara-VMP', prednisone).
other_name('D-VMP', daratumumab).
other_name('D-VMP', bortezomib).
other_name('D-VMP', melphalan).
other_name('D-VMP', prednisone).
other_name('Dara-VTd', daratumumab).
other_name('Dara-VTd', bortezomib).
other_name('Dara-VTd', thalidomide).
other_name('Dara-VTd', dexamethasone).
other_name('D-VTd', daratumumab).
other_name('D-VTd', bortezomib).
other_name('D-VTd', thalidomide).
other_name('D-VTd', dexamethasone).
other_name('Dara-VCd', daratumumab).
other_name('Dara-VCd', bortezomib).
other_name('Dara-VCd', cyclophosphamide).
other_name('Dara-VCd', dexamethasone).
other_name('D-VCd', daratumumab).
other_name('D-VCd', bortezomib).
other_name('D-VCd', cyclophosphamide).
other_name('D-VCd', dexamethasone).
other_name('Dara-CyBorD', daratumumab).
other_name('Dara-CyBorD', bortezomib).
other_name('Dara-CyBorD', cyclophosphamide).
other_name('Dara-CyBorD', dexamethasone).
other_name('D-CyBorD', daratumumab).
other_name('D-CyBorD', bortezomib).
other_name('D-CyBorD', cyclophosphamide).
other_name('D-CyBorD', dexamethasone).
other_name('Dara-KRd', daratumumab).
other_name('Dara-KRd', carfilzomib).
other_name('Dara-KRd', lenalidomide).
other_name('Dara-KRd', dexamethasone).
other_name('D-KRd', daratumumab).
other_name('D-KRd', carfilzomib).
other_name('D-KRd', lenalidomide).
other_name('D-KRd', dexamethasone).
other_name('KRd-Dara', daratumumab).
other_name('KRd-Dara', carfilzomib).
other_name('KRd-Dara', lenalidomide).
other_name('KRd-Dara', dexamethasone).
other_name('Dara-KPd', daratumumab).
other_name('Dara-KPd', carfilzomib).
other_name('Dara-KPd', pomalidomide).
other_name('Dara-KPd', dexamethasone).
other_name('D-KPd', daratumumab).
other_name('D-KPd', carfilzomib).
other_name('D-KPd', pomalidomide).
other_name('D-KPd', dexamethasone).
other_name('Isa-VRd', isatuximab).
other_name('Isa-VRd', bortezomib).
other_name('Isa-VRd', lenalidomide).
other_name('Isa-VRd', dexamethasone).
other_name('Isa-RVd', isatuximab).
other_name('Isa-RVd', bortezomib).
other_name('Isa-RVd', lenalidomide).
other_name('Isa-RVd', dexamethasone).
other_name('Isa-KRd', isatuximab).
other_name('Isa-KRd', carfilzomib).
other_name('Isa-KRd', lenalidomide).
other_name('Isa-KRd', dexamethasone).
other_name('Elo-VRd', elotuzumab).
other_name('Elo-VRd', bortezomib).
other_name('Elo-VRd', lenalidomide).
other_name('Elo-VRd', dexamethasone).
other_name('EVRd', elotuzumab).
other_name('EVRd', bortezomib).
other_name('EVRd', lenalidomide).
other_name('EVRd', dexamethasone).
other_name('Elo-KRd', elotuzumab).
other_name('Elo-KRd', carfilzomib).
other_name('Elo-KRd', lenalidomide).
other_name('Elo-KRd', dexamethasone).
other_name('VRCd', bortezomib).
other_name('VRCd', lenalidomide).
other_name('VRCd', cyclophosphamide).
other_name('VRCd', dexamethasone).
other_name('CVRd', bortezomib).
other_name('CVRd', lenalidomide).
other_name('CVRd', cyclophosphamide).
other_name('CVRd', dexamethasone).
other_name('VDCR', bortezomib).
other_name('VDCR', lenalidomide).
other_name('VDCR', cyclophosphamide).
other_name('VDCR', dexamethasone).
other_name('VDT-PACE', bortezomib).
other_name('VDT-PACE', dexamethasone).
other_name('VDT-PACE', thalidomide).
other_name('VDT-PACE', cisplatin).
other_name('VDT-PACE', doxorubicin).
other_name('VDT-PACE', cyclophosphamide).
other_name('VDT-PACE', etoposide).
other_name('VTd-PACE', bortezomib).
other_name('VTd-PACE', dexamethasone).
other_name('VTd-PACE', thalidomide).
other_name('VTd-PACE', cisplatin).
other_name('VTd-PACE', doxorubicin).
other_name('VTd-PACE', cyclophosphamide).
other_name('VTd-PACE', etoposide).
other_name('DT-PACE', dexamethasone).
other_name('DT-PACE', thalidomide).
other_name('DT-PACE', cisplatin).
other_name('DT-PACE', doxorubicin).
other_name('DT-PACE', cyclophosphamide).
other_name('DT-PACE', etoposide).
other_name('TD-PACE', dexamethasone).
other_name('TD-PACE', thalidomide).
other_name('TD-PACE', cisplatin).
other_name('TD-PACE', doxorubicin).
other_name('TD-PACE', cyclophosphamide).
other_name('TD-PACE', etoposide).
other_name('VD-PACE', bortezomib).
other_name('VD-PACE', dexamethasone).
other_name('VD-PACE', cisplatin).
other_name('VD-PACE', doxorubicin).
other_name('VD-PACE', cyclophosphamide).
other_name('VD-PACE', etoposide).
other_name('D-PACE', dexamethasone).
other_name('D-PACE', cisplatin).
other_name('D-PACE', doxorubicin).
other_name('D-PACE', cyclophosphamide).
other_name('D-PACE', etoposide).
other_name('VRd-PACE', bortezomib).
other_name('VRd-PACE', lenalidomide).
other_name('VRd-PACE', dexamethasone).
other_name('VRd-PACE', cisplatin).
other_name('VRd-PACE', doxorubicin).
other_name('VRd-PACE', cyclophosphamide).
other_name('VRd-PACE', etoposide).
other_name('VDR-PACE', bortezomib).
other_name('VDR-PACE', lenalidomide).
other_name('VDR-PACE', dexamethasone).
other_name('VDR-PACE', cisplatin).
other_name('VDR-PACE', doxorubicin).
other_name('VDR-PACE', cyclophosphamide).
other_name('VDR-PACE', etoposide).
other_name('KD-PACE', carfilzomib).
other_name('KD-PACE', dexamethasone).
other_name('KD-PACE', cisplatin).
other_name('KD-PACE', doxorubicin).
other_name('KD-PACE', cyclophosphamide).
other_name('KD-PACE', etoposide).
other_name('KRd-PACE', carfilzomib).
other_name('KRd-PACE', lenalidomide).
other_name('KRd-PACE', dexamethasone).
other_name('KRd-PACE', cisplatin).
other_name('KRd-PACE', doxorubicin).
other_name('KRd-PACE', cyclophosphamide).
other_name('KRd-PACE', etoposide).
other_name('DCEP', dexamethasone).
other_name('DCEP', cyclophosphamide).
other_name('DCEP', etoposide).
other_name('DCEP', cisplatin).
other_name('VAD', vincristine).
other_name('VAD', doxorubicin).
other_name('VAD', dexamethasone).
other_name('C-VAD', cyclophosphamide).
other_name('C-VAD', vincristine).
other_name('C-VAD', doxorubicin).
other_name('C-VAD', dexamethasone).
other_name('C-VAMP', cyclophosphamide).
other_name('C-VAMP', vincristine).
other_name('C-VAMP', doxorubicin).
other_name('C-VAMP', methylprednisolone).
other_name('VBMCP', vincristine).
other_name('VBMCP', carmustine).
other_name('VBMCP', melphalan).
other_name('VBMCP', cyclophosphamide).
other_name('VBMCP', prednisone).
other_name('M2 protocol', vincristine).
other_name('M2 protocol', carmustine).
other_name('M2 protocol', melphalan).
other_name('M2 protocol', cyclophosphamide).
other_name('M2 protocol', prednisone).
other_name('VBAD', vincristine).
other_name('VBAD', carmustine).
other_name('VBAD', doxorubicin).
other_name('VBAD', dexamethasone).
other_name('ABCM', doxorubicin).
other_name('ABCM', carmustine).
other_name('ABCM', cyclophosphamide).
other_name('ABCM', melphalan).

% Lymphoma, first line.
other_name('CHOP', cyclophosphamide).
other_name('CHOP', doxorubicin).
other_name('CHOP', vincristine).
other_name('CHOP', prednisone).
other_name('CHOP-21', cyclophosphamide).
other_name('CHOP-21', doxorubicin).
other_name('CHOP-21', vincristine).
other_name('CHOP-21', prednisone).
other_name('CHOP-14', cyclophosphamide).
other_name('CHOP-14', doxorubicin).
other_name('CHOP-14', vincristine).
other_name('CHOP-14', prednisone).
other_name('R-CHOP', rituximab).
other_name('R-CHOP', cyclophosphamide).
other_name('R-CHOP', doxorubicin).
other_name('R-CHOP', vincristine).
other_name('R-CHOP', prednisone).
other_name('CHOP-R', rituximab).
other_name('CHOP-R', cyclophosphamide).
other_name('CHOP-R', doxorubicin).
other_name('CHOP-R', vincristine).
other_name('CHOP-R', prednisone).
other_name('R-CHOP-21', rituximab).
other_name('R-CHOP-21', cyclophosphamide).
other_name('R-CHOP-21', doxorubicin).
other_name('R-CHOP-21', vincristine).
other_name('R-CHOP-21', prednisone).
other_name('R-CHOP-14', rituximab).
other_name('R-CHOP-14', cyclophosphamide).
other_name('R-CHOP-14', doxorubicin).
other_name('R-CHOP-14', vincristine).
other_name('R-CHOP-14', prednisone).
other_name('R-mini-CHOP', rituximab).
other_name('R-mini-CHOP', cyclophosphamide).
other_name('R-mini-CHOP', doxorubicin).
other_name('R-mini-CHOP', vincristine).
other_name('R-mini-CHOP', prednisone).
other_name('mini-R-CHOP', rituximab).
other_name('mini-R-CHOP', cyclophosphamide).
other_name('mini-R-CHOP', doxorubicin).
other_name('mini-R-CHOP', vincristine).
other_name('mini-R-CHOP', prednisone).
other_name('G-CHOP', obinutuzumab).
other_name('G-CHOP', cyclophosphamide).
other_name('G-CHOP', doxorubicin).
other_name('G-CHOP', vincristine).
other_name('G-CHOP', prednisone).
other_name('O-CHOP', obinutuzumab).
other_name('O-CHOP', cyclophosphamide).
other_name('O-CHOP', doxorubicin).
other_name('O-CHOP', vincristine).
other_name('O-CHOP', prednisone).
other_name('Obin-CHOP', obinutuzumab).
other_name('Obin-CHOP', cyclophosphamide).
other_name('Obin-CHOP', doxorubicin).
other_name('Obin-CHOP', vincristine).
other_name('Obin-CHOP', prednisone).
other_name('CHOEP', cyclophosphamide).
other_name('CHOEP', doxorubicin).
other_name('CHOEP', vincristine).
other_name('CHOEP', etoposide).
other_name('CHOEP', prednisone).
other_name('R-CHOEP', rituximab).
other_name('R-CHOEP', cyclophosphamide).
other_name('R-CHOEP', doxorubicin).
other_name('R-CHOEP', vincristine).
other_name('R-CHOEP', etoposide).
other_name('R-CHOEP', prednisone).
other_name('R2-CHOP', rituximab).
other_name('R2-CHOP', lenalidomide).
other_name('R2-CHOP', cyclophosphamide).
other_name('R2-CHOP', doxorubicin).
other_name('R2-CHOP', vincristine).
other_name('R2-CHOP', prednisone).
other_name('CHP', cyclophosphamide).
other_name('CHP', doxorubicin).
other_name('CHP', prednisone).
other_name('Pola-R-CHP', polatuzumab_vedotin).
other_name('Pola-R-CHP', rituximab).
other_name('Pola-R-CHP', cyclophosphamide).
other_name('Pola-R-CHP', doxorubicin).
other_name('Pola-R-CHP', prednisone).
other_name('BV-CHP', brentuximab_vedotin).
other_name('BV-CHP', cyclophosphamide).
other_name('BV-CHP', doxorubicin).
other_name('BV-CHP', prednisone).
other_name('A+CHP', brentuximab_vedotin).
other_name('A+CHP', cyclophosphamide).
other_name('A+CHP', doxorubicin).
other_name('A+CHP', prednisone).
other_name('CVP', cyclophosphamide).
other_name('CVP', vincristine).
other_name('CVP', prednisone).
other_name('COP', cyclophosphamide).
other_name('COP', vincristine).
other_name('COP', prednisone).
other_name('R-CVP', rituximab).
other_name('R-CVP', cyclophosphamide).
other_name('R-CVP', vincristine).
other_name('R-CVP', prednisone).
other_name('CVP-R', rituximab).
other_name('CVP-R', cyclophosphamide).
other_name('CVP-R', vincristine).
other_name('CVP-R', prednisone).
other_name('R-COP', rituximab).
other_name('R-COP', cyclophosphamide).
other_name('R-COP', vincristine).
other_name('R-COP', prednisone).
other_name('G-CVP', obinutuzumab).
other_name('G-CVP', cyclophosphamide).
other_name('G-CVP', vincristine).
other_name('G-CVP', prednisone).
other_name('R-CEOP', rituximab).
other_name('R-CEOP', cyclophosphamide).
other_name('R-CEOP', etoposide).
other_name('R-CEOP', vincristine).
other_name('R-CEOP', prednisone).
other_name('R-CDOP', rituximab).
other_name('R-CDOP', cyclophosphamide).
other_name('R-CDOP', liposomal_doxorubicin).
other_name('R-CDOP', vincristine).
other_name('R-CDOP', prednisone).
other_name('R-GCVP', rituximab).
other_name('R-GCVP', gemcitabine).
other_name('R-GCVP', cyclophosphamide).
other_name('R-GCVP', vincristine).
other_name('R-GCVP', prednisone).
other_name('R-CEPP', rituximab).
other_name('R-CEPP', cyclophosphamide).
other_name('R-CEPP', etoposide).
other_name('R-CEPP', prednisone).
other_name('R-CEPP', procarbazine).
other_name('CEPP', cyclophosphamide).
other_name('CEPP', etoposide).
other_name('CEPP', prednisone).
other_name('CEPP', procarbazine).
other_name('EPOCH', etoposide).
other_name('EPOCH', prednisone).
other_name('EPOCH', vincristine).
other_name('EPOCH', cyclophosphamide).
other_name('EPOCH', doxorubicin).
other_name('DA-EPOCH', etoposide).
other_name('DA-EPOCH', prednisone).
other_name('DA-EPOCH', vincristine).
other_name('DA-EPOCH', cyclophosphamide).
other_name('DA-EPOCH', doxorubicin).
other_name('R-EPOCH', etoposide).
other_name('R-EPOCH', prednisone).
other_name('R-EPOCH', vincristine).
other_name('R-EPOCH', cyclophosphamide).
other_name('R-EPOCH', doxorubicin).
other_name('R-EPOCH', rituximab).
other_name('EPOCH-R', etoposide).
other_name('EPOCH-R', prednisone).
other_name('EPOCH-R', vincristine).
other_name('EPOCH-R', cyclophosphamide).
other_name('EPOCH-R', doxorubicin).
other_name('EPOCH-R', rituximab).
other_name('DA-R-EPOCH', etoposide).
other_name('DA-R-EPOCH', prednisone).
other_name('DA-R-EPOCH', vincristine).
other_name('DA-R-EPOCH', cyclophosphamide).
other_name('DA-R-EPOCH', doxorubicin).
other_name('DA-R-EPOCH', rituximab).
other_name('DA-EPOCH-R', etoposide).
other_name('DA-EPOCH-R', prednisone).
other_name('DA-EPOCH-R', vincristine).
other_name('DA-EPOCH-R', cyclophosphamide).
other_name('DA-EPOCH-R', doxorubicin).
other_name('DA-EPOCH-R', rituximab).
other_name('R-DA-EPOCH', etoposide).
other_name('R-DA-EPOCH', prednisone).
other_name('R-DA-EPOCH', vincristine).
other_name('R-DA-EPOCH', cyclophosphamide).
other_name('R-DA-EPOCH', doxorubicin).
other_name('R-DA-EPOCH', rituximab).
other_name('Pola-R-EPCH', polatuzumab_vedotin).
other_name('Pola-R-EPCH', rituximab).
other_name('Pola-R-EPCH', etoposide).
other_name('Pola-R-EPCH', prednisone).
other_name('Pola-R-EPCH', cyclophosphamide).
other_name('Pola-R-EPCH', doxorubicin).
other_name('VR-CAP', bortezomib).
other_name('VR-CAP', rituximab).
other_name('VR-CAP', cyclophosphamide).
other_name('VR-CAP', doxorubicin).
other_name('VR-CAP', prednisone).
other_name('R-ACVBP', rituximab).
other_name('R-ACVBP', doxorubicin).
other_name('R-ACVBP', cyclophosphamide).
other_name('R-ACVBP', vindesine).
other_name('R-ACVBP', bleomycin).
other_name('R-ACVBP', prednisone).
other_name('hyper-CVAD', cyclophosphamide).
other_name('hyper-CVAD', vincristine).
other_name('hyper-CVAD', doxorubicin).
other_name('hyper-CVAD', dexamethasone).
other_name('hyper-CVAD', methotrexate).
other_name('hyper-CVAD', cytarabine).
other_name('R-hyper-CVAD', rituximab).
other_name('R-hyper-CVAD', cyclophosphamide).
other_name('R-hyper-CVAD', vincristine).
other_name('R-hyper-CVAD', doxorubicin).
other_name('R-hyper-CVAD', dexamethasone).
other_name('R-hyper-CVAD', methotrexate).
other_name('R-hyper-CVAD', cytarabine).
other_name('hyper-CVAD-R', rituximab).
other_name('hyper-CVAD-R', cyclophosphamide).
other_name('hyper-CVAD-R', vincristine).
other_name('hyper-CVAD-R', doxorubicin).
other_name('hyper-CVAD-R', dexamethasone).
other_name('hyper-CVAD-R', methotrexate).
other_name('hyper-CVAD-R', cytarabine).
other_name('CODOX-M', cyclophosphamide).
other_name('CODOX-M', vincristine).
other_name('CODOX-M', doxorubicin).
other_name('CODOX-M', methotrexate).
other_name('R-CODOX-M', rituximab).
other_name('R-CODOX-M', cyclophosphamide).
other_name('R-CODOX-M', vincristine).
other_name('R-CODOX-M', doxorubicin).
other_name('R-CODOX-M', methotrexate).
other_name('IVAC', ifosfamide).
other_name('IVAC', etoposide).
other_name('IVAC', cytarabine).
other_name('R-IVAC', rituximab).
other_name('R-IVAC', ifosfamide).
other_name('R-IVAC', etoposide).
other_name('R-IVAC', cytarabine).
other_name('ABVD', doxorubicin).
other_name('ABVD', bleomycin).
other_name('ABVD', vinblastine).
other_name('ABVD', dacarbazine).
other_name('AVD', doxorubicin).
other_name('AVD', vinblastine).
other_name('AVD', dacarbazine).
other_name('BV-AVD', brentuximab_vedotin).
other_name('BV-AVD', doxorubicin).
other_name('BV-AVD', vinblastine).
other_name('BV-AVD', dacarbazine).
other_name('A+AVD', brentuximab_vedotin).
other_name('A+AVD', doxorubicin).
other_name('A+AVD', vinblastine).
other_name('A+AVD', dacarbazine).
other_name('N-AVD', nivolumab).
other_name('N-AVD', doxorubicin).
other_name('N-AVD', vinblastine).
other_name('N-AVD', dacarbazine).
other_name('Nivo-AVD', nivolumab).
other_name('Nivo-AVD', doxorubicin).
other_name('Nivo-AVD', vinblastine).
other_name('Nivo-AVD', dacarbazine).
other_name('BEACOPP', bleomycin).
other_name('BEACOPP', etoposide).
other_name('BEACOPP', doxorubicin).
other_name('BEACOPP', cyclophosphamide).
other_name('BEACOPP', vincristine).
other_name('BEACOPP', procarbazine).
other_name('BEACOPP', prednisone).
other_name('escalated BEACOPP', bleomycin).
other_name('escalated BEACOPP', etoposide).
other_name('escalated BEACOPP', doxorubicin).
other_name('escalated BEACOPP', cyclophosphamide).
other_name('escalated BEACOPP', vincristine).
other_name('escalated BEACOPP', procarbazine).
other_name('escalated BEACOPP', prednisone).
other_name('eBEACOPP', bleomycin).
other_name('eBEACOPP', etoposide).
other_name('eBEACOPP', doxorubicin).
other_name('eBEACOPP', cyclophosphamide).
other_name('eBEACOPP', vincristine).
other_name('eBEACOPP', procarbazine).
other_name('eBEACOPP', prednisone).
other_name('MOPP', mechlorethamine).
other_name('MOPP', vincristine).
other_name('MOPP', procarbazine).
other_name('MOPP', prednisone).
other_name('R-MPV', rituximab).
other_name('R-MPV', methotrexate).
other_name('R-MPV', procarbazine).
other_name('R-MPV', vincristine).
other_name('R-MVP', rituximab).
other_name('R-MVP', methotrexate).
other_name('R-MVP', procarbazine).
other_name('R-MVP', vincristine).
other_name('MATRix', methotrexate).
other_name('MATRix', cytarabine).
other_name('MATRix', thiotepa).
other_name('MATRix', rituximab).

% Lymphoma, with bendamustine, lenalidomide or later lines.
other_name('BR', bendamustine).
other_name('BR', rituximab).
other_name('R-B', bendamustine).
other_name('R-B', rituximab).
other_name('R-benda', bendamustine).
other_name('R-benda', rituximab).
other_name('Benda-R', bendamustine).
other_name('Benda-R', rituximab).
other_name('G-B', obinutuzumab).
other_name('G-B', bendamustine).
other_name('G-benda', obinutuzumab).
other_name('G-benda', bendamustine).
other_name('Benda-G', obinutuzumab).
other_name('Benda-G', bendamustine).
other_name('Obin-benda', obinutuzumab).
other_name('Obin-benda', bendamustine).
other_name('Pola-BR', polatuzumab_vedotin).
other_name('Pola-BR', bendamustine).
other_name('Pola-BR', rituximab).
other_name('Pola-R-benda', polatuzumab_vedotin).
other_name('Pola-R-benda', bendamustine).
other_name('Pola-R-benda', rituximab).
other_name('Pola-R', polatuzumab_vedotin).
other_name('Pola-R', rituximab).
other_name('R2', rituximab).
other_name('R2', lenalidomide).
other_name('R-squared', rituximab).
other_name('R-squared', lenalidomide).
other_name('R-len', rituximab).
other_name('R-len', lenalidomide).
other_name('R-Rev', rituximab).
other_name('R-Rev', lenalidomide).
other_name('Tafa-Len', tafasitamab).
other_name('Tafa-Len', lenalidomide).
other_name('Len-Tafa', tafasitamab).
other_name('Len-Tafa', lenalidomide).
other_name('L-MIND', tafasitamab).
other_name('L-MIND', lenalidomide).
other_name('Tafa-R2', tafasitamab).
other_name('Tafa-R2', rituximab).
other_name('Tafa-R2', lenalidomide).
other_name('Epco-R2', epcoritamab).
other_name('Epco-R2', rituximab).
other_name('Epco-R2', lenalidomide).
other_name('Epcor-R2', epcoritamab).
other_name('Epcor-R2', rituximab).
other_name('Epcor-R2', lenalidomide).
other_name('Glofit-GemOx', glofitamab).
other_name('Glofit-GemOx', gemcitabine).
other_name('Glofit-GemOx', oxaliplatin).
other_name('Mosun-Pola', mosunetuzumab).
other_name('Mosun-Pola', polatuzumab_vedotin).
other_name('Pola-Mosun', mosunetuzumab).
other_name('Pola-Mosun', polatuzumab_vedotin).
other_name('Lonca-R', loncastuximab_tesirine).
other_name('Lonca-R', rituximab).
other_name('ViPOR', venetoclax).
other_name('ViPOR', ibrutinib).
other_name('ViPOR', prednisone).
other_name('ViPOR', obinutuzumab).
other_name('ViPOR', lenalidomide).
other_name('VenR', venetoclax).
other_name('VenR', rituximab).
other_name('VenO', venetoclax).
other_name('VenO', obinutuzumab).
other_name('Ven-Obi', venetoclax).
other_name('Ven-Obi', obinutuzumab).
other_name('VenG', venetoclax).
other_name('VenG', obinutuzumab).
other_name('BDR', bortezomib).
other_name('BDR', dexamethasone).
other_name('BDR', rituximab).
other_name('DRC', dexamethasone).
other_name('DRC', rituximab).
other_name('DRC', cyclophosphamide).
other_name('FCR', fludarabine).
other_name('FCR', cyclophosphamide).
other_name('FCR', rituximab).
other_name('R-FC', fludarabine).
other_name('R-FC', cyclophosphamide).
other_name('R-FC', rituximab).
other_name('FC', fludarabine).
other_name('FC', cyclophosphamide).
other_name('Flu-Cy', fludarabine).
other_name('Flu-Cy', cyclophosphamide).
other_name('FR', fludarabine).
other_name('FR', rituximab).
other_name('R-FND', rituximab).
other_name('R-FND', fludarabine).
other_name('R-FND', mitoxantrone).
other_name('R-FND', dexamethasone).
other_name('ICE', ifosfamide).
other_name('ICE', carboplatin).
other_name('ICE', etoposide).
other_name('R-ICE', rituximab).
other_name('R-ICE', ifosfamide).
other_name('R-ICE', carboplatin).
other_name('R-ICE', etoposide).
other_name('ICE-R', rituximab).
other_name('ICE-R', ifosfamide).
other_name('ICE-R', carboplatin).
other_name('ICE-R', etoposide).
other_name('DHAP', dexamethasone).
other_name('DHAP', cytarabine).
other_name('DHAP', cisplatin).
other_name('R-DHAP', rituximab).
other_name('R-DHAP', dexamethasone).
other_name('R-DHAP', cytarabine).
other_name('R-DHAP', cisplatin).
other_name('DHAP-R', rituximab).
other_name('DHAP-R', dexamethasone).
other_name('DHAP-R', cytarabine).
other_name('DHAP-R', cisplatin).
other_name('DHAX', dexamethasone).
other_name('DHAX', cytarabine).
other_name('DHAX', oxaliplatin).
other_name('DHAOx', dexamethasone).
other_name('DHAOx', cytarabine).
other_name('DHAOx', oxaliplatin).
other_name('R-DHAX', rituximab).
other_name('R-DHAX', dexamethasone).
other_name('R-DHAX', cytarabine).
other_name('R-DHAX', oxaliplatin).
other_name('R-DHAOx', rituximab).
other_name('R-DHAOx', dexamethasone).
other_name('R-DHAOx', cytarabine).
other_name('R-DHAOx', oxaliplatin).
other_name('ESHAP', etoposide).
other_name('ESHAP', methylprednisolone).
other_name('ESHAP', cytarabine).
other_name('ESHAP', cisplatin).
other_name('R-ESHAP', rituximab).
other_name('R-ESHAP', etoposide).
other_name('R-ESHAP', methylprednisolone).
other_name('R-ESHAP', cytarabine).
other_name('R-ESHAP', cisplatin).
other_name('GDP', gemcitabine).
other_name('GDP', dexamethasone).
other_name('GDP', cisplatin).
other_name('R-GDP', rituximab).
other_name('R-GDP', gemcitabine).
other_name('R-GDP', dexamethasone).
other_name('R-GDP', cisplatin).
other_name('GemOx', gemcitabine).
other_name('GemOx', oxaliplatin).
other_name('R-GemOx', rituximab).
other_name('R-GemOx', gemcitabine).
other_name('R-GemOx', oxaliplatin).
other_name('GemOx-R', rituximab).
other_name('GemOx-R', gemcitabine).
other_name('GemOx-R', oxaliplatin).
other_name('P-GemOx', pegaspargase).
other_name('P-GemOx', gemcitabine).
other_name('P-GemOx', oxaliplatin).
other_name('GVD', gemcitabine).
other_name('GVD', vinorelbine).
other_name('GVD', liposomal_doxorubicin).
other_name('IGEV', ifosfamide).
other_name('IGEV', gemcitabine).
other_name('IGEV', vinorelbine).
other_name('IGEV', prednisolone).
other_name('MINE', mesna).
other_name('MINE', ifosfamide).
other_name('MINE', mitoxantrone).
other_name('MINE', etoposide).
other_name('R-MINE', rituximab).
other_name('R-MINE', mesna).
other_name('R-MINE', ifosfamide).
other_name('R-MINE', mitoxantrone).
other_name('R-MINE', etoposide).
other_name('SMILE', dexamethasone).
other_name('SMILE', methotrexate).
other_name('SMILE', ifosfamide).
other_name('SMILE', pegaspargase).
other_name('SMILE', etoposide).
other_name('Len-Ritux', rituximab).
other_name('Len-Ritux', lenalidomide).
other_name('R-lenalidomide', rituximab).
other_name('R-lenalidomide', lenalidomide).

% Before a transplant.
other_name('BEAM', carmustine).
other_name('BEAM', etoposide).
other_name('BEAM', cytarabine).
other_name('BEAM', melphalan).
other_name('R-BEAM', rituximab).
other_name('R-BEAM', carmustine).
other_name('R-BEAM', etoposide).
other_name('R-BEAM', cytarabine).
other_name('R-BEAM', melphalan).
other_name('BeEAM', bendamustine).
other_name('BeEAM', etoposide).
other_name('BeEAM', cytarabine).
other_name('BeEAM', melphalan).
other_name('CBV', cyclophosphamide).
other_name('CBV', carmustine).
other_name('CBV', etoposide).
other_name('Bu-Mel', busulfan).
other_name('Bu-Mel', melphalan).
other_name('Bu-Cy', busulfan).
other_name('Bu-Cy', cyclophosphamide).
other_name('Flu-Mel', fludarabine).
other_name('Flu-Mel', melphalan).
other_name('Flu-Bu', fludarabine).
other_name('Flu-Bu', busulfan).
other_name('TBC', thiotepa).
other_name('TBC', busulfan).
other_name('TBC', cyclophosphamide).
other_name('HDM-ASCT', melphalan).
other_name('HDM-ASCT', autologous_stem_cell_transplant).
other_name('Mel-ASCT', melphalan).
other_name('Mel-ASCT', autologous_stem_cell_transplant).
other_name('Mel200-ASCT', melphalan).
other_name('Mel200-ASCT', autologous_stem_cell_transplant).

% Words that may follow the name of an agent and change nothing about which agent it is. A name that has a fact of its
% own, such as "daratumumab SC", is taken by that fact.
:- qualified_by(agent, dosage_form/1).
:- pred dosage_form(Word: word)
   :: '"@(Word)" says in what form, by what route, how much or how often an agent is given'.
:- cite(dosage_form/1, 'RxNorm (dose forms) and usual abbreviations of prescriptions').

dosage_form(sc).
dosage_form(sq).
dosage_form(subq).
dosage_form(subcut).
dosage_form(subcutaneous).
dosage_form(subcutaneously).
dosage_form(iv).
dosage_form(ivpb).
dosage_form(intravenous).
dosage_form(intravenously).
dosage_form(im).
dosage_form(intramuscular).
dosage_form(po).
dosage_form(oral).
dosage_form(orally).
dosage_form(odt).
dosage_form(pr).
dosage_form(tablet).
dosage_form(tablets).
dosage_form(tab).
dosage_form(tabs).
dosage_form(capsule).
dosage_form(capsules).
dosage_form(cap).
dosage_form(caps).
dosage_form(injection).
dosage_form(injectable).
dosage_form(inj).
dosage_form(infusion).
dosage_form(patch).
dosage_form(patches).
dosage_form(transdermal).
dosage_form(solution).
dosage_form(suspension).
dosage_form(syrup).
dosage_form(suppository).
dosage_form(suppositories).
dosage_form(film).
dosage_form(spray).
dosage_form(powder).
dosage_form(vial).
dosage_form(vials).
dosage_form(syringe).
dosage_form(kit).
dosage_form(er).
dosage_form(xr).
dosage_form(sr).
dosage_form(dr).
dosage_form(generic).

% Units of a strength, which a number stands before, and how often.
dosage_form(mg).
dosage_form(mcg).
dosage_form(g).
dosage_form(ml).
dosage_form(units).
dosage_form(daily).
dosage_form(weekly).
dosage_form(qd).
dosage_form(bid).
dosage_form(tid).
