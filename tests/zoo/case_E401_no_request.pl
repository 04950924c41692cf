birth_date(c1, 1953-04-11).
sex(c1, female).
