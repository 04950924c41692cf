"""Which sections of a policy document an explanation is not about: those for other kinds of request."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kb.language.syntax import Body, Pred
from kb.language.terms import Term, Var, plain_text
from kb.language.traversal import body_terms

KIND_SECTION = Pred("kind_section", 3)
"""`kind_section(Policy, Kind, Section)`: a section of the policy document is about requests of one kind."""
Row = tuple[Term, ...]


def sections_beside(kinds: Collection[Term], sections: Iterable[Row]) -> frozenset[str]:
    """The sections that are about none of some kinds of request, and none where these have no section of their own;
    `sections` are rows of `kind_section/3`."""
    rows = list(sections)
    own = {section for _, kind, section in rows if kind in kinds}
    return frozenset(plain_text(section) for _, _, section in rows if own and section not in own)


def other_sections(goal: Body, sections: Iterable[Row], requests: Iterable[Row]) -> frozenset[str]:
    """The sections about kinds of request that a goal is not about; `requests` are rows of `request/4`.

    A goal is about the kinds of the cases that it names; one that names no case, about those that it names itself; one that
    names neither and has a variable, about those of every case.
    """
    rows, terms = list(sections), frozenset(body_terms(goal))
    kind_of = {case: kind for case, _, kind, _ in requests}
    kinds = {kind_of[term] for term in terms if term in kind_of} or terms.intersection(kind for _, kind, _ in rows)
    if not kinds and any(isinstance(term, Var) for term in terms):
        kinds = {*kind_of.values()}
    return sections_beside(kinds, rows)
