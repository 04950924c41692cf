"""What follows from the rules of a program, whatever case is asked about: their plan rules, where values flow, and which constants a
question goes through. Of a program that is kept between runs it is kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
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
from kb.language.program import Program, Stated
from kb.language.syntax import Clause
from kb.language.terms import Const, Term, Var
from kb.language.traversal import body_terms
from kb.normalization import Names

ROOT = Path(__file__).parents[1]
MADE_BY = (
    "engine/plans.py", "engine/flows.py", "engine/scopes.py", "engine/graph.py", "engine/endless.py", "engine/reading/*.py",
    "engine/knowledge.py", "kb/names.py", "kb/normalization.py", "kb/on_demand.py",
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
    others: Sequence[Const]
    """The constants that facts mention in those alone."""


class _Meant(Struct, frozen=True, array_like=True):
    """The rules of a program as they are meant, where its facts mean what is written."""

    rules: tuple[Clause, ...]


class _Told(Struct, frozen=True, array_like=True):
    """What the facts of a program, but those about today, tell apart."""

    constants: tuple[Const, ...]
    """Those of rules, and of facts in arguments that rules read."""
    unread: frozenset[Place]
    others: tuple[Const, ...]
    """The other constants of facts."""


class _Kept(Struct, frozen=True, array_like=True):
    """What is kept of the plans of a program."""

    reading: KeptReading
    read: frozenset[Place]
    passed: dict[Place, set[Place]]
    told: _Told


def as_meant(program: Program, names: Names, entry: Entry | None = None) -> tuple[tuple[Clause, ...], Stated]:
    """The rules and the facts of a program with the names that are meant."""
    own = entry.beside("meant", _code()) if entry is not None else None
    kept = own.value(msgpack.Decoder(_Meant).decode) if own is not None else None
    if kept is not None:
        return kept.rules, program.facts
    facts = names.meant(program.facts)
    rules = tuple(map(names.resolved, program.rules))
    if own is not None and facts is program.facts:
        own.write(msgpack.encode(_Meant(rules)))
    return rules, facts


def plans_of(
    clauses: tuple[Clause, ...],
    declarations: Declarations,
    facts: Stated,
    *,
    closed_world: bool,
    max_steps: int,
    entry: Entry | None = None,
) -> Plans:
    """What follows from rules, in one reading of incomplete records, and from the facts of their program."""
    kept = _kept(clauses, declarations, facts, closed_world, entry) if entry is not None else None
    if kept is not None:
        completion = kept.reading.completion(declarations, closed_world=closed_world, max_steps=max_steps)
        flows, told = Flows(kept.read, kept.passed), kept.told
    else:
        completion = _completion(clauses, declarations, closed_world, max_steps)
        flows = Flows.of(clauses, completion.openness.is_exact)
        told = _told(clauses, declarations, _lasting(facts), flows)
    today = _told((), declarations, facts.of(TODAY), flows)
    constants = dict.fromkeys((*told.constants, *today.constants)).keys()
    return Plans(flows, completion, constants, told.unread | today.unread, (*told.others, *today.others))


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


def _told(clauses: Iterable[Clause], declarations: Declarations, facts: Sequence[Clause], flows: Flows) -> _Told:
    """What rules and facts tell apart."""
    preds = {fact.head.pred for fact in facts} - {COMPLETE}
    closed = [pred for pred in preds if not declarations.is_abducible(pred.positive)]
    unread = frozenset((pred, index) for pred in closed for index in range(pred.arity)) - flows.read
    given = [fact.head for fact in facts]
    stated = (arg for head in given for index, arg in enumerate(head.args) if (head.pred, index) not in unread)
    constants = dict.fromkeys((*constants_of(clauses), *constants_among(stated)))
    every = dict.fromkeys(constants_among(arg for head in given for arg in head.args))
    return _Told((*constants,), unread, tuple(each for each in every if each not in constants))


def _lasting(facts: Stated) -> list[Clause]:
    """Facts but those about today."""
    return [fact for fact in facts if fact.head.pred != TODAY]


# --- what is kept ------------------------------------------------------------------------------------------------


def _kept(
    clauses: tuple[Clause, ...], declarations: Declarations, facts: Stated, closed_world: bool, entry: Entry
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
        passed = {place: set(places) for place, places in flows.passed.items()}
        found = _Kept(reading, flows.read, passed, _told(clauses, declarations, _lasting(facts), flows))
        own.write(msgpack.encode(found))
    return found


@cache
def _decoder() -> msgpack.Decoder[_Kept]:
    return msgpack.Decoder(_Kept)


@cache
def _code() -> tuple[bytes, ...]:
    """The code that the value of an entry depends on, as it was when this process first asked."""
    return tuple(path.read_bytes() for pattern in MADE_BY for path in sorted(ROOT.glob(pattern)))
