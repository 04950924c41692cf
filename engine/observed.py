"""In which truth values the literals of rules are seen over a knowledge base, and in which they can be seen at all.

A rule is gone through in the order in which its literals run, with the bindings of its variables under which none of the literals
before is false. A literal is *seen* in the value that it has under such a binding; a variable to which it gives nothing that is
documented stands for an individual not named, as in an answer. The literals of a definition are seen where it stands for a
literal, and those inside a negation, a count, an aggregate or `documented` under the bindings of what is around them. Where
there is only one inside, it is not seen by itself: what it is decides what they are.

    OrderedRule -> Outline: its literals, numbered as they are written -> `observed` over a knowledge base, `possible` over any
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from engine.bodies import OrderedRule, Partial, RuleBook, matched
from engine.knowledge import KnowledgeBase, Rules
from kb.language import syntax
from kb.language.builtins import BUILTINS
from kb.language.declarations import REQUEST, Declarations
from kb.language.syntax import AtomF, Clause, Conjunct, Pred, Span
from kb.language.terms import Const, Var
from kb.language.traversal import body_vars, called, conjuncts, is_choice, variables, walk
from kb.language.truth import Truth

IDENTITY = frozenset({"=", "\\=", "==", "\\=="})
"""The comparisons that are never unknown."""
CASE = "case"
"""The type of the arguments that are cases."""
EVERY = frozenset(Truth)
CLOSED = frozenset({Truth.TRUE, Truth.FALSE})

Spot: TypeAlias = tuple[int, int]
"""A literal: the number of its rule, and its own in that."""


@dataclass(frozen=True)
class Goal:
    """A literal or a disjunction of a rule, with the conjunctions inside it that are gone through: one of each alternative, or the
    one of a negation or a count."""

    goal: Conjunct
    spot: Spot | None
    """None of what is not seen by itself."""
    inside: tuple[tuple[Goal, ...], ...] = ()
    rules: tuple[int | None, ...] = ()
    """In the place of a definition: the numbers of its rules, where they are to be seen."""

    @cached_property
    def variables(self) -> frozenset[Var]:
        """The variables of the goal."""
        return frozenset(body_vars(self.goal))

    @cached_property
    def given(self) -> tuple[Var, ...]:
        """The variables to which it can give values."""
        match self.goal:
            case syntax.Not() | syntax.Count():
                return ()
            case syntax.Aggregate(_, _, _, _, result):
                return tuple(variables((result,)))
            case _:
                return tuple(body_vars(self.goal))

    @cached_property
    def has_spot(self) -> bool:
        """Whether it is seen, or something inside it."""
        return self.spot is not None or any(each.has_spot for inside in self.inside for each in inside)


@dataclass(frozen=True, slots=True)
class Outline:
    """A rule with its literals, in the order in which they are written, and what is gone through, in the order in which it runs;
    nothing of a definition, which is gone through where it is used."""

    rule: OrderedRule
    literals: tuple[Conjunct, ...]
    goals: tuple[Goal, ...]

    @property
    def clause(self) -> Clause:
        """The rule as it is written."""
        return self.rule.clause


def outlines(book: RuleBook, is_own: Callable[[Clause], bool]) -> tuple[Outline, ...]:
    """The rules of a book that are to be seen, by file and line."""
    rules = sorted(
        (rule for pred in book.preds for rule in book.rules(pred) if is_own(rule.clause)),
        key=lambda rule: _place(rule.clause.span),
    )
    return tuple(_Outliner(book, rules).outlines())


def _place(span: Span) -> tuple[str, int, int]:
    return span.file, span.line, span.column


@dataclass(frozen=True, slots=True)
class _Outliner:
    book: RuleBook
    rules: Sequence[OrderedRule]
    numbers: dict[int, int] = field(init=False, default_factory=dict)
    """The numbers of the rules, by identity: two rules that say the same stand in two places."""
    defined: dict[Span, Spot] = field(init=False, default_factory=dict)
    """The literals of definitions, which keep their places where the definition is put in."""

    def outlines(self) -> Iterator[Outline]:
        in_order = [sorted(_literals(rule.goals), key=lambda goal: _place(goal.span)) for rule in self.rules]
        for number, rule in enumerate(self.rules):
            self.numbers[id(rule)] = number
            if rule.clause.is_definition:
                self.defined.update((each.span, (number, index)) for index, each in enumerate(in_order[number]))
        for number, rule in enumerate(self.rules):
            running = [id(each) for each in _literals(rule.goals)]
            written = {id(each): index for index, each in enumerate(in_order[number])}
            spots = iter([(number, written[each]) for each in running])
            goals = () if rule.clause.is_definition else tuple(self.goals(rule.goals, spots))
            yield Outline(rule, tuple(in_order[number]), goals)

    def goals(self, goals: Sequence[Conjunct], spots: Iterator[Spot], *, is_alone: bool = False) -> Iterator[Goal]:
        """The goals of a conjunction of a rule, whose literals have the next of the spots."""
        for goal in goals:
            spot = next(spots) if _is_seen(goal, is_alone=is_alone) else None
            if isinstance(goal, syntax.Or) and goal.call is not None:
                yield self.in_place(goal, goal.call, spot)
            else:
                inside = [tuple(self.goals(each, spots, is_alone=_is_alone(goal, each))) for each in _inside(goal)]
                yield Goal(goal, spot, tuple(inside))

    def in_place(self, goal: syntax.Or, call: AtomF, spot: Spot | None) -> Goal:
        """A definition in the place of a literal."""
        rules = [rule for rule in self.book.rules(call.pred) if not rule.clause.is_fact]
        numbers = tuple(self.numbers.get(id(rule)) for rule in rules)
        return Goal(goal, spot, tuple(tuple(self.put_in(each, call.span)) for each in _inside(goal)), numbers)

    def put_in(self, goals: Sequence[Conjunct], place: Span, *, is_alone: bool = False) -> Iterator[Goal]:
        """The goals of a definition in the place of a literal, whose place the equations of its arguments have."""
        for goal in goals:
            seen = goal.span != place and _is_seen(goal, is_alone=is_alone)
            spot = self.defined.get(goal.span) if seen else None
            if isinstance(goal, syntax.Or) and goal.call is not None:
                yield self.in_place(goal, goal.call, spot)
            else:
                inside = [tuple(self.put_in(each, place, is_alone=_is_alone(goal, each))) for each in _inside(goal)]
                yield Goal(goal, spot, tuple(inside))


def _literals(goals: Iterable[Conjunct], *, is_alone: bool = False) -> Iterator[Conjunct]:
    """The literals of a rule that are seen, in the order in which they run."""
    for goal in goals:
        if _is_seen(goal, is_alone=is_alone):
            yield goal
        if called(goal) is goal:
            for each in _inside(goal):
                yield from _literals(each, is_alone=_is_alone(goal, each))


def _is_seen(goal: Conjunct, *, is_alone: bool) -> bool:
    """Whether a goal is seen by itself: no disjunction is, and no literal that alone decides what it stands in."""
    return not is_alone and not is_choice(goal)


def _is_alone(goal: Conjunct, inside: Sequence[Conjunct]) -> bool:
    return len(inside) == 1 and not isinstance(goal, syntax.Or)


def _inside(goal: Conjunct) -> list[tuple[Conjunct, ...]]:
    """The conjunctions inside a goal."""
    match goal:
        case syntax.Or(goals):
            return [conjuncts(each) for each in goals]
        case (
            syntax.Not(inner)
            | syntax.Documented(inner)
            | syntax.Count(_, _, _, inner)
            | syntax.Aggregate(_, _, _, inner)
        ):
            return [conjuncts(inner)]
        case AtomF() | syntax.Compare() | syntax.Builtin() | syntax.Member():
            return []


def case_variables(rule: OrderedRule, declarations: Declarations) -> frozenset[Var]:
    """The variables of a rule that stand for the case."""
    atoms = (rule.head, *(each for goal in rule.goals for each in walk(goal) if isinstance(each, AtomF)))
    pairs = (pair for atom in atoms for pair in zip(atom.args, declarations.types_of(atom.pred), strict=True))
    return frozenset(arg for arg, kind in pairs if kind == CASE and isinstance(arg, Var))


# --- what is seen ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Observed:
    """The values in which literals and rules were seen."""

    literals: dict[Spot, set[Truth]] = field(default_factory=dict)
    rules: dict[int, set[Truth]] = field(default_factory=dict)


def observed(kb: KnowledgeBase, outlines: Sequence[Outline], case: Const) -> Observed:
    """The values in which the literals of rules are seen over a knowledge base about one case.

    Raises the engine's `EndlessError` if a rule does not come to an end.
    """
    observer = _Observer(kb)
    for number, outline in enumerate(outlines):
        if not outline.clause.is_definition:
            binding = dict.fromkeys(case_variables(outline.rule, kb.declarations), case)
            rows = observer.rows(outline.goals, ((binding, Truth.TRUE),), frozenset())
            observer.found.rules.setdefault(number, set()).add(_best(rows))
    return observer.found


_Row: TypeAlias = tuple[Partial, Truth]
"""A binding, and the least of the values of the literals that gave it."""


def _best(rows: Iterable[_Row]) -> Truth:
    return max((state for _, state in rows), default=Truth.FALSE)


@dataclass(frozen=True, slots=True)
class _Observer:
    kb: KnowledgeBase
    found: Observed = field(default_factory=Observed)

    def rows(self, goals: Sequence[Goal], rows: Iterable[_Row], after: frozenset[Var]) -> list[_Row]:
        """The rows with which a conjunction is left, of the variables in `after`; its literals are noted on the way."""
        current = list(rows)
        for index, goal in enumerate(goals):
            wanted = after.union(*(each.variables for each in goals[index + 1 :]))
            current = self.extended(goal, current, wanted)
        return current

    def extended(self, goal: Goal, rows: Iterable[_Row], wanted: frozenset[Var]) -> list[_Row]:
        """Rows with the values that a goal gives; rows that agree in the variables that are wanted are one, the best."""
        found: dict[frozenset[tuple[Var, object]], _Row] = {}
        for binding, state in rows:
            new = self.of_one(goal, binding, wanted)
            if goal.spot is not None:
                self.found.literals.setdefault(goal.spot, set()).add(_best(new))
            for values, own in new:
                kept = {var: value for var, value in {**binding, **values}.items() if var in wanted}
                key, least = frozenset(kept.items()), min(state, own)
                if key not in found or found[key][1] < least:
                    found[key] = kept, least
        return list(found.values())

    def of_one(self, goal: Goal, binding: Partial, wanted: frozenset[Var]) -> list[_Row]:
        """The rows that a goal gives under a binding; none where it is false."""
        inside = [(binding, Truth.TRUE)]
        if isinstance(goal.goal, syntax.Or):
            branches = [self.rows(each, inside, wanted) for each in goal.inside]
            for number, rows in zip(goal.rules, branches, strict=False):
                if number is not None:
                    self.found.rules.setdefault(number, set()).add(_best(rows))
            return [row for rows in branches for row in rows]
        for each in goal.inside:
            if any(inner.has_spot for inner in each):
                self.rows(each, inside, frozenset())
        own = {var: value for var, value in binding.items() if var in goal.variables}
        free = tuple(var for var in goal.given if var not in own and var in wanted)
        found = self.kb.part_rows(goal.goal, free, own)
        return [(dict(zip(free, row, strict=True)), state) for row, state in found]


# --- what can be seen ------------------------------------------------------------------------------------------------


def possible(kb: KnowledgeBase, outlines: Sequence[Outline]) -> Mapping[Spot, frozenset[Truth]]:
    """The values in which each literal can be seen, as far as a program tells, whatever the facts: none if it does not depend on the
    case, or asks for nothing but the request, which every case has; never unknown, if nothing that it reads is open; never
    false, if it computes a value that there always is, or asks for any one where an earlier literal has found one."""
    judge = _Judge(kb, case_dependent(kb.rules), _settled(kb.rules))
    for outline in outlines:
        judge.goals(outline.goals, _Known())
    return judge.found


def case_dependent(rules: Rules) -> frozenset[Pred]:
    """The predicates of which cases state facts, and those that rules conclude from them."""
    declared = rules.declarations
    found = {pred for pred in declared.preds if CASE in declared.types_of(pred)} | {REQUEST, *declared.abducible}
    pending = [clause for clause in rules.clauses if not clause.is_fact]
    while True:
        new = {
            clause.head.pred.positive
            for clause in pending
            if any(isinstance(each, AtomF) and each.pred.positive in found for each in walk(clause.body))
        }
        if new <= found:
            return frozenset(each.positive for each in found)
        found |= new


def _settled(rules: Rules) -> frozenset[Pred]:
    """The predicates that hold of whatever a request asks for: what rules conclude from that alone is such a one too."""
    found = {REQUEST}
    while True:
        new = {
            clause.head.pred
            for clause in rules.clauses
            if isinstance(clause.body, AtomF) and clause.body.pred in found
            if clause.head.args[:1] == clause.body.args[:1]
            and all(map(_all_differ, (clause.head.args, clause.body.args)))
        }
        if new <= found:
            return frozenset(found)
        found |= new


@dataclass(slots=True)
class _Known:
    """The variables that have values by now, those of them that depend on the case, and those that may be individuals not named; and
    the atoms that are not false by now, those that are documented by themselves."""

    bound: frozenset[Var] = frozenset()
    varying: frozenset[Var] = frozenset()
    open: frozenset[Var] = frozenset()
    atoms: tuple[AtomF, ...] = ()
    documented: tuple[AtomF, ...] = ()

    def add(self, given: Iterable[Var], *, varies: bool, open: Iterable[Var] = ()) -> None:
        """Notes the variables that a literal gives values to."""
        given = frozenset(given)
        self.bound |= given
        self.varying |= given if varies else frozenset()
        self.open |= frozenset(open)

    def copy(self) -> _Known:
        return replace(self)

    def has(self, atom: AtomF, among: Iterable[AtomF]) -> bool:
        """Whether one of some atoms is an instance of an atom, what has a value by now being the same in both."""
        own = {var: var for var in variables(atom.args) if var in self.bound}
        return any(atom.pred == each.pred and matched(atom.args, each.args, own) is not None for each in among)


@dataclass(frozen=True, slots=True)
class _Judge:
    kb: KnowledgeBase
    dependent: frozenset[Pred]
    settled: frozenset[Pred]
    """The predicates that ask for nothing but the request."""
    found: dict[Spot, frozenset[Truth]] = field(default_factory=dict)

    def goals(self, goals: Iterable[Goal], known: _Known) -> tuple[bool, bool]:
        """Whether a conjunction varies with the case, and whether it can be unknown; `known` grows by what it gives."""
        judged = [self.goal(goal, known) for goal in goals]
        return any(varies for varies, _ in judged), any(is_open for _, is_open in judged)

    def goal(self, goal: Goal, known: _Known) -> tuple[bool, bool]:
        never = self.never(goal.goal, known)
        varies, is_open = self.judged(goal, known)
        if goal.spot is not None:
            can = frozenset[Truth]() if not varies else EVERY if is_open else CLOSED
            self.found[goal.spot] = self.found.get(goal.spot, frozenset()) | (can - never)
        return varies, is_open

    def never(self, goal: Conjunct, known: _Known) -> frozenset[Truth]:
        """The values that a goal cannot have after those before it, which gave values to variables."""
        match goal:
            case AtomF(pred, args) if pred in self.settled and known.varying.isdisjoint(args[1:]) and _all_differ(args):
                return EVERY
            case AtomF() if known.has(goal, known.documented):
                return frozenset({Truth.FALSE, Truth.UNKNOWN})
            case AtomF() if known.has(goal, known.atoms):
                return frozenset({Truth.FALSE})
            case syntax.Builtin(name, args) if BUILTINS[name].is_total and args[-1] not in known.bound:
                return frozenset({Truth.FALSE}) if isinstance(args[-1], Var) else frozenset()
            case _:
                return frozenset()

    def judged(self, goal: Goal, known: _Known) -> tuple[bool, bool]:
        """Whether a goal varies, and whether it can be unknown."""
        terms = goal.variables
        varies, is_open = not terms.isdisjoint(known.varying), not terms.isdisjoint(known.open)
        match goal.goal:
            case AtomF(pred, args):
                given = frozenset(variables(args))
                varies = varies or pred.positive in self.dependent
                (question,) = self.kb.questions(goal.goal)
                new = [var for index, var in enumerate(question.outputs) if question.may_be_anonymous(index)]
                known.add(given, varies=varies, open=set(new) - known.varying)
                known.atoms += (goal.goal,)
                return varies, not self.kb.is_exact(pred)
            case syntax.Compare(op) if op in IDENTITY:
                known.add(terms, varies=varies, open=terms if is_open else ())
                return varies, False
            case syntax.Compare() | syntax.Builtin():
                known.add(terms, varies=varies, open=terms if is_open else ())
                return varies, is_open
            case syntax.Member():
                known.add(terms, varies=varies)
                return varies, False
            case syntax.Or():
                branches = [known.copy() for _ in goal.inside]
                judged = [self.goals(each, own) for each, own in zip(goal.inside, branches, strict=True)]
                for own in branches:
                    known.add(own.bound, varies=False)
                    known.add(own.varying, varies=True, open=own.open)
                return any(each for each, _ in judged), any(each for _, each in judged)
            case syntax.Not():
                return self.inner(goal, known.copy())
            case syntax.Count(_, bound):
                inner = self.inner(goal, known.copy())
                return varies or inner[0], bound in known.open or inner[1]
            case syntax.Documented(stated):
                inside = known.copy()  # what it gives is documented
                varies, _ = self.inner(goal, inside)
                known.add(inside.bound, varies=False)
                known.add(inside.varying, varies=True)
                known.documented += tuple(each for each in conjuncts(stated) if isinstance(each, AtomF))
                return varies, False
            case syntax.Aggregate(_, _, _, _, result):
                inner = self.inner(goal, known.copy())
                varies, is_open = varies or inner[0], is_open or inner[1]
                known.add(variables((result,)), varies=varies, open=variables((result,)) if is_open else ())
                return varies, is_open

    def inner(self, goal: Goal, known: _Known) -> tuple[bool, bool]:
        """The same of what is inside a negation, a count, an aggregate or `documented`."""
        judged = [self.goals(each, known) for each in goal.inside]
        return any(varies for varies, _ in judged), any(is_open for _, is_open in judged)


def _all_differ(args: Sequence[object]) -> bool:
    """Whether arguments are variables that all differ."""
    return all(isinstance(arg, Var) for arg in args) and len(set(args)) == len(args)
