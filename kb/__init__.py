"""What is written and what is known.

`kb.language` reads, prints and computes the rule language; `library` and `policies` beside it hold rules and facts in that
language. Nothing here reasons: what follows from a program is for `engine` to say.
"""

PRIORLOG = True
"""Tells this package from another one of the same name."""
