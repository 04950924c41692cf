"""Explanations as values: why, why not, every proof, counts, what is missing, and what differs."""
