% A denial has a sentence, and what it denies has none.
:- pred -smokes(Case: case) :: 'the patient does not smoke'.
:- abducible smokes/1.
:- question smokes(Case) :: 'Does the patient smoke?'.

:- pred healthy(Case: case) :: 'the patient lives healthily'.
healthy(Case) :- -smokes(Case).
