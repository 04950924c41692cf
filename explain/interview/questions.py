"""The questions of an interview: the one that comes next, and what its answers would do.

A question is asked only if some completion of the record is found under which its answers lead to different
determinations. Contradictions are not sought: an answer that makes one is reported as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import reduce
from itertools import pairwise

from engine.policies import Determination, Item, Status
from explain.interview.circuit import (
    OPEN,
    TRUTHS,
    YES,
    And,
    Answered,
    Asked,
    Assignment,
    AtLeast,
    Circuit,
    Leaf,
    Not,
    constants,
)
from explain.words.sentences import open_question, sentence
from kb.language.declarations import Declarations
from kb.language.syntax import AtomF
from kb.language.terms import Term, Var, plain_text

MOST_TRIALS = 600
"""How many completions are looked at for one question; one that is still open then is taken to matter."""


class Asks(Enum):
    """What a question asks for."""

    FACT = "whether something is so"
    VALUE = "the value of a functional predicate"
    WHICH = "which of several are so"


class Said(StrEnum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    NONE = "none"
    UNKNOWN = "unknown"
    COMPLETE = "the record is complete"
    NAMED = "named"
    NOT_SO = "not so"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: one fact, a value, or which of several: any of the `options`, and where `is_open` also others.

    `atom` has variables for what the answer fills in.
    """

    asks: Asks
    atom: AtomF
    text: str
    asked: tuple[Asked, ...]
    options: tuple[AtomF, ...] = ()
    is_open: bool = False
    is_laid_out: bool = True
    """Whether it is known what each answer would do; else it is asked as an answer is not known to make no difference."""

    @property
    def blanks(self) -> tuple[int, ...]:
        """The places of the arguments that an answer fills in."""
        return tuple(index for index, arg in enumerate(self.atom.args) if isinstance(arg, Var))

    @property
    def names(self) -> list[str]:
        """What fills in the blanks for each of the options."""
        return [" ".join(plain_text(each.args[index]) for index in self.blanks) for each in self.options]


# --- which question comes next ---


def next_question(circuit: Circuit, declarations: Declarations) -> Question | None:
    """The most decisive question that can still change the determination; None if none can.

    More different determinations that an answer settles are more decisive, then more ways that rest on the answer, then
    what comes first in the policy.
    """
    position = {asked: index for index, asked in enumerate(circuit.asked)}

    def rank(group: tuple[Asked, ...]) -> tuple[object, ...]:
        answers = _possible_answers(circuit, declarations, group)
        outcomes = [circuit.outcome(circuit.values(assignment)) for _, assignment in answers]
        settled = {determination for determination, is_settled in outcomes if is_settled}
        return (-len(settled), -round(circuit.share(group), 9), min(position[asked] for asked in group))

    tested: dict[object, bool] = {}
    for group in sorted(_groups(circuit, declarations), key=rank):
        relevant = tuple(asked for asked in group if _matters(circuit, asked, tested))
        if relevant:
            return _question(circuit, declarations, relevant)
    return None


def _groups(circuit: Circuit, declarations: Declarations) -> list[tuple[Asked, ...]]:
    """What is asked in one question: facts of one predicate of which some are counted, or one is enough."""
    found: dict[object, list[Asked]] = {}
    for asked in circuit.asked:
        sharing = [] if asked.pred in declarations.functional else _sharing(circuit, asked)
        smallest = min(sharing, key=lambda number: (len(circuit.gates[number].children), number), default=None)
        found.setdefault(asked if smallest is None else (asked.pred, smallest), []).append(asked)
    return [tuple(group) for group in found.values()]


def _sharing(circuit: Circuit, asked: Asked) -> list[int]:
    """The gates that count a fact together with others, or take any of them."""
    is_stranger = circuit.is_stranger(circuit.atoms[asked][0])
    gates = ((number, circuit.gates[number]) for number in circuit.parents(asked))
    return [number for number, gate in gates if isinstance(gate, AtLeast) and (is_stranger or len(gate.children) > 1)]


def _question(circuit: Circuit, declarations: Declarations, group: tuple[Asked, ...]) -> Question:
    atoms = [atom for asked in group for atom in circuit.atoms[asked]]
    first = atoms[0]
    named = tuple(atom for atom in atoms if not circuit.is_stranger(atom))
    functional = declarations.functional.get(first.pred)
    if functional is not None:
        blanks = {index for index, is_key in enumerate(functional.keys) if not is_key}
        asks = Asks.VALUE
    else:
        blanks = {index for atom in atoms for index, arg in enumerate(atom.args) if arg != first.args[index]}
        blanks |= {index for atom in atoms for index in circuit.strange_places(atom)}
        asks = Asks.WHICH if blanks else Asks.FACT
    args = _with_blanks(first, blanks, declarations)
    atom = AtomF(first.pred, args)
    text = open_question(first.pred, args, declarations) or sentence(atom, declarations)
    return Question(asks, atom, text, group, named if asks is Asks.WHICH else (), len(named) < len(atoms))


def question_about(atom: AtomF, declarations: Declarations) -> Question:
    """The question about an atom, its variables to be filled in, of which it is not known what an answer would do."""
    pred, functional = atom.pred, declarations.functional.get(atom.pred)
    args = _with_blanks(atom, {index for index, arg in enumerate(atom.args) if isinstance(arg, Var)}, declarations)
    text = open_question(pred, args, declarations) or sentence(AtomF(pred, args), declarations)
    keys = functional.keys if functional else (True,) * pred.arity
    key = tuple(arg for arg, is_key in zip(args, keys, strict=True) if is_key)
    if any(isinstance(arg, Var) for arg in key):
        return Question(Asks.WHICH, AtomF(pred, args), text, (), is_open=True, is_laid_out=False)
    asks = Asks.VALUE if functional else Asks.FACT
    return Question(asks, AtomF(pred, args), text, (Asked(pred, constants(key)),), is_laid_out=False)


def _with_blanks(atom: AtomF, blanks: set[int], declarations: Declarations) -> tuple[Term, ...]:
    names = declarations.names_of(atom.pred) or tuple(f"Value{index + 1}" for index in range(atom.pred.arity))
    return tuple(Var(names[index]) if index in blanks else arg for index, arg in enumerate(atom.args))


# --- whether it can still change the determination ---


def _matters(circuit: Circuit, asked: Asked, tested: dict[object, bool]) -> bool:
    """Whether it can change the determination; facts with the same part in everything are tried once."""
    kind = (asked.pred, circuit.parents(asked)) if len(circuit.leaves[asked]) == 1 else asked
    if kind not in tested:
        tested[kind] = _Search(circuit, asked).differs({})
    return tested[kind]


@dataclass(slots=True)
class _Search:
    """The search for a completion under which the answers to what is asked lead to different determinations."""

    circuit: Circuit
    asked: Asked
    trials: int = 0

    def differs(self, assignment: Assignment) -> bool:
        """Whether the answers can lead to different determinations when others are answered as assigned."""
        if self.trials > MOST_TRIALS:
            return True
        circuit, asked = self.circuit, self.asked
        outcomes = [
            circuit.outcome(self._values({**assignment, asked: value})) for value in self.circuit.answers(asked)
        ]
        if len({determination for determination, is_settled in outcomes if is_settled}) > 1:
            return True
        values = self._values(assignment)
        path = self._path(values)
        if path is None:
            return False
        chosen = self._beside(path, values, {asked, *assignment})
        if chosen is None:
            return len({determination for determination, _ in outcomes}) > 1
        other, wanted = chosen
        options = sorted(circuit.answers(other), key=lambda value: value != wanted)
        return any(self.differs({**assignment, other: value}) for value in options)

    def _values(self, assignment: Assignment) -> list[int]:
        self.trials += 1
        return self.circuit.values(assignment)

    def _path(self, values: list[int]) -> list[int] | None:
        """Open gates from the determination down to what is asked; None if it makes no difference any more."""
        bit, dead = self.circuit.bits[self.asked], set[int]()

        def down(number: int) -> list[int] | None:
            gate = self.circuit.gates[number]
            if values[number] != OPEN or not self.circuit.below[number] & bit or number in dead:
                return None
            if isinstance(gate, Leaf):
                return [number]
            for child in gate.children:
                rest = down(child)
                if rest is not None:
                    return [number, *rest]
            dead.add(number)
            return None

        return down(self.circuit.uncovered) or down(self.circuit.meets)

    def _beside(self, path: list[int], values: list[int], taken: set[Asked]) -> tuple[Asked, Answered] | None:
        """Something else that decides whether the path stays open, with the answer that keeps it so."""
        for number, child in reversed(list(pairwise(path))):
            gate = self.circuit.gates[number]
            if isinstance(gate, Not):
                continue
            true = sum(values[each] == YES for each in gate.children)
            wanted = isinstance(gate, And) or (isinstance(gate, AtLeast) and true < gate.bound - 1)
            for other in gate.children:
                found = self._open_leaf(other, values, taken, wanted) if other != child else None
                if found is not None:
                    return found
        for root in (self.circuit.uncovered, self.circuit.meets):
            found = self._open_leaf(root, values, taken, wanted=False)
            if found is not None:
                return found
        return None

    def _open_leaf(
        self, number: int, values: list[int], taken: set[Asked], wanted: bool
    ) -> tuple[Asked, Answered] | None:
        gate = self.circuit.gates[number]
        if values[number] != OPEN:
            return None
        if isinstance(gate, Leaf):
            if gate.asked in taken:
                return None
            others = [value for value in self.circuit.answers(gate.asked) if value != gate.wanted]
            return gate.asked, gate.wanted if wanted or not others else others[-1]
        for child in gate.children:
            found = self._open_leaf(child, values, taken, wanted != isinstance(gate, Not))
            if found is not None:
                return found
        return None


# --- what hangs on it ---


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer would do: the determination, and the criteria and alternatives whose status it would change."""

    answer: str
    determination: Determination
    is_settled: bool
    changes: tuple[tuple[str, Status], ...]


def effects(
    circuit: Circuit, declarations: Declarations, open_items: Sequence[Item], question: Question
) -> Iterator[Effect]:
    """What each answer to a question would do, also to what is open of the policy; answers that do the same are one."""
    found: dict[tuple[Determination, bool, tuple[tuple[str, Status], ...]], list[str]] = {}
    for name, assignment in _possible_answers(circuit, declarations, question.asked):
        values = circuit.values(assignment)
        levels = [(each.id, values[circuit.roots[each.pred]]) for each in open_items]
        changes = tuple((id_, Status.of(TRUTHS[level])) for id_, level in levels if level != OPEN)
        found.setdefault((*circuit.outcome(values), changes), []).append(name)
    types = declarations.types_of(question.atom.pred)
    is_sample = question.asks is Asks.VALUE and any(
        types[index] in ("date", "decimal", "integer") for index in question.blanks
    )
    for (determination, is_settled, changes), names in found.items():
        yield Effect(_joined(names, is_sample), determination, is_settled, changes)


def items_under(circuit: Circuit, open_items: Sequence[Item], question: Question) -> list[Item]:
    """The criteria and alternatives, of those that are open, that hang on a question."""
    bits = reduce(operator.or_, (circuit.bits[asked] for asked in question.asked))
    return [each for each in open_items if circuit.below[circuit.roots[each.pred]] & bits]


def _joined(names: list[str], is_sample: bool) -> str:
    """Answers with one effect, as one name; samples of a date or number stand for what is like them."""
    names = list(dict.fromkeys(names))
    if is_sample:
        return f"a value such as {names[0]}"
    return " or ".join(names) if len(names) < 5 else f"{names[0]}, {names[1]} or another of the {len(names)}"


def _possible_answers(
    circuit: Circuit, declarations: Declarations, group: tuple[Asked, ...]
) -> Iterator[tuple[str, Assignment]]:
    """The answers to a question, by what they are called."""
    first, atoms = group[0], {asked: circuit.atoms[asked][0] for asked in group}
    if first.pred in declarations.functional:
        for value in circuit.answers(first):
            named = value if isinstance(value, tuple) and not circuit.has_stranger(first.pred, value) else ()
            yield " ".join(map(plain_text, named)) or "another value", {first: value}
        return
    strangers = [asked for asked in group if circuit.is_stranger(atoms[asked])]
    if len(group) == 1 and not strangers:
        yield Said.YES, {first: True}
        yield Said.NO, {first: False}
        return
    for asked in group:
        yield "one more" if asked in strangers else _shown(atoms[asked]), {asked: True}
    if len(group) > 1:
        yield "enough more" if len(strangers) == len(group) else "all of them", dict.fromkeys(group, True)
    if len(strangers) < len(group):
        yield Said.NO, {asked: False for asked in group if asked not in strangers}
    if strangers and not circuit.undeniable & set(strangers):
        yield Said.COMPLETE, {asked: False for asked in circuit.asked if asked.pred == first.pred}


def _shown(atom: AtomF) -> str:
    return ", ".join(plain_text(arg) for arg in constants(atom.args[1:])) or str(atom.pred)
