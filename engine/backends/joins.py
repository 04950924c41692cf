"""Joins: the rows for which all literals of a rule hold, one literal after the other, and the rules of goals that are asked of a program.

Nothing in a program uses the goals that are asked of it, and they do not recur, so they need no tables of an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

from msgspec import Struct, field

from engine.backends.rows import Answer, Facts, Key, Row, Steps, World, answer_of, arguments
from engine.reading import plan
from engine.reading.completion import Completion
from engine.reading.normal import is_auxiliary
from engine.reading.plan import Rel
from kb.language.builtins import compare
from kb.language.syntax import Compare, Op, Pred
from kb.language.terms import Const, Term, Var
from kb.language.traversal import variables

LOOKUP_STEPS, TEST_STEPS, ROW_STEPS = 1, 10, 2
"""How many steps it counts for to look for the rows of a literal of a join, to calculate and compare, and each row found."""


class Part(Struct, frozen=True):
    """A literal of a join, and what gives its rows."""

    literal: plan.PlanLiteral
    args: tuple[Term, ...]
    answer: Answer

    @classmethod
    def of(cls, literal: plan.PlanLiteral) -> Part:
        return cls(literal, arguments(literal), answer_of(literal))

    def is_bound(self, bound: set[Var]) -> bool:
        """Whether all its variables are bound."""
        return all(arg in bound for arg in self.args if isinstance(arg, Var))

    def is_test(self, bound: set[Var]) -> bool:
        """Whether it is a look at what is bound already that costs next to nothing."""
        match self.literal:
            case plan.Test(Compare()):  # what it computes is one value
                return bound.issuperset(variables(tuple(plan.inputs_of(self.literal, frozenset(bound)))))
            case plan.Test() | plan.Call(plan.Stored()) | plan.Absent(plan.Stored()) | plan.Domain():
                return self.is_bound(bound)
            case _:  # others ask for more than a row
                return False

    def may_come_early(self, bound: set[Var]) -> bool:
        """Whether it gives rows of its own for something that is bound, or for a constant."""
        match self.literal:
            case plan.Call(plan.Stored() | plan.Rel(_, plan.Reading.CERTAIN, _)):
                return not is_auxiliary(self.literal.source.pred) and any(
                    not isinstance(arg, Var) or arg in bound for arg in self.args
                )
            case _:  # what is open is best asked when more is bound
                return False


Registers: TypeAlias = list[int | None]
"""What the variables of a join are so far, then its constants, then None, which stands for any constant in a key."""
_Emit: TypeAlias = Callable[[Registers], bool]
_Run: TypeAlias = Callable[[World, Registers, _Emit], bool]
"""A literal of a join with those after it: gives rows to the last argument until that says that they are enough."""


class Join:
    """The rows of the terms of a head for which all of some literals hold, which run in the order given, except that what is
    found out cheaply comes as soon as it can, and what joins with what is there before what does not.

    Its constants have numbers of a program's, which those of all its cases go on from, or of one case.
    """

    __slots__ = ("_blank", "_head", "_parts", "_row", "_runs", "_slots")

    def __init__(self, head: tuple[Term, ...], parts: Sequence[Part], number: Callable[[Const], int]) -> None:
        terms = dict.fromkeys(chain(head, *(part.args for part in parts)))
        names = [term for term in terms if isinstance(term, Var)]
        constants = [term for term in terms if not isinstance(term, Var)]
        self._parts = tuple(parts)
        self._slots: dict[Term, int] = {term: slot for slot, term in enumerate((*names, *constants))}
        self._blank: Registers = [*(None for _ in names), *map(number, constants), None]
        self._head = tuple(self._slots[term] for term in head)
        self._row = _taking(self._head)
        self._runs: dict[tuple[bool, ...], _Run] = {}

    def rows(self, world: World, key: Key) -> Iterable[Row]:
        """The distinct rows that agree with a key."""
        found: dict[Row, None] = {}
        self.find(world, key, found, is_enough=None not in key)
        return found

    def find(self, world: World, key: Key, found: dict[Row, None], *, is_enough: bool) -> bool:
        """Adds the rows that agree with a key; says whether the first was found, if one is enough."""
        registers = self._blank.copy()
        for slot, number in zip(self._head, key, strict=True):
            if number is not None:
                if registers[slot] is None:
                    registers[slot] = number
                elif registers[slot] != number:
                    return False
        given = tuple([number is not None for number in key])
        run = self._runs.get(given)
        if run is None:
            run = self._runs[given] = self._compiled(given)
        row = self._row

        def emit(registers: Registers) -> bool:
            found[row(registers)] = None  # type: ignore[index]  # after the last literal all of a head is bound
            return is_enough

        return run(world, registers, emit)

    def _compiled(self, given: tuple[bool, ...]) -> _Run:
        known = {slot for slot, is_given in zip(self._head, given, strict=True) if is_given}
        bound = {term for term, slot in self._slots.items() if isinstance(term, Var) and slot in known}
        pending, order = list(self._parts), []
        while pending:
            part = _next_part(pending, bound)
            pending.remove(part)
            order.append((part, frozenset(bound)))
            bound.update(variables(part.args))
        run: _Run = _emitted
        for part, before in reversed(order):
            if not (
                isinstance(part.literal, plan.Domain) and part.is_bound({*before})
            ):  # of what is bound it just holds
                run = self._look(part, before, run)
        return run

    def _read(self, term: Term) -> int | Const:
        """The register of a variable, or a constant, which a pass may have computed, so that the program has no number for it."""
        return self._slots[term] if isinstance(term, Var) else term

    def _look(self, part: Part, bound: frozenset[Var], after: _Run) -> _Run:
        """The run of a literal, some variables being bound before it, and of those after it."""
        wanted: list[int] = []
        first: dict[Var, int] = {}
        equal: list[tuple[int, int]] = []
        for column, arg in enumerate(part.args):
            if not isinstance(arg, Var) or arg in bound:
                wanted.append(self._slots[arg])
            else:
                wanted.append(-1)
                if first.setdefault(arg, column) != column:
                    equal.append((first[arg], column))
        steps = TEST_STEPS if isinstance(part.literal, plan.Test) else LOOKUP_STEPS
        answer, key = part.answer, _taking(wanted)
        match part.literal:
            case plan.Call(plan.Stored(pred)):
                columns = tuple(column for column, slot in enumerate(wanted) if slot >= 0)
                answer, key = _stated(pred, columns, len(wanted)), _taking([wanted[column] for column in columns])
            case plan.Test(Compare(op, left, right)) if not first and op not in ("is", "="):
                if not isinstance(left, Op) and not isinstance(right, Op):
                    return _compared(op, self._read(left), self._read(right), after)
        if not first:
            return _checked(answer, key, steps, after)
        outputs = [(column, self._slots[var]) for var, column in first.items()]
        if not equal:
            return _joined(answer, key, steps, outputs, after)
        return _joined_where_equal(answer, key, steps, outputs, equal, after)


def _taking(slots: Sequence[int]) -> Callable[[Registers], tuple[int | None, ...]]:
    """What reads some registers, in order."""
    if not slots:
        return lambda _registers: ()
    if len(slots) == 1:
        slot = slots[0]
        return lambda registers: (registers[slot],)
    return itemgetter(*slots)


def _emitted(_world: World, registers: Registers, emit: _Emit) -> bool:
    return emit(registers)


def _checked(answer: Answer, key: Callable[[Registers], Key], steps: int, after: _Run) -> _Run:
    """A literal all of whose variables are bound: it holds or not."""

    def run(world: World, registers: Registers, emit: _Emit) -> bool:
        spent = world.steps
        spent.taken += steps
        if spent.taken > spent.most:
            spent.give_up()
        for _ in answer(world, key(registers)):
            return after(world, registers, emit)
        return False

    return run


def _stated(pred: Pred, columns: tuple[int, ...], width: int) -> Answer:
    """What gives the stated rows of a predicate that have some values, which are the key, in some columns."""

    def answer(world: World, key: Key) -> Iterable[Row]:
        return world.facts.table(pred).at(columns, key, width)  # type: ignore[arg-type]  # all of the key is bound

    return answer


def _compared(op: str, left: int | Const, right: int | Const, after: _Run) -> _Run:
    """A comparison of constants, or what registers have."""

    def run(world: World, registers: Registers, emit: _Emit) -> bool:
        world.steps.spend(TEST_STEPS)
        constants = world.facts.interner.constants
        one = constants[registers[left]] if isinstance(left, int) else left  # type: ignore[index]  # it is bound
        other = constants[registers[right]] if isinstance(right, int) else right  # type: ignore[index]  # as well
        return compare(op, one, other) and after(world, registers, emit)

    return run


def _joined(
    answer: Answer, key: Callable[[Registers], Key], steps: int, outputs: Sequence[tuple[int, int]], after: _Run
) -> _Run:
    """A literal whose rows give variables their values: for each column the register."""

    def run(world: World, registers: Registers, emit: _Emit) -> bool:
        spent = world.steps
        spent.taken += steps
        if spent.taken > spent.most:
            spent.give_up()
        for row in answer(world, key(registers)):
            spent.taken += ROW_STEPS
            for column, register in outputs:
                registers[register] = row[column]
            if after(world, registers, emit):
                return True
        spent.spend(0)
        return False

    return run


def _joined_where_equal(
    answer: Answer,
    key: Callable[[Registers], Key],
    steps: int,
    outputs: Sequence[tuple[int, int]],
    equal: Sequence[tuple[int, int]],
    after: _Run,
) -> _Run:
    """The same for a literal some of whose columns must be equal."""

    def among(world: World, wanted: Key) -> Iterable[Row]:
        rows = answer(world, wanted)
        return (row for row in rows if all(row[one] == row[other] for one, other in equal))

    return _joined(among, key, steps, outputs, after)


def _next_part(pending: Sequence[Part], bound: set[Var]) -> Part:
    test = next((part for part in pending if part.is_test(bound)), None)
    if test is not None:
        return test
    first = pending[0]
    if any(not isinstance(arg, Var) or arg in bound for arg in first.args):
        return first
    return next((part for part in pending if part.may_come_early(bound)), first)


def joins_of(rules: Iterable[plan.PlanRule], number: Callable[[Const], int]) -> list[Join]:
    """Rules as joins, their constants numbered."""
    return [Join(rule.args, [*map(Part.of, rule.body)], number) for rule in rules]


def rows_of_joins(joins: Sequence[Join], world: World, key: Key) -> list[Row]:
    """The distinct rows of several rules that agree with a key."""
    found: dict[Row, None] = {}
    is_enough = None not in key
    for join in joins:
        if join.find(world, key, found, is_enough=is_enough):
            break
    return [*found]


Memo: TypeAlias = dict[tuple[Rel, Key], tuple[list[Row], bool]]
"""The rows of relations that agree with keys, and whether they were found by going through all constants."""


def remembered(memo: Memo, rel: Rel, key: Key, steps: Steps, work_out: Callable[[Rel, Key], list[Row]]) -> list[Row]:
    """The rows of a relation that agree with a key, worked out if they are not remembered."""
    found = memo.get((rel, key))
    if found is None:
        outer, steps.through_domain = steps.through_domain, False
        rows = work_out(rel, key)
        found = memo[rel, key] = rows, steps.through_domain
        steps.through_domain = outer
    steps.through_domain |= found[1]
    return found[0]


class GoalWorld(Struct, eq=False):
    """A layer of goals above a program: the rows of its own relations, and through it those of the program."""

    program: World
    completion: Completion
    joins: dict[Rel, list[Join]]
    """The rules of the layer as joins, as far as they were made."""
    number: Callable[[Const], int]
    """The number of a constant of these rules."""
    facts: Facts
    steps: Steps
    _memo: Memo = field(default_factory=dict)

    @classmethod
    def above(
        cls, program: World, completion: Completion, joins: dict[Rel, list[Join]], number: Callable[[Const], int]
    ) -> GoalWorld:
        """The layer above a program in its world, with what has been made of the layer's rules, and what numbers their constants."""
        return cls(program, completion, joins, number, program.facts, program.steps)

    def domain(self) -> Iterable[int]:
        """Every constant that there is."""
        return self.program.domain()

    def expect(self, values: int) -> None:
        """Gives up if there are too many values to come."""
        self.program.expect(values)

    def ask(self, rel: Rel, key: Key) -> list[Row]:
        """The rows of a relation that agree with a key."""
        if self.completion.owner(rel) is not self.completion:
            return self.program.ask(rel, key)
        return remembered(self._memo, rel, key, self.steps, self._worked_out)

    def _worked_out(self, rel: Rel, key: Key) -> list[Row]:
        joins = self.joins.get(rel)
        if joins is None:
            joins = self.joins[rel] = joins_of(self.completion.rules_for(rel), self.number)
        return rows_of_joins(joins, self, key)
