% The indication does not say whether the hyperlipidemia is primary, so it decides nothing: more_information_needed.

request(which_hyperlipidemia, evolocumab, initial, 2025-06-16).
birth_date(which_hyperlipidemia, 1958-12-01).
indication(which_hyperlipidemia, hyperlipidemia).
complete(which_hyperlipidemia, history).
calcium_score(which_hyperlipidemia, 412.5).
rhabdomyolysis(which_hyperlipidemia, pravastatin).

% What a policy test expects.
expect(which_hyperlipidemia, more_information_needed).
expect(which_hyperlipidemia, age, met).
expect(which_hyperlipidemia, diagnosis, not_documented).
expect(which_hyperlipidemia, established_disease, not_documented).
expect(which_hyperlipidemia, primary_hyperlipidemia, not_documented).
expect(which_hyperlipidemia, statin_therapy, met).
expect(which_hyperlipidemia, inadequate_response_in_established_disease, not_documented).
expect(which_hyperlipidemia, inadequate_response_in_primary_hyperlipidemia, not_documented).
expect(which_hyperlipidemia, rhabdomyolysis, met).
expect(which_hyperlipidemia, muscle_symptoms_in_established_disease, not_documented).
expect(which_hyperlipidemia, muscle_symptoms_in_primary_hyperlipidemia, not_documented).
