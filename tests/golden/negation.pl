% ?- waits(c1)
:- pred waits(C: case) :: '@(C) waits'.
:- pred served(C: case) :: '@(C) is served'.
:- pred open(Desk: desk) :: 'desk @(Desk) is open'.
:- pred at(C: case, Desk: desk) :: '@(C) stands at desk @(Desk)'.
case(c1). case(c2).
at(c1, d1). at(c2, d2).
open(d2).
served(C) :- at(C, Desk), open(Desk).
waits(C) :- case(C), \+ served(C).
