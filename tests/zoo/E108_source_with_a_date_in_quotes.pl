:- source('oncology note', on('2024-12-21')).
:- source('oncology note', on(2024-02-30)).
agent(bortezomib).
