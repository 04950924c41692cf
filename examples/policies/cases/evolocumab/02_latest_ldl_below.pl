% As 01, but the latest LDL cholesterol is below 55 mg/dL, and what came before does not count: criteria_not_met. That nothing speaks for
% intolerance is documented.

request(latest_below, repatha, initial, 2025-06-16).
birth_date(latest_below, 1961-02-17).
indication(latest_below, nstemi).
complete(latest_below, history).
course(latest_below, atorvastatin, 80, 2025-01-02, 2025-06-14).
ldl(latest_below, 2025-03-03, 71).
ldl(latest_below, 2025-06-01, 54.5).
complete(latest_below, rhabdomyolysis).
complete(latest_below, muscle_symptoms).
complete(latest_below, came_back).

% What a policy test expects.
expect(latest_below, criteria_not_met).
expect(latest_below, age, met).
expect(latest_below, diagnosis, met).
expect(latest_below, established_disease, met).
expect(latest_below, primary_hyperlipidemia, not_met).
expect(latest_below, statin_therapy, not_met).
expect(latest_below, inadequate_response_in_established_disease, not_met).
expect(latest_below, inadequate_response_in_primary_hyperlipidemia, not_met).
expect(latest_below, rhabdomyolysis, not_met).
expect(latest_below, muscle_symptoms_in_established_disease, not_met).
expect(latest_below, muscle_symptoms_in_primary_hyperlipidemia, not_met).
