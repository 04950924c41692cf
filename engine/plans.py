"""What follows from the rules of a program, whatever case is asked about: their plan rules, where values flow, and which constants a
question goes through. Of a program that is kept between runs it is kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, msgpack

from engine.endless import DEFAULT_STEPS
from engine.flows import Flows, Place
from engine.reading.completion import Completion
from engine.reading.kept import KeptReading
from engine.scopes import stands_alone
from kb.language.cache import Entry
from kb.language.declarations import COMPLETE, TODAY, Declarations
from kb.language.syntax import Clause, body_terms
from kb.language.terms import Const, Term, Var

ROOT = Path(__file__).parents[1]
MADE_BY = (
    "engine/plans.py", "engine/flows.py", "engine/scopes.py", "engine/graph.py", "engine/endless.py", "engine/reading/*.py",
    "engine/knowledge.py", "kb/names.py",
)  # fmt: skip
"""The code that makes plans of a program, beside that of the language, which the entry of a program depends on."""


class Plans(NamedTuple):
    """What follows from a program's rules."""

    flows: Flows
    completion: Completion
    constants: Set[Const]
    """Those that rules mention, and facts in arguments that rules read."""
    unread: frozenset[Place]
    """The arguments of facts that no rule reads."""


class _Kept(Struct, frozen=True, array_like=True):
    """What is kept: for the facts of the program but those about today."""

    reading: KeptReading
    read: frozenset[Place]
    passed: dict[Place, set[Place]]
    constants: tuple[Const, ...]
    unread: frozenset[Place]


def plans_of(
    clauses: tuple[Clause, ...],
    declarations: Declarations,
    facts: tuple[Clause, ...],
    *,
    closed_world: bool,
    max_steps: int,
    entry: Entry | None = None,
) -> Plans:
    """What follows from rules, in one reading of incomplete records, and from the facts of their program."""
    same = [fact for fact in facts if fact.head.pred != TODAY]
    kept = _kept(clauses, declarations, same, closed_world, entry) if entry is not None else None
    if kept is not None:
        completion = kept.reading.completion(declarations, closed_world=closed_world, max_steps=max_steps)
        flows, constants, unread = Flows(kept.read, kept.passed), kept.constants, kept.unread
    else:
        completion = _completion(clauses, declarations, closed_world, max_steps)
        flows = Flows.of(clauses, completion.openness.is_exact)
        unread = _unread(same, declarations, flows)
        constants = tuple(_told(clauses, same, unread))
    today = [fact for fact in facts if fact.head.pred == TODAY]
    unread |= _unread(today, declarations, flows)
    every = dict.fromkeys((*constants, *_told((), today, unread))).keys()
    return Plans(flows, completion, every, unread)


def constants_of(clauses: Iterable[Clause]) -> Set[Const]:
    """Every constant that clauses mention, in order of first occurrence."""
    terms = (term for clause in clauses for term in (*clause.head.args, *body_terms(clause.body)))
    return dict.fromkeys(constants_among(terms)).keys()


def constants_among(terms: Iterable[Term]) -> tuple[Const, ...]:
    """The constants among terms."""
    return tuple(term for term in terms if not isinstance(term, Var))


def _completion(
    clauses: tuple[Clause, ...], declarations: Declarations, closed_world: bool, max_steps: int
) -> Completion:
    relations = [each for each in clauses if not each.is_definition or stands_alone(each)]
    return Completion.of(relations, declarations, closed_world=closed_world, max_steps=max_steps)


def _unread(facts: Iterable[Clause], declarations: Declarations, flows: Flows) -> frozenset[Place]:
    """The arguments of facts that no rule reads."""
    closed = {fact.head.pred for fact in facts if fact.head.pred != COMPLETE}
    closed = {pred for pred in closed if not declarations.is_abducible(pred.positive)}
    return frozenset((pred, index) for pred in closed for index in range(pred.arity)) - flows.read


def _told(clauses: Iterable[Clause], facts: Iterable[Clause], unread: Set[Place]) -> Iterable[Const]:
    """The constants of rules, and of facts in arguments that rules read."""
    stated = (
        arg for fact in facts for index, arg in enumerate(fact.head.args) if (fact.head.pred, index) not in unread
    )
    return dict.fromkeys((*constants_of(clauses), *constants_among(stated)))


# --- what is kept ------------------------------------------------------------------------------------------------


def _kept(
    clauses: tuple[Clause, ...], declarations: Declarations, facts: list[Clause], closed_world: bool, entry: Entry
) -> _Kept | None:
    """What is kept beside the entry of a program, made if it is not there; None if it cannot be made as a whole."""
    own = entry.beside("plans", [b"closed" if closed_world else b"open", *_code()])
    found = own.value(_decoder().decode)
    if found is None:
        completion = _completion(clauses, declarations, closed_world, DEFAULT_STEPS)
        reading = KeptReading.of(completion)
        if reading is None:
            return None
        flows = Flows.of(clauses, completion.openness.is_exact)
        unread = _unread(facts, declarations, flows)
        passed = {place: set(places) for place, places in flows.passed.items()}
        found = _Kept(reading, flows.read, passed, tuple(_told(clauses, facts, unread)), unread)
        own.write(msgpack.encode(found))
    return found


@cache
def _decoder() -> msgpack.Decoder[_Kept]:
    return msgpack.Decoder(_Kept)


@cache
def _code() -> tuple[bytes, ...]:
    """The code that the value of an entry depends on, as it was when this process first asked."""
    return tuple(path.read_bytes() for pattern in MADE_BY for path in sorted(ROOT.glob(pattern)))
