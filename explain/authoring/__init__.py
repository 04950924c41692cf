"""Files to begin with: `new_case.py` writes a case file to fill in, from what a program declares."""
