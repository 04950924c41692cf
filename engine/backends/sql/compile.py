"""Plan rules as SQL: one query for each relation, and for relations that recur together one for each round.

A rule is a join of tables with conditions. What a rule calls becomes a table of its own, a condition where all its
arguments are known, or, where it needs values from its caller, a common table expression over the values that the
rule has found so far. Subqueries are correlated over one level only, by columns of the query around them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from operator import or_

from sqlglot import exp

from engine.backends.sql.bodies import BodyCompiler
from engine.backends.sql.partial import (
    Alternative,
    DeadEndError,
    Frame,
    PartialQuery,
    Statement,
    columns_of_alternatives,
    rows_of_alternatives,
)
from engine.backends.sql.relational import Relations
from engine.backends.sql.statements import aliased, columns_of, everything, selected, union_of
from engine.backends.sql.values import Column, Kind, Table, in_kind
from engine.reading.completion import Completion
from engine.reading.normal import AUXILIARY, is_auxiliary
from engine.reading.plan import ANY, Call, PlanRule, Reading, Rel, is_stored, recursive_calls
from kb.language.declarations import Declarations
from kb.language.syntax import Pred
from kb.language.terms import Const, Var


@dataclass(frozen=True, slots=True)
class Define:
    """A relation that one query gives; no query at all if it can have no rows. The query's rows are distinct."""

    rel: Rel
    table: Table
    query: exp.Query | None


@dataclass(frozen=True, slots=True)
class Member:
    """A relation of a recursive component: the queries of its first round, and of a later one, which read what the
    last round added to the component from the tables that `Table.delta` names."""

    rel: Rel
    table: Table
    first: tuple[exp.Query, ...]
    later: tuple[exp.Query, ...]


@dataclass(frozen=True, slots=True)
class Fixpoint:
    """Relations that recur together. `computes` if a rule makes constants that were not there before; `linear` if one
    recursive query can say it: there is one relation, which no rule calls more than once, and no common table
    expression."""

    members: tuple[Member, ...]
    computes: bool
    linear: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """Steps over a domain that is closed under what their rules compute and ask about: `domain` has the constants of the
    `start`, and as long as the tables that the steps make have others that are `asked` about, these are added, and the
    steps are run again. It is for the relations `rels`."""

    rels: tuple[Rel, ...]
    domain: Table
    start: exp.Query
    asked: exp.Query
    steps: tuple[Step, ...]


Step = Define | Fixpoint | Closure


def recursion(member: Member, *, distinct: bool = True) -> exp.With:
    """Linear recursion as a common table expression that has the name of the relation's delta; not `distinct`: with
    rows that were there before."""
    start = union_of((query.copy() for query in member.first), distinct=True)
    again = [query.copy() for query in member.later]
    if len(again) > 1:  # a union of its own, or all but its last part would belong to the start
        again = [everything(union_of(again, distinct=distinct).subquery("q", copy=False))]
    columns = [exp.to_identifier(name, quoted=True) for name in member.table.names]
    alias = exp.TableAlias(this=exp.to_identifier(member.table.delta.name, quoted=True), columns=columns)
    return exp.With(
        expressions=[exp.CTE(this=union_of([start, *again], distinct=distinct), alias=alias)], recursive=True
    )


def tables_of(steps: Iterable[Step]) -> Iterator[Table]:
    """The tables that steps make."""
    for step in steps:
        match step:
            case Define(_, table):
                yield table
            case Fixpoint(members):
                yield from (table for member in members for table in (member.table, member.table.delta))
            case Closure(_, domain, _, _, inside):
                yield from (domain, *tables_of(inside))


def first_of(step: Step) -> Rel:
    """The first of the relations that a step is for."""
    match step:
        case Define(rel):
            return rel
        case Fixpoint(members):
            return members[0].rel
        case Closure(rels):
            return rels[0]


def queries_of(step: Step) -> Iterator[exp.Query]:
    """The queries that a step runs."""
    match step:
        case Define(_, _, query):
            yield from () if query is None else (query,)
        case Fixpoint(members):
            yield from (query for member in members for query in (*member.first, *member.later))
        case Closure(_, _, start, asked, inside):
            yield from (start, asked, *(query for each in inside for query in queries_of(each)))


def tables_read(step: Step) -> frozenset[str]:
    """The names of the tables that a step reads, of its own making or others'."""
    return frozenset(table.name for query in queries_of(step) for table in query.find_all(exp.Table))


_LONGEST = 50


class Names:
    """Gives each relation a table name, and its columns the names that arguments are declared with."""

    def __init__(self, declarations: Declarations, taken: set[str]) -> None:
        self._declarations = declarations
        self._taken = {name.lower() for name in taken}
        self._own: set[str] = set()

    def above(self) -> Names:
        """Names for a layer above, which differ from these; `free` gives them back."""
        layer = Names(self._declarations, set())
        layer._taken = self._taken
        return layer

    def free(self) -> None:
        """Makes the names that were given here free for others."""
        self._taken -= self._own

    def table(self, rel: Rel) -> str:
        """A new name: `p`, `p_possible`, `not_p`, with `_open` and numbers of open arguments where there are any."""
        name = _plain(rel.pred)
        if rel.reading is Reading.POSSIBLE:
            name += "_possible"
        if not rel.all_constant:
            name += "_open_" + "".join("x" if kind == ANY else str(kind) for kind in rel.pattern)
        if name in self._taken and rel.reading is Reading.CERTAIN:
            name += "_certain"
        return self._unused(name)

    def stated(self, pred: Pred) -> str:
        """A new name for a table of stated facts: `p`, `not_p`, with a number where another has that name."""
        return self._unused(_plain(pred))

    def _unused(self, name: str) -> str:
        found, number = name, 1
        while (own := _with_rounds(found)) & self._taken:
            number += 1
            found = f"{name}_{number}"
        self._own |= own
        self._taken |= own
        return found

    def domain(self, table: Table) -> str:
        """A new name for a table of every constant and others."""
        return self._unused(table.name)

    def columns(self, rel: Rel) -> tuple[str, ...]:
        """The names of a relation's columns, at least one."""
        declared = self._declarations.names_of(rel.pred) or ("",) * rel.pred.arity
        found: list[str] = []
        for index, (name, kind) in enumerate(zip(declared, rel.pattern, strict=True)):
            if kind == 0:
                plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
                if not re.match(r"[a-z_]\w*\Z", plain, re.ASCII) or plain in found:
                    numbers = itertools.count(index + 1)
                    plain = next(other for number in numbers if (other := f"c{number}") not in found)
                found.append(plain)
        return tuple(found) or ("holds",)


def _plain(pred: Pred) -> str:
    """The name of a predicate as the name of a table, in small letters: databases do not tell them from large ones."""
    stem = re.sub(r"\W", "_", pred.name.lstrip(AUXILIARY), flags=re.ASCII).lower()[:_LONGEST] or "p"
    return f"{'not_' if pred.negative else ''}{stem}"


def _with_rounds(name: str) -> set[str]:
    """The name of a table with those of the tables that rounds of recursion make beside it."""
    table = Table(name, (), None)
    return {table.name, table.delta.name, table.next.name}


class Compiler:
    """Compiles relations of a completion, each once, into steps that a back end runs in order.

    `stored` has the table of each predicate's stated facts, and `domain` every constant in one column. With `cases`,
    a table of one column, the first argument of a predicate ranges over that where nothing limits it. `reserved` are
    names that no table gets.
    """

    def __init__(
        self,
        completion: Completion,
        stored: Mapping[Pred, Table],
        domain: Table,
        *,
        cases: Table | None = None,
        reserved: Iterable[str] = (),
    ) -> None:
        self.below: Compiler | None = None
        self._narrower: Compiler | None = None
        self._asked: list[exp.Query] | None = None
        self.relations = Relations(completion)
        self.stored = stored
        self.domain = domain
        self.cases = cases
        self.steps: list[Step] = []
        taken = {domain.name, *reserved, *(table.name for table in stored.values())}
        self.names = Names(completion.declarations, taken | ({cases.name} if cases else set()))
        self._tables: dict[tuple[Rel, bool], Table] = {}

    @property
    def completion(self) -> Completion:
        """The plan rules that it compiles."""
        return self.relations.completion

    def above(self, completion: Completion) -> Compiler:
        """A compiler for a layer of goals above the program; what it needs of the program is compiled here."""
        layer = Compiler(completion, self.stored, self.domain, cases=self.cases)
        layer.below, layer.names = self, self.names.above()
        return layer

    def table(self, rel: Rel, *, of_cases: bool = True) -> Table:
        """The table of a relation; its steps, and those of what it uses, are added to `steps`. Not `of_cases`: also
        with rows about constants that are no cases."""
        if self._narrower is not None and not self.relations.reaches_domain(rel):
            return self._narrower.table(rel, of_cases=of_cases)
        if self.below is not None and self.completion.owner(rel) is not self.completion:
            return self.below.table(rel, of_cases=of_cases)
        of_cases = self._by_case(rel, of_cases)
        if (rel, of_cases) not in self._tables:
            if is_stored(self.relations.rules(rel)):
                self._tables[rel, of_cases] = self.stored_table(rel.pred)
            elif self.relations.is_recursive(rel):
                self._fixpoint(rel)
            else:
                query, columns = self._query(of_cases, rel, self._rules(rel))
                table = Table(self.names.table(rel), self.names.columns(rel), columns)
                self._tables[rel, of_cases] = table
                self.steps.append(Define(rel, table, query))
        return self._tables[rel, of_cases]

    def table_beyond(self, rel: Rel, asked: exp.Query) -> Table:
        """The table of a relation over every constant and, beside these, those of the one column of a query, in which they
        are of any kind. What goes through all constants is compiled anew over these; its steps are added to `steps`."""
        if self._asked is not None:
            self._asked.append(asked)
            return self.table(rel, of_cases=False)
        wider = self._wider()
        table = wider.table(rel, of_cases=False)
        self._add_wider([rel], wider, [asked])
        return table

    def _wider(self) -> Compiler:
        """A compiler for what goes through all constants, over a domain that has those of this one and others."""
        domain = Table(self.names.domain(self.domain), ("constant",), (Column(Kind.ANY),))
        wider = Compiler(self.completion, self.stored, domain, cases=self.cases)
        wider.names, wider._narrower, wider._asked = self.names, self, []
        return wider

    def _add_wider(self, rels: Sequence[Rel], wider: Compiler, asked: Sequence[exp.Query] = ()) -> None:
        """Adds the steps of a wider compiler, made for some relations, whose domain begins with what is asked."""
        (known,) = columns_of(self.domain, "known")
        shown = selected([in_kind(known, Kind.ANY).sql], wider.domain.names)
        every = exp.Select(expressions=shown).from_(aliased(self.domain.name, "known"))
        start = _all_of([every, *asked])
        if wider._asked:
            self.steps.append(Closure(tuple(rels), wider.domain, start, _all_of(wider._asked), tuple(wider.steps)))
        else:
            self.steps += [Define(rels[0], wider.domain, start), *wider.steps]

    def _by_case(self, rel: Rel, of_cases: bool) -> bool:
        """Whether the table of a relation is one of cases, which makes no difference if something else limits it."""
        if self.cases is None or self.relations.is_recursive(rel):
            return False
        return of_cases or 0 not in self.relations.domain_columns(rel)

    def stored_table(self, pred: Pred) -> Table:
        """The table of a predicate's stated facts."""
        return self.stored.get(pred) or Table("", (), None)

    def select(self, rel: Rel, key: tuple[Const | None, ...]) -> tuple[exp.Query | None, tuple[Column, ...]]:
        """The rows of a relation that agree with a key, all its columns, and what they hold. Its tables are added to
        `steps`."""
        args = tuple(Var(f"A{index}") if constant is None else constant for index, constant in enumerate(key))
        root = PlanRule(rel, args, (Call(rel, args),))
        query, columns = self._query(self.cases is not None, rel, (root,))
        return query, columns or ()

    def _rules(self, rel: Rel) -> tuple[PlanRule, ...]:
        rules = self.relations.self_sufficient(rel)
        assert rules is not None, rel
        return rules

    # --- queries -----------------------------------------------------------------------------------------------

    def _query(
        self,
        of_cases: bool,
        rel: Rel,
        rules: tuple[PlanRule, ...],
        columns: tuple[Column, ...] | None = None,
        delta: Mapping[int, Table] | None = None,
        *,
        asked: list[exp.Query] | None = None,
    ) -> tuple[exp.Query | None, tuple[Column, ...] | None]:
        """The query for the rows that rules give, and what its columns hold: what they must hold, or what they do. In recursion
        it is also found out what is `asked`."""
        statement = Statement(self, of_cases, asked)
        found: list[Alternative] = []
        for rule in rules:
            part, frame = PartialQuery(statement), Frame(key=_key(rule))
            with suppress(DeadEndError):
                BodyCompiler(part).run(rule, frame, delta)
                found.append((part, tuple(frame.value(arg) for arg in rule.args)))
        if not found:
            return None, columns
        if columns is None:
            columns = columns_of_alternatives(found)
        query = rows_of_alternatives(found, columns, self.names.columns(rel))
        return statement.with_parts(query), columns

    # --- recursion ---------------------------------------------------------------------------------------------

    def _fixpoint(self, rel: Rel) -> None:
        inside = self.relations.component(rel)
        tabled = [each for each in inside if self.relations.self_sufficient(each) is not None]
        for each in tabled:
            self._tables[each, False] = Table(self.names.table(each), self.names.columns(each), None)
        step, asked = self._rounds(inside, tabled)
        if self._asked is not None:
            self._asked += asked
        elif asked:
            wider = self._wider()
            wider._tables |= {(each, False): replace(self._tables[each, False], columns=None) for each in tabled}
            step, wider._asked = wider._rounds(inside, tabled)
            wider.steps.append(step)
            self._tables |= {(each, False): wider._tables[each, False] for each in tabled}
            self._add_wider(tabled, wider)
            return
        self.steps.append(step)

    def _rounds(self, inside: tuple[Rel, ...], tabled: list[Rel]) -> tuple[Fixpoint, list[exp.Query]]:
        """The recursion of relations that have tables, and the computed constants that its rules ask about."""
        asked: list[exp.Query] = []
        known = None
        while known != (found := [self._tables[each, False].columns for each in tabled]):
            known = found
            for each in tabled:
                self._widen(each)
        members = tuple(
            self._member(each, {*inside}, {*tabled}, asked) for each in tabled if not self._tables[each, False].is_empty
        )
        computes = any(column.computed for member in members for column in member.table.columns or ())
        return Fixpoint(members, computes, self._is_linear(members, {*inside})), asked

    def _widen(self, rel: Rel) -> None:
        """Lets the columns of a recursive relation hold what its rules give them, as far as that is known."""
        table = self._tables[rel, False]
        _, columns = self._query(False, rel, self._rules(rel), asked=[])
        if columns is not None:
            both = columns if table.columns is None else tuple(map(or_, table.columns, columns))
            self._tables[rel, False] = replace(table, columns=both)

    def _is_linear(self, members: tuple[Member, ...], inside: set[Rel]) -> bool:
        if len(members) != 1:
            return False
        rel = members[0].rel
        if any(query.find(exp.With) for query in (*members[0].first, *members[0].later)):
            return False
        calls = [recursive_calls(rule, inside, {rel}) for rule in self._rules(rel)]
        return all(each is not None and len(each) <= 1 for each in calls)

    def _member(self, rel: Rel, inside: set[Rel], tabled: set[Rel], asked: list[exp.Query]) -> Member:
        table = self._tables[rel, False]
        first: list[exp.Query] = []
        later: list[exp.Query] = []
        for rule in self._rules(rel):
            whole, _ = self._query(False, rel, (rule,), table.columns, asked=asked)
            if whole is None:
                continue
            calls = recursive_calls(rule, inside, tabled)
            if not calls:
                first.append(whole)
            if calls is None:
                later.append(whole)
                continue
            for index, source in calls.items():
                delta = self._tables[source, False].delta
                query, _ = self._query(False, rel, (rule,), table.columns, {index: delta}, asked=[])
                if query is not None:
                    later.append(query)
        return Member(rel, table, tuple(first), tuple(later))


def _all_of(queries: Iterable[exp.Query]) -> exp.Query:
    """The distinct rows of queries, which may have common table expressions."""
    return union_of([everything(each.subquery("q")) for each in queries], distinct=True)


def _key(rule: PlanRule) -> Var | None:
    """The variable of a rule that stands for the case, if it is about one."""
    has_case = rule.head.pattern[:1] == (0,) and not is_auxiliary(rule.head.pred)
    return rule.args[0] if has_case and isinstance(rule.args[0], Var) else None
