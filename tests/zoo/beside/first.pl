:- module(first, [shared/1]).

shared(a).
hidden(a).
