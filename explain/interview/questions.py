"""The next question of an interview: what can still change the determination, the most decisive first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explain.interview.circuit import Asked, Assignment, Circuit
from explain.interview.layout import Layout, constants
from explain.interview.relevance import matters
from explain.words.sentences import question as question_text
from explain.words.sentences import sentence
from kb.language.declarations import Declarations
from kb.language.syntax import AtomF
from kb.language.terms import Term, Var, plain_text


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


def next_question(layout: Layout) -> Question | None:
    """The most decisive question that can still change the determination; None if none can.

    More different determinations that an answer settles are more decisive, then more ways that rest on the answer, then
    what comes first in the policy.
    """
    circuit = layout.circuit
    position = {asked: index for index, asked in enumerate(circuit.asked)}

    def rank(group: tuple[Asked, ...]) -> tuple[object, ...]:
        outcomes = [circuit.outcome(circuit.values(assignment)) for _, assignment in possible_answers(layout, group)]
        settled = {determination for determination, is_settled in outcomes if is_settled}
        return (-len(settled), -round(circuit.share(group), 9), min(position[asked] for asked in group))

    tested: dict[object, bool] = {}
    for group in sorted(_groups(layout), key=rank):
        relevant = tuple(asked for asked in group if _matters(circuit, asked, tested))
        if relevant:
            return _question(layout, relevant)
    return None


def possible_answers(layout: Layout, group: tuple[Asked, ...]) -> Iterator[tuple[str, Assignment]]:
    """The answers to a question, by what they are called."""
    circuit, candidates = layout.circuit, layout.candidates
    first, atoms = group[0], {asked: circuit.atoms[asked][0] for asked in group}
    if first.pred in candidates.kb.declarations.functional:
        for value in circuit.answers(first):
            named = value if isinstance(value, tuple) and not candidates.has_stranger(first.pred, value) else ()
            yield " ".join(map(plain_text, named)) or "another value", {first: value}
        return
    strangers = [asked for asked in group if candidates.is_stranger(atoms[asked])]
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
    if strangers and not circuit.undeniable & set(strangers):
        yield "the record is complete", {asked: False for asked in circuit.asked if asked.pred == first.pred}


def _shown(atom: AtomF) -> str:
    return ", ".join(plain_text(arg) for arg in constants(atom.args[1:])) or str(atom.pred)


def _matters(circuit: Circuit, asked: Asked, tested: dict[object, bool]) -> bool:
    """Whether it can change the determination; facts with the same part in everything are tried once."""
    kind = (asked.pred, circuit.parents(asked)) if len(circuit.leaves[asked]) == 1 else asked
    if kind not in tested:
        tested[kind] = matters(circuit, asked)
    return tested[kind]


def _groups(layout: Layout) -> list[tuple[Asked, ...]]:
    """What is asked in one question: facts of one predicate of which some are counted, or one is enough."""
    circuit, functional = layout.circuit, layout.candidates.kb.declarations.functional
    found: dict[object, list[Asked]] = {}
    for asked in circuit.asked:
        sharing = [] if asked.pred in functional else _sharing(layout, asked)
        smallest = min(sharing, key=lambda number: (len(circuit.gates[number].children), number), default=None)
        found.setdefault(asked if smallest is None else (asked.pred, smallest), []).append(asked)
    return [tuple(group) for group in found.values()]


def _sharing(layout: Layout, asked: Asked) -> list[int]:
    """The gates that count a fact together with others, or take any of them."""
    circuit = layout.circuit
    is_stranger = layout.candidates.is_stranger(circuit.atoms[asked][0])
    gates = ((number, circuit.gates[number]) for number in circuit.parents(asked))
    return [number for number, gate in gates if gate.op in ("or", "count") and (is_stranger or len(gate.children) > 1)]


def _question(layout: Layout, group: tuple[Asked, ...]) -> Question:
    declarations = layout.candidates.kb.declarations
    atoms = [atom for asked in group for atom in layout.circuit.atoms[asked]]
    first = atoms[0]
    named = tuple(atom for atom in atoms if not layout.candidates.is_stranger(atom))
    functional = declarations.functional.get(first.pred)
    if functional is not None:
        blanks = {index for index, is_key in enumerate(functional.keys) if not is_key}
        kind = "value"
    else:
        blanks = {index for atom in atoms for index, arg in enumerate(atom.args) if arg != first.args[index]}
        blanks |= {index for atom in atoms for index in layout.candidates.strange_places(atom)}
        kind = "which" if blanks else "fact"
    args = _with_blanks(first, blanks, declarations)
    atom = AtomF(first.pred, args)
    text = question_text(first.pred, args, declarations) or sentence(atom, declarations)
    return Question(kind, atom, text, group, named if kind == "which" else (), len(named) < len(atoms))


def _with_blanks(atom: AtomF, blanks: set[int], declarations: Declarations) -> tuple[Term, ...]:
    names = declarations.names_of(atom.pred) or tuple(f"Value{index + 1}" for index in range(atom.pred.arity))
    return tuple(Var(names[index]) if index in blanks else arg for index, arg in enumerate(atom.args))
