request(c1, selinexor, "initial", 2024-09-03).
sex(c1, "female").
