:- abducible seen/2.
complete(C, seen) :- person(C).
person(c1).
