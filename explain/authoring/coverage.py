"""How far tests cover a policy: each rule, criterion and alternative, and each literal, with the truth values that it was seen in
and the cases that show each. What it is to be seen is defined in `engine/observed.py`.

reviewed cases -> Coverage: a value that pages, a language server and a search for further cases read
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from engine import policies
from engine.cases import Case
from engine.knowledge import EndlessError, KnowledgeBase
from engine.limits import endless
from engine.observed import Outline, Spot, observed, outlines, possible
from explain.authoring.policy_tests import Reviewed
from explain.report.review import Reviewer
from kb.language.diagnostics import ProgramError, Sources
from kb.language.loader import POLICY_FILES, SHIPPED
from kb.language.printer import show_atom, show_body
from kb.language.program import Program
from kb.language.syntax import USER, AtomF, Body, Clause, ModuleDecl, Span, unqualified
from kb.language.terms import Var, plain_text
from kb.language.traversal import body_vars, substitute
from kb.language.truth import Truth

ORDER = (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)
"""The truth values in the order in which they are told."""


class Seen(Struct, frozen=True):
    """The names of the cases that show each truth value, in the order of the tests."""

    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def cases(self, truth: Truth) -> tuple[str, ...]:
        """The cases that show a value."""
        match truth:
            case Truth.TRUE:
                return self.true
            case Truth.FALSE:
                return self.false
            case Truth.UNKNOWN:
                return self.unknown

    @property
    def values(self) -> tuple[Truth, ...]:
        """The values that some case shows."""
        return tuple(truth for truth in ORDER if self.cases(truth))

    def __add__(self, other: Seen) -> Seen:
        return Seen(*(tuple(dict.fromkeys((*self.cases(each), *other.cases(each)))) for each in ORDER))

    @classmethod
    def of(cls, case: str, values: Collection[Truth]) -> Seen:
        """What one case shows."""
        return cls(*((case,) if each in values else () for each in ORDER))


class RuleKey(Struct, frozen=True):
    """A rule: its module, the predicate that it concludes, and where it stands."""

    module: str
    pred: str
    span: Span


class LiteralCoverage(Struct, frozen=True):
    """A literal of a rule: its number there, from 0 as it is written, what it was seen in, and the values that count."""

    index: int
    span: Span
    text: str
    seen: Seen
    countable: frozenset[Truth]

    @property
    def missing(self) -> tuple[Truth, ...]:
        """The values that count and that no case shows."""
        return tuple(each for each in ORDER if each in self.countable and not self.seen.cases(each))


class RuleCoverage(Struct, frozen=True):
    """A rule: what its body was seen in as a whole, and its literals."""

    key: RuleKey
    text: str
    """Its head."""
    seen: Seen
    literals: tuple[LiteralCoverage, ...]

    @property
    def counted(self) -> int:
        """How many values of its literals count."""
        return sum(len(each.countable) for each in self.literals)

    @property
    def missing(self) -> int:
        """How many of them no case shows."""
        return sum(len(each.missing) for each in self.literals)


class ItemCoverage(Struct, frozen=True):
    """A criterion of a policy, or an alternative of one, and what it was seen in where it applies."""

    policy: str
    kind: str
    id: str
    criterion: str | None
    """The criterion that it is an alternative of."""
    seen: Seen


class Coverage(Struct, frozen=True):
    """How far tests cover the rules of a policy's own files."""

    rules: tuple[RuleCoverage, ...]
    """By file and line; those that depend on no case are left out."""
    items: tuple[ItemCoverage, ...]

    @property
    def counted(self) -> int:
        """How many values of literals count."""
        return sum(each.counted for each in self.rules)

    @property
    def missing(self) -> int:
        """How many of them no case shows."""
        return sum(each.missing for each in self.rules)

    @property
    def percent(self) -> float:
        """The share of those that some case shows, of 100."""
        return 100 * (self.counted - self.missing) / self.counted if self.counted else 100.0

    def by_file(self) -> Mapping[str, tuple[RuleCoverage, ...]]:
        """The rules of each file."""
        found: dict[str, tuple[RuleCoverage, ...]] = {}
        for rule in self.rules:
            found[rule.key.span.file] = (*found.get(rule.key.span.file, ()), rule)
        return found

    @classmethod
    def of(
        cls,
        reviewed: Iterable[Reviewed],
        program: Program,
        is_own: Callable[[str], bool],
    ) -> Coverage:
        """How far cases cover the rules of the files of a program that `is_own` names.

        Raises `ProgramError` (E501) if a rule does not come to an end on a case.
        """
        modules = {item.span.file: item.name for item in program.items if isinstance(item, ModuleDecl)}
        measured = _Measured(modules, is_own)
        for each in reviewed:
            measured.add(each)
        return measured.coverage()


def own_files(files: Sequence[str | os.PathLike[str]], sources: Sources) -> Callable[[str], bool]:
    """Which files, by the names that messages have for them, are a policy's own: those that were asked for, by default the shipped
    policy, and what they load but for what is shipped."""
    named = {Path(each).resolve() for each in files or POLICY_FILES}
    paths = sources.files
    own = {name for name, path in paths.items() if path.resolve() in named or not path.is_relative_to(SHIPPED)}
    return own.__contains__


@dataclass(frozen=True, slots=True)
class _Program:
    """The rules that are to be seen under one reviewer, with the values in which their literals can be seen."""

    reviewer: Reviewer
    outlines: tuple[Outline, ...]
    possible: Mapping[Spot, frozenset[Truth]]
    keys: tuple[RuleKey, ...]


@dataclass(slots=True)
class _Measured:
    """What has been seen so far, of the rules of several programs in which a file may occur again."""

    modules: Mapping[str, str]
    is_own: Callable[[str], bool]
    programs: dict[int, _Program] = field(default_factory=dict)
    """By the identity of the reviewer, of which there is one for each policy."""
    rules: dict[RuleKey, Seen] = field(default_factory=dict)
    literals: dict[tuple[RuleKey, int], Seen] = field(default_factory=dict)
    items: dict[policies.Item, Seen] = field(default_factory=dict)

    def add(self, reviewed: Reviewed) -> None:
        """Notes what a case shows."""
        reviewer, case, kb = reviewed.reviewer, reviewed.case, reviewed.kb
        program, name = self.program(reviewed), plain_text(case.name)
        try:
            found = observed(kb, program.outlines, case.name)
        except (EndlessError, RecursionError) as error:
            raise ProgramError([endless(f"the coverage by {name}", error, reviewer.rules)]) from None
        for number, values in found.rules.items():
            key = program.keys[number]
            self.rules[key] = self.rules.get(key, Seen()) + Seen.of(name, values)
        for (number, index), values in found.literals.items():
            spot = program.keys[number], index
            self.literals[spot] = self.literals.get(spot, Seen()) + Seen.of(name, values)
        self.add_items(reviewer, kb, case)

    def add_items(self, reviewer: Reviewer, kb: KnowledgeBase, case: Case) -> None:
        """Notes how the criteria and alternatives that apply to a case stand."""
        in_force = policies.policy_in_force(kb, case)
        if in_force is None:
            return
        for criterion in reviewer.policies.criteria_for(in_force[0], plain_text(case.request.args[2])):
            for item in (criterion, *criterion.alternatives):
                if not policies.is_exempt(kb, case, item):
                    seen = Seen.of(plain_text(case.name), {kb.truth(AtomF(item.pred, (case.name,)))})
                    self.items[item] = self.items.get(item, Seen()) + seen

    def program(self, reviewed: Reviewed) -> _Program:
        """The rules to be seen under what reviewed a case, made once."""
        reviewer = reviewed.reviewer
        if id(reviewer) not in self.programs:
            found = outlines(reviewer.book, lambda clause: self.is_own(clause.span.file))
            keys = tuple(self.key(each.clause) for each in found)
            self.programs[id(reviewer)] = _Program(reviewer, found, possible(reviewed.kb, found), keys)
            for each in reviewer.policies.items:
                self.items.setdefault(each, Seen())
        return self.programs[id(reviewer)]

    def key(self, clause: Clause) -> RuleKey:
        module = self.modules.get(clause.span.file, USER)
        return RuleKey(module, str(unqualified(clause.head.pred)), clause.span)

    def coverage(self) -> Coverage:
        """What was seen of each rule that depends on a case."""
        found: dict[RuleKey, RuleCoverage] = {}
        for program in self.programs.values():
            for number, (key, outline) in enumerate(zip(program.keys, program.outlines, strict=True)):
                able = [program.possible.get((number, index), frozenset()) for index in range(len(outline.literals))]
                if key not in found and any(able):
                    literals = (
                        LiteralCoverage(
                            index, literal.span, _as_written(literal), self.literals.get((key, index), Seen()),
                            able[index],
                        )
                        for index, literal in enumerate(outline.literals)
                    )  # fmt: skip
                    head = show_atom(outline.clause.head)
                    found[key] = RuleCoverage(key, head, self.rules.get(key, Seen()), tuple(literals))
        in_order = sorted(
            found.values(), key=lambda each: (each.key.span.file, each.key.span.line, each.key.span.column)
        )
        items = (
            ItemCoverage(each.policy, each.kind, each.id, each.criterion, seen) for each, seen in self.items.items()
        )
        return Coverage(tuple(in_order), tuple(items))


def _as_written(literal: Body) -> str:
    """A literal with its variables as the rule has them, which are named apart where they are local."""
    names = {var: Var(var.name.partition("#")[0]) for var in body_vars(literal)}
    return show_body(substitute(literal, names))
