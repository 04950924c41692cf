"""Long bodies divided into parts, so that a rule has no more plan rules than its length warrants.

A rule has a variant for each choice of what its variables are and of which open records are certain, so that variants are
exponential in the number of those. But what one literal says depends on its own variables alone, and Kleene's "and" and "there is" may be
exchanged where a variable occurs on one side only. So the literals are put in an order in which few variables are *live*
(occur on both sides), and where enough choices have come together the literals so far become a predicate over these:

    q(C) :- p1(C, X, Y), p2(C, Y, Z), p3(C, Z, W).        q(C) :- $part(C, Z), p3(C, Z, W).
                                                   $part(C, Z) :- p1(C, X, Y), p2(C, Y, Z).

A live variable may be bound by the part or by what comes after it, whence the versions of a part (`Part`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from msgspec import structs

from engine.reading.normal import AUXILIARY, NormalRule, Part
from engine.reading.openness import IDENTITY, Openness, outer_vars
from engine.reading.plan import Reading
from engine.scopes import inputs
from kb.language.syntax import Aggregate, AtomF, Builtin, Compare, Count, Documented, Literal, Member, Not, Pred
from kb.language.terms import Term, Var
from kb.language.traversal import variables

MOST_CHOICES = 5
"""How many choices a rule may have (of records, and of variables that can be anonymous) without being divided."""
CHOICES_OF_A_PART, CHOICES_FOR_A_LIVE_VARIABLE = 4, 2
"""How many choices make a part, and how many for each of its live variables that can be anonymous: a part that leaves nearly as many
to choose as it has would only add to them."""


def divided(openness: Openness, rule: NormalRule, number: int) -> NormalRule:
    """The rule with its first literals put into a part; `number` tells its parts from those of other rules of the layer."""
    return structs.replace(rule, body=_Division(openness, rule, number).body())


def has_many_choices(openness: Openness, rule: NormalRule, reading: Reading) -> bool:
    """Whether a rule has so many choices in a reading that it is read in parts."""
    if len(rule.body) <= MOST_CHOICES:
        return False
    free = openness.free_vars(rule) if reading is Reading.POSSIBLE else ()
    may_vary = openness.open_vars(rule, reading) - openness.unshared_vars(rule, reading)
    return _choices(openness, enumerate(rule.body), frozenset(free), may_vary) > MOST_CHOICES


def _choices(
    openness: Openness, body: Iterable[tuple[int, Literal]], free: frozenset[Var], may_vary: frozenset[Var]
) -> int:
    """The number of records of free variables, of variables that a part may list, and of other variables that can be anonymous."""
    records: set[object] = set()
    others: set[Var] = set()
    for index, literal in body:
        others |= (outer_vars(literal) & may_vary) - free
        match literal:
            case AtomF(pred, args) if part := openness.part(pred):
                records.update(
                    (index, arg) for arg, is_optional in zip(args, part.optional, strict=True) if is_optional
                )
            case AtomF(_, args) if not free.isdisjoint(variables(args)):
                records.add(openness.record(literal, index))
            case _:
                pass
    return len(records) + len(others)


class _Division:
    """One body that is divided."""

    def __init__(self, openness: Openness, rule: NormalRule, number: int) -> None:
        self.openness = openness
        self.rule = rule
        layer = "asked_" if openness.below else ""
        self.name = f"{AUXILIARY}{layer}part{number}_"
        self.names = 0
        self.given = frozenset(
            arg for arg, is_input in zip(rule.head.args, rule.inputs, strict=True) if is_input and isinstance(arg, Var)
        )
        unshared = openness.unshared_vars(rule, Reading.POSSIBLE)
        self.may_vary = openness.open_vars(rule, Reading.POSSIBLE) - unshared
        self.free = frozenset(openness.free_vars(rule))

    def body(self) -> tuple[Literal, ...]:
        """The body, its first literals put into a part, and the first of these into another, and so on."""
        head = frozenset(variables(self.rule.head.args))
        order = self._order(head)
        body: tuple[Literal, ...] = ()
        for index, literal in enumerate(order):
            body = (*body, literal)
            after = head.union(*map(outer_vars, order[index + 1 :]))
            live = tuple(var for var in dict.fromkeys(_in_order(body)) if var in after)
            rest = order[index + 1 :]
            shared = len(self.may_vary.intersection(live))
            enough = max(CHOICES_OF_A_PART, CHOICES_FOR_A_LIVE_VARIABLE * shared)
            if self._choices(body) >= enough and self._choices(rest):
                body = (self._part(live, body),)
        return body

    def _choices(self, body: Sequence[Literal]) -> int:
        return _choices(self.openness, enumerate(body), self.free, self.may_vary)

    def _order(self, head: frozenset[Var]) -> list[Literal]:
        """What binds for certain first, then whatever leaves the fewest variables live that can be anonymous."""
        pending, done = list(self.rule.body), []
        bound = self.given
        while pending:
            ready = [each for each in pending if _needs(each) <= bound] or pending
            costs = [(not self._is_known(each), self._live_after(each, pending, bound, head)) for each in ready]
            literal = ready[costs.index(min(costs))]
            pending.remove(literal)
            done.append(literal)
            bound |= outer_vars(literal)
        return done

    def _live_after(
        self, literal: Literal, pending: Sequence[Literal], bound: frozenset[Var], head: frozenset[Var]
    ) -> int:
        others = (each for each in pending if each is not literal)
        return len((bound | outer_vars(literal)) & head.union(*map(outer_vars, others)) & self.may_vary)

    def _is_known(self, literal: Literal) -> bool:
        """Whether nothing of a literal can be anonymous."""
        return self.may_vary.isdisjoint(outer_vars(literal))

    def _part(self, live: tuple[Var, ...], body: tuple[Literal, ...]) -> AtomF:
        """An atom for literals, over the variables that the rest has too."""
        self.names += 1
        listed = frozenset().union(*(self._lists(literal) for literal in body))
        optional = tuple(var not in listed and var not in self.given for var in live)
        free = tuple(var in self.free for var in live)
        versions: dict[tuple[bool, ...], Pred] = {}
        rules: dict[Pred, NormalRule] = {}
        for given in product(*((False, True) if each else (False,) for each in optional)):
            marks = "".join("gl"[not each] for each in given)
            pred = versions[given] = Pred(f"{self.name}{self.names}_{marks}", len(live))
            is_input = tuple(each or var in self.given for each, var in zip(given, live, strict=True))
            rules[pred] = NormalRule(AtomF(pred, live), body, is_input)
        self.openness.add_part(Part(self.rule.head.pred, free, optional, versions, rules))
        return AtomF(versions[(False,) * len(live)], live)

    def _lists(self, literal: Literal) -> frozenset[Term]:
        """The variables that a literal lists the constants of, whatever else is asked."""
        match literal:
            case AtomF(pred, args) if part := self.openness.part(pred):
                return frozenset(arg for arg, may_be_given in zip(args, part.optional, strict=True) if not may_be_given)
            case AtomF(pred, args):
                return frozenset() if self.openness.is_free(pred) else frozenset(args)
            case Member(item):
                return frozenset((item,))
            case Compare(op, left, right) if op in IDENTITY and not (isinstance(left, Var) and isinstance(right, Var)):
                return outer_vars(literal)
            case Compare() | Builtin() | Not() | Documented() | Count() | Aggregate():
                return frozenset()


def _in_order(body: Iterable[Literal]) -> Iterable[Var]:
    return (var for literal in body for var in sorted(outer_vars(literal), key=lambda each: each.name))


def _needs(literal: Literal) -> frozenset[Var]:
    """The variables that have to be bound before a literal, as far as anything binds them."""
    match literal:
        case AtomF() | Member() | Documented():
            return frozenset()
        case Compare(op, left, right) if op in IDENTITY:
            both = isinstance(left, Var) and isinstance(right, Var)
            return outer_vars(literal) if both else frozenset()
        case Compare() | Builtin():
            return frozenset(variables(inputs(literal)))
        case Not():
            return outer_vars(literal)
        case Count() | Aggregate():
            return outer_vars(literal) - frozenset(
                variables((literal.result,) if isinstance(literal, Aggregate) else ())
            )
