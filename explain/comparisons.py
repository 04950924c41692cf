"""Nodes for literals that are worked out rather than looked up: comparisons, built-ins, list membership."""

from __future__ import annotations

from engine.bodies import Partial
from explain.proof import Node
from explain.sentences import literal_text, readable, with_truth
from kb.arithmetic import calculate
from kb.printer import show_body, show_expr
from kb.syntax import Builtin, Compare, Member, substitute
from kb.terms import Var
from kb.truth import Truth
from kb.vocabulary import NUMERIC_COMPARISONS


def worked_out(goal: Compare | Builtin | Member, binding: Partial, status: Truth) -> Node:
    """The node of a comparison, built-in or membership: it shows its values."""
    closed = substitute(goal, dict(binding))
    text = literal_text(goal, binding)
    match goal:
        case Compare(op, left, right):
            shown = text
            known = {var: value for var, value in binding.items() if not isinstance(value, Var)}
            if op in NUMERIC_COMPARISONS:
                values = [calculate(side, known) for side in (left, right)]
                if None not in values:
                    shown = f"{show_expr(values[0])} {op} {show_expr(values[1])}"  # type: ignore[arg-type]
            return Node(text, status, "comparison", with_truth(shown, status))
        case Builtin():
            assert isinstance(closed, Builtin)
            return Node(text, status, "builtin", with_truth(_sentence(closed), status))
        case Member():
            return Node(text, status, "member", with_truth(text, status))


def _sentence(builtin: Builtin) -> str:
    shown = [readable(arg) for arg in builtin.args]
    match builtin.name:
        case "age":
            return f"who was born on {shown[0]} is {shown[2]} years old on {shown[1]}"
        case "days_between":
            return f"from {shown[0]} to {shown[1]} it is {shown[2]} days"
        case "add_days":
            return f"{shown[1]} days after {shown[0]} it is {shown[2]}"
        case "add_months":
            return f"{shown[1]} months after {shown[0]} it is {shown[2]}"
        case _:
            return show_body(builtin)
