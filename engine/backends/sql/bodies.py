"""The body of a plan rule as a query: each literal a join, a condition, or a common table expression.

Calls, negations, counts and aggregates are about relations whose rules have bodies in turn. What is found for the
values that a body has becomes a common table expression of its statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.comparisons import add_test
from engine.backends.sql.counts import Counts, Rows, add_aggregate, count_condition
from engine.backends.sql.partial import (
    Alternative,
    DeadEndError,
    Frame,
    NotAConditionError,
    PartialQuery,
    Tables,
    columns_of_alternatives,
    rows_of_alternatives,
)
from engine.backends.sql.relational import Relations
from engine.backends.sql.statements import aliased, columns_of, exists_in, selected, united, without_repetitions
from engine.backends.sql.values import Kind, Table, Value, in_kind
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
from kb.language.terms import Term, Var
from kb.language.traversal import variables

MOST_NODES = 600
"""How large a condition may get before what it says becomes a table or common table expression of its own."""


@dataclass(frozen=True, slots=True)
class BodyCompiler:
    """Adds bodies of rules to a query, one literal after the other."""

    query: PartialQuery

    @property
    def tables(self) -> Tables:
        return self.query.statement.tables

    @property
    def relations(self) -> Relations:
        return self.query.statement.tables.relations

    def run(self, rule: PlanRule, frame: Frame, delta: Mapping[int, Table] | None = None) -> None:
        """Adds the body of a rule, some of whose calls read what the last round added only.

        Raises `DeadEndError` if there can be none."""
        self.query.frames.append(frame)
        needed = _needed_from(rule)
        for index, each in enumerate(rule.body):
            frame.needed, frame.needed_after = needed[index], needed[index + 1]
            table = delta.get(index) if delta else None
            if table is not None and isinstance(each, Call):
                self.query.join(table, each.args, frame)
            else:
                self._literal(each, frame)
            frame.needed = needed[index + 1]
            self.query.split()

    def _literal(self, each: PlanLiteral, frame: Frame) -> None:
        match each:
            case Call(source, args):
                self._call(source, args, frame)
            case Absent(source, args):
                self.query.require(scalars.negated(self._holds(source, args, frame)))
            case NoOtherValue():
                self.query.require(self._no_other_value(each, frame))
            case Test(inner):
                add_test(self.query, inner, frame)
            case Domain(var):
                self._domain(var, frame)
            case CountTest():
                self.query.require(count_condition(self.query, each, self._counts(each.sources, frame), frame))
            case AggregateTest():
                add_aggregate(self.query, each, self._counts(each.certain + each.possible, frame), frame)

    def _domain(self, var: Var, frame: Frame) -> None:
        if var not in frame.values:
            cases = self.tables.cases if self.query.statement.of_cases and var == frame.key else None
            self.query.join(cases or self.tables.domain, (var,), frame)

    def _call(self, source: Source, args: tuple[Term, ...], frame: Frame) -> None:
        rows = self._rows(source, args, frame)
        if isinstance(rows, exp.Expr):
            self.query.require(rows)
        elif isinstance(rows, Table):
            self.query.join(rows, args, frame)
        elif is_auxiliary(rows.pred) and len(rules := self.relations.rules(rows)) == 1:
            self._unfold(rules[0], args, frame)
        else:
            self.query.join(self._for_these(rows, args, frame), args, frame)

    def _holds(self, source: Source, args: tuple[Term, ...], frame: Frame) -> exp.Expr:
        """Whether a row, all of it known, is in a relation."""
        rows = self._rows(source, args, frame)
        if isinstance(rows, exp.Expr):
            return rows
        table = rows if isinstance(rows, Table) else self._for_these(rows, args, frame)
        if table.columns is None:
            return scalars.FALSE.copy()
        alias = self.query.statement.alias()
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
        by_case = self.query.statement.of_cases and rel.pattern[:1] == (0,) and not is_auxiliary(rel.pred)
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
        of_cases = self.query.statement.of_cases
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
        if self.query.strict:
            raise NotAConditionError
        self.query.flush()
        queries = []
        for value in self._computed(rel, args, frame):
            rows = PartialQuery(
                self.query.statement, sources=[*self.query.sources], conditions=[*self.query.conditions]
            )
            rows.require(exp.Not(this=exp.Is(this=value.sql.copy(), expression=exp.Null())))
            queries.append(rows.select(selected([in_kind(value, Kind.ANY).sql.copy()], ("constant",))))
        asked = self.query.statement.with_parts(united(queries))
        if self.query.statement.asked is None:
            return self.tables.table_beyond(rel, asked)
        self.query.statement.asked.append(asked)
        return self.tables.table(rel)

    def _unfold(self, rule: PlanRule, args: tuple[Term, ...], frame: Frame) -> None:
        """Puts the body of the only rule in place of a call."""
        inner = Frame()
        self.query.frames.append(inner)
        for ours, theirs in zip(rule.args, args, strict=True):
            if frame.known(theirs):
                self.query.bind(ours, frame.value(theirs), inner)
        self.run(rule, inner)
        for ours, theirs in zip(rule.args, args, strict=True):
            if not frame.known(theirs):
                assert isinstance(theirs, Var)
                frame.values[theirs] = inner.value(ours)
            elif isinstance(theirs, Var):
                self.query.require(scalars.equal(frame.value(theirs), inner.value(ours)))

    def _for_these(self, rel: Rel, args: tuple[Term, ...], frame: Frame) -> Table:
        """The rows of a relation for the values that the body has for some of its columns, as a common table
        expression."""
        if self.query.strict:
            raise NotAConditionError
        self.query.flush()
        given = [index for index, arg in enumerate(args) if frame.known(arg)]
        wanted = self._wanted(given, [frame.value(args[index]) for index in given]) if given else None
        found: list[Alternative] = []
        for rule in self.relations.rules(rel):
            inner, own = PartialQuery(self.query.statement), Frame()
            with suppress(DeadEndError):
                if wanted is not None:
                    alias = self.query.statement.alias()
                    inner.sources.append((aliased(wanted.name, alias), []))
                    for index, value in zip(given, columns_of(wanted, alias), strict=True):
                        inner.bind(rule.args[index], value, own)
                BodyCompiler(inner).run(rule, own)
                found.append((inner, tuple(own.value(arg) for arg in rule.args)))
        if not found:
            return Table("", (), None)
        columns = columns_of_alternatives(found)
        names = tuple(f"c{index}" for index in range(len(args)))
        query = rows_of_alternatives(found, columns, names or ("holds",))
        return Table(self.query.statement.part("part", query), names, columns)

    def _wanted(self, columns: list[int], values: list[Value]) -> Table:
        """The distinct values that the body has for some columns of a relation."""
        names = tuple(f"c{index}" for index in columns)
        shown = [exp.alias_(value.sql.copy(), name, quoted=True) for value, name in zip(values, names, strict=True)]
        rows = PartialQuery(self.query.statement, sources=list(self.query.sources))
        query = rows.select(shown).distinct(copy=False)
        return Table(self.query.statement.part("asked", query), names, tuple(value.column for value in values))

    def _condition(self, rel: Rel, values: list[Value]) -> exp.Expr:
        """What it takes for a row to be in a relation, as a condition on its values."""
        found = []
        for rule in self.relations.rules(rel):
            inner, own = PartialQuery(self.query.statement, strict=True), Frame()
            with suppress(DeadEndError):
                for ours, value in zip(rule.args, values, strict=True):
                    inner.bind(ours, value, own)
                BodyCompiler(inner).run(rule, own)
                found.append(inner.as_condition())
        condition = scalars.or_(without_repetitions(found))
        if sum(1 for _ in condition.walk()) > MOST_NODES:
            raise NotAConditionError
        return condition

    def _no_other_value(self, each: NoOtherValue, frame: Frame) -> exp.Expr:
        table = self.tables.table(each.rel)
        if table.columns is None:
            return scalars.TRUE.copy()
        alias = self.query.statement.alias()
        key, value = iter(each.key), iter(each.value or ())
        same, differs = [], []
        for here, is_key in zip(columns_of(table, alias), each.keys, strict=True):
            if is_key:
                same.append(frame.matching(here, next(key)))
            elif each.value is not None:
                differs.append(scalars.negated(frame.matching(here, next(value))))
        other = [scalars.or_(differs)] if each.value is not None else []
        return scalars.negated(exists_in([aliased(table.name, alias)], same + other))

    def _counts(self, sources: tuple[Counted, ...], frame: Frame) -> Counts:
        """What is counted, with its rows, all found in the query as it then stands."""
        parts = len(self.query.statement.parts)
        found = [(source, self._counted_rows(source, frame)) for source in sources]
        if len(self.query.statement.parts) > parts:
            self.query.flush()  # what was found before the body became a common table expression does not hold now
            found = [
                (source, rows if isinstance(rows, Table) else self._counted_rows(source, frame))
                for source, rows in found
            ]
        return found

    def _counted_rows(self, source: Counted, frame: Frame) -> Rows:
        if not source.counted:
            return self._holds(source.rel, source.args, frame)
        own = Frame(
            {var: value for var, value in frame.values.items() if var not in source.counted}, frame.key, frame.needed
        )
        is_table = self.relations.self_sufficient(source.rel) is not None
        if is_table and not self._computed(source.rel, source.args, own):
            return self.tables.table(source.rel, of_cases=self.query.statement.of_cases)
        self.query.frames.append(own)
        return self._for_these(source.rel, source.args, own)


def _needed_from(rule: PlanRule) -> list[Set[Var]]:
    """The variables that a rule still needs before each literal of its body, and after the last one."""
    needed: list[Set[Var]] = [variables(rule.args).keys()]
    for each in reversed(rule.body):
        needed.append(needed[-1] | variables(tuple(terms_of(each))).keys())
    return needed[::-1]
