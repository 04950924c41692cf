% ?- fit(c1)
:- pred fit(Case: case) :: 'the patient is fit'.
:- pred finding(Case: case, What: finding) :: 'there is @(What)'.
:- pred sex(Case: case, Sex: sex) :: 'the patient is @(Sex)'.
:- abducible finding/2, sex/2.
:- functional sex(+, -).
case(c1).
fit(C) :- case(C), \+ finding(C, fever), \+ finding(C, cough), \+ sex(C, male).
-finding(c1, fever).
complete(c1, finding).
sex(c1, female).
