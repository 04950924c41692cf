"""The default back end: goal-directed, on pyDatalog's engine. `PydatalogBackend` of engine.py takes a program."""
