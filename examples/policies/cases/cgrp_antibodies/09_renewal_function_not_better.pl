% A renewal in which headaches have decreased and function has not improved: criteria_not_met.

request(not_better, galcanezumab, renewal, 2019-12-02).
headaches_decreased(not_better).
-function_improved(not_better).

% What a policy test expects.
expect(not_better, criteria_not_met).
expect(not_better, fewer_headaches, met).
expect(not_better, function, not_met).
expect(not_better, toxicity, not_documented).
