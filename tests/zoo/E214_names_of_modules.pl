% Predicates of modules that a file without a module names.
:- use_module('beside/first.pl').
:- use_module('beside/second.pl').

both(X) :- hidden(X), first:hidden(X).
ambiguous(X) :- shared(X).
settled(X) :- first:shared(X), second:shared(X).
