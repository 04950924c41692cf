"""Ground rules for one goal: the plan rules that can make it true when certain facts may be assumed.

Grounding is goal-directed: a relation is grounded for the key that a caller binds, recursion by repetition until no row
is new. What holds without assumptions is simplified away, so that the ground program speaks of assumptions only, and of
conditions for values that are not known. It is two-valued and stratified, as plan rules are, and exact: for every set of
assumptions, and values that the conditions hold of or not, an atom is true in the ground program if and only if it is true
with those facts stated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Protocol, TypeAlias

from msgspec import Struct, field

from engine.backends.protocol import EndlessError, Exceeded
from engine.backends.rows import Facts, Numbers, bound_row
from engine.backends.rows import Key as Key
from engine.backends.rows import Row as Row
from engine.reading import plan
from engine.reading.completion import Completion
from engine.symbolic.conditions import ALWAYS, Alternatives, Condition, Conjunction
from engine.symbolic.joins import NOTHING, Atoms, Joins, Registers, RowOf, State
from engine.symbolic.limits import Deadline, OutOfTimeError
from engine.symbolic.open_tests import OpenTests
from engine.symbolic.unknowns import Unknowns
from kb.language.syntax import Pred
from kb.language.terms import Int, Var

Offer: TypeAlias = Callable[[Pred, Key], Iterable[Row]]
"""For a predicate and a key, the rows that may be assumed: none of them stated."""
Body: TypeAlias = tuple[frozenset[int], frozenset[int]]
"""The atoms that a ground rule needs, and those that must not hold."""

STEPS_A_LOOK = 1_000
"""After how many steps each it is looked at the clock."""
MOST_OPEN_ROWS = 10
"""Of how many rows that may or may not hold the value of an aggregate is worked out, each combination by itself."""


def certain(pred: Pred) -> plan.Rel:
    """The relation of what is certain of a predicate, for constants."""
    return plan.Rel(pred, plan.Reading.CERTAIN, (0,) * pred.arity)


class GroundRules(Struct):
    """Rules and counts over numbered atoms, and the atoms that hold anyway."""

    rules: dict[int, set[Body]] = field(default_factory=dict)
    counts: dict[int, tuple[int, Mapping[int, int]]] = field(default_factory=dict)
    """An atom that holds if at least so many rows do, and the atoms that stand for them, each with for how many."""
    true: set[int] = field(default_factory=set)
    conditions: dict[int, Condition] = field(default_factory=dict)
    """The atoms that say that a condition holds."""

    def needs(self, roots: Iterable[int]) -> set[int]:
        """The atoms that some atoms depend on, themselves included."""
        found: set[int] = set()
        pending = list(roots)
        while pending:
            atom = pending.pop()
            if atom not in found:
                found.add(atom)
                for positive, negative in self.rules.get(atom, ()):
                    pending += [*positive, *negative]
                if atom in self.counts:
                    pending += self.counts[atom][1]
        return found


class GroundProgram(GroundRules):
    """Ground rules with a choice among assumptions."""

    assumable: dict[int, tuple[Pred, Row]] = field(default_factory=dict)
    atoms: dict[object, int] = field(default_factory=dict)

    def atom(self, what: object) -> int:
        """The number of an atom, a new one at its first mention."""
        return self.atoms.setdefault(what, len(self.atoms) + 1)

    def holding(self, of: object, row: Row) -> tuple[int, frozenset[int]]:
        """The atom that says that something has a row, and what it takes for that to hold."""
        atom = self.atoms.setdefault((of, row), len(self.atoms) + 1)
        return atom, frozenset((atom,))

    def add(self, head: int, positive: frozenset[int], negative: frozenset[int]) -> None:
        """Adds a rule."""
        if head in self.true:
            return
        if positive or negative:
            bodies = self.rules.get(head)
            if bodies is None:
                self.rules[head] = {(positive, negative)}
            else:
                bodies.add((positive, negative))
        else:
            self.true.add(head)
            self.rules.pop(head, None)

    def condition(self, condition: Condition) -> int:
        """The atom that says that a condition holds."""
        op, factors, bound = condition.op, condition.factors, condition.bound
        atom = self.atom((("condition", op, factors, bound, condition.is_of_range), condition.unknowns))
        self.conditions[atom] = condition
        return atom

    def any_of(self, alternatives: Iterable[frozenset[int]]) -> int | None:
        """The atom that holds where all of some atoms do, for any of some alternatives; None if it always holds."""
        found = frozenset(alternatives)
        if any(not each for each in found):
            return None
        if len(found) == 1:
            (only,) = found
            if len(only) == 1:
                return next(iter(only))
        atom = self.atom(("any of", found))
        for each in found:
            self.add(atom, each, NOTHING)
        return atom


class Base(Protocol):
    """What follows from the same facts with nothing to assume."""

    def rows(self, rel: plan.Rel, key: Key) -> Collection[Row]:
        """The rows of a relation that agree with a key."""

    def knows(self, rel: plan.Rel, completion: Completion) -> bool:
        """Whether a relation of a completion is one that it has rows of, and no relation of a layer above."""


class _Call:
    """What is known of a relation for one key: its rows so far, each with the atom that says so, and whether they are all."""

    __slots__ = ("depth", "done", "low", "round", "rows")

    def __init__(self) -> None:
        self.rows: dict[Row, tuple[int, frozenset[int]]] = {}
        self.done = False
        self.depth: int | None = None
        """Where it stands among the calls under way."""
        self.round = -1
        self.low = -1
        """After a round, the outermost call under way that it depends on."""


class _Relation:
    """A relation that was met: its number, of which an atom of the ground program is one with a row, and what it was asked."""

    __slots__ = ("calls", "is_settled_by_base", "joins", "number", "rel")

    def __init__(self, rel: plan.Rel, number: int, joins: Joins, *, is_settled_by_base: bool) -> None:
        self.rel = rel
        self.number = number
        self.joins = joins
        self.is_settled_by_base = is_settled_by_base
        """Whether what is certain without assumptions stays so, and what is not possible."""
        self.calls: dict[Key, _Call] = {}


class Grounder(Struct):
    """Grounds the relations of a completion over some facts and what may be assumed beside them."""

    completion: Completion
    facts: Facts
    offer: Offer
    domain: frozenset[int]
    max_steps: int
    tests: OpenTests
    """Tests of the values that are not known."""
    deadline: Deadline
    """When the search is given up."""
    base: Base | None = None
    """What is certain there is not traced further, nor what is not possible: to assume undocumented facts, short of a conflict,
    makes neither untrue, but of what is revisable."""
    ground: GroundProgram = field(default_factory=GroundProgram)
    has_passed_over: bool = False
    """Whether an aggregate was left out, over more rows than `MOST_OPEN_ROWS` that may or may not hold."""
    _seen: dict[int, tuple[_Relation, plan.Rel]] = field(default_factory=dict)
    _relations: dict[plan.Rel, _Relation] = field(default_factory=dict)
    _stored: dict[tuple[Pred, Key], list[tuple[Row, frozenset[int]]]] = field(default_factory=dict)
    """Facts that are stated or may be assumed, by what was asked of them."""
    _holding: dict[int, tuple[Atoms, Conjunction]] = field(default_factory=dict)
    """The atoms of conditions, by the identity of these, which a test gives again and again; they are kept so that it stays theirs."""
    _open: list[_Call] = field(default_factory=list)
    _waiting: list[_Call] = field(default_factory=list)
    _grown: int = 0
    _round: int = 0
    _low: int = 0
    _steps: int = 0

    @property
    def unknowns(self) -> Unknowns:
        """The values that are not known."""
        return self.tests.unknowns

    def rows(self, rel: plan.Rel, key: Key) -> Collection[Row]:
        """The rows of a relation that agree with a key, those included that hold under some assumptions only.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        call = self._called(self._relation(rel), key)
        return call.rows if call.done else list(call.rows)

    def _called(self, relation: _Relation, key: Key) -> _Call:
        """A relation for a key, evaluated but for what is under way."""
        call = relation.calls.get(key)
        if call is None:
            call = relation.calls[key] = _Call()
            if relation.is_settled_by_base and None not in key:
                self._settle(call, relation, key)
        if call.done:
            return call
        if call.depth is not None or call.round == self._round:
            self._low = min(self._low, call.low if call.depth is None else call.depth)
            return call
        outer, self._low = self._low, len(self._open)
        self._evaluate(call, relation, key)
        call.low, self._low = self._low, min(outer, self._low)
        return call

    def conclude(self, head: int, rel: plan.Rel, key: Key) -> None:
        """Makes an atom hold where some row of a relation that agrees with a key does."""
        for row in list(self.rows(rel, key)):
            self.ground.add(head, frozenset((self.atom(rel, row),)), NOTHING)

    def atom(self, rel: plan.Rel, row: Row) -> int:
        """The atom that says that a relation has a row."""
        return self.ground.atom((self._relation(rel).number, row))

    def knows(self, rel: plan.Rel, completion: Completion) -> bool:
        """Whether a relation of a completion is one that is grounded here too, and no relation of a layer above."""
        return self.completion is completion or completion.owner(rel) is self.completion

    def _relation(self, rel: plan.Rel) -> _Relation:
        """A relation, remembered by identity, which is quicker than equality."""
        seen = self._seen.get(id(rel))
        if seen is None:
            found = self._relations.get(rel)
            if found is None:
                found = self._relations[rel] = self._met(rel)
            seen = self._seen[id(rel)] = found, rel
        return seen[0]

    def _met(self, rel: plan.Rel) -> _Relation:
        is_settled = (
            self.base is not None
            and not self.completion.openness.is_revisable(rel.pred)
            and self.base.knows(rel, self.completion)
        )
        joins = self.completion.made_of(rel, Joins)
        return _Relation(rel, len(self._relations), joins, is_settled_by_base=is_settled)

    def _settle(self, call: _Call, relation: _Relation, key: Key) -> None:
        """Takes over what is settled about a row without assumptions."""
        assert self.base is not None
        if not self.unknowns.kinds.keys().isdisjoint(key):
            return
        stands = bool(self.base.rows(relation.rel, key))
        if stands == (relation.rel.reading is plan.Reading.CERTAIN):
            call.done = True
            if stands:
                row = bound_row(key)
                call.rows[row] = self.ground.holding(relation.number, row)
                self.ground.add(call.rows[row][0], NOTHING, NOTHING)

    def _evaluate(self, call: _Call, relation: _Relation, key: Key) -> None:
        call.depth = depth = len(self._open)
        self._open.append(call)
        waiting = len(self._waiting)
        try:
            while True:
                before, self._low = self._grown, depth + 1
                self._apply_rules(call, relation, key)
                if self._low < depth:
                    call.round = self._round
                    self._waiting.append(call)
                    return
                if self._low > depth or self._grown == before:
                    break
                self._round += 1
                del self._waiting[waiting:]
            for inner in self._waiting[waiting:]:
                inner.done = True
            del self._waiting[waiting:]
            call.done = True
            self._low = depth + 1
        finally:
            call.depth = None
            self._open.pop()

    def _apply_rules(self, call: _Call, relation: _Relation, key: Key) -> None:
        found, ground, number = call.rows, self.ground, relation.number
        for join in relation.joins.of(key):

            def emit(registers: Registers, needed: Atoms, barred: Atoms, row_of: RowOf = join.row) -> None:
                row = row_of(key, registers)
                known = found.get(row)
                if known is None:
                    known = found[row] = ground.holding(number, row)
                    self._grown += 1
                ground.add(known[0], needed, barred)

            join.run(self, key, emit)

    # --- literals ------------------------------------------------------------------------------------------------

    def conditions(self, conditions: Conjunction) -> Atoms:
        """The atoms that say that some conditions hold."""
        found = self._holding.get(id(conditions))
        if found is None:
            atoms = frozenset(map(self.ground.condition, conditions))
            found = self._holding[id(conditions)] = atoms, conditions
        return found[0]

    def any_of(self, alternatives: Iterable[Atoms]) -> int | None:
        """The atom that holds if all of one of some sets do; None if that is so in any case."""
        return self.ground.any_of(alternatives)

    def step(self) -> None:
        """Counts a step: a literal of a rule that holds of something."""
        self._steps += 1
        if self._steps > self.max_steps:
            raise EndlessError(Exceeded.STEPS)
        if self._steps % STEPS_A_LOOK == 0 and self.deadline.is_past:
            raise OutOfTimeError

    def matching(self, source: plan.Source, key: Key) -> Iterable[tuple[Row, frozenset[int]]]:
        """The rows of a source that agree with a key, each with the atoms that it depends on."""
        if isinstance(source, plan.Stored):
            found = self._stored.get((source.pred, key))
            return self._matching_facts(source.pred, key) if found is None else found
        call = self._called(self._relation(source), key)
        true = self.ground.true
        return [(row, NOTHING if atom in true else atoms) for row, (atom, atoms) in call.rows.items()]

    def _matching_facts(self, pred: Pred, key: Key) -> list[tuple[Row, frozenset[int]]]:
        """The facts that agree with a key. Where a key has a value that is not known and that is none of the argument's own, facts
        with any value there agree with it where that is the same."""
        known = self.unknowns.asked(pred, key)
        found = self._stored.get((pred, known))
        if found is None:
            found = [(row, NOTHING) for row in self.facts.table(pred).match(known)]
            for row in self.offer(pred, known):
                atom, atoms = self.ground.holding(pred, row)
                self.ground.assumable[atom] = pred, row
                found.append((row, atoms))
            self._stored[pred, known] = found
        if known == key:
            return found
        return [(like, more) for row, atoms in found for like, more in self._where_like(row, key, atoms)]

    def _where_like(self, row: Row, key: Key, atoms: frozenset[int]) -> Iterator[tuple[Row, frozenset[int]]]:
        """The row with what the key has, where that is the same."""
        for number, given in zip(row, key, strict=True):
            if given is not None:
                same = self._atom_of(self.unknowns.same(number, given))
                if same is False:
                    return
                atoms = atoms if same is True else atoms | {same}
        yield tuple(number if given is None else given for number, given in zip(row, key, strict=True)), atoms

    def _atom_of(self, alternatives: Alternatives) -> bool | int:
        """The atom that holds where one of some alternatives does, or whether they always or never do."""
        if alternatives == ALWAYS or not alternatives:
            return bool(alternatives)
        atom = self.ground.any_of(frozenset(map(self.ground.condition, each)) for each in alternatives)
        return True if atom is None else atom

    def where_same(self, one: int, other: int) -> frozenset[int] | None:
        """The atoms with which two numbers stand for the same; None if they cannot."""
        if one == other:
            return NOTHING
        same = self._atom_of(self.unknowns.same(one, other))
        return None if same is False else NOTHING if same is True else frozenset((same,))

    def other_values(self, literal: plan.NoOtherValue, key: Key, own: Key | None) -> list[int | None]:
        """The atoms that say that a functional predicate has another value than its own for a key, None for what holds anyway."""
        known = iter(key)
        found = []
        for row, atoms in self.matching(literal.rel, tuple(next(known) if is_key else None for is_key in literal.keys)):
            value = tuple(number for number, is_key in zip(row, literal.keys, strict=True) if not is_key)
            other = True if own is None else self._is_other(value, own)
            if other is not False:
                found.append(self.ground.any_of((atoms if other is True else atoms | {other},)))
        return found

    def _is_other(self, value: Row, own: Key) -> bool | int:
        """Whether a value is another one: if that depends on what is not known, the atom that says so."""
        alternatives: Alternatives = ()
        for one, other in zip(value, own, strict=True):
            if other is not None:
                alternatives += self.unknowns.differ(one, other)
        return True if () in alternatives else self._atom_of(alternatives)

    # --- counts ------------------------------------------------------------------------------------------------

    def reaches(self, literal: plan.CountTest, binding: Numbers) -> bool | int:
        """Whether so many rows hold as the bound of a count needs, or rules out: if that depends on assumptions, the atom that says
        so. Of a bound that is no number it is neither."""
        limit = self.facts.interner.constants[self.facts.interner.value(literal.bound, binding)]
        if not isinstance(limit, Int):
            return literal.op != "at_least"
        return self._at_least(limit.value + (literal.op != "at_least"), literal.sources, binding)

    def _counted_key(self, source: plan.Counted, binding: Numbers) -> Key:
        """The key of what is counted, which the binding leaves open."""
        return tuple(
            None if arg in source.counted else number
            for arg, number in zip(source.args, self.facts.interner.key(source.args, binding), strict=True)
        )

    def _counted(self, source: plan.Counted, binding: Numbers) -> list[tuple[Row, int | None]]:
        key = self._counted_key(source, binding)
        return [(row, self.ground.any_of((atoms,))) for row, atoms in self.matching(source.rel, key)]

    def _each_once(self, rows: list[tuple[Row, int | None]]) -> list[tuple[Row, int | None]]:
        """Rows with the atoms that they hold by, where one that may turn out to be the same as one before holds if that does not."""
        if not self.unknowns.may_be_same([row for row, _ in rows]):
            return rows
        found: list[tuple[Row, int | None]] = []
        for at, (row, atom) in enumerate(rows):
            before = [
                same if held is None else same | {held}
                for earlier, held in rows[:at]
                if (same := self._same(row, earlier)) is not None
            ]
            if before and (repeated := self.ground.any_of(before)) is not None:
                new = self.ground.atom(("not before", atom, repeated))
                self.ground.add(new, NOTHING if atom is None else frozenset((atom,)), frozenset((repeated,)))
                found.append((row, new))
            elif not before:
                found.append((row, atom))
        return found

    def _same(self, row: Row, other: Row) -> frozenset[int] | None:
        """The atoms that say that two rows are the same; None if they cannot be."""
        found = [self._atom_of(self.unknowns.same(*pair)) for pair in zip(row, other, strict=True)]
        return None if False in found else frozenset(each for each in found if each is not True)

    def _at_least(self, wanted: int, sources: tuple[plan.Counted, ...], binding: Numbers) -> bool | int:
        """Whether so many rows hold: if that depends on assumptions, the atom that says so."""
        if wanted <= 0 or self._stand(wanted, sources, binding):
            return True
        certain = 0
        open_rows: set[int] = set()
        endless: set[int] = set()
        for source in sources:
            for _, atom in self._each_once(self._counted(source, binding)):
                if atom is None and source.endless:
                    return True
                if atom is None:
                    certain += 1
                else:
                    (endless if source.endless else open_rows).add(atom)
        if certain >= wanted:
            return True
        lacking = wanted - certain
        if len(open_rows) < lacking and not endless:
            return False
        rows = frozenset(open_rows)
        count = self.ground.atom(("count", lacking, rows))
        if len(rows) >= lacking:
            self.ground.counts[count] = lacking, dict.fromkeys(rows, 1)
        if not endless:
            return count
        enough = self.ground.atom(("endless", count, frozenset(endless)))
        for atom in (*endless, *((count,) if count in self.ground.counts else ())):
            self.ground.add(enough, frozenset((atom,)), NOTHING)
        return enough

    def _stand(self, wanted: int, sources: tuple[plan.Counted, ...], binding: Numbers) -> bool:
        """Whether so many rows hold without assumptions, and hold whatever is assumed."""
        base = self.base
        if base is None or not self.unknowns.kinds.keys().isdisjoint(binding.values()):
            return False
        if not all(
            each.rel.reading is plan.Reading.CERTAIN and self._relation(each.rel).is_settled_by_base for each in sources
        ):
            return False
        found = 0
        for source in sources:
            rows = len(base.rows(source.rel, self._counted_key(source, binding)))
            if rows and source.endless:
                return True
            found += rows
        return found >= wanted

    def aggregate(self, literal: plan.AggregateTest, state: State) -> Iterator[State]:
        """An aggregate over each combination of the rows that may or may not hold; each is certain or not possible
        where the value is exact, and one of them is possible and not certain where it is open."""
        binding, positive, negative = state
        certain = self._aggregate_rows(literal.certain, binding)
        possible = self._aggregate_rows(literal.possible, binding)
        open_rows = [row for row in {**possible, **certain} if row not in certain or certain[row] is not None]
        if literal.is_open:
            for row, atom in possible.items():
                known = certain.get(row, 0)
                if known is not None:
                    yield (
                        binding,
                        positive if atom is None else positive | {atom},
                        negative | {known} if known else negative,
                    )
            return
        if any(possible.get(row, 0) is None and row not in certain for row in open_rows):
            return
        if len(open_rows) > MOST_OPEN_ROWS:
            self.has_passed_over = True
            return
        for choice in product((True, False), repeat=len(open_rows)):
            need, bar = set(positive), set(negative)
            rows = [row for row in certain if row not in open_rows]
            for row, holds in zip(open_rows, choice, strict=True):
                if holds and row in certain:
                    need.add(certain[row] or 0)
                    rows.append(row)
                elif holds or possible.get(row, 0) is None:
                    break
                elif row in possible:
                    bar.add(possible[row] or 0)
            else:
                yield from self._aggregate_value(literal, rows, (binding, frozenset(need), frozenset(bar)))

    def _aggregate_rows(
        self, sources: tuple[plan.Counted, ...], binding: Numbers
    ) -> dict[tuple[plan.Rel, tuple[tuple[Var, int], ...]], int | None]:
        found: dict[tuple[plan.Rel, tuple[tuple[Var, int], ...]], int | None] = {}
        for source in sources:
            rel = plan.Rel(source.rel.pred, plan.Reading.CERTAIN, source.rel.pattern)
            at = [(var, source.args.index(var)) for var in source.counted]
            rows = self._counted(source, binding)
            if self.unknowns.may_be_same([row for row, _ in rows]):
                self.unknowns.has_passed_over = True
            for row, atom in rows:
                found[rel, tuple((var, row[index]) for var, index in at)] = atom
        return found

    def _aggregate_value(
        self, literal: plan.AggregateTest, rows: list[tuple[plan.Rel, tuple[tuple[Var, int], ...]]], state: State
    ) -> Iterator[State]:
        (binding, positive, negative), term = state, literal.result
        for result, atoms in self._aggregated(literal, [dict(row) for _, row in rows], binding):
            if isinstance(term, Var) and term not in binding:
                yield {**binding, term: result}, positive | atoms, negative
            elif (same := self.where_same(self.facts.interner.value(term, binding), result)) is not None:
                yield binding, positive | atoms | same, negative

    def _aggregated(
        self, literal: plan.AggregateTest, rows: list[dict[Var, int]], binding: Numbers
    ) -> Iterator[tuple[int, frozenset[int]]]:
        """The number of what an aggregate comes to over rows, with atoms for what has to be so."""
        term, interner = literal.value, self.facts.interner
        values = [{**binding, **row}.get(term) for row in rows] if isinstance(term, Var) else []
        numbers = [each for each in values if each is not None]
        if literal.op == "count" or not any(map(self.unknowns.is_unknown, numbers)):
            known = plan.aggregated(literal, rows, binding, interner.constants)
            if known is not None:
                yield interner.number(known), NOTHING
        elif literal.op == "sum":
            total = self.unknowns.sum_of_all(numbers)
            if total is not None:
                yield total, NOTHING
        else:
            for index, number in enumerate(numbers):
                is_first = self._atom_of(
                    self.unknowns.first_of(literal.op, number, numbers[:index] + numbers[index + 1 :])
                )
                if is_first is not False:
                    yield number, NOTHING if is_first is True else frozenset((is_first,))
