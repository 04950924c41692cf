"""What is not documented and would settle a goal: the smallest sets of facts, found by abduction over the rules.

The search goes from the goal down its rules. What is true needs nothing, what is false cannot be mended, and what is
not known is either assumed, if the policy has a question for it, or traced further. A variable that nothing limits
stays a variable. Each set is tried, with values for its variables, before it is given.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, count, product

from engine.bodies import truth
from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase
from engine.plan import Reading
from explain.derivations import RuleBook, without_or
from explain.fact_sets import MOST_SETS, Facts, covers, fewest, merged, minimal, resolved, set_key, tidy
from explain.sentences import question
from explain.substitution import Substitution, apply, bind, known_constants, rename, test, unify
from kb.printer import show_atom
from kb.syntax import (
    NOWHERE,
    TRUE,
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Member,
    Not,
    Pred,
    body_vars,
    conjoin,
    conjuncts,
    variables,
)
from kb.terms import Atom, Const, Date, Int, Term, Var, order_key
from kb.truth import Truth

BRAND = Pred("brand", 2)


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that is not documented, with the question that asks for it."""

    atom: AtomF
    question: str


@dataclass(slots=True)
class Repairs:
    """Finds the sets of undocumented facts that would make a goal true."""

    kb: KnowledgeBase
    book: RuleBook
    vocabulary: Vocabulary
    _known: dict[tuple[AtomF, bool], list[Facts]] = field(default_factory=dict)
    _states: dict[AtomF, Truth] = field(default_factory=dict)
    _open: list[AtomF] = field(default_factory=list)
    _cut: bool = False
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def of(self, goal: AtomF, most: int = 10) -> list[tuple[MissingFact, ...]]:
        """The subset-minimal sets, smallest first and then in standard order; none if the goal is true or cannot be
        mended."""
        if self.kb.truth(goal) is not Truth.UNKNOWN:
            return []
        shown: list[tuple[AtomF, ...]] = []
        found = (self._undocumented(facts) for way in self._satisfy_atom(goal) for facts in merged(way))
        for facts in sorted({tidy(facts) for facts in found if facts}, key=set_key):
            if len(shown) == most:
                break
            if not any(covers(other, facts) for other in shown) and self._works(goal, facts):
                shown.append(facts)
        return [tuple(self._missing(atom) for atom in facts) for facts in shown]

    def _undocumented(self, facts: Facts) -> Facts | None:
        """The facts that are not known yet; None if one of them is known to be false, or goes by a brand name."""
        states = {atom: self._state(atom) for atom in facts if not variables(atom.args)}
        if Truth.FALSE in states.values():
            return None
        if any(self._is_brand(arg) for atom in facts for arg in atom.args if not isinstance(arg, Var)):
            return None
        return frozenset(atom for atom in facts if states.get(atom) is not Truth.TRUE)

    def _state(self, atom: AtomF) -> Truth:
        if atom not in self._states:
            self._states[atom] = self.kb.truth(atom)
        return self._states[atom]

    def _missing(self, atom: AtomF) -> MissingFact:
        return MissingFact(atom, question(atom.pred, atom.args, self.kb.declarations) or show_atom(atom))

    # --- making a goal true ------------------------------------------------------------------------------------

    def _satisfy_atom(self, atom: AtomF) -> list[Facts]:
        """The sets that make an atom without variables true."""
        state = self.kb.truth(atom)
        if state is not Truth.UNKNOWN:
            return [frozenset()] if state is Truth.TRUE else []
        return self._remembered(atom, True, lambda: resolved(self._unknown_atom(atom, {})))

    def _remembered(self, atom: AtomF, wanted: bool, search: Callable[[], list[Facts]]) -> list[Facts]:
        """The result of a search, kept unless it was cut short because the atom leads back to one being searched."""
        if (atom, wanted) in self._known:
            return self._known[atom, wanted]
        if atom in self._open:
            self._cut = True
            return []
        outer_cut, self._cut = self._cut, False
        self._open.append(atom)
        try:
            found = minimal(search())
        finally:
            self._open.pop()
        if not self._cut or not self._open:
            self._known[atom, wanted] = found
        self._cut = (self._cut and bool(self._open)) or outer_cut
        return found

    def _satisfy(self, goals: tuple[Body, ...], binding: Substitution) -> list[tuple[Substitution, Facts]]:
        """The ways to make goals true together: what their variables become, and the facts assumed."""
        ways: list[tuple[Substitution, Facts]] = [(binding, frozenset())]
        for goal in goals:
            ways = fewest(
                [(final, facts | more) for bound, facts in ways for final, more in self._satisfy_one(goal, bound)]
            )
            if not ways:
                return []
        return ways

    def _satisfy_one(self, goal: Body, binding: Substitution) -> list[tuple[Substitution, Facts]]:
        match goal:
            case AtomF():
                atom = apply(goal, binding)
                if variables(atom.args):
                    return self._satisfy_open_atom(atom, binding)
                return [(binding, facts) for facts in self._satisfy_atom(atom)]
            case Compare() | Builtin() | Member():
                return [(bound, frozenset()) for bound in test(goal, binding)]
            case Not(inner):
                return [(binding, facts) for facts in self._falsify(inner, binding)]
            case Count():
                return [(binding, facts) for facts in self._satisfy_count(goal, binding)]
            case Aggregate():
                constants = known_constants(binding)
                return [(binding, frozenset())] if truth(self.kb, goal, constants) is Truth.TRUE else []
            case _:
                raise AssertionError("conjunctions and alternatives are opened before")

    def _satisfy_open_atom(self, atom: AtomF, binding: Substitution) -> list[tuple[Substitution, Facts]]:
        """The ways to make an atom with variables true: a row that is, or one that could be."""
        ways: list[tuple[Substitution, Facts]] = []
        for row in self.kb.rows(atom.pred, atom.args, Reading.CERTAIN):
            ways.append((bind(atom.args, row, binding), frozenset()))
        if truth(self.kb, atom, {}) is not Truth.FALSE or self._has_unknown(atom):
            ways += self._unknown_atom(atom, binding)
        return ways

    def _has_unknown(self, atom: AtomF) -> bool:
        return bool(self.kb.answers(atom).unknown)

    def _unknown_atom(self, atom: AtomF, binding: Substitution) -> list[tuple[Substitution, Facts]]:
        """The ways to make an atom true that is not known: to assume it, or by a rule that concludes it."""
        ways: list[tuple[Substitution, Facts]] = []
        if self.kb.declarations.is_abducible(atom.pred.positive):
            for assumed in self._assumable(atom):
                bound = unify(atom.args, assumed.args, binding)
                if bound is not None:
                    ways.append((bound, frozenset((assumed,))))
        if variables(atom.args):
            if atom in self._open:
                self._cut = True
                return ways
            self._open.append(atom)
        try:
            for rule, goals in self.book.rules(atom.pred):
                renamed = self._renaming(
                    {**variables(rule.head.args), **{v: None for g in goals for v in body_vars(g)}}
                )
                head = apply(rule.head, renamed)
                bound = unify(head.args, atom.args, dict(binding))
                if bound is not None:
                    body = tuple(rename(goal, renamed) for goal in goals)
                    ways += self._satisfy(body, bound)
        finally:
            if variables(atom.args):
                self._open.pop()
        return ways

    def _renaming(self, names: Iterable[Var]) -> Substitution:
        number = next(self._names)
        return {var: Var(f"{var.name}@{number}") for var in names}

    def _assumable(self, atom: AtomF) -> Iterator[AtomF]:
        """The instances of an undocumented atom that can be asked for."""
        if atom.pred.positive not in self.kb.declarations.questions:
            return
        if atom.pred.negative and atom.pred.positive in self.kb.declarations.functional:
            return
        options: list[tuple[Term, ...]] = []
        for index, arg in enumerate(atom.args):
            listed = self.vocabulary.listed.get((atom.pred.name, index + 1))
            if isinstance(arg, Var):
                options.append(listed or (Var(f"{arg.name.split('@')[0].split('#')[0]}@{next(self._names)}"),))
            elif (listed and arg not in listed) or self._is_brand(arg):
                return
            else:
                options.append((arg,))
        for chosen in product(*options):
            found = AtomF(atom.pred, chosen)
            if truth(self.kb, found, {}) is Truth.UNKNOWN or variables(chosen):
                yield found

    def _is_brand(self, arg: Const) -> bool:
        return (
            bool(list(self.kb.rows(BRAND, (arg, Var("Generic")), Reading.CERTAIN)))
            if BRAND in self._brands()
            else False
        )

    def _brands(self) -> set[Pred]:
        return {BRAND} if any(fact.head.pred == BRAND for fact in self.kb.rules.facts) else set()

    def _satisfy_count(self, goal: Count, binding: Substitution) -> list[Facts]:
        constants = known_constants(binding)
        state = truth(self.kb, goal, constants)
        if state is not Truth.UNKNOWN:
            return [frozenset()] if state is Truth.TRUE else []
        bound = constants.get(goal.bound) if isinstance(goal.bound, Var) else goal.bound
        if not isinstance(bound, Int):
            return []
        if goal.op == "at_most":
            return self._thin(goal, constants, bound.value)
        return self._add_witnesses(goal, binding, constants, bound.value)

    def _rows(
        self, goal: Count, constants: dict[Var, Const]
    ) -> tuple[set[tuple[Const, ...]], set[tuple[Const, ...]], bool]:
        columns = tuple(variables(goal.template))
        true: set[tuple[Const, ...]] = set()
        unknown: set[tuple[Const, ...]] = set()
        is_open = False
        for row, state in self.kb.part_rows(goal.goal, columns, constants):
            values = tuple(each for each in row if not isinstance(each, Var))
            if len(values) < len(row):
                is_open = True
            else:
                (true if state is Truth.TRUE else unknown).add(values)
        return true, unknown, is_open

    def _add_witnesses(
        self, goal: Count, binding: Substitution, constants: dict[Var, Const], wanted: int
    ) -> list[Facts]:
        true, unknown, is_open = self._rows(goal, constants)
        lacking = wanted - len(true)
        columns = tuple(variables(goal.template))
        kept = sorted(unknown, key=lambda row: [order_key(each) for each in row])[: lacking + 12]
        candidates = [self._witness(goal, {**binding, **dict(zip(columns, row, strict=True))}) for row in kept]
        found: list[Facts] = []
        for known in range(min(lacking, len(candidates)), -1, -1):
            if known < lacking and not is_open:
                break
            fresh = [self._witness(goal, dict(binding)) for _ in range(lacking - known)]
            for chosen in combinations(candidates, known):
                found += [frozenset().union(*parts) for parts in product(*chosen, *fresh)]
                if len(found) > MOST_SETS:
                    break
        return found

    def _witness(self, goal: Count, binding: Substitution) -> list[Facts]:
        renamed = self._renaming(var for var in body_vars(goal.goal) if var not in binding)
        body = rename(goal.goal, renamed)
        ways = [way for goals in without_or(conjuncts(body)) for way in self._satisfy(goals, binding)]
        return [facts for facts in resolved(ways) if facts]

    def _thin(self, goal: Count, constants: dict[Var, Const], most: int) -> list[Facts]:
        """The ways to leave at most so many witnesses possible."""
        true, unknown, is_open = self._rows(goal, constants)
        if is_open:
            return []
        columns = tuple(variables(goal.template))
        excess = len(true) + len(unknown) - most
        rows = sorted(unknown, key=lambda row: [order_key(each) for each in row])
        found: list[Facts] = []
        for chosen in combinations(rows, excess):
            parts = [self._falsify(goal.goal, {**constants, **dict(zip(columns, row, strict=True))}) for row in chosen]
            found += [frozenset().union(*each) for each in product(*parts)]
        return minimal(found)

    # --- making a goal false -----------------------------------------------------------------------------------

    def _falsify(self, goal: Body, binding: Substitution) -> list[Facts]:
        """The sets that make a goal false under a binding, its other variables read as `there is`."""
        constants = known_constants(binding)
        state = truth(self.kb, goal, constants)
        if state is not Truth.UNKNOWN:
            return [frozenset()] if state is Truth.FALSE else []
        free = tuple(var for var in body_vars(goal) if var not in constants)
        if free:
            return self._falsify_instances(goal, free, constants)
        match goal:
            case AtomF():
                return self._falsify_atom(apply(goal, binding))
            case Not(inner):
                return [
                    facts for goals in without_or(conjuncts(inner)) for facts in resolved(self._satisfy(goals, binding))
                ]
            case Count("at_least", bound, _, _):
                limit = constants.get(bound) if isinstance(bound, Var) else bound
                return self._thin(goal, constants, limit.value - 1) if isinstance(limit, Int) else []
            case Count() | Aggregate() | Compare() | Builtin() | Member():
                return []
            case _:
                parts = [self._falsify_any(goals, binding) for goals in without_or(conjuncts(goal))]
                return minimal(frozenset().union(*each) for each in product(*parts))

    def _falsify_any(self, goals: tuple[Body, ...], binding: Substitution) -> list[Facts]:
        return [facts for goal in goals for facts in self._falsify(goal, binding)]

    def _falsify_instances(self, goal: Body, free: tuple[Var, ...], constants: dict[Var, Const]) -> list[Facts]:
        """Every instance that is possible has to go; where an individual not named is possible, nothing will do."""
        found: list[Facts] = [frozenset()]
        for row, state in self.kb.part_rows(goal, free, constants):
            values = {var: each for var, each in zip(free, row, strict=True) if not isinstance(each, Var)}
            if state is Truth.TRUE or len(values) < len(free):
                return []
            here = self._falsify(goal, {**constants, **values})
            found = minimal(one | other for one in found for other in here)
        return found

    def _falsify_atom(self, atom: AtomF) -> list[Facts]:
        return self._remembered(atom, False, lambda: list(self._ways_to_falsify(atom)))

    def _ways_to_falsify(self, atom: AtomF) -> Iterator[Facts]:
        declared = self.kb.declarations.functional.get(atom.pred)
        if declared is not None:
            yield from self._other_values(atom, declared.keys)
        elif self.kb.declarations.is_abducible(atom.pred.positive):
            if not atom.pred.negative:
                yield from (frozenset((each,)) for each in self._assumable(AtomF(atom.pred.opposite, atom.args)))
            else:
                yield from self._satisfy_atom(AtomF(atom.pred.positive, atom.args))
        else:
            parts = []
            for rule, goals in self.book.rules(atom.pred):
                bound = unify(rule.head.args, atom.args, {})
                if bound is not None:
                    parts.append(self._falsify(conjoin(goals, NOWHERE), bound))
            yield from minimal(frozenset().union(*each) for each in product(*parts))

    def _other_values(self, atom: AtomF, keys: tuple[bool, ...]) -> Iterator[Facts]:
        if atom.pred.positive not in self.kb.declarations.questions:
            return
        options: list[tuple[Term, ...]] = []
        for index, (arg, is_key) in enumerate(zip(atom.args, keys, strict=True)):
            listed = self.vocabulary.listed.get((atom.pred.name, index + 1))
            options.append((arg,) if is_key else listed or (Var(f"Value@{next(self._names)}"),))
        for chosen in product(*options):
            if chosen != atom.args:
                yield frozenset((AtomF(atom.pred, chosen),))

    # --- trying a set ------------------------------------------------------------------------------------------

    def _works(self, goal: AtomF, facts: tuple[AtomF, ...]) -> bool:
        """Whether the facts, with some values for their variables, make the goal true."""
        free = [var for atom in facts for var in variables(atom.args)]
        for values in self._samples(facts, free):
            stated = tuple(Clause(apply(atom, values), TRUE) for atom in facts)
            if self.kb.with_facts((*self.kb.facts, *stated)).truth(goal) is Truth.TRUE:
                return True
        return False

    def _samples(self, facts: tuple[AtomF, ...], free: list[Var]) -> Iterator[Substitution]:
        """Values to try: by the declared type of the argument that a variable stands in, different for each."""
        types = {
            arg: declared
            for atom in facts
            for arg, declared in zip(atom.args, self.kb.declarations.types_of(atom.pred), strict=True)
            if isinstance(arg, Var)
        }
        for base in (1000, 1, 18, 90):
            values: Substitution = {}
            for offset, var in enumerate(dict.fromkeys(free)):
                match types[var]:
                    case "integer":
                        values[var] = Int(base + offset)
                    case "date":
                        values[var] = Date(datetime.date(1900 + base % 150, 1, 1) + datetime.timedelta(days=offset))
                    case _:
                        values[var] = Atom(f"undocumented_{offset}")
            yield values
            if not free:
                return
