"""How many undocumented facts it takes at least to meet a criterion, as expressions over the wide table.

It follows the rules: a conjunction takes the sum of what its parts take, alternatives the least, a count what it lacks.
That is exact where parts share no facts. Elsewhere it is a range, and only where its ends differ has the case to be
searched: where one fact can serve two parts (a line of therapy that also shows the disease to be refractory), or two
parts want what contradicts each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from engine.backends.sql.scalars import both, negated
from engine.batch.lift.standing import CASE_VAR, Args, Standing, any_args, body_of, is_ground
from engine.batch.lift.ways import UnfitError
from engine.batch.repair_parts import (
    NONE,
    Size,
    Use,
    any_of,
    choice,
    every,
    guarded,
    number_of,
    total,
    uses_of,
)
from engine.reading.plan import Reading
from kb.language.declarations import Declarations
from kb.language.syntax import And, AtomF, Body, Count, Not, Or, Pred, conjuncts
from kb.language.terms import Int, Var

_ENDLESS = "the size of a repair"


@dataclass(slots=True)
class Sizes:
    """Finds sizes for the predicates of a program."""

    standing: Standing
    _memo: dict[tuple[Pred, Args, bool], Size] = field(default_factory=dict)
    _active: set[tuple[Pred, Args, bool]] = field(default_factory=set)

    @property
    def declared(self) -> Declarations:
        return self.standing.declared

    def of(self, pred: Pred) -> Size:
        """The size for a predicate of the case alone. Raises `UnfitError` where the rules do not become expressions."""
        return self._atom(pred, (CASE_VAR,), True)

    # --- atoms -------------------------------------------------------------------------------------------------

    def _atom(self, pred: Pred, args: Args, wanted: bool) -> Size:
        key = (pred, args, wanted)
        if key in self._memo:
            return self._memo[key]
        if key in self._active:
            raise UnfitError(_ENDLESS)
        self._active.add(key)
        try:
            found = self._found(pred, args, wanted)
        finally:
            self._active.discard(key)
        named = self.standing.lifter.named
        self._memo[key] = Size(named(found.low), named(found.high), found.uses)
        return self._memo[key]

    def _found(self, pred: Pred, args: Args, wanted: bool) -> Size:
        certain = self.standing.holds(pred, args, Reading.CERTAIN)
        if not self.standing.opens(pred):
            size = choice((certain if wanted else negated(certain), number_of(0)), otherwise=number_of(NONE))
            return Size(size, size.copy())
        if self.declared.is_abducible(pred.positive):
            return self._stated(pred, args, certain) if wanted else self._denied(pred, args, certain)
        bodies = [body for clause in self.standing.rules.get(pred, ()) if (body := body_of(clause, args)) is not None]
        if wanted:
            found = any_of([self._all_of(self.standing.groups(body)) for body in bodies])
            possible = self.standing.holds(pred, args, Reading.POSSIBLE, self.standing.repairable)
            return guarded(found, certain, negated(possible))
        found = every([self._some_fails(body) for body in bodies], self.declared)
        return guarded(found, negated(self.standing.holds(pred, args, Reading.POSSIBLE)), certain)

    def _stated(self, pred: Pred, args: Args, certain: exp.Expr) -> Size:
        """Of an open atom, whose variables stand for any value."""
        direct = self.standing.is_direct(pred, args)
        derived, helpers = self.standing.derivable(pred)
        possible = (
            both([derived, self.standing.holds(pred, args, Reading.POSSIBLE, self.standing.repairable)])
            if helpers
            else exp.false()
        )
        uses = uses_of(pred, args, derived, helpers)
        low = choice(
            (certain, number_of(0)), (direct, number_of(1)), (possible, number_of(1)), otherwise=number_of(NONE)
        )
        high = choice((certain, number_of(0)), (direct, number_of(1)), otherwise=number_of(NONE))
        return Size(low, high, uses)

    def _denied(self, pred: Pred, args: Args, certain: exp.Expr) -> Size:
        """Of the denial of an open atom: a functional predicate is denied by another value."""
        possible = self.standing.holds(pred, args, Reading.POSSIBLE)
        asked = pred.positive in self.declared.questions and not pred.negative
        if pred in self.declared.functional:
            others = [self.standing.vocabulary.listed.get((pred.name, index), ()) for index in range(2, pred.arity + 1)]
            asked = asked and any(len(values) > 1 for values in others)
        one = number_of(1 if asked else NONE)
        size = choice((negated(possible), number_of(0)), (certain, number_of(NONE)), otherwise=one)
        return Size(size, size.copy(), frozenset([Use(pred.opposite, args)]))

    # --- conjunctions ------------------------------------------------------------------------------------------

    def _all_of(self, groups: list[tuple[Body, ...]]) -> Size:
        implied = {each.pred for group in groups for each in self._promised(group)}
        kept = [group for group in groups if not self._is_implied(group, implied)]
        return every([self._group(group, wanted=True) for group in kept], self.declared)

    def _promised(self, group: tuple[Body, ...], above: tuple[Pred, ...] = ()) -> Iterator[AtomF]:
        """Open atoms of which some instance holds wherever a group does; `above` are the predicates being opened."""
        for goal in group:
            match goal:
                case AtomF(pred, args) if len(group) == 1 and self.standing.opens(pred):
                    if self.declared.is_abducible(pred) and any(not isinstance(arg, Var) for arg in args):
                        yield goal
                    rules = self.standing.rules.get(pred, ())
                    if len(rules) == 1 and pred not in above:
                        for inner in self.standing.groups(body_of(rules[0], args) or ()):
                            yield from self._promised(inner, (*above, pred))
                case Count("at_least", Int(value), _, inner) if value > 0 and len(group) == 1:
                    for each in conjuncts(inner):
                        if isinstance(each, AtomF) and self.declared.is_abducible(each.pred):
                            yield each

    def _is_implied(self, group: tuple[Body, ...], promised: set[Pred]) -> bool:
        """Whether some alternative of a group is no more than that there is some atom of a predicate that is promised."""
        if len(group) != 1 or not isinstance(group[0], AtomF) or any(True for _ in self._promised(group)):
            return False
        for clause in self.standing.rules.get(group[0].pred, ()):
            body = body_of(clause, group[0].args) or ()
            if len(body) == 1 and isinstance(body[0], AtomF) and body[0].pred in promised:
                own = [arg for arg in body[0].args[1:] if isinstance(arg, Var)]
                if body[0].args[0] == CASE_VAR and len(set(own)) == body[0].pred.arity - 1:
                    return True
        return False

    def _some_fails(self, body: tuple[Body, ...]) -> Size:
        return any_of([self._group(group, wanted=False) for group in self.standing.groups(body)])

    def _group(self, group: tuple[Body, ...], *, wanted: bool) -> Size:
        if not frozenset().union(*map(self.standing.opens_of, group)):
            holds = self.standing.all_hold(group, Reading.CERTAIN)
            size = choice((holds if wanted else negated(holds), number_of(0)), otherwise=number_of(NONE))
            return Size(size, size.copy())
        match group:
            case (AtomF(pred, args),) if all(arg == CASE_VAR or not isinstance(arg, Var) for arg in args):
                return self._atom(pred, args, wanted)
            case (Not(goal),):
                return (
                    self._some_fails(conjuncts(goal)) if wanted else self._all_of(self.standing.groups(conjuncts(goal)))
                )
            case (Or(branches),) if wanted:
                return any_of([self._all_of(self.standing.groups(conjuncts(each))) for each in branches])
            case (Count("at_least", Int(least), (Var() as template,), goal),) if wanted and least > 0:
                return self._counted(least, template, conjuncts(goal), group)
            case _ if wanted:
                return self._some(group)
        return self._range(group, wanted)

    def _range(self, group: tuple[Body, ...], wanted: bool) -> Size:
        """What is known of any goals: nothing if they hold, nothing else if they cannot, one fact or more otherwise."""
        certain, possible = (
            self.standing.all_hold(group, Reading.CERTAIN),
            self.standing.all_hold(group, Reading.POSSIBLE),
        )
        if not wanted:
            opposite = And(tuple(group))
            certain = self.standing.all_hold([Not(opposite)], Reading.CERTAIN)
            possible = self.standing.all_hold([Not(opposite)], Reading.POSSIBLE)
        uses = frozenset(
            Use(each, any_args(each))
            for goal in group
            for each in self.standing.opens_of(goal)
            if each in self.declared.questions
        )
        low = choice((certain, number_of(0)), (possible, number_of(1)), otherwise=number_of(NONE))
        return Size(low, choice((certain, number_of(0)), otherwise=number_of(NONE)), uses)

    def _some(self, group: tuple[Body, ...]) -> Size:
        """Goals with variables of their own: a fact for one value will do."""
        found: list[Size] = []
        for _, rest in self.standing.instances(group):
            if len(rest) != 1 or not is_ground(rest[0]):
                break
            found.append(self._group((rest[0],), wanted=True))
        else:
            return any_of(found)
        opened = [each for each in group if self.standing.opens_of(each)]
        match opened:
            case [AtomF(pred, args)] if self.declared.is_abducible(pred):
                certain, possible = (
                    self.standing.all_hold(group, Reading.CERTAIN),
                    self.standing.all_hold(group, Reading.POSSIBLE),
                )
                derived, helpers = self.standing.derivable(pred)
                direct = both([self.standing.is_direct(pred, args), possible])
                uses = uses_of(pred, args, derived, helpers)
                low = choice((certain, number_of(0)), (possible, number_of(1)), otherwise=number_of(NONE))
                high = choice((certain, number_of(0)), (direct, number_of(1)), otherwise=number_of(NONE))
                return Size(low, high, uses)
        return self._range(group, True)

    def _counted(self, least: int, template: Var, goals: tuple[Body, ...], group: tuple[Body, ...]) -> Size:
        """A count lacks as many facts as witnesses, if each fact gives one."""
        instances = self.standing.instances(goals)
        open_atoms = [each for each in goals if self.standing.opens_of(each)]
        if (
            len(open_atoms) != 1
            or not isinstance(open_atoms[0], AtomF)
            or not self.declared.is_abducible(open_atoms[0].pred)
        ):
            return self._range(group, True)
        pred = open_atoms[0].pred
        derived, _ = self.standing.derivable(pred)
        one_by_one = [rest[0] for _, rest in instances if len(rest) == 1 and is_ground(rest[0])]
        values = [binding.get(template) for binding, _ in instances]
        enough: exp.Expr
        direct: exp.Expr
        possible: exp.Expr
        if len(one_by_one) == len(instances) and len(set(values)) == len(values):
            sizes = [self._group((each,), wanted=True) for each in one_by_one]
            held = total(choice((each.low.eq(number_of(0)), number_of(1)), otherwise=number_of(0)) for each in sizes)
            likely = total(choice((each.high <= number_of(1), number_of(1)), otherwise=number_of(0)) for each in sizes)
            able = total(choice((each.low <= number_of(1), number_of(1)), otherwise=number_of(0)) for each in sizes)
            enough, direct, possible = (exp.paren(each) >= number_of(least) for each in (held, likely, able))
            uses = frozenset(use for each in sizes for use in each.uses)
        elif goals == (open_atoms[0],) and template in open_atoms[0].args:
            tests = [
                self.standing.all_hold([Count("at_least", Int(n), (template,), And(goals))], Reading.CERTAIN)
                for n in range(1, least + 1)
            ]
            held = total(choice((each, number_of(1)), otherwise=number_of(0)) for each in tests)
            enough, direct = tests[-1], self.standing.is_direct(pred, open_atoms[0].args)
            possible = self.standing.all_hold(group, Reading.POSSIBLE)
            uses = frozenset([Use(pred, open_atoms[0].args)])
        else:
            return self._range(group, True)
        lacking = exp.Sub(this=number_of(least), expression=exp.paren(held.copy()))
        low = choice(
            (enough, number_of(0)),
            (both([possible, negated(derived)]), lacking),
            (possible, number_of(1)),
            otherwise=number_of(NONE),
        )
        high = choice((enough, number_of(0)), (direct, lacking), otherwise=number_of(NONE))
        return Size(low, high, uses)
