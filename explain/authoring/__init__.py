"""For who writes policies: files to begin with (`new_case.py`, `new_policy.py`) and their layout (`formatting.py`); tests and their
coverage (`policy_tests.py`); searches for cases (`smallest_cases.py`), by which policies are compared, looked at deeply and mutated; the page
about a policy (`handbook.py`). The README of `explain/` draws them."""
