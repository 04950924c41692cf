:- pred since(Item: atom, From: date) :: 'there is @(Item) since @(From)'.
:- abducible since/2.
:- pred superseded(Item: atom) :: 'there is a later @(Item)'.
superseded(Item) :- since(Item, From), From @< From.
