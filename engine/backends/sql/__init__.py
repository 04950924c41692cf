"""Checked programs as SQL: for DuckDB, for Spark, and as text for other warehouses."""
