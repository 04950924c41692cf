:- question seen(Case, Agent).
