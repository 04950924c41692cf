dose(c1, mg(20)).
