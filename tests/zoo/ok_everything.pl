/* Every way to write what is allowed: none of it is a finding. */
:- pred seen(Case: case, Thing: thing) :: '@(Case) saw @(Thing)'.
:- pred -seen(Case: case, Thing: thing) :: '@(Case) did not see @(Thing)'.
:- abducible seen/2.
:- pred 'Two words'(Text: any) :: 'the text is @(Text)'.
'Two words'('it''s').
'Two words'("say ""so""").
'Two words'(-9223372036854775808).
'Two words'(0.00000000000000000000000000000000000001).
'Two words'(0001-01-01).
'Two words'('\x41\\u0041\t').
seen(c1, X) :- 'Two words'(X), \+ X = "no", ( X \== 1 ; X @< 2 ), member(X, [1, "say ""so""", 'a b']).
-seen(c1, moon).
