% ?- eligible(c1)
:- pred eligible(Case: case) :: 'the request is in order'.
:- pred heart(Case: case) :: 'the heart is sound'.
:- pred lungs(Case: case) :: 'the lungs are sound'.
:- pred finding(Case: case, What: finding) :: 'there is @(What)'.
:- abducible finding/2.
:- question finding(Case, What) :: 'Is there @(What)?'.
case(c1). limit(3).
eligible(C) :- case(C), heart(C), lungs(C), limit(N), N > 2 + 2.
eligible(C) :- case(C), finding(C, exemption).
heart(C) :- case(C), \+ finding(C, murmur).
lungs(C) :- case(C), finding(C, clear_lungs).
finding(c1, murmur).
-finding(c1, exemption).
