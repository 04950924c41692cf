"""For who writes policies: `new_case.py` writes a case file to fill in, from what a program declares; the other modules the page about
a policy, for who does not read rules (the README of `explain/` draws them)."""
