"""The logic of an interview: which questions can still change a determination, in what order, and what answers state.

What is not known below the determination is laid out as a circuit of gates over the facts that can be asked for. A
question is asked if some completion of the others is found under which its answers lead to different determinations.
Contradictions are not sought: an answer that makes one is reported as it is.

Not laid out: what is below an aggregate, what a rule could still conclude of a record that is stated to be complete, and
named individuals that count only because they can be any individual.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise, product
from typing import TypeAlias

from engine.bodies import match_head
from engine.builtins import solve_test
from engine.cases import Case, cases_of, check_cases
from engine.checks.facts import COMPLETE
from engine.knowledge import KnowledgeBase
from engine.plan import Reading
from explain.derivations import without_or
from explain.review import MEETS_CRITERIA, NOT_APPLICABLE, STATUS, Reviewer
from explain.sentences import question as question_text
from explain.sentences import sentence
from kb.loader import Loaded
from kb.syntax import (
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
    Program,
    Span,
    conjuncts,
    substitute_atom,
    variables,
)
from kb.terms import Atom, Const, Date, Int, Term, Var, order_key, plain_text
from kb.truth import Truth

BRAND = Pred("brand", 2)
UNCOVERED = Pred("uncovered_indication", 2)
MOST_TRIALS = 600
"""How many completions are looked at for one question; one that is still open then is taken to matter."""
MOST_NAMES = 60
"""How many values of a functional predicate are told apart."""
WEIGHT = 0.25
"""By how much each further fact makes a way to meet the criteria count less."""
NO, OPEN, YES = 0, 1, 2
"""The value of a gate."""
_LEVEL = {Truth.FALSE: NO, Truth.UNKNOWN: OPEN, Truth.TRUE: YES}
_AGES = (0, 1, 2, 5, 10, 12, 16, 17, 18, 19, 21, 30, 40, 50, 60, 65, 70, 80, 100)
_NUMBERS = (0, 1, 2, 3, 4, 5, 10, 18, 20, 40, 50, 60, 65, 80, 90, 96, 100, 1000)

Binding: TypeAlias = dict[Var, Const]
Values: TypeAlias = tuple[Const, ...]


class AnswerError(Exception):
    """An answer that cannot be taken as it is; the message says what to answer instead."""


# --- how a case stands --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion or one of its alternatives, and how it stands."""

    id: str
    atom: AtomF
    status: str
    text: str
    cite: str
    alternatives: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a review would say of a case, without its proofs."""

    determination: str
    items: tuple[Item, ...]

    def all_items(self) -> Iterator[Item]:
        """The criteria, each followed by its alternatives."""
        for item in self.items:
            yield item
            yield from item.alternatives


def standing(kb: KnowledgeBase, case: Case) -> Standing:
    """How a case stands, by the definition that reviews follow."""
    return _Assessment(kb, case).result()


@dataclass(slots=True)
class _Assessment:
    kb: KnowledgeBase
    case: Case

    def rows(self, name: str, *args: Const | None) -> list[Values]:
        pred = Pred(name, len(args))
        if pred not in self.kb.declarations.preds:
            return []
        terms = tuple(Var(f"_{index}") if arg is None else arg for index, arg in enumerate(args))
        return sorted(self.kb.rows(pred, terms, Reading.CERTAIN), key=lambda row: [order_key(each) for each in row])

    def result(self) -> Standing:
        in_force = self.rows("policy_in_force", self.case.name, None, None)
        determination = self._determination(bool(in_force))
        if not in_force:
            return Standing(determination, ())
        policy, kind = in_force[0][1], self.case.request.args[2]
        assert not isinstance(kind, Var)
        sections = self.rows("kind_section", policy, kind, None)
        section = plain_text(sections[0][2]) if sections else None
        items = []
        for *_, name, pred in sorted(
            self.rows("criterion", policy, kind, None, None, None), key=lambda r: order_key(r[2])
        ):
            found = self.rows("alternative", policy, kind, name, None, None, None)
            ways = [self._item(row[4], row[5], section) for row in sorted(found, key=lambda row: order_key(row[3]))]
            items.append(replace(self._item(name, pred, section), alternatives=tuple(ways)))
        return Standing(determination, tuple(items))

    def _item(self, name: Const, pred_name: Const, section: str | None) -> Item:
        atom = AtomF(Pred(plain_text(pred_name), 1), (self.case.name,))
        exempt = AtomF(Pred("not_applicable", 2), (self.case.name, name))
        is_exempt = exempt.pred in self.kb.declarations.preds and self.kb.truth(exempt) is Truth.TRUE
        places = "; ".join(self.kb.declarations.places(atom.pred, section=section))
        status = NOT_APPLICABLE if is_exempt else STATUS[self.kb.truth(atom)]
        return Item(plain_text(name), atom, status, sentence(atom, self.kb.declarations), places)

    def _determination(self, is_in_force: bool) -> str:
        if any(self._conflicts()):
            return "conflicting_evidence"
        if not is_in_force:
            return "no_policy_in_force"
        if self.rows("uncovered_indication", self.case.name, None):
            return "investigational"
        return _DETERMINATIONS[_LEVEL[self.kb.truth(AtomF(MEETS_CRITERIA, (self.case.name,)))]]

    def _conflicts(self) -> Iterator[bool]:
        concluded = {clause.head.pred for clause in self.kb.rules.clauses}
        stated = {fact.head.pred for fact in self.case.facts}
        for pred in self.kb.declarations.abducible:
            if pred.arity and pred.opposite in concluded | stated:
                free = tuple(Var(f"_{index}") for index in range(pred.arity - 1))
                for row in self.kb.rows(pred.opposite, (self.case.name, *free), Reading.CERTAIN):
                    yield self.kb.truth(AtomF(pred, row)) is Truth.TRUE


_DETERMINATIONS = {YES: "meets_criteria", NO: "criteria_not_met", OPEN: "more_information_needed"}


# --- what is not known, as a circuit ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that can be answered: an atom, yes or no, or the value of a functional predicate for a key."""

    pred: Pred
    key: Values


LEFT = "left"
Answered: TypeAlias = "bool | Values | str | None"
"""Yes or no, the values of a functional predicate, or None for values that nothing mentions. `LEFT` is that nothing is
said: others of a predicate of which something named is left undocumented cannot be ruled out either."""
Assignment: TypeAlias = "dict[Asked, Answered]"


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate over earlier ones: `const`, `leaf`, `not`, `and`, `or`, `count` (at least `bound` of them), or `open` (an
    open atom: what is answered of it, and what rules conclude).

    `ways` counts the ways to make it true and to make it false by answers; `below` is a bit for each leaf under it.
    """

    op: str
    children: tuple[int, ...] = ()
    bound: int = 0
    asked: Asked | None = None
    wanted: Answered = None
    below: int = 0


@dataclass
class Circuit:
    """The gates, children first, what can be asked, and the gates of the determination and of the criteria."""

    gates: list[Gate] = field(default_factory=list)
    ways: list[tuple[float, float]] = field(default_factory=list)
    asked: dict[Asked, dict[Answered, None]] = field(default_factory=dict)
    atoms: dict[Asked, list[AtomF]] = field(default_factory=dict)
    listed: dict[Asked, tuple[Values, ...]] = field(default_factory=dict)
    has_stranger: set[Asked] = field(default_factory=set)
    undeniable: set[Asked] = field(default_factory=set)
    roots: dict[AtomF, int] = field(default_factory=dict)
    meets: int = 0
    uncovered: int = 0
    trials: int = 0
    _index: dict[Gate, int] = field(default_factory=dict)
    _bits: dict[Asked, int] = field(default_factory=dict)

    # --- building ---

    def add(self, gate: Gate) -> int:
        """The number of a gate, which is made once."""
        if gate not in self._index:
            self._index[gate] = len(self.gates)
            self.ways.append(_ways(gate, self.ways))
            self.gates.append(gate)
        return self._index[gate]

    def const(self, value: int) -> int:
        return self.add(Gate("const", bound=value))

    def leaf(self, asked: Asked, wanted: Answered, atom: AtomF) -> int:
        bit = self._bits.setdefault(asked, 1 << len(self._bits))
        self.asked.setdefault(asked, {})[wanted] = None
        self.atoms.setdefault(asked, [])
        if atom not in self.atoms[asked]:
            self.atoms[asked].append(atom)
        return self.add(Gate("leaf", (), 0, asked, wanted, bit))

    def gate(self, op: str, children: Iterable[int], bound: int = 0) -> int:
        """A gate without the constants that make no difference to it."""
        parts = list(children)
        if op == "not":
            only = self.gates[parts[0]]
            return self.const(YES - only.bound) if only.op == "const" else self._made("not", parts)
        if op == "count":
            bound -= sum(self._is(part, YES) for part in parts)
            parts = [part for part in parts if not self._is(part, YES) and not self._is(part, NO)]
            if bound <= 0 or bound > len(parts):
                return self.const(YES if bound <= 0 else NO)
            return self._made("count", parts, bound) if bound > 1 else self.gate("or", parts)
        if op == "open":
            return parts[0] if self.ways[parts[1]][0] == 0 else self._made("open", parts)
        zero, one = (NO, YES) if op == "and" else (YES, NO)
        if any(self._is(part, zero) for part in parts):
            return self.const(zero)
        parts = [part for part in dict.fromkeys(parts) if not self._is(part, one)]
        return self.const(one) if not parts else parts[0] if len(parts) == 1 else self._made(op, parts)

    def _is(self, number: int, value: int) -> bool:
        return self.gates[number].op == "const" and self.gates[number].bound == value

    def _made(self, op: str, parts: list[int], bound: int = 0) -> int:
        below = 0
        for part in parts:
            below |= self.gates[part].below
        return self.add(Gate(op, tuple(parts), bound, None, None, below))

    # --- reading ---

    def values(self, assignment: Assignment) -> list[int]:
        """The value of every gate under some answers."""
        self.trials += 1
        found: list[int] = []
        for gate in self.gates:
            match gate.op:
                case "leaf":
                    assert gate.asked is not None
                    value = OPEN
                    if gate.asked in assignment:
                        given = assignment[gate.asked]
                        value = OPEN if given == LEFT else YES if given == gate.wanted else NO
                case "const":
                    value = gate.bound
                case "and":
                    value = min(found[child] for child in gate.children)
                case "or":
                    value = max(found[child] for child in gate.children)
                case "not":
                    value = YES - found[gate.children[0]]
                case "open":
                    stated, concluded = (found[child] for child in gate.children)
                    value = YES if YES in (stated, concluded) else stated
                case _:
                    parts = [found[child] for child in gate.children]
                    value = (
                        YES
                        if parts.count(YES) >= gate.bound
                        else NO
                        if len(parts) - parts.count(NO) < gate.bound
                        else OPEN
                    )
            found.append(value)
        return found

    def outcome(self, values: list[int]) -> tuple[str, bool]:
        """The determination, and whether no further answer can change it."""
        if values[self.uncovered] == YES:
            return "investigational", True
        return _DETERMINATIONS[values[self.meets]], OPEN not in (values[self.meets], values[self.uncovered])

    def answers(self, asked: Asked) -> list[Answered]:
        """The answers to tell apart: of a value, those that make a difference."""
        known = list(self.asked[asked])
        if isinstance(known[0], bool):
            return [True, LEFT if asked in self.undeniable else False]
        if asked in self.listed:
            return list(dict.fromkeys([*known, *self.listed[asked]]))
        return known if asked in self.has_stranger else [*known, None]

    def share(self, without: Iterable[Asked]) -> float:
        """Of the ways to meet the criteria, or to fail them where nothing can meet them, the part that rests on some
        facts. A way counts for less the more it asks."""
        gone = set(without)
        left: list[tuple[float, float]] = []
        for gate in self.gates:
            left.append((0, 0) if gate.asked in gone else _ways(gate, left, WEIGHT))
        side = 0 if self.ways[self.meets][0] else 1
        total = self._weights[self.meets][side]
        return 1 - left[self.meets][side] / total if total else 0.0

    @cached_property
    def _weights(self) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for gate in self.gates:
            found.append(_ways(gate, found, WEIGHT))
        return found

    def matters(self, asked: Asked, fixed: Assignment | None = None) -> bool:
        """Whether some completion is found under which the answers lead to different determinations."""
        return self._differs(asked, dict(fixed or {}), self.trials + MOST_TRIALS)

    def _differs(self, asked: Asked, assignment: Assignment, limit: int) -> bool:
        if self.trials > limit:
            return True
        outcomes = [self.outcome(self.values({**assignment, asked: value})) for value in self.answers(asked)]
        if len({determination for determination, is_settled in outcomes if is_settled}) > 1:
            return True
        values = self.values(assignment)
        path = self._path(values, asked)
        if path is None:
            return False
        chosen = self._beside(path, values, {asked, *assignment})
        if chosen is None:
            return len({determination for determination, _ in outcomes}) > 1
        other, wanted = chosen
        options = sorted(self.answers(other), key=lambda value: value != wanted)
        return any(self._differs(asked, {**assignment, other: value}, limit) for value in options)

    def _path(self, values: list[int], asked: Asked) -> list[int] | None:
        """Open gates from the determination down to what is asked; None if it makes no difference any more."""
        bit, dead = self._bits[asked], set[int]()

        def down(number: int) -> list[int] | None:
            gate = self.gates[number]
            if values[number] != OPEN or not gate.below & bit or number in dead:
                return None
            if gate.asked == asked:
                return [number]
            for child in gate.children:
                rest = down(child)
                if rest is not None:
                    return [number, *rest]
            dead.add(number)
            return None

        return down(self.uncovered) or down(self.meets)

    def _beside(self, path: list[int], values: list[int], taken: set[Asked]) -> tuple[Asked, Answered] | None:
        """Something else that decides whether the path stays open, with the answer that keeps it so."""
        for number, child in reversed(list(pairwise(path))):
            gate = self.gates[number]
            if gate.op == "not":
                continue
            true = sum(values[each] == YES for each in gate.children)
            wanted = gate.op == "and" or (gate.op == "count" and true < gate.bound - 1)
            for other in gate.children:
                found = self._open_leaf(other, values, taken, wanted) if other != child else None
                if found is not None:
                    return found
        for root in (self.uncovered, self.meets):
            found = self._open_leaf(root, values, taken, wanted=False)
            if found is not None:
                return found
        return None

    def _open_leaf(
        self, number: int, values: list[int], taken: set[Asked], wanted: bool
    ) -> tuple[Asked, Answered] | None:
        gate = self.gates[number]
        if values[number] != OPEN or gate.asked in taken:
            return None
        if gate.asked is not None:
            others = [value for value in self.answers(gate.asked) if value != gate.wanted]
            return gate.asked, gate.wanted if wanted or not others else others[-1]
        for child in gate.children:
            found = self._open_leaf(child, values, taken, wanted != (gate.op == "not"))
            if found is not None:
                return found
        return None


def _ways(gate: Gate, known: Sequence[tuple[float, float]], leaf: float = 1) -> tuple[float, float]:
    """The sum over the ways to make a gate true, and false, of the product of the weights of their leaves."""
    parts = [known[child] for child in gate.children]
    match gate.op:
        case "leaf":
            return leaf, leaf
        case "const":
            return int(gate.bound == YES), int(gate.bound == NO)
        case "not":
            return parts[0][1], parts[0][0]
        case "open":
            return parts[0][0] + parts[1][0], parts[0][1]
        case "count":
            true, false = [each for each, _ in parts], [each for _, each in parts]
            return _choices(gate.bound, true), _choices(len(parts) - gate.bound + 1, false)
        case "and":
            return math.prod(true for true, _ in parts), sum(false for _, false in parts)
        case _:
            return sum(true for true, _ in parts), math.prod(false for _, false in parts)


def _choices(size: int, weights: Sequence[float]) -> float:
    """The sum over the choices of so many weights of their product."""
    sums: list[float] = [1, *(0 for _ in range(size))]
    for weight in weights:
        for index in range(size, 0, -1):
            sums[index] += sums[index - 1] * weight
    return sums[size]


class _OpaqueError(Exception):
    """A goal whose parts are not laid out: an aggregate over what is not known."""


@dataclass(slots=True)
class Layout:
    """Lays out what is not known of a case below some goals.

    `passed_over` is what has been answered with `unknown`: an `Asked`, or a predicate for individuals not named.
    """

    kb: KnowledgeBase
    reviewer: Reviewer
    case: Case
    passed_over: frozenset[Asked | Pred]
    seeds: dict[Pred, list[AtomF]] = field(default_factory=dict)
    circuit: Circuit = field(default_factory=Circuit)
    strangers: set[tuple[Pred, int, Const]] = field(default_factory=set)
    _memo: dict[AtomF, int] = field(default_factory=dict)
    _above: list[AtomF] = field(default_factory=list)
    _cut: bool = False
    _brands: frozenset[Const] = frozenset()

    def __post_init__(self) -> None:
        if BRAND in {fact.head.pred for fact in self.kb.rules.facts}:
            free = (Var("_B"), Var("_G"))
            self._brands = frozenset(row[0] for row in self.kb.rows(BRAND, free, Reading.CERTAIN))

    def build(self, goals: Iterable[AtomF]) -> Circuit:
        """The circuit of the criteria, in their order, and of the determination."""
        for goal in goals:
            self.circuit.roots[goal] = self.atom(goal)
        self.circuit.meets = self.atom(AtomF(MEETS_CRITERIA, (self.case.name,)))
        self.circuit.uncovered = self.circuit.const(NO)
        if UNCOVERED in self.kb.declarations.preds:
            found = self._solve((AtomF(UNCOVERED, (self.case.name, Var("_Condition"))),), {}, {})
            self.circuit.uncovered = self.circuit.gate("or", [gate for _, gates in found for gate in gates])
        return self.circuit

    def is_stranger(self, atom: AtomF) -> bool:
        """Whether an atom is about an individual that is not named."""
        return any((atom.pred, index, arg) in self.strangers for index, arg in enumerate(atom.args))

    # --- atoms ---

    def atom(self, atom: AtomF) -> int:
        """The gate of an atom without variables."""
        state = self.kb.truth(atom)
        if state is not Truth.UNKNOWN:
            return self.circuit.const(_LEVEL[state])
        if atom in self._memo:
            return self._memo[atom]
        if atom in self._above:
            self._cut = True
            return self.circuit.const(NO)
        outer, self._cut = self._cut, False
        self._above.append(atom)
        try:
            gate = self._unknown(atom)
        except _OpaqueError:
            gate = self.circuit.const(OPEN)
        finally:
            self._above.pop()
        if not self._cut or not self._above:
            self._memo[atom] = gate
        self._cut = (self._cut and bool(self._above)) or outer
        return gate

    def _unknown(self, atom: AtomF) -> int:
        declared = self.kb.declarations
        if atom.pred.negative:
            if not declared.is_abducible(atom.pred.positive) or atom.pred.positive in declared.functional:
                return self.circuit.const(OPEN)
            return self.circuit.gate("not", [self.atom(AtomF(atom.pred.positive, atom.args))])
        bodies = []
        for rule, goals in self.reviewer.book.rules(atom.pred):
            binding = match_head(rule.head, atom)
            if binding is not None:
                bodies += [self.circuit.gate("and", gates) for _, gates in self._solve(goals, binding, {})]
        if declared.is_abducible(atom.pred):
            useful = [body for body in bodies if self.circuit.ways[body][0]]
            return self.circuit.gate("open", [self._leaf(atom), self.circuit.gate("or", useful)])
        body = self.circuit.gate("or", bodies)
        return body if self.circuit.gates[body].op != "const" else self.circuit.const(OPEN)

    def _leaf(self, atom: AtomF) -> int:
        if not self._can_be_asked(atom):
            return self.circuit.const(OPEN)
        declared = self.kb.declarations.functional.get(atom.pred)
        if declared is None:
            asked, wanted = Asked(atom.pred, _constants(atom.args)), True
            is_left = asked in self.passed_over or (self.is_stranger(atom) and atom.pred in self.passed_over)
            if is_left:
                return self.circuit.const(OPEN)
            if self.is_stranger(atom) and any(
                each.pred == atom.pred for each in self.passed_over if isinstance(each, Asked)
            ):
                self.circuit.undeniable.add(asked)
            return self.circuit.leaf(asked, wanted, atom)
        pairs = list(zip(_constants(atom.args), declared.keys, strict=True))
        asked = Asked(atom.pred, tuple(arg for arg, is_key in pairs if is_key))
        if asked in self.passed_over:
            return self.circuit.const(OPEN)
        value = tuple(arg for arg, is_key in pairs if not is_key)
        if asked not in self.circuit.listed and (values := self._all_values(atom, declared.keys)):
            self.circuit.listed[asked] = values
        if self.is_stranger(atom):
            self.circuit.has_stranger.add(asked)
        return self.circuit.leaf(asked, value, atom)

    def _all_values(self, atom: AtomF, keys: tuple[bool, ...]) -> tuple[Values, ...]:
        """The values that tell answers apart, where more than those that rules mention: listed ones, those tried for a
        type; none where any other value is as good as another."""
        free = AtomF(
            atom.pred,
            tuple(arg if key else Var(f"_{at}") for at, (arg, key) in enumerate(zip(atom.args, keys, strict=True))),
        )
        places = [index for index, is_key in enumerate(keys) if not is_key]
        types = self.kb.declarations.types_of(atom.pred)
        listed = self.reviewer.vocabulary.listed
        is_limited = all(
            (atom.pred.name, index + 1) in listed or types[index] in ("date", "integer") for index in places
        )
        if not is_limited:
            return ()
        named = [*self.seeds.get(atom.pred, ()), *self._candidates(free, {})]
        fitting = [
            each for each in named if _matched(free, each, {}) is not None and self.kb.truth(each) is Truth.UNKNOWN
        ]
        return tuple(dict.fromkeys(tuple(_constants(each.args)[index] for index in places) for each in fitting))

    def _can_be_asked(self, atom: AtomF) -> bool:
        if atom.pred not in self.kb.declarations.questions or any(arg in self._brands for arg in atom.args):
            return False
        listed = self.reviewer.vocabulary.listed
        return all(
            arg in listed.get((atom.pred.name, index + 1), (arg,)) for index, arg in enumerate(_constants(atom.args))
        )

    # --- goals ---

    def _solve(
        self, goals: tuple[Body, ...], binding: Binding, copies: dict[Var, int]
    ) -> list[tuple[Binding, list[int]]]:
        """The instances of some goals that are not false, with their gates; `copies` says of how many individuals not
        named a variable may speak."""
        found: list[tuple[Binding, list[int]]] = [(binding, [])]
        for goal in goals:
            found = [
                (extended, [*gates, gate])
                for bound, gates in found
                for extended, gate in self._solve_one(goal, bound, copies)
            ]
        return found

    def _solve_one(self, goal: Body, binding: Binding, copies: dict[Var, int]) -> Iterator[tuple[Binding, int]]:
        match goal:
            case AtomF():
                atom = substitute_atom(goal, binding)
                instances = dict.fromkeys(self._instances(atom, copies)) if variables(atom.args) else [atom]
                for each in instances:
                    gate = self.atom(each)
                    extended = _matched(atom, each, binding)
                    if extended is not None and not self.circuit._is(gate, NO):
                        yield extended, gate
            case Compare() | Builtin() | Member():
                for extended in solve_test(goal, binding):
                    yield extended, self.circuit.const(YES)
            case Not(inner):
                yield binding, self.circuit.gate("not", [self._any(inner, binding)])
            case Count(op, bound, _, _):
                limit = binding.get(bound) if isinstance(bound, Var) else bound
                if isinstance(limit, Int):
                    least = limit.value if op == "at_least" else limit.value + 1
                    gate = self._counted(goal, least, binding)
                    yield binding, gate if op == "at_least" else self.circuit.gate("not", [gate])
            case Aggregate():
                raise _OpaqueError
            case _:
                for branch in without_or(conjuncts(goal)):
                    for extended, gates in self._solve(branch, binding, copies):
                        yield extended, self.circuit.gate("and", gates)

    def _any(self, goal: Body, binding: Binding) -> int:
        found = [
            self.circuit.gate("and", gates)
            for branch in without_or(conjuncts(goal))
            for _, gates in self._solve(branch, binding, {})
        ]
        return self.circuit.gate("or", found)

    def _counted(self, goal: Count, least: int, binding: Binding) -> int:
        rows: dict[Values, list[int]] = {}
        copies = {var: max(least, 1) for var in variables(goal.template) if var not in binding}
        for branch in without_or(conjuncts(goal.goal)):
            for extended, gates in self._solve(branch, binding, copies):
                row = tuple(extended[term] if isinstance(term, Var) else term for term in goal.template)
                rows.setdefault(row, []).append(self.circuit.gate("and", gates))
        return self.circuit.gate("count", [self.circuit.gate("or", gates) for gates in rows.values()], least)

    def _instances(self, atom: AtomF, copies: dict[Var, int]) -> Iterator[AtomF]:
        """The instances of an atom with variables that are true or may be."""
        pred, declared = atom.pred, self.kb.declarations
        for row in sorted(
            self.kb.rows(pred, atom.args, Reading.CERTAIN), key=lambda row: [order_key(each) for each in row]
        ):
            yield AtomF(pred, row)
        if self.kb.engine.completion.is_exact(pred):
            return
        if declared.is_abducible(pred):
            named = [each for each in self.seeds.get(pred, ()) if _matched(atom, each, {}) is not None]
            for each in [*named, *self._candidates(atom, copies)]:
                if self.kb.truth(each) is Truth.UNKNOWN:
                    yield each
            return
        if pred.negative or atom in self._above:
            raise _OpaqueError
        self._above.append(atom)
        try:
            for rule, goals in self.reviewer.book.rules(pred):
                binding: Binding | None = {}
                for ours, theirs in zip(rule.head.args, atom.args, strict=True):
                    if isinstance(ours, Var) and not isinstance(theirs, Var) and binding is not None:
                        binding = binding if binding.setdefault(ours, theirs) == theirs else None
                    elif not isinstance(ours, Var) and not isinstance(theirs, Var) and ours != theirs:
                        binding = None
                for extended, _ in self._solve(goals, binding, {}) if binding is not None else ():
                    yield substitute_atom(rule.head, extended)
        finally:
            self._above.pop()

    def _candidates(self, atom: AtomF, copies: dict[Var, int]) -> Iterator[AtomF]:
        """Instances with listed values, values of the declared type, or individuals that are not named."""
        options: list[tuple[Const, ...]] = []
        declared = self.kb.declarations
        for index, (arg, type_) in enumerate(zip(atom.args, declared.types_of(atom.pred), strict=True)):
            listed = self.reviewer.vocabulary.listed.get((atom.pred.name, index + 1))
            if not isinstance(arg, Var):
                options.append((arg,))
            elif listed:
                options.append(listed)
            else:
                options.append(self._values(atom.pred, index, type_, copies.get(arg, 1)))
        for chosen in product(*options):
            yield AtomF(atom.pred, chosen)

    def _values(self, pred: Pred, index: int, type_: str, number: int) -> tuple[Const, ...]:
        is_value = pred in self.kb.declarations.functional
        day = self.case.date
        if type_ == "date":
            days = [Date(_years_before(day, years)) for years in _AGES]
            return tuple(days) if is_value else tuple(days[:number])
        if type_ == "integer" and is_value:
            return tuple(Int(each) for each in _NUMBERS)
        if type_ == "integer":
            free = tuple(Var(f"_{each}") for each in range(pred.arity - 1))
            rows = self.kb.rows(pred, (self.case.name, *free), Reading.CERTAIN)
            top = max((arg.value for row in rows if isinstance(arg := row[index], Int)), default=0)
            found: tuple[Const, ...] = tuple(Int(top + 1 + each) for each in range(number))
        else:
            found = tuple(Atom(f"$other{each}") for each in range(number))
        self.strangers.update((pred, index, value) for value in found)
        return (*self._names_of_type(type_), *found) if is_value else found

    def _names_of_type(self, type_: str) -> tuple[Const, ...]:
        """The names that the program's own facts have in columns of a declared type."""
        declared, found = self.kb.declarations, dict[Const, None]()
        for fact in self.kb.rules.facts if type_ != "any" else ():
            for arg, other in zip(fact.head.args, declared.types_of(fact.head.pred), strict=True):
                if other == type_ and isinstance(arg, Atom):
                    found[arg] = None
        return tuple(sorted(found, key=order_key)[:MOST_NAMES])


def _constants(args: tuple[Term, ...]) -> Values:
    return tuple(arg for arg in args if not isinstance(arg, Var))


def _matched(pattern: AtomF, atom: AtomF, binding: Binding) -> Binding | None:
    """The binding, extended so that the pattern becomes the atom; None if it cannot."""
    extended = dict(binding)
    for ours, theirs in zip(pattern.args, _constants(atom.args), strict=True):
        if (extended.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return extended


def _years_before(day: datetime.date, years: int) -> datetime.date:
    year = max(1, day.year - years)
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


# --- questions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: one fact, a value, or which of several.

    `kind` is `fact` (yes or no), `value` (of a functional predicate), or `which` (any of the `options`, and where
    `is_open` also others). `atom` has variables for what the answer fills in.
    """

    kind: str
    atom: AtomF
    text: str
    asked: tuple[Asked, ...]
    options: tuple[AtomF, ...] = ()
    is_open: bool = False

    @property
    def blanks(self) -> tuple[int, ...]:
        """The places of the arguments that an answer fills in."""
        return tuple(index for index, arg in enumerate(self.atom.args) if isinstance(arg, Var))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was taken: the facts that it states, and what it leaves undocumented."""

    question: Question
    said: str
    facts: tuple[Clause, ...]
    passed_over: tuple[Asked | Pred, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer would do: the determination, and the criteria and alternatives whose status it would change."""

    answer: str
    determination: str
    is_settled: bool
    changes: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Interview:
    """An interview about one case: its next question, what the answers state, and how the case stands with them."""

    reviewer: Reviewer
    case: Case
    who: str
    today: datetime.date
    closed_world: bool = False
    answers: list[Answer] = field(default_factory=list)
    _view: _View | None = None

    @property
    def new_facts(self) -> tuple[Clause, ...]:
        """The facts that the answers state, in the order in which they were given."""
        return tuple(fact for answer in self.answers for fact in answer.facts)

    @property
    def facts(self) -> tuple[Clause, ...]:
        """The case's own facts and the new ones."""
        return (*self.case.facts, *self.new_facts)

    def _now(self) -> _View:
        if self._view is None:
            passed_over = frozenset(each for answer in self.answers for each in answer.passed_over)
            self._view = _View(self.reviewer, cases_of(self.facts)[0], self.closed_world, passed_over)
        return self._view

    def standing(self) -> Standing:
        """How the case stands with the answers so far."""
        return self._now().standing

    def question(self) -> Question | None:
        """The most decisive question that can still change the determination; None when it is settled."""
        return self._now().question

    def effects(self, question: Question) -> list[Effect]:
        """What each answer to a question would do."""
        return list(self._now().effects(question))

    def criteria(self, question: Question) -> list[Item]:
        """The criteria and alternatives that are not settled and hang on a question."""
        return self._now().criteria(question)

    # --- answering ---

    def affirm(self, question: Question) -> None:
        """Yes, to a question about one fact."""
        if question.kind != "fact":
            raise AnswerError("name what applies, not just `yes`" + _such_as(question))
        self._state(question, "yes", [question.atom])

    def deny(self, question: Question) -> None:
        """No: of a fact, that it is not so; of several, that none of them is."""
        if question.kind == "value":
            raise AnswerError("give the value, or `unknown` if it is not documented")
        if not question.options and question.kind == "which":
            raise AnswerError(
                "what is not named cannot be denied one by one: answer `the record is complete` if there is nothing "
                "more than the record has, or `unknown`"
            )
        self._state(
            question, "no", [AtomF(each.pred.opposite, each.args) for each in question.options or (question.atom,)]
        )

    def leave(self, question: Question) -> None:
        """Unknown: it is not documented, and is not asked again."""
        left: list[Asked | Pred] = list(question.asked)
        if question.is_open:
            left.append(question.atom.pred)
        self._take(Answer(question, "unknown", (), tuple(left)))

    def complete(self, question: Question) -> None:
        """The record of the predicate is complete: what it does not have is not so."""
        if question.kind == "value":
            raise AnswerError("give the value, or `unknown` if it is not documented")
        atom = AtomF(COMPLETE, (self.case.name, Atom(question.atom.pred.name)))
        self._state(question, "the record is complete", [atom])

    def name(self, question: Question, rows: Iterable[Values], *, deny: bool = False) -> None:
        """Values for the blanks of a question, a row for each fact; `deny` states that they are not so."""
        found = []
        for row in rows:
            values = iter(row)
            args = tuple(next(values) if isinstance(arg, Var) else arg for arg in question.atom.args)
            found.append(AtomF(question.atom.pred.opposite if deny else question.atom.pred, args))
        if question.kind == "value" and (len(found) != 1 or deny):
            raise AnswerError("give one value")
        self._state(question, "not so" if deny else "named", found)

    def undo(self) -> Answer | None:
        """Takes back the last answer; None if there is none."""
        if not self.answers:
            return None
        self._view = None
        return self.answers.pop()

    def _state(self, question: Question, said: str, atoms: list[AtomF]) -> None:
        place = Span(f"answered by {self.who}, {self.today}", 0, 0)
        known = {fact.head for fact in self.facts}
        new = tuple(
            Clause(replace(atom, span=place), TRUE, place) for atom in dict.fromkeys(atoms) if atom not in known
        )
        self._check(new)
        new = tuple(fact for fact in new if self._now().kb.truth(fact.head) is not Truth.TRUE)
        if not new:
            raise AnswerError("that is documented already; answer with something else, or `unknown`")
        self._take(Answer(question, said, new))

    def _check(self, new: tuple[Clause, ...]) -> None:
        checked = check_cases(Loaded(Program((*self.facts, *new))), self.reviewer.vocabulary)
        for each in checked:
            if each.is_error:
                raise AnswerError("; ".join(filter(None, (each.message, *each.notes, each.suggestion))))

    def _take(self, answer: Answer) -> None:
        self.answers.append(answer)
        self._view = None


def _shown(atom: AtomF) -> str:
    return ", ".join(plain_text(arg) for arg in _constants(atom.args[1:])) or str(atom.pred)


def _joined(names: list[str], is_sample: bool) -> str:
    """Answers with one effect, as one name; samples of a date or number stand for what is like them."""
    names = list(dict.fromkeys(names))
    if is_sample:
        return f"a value such as {names[0]}"
    return " or ".join(names) if len(names) < 5 else f"{names[0]}, {names[1]} or another of the {len(names)}"


def _such_as(question: Question) -> str:
    names = [" ".join(plain_text(each.args[index]) for index in question.blanks) for each in question.options[:3]]
    return f", such as {', '.join(f'`{name}`' for name in names)}" if names else ""


@dataclass
class _View:
    """A case at one point of an interview; everything is worked out once, when it is asked for."""

    reviewer: Reviewer
    case: Case
    closed_world: bool
    passed_over: frozenset[Asked | Pred]

    @cached_property
    def kb(self) -> KnowledgeBase:
        return KnowledgeBase(self.reviewer.rules, self.case.facts, closed_world=self.closed_world)

    @cached_property
    def standing(self) -> Standing:
        return standing(self.kb, self.case)

    @cached_property
    def layout(self) -> Layout:
        """The circuit; it is laid out again until open variables range over everything that can be asked for."""
        goals = [item.atom for item in self.standing.all_items()]
        seeds: dict[Pred, list[AtomF]] = {}
        for left in self.passed_over:
            if isinstance(left, Asked) and left.pred not in self.kb.declarations.functional:
                seeds.setdefault(left.pred, []).append(AtomF(left.pred, left.key))
        while True:
            layout = Layout(self.kb, self.reviewer, self.case, self.passed_over, seeds)
            layout.build(goals)
            found = {pred: list(atoms) for pred, atoms in seeds.items()}
            for atoms in layout.circuit.atoms.values():
                for atom in atoms:
                    if not layout.is_stranger(atom) and atom not in found.setdefault(atom.pred, []):
                        found[atom.pred].append(atom)
            if found == seeds:
                return layout
            seeds = found

    @property
    def circuit(self) -> Circuit:
        return self.layout.circuit

    # --- the next question ---

    @cached_property
    def question(self) -> Question | None:
        if self.standing.determination not in _DETERMINATIONS.values():
            return None
        groups = self._groups()
        position = {asked: index for index, asked in enumerate(self.circuit.asked)}

        def rank(group: tuple[Asked, ...]) -> tuple[object, ...]:
            settled = set()
            for _, assignment in self._possible(group):
                determination, is_settled = self.circuit.outcome(self.circuit.values(assignment))
                settled |= {determination} if is_settled else set()
            return (-len(settled), -round(self.circuit.share(group), 9), min(position[asked] for asked in group))

        tested: dict[object, bool] = {}
        for group in sorted(groups, key=rank):
            relevant = tuple(asked for asked in group if self._matters(asked, tested))
            if relevant:
                return self._question(relevant)
        return None

    def _matters(self, asked: Asked, tested: dict[object, bool]) -> bool:
        """Whether it can change the determination; facts with the same part in everything are tried once."""
        leaves = [gate for gate in self.circuit.gates if gate.asked == asked]
        kind = (asked.pred, len(leaves), self._parents(asked)) if len(leaves) == 1 else asked
        if kind not in tested:
            tested[kind] = self.circuit.matters(asked)
        return tested[kind]

    @cached_property
    def _users(self) -> dict[int, list[int]]:
        users: dict[int, list[int]] = {}
        for number, gate in enumerate(self.circuit.gates):
            for child in gate.children:
                users.setdefault(child, []).append(number)
        return users

    @cached_property
    def _leaves(self) -> dict[Asked, list[int]]:
        leaves: dict[Asked, list[int]] = {}
        for number, gate in enumerate(self.circuit.gates):
            if gate.asked is not None:
                leaves.setdefault(gate.asked, []).append(number)
        return leaves

    def _parents(self, asked: Asked) -> tuple[int, ...]:
        """The gates that use a fact; where rules conclude it too, those that use the two together."""
        found = []
        for leaf in self._leaves[asked]:
            for user in self._users.get(leaf, ()):
                found += self._users.get(user, []) if self.circuit.gates[user].op == "open" else [user]
        return tuple(found)

    def _groups(self) -> list[tuple[Asked, ...]]:
        """What is asked in one question: facts of one predicate of which some are counted, or one is enough."""
        found: dict[object, list[Asked]] = {}
        for asked in self.circuit.asked:
            key: object = asked
            if asked.pred not in self.kb.declarations.functional:
                sharing = [
                    number
                    for number in self._parents(asked)
                    if self.circuit.gates[number].op in ("or", "count") and self._is_shared(number, asked)
                ]
                if sharing:
                    key = (
                        asked.pred,
                        min(sharing, key=lambda number: (len(self.circuit.gates[number].children), number)),
                    )
            found.setdefault(key, []).append(asked)
        return [tuple(group) for group in found.values()]

    def _is_shared(self, number: int, asked: Asked) -> bool:
        atom = self.circuit.atoms[asked][0]
        return self.layout.is_stranger(atom) or len(self.circuit.gates[number].children) > 1

    def _question(self, group: tuple[Asked, ...]) -> Question:
        atoms = [atom for asked in group for atom in self.circuit.atoms[asked]]
        first = atoms[0]
        functional = self.kb.declarations.functional.get(first.pred)
        named = tuple(atom for atom in atoms if not self.layout.is_stranger(atom))
        is_open = len(named) < len(atoms)
        if functional is not None:
            blanks = {index for index, is_key in enumerate(functional.keys) if not is_key}
            kind = "value"
        else:
            blanks = {index for atom in atoms for index, arg in enumerate(atom.args) if arg != first.args[index]}
            blanks |= {
                index
                for atom in atoms
                for index, arg in enumerate(atom.args)
                if (atom.pred, index, arg) in self.layout.strangers
            }
            kind = "which" if blanks else "fact"
        names = self.kb.declarations.names_of(first.pred) or tuple(
            f"Value{index + 1}" for index in range(first.pred.arity)
        )
        args = tuple(Var(names[index]) if index in blanks else arg for index, arg in enumerate(first.args))
        asked_atom = AtomF(first.pred, args)
        text = question_text(first.pred, args, self.kb.declarations) or sentence(asked_atom, self.kb.declarations)
        return Question(kind, asked_atom, text, group, named if kind == "which" else (), is_open)

    # --- what hangs on it ---

    def _possible(self, group: tuple[Asked, ...]) -> Iterator[tuple[str, Assignment]]:
        """The answers to a question, by what they are called."""
        first, atoms = group[0], {asked: self.circuit.atoms[asked][0] for asked in group}
        if first.pred in self.kb.declarations.functional:
            for value in self.circuit.answers(first):
                named = value if isinstance(value, tuple) and not self._is_strange(first.pred, value) else ()
                yield " ".join(map(plain_text, named)) or "another value", {first: value}
            return
        strangers = [asked for asked in group if self.layout.is_stranger(atoms[asked])]
        if len(group) == 1 and not strangers:
            yield "yes", {first: True}
            yield "no", {first: False}
            return
        for asked in group:
            yield "one more" if asked in strangers else _shown(atoms[asked]), {asked: True}
        if len(group) > 1:
            yield "enough more" if len(strangers) == len(group) else "all of them", dict.fromkeys(group, True)
        if len(strangers) < len(group):
            yield "no", {asked: False for asked in group if asked not in strangers}
        if strangers and not self.circuit.undeniable & set(strangers):
            yield "the record is complete", {asked: False for asked in self.circuit.asked if asked.pred == first.pred}

    def _is_strange(self, pred: Pred, values: Values) -> bool:
        return any(each == pred and arg in values for each, _, arg in self.layout.strangers)

    def effects(self, question: Question) -> Iterator[Effect]:
        found: dict[tuple[str, bool, tuple[tuple[str, str], ...]], list[str]] = {}
        items = [item for item in self.standing.all_items() if item.status == STATUS[Truth.UNKNOWN]]
        for name, assignment in self._possible(question.asked):
            values = self.circuit.values(assignment)
            determination, is_settled = self.circuit.outcome(values)
            levels = [(item.id, values[self.circuit.roots[item.atom]]) for item in items]
            changes = tuple((id_, "met" if level == YES else "not_met") for id_, level in levels if level != OPEN)
            found.setdefault((determination, is_settled, changes), []).append(name)
        types = self.kb.declarations.types_of(question.atom.pred)
        is_sample = question.kind == "value" and any(types[index] in ("date", "integer") for index in question.blanks)
        for (determination, is_settled, changes), names in found.items():
            yield Effect(_joined(names, is_sample), determination, is_settled, changes)

    def criteria(self, question: Question) -> list[Item]:
        bits = 0
        for asked in question.asked:
            bits |= self.circuit._bits[asked]
        return [
            item
            for item in self.standing.all_items()
            if item.status == STATUS[Truth.UNKNOWN] and self.circuit.gates[self.circuit.roots[item.atom]].below & bits
        ]
