% A renewal in which headaches have decreased and function has not improved: criteria_not_met.

request(not_better, galcanezumab, renewal, 2019-12-02).
headaches_decreased(not_better).
-function_improved(not_better).
