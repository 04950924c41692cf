"""What the lifter cannot decide: a value that is counted or summed over a case's facts and then compared, the latest of
several facts, recursion over facts.

Such a relation becomes tables of its own, one query for each relation (engine/backends/sql/), and each question about
it a flag of the cases that have a row. It costs joins for each literal, so it is the way out, for both engines alike; the
shipped policy has no need of it. What is tabled are the facts of the cases at hand, with the case by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from engine.backends.sql.compile import Compiler, Step, queries_of
from engine.backends.sql.scalars import number
from engine.backends.sql.session import rows_by_predicate
from engine.backends.sql.statements import equals_constant, rows_of, union_of
from engine.backends.sql.values import Column, Kind, Table, Value, kind_of_all, native
from engine.batch.files import CASE, Shape
from engine.batch.sql import column, function, table, text
from engine.knowledge import Rules
from engine.reading.completion import Completion
from engine.reading.plan import Rel
from kb.language.syntax import Pred
from kb.language.terms import Const

NOW = "cases_now"
"""The view with the `name` of each case that is being decided."""
FLAGS = "flags"
_DOMAIN = "constants_now"
OWN = (
    "meant",
    "apart",
    "unknown",
    "cases",
    "base",
    "gathered",
    "codes",
    "result",
    "rejects",
    "requested",
    "doubted",
)
"""Tables that a run of a batch has besides those of facts, which no relation is called as."""


def fact_tables(shapes: Iterable[Shape]) -> dict[Pred, Table]:
    """The views of all facts of cases, as rules read them."""
    return {shape.pred: _table_of(shape, shape.view) for shape in shapes}


def _table_of(shape: Shape, name: str) -> Table:
    kinds = [Column(Kind.ATOM), *(Column(each.kind.kind) for each in shape.columns[1:])]
    return Table(name, (CASE, *(each.name for each in shape.columns[1:])), tuple(kinds))


@dataclass(slots=True)
class General:
    """The relations that take tables, as they are asked for: `flag` adds one, `inputs` and `steps` make the tables."""

    rules: Rules
    shapes: tuple[Shape, ...]
    constants: Collection[Const]
    """The constants of the program that are told apart from individuals not named."""
    compiler: Compiler
    _stated: list[tuple[Table, list[tuple[Const, ...]]]]
    _flags: dict[tuple[Rel, tuple[Const | None, ...]], exp.Expr] = field(default_factory=dict)
    _sources: list[exp.Select] = field(default_factory=list)

    @classmethod
    def of(cls, completion: Completion, rules: Rules, shapes: tuple[Shape, ...], *, closed_world: bool) -> General:
        """For the rules of a completion, over the files that there are."""
        known: dict[Pred, Table] = {}
        stated: list[tuple[Table, list[tuple[Const, ...]]]] = []
        for index, (pred, rows) in enumerate(rows_by_predicate(rules.facts).items()):
            columns = tuple(Column(kind_of_all(values)) for values in zip(*rows, strict=True))
            names = tuple(f"c{place + 1}" for place in range(pred.arity)) or ("holds",)
            known[pred] = Table(f"policy_now_{index}", names, columns)
            stated.append((known[pred], rows))
        known |= {shape.pred: _table_of(shape, f"now_{shape.apart}") for shape in shapes}
        cases = Table(NOW, ("name",), (Column(Kind.ATOM),))
        domain = Table(_DOMAIN, ("constant",), (Column(Kind.ANY),))
        reserved = {*OWN, *(name for shape in shapes for name in (shape.view, f"raw_{shape.apart}"))}
        constants = rules.program(closed_world).constants
        return cls(
            rules, shapes, constants, Compiler(completion, known, domain, cases=cases, reserved=reserved), stated
        )

    # --- asking ------------------------------------------------------------------------------------------------

    def flag(self, rel: Rel, args: tuple[Const | None, ...]) -> exp.Expr:
        """Whether a case has a row of a relation with these arguments after the case, any for None: a condition on the
        columns of `flags`."""
        if (rel, args) not in self._flags:
            self._flags[rel, args] = self._flag(self.compiler.table(rel), args)
        return self._flags[rel, args].copy()

    def _flag(self, found: Table, args: tuple[Const | None, ...]) -> exp.Expr:
        if found.columns is None:
            return exp.false()
        pairs = zip(found.names, found.columns, strict=True)
        cells = [Value(column(name), held.kind, held.computed) for name, held in pairs]
        case = native(cells[0], Kind.ATOM)
        if case is None:
            return exp.false()
        same = [equals_constant(cell, arg) for cell, arg in zip(cells[1:], args, strict=True) if arg is not None]
        query = exp.select(case.sql.as_(CASE, quoted=True)).from_(table(found.name))
        self._sources.append(query.where(*same) if same else query)
        return exp.func("coalesce", column(f"g{len(self._sources) - 1}", FLAGS), exp.false())

    @property
    def has_flags(self) -> bool:
        """Whether anything took a table."""
        return bool(self._sources)

    def flags(self) -> exp.Subquery:
        """The flags of every case that has any, as a subquery called `flags` with the name of the case as `case`."""
        parts = [
            exp.select(column(CASE), number(index).as_("source")).from_(source.subquery("found"))
            for index, source in enumerate(self._sources)
        ]
        every = union_of(parts)
        raised = [
            function("bool_or", column("source").eq(number(index))).as_(f"g{index}", quoted=True)
            for index in range(len(parts))
        ]
        return exp.select(column(CASE), *raised).from_(every.subquery("found")).group_by(column(CASE)).subquery(FLAGS)

    # --- making ------------------------------------------------------------------------------------------------

    @property
    def steps(self) -> list[Step]:
        """What makes the tables, once the inputs are there."""
        return self.compiler.steps

    def facts(self) -> dict[str, Shape]:
        """By name, the tables of facts of the cases at hand that the steps read, each with the predicate's shape, whose view
        has the facts of all cases."""
        used = self._used
        named = {f"now_{shape.apart}": shape for shape in self.shapes}
        return {name: shape for name, shape in named.items() if name in used or _DOMAIN in used}

    def inputs(self) -> Iterator[tuple[str, exp.Query]]:
        """By name, the other tables that the steps read, once those of facts are there: facts of the policy, every constant."""
        used = self._used
        for stated, rows in self._stated:
            if stated.name in used:
                yield stated.name, rows_of(stated, rows)
        if _DOMAIN in used:
            yield _DOMAIN, self._domain()

    @property
    def _used(self) -> set[str]:
        """The names of the tables that are read."""
        queries = (*self._sources, *map(_text_of, self.steps))
        return {each.name for query in queries for each in query.find_all(exp.Table)}

    def _domain(self) -> exp.Query:
        """Every constant of the cases, and those of the program that are told apart from individuals not named."""
        parts: list[exp.Query] = [rows_of(self.compiler.domain, [(each,) for each in self.constants])]
        parts.append(exp.select(_marked(Kind.ATOM, "name").as_("constant")).from_(table(NOW)))
        for shape in self.shapes:
            for each in shape.columns[1:]:
                value = _marked(each.kind.kind, each.name).as_("constant")
                parts.append(exp.select(value).from_(table(f"now_{shape.apart}")))
        return exp.union(*parts)


def _text_of(step: Step) -> exp.Expr:
    """All queries of a step, in one tree."""
    return exp.Tuple(expressions=[query.copy() for query in queries_of(step)])


def _marked(kind: Kind, name: str) -> exp.Expr:
    value = column(name)
    return value if kind is Kind.ANY else exp.DPipe(this=text(kind.mark), expression=exp.cast(value, "TEXT"))
