"""What the criteria of a policy come down to: the predicates that their rules ask for, how each is asked for, and which of its rules
and rows can matter there.

A pattern says what each argument can be. A criterion asks for its predicate with any case; what a rule asks for follows from its
own constants, from the pattern that it is asked for with, and from the rows of lists beside. So a page shows of a list what the
policy can ask of it, of a rule the constants that its variables can only be, and no rule that cannot conclude what is asked for.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from msgspec.structs import replace

from engine.knowledge import KnowledgeBase
from engine.policies import NOT_APPLICABLE, POLICY_IN_FORCE, UNCOVERED_INDICATION, Item, Row
from engine.scopes import rename_locals, solve_test
from explain.report.review import Reviewer
from kb.language import syntax
from kb.language.declarations import REQUEST, Declarations
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Int, Term, Var, in_standard_order
from kb.language.traversal import (
    body_terms,
    body_vars,
    called,
    conjuncts,
    inner_goals,
    substitute,
    substitute_atom,
    variables,
)
from kb.names import RECORDED_AS

MOST_VALUES = 50
"""A list of more rows says nothing of what the variables of a rule can be."""

Values = frozenset[Const] | None
"""What an argument can be: one of some constants, or None for any."""
Pattern = tuple[Values, ...]
"""What the arguments of a predicate can be where it is asked for."""
_ANYTHING: frozenset[Const] = frozenset({Atom("anything"), Atom("else")})
"""What stands for more constants than one."""


def policies_of(reviewer: Reviewer) -> tuple[str, ...]:
    """The policies of a program that list criteria."""
    return tuple(dict.fromkeys(item.policy for item in reviewer.policies.criteria))


@dataclass
class Asked:
    """What the criteria of a policy ask for, besides which items play a part, which policy is in force and which use is covered."""

    reviewer: Reviewer
    policy: str
    kb: KnowledgeBase = field(init=False, repr=False)
    patterns: dict[Pred, dict[Pattern, None]] = field(init=False, default_factory=dict)
    """The predicates in reading order, each with how it is asked for."""
    users: dict[Pred, dict[Pred, None]] = field(init=False, default_factory=lambda: defaultdict(dict))
    """The predicates whose rules speak of one."""
    _known_rows: dict[Pred, list[Row]] = field(init=False, default_factory=dict, repr=False)
    _possible: dict[tuple[Pred, Pattern], bool] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.kb = KnowledgeBase(self.reviewer.rules)
        case, policy = Var("Case"), Atom(self.policy)
        roots = [AtomF(item.pred, (case,)) for item in self.items]
        roots += [AtomF(NOT_APPLICABLE, (case, Atom(item.id))) for item in self.items]
        roots += [AtomF(POLICY_IN_FORCE, (case, policy, Var("_1"))), AtomF(UNCOVERED_INDICATION, (case, Var("_1")))]
        self.follow([root for root in roots if root.pred in self.stated or any(self.clauses(root.pred))])

    @property
    def declared(self) -> Declarations:
        """What the program declares."""
        return self.reviewer.rules.declarations

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The criteria of the policy, each followed by its alternatives."""
        return tuple(item for item in self.reviewer.policies.items if item.policy == self.policy)

    @cached_property
    def own(self) -> frozenset[Pred]:
        """The predicates of criteria and alternatives, which the criteria show in full."""
        return frozenset(item.pred for item in self.items)

    @cached_property
    def stated(self) -> frozenset[Pred]:
        """The predicates that a case states."""
        return frozenset({*self.reviewer.vocabulary.preds, RECORDED_AS})

    def is_stated(self, pred: Pred) -> bool:
        """Whether a case states a predicate, or its strong negation."""
        return pred.positive in self.stated

    def is_listed(self, pred: Pred) -> bool:
        """Whether a predicate depends on no case."""
        if pred in self.declared.inline or self.is_stated(pred) or pred in self.own:
            return False
        below = self.reviewer.book.below(pred)
        return not below & {each.positive for each in self.stated} and "case" not in self.declared.types_of(pred)

    def clauses(self, pred: Pred) -> Iterator[Clause]:
        """The rules that could conclude a predicate, their local variables named apart, and the facts of the program."""
        yield from (rename_locals(rule.clause) for rule in self.reviewer.book.rules(pred))
        for several in self.reviewer.rules.facts_of(pred).values():
            yield from several[:1]

    def follow(self, roots: Iterable[AtomF]) -> None:
        """Notes what the rules for these atoms ask for, and so on: a predicate, what its rules speak of, and what those come down to
        before the next."""
        pending = deque((atom.pred, self.pattern(atom, {})) for atom in roots)
        while pending:
            pred, pattern = pending.popleft()
            if pattern not in self.patterns.setdefault(pred, {}):
                self.patterns[pred][pattern] = None
                opposite = [(pred.opposite, pattern)] if any(self.clauses(pred.opposite)) else []
                pending.extendleft(reversed([*self.below(pred, pattern), *opposite]))

    def below(self, pred: Pred, pattern: Pattern) -> Iterator[tuple[Pred, Pattern]]:
        """What the rules for a predicate ask for."""
        if self.is_listed(pred):
            return
        for clause in self.clauses(pred):
            values = self.bound(clause, pattern)
            if values is None:
                continue
            for atom in atoms(syntax.And(tuple(telling(clause)))):
                self.users[atom.pred.positive].setdefault(pred)
                yield atom.pred.positive, self.pattern(atom, dict(self.named(atom)) | values)

    def bound(self, clause: Clause, pattern: Pattern) -> dict[Var, Values] | None:
        """What the variables of a rule can be where it is asked for so; None if it concludes nothing of that."""
        found: dict[Var, Values] = {}
        for arg, values in zip(clause.head.args, pattern, strict=True):
            if isinstance(arg, Var):
                found[arg] = _both(found.get(arg), values)
            elif values is not None and arg not in values:
                return None
        conjoined = list(_conjoined(clause.body))
        for atom in conjoined:
            found |= {arg: _both(found.get(arg), values) for arg, values in self.named(atom)}
        for atom in filter(lambda each: self.is_listed(each.pred), conjoined):
            rows = self.listed_rows(atom.pred, self.pattern(atom, found))
            if not rows:
                return None
            if len(rows) <= MOST_VALUES:
                for index, arg in enumerate(atom.args):
                    if isinstance(arg, Var):
                        found[arg] = _both(found.get(arg), frozenset(row[index] for row in rows))
        can_hold = all(self.is_possible(atom.pred, self.pattern(atom, found)) for atom in conjoined)
        return found if can_hold and all(map(partial(_may_hold, found), conjuncts(clause.body))) else None

    def named(self, atom: AtomF) -> Iterator[tuple[Var, Values]]:
        """The variables that stand for a policy, where there is but this one."""
        if self.is_alone and atom.pred not in self.stated:
            for arg, kind in zip(atom.args, self.declared.types_of(atom.pred), strict=True):
                if kind == "policy" and isinstance(arg, Var):
                    yield arg, frozenset({Atom(self.policy)})

    @cached_property
    def is_alone(self) -> bool:
        """Whether the program has no other policy."""
        return {self.policy} == {*policies_of(self.reviewer), *(each.name for each in self.declared.policies)}

    def is_possible(self, pred: Pred, pattern: Pattern) -> bool:
        """Whether a rule or a fact could conclude a predicate as it is asked for, or a case state it; what depends on itself could."""
        if self.is_listed(pred) or self.is_stated(pred):
            return True
        if (pred, pattern) not in self._possible:
            self._possible[pred, pattern] = True
            found = (self.bound(clause, pattern) for clause in self.clauses(pred))
            self._possible[pred, pattern] = any(values is not None for values in found)
        return self._possible[pred, pattern]

    def pattern(self, atom: AtomF, found: dict[Var, Values]) -> Pattern:
        """What the arguments of an atom can be."""
        return tuple(found.get(arg) if isinstance(arg, Var) else frozenset({arg}) for arg in atom.args)

    def settled(self, clause: Clause, patterns: Iterable[Pattern]) -> dict[Var, Term]:
        """The variables of a rule that can be one constant only, with it, of those that have a value in all of its literals."""
        together: dict[Var, frozenset[Const]] = {}
        outside = {
            *clause.head.args,
            *(arg for goal in conjuncts(clause.body) if isinstance(goal, AtomF) for arg in goal.args),
        }
        for values in filter(None, (self.bound(clause, pattern) for pattern in patterns)):
            for var in variables(outside):
                can_be = values.get(var)
                together[var] = together.get(var, frozenset()) | (_ANYTHING if can_be is None else can_be)
        return {var: next(iter(constants)) for var, constants in together.items() if len(constants) == 1}

    def rules(self, pred: Pred) -> list[Clause]:
        """The rules that can conclude a predicate as it is asked for: local variables are named apart, and what can be one constant
        only is that."""
        return [self.filled(clause, self.patterns[pred]) for clause in self.possible(pred, self.patterns[pred])]

    def possible(self, pred: Pred, patterns: Iterable[Pattern]) -> Iterator[Clause]:
        """The rules that can conclude a predicate with such arguments."""
        for clause in self.clauses(pred):
            if any(self.bound(clause, pattern) is not None for pattern in patterns):
                yield clause

    def filled(self, clause: Clause, patterns: Iterable[Pattern]) -> Clause:
        """A rule with the constants in it that its variables can only be where it is asked for so."""
        settled = self.settled(clause, patterns)
        return replace(clause, head=substitute_atom(clause.head, settled), body=substitute(clause.body, settled))

    def fixed(self, pred: Pred) -> dict[int, Const]:
        """The arguments of a predicate that are one constant wherever it is asked for."""
        found: dict[int, Const] = {}
        for index, several in enumerate(zip(*self.patterns[pred], strict=True)):
            together = frozenset().union(*(_ANYTHING if each is None else each for each in several))
            if len(together) == 1:
                found[index] = next(iter(together))
        return found

    def listed_rows(self, pred: Pred, pattern: Pattern) -> list[Row]:
        """The rows of a listed predicate with such values, in standard order."""
        known = self._known_rows.get(pred)
        if known is None:
            terms = tuple(Var(f"_{index}") for index in range(pred.arity))
            known = self._known_rows[pred] = in_standard_order(self.kb.rows(pred, terms))
        return [
            row for row in known if all(any_ is None or each in any_ for each, any_ in zip(row, pattern, strict=True))
        ]

    def asked_rows(self, pred: Pred) -> list[Row]:
        """The rows of a listed predicate that the criteria can ask for, in standard order."""
        return in_standard_order({row for pattern in self.patterns[pred] for row in self.listed_rows(pred, pattern)})


def _both(one: Values, other: Values) -> Values:
    return other if one is None else one if other is None else one & other


def _may_hold(found: dict[Var, Values], goal: syntax.Body) -> bool:
    """Whether a comparison holds of what its variables can be, as far as that is one constant each."""
    if not isinstance(goal, syntax.Compare):
        return True
    known = {var: next(iter(values)) for var, values in found.items() if values is not None and len(values) == 1}
    return not body_vars(goal).keys() <= known.keys() or any(True for _ in solve_test(goal, known))


def _conjoined(body: syntax.Body) -> Iterator[AtomF]:
    """The atoms that hold wherever a body does."""
    for goal in map(called, conjuncts(body)):
        if isinstance(goal, AtomF):
            yield goal
        elif isinstance(goal, syntax.Documented) or (isinstance(goal, syntax.Count) and _needs_one(goal)):
            yield from _conjoined(goal.goal)


def _needs_one(count: syntax.Count) -> bool:
    return count.op == "at_least" and isinstance(count.bound, Int) and count.bound.value > 0


def atoms(body: syntax.Body) -> Iterator[AtomF]:
    """The atoms of a body, the literals of definitions as they are written."""
    body = called(body)
    if isinstance(body, AtomF):
        yield body
    for goal in inner_goals(body):
        yield from atoms(goal)


def telling(clause: Clause) -> list[syntax.Conjunct]:
    """The literals of a rule but for those that say that there is a request, and nothing of it: every case has one."""
    goals = conjuncts(clause.body)
    told: list[syntax.Conjunct] = []
    for index, goal in enumerate(goals):
        others = (*goals[:index], *goals[index + 1 :])
        elsewhere = {*clause.head.args[1:], *(term for other in others for term in body_terms(other))}
        is_any = isinstance(goal, AtomF) and goal.pred == REQUEST and not any(
            not isinstance(arg, Var) or arg in elsewhere for arg in goal.args[1:]
        )  # fmt: skip
        if not is_any:
            told.append(goal)
    return told
