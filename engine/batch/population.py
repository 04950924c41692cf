"""A population that is to be decided, and what became of it: what both engines are given and give back."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from engine.batch.files import Source, batch_error, sources
from engine.cases import Vocabulary
from engine.knowledge import Rules
from engine.policies import Policies
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import shipped_policies
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Body, Clause, Compare, Member, Pred
from kb.language.terms import Const, Term, Var, term_text
from kb.language.traversal import walk
from kb.output import failures_told, hidden_folder

CASE_TYPE = "case"
Progress = Callable[[float, str], None]
"""Told the share of the work that is done, from 0 to 1, and what is being done."""
BETWEEN = "; "
"""What parts several things that are said in one column."""
Counts: TypeAlias = tuple[tuple[str, int], ...]
"""Words, each with how often it was given."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of an engine: to decide the cases in a folder, by some rules if not those that are shipped; see
    `engine.batch.run`."""

    directory: Path
    target: Path
    closed_world: bool
    reasons: Path | None
    told: Progress
    rules: Rules | None
    memory: int | None
    """In megabytes."""
    at_once: int
    beside: Rules | None = None
    """Those of all policies that stand beside the one that decides."""

    @property
    def rejects(self) -> Path:
        """Where the cases that are set aside are written, beside the report."""
        return self.target.with_name(f"{self.target.stem}.rejects{self.target.suffix}")

    @property
    def outputs(self) -> list[Path]:
        """All files that are written, the report last."""
        return [self.rejects, *([] if self.reasons is None else [self.reasons]), self.target]

    def hidden_folder(self) -> tempfile.TemporaryDirectory[str]:
        """A folder beside the report for what is made on the way. Raises `ProgramError` if none can be made."""
        with failures_told(self.target):
            return hidden_folder(self.target.parent)


def megabytes(memory: str | None) -> int | None:
    """An amount of memory in megabytes. Raises `ProgramError` (E502) for a text that is none.

    >>> megabytes("3GB"), megabytes("1.5 gib"), megabytes(None)
    (3072, 1536, None)
    """
    if memory is None:
        return None
    found = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*([MGT])(?:i?B)?\s*", memory, re.IGNORECASE)
    size = int(float(found[1]) * 1024 ** "MGT".index(found[2].upper())) if found else 0
    if not size:
        message = f"`{memory}` is not an amount of memory"
        raise ProgramError([batch_error("E502", message, "write it as in 3GB or 500MB")])
    return size


@dataclass(frozen=True, slots=True)
class Fault:
    """Why cases were set aside: the predicate concerned, a diagnostic's code, the reason, how often, and an example."""

    predicate: str
    code: str
    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of the import of a population of bundles: how many things are not mapped, and the file that has them, beside the
    place of each fact."""

    not_mapped: int
    account: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a population. Counts are of cases, but for `facts` and `rows_without_case`, which are of rows.

    `cases` is always `decided` and `set_aside` together; those that were set aside are in the table `rejects`.
    `determinations`, `quantities` and `statuses` (by column) say how often each word was given, `not_recognised` in how many
    cases a name is not recognised, as `predicate: name`, and `checks` of how many something is to be checked, as
    `severity: predicate`.
    """

    cases: int
    decided: int
    set_aside: int
    facts: int
    rows_without_case: int
    determinations: Counts
    quantities: Counts
    statuses: tuple[tuple[str, Counts], ...]
    not_recognised: Counts
    checks: Counts
    faults: tuple[Fault, ...]
    output: str
    rejects: str
    reasons: str | None
    imported: Imported | None = None
    """For a population of bundles."""

    @classmethod
    def of(
        cls,
        job: Job,
        facts: int,
        aside: tuple[int, int],
        faults: Iterable[tuple[Any, ...]],
        words: Mapping[str, Counts],
        unknown: Iterable[tuple[Any, ...]],
    ) -> Summary:
        """From what a database counted: `aside_counts` and `fault_counts` of columns.py, each column's words, and
        `unknown_counts` of names.py."""
        statuses = dict(words)
        determinations, quantities = statuses.pop("determination"), statuses.pop("quantity")
        checks = Counter[str]()
        for together, count in statuses.pop("checks"):
            checks.update(dict.fromkeys(together.split(BETWEEN), count))
        decided = sum(count for _, count in determinations)
        found = sorted(
            (Fault(*row) for row in faults), key=lambda each: (-each.count, each.predicate, each.code, each.reason)
        )
        return cls(
            cases=decided + aside[0],
            decided=decided,
            set_aside=aside[0],
            facts=facts,
            rows_without_case=aside[1],
            determinations=determinations,
            quantities=quantities,
            statuses=tuple(statuses.items()),
            not_recognised=_most_first(unknown),
            checks=_most_first(checks.items()),
            faults=tuple(found),
            output=str(job.target),
            rejects=str(job.rejects),
            reasons=None if job.reasons is None else str(job.reasons),
        )


def _most_first(counts: Iterable[tuple[Any, ...]]) -> Counts:
    return tuple(sorted(((str(word), int(count)) for word, count in counts), key=lambda each: (-each[1], each[0])))


@dataclass(frozen=True, slots=True)
class Population:
    """Cases in files, and the policies that they are decided under."""

    rules: Rules
    policies: Policies
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, directory: Path, rules: Rules | None, beside: Rules | None = None) -> Population:
        """The population in a folder, under the shipped policies if there are no others; what only rules beside these may be
        told is passed over.

        Raises `ProgramError` for a folder without the layout of a population, and for a policy that cannot decide whole
        populations.
        """
        policy = rules or shipped_rules()
        vocabulary = Vocabulary.of(policy)
        found = sources(directory, vocabulary, Vocabulary.of(beside) if beside is not None else None)
        wrong: list[Diagnostic] = []
        of_cases = {pred for pred in {fact.head.pred for fact in policy.facts} if _case_places(pred, vocabulary)}
        for clause in (*policy.clauses, *(fact for fact in policy.facts if fact.head.pred in of_cases)):
            wrong += _named_cases(clause, vocabulary)
        if wrong:
            raise ProgramError(dict.fromkeys(wrong))
        return cls(policy, Policies.of(policy), found)


def shipped_rules() -> Rules:
    """The rules of the shipped policies."""
    return Rules.of(shipped_policies().program)


# --- what a policy may not say if it is to decide whole populations -----------------------------------------------


def _named_cases(clause: Clause, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """What a clause says of one case alone."""
    goals = list(walk(clause.body))
    places = [
        (atom, term)
        for atom in (clause.head, *goals)
        if isinstance(atom, AtomF)
        for term in _cases_of(atom, vocabulary)
    ]
    variables = {term for _, term in places if isinstance(term, Var)}
    for atom, term in places:
        if not isinstance(term, Var):
            yield _about_one(f"`{show_atom(atom)}` is about one case, {term_text(term)}", atom, clause)
    for each in goals:
        named = _compared(each, variables)
        if named is not None and isinstance(each, Compare | Member):
            yield _about_one(f"a case is compared with {term_text(named)}", each, clause)


def _about_one(message: str, goal: AtomF | Compare | Member, clause: Clause) -> Diagnostic:
    hint = "a batch decides every case by the same rules: leave the case a variable, or use `priorlog review`"
    return Diagnostic("E502", message, goal.span if goal.span.line else clause.span, (), hint)


def _cases_of(atom: AtomF, vocabulary: Vocabulary) -> Iterator[Term]:
    """The arguments of an atom where cases stand."""
    return (atom.args[index] for index in _case_places(atom.pred, vocabulary))


def _case_places(pred: Pred, vocabulary: Vocabulary) -> list[int]:
    """The arguments of a predicate where cases stand, counted from 0."""
    types = enumerate(vocabulary.declarations.types_of(pred))
    return [index for index, type_ in types if type_ == CASE_TYPE or (index == 0 and vocabulary.allows(pred))]


def _compared(goal: Body, cases: set[Var]) -> Const | None:
    """The constant that a case is compared with."""
    match goal:
        case Compare(_, Var() as case, other) | Compare(_, other, Var() as case) if case in cases:
            return other if isinstance(other, Const) else None
        case Member(Var() as case, (first, *_)) if case in cases:
            return first
    return None
