request(c1, selinexor, intial, 2024-09-03).
review_type(c1, sometimes).
urgency(c1, expedit).
