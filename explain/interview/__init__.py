"""The interview about a case: it asks only what can still change the determination."""
