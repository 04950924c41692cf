% Statins: doses, days and values just inside and just outside of what is asked for.

% A dose below high intensity, of a statin alone and beside ezetimibe.
request(low_dose, evolocumab, initial, 2025-06-16).
history(low_dose, stroke).
indication(low_dose, 'HeFH').
calcium_score(low_dose, 300).
course(low_dose, atorvastatin, 39.9, 2025-01-01, 2025-06-10).
course(low_dose, ezetimibe, 10, 2025-01-01, 2025-06-10).
complete(low_dose, course).
ldl(low_dose, 2025-06-12, 141).
complete(low_dose, rhabdomyolysis).
complete(low_dose, muscle_symptoms).

expect(low_dose, criteria_not_met).
expect(low_dose, inadequate_response_in_established_disease, not_met).
expect(low_dose, inadequate_response_in_primary_hyperlipidemia, not_met).
expect(low_dose, rhabdomyolysis, not_met).
expect(low_dose, muscle_symptoms_in_established_disease, not_met).
expect(low_dose, muscle_symptoms_in_primary_hyperlipidemia, not_met).
expect(low_dose, statin_therapy, not_met).

% With ezetimibe, a value measured before the eight weeks of both were over; a later one is open.
request(measured_early, evolocumab, initial, 2025-06-16).
indication(measured_early, 'HeFH').
calcium_score(measured_early, 300).
course(measured_early, rosuvastatin, 20, 2025-03-01, 2025-06-10).
course(measured_early, ezetimibe, 10, 2025-04-01, 2025-06-10).
ldl(measured_early, 2025-05-26, 141).

expect(measured_early, more_information_needed).
expect(measured_early, inadequate_response_in_primary_hyperlipidemia, not_documented).

request(only_early, evolocumab, initial, 2025-06-16).
indication(only_early, 'HeFH').
calcium_score(only_early, 300).
course(only_early, rosuvastatin, 20, 2025-03-01, 2025-06-10).
course(only_early, ezetimibe, 10, 2025-04-01, 2025-06-10).
complete(only_early, course).
ldl(only_early, 2025-05-26, 141).
complete(only_early, ldl).

expect(only_early, more_information_needed).
expect(only_early, inadequate_response_in_primary_hyperlipidemia, not_met).

% Measured after the request, which does not count, whatever it is.
request(measured_late, evolocumab, initial, 2025-06-16).
history(measured_late, stroke).
indication(measured_late, 'HeFH').
calcium_score(measured_late, 300).
course(measured_late, rosuvastatin, 20, 2025-03-01, 2025-06-10).
course(measured_late, ezetimibe, 10, 2025-03-01, 2025-06-10).
ldl(measured_late, 2025-06-17, 141).

expect(measured_late, more_information_needed).
expect(measured_late, inadequate_response_in_established_disease, not_documented).
expect(measured_late, inadequate_response_in_primary_hyperlipidemia, not_documented).

% No value at all, in a record that is complete.
request(no_ldl, evolocumab, initial, 2025-06-16).
history(no_ldl, stroke).
course(no_ldl, rosuvastatin, 20, 2025-03-01, 2025-06-10).
course(no_ldl, ezetimibe, 10, 2025-03-01, 2025-06-10).
complete(no_ldl, ldl).

expect(no_ldl, more_information_needed).
expect(no_ldl, inadequate_response_in_established_disease, not_met).

% A statin is documented, and a value after it; whether ezetimibe was given is open.
request(ezetimibe_open, evolocumab, initial, 2025-06-16).
indication(ezetimibe_open, 'HeFH').
calcium_score(ezetimibe_open, 300).
course(ezetimibe_open, rosuvastatin, 20, 2025-03-01, 2025-06-10).
ldl(ezetimibe_open, 2025-06-12, 141).

expect(ezetimibe_open, more_information_needed).
expect(ezetimibe_open, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Two statins of high intensity, one after the other.
request(two_statins, evolocumab, initial, 2025-06-16).
history(two_statins, stroke).
course(two_statins, atorvastatin, 40, 2025-03-01, 2025-04-15).
course(two_statins, rosuvastatin, 20, 2025-04-16, 2025-06-01).
complete(two_statins, course).
ldl(two_statins, 2025-06-02, 141).

expect(two_statins, more_information_needed).
expect(two_statins, inadequate_response_in_established_disease, not_met).

% Muscle symptoms with both statins resolved; or with one they did not.
request(both_resolved, evolocumab, initial, 2025-06-16).
indication(both_resolved, 'HeFH').
calcium_score(both_resolved, 300).
muscle_symptoms(both_resolved, atorvastatin).
resolved_after_stopping(both_resolved, atorvastatin).
muscle_symptoms(both_resolved, rosuvastatin).
resolved_after_stopping(both_resolved, rosuvastatin).

expect(both_resolved, more_information_needed).
expect(both_resolved, muscle_symptoms_in_primary_hyperlipidemia, met).
expect(both_resolved, statin_therapy, met).

request(one_not_resolved, evolocumab, initial, 2025-06-16).
indication(one_not_resolved, 'HeFH').
calcium_score(one_not_resolved, 300).
muscle_symptoms(one_not_resolved, atorvastatin).
resolved_after_stopping(one_not_resolved, atorvastatin).
muscle_symptoms(one_not_resolved, rosuvastatin).
-resolved_after_stopping(one_not_resolved, rosuvastatin).

expect(one_not_resolved, more_information_needed).
expect(one_not_resolved, muscle_symptoms_in_primary_hyperlipidemia, not_met).

% They came back with a dose below high intensity.
request(back_with_low_dose, evolocumab, initial, 2025-06-16).
history(back_with_low_dose, stroke).
muscle_symptoms(back_with_low_dose, simvastatin).
resolved_after_stopping(back_with_low_dose, simvastatin).
came_back(back_with_low_dose, rosuvastatin, 10).
complete(back_with_low_dose, came_back).

expect(back_with_low_dose, more_information_needed).
expect(back_with_low_dose, muscle_symptoms_in_established_disease, not_met).

% Two values, one of them measured after the request, which is not the latest that counts.
request(one_late, evolocumab, initial, 2025-06-16).
history(one_late, nstemi).
course(one_late, rosuvastatin, 20, 2025-03-01, 2025-06-10).
ldl(one_late, 2025-06-12, 141).
ldl(one_late, 2025-06-17, 40).

expect(one_late, more_information_needed).
expect(one_late, established_disease, met).
expect(one_late, inadequate_response_in_established_disease, met).

% A value alone, where no course is documented.
request(ldl_alone, evolocumab, initial, 2025-06-16).
history(ldl_alone, nstemi).
ldl(ldl_alone, 2025-06-12, 141).

expect(ldl_alone, more_information_needed).
expect(ldl_alone, inadequate_response_in_established_disease, not_documented).
