:- pred dose(Drug: atom, Mg: integer) :: 'the dose of @(Drug) is @(Mg) mg'.
dose(selinexor, 80).
dose(selinexor, "80").
dose(selinexor, 80.0).
dose("selinexor", 80).
dose(20, 2024-07-01).
