% Types as other languages call them, or misspelt: they are labels, and nothing is held against them.
:- pred known_drug(Drug: drug) :: '@(Drug) is known'.
known_drug(aspirin).
:- vocabulary(drug, known_drug/1).
:- vocabulary(drugs, known_drug/1).

:- pred taken(Case: case, Drug: durg, Days: int) :: '@(Drug) was taken for @(Days) days'.
:- abducible taken/3.
:- pred weight(Case: case, Kilograms: float, Day: datetime) :: 'the patient weighed @(Kilograms) kg on @(Day)'.
:- abducible weight/3.
:- pred stopped(Case: case, Why: reason) :: 'it was stopped for @(Why)'.
:- abducible stopped/2.
