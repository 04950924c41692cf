"""A program as the proof checker looks it up: rules and facts by predicate, and bodies as conjunctions of goals.

A variable of a count that no positive literal outside it binds is the count's own; a variable that occurs only inside
one negation is the negation's own. All others are visible to the clause. What they have as values are constants and
individuals: an individual that nothing names is an integer, and one below 0 is any that its surroundings do not mention.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeAlias, TypeGuard, TypeVar

from msgspec import Struct, field

from kb import clock
from kb.language.declarations import COMPLETE
from kb.language.printer import program_hash, show_clause
from kb.language.program import Program
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Conjunct,
    Count,
    Documented,
    Expr,
    Member,
    Not,
    Or,
    Pred,
)
from kb.language.terms import Const, Term, Var
from kb.language.traversal import (
    body_terms,
    body_vars,
    called,
    conjuncts,
    expr_terms,
    is_choice,
    literal_terms,
    substitute,
    variables,
    walk,
)
from kb.normalization import Names

Value: TypeAlias = Const | int
Row: TypeAlias = tuple[Value, ...]
Rows: TypeAlias = dict[Row, None]
Pattern: TypeAlias = tuple[Value | None, ...]
"""The arguments of a call; None fits everything."""
Binding: TypeAlias = dict[Var, Value]
Constants: TypeAlias = tuple[Const, ...]
Stated: TypeAlias = dict[Pred, dict[Constants, list[Clause]]]
"""The clauses of facts, by predicate and arguments."""
_Value = TypeVar("_Value")
_Node = TypeVar("_Node")


class Rule(Struct, frozen=True, eq=False):
    """A rule, its head, its text, and its body."""

    clause: Clause
    head: AtomF
    text: str
    body: Conjunction
    plans: dict[object, object] = field(default_factory=dict)
    """How its body is gone about (explain/verify/evaluator.py), kept as long as it is."""


class Predicate(Struct, frozen=True, eq=False):
    """What a program has of a predicate."""

    pred: Pred
    rules: Sequence[Rule]
    stated: Collection[Row]
    """The rows of the facts for it."""
    recursive: tuple[bool, bool]
    """Whether its certain, and its possible, rows depend on themselves."""
    is_two_valued: bool
    """Whether what is possible is certain."""
    is_open: bool


class Rulebook:
    """What a program has, ready to look up: rules and facts by predicate, rules by their text, declarations; `rulebook` in
    evaluator.py makes one. `names` are its vocabularies, `known_hash` its hash where that is known."""

    def __init__(self, program: Program, names: Names, today: datetime.date, known_hash: str | None = None) -> None:
        self.program, self.names, self.today, self._known_hash = program, names, today, known_hash
        self.declarations = names.declarations
        self.rules: dict[Pred, list[Rule]] = {}
        self.stated: Stated = {}
        self.by_text: dict[str, list[Rule]] = {}
        self.settled: dict[Pred, dict[Pattern, Rows]] = {}
        """Rows worked out that do not depend on any case, by the pattern of the call."""
        self._places: dict[tuple[Pred, int], dict[Value, list[Constants]]] = {}
        self._of_kinds: dict[tuple[type[Const], ...], frozenset[Const]] = {}
        self._of_preds: dict[frozenset[Pred], frozenset[Const]] = {}
        self._dependents: dict[Pred, frozenset[Pred]] = {}
        self._predicates: dict[Pred, Predicate] = {}
        terms: set[Term] = set()
        facts = names.meant(program.facts).beside(clock.said_of(today, self.declarations))
        for pred, stated in facts.by_predicate.items():
            by_row = self.stated[pred] = {}
            for fact in stated:
                terms.update(fact.head.args)
                by_row.setdefault(constants(fact.head.args), []).append(fact)
        for clause in map(names.resolved, program.rules):
            terms.update(clause.head.args, body_terms(clause.body))
            head = frozenset(variables(clause.head.args))
            body = conjunction(clause.body, head, head if clause.is_definition else frozenset())
            rule = Rule(clause, clause.head, show_clause(clause), body)
            self.rules.setdefault(clause.head.pred, []).append(rule)
            self.by_text.setdefault(rule.text, []).append(rule)
        self.constants = frozenset(constants(terms))
        calls = {pred: self._calls(pred) for pred in (*self.rules, *self.declarations.abducible)}
        mentioned = frozenset().union(*calls.values())
        calls |= {pred: self._calls(pred) for pred in mentioned - calls.keys()}
        self.reach = Reach.of(calls)
        """The predicates that each one with rules depends on, by one step or more."""
        three = [pred for pred in self.reach.every if pred.negative or self.is_open(pred)]
        self._three_valued = self.reach.that_reach(three).union(three)
        own = [pred for pred in self.rules if any(map(_has_documented, self.rules[pred]))]
        self._on_documented = self.reach.that_reach(own).union(own)
        needs = {(pred, possible): self._needs(pred, possible) for pred in calls for possible in (False, True)}
        self.recursive = _in_circles(needs)
        """Predicates and readings (certain, or possible) that depend on themselves."""

    def goal(self, body: Body) -> Body:
        """A goal as it is meant in the program, definitions put in."""
        meant = self.names.definitions
        return meant.goal(meant.expanded(meant.goal(body)))

    @cached_property
    def open_preds(self) -> tuple[Pred, ...]:
        """The open predicates, in the order of their names."""
        return tuple(sorted(self.declarations.abducible, key=str))

    @cached_property
    def with_keys(self) -> tuple[Pred, ...]:
        """The predicates with one value for each key, of which their first argument is one, in the order of their names."""
        own = (pred for pred, declared in self.declarations.functional.items() if declared.keys[0])
        return tuple(sorted(own, key=str))

    @cached_property
    def by_name(self) -> Mapping[str, Pred]:
        """The predicates that have a declaration of their own, by their names; of several the first in the order of these."""
        named = sorted(self.declarations.preds, key=str, reverse=True)
        return {pred.name: pred for pred in named if not pred.negative}

    @cached_property
    def hash(self) -> str:
        """A hash of what the program says, whatever the order in which it says it."""
        return self._known_hash or program_hash(self.program)

    @cached_property
    def files(self) -> frozenset[str]:
        """The files that the program is written in."""
        return frozenset([each.span.file for each in self.program.items])

    def _called(self, pred: Pred) -> set[Pred]:
        bodies = (rule.clause.body for rule in self.rules.get(pred, ()))
        return {each.pred for body in bodies for each in walk(body) if isinstance(each, AtomF)}

    def _calls(self, pred: Pred) -> frozenset[Pred]:
        found = self._called(pred)
        if pred in self.declarations.abducible:
            found |= {pred.opposite, COMPLETE}
        return frozenset(found | {each.positive for each in found} | ({pred.positive} if pred.negative else set()))

    def _needs(self, pred: Pred, possible: bool) -> frozenset[tuple[Pred, bool]]:
        """The readings that one of a predicate is worked out from; those of a rule's literals may be either."""
        if possible and self.is_open(pred) and not pred.negative:
            return frozenset({(pred, False), (pred.opposite, False), (COMPLETE, False)})
        called = frozenset((each, reading) for each in self._called(pred) for reading in (False, True))
        if possible and pred.negative:
            return called | {(pred, False), (pred.opposite, False), (pred.opposite, True)}
        return called

    def predicate(self, pred: Pred) -> Predicate:
        """What the program has of a predicate."""
        if pred not in self._predicates:
            self._predicates[pred] = Predicate(
                pred,
                self.rules.get(pred, ()),
                self.stated.get(pred, {}).keys(),
                ((pred, False) in self.recursive, (pred, True) in self.recursive),
                self.is_two_valued(pred),
                self.is_open(pred),
            )
        return self._predicates[pred]

    def dependents(self, stated: Pred) -> frozenset[Pred]:
        """The predicates that may change where facts about one are stated."""
        if stated not in self._dependents:
            both = (stated, stated.opposite)
            self._dependents[stated] = self.reach.that_reach(both).union(both)
        return self._dependents[stated]

    def has_keys_beside(self, pred: Pred, pattern: Pattern) -> bool:
        """Whether a predicate has one value for each of some keys, and a pattern does not have all of them."""
        declared = self.declarations.functional.get(pred)
        return declared is not None and any(
            is_key and value is None for is_key, value in zip(declared.keys, pattern, strict=True)
        )

    def is_two_valued(self, pred: Pred) -> bool:
        """Whether nothing that a predicate depends on is open, so that what is possible is certain."""
        return not pred.negative and pred not in self._three_valued

    def stated_with(self, pred: Pred, place: int, value: Value) -> list[Constants]:
        """The rows of the program's facts that have a value at a place."""
        if (pred, place) not in self._places:
            by_value: dict[Value, list[Constants]] = {}
            for row in self.stated.get(pred, ()):
                by_value.setdefault(row[place], []).append(row)
            self._places[pred, place] = by_value
        return self._places[pred, place].get(value, [])

    def constants_of_kinds(self, kinds: tuple[type[Const], ...]) -> frozenset[Const]:
        """The constants of some kinds that the program mentions."""
        if kinds not in self._of_kinds:
            self._of_kinds[kinds] = frozenset([each for each in self.constants if isinstance(each, kinds)])
        return self._of_kinds[kinds]

    def constants_of(self, preds: frozenset[Pred]) -> frozenset[Const]:
        """The constants of the rules and facts for some predicates."""
        if preds not in self._of_preds:
            rules = (rule for pred in preds for rule in self.rules.get(pred, ()))
            terms = (constants((*rule.head.args, *body_terms(rule.clause.body))) for rule in rules)
            rows = (row for pred in preds for row in self.stated.get(pred, ()))
            self._of_preds[preds] = frozenset(chain.from_iterable(chain(terms, rows)))
        return self._of_preds[preds]

    def asks_what_is_documented(self, pred: Pred) -> bool:
        """Whether a predicate depends on `documented`."""
        return pred in self._on_documented

    def is_open(self, pred: Pred) -> bool:
        """Whether what is not stated of a predicate, or against it, is unknown."""
        return pred.positive in self.declarations.abducible


def _has_documented(rule: Rule) -> bool:
    return any(isinstance(each, Documented) for each in walk(rule.clause.body))


class Reach(Struct, frozen=True):
    """All that predicates call, by one step or more: what each reaches as the bits of a number, so that many predicates
    take little, and sets only of those that are asked about."""

    every: Sequence[Pred]
    found: Mapping[Pred, int]

    @classmethod
    def of(cls, calls: Mapping[Pred, Iterable[Pred]]) -> Reach:
        """What predicates reach, by what they call."""
        return cls(*_closure(calls))

    def __getitem__(self, pred: Pred) -> frozenset[Pred]:
        """What a predicate reaches."""
        return frozenset(_members(self.found.get(pred, 0), self.every))

    def that_reach(self, preds: Iterable[Pred]) -> frozenset[Pred]:
        """The predicates that reach one of these."""
        wanted = set(preds)
        mask = sum(1 << place for place, each in enumerate(self.every) if each in wanted)
        return frozenset(pred for pred, bits in self.found.items() if bits & mask)


def _in_circles(calls: Mapping[_Node, Iterable[_Node]]) -> frozenset[_Node]:
    """Those that call themselves, by one step or more."""
    every, found = _closure(calls)
    return frozenset(each for number, each in enumerate(every) if found[each] >> number & 1)


def _closure(calls: Mapping[_Node, Iterable[_Node]]) -> tuple[list[_Node], dict[_Node, int]]:
    """What each one reaches, as the bits of a number, and what stands for each bit. Each is made after those that it calls
    where that is not in a circle, so that long chains are little work."""
    every = list(dict.fromkeys(chain(calls, *calls.values())))
    bit = {each: 1 << number for number, each in enumerate(every)}
    found, order, is_changed = dict.fromkeys(every, 0), _callees_first(calls), True
    while is_changed:
        is_changed = False
        for each in order:
            bits = found[each]
            for other in calls[each]:
                bits |= bit[other] | found[other]
            is_changed = is_changed or bits != found[each]
            found[each] = bits
    return every, found


def _callees_first(calls: Mapping[_Node, Iterable[_Node]]) -> list[_Node]:
    order: dict[_Node, None] = {}
    seen: set[_Node] = set()
    for root in calls:
        pending = [(root, iter(calls[root]))] if root not in seen else []
        seen.add(root)
        while pending:
            each, rest = pending[-1]
            following = next((other for other in rest if other in calls and other not in seen), None)
            if following is None:
                order[each] = None
                pending.pop()
            else:
                seen.add(following)
                pending.append((following, iter(calls[following])))
    return list(order)


def _members(bits: int, every: Sequence[_Node]) -> Iterator[_Node]:
    """What the bits of a number stand for."""
    return (every[place] for place, digit in enumerate(reversed(f"{bits:b}")) if digit == "1")


class Goal(Struct, frozen=True, eq=False):
    """A literal with its visible variables and those that it can compute from the rest, or a disjunction among literals.

    Of a disjunction the visible variables are those that it shares, and inside are its alternatives; so of `documented`. A negation, a count and an aggregate have the conjunctions inside; `shared` are the variables they share with the
    clause, `terms` what is counted. What a count has of its own is named apart inside it: no binding speaks of it.
    """

    literal: Conjunct
    """For a literal of a definition, what stands in its place; then inside are the bodies of its rules."""
    vars: frozenset[Var]
    gives: frozenset[Var] = frozenset()
    shared: tuple[Var, ...] = ()
    inside: tuple[Conjunction, ...] = ()
    terms: tuple[Term, ...] = ()
    plans: dict[object, object] = field(default_factory=dict)
    """How the conjunctions that begin with it are gone about (explain/verify/evaluator.py), kept as long as it is."""

    @property
    def is_choice(self) -> bool:
        """Whether what shows one alternative of it, or its goal, stands in its place."""
        return isinstance(self.literal, Documented) or is_choice(self.literal)

    @property
    def is_atom(self) -> bool:
        """Whether it is an atomic formula, of a definition or not."""
        return isinstance(called(self.literal), AtomF)


Conjunction: TypeAlias = tuple[Goal, ...]


def scoped(
    body: Body, seen: frozenset[Var] = frozenset(), bound: frozenset[Var] = frozenset()
) -> tuple[Conjunction, ...]:
    """The body as alternatives, each a conjunction of goals; it is one alternative itself unless the whole of it is a `;`.

    `seen` are the variables that occur outside the body, `bound` those that positive literals outside it bind.
    """
    parts = conjuncts(body)
    if len(parts) == 1 and isinstance(parts[0], Or) and is_choice(parts[0]):
        return tuple(chain.from_iterable(scoped(branch, seen, bound) for branch in parts[0].goals))
    return (conjunction(body, seen, bound),)


def conjunction(body: Body, seen: frozenset[Var] = frozenset(), bound: frozenset[Var] = frozenset()) -> Conjunction:
    """The goals of a body: its literals, and as one goal each the disjunctions among them."""
    parts = conjuncts(body)
    within = bound | _binds(body)
    goals: list[Goal] = []
    binds, sees = _of_others(list(map(_binds, parts))), _of_others([_visible(part, within) for part in parts])
    for part, outer, around in zip(parts, binds, sees, strict=True):
        goals.append(_goal(part, seen | around, bound | outer))
    return tuple(goals)


def _of_others(sets: Sequence[frozenset[Var]]) -> Iterator[frozenset[Var]]:
    """For each of some sets, what is in any of the others."""
    number = Counter(chain.from_iterable(sets))
    several = frozenset(var for var, times in number.items() if times > 1)
    every = frozenset(number)
    return ((every - each) | (several & each) for each in sets)


def _goal(literal: Conjunct, seen: frozenset[Var], bound: frozenset[Var]) -> Goal:
    match literal:
        case Or(branches, _, AtomF(_, args)):
            own = _vars(args) & frozenset(body_vars(literal))
            inside = tuple(conjunction(branch, seen | own, bound) for branch in branches)
            return Goal(literal, own, shared=tuple(own), inside=inside)
        case Or():
            shared = _visible(literal, bound | _binds(literal)) & seen
            return Goal(literal, shared, shared=tuple(shared), inside=scoped(literal, seen, bound))
        case Documented(goal):
            shared = _visible(literal, bound | _binds(literal)) & seen
            return Goal(literal, shared, shared=tuple(shared), inside=scoped(goal, seen, bound))
        case Not(goal):
            shared = _visible(goal, bound) & seen
            return Goal(literal, shared, shared=tuple(shared), inside=scoped(goal, shared, bound))
        case Count(_, own, _, _) | Aggregate(result=own):
            return _counting(literal, own, bound)
        case _:
            return Goal(literal, _vars(literal_terms(literal)), _gives(literal))


def _counting(literal: Count | Aggregate, own: Term, bound: frozenset[Var]) -> Goal:
    terms = _counted_terms(literal)
    counted = _vars(terms) | frozenset(body_vars(literal.goal))
    shared = counted & bound
    local: dict[Var, Term] = {var: Var(f"{var.name}#") for var in counted - shared}
    terms = tuple(local.get(term, term) if isinstance(term, Var) else term for term in terms)
    inside = scoped(substitute(literal.goal, local), shared | _vars(terms), bound)
    return Goal(literal, shared | _vars((own,)), _gives(literal) - shared, tuple(shared), inside, terms)


def _counted_terms(literal: Count | Aggregate) -> tuple[Term, ...]:
    value = literal.value if isinstance(literal, Aggregate) else None
    return literal.template if value is None else (*literal.template, value)


def _vars(terms: Iterable[Term]) -> frozenset[Var]:
    return frozenset(term for term in terms if isinstance(term, Var))


def _gives(literal: Body) -> frozenset[Var]:
    """The variables that a literal computes from its others; an equation computes either side."""
    match literal:
        case Compare("=", left, right):
            return frozenset() if left == right else _expr_vars(left, right)
        case Compare("is", left, right):
            return _expr_vars(left) - _expr_vars(right)
        case Builtin(_, (*inputs, result)):
            return _vars((result,)) - _vars(inputs)
        case Member(result) | Aggregate(result=result):
            return _vars((result,))
        case _:
            return frozenset()


def settled_by(goals: Conjunction, known: frozenset[Var]) -> frozenset[Var]:
    """The variables that have a value where all goals hold, if those known do."""
    before = None
    while before != known:
        before = known
        known = known.union(*(_settles(goal, known) for goal in goals))
    return known


def _settles(goal: Goal, known: frozenset[Var]) -> frozenset[Var]:
    match goal.literal:
        case AtomF():
            return goal.vars
        case Or() | Documented():
            every = [settled_by(branch, known) for branch in goal.inside]
            return frozenset.intersection(*every) & goal.vars if every else frozenset()
        case Compare("=", left, right):
            is_known = any(not isinstance(side, Var) or side in known for side in (left, right))
            return goal.vars if is_known else frozenset()
        case _:
            return goal.gives if goal.vars - goal.gives <= known else frozenset()


def _expr_vars(*sides: Expr) -> frozenset[Var]:
    return _vars(chain.from_iterable(map(expr_terms, sides)))


def _binds(body: Body) -> frozenset[Var]:
    match body:
        case And(goals) | Or(goals):
            return frozenset().union(*map(_binds, goals))
        case Documented(goal):
            return _binds(goal)
        case AtomF(_, args):
            return _vars(args)
        case _:
            return _gives(body)


def _visible(body: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """The variables of a body that are no count's own, if positive literals bind `bound`."""
    match body:
        case And(goals) | Or(goals):
            return frozenset().union(*(_visible(goal, bound) for goal in goals))
        case Not(goal) | Documented(goal):
            return _visible(goal, bound)
        case Count(_, own, _, _) | Aggregate(result=own):
            return _vars((own,)) | ((_vars(_counted_terms(body)) | frozenset(body_vars(body.goal))) & bound)
        case _:
            return _vars(literal_terms(body))


# Rows and bindings


def constants(terms: Iterable[Term]) -> tuple[Const, ...]:
    """The constants among terms."""
    return tuple([term for term in terms if not isinstance(term, Var)])


def values_of(terms: Iterable[Term], binding: Binding) -> Row:
    """The terms under a binding that has a value for each of their variables."""
    return tuple([binding[term] if isinstance(term, Var) else term for term in terms])


def pattern_under(terms: tuple[Term, ...], binding: Binding) -> Pattern:
    """The terms as a call's pattern."""
    return tuple([binding.get(term) if isinstance(term, Var) else term for term in terms])


def matched(
    args: tuple[Term, ...], row: Sequence[_Value | None], binding: Mapping[Var, _Value]
) -> dict[Var, _Value] | None:
    """The binding extended so that the arguments are a row, of which None fits everything, or None if they cannot be."""
    extended = dict(binding)
    for arg, value in zip(args, row, strict=True):
        if value is None:
            continue
        if not isinstance(arg, Var):
            if arg != value:
                return None
        elif extended.setdefault(arg, value) != value:
            return None
    return extended


def individuals(values: Iterable[Value | None]) -> list[int]:
    """The individuals among values and a fresh one."""
    known = sorted({each for each in values if isinstance(each, int)})
    return [*known, max(known, default=0) + 1]


def is_new(value: Value) -> bool:
    """Whether a value is an individual that the call does not mention."""
    return isinstance(value, int) and value < 0


def is_closed(pattern: Pattern) -> TypeGuard[Row]:
    """Whether each argument of a call has a value."""
    return None not in pattern


def is_constant(row: Pattern) -> TypeGuard[Constants]:
    """Whether each value of a row is known, and none is an individual."""
    return None not in row and int not in map(type, row)


def canonical(row: Row, known: Pattern) -> Row:
    """The row with the individuals that are not among those known numbered -1, -2, ... by first occurrence."""
    if is_constant(row):
        return row
    names: dict[int, int] = {}
    return tuple(
        names.setdefault(each, -len(names) - 1) if isinstance(each, int) and each not in known else each for each in row
    )
