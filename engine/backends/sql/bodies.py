"""The body of a plan rule as the parts of a query: tables to join, conditions, and values for its variables.

Calls, negations, counts and aggregates are about relations whose rules have bodies in turn. What is found for the
values that a body has becomes a common table expression of its statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Protocol, TypeAlias

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.relational import Relations
from engine.backends.sql.statements import (
    aliased,
    better,
    columns_of,
    equals_constant,
    exists_in,
    one_row,
    selected,
    union_of,
    united,
    without_repetitions,
)
from engine.backends.sql.values import NATIVE, Column, Kind, Table, Value, in_kind, kind_of_all, literal, native
from engine.reading.normal import is_auxiliary
from engine.reading.plan import (
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
    terms_of,
)
from kb.language.builtins import BUILTINS, BuiltinPredicate, ManyValues, OneValue
from kb.language.syntax import Builtin, Compare, Expr, Member, Op, Pred, variables
from kb.language.terms import Const, Int, Term, Var

MOST_NODES = 600
"""How large a condition may get before what it says becomes a table or common table expression of its own."""

MOST_JOINED = 24
"""How many tables and subqueries a query may join: planners take time that grows with the cube of that and more."""


COMPUTED = "computed"
"""What common table expressions are called whose columns are not to be computed again in what reads them."""


class DeadEndError(Exception):
    """Raised when a body can have no rows, whatever the facts are."""


class NotAConditionError(Exception):
    """Raised when something cannot be said as a condition on a row."""


Rows: TypeAlias = Table | exp.Expr
"""Rows to join or count: a table, or whether the one row that is asked for is there."""


class Tables(Protocol):
    """The tables that a query may read: those that are there, and those that are made when they are asked for."""

    @property
    def relations(self) -> Relations:
        """The relational plan."""

    @property
    def domain(self) -> Table:
        """Every constant, in one column."""

    @property
    def cases(self) -> Table | None:
        """The cases of a population, in one column."""

    def stored_table(self, pred: Pred) -> Table:
        """The table of a predicate's stated facts."""

    def table(self, rel: Rel, *, of_cases: bool = True) -> Table:
        """The table of a relation; not `of_cases`: also with rows about constants that are no cases."""

    def table_beyond(self, rel: Rel, asked: exp.Query) -> Table:
        """The table of a relation over every constant and, beside these, those of the one column of a query, in which they
        are of any kind."""


class Statement:
    """One query that is being written: its common table expressions, and its aliases. In recursion, `asked` takes the
    queries for computed constants that recursive relations are asked about, of which their tables are to have rows."""

    def __init__(self, tables: Tables, of_cases: bool, asked: list[exp.Query] | None = None) -> None:
        self.tables = tables
        self.of_cases = of_cases
        self.asked = asked
        self.parts: list[tuple[str, exp.Query]] = []
        self._aliases = 0

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def part(self, word: str, query: exp.Query) -> str:
        """Adds a common table expression, and gives its name, which no table has: there is a blank in it."""
        self._aliases += 1
        name = f"{word} {self._aliases}"
        self.parts.append((name, query))
        return name

    def with_parts(self, query: exp.Query) -> exp.Query:
        """The query with the common table expressions before it."""
        for name, part in self.parts:
            alone = True if name.startswith(COMPUTED) else None
            name_of_part = exp.to_identifier(name, quoted=True)
            query = query.with_(name_of_part, as_=part.copy(), materialized=alone, copy=False)
        return query


@dataclass(slots=True)
class Frame:
    """The variables of one rule with their values, which of them stands for the case, and which are needed by the literal
    at hand and those after it, or after it alone (None for all)."""

    values: dict[Var, Value] = field(default_factory=dict)
    key: Var | None = None
    needed: Set[Var] | None = None
    needed_after: Set[Var] | None = None

    def known(self, expr: Expr) -> bool:
        return not isinstance(expr, Var) or expr in self.values

    def gives_nothing(self, values: Mapping[Var, Value]) -> bool:
        """Whether values that a literal would give are no other than those there are, as far as they are needed."""
        needed = values.keys() if self.needed_after is None else values.keys() & self.needed_after
        return all(var in self.values and self.values[var].sql is values[var].sql for var in needed)

    def value(self, expr: Expr) -> Value:
        """The value of an expression, whose variables have values. Raises `DeadEndError` if it can have none."""
        if not isinstance(expr, Op):
            return self.values[expr] if isinstance(expr, Var) else literal(expr)
        result = scalars.calculated(expr.name, [self.value(arg) for arg in expr.args])
        if result is None:
            raise DeadEndError
        return result

    def matching(self, here: Value, arg: Term) -> exp.Expr:
        """Whether a column has the value of a term."""
        return scalars.equal(here, self.value(arg)) if isinstance(arg, Var) else equals_constant(here, arg)


@dataclass(slots=True)
class BodyCompiler:
    """A query as far as it is written: tables joined, conditions, and the frames of rules whose variables have values
    in it; it takes the literals of a body one by one. A `strict` one may not use common table expressions: it is to
    become a condition."""

    statement: Statement
    strict: bool = False
    sources: list[tuple[exp.Expr, list[exp.Expr]]] = field(default_factory=list)
    conditions: list[exp.Expr] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    @property
    def tables(self) -> Tables:
        return self.statement.tables

    @property
    def relations(self) -> Relations:
        return self.statement.tables.relations

    def run(self, rule: PlanRule, frame: Frame, delta: Mapping[int, Table] | None = None) -> None:
        """Adds the body of a rule, some of whose calls read what the last round added only.

        Raises `DeadEndError` if there can be none."""
        self.frames.append(frame)
        needed = _needed_from(rule)
        for index, each in enumerate(rule.body):
            frame.needed, frame.needed_after = needed[index], needed[index + 1]
            table = delta.get(index) if delta else None
            if table is not None and isinstance(each, Call):
                self._join(table, each.args, frame)
            else:
                self._literal(each, frame)
            frame.needed = needed[index + 1]
            self._split()

    def _split(self) -> None:
        """Makes a common table expression of a body that joins many tables."""
        subqueries = sum(1 for each in self.conditions if each.find(exp.Subquery, exp.Exists))
        if len(self.sources) + subqueries > MOST_JOINED:
            if self.strict:
                raise NotAConditionError
            self.flush(distinct=True)

    def select(self, shown: list[exp.Expr]) -> exp.Select:
        """The query for expressions over the body's rows."""
        query = exp.Select(expressions=shown)
        sources = self.sources or ([(one_row(self.statement.alias()), [])] if self.conditions else [])
        for index, (source, on) in enumerate(sources):
            if index == 0:
                query = query.from_(source.copy(), copy=False)
            elif on:
                query = query.join(source.copy(), on=scalars.and_(on).copy(), copy=False)
            else:
                query = query.join(source.copy(), join_type="cross", copy=False)
        condition = scalars.and_([*sources[0][1], *self.conditions] if sources else []).copy()
        return query if condition == scalars.TRUE else query.where(condition, copy=False)

    def require(self, condition: exp.Expr) -> None:
        """Adds a condition."""
        if condition == scalars.FALSE:
            raise DeadEndError
        if condition != scalars.TRUE:
            self.conditions.append(condition)

    def flush(self, word: str = "rows", *, distinct: bool = False) -> None:
        """Makes a common table expression of the body so far, so that the values that are still needed are columns of one
        table; a `distinct` one also keeps planners from joining it with what follows."""
        frames = {id(frame): frame for frame in self.frames}.values()
        for frame in frames:
            if frame.needed is not None:
                frame.values = {var: value for var, value in frame.values.items() if var in frame.needed}
        held = [value for frame in frames for value in frame.values.values()]
        is_flat = len(self.sources) <= 1 and not self.conditions and not any(on for _, on in self.sources)
        is_flat = is_flat and all(isinstance(value.sql, exp.Column) for value in held)
        if is_flat and (self.sources or not held):
            return
        names = {sql: f"v{number}" for number, sql in enumerate(dict.fromkeys(value.sql for value in held))}
        shown = [exp.alias_(sql.copy(), name) for sql, name in names.items()]
        query = self.select(shown or [exp.alias_(scalars.number(1), "holds")])
        part = self.statement.part(word, query.distinct(copy=False) if distinct else query)
        alias = self.statement.alias()
        for frame in frames:
            for var, value in frame.values.items():
                column = exp.column(names[value.sql], table=alias)
                frame.values[var] = Value(column, value.kind, value.computed, of_cases=value.of_cases)
        self.sources[:] = [(aliased(part, alias), [])]
        self.conditions.clear()

    # --- literals ----------------------------------------------------------------------------------------------

    def _literal(self, each: PlanLiteral, frame: Frame) -> None:
        match each:
            case Call(source, args):
                self._call(source, args, frame)
            case Absent(source, args):
                self.require(scalars.negated(self.holds(source, args, frame)))
            case NoOtherValue():
                self.require(self._no_other_value(each, frame))
            case Test(inner):
                _add_test(self, inner, frame)
            case Domain(var):
                self._domain(var, frame)
            case CountTest():
                self.require(_count_condition(self, each, frame))
            case AggregateTest():
                _add_aggregate(self, each, frame)

    def _domain(self, var: Var, frame: Frame) -> None:
        if var not in frame.values:
            cases = self.tables.cases if self.statement.of_cases and var == frame.key else None
            self._join(cases or self.tables.domain, (var,), frame)

    def _call(self, source: Source, args: tuple[Term, ...], frame: Frame) -> None:
        rows = self._rows(source, args, frame)
        if isinstance(rows, exp.Expr):
            self.require(rows)
        elif isinstance(rows, Table):
            self._join(rows, args, frame)
        elif is_auxiliary(rows.pred) and len(rules := self.relations.rules(rows)) == 1:
            self._unfold(rules[0], args, frame)
        else:
            self._join(self.for_these(rows, args, frame), args, frame)

    def holds(self, source: Source, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        """Whether a row, all of it known, is in a relation."""
        rows = self._rows(source, args, frame)
        if isinstance(rows, exp.Expr):
            return rows
        table = rows if isinstance(rows, Table) else self.for_these(rows, args, frame)
        if table.columns is None:
            return scalars.FALSE.copy()
        alias = self.statement.alias()
        matches = [frame.matching(here, arg) for here, arg in zip(columns_of(table, alias), args, strict=True)]
        return exists_in([aliased(table.name, alias)], matches)

    def _rows(self, source: Source, args: tuple[Term, ...], frame: Frame) -> Rows | Rel:
        """The table of a source, or the condition that a row, all of it known, is there; a relation that has to be made
        for the values at hand as it is."""
        if isinstance(source, Stored):
            return self.tables.stored_table(source.pred)
        if not self._is_table(source):
            if all(map(frame.known, args)):
                with suppress(NotAConditionError):
                    return self._condition(source, [frame.value(arg) for arg in args])
            if not self._becomes_table(source, args, frame):
                return source
        return self._table(source, args, frame)

    def _is_table(self, rel: Rel) -> bool:
        """Whether the relation is a table wherever it is called."""
        relations = self.relations
        if relations.self_sufficient(rel) is None:
            return False
        return relations.is_recursive(rel) or (
            not is_auxiliary(rel.pred) and not relations.is_open(rel) and not self._free_columns(rel)
        )

    def _free_columns(self, rel: Rel) -> frozenset[int]:
        """The columns that take every constant if nothing limits them; not the case of a population."""
        free = self.relations.domain_columns(rel)
        by_case = self.statement.of_cases and rel.pattern[:1] == (0,) and not is_auxiliary(rel.pred)
        return free - {0} if by_case else free

    def _becomes_table(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> bool:
        if is_auxiliary(rel.pred):
            return self.relations.self_sufficient(rel) is not None and not self._computed(rel, args, frame)
        free = self.relations.domain_columns(rel)
        given = [frame.value(args[index]) for index in free if frame.known(args[index])]
        if len(free) > 1:
            return not given
        return not any(value.computed for value in given)

    def _table(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The table of a relation; one of cases only if it is called about a case, or for the case of the rule."""
        of_cases = self.statement.of_cases
        if self.relations.is_recursive(rel):
            if self._computed(rel, args, frame):
                return self._table_beyond(rel, args, frame)
        elif of_cases and rel.pattern[:1] == (0,):
            first = args[0]
            about_case = frame.value(first).of_cases if frame.known(first) else first == frame.key
            of_cases = about_case or not self.relations.domain_columns(rel)
        return self.tables.table(rel, of_cases=of_cases)

    def _computed(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> list[Value]:
        """The values, of columns that take every constant, that are computed, so that no one may have mentioned them."""
        known = (args[index] for index in sorted(self.relations.domain_columns(rel)) if frame.known(args[index]))
        return [value for value in map(frame.value, known) if value.computed]

    def _table_beyond(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The table of a recursive relation over the values that the body has computed, too."""
        if self.strict:
            raise NotAConditionError
        self.flush()
        queries = []
        for value in self._computed(rel, args, frame):
            body = BodyCompiler(self.statement, sources=[*self.sources], conditions=[*self.conditions])
            body.require(exp.Not(this=exp.Is(this=value.sql.copy(), expression=exp.Null())))
            queries.append(body.select(selected([in_kind(value, Kind.ANY).sql.copy()], ("constant",))))
        asked = self.statement.with_parts(united(queries))
        if self.statement.asked is None:
            return self.tables.table_beyond(rel, asked)
        self.statement.asked.append(asked)
        return self.tables.table(rel)

    # --- joins -------------------------------------------------------------------------------------------------

    def _join(self, table: Table, args: tuple[Term, ...], frame: Frame) -> None:
        if table.columns is None:
            raise DeadEndError
        alias = self.statement.alias()
        values, on = dict(frame.values), []
        for here, arg in zip(columns_of(table, alias), args, strict=True):
            if isinstance(arg, Var):
                if arg in values:
                    on.append(scalars.equal(here, values[arg]))
                values[arg] = better(values[arg], here) if arg in values else here
            else:
                on.append(equals_constant(here, arg))
        if any(condition == scalars.FALSE for condition in on):
            raise DeadEndError
        on = [each for each in on if each != scalars.TRUE]
        if self.sources and not self.strict and frame.gives_nothing(values):
            self.require(exists_in([aliased(table.name, alias)], on))  # one row will do, however many there are
        else:
            frame.values = values
            self.sources.append((aliased(table.name, alias), on))

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
            self.require(equals_constant(value, term))

    # --- relations for the values at hand ----------------------------------------------------------------------

    def for_these(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The rows of a relation for the values that the body has for some of its columns, as a common table
        expression."""
        if self.strict:
            raise NotAConditionError
        self.flush()
        given = [index for index, arg in enumerate(args) if frame.known(arg)]
        wanted = self._wanted(given, [frame.value(args[index]) for index in given]) if given else None
        found: list[Alternative] = []
        for rule in self.relations.rules(rel):
            inner, own = BodyCompiler(self.statement), Frame()
            with suppress(DeadEndError):
                if wanted is not None:
                    alias = self.statement.alias()
                    inner.sources.append((aliased(wanted.name, alias), []))
                    for index, value in zip(given, columns_of(wanted, alias), strict=True):
                        inner._bind(rule.args[index], value, own)
                inner.run(rule, own)
                found.append((inner, tuple(own.value(arg) for arg in rule.args)))
        if not found:
            return Table("", (), None)
        columns = columns_of_alternatives(found)
        names = tuple(f"c{index}" for index in range(len(args)))
        query = rows_of_alternatives(found, columns, names or ("holds",))
        return Table(self.statement.part("part", query), names, columns)

    def _wanted(self, columns: list[int], values: list[Value]) -> Table:
        """The distinct values that the body has for some columns of a relation."""
        names = tuple(f"c{index}" for index in columns)
        shown = [exp.alias_(value.sql.copy(), name, quoted=True) for value, name in zip(values, names, strict=True)]
        query = BodyCompiler(self.statement, sources=list(self.sources)).select(shown).distinct(copy=False)
        return Table(self.statement.part("asked", query), names, tuple(value.column for value in values))

    # --- conditions --------------------------------------------------------------------------------------------

    def _condition(self, rel: Rel, values: list[Value]) -> exp.Expr:
        """What it takes for a row to be in a relation, as a condition on its values."""
        found = []
        for rule in self.relations.rules(rel):
            inner, own = BodyCompiler(self.statement, strict=True), Frame()
            with suppress(DeadEndError):
                for ours, value in zip(rule.args, values, strict=True):
                    inner._bind(ours, value, own)
                inner.run(rule, own)
                found.append(inner._as_condition())
        condition = scalars.or_(without_repetitions(found))
        if sum(1 for _ in condition.walk()) > MOST_NODES:
            raise NotAConditionError
        return condition

    def _as_condition(self) -> exp.Expr:
        """That the body has a row."""
        if not self.sources:
            return scalars.and_(self.conditions)
        conditions = [each for _, on in self.sources for each in on] + self.conditions
        if any(each.find(exp.Subquery, exp.Exists) or scalars.calls_functions(each) for each in conditions):
            raise NotAConditionError  # Spark calls no function in the condition of a negated subquery
        return exists_in([source for source, _ in self.sources], conditions)

    def _no_other_value(self, each: NoOtherValue, frame: Frame) -> exp.Expr:
        table = self.tables.table(each.rel)
        if table.columns is None:
            return scalars.TRUE.copy()
        alias = self.statement.alias()
        key, value = iter(each.key), iter(each.value or ())
        same, differs = [], []
        for here, is_key in zip(columns_of(table, alias), each.keys, strict=True):
            if is_key:
                same.append(frame.matching(here, next(key)))
            elif each.value is not None:
                differs.append(scalars.negated(frame.matching(here, next(value))))
        other = [scalars.or_(differs)] if each.value is not None else []
        return scalars.negated(exists_in([aliased(table.name, alias)], same + other))


def _needed_from(rule: PlanRule) -> list[Set[Var]]:
    """The variables that a rule still needs before each literal of its body, and after the last one."""
    needed: list[Set[Var]] = [variables(rule.args).keys()]
    for each in reversed(rule.body):
        needed.append(needed[-1] | variables(tuple(terms_of(each))).keys())
    return needed[::-1]


Alternative: TypeAlias = tuple[BodyCompiler, tuple[Value, ...]]
"""A body, and the values of the columns of a relation in it."""


def columns_of_alternatives(found: Sequence[Alternative]) -> tuple[Column, ...]:
    """What columns hold that have the rows of all alternatives, of which there is one at least."""
    return tuple(
        reduce(or_, (value.column for value in values)) for values in zip(*(row for _, row in found), strict=True)
    )


def rows_of_alternatives(
    found: Sequence[Alternative], columns: tuple[Column, ...], names: tuple[str, ...]
) -> exp.Query:
    """The query for the distinct rows of alternatives, in columns that hold what they are to hold."""
    rows = []
    for body, values in found:
        shown = [in_kind(value, column.kind).sql.copy() for value, column in zip(values, columns, strict=True)]
        rows.append(body.select(selected(shown, names)))
    return united(rows)


# --- tests: conditions on rows, and values for variables -------------------------------------------------------------


def _add_test(body: BodyCompiler, test: Compare | Builtin | Member, frame: Frame) -> None:
    """Adds a test to a body. Raises `DeadEndError` if it never holds."""
    if isinstance(test, Compare):
        test = Compare(test.op, _in_columns(body, test.left, frame), _in_columns(body, test.right, frame))
    match test:
        case Compare("is", left, right):
            _unify(body, left, scalars.numeric(frame.value(right)), frame)
        case Compare("=", left, right):
            known, other = (right, left) if frame.known(right) else (left, right)
            _unify(body, other, frame.value(known), frame)
        case Compare(op, left, right):
            body.require(scalars.compared(op, frame.value(left), frame.value(right)))
        case Builtin(name, args):
            _built_in(body, BUILTINS[name], args, frame)
        case Member(item, items):
            _member(body, item, list(dict.fromkeys(items)), frame)


MOST_COPIES = 16
"""How many operations more an expression may come to, as SQL has some operands several times, before these become columns."""


def _in_columns(body: BodyCompiler, expr: Expr, frame: Frame) -> Expr:
    """An expression that is short in SQL: operands that it has too many copies of become variables with a column each."""
    if not isinstance(expr, Op):
        return expr
    expr = Op(expr.name, tuple(_in_columns(body, arg, frame) for arg in expr.args))
    if _copies(expr) - _operations(expr) <= MOST_COPIES:
        return expr
    return Op(expr.name, tuple(_in_column(body, arg, frame) for arg in expr.args))


def _copies(expr: Expr) -> int:
    """How many operations an expression comes to in SQL."""
    if not isinstance(expr, Op):
        return 0
    copies: Iterable[int] = map(int.__mul__, scalars.copies_of_operands(expr.name), map(_copies, expr.args))
    return 1 + sum(copies)


def _operations(expr: Expr) -> int:
    return 1 + sum(map(_operations, expr.args)) if isinstance(expr, Op) else 0


def _in_column(body: BodyCompiler, expr: Expr, frame: Frame) -> Expr:
    """A variable for an operation, which then has a value, in a column of its own."""
    if not isinstance(expr, Op):
        return expr
    if body.strict:
        raise NotAConditionError
    value = frame.value(expr)
    var = Var(f"operand {body.statement.alias()}")
    body.require(scalars.exists_value(value))
    frame.values[var] = Value(value.sql, value.kind, value.computed, of_cases=value.of_cases)
    if frame.needed is not None:
        frame.needed = frame.needed | {var}
    body.flush(COMPUTED)
    return var


def _unify(body: BodyCompiler, expr: Expr, value: Value | None, frame: Frame) -> None:
    """Makes an expression have a value: by a condition, or by giving it to a new variable."""
    if value is None:
        raise DeadEndError
    if frame.known(expr):
        known = frame.value(expr)
        body.require(scalars.equal(known, value))
        if isinstance(expr, Var):
            frame.values[expr] = better(known, value)
        return
    assert isinstance(expr, Var)
    body.require(scalars.exists_value(value))
    frame.values[expr] = Value(value.sql, value.kind, value.computed, of_cases=value.of_cases)
    is_large = sum(1 for _ in value.sql.walk()) > MOST_NODES // 10
    if not body.strict and (is_large or scalars.calls_functions(value.sql)):
        body.flush()


def _built_in(body: BodyCompiler, record: BuiltinPredicate, args: tuple[Term, ...], frame: Frame) -> None:
    inputs, last = [frame.value(arg) for arg in args[:-1]], args[-1]
    match record.sql:
        case OneValue() as sql:
            _unify(body, last, scalars.built_in(record, sql, inputs), frame)
        case ManyValues() as sql if frame.known(last):
            body.require(scalars.built_in_holds(record, sql, [*inputs, frame.value(last)]))
        case ManyValues() as sql:
            assert isinstance(last, Var)
            alias = body.statement.alias()
            found = scalars.built_in_series(record, sql, inputs, alias)
            if found is None:
                raise DeadEndError
            table, conditions = found
            for condition in conditions:
                body.require(condition)
            body.sources.append((table, []))
            frame.values[last] = Value(exp.column("c0", table=alias), NATIVE[record.output.kind], computed=True)


def _member(body: BodyCompiler, item: Term, constants: list[Const], frame: Frame) -> None:
    if frame.known(item):
        value = frame.value(item)
        body.require(scalars.or_([equals_constant(value, constant) for constant in constants]))
        return
    assert isinstance(item, Var)
    if not constants:
        raise DeadEndError
    kind = kind_of_all(constants)
    rows = [exp.Select(expressions=[exp.alias_(literal(each, kind).sql, "c0")]) for each in constants]
    alias = body.statement.alias()
    body.sources.append((union_of(rows).subquery(alias, copy=False), []))
    frame.values[item] = Value(exp.column("c0", table=alias), kind)


# --- counts and aggregates: subqueries over the rows that they count -------------------------------------------------


Counts: TypeAlias = list[tuple[Counted, Rows]]
"""What is counted, with the rows of each: a table, or whether there is a row where a single one is asked for."""


def _counts(body: BodyCompiler, sources: tuple[Counted, ...], frame: Frame) -> Counts:
    parts = len(body.statement.parts)
    found = [(source, _counted_rows(body, source, frame)) for source in sources]
    if len(body.statement.parts) > parts:
        body.flush()  # what was found before the body became a common table expression does not hold now
        found = [
            (source, rows if isinstance(rows, Table) else _counted_rows(body, source, frame)) for source, rows in found
        ]
    return found


def _counted_rows(body: BodyCompiler, source: Counted, frame: Frame) -> Rows:
    if not source.counted:
        return body.holds(source.rel, source.args, frame)
    own = Frame(
        {var: value for var, value in frame.values.items() if var not in source.counted}, frame.key, frame.needed
    )
    is_table = body.relations.self_sufficient(source.rel) is not None
    if is_table and not body._computed(source.rel, source.args, own):
        return body.tables.table(source.rel, of_cases=body.statement.of_cases)
    body.frames.append(own)
    return body.for_these(source.rel, source.args, own)


def _query_for(
    body: BodyCompiler, source: Counted, table: Table, frame: Frame, shown: list[exp.Expr] | None = None
) -> tuple[exp.Select, dict[Var, Value]]:
    """The query for an aggregate over the rows that a source counts, and the values of its variables there."""
    alias = body.statement.alias()
    inside: dict[Var, Value] = {}
    conditions = []
    for here, arg in zip(columns_of(table, alias), source.args, strict=True):
        if not isinstance(arg, Var) or arg not in source.counted:
            conditions.append(frame.matching(here, arg))
        elif arg in inside:
            conditions.append(scalars.equal(here, inside[arg]))
        else:
            inside[arg] = here
    query = exp.Select(expressions=shown or []).from_(aliased(table.name, alias), copy=False)
    condition = scalars.and_(conditions)
    return (query if condition == scalars.TRUE else query.where(condition, copy=False)), inside


def _number_of(body: BodyCompiler, counts: Counts, frame: Frame) -> exp.Expr:
    """How many rows the sources have."""
    numbers: list[exp.Expr] = []
    for source, rows in counts:
        if not isinstance(rows, Table):
            numbers.append(exp.Case().when(rows, scalars.number(1)).else_(scalars.number(0)))
        elif rows.columns is not None:
            query, _ = _query_for(body, source, rows, frame, [exp.Count(this=exp.Star())])
            numbers.append(query.subquery(copy=False))
    return reduce(lambda one, other: exp.Add(this=one, expression=other), numbers) if numbers else scalars.number(0)


def _any_row(body: BodyCompiler, source: Counted, rows: Rows, frame: Frame) -> exp.Expr:
    """Whether a source has a row."""
    if not isinstance(rows, Table):
        return rows.copy()
    if rows.columns is None:
        return scalars.FALSE.copy()
    return exp.Exists(this=_query_for(body, source, rows, frame, [scalars.number(1)])[0])


def _count_condition(body: BodyCompiler, each: CountTest, frame: Frame) -> exp.Expr:
    """The condition that at least, or at most, so many rows are there."""
    counts = _counts(body, each.sources, frame)
    bound = native(frame.value(each.bound), Kind.INTEGER)
    if bound is None:
        return scalars.FALSE.copy()
    finite = [(source, rows) for source, rows in counts if not source.endless]
    unlimited = [_any_row(body, source, rows, frame) for source, rows in counts if source.endless]
    if each.op == "at_least" and each.bound == Int(1):
        return scalars.or_([*unlimited, *(_any_row(body, source, rows, frame) for source, rows in finite)])
    number = _number_of(body, finite, frame)
    if each.op == "at_least":
        enough = scalars.two_valued(exp.GTE(this=number, expression=bound.sql.copy()), bound)
        return scalars.or_([*unlimited, enough])
    few = scalars.two_valued(exp.LTE(this=number, expression=bound.sql.copy()), bound)
    return scalars.and_([few, *map(scalars.negated, unlimited)])


def _add_aggregate(body: BodyCompiler, each: AggregateTest, frame: Frame) -> None:
    """Adds an aggregate to a body: its result, and that it is known."""
    counts = _counts(body, each.certain + each.possible, frame)
    certain, possible = counts[: len(each.certain)], counts[len(each.certain) :]
    number, most = _number_of(body, certain, frame), _number_of(body, possible, frame)
    if each.is_open:
        body.require(_against(exp.GT, most, number))
        return
    if certain != possible:
        body.require(_against(exp.LTE, most, number))
    if each.op == "count":
        result: Value | None = Value(exp.cast(exp.paren(number.copy()), "BIGINT"), Kind.INTEGER, computed=True)
    else:
        result = _aggregated(body, each, certain, number, frame)
    _unify(body, each.result, result, frame)
    if isinstance(each.result, Var) and not body.strict:
        body.flush()


def _against(relation: type[exp.Binary], one: exp.Expr, other: exp.Expr) -> exp.Expr:
    """A comparison of two numbers of rows."""
    return relation(this=exp.paren(one.copy()), expression=exp.paren(other.copy()))


def _versus_none(relation: type[exp.Binary], number: exp.Expr) -> exp.Expr:
    return relation(this=exp.paren(number.copy()), expression=scalars.number(0))


def _aggregated(
    body: BodyCompiler, each: AggregateTest, counts: Counts, number: exp.Expr, frame: Frame
) -> Value | None:
    """The sum, least or greatest value of the certain rows."""
    value = each.value
    assert value is not None
    if not (isinstance(value, Var) and value in each.counted):
        return _of_same(each.op, frame.value(value), number)
    found: list[tuple[exp.Select, Value]] = []
    for source, rows in counts:
        if value not in source.counted:
            body.require(scalars.negated(_any_row(body, source, rows, frame)))
        elif isinstance(rows, Table) and rows.columns is not None:
            query, inside = _query_for(body, source, rows, frame)
            found.append((query, inside[value]))
    if not found:
        return literal(Int(0)) if each.op == "sum" else None
    query, one = found[0] if len(found) == 1 else _together(body, found)
    if each.op != "sum":
        return _subquery(query, scalars.extreme_of(each.op, one.sql.copy(), one.kind))
    total = scalars.summed(one.sql.copy(), one.kind)
    if total is None:
        body.require(_versus_none(exp.EQ, number))
        return literal(Int(0))
    zero = literal(Int(0), total.kind).sql
    sql = exp.Case().when(_versus_none(exp.EQ, number), zero).else_(_subquery(query, total).sql)
    return Value(sql, total.kind, computed=True, nullable=True)


def _together(body: BodyCompiler, rows: list[tuple[exp.Select, Value]]) -> tuple[exp.Select, Value]:
    """A query for the values of several, without what it shows."""
    column = reduce(or_, (value.column for _, value in rows))
    selects = [query.select(exp.alias_(in_kind(value, column.kind).sql, "c0"), copy=False) for query, value in rows]
    alias = body.statement.alias()
    query = exp.Select().from_(union_of(selects).subquery(alias, copy=False), copy=False)
    return query, Value(exp.column("c0", table=alias), column.kind, column.computed)


def _subquery(query: exp.Select, value: Value) -> Value:
    found = query.select(value.sql, copy=False).subquery(copy=False)
    return Value(found, value.kind, value.computed, nullable=True)


def _of_same(op: str, value: Value, number: exp.Expr) -> Value | None:
    """The aggregate over rows that all have one value."""
    some = _versus_none(exp.GT, number)
    if op != "sum":
        return Value(exp.Case().when(some, value.sql.copy()), value.kind, value.computed, nullable=True)
    total = scalars.times(value, exp.paren(number.copy()))
    if total is None:
        sql = exp.Case().when(_versus_none(exp.EQ, number), literal(Int(0)).sql)
        return Value(sql, Kind.INTEGER, computed=True, nullable=True)
    sql = exp.Case().when(some, total.sql).else_(literal(Int(0), total.kind).sql)
    return Value(sql, total.kind, computed=True, nullable=True)
