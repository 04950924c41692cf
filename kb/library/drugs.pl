% Drugs by class, brand and code: the myeloma medications of Appendix 1. Agents against nausea are in antiemetics.pl.
% Names are in lower case with underscores; generics go without biologic suffixes (isatuximab, not isatuximab_irfc).

:- vocabulary(drug_class, known_class/1).
:- pred known_class(Class: drug_class) :: '@(Class) is a class of drugs that policies name'.
:- cite(known_class/1, 'Appendix 1').

known_class(proteasome_inhibitor).
known_class(immunomodulatory_agent).
known_class(anti_cd38_monoclonal_antibody).
known_class(five_ht3_antagonist).
known_class(other_antiemetic).

:- pred drug_class(Generic: agent, Class: drug_class) :: '@(Generic) belongs to the class @(Class)'.
:- cite(drug_class/2, 'Appendix 1').

% Appendix 1, first table.
drug_class(carfilzomib, proteasome_inhibitor).
drug_class(ixazomib, proteasome_inhibitor).
drug_class(bortezomib, proteasome_inhibitor).

% Appendix 1, second table.
drug_class(pomalidomide, immunomodulatory_agent).
drug_class(lenalidomide, immunomodulatory_agent).
drug_class(thalidomide, immunomodulatory_agent).

% Appendix 1, third table.
drug_class(daratumumab, anti_cd38_monoclonal_antibody).
drug_class(daratumumab_and_hyaluronidase, anti_cd38_monoclonal_antibody).
drug_class(isatuximab, anti_cd38_monoclonal_antibody).

:- pred brand(Brand: brand, Generic: agent) :: '@(Brand) is a brand of @(Generic)'.
:- cite(brand/2, 'Appendix 1').

brand(kyprolis, carfilzomib).
brand(ninlaro, ixazomib).
brand(velcade, bortezomib).
brand(pomalyst, pomalidomide).
brand(revlimid, lenalidomide).
brand(thalomid, thalidomide).
brand(darzalex, daratumumab).
brand(darzalex_faspro, daratumumab_and_hyaluronidase).
brand(sarclisa, isatuximab).

% RxNorm codes of ingredients and brand names themselves. Those of all that holds an agent are in codes.pl.
:- pred rxcui(Name: name, Code: integer) :: '@(Name) has the RxNorm code @(Code)'.
:- cite(rxcui/2, 'RxNorm').

rxcui(carfilzomib, 1302966).
rxcui(ixazomib, 1723735).
rxcui(bortezomib, 358258).
rxcui(pomalidomide, 1369713).
rxcui(lenalidomide, 342369).
rxcui(thalidomide, 10432).
rxcui(daratumumab, 1721947).
rxcui(daratumumab_and_hyaluronidase, 2372199).
rxcui(isatuximab, 2282018).
rxcui(selinexor, 2178390).
rxcui(kyprolis, 1302971).
rxcui(ninlaro, 1723758).
rxcui(velcade, 356733).
rxcui(pomalyst, 1369719).
rxcui(revlimid, 337535).
rxcui(thalomid, 220239).
rxcui(darzalex, 1721952).
rxcui(darzalex_faspro, 2375137).
rxcui(sarclisa, 2282024).
rxcui(xpovio, 2178397).
