"""The truth of goals, worked out a second time for the proof checker: it shares no code with the engine.

Goal-directed and tabled (explain/verify/tables.py). Each predicate has two readings: the rows that are certain, and
those that are possible. As no clause names an individual, a fresh one stands for all: a variable that nothing limits
tries only the individuals around it, a fresh one, and the constants that some goal about it lists.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import get_args

from msgspec import Struct, field

from explain.verify.program import (
    Binding,
    Conjunction,
    Constants,
    Goal,
    Pattern,
    Row,
    Rule,
    Rulebook,
    Value,
    canonical,
    constants,
    individuals,
    is_closed,
    is_constant,
    is_new,
    matched,
    pattern_under,
    settled_by,
    values_of,
)
from explain.verify.tables import Tables
from kb import clock
from kb.language.builtins import BUILTINS, NUMERIC_COMPARISONS, Number, calculate, compare, sum_numbers
from kb.language.declarations import declarations_of
from kb.language.definitions import Definitions
from kb.language.program import Program
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Builtin,
    Clause,
    Compare,
    Count,
    Documented,
    Expr,
    Member,
    Not,
    Op,
    Or,
    Pred,
    VocabularyDecl,
)
from kb.language.terms import Const, Int, Term, Var, order_key
from kb.language.traversal import expr_terms, variables
from kb.language.truth import Truth
from kb.normalization import Names

MOST_STEPS = 3_000_000
MOST_VALUES = 5_000
EQUALITIES = {"=": True, "==": True, "\\=": False, "\\==": False}
_READINGS = ((False, Truth.TRUE), (True, Truth.UNKNOWN))
"""What is true where something is found for certain, and where it is possible."""
ARITHMETIC = NUMERIC_COMPARISONS | {"is"}
KINDS_OF_CONSTANTS: tuple[type[Const], ...] = get_args(Const)


class EndlessCheckError(Exception):
    """Raised where a check takes more steps than are allowed."""


class Budget(Struct):
    """The steps that one check may still take: those of all its evaluators, and of comparing what it is given."""

    left: int = MOST_STEPS

    def spend(self, steps: int = 1) -> None:
        """Takes steps. Raises `EndlessCheckError` if there are no more."""
        self.left -= steps
        if self.left < 0:
            raise EndlessCheckError


def rulebook(program: Program, today: datetime.date | None = None, known_hash: str | None = None) -> Rulebook:
    """A program ready to look up on some day, with its vocabularies, whose predicates are stated by facts or concluded by rules."""
    declarations, day = declarations_of(program), today or clock.today()

    def rows(pred: Pred) -> Iterable[tuple[Const, ...]]:
        if not any(rule.head.pred == pred for rule in program.rules):
            stated = ((fact.head.args, constants(fact.head.args)) for fact in program.facts.of(pred))
            return [row for args, row in stated if len(row) == len(args)]
        plain = Program(tuple(item for item in program.items if not isinstance(item, VocabularyDecl)))
        own = declarations_of(plain)
        book = Rulebook(plain, Names(own, lambda _: (), (), Definitions.of(plain, own)), day)
        return filter(is_constant, Evaluator(book, ()).rows(pred, (None,) * pred.arity, False))

    return Rulebook(
        program, Names(declarations, rows, program.rules, Definitions.of(program, declarations)), day, known_hash
    )


class Evaluator:
    """Truth over one program and the facts stated beside it.

    `asked` are the constants of the question. `base` is the evaluator of the case, beside whose facts those of this one are tried
    (`beside`), `limited_to` the only facts that are possible beside those of the case (`limited`). What one may take, it takes of the
    same `budget` as those that are made from it.
    """

    def __init__(
        self,
        book: Rulebook,
        facts: tuple[Clause, ...],
        closed_world: bool = False,
        asked: frozenset[Const] = frozenset(),
        base: Evaluator | None = None,
        budget: Budget | None = None,
        limited_to: tuple[AtomF, ...] | None = None,
    ) -> None:
        self.book, self.facts, self.closed_world, self.asked = book, facts, closed_world, asked
        self.base, self.limited_to = base, limited_to
        self.budget = Budget() if budget is None else budget
        if base is None:  # what is tried beside a case is made of constants that are meant
            read = book.names.read(facts, closed_world=closed_world)
            self.facts, self.closed_world = read.facts, read.closed_world
        below = None if base is None else base.tables
        self.tables: Tables = Tables(book, self.facts, self.closed_world, self._concluded, below, limited_to)
        self._counts: dict[tuple[Goal, Row, bool], dict[Row, Truth]] = {}
        self._literals: dict[tuple[Goal, frozenset[tuple[Var, Value]]], Truth] = {}
        self._domain: dict[tuple[type[Const], ...], frozenset[Const]] = {}

    def beside(self, facts: tuple[Clause, ...]) -> Evaluator:
        """An evaluator that tries facts beside those of this one, and shares with it and with others that are made from
        it all that these facts do not bear on. Their constants are to be among those `asked` of this one."""
        return Evaluator(self.book, facts, self.closed_world, self.asked, self, self.budget)

    def limited(self, facts: tuple[AtomF, ...]) -> Evaluator:
        """An evaluator to which no more is possible than what some of these facts make true: where a goal that does not depend on
        `documented` is not possible to it, no choice among them makes it true. They are not known to this one."""
        return Evaluator(self.book, (), self.closed_world, self.asked, self, self.budget, facts)

    # What the checker asks

    def truth(self, body: Sequence[Conjunction], binding: Binding) -> Truth:
        """How true it is that one of some conjunctions holds; variables without a value are read as `there is`."""
        for possible, truth in _READINGS:
            for goals in body:
                for _ in self.solve(goals, binding, possible):
                    return truth
        return Truth.FALSE

    def literal(self, goal: Goal, binding: Binding) -> Truth:
        """How true a literal is when its visible variables have these values, and no others have any."""
        key = goal, frozenset(binding.items())
        if key not in self._literals:
            self._literals[key] = self.truth(((goal,),), binding)
        return self._literals[key]

    def atom(self, pred: Pred, pattern: Pattern) -> Truth:
        """How true an atom is; None stands for `there is`."""
        for possible, truth in _READINGS:
            if self.tables.holds(pred, pattern, possible):
                return truth
        return Truth.FALSE

    def rows(self, pred: Pred, pattern: Pattern, possible: bool) -> Iterable[Row]:
        """The certain, or possible, rows of a predicate that fit a pattern, in which None fits everything."""
        return self.tables.rows(pred, pattern, possible)

    def unknown(self, pred: Pred, values: Sequence[Sequence[Const]]) -> Iterator[Constants]:
        """The rows over some values of each argument that are neither true nor false, in their order. Of an open predicate most are
        alike, and not looked at one by one."""
        pattern = tuple(each[0] if len(each) == 1 else None for each in values)
        if not self.book.is_open(pred) or pred.negative or self.book.has_keys_beside(pred, pattern):
            yield from (row for row in product(*values) if self.atom(pred, row) is Truth.UNKNOWN)
        elif not self.tables.is_excluded(pred, pattern):
            known = {row for each in (pred, pred.opposite) for row in self.rows(each, pattern, False)}
            yield from (row for row in product(*values) if row not in known)

    def clauses_of(self, pred: Pred, args: Pattern) -> list[Clause]:
        """Where an atom is stated."""
        if not is_constant(args):
            return []
        sources = (self.book.stated, self.tables.stated)
        return [clause for stated in sources for clause in stated.get(pred, {}).get(args, ())]

    def facts_below(self, pred: Pred) -> list[AtomF]:
        """The stated facts that a predicate may rest on."""
        preds = (pred, *self.book.reach[pred])
        sources = (self.book.stated, self.tables.stated)
        return [AtomF(each, row) for each in preds for stated in sources for row in stated.get(each, ())]

    def conflicts(self, pred: Pred) -> set[Pattern]:
        """The rows of a predicate that hold together with its strong negation, and the keys that have two values, with None
        for the values."""
        free = (None,) * pred.arity
        rows: set[Pattern] = set(self.rows(pred, free, False))
        found = rows.intersection(self.rows(pred.opposite, free, False))
        declared = self.book.declarations.functional.get(pred)
        if declared is not None:
            keys = Counter(
                tuple(value if is_key else None for value, is_key in zip(row, declared.keys, strict=True))
                for row in rows
            )
            found.update(key for key, number in keys.items() if number > 1)
        return found

    def witnesses(self, goal: Goal, binding: Binding) -> dict[Row, Truth]:
        """The rows of what a count or an aggregate is about that are not false, with their truth; an individual below
        0 stands for any that nothing outside mentions."""
        return self._counted(goal, tuple(binding[var] for var in goal.shared), True)

    # Bodies

    def solve(self, goals: Conjunction, binding: Binding, possible: bool) -> Iterator[Binding]:
        """The extensions of a binding under which all goals are certain, or possible."""
        return self._follow(plan_of(self.book, goals, binding), binding, possible)

    def _follow(self, plan: Plan, binding: Binding, possible: bool) -> Iterator[Binding]:
        while plan.goals:
            self.budget.spend()
            goal = plan.goal
            if goal is None:
                yield from self._branch(plan, binding, possible)
                return
            if plan.unbound is None:
                if not self._holds(goal, binding, possible):
                    return
                plan = plan.rest
                continue
            values = self._computed(goal, binding)
            if values is None and possible:
                yield from self._follow(plan.after(goal), binding, possible)
            for value in values or ():
                yield from self._follow(plan.rest, {**binding, plan.unbound: value}, possible)
            return
        yield binding

    def _is_solved(self, plans: Iterable[Plan], binding: Binding, possible: bool) -> bool:
        """Whether the goals of one of some plans are certain, or possible, with something for their other variables."""
        for plan in plans:
            for _ in self._follow(plan, binding, possible):
                return True
        return False

    def _branch(self, plan: Plan, binding: Binding, possible: bool) -> Iterator[Binding]:
        """Binds the variables of an atom by its rows; where its rows are open, one variable by what it can be."""
        spread: Var | None = None
        for call in plan.calls:
            rows = self.tables.rows(call.atom.pred, pattern_under(call.atom.args, binding), possible)
            wild = call.open_to(rows)
            if wild is None:
                rest = plan.after(call.goal, call.goal.vars)
                for row in rows:
                    if not call.repeated or call.fits(row):
                        extended = binding.copy()
                        for place, var in call.free:
                            extended[var] = row[place]
                        yield from self._follow(rest, extended, possible)
                return
            spread = spread or wild
        if spread is None and plan.choice is not None:
            for found in self._alternatives(plan.choice, plan, binding, possible):
                yield from self._follow(plan.after(plan.choice, frozenset(found)), {**binding, **found}, possible)
            return
        spread = spread or plan.spread
        assert spread is not None
        rest = plan.after(None, frozenset((spread,)))
        for value in self._candidates(spread, plan.goals + plan.beside, binding, possible):
            yield from self._follow(rest, {**binding, spread: value}, possible)

    def _alternatives(self, choice: Goal, plan: Plan, binding: Binding, possible: bool) -> Iterator[Binding]:
        """What the variables that a disjunction shares are where it holds, each once however many alternatives say it; of
        `documented`, where it is certain."""
        possible = possible and not isinstance(choice.literal, Documented)
        others = tuple(goal for goal in plan.goals + plan.beside if goal is not choice)
        seen: set[frozenset[tuple[Var, Value]]] = set()
        for goals in choice.inside:
            for one in self._follow(plan_of(self.book, goals, binding, others), binding, possible):
                found = {var: one[var] for var in choice.vars if var in one and var not in binding}
                if frozenset(found.items()) not in seen:
                    seen.add(frozenset(found.items()))
                    yield found

    def _candidates(self, var: Var, goals: Conjunction, binding: Binding, possible: bool) -> Iterable[Value]:
        """What a variable is to be tried as: the individuals around it and a fresh one, of which most is possible, then the
        constants that goals about it list, of the kinds that all tests of it take."""
        about = [goal for goal in goals if var in goal.vars]
        kinds = kinds_taken(var, about)
        found: dict[Value, None] = dict.fromkeys(individuals(binding.values()))
        for goal in about:
            if isinstance(goal.literal, AtomF):
                args = goal.literal.args
                for row in self.rows(goal.literal.pred, pattern_under(args, binding), possible):
                    for arg, each in zip(args, row, strict=True):
                        if arg == var and isinstance(each, kinds):
                            found[each] = None
            elif goal.inside or goal.gives or (isinstance(goal.literal, Compare) and goal.literal.op in EQUALITIES):
                found |= dict.fromkeys(self._constants(kinds))
        return found

    def _constants(self, kinds: tuple[type[Const], ...] = KINDS_OF_CONSTANTS) -> frozenset[Const]:
        """The constants of some kinds that the program, the facts and the question mention."""
        if kinds not in self._domain:
            mentioned = self.asked.union(*(constants(clause.head.args) for clause in self.facts))
            around = self.book.constants_of_kinds(kinds) if self.base is None else self.base._constants(kinds)
            self._domain[kinds] = around.union(each for each in mentioned if isinstance(each, kinds))
        return self._domain[kinds]

    def _spread(self, terms: tuple[Term, ...], binding: Binding) -> Iterator[Row]:
        """The rows that terms make; one that nothing limits is each individual around it, or a fresh one."""
        for term in terms:
            if isinstance(term, Var) and term not in binding:
                for value in individuals(binding.values()):
                    yield from self._spread(terms, {**binding, term: value})
                return
        yield values_of(terms, binding)

    def heads(self, head: AtomF, goals: Conjunction, binding: Binding, possible: bool) -> Iterator[Row]:
        """The instances of a head for which goals are certain, or possible, under a binding."""
        for found in self.solve(goals, binding, possible):
            yield from self._spread(head.args, found)

    def _concluded(self, rule: Rule, pattern: Pattern, possible: bool) -> Iterator[Row]:
        """The rows that a rule concludes for a call."""
        start = matched(rule.head.args, pattern, Binding())
        if start is None:
            return
        if is_closed(pattern):  # it is the row, whatever the other variables are
            for _ in self._follow(plan_called(self.book, rule), start, possible):
                yield pattern
            return
        for row in self.heads(rule.head, rule.body, start, possible):
            yield canonical(row, pattern)

    # Literals

    def _holds(self, goal: Goal, binding: Binding, possible: bool) -> bool:
        """Whether a goal whose variables have values is certain, or possible."""
        literal = goal.literal
        if isinstance(literal, AtomF):
            return self.tables.holds(literal.pred, values_of(literal.args, binding), possible)
        match literal:
            case Not():
                return not self._is_inside(goal, binding, not possible)
            case Or():
                return self._is_inside(goal, binding, possible)
            case Documented():
                return self._is_inside(goal, binding, False)
            case Count(op, bound, _, _):
                (limit,) = values_of((bound,), binding)
                if not isinstance(limit, Int):
                    return possible and isinstance(limit, int)
                if op == "at_least":
                    return self._reaches(goal, binding, limit.value, possible)
                return not self._reaches(goal, binding, limit.value + 1, not possible)
            case Compare("is", left, _):
                return self._gives(goal, binding, left, possible)
            case Aggregate(result=result):
                return self._gives(goal, binding, result, possible)
            case Compare() as comparison:
                return compares(comparison, binding, possible)
            case Builtin(name, args):
                return built_in(name, values_of(args, binding), possible)
            case Member(item, items):
                return values_of((item,), binding)[0] in items

    def _is_inside(self, goal: Goal, binding: Binding, possible: bool) -> bool:
        """Whether one of the conjunctions inside a goal is certain, or possible, of the variables that it shares."""
        return self._is_solved(plans_inside(self.book, goal), {var: binding[var] for var in goal.shared}, possible)

    def _counted(self, goal: Goal, known: Row, possible: bool) -> dict[Row, Truth]:
        """The rows of a count or an aggregate that are certain, or those that are possible too, with their truth."""
        key = goal, known, possible
        if key in self._counts:
            return self._counts[key]
        start: Binding = dict(zip(goal.shared, known, strict=True))
        found = dict(self._counted(goal, known, False)) if possible else {}
        for plan in plans_inside(self.book, goal):
            for one in self._follow(plan, start, possible):
                for row in self._spread(goal.terms, one):
                    found.setdefault(canonical(row, known), Truth.UNKNOWN if possible else Truth.TRUE)
        if self.tables.is_settled:
            self._counts[key] = found
        return found

    def _reaches(self, goal: Goal, binding: Binding, bound: int, possible: bool) -> bool:
        known = tuple([binding[var] for var in goal.shared])
        if len(self._counted(goal, known, False)) >= bound:
            return True
        if not possible:
            return False
        rows = self._counted(goal, known, True)
        return len(rows) >= bound or any(is_new(value) for row in rows for value in row)

    def _gives(self, goal: Goal, binding: Binding, given: Expr, possible: bool) -> bool:
        values = self._computed(goal, binding)
        assert not isinstance(given, Op)
        return possible if values is None else values_of((given,), binding)[0] in values

    def _computed(self, goal: Goal, binding: Binding) -> tuple[Value, ...] | None:
        """The values that a goal gives its one variable without a value; None if that may be anything."""
        match goal.literal:
            case Compare("is", _, right):
                numbers = constants_in(right, binding)
                return None if numbers is None else some(calculate(right, numbers))
            case Compare(_, left, right):
                known = [side for side in (left, right) if not isinstance(side, Var | Op) or side in binding]
                return values_of([side for side in known if not isinstance(side, Op)], binding)
            case Builtin(name, args):
                return results(name, values_of(args[:-1], binding))
            case Member(_, items):
                return items
            case Aggregate() as aggregate:
                return aggregated(aggregate, self.witnesses(goal, binding))
            case _:
                raise AssertionError("nothing else computes")


class Call(Struct, frozen=True, eq=False):
    """An atom that is called when some variables are bound: the places of the others, and which of these repeat one."""

    goal: Goal
    atom: AtomF
    free: tuple[tuple[int, Var], ...]
    repeated: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, goal: Goal, atom: AtomF, bound: frozenset[Var]) -> Call:
        """The call of an atom, which is a goal's literal."""
        first: dict[Var, int] = {}
        places = [(place, arg) for place, arg in enumerate(atom.args) if isinstance(arg, Var) and arg not in bound]
        repeated = tuple((first[var], place) for place, var in places if first.setdefault(var, place) != place)
        return cls(goal, atom, tuple(places), repeated)

    def fits(self, row: Row) -> bool:
        """Whether a row that fits the pattern of the call has one value for each variable."""
        return all(row[first] == row[place] for first, place in self.repeated)

    def open_to(self, rows: Iterable[Row]) -> Var | None:
        """The first variable without a value that may be any individual in some row."""
        for place, var in self.free:
            for row in rows:
                if is_new(row[place]):
                    return var
        return None


class Plan(Struct, eq=False):
    """What is next for some goals when some of their variables are bound.

    `goal` is tested or, with `unbound`, computes that variable. If there is none, `calls` are tried for one whose rows
    bind its variables, closed ones and those with most arguments known first; `spread` is the variable to try values
    for where there are no atoms.
    """

    book: Rulebook
    goals: Conjunction
    bound: frozenset[Var]
    beside: Conjunction = ()
    """Goals that are met elsewhere, and are about the same variables: those beside a disjunction that these are inside of."""
    goal: Goal | None = None
    unbound: Var | None = None
    calls: tuple[Call, ...] = ()
    choice: Goal | None = None
    """A disjunction, or a goal of `documented`, to open where there are no atoms."""
    spread: Var | None = None
    _rest: Plan | None = None
    _after: dict[tuple[Goal | None, frozenset[Var]], Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chosen = _ready(self.goals, self.bound)
        if chosen is not None:
            self.goal, self.unbound = chosen
            return
        atoms = [(goal, goal.literal) for goal in self.goals if isinstance(goal.literal, AtomF)]
        atoms.sort(key=lambda each: self._cost(each[1]))
        self.calls = tuple(Call.of(*each, self.bound) for each in atoms)
        choices = [goal for goal in self.goals if isinstance(goal.literal, Or | Documented)]
        settled = [each for each in choices if self._is_settled(each)]
        self.choice = next((each for each in settled if isinstance(each.literal, Documented)), None)
        if self.choice is not None:  # its rows are certain
            self.calls = ()
            return
        self.choice = next(iter((*settled, *choices)), None)
        free = (sorted(goal.vars - self.bound, key=lambda var: var.name) for goal in self.goals)
        self.spread = next((var for each in free for var in each), None)

    def _is_settled(self, choice: Goal) -> bool:
        return all(choice.vars <= settled_by(goals, self.bound) for goals in choice.inside)

    def _cost(self, atom: AtomF) -> tuple[bool, bool]:
        is_called_free = all(isinstance(arg, Var) and arg not in self.bound for arg in atom.args)
        return self.book.is_open(atom.pred), is_called_free

    @property
    def rest(self) -> Plan:
        """The plan when its goal holds, and its variables have values."""
        if self._rest is None:
            assert self.goal is not None
            self._rest = self.after(self.goal, self.goal.vars)
        return self._rest

    def after(self, goal: Goal | None, more: frozenset[Var] = frozenset()) -> Plan:
        """The plan without a goal, with more variables bound."""
        key = goal, more
        found = self._after.get(key)
        if found is None:
            rest = self.goals if goal is None else tuple(each for each in self.goals if each is not goal)
            found = self._after[key] = plan_of(self.book, rest, self.bound | more, self.beside)
        return found


def plan_of(book: Rulebook, goals: Conjunction, bound: Iterable[Var], beside: Conjunction = ()) -> Plan:
    """The plan for goals when some variables are bound."""
    if not goals:
        return Plan(book, goals, frozenset())
    known = frozenset(bound)
    plans = goals[0].plans
    found = plans.get((goals, known, beside))
    if not isinstance(found, Plan):
        found = plans[goals, known, beside] = Plan(book, goals, known, beside)
    return found


def plans_inside(book: Rulebook, goal: Goal) -> Sequence[Plan]:
    """The plans for the conjunctions inside a goal when the variables that it shares have values."""
    found = goal.plans.get(None)
    if not isinstance(found, tuple):
        found = goal.plans[None] = tuple(plan_of(book, goals, goal.shared) for goals in goal.inside)
    return found


def plan_called(book: Rulebook, rule: Rule) -> Plan:
    """The plan for the body of a rule when the variables of its head have values."""
    found = rule.plans.get(None)
    if not isinstance(found, Plan):
        found = rule.plans[None] = plan_of(book, rule.body, variables(rule.head.args))
    return found


def _ready(goals: Conjunction, bound: frozenset[Var]) -> tuple[Goal, Var | None] | None:
    """A goal without unbound variables, simple ones first; else one that computes its only unbound variable."""
    found: tuple[Goal, Var | None] | None = None
    for goal in goals:
        unbound = goal.vars - bound
        if not unbound:
            if not goal.inside:
                return goal, None
            found = found or (goal, None)
        elif found is None and goal.gives and len(unbound) == 1 and unbound <= goal.gives:
            found = (goal, next(iter(unbound)))
    return found


# What literals compute


def kinds_taken(var: Var, goals: Iterable[Goal]) -> tuple[type[Const], ...]:
    """The kinds of the constants that a variable can be where goals hold: others fail the built-ins and the arithmetic among them."""
    kinds = KINDS_OF_CONSTANTS
    for goal in goals:
        match goal.literal:
            case Builtin(name, args):
                for arg, taken in zip(args, BUILTINS[name].arguments, strict=True):
                    if arg == var:
                        kinds = tuple([kind for kind in kinds if kind is taken.kind])
            case Compare(op) if op in ARITHMETIC:
                kinds = tuple([kind for kind in kinds if kind in get_args(Number)])
            case _:
                pass
    return kinds


def some(value: Const | None) -> tuple[Const, ...]:
    """The value, if there is one."""
    return () if value is None else (value,)


def constants_in(expr: Expr, binding: Binding) -> dict[Var, Const] | None:
    """The values of an expression's variables, or None if one is an individual."""
    found: dict[Var, Const] = {}
    for term in expr_terms(expr):
        if isinstance(term, Var):
            value = binding[term]
            if isinstance(value, int):
                return None
            found[term] = value
    return found


def compares(comparison: Compare, binding: Binding, possible: bool) -> bool:
    """Whether a comparison is certain, or possible; individuals are compared by identity alone."""
    op, left, right = comparison.op, comparison.left, comparison.right
    if isinstance(left, Op) or isinstance(right, Op):
        known = constants_in(Op(op, (left, right)), binding)
        if known is None:
            return possible
        values = calculate(left, known), calculate(right, known)
        return values[0] is not None and values[1] is not None and compare(op, values[0], values[1])
    first, second = values_of((left, right), binding)
    if op in EQUALITIES:
        return (first == second) is EQUALITIES[op]
    return possible if isinstance(first, int) or isinstance(second, int) else compare(op, first, second)


def built_in(name: str, row: Row, possible: bool) -> bool:
    """Whether a built-in is certain, or possible, for a row."""
    if is_constant(row):
        return BUILTINS[name].holds(row)
    return possible and not is_constant(row[:-1])


def results(name: str, inputs: Row) -> tuple[Const, ...] | None:
    """The results of a built-in; None if they may be anything. Raises `EndlessCheckError` if they are too many."""
    values = tuple(islice(BUILTINS[name].results(inputs), MOST_VALUES + 1)) if is_constant(inputs) else None
    if values is not None and len(values) > MOST_VALUES:
        raise EndlessCheckError
    return values


def aggregated(aggregate: Aggregate, rows: dict[Row, Truth]) -> tuple[Value, ...] | None:
    """The value of an aggregate over rows, if it has one; None if it is open."""
    if Truth.UNKNOWN in rows.values():
        return None
    if aggregate.op == "count":
        return (Int(len(rows)),)
    values = [row[-1] for row in rows if not isinstance(row[-1], int)]
    if len(values) < len(rows):
        return None
    if aggregate.op == "sum":
        return some(sum_numbers(values))
    return some((max if aggregate.op == "max" else min)(values, key=order_key, default=None))
