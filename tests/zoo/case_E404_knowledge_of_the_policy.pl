request(c1, selinexor, initial, 2024-09-03).
meets_criteria(c1).
drug_class(bortezomib, immunomodulatory_agent).
