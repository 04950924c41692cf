"""The default back end: plan rules as pyDatalog clauses, asked goal by goal.

Clauses are built from pyDatalog's engine classes; no text reaches its parser. What pyDatalog gets wrong or slow is kept
out of it (the README of this folder lists each hazard with its test):

- constants are numbers from an `Interner`, as pyDatalog rounds floats and takes 1, 1.0 and True for one;
- recursion is evaluated here in rounds (semi-naive); what a recursive relation calls is never itself;
- negation, counts and aggregates are primitives that ask their goal in a run of their own, remembered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.backends.facts import Facts
from engine.backends.pydatalog.machine import Answer, EndlessError, Machine
from engine.backends.tables import Interner, Key, Row, Table, bound_row
from engine.builtins import Binding, solve_test
from engine.graph import components
from engine.reading.completion import Completion
from engine.reading.literals import inputs_of, relations_of
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
from kb.language.arithmetic import sum_numbers
from kb.language.syntax import Builtin, Compare, Member, Pred, literal_terms, variables
from kb.language.terms import Const, Int, Term, Var, order_key

DEFAULT_STEPS = 3_000_000
"""How many resolution steps a question may take before it is given up."""

STEPS_FOR_A_VALUE = 300
"""For how many of those steps a recursive component may compute one constant that was not there before it."""


class NotStratifiedError(Exception):
    """Raised when a relation depends on its own negation; the checker keeps such programs out."""


@dataclass(frozen=True, slots=True)
class _Round:
    """The predicates that give a recursive relation's rows in the first round and in later ones."""

    rel: Rel
    first: str
    later: str


class _Component:
    """A recursive component: its relations with their rows so far and, while it is evaluated, the newest of them."""

    def __init__(self, relations: Iterable[Rel]) -> None:
        self.rows = {rel: Table() for rel in relations}
        self.newest = {rel: Table() for rel in self.rows}


@dataclass(slots=True)
class Session:
    """What is remembered about one set of facts: answers of goals asked, and rows of recursive relations."""

    facts: Facts
    memo: dict[tuple[str, Key], list[Row]] = field(default_factory=dict)
    components: dict[int, _Component] = field(default_factory=dict)


Numbers: TypeAlias = dict[Var, int]


class PydatalogEngine:
    """Answers questions about the relations of a completion.

    One engine may be used from several threads; a lock lets one question run at a time.
    """

    def __init__(self, completion: Completion, constants: Iterable[Const], *, max_steps: int = DEFAULT_STEPS) -> None:
        self.completion = completion
        self.interner = Interner()
        self._machine = Machine(self.interner, max_steps)
        self._lock = threading.RLock()
        self._constants = set(self.interner.row(constants))
        self._names: dict[object, str] = {}
        self._tables: dict[str, Answer] = {}
        self._made: set[Rel] = set()
        self._rounds: list[list[_Round]] = []
        self._session: Session | None = None

    def mention(self, constants: Iterable[Const]) -> None:
        """Takes constants of a question into the domain."""
        self._constants.update(self.interner.row(constants))

    def rows(self, session: Session, rel: Rel, key: tuple[Const | None, ...]) -> list[tuple[Const, ...]]:
        """The rows of a relation that agree with the key, for the session's facts.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        numbers = tuple(None if constant is None else self.interner.number(constant) for constant in key)
        with self._lock, self._machine.installed():
            outer, self._session = self._session, session
            self._machine.steps = 0
            try:
                self._prepare(rel)
                return [self.interner.decode(row) for row in self._ask(self._name(rel), numbers)]
            except RecursionError:
                raise EndlessError("the rules nest too deeply") from None
            finally:
                self._session = outer

    def _ask(self, name: str, key: Key) -> list[Row]:
        """The answers to one literal, remembered for the session, or read from a table where they are just there."""
        if name in self._tables:
            return list(self._tables[name](key))
        session = self._current()
        found = session.memo.get((name, key))
        if found is None:
            found = session.memo[name, key] = self._machine.run(name, key)
        return found

    def _current(self) -> Session:
        assert self._session is not None
        return self._session

    # --- from relations to clauses -----------------------------------------------------------------------------

    def _name(self, what: object, prefix: str = "r") -> str:
        if what not in self._names:
            self._names[what] = f"{prefix}{len(self._names)}"
        return self._names[what]

    def _prepare(self, root: Rel) -> None:
        """Makes the clauses of a relation and of all that it reaches."""
        if root in self._made:
            return

        def successors(rel: Rel) -> list[Rel]:
            if rel in self._made:
                return []
            return [
                used
                for rule in self.completion.rules_for(rel)
                for literal in rule.body
                for used in relations_of(literal)
            ]

        for component in components([root], successors):
            fresh = [rel for rel in component if rel not in self._made]
            if not fresh:
                continue
            recursive = len(fresh) > 1 or fresh[0] in successors_of(self.completion, fresh[0])
            tabled = [rel for rel in fresh if not is_auxiliary(rel.pred)] if recursive else []
            if recursive:
                self._define_recursive(fresh, tabled)
            for rel in fresh:
                if rel not in tabled:
                    self._define(rel)
            self._made.update(fresh)  # last, so that what an interruption left half done is done again

    def _define(self, rel: Rel) -> None:
        name, arity = self._name(rel), rel.pattern.count(0)
        rules = self.completion.rules_for(rel)
        if len(rules) == 1 and rules[0].body == (Call(Stored(rel.pred), rules[0].args),):
            self._tables[name] = self._stored(rel.pred)
            self._machine.primitive(name, arity, self._tables[name])
            return
        self._machine.define(name, arity)
        for rule in rules:
            self._machine.clause(name, rule.args, [self._body_literal(literal) for literal in rule.body])

    def _body_literal(self, literal: PlanLiteral) -> Any:
        match literal:
            case Call(source, args):
                return self._machine.literal(self._source(source), args)
            case Absent(source, args):
                return self._machine.literal(self._absent(source), args)
            case Domain(var):
                return self._machine.literal(self._domain(), (var,))
            case Test(inner):
                args = tuple(variables(literal_terms(inner)))
                return self._machine.literal(self._test(inner, args), args)
            case NoOtherValue(_, _, key, value):
                return self._machine.literal(self._no_other_value(literal), (*key, *(value or ())))
            case CountTest():
                args = tuple(variables(inputs_of(literal, frozenset())))
                return self._machine.literal(self._count(literal, args), args)
            case AggregateTest():
                result = () if literal.is_open else (literal.result,)
                args = tuple(variables((*inputs_of(literal, frozenset()), *result)))
                return self._machine.literal(self._aggregate(literal, args), args)

    def _once(self, what: object, prefix: str, arity: int, answer: Answer) -> str:
        """The name of the primitive for `what`, defined at its first use."""
        if what not in self._names:
            self._machine.primitive(self._name(what, prefix), arity, answer)
        return self._names[what]

    def _source(self, source: Source) -> str:
        if isinstance(source, Rel):
            return self._name(source)
        return self._once(source, "s", source.pred.arity, self._stored(source.pred))

    def _stored(self, pred: Pred) -> Answer:
        return lambda key: self._current().facts.table(pred).match(key)

    def _absent(self, source: Source) -> str:
        if isinstance(source, Stored):
            pred = source.pred
            return self._once(
                ("absent", source),
                "a",
                pred.arity,
                lambda key: _unless(self._current().facts.table(pred).match(key), key),
            )
        name, arity = self._name(source), source.pattern.count(0)
        return self._once(("absent", source), "a", arity, lambda key: _unless(self._ask(name, key), key))

    def _domain(self) -> str:
        def answer(key: Key) -> Iterable[Row]:
            if key[0] is not None:
                return ((key[0],),)
            return ((number,) for number in {*self._constants, *self._current().facts.domain()})

        return self._once("domain", "d", 1, answer)

    def _test(self, literal: Compare | Builtin | Member, args: tuple[Var, ...]) -> str:
        def answer(key: Key) -> Iterable[Row]:
            binding = self._binding(args, key)
            for full in solve_test(literal, binding):
                yield tuple(self.interner.number(full[var]) for var in args)

        return self._once(("test", literal), "t", len(args), answer)

    def _binding(self, args: tuple[Var, ...], key: Key) -> Binding:
        constants = self.interner.constants
        return {var: constants[number] for var, number in zip(args, key, strict=True) if number is not None}

    def _no_other_value(self, literal: NoOtherValue) -> str:
        name, keys, width = self._name(literal.rel), literal.keys, len(literal.key)

        def answer(key: Key) -> Iterable[Row]:
            known = iter(key[:width])
            rows = self._ask(name, tuple(next(known) if is_key else None for is_key in keys))
            values = {tuple(number for number, is_key in zip(row, keys, strict=True) if not is_key) for row in rows}
            if literal.value is not None:
                values.discard(bound_row(key[width:]))
            return _unless(values, key)

        arity = width + len(literal.value or ())
        return self._once(("other", literal.rel, literal.value is None), "v", arity, answer)

    def _counted_rows(self, source: Counted, binding: Numbers) -> list[Numbers]:
        """The distinct rows of a source as what they give the counted variables."""
        key = tuple(
            self.interner.number(arg)
            if not isinstance(arg, Var)
            else binding.get(arg)
            if arg not in source.counted
            else None
            for arg in source.args
        )
        at = {var: source.args.index(var) for var in source.counted}
        return [{var: row[index] for var, index in at.items()} for row in self._ask(self._name(source.rel), key)]

    def _count(self, literal: CountTest, args: tuple[Var, ...]) -> str:
        def answer(key: Key) -> Iterable[Row]:
            binding = dict(zip(args, bound_row(key), strict=True))
            bound = literal.bound
            limit = self.interner.constants[binding[bound]] if isinstance(bound, Var) else bound
            if not isinstance(limit, Int):
                return ()
            wanted = limit.value if literal.op == "at_least" else limit.value + 1
            enough = self._has_at_least(wanted, literal.sources, binding)
            return _unless(enough != (literal.op == "at_least"), key)

        return self._once(("count", literal), "c", len(args), answer)

    def _has_at_least(self, wanted: int, sources: tuple[Counted, ...], binding: Numbers) -> bool:
        found = 0
        for source in sorted(sources, key=lambda each: not each.endless):
            if found >= wanted:
                break
            rows = self._counted_rows(source, binding)
            if rows and source.endless:
                return True
            found += len(rows)
        return found >= wanted

    def _aggregate(self, literal: AggregateTest, args: tuple[Var, ...]) -> str:
        def answer(key: Key) -> Iterable[Row]:
            binding: Numbers = {var: number for var, number in zip(args, key, strict=True) if number is not None}
            certain = [row for source in literal.certain for row in self._counted_rows(source, binding)]
            possible = sum(len(self._counted_rows(source, binding)) for source in literal.possible)
            if literal.is_open:
                return _unless(possible <= len(certain), key)
            if possible > len(certain):
                return ()
            result = self._aggregated(literal, certain, binding)
            if result is None:
                return ()
            return self._with_result(literal.result, result, args, binding)

        return self._once(("aggregate", literal), "g", len(args), answer)

    def _aggregated(self, literal: AggregateTest, rows: list[Numbers], binding: Numbers) -> Const | None:
        if literal.op == "count":
            return Int(len(rows))
        value = literal.value
        values = []
        for row in rows:
            number = {**binding, **row}.get(value) if isinstance(value, Var) else None
            values.append(self.interner.constants[number] if number is not None else value)
        constants = [each for each in values if each is not None and not isinstance(each, Var)]
        if len(constants) < len(rows):
            return None
        if literal.op == "sum":
            return sum_numbers(constants)
        if not constants:
            return None
        return (min if literal.op == "min" else max)(constants, key=order_key)

    def _with_result(self, term: Term, result: Const, args: tuple[Var, ...], binding: Numbers) -> Iterable[Row]:
        number = self.interner.number(result)
        if not isinstance(term, Var):
            return (tuple(binding[var] for var in args),) if term == result else ()
        if binding.get(term, number) != number:
            return ()
        return (tuple(number if var == term else binding[var] for var in args),)

    # --- recursion ---------------------------------------------------------------------------------------------

    def _define_recursive(self, component: list[Rel], tabled: list[Rel]) -> None:
        """Makes a recursive component: its relations read rows from a table, which rounds of new clauses fill."""
        number = len(self._rounds)
        for rel in tabled:
            arity = rel.pattern.count(0)
            self._tables[self._name(rel)] = self._tabled_rows(rel, number)
            self._machine.primitive(self._name(rel), arity, self._tabled_rows(rel, number))
            self._machine.primitive(self._name(("newest", rel)), arity, self._newest_rows(rel, number))
        self._rounds.append([self._round(rel, set(component), set(tabled)) for rel in tabled])

    def _round(self, rel: Rel, inside: set[Rel], tabled: set[Rel]) -> _Round:
        found = _Round(rel, self._name(("first", rel)), self._name(("later", rel)))
        for name in (found.first, found.later):
            self._machine.define(name, rel.pattern.count(0))
        for rule in self.completion.rules_for(rel):
            self._recursive_rule(rule, inside, tabled, found)
        return found

    def _recursive_rule(self, rule: PlanRule, inside: set[Rel], tabled: set[Rel], found: _Round) -> None:
        """Adds a rule to the first round; to later ones once for each recursive call, which then reads the newest rows
        only, or as it is if it recurs through an auxiliary predicate or a count."""
        uses = [[used for used in relations_of(literal) if used in inside] for literal in rule.body]
        pairs = list(zip(uses, rule.body, strict=True))
        if any(used and isinstance(literal, Absent | AggregateTest | NoOtherValue) for used, literal in pairs):
            raise NotStratifiedError(str(rule.head))
        body = [self._body_literal(literal) for literal in rule.body]
        self._machine.clause(found.first, rule.args, body)
        if any(used and not (isinstance(literal, Call) and literal.source in tabled) for used, literal in pairs):
            self._machine.clause(found.later, rule.args, body)
            return
        for index, literal in enumerate(rule.body):
            if uses[index] and isinstance(literal, Call):
                newest = self._machine.literal(self._name(("newest", literal.source)), literal.args)
                self._machine.clause(found.later, rule.args, [*body[:index], newest, *body[index + 1 :]])

    def _component(self, number: int) -> _Component:
        """The component's rows, evaluated at its first use in a session."""
        session = self._current()
        if number not in session.components:
            component = session.components[number] = _Component([each.rel for each in self._rounds[number]])
            before = session.memo
            try:
                self._evaluate(number, component, session, before)
            except BaseException:
                del session.components[number]
                raise
            finally:
                session.memo = before
        return session.components[number]

    def _evaluate(
        self, number: int, component: _Component, session: Session, before: dict[tuple[str, Key], list[Row]]
    ) -> None:
        is_first = True
        known = len(self.interner.constants)
        while is_first or any(table.rows for table in component.newest.values()):
            session.memo = dict(before)
            found = []
            for each in self._rounds[number]:
                free: Key = (None,) * each.rel.pattern.count(0)
                name = each.first if is_first else each.later
                found += [(each.rel, row) for row in self._machine.run(name, free)]
            component.newest = {rel: Table() for rel in component.newest}
            for rel, row in found:
                if component.rows[rel].add(row):
                    component.newest[rel].add(row)
            is_first = False
            if len(self.interner.constants) - known > self._machine.max_steps // STEPS_FOR_A_VALUE:
                raise EndlessError(str(self._rounds[number][0].rel))

    def _tabled_rows(self, rel: Rel, number: int) -> Callable[[Key], Iterable[Row]]:
        return lambda key: self._component(number).rows[rel].match(key)

    def _newest_rows(self, rel: Rel, number: int) -> Callable[[Key], Iterable[Row]]:
        return lambda key: self._component(number).newest[rel].match(key)


def successors_of(completion: Completion, rel: Rel) -> set[Rel]:
    """The relations that a relation's rules mention."""
    return {used for rule in completion.rules_for(rel) for literal in rule.body for used in relations_of(literal)}


def _unless(found: object, key: Key) -> Iterable[Row]:
    """The key itself, all bound, as the only row, unless something was found."""
    return () if found else (bound_row(key),)
