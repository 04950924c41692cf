"""Priorlog as a service over HTTP: reviews, explanations, questions, CDS Hooks, and a page to review a case by hand.

request -> access.py -> limits.py -> app.py -> pool.py -> work.py (in a process of its own) -> reply
"""
