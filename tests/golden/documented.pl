% ?- line_skipped(c1, 3)
:- pred line_skipped(C: case, Line: integer) :: 'line @(Line) of @(C) follows a line that is not recorded'.
:- pred line(C: case, Line: integer, Agent: agent) :: '@(Agent) was given to @(C) in line @(Line)'.
:- abducible line/3.
line(c1, 1, melphalan).
line(c1, 3, velcade).
line_skipped(C, Line) :- line(C, Line, _), Line > 1, Before is Line - 1, \+ documented(line(C, Before, _)).
