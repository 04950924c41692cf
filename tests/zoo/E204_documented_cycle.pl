% What is documented of a predicate may not decide about that predicate.
:- abducible seen/1.
seen(X) :- thing(X), passed(X).
passed(X) :- thing(X), documented((seen(Y), Y @> X)).
thing(a).
