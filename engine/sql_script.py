"""A program as a script of readable SQL, to run it in a warehouse of one's own: what `priorlog compile` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import Dialect, exp

from engine.backends.sql.compile import Closure, Compiler, Define, Fixpoint, Names, Step, recursion, tables_of
from engine.backends.sql.scalars import calls_functions
from engine.backends.sql.session import rows_by_predicate
from engine.backends.sql.statements import (
    DIALECTS,
    RUN,
    WITH_LARGE_INTEGERS,
    WITHOUT_TRY_CAST,
    WITHOUT_UNION_IN_RECURSION,
    rendered,
    rows_of,
    table_named,
    union_of,
)
from engine.backends.sql.values import Column, Kind, Table, Value, in_kind, table_of
from engine.knowledge import Rules
from engine.reading.normal import is_auxiliary
from engine.reading.plan import Reading, Rel
from kb.language.declarations import COMPLETE, REQUEST
from kb.language.printer import show_clause, show_indicator
from kb.language.program import Program
from kb.language.syntax import Pred
from kb.language.terms import Const

_KINDS = {"integer": Kind.INTEGER, "date": Kind.DATE, "string": Kind.STRING, "decimal": Kind.ANY, "any": Kind.ANY}
_CASES, _EVERY_CONSTANT = "cases", "every_constant"


class UnknownDialectError(ValueError):
    """Raised for a dialect that there is not; the message names those that there are."""


def sql_script(program: Program, dialect: str = "duckdb", *, closed_world: bool = False) -> str:
    """The script for a checked program: a table for what cases state, and a view for each predicate, certain and, where
    it can be unknown, possible.

    Raises `UnknownDialectError`.
    """
    try:
        Dialect.get_or_raise(dialect)
    except ValueError:
        known = ", ".join(f"`{each}`" for each in DIALECTS)
        raise UnknownDialectError(f"there is no SQL dialect `{dialect}`; there are {known}, among others") from None
    return _Script(Rules.of(program), dialect, closed_world).text()


class _Script:
    """The parts of one script."""

    def __init__(self, rules: Rules, dialect: str, closed_world: bool) -> None:
        self.rules = rules
        self.dialect = dialect
        self.closed_world = closed_world
        self.completion = rules.completion(closed_world)
        self.facts = rows_by_predicate(rules.facts)
        self.names = Names(self.completion.declarations, {_CASES, _EVERY_CONSTANT})
        self.inputs = {pred: self._input(pred) for pred in dict.fromkeys(self._input_predicates())}
        self.fact_tables = {pred: self._facts_table(pred, rows) for pred, rows in self.facts.items()}
        cases = None
        if REQUEST in self.inputs:
            name = self.inputs[REQUEST].names[0]
            cases = Table(_CASES, (name,), (Column(Kind.ATOM, of_cases=True),))
        self.domain = Table(_EVERY_CONSTANT, ("constant",), (Column(Kind.ANY),))
        self.compiler = Compiler(
            self.completion, self.inputs | self.fact_tables, self.domain, cases=cases, reserved={_CASES}
        )
        self.broken: set[str] = set()
        self.queries: list[exp.Query] = []

    def text(self) -> str:
        """The whole script."""
        heads = [pred for pred in self.completion.openness.normal.rules if not is_auxiliary(pred)]
        declared = [pred.positive for pred in self.completion.declarations.abducible]
        for pred in dict.fromkeys([*declared, *heads]):
            for reading in Reading:
                self.compiler.table(self.completion.rel(pred, reading, (0,) * pred.arity))
        body = [line for step in self.compiler.steps for line in self._step(step)]
        return "\n".join([*self._introduction(), *self._tables(), *body]).rstrip() + "\n"

    def _needs_every_constant(self) -> bool:
        return any(table.name == _EVERY_CONSTANT for query in self.queries for table in query.find_all(exp.Table))

    # --- tables ------------------------------------------------------------------------------------------------

    def _input_predicates(self) -> Iterator[Pred]:
        """The predicates that a warehouse is to have tables for."""
        declarations = self.completion.declarations
        for pred in declarations.preds:
            if pred in declarations.inline:
                continue  # its rules stand where it is used
            if not pred.negative and pred not in self.completion.openness.normal.rules and pred not in self.facts:
                yield pred
        for pred in declarations.abducible:
            for side in (pred.positive, pred.positive.opposite):
                if side not in self.facts:
                    yield side
        if declarations.abducible and COMPLETE not in self.facts:
            yield COMPLETE

    def _input(self, pred: Pred) -> Table:
        declarations = self.completion.declarations
        names = self._names(pred)
        kinds = [_KINDS.get(each, Kind.ATOM) for each in declarations.types_of(pred)]
        if pred == COMPLETE:
            names, kinds = ("case", "predicate"), [Kind.ATOM, Kind.ATOM]
        by_case = REQUEST in declarations.preds and declarations.types_of(pred)[:1] in (("case",), ("any",))
        columns = tuple(Column(kind, of_cases=by_case and index == 0) for index, kind in enumerate(kinds))
        return Table(self.names.stated(pred), names, columns)

    def _names(self, pred: Pred) -> tuple[str, ...]:
        return self.names.columns(Rel(pred, Reading.CERTAIN, (0,) * pred.arity))

    def _facts_table(self, pred: Pred, rows: list[tuple[Const, ...]]) -> Table:
        return replace(table_of(self.names.stated(pred), rows, pred.arity), names=self._names(pred))

    def _introduction(self) -> Iterator[str]:
        yield f"-- Compiled by priorlog for {self.dialect}."
        if self.dialect not in RUN:
            yield f"-- ATTENTION: scripts for {self.dialect} {self._tried()}; those for"
            yield f"-- {', '.join(sorted(RUN))} were. Try it on cases whose answers you know."
        yield "-- Each predicate has a view of the rows for which it is certain. Where it can be unknown there is a view"
        yield "-- `..._possible` as well: a row that is possible and not certain is not documented; one that is not"
        yield "-- possible is false."
        if self._needs_every_constant():
            yield "-- Columns of several kinds, and decimals, are text that begins with the kind: i: n: s: a: d:."
        if any(map(calls_functions, self.queries)):
            yield "-- ATTENTION: functions named priorlog_... compare and compute decimals and columns of several kinds."
            yield "-- Only priorlog's own back ends have them; declare types in the program to do without."
        if self.dialect in WITHOUT_TRY_CAST and any(query.find(exp.TryCast) for query in self.queries):
            yield "-- ATTENTION: here arithmetic beyond 64 bits is an error; in priorlog it makes the literal fail."
        if self.dialect in WITH_LARGE_INTEGERS and any(query.find(exp.TryCast) for query in self.queries):
            yield "-- ATTENTION: here arithmetic beyond 64 bits gives a number; in priorlog it makes the literal fail."
        recurs = any(each.recursive for query in self.queries for each in query.find_all(exp.With))
        if recurs and self.dialect in WITHOUT_UNION_IN_RECURSION:
            yield f"-- ATTENTION: recursion in {self.dialect} does not end if the data has a cycle."
        yield ""

    def _tried(self) -> str:
        """How far scripts for a dialect that are not run have been tried."""
        if self.dialect in DIALECTS:
            return "are printed and read back, but were never run there"
        return "are printed without a trial, and many databases do not run them (SQLite, for one)"

    def _tables(self) -> Iterator[str]:
        if self.inputs:
            yield "-- What cases state: fill these tables. not_... has what is stated to be false, complete the records"
            yield "-- in which whatever is not stated is false."
            if any(any(self.rules.names.at(pred)) for pred in self.inputs):
                yield "-- Names in them are to be constants of the vocabularies: other names for these are not recognised here."
        for pred, table in self.inputs.items():
            if table.name not in (pred.name, f"not_{pred.name}"):
                yield f"-- {show_indicator(pred)}"
            definitions = [
                exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=exp.DataType.build(column.kind.sql_type))
                for name, column in zip(table.names, table.columns or (), strict=False)
            ] or [exp.ColumnDef(this=exp.to_identifier("holds", quoted=True), kind=exp.DataType.build("BIGINT"))]
            schema = exp.Schema(this=table_named(table.name), expressions=definitions)
            yield self._sql(exp.Create(this=schema, kind="TABLE", exists=True)) + ";"
        yield ""
        for pred, table in self.fact_tables.items():
            yield from self._comment(pred, [f"{len(self.facts[pred])} facts of the program"])
            yield self._view(table.name, rows_of(table, self.facts[pred]))
        if REQUEST in self.inputs:
            request = self.inputs[REQUEST]
            yield "-- The cases: those with a request."
            column = exp.column(exp.to_identifier(request.names[0], quoted=True))
            yield self._view(_CASES, exp.Select(expressions=[column]).distinct().from_(table_named(request.name)))
        if self._needs_every_constant():
            yield "-- Every constant of the tables, and of the program those that are told apart from others."
            yield self._view(_EVERY_CONSTANT, self._every_constant())

    def _every_constant(self) -> exp.Query:
        selects = []
        for table in self.inputs.values():
            for name, column in zip(table.names, table.columns or (), strict=False):
                value = Value(exp.column(exp.to_identifier(name, quoted=True)), column.kind)
                shown = exp.alias_(in_kind(value, Kind.ANY).sql, "constant", quoted=True)
                selects.append(exp.Select(expressions=[shown]).from_(table_named(table.name)))
        stated = [(constant,) for constant in self.rules.program(self.closed_world).constants]
        return union_of([*selects, rows_of(self.domain, stated)] if stated else selects, distinct=True)

    # --- views -------------------------------------------------------------------------------------------------

    def _step(self, step: Step) -> Iterator[str]:
        match step:
            case Define():
                yield from self._define(step)
            case Fixpoint():
                yield from self._recursive(step)
            case Closure():
                yield from self._closure(step)

    def _define(self, step: Define) -> Iterator[str]:
        yield from self._comment_of(step.rel)
        query = step.query
        if query is None:
            yield "-- It has no rows, whatever the tables hold."
            shown = [exp.alias_(exp.cast(exp.null(), "TEXT"), name, quoted=True) for name in step.table.names]
            query = exp.Select(expressions=shown).where(exp.false())
        yield from self._unless_broken(step.table.name, query)

    def _recursive(self, step: Fixpoint) -> Iterator[str]:
        for each in step.members:
            yield from self._comment_of(each.rel)
            if step.linear:
                distinct = self.dialect not in WITHOUT_UNION_IN_RECURSION
                columns = [exp.column(exp.to_identifier(name, quoted=True)) for name in each.table.names]
                query = exp.Select(expressions=columns).distinct().from_(table_named(each.table.delta.name))
                query.set("with_", recursion(each, distinct=distinct))
                yield from self._unless_broken(each.table.name, query)
            else:
                yield "-- NOT TRANSLATED: it recurs through several predicates, or more than once in one rule, which"
                yield "-- SQL cannot say; `priorlog query --engine duckdb` and `priorlog batch` evaluate it."
                yield ""
                self.broken.add(each.table.name)

    def _closure(self, step: Closure) -> Iterator[str]:
        for each in step.rels:
            yield from self._comment_of(each)
            yield "-- NOT TRANSLATED: its recursion asks an open record about constants that it computes, which"
            yield "-- SQL cannot say; `priorlog query --engine duckdb` and `priorlog batch` evaluate it."
            yield ""
        self.broken |= {table.name for table in tables_of([step])}

    def _unless_broken(self, name: str, query: exp.Query) -> Iterator[str]:
        used = {table.name for table in query.find_all(exp.Table)} & self.broken
        if used:
            self.broken.add(name)
            yield f"-- NOT TRANSLATED: it uses {', '.join(sorted(used))}."
            yield ""
        else:
            try:
                view = self._view(name, query)
            except Exception as error:  # what sqlglot does not print for a dialect it may say in any way
                self.broken.add(name)
                yield f"-- NOT TRANSLATED: {' '.join(f'{type(error).__name__}: {error}'.split())[:200]}"
                yield ""
                return
            self.queries.append(query)
            yield view

    def _view(self, name: str, query: exp.Query) -> str:
        return self._sql(exp.Create(this=table_named(name), kind="VIEW", expression=query, replace=True)) + ";\n"

    def _sql(self, expression: exp.Expr) -> str:
        return rendered(expression, self.dialect, pretty=True)

    def _comment_of(self, rel: Rel) -> Iterator[str]:
        lines = ["possible: certain, or not documented"] if rel.reading is Reading.POSSIBLE else []
        if is_auxiliary(rel.pred):
            lines.append("part of a rule")
        for clause in self.rules.clauses:
            lines += show_clause(clause).splitlines() if clause.head.pred == rel.pred else ()
        yield from self._comment(rel.pred, lines)

    def _comment(self, pred: Pred, lines: Iterable[str]) -> Iterator[str]:
        name = "" if is_auxiliary(pred) else str(pred)
        places = "; ".join(self.completion.declarations.places(pred))
        told = [f"{name}{f'  [{places}]' if places else ''}".strip(), *lines]
        yield from (f"-- {' '.join(line.split())}" for line in told if line.strip())
