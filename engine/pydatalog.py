"""The default back end: plan rules as pyDatalog clauses, asked goal by goal.

Clauses are built from pyDatalog's engine classes; no text reaches its parser. What pyDatalog gets wrong or slow is kept
out of it (the README of this folder lists each hazard with its test):

- constants are numbers from an `Interner`, as pyDatalog rounds floats and takes 1, 1.0 and True for one;
- recursion is evaluated here in rounds (semi-naive); what a recursive relation calls is never itself;
- negation, counts and aggregates are primitives that ask their goal in a run of their own, remembered;
- each engine has a `Logic` of its own, put in place for the length of a run, whatever the thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyDatalog import pyEngine  # type: ignore[import-untyped] # has no type hints
from pyDatalog.Logic import Logic  # type: ignore[import-untyped]

from engine.completion import Completion, is_auxiliary
from engine.graph import components
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
from engine.tables import EMPTY, Interner, Key, Row, Table
from kb.arithmetic import builtin_holds, calculate, call_builtin, compare, sum_numbers
from kb.syntax import Builtin, Compare, Member, Pred, literal_terms, variables
from kb.terms import Const, Int, Term, Var, order_key

DEFAULT_STEPS = 5_000_000
"""How many resolution steps a question may take before it is given up."""


class EndlessError(Exception):
    """Raised when a question takes more steps than allowed; its argument says what was being evaluated."""


class NotStratifiedError(Exception):
    """Raised when a relation depends on its own negation; the checker keeps such programs out."""


@dataclass(slots=True)
class Facts:
    """The stated facts, in layers: a policy's are shared by all its cases, a case's are its own."""

    interner: Interner
    base: Facts | None = None
    tables: dict[Pred, Table] = field(default_factory=dict)
    _domain: list[int] | None = None

    def add(self, pred: Pred, args: tuple[Const, ...]) -> None:
        """States a fact."""
        if pred not in self.tables:
            below = self.base.table(pred) if self.base else EMPTY
            self.tables[pred] = Table(dict(below.rows))
        self.tables[pred].add(self.interner.row(args))
        self._domain = None

    def table(self, pred: Pred) -> Table:
        """All rows of a predicate."""
        if pred in self.tables:
            return self.tables[pred]
        return self.base.table(pred) if self.base else EMPTY

    def domain(self) -> Iterable[int]:
        """Every constant that a fact mentions."""
        if self._domain is None:
            below = set(self.base.domain()) if self.base else set()
            own = {number for table in self.tables.values() for row in table.rows for number in row}
            self._domain = sorted(below | own)
        return self._domain


@dataclass(slots=True)
class _Component:
    """A recursive component: its tabled relations with their rows so far and, while it is evaluated, the newest."""

    relations: list[Rel]
    rows: dict[Rel, Table] = field(default_factory=dict)
    newest: dict[Rel, Table] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """What is remembered about one set of facts: answers of goals asked, and rows of recursive relations."""

    facts: Facts
    memo: dict[tuple[str, Key], list[Row]] = field(default_factory=dict)
    components: dict[int, _Component] = field(default_factory=dict)


Primitive = Callable[[list[Any]], Iterator[list[int | None]]]


class PydatalogEngine:
    """Answers questions about the relations of a completion.

    One engine may be used from several threads; a lock lets one question run at a time.
    """

    def __init__(self, completion: Completion, constants: Iterable[Const], *, max_steps: int = DEFAULT_STEPS) -> None:
        self.completion = completion
        self.interner = Interner()
        self.max_steps = max_steps
        self._lock = threading.RLock()
        self._constants = set(self.interner.row(constants))
        self._names: dict[object, str] = {}
        self._made: set[Rel] = set()
        self._component_of: dict[Rel, int] = {}
        self._component_rels: list[list[Rel]] = []
        self._rounds: dict[int, list[tuple[Rel, list[str], list[str]]]] = {}
        self._literals: dict[str, Any] = {}
        self._numbers: list[Any] = []
        self._session: Session | None = None
        self._steps = 0
        self._logic: Any = None
        with self._installed():
            pass

    def mention(self, constants: Iterable[Const]) -> None:
        """Takes constants of a question into the domain."""
        self._constants.update(self.interner.row(constants))

    # --- questions ---------------------------------------------------------------------------------------------

    def rows(self, session: Session, rel: Rel, key: tuple[Const | None, ...]) -> list[tuple[Const, ...]]:
        """The rows of a relation that agree with the key, for the session's facts.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        numbers = tuple(None if constant is None else self.interner.number(constant) for constant in key)
        with self._lock, self._installed():
            outer, self._session = self._session, session
            self._steps = 0
            try:
                self._prepare(rel)
                return [self.interner.decode(row) for row in self._ask(self._name(rel), numbers)]
            except RecursionError:
                raise EndlessError("the rules nest too deeply") from None
            finally:
                self._session = outer

    def _installed(self) -> _Installed:
        return _Installed(self)

    # --- running pyDatalog -------------------------------------------------------------------------------------

    def _const(self, number: int) -> Any:
        while len(self._numbers) <= number:
            self._numbers.append(pyEngine.Const(len(self._numbers)))
        return self._numbers[number]

    def _ask(self, name: str, key: Key) -> list[Row]:
        """The answers to one literal, remembered for the session."""
        session = self._current()
        found = session.memo.get((name, key))
        if found is None:
            found = session.memo[name, key] = self._run(name, key)
        return found

    def _current(self) -> Session:
        assert self._session is not None
        return self._session

    def _run(self, name: str, key: Key) -> list[Row]:
        terms = [pyEngine.Fresh_var() if number is None else self._const(number) for number in key]
        goal = pyEngine.Subgoal(pyEngine.Literal(self._pred(name, len(key)), terms))
        logic = self._logic
        saved = logic.Tasks, logic.Recursive_Tasks, logic.Recursive, logic.Subgoals, logic.Goal
        logic.Tasks, logic.Recursive_Tasks, logic.Recursive = pyEngine.TaskList(), pyEngine.TaskDeque(), False
        logic.Subgoals, logic.Goal = {}, goal
        try:
            todo: Any = pyEngine.SEARCH
            arguments: Any = (goal,)
            while todo is not None:
                self._steps += 1
                if self._steps > self.max_steps:
                    raise EndlessError(name)
                step = todo(*arguments)
                if step is None:
                    break
                todo, arguments = step
        finally:
            logic.Tasks, logic.Recursive_Tasks, logic.Recursive, logic.Subgoals, logic.Goal = saved
        if goal.facts is True:
            return [key]  # type: ignore[list-item] # only a goal without variables is just true
        return [tuple(term.id for term in literal.terms) for literal in goal.facts.values()]

    def _pred(self, name: str, arity: int) -> Any:
        pred = pyEngine.Pred(name, arity)
        pred.prearity = arity
        return pred

    def _literal(self, name: str, args: Iterable[Term]) -> Any:
        terms = [
            pyEngine.Var(arg.name) if isinstance(arg, Var) else self._const(self.interner.number(arg)) for arg in args
        ]
        return pyEngine.Literal(self._pred(name, len(terms)), terms)

    def _clause(self, name: str, args: Iterable[Term], body: list[Any]) -> None:
        if not body:  # pyDatalog takes a clause without a body for a fact, which must not have variables
            body = [self._literal(self._once("true", "t", 0, lambda: lambda key: ((),)), ())]
        pyEngine.assert_(pyEngine.Clause(self._literal(name, args), body))

    def _primitive(self, name: str, arity: int, answer: Callable[[Key], Iterable[Row]]) -> str:
        """Defines a predicate whose rows for a key are what `answer` gives."""

        def primitive(literal: Any, subgoal: Any) -> None:
            key: list[int | None] = []
            repeated: dict[object, int] = {}
            equal: list[tuple[int, int]] = []
            for index, term in enumerate(literal.terms):
                if term.is_const():
                    key.append(term.id)
                else:
                    if term.id in repeated:
                        equal.append((repeated[term.id], index))
                    repeated[term.id] = index
                    key.append(None)
            for row in answer(tuple(key)):
                if all(row[one] == row[other] for one, other in equal):
                    subgoal.fact(pyEngine.Literal(literal.pred, [self._const(number) for number in row]))

        pred = self._pred(name, arity)
        pred.prim = primitive
        pyEngine.insert(pred)
        return name

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
            return [used for rule in self.completion.rules_for(rel) for literal in rule.body for used in _relations(literal)]

        for component in components([root], successors):
            fresh = [rel for rel in component if rel not in self._made]
            if not fresh:
                continue
            self._made.update(fresh)
            recursive = len(fresh) > 1 or fresh[0] in successors_of(self.completion, fresh[0])
            tabled = [rel for rel in fresh if not is_auxiliary(rel.pred)] if recursive else []
            if recursive:
                self._define_recursive(fresh, tabled)
            for rel in fresh:
                if rel not in tabled:
                    self._define(rel)

    def _define(self, rel: Rel) -> None:
        name, arity = self._name(rel), rel.pattern.count(0)
        pyEngine.insert(self._pred(name, arity))
        for rule in self.completion.rules_for(rel):
            self._clause(name, rule.args, [self._body_literal(literal) for literal in rule.body])

    def _body_literal(self, literal: PlanLiteral) -> Any:
        match literal:
            case Call(source, args):
                return self._literal(self._source(source), args)
            case Absent(source, args):
                return self._literal(self._absent(source), args)
            case Domain(var):
                return self._literal(self._domain(), (var,))
            case Test(inner):
                args = tuple(variables(tuple(literal_terms(inner))))
                return self._literal(self._test(inner, args), args)
            case NoOtherValue(_, _, key, value):
                return self._literal(self._no_other_value(literal), (*key, *(value or ())))
            case CountTest():
                args = tuple(variables((literal.bound, *_outer_terms(literal.sources))))
                return self._literal(self._count(literal, args), args)
            case AggregateTest():
                outer = (literal.value,) if literal.value is not None and literal.value not in literal.counted else ()
                terms = (*outer, *_outer_terms(literal.certain), *_outer_terms(literal.possible))
                args = tuple(variables((*terms, *(() if literal.is_open else (literal.result,)))))
                return self._literal(self._aggregate(literal, args), args)

    def _once(self, what: object, prefix: str, arity: int, make: Callable[[], Callable[[Key], Iterable[Row]]]) -> str:
        """The name of the primitive for `what`, defined at its first use."""
        if what in self._names:
            return self._names[what]
        return self._primitive(self._name(what, prefix), arity, make())

    def _source(self, source: Source) -> str:
        if isinstance(source, Rel):
            return self._name(source)
        pred = source.pred
        return self._once(source, "s", pred.arity, lambda: lambda key: self._current().facts.table(pred).match(key))

    def _absent(self, source: Source) -> str:
        if isinstance(source, Stored):
            pred = source.pred
            return self._once(
                ("absent", source), "a", pred.arity,
                lambda: lambda key: () if key in self._current().facts.table(pred).rows else (key,),  # type: ignore[return-value]
            )  # fmt: skip
        name = self._name(source)
        return self._once(
            ("absent", source), "a", source.pattern.count(0),
            lambda: lambda key: () if self._ask(name, key) else (key,),  # type: ignore[return-value] # all bound
        )  # fmt: skip

    def _domain(self) -> str:
        def answer(key: Key) -> Iterable[Row]:
            if key[0] is not None:
                return ((key[0],),)
            return ((number,) for number in {*self._constants, *self._current().facts.domain()})

        return self._once("domain", "d", 1, lambda: answer)

    def _test(self, literal: Compare | Builtin | Member, args: tuple[Var, ...]) -> str:
        def answer(key: Key) -> Iterable[Row]:
            binding = self._binding(args, key)
            for full in solve_test(literal, binding):
                yield tuple(self.interner.number(full[var]) for var in args)

        return self._once(("test", literal), "t", len(args), lambda: answer)

    def _binding(self, args: tuple[Var, ...], key: Key) -> dict[Var, Const]:
        constants = self.interner.constants
        return {var: constants[number] for var, number in zip(args, key, strict=True) if number is not None}

    def _no_other_value(self, literal: NoOtherValue) -> str:
        name, keys, width = self._name(literal.rel), literal.keys, len(literal.key)

        def answer(key: Key) -> Iterable[Row]:
            known = iter(key[:width])
            rows = self._ask(name, tuple(next(known) if is_key else None for is_key in keys))
            values = {tuple(number for number, is_key in zip(row, keys, strict=True) if not is_key) for row in rows}
            if literal.value is not None:
                values.discard(key[width:])  # type: ignore[arg-type] # all bound
            return () if values else (key,)  # type: ignore[return-value]

        arity = width + len(literal.value or ())
        return self._once(("other", literal.rel, literal.value is None), "v", arity, lambda: answer)

    def _counted_rows(self, source: Counted, binding: dict[Var, int]) -> list[dict[Var, int]]:
        """The distinct rows of a source as what they give the counted variables."""
        key = tuple(
            self.interner.number(arg) if not isinstance(arg, Var) else binding.get(arg) if arg not in source.counted else None
            for arg in source.args
        )
        at = {var: source.args.index(var) for var in source.counted}
        return [{var: row[index] for var, index in at.items()} for row in self._ask(self._name(source.rel), key)]

    def _count(self, literal: CountTest, args: tuple[Var, ...]) -> str:
        def answer(key: Key) -> Iterable[Row]:
            binding = dict(zip(args, key, strict=True))
            bound = literal.bound
            limit = self.interner.constants[binding[bound]] if isinstance(bound, Var) else bound  # type: ignore[index]
            if not isinstance(limit, Int):
                return ()
            wanted = limit.value if literal.op == "at_least" else limit.value + 1
            enough = self._has_at_least(wanted, literal.sources, binding)  # type: ignore[arg-type]
            return (key,) if enough == (literal.op == "at_least") else ()  # type: ignore[return-value]

        return self._once(("count", literal), "c", len(args), lambda: answer)

    def _has_at_least(self, wanted: int, sources: tuple[Counted, ...], binding: dict[Var, int]) -> bool:
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
            binding: dict[Var, int] = {var: number for var, number in zip(args, key, strict=True) if number is not None}
            certain = [row for source in literal.certain for row in self._counted_rows(source, binding)]
            possible = sum(len(self._counted_rows(source, binding)) for source in literal.possible)
            if literal.is_open:
                return (key,) if possible > len(certain) else ()  # type: ignore[return-value]
            if possible > len(certain):
                return ()
            result = self._aggregated(literal, certain, binding)
            if result is None:
                return ()
            return self._with_result(literal.result, result, args, binding)

        return self._once(("aggregate", literal), "g", len(args), lambda: answer)

    def _aggregated(self, literal: AggregateTest, rows: list[dict[Var, int]], binding: dict[Var, int]) -> Const | None:
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

    def _with_result(self, term: Term, result: Const, args: tuple[Var, ...], binding: dict[Var, int]) -> Iterable[Row]:
        number = self.interner.number(result)
        if not isinstance(term, Var):
            return (tuple(binding[var] for var in args),) if term == result else ()
        if binding.get(term, number) != number:
            return ()
        return (tuple(number if var == term else binding[var] for var in args),)

    # --- recursion ---------------------------------------------------------------------------------------------

    def _define_recursive(self, component: list[Rel], tabled: list[Rel]) -> None:
        number = len(self._component_rels)
        self._component_rels.append(tabled)
        inside = set(component)
        for rel in tabled:
            self._component_of[rel] = number
            arity = rel.pattern.count(0)
            self._primitive(self._name(rel), arity, self._tabled_rows(rel, number))
            self._primitive(self._name(("newest", rel)), arity, self._newest_rows(rel, number))
        rounds = []
        for rel in tabled:
            first, later = self._name(("first", rel)), self._name(("later", rel))
            for name in (first, later):
                pyEngine.insert(self._pred(name, rel.pattern.count(0)))
            for rule in self.completion.rules_for(rel):
                self._recursive_rule(rel, rule, inside, set(tabled), first, later)
            rounds.append((rel, [first], [later]))
        self._rounds[number] = rounds

    def _recursive_rule(
        self, rel: Rel, rule: PlanRule, inside: set[Rel], tabled: set[Rel], first: str, later: str
    ) -> None:
        uses = [[used for used in _relations(literal) if used in inside] for literal in rule.body]
        if any(used and isinstance(literal, Absent | AggregateTest | NoOtherValue) for used, literal in zip(uses, rule.body, strict=True)):
            raise NotStratifiedError(str(rel))
        body = [self._body_literal(literal) for literal in rule.body]
        self._clause(first, rule.args, body)
        if any(used and not (isinstance(literal, Call) and used[0] in tabled) for used, literal in zip(uses, rule.body, strict=True)):
            self._clause(later, rule.args, body)
            return
        for index, literal in enumerate(rule.body):
            if uses[index]:
                assert isinstance(literal, Call)
                newest = self._literal(self._name(("newest", literal.source)), literal.args)
                self._clause(later, rule.args, [*body[:index], newest, *body[index + 1 :]])

    def _component(self, number: int) -> _Component:
        """The component's rows, evaluated at its first use in a session."""
        session = self._current()
        if number not in session.components:
            component = session.components[number] = _Component(self._component_rels[number])
            component.rows = {rel: Table() for rel in component.relations}
            component.newest = {rel: Table() for rel in component.relations}
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
        while is_first or any(table.rows for table in component.newest.values()):
            session.memo = dict(before)
            found = []
            for rel, first, later in self._rounds[number]:
                free: Key = (None,) * rel.pattern.count(0)
                for name in first if is_first else later:
                    found += [(rel, row) for row in self._run(name, free)]
            component.newest = {rel: Table() for rel in component.relations}
            for rel, row in found:
                if component.rows[rel].add(row):
                    component.newest[rel].add(row)
            is_first = False

    def _tabled_rows(self, rel: Rel, number: int) -> Callable[[Key], Iterable[Row]]:
        return lambda key: self._component(number).rows[rel].match(key)

    def _newest_rows(self, rel: Rel, number: int) -> Callable[[Key], Iterable[Row]]:
        return lambda key: self._component(number).newest[rel].match(key)


def successors_of(completion: Completion, rel: Rel) -> set[Rel]:
    """The relations that a relation's rules mention."""
    return {used for rule in completion.rules_for(rel) for literal in rule.body for used in _relations(literal)}


def _relations(literal: PlanLiteral) -> Iterator[Rel]:
    match literal:
        case Call(Rel() as rel) | Absent(Rel() as rel) | NoOtherValue(rel):
            yield rel
        case CountTest(_, _, sources):
            yield from (source.rel for source in sources)
        case AggregateTest(_, _, _, certain, possible):
            yield from (source.rel for source in certain + possible)
        case _:
            return


def _outer_terms(sources: tuple[Counted, ...]) -> Iterator[Term]:
    for source in sources:
        yield from (arg for arg in source.args if arg not in source.counted)


def solve_test(literal: Compare | Builtin | Member, binding: dict[Var, Const]) -> Iterator[dict[Var, Const]]:
    """The bindings, extended by what the literal computes, under which a comparison or built-in holds."""

    def value(term: Term) -> Const | None:
        return binding.get(term) if isinstance(term, Var) else term

    def unify(term: Term, result: Const) -> Iterator[dict[Var, Const]]:
        known = value(term)
        if known is None:
            assert isinstance(term, Var)
            yield {**binding, term: result}
        elif known == result:
            yield binding

    match literal:
        case Compare("is", left, right):
            result = calculate(right, binding)
            if result is not None:
                yield from unify(left, result)  # type: ignore[arg-type] # `is` has a term on its left
        case Compare("=", left, right):
            one, other = value(left), value(right)  # type: ignore[arg-type]
            if other is not None:
                yield from unify(left, other)  # type: ignore[arg-type]
            elif one is not None:
                yield from unify(right, one)  # type: ignore[arg-type]
        case Compare(op, left, right):
            sides = [calculate(side, binding) if not isinstance(side, Var) and not _is_constant(side) else value(side) for side in (left, right)]  # type: ignore[arg-type]
            if sides[0] is not None and sides[1] is not None and compare(op, sides[0], sides[1]):
                yield binding
        case Builtin(name, args):
            inputs = [value(arg) for arg in args[:-1]]
            known = [each for each in inputs if each is not None]
            last = value(args[-1])
            if last is not None:
                if builtin_holds(name, (*known, last)):
                    yield binding
            else:
                for result in call_builtin(name, tuple(known)):
                    yield from unify(args[-1], result)
        case Member(item, items):
            for constant in dict.fromkeys(items):
                yield from unify(item, constant)


def _is_constant(expr: object) -> bool:
    from kb.syntax import Op

    return not isinstance(expr, Op)


@dataclass(slots=True)
class _Installed:
    """Puts an engine's `Logic` in place for this thread, and the thread's own back afterwards."""

    engine: PydatalogEngine
    _before: Any = None
    _counter: Any = None

    def __enter__(self) -> None:
        self._before = getattr(Logic.tl, "logic", None)
        self._counter = getattr(pyEngine.Fresh_var.tl, "counter", None)
        if self.engine._logic is None:
            self.engine._logic = object.__new__(Logic)
            Logic.tl.logic = self.engine._logic
            pyEngine.clear()
        Logic.tl.logic = self.engine._logic
        if self._counter is None:
            pyEngine.Fresh_var.tl.counter = 0

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            Logic.tl.logic = self._before
