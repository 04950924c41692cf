"""The body of a plan rule as the parts of a query: tables to join, conditions, and values for its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp

from engine.normal import is_auxiliary
from engine.plan import (
    Absent,
    AggregateTest,
    Call,
    Counted,
    CountTest,
    Domain,
    NoOtherValue,
    PlanLiteral,
    PlanRule,
    Rel,
    Source,
    Stored,
    Test,
)
from engine.sql import scalars
from engine.sql.relational import Relations
from engine.sql.values import Column, Kind, Table, Value, in_kind, kind_of_all, literal, native, native_kind
from kb.syntax import Builtin, Compare, Expr, Member, Op
from kb.terms import Const, Int, Term, Var

if TYPE_CHECKING:
    from engine.sql.compile import Compiler

MOST_NODES = 600
"""How large a condition may get before what it says becomes a table or common table expression of its own."""


class DeadEndError(Exception):
    """Raised when a body can have no rows, whatever the facts are."""


class _NotAConditionError(Exception):
    """Raised when something cannot be said as a condition on a row."""


_Rows: TypeAlias = "Table | exp.Expr"
"""Rows to count: a table, or whether the one row that is asked for is there."""


class Statement:
    """One query that is being written: its common table expressions, and its aliases."""

    def __init__(self, compiler: Compiler, of_cases: bool) -> None:
        self.compiler = compiler
        self.of_cases = of_cases
        self.parts: list[tuple[str, exp.Query]] = []
        self._aliases = 0

    @property
    def relations(self) -> Relations:
        return self.compiler.relations

    def alias(self, letter: str = "t") -> str:
        self._aliases += 1
        return f"{letter}{self._aliases}"

    def part(self, letter: str, query: exp.Query) -> str:
        """Adds a common table expression, and gives its name."""
        name = self.alias(letter)
        self.parts.append((name, query))
        return name

    def with_parts(self, query: exp.Query) -> exp.Query:
        """The query with the common table expressions before it."""
        for name, part in self.parts:
            query = query.with_(name, as_=part, copy=False)
        return query


@dataclass(slots=True)
class Frame:
    """The variables of one rule with their values, and which of them stands for the case."""

    values: dict[Var, Value] = field(default_factory=dict)
    key: Var | None = None

    def known(self, term: Term) -> bool:
        return not isinstance(term, Var) or term in self.values

    def value(self, term: Term) -> Value:
        return self.values[term] if isinstance(term, Var) else literal(term)


@dataclass(slots=True)
class BodyCompiler:
    """Takes the literals of a body one by one. A `strict` one may not use common table expressions: it is to become
    a condition."""

    statement: Statement
    strict: bool = False
    sources: list[tuple[exp.Expr, list[exp.Expr]]] = field(default_factory=list)
    conditions: list[exp.Expr] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    @property
    def _relations(self) -> Relations:
        return self.statement.relations

    def run(self, rule: PlanRule, frame: Frame, newest: Mapping[int, Table] | None = None) -> None:
        """Adds the body of a rule, some of whose calls read the newest rows only.

        Raises `DeadEndError` if there can be none."""
        self.frames.append(frame)
        for index, each in enumerate(rule.body):
            table = newest.get(index) if newest else None
            if table is not None and isinstance(each, Call):
                self._join(table, each.args, frame)
            else:
                self._literal(each, frame)

    def select(self, shown: list[exp.Expr]) -> exp.Select:
        """The query for expressions over the body's rows."""
        query = exp.Select(expressions=shown)
        sources = self.sources or ([(_one_row(self.statement.alias()), [])] if self.conditions else [])
        for index, (source, on) in enumerate(sources):
            if index == 0:
                query = query.from_(source.copy(), copy=False)
            elif on:
                query = query.join(source.copy(), on=scalars.both(on).copy(), copy=False)
            else:
                query = query.join(source.copy(), join_type="cross", copy=False)
        condition = scalars.both([*sources[0][1], *self.conditions] if sources else []).copy()
        return query if condition == scalars.TRUE else query.where(condition, copy=False)

    def require(self, condition: exp.Expr) -> None:
        """Adds a condition."""
        if condition == scalars.FALSE:
            raise DeadEndError
        if condition != scalars.TRUE:
            self.conditions.append(condition)

    # --- literals ----------------------------------------------------------------------------------------------

    def _literal(self, each: PlanLiteral, frame: Frame) -> None:
        match each:
            case Call(source, args):
                self._call(source, args, frame)
            case Absent(source, args):
                self.require(scalars.negated(self._holds(source, args, frame)))
            case NoOtherValue():
                self.require(self._no_other_value(each, frame))
            case Test(inner):
                self._test(inner, frame)
            case Domain(var):
                self._domain(var, frame)
            case CountTest():
                self.require(self._count(each, frame))
            case AggregateTest():
                self._aggregate(each, frame)

    def _domain(self, var: Var, frame: Frame) -> None:
        if var in frame.values:
            return
        compiler = self.statement.compiler
        of_cases = self.statement.of_cases and compiler.cases is not None and var == frame.key
        table = compiler.cases if of_cases and compiler.cases is not None else compiler.domain
        self._join(table, (var,), frame)

    def _call(self, source: Source, args: tuple[Term, ...], frame: Frame) -> None:
        if isinstance(source, Stored):
            self._join(self.statement.compiler.stored_table(source.pred), args, frame)
            return
        known = [frame.known(arg) for arg in args]
        if self._is_table(source):
            self._join(self._table(source, args, frame), args, frame)
            return
        if all(known):
            try:
                self.require(self._condition(source, [frame.value(arg) for arg in args]))
                return
            except _NotAConditionError:
                pass
        rules = self._relations.rules(source)
        if self._becomes_table(source, args, frame):
            self._join(self._table(source, args, frame), args, frame)
        elif is_auxiliary(source.pred) and len(rules) == 1:
            self._unfold(rules[0], args, frame)
        else:
            self._join(self._for_these(source, args, frame), args, frame)

    def _is_table(self, rel: Rel) -> bool:
        """Whether the relation is a table wherever it is called."""
        relations = self._relations
        if relations.self_sufficient(rel) is None:
            return False
        return relations.is_recursive(rel) or (
            not is_auxiliary(rel.pred) and not relations.is_open(rel) and not self._free_columns(rel)
        )

    def _free_columns(self, rel: Rel) -> frozenset[int]:
        """The columns that take every constant if nothing limits them; not the case of a population."""
        free = self._relations.domain_columns(rel)
        by_case = self.statement.of_cases and rel.pattern[:1] == (0,) and not is_auxiliary(rel.pred)
        return free - {0} if by_case else free

    def _becomes_table(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> bool:
        if is_auxiliary(rel.pred):
            return self._relations.self_sufficient(rel) is not None
        free = self._relations.domain_columns(rel)
        given = [frame.value(args[index]) for index in free if frame.known(args[index])]
        if len(free) > 1:
            return not given
        return not any(value.computed for value in given)

    def _table(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The table of a relation; one of cases only if it is called about a case, or for the case of the rule."""
        of_cases = self.statement.of_cases
        if of_cases and rel.pattern[:1] == (0,) and not self._relations.is_recursive(rel):
            first = args[0]
            about_case = frame.value(first).of_cases if frame.known(first) else first == frame.key
            of_cases = about_case or not self._relations.domain_columns(rel)
        return self.statement.compiler.table(rel, of_cases=of_cases)

    # --- joins -------------------------------------------------------------------------------------------------

    def _join(self, table: Table, args: tuple[Term, ...], frame: Frame) -> None:
        if table.columns is None:
            raise DeadEndError
        alias = self.statement.alias()
        on = []
        for here, arg in zip(_columns(table, alias), args, strict=True):
            if not frame.known(arg):
                assert isinstance(arg, Var)
                frame.values[arg] = here
                continue
            on.append(_matches(here, arg, frame))
            if isinstance(arg, Var):
                frame.values[arg] = _better(frame.values[arg], here)
        if any(condition == scalars.FALSE for condition in on):
            raise DeadEndError
        self.sources.append((_aliased(table.name, alias), [each for each in on if each != scalars.TRUE]))

    def _unfold(self, rule: PlanRule, args: tuple[Term, ...], frame: Frame) -> None:
        """Puts the body of the only rule in place of a call."""
        inner = Frame()
        self.frames.append(inner)
        for ours, theirs in zip(rule.args, args, strict=True):
            if frame.known(theirs):
                self._bind(ours, frame.value(theirs), inner)
        self.run(rule, inner)
        for ours, theirs in zip(rule.args, args, strict=True):
            if not frame.known(theirs):
                assert isinstance(theirs, Var)
                frame.values[theirs] = inner.value(ours)
            elif isinstance(theirs, Var):
                self.require(scalars.equal(frame.value(theirs), inner.value(ours)))

    def _bind(self, term: Term, value: Value, frame: Frame) -> None:
        """Gives a term a value, or requires that it has it."""
        if isinstance(term, Var) and term not in frame.values:
            frame.values[term] = value
        elif isinstance(term, Var):
            self.require(scalars.equal(frame.values[term], value))
        else:
            self.require(_equals_constant(value, term))

    # --- relations for the values at hand ----------------------------------------------------------------------

    def _for_these(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The rows of a relation for the values that the body has for some of its columns, as a common table
        expression."""
        if self.strict:
            raise _NotAConditionError
        self._flush()
        statement = self.statement
        given = [index for index, arg in enumerate(args) if frame.known(arg)]
        asked = [frame.value(args[index]) for index in given]
        names = [f"c{index}" for index in given]
        wanted: Table | None = None
        if given:
            shown = [exp.alias_(value.sql.copy(), name) for value, name in zip(asked, names, strict=True)]
            query = BodyCompiler(statement, sources=list(self.sources)).select(shown).distinct(copy=False)
            columns = tuple(value.column for value in asked)
            wanted = Table(statement.part("asked", query), tuple(names), columns)
        found = []
        for rule in self._relations.rules(rel):
            inner, own = BodyCompiler(statement), Frame()
            try:
                if wanted is not None:
                    alias = statement.alias()
                    inner.sources.append((_aliased(wanted.name, alias), []))
                    for index, value in zip(given, _columns(wanted, alias), strict=True):
                        inner._bind(rule.args[index], value, own)
                inner.run(rule, own)
                found.append((inner, tuple(own.value(arg) for arg in rule.args)))
            except DeadEndError:
                continue
        return self._part_of(found, len(args))

    def _part_of(self, found: list[tuple[BodyCompiler, tuple[Value, ...]]], width: int) -> Table:
        if not found:
            return Table("", (), None)
        columns = tuple(
            Column(
                kinds.pop() if len(kinds := {values[i].kind for _, values in found}) == 1 else Kind.ANY,
                any(values[i].computed for _, values in found),
                all(values[i].of_cases for _, values in found),
            )
            for i in range(width)
        )
        names = tuple(f"c{index}" for index in range(width))
        selects = []
        for body, values in found:
            shown = [
                exp.alias_(in_kind(value, column.kind).sql.copy(), name)
                for value, column, name in zip(values, columns, names, strict=True)
            ]
            selects.append(body.select(shown or [exp.alias_(exp.Literal.number(1), "holds")]))
        return Table(self.statement.part("part", united(selects)), names, columns)

    def _flush(self) -> None:
        """Makes a common table expression of the body so far, so that its values are columns of one table."""
        held = [value for frame in self.frames for value in frame.values.values()]
        is_flat = len(self.sources) <= 1 and not self.conditions and not any(on for _, on in self.sources)
        is_flat = is_flat and all(isinstance(value.sql, exp.Column) for value in held)
        if is_flat and (self.sources or not held):
            return
        distinct = {value.sql: value for value in held}
        names = {sql: f"v{number}" for number, sql in enumerate(distinct)}
        shown = [exp.alias_(sql.copy(), name) for sql, name in names.items()]
        query = self.select(shown or [exp.alias_(exp.Literal.number(1), "holds")])
        part = self.statement.part("rows", query)
        alias = self.statement.alias()
        for frame in {id(frame): frame for frame in self.frames}.values():
            for var, value in frame.values.items():
                column = exp.column(names[value.sql], table=alias)
                frame.values[var] = Value(column, value.kind, value.computed, of_cases=value.of_cases)
        self.sources[:] = [(_aliased(part, alias), [])]
        self.conditions.clear()

    # --- conditions --------------------------------------------------------------------------------------------

    def _holds(self, source: Source, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        """Whether a row, all of it known, is in a relation."""
        if isinstance(source, Stored):
            return self._exists(self.statement.compiler.stored_table(source.pred), args, frame)
        if not self._is_table(source):
            try:
                return self._condition(source, [frame.value(arg) for arg in args])
            except _NotAConditionError:
                pass
            if not self._becomes_table(source, args, frame):
                return self._exists(self._for_these(source, args, frame), args, frame)
        return self._exists(self._table(source, args, frame), args, frame)

    def _exists(self, table: Table, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        if table.columns is None:
            return scalars.FALSE.copy()
        alias = self.statement.alias()
        matches = [_matches(here, arg, frame) for here, arg in zip(_columns(table, alias), args, strict=True)]
        return _exists_in([(_aliased(table.name, alias), [])], matches)

    def _condition(self, rel: Rel, values: list[Value]) -> exp.Expr:
        """What it takes for a row to be in a relation, as a condition on its values."""
        found = []
        for rule in self._relations.rules(rel):
            inner, own = BodyCompiler(self.statement, strict=True), Frame()
            try:
                for ours, value in zip(rule.args, values, strict=True):
                    inner._bind(ours, value, own)
                inner.run(rule, own)
            except DeadEndError:
                continue
            if inner.sources:
                conditions = [each for _, on in inner.sources for each in on] + inner.conditions
                if any(each.find(exp.Subquery, exp.Exists) for each in conditions):
                    raise _NotAConditionError
                found.append(_exists_in([(source, []) for source, _ in inner.sources], conditions))
            else:
                found.append(scalars.both(inner.conditions))
        condition = scalars.either(list({canonical(each): each for each in found}.values()))
        if sum(1 for _ in condition.walk()) > MOST_NODES:
            raise _NotAConditionError
        return condition

    def _no_other_value(self, each: NoOtherValue, frame: Frame) -> exp.Expr:
        table = self.statement.compiler.table(each.rel)
        if table.columns is None:
            return scalars.TRUE.copy()
        alias = self.statement.alias()
        key, value = iter(each.key), iter(each.value or ())
        same, differs = [], []
        for here, is_key in zip(_columns(table, alias), each.keys, strict=True):
            if is_key:
                same.append(_matches(here, next(key), frame))
            elif each.value is not None:
                differs.append(scalars.negated(_matches(here, next(value), frame)))
        other = [scalars.either(differs)] if each.value is not None else []
        return scalars.negated(_exists_in([(_aliased(table.name, alias), [])], same + other))

    # --- tests -------------------------------------------------------------------------------------------------

    def _test(self, test: Compare | Builtin | Member, frame: Frame) -> None:
        match test:
            case Compare("is", left, right):
                self._unify(left, self._expression(right, frame), frame)
            case Compare("=", left, right):
                one, other = self._known(left, frame), self._known(right, frame)
                if other is not None:
                    self._unify(left, other, frame)
                else:
                    self._unify(right, one, frame)
            case Compare(op, left, right):
                self.require(scalars.compared(op, self._expression(left, frame), self._expression(right, frame)))
            case Builtin("between", (low, high, term)):
                self._between(frame.value(low), frame.value(high), term, frame)
            case Builtin(name, (first, second, term)):
                result = scalars.built_in(name, frame.value(first), frame.value(second))
                self._unify(term, result, frame)
            case Member(item, items):
                self._member(item, items, frame)

    def _known(self, expr: Expr, frame: Frame) -> Value | None:
        if isinstance(expr, Var) and expr not in frame.values:
            return None
        return self._expression(expr, frame)

    def _expression(self, expr: Expr, frame: Frame) -> Value:
        if not isinstance(expr, Op):
            return frame.value(expr)
        result = scalars.calculated(expr.name, [self._expression(arg, frame) for arg in expr.args])
        if result is None:
            raise DeadEndError
        return result

    def _unify(self, expr: Expr, value: Value | None, frame: Frame) -> None:
        if value is None:
            raise DeadEndError
        known = self._known(expr, frame)
        if known is not None:
            self.require(scalars.equal(known, value))
            if isinstance(expr, Var):
                frame.values[expr] = _better(known, value)
            return
        assert isinstance(expr, Var)
        self.require(scalars.exists_value(value))
        frame.values[expr] = Value(value.sql, value.kind, value.computed, of_cases=value.of_cases)
        if not self.strict and sum(1 for _ in value.sql.walk()) > MOST_NODES // 10:
            self._flush()

    def _between(self, low: Value, high: Value, term: Term, frame: Frame) -> None:
        if frame.known(term):
            self.require(scalars.between(low, high, frame.value(term)))
            return
        assert isinstance(term, Var)
        ends = [native(low, Kind.INTEGER), native(high, Kind.INTEGER)]
        if ends[0] is None or ends[1] is None:
            raise DeadEndError
        for end in ends:
            assert end is not None
            self.require(scalars.exists_value(end))
        alias = self.statement.alias()
        self.sources.append((scalars.integers(ends[0].sql, ends[1].sql, alias), []))
        frame.values[term] = Value(exp.column("c0", table=alias), Kind.INTEGER, computed=True)

    def _member(self, item: Term, items: tuple[Const, ...], frame: Frame) -> None:
        constants = list(dict.fromkeys(items))
        if frame.known(item):
            value = frame.value(item)
            self.require(scalars.either([_equals_constant(value, constant) for constant in constants]))
            return
        assert isinstance(item, Var)
        if not constants:
            raise DeadEndError
        kind = kind_of_all(constants)
        rows = [exp.Select(expressions=[exp.alias_(literal(each, kind).sql, "c0")]) for each in constants]
        query: exp.Query = rows[0]
        for row in rows[1:]:
            query = exp.union(query, row, distinct=False, copy=False)
        alias = self.statement.alias()
        self.sources.append((query.subquery(alias, copy=False), []))
        frame.values[item] = Value(exp.column("c0", table=alias), kind)

    # --- counts ------------------------------------------------------------------------------------------------

    def _counted_tables(self, sources: tuple[Counted, ...], frame: Frame) -> list[_Rows]:
        """The tables of counted relations, or whether there is a row where a single one is asked for."""
        parts = len(self.statement.parts)
        found = [self._counted_table(source, frame) for source in sources]
        if len(self.statement.parts) > parts:
            self._flush()  # what was found before the body became a common table expression does not hold now
            found = [
                self._counted_table(source, frame) if not isinstance(rows, Table) else rows
                for source, rows in zip(sources, found, strict=True)
            ]
        return found

    def _counted_table(self, source: Counted, frame: Frame) -> _Rows:
        if not source.counted:
            return self._holds(source.rel, source.args, frame)
        if self._relations.self_sufficient(source.rel) is not None:
            return self.statement.compiler.table(source.rel, of_cases=self.statement.of_cases)
        own = Frame({var: value for var, value in frame.values.items() if var not in source.counted}, frame.key)
        self.frames.append(own)
        return self._for_these(source.rel, source.args, own)

    def _rows_of(
        self, source: Counted, table: Table, frame: Frame, shown: list[exp.Expr] | None = None
    ) -> tuple[exp.Select, dict[Var, Value]]:
        """The query for an aggregate over the rows that a source counts, and the values of its variables there."""
        alias = self.statement.alias()
        inside: dict[Var, Value] = {}
        conditions = []
        for here, arg in zip(_columns(table, alias), source.args, strict=True):
            if isinstance(arg, Var) and arg in source.counted:
                if arg in inside:
                    conditions.append(scalars.equal(here, inside[arg]))
                else:
                    inside[arg] = here
            else:
                conditions.append(_matches(here, arg, frame))
        query = exp.Select(expressions=shown or []).from_(_aliased(table.name, alias), copy=False)
        condition = scalars.both(conditions)
        return (query if condition == scalars.TRUE else query.where(condition, copy=False)), inside

    def _number_of(self, sources: tuple[Counted, ...], tables: list[_Rows], frame: Frame) -> exp.Expr:
        """How many rows the sources have."""
        total: exp.Expr | None = None
        for source, table in zip(sources, tables, strict=True):
            if not isinstance(table, Table):
                number: exp.Expr = exp.Case().when(table, scalars.number(1)).else_(scalars.number(0))
            elif table.columns is None:
                continue
            else:
                query, _ = self._rows_of(source, table, frame, [exp.Count(this=exp.Star())])
                number = query.subquery(copy=False)
            total = number if total is None else exp.Add(this=total, expression=number)
        return scalars.number(0) if total is None else total

    def _any_row(self, source: Counted, table: _Rows, frame: Frame) -> exp.Expr:
        """Whether a source has a row."""
        if not isinstance(table, Table):
            return table.copy()
        if table.columns is None:
            return scalars.FALSE.copy()
        return exp.Exists(this=self._rows_of(source, table, frame, [exp.Literal.number(1)])[0])

    def _count(self, each: CountTest, frame: Frame) -> exp.Expr:
        tables = self._counted_tables(each.sources, frame)
        bound = native(frame.value(each.bound), Kind.INTEGER)
        if bound is None:
            return scalars.FALSE.copy()
        pairs = list(zip(each.sources, tables, strict=True))
        finite = [(source, table) for source, table in pairs if not source.endless]
        unlimited = [self._any_row(source, table, frame) for source, table in pairs if source.endless]
        if each.op == "at_least" and each.bound == Int(1):
            return scalars.either([*unlimited, *(self._any_row(source, table, frame) for source, table in finite)])
        number = self._number_of(tuple(source for source, _ in finite), [table for _, table in finite], frame)
        if each.op == "at_least":
            enough = scalars.two_valued(exp.GTE(this=number, expression=bound.sql.copy()), bound)
            return scalars.either([*unlimited, enough])
        few = scalars.two_valued(exp.LTE(this=number, expression=bound.sql.copy()), bound)
        return scalars.both([few, *(scalars.negated(any_row) for any_row in unlimited)])

    def _aggregate(self, each: AggregateTest, frame: Frame) -> None:
        tables = self._counted_tables(each.certain + each.possible, frame)
        certain, possible = tables[: len(each.certain)], tables[len(each.certain) :]
        number = self._number_of(each.certain, certain, frame)
        most = self._number_of(each.possible, possible, frame)
        if each.is_open:
            self.require(exp.GT(this=exp.paren(most.copy()), expression=exp.paren(number.copy())))
            return
        if (each.certain, certain) != (each.possible, possible):
            self.require(exp.LTE(this=exp.paren(most.copy()), expression=exp.paren(number.copy())))
        if each.op == "count":
            result: Value | None = Value(exp.cast(exp.paren(number.copy()), "BIGINT"), Kind.INTEGER, computed=True)
        else:
            result = self._aggregated(each, certain, number, frame)
        self._unify(each.result, result, frame)
        if isinstance(each.result, Var) and not self.strict:
            self._flush()

    def _aggregated(self, each: AggregateTest, tables: list[_Rows], number: exp.Expr, frame: Frame) -> Value | None:
        """The sum, least or greatest value of the certain rows."""
        value = each.value
        assert value is not None
        if not (isinstance(value, Var) and value in each.counted):
            return self._of_same(each.op, frame.value(value), number)
        rows: list[tuple[exp.Select, Value]] = []
        for source, table in zip(each.certain, tables, strict=True):
            if value not in source.counted:
                self.require(scalars.negated(self._any_row(source, table, frame)))
                continue
            if not isinstance(table, Table) or table.columns is None:
                continue
            query, inside = self._rows_of(source, table, frame)
            rows.append((query, inside[value]))
        if not rows:
            return literal(Int(0)) if each.op == "sum" else None
        query, one = rows[0] if len(rows) == 1 else self._together(rows)
        if each.op != "sum":
            return self._subquery(query, scalars.extreme_of(each.op, one.sql.copy(), one.kind))
        total = scalars.summed(one.sql.copy(), one.kind)
        if total is None:
            self.require(exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0)))
            return literal(Int(0))
        inner = self._subquery(query, total)
        zero = literal(Int(0), total.kind).sql
        none = exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0))
        return Value(exp.Case().when(none, zero).else_(inner.sql), total.kind, computed=True, nullable=True)

    def _together(self, rows: list[tuple[exp.Select, Value]]) -> tuple[exp.Select, Value]:
        """A query for the values of several, without what it shows."""
        kinds = {value.kind for _, value in rows}
        kind = kinds.pop() if len(kinds) == 1 else Kind.ANY
        selects = [query.select(exp.alias_(in_kind(value, kind).sql, "c0"), copy=False) for query, value in rows]
        union: exp.Query = selects[0]
        for other in selects[1:]:
            union = exp.union(union, other, distinct=False, copy=False)
        alias = self.statement.alias()
        query = exp.Select().from_(union.subquery(alias, copy=False), copy=False)
        return query, Value(exp.column("c0", table=alias), kind, computed=any(value.computed for _, value in rows))

    @staticmethod
    def _subquery(query: exp.Select, value: Value) -> Value:
        found = query.select(value.sql, copy=False).subquery(copy=False)
        return Value(found, value.kind, value.computed, nullable=True)

    @staticmethod
    def _of_same(op: str, value: Value, number: exp.Expr) -> Value | None:
        """The aggregate over rows that all have one value."""
        some = exp.GT(this=exp.paren(number.copy()), expression=scalars.number(0))
        if op != "sum":
            return Value(exp.Case().when(some, value.sql.copy()), value.kind, value.computed, nullable=True)
        total = scalars.times(value, exp.paren(number.copy()))
        if total is None:
            none = exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0))
            zero = exp.Case().when(none, literal(Int(0)).sql)
            return Value(zero, Kind.INTEGER, computed=True, nullable=True)
        zero_of_kind = literal(Int(0), total.kind).sql
        sql = exp.Case().when(some, total.sql).else_(zero_of_kind)
        return Value(sql, total.kind, computed=True, nullable=True)


def united(selects: list[exp.Select]) -> exp.Query:
    """The distinct rows of several queries."""
    different = list({canonical(each): each for each in selects}.values())
    if len(different) == 1:
        return different[0].distinct(copy=False)
    query: exp.Query = different[0]
    for other in different[1:]:
        query = exp.union(query, other, distinct=True, copy=False)
    return query


def canonical(expression: exp.Expr) -> str:
    """The text of an expression with the aliases that it introduces numbered by first occurrence."""
    own = {alias.name for alias in expression.find_all(exp.TableAlias)}
    numbers: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"#{len(numbers)}") if found[0] in own else found[0]

    return re.sub(r"\bt\d+\b", renamed, expression.sql())


def _aliased(name: str, alias: str) -> exp.Table:
    table = exp.Table(this=exp.to_identifier(name, quoted=True))
    return exp.alias_(table, alias, table=True)  # type: ignore[return-value] # the alias of a table is a table


def _columns(table: Table, alias: str) -> Iterator[Value]:
    assert table.columns is not None
    for name, column in zip(table.names, table.columns, strict=False):
        sql = exp.column(exp.to_identifier(name, quoted=True), table=alias)
        yield Value(sql, column.kind, column.computed, of_cases=column.of_cases)


def _matches(here: Value, arg: Term, frame: Frame) -> exp.Expr:
    """Whether a column has the value of a term."""
    return scalars.equal(here, frame.value(arg)) if isinstance(arg, Var) else _equals_constant(here, arg)


def _equals_constant(value: Value, constant: Const) -> exp.Expr:
    if value.kind is Kind.ANY:
        return scalars.equal(value, literal(constant, Kind.ANY))
    return scalars.equal(value, literal(constant)) if value.kind is native_kind(constant) else scalars.FALSE.copy()


def _better(one: Value, other: Value) -> Value:
    """Of two values that are equal, the one of which more is known."""

    def known(value: Value) -> tuple[bool, bool, bool, bool]:
        return value.kind is not Kind.ANY, value.of_cases, not value.computed, not value.nullable

    best = other if known(other) > known(one) else one
    return Value(best.sql, best.kind, one.computed and other.computed, of_cases=one.of_cases or other.of_cases)


def _exists_in(sources: list[tuple[exp.Expr, list[exp.Expr]]], conditions: list[exp.Expr]) -> exp.Expr:
    if any(condition == scalars.FALSE for condition in conditions):
        return scalars.FALSE.copy()
    query = exp.Select(expressions=[exp.Literal.number(1)])
    for index, (source, _) in enumerate(sources):
        query = query.from_(source, copy=False) if index == 0 else query.join(source, join_type="cross", copy=False)
    condition = scalars.both(conditions)
    return exp.Exists(this=query if condition == scalars.TRUE else query.where(condition, copy=False))


def _one_row(alias: str) -> exp.Expr:
    return exp.Select(expressions=[exp.alias_(exp.Literal.number(1), "holds")]).subquery(alias, copy=False)
