"""The three-valued reading: rules become two-valued plan rules, one for what is certain and one for what is possible.

`Completion` is what it offers: the plan rules of a program (`Completion.of`), and of goals in a layer above it (`asked`). plan.py
has what they are made of.
"""
