:- pred score(Case: case, Score: decimal).
score(a, 300).
score(b, X) :- X is 2 * 150.
score(c, N) :- aggregate_all(count, C, asks(C), N).
asks(c).
