"""A case of which only some is known, for a solver: ground rules over facts that may be assumed, and minimal sets of these.

`Candidates` says which facts may be assumed, `Grounder` makes the ground rules, `relevant` the `Search` of what matters in them,
and `MinimalSets` gives what settles a goal, the smallest first; `settling_questions` the same of questions that facts answer.
"""
