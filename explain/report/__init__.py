"""The review of a case and the report on it: one document, many renderers."""
