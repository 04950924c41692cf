"""The two-valued programs that the three-valued reading compiles to, and that every back end runs.

A relation is a predicate in one reading (certain or possible) for one pattern of arguments; its columns are the
arguments that are constants. Rules are range-restricted and stratified, except that a caller may have to bind some
columns (`inputs`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeAlias

from msgspec import Struct

from engine.scopes import needs_of
from kb.language.builtins import sum_numbers
from kb.language.syntax import Builtin, Compare, Member, Pred
from kb.language.terms import Const, Int, Term, Var, order_key
from kb.language.traversal import literal_terms, variables


class Reading(enum.Enum):
    """Certain: true whatever is undocumented. Possible: true or unknown."""

    CERTAIN = "certain"
    POSSIBLE = "possible"

    __hash__ = object.__hash__  # that of an enumeration is several times as slow, and relations are hashed all the time

    @property
    def other(self) -> Reading:
        return Reading.POSSIBLE if self is Reading.CERTAIN else Reading.CERTAIN


ANY = -1
"""What stands in a pattern for an argument of which it is only asked whether there is one, constant or individual."""

Pattern: TypeAlias = tuple[int, ...]
"""For each argument 0 if it is a constant, `ANY` if there need only be one, else the number of the anonymous individual that
it is (1, 2, ... by first occurrence)."""


class Rel(Struct, frozen=True, cache_hash=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A predicate in one reading, for arguments of one pattern."""

    pred: Pred
    reading: Reading
    pattern: Pattern

    @property
    def all_constant(self) -> bool:
        return not any(self.pattern)

    @property
    def has_individuals(self) -> bool:
        """Whether some argument is an anonymous individual."""
        return any(kind > 0 for kind in self.pattern)

    def __str__(self) -> str:
        marks = "".join({0: "_", ANY: "*"}.get(kind, str(kind)) for kind in self.pattern)
        return f"{self.pred} {self.reading.value} [{marks}]"


class Stored(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """The facts stated for a predicate, as rows."""

    pred: Pred


Source: TypeAlias = Rel | Stored


class Call(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """The row is in the relation."""

    source: Source
    args: tuple[Term, ...]


class Absent(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """The row, all of it bound, is not in the relation."""

    source: Source
    args: tuple[Term, ...]


class NoOtherValue(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """No certain fact of a functional predicate has this key (bound terms) with another value than these; no values
    at all stand for an anonymous individual, which any value differs from."""

    rel: Rel
    keys: tuple[bool, ...]
    key: tuple[Term, ...]
    value: tuple[Term, ...] | None


class Test(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A comparison or built-in over constants; it may bind its outputs."""

    literal: Compare | Builtin | Member


class Domain(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """Binds the variable to each constant of program and question in turn; holds if it is bound already."""

    var: Var


class Counted(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """Rows to count: of the relation's columns, `args` gives the bound ones and a variable for each counted one.
    An endless source stands for unlimited rows if it has any."""

    rel: Rel
    args: tuple[Term, ...]
    counted: tuple[Var, ...]
    endless: bool = False


class CountTest(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """`at_least` or `at_most` over the rows of disjoint sources."""

    op: str
    bound: Term
    sources: tuple[Counted, ...]


class AggregateTest(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """`count`, `sum`, `max` or `min` over rows that are certain, possible, and columns of them.

    Exact: holds if every possible row is certain, for the one result. Open: holds if some possible row is not
    certain, for any result.
    """

    op: str
    value: Term | None
    counted: tuple[Var, ...]
    certain: tuple[Counted, ...]
    possible: tuple[Counted, ...]
    result: Term
    is_open: bool


PlanLiteral: TypeAlias = Call | Absent | NoOtherValue | Test | Domain | CountTest | AggregateTest


class PlanRule(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """`args` are the columns of the head; the body runs left to right."""

    head: Rel
    args: tuple[Term, ...]
    body: tuple[PlanLiteral, ...]


# --- patterns of arguments ---------------------------------------------------------------------------------------

Kinds: TypeAlias = dict[Var, int]
"""For each variable 0 if it stands for a constant, `ANY` if for whatever there is, else the number of the individual that it is."""


def kind_of(term: Term, kinds: Kinds) -> int:
    """What a term stands for: 0 for a constant, else the number of the individual."""
    return kinds[term] if isinstance(term, Var) else 0


def canonical(kinds: Iterable[int]) -> Pattern:
    """The pattern with its individuals numbered by first occurrence.

    >>> canonical([0, 3, ANY, 1, 3])
    (0, 1, -1, 2, 1)
    """
    numbers: dict[int, int] = {}
    return tuple(kind if kind in (0, ANY) else numbers.setdefault(kind, len(numbers) + 1) for kind in kinds)


def patterns(choices: list[bool], pinned: int = 0) -> Iterator[tuple[int, ...]]:
    """Every way to give each argument a constant (0) or, where its choice is True, an individual: one of the pinned
    ones or a further one, numbered by first occurrence."""

    def extend(prefix: tuple[int, ...], most: int) -> Iterator[tuple[int, ...]]:
        if len(prefix) == len(choices):
            yield prefix
            return
        for kind in range(most + 2 if choices[len(prefix)] else 1):
            yield from extend((*prefix, kind), max(most, kind))

    yield from extend((), pinned)


# --- what literals mention, need and bind ------------------------------------------------------------------------


def relations_of(literal: PlanLiteral) -> Iterator[Rel]:
    """The relations that a literal mentions."""
    match literal:
        case Call(Rel() as rel) | Absent(Rel() as rel) | NoOtherValue(rel):
            yield rel
        case CountTest(_, _, sources):
            yield from (source.rel for source in sources)
        case AggregateTest(_, _, _, certain, possible):
            yield from (source.rel for source in certain + possible)
        case Call() | Absent() | Test() | Domain():
            return


def mentioned(rules: Iterable[PlanRule]) -> list[Rel]:
    """The relations that rules mention."""
    return [rel for rule in rules for literal in rule.body for rel in relations_of(literal)]


def is_stored(rules: Sequence[PlanRule]) -> bool:
    """Whether the rules of a relation say that it has the stated facts of its predicate, and nothing else."""
    return len(rules) == 1 and rules[0].body == (Call(Stored(rules[0].head.pred), rules[0].args),)


def recursive_calls(rule: PlanRule, inside: Set[Rel], tabled: Set[Rel]) -> dict[int, Rel] | None:
    """Where a rule calls relations that recur together with its own, of which in each round of recursion one reads only
    what the last round added; None if the rule recurs in another way than by calls of tabled relations."""
    found = {}
    for index, literal in enumerate(rule.body):
        if any(used in inside for used in relations_of(literal)):
            if not (isinstance(literal, Call) and isinstance(literal.source, Rel) and literal.source in tabled):
                return None
            found[index] = literal.source
    return found


def terms_of(literal: PlanLiteral) -> Iterator[Term]:
    """Every term of a literal."""
    match literal:
        case Call(_, args) | Absent(_, args):
            yield from args
        case NoOtherValue(_, _, key, value):
            yield from key + (value or ())
        case Test(inner):
            yield from literal_terms(inner)
        case Domain(var):
            yield var
        case CountTest(_, bound, sources):
            yield bound
            yield from (arg for source in sources for arg in source.args)
        case AggregateTest(_, value, _, certain, possible, result):
            yield from (result,) if value is None else (value, result)
            yield from (arg for source in certain + possible for arg in source.args)


def _outer_terms(sources: tuple[Counted, ...]) -> Iterator[Term]:
    """What counted rows have from outside the count."""
    for source in sources:
        yield from (arg for arg in source.args if arg not in source.counted)


def binds(literal: PlanLiteral) -> frozenset[Var]:
    """The variables that are bound after a literal."""
    match literal:
        case Call(_, args):
            return frozenset(variables(args))
        case Domain(var):
            return frozenset((var,))
        case Test(inner):
            return frozenset(variables(literal_terms(inner)))
        case AggregateTest(_, _, _, _, _, result, is_open=False):
            return frozenset(variables((result,)))
        case Absent() | NoOtherValue() | CountTest() | AggregateTest():
            return frozenset()


def tests_early(body: Iterable[PlanLiteral]) -> tuple[PlanLiteral, ...]:
    """A body in the same order, but for tests, which come as soon as what they test is bound."""
    pending, done = list(body), []
    bound: set[Var] = set()
    while pending:
        tests = (each for each in pending if isinstance(each, Test) and bound.issuperset(variables(terms_of(each))))
        literal = next(tests, pending[0])
        pending.remove(literal)
        done.append(literal)
        bound |= binds(literal)
    return tuple(done)


def inputs_of(literal: PlanLiteral, bound: frozenset[Var]) -> Iterable[Term]:
    """The terms that a literal other than a call needs the values of."""
    match literal:
        case Absent(_, args):
            return args
        case NoOtherValue(_, _, key, value):
            return key + (value or ())
        case Test(inner):
            return needs_of(inner, bound, frozenset())
        case CountTest(_, count, sources):
            return (count, *_outer_terms(sources))
        case AggregateTest(_, value, counted, certain, possible):
            outer = () if value is None or value in counted else (value,)
            return (*outer, *_outer_terms(certain), *_outer_terms(possible))
        case Call() | Domain():
            return ()


def aggregated(
    literal: AggregateTest, rows: Sequence[Mapping[Var, int]], binding: Mapping[Var, int], constants: Sequence[Const]
) -> Const | None:
    """The count, sum, maximum or minimum of rows, which give variables numbers of constants as the binding does; None if
    there is none."""
    if literal.op == "count":
        return Int(len(rows))
    value = literal.value
    values: list[Const] = []
    for row in rows:
        if isinstance(value, Var):
            number = row.get(value, binding.get(value))
            if number is None:
                return None
            values.append(constants[number])
        elif value is not None:
            values.append(value)
    if literal.op == "sum":
        return sum_numbers(values)
    if not values:
        return None
    return (min if literal.op == "min" else max)(values, key=order_key)
