:- module(exporting, [missed/1]).
:- use_module('beside/first.pl', [shared/1, sharde/1]).
misst(X) :- shared(X).
