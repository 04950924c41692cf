note('a\qb').
