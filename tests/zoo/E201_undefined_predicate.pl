p(X) :- drug_clas(X, proteasome_inhibitor).
drug_class(bortezomib, proteasome_inhibitor).
