"""Checked programs as SQL: `Compiler` makes queries of plan rules; `DuckdbBackend` and `SparkBackend` run them."""
