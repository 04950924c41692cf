:- module(second, [shared/1]).

shared(b).
