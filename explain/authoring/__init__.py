"""Files to begin with and to keep in order: a case (`new_case.py`) or a policy (`new_policy.py`) to fill in, and the usual layout
(`formatting.py`)."""
