"""The checker of explanations: it takes the JSON of an explanation or a review, works out again whether each step follows,
and says which are wrong, and why.

It shares no code with the search for explanations: of all else it uses the language and the sentences alone. The README of
`explain/` draws its modules.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import suppress

from msgspec import Struct, field

from explain.verify.evaluator import MOST_STEPS, Budget, EndlessCheckError, Evaluator, rulebook
from explain.verify.explanations import Explanations
from explain.verify.json_text import HALF, has_half
from explain.verify.missing import check_missing, is_missing
from explain.verify.obligations import Context
from explain.verify.places import names_in, other_names, renamed
from explain.verify.program import Rulebook, constants
from explain.verify.review import ReviewChecker, is_review, may_be_stated
from explain.verify.steps import Fault, StepReader, is_same, shown
from explain.words.values import JsonValue, json_value
from kb.language.declarations import REQUEST
from kb.language.program import Program
from kb.language.syntax import TRUE, Clause
from kb.language.traversal import body_terms

__all__ = ["Fault", "Report", "Verifier", "verify"]

STEPS = "every step: that it follows by a rule or a fact, and of what fails, that nothing else holds; its sentence"
NEAREST = (
    "that a proof is the smallest, that of what fails the nearest comes first, the order of what a step rests on and of the literals inside a goal, "
    "all facts that a conflict rests on, whether the rules for what is not documented are shown"
)
REVIEW = "the review: determination, criteria, authorization, quantity, conflicts, hashes, title, assumptions, checks"
MISSING = "what is missing: each set is enough, has nothing too much, and contradicts nothing"
SEARCHED = "what the search for missing facts tried and did not look at"
LEFT_OUT = "whether there are other sets{0} of missing facts (`are_more`), and other ways"
ASKED = "how many sets were asked for (`limit`)"
NOTHING = "that no facts that agree with what is documented would do: no set of missing facts is given"
OTHER_PROOFS = "whether these are all proofs, the smallest first"
OTHER_POLICIES = "whether each case is reviewed under every policy that is about its drug"
OTHER_CASES = "other cases of the files: this is the review of {0} alone"
UNCHECKED_SWAP = "a change that swaps two outcomes is not checked; give an explanation or a review"
READ_AS = "read here as `{0}`: the file `{1}`"


class Report(Struct, frozen=True):
    """What is wrong, nothing if all is accepted; what was checked, and what was not; which files go by other names here."""

    faults: tuple[Fault, ...]
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]
    renamed: tuple[str, ...] = ()
    given_up: str | None = None
    """The place of what takes more steps to check than are allowed, and is rejected for that."""


def verify(
    data: object, program: Program, facts: tuple[Clause, ...] = (), *, closed_world: bool = False
) -> list[Fault]:
    """What is wrong with an explanation, a list of proofs, the review of a case, the list of the reviews of all cases, or
    what is missing; nothing if it is accepted.

    `data` is parsed JSON; `program` the rules; `facts` the case facts stated beside it.
    """
    return Verifier.of(program).verify(data, facts, closed_world=closed_world)


class Verifier(Struct, frozen=True):
    """Checks many explanations over one program."""

    book: Rulebook
    views: Mapping[str, Program] = field(default_factory=dict)
    """Where several policies stand side by side, the program of each."""

    @classmethod
    def of(
        cls, program: Program, views: Mapping[str, Program] | None = None, program_hash: str | None = None
    ) -> Verifier:
        """A checker of explanations over the rules and facts of a program; `views` has the program of each of several policies
        that stand side by side, under which their reviews are checked, and `program_hash` is the program's, where that is known."""
        return cls(rulebook(program, known_hash=program_hash), views or {})

    def verify(self, data: object, facts: tuple[Clause, ...] = (), *, closed_world: bool = False) -> list[Fault]:
        """What is wrong with JSON data, as the function of this name has it."""
        return list(self.report(data, facts, closed_world=closed_world).faults)

    def report(
        self,
        data: object,
        facts: tuple[Clause, ...] = (),
        *,
        closed_world: bool = False,
        max_steps: int | None = None,
    ) -> Report:
        """The same, with what was checked and what was not; `max_steps` are allowed for each review or explanation."""
        day = _day_of(data) or self.book.today
        aside = self.book.declarations.expectations
        facts = tuple(fact for fact in facts if fact.head.pred not in aside)
        names = other_names(names_in(data), self.book.files, {each.span.file for each in facts})
        is_elsewhere = not self.book.files.isdisjoint(names)
        is_same_book = not is_elsewhere and day == self.book.today
        book = self.book if is_same_book else rulebook(Program(renamed(self.book.program.items, names)), day)
        views = {policy: Program(renamed(view.items, names)) for policy, view in self.views.items()}
        check = _Check(book, renamed(facts, names), closed_world, max_steps or MOST_STEPS, views)
        given_up: str | None = None
        try:
            if has_half(data):
                check.faults.append(Fault("", "", HALF))
            else:
                check.all(data)
        except RecursionError:
            check.faults.append(Fault("", "", "this is nested too deeply to be checked"))
        except EndlessCheckError:
            given_up = check.at
            check.faults.append(Fault(given_up, "", "checking this takes more steps than are allowed"))
        told = (READ_AS.format(here, there) for here, there in sorted(names.items()))
        return Report(tuple(check.faults), tuple(check.checked), tuple(check.unchecked), tuple(told), given_up)


class _Check(Struct):
    """One run of the checker: what it is given, and what it has found."""

    book: Rulebook
    facts: tuple[Clause, ...]
    closed_world: bool
    max_steps: int
    views: Mapping[str, Program] = field(default_factory=dict)
    books: dict[str, Rulebook] = field(default_factory=dict)
    """Those of the views that were asked for."""
    at: str = ""
    """The place of what is being checked."""
    faults: list[Fault] = field(default_factory=list)
    checked: dict[str, None] = field(default_factory=dict)
    unchecked: dict[str, None] = field(default_factory=dict)

    def all(self, data: object) -> None:
        """Checks all that a command has written: a list of reviews or of proofs, or one value."""
        if isinstance(data, list) and any(map(is_review, data)):
            self._reviews(data)
        elif isinstance(data, list):
            self._proofs(data)
        elif is_review(data):
            self._review(data, "")
            if len(self._cases()) > 1:
                self._note([], [OTHER_CASES.format(shown(data.get("case")))])
        elif is_missing(data):
            budget = Budget(self.max_steps)
            complete_to = check_missing(self.book, self.facts, self.closed_world, data, "", self.faults, budget)
            self._missing(complete_to, data)
        elif _is_swap(data):
            self._fault(UNCHECKED_SWAP)
        else:
            self._explanation(data, "", StepReader(self.faults))

    def _fault(self, message: str) -> None:
        self.faults.append(Fault("", "", message))

    def _cases(self) -> list[JsonValue]:
        """The cases that the facts have a request of, in their order."""
        cases = dict.fromkeys(fact.head.args[0] for fact in self.facts if fact.head.args)
        asked = {fact.head.args[0] for fact in self.facts if fact.head.pred == REQUEST}
        return [json_value(case) for case in cases if case in asked]

    def _reviews(self, data: list[object]) -> None:
        """Checks a list of reviews, which has one of each case."""
        pairs = [(each.get("case"), each.get("policy")) if isinstance(each, dict) else (None, None) for each in data]
        told = [
            case
            for index, (case, _) in enumerate(pairs)
            if not self.views or case not in [each for each, _ in pairs[:index]]
        ]
        if not is_same(told, self._cases()) or any(pair in pairs[:index] for index, pair in enumerate(pairs)):
            expected = ", ".join(map(shown, self._cases())) or "none"
            said = "the reviews are not those of the cases that the facts are about, each once and in their order"
            self._fault(f"{said}: {expected}")
        if self.views:
            self._note([], [OTHER_POLICIES])
        for index, each in enumerate(data):
            if is_review(each):
                self._review(each, f"[{index}]")
            else:
                self.faults.append(Fault(f"[{index}]", "", "this is no review, and stands among reviews"))

    def _review(self, data: dict[str, object], path: str) -> None:
        self.at = path
        book, facts = self.book, self.facts
        policy = data.get("policy") or next(iter(self.views), None)
        if isinstance(policy, str) and policy in self.views:
            if policy not in self.books:
                self.books[policy] = rulebook(self.views[policy], self.book.today)
            book = self.books[policy]
            facts = tuple(fact for fact in facts if may_be_stated(fact, book))
        checker = ReviewChecker(book, facts, path, self.faults, Budget(self.max_steps))
        complete_to = checker.check(data, self.closed_world)
        self._note([REVIEW, STEPS], [NEAREST])
        self._missing(complete_to, data)

    def _proofs(self, data: list[object]) -> None:
        """Checks a list of explanations, in which each step stands once."""
        if any(map(_is_swap, data)):
            self._fault(UNCHECKED_SWAP)
            return
        reader = StepReader(self.faults)
        for index, each in enumerate(data):
            if isinstance(each, dict) and "see" in each:
                self.faults.append(Fault(f"[{index}]", "", "one explanation stands here twice"))
            self._explanation(each, f"[{index}]", reader)
        if not data:
            self._fault("an empty list explains nothing")
        self._note([], [OTHER_PROOFS])

    def _explanation(self, data: object, path: str, reader: StepReader) -> None:
        self.at = path
        step = reader.read(data, path)
        if step is not None:
            asked = self.book.goal(step.said or TRUE)
            named, budget = frozenset(constants(body_terms(asked))), Budget(self.max_steps)
            evaluator = Evaluator(self.book, self.facts, self.closed_world, named, budget=budget)
            self.faults += Explanations(Context.of(evaluator, asked)).faults(step)
            self._note([STEPS], [NEAREST])

    def _missing(self, complete_to: int | None, data: dict[str, object]) -> None:
        if complete_to is not None:
            left = f", larger than {complete_to}," if complete_to else ""
            nothing = [] if data["missing"] else [NOTHING]
            asked = [ASKED] if "limit" in data else []
            self._note([MISSING] if data["missing"] else [], [*nothing, LEFT_OUT.format(left), *asked, SEARCHED])

    def _note(self, checked: list[str], unchecked: list[str]) -> None:
        self.checked.update(dict.fromkeys(checked))
        self.unchecked.update(dict.fromkeys(unchecked))


def _day_of(data: object) -> datetime.date | None:
    """The day that a review, or the first of several, says that it was made on."""
    first = data[0] if isinstance(data, list) and data else data
    told = first.get("reviewed_on") if isinstance(first, dict) else None
    with suppress(ValueError):
        return datetime.date.fromisoformat(told) if isinstance(told, str) else None
    return None


def _is_swap(data: object) -> bool:
    """Whether JSON data is meant as a change of facts that `why --rather-than` prints."""
    return isinstance(data, dict) and {"added", "removed"} <= data.keys()
