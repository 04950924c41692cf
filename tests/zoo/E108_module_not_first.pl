p(a).
:- module(late, [p/1]).
