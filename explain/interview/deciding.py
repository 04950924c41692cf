"""What could decide a case: the goals that are open, and the questions whose answers would make them true.

Each goal is laid out by the search for what is missing (engine/symbolic). The facts that may be documented are put together as
questions; which of these settle a goal together, and which answers make a difference, the solver says. So a question is asked
if and only if some answers to others leave a determination open that its answer settles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from engine.symbolic.exchangeable import rows_of_atoms
from engine.symbolic.grounding import Row
from engine.symbolic.limits import Bound, GivenUp, Limit
from engine.symbolic.questions import Differences, settling_questions
from engine.symbolic.search import Search
from explain.interview.questions import Asks, Question, question_of
from explain.proof.missing import Opened
from kb.language.declarations import COMPLETE, Declarations
from kb.language.syntax import AtomF, Body, Pred
from kb.language.terms import Atom, Const, Var

MOST_WAYS = 24
"""How many of the smallest sets of questions that settle a goal are compared to find the most decisive question."""
Subject: TypeAlias = tuple[Pred, tuple[Const | None, ...]]
"""What facts are about: a predicate with the arguments of a fact, or with the key if it is functional; None for what may be
anything."""
Use: TypeAlias = tuple[object, ...]
"""A rule, or a count, with a place for any of some facts."""


@dataclass(slots=True)
class OpenGoal:
    """A goal that is open, laid out: the facts that could make it true."""

    opened: Opened
    search: Search
    facts: dict[int, AtomF] = field(init=False)
    """What may be documented, by the assumptions that it is, in the order in which rules come to it."""
    subjects: dict[Subject, list[int]] = field(init=False)
    """What these facts are about, with the assumptions."""
    is_whole: bool = True
    """Whether the search for what settles the goal came to its end."""
    _differences: Differences | None = None
    _about: dict[int, tuple[Subject, frozenset[int]] | None] = field(default_factory=dict)
    """What assumptions are about, as far as that was asked for."""

    def __post_init__(self) -> None:
        assumable, live = self.opened.grounder.ground.assumable, set(self.search.assumable)
        self.facts = {atom: self._asked(*what) for atom, what in assumable.items() if atom in live}
        self.subjects = {}
        for atom, fact in self.facts.items():
            self.subjects.setdefault(subject_of(fact, self.declarations), []).append(atom)

    @classmethod
    def of(cls, opened: Opened) -> OpenGoal | None:
        """A goal; None if nothing that may be documented makes it true."""
        return None if opened.search is None else cls(opened, opened.search)

    @property
    def declarations(self) -> Declarations:
        """What the program declares."""
        return self.opened.candidates.kb.declarations

    def _asked(self, pred: Pred, row: Row) -> AtomF:
        """A fact that may be documented, with variables for what an answer fills in: what nothing mentions and, but where there is
        one value, what rules compare, of which one that is documented elsewhere is no better than another."""
        fact, candidates = self.opened.candidates.asked(pred, row), self.opened.candidates
        if pred == COMPLETE or pred.positive in self.declarations.functional:
            return fact
        args = (Var(f"_{at}") if candidates.is_measured(pred.positive, at) else arg for at, arg in enumerate(fact.args))
        return AtomF(pred, tuple(args))

    def settled_by(self, questions: Sequence[Iterable[Subject]]) -> list[tuple[int, ...]]:
        """The smallest sets of questions that settle the goal, by the places of the questions among all."""
        candidates = self.opened.candidates
        answers = [[atom for each in subjects for atom in self.subjects.get(each, ())] for subjects in questions]
        found, self.is_whole = settling_questions(
            self.opened.grounder.ground, self.search, answers, candidates.unknowns, candidates.deadline, MOST_WAYS
        )
        return found

    def depends_on(self, subject: Subject) -> bool:
        """Whether a fact about a subject makes a difference to the goal."""
        if self._differences is None:
            candidates = self.opened.candidates
            self._differences = Differences(self.search, candidates.unknowns, candidates.deadline)
        return any(map(self._differences.is_made_by, self.subjects.get(subject, ())))

    def uses(self) -> Iterator[tuple[Use, Subject]]:
        """Where facts, or that they are not so, stand in rules and counts: the same for all those that are as good as each other."""
        told = {atom: told for atom in self.facts if (told := self._told(atom)) is not None}
        assumable = self.opened.grounder.ground.assumable
        records = {atom for atom, (pred, _) in assumable.items() if pred == COMPLETE}
        for head, bodies in self.search.rules.items():
            parts = [(positive | negative) - records for positive, negative in bodies]
            about = {self._told(atom) for literals in parts for atom in literals}
            if all(len(each) == 1 for each in parts) and len(about) == 1 and (only := about.pop()) is not None:
                told[head] = only
        named = rows_of_atoms(self.opened.grounder.ground)

        def blank(atom: int, numbers: frozenset[int]) -> object:
            if atom not in named or numbers.isdisjoint(named[atom][1]):
                return atom
            of, row = named[atom]
            return of, tuple(-1 if each in numbers else each for each in row)

        for head, bodies in self.search.rules.items():
            for positive, negative in bodies:
                for atom in told.keys() & positive:
                    subject, numbers = told[atom]
                    rest = frozenset(blank(each, numbers) for each in positive - {atom})
                    yield (subject[0], blank(head, numbers), rest, negative), subject
        for head, (_, rows) in self.search.counts.items():
            for atom in rows.keys() & told.keys():
                yield (told[atom][0][0], "count", head), told[atom][0]

    def _told(self, atom: int) -> tuple[Subject, frozenset[int]] | None:
        """What an assumption is about, with the individuals that nothing mentions in it; None for other atoms, for values and
        for complete records."""
        if atom not in self._about:
            self._about[atom] = self._found_told(atom)
        return self._about[atom]

    def _found_told(self, atom: int) -> tuple[Subject, frozenset[int]] | None:
        candidates = self.opened.candidates
        pred, row = self.opened.grounder.ground.assumable.get(atom, (COMPLETE, ()))
        if pred == COMPLETE or pred.positive in self.declarations.functional:
            return None
        fact = self.facts.get(atom) or self._asked(pred, row)
        return subject_of(fact, self.declarations), frozenset(number for number in row if number in candidates.open)


def subject_of(fact: AtomF, declarations: Declarations) -> Subject:
    """What a fact is about."""
    functional = declarations.functional.get(fact.pred.positive)
    keys = functional.keys if functional else (True,) * fact.pred.arity
    args = (arg for arg, is_key in zip(fact.args, keys, strict=True) if is_key)
    return fact.pred.positive, tuple(None if isinstance(arg, Var) else arg for arg in args)


def record_of(subject: Subject) -> Subject:
    """The record that has facts about a subject, as what the fact that it is complete is about."""
    pred, args = subject
    return COMPLETE, (*args[:1], Atom(pred.own_name))


# --- which question comes next ------------------------------------------------------------------------------------


class Topic(Struct, frozen=True):
    """What one question is about, and the record that has it, if it may be said that this is complete."""

    subjects: tuple[Subject, ...]
    """None where nothing but that the record is complete would make a difference."""
    record: Subject | None = None

    @property
    def is_of_record(self) -> bool:
        """Whether nothing but the record matters."""
        return not self.subjects


@dataclass(frozen=True, slots=True)
class Possible:
    """A question of which some answer can matter, perhaps only after answers to others."""

    question: Question
    asks: bool = True
    """Whether what it asks for can matter; else nothing but that the record of it is complete does."""
    closes: bool = False
    """Whether it can matter that the record of what it asks for is complete."""

    def is_about(self, fact: AtomF) -> bool:
        """Whether it asks whether a fact is so; of a fact with variables, for what may stand there."""
        asked = self.question
        if not self.asks or asked.atom.pred != fact.pred:
            return False
        is_one = (
            asked.asks is not Asks.VALUE and not asked.is_open and not any(isinstance(arg, Var) for arg in fact.args)
        )
        return fact in (asked.options or (asked.atom,)) if is_one else True


@dataclass(slots=True)
class Topics:
    """What is open of a case as topics of questions, in the order of the policy."""

    searches: Mapping[Body, Opened | GivenUp]
    """Each goal that is open, the most decisive first, or what laying it out was given up for."""
    is_first_final: bool
    """Whether the first goal decides whatever the others come to."""
    wanted: Body
    """The goal to be reached, if it can be."""
    goals: list[OpenGoal] = field(init=False)
    topics: list[Topic] = field(init=False)
    _uses: dict[Subject, dict[Use, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        opened = [OpenGoal.of(each) for each in self.searches.values() if isinstance(each, Opened)]
        self.is_first_final &= bool(opened) and opened[0] is not None
        self.goals = [each for each in opened if each is not None]
        subjects = dict.fromkeys(subject for goal in self.goals for subject in goal.subjects)
        records = [subject for subject in subjects if subject[0] == COMPLETE]
        told = [
            Topic(each, next((record for record in map(record_of, each) if record in records and _is_open(each)), None))
            for each in self._together(subject for subject in subjects if subject[0] != COMPLETE)
        ]
        others = set(records) - {each.record for each in told}
        place = {subject: at for at, subject in enumerate(subjects)}
        found = [*told, *(Topic((), record) for record in records if record in others)]
        self.topics = sorted(
            found, key=lambda topic: min(place[each] for each in (*topic.subjects, topic.record) if each)
        )

    def _together(self, subjects: Iterable[Subject]) -> Iterable[tuple[Subject, ...]]:
        """What is asked in one question: what stands together where the fewest others do."""
        shared: dict[Use, dict[Subject, None]] = {}
        for at, goal in enumerate(self.goals):
            for use, subject in goal.uses():
                shared.setdefault((at, *use), {})[subject] = None
                self._uses.setdefault(subject, {})[at, *use] = None
        together: dict[object, dict[Subject, None]] = {}
        for subject in subjects:
            uses = [use for use in self._uses.get(subject, ()) if len(shared[use]) > 1 or _is_open((subject,))]
            smallest = min(uses, key=lambda use: len(shared[use]), default=subject)
            together.setdefault(smallest, {})[subject] = None
        return map(tuple, together.values())

    def next(self) -> Question | None:
        """The most decisive question that can still change the determination; None if none can.

        More goals that one answer settles are more decisive, then more of the shortest ways to the goal wanted that rest on the
        answer, then what comes first in the policy. What only a complete record can tell comes last as long as anything else can
        be told of that record, or the goal can be reached.
        """
        order = self._in_order()
        return self._question(self.topics[order[0]]) if order else None

    def possible(self) -> list[Possible]:
        """All questions of which some answer can matter: first those that `next` can give, the most decisive first, then those
        that matter only after answers to others, in the order of the policy; at last those about nothing but complete records."""
        order = self._in_order()
        others = [at for at in range(len(self.topics)) if at not in order]
        told = [self._possible(self.topics[at]) for at in (*order, *others)]
        found = [each for each in told if each.asks or each.closes]
        return sorted(found, key=lambda each: not each.asks)

    def _possible(self, topic: Topic) -> Possible:
        closes = topic.record is not None and self._matters(topic.record)
        asks = not topic.is_of_record and any(self._relevant(topic.subjects))
        return Possible(self._question(topic), asks, closes)

    def _matters(self, subject: Subject) -> bool:
        return any(goal.depends_on(subject) for goal in self.goals)

    def _in_order(self) -> list[int]:
        """The places of the topics that can settle a goal together with the fewest others, the most decisive first."""
        records = list(dict.fromkeys(each.record for each in self.topics if each.record is not None))
        answers = [*(each.subjects for each in self.topics), *((each,) for each in records)]
        places = [
            frozenset((at, *(len(self.topics) + records.index(record) for record in (each.record,) if record)))
            for at, each in enumerate(self.topics)
        ]
        ways = [[frozenset(each) for each in goal.settled_by(answers)] for goal in self.goals]
        final = ways[:1] if self.is_first_final else ways
        search = self.searches.get(self.wanted)
        reaching = next((sets for goal, sets in zip(self.goals, ways, strict=True) if goal.opened is search), [])
        shortest = [each for each in reaching if len(each) == len(reaching[0])]
        told_of = {record_of(each) for topic in self.topics for each in topic.subjects}

        def rank(at: int) -> tuple[bool, int, int, int]:
            alone = sum(any(len(each) == 1 and each <= places[at] for each in sets) for sets in final)
            rests = sum(math.prod(len(answers[place]) for place in each) for each in shortest if each & places[at])
            is_last = self.topics[at].is_of_record and (bool(reaching) or self.topics[at].record in told_of)
            return is_last, -alone, -rests, at

        asked = frozenset[int]().union(*(each for sets in ways for each in sets))
        return sorted((at for at, own in enumerate(places) if own & asked), key=rank)

    def limits(self, goal: Body) -> Iterator[Limit]:
        """What the search for a goal did not look at."""
        search = self.searches.get(goal)
        if isinstance(search, GivenUp):
            yield search
        elif search is not None:
            yield from search.limits
            yield from (GivenUp(Bound.TIME) for each in self.goals if each.opened is search and not each.is_whole)

    def _question(self, topic: Topic) -> Question:
        """The question about a topic: of several subjects about those that make a difference."""
        declared, subjects = self.goals[0].declarations, topic.subjects
        wanted = {topic.record} if topic.is_of_record else set(subjects)
        if len(subjects) > 1:
            wanted = set(self._relevant(subjects)) or wanted
        facts = (fact for goal in self.goals for fact in goal.facts.values() if subject_of(fact, declared) in wanted)
        return question_of(list(dict.fromkeys(_answered(fact, declared) for fact in facts)), declared)

    def _relevant(self, subjects: Iterable[Subject]) -> Iterator[Subject]:
        """Those that make a difference; of those that stand in the same places of everything one is tried."""
        tried: dict[object, bool] = {}
        for subject in subjects:
            kind = frozenset(self._uses.get(subject, ())) or subject
            if kind not in tried:
                tried[kind] = self._matters(subject)
            if tried[kind]:
                yield subject


def _is_open(subjects: Iterable[Subject]) -> bool:
    """Whether any of some subjects may be anything."""
    return any(None in args for _, args in subjects)


def _answered(fact: AtomF, declarations: Declarations) -> AtomF:
    """What is asked for where some fact would do: whether it is so or, of a complete record, whatever it has."""
    if fact.pred != COMPLETE:
        return AtomF(fact.pred.positive, fact.args)
    pred = declarations.recorded(fact.args[1])[0]
    return AtomF(pred, (fact.args[0], *(Var(f"_{index}") for index in range(1, pred.arity))))
