:- pred seen(case: case, agent: agent) :: 'seen'.
