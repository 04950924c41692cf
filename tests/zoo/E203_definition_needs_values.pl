:- inline within/3.
within(From, To, Most) :- days_between(From, To, Days), Days =< Most.
day(2024-01-01).
near(To) :- day(To), within(_, To, 30).
far(From) :- day(To), \+ within(From, To, 30), \+ day(From).
