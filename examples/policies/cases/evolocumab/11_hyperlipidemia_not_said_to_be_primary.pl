% The indication does not say whether the hyperlipidemia is primary, so it decides nothing: more_information_needed.

request(which_hyperlipidemia, evolocumab, initial, 2025-06-16).
birth_date(which_hyperlipidemia, 1958-12-01).
indication(which_hyperlipidemia, hyperlipidemia).
complete(which_hyperlipidemia, history).
calcium_score(which_hyperlipidemia, 412.5).
rhabdomyolysis(which_hyperlipidemia, pravastatin).
