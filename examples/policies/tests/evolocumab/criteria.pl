% Each criterion not documented, and not met. What is not said of a case is not documented.

request(nothing, evolocumab, initial, 2025-06-16).

expect(nothing, more_information_needed).
expect(nothing, age, not_documented).
expect(nothing, diagnosis, not_documented).
expect(nothing, statin_therapy, not_documented).

% A day before the 18th birthday.
request(child, evolocumab, initial, 2025-06-16).
birth_date(child, 2007-06-17).

expect(child, criteria_not_met).
expect(child, age, not_met).

request(no_birth_date, evolocumab, initial, 2025-06-16).
complete(no_birth_date, birth_date).

expect(no_birth_date, criteria_not_met).
expect(no_birth_date, age, not_met).

request(born_later, evolocumab, initial, 2025-06-16).
birth_date(born_later, 2025-07-01).

expect(born_later, conflicting_evidence).
expect(born_later, age, not_met).

% Neither diagnosis: no condition in the history, and requested for none.
request(no_condition, evolocumab, initial, 2025-06-16).
complete(no_condition, history).
complete(no_condition, indication).

expect(no_condition, criteria_not_met).
expect(no_condition, established_disease, not_met).
expect(no_condition, primary_hyperlipidemia, not_met).
expect(no_condition, diagnosis, not_met).

% A condition of the history itself, and not only a kind of it.
request(stroke_in_history, evolocumab, initial, 2025-06-16).
history(stroke_in_history, stroke).

expect(stroke_in_history, more_information_needed).
expect(stroke_in_history, established_disease, met).

% Primary hyperlipidemia, and a score just below 300, and no diabetes.
request(not_at_risk, evolocumab, initial, 2025-06-16).
indication(not_at_risk, 'HeFH').
calcium_score(not_at_risk, 299.9).
complete(not_at_risk, history).

expect(not_at_risk, criteria_not_met).
expect(not_at_risk, primary_hyperlipidemia, not_met).

request(no_score, evolocumab, initial, 2025-06-16).
indication(no_score, 'HeFH').
complete(no_score, calcium_score).

expect(no_score, more_information_needed).
expect(no_score, primary_hyperlipidemia, not_documented).

request(no_response, evolocumab, renewal, 2025-06-16).
-response(no_response).

expect(no_response, criteria_not_met).
expect(no_response, response, not_met).

request(other_drug, ezetimibe, initial, 2025-06-16).

expect(other_drug, no_policy_in_force).
