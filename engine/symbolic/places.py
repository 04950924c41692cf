"""The places of open facts: arguments of the relations that a question's rules reach, in groups that have their values in common.

A place is an argument of a relation; places that a variable joins have their values in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from engine.graph import components
from engine.knowledge import Question
from engine.reading import plan
from engine.reading.normal import NormalRule
from engine.reading.openness import DIFFERENCE, IDENTITY
from engine.symbolic.grounding import certain
from engine.symbolic.needs import Needs, Node
from kb.language.builtins import BUILTINS, NUMERIC_COMPARISONS
from kb.language.syntax import AtomF, Builtin, Compare, Member, Pred
from kb.language.terms import Const, Date, Int, Term, Var
from kb.language.traversal import literal_terms, variables, walk

Place: TypeAlias = tuple[Pred, int]
Way: TypeAlias = Sequence[tuple[Question, bool]]
"""Questions that are to be true, and others that are not to be."""

MOST_INDIVIDUALS = 40
"""How many open individuals a place can have."""


class Group(Struct, frozen=True):
    """Places that have their values in common: the constants that rules have there, whether values are compared or
    computed with, and how many different ones rules ask for together, each rule once."""

    places: tuple[Place, ...]
    constants: frozenset[Const]
    is_measured: bool
    wanted: int
    compared: frozenset[Const]
    """What the values are compared with in the rules."""
    is_free: bool
    """Whether any value is as good as any other: no rule compares it, has it twice, counts it or names one."""
    is_number: bool
    """Whether rules compute with the values as numbers."""
    is_date: bool
    """Whether rules compute with the values as dates."""
    needed: tuple[float, ...]
    """For each way to do what is looked for how many different ones it can take at most; without limit where rules recur."""
    estimated: float
    """How many any of them can take, where what there is no limit to is reckoned once."""

    @property
    def needed_at_most(self) -> float:
        """How many different ones any way can take at most."""
        return max(self.needed)

    @property
    def offered(self) -> int:
        """How many values that nothing mentions a place has."""
        if self.is_free:
            return 1
        together = round(self.estimated) if self.is_measured else 0
        return min(max(1, self.wanted, together), MOST_INDIVIDUALS)

    @property
    def offered_for_one_way(self) -> int:
        """How many of these are offered where one way to make the questions true is looked for at a time."""
        return min(self.offered, max(1, round(self.estimated)))


class Places(Struct):
    """The places that the rules reachable from some relations have, joined into groups."""

    constants: set[Const] = field(default_factory=set)
    groups: tuple[Group, ...] = ()
    denied: set[Place] = field(default_factory=set)
    """Where rules have a variable in the strong negation of a predicate."""
    measured: frozenset[Place] = frozenset()
    """Where rules compare or compute with the values."""
    _joined: dict[object, set[object]] = field(default_factory=dict)
    """Places, and variables of rules, with those that they have their values in common with."""
    _constants: dict[object, set[Const]] = field(default_factory=dict)
    _measured: dict[object, None] = field(default_factory=dict)
    _compared: dict[object, set[Const]] = field(default_factory=dict)
    _uses: dict[object, int] = field(default_factory=dict)
    """How often the body of a rule has a variable; what is counted or compared is had more than once."""
    _types: dict[object, set[type[Const]]] = field(default_factory=dict)
    """Of variables that a built-in predicate or arithmetic has, what they have to be for that."""
    _counted: dict[object, int] = field(default_factory=dict)

    @classmethod
    def of(cls, *questions: Question, ways: Sequence[Way] | None = None) -> Places:
        """The places reachable from some questions, all of one layer. What is looked for makes all of them true or, where `ways` are
        given, is one of these."""
        found, seen = cls(), dict[plan.Rel, Sequence[plan.PlanRule]]()
        completion = questions[0].completion
        roots = [certain(each.pred) for each in questions]
        pending = list(roots)
        while pending:
            rel = pending.pop()
            if rel in seen:
                continue
            seen[rel] = completion.rules_for(rel)
            found.denied |= set(_denied(completion.openness.rules(rel.pred)))
            for number, rule in enumerate(seen[rel]):
                names = (rel, number)
                found._atom(names, rel, rule.args)
                for literal in rule.body:
                    found._literal(names, literal)
                    pending += plan.relations_of(literal)

        def is_fixed(pred: Pred) -> bool:
            return completion.openness.is_exact(pred) and not completion.openness.is_revisable(pred)

        wanted = [
            [(certain(each.pred), is_so) for each, is_so in way] for way in ways or [[(q, True) for q in questions]]
        ]
        found.groups = tuple(found._grouped(Needs(seen, found._counted, is_fixed), wanted))
        found.measured = frozenset(place for each in found.groups if each.is_measured for place in each.places)
        return found

    def _grouped(self, needs: Needs, ways: Sequence[Sequence[Node]]) -> Iterator[Group]:
        everything = dict.fromkeys((*self._joined, *self._constants, *self._measured))
        groups = components(everything, lambda what: self._joined.get(what, ()))
        needs.group_of = {what: index for index, each in enumerate(groups) for what in each}
        needed, estimated = needs.of_each(ways), replace(needs, many=1, _known={}).of_each(ways)
        for index, each in enumerate(groups):
            places = sorted(
                (what for what in each if isinstance(what, tuple) and isinstance(what[0], Pred)),
                key=lambda place: (place[0].name, place[0].arity, place[1]),
            )
            yield Group(
                tuple(places),
                frozenset(const for what in each for const in self._constants.get(what, ())),
                any(what in self._measured for what in each),
                sum(self._counted.get(what, 0) for what in each),
                frozenset(const for what in each for const in self._compared.get(what, ())),
                not any(
                    what in self._measured or self._constants.get(what) or self._uses.get(what, 0) > 1 for what in each
                ),
                any(Int in self._types.get(what, ()) for what in each),
                any(Date in self._types.get(what, ()) for what in each),
                tuple(each.get(index, 0) for each in needed),
                max(each.get(index, 0) for each in estimated),
            )

    def _join(self, one: object, other: object) -> None:
        self._joined.setdefault(one, set()).add(other)
        self._joined.setdefault(other, set()).add(one)

    def _atom(self, names: object, source: plan.Source, args: tuple[Term, ...]) -> None:
        pred = source.pred
        pattern = source.pattern if isinstance(source, plan.Rel) else (0,) * pred.arity
        at = [index for index, kind in enumerate(pattern) if kind == 0]
        for index, arg in zip(at, args, strict=True):
            self._term(names, (pred.positive, index), arg)

    def _term(self, names: object, place: Place, arg: Term) -> None:
        if isinstance(arg, Var):
            if (names, arg) not in self._joined:
                self._counted[names, arg] = 1
            self._join((names, arg), place)
        else:
            self._joined.setdefault(place, set())
            self._constants.setdefault(place, set()).add(arg)
            self.constants.add(arg)

    def _literal(self, names: object, literal: plan.PlanLiteral) -> None:
        weight = 1 if isinstance(literal, plan.Call) else 2
        for each in plan.terms_of(literal):
            if isinstance(each, Var):
                self._uses[names, each] = self._uses.get((names, each), 0) + weight
        match literal:
            case plan.Call(source, args) | plan.Absent(source, args):
                self._atom(names, source, args)
            case plan.NoOtherValue(rel, keys, key, value):
                known, values = iter(key), iter(value or ())
                for index, is_key in enumerate(keys):
                    term = next(known) if is_key else next(values, None)
                    if term is not None:
                        self._term(names, (rel.pred.positive, index), term)
            case plan.CountTest(op, bound, sources):
                self._measure(names, (bound,))
                self._sources(names, sources, bound.value + (op == "at_most") if isinstance(bound, Int) else 3)
            case plan.AggregateTest(_, value, _, certain, possible, result):
                self._measure(names, (result, *(() if value is None else (value,))))
                self._sources(names, certain + possible, 1)
            case plan.Test(inner):
                self._test(names, inner)
            case plan.Domain():
                pass

    def _sources(self, names: object, sources: tuple[plan.Counted, ...], number: int) -> None:
        for source in sources:
            self._atom(names, source.rel, source.args)
            for var in source.counted:
                self._counted[names, var] = max(0, min(number, MOST_INDIVIDUALS))

    def _test(self, names: object, inner: Compare | Builtin | Member) -> None:
        match inner:
            case Compare(op) if op in IDENTITY | DIFFERENCE:
                self._equated(names, literal_terms(inner))
            case Member(item, items):
                for each in items:
                    self._equated(names, (item, each))
            case Compare(op):
                types: Iterable[type[Const]] = (Int,) if op in NUMERIC_COMPARISONS or op == "is" else ()
                self._measure(names, literal_terms(inner), types)
            case Builtin(name, args):
                for arg, of in zip(args, BUILTINS[name].arguments, strict=True):
                    self._measure(names, (arg,), (of.kind,))

    def _measure(self, names: object, terms: Iterable[Term], types: Iterable[type[Const]] = ()) -> None:
        """Notes what is compared, counted or computed with, and what it has to be for that."""
        terms = tuple(terms)
        own = {term for term in terms if not isinstance(term, Var)}
        for term in terms:
            if isinstance(term, Var):
                self._measured[names, term] = None
                self._compared.setdefault((names, term), set()).update(own)
                self._types.setdefault((names, term), set()).update(types)
            else:
                self.constants.add(term)

    def _equated(self, names: object, sides: tuple[Term, ...]) -> None:
        for one in variables(sides):
            for other in sides:
                if isinstance(other, Var):
                    self._join((names, one), (names, other))
                else:
                    self._constants.setdefault((names, one), set()).add(other)
                    self.constants.add(other)


def _denied(rules: Iterable[NormalRule]) -> Iterator[Place]:
    """Where some rules have a variable in the strong negation of a predicate."""
    for part in (part for rule in rules for literal in rule.body for part in walk(literal)):
        if isinstance(part, AtomF) and part.pred.negative:
            yield from ((part.pred.positive, at) for at, arg in enumerate(part.args) if isinstance(arg, Var))
