win(X) :- move(X, Y), \+ win(Y).
move(a, b).
