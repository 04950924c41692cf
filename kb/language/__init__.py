"""The rule language: text to programs and back, with a diagnostic for whatever cannot be read."""
