% A day less than eight weeks, and no other course: criteria_not_met.

request(day_less, evolocumab, initial, 2025-06-16).
birth_date(day_less, 1961-02-17).
indication(day_less, stroke).
complete(day_less, history).
course(day_less, atorvastatin, 40, 2025-04-01, 2025-05-25).
complete(day_less, course).
ldl(day_less, 2025-06-10, 120).
complete(day_less, rhabdomyolysis).
complete(day_less, muscle_symptoms).
complete(day_less, came_back).
