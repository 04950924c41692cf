request(c1, selinexor, intial, 2024-09-03).
sex(c1, woman).
disease_status(c1, relapse).
agrees_to_monitor(c1, weight).
