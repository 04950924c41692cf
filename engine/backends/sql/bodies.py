"""The body of a plan rule as the parts of a query: tables to join, conditions, and values for its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.counts import add_aggregate, count_condition
from engine.backends.sql.relational import Relations
from engine.backends.sql.statements import (
    MOST_NODES,
    DeadEndError,
    Frame,
    NotAConditionError,
    Statement,
    aliased,
    better,
    canonical,
    columns_of,
    equals_constant,
    exists_in,
    matching,
    one_row,
    united,
)
from engine.backends.sql.tests import add_test
from engine.backends.sql.values import Column, Kind, Table, Value, in_kind
from engine.reading.normal import is_auxiliary
from engine.reading.plan import (
    Absent,
    AggregateTest,
    Call,
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
from kb.language.terms import Term, Var

if TYPE_CHECKING:
    pass


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
    def relations(self) -> Relations:
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
        sources = self.sources or ([(one_row(self.statement.alias()), [])] if self.conditions else [])
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
        return self.statement.compiler.table(rel, of_cases=of_cases)

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

    def flush(self) -> None:
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
        self.sources[:] = [(aliased(part, alias), [])]
        self.conditions.clear()

    # --- conditions --------------------------------------------------------------------------------------------

    def holds(self, source: Source, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        """Whether a row, all of it known, is in a relation."""
        if isinstance(source, Stored):
            return self._exists(self.statement.compiler.stored_table(source.pred), args, frame)
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
                found.append(scalars.both(inner.conditions))
        condition = scalars.either(list({canonical(each): each for each in found}.values()))
        if sum(1 for _ in condition.walk()) > MOST_NODES:
            raise NotAConditionError
        return condition

    def _no_other_value(self, each: NoOtherValue, frame: Frame) -> exp.Expr:
        table = self.statement.compiler.table(each.rel)
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
        other = [scalars.either(differs)] if each.value is not None else []
        return scalars.negated(exists_in([(aliased(table.name, alias), [])], same + other))
