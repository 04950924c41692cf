% ?- p(X)
q(2). r(1). s(1). s(2).
p(X) :- (q(X) ; r(X), s(X)), aggregate_all(sum(Y), Y, s(Y), N), N =:= 3, at_most(2, Z, s(Z)), member(X, [1, 2]).
