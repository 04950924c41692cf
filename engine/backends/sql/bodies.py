"""The body of a plan rule as the parts of a query: tables to join, conditions, and values for its variables.

Calls, negations, counts and aggregates are about relations whose rules have bodies in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.comparisons import add_test, unify
from engine.backends.sql.relational import Relations
from engine.backends.sql.statements import (
    MOST_NODES,
    DeadEndError,
    Frame,
    Joins,
    NotAConditionError,
    Rows,
    aliased,
    better,
    canonical,
    columns_of,
    equals_constant,
    exists_in,
    matching,
    union_of,
    united,
)
from engine.backends.sql.values import Column, Kind, Table, Value, in_kind, literal, native
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
)
from kb.language.terms import Int, Term, Var


@dataclass(slots=True)
class BodyCompiler(Joins):
    """Takes the literals of a body one by one."""

    @property
    def relations(self) -> Relations:
        return self.statement.relations

    def run(self, rule: PlanRule, frame: Frame, delta: Mapping[int, Table] | None = None) -> None:
        """Adds the body of a rule, some of whose calls read what the last round added only.

        Raises `DeadEndError` if there can be none."""
        self.frames.append(frame)
        for index, each in enumerate(rule.body):
            table = delta.get(index) if delta else None
            if table is not None and isinstance(each, Call):
                self._join(table, each.args, frame)
            else:
                self._literal(each, frame)

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
                add_test(self, inner, frame)
            case Domain(var):
                self._domain(var, frame)
            case CountTest():
                self.require(count_condition(self, each, frame))
            case AggregateTest():
                add_aggregate(self, each, frame)

    def _domain(self, var: Var, frame: Frame) -> None:
        if var in frame.values:
            return
        tables = self.statement.tables
        of_cases = self.statement.of_cases and tables.cases is not None and var == frame.key
        table = tables.cases if of_cases and tables.cases is not None else tables.domain
        self._join(table, (var,), frame)

    def _call(self, source: Source, args: tuple[Term, ...], frame: Frame) -> None:
        if isinstance(source, Stored):
            self._join(self.statement.tables.stored_table(source.pred), args, frame)
            return
        known = [frame.known(arg) for arg in args]
        if self._is_table(source):
            self._join(self._table(source, args, frame), args, frame)
            return
        if all(known):
            try:
                self.require(self._condition(source, [frame.value(arg) for arg in args]))
                return
            except NotAConditionError:
                pass
        rules = self.relations.rules(source)
        if self._becomes_table(source, args, frame):
            self._join(self._table(source, args, frame), args, frame)
        elif is_auxiliary(source.pred) and len(rules) == 1:
            self._unfold(rules[0], args, frame)
        else:
            self._join(self.for_these(source, args, frame), args, frame)

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
            return self.relations.self_sufficient(rel) is not None
        free = self.relations.domain_columns(rel)
        given = [frame.value(args[index]) for index in free if frame.known(args[index])]
        if len(free) > 1:
            return not given
        return not any(value.computed for value in given)

    def _table(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The table of a relation; one of cases only if it is called about a case, or for the case of the rule."""
        of_cases = self.statement.of_cases
        if of_cases and rel.pattern[:1] == (0,) and not self.relations.is_recursive(rel):
            first = args[0]
            about_case = frame.value(first).of_cases if frame.known(first) else first == frame.key
            of_cases = about_case or not self.relations.domain_columns(rel)
        return self.statement.tables.table(rel, of_cases=of_cases)

    # --- joins -------------------------------------------------------------------------------------------------

    def _join(self, table: Table, args: tuple[Term, ...], frame: Frame) -> None:
        if table.columns is None:
            raise DeadEndError
        alias = self.statement.alias()
        on = []
        for here, arg in zip(columns_of(table, alias), args, strict=True):
            if not frame.known(arg):
                assert isinstance(arg, Var)
                frame.values[arg] = here
                continue
            on.append(matching(here, arg, frame))
            if isinstance(arg, Var):
                frame.values[arg] = better(frame.values[arg], here)
        if any(condition == scalars.FALSE for condition in on):
            raise DeadEndError
        self.sources.append((aliased(table.name, alias), [each for each in on if each != scalars.TRUE]))

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
        for rule in self.relations.rules(rel):
            inner, own = BodyCompiler(statement), Frame()
            try:
                if wanted is not None:
                    alias = statement.alias()
                    inner.sources.append((aliased(wanted.name, alias), []))
                    for index, value in zip(given, columns_of(wanted, alias), strict=True):
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

    # --- conditions --------------------------------------------------------------------------------------------

    def holds(self, source: Source, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        """Whether a row, all of it known, is in a relation."""
        if isinstance(source, Stored):
            return self._exists(self.statement.tables.stored_table(source.pred), args, frame)
        if not self._is_table(source):
            try:
                return self._condition(source, [frame.value(arg) for arg in args])
            except NotAConditionError:
                pass
            if not self._becomes_table(source, args, frame):
                return self._exists(self.for_these(source, args, frame), args, frame)
        return self._exists(self._table(source, args, frame), args, frame)

    def _exists(self, table: Table, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        if table.columns is None:
            return scalars.FALSE.copy()
        alias = self.statement.alias()
        matches = [matching(here, arg, frame) for here, arg in zip(columns_of(table, alias), args, strict=True)]
        return exists_in([(aliased(table.name, alias), [])], matches)

    def _condition(self, rel: Rel, values: list[Value]) -> exp.Expr:
        """What it takes for a row to be in a relation, as a condition on its values."""
        found = []
        for rule in self.relations.rules(rel):
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
                    raise NotAConditionError
                found.append(exists_in([(source, []) for source, _ in inner.sources], conditions))
            else:
                found.append(scalars.and_(inner.conditions))
        condition = scalars.or_(list({canonical(each): each for each in found}.values()))
        if sum(1 for _ in condition.walk()) > MOST_NODES:
            raise NotAConditionError
        return condition

    def _no_other_value(self, each: NoOtherValue, frame: Frame) -> exp.Expr:
        table = self.statement.tables.table(each.rel)
        if table.columns is None:
            return scalars.TRUE.copy()
        alias = self.statement.alias()
        key, value = iter(each.key), iter(each.value or ())
        same, differs = [], []
        for here, is_key in zip(columns_of(table, alias), each.keys, strict=True):
            if is_key:
                same.append(matching(here, next(key), frame))
            elif each.value is not None:
                differs.append(scalars.negated(matching(here, next(value), frame)))
        other = [scalars.or_(differs)] if each.value is not None else []
        return scalars.negated(exists_in([(aliased(table.name, alias), [])], same + other))


# --- counts and aggregates: subqueries over the rows that they count -------------------------------------------------


def _counted_tables(body: BodyCompiler, sources: tuple[Counted, ...], frame: Frame) -> list[Rows]:
    """The tables of counted relations, or whether there is a row where a single one is asked for."""
    parts = len(body.statement.parts)
    found = [_counted_table(body, source, frame) for source in sources]
    if len(body.statement.parts) > parts:
        body.flush()  # what was found before the body became a common table expression does not hold now
        found = [
            _counted_table(body, source, frame) if not isinstance(rows, Table) else rows
            for source, rows in zip(sources, found, strict=True)
        ]
    return found


def _counted_table(body: BodyCompiler, source: Counted, frame: Frame) -> Rows:
    if not source.counted:
        return body.holds(source.rel, source.args, frame)
    if body.relations.self_sufficient(source.rel) is not None:
        return body.statement.tables.table(source.rel, of_cases=body.statement.of_cases)
    own = Frame({var: value for var, value in frame.values.items() if var not in source.counted}, frame.key)
    body.frames.append(own)
    return body.for_these(source.rel, source.args, own)


def _rows_of(
    body: BodyCompiler, source: Counted, table: Table, frame: Frame, shown: list[exp.Expr] | None = None
) -> tuple[exp.Select, dict[Var, Value]]:
    """The query for an aggregate over the rows that a source counts, and the values of its variables there."""
    alias = body.statement.alias()
    inside: dict[Var, Value] = {}
    conditions = []
    for here, arg in zip(columns_of(table, alias), source.args, strict=True):
        if isinstance(arg, Var) and arg in source.counted:
            if arg in inside:
                conditions.append(scalars.equal(here, inside[arg]))
            else:
                inside[arg] = here
        else:
            conditions.append(matching(here, arg, frame))
    query = exp.Select(expressions=shown or []).from_(aliased(table.name, alias), copy=False)
    condition = scalars.and_(conditions)
    return (query if condition == scalars.TRUE else query.where(condition, copy=False)), inside


def _number_of(body: BodyCompiler, sources: tuple[Counted, ...], tables: list[Rows], frame: Frame) -> exp.Expr:
    """How many rows the sources have."""
    total: exp.Expr | None = None
    for source, table in zip(sources, tables, strict=True):
        if not isinstance(table, Table):
            number: exp.Expr = exp.Case().when(table, scalars.number(1)).else_(scalars.number(0))
        elif table.columns is None:
            continue
        else:
            query, _ = _rows_of(body, source, table, frame, [exp.Count(this=exp.Star())])
            number = query.subquery(copy=False)
        total = number if total is None else exp.Add(this=total, expression=number)
    return scalars.number(0) if total is None else total


def _any_row(body: BodyCompiler, source: Counted, table: Rows, frame: Frame) -> exp.Expr:
    """Whether a source has a row."""
    if not isinstance(table, Table):
        return table.copy()
    if table.columns is None:
        return scalars.FALSE.copy()
    return exp.Exists(this=_rows_of(body, source, table, frame, [exp.Literal.number(1)])[0])


def count_condition(body: BodyCompiler, each: CountTest, frame: Frame) -> exp.Expr:
    """The condition that at least, or at most, so many rows are there."""
    tables = _counted_tables(body, each.sources, frame)
    bound = native(frame.value(each.bound), Kind.INTEGER)
    if bound is None:
        return scalars.FALSE.copy()
    pairs = list(zip(each.sources, tables, strict=True))
    finite = [(source, table) for source, table in pairs if not source.endless]
    unlimited = [_any_row(body, source, table, frame) for source, table in pairs if source.endless]
    if each.op == "at_least" and each.bound == Int(1):
        return scalars.or_([*unlimited, *(_any_row(body, source, table, frame) for source, table in finite)])
    number = _number_of(body, tuple(source for source, _ in finite), [table for _, table in finite], frame)
    if each.op == "at_least":
        enough = scalars.two_valued(exp.GTE(this=number, expression=bound.sql.copy()), bound)
        return scalars.or_([*unlimited, enough])
    few = scalars.two_valued(exp.LTE(this=number, expression=bound.sql.copy()), bound)
    return scalars.and_([few, *(scalars.negated(any_row) for any_row in unlimited)])


def add_aggregate(body: BodyCompiler, each: AggregateTest, frame: Frame) -> None:
    """Adds an aggregate to a body: its result, and that it is known."""
    tables = _counted_tables(body, each.certain + each.possible, frame)
    certain, possible = tables[: len(each.certain)], tables[len(each.certain) :]
    number = _number_of(body, each.certain, certain, frame)
    most = _number_of(body, each.possible, possible, frame)
    if each.is_open:
        body.require(exp.GT(this=exp.paren(most.copy()), expression=exp.paren(number.copy())))
        return
    if (each.certain, certain) != (each.possible, possible):
        body.require(exp.LTE(this=exp.paren(most.copy()), expression=exp.paren(number.copy())))
    if each.op == "count":
        result: Value | None = Value(exp.cast(exp.paren(number.copy()), "BIGINT"), Kind.INTEGER, computed=True)
    else:
        result = _aggregated(body, each, certain, number, frame)
    unify(body, each.result, result, frame)
    if isinstance(each.result, Var) and not body.strict:
        body.flush()


def _aggregated(
    body: BodyCompiler, each: AggregateTest, tables: list[Rows], number: exp.Expr, frame: Frame
) -> Value | None:
    """The sum, least or greatest value of the certain rows."""
    value = each.value
    assert value is not None
    if not (isinstance(value, Var) and value in each.counted):
        return _of_same(each.op, frame.value(value), number)
    rows: list[tuple[exp.Select, Value]] = []
    for source, table in zip(each.certain, tables, strict=True):
        if value not in source.counted:
            body.require(scalars.negated(_any_row(body, source, table, frame)))
            continue
        if not isinstance(table, Table) or table.columns is None:
            continue
        query, inside = _rows_of(body, source, table, frame)
        rows.append((query, inside[value]))
    if not rows:
        return literal(Int(0)) if each.op == "sum" else None
    query, one = rows[0] if len(rows) == 1 else _together(body, rows)
    if each.op != "sum":
        return _subquery(query, scalars.extreme_of(each.op, one.sql.copy(), one.kind))
    total = scalars.summed(one.sql.copy(), one.kind)
    if total is None:
        body.require(exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0)))
        return literal(Int(0))
    inner = _subquery(query, total)
    zero = literal(Int(0), total.kind).sql
    none = exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0))
    return Value(exp.Case().when(none, zero).else_(inner.sql), total.kind, computed=True, nullable=True)


def _together(body: BodyCompiler, rows: list[tuple[exp.Select, Value]]) -> tuple[exp.Select, Value]:
    """A query for the values of several, without what it shows."""
    kinds = {value.kind for _, value in rows}
    kind = kinds.pop() if len(kinds) == 1 else Kind.ANY
    selects = [query.select(exp.alias_(in_kind(value, kind).sql, "c0"), copy=False) for query, value in rows]
    alias = body.statement.alias()
    query = exp.Select().from_(union_of(selects).subquery(alias, copy=False), copy=False)
    return query, Value(exp.column("c0", table=alias), kind, computed=any(value.computed for _, value in rows))


def _subquery(query: exp.Select, value: Value) -> Value:
    found = query.select(value.sql, copy=False).subquery(copy=False)
    return Value(found, value.kind, value.computed, nullable=True)


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
