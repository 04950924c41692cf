"""What an interview could still ask about a case, as a FHIR Questionnaire: an item for each question, in the order in which it would
be asked if nothing more were known, with the link ids that kb/importers/questionnaire.py reads.

- Whether something is so is a boolean; so is each of a few things that are asked about together. No answer is: not documented.
- Of more things, or where others can be so too, the item takes those that are so, and another asks whether the record is complete.
- What has several arguments is a group with an item for each, which repeats if there can be several.

An item is disabled where an answer to one before it leaves nothing that any answer to it could change. Each answer is tried for that,
as the interview tries it (`Interview.branches`): what could not wholly be looked at stays enabled, and so does what hangs on values that
are compared, as dates are, or on several answers together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from urllib.parse import quote

import msgspec.structs

from engine.symbolic.limits import Deadline
from explain.fhir.resources import AnswerOption, Coding, EnableWhen, Item, Questionnaire, id_of, shown
from explain.interview.deciding import Possible
from explain.interview.questions import Asks, Question, constants
from explain.interview.session import MOST_CHOICES, Branch, Interview
from explain.words.phrases import say
from explain.words.sentences import question as question_about
from explain.words.sentences import readable, spaced
from kb.importers.questionnaire import VOCABULARY, LinkIds, link_id
from kb.language.declarations import Declarations
from kb.language.printer import program_hash
from kb.language.program import Program
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, Var, plain_text

CANONICAL = "urn:priorlog:questionnaire:"
"""What the URL of a questionnaire begins with, before the name of its case."""
PLAIN_TYPES = MappingProxyType({"date": "date", "integer": "integer", "decimal": "decimal", "string": "string"})
"""The types of items that ask for what has no names, by the types of arguments."""
MOST_HASH = 12
MOST_SECONDS = 20.0
"""For so long, in processor time, answers are tried."""


def canonical(case: Const) -> str:
    """The URL of the questionnaire about a case.

    >>> canonical(Atom("one two"))
    'urn:priorlog:questionnaire:one%20two'
    """
    return CANONICAL + quote(plain_text(case), safe="")


def questionnaire(interview: Interview) -> tuple[Questionnaire, bool]:
    """The questionnaire about the case of an interview, without items if nothing is left to ask; and whether the time was enough to
    try all answers, else more items may be enabled than matter."""
    case, reviewer = interview.case, interview.reviewer
    facts = program_hash(Program(interview.facts))
    items, is_whole = _Items(interview).enabled()
    made = Questionnaire(
        id=id_of(case.name),
        url=canonical(case.name),
        version=f"{reviewer.policy_hash[:MOST_HASH]}.{facts[:MOST_HASH]}",
        title=shown(say("questionnaire", plain_text(case.name))),
        status="active",
        subject_type=("Patient",),
        date=interview.today.isoformat(),
        item=items,
    )
    return made, is_whole


@dataclass(frozen=True)
class _Asked:
    """An item, and what it asks about: a fact with variables for what may stand there, or whether its record is complete."""

    item: Item
    about: AtomF
    is_of_record: bool = False

    def matters_in(self, branch: Branch) -> bool:
        """Whether an answer to it could still matter, or it is not known that none could."""
        if not branch.is_whole:
            return True
        if self.is_of_record:
            return any(each.question.atom.pred == self.about.pred for each in branch.possible)
        return any(each.is_about(self.about) for each in branch.possible)


@dataclass(frozen=True)
class _Items:
    """The items of the questionnaire about the case of an interview."""

    interview: Interview

    @property
    def declarations(self) -> Declarations:
        return self.interview.reviewer.rules.declarations

    @cached_property
    def links(self) -> LinkIds:
        return LinkIds(self.declarations)

    @cached_property
    def possible(self) -> list[Possible]:
        return self.interview.possible()

    @cached_property
    def asked(self) -> Mapping[str, _Asked]:
        """What is asked, by link ids: what several questions ask for is one item, which offers what each of them does."""
        found: dict[str, _Asked] = {}
        for each in (asked for possible in self.possible for asked in self._of(possible)):
            before = found.get(each.item.link_id)
            found[each.item.link_id] = each if before is None else replace(before, item=_merged(before.item, each.item))
        return found

    # --- what one question asks -------------------------------------------------------------------------------------

    def _of(self, possible: Possible) -> Iterator[_Asked]:
        """The items of a question."""
        question = possible.question
        options = question.options if len(question.options) <= MOST_CHOICES else ()
        is_wide = question.is_open or len(question.options) > MOST_CHOICES
        if possible.asks:
            match question.asks:
                case Asks.FACT:
                    yield self._yes_or_no(question.atom, question.text)
                case Asks.VALUE:
                    yield self._values(question, repeats=False)
                case Asks.WHICH:
                    for fact in options:
                        text = question_about(fact.pred, fact.args, self.declarations)
                        yield self._yes_or_no(fact, text or question.text)
                    if is_wide:
                        yield self._values(question, repeats=True)
        if question.asks is Asks.WHICH and (
            possible.closes or (possible.asks and len(question.options) > MOST_CHOICES)
        ):
            yield self._record(question.atom)

    def _yes_or_no(self, fact: AtomF, text: str) -> _Asked:
        link = link_id(fact.pred, constants(fact.args[1:]))
        return _Asked(Item(link_id=link, text=shown(text), type="boolean"), fact)

    def _values(self, question: Question, *, repeats: bool) -> _Asked:
        """What asks for values of the last argument; for those of several arguments, one item for each in a group."""
        pred, last = question.atom.pred, question.atom.pred.arity - 1
        if question.blanks == (last,):
            link = link_id(pred, constants(question.atom.args[1:]))
            return _Asked(self._value(question, last, link, question.text, repeats=repeats), question.atom)
        parts = tuple(self._part(question, place, repeats=repeats) for place in range(1, pred.arity))
        group = Item(link_id=link_id(pred), text=shown(question.text), type="group", repeats=repeats, item=parts)
        return _Asked(group, AtomF(pred, (question.atom.args[0], *(Var(f"_{at}") for at in range(1, pred.arity)))))

    def _part(self, question: Question, place: int, *, repeats: bool) -> Item:
        pred = question.atom.pred
        name = spaced(self.declarations.names_of(pred)[place])
        is_last = place == pred.arity - 1
        link = self.links.part(pred, place - 1)
        return self._value(question, place, link, name[:1].upper() + name[1:], repeats=repeats and is_last)

    def _value(self, question: Question, place: int, link: str, text: str, *, repeats: bool) -> Item:
        """The item that asks for one argument."""
        pred = question.atom.pred
        kind = self.declarations.types_of(pred)[place]
        item = Item(link_id=link, text=shown(text), type=PLAIN_TYPES.get(kind, "string"), repeats=repeats)
        if kind in PLAIN_TYPES:
            return item
        vocabulary = self.interview.reviewer.vocabulary
        listed = vocabulary.listed_at(pred, place)
        choices = self.interview.choices(question) if place == pred.arity - 1 else ()
        found = tuple(AnswerOption(value_coding=self._coding(pred, place, each)) for each in listed or choices)
        is_known = found or vocabulary.names.at(pred)[place] is not None
        type_ = "choice" if listed else "open-choice" if is_known else item.type
        return msgspec.structs.replace(item, type=type_, answer_option=found)

    def _coding(self, pred: Pred, place: int, value: Const) -> Coding:
        kind = self.declarations.types_of(pred)[place]
        return Coding(system=f"{VOCABULARY}{kind}", code=plain_text(value), display=shown(readable(value)))

    def _record(self, atom: AtomF) -> _Asked:
        text = say("is_complete", readable(Atom(atom.pred.own_name)))
        link = self.links.record(atom.pred)
        return _Asked(Item(link_id=link, text=shown(text), type="boolean"), atom, is_of_record=True)

    # --- what one answer leaves of the others -------------------------------------------------------------------------

    def enabled(self) -> tuple[tuple[Item, ...], bool]:
        """The items, each with the answers to one before it that enable it, if others disable it; and whether all answers could be
        tried in time."""
        deciding, is_whole = self._deciding()
        before: set[str] = set()
        items: list[Item] = []
        for link, asked in self.asked.items():
            conditions = [each for each in deciding if each.link in before and each.disabling(asked)]
            closest = max(conditions, key=lambda each: each.disabling(asked), default=None)
            items.append(asked.item if closest is None else _conditional(asked.item, tuple(closest.enabling(asked))))
            before.add(link)
        return tuple(items), is_whole

    def _deciding(self) -> tuple[list[_Deciding], bool]:
        """The questions whose answers can be told apart in a condition, with what each leaves to be asked; and whether all of
        them could be tried in time."""
        deadline = Deadline.from_now(MOST_SECONDS)
        found: list[_Deciding] = []
        for question in (each.question for each in self.possible if each.asks and each.question.asks is not Asks.WHICH):
            link = link_id(question.atom.pred, constants(question.atom.args[1:]))
            asked = self.asked.get(link)
            if asked is None or len(self.asked) == 1 or not (asked.item.type == "boolean" or asked.item.answer_option):
                continue
            branches = []
            for branch in self.interview.branches(question):
                branches.append(branch)
                if deadline.is_past:
                    return found, False
            if branches and not any(each.answer.is_sample for each in branches):
                found.append(_Deciding(link, question, branches, self._options(link)))
        return found, True

    def _options(self, link: str) -> tuple[Coding, ...]:
        return tuple(each.value_coding for each in self.asked[link].item.answer_option)


@dataclass(frozen=True)
class _Deciding:
    """A question, its link id, and what each of its answers leaves to be asked."""

    link: str
    question: Question
    branches: Sequence[Branch]
    options: Sequence[Coding]

    def disabling(self, asked: _Asked) -> float:
        """The share of its answers that leave nothing that an answer to something else could change; 0, if an answer that an
        item cannot name leaves something."""
        left = [each for each in self.branches if asked.matters_in(each)]
        is_named = all(self._condition(each) is not None for each in left)
        return 1 - len(left) / len(self.branches) if is_named else 0.0

    def enabling(self, asked: _Asked) -> Iterator[EnableWhen]:
        """That it has no answer, or one that leaves something."""
        yield EnableWhen(question=self.link, operator="exists", answer_boolean=False)
        for branch in self.branches:
            condition = self._condition(branch)
            if condition is not None and asked.matters_in(branch):
                yield condition

    def _condition(self, branch: Branch) -> EnableWhen | None:
        """That an answer is given; None for any other value than those that the item offers."""
        (fact,) = branch.answer.facts
        if self.question.asks is Asks.FACT:
            return EnableWhen(question=self.link, operator="=", answer_boolean=not fact.pred.negative)
        value = fact.args[-1]
        names = [plain_text(each) for each in constants([value])] if value in self.question.values else []
        found = (each for each in self.options if each.code in names)
        coding = next(found, None)
        return None if coding is None else EnableWhen(question=self.link, operator="=", answer_coding=coding)


def _conditional(item: Item, when: tuple[EnableWhen, ...]) -> Item:
    """An item that any of some conditions enables."""
    behaviour = "any" if len(when) > 1 else None
    return msgspec.structs.replace(item, enable_when=when, enable_behavior=behaviour)


def _merged(one: Item, other: Item) -> Item:
    """An item that offers what two do."""
    options = tuple(dict.fromkeys((*one.answer_option, *other.answer_option)))
    type_ = one.type if "open-choice" not in (one.type, other.type) else "open-choice"
    return msgspec.structs.replace(one, type=type_, answer_option=options, repeats=one.repeats or other.repeats)
