% A question is asked about open predicates alone; that of a closed one does not ask for what it rests on.
:- pred smokes(Case: case) :: 'the patient smokes'.
:- pred -smokes(Case: case) :: 'the patient does not smoke'.
:- abducible smokes/1.
:- pred drinks(Case: case) :: 'the patient drinks'.
:- question drinks(Case) :: 'Does the patient drink?'.

:- pred healthy(Case: case) :: 'the patient lives healthily'.
:- question healthy(Case) :: 'Does the patient live healthily?'.
healthy(Case) :- -smokes(Case), \+ drinks(Case).
