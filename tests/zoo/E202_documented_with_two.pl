p :- documented(q, r).
q. r.
