"""Populations decided in DuckDB, one slice of cases at a time."""
