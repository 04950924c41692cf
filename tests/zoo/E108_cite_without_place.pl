:- cite(seen/2).
