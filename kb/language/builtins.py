"""The words that the language defines itself: built-in predicates, comparisons, arithmetic, and their modes."""

from __future__ import annotations

from types import MappingProxyType

TERM_COMPARISONS = frozenset({"=", "\\=", "==", "\\==", "@<", "@=<", "@>", "@>="})
NUMERIC_COMPARISONS = frozenset({"<", "=<", ">", ">=", "=:=", "=\\="})
COMPARISONS = TERM_COMPARISONS | NUMERIC_COMPARISONS | {"is"}

OPERATIONS = MappingProxyType({"+": 2, "-": 2, "*": 2, "//": 2, "mod": 2, "min": 2, "max": 2, "abs": 1})
"""The arithmetic operations and how many operands each takes."""

BUILTIN_MODES = MappingProxyType(
    {
        "between": (True, True, False),
        "age": (True, True, False),
        "days_between": (True, True, False),
        "add_days": (True, True, False),
        "add_months": (True, True, False),
    }
)
"""The built-in predicates; True marks an argument that must be bound, False one that the predicate binds."""

BUILTIN_ARITIES = MappingProxyType({name: (len(modes),) for name, modes in BUILTIN_MODES.items()})

CONSTRUCTS = frozenset({"at_least", "at_most", "aggregate_all", "member", "true", "false", "fail", "not"})
"""Names with a meaning of their own in bodies, which no program may define."""

BUILTIN_TYPES = MappingProxyType(
    {
        "between": ("integer", "integer", "integer"),
        "age": ("date", "date", "integer"),
        "days_between": ("date", "date", "integer"),
        "add_days": ("date", "integer", "date"),
        "add_months": ("date", "integer", "date"),
    }
)
"""The kinds of constant that each built-in predicate takes and gives; any other constant fails it."""


DIRECTIVES = ("cite", "policy", "ensure_loaded", "pred", "abducible", "functional", "question")
"""The words that declarations begin with."""


def is_builtin(name: str) -> bool:
    """Whether a predicate of this name, with any number of arguments, belongs to the language."""
    return name in BUILTIN_MODES or name in CONSTRUCTS
