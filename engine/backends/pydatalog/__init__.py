"""The default back end: goal-directed, on pyDatalog's engine."""
