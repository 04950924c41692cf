between(1, 2, 3).
member(a, b).
true.
documented(a).
