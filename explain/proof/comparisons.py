"""Nodes for literals that are worked out rather than looked up: comparisons, built-ins, list membership."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.bodies import Partial
from explain.proof import nodes
from explain.words.claims import Stands, said
from explain.words.sentences import written
from kb.language.declarations import Declarations
from kb.language.printer import show_body
from kb.language.syntax import Builtin, Compare, Member
from kb.language.truth import Truth

_KINDS: Mapping[type, type[nodes.Test]] = MappingProxyType(
    {Compare: nodes.Comparison, Builtin: nodes.Builtin, Member: nodes.Member}
)


def worked_out(
    goal: Compare | Builtin | Member,
    binding: Partial,
    status: Truth,
    declarations: Declarations,
    about: tuple[nodes.Source, ...] = (),
) -> nodes.Test:
    """The node of a comparison, built-in or membership: it shows its values, and is `about` what gave them."""
    closed = written(goal, binding)
    text = said(Stands(closed, status), declarations)
    return _KINDS[type(goal)](goal=show_body(closed), status=status, text=text, about=about)
