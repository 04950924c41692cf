"""What is written and what is known: the language, its declarations, policies, drug facts and cases."""

PRIORLOG = True
"""Tells this package from another one of the same name."""
