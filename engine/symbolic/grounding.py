"""Ground rules for one goal: the plan rules that can make it true when certain facts may be assumed.

Grounding is goal-directed: a relation is grounded for the key that a caller binds, recursion by repetition until no row
is new. What holds without assumptions is simplified away, so that the ground program speaks of assumptions only, and of
conditions for values that are not known. It is two-valued and stratified, as plan rules are, and exact: for every set of
assumptions, and values that the conditions hold of or not, an atom is true in the ground program if and only if it is true
with those facts stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import TypeAlias

from msgspec import Struct, field

from engine.backends.protocol import EndlessError, Exceeded
from engine.backends.rows import Facts, Numbers, Table, bound_row
from engine.backends.rows import Key as Key
from engine.backends.rows import Row as Row
from engine.reading import plan
from engine.reading.completion import Completion
from engine.symbolic.conditions import ALWAYS, Alternatives, Condition
from engine.symbolic.limits import Deadline, OutOfTimeError
from engine.symbolic.unknowns import Unknowns
from kb.language.syntax import Pred
from kb.language.terms import Int, Term, Var

Offer: TypeAlias = Callable[[Pred, Key], Iterable[Row]]
"""For a predicate and a key, the rows that may be assumed: none of them stated."""
Body: TypeAlias = tuple[frozenset[int], frozenset[int]]
"""The atoms that a ground rule needs, and those that must not hold."""
_State: TypeAlias = tuple[Numbers, frozenset[int], frozenset[int]]

NOTHING: frozenset[int] = frozenset()
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

    def add(self, head: int, positive: frozenset[int], negative: frozenset[int]) -> None:
        """Adds a rule."""
        if head in self.true:
            return
        if positive or negative:
            self.rules.setdefault(head, set()).add((positive, negative))
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


class _Call(Struct):
    """What is known of a relation for one key: its rows so far, and whether they are all."""

    rows: Table = field(default_factory=Table)
    done: bool = False
    depth: int | None = None
    """Where it stands among the calls under way."""
    round: int = -1
    low: int = -1
    """After a round, the outermost call under way that it depends on."""


class Grounder(Struct):
    """Grounds the relations of a completion over some facts and what may be assumed beside them."""

    completion: Completion
    facts: Facts
    offer: Offer
    domain: frozenset[int]
    max_steps: int
    unknowns: Unknowns
    """The values that are not known."""
    deadline: Deadline
    """When the search is given up."""
    base: Grounder | None = None
    """One over the same facts with nothing to assume. What is certain there is not traced further, nor what is not
    possible: to assume undocumented facts, short of a conflict, makes neither untrue, but of what is revisable."""
    ground: GroundProgram = field(default_factory=GroundProgram)
    has_passed_over: bool = False
    """Whether an aggregate was left out, over more rows than `MOST_OPEN_ROWS` that may or may not hold."""
    _seen: dict[int, tuple[int, plan.Rel]] = field(default_factory=dict)
    _numbers: dict[plan.Rel, int] = field(default_factory=dict)
    """The relations met, numbered; an atom of the ground program is such a number with a row."""
    _calls: dict[tuple[int, Key], _Call] = field(default_factory=dict)
    _offers: dict[tuple[Pred, Key], list[tuple[Row, frozenset[int]]]] = field(default_factory=dict)
    _open: list[_Call] = field(default_factory=list)
    _waiting: list[_Call] = field(default_factory=list)
    _grown: int = 0
    _round: int = 0
    _low: int = 0
    _steps: int = 0

    @property
    def size(self) -> int:
        """How many relations have been asked about, each for each key."""
        return len(self._calls)

    def begin(self, deadline: Deadline) -> None:
        """Begins a search that has its own time and steps."""
        self.deadline, self._steps = deadline, 0

    def rows(self, rel: plan.Rel, key: Key) -> Iterable[Row]:
        """The rows of a relation that agree with a key, those included that hold under some assumptions only.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        what = self._relation(rel), key
        call = self._calls.get(what)
        if call is None:
            call = self._calls[what] = _Call()
            self._settle(call, rel, key)
        if call.done:
            return call.rows.rows
        if call.depth is not None or call.round == self._round:
            self._low = min(self._low, call.low if call.depth is None else call.depth)
            return list(call.rows.rows)
        outer, self._low = self._low, len(self._open)
        self._evaluate(call, rel, key)
        call.low, self._low = self._low, min(outer, self._low)
        return call.rows.rows if call.done else list(call.rows.rows)

    def conclude(self, head: int, rel: plan.Rel, key: Key) -> None:
        """Makes an atom hold where some row of a relation that agrees with a key does."""
        for row in list(self.rows(rel, key)):
            self.ground.add(head, frozenset((self.atom(rel, row),)), NOTHING)

    def atom(self, rel: plan.Rel, row: Row) -> int:
        """The atom that says that a relation has a row."""
        return self.ground.atom((self._relation(rel), row))

    def _relation(self, rel: plan.Rel) -> int:
        """The number of a relation, remembered by identity, which is quicker than equality."""
        seen = self._seen.get(id(rel))
        if seen is None:
            seen = self._seen[id(rel)] = self._numbers.setdefault(rel, len(self._numbers)), rel
        return seen[0]

    def _settle(self, call: _Call, rel: plan.Rel, key: Key) -> None:
        """Takes over what is settled about a row without assumptions."""
        if self.base is None or None in key or self.completion.openness.is_revisable(rel.pred):
            return
        if not self.base._knows(rel, self.completion):
            return
        if any(map(self.unknowns.is_unknown, key)):
            return
        stands = bool(self.base.rows(rel, key))
        if stands == (rel.reading is plan.Reading.CERTAIN):
            call.done = True
            if stands:
                row = bound_row(key)
                call.rows.add(row)
                self.ground.add(self.atom(rel, row), NOTHING, NOTHING)

    def _knows(self, rel: plan.Rel, completion: Completion) -> bool:
        """Whether a relation of a completion is one that is grounded here too, and no relation of a layer above."""
        return self.completion is completion or completion.owner(rel) is self.completion

    def _evaluate(self, call: _Call, rel: plan.Rel, key: Key) -> None:
        call.depth = depth = len(self._open)
        self._open.append(call)
        waiting = len(self._waiting)
        try:
            while True:
                before, self._low = self._grown, depth + 1
                self._apply_rules(call, rel, key)
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

    def _apply_rules(self, call: _Call, rel: plan.Rel, key: Key) -> None:
        number, interner = self._relation(rel), self.facts.interner
        for rule in self.completion.rules_in_order(rel):
            start = self._matched(rule.args, key, {})
            if start is None:
                continue
            bound, conditions = start
            for binding, positive, negative in self._body(rule.body, 0, (bound, conditions, NOTHING)):
                row = tuple(
                    interner.value(arg, binding) if given is None else given
                    for arg, given in zip(rule.args, key, strict=True)
                )
                if call.rows.add(row):
                    self._grown += 1
                self.ground.add(self.ground.atom((number, row)), positive, negative)

    # --- bodies ------------------------------------------------------------------------------------------------

    def _body(self, body: tuple[plan.PlanLiteral, ...], index: int, state: _State) -> Iterator[_State]:
        if index == len(body):
            yield state
            return
        for extended in self._literal(body[index], state):
            self._steps += 1
            if self._steps > self.max_steps:
                raise EndlessError(Exceeded.STEPS)
            if self._steps % STEPS_A_LOOK == 0 and self.deadline.is_past:
                raise OutOfTimeError
            yield from self._body(body, index + 1, extended)

    def _literal(self, literal: plan.PlanLiteral, state: _State) -> Iterator[_State]:
        binding, positive, negative = state
        interner = self.facts.interner
        match literal:
            case plan.Call(source, args):
                for row, atoms in self._matching(source, interner.key(args, binding)):
                    matched = self._matched(args, row, binding)
                    if matched is not None:
                        yield matched[0], positive | atoms | matched[1], negative
            case plan.Absent(source, args):
                found = [
                    self.ground.any_of((atoms,)) for _, atoms in self._matching(source, interner.key(args, binding))
                ]
                if None not in found:
                    yield binding, positive, negative.union(atom for atom in found if atom is not None)
            case plan.NoOtherValue():
                others = self._other_values(literal, binding)
                if None not in others:
                    yield binding, positive, negative.union(atom for atom in others if atom is not None)
            case plan.Domain(var):
                for number in (binding[var],) if var in binding else self.domain:
                    yield {**binding, var: number}, positive, negative
            case plan.Test(inner):
                for extended, conditions in self.unknowns.solve(inner, binding):
                    yield extended, positive.union(map(self.ground.condition, conditions)), negative
            case plan.CountTest(op, bound_term, sources):
                limit = interner.constants[interner.value(bound_term, binding)]
                if isinstance(limit, Int):
                    wanted = limit.value if op == "at_least" else limit.value + 1
                    enough = self._at_least(wanted, sources, binding)
                    if isinstance(enough, bool):
                        if enough == (op == "at_least"):
                            yield state
                    elif op == "at_least":
                        yield binding, positive | {enough}, negative
                    else:
                        yield binding, positive, negative | {enough}
            case plan.AggregateTest():
                yield from self._aggregate(literal, state)

    def _matching(self, source: plan.Source, key: Key) -> Iterator[tuple[Row, frozenset[int]]]:
        """The rows of a source that agree with a key, each with the atoms that it depends on. Where a key has a value that is not
        known and that is none of the argument's own, rows with any value there agree with it where that is the same."""
        if isinstance(source, plan.Stored):
            known = self.unknowns.asked(source.pred, key)
            rows: list[tuple[Row, frozenset[int]]] = [
                (row, NOTHING) for row in self.facts.table(source.pred).match(known)
            ]
            if (source.pred, known) not in self._offers:
                found: list[tuple[Row, frozenset[int]]] = []
                for row in self.offer(source.pred, known):
                    atom = self.ground.atom((source.pred, row))
                    self.ground.assumable[atom] = source.pred, row
                    found.append((row, frozenset((atom,))))
                self._offers[source.pred, known] = found
            for row, atoms in (*rows, *self._offers[source.pred, known]):
                if known == key:
                    yield row, atoms
                else:
                    yield from self._where_same(row, key, atoms)
            return
        number = self._relation(source)
        for row in self.rows(source, key):
            atom = self.ground.atom((number, row))
            yield row, NOTHING if atom in self.ground.true else frozenset((atom,))

    def _where_same(self, row: Row, key: Key, atoms: frozenset[int]) -> Iterator[tuple[Row, frozenset[int]]]:
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

    def _matched(self, terms: tuple[Term, ...], row: Key, binding: Numbers) -> tuple[Numbers, frozenset[int]] | None:
        """The binding extended so that terms are the constants of a row, with atoms for what has to be the same; None if they
        cannot be."""
        extended, atoms = dict(binding), NOTHING
        for term, number in zip(terms, row, strict=True):
            if number is None:
                continue
            own = extended.setdefault(term, number) if isinstance(term, Var) else self.facts.interner.number(term)
            if own == number:
                continue
            if not (self.unknowns.is_unknown(own) or self.unknowns.is_unknown(number)):
                return None
            same = self._atom_of(self.unknowns.same(own, number))
            if same is False:
                return None
            atoms = atoms if same is True else atoms | {same}
        return extended, atoms

    def _other_values(self, literal: plan.NoOtherValue, binding: Numbers) -> list[int | None]:
        known = iter(self.facts.interner.key(literal.key, binding))
        own = None if literal.value is None else self.facts.interner.key(literal.value, binding)
        found = []
        for row, atoms in self._matching(
            literal.rel, tuple(next(known) if is_key else None for is_key in literal.keys)
        ):
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

    def _counted(self, source: plan.Counted, binding: Numbers) -> list[tuple[Row, int | None]]:
        key = tuple(
            None if arg in source.counted else number
            for arg, number in zip(source.args, self.facts.interner.key(source.args, binding), strict=True)
        )
        return [(row, self.ground.any_of((atoms,))) for row, atoms in self._matching(source.rel, key)]

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
        if wanted <= 0:
            return True
        if self.base is not None and self._stand(self.base, sources):
            is_known = not any(map(self.unknowns.is_unknown, binding.values()))
            if is_known and self.base._at_least(wanted, sources, binding) is True:
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

    def _stand(self, base: Grounder, sources: tuple[plan.Counted, ...]) -> bool:
        """Whether the rows of some sources that are certain in a base stay so."""
        return all(
            each.rel.reading is plan.Reading.CERTAIN
            and not self.completion.openness.is_revisable(each.rel.pred)
            and base._knows(each.rel, self.completion)
            for each in sources
        )

    def _aggregate(self, literal: plan.AggregateTest, state: _State) -> Iterator[_State]:
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
        self, literal: plan.AggregateTest, rows: list[tuple[plan.Rel, tuple[tuple[Var, int], ...]]], state: _State
    ) -> Iterator[_State]:
        binding, positive, negative = state
        for result, atoms in self._aggregated(literal, [dict(row) for _, row in rows], binding):
            matched = self._matched((literal.result,), (result,), binding)
            if matched is not None:
                yield matched[0], positive | atoms | matched[1], negative

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
