:- abducible(seen/2).
