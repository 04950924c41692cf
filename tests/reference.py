"""The meaning of a program, said a second time and as plainly as possible: a slow evaluator to test the real ones by.

    program -> scoped clauses (which variables are local to what) -> strata -> true rows, then unknown rows, by stratum

Variables range over the constants of program and goal, over the values that arithmetic, dates and aggregates compute,
and over unlimited anonymous individuals, which are the integers 1, 2, ... here. Three facts make that finite:

- Nothing in a program names an individual, so a permutation of them changes no truth value. Rows are therefore kept
  with their individuals numbered by first occurrence, and a variable needs to try only the individuals that the
  valuation already has and one fresh one, which stands for all the rest; a witness with a fresh individual in it
  stands for unlimited witnesses.
- A constant that occurs nowhere fares no better than an individual: what is open for it is open for the individual,
  what compares it is unknown for the individual, and nothing else can bind a variable to it.
- A closed atom about a computed constant that no row lists is worked out from its rules when it is asked for.

Truth within a stratum is two least fixpoints. The true rows come first, since they need only true rows of the same
stratum; then the unknown ones, which may need to know what is not true (functional values, strong negation).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeGuard

from kb.language.builtins import BUILTINS, calculate, compare, sum_numbers
from kb.language.declarations import COMPLETE
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
    Literal,
    Member,
    Not,
    Op,
    Or,
    Pred,
)
from kb.language.terms import Atom, Const, Int, Term, Var, order_key
from kb.language.traversal import body_terms, body_vars, expr_terms, literal_terms, variables
from kb.language.truth import Truth
from tests.plain import plain_goal, plain_program

Value: TypeAlias = Const | int
Row: TypeAlias = tuple[Value, ...]
Valuation: TypeAlias = dict[Var, Value]

MOST_ROUNDS, MOST_VALUES = 300, 5000
"""How many rounds of one stratum, and values of one `between`, are taken for an evaluation without end."""

_EQUALITY = frozenset({"=", "=="})
_IDENTITY = _EQUALITY | {"\\=", "\\=="}
_NO_VARS: frozenset[Var] = frozenset()
_NO_PREDS: frozenset[Pred] = frozenset()


class EndlessEvaluationError(Exception):
    """Raised where rows keep being computed, as `p(Y) :- p(X), Y is X + 1.` does."""


class NotStratifiedError(ValueError):
    """Raised for recursion through negation, an upper bound or an aggregate; the argument names the predicates."""


@dataclass(frozen=True, slots=True)
class ReferenceAnswers:
    """The answers to a goal.

    In an unknown row an integer i stands for the i-th anonymous individual of the row, by first occurrence. `unknown`
    has the rows over individuals and the constants of program and goal; `unknown_computed` has those met with
    another constant in them, which a literal computed. Such rows can be without number, and not all are met.
    """

    variables: tuple[Var, ...]
    true: frozenset[tuple[Const, ...]]
    unknown: frozenset[Row]
    unknown_computed: frozenset[Row] = frozenset()


def evaluate(program: Program, goal: Body, *, closed_world: bool = False) -> ReferenceAnswers:
    """The answers to a goal, by the definitions of the language.

    With `closed_world` every record counts as complete: an abducible atom that is not true is false.

    Raises NotStratifiedError for a program that has no meaning, and EndlessEvaluationError.
    """
    return Reference(program, goal, closed_world=closed_world).answers()


# The scopes of variables


@dataclass(frozen=True, slots=True, eq=False)
class _Goal:
    """A literal in its place: the variables that mean something outside it, and those that it can compute.

    A negation, a count and an aggregate have a goal inside, and `shared` are its variables that mean something outside.
    """

    literal: Literal
    vars: frozenset[Var]
    gives: frozenset[Var]
    shared: tuple[Var, ...] = ()
    inside: tuple[_Conjunction, ...] = ()
    preds: frozenset[Pred] = frozenset()


_Conjunction: TypeAlias = tuple[_Goal, ...]


def _alternatives(body: Body, bound: frozenset[Var], seen: frozenset[Var]) -> tuple[_Conjunction, ...]:
    """The body as a disjunction of conjunctions, with the scopes of its variables.

    `bound` are the variables that positive literals outside the body bind, `seen` those that occur outside it.
    """
    match body:
        case And(goals):
            parts = []
            for index, goal in enumerate(goals):
                others = And(goals[:index] + goals[index + 1 :])
                visible = _visible(others, bound | _binds(body))
                parts.append(_alternatives(goal, bound | _binds(others), seen | visible))
            return tuple(tuple(itertools.chain(*choice)) for choice in itertools.product(*parts))
        case Or(goals):
            return tuple(each for goal in goals for each in _alternatives(goal, bound, seen))
        case Not(goal):
            shared = _visible(goal, bound) & seen
            return ((_nested(body, shared, _alternatives(goal, bound, shared)),),)
        case Documented(goal):
            shared = _visible(goal, bound | _binds(goal)) & seen
            return ((_nested(body, shared, _alternatives(goal, bound, shared)),),)
        case Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            shared = _inner_vars(body) & bound
            return ((_nested(body, shared, _alternatives(goal, bound, shared | _vars(_witness(body)))),),)
        case _:
            return ((_Goal(body, _vars(literal_terms(body)), _gives(body)),),)


def _nested(
    literal: Not | Documented | Count | Aggregate, shared: frozenset[Var], inside: tuple[_Conjunction, ...]
) -> _Goal:
    own = _NO_VARS if isinstance(literal, Not | Documented) else _vars((_own_term(literal),))
    preds = frozenset(pred for pred, _ in _calls(literal))
    return _Goal(literal, own | shared, _gives(literal) - shared, tuple(shared), inside, preds)


def _own_term(literal: Count | Aggregate) -> Term:
    """The term that stands outside the goal: the bound of a count, the result of an aggregate."""
    return literal.bound if isinstance(literal, Count) else literal.result


def _witness(literal: Count | Aggregate) -> tuple[Term, ...]:
    """The terms whose bindings are the witnesses: the template, and after it the value of a sum, max or min."""
    value = literal.value if isinstance(literal, Aggregate) else None
    return literal.template if value is None else (*literal.template, value)


def _vars(terms: Iterable[Term]) -> frozenset[Var]:
    return frozenset(variables(iter(terms)))


def _inner_vars(literal: Count | Aggregate) -> frozenset[Var]:
    return _vars(_witness(literal)) | frozenset(body_vars(literal.goal))


def _gives(literal: Literal) -> frozenset[Var]:
    """The variables that a literal can compute from its others; an equation can compute either side."""
    match literal:
        case Compare("=", left, right):
            sides = _vars((*expr_terms(left), *expr_terms(right)))
            return sides if left != right else _NO_VARS
        case Compare("is", left, right):
            return _vars(expr_terms(left)) - _vars(expr_terms(right))
        case Builtin(_, (*inputs, term)):
            return _vars((term,)) - _vars(inputs)
        case Member(term) | Aggregate(result=term):
            return _vars((term,))
        case _:
            return _NO_VARS


def _binds(body: Body) -> frozenset[Var]:
    """The variables that positive literals of the body bind."""
    match body:
        case And(goals) | Or(goals):
            return _NO_VARS.union(*map(_binds, goals))
        case Documented(goal):
            return _binds(goal)
        case AtomF(_, args):
            return _vars(args)
        case _:
            return _gives(body)


def _visible(body: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """The variables of the body that are not local to a count in it, if positive literals bind those of `bound`."""
    match body:
        case And(goals) | Or(goals):
            return _NO_VARS.union(*(_visible(goal, bound) for goal in goals))
        case Not(goal) | Documented(goal):
            return _visible(goal, bound)
        case Count() | Aggregate():
            return _vars((_own_term(body),)) | (_inner_vars(body) & bound)
        case _:
            return _vars(literal_terms(body))


def _answer_variables(goal: Body) -> frozenset[Var]:
    """The variables that a goal asks for."""
    answering = _NO_VARS.union(*(_visible(each, _binds(goal)) for each in _outside_negation(goal)))
    return frozenset(var for var in answering if not var.is_anonymous)


def _outside_negation(body: Body) -> Iterator[Body]:
    if isinstance(body, And | Or):
        for goal in body.goals:
            yield from _outside_negation(goal)
    elif isinstance(body, Documented):
        yield from _outside_negation(body.goal)
    elif not isinstance(body, Not):
        yield body


def _in_text_order(body: Body) -> Iterator[Term]:
    match body:
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _in_text_order(goal)
        case Not(goal) | Documented(goal):
            yield from _in_text_order(goal)
        case Count(_, bound, template, goal):
            yield from (bound, *template, *_in_text_order(goal))
        case Aggregate(_, value, template, goal, result):
            yield from (*template, *_in_text_order(goal), result) if value is None else (
                value, *template, *_in_text_order(goal), result
            )  # fmt: skip
        case _:
            yield from literal_terms(body)


# Strata


def _calls(body: Body, negatively: bool = False) -> Iterator[tuple[Pred, bool]]:
    """The predicates that the truth of a body depends on, and whether through negation, `documented` or an aggregate."""
    match body:
        case AtomF(pred, _):
            yield pred, negatively
            yield pred.positive, negatively
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _calls(goal, negatively)
        case Count("at_least", _, _, goal):
            yield from _calls(goal, negatively)
        case Not(goal) | Documented(goal) | Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            yield from _calls(goal, True)
        case _:
            return


def _strata(program: Program, abducible: Collection[Pred], asked: Iterable[Pred]) -> list[frozenset[Pred]]:
    """The recursive components of the predicates that those asked depend on, callees first."""
    edges = {(clause.head.pred, *call) for clause in program.clauses for call in _calls(clause.body)}
    edges |= {(pred, below, True) for pred in abducible for below in (pred.opposite, COMPLETE)}
    heads = {clause.head.pred for clause in program.clauses}
    reach = {pred: {pred} for pred in heads.union(*((caller, callee) for caller, callee, _ in edges))}
    for _ in reach:
        for caller, callee, _ in edges:
            reach[caller] |= reach[callee]
    bad = sorted(f"{caller} and {callee}" for caller, callee, through in edges if through and caller in reach[callee])
    if bad:
        raise NotStratifiedError(", ".join(bad))
    used = _NO_PREDS.union(*(reach.get(pred, ()) for pred in asked))
    components = {frozenset(each for each in reach[pred] if pred in reach[each]): len(reach[pred]) for pred in used}
    return sorted(components, key=lambda component: components[component])


# Valuations


def _canonical(row: Row) -> Row:
    """The row with its individuals numbered by first occurrence.

    >>> _canonical((7, Int(7), 2, 7))
    (1, Int(value=7), 2, 1)
    """
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(each, len(numbers) + 1) if isinstance(each, int) else each for each in row)


def _row(terms: Iterable[Term], valuation: Valuation) -> Row:
    return tuple(valuation[term] if isinstance(term, Var) else term for term in terms)


def _is_constant(row: Row) -> TypeGuard[tuple[Const, ...]]:
    return not any(isinstance(value, int) for value in row)


def _individuals(valuation: Valuation) -> list[int]:
    """The individuals of a valuation and a fresh one."""
    known = sorted({value for value in valuation.values() if isinstance(value, int)})
    return [*known, known[-1] + 1 if known else 1]


def _instances(args: tuple[Term, ...], row: Row, valuation: Valuation, names: Mapping[int, int]) -> Iterator[Valuation]:
    """The valuations that make the arguments a stored row; `names` says who the row's individuals are so far."""
    if not args:
        yield valuation
        return
    arg, value = args[0], row[0]
    for meant in _meant(value, valuation, names):
        further = {**names, value: meant} if isinstance(value, int) and isinstance(meant, int) else names
        if isinstance(arg, Var) and arg not in valuation:
            yield from _instances(args[1:], row[1:], valuation | {arg: meant}, further)
        elif _row((arg,), valuation) == (meant,):
            yield from _instances(args[1:], row[1:], valuation, further)


def _meant(value: Value, valuation: Valuation, names: Mapping[int, int]) -> Collection[Value]:
    """The values that a stored one can stand for: for an individual, any that the row has not named yet."""
    if not isinstance(value, int):
        return (value,)
    if value in names:
        return (names[value],)
    return [each for each in _individuals(valuation) if each not in names.values()]


@dataclass(frozen=True, slots=True)
class _Rule:
    head: AtomF
    body: tuple[_Conjunction, ...]


@dataclass(slots=True)
class _Table:
    """What is known of a predicate: the rows that are true, those that are unknown, and those that were asked for.

    Only what rules leave unknown is kept here, of closed predicates and of strong negations.
    """

    rules: list[_Rule] = field(default_factory=list)
    keys: list[tuple[bool, ...]] = field(default_factory=list)
    true: dict[Row, None] = field(default_factory=dict)
    unknown: dict[Row, None] = field(default_factory=dict)
    asked: dict[Row, None] = field(default_factory=dict)

    def has_other_value(self, row: Row) -> bool:
        """Whether a functional predicate has a true row with the same key and another value."""
        return any(
            true != row and all(a == b for a, b, is_key in zip(true, row, keys, strict=True) if is_key)
            for keys in self.keys
            for true in self.true
        )


class Reference:
    """A program, and a goal to ask it, with the rows of every predicate worked out."""

    def __init__(self, program: Program, goal: Body, *, closed_world: bool = False) -> None:
        """Works out the rows; raises as `evaluate` does."""
        asked = variables(_in_text_order(goal))
        goal, program = plain_goal(program, goal), plain_program(program)
        answering = _answer_variables(goal)
        self._variables = tuple(var for var in asked if var in answering)
        self._goal = _alternatives(goal, _NO_VARS, frozenset(self._variables))
        self.domain = _domain(program, goal)
        self._closed_world = closed_world
        self._abducible = frozenset(p for item in program.items if isinstance(item, AbducibleDecl) for p in item.preds)
        self._tables: defaultdict[Pred, _Table] = defaultdict(_Table)
        self._component: dict[Pred, frozenset[Pred]] = {}
        self._active: frozenset[Pred] = frozenset()
        self._remembered: dict[tuple[_Goal, Row], dict[Row, Truth]] = {}
        for item in program.items:
            if isinstance(item, Clause):
                body = _alternatives(item.body, _NO_VARS, _vars(item.head.args))
                self._tables[item.head.pred].rules.append(_Rule(item.head, body))
            elif isinstance(item, FunctionalDecl):
                self._tables[item.pred].keys.append(item.keys)
        for component in _strata(program, self._abducible, [pred for pred, _ in _calls(goal)]):
            self._component |= dict.fromkeys(component, component)
            self._until_stable(component, self._find_true)
            self._until_stable(component, self._find_unknown)

    def answers(self) -> ReferenceAnswers:
        """The answers to the goal."""
        rows = self._rows(self._variables, self._goal, {}, frozenset(self._variables))
        true = frozenset(row for row, truth in rows.items() if truth is Truth.TRUE and _is_constant(row))
        unknown = frozenset(_canonical(row) for row, truth in rows.items() if truth is Truth.UNKNOWN)
        listed = frozenset(row for row in unknown if all(isinstance(v, int) or v in self.domain for v in row))
        return ReferenceAnswers(self._variables, true, listed, unknown - listed)

    def truth(self, row: Row) -> Truth:
        """The truth value of the goal with a row, of any constants and individuals, for its answer variables."""
        rows = self._rows((), self._goal, dict(zip(self._variables, row, strict=True)), _NO_VARS)
        return rows.get((), Truth.FALSE)

    # Least fixpoints

    def _until_stable(self, component: frozenset[Pred], find: Callable[[Pred], None]) -> None:
        """Repeats a search for rows of the predicates of a component until it finds no more."""
        outer, self._active = self._active, self._active | component
        before = -1
        for _ in range(MOST_ROUNDS):
            if before == (before := self._size(component)):
                break
            for pred in sorted(component, key=str):
                find(pred)
        else:
            raise EndlessEvaluationError(", ".join(sorted(map(str, component))))
        self._active = outer

    def _size(self, component: frozenset[Pred]) -> int:
        tables = [self._tables[pred] for pred in component]
        return sum(len(table.true) + len(table.unknown) + len(table.asked) for table in tables)

    def _find_true(self, pred: Pred) -> None:
        table = self._tables[pred]
        for rule in table.rules:
            table.true |= dict.fromkeys(self._heads(rule, {}, Truth.TRUE))

    def _find_unknown(self, pred: Pred) -> None:
        if pred in self._abducible:
            return
        table = self._tables[pred]
        for rule in table.rules:
            table.unknown |= dict.fromkeys(set(self._heads(rule, {}, Truth.UNKNOWN)) - table.true.keys())
        self._find_asked(pred)

    def _find_asked(self, pred: Pred) -> None:
        table = self._tables[pred]
        for row, rule in itertools.product(tuple(table.asked), table.rules):
            itself = {value: value for value in row if isinstance(value, int)}
            for start in _instances(rule.head.args, row, {}, itself):
                table.unknown |= dict.fromkeys(self._heads(rule, start, Truth.UNKNOWN))

    def _heads(self, rule: _Rule, start: Valuation, least: Truth) -> list[Row]:
        found = self._valuations(rule.body, start, _vars(rule.head.args), least)
        return [_canonical(_row(rule.head.args, valuation)) for valuation in found]

    # Atoms

    def _atom(self, pred: Pred, row: Row) -> Truth:
        table = self._tables[pred]
        if row in table.true:
            return Truth.TRUE
        if pred.negative and self._atom(pred.opposite, row) is Truth.UNKNOWN:
            return Truth.UNKNOWN
        if pred in self._abducible:
            return Truth.FALSE if self._is_excluded(pred, row) else Truth.UNKNOWN
        return Truth.UNKNOWN if self._is_possible(pred, row) else Truth.FALSE

    def _is_excluded(self, pred: Pred, row: Row) -> bool:
        """Whether an abducible atom that is not true is false."""
        return (
            self._closed_world
            or row in self._tables[pred.opposite].true
            or (*row[:1], Atom(pred.name)) in self._tables[COMPLETE].true
            or self._tables[pred].has_other_value(row)
        )

    def _is_possible(self, pred: Pred, row: Row) -> bool:
        """Whether the rules of a closed predicate, or of a strong negation, leave an atom that is not true unknown."""
        table = self._tables[pred]
        listed = all(isinstance(value, int) or value in self.domain for value in row)
        if row not in table.unknown and row not in table.asked and table.rules and not listed:
            table.asked[row] = None
            if pred not in self._active:
                self._until_stable(self._component[pred], self._find_asked)
        return row in table.unknown

    # Valuations of bodies

    def _valuations(
        self, body: tuple[_Conjunction, ...], start: Valuation, wanted: frozenset[Var], least: Truth
    ) -> Iterator[Valuation]:
        """The valuations of wanted variables, from a start, for which some others give the body at least some truth."""
        for conjunction in body:
            yield from self._conjunction(conjunction, start, wanted, least)

    def _conjunction(
        self, goals: _Conjunction, start: Valuation, wanted: frozenset[Var], least: Truth
    ) -> Iterator[Valuation]:
        if not goals:
            yield from self._spread(wanted - start.keys(), start, ())
            return
        computable = _NO_VARS.union(*(goal.gives for goal in goals))
        first = min(goals, key=lambda goal: self._rank(goal, start, computable))
        rest = tuple(goal for goal in goals if goal is not first)
        needed = wanted.union(*(goal.vars for goal in rest))
        met: set[frozenset[tuple[Var, Value]]] = set()
        answered: set[frozenset[tuple[Var, Value]]] = set()
        for valuation in self._literal(first, start, rest, least):
            needs = {var: value for var, value in valuation.items() if var in needed}
            key = frozenset(needs.items())
            answer = frozenset(item for item in key if item[0] in wanted)
            if key in met or answer in answered:
                continue
            met.add(key)
            for further in self._conjunction(rest, needs, wanted, least):
                yield further
                if len(answer) == len(wanted):
                    answered.add(answer)
                    break

    def _rank(self, goal: _Goal, valuation: Valuation, computable: frozenset[Var]) -> tuple[int, int]:
        """What to evaluate first: what is bound, what computes, what has few rows, what leaves others to compute."""
        unbound = goal.vars - valuation.keys()
        if not unbound:
            return 0, 2 if goal.inside else isinstance(goal.literal, AtomF)
        if len(unbound) == 1 and unbound <= goal.gives:
            return 1, 0
        if isinstance(goal.literal, AtomF):
            return 3 if self._is_open(goal.literal.pred) else 2, len(unbound & computable)
        return 4, len(unbound & computable)

    def _is_open(self, pred: Pred) -> bool:
        return pred.positive in self._abducible and not self._closed_world

    def _literal(self, goal: _Goal, valuation: Valuation, rest: _Conjunction, least: Truth) -> Iterator[Valuation]:
        """The extensions of a valuation that give a goal at least some truth; `rest` are the goals to come."""
        unbound = goal.vars - valuation.keys()
        if len(unbound) == 1 and unbound <= goal.gives:
            computed = self._computed(goal, valuation)
            if computed is not None:
                yield from (valuation | dict.fromkeys(unbound, value) for value in computed)
            elif least is not Truth.TRUE:
                yield valuation
            return
        if isinstance(goal.literal, AtomF):
            found = self._instances_of(goal.literal, valuation, rest, least)
        else:
            found = itertools.chain(self._spread(unbound, valuation, rest), self._documented(goal, valuation))
        yield from (each for each in found if self._truth(goal, each) >= least)

    def _documented(self, goal: _Goal, valuation: Valuation) -> Iterator[Valuation]:
        """The extensions of a valuation for which the goal inside `documented` is true, computed constants among them."""
        if isinstance(goal.literal, Documented):
            start = {var: valuation[var] for var in goal.shared if var in valuation}
            for found in self._valuations(goal.inside, start, frozenset(goal.shared), Truth.TRUE):
                if _is_constant(tuple(value for var, value in found.items() if var not in valuation)):
                    yield valuation | {var: found[var] for var in goal.shared}

    def _instances_of(self, atom: AtomF, valuation: Valuation, rest: _Conjunction, least: Truth) -> Iterable[Valuation]:
        """Valuations of the atom's variables: all that can give it the truth that is asked for, and others."""
        unbound = _vars(atom.args) - valuation.keys()
        if not unbound:
            return [valuation]
        table = self._tables[atom.pred]
        rows = [*table.true, *table.unknown, *(self._tables[atom.pred.positive].unknown if atom.pred.negative else ())]
        found = [each for row in rows for each in _instances(atom.args, row, valuation, {})]
        if least is not Truth.TRUE and (self._is_open(atom.pred) or self._is_about_computed(atom, valuation)):
            found += self._spread(unbound, valuation, rest)
        return {_row(atom.args, each): each for each in found}.values()

    def _is_about_computed(self, atom: AtomF, valuation: Valuation) -> bool:
        """Whether an atom has a computed constant in it, so that rules may leave more of it unknown than rows list."""
        given = (valuation.get(arg) if isinstance(arg, Var) else arg for arg in atom.args)
        return any(value is not None and not isinstance(value, int) and value not in self.domain for value in given)

    def _spread(self, unbound: frozenset[Var], valuation: Valuation, rest: _Conjunction) -> Iterator[Valuation]:
        """The valuations of variables that nothing limits; `rest` are the goals to come."""
        if not unbound:
            yield valuation
            return
        var = min(unbound, key=lambda each: each.name)
        for value in dict.fromkeys([*self.domain, *self._listed(var, rest), *_individuals(valuation)]):
            yield from self._spread(unbound - {var}, valuation | {var: value}, rest)

    def _listed(self, var: Var, goals: _Conjunction) -> Iterator[Const]:
        """The constants that the goals' predicates list in the places where the goals have a variable."""
        for atom in (goal.literal for goal in goals if isinstance(goal.literal, AtomF)):
            table = self._tables[atom.pred]
            for (place, arg), row in itertools.product(enumerate(atom.args), (*table.true, *table.unknown)):
                value = row[place]
                if arg == var and not isinstance(value, int):
                    yield value

    # Literals

    def _truth(self, goal: _Goal, valuation: Valuation) -> Truth:
        """The truth value of a goal whose variables have values."""
        literal = goal.literal
        match literal:
            case AtomF(pred, args):
                return self._atom(pred, _canonical(_row(args, valuation)))
            case Not():
                return max(self._witnesses(goal, valuation).values(), default=Truth.FALSE).negated
            case Documented():
                return Truth.of(Truth.TRUE in self._witnesses(goal, valuation).values())
            case Count():
                return self._count(goal, literal, valuation)
            case Compare("is", left, _):
                return self._equals(goal, valuation, left)
            case Aggregate(result=result):
                return self._equals(goal, valuation, result)
            case Compare():
                return _comparison(literal, valuation)
            case Builtin(name, args):
                return _builtin(name, _row(args, valuation))
            case Member(item, items):
                return Truth.of(_row((item,), valuation)[0] in items)

    def _equals(self, goal: _Goal, valuation: Valuation, given: object) -> Truth:
        computed = self._computed(goal, valuation)
        value = valuation[given] if isinstance(given, Var) else given
        return Truth.UNKNOWN if computed is None else Truth.of(value in computed)

    def _computed(self, goal: _Goal, valuation: Valuation) -> Collection[Value] | None:
        """The values that a goal computes for its one variable without a value; None if that may be any."""
        match goal.literal:
            case Compare("is", _, right):
                numbers = _constant_binding(right, valuation)
                return None if numbers is None else _as_collection(calculate(right, numbers))
            case Compare():
                given = (term for term in literal_terms(goal.literal) if term not in goal.vars or term in valuation)
                return _row(given, valuation)
            case Builtin(name, args):
                inputs = _row(args[:-1], valuation)
                return _few(BUILTINS[name].results(inputs)) if _is_constant(inputs) else None
            case Member(_, items):
                return items
            case Aggregate() as aggregate:
                return self._aggregate(goal, aggregate, valuation)
            case _:
                raise AssertionError(f"{goal.literal} computes nothing")

    def _rows(
        self, terms: tuple[Term, ...], body: tuple[_Conjunction, ...], start: Valuation, wanted: frozenset[Var]
    ) -> dict[Row, Truth]:
        """The rows that the terms, of wanted variables, make where the body is not false, and how true it is there."""
        found: dict[Row, Truth] = {}
        for least in (Truth.TRUE, Truth.UNKNOWN):
            for valuation in self._valuations(body, start, wanted, least):
                found.setdefault(_row(terms, valuation), least)
        return found

    def _witnesses(self, goal: _Goal, valuation: Valuation) -> dict[Row, Truth]:
        """The rows of the terms that a count or an aggregate is about, and how true; of other goals, the empty row."""
        key = goal, _row(goal.shared, valuation)
        if key in self._remembered:
            return self._remembered[key]
        terms = _witness(goal.literal) if isinstance(goal.literal, Count | Aggregate) else ()
        wanted = _vars((*goal.shared, *terms)) if terms else _NO_VARS
        found = self._rows(terms, goal.inside, dict(zip(goal.shared, key[1], strict=True)), wanted)
        if goal.preds.isdisjoint(self._active):
            self._remembered[key] = found
        return found

    def _count(self, goal: _Goal, literal: Count, valuation: Valuation) -> Truth:
        (bound,) = _row((literal.bound,), valuation)
        if isinstance(bound, int):
            return Truth.UNKNOWN
        if not isinstance(bound, Int):
            return Truth.FALSE
        if literal.op == "at_least":
            return self._at_least(bound.value, goal, valuation)
        return self._at_least(bound.value + 1, goal, valuation).negated

    def _at_least(self, bound: int, goal: _Goal, valuation: Valuation) -> Truth:
        witnesses = self._witnesses(goal, valuation)
        known = _row(goal.shared, valuation)
        unlimited = any(isinstance(value, int) and value not in known for row in witnesses for value in row)
        if sum(truth is Truth.TRUE for truth in witnesses.values()) >= bound:
            return Truth.TRUE
        return Truth.UNKNOWN if unlimited or len(witnesses) >= bound else Truth.FALSE

    def _aggregate(self, goal: _Goal, literal: Aggregate, valuation: Valuation) -> Collection[Value] | None:
        witnesses = self._witnesses(goal, valuation)
        if Truth.UNKNOWN in witnesses.values():
            return None
        values = tuple(row[-1] for row in witnesses)
        if literal.op == "count":
            return [Int(len(witnesses))]
        if not _is_constant(values):
            return None
        match literal.op:
            case "sum":
                return _as_collection(sum_numbers(values))
            case "max":
                return _as_collection(max(values, key=order_key, default=None))
            case _:
                return _as_collection(min(values, key=order_key, default=None))


def _domain(program: Program, goal: Body) -> dict[Const, None]:
    """The constants of program and goal."""
    heads = (arg for clause in program.clauses for arg in clause.head.args)
    bodies = (term for body in (*(clause.body for clause in program.clauses), goal) for term in body_terms(body))
    return {term: None for term in itertools.chain(heads, bodies) if not isinstance(term, Var)}


def _as_collection(value: Const | None) -> Collection[Const]:
    return () if value is None else (value,)


def _few(values: Iterator[Const]) -> Collection[Const]:
    few = tuple(itertools.islice(values, MOST_VALUES + 1))
    if len(few) > MOST_VALUES:
        raise EndlessEvaluationError("between/3")
    return few


def _constant_binding(expr: Expr, valuation: Valuation) -> dict[Var, Const] | None:
    """The constants that an expression's variables have, or None if one of them is an individual."""
    binding: dict[Var, Const] = {}
    for var in variables(expr_terms(expr)):
        value = valuation[var]
        if isinstance(value, int):
            return None
        binding[var] = value
    return binding


def _builtin(name: str, row: Row) -> Truth:
    if _is_constant(row):
        return Truth.of(BUILTINS[name].holds(row))
    return Truth.FALSE if _is_constant(row[:-1]) else Truth.UNKNOWN


def _comparison(literal: Compare, valuation: Valuation) -> Truth:
    op, left, right = literal.op, literal.left, literal.right
    if not isinstance(left, Op) and not isinstance(right, Op):
        first, second = _row((left, right), valuation)
        if op in _IDENTITY:
            return Truth.of((first == second) == (op in _EQUALITY))
        if isinstance(first, int) or isinstance(second, int):
            return Truth.UNKNOWN
        return Truth.of(compare(op, first, second))
    binding = _constant_binding(Op(op, (left, right)), valuation)
    if binding is None:
        return Truth.UNKNOWN
    numbers = calculate(left, binding), calculate(right, binding)
    return Truth.of(numbers[0] is not None and numbers[1] is not None and compare(op, numbers[0], numbers[1]))
