"""Nodes for literals that are worked out rather than looked up: comparisons, built-ins, list membership."""

from __future__ import annotations

from dataclasses import replace

from engine.bodies import Partial
from explain.proof.nodes import Node
from explain.words.sentences import failing_sentence, holding_sentence, literal_text, readable, say, with_truth
from kb.language.arithmetic import calculate
from kb.language.builtins import NUMERIC_COMPARISONS
from kb.language.printer import show_body, show_expr
from kb.language.syntax import Builtin, Compare, Member, body_terms, substitute
from kb.language.terms import Var
from kb.language.truth import Truth


def worked_out(goal: Compare | Builtin | Member, binding: Partial, status: Truth, about: tuple[Node, ...] = ()) -> Node:
    """The node of a comparison, built-in or membership: it shows its values, and is `about` what gave them."""
    closed = substitute(goal, {var: value for var, value in binding.items() if not isinstance(value, Var)})
    text = literal_text(goal, binding)
    assert isinstance(closed, Compare | Builtin | Member)
    match closed:
        case Compare(op, left, right):
            shown = text
            if op in NUMERIC_COMPARISONS and not any(isinstance(term, Var) for term in body_terms(closed)):
                values = [calculate(side, {}) for side in (left, right)]
                if values[0] is not None and values[1] is not None:
                    shown = f"{show_expr(values[0])} {op} {show_expr(values[1])}"
                    closed = replace(closed, left=values[0], right=values[1])
            return Node(
                text, status, "comparison", with_truth(shown, status), words=_words(closed, status), about=about
            )
        case Builtin():
            said = with_truth(_sentence(closed), status)
            return Node(text, status, "builtin", said, words=_words(closed, status), about=about)
        case Member():
            return Node(text, status, "member", with_truth(text, status), words=_words(closed, status), about=about)


def _words(test: Compare | Builtin | Member, status: Truth) -> str:
    match status:
        case Truth.TRUE:
            return holding_sentence(test)
        case Truth.FALSE:
            return failing_sentence(test)
        case Truth.UNKNOWN:
            return say("unknown", holding_sentence(test))


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
