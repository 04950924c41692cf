% ?- on_record(c1)
:- pred on_record(C: case) :: 'the consent of @(C) is on record'.
:- pred consents(C: case) :: '@(C) consents'.
:- pred asked(C: case, Who: person) :: '@(C) was asked by @(Who)'.
:- abducible consents/1, asked/2.
consents(c1).
on_record(C) :- documented((consents(C), asked(C, _))).
