% Courses and measurements just on either side of what the policy asks for: eight continuous weeks are 56 days, both ends counted, and a
% measurement counts from the 57th day on, up to the day of the request.

% Transient ischemic attack.
request(either_side_1, evolocumab, initial, 2025-01-02).
indication(either_side_1, transient_ischemic_attack).
expect(either_side_1, diagnosis, met).
expect(either_side_1, established_disease, met).

% Revascularization.
request(either_side_2, evolocumab, initial, 2025-01-02).
history(either_side_2, revascularization).
expect(either_side_2, diagnosis, met).
expect(either_side_2, established_disease, met).

% Type 1 diabetes; homozygous familial hypercholesterolemia.
request(either_side_3, evolocumab, initial, 2025-01-02).
history(either_side_3, type_1_diabetes).
indication(either_side_3, homozygous_familial_hypercholesterolemia).
expect(either_side_3, diagnosis, met).
expect(either_side_3, primary_hyperlipidemia, met).

% LDL cholesterol of 55 on 1 October; LDL cholesterol of 40 on 1 December; no other measurement.
request(either_side_4, evolocumab, initial, 2025-01-02).
ldl(either_side_4, 2024-10-01, 55).
ldl(either_side_4, 2024-12-01, 40).
complete(either_side_4, ldl).
expect(either_side_4, inadequate_response_in_established_disease, not_documented).
expect(either_side_4, inadequate_response_in_primary_hyperlipidemia, not_met).

% LDL cholesterol of 70 on 1 October; LDL cholesterol of 40 on 1 December; no other measurement.
request(either_side_5, evolocumab, initial, 2025-01-02).
ldl(either_side_5, 2024-10-01, 70).
ldl(either_side_5, 2024-12-01, 40).
complete(either_side_5, ldl).
expect(either_side_5, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Atorvastatin 40 mg for 55 days; ezetimibe 10 mg for 57 days, begun 2 days earlier; LDL cholesterol of 70 on day 89 of
% both; no other course.
request(either_side_6, evolocumab, initial, 2025-01-02).
course(either_side_6, atorvastatin, 40, 2024-09-04, 2024-10-28).
course(either_side_6, ezetimibe, 10, 2024-09-02, 2024-10-28).
ldl(either_side_6, 2024-12-01, 70).
complete(either_side_6, course).
expect(either_side_6, inadequate_response_in_primary_hyperlipidemia, not_met).

% Rhabdomyolysis (ezetimibe).
request(either_side_7, evolocumab, initial, 2025-01-02).
rhabdomyolysis(either_side_7, ezetimibe).
expect(either_side_7, rhabdomyolysis, not_documented).
expect(either_side_7, statin_therapy, not_documented).

% Muscle symptoms (ezetimibe); resolved after stopping (ezetimibe); revascularization; came back (atorvastatin, 40).
request(either_side_8, evolocumab, initial, 2025-01-02).
muscle_symptoms(either_side_8, ezetimibe).
resolved_after_stopping(either_side_8, ezetimibe).
history(either_side_8, revascularization).
came_back(either_side_8, atorvastatin, 40).
expect(either_side_8, muscle_symptoms_in_established_disease, not_documented).
expect(either_side_8, statin_therapy, not_documented).

% Muscle symptoms (atorvastatin); resolved after stopping (atorvastatin); muscle symptoms (rosuvastatin); resolved after
% stopping (rosuvastatin); no indication (primary_hyperlipidemia); no other history; no other indication.
request(either_side_9, evolocumab, initial, 2025-01-02).
muscle_symptoms(either_side_9, atorvastatin).
resolved_after_stopping(either_side_9, atorvastatin).
muscle_symptoms(either_side_9, rosuvastatin).
resolved_after_stopping(either_side_9, rosuvastatin).
-indication(either_side_9, primary_hyperlipidemia).
complete(either_side_9, history).
complete(either_side_9, indication).
expect(either_side_9, muscle_symptoms_in_primary_hyperlipidemia, not_met).
expect(either_side_9, statin_therapy, not_documented).

% Muscle symptoms (rosuvastatin); resolved after stopping (rosuvastatin); no muscle symptoms (atorvastatin); primary
% hyperlipidemia; type 1 diabetes.
request(either_side_10, evolocumab, initial, 2025-01-02).
muscle_symptoms(either_side_10, rosuvastatin).
resolved_after_stopping(either_side_10, rosuvastatin).
-muscle_symptoms(either_side_10, atorvastatin).
indication(either_side_10, primary_hyperlipidemia).
history(either_side_10, type_1_diabetes).
expect(either_side_10, muscle_symptoms_in_primary_hyperlipidemia, not_met).
expect(either_side_10, statin_therapy, not_documented).

% Rosuvastatin 20 mg for 56 days; LDL cholesterol of 54 on the day of the request; LDL cholesterol of 60 after the
% request; primary hyperlipidemia; type 1 diabetes; no other measurement.
request(either_side_11, evolocumab, initial, 2025-01-02).
course(either_side_11, rosuvastatin, 20, 2024-11-08, 2025-01-02).
ldl(either_side_11, 2025-01-02, 54).
ldl(either_side_11, 2025-01-03, 60).
indication(either_side_11, primary_hyperlipidemia).
history(either_side_11, type_1_diabetes).
complete(either_side_11, ldl).
expect(either_side_11, inadequate_response_in_established_disease, not_met).

% Rosuvastatin 40 mg for 56 days; ezetimibe 10 mg for 56 days, begun 56 days later; no other course.
request(either_side_12, evolocumab, initial, 2025-01-02).
course(either_side_12, rosuvastatin, 40, 2024-09-02, 2024-10-27).
course(either_side_12, ezetimibe, 10, 2024-10-28, 2024-12-22).
complete(either_side_12, course).
expect(either_side_12, inadequate_response_in_established_disease, not_documented).

% Rosuvastatin 40 mg for 200 days; LDL cholesterol of 55 on day 58 of it; primary hyperlipidemia; type 1 diabetes.
request(either_side_13, evolocumab, initial, 2025-01-02).
course(either_side_13, rosuvastatin, 40, 2024-09-02, 2025-03-20).
ldl(either_side_13, 2024-10-29, 55).
indication(either_side_13, primary_hyperlipidemia).
history(either_side_13, type_1_diabetes).
expect(either_side_13, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Rosuvastatin 40 mg for 56 days; ezetimibe 10 mg for 56 days, begun 56 days later; LDL cholesterol of 40 on 27 October.
request(either_side_14, evolocumab, initial, 2025-01-02).
course(either_side_14, rosuvastatin, 40, 2024-09-02, 2024-10-27).
course(either_side_14, ezetimibe, 10, 2024-10-28, 2024-12-22).
ldl(either_side_14, 2024-10-27, 40).
expect(either_side_14, inadequate_response_in_established_disease, not_documented).

% Atorvastatin 80 mg for 57 days; ezetimibe 10 mg for 57 days, begun 1 day later; LDL cholesterol of 54.9 after the
% request; no other course.
request(either_side_15, evolocumab, initial, 2025-01-02).
course(either_side_15, atorvastatin, 80, 2024-11-06, 2025-01-01).
course(either_side_15, ezetimibe, 10, 2024-11-07, 2025-01-02).
ldl(either_side_15, 2025-01-03, 54.9).
complete(either_side_15, course).
expect(either_side_15, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Atorvastatin 40 mg for 57 days; LDL cholesterol of 40 on day 57 of it; revascularization; no other course.
request(either_side_16, evolocumab, initial, 2025-01-02).
course(either_side_16, atorvastatin, 40, 2024-11-06, 2025-01-01).
ldl(either_side_16, 2025-01-01, 40).
history(either_side_16, revascularization).
complete(either_side_16, course).
expect(either_side_16, inadequate_response_in_established_disease, not_met).

% Rosuvastatin 40 mg for 90 days; ezetimibe 10 mg for 91 days; LDL cholesterol of 55 on day 122 of both.
request(either_side_17, evolocumab, initial, 2025-01-02).
course(either_side_17, rosuvastatin, 40, 2024-09-02, 2024-11-30).
course(either_side_17, ezetimibe, 10, 2024-09-02, 2024-12-01).
ldl(either_side_17, 2025-01-01, 55).
expect(either_side_17, inadequate_response_in_primary_hyperlipidemia, not_met).

% Atorvastatin 40 mg for 57 days; LDL cholesterol of 70 on day 56 of it; no other course.
request(either_side_18, evolocumab, initial, 2025-01-02).
course(either_side_18, atorvastatin, 40, 2024-09-02, 2024-10-28).
ldl(either_side_18, 2024-10-27, 70).
complete(either_side_18, course).
expect(either_side_18, inadequate_response_in_established_disease, not_documented).

% Rosuvastatin 40 mg for 56 days; ezetimibe 10 mg for 57 days, begun 1 day earlier; LDL cholesterol of 60 on day 56 of
% both; revascularization.
request(either_side_19, evolocumab, initial, 2025-01-02).
course(either_side_19, rosuvastatin, 40, 2024-09-02, 2024-10-27).
course(either_side_19, ezetimibe, 10, 2024-09-01, 2024-10-27).
ldl(either_side_19, 2024-10-27, 60).
history(either_side_19, revascularization).
expect(either_side_19, inadequate_response_in_established_disease, not_documented).
expect(either_side_19, inadequate_response_in_primary_hyperlipidemia, not_documented).
expect(either_side_19, statin_therapy, not_documented).

% Atorvastatin 40 mg for 1 day; ezetimibe 10 mg for 3 days, begun 1 day earlier; LDL cholesterol of 54 on day 122 of
% both; primary hyperlipidemia; type 1 diabetes.
request(either_side_20, evolocumab, initial, 2025-01-02).
course(either_side_20, atorvastatin, 40, 2024-09-02, 2024-09-02).
course(either_side_20, ezetimibe, 10, 2024-09-01, 2024-09-03).
ldl(either_side_20, 2025-01-01, 54).
indication(either_side_20, primary_hyperlipidemia).
history(either_side_20, type_1_diabetes).
expect(either_side_20, inadequate_response_in_established_disease, not_documented).
expect(either_side_20, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Rosuvastatin 19 mg for 56 days; LDL cholesterol of 54.9 on the day of the request; primary hyperlipidemia; type 1
% diabetes.
request(either_side_21, evolocumab, initial, 2025-01-02).
course(either_side_21, rosuvastatin, 19, 2024-11-07, 2025-01-01).
ldl(either_side_21, 2025-01-02, 54.9).
indication(either_side_21, primary_hyperlipidemia).
history(either_side_21, type_1_diabetes).
expect(either_side_21, inadequate_response_in_established_disease, not_documented).

% Rosuvastatin 20 mg for 200 days; ezetimibe 10 mg for 202 days, begun 1 day earlier; LDL cholesterol of 55 after the
% request; primary hyperlipidemia; type 1 diabetes; no other course.
request(either_side_22, evolocumab, initial, 2025-01-02).
course(either_side_22, rosuvastatin, 20, 2024-09-02, 2025-03-20).
course(either_side_22, ezetimibe, 10, 2024-09-01, 2025-03-21).
ldl(either_side_22, 2025-01-03, 55).
indication(either_side_22, primary_hyperlipidemia).
history(either_side_22, type_1_diabetes).
complete(either_side_22, course).
expect(either_side_22, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Atorvastatin 80 mg for 1 day; ezetimibe 10 mg for 1 day, begun 10 days later; LDL cholesterol of 69.9 on day 56 of
% both; revascularization; no other measurement.
request(either_side_23, evolocumab, initial, 2025-01-02).
course(either_side_23, atorvastatin, 80, 2024-09-02, 2024-09-02).
course(either_side_23, ezetimibe, 10, 2024-09-12, 2024-09-12).
ldl(either_side_23, 2024-11-06, 69.9).
history(either_side_23, revascularization).
complete(either_side_23, ldl).
expect(either_side_23, inadequate_response_in_primary_hyperlipidemia, not_met).

% Atorvastatin 80 mg for 56 days; ezetimibe 10 mg for 58 days, begun 1 day earlier; LDL cholesterol of 40 on day 58 of
% both; LDL cholesterol of 69.9 on the day of the request; primary hyperlipidemia; type 1 diabetes.
request(either_side_24, evolocumab, initial, 2025-01-02).
course(either_side_24, atorvastatin, 80, 2024-09-02, 2024-10-27).
course(either_side_24, ezetimibe, 10, 2024-09-01, 2024-10-28).
ldl(either_side_24, 2024-10-29, 40).
ldl(either_side_24, 2025-01-02, 69.9).
indication(either_side_24, primary_hyperlipidemia).
history(either_side_24, type_1_diabetes).
expect(either_side_24, inadequate_response_in_primary_hyperlipidemia, not_met).

% Atorvastatin 80 mg for 90 days; ezetimibe 10 mg for 92 days, begun 1 day earlier; LDL cholesterol of 69.9 on day 57 of
% both; primary hyperlipidemia; type 1 diabetes.
request(either_side_25, evolocumab, initial, 2025-01-02).
course(either_side_25, atorvastatin, 80, 2024-09-02, 2024-11-30).
course(either_side_25, ezetimibe, 10, 2024-09-01, 2024-12-01).
ldl(either_side_25, 2024-10-28, 69.9).
indication(either_side_25, primary_hyperlipidemia).
history(either_side_25, type_1_diabetes).
expect(either_side_25, inadequate_response_in_primary_hyperlipidemia, not_met).

% Rosuvastatin 40 mg for 56 days; LDL cholesterol of 54 on the day of the request; no other course.
request(either_side_26, evolocumab, initial, 2025-01-02).
course(either_side_26, rosuvastatin, 40, 2024-11-06, 2024-12-31).
ldl(either_side_26, 2025-01-02, 54).
complete(either_side_26, course).
expect(either_side_26, inadequate_response_in_established_disease, not_met).

% Rosuvastatin 20 mg for 56 days; ezetimibe 10 mg for 55 days, begun 1 day later; LDL cholesterol of 55 on day 121 of
% both; primary hyperlipidemia; type 1 diabetes.
request(either_side_27, evolocumab, initial, 2025-01-02).
course(either_side_27, rosuvastatin, 20, 2024-09-02, 2024-10-27).
course(either_side_27, ezetimibe, 10, 2024-09-03, 2024-10-27).
ldl(either_side_27, 2025-01-01, 55).
indication(either_side_27, primary_hyperlipidemia).
history(either_side_27, type_1_diabetes).
expect(either_side_27, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Rosuvastatin 20 mg for 57 days; ezetimibe 10 mg for 57 days; LDL cholesterol of 60 on day 58 of both; primary
% hyperlipidemia; type 1 diabetes.
request(either_side_28, evolocumab, initial, 2025-01-02).
course(either_side_28, rosuvastatin, 20, 2024-09-02, 2024-10-28).
course(either_side_28, ezetimibe, 10, 2024-09-02, 2024-10-28).
ldl(either_side_28, 2024-10-29, 60).
indication(either_side_28, primary_hyperlipidemia).
history(either_side_28, type_1_diabetes).
expect(either_side_28, inadequate_response_in_primary_hyperlipidemia, not_met).

% Rosuvastatin 19 mg for 90 days; ezetimibe 10 mg for 90 days; LDL cholesterol of 69.9 on day 57 of both; primary
% hyperlipidemia; type 1 diabetes.
request(either_side_29, evolocumab, initial, 2025-01-02).
course(either_side_29, rosuvastatin, 19, 2024-11-06, 2025-02-03).
course(either_side_29, ezetimibe, 10, 2024-11-06, 2025-02-03).
ldl(either_side_29, 2025-01-01, 69.9).
indication(either_side_29, primary_hyperlipidemia).
history(either_side_29, type_1_diabetes).
expect(either_side_29, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Rosuvastatin 40 mg for 55 days; ezetimibe 10 mg for 55 days; LDL cholesterol of 60 on day 57 of both; LDL cholesterol
% of 40 on the day of the request.
request(either_side_30, evolocumab, initial, 2025-01-02).
course(either_side_30, rosuvastatin, 40, 2024-09-02, 2024-10-26).
course(either_side_30, ezetimibe, 10, 2024-09-02, 2024-10-26).
ldl(either_side_30, 2024-10-28, 60).
ldl(either_side_30, 2025-01-02, 40).
expect(either_side_30, inadequate_response_in_established_disease, not_documented).

% Rosuvastatin 40 mg for 56 days; LDL cholesterol of 40 on day 58 of it.
request(either_side_31, evolocumab, initial, 2025-01-02).
course(either_side_31, rosuvastatin, 40, 2024-09-02, 2024-10-27).
ldl(either_side_31, 2024-10-29, 40).
expect(either_side_31, inadequate_response_in_primary_hyperlipidemia, not_documented).

% Atorvastatin 40 mg for 56 days; ezetimibe 10 mg for 66 days; LDL cholesterol of 70 on day 56 of both; LDL cholesterol
% of 40 on the day of the request.
request(either_side_32, evolocumab, initial, 2025-01-02).
course(either_side_32, atorvastatin, 40, 2024-11-07, 2025-01-01).
course(either_side_32, ezetimibe, 10, 2024-11-07, 2025-01-11).
ldl(either_side_32, 2025-01-01, 70).
ldl(either_side_32, 2025-01-02, 40).
expect(either_side_32, inadequate_response_in_established_disease, not_met).
expect(either_side_32, inadequate_response_in_primary_hyperlipidemia, not_met).

% Atorvastatin 40 mg for 119 days; LDL cholesterol of 40 on day 57 of it; LDL cholesterol of 30 after the request.
request(either_side_33, evolocumab, initial, 2025-01-02).
course(either_side_33, atorvastatin, 40, 2024-09-02, 2024-12-29).
ldl(either_side_33, 2024-10-28, 40).
ldl(either_side_33, 2025-01-10, 30).
expect(either_side_33, inadequate_response_in_established_disease, not_met).
expect(either_side_33, statin_therapy, not_documented).
