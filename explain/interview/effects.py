"""What the answers to a question would do: each is tried, by the definitions that reviews follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from msgspec import Struct

from engine.policies import Determination, Item, Status
from engine.symbolic.critical import critical_values
from engine.symbolic.questions import below
from explain.interview.deciding import OpenGoal, Topics
from explain.interview.questions import Asks, Question, Said, constants
from kb.language.declarations import COMPLETE
from kb.language.syntax import AtomF
from kb.language.terms import Atom, Const, Var, plain_text

MOST_TRIED = 60
"""How many answers to a question are tried."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer would do: the determination, and the criteria and alternatives whose status it would change."""

    answer: str
    determination: Determination
    is_settled: bool
    changes: tuple[tuple[str, Status], ...]


Outcome = tuple[Determination, bool, tuple[tuple[str, Status], ...]]
Try = Callable[[Sequence[AtomF]], Outcome | None]
"""What facts come to if they are stated beside what is known; None if that cannot be, so that the answer is refused."""


@dataclass(slots=True)
class Trial:
    """The answers to one question, and what they are tried with."""

    topics: Topics
    question: Question
    may_be_complete: bool
    """Whether it may be said that the record of what is asked for is complete."""

    def effects(self, outcome_of: Try) -> Iterator[Effect]:
        """What each answer does; answers that do the same are one."""
        found: dict[Outcome, list[Tried]] = {}
        for answer in islice(self.answers(), MOST_TRIED):
            outcome = outcome_of(answer.facts)
            if outcome is not None:
                found.setdefault(outcome, []).append(answer)
        for (determination, is_settled, changes), answers in found.items():
            yield Effect(_joined(answers), determination, is_settled, changes)

    def items_under(self, items: Iterable[Item]) -> list[Item]:
        """The criteria and alternatives that hang on the question."""
        return [item for item in items if any(self._is_under(goal, item) for goal in self.topics.goals)]

    def _is_under(self, goal: OpenGoal, item: Item) -> bool:
        grounder = goal.opened.grounder
        case = goal.opened.candidates.numbers(AtomF(item.pred, self.question.atom.args[:1]))
        return not below(grounder, item.pred, case).isdisjoint(self._facts_of(goal))

    def _facts_of(self, goal: OpenGoal) -> list[int]:
        """What of a goal answers the question."""
        return [atom for atom, fact in goal.facts.items() if self._is_about(fact)]

    def _is_about(self, fact: AtomF) -> bool:
        question = self.question
        if fact.pred == COMPLETE:
            return question.is_open and fact.args[1] == Atom(question.atom.pred.own_name)
        if fact.pred.positive != question.atom.pred:
            return False
        positive = AtomF(question.atom.pred, fact.args)
        if question.asks is not Asks.VALUE and len(constants(fact.args)) == len(fact.args):
            return positive in (question.options or (question.atom,))
        pairs = zip(fact.args, question.atom.args, strict=True)
        return all(isinstance(asked, Var) or arg == asked for arg, asked in pairs)

    # --- the answers, by what they are called, with the facts that they state ---

    def answers(self) -> Iterator[Tried]:
        """The answers that can do different things."""
        question = self.question
        match question.asks:
            case Asks.FACT:
                yield Tried(Said.YES, (question.atom,))
                yield Tried(Said.NO, (_denied(question.atom),))
            case Asks.VALUE:
                for fact in self._named():
                    yield Tried(plain_text(fact.args[question.blanks[-1]]), (fact,))
                yield from self._unnamed("another value")
            case Asks.WHICH:
                yield from self._of_several()

    def _of_several(self) -> Iterator[Tried]:
        question, options = self.question, self.question.options
        for fact in options:
            yield Tried(", ".join(map(plain_text, constants(fact.args[1:]))), (fact,))
        others = list(self._unnamed("one more"))
        yield from others
        every = tuple(fact for each in others if not each.is_sample for fact in each.facts)
        if len(options) > 1:
            yield Tried("all of them", options)
        elif len(every) > 1 and not options:
            yield Tried("enough more", every)
        if options:
            yield Tried(Said.NO, tuple(map(_denied, options)))
        if question.is_open and self.may_be_complete:
            record = AtomF(COMPLETE, (question.atom.args[0], Atom(question.atom.pred.own_name)))
            yield Tried(Said.COMPLETE, (record,))

    def _named(self) -> Iterator[AtomF]:
        """The values that rules mention."""
        facts = (fact for goal in self.topics.goals for fact in goal.facts.values() if self._is_about(fact))
        named = (AtomF(fact.pred.positive, fact.args) for fact in facts if len(constants(fact.args)) == len(fact.args))
        return iter(dict.fromkeys(named))

    def _unnamed(self, name: str) -> Iterator[Tried]:
        """Facts about what nothing mentions, by a name for all of it, and about values that are compared, by one such value."""
        seen: set[AtomF] = set()
        for goal in self.topics.goals:
            candidates, assumable = goal.opened.candidates, goal.opened.grounder.ground.assumable
            critical = critical_values(candidates, goal.opened.grounder)
            for atom in self._facts_of(goal):
                pred, row = assumable[atom]
                if pred == COMPLETE or pred.negative or candidates.open.keys().isdisjoint(row):
                    continue
                is_sample = [number in candidates.unknowns.kinds for number in row]
                options: list[Sequence[Const]] = [
                    critical.get((pred, at), ()) if is_sample[at] else (candidates.constant(number),)
                    for at, number in enumerate(row)
                ]
                for args in product(*options):
                    fact = AtomF(pred, args)
                    if fact not in seen:
                        seen.add(fact)
                        values = [plain_text(arg) for arg, is_so in zip(args, is_sample, strict=True) if is_so]
                        yield Tried(", ".join(values) or name, (fact,), is_sample=bool(values))


class Tried(Struct, frozen=True):
    """An answer that is tried, by what it is called, and the facts that it states; a sample stands for other values that do the same."""

    name: str
    facts: tuple[AtomF, ...]
    is_sample: bool = False


def _denied(fact: AtomF) -> AtomF:
    return AtomF(fact.pred.opposite, fact.args)


def _joined(answers: Iterable[Tried]) -> str:
    """Answers with one effect, as one name; of values that are compared one stands for all."""
    told = list(answers)
    samples = [each.name for each in told if each.is_sample]
    names = list(dict.fromkeys(each.name for each in told if not each.is_sample))
    names += [f"a value such as {samples[0]}"] if samples else []
    return " or ".join(names) if len(names) < 5 else f"{names[0]}, {names[1]} or another of the {len(names)}"
