"""A policy file to fill in: a whole policy of invented names, commented, which is checked, reviews cases and is to be replaced part by
part. It is `templates/policy.pl`, a file of rules as any other."""

from __future__ import annotations

import re
from importlib import resources

from kb.language.syntax import USER

PLACEHOLDER = "new_policy"
"""The name that the policy has in the template."""


def is_policy_name(name: str) -> bool:
    """Whether a policy and its module can be called so: an atom without quotes, and no module that there is anyway."""
    return re.fullmatch(r"[a-z][a-zA-Z0-9_]*", name) is not None and name != USER


def policy_form(name: str) -> str:
    """The text of a policy file about a policy of that name, to be filled in."""
    text = resources.files("explain.authoring").joinpath("templates/policy.pl").read_text(encoding="utf-8")
    return text.replace(PLACEHOLDER, name)
