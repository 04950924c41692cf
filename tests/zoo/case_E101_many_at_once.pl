request(c1, selinexor, initial, 2024-09-03)
birth_date(c1, 1953-4-11).
sex(c1, 'female).
shoe_size(c1, 43).
indication(c1, Multiple_Myeloma).
