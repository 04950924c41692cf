:- source('oncology note', who('nurse reviewer')).
:- source('oncology note', 2024-12-21).
:- source('oncology note', by('nurse'), by('reviewer')).
agent(bortezomib).
