:- functional born(+, -).
born(c1, 2000-01-01).
born(c1, 2000-01-02).
