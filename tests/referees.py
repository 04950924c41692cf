"""Runs a program on every back end and on outside referees, and says where their answers differ.

    engine      engine/knowledge.py, the product
    reference   tests/reference.py, the definitions evaluated naively
    clingo      a translation of its own to answer set programs, one for each recursive component
    swipl       the same text in SWI-Prolog through kb/library/prelude.pl

The last two know two truth values only: they referee the closed-world reading. A referee's answer is the set of rows of
the goal's answer variables. `agree` asserts that all answers are equal; `differences` lists those that are not.
"""

from __future__ import annotations

import datetime
import decimal
import itertools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TypeAlias

import clingo
import networkx as nx
import pytest
from msgspec.structs import replace

from engine.knowledge import Answers, KnowledgeBase, Rules
from kb.language.builtins import BUILTINS, compare, evaluate_expr, sum_numbers
from kb.language.loader import PRELUDE
from kb.language.printer import show_body, show_program, show_term
from kb.language.program import Program
from kb.language.syntax import (
    AbducibleDecl,
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Documented,
    Expr,
    FunctionalDecl,
    InlineDecl,
    Item,
    Literal,
    Member,
    Not,
    Op,
    Or,
    Pred,
)
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, Term, Var, make_decimal, order_key
from kb.language.traversal import (
    body_terms,
    body_vars,
    called,
    expr_terms,
    literal_terms,
    map_terms,
    substitute,
    variables,
    walk,
)
from tests.plain import plain_goal, plain_program
from tests.reference import EndlessEvaluationError, Reference, ReferenceAnswers

Row: TypeAlias = tuple[Const, ...]
Rows: TypeAlias = frozenset[Row]
OpenRow: TypeAlias = tuple[Const | int, ...]
"""A row of the three-valued reading: the integer i is its i-th anonymous individual, by first occurrence."""

DRIVER = Path(__file__).parent / "swipl_driver.pl"

_NO_VARS: frozenset[Var] = frozenset()


class TooLargeError(Exception):
    """Raised when the reference evaluator would take longer than a test can wait."""


class SwiplError(Exception):
    """Raised when SWI-Prolog complains while loading; the argument is what it wrote."""


def columns(goal: Body) -> tuple[Var, ...]:
    """The variables that a goal asks for: in its text outside `\\+` and counts, and not written with `_`."""
    outside = set(_outside(goal))
    return tuple(var for var in body_vars(goal) if var in outside and not var.is_anonymous)


def _outside(body: Body) -> Iterator[Term]:
    match body:
        case Or(_, _, AtomF(_, args)):
            yield from args
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _outside(goal)
        case Documented(goal):
            yield from _outside(goal)
        case Not():
            return
        case Count():
            yield body.bound
        case Aggregate():
            yield body.result
        case _:
            yield from literal_terms(body)


# The engine and the reference evaluator


def engine_answers(program: Program, goal: Body) -> Rows:
    """The closed-world answers of the engine."""
    rules = Rules.of(program)
    answers = KnowledgeBase(rules, closed_world=True).answers(rules.names.goal(goal))
    assert answers.variables == columns(goal)
    assert answers.unknown == ()
    return frozenset(answers.true)


class BoundedReference(Reference):
    """The reference evaluator, given up after a number of steps: literals begun, valuations tried for what nothing limits, and
    atoms looked up. Raises `TooLargeError`."""

    def __init__(self, program: Program, goal: Body, *, closed_world: bool = False, most: int | None = None) -> None:
        self._left = most
        super().__init__(program, goal, closed_world=closed_world)

    def allow(self, most: int) -> None:
        """Lets it take that many steps from here on."""
        self._left = most

    def _step(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise TooLargeError

    def _literal(self, *args: Any, **options: Any) -> Any:
        self._step()
        return super()._literal(*args, **options)

    def _spread(self, *args: Any, **options: Any) -> Any:
        for valuation in super()._spread(*args, **options):
            self._step()
            yield valuation

    def _truth(self, *args: Any, **options: Any) -> Any:
        self._step()
        return super()._truth(*args, **options)


def reference_answers(program: Program, goal: Body, *, most: int | None = None) -> Rows:
    """The closed-world answers of the reference evaluator; `most` is how many steps it may take."""
    answers = BoundedReference(program, goal, closed_world=True, most=most).answers()
    assert not answers.unknown
    assert answers.variables == columns(goal)
    return answers.true


def reference_three_valued(program: Program, goal: Body, *, most: int | None = None) -> ReferenceAnswers:
    """The answers of the reference evaluator in three truth values."""
    answers = BoundedReference(program, goal, most=most).answers()
    assert answers.variables == columns(goal)
    return answers


def constants(program: Program, goal: Body) -> frozenset[Const]:
    """The constants of program and goal."""
    heads = (arg for clause in program.clauses for arg in clause.head.args)
    bodies = (body_terms(body) for body in (*(clause.body for clause in program.clauses), goal))
    return frozenset(term for term in itertools.chain(heads, *bodies) if not isinstance(term, Var))


def numbered(row: Iterable[Term]) -> OpenRow:
    """The row with its variables numbered by first occurrence.

    >>> numbered((Var("X"), Int(3), Var("Y"), Var("X")))
    (1, Int(value=3), 2, 1)
    """
    names: dict[Var, int] = {}
    return tuple(names.setdefault(term, len(names) + 1) if isinstance(term, Var) else term for term in row)


def is_instance(row: OpenRow, other: OpenRow) -> bool:
    """Whether a row is another, some of whose individuals have been given a value.

    >>> is_instance((Int(1), 1, Int(1)), (1, 2, 1)), is_instance((Int(1), Int(2)), (1, 1))
    (True, False)
    """
    given: dict[int, Const | int] = {}
    return all(
        given.setdefault(theirs, ours) == ours if isinstance(theirs, int) else theirs == ours
        for ours, theirs in zip(row, other, strict=True)
    )


# clingo


class _UnsafeError(Exception):
    """Raised when a body by itself does not bind the variables that it needs."""


def clingo_answers(program: Program, goal: Body) -> Rows:
    """The closed-world answers by clingo."""
    return ClingoModel(program).answers(goal)


class ClingoModel:
    """The true rows of every predicate of a program, by one answer set program for each recursive component.

    Components are solved callees first, so that what stands below a negation is known when it is needed.
    """

    def __init__(self, program: Program) -> None:
        self.rows: dict[Pred, Rows] = {}
        self._whole, program = program, plain_program(program)
        graph: Any = nx.DiGraph()
        for clause in program.clauses:
            graph.add_node(clause.head.pred)
            graph.add_edges_from((clause.head.pred, pred) for pred in _called(clause.body))
        condensed: Any = nx.condensation(graph)
        order = TopologicalSorter({index: set(condensed.successors(index)) for index in condensed})
        for index in order.static_order():
            component: set[Pred] = condensed.nodes[index]["members"]
            writer = _AspWriter(self)
            for clause in program.clauses:
                if clause.head.pred in component:
                    body = _named_apart(clause.body, _NO_VARS, itertools.count())
                    writer.rule(_asp_name(clause.head.pred), clause.head.args, body)
            self.rows |= writer.solved(component)

    def answers(self, goal: Body) -> Rows:
        """The answers to a goal."""
        plain = plain_goal(self._whole, goal)
        return self.answers_for(columns(goal), _named_apart(plain, _NO_VARS, itertools.count()))

    def answers_for(self, terms: Sequence[Term], goal: Body) -> Rows:
        """The different values of terms for which a goal holds, whose local variables are named apart already."""
        writer = _AspWriter(self)
        answer = Pred("answer to the goal", len(terms))
        writer.rule(_asp_name(answer), terms, goal)
        return writer.solved([answer])[answer]


def _called(body: Body) -> Iterator[Pred]:
    return (part.pred for part in walk(body) if isinstance(part, AtomF))


def _asp_name(pred: Pred) -> str:
    plain = re.sub(r"\W", lambda char: f"_{ord(char[0])}_", pred.name, flags=re.ASCII)
    return f"{'neg' if pred.negative else 'pred'}{pred.arity}_{plain}"


def _symbol(const: Const) -> clingo.Symbol:
    """A constant for clingo, with its kind: clingo's own integers have 32 bits only."""
    match const:
        case Atom(text):
            kind = "atom"
        case Str(text):
            kind = "str"
        case Int(value):
            kind, text = "int", str(value)
        case Dec(exact):
            kind, text = "dec", str(exact)
        case Date(day):
            kind, text = "date", day.isoformat()
    return clingo.Function(kind, [clingo.String(text)])


def _const(symbol: clingo.Symbol) -> Const:
    text = symbol.arguments[0].string
    match symbol.name:
        case "atom":
            return Atom(text)
        case "str":
            return Str(text)
        case "int":
            return Int(int(text))
        case "dec":
            return make_decimal(decimal.Decimal(text))
        case _:
            return Date(datetime.date.fromisoformat(text))


def _named_apart(body: Body, bound: frozenset[Var], numbers: Iterator[int]) -> Body:
    """The body with the local variables of each count renamed; `bound` are those that the literals around it bind."""
    match body:
        case And(goals):
            parts = []
            for index, goal in enumerate(goals):
                others = goals[:index] + goals[index + 1 :]
                parts.append(_named_apart(goal, _bound_by(others, bound), numbers))
            return replace(body, goals=tuple(parts))
        case Or(goals):
            return replace(body, goals=tuple(_named_apart(goal, bound, numbers) for goal in goals))
        case Not(goal) | Documented(goal):
            return replace(body, goal=_named_apart(goal, bound, numbers))
        case Count() | Aggregate():
            kept = _own_vars(body)
            new = {var: Var(f"{var.name} {next(numbers)}") for var in _counted_vars(body) - bound}
            renamed = map_terms(body, lambda term: new.get(term, term) if isinstance(term, Var) else term)
            assert isinstance(renamed, Count | Aggregate)
            if kept & new.keys():
                own = {new[var]: var for var in kept & new.keys()}
                renamed = _with_own(renamed, own)
            return replace(renamed, goal=_named_apart(renamed.goal, bound, numbers))
        case _:
            return body


def _own_vars(literal: Count | Aggregate) -> frozenset[Var]:
    """The variables of the bound of a count, of the result of an aggregate: these stand outside the goal."""
    return frozenset(variables((literal.bound if isinstance(literal, Count) else literal.result,)))


def _with_own(literal: Count | Aggregate, names: Mapping[Var, Var]) -> Count | Aggregate:
    if isinstance(literal, Count):
        return replace(literal, bound=names[literal.bound])  # type: ignore[index] # it is one of the variables
    return replace(literal, result=names[literal.result])  # type: ignore[index] # it is one of the variables


def _witness(literal: Count | Aggregate) -> tuple[Term, ...]:
    value = literal.value if isinstance(literal, Aggregate) else None
    return literal.template if value is None else (*literal.template, value)


def _counted_vars(literal: Count | Aggregate) -> frozenset[Var]:
    return frozenset(body_vars(literal.goal)) | frozenset(variables(_witness(literal)))


def _bound_by(goals: Iterable[Body], bound: frozenset[Var]) -> frozenset[Var]:
    """The variables that are bound once all the goals that can run have run."""
    several, before = tuple(goals), None
    while before != (before := bound):
        for goal in several:
            bound |= _gives(goal, bound)
    return bound


def _gives(goal: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """What a goal binds once it has run, if it can run with those variables bound."""
    if isinstance(goal, And):
        return _bound_by(goal.goals, bound)
    if isinstance(goal, Documented):
        return _bound_by((goal.goal,), bound)
    if isinstance(goal, Or):
        branches = [_bound_by((branch,), bound) for branch in goal.goals]
        return frozenset.intersection(*branches) if branches else _NO_VARS
    if isinstance(goal, Not | Count) or not _inputs(goal, bound) <= bound:
        return _NO_VARS
    return _own_vars(goal) if isinstance(goal, Aggregate) else frozenset(variables(literal_terms(goal)))


def _inputs(literal: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """The variables that have to be bound before a literal without a goal inside can run."""
    match literal:
        case AtomF() | Member() | Aggregate():
            return _NO_VARS
        case Compare("=", left, right):
            sides = [frozenset(variables(tuple(expr_terms(side)))) for side in (left, right)]
            return _NO_VARS if any(side <= bound for side in sides) else frozenset.union(*sides)
        case Compare("is", _, right):
            return frozenset(variables(tuple(expr_terms(right))))
        case Compare():
            return frozenset(body_vars(literal))
        case Builtin(_, args):
            return frozenset(variables(args[:-1]))
        case _:
            raise AssertionError(f"{literal} has a goal inside")


def _alternatives(body: Body) -> list[tuple[Literal, ...]]:
    """The conjunctions of which a body is the disjunction."""
    match body:
        case And(goals):
            choices = itertools.product(*(_alternatives(goal) for goal in goals))
            return [tuple(itertools.chain(*choice)) for choice in choices]
        case Or(goals):
            return [each for goal in goals for each in _alternatives(goal)]
        case Documented(goal):  # in a closed world nothing is unknown
            return _alternatives(goal)
        case _:
            return [(body,)]


class _AspWriter:
    """Writes and solves the rules of one component.

    What stands below a negation, an upper bound or an aggregate belongs to lower components, whose rows are known. Where
    it binds its variables itself it becomes rules of its own; where it needs the variables of the literals around it,
    clingo calls back with their values while it grounds, and the goal is solved by itself for these.
    """

    def __init__(self, model: ClingoModel) -> None:
        self._model = model
        self._lines: list[str] = []
        self._facts: set[Pred] = set()
        self._inside: list[tuple[Literal, tuple[Var, ...]]] = []
        self._memo: dict[tuple[int, tuple[clingo.Symbol, ...]], Any] = {}
        self._names = itertools.count()
        self._vars: dict[Var, str] = {}

    # Rules to text

    def rule(self, name: str, terms: Sequence[Term], body: Body) -> None:
        """Adds rules for a predicate with that name and these arguments. Raises `_UnsafeError`."""
        for goals in _alternatives(body):
            self._conjunction(name, terms, (), _NO_VARS, goals)

    def _conjunction(
        self, name: str, terms: Sequence[Term], before: Sequence[str], bound: frozenset[Var], goals: Sequence[Literal]
    ) -> None:
        wanted = frozenset(variables(tuple(terms))) | bound
        parts, pending = list(before), list(goals)
        while pending:
            for goal in pending:
                around = wanted.union(*(body_vars(other) for other in goals if other is not goal))
                if self._needed(goal, bound, around) <= bound:
                    break
            else:
                raise _UnsafeError(str(pending))
            pending.remove(goal)
            parts.append(self._literal(goal, bound, around, parts))
            bound |= _gives(goal, bound)
        if not wanted <= bound:
            raise _UnsafeError(str(wanted - bound))
        self._lines.append(f"{self._atom(name, terms)} :- {', '.join(parts) or '#true'}.")

    @staticmethod
    def _needed(goal: Literal, bound: frozenset[Var], around: frozenset[Var]) -> frozenset[Var]:
        match goal:
            case Not(inner):
                return frozenset(body_vars(inner)) & around
            case Count():
                return _counted_vars(goal) & around | _own_vars(goal)
            case Aggregate():
                return _counted_vars(goal) & around
            case _:
                return _inputs(goal, bound)

    def _literal(self, goal: Literal, bound: frozenset[Var], around: frozenset[Var], before: Sequence[str]) -> str:
        match goal:
            case AtomF(pred, args):
                self._facts.add(pred)
                return self._atom(_asp_name(pred), args)
            case Compare("=" | "==", left, right):
                return f"{self._expr(left)} = {self._expr(right)}"
            case Compare("\\=" | "\\==", left, right):
                return f"{self._expr(left)} != {self._expr(right)}"
            case Compare("is", left, right):
                value = self._expr(right) if isinstance(right, Op) else f"@number({self._expr(right)})"
                return f"{self._expr(left)} = {value}"
            case Compare(op, left, right):
                return f'@compare("{_escaped(op)}", {self._expr(left)}, {self._expr(right)}) = 1'
            case Builtin(name, args):
                if variables(args).keys() <= bound:
                    return f'@holds("{name}", {self._terms(args)}) = 1'
                return f'{self._expr(args[-1])} = @call("{name}", {self._terms(args[:-1])})'
            case Member(item, items):
                return f"{self._expr(item)} = ({';'.join(map(self._expr, items))})" if items else "#false"
            case Not(inner):
                shared = self._shared(body_vars(inner), bound, around)
                alone = self._alone(inner, shared, ())
                return f"not {alone}" if alone else f"@holds_not({self._call_back(goal, shared)}) = 1"
            case Count("at_least", _, _, inner):
                return self._at_least(goal, bound, before)
            case Count(_, limit, template, inner):
                shared = self._shared(_counted_vars(goal), bound, around)
                alone = self._alone(inner, shared, template)
                if alone is None:
                    return f"@at_most({self._call_back(goal, shared)}, {self._expr(limit)}) = 1"
                return f"#count {{ {self._terms(template)} : {alone} }} <= @bound({self._expr(limit)})"
            case Aggregate("count", None, template, inner, result):
                shared = self._shared(_counted_vars(goal), bound, around)
                alone = self._alone(inner, shared, template)
                if alone is not None:
                    number = self._variable(Var(f"a count {next(self._names)}"))
                    count = f"{number} = #count {{ {self._terms(template)} : {alone} }}"
                    return f"{count}, {self._expr(result)} = @integer({number})"
                return f"{self._expr(result)} = @aggregate({self._call_back(goal, shared)})"
            case Aggregate():
                shared = self._shared(_counted_vars(goal), bound, around)
                return f"{self._expr(goal.result)} = @aggregate({self._call_back(goal, shared)})"

    @staticmethod
    def _shared(inside: Iterable[Var], bound: frozenset[Var], around: frozenset[Var]) -> tuple[Var, ...]:
        return tuple(var for var in inside if var in bound and var in around)

    def _at_least(self, goal: Count, bound: frozenset[Var], before: Sequence[str]) -> str:
        """Its goal may be of this very component; so the rules for the witnesses start with the literals before it."""
        outer = tuple(sorted(bound, key=lambda var: var.name))
        number = next(self._names)
        so_far, witness = (self._atom(f"{name}_{number}", outer) for name in ("so_far", "witness"))
        self._lines.append(f"{so_far} :- {', '.join(before) or '#true'}.")
        template = tuple(dict.fromkeys(goal.template))
        for goals in _alternatives(goal.goal):
            self._conjunction(f"witness_{number}", (*outer, *template), (so_far,), bound, goals)
        witness = self._atom(f"witness_{number}", (*outer, *template))
        return f"{so_far}, #count {{ {self._terms(template)} : {witness} }} >= @bound({self._expr(goal.bound)})"

    def _alone(self, inner: Body, shared: tuple[Var, ...], template: tuple[Term, ...]) -> str | None:
        """An atom that stands for the goal inside a literal, defined by itself; None if that is not safe."""
        name, lines = f"inside_{next(self._names)}", len(self._lines)
        terms = (*shared, *template)
        try:
            self.rule(name, terms, inner)
        except _UnsafeError:
            del self._lines[lines:]
            return None
        return self._atom(name, terms)

    def _call_back(self, goal: Literal, shared: tuple[Var, ...]) -> str:
        self._inside.append((goal, shared))
        return ", ".join((str(len(self._inside) - 1), f"({''.join(self._variable(var) + ',' for var in shared)})"))

    def _atom(self, name: str, terms: Sequence[Term]) -> str:
        return f"{name}({self._terms(terms)})" if terms else name

    def _terms(self, terms: Sequence[Term]) -> str:
        return ", ".join(map(self._expr, terms))

    def _expr(self, expr: Expr) -> str:
        match expr:
            case Op(name, args):
                return f'@value("{_escaped(name)}", {", ".join(map(self._expr, args))})'
            case Var():
                return self._variable(expr)
            case _:
                return str(_symbol(expr))

    def _variable(self, var: Var) -> str:
        return self._vars.setdefault(var, f"V{len(self._vars)}")

    # What clingo calls while it grounds: no value, no instance

    @staticmethod
    def number(symbol: clingo.Symbol) -> list[clingo.Symbol]:
        return [symbol] if symbol.name in ("int", "dec") else []

    @staticmethod
    def integer(number: clingo.Symbol) -> clingo.Symbol:
        return _symbol(Int(number.number))

    @staticmethod
    def bound(symbol: clingo.Symbol) -> list[clingo.Symbol]:
        """The bound of a count as an integer of clingo; what is no integer gives none."""
        return [clingo.Number(max(-1, min(int(symbol.arguments[0].string), 10**9)))] if symbol.name == "int" else []

    @staticmethod
    def value(op: clingo.Symbol, *args: clingo.Symbol) -> list[clingo.Symbol]:
        result = evaluate_expr(op.string, tuple(map(_const, args)))
        return [] if result is None else [_symbol(result)]

    @staticmethod
    def compare(op: clingo.Symbol, left: clingo.Symbol, right: clingo.Symbol) -> clingo.Symbol:
        return clingo.Number(compare(op.string, _const(left), _const(right)))

    @staticmethod
    def holds(name: clingo.Symbol, *args: clingo.Symbol) -> clingo.Symbol:
        return clingo.Number(BUILTINS[name.string].holds(tuple(map(_const, args))))

    @staticmethod
    def call(name: clingo.Symbol, *args: clingo.Symbol) -> list[clingo.Symbol]:
        return [_symbol(each) for each in BUILTINS[name.string].results(tuple(map(_const, args)))]

    def holds_not(self, index: clingo.Symbol, values: clingo.Symbol) -> clingo.Symbol:
        return clingo.Number(not self._witnesses(index.number, values))

    def at_most(self, index: clingo.Symbol, values: clingo.Symbol, limit: clingo.Symbol) -> clingo.Symbol:
        bounds = self.bound(limit)
        return clingo.Number(bool(bounds) and len(self._witnesses(index.number, values)) <= bounds[0].number)

    def aggregate(self, index: clingo.Symbol, values: clingo.Symbol) -> list[clingo.Symbol]:
        literal = self._inside[index.number][0]
        assert isinstance(literal, Aggregate)
        rows = self._witnesses(index.number, values)
        found: Const | None
        match literal.op:
            case "count":
                found = Int(len(rows))
            case "sum":
                found = sum_numbers([row[-1] for row in rows])
            case "max":
                found = max((row[-1] for row in rows), key=order_key, default=None)
            case _:
                found = min((row[-1] for row in rows), key=order_key, default=None)
        return [] if found is None else [_symbol(found)]

    def _witnesses(self, index: int, values: clingo.Symbol) -> Rows:
        literal, shared = self._inside[index]
        key = index, tuple(values.arguments)
        if key not in self._memo:
            binding = dict(zip(shared, map(_const, values.arguments), strict=True))
            given = substitute(literal, binding)
            assert isinstance(given, Not | Count | Aggregate)
            terms = () if isinstance(given, Not) else _witness(given)
            self._memo[key] = self._model.answers_for(terms, given.goal)
        rows: Rows = self._memo[key]
        return rows

    # Solving

    def solved(self, preds: Iterable[Pred]) -> dict[Pred, Rows]:
        """The rows of some predicates in the one stable model."""
        facts = [
            f"{self._atom(_asp_name(pred), row)}." for pred in self._facts for row in self._model.rows.get(pred, ())
        ]
        control = clingo.Control(["--warn=none", "0"])
        control.add("base", [], "\n".join(facts + self._lines))
        control.ground([("base", [])], context=self)
        with control.solve(yield_=True) as handle:
            models = [model.symbols(atoms=True) for model in handle]
        (atoms,) = models
        by_name = {_asp_name(pred): pred for pred in preds}
        rows: dict[Pred, set[Row]] = {pred: set() for pred in by_name.values()}
        for symbol in atoms:
            if symbol.name in by_name:
                rows[by_name[symbol.name]].add(tuple(map(_const, symbol.arguments)))
        return {pred: frozenset(each) for pred, each in rows.items()}


def _escaped(op: str) -> str:
    return op.replace("\\", "\\\\")


# SWI-Prolog


def swipl_available() -> bool:
    """Whether SWI-Prolog is installed."""
    return shutil.which("swipl") is not None


def swipl_answers(files: Sequence[Path], goals: Sequence[Body], *, seconds: float = 20) -> list[Rows | None]:
    """The answers of SWI-Prolog to each goal about files, loaded through the prelude in one process.

    None stands for a goal that took longer than `seconds` or raised an error. Skips the test where SWI-Prolog is not
    installed; raises `SwiplError` if loading gives a warning.
    """
    if not swipl_available():
        pytest.skip("SWI-Prolog (swipl) is not installed")
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "goals.pl"
        asked.write_text("".join(f"{show_body(goal)}.\n" for goal in goals), encoding="utf-8")
        done = run_swipl([f"--time-limit={seconds}", asked, *files], 60 + seconds * len(goals))
    blocks = done.stdout.split("#GOAL\n")[1:]
    if len(blocks) != len(goals):
        raise SwiplError(done.stderr)
    return [_swipl_rows(goal, block.splitlines()) for goal, block in zip(goals, blocks, strict=True)]


def run_swipl(arguments: Sequence[str | Path], longest: float = 60) -> subprocess.CompletedProcess[str]:
    """What SWI-Prolog says with the prelude and the driver, to whom the arguments are. Raises `SwiplError` if it does not end
    within so many seconds.

    With threads of its own SWI-Prolog 9.0 was seen, rarely, not to end, and more rarely without them, where it does the
    next time. So it has none, and is asked twice, first for less time.
    """
    command = ["swipl", "--no-threads", "-q", PRELUDE, DRIVER, "--", *arguments]
    for wait in (30 + longest / 8, longest):
        with suppress(subprocess.TimeoutExpired):
            return subprocess.run(command, input="", capture_output=True, encoding="utf-8", check=False, timeout=wait)
    raise SwiplError(f"SWI-Prolog did not end within {longest:.0f} seconds")


def _swipl_rows(goal: Body, lines: list[str]) -> Rows | None:
    if lines[:1] in (["#TIME_LIMIT"], ["#ERROR"]):
        return None
    outside = set(_outside(goal))
    printed = [var for var in body_vars(goal) if var in outside and not var.name.startswith("_#")]
    wanted = [printed.index(var) for var in columns(goal)]
    rows = ([] if line == "()" else line.split("\t") for line in lines)
    return frozenset(tuple(_swipl_const(row[index]) for index in wanted) for row in rows)


_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_ESCAPED = re.compile(r"\\(x[0-9a-fA-F]+\\|.)", re.DOTALL)
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def _swipl_const(text: str) -> Const:
    """The constant that SWI-Prolog printed with `~q`, a date as `2024-07-01`.

    >>> _swipl_const("'it\\\\'s'"), _swipl_const('"a"'), _swipl_const("-1")
    (Atom(name="it's"), Str(value='a'), Int(value=-1))
    """
    if text[0] in "'\"":
        inner = _ESCAPED.sub(lambda found: _unescaped(found[1]), text[1:-1])
        return Atom(inner) if text[0] == "'" else Str(inner)
    if _DATE.match(text):
        return Date(datetime.date.fromisoformat(text))
    if re.match(r"-?\d+\Z", text, re.ASCII):
        return Int(int(text))
    if re.match(r"-?\d", text, re.ASCII):
        return make_decimal(decimal.Decimal(text))
    return Atom(text)


def _unescaped(sign: str) -> str:
    return chr(int(sign[1:-1], 16)) if len(sign) > 1 else _SIGNS.get(sign, sign)


def swipl_batch(
    asked: Sequence[tuple[Program, Sequence[Body]]], *, seconds: float = 20
) -> list[list[Rows | None] | SwiplError]:
    """The answers of SWI-Prolog to the goals of each program, several programs in one process.

    The predicates of each get a number, so that the programs do not meet. If one cannot be loaded, each is tried alone,
    and has the complaint in place of answers.
    """
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        goals: list[Body] = []
        for number, (program, several) in enumerate(asked):
            files.append(Path(folder) / f"program{number}.pl")
            text = show_program(_with_number(program, number))
            files[-1].write_text(f":- style_check(-singleton).\n{text}", encoding="utf-8")
            goals += [_goal_with_number(goal, number) for goal in several]
        try:
            answers = iter(swipl_answers(files, goals, seconds=seconds))
        except SwiplError as error:
            return [error] if len(asked) == 1 else [each for one in asked for each in swipl_batch([one])]
    return [[next(answers) for _ in several] for _, several in asked]


def _with_number(program: Program, number: int) -> Program:
    items: list[Item] = []
    for item in program.items:
        match item:
            case Clause(head, body):
                named = replace(head, pred=_numbered_pred(head.pred, number))
                items.append(replace(item, head=named, body=_goal_with_number(body, number)))
            case AbducibleDecl(preds):
                items.append(replace(item, preds=tuple(_numbered_pred(pred, number) for pred in preds)))
            case FunctionalDecl(pred):
                items.append(replace(item, pred=_numbered_pred(pred, number)))
            case InlineDecl(preds):
                items.append(replace(item, preds=tuple(_numbered_pred(pred, number) for pred in preds)))
            case _:
                pass  # the others say nothing about answers
    return Program(tuple(items))


def _numbered_pred(pred: Pred, number: int) -> Pred:
    return Pred(f"{pred.name}_{number}", pred.arity, pred.negative)


def _goal_with_number(body: Body, number: int) -> Body:
    body = called(body)
    match body:
        case AtomF(pred):
            return replace(body, pred=_numbered_pred(pred, number))
        case And(goals) | Or(goals):
            return replace(body, goals=tuple(_goal_with_number(goal, number) for goal in goals))
        case Not(goal) | Documented(goal) | Count(goal=goal) | Aggregate(goal=goal):
            return replace(body, goal=_goal_with_number(goal, number))
        case _:
            return body


# Comparing


@dataclass(frozen=True, slots=True)
class Difference:
    """A goal to which not all give the same answers; a complaint takes the place of rows."""

    program: Program
    goal: Body
    answers: dict[str, Rows | str] = field(compare=False)

    def __str__(self) -> str:
        told = [f"{show_program(self.program)}?- {show_body(self.goal)}."]
        common = frozenset.intersection(*(rows for rows in self.answers.values() if isinstance(rows, frozenset)))
        for name, rows in self.answers.items():
            told.append(f"  {name}: {rows if isinstance(rows, str) else show_rows(rows - common) or 'nothing more'}")
        return "\n".join(told)


def show_rows(rows: Iterable[OpenRow]) -> str:
    """Rows as text, in no order that means anything."""
    shown = sorted(
        "(" + ", ".join(f"_{value}" if isinstance(value, int) else show_term(value) for value in row) + ")"
        for row in rows
    )
    return ", ".join(shown[:10]) + (f" and {len(shown) - 10} more" if len(shown) > 10 else "")


def differences(
    asked: Sequence[tuple[Program, Sequence[Body]]],
    *,
    most: int | None = None,
    seconds: float = 20,
    with_swipl: bool = True,
    skipped: Callable[[Program, Body], None] = lambda program, goal: None,
) -> list[Difference]:
    """The goals to which engine, reference, clingo and, where it is installed, SWI-Prolog do not all agree.

    `most` bounds the reference evaluator: a goal that is too large for it, or without end as it goes
    about it, is compared without it, and `skipped` told.
    Without `with_swipl` literals may stand in any order and there may be decimals.
    """
    in_swipl = swipl_batch(asked, seconds=seconds) if with_swipl and swipl_available() else None
    found = []
    for index, (program, goals) in enumerate(asked):
        model = ClingoModel(program)
        for place, goal in enumerate(goals):
            answers: dict[str, Rows | str] = {"engine": _or_complaint(lambda p=program, g=goal: engine_answers(p, g))}  # type: ignore[misc] # bound early
            answers["clingo"] = _or_complaint(lambda m=model, g=goal: m.answers(g))  # type: ignore[misc] # bound early
            try:
                answers["reference"] = reference_answers(program, goal, most=most)
            except (TooLargeError, EndlessEvaluationError):
                skipped(program, goal)
            if in_swipl is not None:
                theirs = in_swipl[index]
                rows = theirs if isinstance(theirs, SwiplError) else theirs[place]
                answers["swipl"] = rows if isinstance(rows, frozenset) else f"failed: {rows or 'error or no end'}"
            if len(set(answers.values())) > 1:
                found.append(Difference(program, goal, answers))
    return found


def _or_complaint(answer: Callable[[], Rows]) -> Rows | str:
    try:
        return answer()
    except Exception as error:  # whatever it is, it is no answer
        return f"failed: {type(error).__name__}: {error}"


def agree(program: Program, goals: Sequence[Body], *, most: int | None = None) -> None:
    """Asserts that engine, reference, clingo and SWI-Prolog have the same closed-world answers to each goal."""
    found = differences([(program, goals)], most=most)
    assert not found, "\n\n".join(map(str, found))


def three_valued_fault(program: Program, goal: Body, *, most: int | None = None) -> str | None:
    """What is wrong with the engine's three-valued answers to a goal; None if nothing is.

    Raises `TooLargeError` as the reference evaluator would take more than `most` steps.
    """
    expected = reference_three_valued(program, goal, most=most)
    rules = Rules.of(program)
    fault = answers_fault(program, goal, KnowledgeBase(rules).answers(rules.names.goal(goal)), expected)
    return None if fault is None else f"{show_program(program)}?- {show_body(goal)}.\n{fault}"


def answers_fault(program: Program, goal: Body, found: Answers, expected: ReferenceAnswers) -> str | None:
    """What is wrong with an engine's answers by those of the definitions; None if nothing is.

    An unknown row of the engine's stands for itself and for its instances, so that these need not be listed.
    """
    named = constants(plain_program(program), plain_goal(program, goal))
    rows = frozenset(map(numbered, found.unknown))
    unknown = frozenset(row for row in rows if all(isinstance(value, int) or value in named for value in row))
    true = frozenset(found.true)
    wrong: dict[str, frozenset[Row] | frozenset[OpenRow]] = {
        "true only in the engine": true - expected.true,
        "true only in the reference": expected.true - true,
        "unknown only in the engine": unknown - expected.unknown,
        "unknown only in the reference": frozenset(
            row for row in expected.unknown if not any(is_instance(row, each) for each in unknown)
        ),
        "an instance of another unknown answer": frozenset(
            row for row in unknown if any(row != each and is_instance(row, each) for each in unknown)
        ),
    }
    told = [f"  {what}: {show_rows(rows)}" for what, rows in wrong.items() if rows]
    if found.variables != columns(goal):
        told.append(f"  answers for {found.variables} instead of {columns(goal)}")
    return "\n".join(told) or None
