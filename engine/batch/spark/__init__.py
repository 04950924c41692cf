"""Populations decided in Spark SQL by the same lifted plan."""
