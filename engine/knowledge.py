"""A knowledge base: checked rules, stated facts, and answers to questions about them in three truth values."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from itertools import chain
from threading import RLock
from typing import TYPE_CHECKING, Self, TypeAlias, TypeGuard, TypeVar, cast

from msgspec import Struct, field

from engine.answers import AnswerRow, Answers, Individual, MostOpen, is_instance, kinds_of, open_row_key, with_variables
from engine.backends import BACKENDS, DEFAULT
from engine.backends.protocol import (
    DEFAULT_STEPS,
    Backend,
    EndlessError,
    Exceeded,
    Found,
    MakeBackend,
    PlanProgram,
    Session,
)
from engine.backends.rows import Facts
from engine.backends.tables import answers_as_table, rows_as_table
from engine.flows import Flows
from engine.plans import as_meant, constants_among, constants_of, plans_of
from engine.reading.completion import Completion
from engine.reading.normal import Asked
from engine.reading.plan import Reading, Rel, patterns
from engine.scopes import answer_variables
from kb import clock
from kb.language.cache import Entry
from kb.language.declarations import Declarations, declarations_of
from kb.language.definitions import Definitions
from kb.language.program import Program, Stated
from kb.language.syntax import TRUE, Aggregate, AtomF, Body, Clause, Not, Pred, VocabularyDecl
from kb.language.terms import Const, Term, Var, in_standard_order
from kb.language.traversal import body_terms, body_vars, conjuncts, variables, walk
from kb.language.truth import Truth
from kb.normalization import Names, Read

if TYPE_CHECKING:
    import pyarrow

__all__ = [  # what is asked for from above, who may not reach into back ends
    "BACKENDS",
    "DEFAULT_STEPS",
    "AnswerRow",
    "Answers",
    "EndlessError",
    "Exceeded",
    "Individual",
    "KnowledgeBase",
    "Question",
    "Rules",
    "open_row_key",
]

Kept = TypeVar("Kept")


class Question(Struct, frozen=True):
    """A goal with the predicate whose rows are its answers, and the plan rules of that: the program's, or a layer above
    them. The first arguments of the predicate are `inputs`, which a caller binds; the others are `outputs`."""

    goal: Body
    pred: Pred
    completion: Completion
    inputs: tuple[Var, ...] = ()
    outputs: tuple[Var, ...] = ()
    is_shape: bool = False
    """Whether it is what goals have in common that differ in their constants: its inputs."""

    def relation(self, reading: Reading, kinds: Sequence[int] | None = None) -> Rel:
        """The relation of the predicate in one reading, for constants unless other kinds of individuals are given."""
        return self.completion.openness.rel(self.pred, reading, (0,) * self.pred.arity if kinds is None else kinds)

    @property
    def is_of_program(self) -> bool:
        """Whether the predicate is one of the program's own."""
        return self.completion.below is None

    @property
    def is_exact(self) -> bool:
        """Whether the goal is never unknown."""
        return self.completion.openness.is_exact(self.pred)

    @property
    def is_revisable(self) -> bool:
        """Whether documenting more can change the truth of the goal also where it is known."""
        return self.completion.openness.is_revisable(self.pred)

    def may_be_anonymous(self, index: int) -> bool:
        """Whether an output may be an individual not named in an unknown row."""
        return self.completion.openness.may_be_anonymous(self.pred, len(self.inputs) + index)


_PartKey: TypeAlias = tuple[Body, tuple[Var, ...], tuple[Var, ...]]
_Shape: TypeAlias = tuple[Pred, bool, tuple[bool, ...]]
"""The predicate of a literal, whether it denies it, and which arguments are constants."""


class Rules(Struct, frozen=True, eq=False, dict=True):
    """The rules and facts of a program, compiled once for every knowledge base that has them.

    What is remembered here says something of the program alone, and there is no more of it than the program has parts:
    no question adds to it. It is made once, under a lock: an engine that has taken one program is asked about that one only.
    """

    clauses: tuple[Clause, ...]
    declarations: Declarations
    facts: Stated
    names: Names
    """The vocabularies of the program."""
    max_steps: int = DEFAULT_STEPS
    """How many steps a question may take before it is given up."""
    entry: Entry | None = None
    """Where the program is kept between runs, if it is."""
    _programs: dict[bool, PlanProgram] = field(default_factory=dict)
    _backends: dict[tuple[MakeBackend, bool], Backend] = field(default_factory=dict)
    _parts: dict[tuple[bool, _PartKey], Question] = field(default_factory=dict)
    _shapes: dict[tuple[bool, _Shape], Question] = field(default_factory=dict)
    _stated: dict[Pred, dict[AtomF, tuple[Clause, ...]]] = field(default_factory=dict)
    _flows: dict[bool, Flows] = field(default_factory=dict)
    _unread: dict[tuple[bool, Pred], tuple[Const, ...]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    @classmethod
    def of(cls, program: Program, *, max_steps: int = DEFAULT_STEPS, entry: Entry | None = None) -> Rules:
        """The rules of a program that the checker has accepted, and that has an entry if it is kept between runs; those of the last
        programs are remembered."""
        return _rules(_Same(program), max_steps, clock.today(), entry)

    @cached_property
    def concluded(self) -> frozenset[Pred]:
        """The predicates that rules conclude."""
        return frozenset(clause.head.pred for clause in self.clauses)

    def with_facts(self, facts: tuple[Clause, ...]) -> Rules:
        """The same rules with other facts of the program."""
        return Rules(self.clauses, self.declarations, Stated(facts), self.names, self.max_steps)

    def program(self, closed_world: bool) -> PlanProgram:
        """The program as back ends take it, in one reading of incomplete records."""
        with self._lock:
            if closed_world not in self._programs:
                plans = plans_of(
                    self.clauses,
                    self.declarations,
                    self.facts,
                    closed_world=closed_world,
                    max_steps=self.max_steps,
                    entry=self.entry,
                )
                self._flows[closed_world] = plans.flows
                self._programs[closed_world] = PlanProgram(
                    plans.completion, plans.constants, self.facts, self.max_steps, plans.unread, plans.others
                )
            return self._programs[closed_world]

    def facts_of(self, pred: Pred) -> Mapping[AtomF, tuple[Clause, ...]]:
        """The facts of the program for a predicate, by what they state."""
        found = self._stated.get(pred)
        if found is None:
            facts = self.facts.of(pred)
            if not facts:
                return {}
            found = self._stated[pred] = _by_statement(facts)[pred]
        return found

    def unread_by(self, pred: Pred, closed_world: bool) -> tuple[Const, ...]:
        """The values of a predicate that no rule reads; those of a question are to be told apart all the same."""
        key = closed_world, pred
        with self._lock:
            if key not in self._unread:
                program = self.program(closed_world)
                places = self._flows[closed_world].into(pred) & program.unread
                terms = (atom.args[index] for source, index in places for atom in self.facts_of(source))
                self._unread[key] = tuple(dict.fromkeys(constants_among(terms)))
            return self._unread[key]

    def completion(self, closed_world: bool) -> Completion:
        """The plan rules of the program."""
        return self.program(closed_world).completion

    def backend(self, make: MakeBackend, closed_world: bool) -> Backend:
        """The engine that has taken the program."""
        with self._lock:
            if (make, closed_world) not in self._backends:
                self._backends[make, closed_world] = make(self.program(closed_world))
            return self._backends[make, closed_world]

    def questions(self, goals: Iterable[Body], closed_world: bool) -> tuple[Question, ...]:
        """Goals to be asked together, each for its answer variables: one layer has them all."""
        asked = [Asked(goal, (), answer_variables(goal)) for goal in goals]
        layer, preds = self.completion(closed_world).asked(*asked)
        return tuple(
            Question(each.goal, pred, layer, (), each.outputs) for each, pred in zip(asked, preds, strict=True)
        )

    def shape(self, pred: Pred, is_denied: bool, are_constants: tuple[bool, ...], closed_world: bool) -> Question:
        """A literal whose constants are inputs and whose variables, all different, are outputs."""
        key = closed_world, (pred, is_denied, are_constants)
        found = self._shapes.get(key)
        if found is None:
            args = tuple(Var(f"A{index}") for index in range(pred.arity))
            goal: Body = Not(AtomF(pred, args)) if is_denied else AtomF(pred, args)
            inputs = tuple(arg for arg, is_constant in zip(args, are_constants, strict=True) if is_constant)
            outputs = tuple(arg for arg in args if arg not in inputs)
            layer, (asked,) = self.completion(closed_world).asked(Asked(goal, inputs, outputs))
            found = self._shapes[key] = Question(goal, asked, layer, inputs, outputs, is_shape=True)
        return found

    def part(self, goal: Body, inputs: tuple[Var, ...], outputs: tuple[Var, ...], closed_world: bool) -> Question:
        """A goal from inside a body, its local variables named apart; remembered if it is from a rule of the program."""
        key = (closed_world, (goal, inputs, outputs))
        found = self._parts.get(key)
        if found is None:
            completion = self.completion(closed_world)
            inner = goal.goal if isinstance(goal, Aggregate) else goal
            is_of_program = completion.openness.normal.goals.issuperset(conjuncts(inner))
            asked = Asked(goal, inputs, outputs, is_part=True)
            layer, (pred,) = completion.asked(asked, is_of_program=is_of_program)
            found = Question(goal, pred, layer, inputs, outputs)
            if is_of_program:
                self._parts[key] = found
        return found


def _by_statement(facts: Iterable[Clause]) -> dict[Pred, dict[AtomF, tuple[Clause, ...]]]:
    """Facts by their predicates, and by what they state."""
    found: dict[Pred, dict[AtomF, tuple[Clause, ...]]] = {}
    for fact in facts:
        alike = found.setdefault(fact.head.pred, {})
        alike[fact.head] = (*alike.get(fact.head, ()), fact)
    return found


class _Same(Struct, frozen=True, eq=False):
    """A program as it is, with the places of its clauses, which equality leaves out."""

    program: Program

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.program is other.program

    def __hash__(self) -> int:
        return id(self.program)


@lru_cache(maxsize=4)
def _rules(same: _Same, max_steps: int, today: datetime.date, entry: Entry | None) -> Rules:
    """The rules of a program, and its facts with the names that are meant, on a day."""
    program = same.program
    names = names_of(program, max_steps=max_steps, entry=entry)
    rules, facts = as_meant(program, names, entry)
    said = clock.said_of(today, names.declarations)
    return Rules(rules, names.declarations, facts.beside(said), names, max_steps, entry)


def names_of(program: Program, *, max_steps: int = DEFAULT_STEPS, entry: Entry | None = None) -> Names:
    """The vocabularies of a program, whose predicates are stated by facts or concluded by rules; those of the last programs are
    remembered."""
    return _names(_Same(program), max_steps, entry)


@lru_cache(maxsize=4)
def _names(same: _Same, max_steps: int, entry: Entry | None) -> Names:
    program = same.program
    declarations = declarations_of(program)
    concluded = {rule.head.pred for rule in program.rules}

    def rows(pred: Pred) -> Iterable[tuple[Const, ...]]:
        if pred not in concluded:
            facts = [clause.head.args for clause in program.facts.of(pred)]
            return facts if are_ground(facts) else [args for args in facts if is_ground(args)]
        plain = [item for item in program.items if not isinstance(item, VocabularyDecl)]
        kb = KnowledgeBase(Rules.of(Program(tuple(plain)), max_steps=max_steps))
        return kb.rows(pred, tuple(Var(f"_{place}") for place in range(pred.arity)))

    own = {each.pred for declared in declarations.vocabularies.values() for each in declared}
    kept = entry if own.isdisjoint(concluded) else None
    return Names(declarations, rows, program.rules, Definitions.of(program, declarations), kept)


def is_ground(terms: tuple[Term, ...]) -> TypeGuard[tuple[Const, ...]]:
    """Whether terms are all constants."""
    return Var not in map(type, terms)


def are_ground(rows: list[tuple[Term, ...]]) -> TypeGuard[list[tuple[Const, ...]]]:
    """The same of all rows."""
    return Var not in map(type, chain.from_iterable(rows))


FEW_OPEN = 2
"""Of so many outputs that can be an individual not named, each way to tell them apart is asked for."""
MOST_PARTS = 2_000
"""How many goals that are no parts of rules a knowledge base remembers before it begins anew."""


class KnowledgeBase:
    """Rules with facts, and an engine that answers.

    `facts` are stated beside those of the rules' own program, and read as kb/normalization.py says unless they `are_read` already; `mentioned` are constants that there are besides those of
    program and facts. A knowledge base does not change: a question is asked in a layer above the program, and what is
    worked out for it goes when the knowledge base goes. Several threads may ask it. It is to be closed if its engine holds a
    database.
    """

    def __init__(
        self,
        rules: Rules,
        facts: Iterable[Clause] = (),
        *,
        closed_world: bool = False,
        backend: MakeBackend = DEFAULT,
        mentioned: Sequence[Const] = (),
        are_read: bool = False,
    ) -> None:
        given = tuple(facts)
        read = Read(given, (), closed_world) if are_read else rules.names.read(given, closed_world=closed_world)
        self.rules = rules
        self.facts = read.facts
        self.closed_world = read.closed_world
        self.mentioned = tuple(mentioned)
        self._backend = backend
        self._program = rules.program(self.closed_world)
        self._constants = {*constants_of(self.facts), *mentioned}
        self._lock = RLock()
        self._session: Session | None = None
        self._parts: dict[_PartKey, Question] = {}
        self._stated = _by_statement(self.facts)
        self._kept: dict[object, object] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives back what the engine holds for this knowledge base."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    @property
    def declarations(self) -> Declarations:
        return self.rules.declarations

    def with_facts(self, facts: Iterable[Clause], *, closed_world: bool | None = None) -> KnowledgeBase:
        """The same rules with these facts, whose names are those that are meant, instead of the present ones."""
        closed = self.closed_world if closed_world is None else closed_world
        return KnowledgeBase(self.rules, facts, closed_world=closed, backend=self._backend, are_read=True)

    def facts_of(self, pred: Pred) -> Mapping[AtomF, tuple[Clause, ...]]:
        """The facts of program and case for a predicate, by what they state."""
        general, own = self.rules.facts_of(pred), self._stated.get(pred)
        if not own or not general:
            return own or general
        return {**general, **{atom: (*general.get(atom, ()), *facts) for atom, facts in own.items()}}

    def mentioning(self, goal: Body) -> KnowledgeBase:
        """The knowledge base in which the constants of a goal are among those that there are: this one if they are."""
        known = self._program.constants, self._constants
        mentioned = {each.pred for each in walk(goal) if isinstance(each, AtomF)}
        stated = chain.from_iterable(self.rules.unread_by(pred, self.closed_world) for pred in mentioned)
        new = {
            term
            for term in chain(body_terms(goal), stated)
            if not isinstance(term, Var) and not any(term in constants for constants in known)
        }
        if not new:
            return self
        more = (*self.mentioned, *new)
        return KnowledgeBase(
            self.rules,
            self.facts,
            closed_world=self.closed_world,
            backend=self._backend,
            mentioned=more,
            are_read=True,
        )

    @contextmanager
    def _about(self, goal: Body) -> Iterator[KnowledgeBase]:
        found = self.mentioning(goal)
        try:
            yield found
        finally:
            if found is not self:
                found.close()

    def kept(self, make: Callable[[KnowledgeBase], Kept]) -> Kept:
        """What a function makes of this knowledge base: made once, and kept with it."""
        with self._lock:
            if make not in self._kept:
                self._kept[make] = make(self)
            return cast("Kept", self._kept[make])

    def allow(self, steps: int) -> None:
        """Raises `EndlessError` if an explanation has taken more steps than a question may."""
        if steps > self.rules.max_steps:
            raise EndlessError(Exceeded.STEPS)

    # --- whole goals -------------------------------------------------------------------------------------------

    def answers(self, goal: Body) -> Answers:
        """The answers to a goal. An unknown row that is an instance of another, more open one is left out.

        Raises `EndlessError` if there is no end in sight.
        """
        (question,) = self.questions(goal)
        with self._about(goal) as kb:
            rows = list(kb._rows_of_part(question, {}))
        true = cast("list[tuple[Const, ...]]", [row for row, state in rows if state is Truth.TRUE])
        unknown = sorted((row for row, state in rows if state is Truth.UNKNOWN), key=open_row_key)
        return Answers(question.outputs, tuple(in_standard_order(true)), tuple(unknown))

    def table(self, goal: Body) -> pyarrow.Table:
        """The same answers as a table of Arrow, in no order: a column for each variable, as engine/backends/tables.py has it, and
        whether the answer is true or unknown. If none can be unknown, the engine gives the columns. Raises as `answers` does."""
        (question,) = self.questions(goal)
        if question.is_exact and question.outputs:
            relation, key = question.relation(Reading.CERTAIN), (None,) * len(question.outputs)
            with self._about(goal) as kb:
                found = kb._session_for(question).table(question.completion, relation, key)
            counts = {Truth.TRUE: found.num_rows}
        else:
            answers = self.answers(goal)
            found = rows_as_table([*answers.true, *answers.unknown], len(answers.variables))
            counts = {Truth.TRUE: len(answers.true), Truth.UNKNOWN: len(answers.unknown)}
        return answers_as_table(found, [var.name for var in question.outputs], counts)

    def question(self, goal: Body) -> tuple[Question, tuple[Const | None, ...]]:
        """The relation of which some row that agrees with the key makes a goal true: of an atom without variables its own,
        else one above the program's, which literals that differ in constants alone have in common."""
        if isinstance(goal, AtomF) and not variables(goal.args):
            return self._atom(goal.pred), tuple(arg for arg in goal.args if not isinstance(arg, Var))
        atom = goal.goal if isinstance(goal, Not) else goal
        if isinstance(atom, AtomF):
            constants = tuple(arg for arg in atom.args if not isinstance(arg, Var))
            names = variables(atom.args)
            if len(names) + len(constants) == len(atom.args) and not (names and atom is not goal):
                are_constants = tuple(not isinstance(arg, Var) for arg in atom.args)
                shape = self.rules.shape(atom.pred, atom is not goal, are_constants, self.closed_world)
                return shape, (*constants, *(None,) * len(names))
        (question,) = self.questions(goal)
        return question, (None,) * len(question.outputs)

    def questions(self, *goals: Body) -> tuple[Question, ...]:
        """Goals as relations above those of the program, all in one layer."""
        return self.rules.questions(goals, self.closed_world)

    def truth(self, atom: AtomF) -> Truth:
        """The truth value of an atom whose variables, if it has any, stand for individuals not named."""
        truth, is_about_domain = self._judged(self._atom(atom.pred), atom.args)
        if not is_about_domain:
            return truth
        with self._about(atom) as kb:
            return truth if kb is self else kb._truth(kb._atom(atom.pred), atom.args)

    # --- relations of the program --------------------------------------------------------------------------------

    def rows(
        self, pred: Pred, args: tuple[Term, ...], reading: Reading = Reading.CERTAIN
    ) -> Iterator[tuple[Const, ...]]:
        """The rows of constants of a predicate that match some arguments and are certain, or possible."""
        yield from self._matching(self._atom(pred), args, reading)

    def rows_of(self, rel: Rel, key: tuple[Const | None, ...]) -> list[tuple[Const, ...]]:
        """The rows of a relation of the program that agree with a key: None for any constant."""
        return self._rows(self._atom(rel.pred), rel.reading, rel.pattern, key)

    @property
    def completion(self) -> Completion:
        """The plan rules of the program."""
        return self._program.completion

    def is_exact(self, pred: Pred) -> bool:
        """Whether the predicate is never unknown."""
        return self._program.completion.openness.is_exact(pred)

    def is_open(self, pred: Pred) -> bool:
        """Whether the predicate, or the one that it negates, is open world here."""
        return self._program.completion.openness.is_open(pred)

    def numbered(self) -> Facts:
        """The facts of program and case as tables, for a search that goes row by row; the numbering is its own."""
        return self._program.numbered.beside(self.facts)

    # --- parts of bodies -----------------------------------------------------------------------------------------

    def part_truth(self, goal: Body, binding: Mapping[Var, Individual]) -> Truth:
        """The truth value of a goal from inside a body whose outer variables are bound (others are read as `there is`);
        one that is bound to a variable stands for an individual not named."""
        if isinstance(goal, AtomF) and all(var in binding for var in variables(goal.args)):
            args = tuple(binding[arg] if isinstance(arg, Var) else arg for arg in goal.args)
            return self._truth(self._atom(goal.pred), args)
        part = self._part(goal, binding, ())
        return self._truth(part, tuple(binding[var] for var in part.inputs))

    def part_rows(
        self, goal: Body, columns: tuple[Var, ...], binding: Mapping[Var, Individual]
    ) -> Iterator[tuple[AnswerRow, Truth]]:
        """The true and unknown rows of some variables of a goal that is part of a body, under a binding of others; a
        variable in a row, or that another is bound to, stands for an individual not named.

        An unknown row that is an instance of another, more open one is left out.
        """
        free = tuple([var for var in columns if var not in binding])
        if not free:  # a question for its truth
            truth = self.part_truth(goal, binding)
            if truth is not Truth.FALSE:
                yield tuple([binding[var] for var in columns]), truth
            return
        for row, state in self._rows_of_part(self._part(goal, binding, free), binding):
            values = {**binding, **dict(zip(free, row, strict=True))}
            yield tuple(values[var] for var in columns), state

    def _rows_of_part(self, part: Question, binding: Mapping[Var, Individual]) -> Iterator[tuple[AnswerRow, Truth]]:
        """The true and unknown rows of a question's outputs."""
        kinds, individuals = kinds_of(binding[var] for var in part.inputs)
        known = tuple(each for each in (binding[var] for var in part.inputs) if not isinstance(each, Var))
        found: dict[AnswerRow, Truth] = {}
        for reading in (Reading.CERTAIN,) if part.is_exact and not individuals else Reading:
            is_possible = reading is Reading.POSSIBLE
            choices = [
                bool(individuals) or (is_possible and part.may_be_anonymous(index))
                for index in range(len(part.outputs))
            ]
            if is_possible and not individuals and sum(choices) > FEW_OPEN:
                for row in MostOpen(partial(self._rows, part, reading), part.outputs, known, choices).rows():
                    found.setdefault(row, Truth.UNKNOWN)
                continue
            most_open = tuple(range(len(individuals) + 1, len(individuals) + len(choices) + 1))
            covers = is_possible and choices and all(choices) and self._rows(part, reading, (*kinds, *most_open), known)
            for pattern in (
                [most_open] if covers else patterns(choices, len(individuals))
            ):  # all others are its instances
                if not is_possible and max(pattern, default=0) > len(individuals):
                    continue
                key = (*known, *(None,) * pattern.count(0))
                rows: Iterable[AnswerRow] = self._rows(part, reading, (*kinds, *pattern), key)
                if known or any(pattern):
                    rows = [with_variables(row[len(known) :], pattern, part.outputs, individuals) for row in rows]
                found |= {row: Truth.UNKNOWN if is_possible else Truth.TRUE for row in rows if row not in found}
        unknown = [row for row, state in found.items() if state is Truth.UNKNOWN]
        for row, state in found.items():
            if state is Truth.TRUE or not any(is_instance(row, other, individuals) for other in unknown):
                yield row, state

    def _part(self, goal: Body, bound: Collection[Var], outputs: tuple[Var, ...]) -> Question:
        inputs = tuple(var for var in body_vars(goal) if var in bound)
        key = (goal, inputs, outputs)
        with self._lock:
            if key not in self._parts:
                if len(self._parts) >= MOST_PARTS:
                    self._parts.clear()
                self._parts[key] = self.rules.part(goal, inputs, outputs, self.closed_world)
            return self._parts[key]

    # --- what the engine is asked ----------------------------------------------------------------------------------

    def _atom(self, pred: Pred) -> Question:
        return Question(TRUE, pred, self._program.completion)

    def _rows(
        self, question: Question, reading: Reading, kinds: Sequence[int], key: tuple[Const | None, ...]
    ) -> list[tuple[Const, ...]]:
        return self._found(question, reading, kinds, key).rows

    def _found(
        self, question: Question, reading: Reading, kinds: Sequence[int], key: tuple[Const | None, ...]
    ) -> Found:
        return self._session_for(question).rows(question.completion, question.relation(reading, kinds), key)

    def _session_for(self, question: Question) -> Session:
        """The engine's session, with the effort that a question may take before it."""
        session = self._session
        if session is None:
            with self._lock:
                if self._session is None:
                    backend = self.rules.backend(self._backend, self.closed_world)
                    self._session = backend.session(self.facts, self.mentioned)
                session = self._session
        question.completion.effort.begin()
        return session

    def _matching(self, question: Question, args: tuple[Term, ...], reading: Reading) -> Iterator[tuple[Const, ...]]:
        key = tuple([None if isinstance(arg, Var) else arg for arg in args])
        rows = self._rows(question, reading, (0,) * len(args), key)
        places: dict[Term, list[int]] = {}
        for index, arg in enumerate(args):
            if isinstance(arg, Var):
                places.setdefault(arg, []).append(index)
        same = [each for each in places.values() if len(each) > 1]
        yield from (row for row in rows if all(row[each[0]] == row[other] for each in same for other in each[1:]))

    def _truth(self, question: Question, args: tuple[Term, ...]) -> Truth:
        return self._judged(question, args)[0]

    def _judged(self, question: Question, args: tuple[Term, ...]) -> tuple[Truth, bool]:
        """A truth value, and whether it may depend on which constants there are besides those of the arguments."""
        key = tuple(arg for arg in args if not isinstance(arg, Var))
        kinds, _ = kinds_of(args)
        certain = self._found(question, Reading.CERTAIN, kinds, key)
        if certain.rows:
            return Truth.TRUE, certain.is_about_domain
        if question.is_exact and not any(kinds):
            return Truth.FALSE, certain.is_about_domain
        possible = self._found(question, Reading.POSSIBLE, kinds, key)
        truth = Truth.UNKNOWN if possible.rows else Truth.FALSE
        return truth, certain.is_about_domain or possible.is_about_domain
