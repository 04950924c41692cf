% A renewal with a response: meets_criteria. Nothing else is asked for.

request(renewed, evolocumab, renewal, 2026-06-10).
response(renewed).
quantity(renewed, 2, 28).

% What a policy test expects.
expect(renewed, meets_criteria).
expect(renewed, response, met).
