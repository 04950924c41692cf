% What cannot be, and what is to be looked at, one thing in each case.

request(course_backwards, evolocumab, initial, 2025-06-16).
course(course_backwards, rosuvastatin, 20, 2025-06-10, 2025-06-09).

expect(course_backwards, conflicting_evidence).

request(no_cholesterol, evolocumab, initial, 2025-06-16).
ldl(no_cholesterol, 2025-06-12, 0).

expect(no_cholesterol, conflicting_evidence).

request(score_below_zero, evolocumab, initial, 2025-06-16).
calcium_score(score_below_zero, -1).

expect(score_below_zero, conflicting_evidence).

% These are told, and change nothing.
request(course_goes_on, evolocumab, initial, 2025-06-16).
course(course_goes_on, rosuvastatin, 20, 2025-06-01, 2025-06-17).

expect(course_goes_on, more_information_needed).

request(measured_tomorrow, evolocumab, initial, 2025-06-16).
ldl(measured_tomorrow, 2025-06-17, 70).

expect(measured_tomorrow, more_information_needed).
