% A renewal: meets_criteria, for twelve months. The quantity is over the limit, which is of no account for the criteria.

request(better, erenumab, renewal, 2019-12-02).
headaches_decreased(better).
function_improved(better).
-unacceptable_toxicity(better).
quantity(better, 2, 28).

% What a policy test expects.
expect(better, meets_criteria).
expect(better, fewer_headaches, met).
expect(better, function, met).
expect(better, toxicity, met).
