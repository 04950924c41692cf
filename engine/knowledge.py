"""A knowledge base: checked rules, stated facts, and answers to questions about them in three truth values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.backends.facts import Facts
from engine.backends.pydatalog.engine import DEFAULT_STEPS, PydatalogEngine, Session
from engine.reading.completion import Completion
from engine.reading.normal import AUXILIARY, NormalProgram
from engine.reading.patterns import patterns
from engine.reading.plan import Reading, Rel
from kb.language.declarations import Declarations, declarations_of
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Clause,
    Count,
    Not,
    Or,
    Pred,
    Program,
    body_terms,
    body_vars,
    literal_terms,
    variables,
)
from kb.language.terms import Const, Term, Var, in_standard_order, row_key
from kb.language.truth import Truth

Individual: TypeAlias = Const | Var
"""A constant, or a variable for an argument that is open to any individual not named."""
AnswerRow: TypeAlias = tuple[Individual, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to a question: rows of its variables, certain ones and unknown ones, in standard order.

    In an unknown row a variable stands for an argument that any individual could take, as far as is documented.
    """

    variables: tuple[Var, ...]
    true: tuple[tuple[Const, ...], ...]
    unknown: tuple[AnswerRow, ...]

    @property
    def truth(self) -> Truth:
        """The truth value of the question read as `there is ...`."""
        return Truth.TRUE if self.true else Truth.UNKNOWN if self.unknown else Truth.FALSE


def answer_variables(goal: Body) -> tuple[Var, ...]:
    """The variables that a question asks for, in order of first occurrence: not those that begin with `_`, nor those
    that occur only inside negations, counts and aggregates."""
    shown = set(_outside(goal))
    return tuple(var for var in body_vars(goal) if var in shown and not var.is_anonymous)


def _outside(body: Body) -> Iterator[Var]:
    match body:
        case Not():
            return
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _outside(goal)
        case Count(_, bound):
            yield from variables((bound,))
        case Aggregate(_, _, _, _, result):
            yield from variables((result,))
        case _:
            yield from variables(literal_terms(body))


@dataclass(slots=True)
class Rules:
    """The compiled rules of a program, shared by every knowledge base that has the same rules."""

    clauses: tuple[Clause, ...]
    declarations: Declarations
    facts: tuple[Clause, ...]
    max_steps: int = DEFAULT_STEPS
    _engines: dict[bool, PydatalogEngine] = field(default_factory=dict)
    _facts: dict[bool, Facts] = field(default_factory=dict)
    _goals: dict[tuple[bool, Body], tuple[Pred, tuple[Var, ...]]] = field(default_factory=dict)
    _parts: dict[tuple[bool, Body, tuple[Var, ...], tuple[Var, ...]], Pred] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program) -> Rules:
        """The rules of a program that the checker has accepted."""
        clauses = program.clauses
        return cls(
            tuple(clause for clause in clauses if not clause.is_fact),
            declarations_of(program),
            tuple(clause for clause in clauses if clause.is_fact),
        )

    def engine(self, closed_world: bool) -> PydatalogEngine:
        """The back end for one reading of incomplete records."""
        if closed_world not in self._engines:
            normal = NormalProgram()
            for clause in self.clauses:
                normal.add_clause(clause)
            completion = Completion(normal, self.declarations, closed_world)
            completion.open_heads |= normal.counted
            mentioned = (term for clause in self.clauses for term in (*clause.head.args, *body_terms(clause.body)))
            constants = [term for term in mentioned if not isinstance(term, Var)]
            engine = PydatalogEngine(completion, constants, max_steps=self.max_steps)
            self._engines[closed_world] = engine
            facts = Facts(engine.interner)
            for clause in self.facts:
                _state(facts, clause)
            self._facts[closed_world] = facts
        return self._engines[closed_world]

    def base_facts(self, closed_world: bool) -> Facts:
        """The facts of the program, numbered for that back end."""
        self.engine(closed_world)
        return self._facts[closed_world]

    def question(self, goal: Body, closed_world: bool) -> tuple[Pred, tuple[Var, ...]]:
        """The predicate whose rows are the answers to a goal, and the variables they are for."""
        if (closed_world, goal) not in self._goals:
            completion = self.engine(closed_world).completion
            before = set(completion.normal.rules)
            asked = answer_variables(goal)
            pred = Pred(f"{AUXILIARY}question{len(self._goals)}", len(asked))
            completion.normal.add_goal(pred, asked, goal)
            completion.open_heads |= completion.normal.counted | {pred}
            completion.extend([each for each in completion.normal.rules if each not in before])
            self._goals[closed_world, goal] = pred, asked
        return self._goals[closed_world, goal]

    def part(self, goal: Body, inputs: tuple[Var, ...], outputs: tuple[Var, ...], closed_world: bool) -> Pred:
        """A predicate over some variables of a goal that is part of a body; a caller binds the inputs."""
        key = (closed_world, goal, inputs, outputs)
        if key not in self._parts:
            completion = self.engine(closed_world).completion
            before = set(completion.normal.rules)
            pred = Pred(f"{AUXILIARY}part{len(self._parts)}", len(inputs + outputs))
            completion.normal.add_part(pred, inputs, outputs, goal)
            completion.open_heads |= completion.normal.counted | {pred}
            completion.extend([each for each in completion.normal.rules if each not in before])
            self._parts[key] = pred
        return self._parts[key]


def _state(facts: Facts, clause: Clause) -> None:
    args = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
    facts.add(clause.head.pred, args)


class KnowledgeBase:
    """Rules with facts, ready to answer.

    `facts` are stated beside those of the rules' own program. A knowledge base does not change; one with other facts
    is made by `with_facts`, and shares the rules' compiled form.
    """

    def __init__(self, rules: Rules, facts: Iterable[Clause] = (), *, closed_world: bool = False) -> None:
        self.rules = rules
        self.facts = tuple(facts)
        self.closed_world = closed_world
        self.engine = rules.engine(closed_world)
        stated = Facts(self.engine.interner, rules.base_facts(closed_world))
        for clause in self.facts:
            _state(stated, clause)
        self._session = Session(stated)

    @property
    def declarations(self) -> Declarations:
        return self.rules.declarations

    def with_facts(self, facts: Iterable[Clause], *, closed_world: bool | None = None) -> KnowledgeBase:
        """The same rules with these facts instead of the present ones."""
        return KnowledgeBase(
            self.rules, facts, closed_world=self.closed_world if closed_world is None else closed_world
        )

    def answers(self, goal: Body, *, exhaustive: bool = False) -> Answers:
        """The answers to a goal.

        An unknown row that is an instance of another, more open one is left out, unless `exhaustive`: then every
        constant of program and question is listed.

        Raises `EndlessError` if there is no end in sight.
        """
        if exhaustive:
            rules = Rules(self.rules.clauses, self.rules.declarations, self.rules.facts)
            fresh = KnowledgeBase(rules, self.facts, closed_world=self.closed_world)
            pred, asked = rules.question(goal, self.closed_world)
            fresh.engine.completion.open_heads.discard(pred)
            return fresh._collect(goal, pred, asked, exhaustive=True)
        pred, asked = self.rules.question(goal, self.closed_world)
        return self._collect(goal, pred, asked, exhaustive=False)

    def _collect(self, goal: Body, pred: Pred, asked: tuple[Var, ...], *, exhaustive: bool) -> Answers:
        completion = self.engine.completion
        constants = [term for term in body_terms(goal) if not isinstance(term, Var)]
        self.engine.mention(constants)
        true = set(self._rows(Rel(pred, Reading.CERTAIN, (0,) * len(asked))))
        unknown: set[AnswerRow] = set()
        if not completion.is_exact(pred):
            choices = [completion.may_be_anonymous(pred, index) for index in range(len(asked))]
            for pattern in patterns(choices):
                for row in self._rows(Rel(pred, Reading.POSSIBLE, pattern)):
                    full = _with_variables(row, pattern, asked)
                    if full not in true:
                        unknown.add(full)
        if not exhaustive:
            unknown = {row for row in unknown if not any(_is_instance(row, other) for other in unknown)}
        return Answers(asked, tuple(in_standard_order(true)), tuple(sorted(unknown, key=open_row_key)))

    def _rows(self, rel: Rel, key: tuple[Const | None, ...] | None = None) -> list[tuple[Const, ...]]:
        return self.engine.rows(self._session, rel, key or (None,) * rel.pattern.count(0))

    def rows(self, pred: Pred, args: tuple[Term, ...], reading: Reading) -> Iterator[tuple[Const, ...]]:
        """The rows of constants of a predicate that match some arguments, in one reading."""
        rel = self.engine.completion.rel(pred, reading, (0,) * pred.arity)
        key = tuple(None if isinstance(arg, Var) else arg for arg in args)
        for row in self._rows(rel, key):
            if all(one == other for arg, one in zip(args, row, strict=True) for other in _values(arg, args, row)):
                yield row

    def part_rows(
        self, goal: Body, columns: tuple[Var, ...], binding: Mapping[Var, Individual]
    ) -> Iterator[tuple[AnswerRow, Truth]]:
        """The true and unknown rows of some variables of a goal that is part of a body, under a binding of others; a
        variable in a row, or that another is bound to, stands for an individual not named.

        An unknown row that is an instance of another, more open one is left out.
        """
        found = list(self._part_rows(goal, columns, binding))
        fixed = {value for value in binding.values() if isinstance(value, Var)}
        unknown = [row for row, state in found if state is Truth.UNKNOWN]
        for row, state in found:
            if state is Truth.TRUE or not any(_is_instance(row, other, fixed) for other in unknown):
                yield row, state

    def _part_rows(
        self, goal: Body, columns: tuple[Var, ...], binding: Mapping[Var, Individual]
    ) -> Iterator[tuple[AnswerRow, Truth]]:
        outer = tuple(var for var in body_vars(goal) if var in binding)
        free = tuple(var for var in columns if var not in binding)
        pred = self.rules.part(goal, outer, free, self.closed_world)
        completion = self.engine.completion
        kinds, individuals = _kinds(binding[var] for var in outer)
        known = tuple(each for each in (binding[var] for var in outer) if not isinstance(each, Var))
        true: set[AnswerRow] = set()
        for reading in (Reading.CERTAIN,) if completion.is_exact(pred) else Reading:
            is_possible = reading is Reading.POSSIBLE
            choices = [
                bool(individuals) or (is_possible and completion.may_be_anonymous(pred, len(outer) + index))
                for index in range(len(free))
            ]
            for pattern in patterns(choices, len(individuals)):
                if not is_possible and max(pattern, default=0) > len(individuals):
                    continue
                key = (*known, *(None,) * pattern.count(0))
                for row in self._rows(completion.rel(pred, reading, (*kinds, *pattern)), key):
                    full = _with_variables(row[len(known) :], pattern, free, individuals)
                    if full in true:
                        continue
                    if not is_possible:
                        true.add(full)
                    values = {**binding, **dict(zip(free, full, strict=True))}
                    yield tuple(values[var] for var in columns), Truth.UNKNOWN if is_possible else Truth.TRUE

    def truth(self, atom: AtomF) -> Truth:
        """The truth value of an atom whose variables, if it has any, stand for individuals not named."""
        completion = self.engine.completion
        key = tuple(arg for arg in atom.args if not isinstance(arg, Var))
        kinds, _ = _kinds(atom.args)
        if self._rows(completion.rel(atom.pred, Reading.CERTAIN, kinds), key):
            return Truth.TRUE
        if completion.is_exact(atom.pred):
            return Truth.FALSE
        return Truth.UNKNOWN if self._rows(completion.rel(atom.pred, Reading.POSSIBLE, kinds), key) else Truth.FALSE


def _values(arg: Term, args: tuple[Term, ...], row: tuple[Const, ...]) -> Iterator[Const]:
    for other, value in zip(args, row, strict=True):
        if other == arg:
            yield value


def _kinds(terms: Iterable[Individual]) -> tuple[tuple[int, ...], tuple[Var, ...]]:
    """For each term 0 or the number of the individual that its variable stands for, and those individuals."""
    numbers: dict[Var, int] = {}
    kinds = tuple(numbers.setdefault(each, len(numbers) + 1) if isinstance(each, Var) else 0 for each in terms)
    return kinds, tuple(numbers)


def _with_variables(
    row: tuple[Const, ...], pattern: tuple[int, ...], asked: tuple[Var, ...], individuals: tuple[Var, ...] = ()
) -> AnswerRow:
    constants = iter(row)
    names = dict(enumerate(individuals, 1))
    return tuple(
        next(constants) if kind == 0 else names.setdefault(kind, var) for kind, var in zip(pattern, asked, strict=True)
    )


def _is_instance(row: AnswerRow, other: AnswerRow, fixed: Collection[Var] = ()) -> bool:
    """Whether a row is another one with some of its variables filled in; fixed ones are constants of a kind."""
    if row == other:
        return False
    binding: dict[Var, Individual] = {var: var for var in fixed}
    return all(
        binding.setdefault(theirs, ours) == ours if isinstance(theirs, Var) else theirs == ours
        for ours, theirs in zip(row, other, strict=True)
    )


def open_row_key(row: AnswerRow) -> tuple[object, ...]:
    """The key that sorts rows in standard order, variables before constants."""
    return tuple((-1, each.name, 0) if isinstance(each, Var) else row_key((each,))[0] for each in row)
