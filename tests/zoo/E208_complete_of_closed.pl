:- abducible seen/2.
complete(c1, seen).
complete(c1, sen).
complete(c1, "seen").
