"""What people are told of a question that was given up: which limit it came to, where, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.backends.protocol import EndlessError, Exceeded
from engine.endless import most_for_rules
from engine.knowledge import Rules
from kb.language.diagnostics import QUERY, Diagnostic
from kb.language.syntax import Span

MOST_PLACES = 3
"""How many rules are named of the predicate whose rows were being worked out."""

_HINTS: Mapping[Exceeded, str] = MappingProxyType(
    {
        Exceeded.STEPS: "make what is joined smaller, or allow more with `--max-steps`",
        Exceeded.PLAN: "compare fewer variables with each other in one rule, or allow more with `--max-steps`",
        Exceeded.VALUES: "bound the values in the rule, or allow more with `--max-steps`",
        Exceeded.ROWS: "bound the values in the rule, or allow more with `--max-steps`",
        Exceeded.RANGE: "give `between` closer ends, or bind the value before it",
        Exceeded.DEPTH: "divide what is nested, or the rules that call each other, into fewer levels",
    }
)


def endless(what: str, error: EndlessError | RecursionError, rules: Rules, place: str = QUERY) -> Diagnostic:
    """The diagnostic (E501) for a goal, or a population, whose evaluation under some rules was given up."""
    shown = what if len(what) <= 60 else what[:57] + "..."
    exceeded = error.exceeded if isinstance(error, EndlessError) else Exceeded.DEPTH
    limits = {Exceeded.STEPS: rules.max_steps, Exceeded.PLAN: most_for_rules(rules.max_steps)}
    limit = f" ({limits[exceeded]:,})" if exceeded in limits else ""
    message = f"`{shown}` has not come to an end: {exceeded.value}{limit}"
    return Diagnostic("E501", message, Span(place, 0, 0), _where(error, rules), _HINTS[exceeded])


def _where(error: EndlessError | RecursionError, rules: Rules) -> tuple[str, ...]:
    """The predicate whose rows were being worked out, and its rules, as far as that is known."""
    if not isinstance(error, EndlessError) or error.pred is None:
        return ()
    places = [str(clause.span) for clause in rules.clauses if clause.head.pred == error.pred]
    return (", ".join([f"while `{error.pred}` was worked out", *places[:MOST_PLACES]]),)
