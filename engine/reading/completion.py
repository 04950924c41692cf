"""The three-valued reading as a source-to-source pass: from normal rules to two-valued plan rules, on demand.

Each predicate gets a certain and a possible reading: true is certain, false is not possible. Anonymous individuals
are never enumerated. They can be exchanged for one another, so whether an atom about some of them is possible depends
only on which of its arguments are equal; each such pattern is a relation of its own over the constant arguments, and
"a variable that nothing else limits" compiles to a test that the record is not complete.

What a variable is need not be tried out where an anonymous individual would do as well as any constant, nor where it is only
asked whether there is one; engine/reading/specialise.py says when that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from threading import RLock
from typing import TypeVar, cast

from msgspec import Struct, field, structs

from engine.endless import DEFAULT_STEPS, Effort, EndlessError
from engine.reading.division import divided, has_many_choices
from engine.reading.normal import Asked, NormalRule, is_auxiliary, normal_goals, normal_program
from engine.reading.openness import Openness, used_by
from engine.reading.plan import (
    Absent,
    Call,
    Domain,
    NoOtherValue,
    PlanLiteral,
    PlanRule,
    Reading,
    Rel,
    Stored,
    tests_early,
)
from engine.reading.ranges import narrowed
from engine.reading.specialise import as_asked, specialised
from kb.language.declarations import COMPLETE, Declarations
from kb.language.syntax import Clause, Pred
from kb.language.terms import Atom, Var

Kept = TypeVar("Kept")


class Completion(Struct, frozen=True, eq=False):
    """The plan rules of a program, or of goals that are asked of the program `below`, made as they are asked for.

    A relation has the same rules in every layer, so what has been made of the program's is kept for all goals.
    """

    openness: Openness
    below: Completion | None = None
    is_of_program: bool = True
    """Whether it is the program, or a part of its rules: then what is made of it serves every case."""
    effort: Effort = field(default_factory=Effort)
    """What making plan rules takes for the question at hand, in this layer and those beside and below it."""
    made: dict[Rel, tuple[PlanRule, ...]] = field(default_factory=dict)
    """The plan rules that have been asked for."""
    _kept: dict[tuple[Rel, object], object] = field(default_factory=dict)
    _divided: dict[NormalRule, NormalRule] = field(default_factory=dict)
    """Rules with many choices, and what is read in their place."""
    _lock: RLock = field(default_factory=RLock)

    @classmethod
    def of(
        cls,
        clauses: Iterable[Clause],
        declarations: Declarations,
        *,
        closed_world: bool = False,
        max_steps: int = DEFAULT_STEPS,
    ) -> Completion:
        """The plan rules of the rules of a program; `max_steps` is how many steps making those of a question may take."""
        return cls(Openness.of(normal_program(clauses), declarations, closed_world), effort=Effort(max_steps))

    @property
    def has_divided(self) -> bool:
        """Whether rules were divided, which makes predicates that are numbered as they are made."""
        return bool(self._divided)

    def asked(self, *goals: Asked, is_of_program: bool = False) -> tuple[Completion, tuple[Pred, ...]]:
        """A layer above with a predicate for each goal, over its inputs and outputs, and these predicates; `is_of_program` where the
        goals are parts of the program's rules. This one is left as it is."""
        normal, preds = normal_goals(goals)
        below = self.openness
        openness = Openness.of(normal, below.declarations, below.closed_world, below)
        return Completion(openness, self, is_of_program, self.effort), preds

    @property
    def declarations(self) -> Declarations:
        return self.openness.declarations

    @property
    def closed_world(self) -> bool:
        return self.openness.closed_world

    def rel(self, pred: Pred, reading: Reading, kinds: Sequence[int]) -> Rel:
        """The relation of a predicate; where what is possible is certain, both readings are one."""
        return self.openness.rel(pred, reading, kinds)

    def owner(self, rel: Rel) -> Completion:
        """The layer that a relation belongs to."""
        is_own = self.below is None or self.openness.owner(rel.pred) is self.openness
        return self if is_own or self.below is None else self.below.owner(rel)

    def stated_for(self, pred: Pred) -> Pred | None:
        """The predicate of the program whose rules a predicate belongs to: itself, or the one that it was made for."""
        while is_auxiliary(pred):
            part = self.openness.part(pred)
            rules = chain(*self.openness.normal.rules.values())
            user = part.of if part else next((rule.head.pred for rule in rules if pred in used_by(rule)), None)
            if user is None:
                return None
            pred = user
        return pred

    def rules_for(self, rel: Rel) -> tuple[PlanRule, ...]:
        """The rules that define a relation.

        Raises `EndlessError` if making those of a question takes more steps than are allowed.
        """
        owner = self.owner(rel)
        found = owner.made.get(rel)
        if found is None:
            try:
                with owner._lock:  # parts are numbered as they are made
                    found = owner.made[rel] = tuple(dict.fromkeys(map(narrowed, owner._make(rel))))
            except EndlessError as error:
                raise EndlessError(error.exceeded, owner.stated_for(rel.pred)) from None
        return found

    def made_of(self, rel: Rel, make: Callable[[tuple[PlanRule, ...]], Kept]) -> Kept:
        """What a function makes of the rules of a relation, the tests in their bodies as early as they can be made: made once, and
        kept with them. Raises what `rules_for` does."""
        kept = self.owner(rel)._kept
        found = kept.get((rel, make))
        if found is None:
            rules = self.rules_for(rel)
            found = kept[rel, make] = make(tuple(structs.replace(rule, body=tests_early(rule.body)) for rule in rules))
        return cast("Kept", found)

    def _make(self, rel: Rel) -> Iterator[PlanRule]:
        pred, reading = rel.pred, rel.reading
        if reading is Reading.POSSIBLE and self.openness.is_open(pred) and not pred.negative:
            yield from self._open_atom(rel)
        elif reading is Reading.POSSIBLE and pred.negative:
            yield from self._strong_negation(rel)
        else:
            if not rel.has_individuals and not is_auxiliary(pred):
                args = tuple(Var(f"A{index}") for index in range(pred.arity))
                yield PlanRule(rel, _columns(rel), (Call(Stored(pred), args),))
            for rule in self.openness.rules(pred):
                if reading is Reading.CERTAIN and rel.has_individuals and not is_auxiliary(pred):
                    continue
                yield from self._variants(rule, rel)

    def _open_atom(self, rel: Rel) -> Iterator[PlanRule]:
        """Possible: certain, or neither false by strong negation, nor by a complete record, nor by another value."""
        pred, columns = rel.pred, _columns(rel)
        if rel.all_constant:
            yield PlanRule(rel, columns, (Call(Rel(pred, Reading.CERTAIN, rel.pattern), columns),))
        body: list[PlanLiteral] = [Domain(var) for var in columns]
        if rel.pattern and rel.pattern[0] == 0:
            body.append(Absent(Stored(COMPLETE), (columns[0], Atom(pred.own_name))))
        if rel.all_constant:
            body.append(Absent(Rel(pred.opposite, Reading.CERTAIN, rel.pattern), columns))
        body += self._no_other_value(rel)
        yield PlanRule(rel, columns, tuple(body))

    def _no_other_value(self, rel: Rel) -> Iterator[NoOtherValue]:
        declared = self.openness.declarations.functional.get(rel.pred)
        if declared is None:
            return
        names = iter(_columns(rel))
        terms = [next(names) if kind == 0 else None for kind in rel.pattern]
        key = [term for term, is_key in zip(terms, declared.keys, strict=True) if is_key]
        value = [term for term, is_key in zip(terms, declared.keys, strict=True) if not is_key]
        if None in key:
            return
        certain = Rel(rel.pred, Reading.CERTAIN, (0,) * rel.pred.arity)
        known = tuple(term for term in value if term is not None)
        yield NoOtherValue(
            certain,
            declared.keys,
            tuple(term for term in key if term is not None),
            known if len(known) == len(value) else None,
        )

    def _strong_negation(self, rel: Rel) -> Iterator[PlanRule]:
        """Possible: certain, or unknown because the atom that it negates is unknown or the body of a rule for it is."""
        columns = _columns(rel)
        certain = Rel(rel.pred, Reading.CERTAIN, rel.pattern)
        if rel.all_constant:
            yield PlanRule(rel, columns, (Call(certain, columns),))
        opposite = rel.pred.opposite
        if not self.openness.is_exact(opposite):
            body: list[PlanLiteral] = [Call(Rel(opposite, Reading.POSSIBLE, rel.pattern), columns)]
            if rel.all_constant:
                body.append(Absent(Rel(opposite, Reading.CERTAIN, rel.pattern), columns))
            yield PlanRule(rel, columns, tuple(body))
        for rule in self.openness.rules(rel.pred):
            yield from self._variants(rule, rel)

    def _variants(self, rule: NormalRule, rel: Rel) -> Iterator[PlanRule]:
        """The plan rules of a rule, or of its parts where it has many choices."""
        asked = as_asked(self.openness, rule, rel)
        if self.openness.part(rel.pred) is None and has_many_choices(self.openness, asked, rel.reading):
            if asked not in self._divided:
                self._divided[asked] = divided(self.openness, asked, len(self._divided))
            asked = self._divided[asked]
        return specialised(self.openness, asked, rel, self.effort)


def _columns(rel: Rel) -> tuple[Var, ...]:
    return tuple(Var(f"A{index}") for index, kind in enumerate(rel.pattern) if kind == 0)
