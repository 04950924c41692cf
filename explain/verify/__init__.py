"""The checker of explanations: it takes their JSON and works out again whether each step follows.

It shares no code with the search for explanations: of all else it uses the language and the sentences alone.
"""

from explain.verify.checker import Report, Verifier, verify
from explain.verify.steps import Fault

__all__ = ["Fault", "Report", "Verifier", "verify"]
