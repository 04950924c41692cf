:- pred seen(Case: case, Case: case) :: '@(Case) saw @(Case)'.
