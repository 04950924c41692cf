"""The rule language: text to programs and back, with a diagnostic for whatever cannot be read.

`loader` reads files, `printer` writes programs, `syntax` and `terms` are what a `program` is made of, `declarations` what it
declares. What the language computes is in the records of `builtins`: predicates, operations and comparisons.
"""
