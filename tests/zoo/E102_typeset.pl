% What text processors and other languages write.
p(X) :- q(X), X ≥ 1.
p(X) :- q(X), X ≤ 1.
p(X) :- q(X), X ≠ 1.
p(‘a’).
p(“a”).
p(2024–07–01).
p(a，b).
p(a). # a remark
