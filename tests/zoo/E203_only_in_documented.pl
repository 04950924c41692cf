% `documented` binds what its goal binds, and a negation binds nothing.
p(X) :- documented(q(X)).
r(X) :- documented(\+ q(X)).
q(a).
