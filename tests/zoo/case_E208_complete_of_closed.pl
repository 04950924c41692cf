request(c1, selinexor, initial, 2024-09-03).
complete(c1, request).
complete(c1, refractery).
complete(c1, meets_criteria).
