:- module(user, [p/1]).
p(a).
