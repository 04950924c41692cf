p(X) :- q(X).
q(X) :- r(X), \+ s(X).
s(X) :- t(X).
t(X) :- p(X), r(X).
r(a).
