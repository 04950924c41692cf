% A renewal of which the prescriber does not say whether there was a response: more_information_needed. A value of LDL cholesterol does not
% stand for that.

request(renewal_open, evolocumab, renewal, 2026-06-10).
ldl(renewal_open, 2026-06-02, 48).

% What a policy test expects.
expect(renewal_open, more_information_needed).
expect(renewal_open, response, not_documented).
