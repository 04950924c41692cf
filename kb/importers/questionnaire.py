"""Answers to questionnaires whose link ids are those that Priorlog issues: `refractory/bortezomib`, `prior_therapy/1`, `birth_date`.

A link id is the name of an open predicate, then its arguments but the case. All of them: the question is answered yes or no.
All but the last: the answers are its values. Where the last is called by the argument's own name, as in `quantity/tablets`, an
item asks for one argument, and the items beside it for the others. `complete/prior_therapy` asks whether a record is complete.
`LinkIds` writes them, too; a choice that a questionnaire offers has its code in the system of the argument's type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from itertools import product

from kb.importers.bundle import Resource
from kb.importers.cases import ChartCase, Reading
from kb.importers.concepts import Meaning, Unread
from kb.importers.dates import dated
from kb.importers.facts import Findings, Stated
from kb.importers.json_values import Node
from kb.language.declarations import COMPLETE, Declarations
from kb.language.syntax import Pred
from kb.language.terms import Atom, Const, Date, Int, Str, make_decimal, plain_text
from kb.names import folded

CASE = "case"
"""The type of the first argument of what a case may state."""
VOCABULARY = "urn:priorlog:vocabulary:"
"""What the system of codes of a type begins with, before the name of the type: its codes are the constants' own names."""
NAME = re.compile(r"[a-z][A-Za-z0-9_]*", re.ASCII)
"""How names are written of types that have no vocabulary."""
DONE = ("completed", "amended")
ITEM = ("id", "extension", "linkId", "definition", "text", "answer", "item")
"""The elements of an item."""
NUMBERS = ("Integer", "Decimal")
WORDS = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


@dataclass(frozen=True)
class Value:
    """The value of an argument, and how it is recorded."""

    const: Const
    recorded: str | None = None
    is_several: bool = False


@dataclass(frozen=True)
class Asked:
    """What a link id asks for: a predicate, the arguments that it names, and the one that it is called after, if it is."""

    pred: Pred
    args: tuple[str, ...]
    argument: int | None = None


@dataclass(frozen=True)
class LinkIds:
    """The link ids that are issued for the open predicates of a program."""

    declarations: Declarations

    def asked(self, link: str) -> Asked | None:
        """What a link id asks for; None if it is not one of these."""
        name, *args = map(_unescaped, link.split("/"))
        if name == COMPLETE.name and len(args) == 1 and args[0] in self.predicates:
            return Asked(COMPLETE, tuple(args))
        pred = self.predicates.get(name)
        if pred is None or len(args) > pred.arity - 1:
            return None
        names = self._names(pred)
        if len(args) == 1 and args[0] in names and pred.arity > 2:
            return Asked(pred, (), names.index(args[0]))
        return Asked(pred, tuple(args)) if len(args) >= pred.arity - 2 else None

    def part(self, pred: Pred, place: int) -> str:
        """The link id that asks for one argument, the first after the case at 0, beside those that ask for the others."""
        return "/".join(map(_escaped, (pred.name, self._names(pred)[place])))

    def record(self, pred: Pred) -> str:
        """The link id that asks whether the record of a predicate is complete."""
        return "/".join(map(_escaped, (COMPLETE.name, pred.name)))

    def _names(self, pred: Pred) -> list[str]:
        """What link ids call the arguments of a predicate but the case."""
        return [snake(each) for each in self.declarations.names_of(pred)[1:]]

    @property
    def predicates(self) -> dict[str, Pred]:
        """The open predicates whose first argument is the case, by name."""
        declared = self.declarations
        return {each.name: each for each in declared.abducible if declared.types_of(each)[:1] == (CASE,)}


def link_id(pred: Pred, args: Iterable[Const] = ()) -> str:
    """The link id that asks about some arguments but the case: of all of them whether it is so, of all but the last for values of
    that."""
    return "/".join(map(_escaped, (pred.name, *map(plain_text, args))))


def _escaped(name: str) -> str:
    """A part of a link id, in which the slash between parts stands for itself."""
    return name.replace("%", "%25").replace("/", "%2F")


def _unescaped(part: str) -> str:
    return part.replace("%2F", "/").replace("%25", "%")


def snake(name: str) -> str:
    """The name of an argument as columns and link ids have it.

    >>> snake("TimesPerWeek")
    'times_per_week'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def response(resource: Resource, case: ChartCase) -> Findings:
    """The answers of a questionnaire that was completed, if they are those of the request."""
    if not case.is_meant(resource):
        yield resource.not_mapped("the request refers to other answers")
        return
    found = [*answers(resource, case)]
    yield from found or [resource.not_mapped("it has no answers")]


def answers(resource: Resource, reading: Reading) -> Findings:
    """The answers of a questionnaire that was completed."""
    status = resource.node.text("status")
    if status not in DONE:
        yield resource.not_mapped(f"its status is `{status}`, not completed", resource.node.child("status"))
        return
    if not resource.node.children("item"):
        yield resource.not_mapped("it has no answers")
    yield from _Answers(resource, reading, LinkIds(reading.declarations)).below(resource.node)


@dataclass(frozen=True)
class _Answers:
    resource: Resource
    reading: Reading
    links: LinkIds

    @property
    def declarations(self) -> Declarations:
        return self.reading.declarations

    def below(self, parent: Node) -> Findings:
        """What the items of a group, of a question or of the whole say."""
        parts: dict[Pred, dict[int, Node]] = {}
        for item in parent.children("item"):
            link = item.text("linkId") or ""
            answers = [each for each in item.children("answer") if _values(each)]
            asked = self.links.asked(link)
            yield from self._without_value(item)
            if asked is None and answers:
                yield self.resource.not_mapped(f"the link id `{link}` is none that Priorlog issues", item)
            elif asked is not None and asked.pred == COMPLETE:
                yield from self._complete(item, asked.args[0], answers)
            elif asked is not None and asked.argument is not None:
                if asked.argument in parts.get(asked.pred, {}):
                    yield self.resource.not_mapped(f"`{link}` is answered twice in one group", item)
                elif answers:
                    parts.setdefault(asked.pred, {})[asked.argument] = item
            elif asked is not None and answers:
                yield from self._answered(item, asked, answers)
            yield from self.below(item)
            for answer in item.children("answer"):
                yield from self.below(answer)
        for pred, items in parts.items():
            yield from self._together(pred, items)

    def _without_value(self, item: Node) -> Findings:
        """What of an item is no answer as FHIR has it, or has no value."""
        if not item.members:
            yield self.resource.not_mapped("it is no item with an answer", item)
        for name in item.members:
            if name.removeprefix("_") not in ITEM:
                yield self.resource.not_mapped(f"`{name}` is nothing that an item has", item)
        for answer in item.children("answer"):
            if not _values(answer) and not answer.children("item"):
                yield self.resource.not_mapped("the answer has no value", answer)

    def _answered(self, item: Node, asked: Asked, answers: Sequence[Node]) -> Findings:
        """The answers to one question: yes or no, or values of the last argument."""
        named: list[Value] = []
        for place, text in enumerate(asked.args, 1):
            kind = self.declarations.types_of(asked.pred)[place]
            said = {"valueString": text, "valueCoding": {"system": f"{VOCABULARY}{kind}", "code": text}}
            value = self._value(Node(said, item.path), asked.pred, place)
            if isinstance(value, Unread):
                yield self.resource.not_mapped(f"the link id `{item.text('linkId')}`: {value.reason}", item)
                return
            named.append(value)
        if len(asked.args) == asked.pred.arity - 1:
            yield from self._yes_or_no(item, asked.pred, named, answers)
            return
        for answer in answers:
            value = self._value(answer, asked.pred, asked.pred.arity - 1)
            if isinstance(value, Unread):
                yield self.resource.not_mapped(value.reason, answer)
            else:
                yield self._stated(asked.pred, (*named, value), answer)

    def _yes_or_no(self, item: Node, pred: Pred, named: Sequence[Value], answers: Sequence[Node]) -> Findings:
        for answer in answers:
            said = _truth(answer)
            if said is None:
                yield self.resource.not_mapped("the answer is neither yes nor no", answer)
            elif not said and any(each.is_several for each in named):
                yield self.resource.not_mapped("a name for several: it is not said which of them is not so", item)
            else:
                yield self._stated(pred, named, answer, negative=not said)

    def _complete(self, item: Node, name: str, answers: Sequence[Node]) -> Findings:
        """That the record of a predicate is complete; that it is not is what is known without an answer, and states nothing."""
        for answer in answers:
            match _truth(answer):
                case True:
                    recorded = Atom(self.links.predicates[name].own_name)
                    yield Stated(COMPLETE.name, (recorded,), self.reading.origin(self.resource, answer))
                case None:
                    yield self.resource.not_mapped("the answer is neither yes nor no", answer)

    def _together(self, pred: Pred, items: dict[int, Node]) -> Findings:
        """The fact that several items state together, one argument each; of the last there may be several answers."""
        names = self.declarations.names_of(pred)[1:]
        lacking = [snake(name) for place, name in enumerate(names) if place not in items]
        first = items[min(items)]
        if lacking:
            said = f"`{pred.name}` is not answered whole: there is no {', '.join(lacking)}"
            yield self.resource.not_mapped(said, first)
            return
        choices: list[list[Value]] = []
        for place in range(len(names)):
            values = [self._value(each, pred, place + 1) for each in items[place].children("answer")]
            wrong = [each for each in values if isinstance(each, Unread)]
            if wrong or (len(values) > 1 and place < len(names) - 1):
                reason = wrong[0].reason if wrong else "there are several answers"
                yield self.resource.not_mapped(reason, items[place])
                return
            choices.append([each for each in values if isinstance(each, Value)])
        for several in product(*choices):
            yield self._stated(pred, several, items[len(names) - 1])

    def _stated(self, pred: Pred, values: Sequence[Value], at: Node, *, negative: bool = False) -> Stated:
        recorded = "; ".join(each.recorded for each in values if each.recorded) or None
        origin = self.reading.origin(self.resource, at)
        return Stated(pred.name, tuple(each.const for each in values), origin, recorded, negative)

    def _value(self, answer: Node, pred: Pred, place: int) -> Value | Unread:
        """The constant that an answer is, by the declared type of the argument."""
        kind = self.declarations.types_of(pred)[place]
        text = answer.choice("value", "String").value
        number = _number(answer)
        match kind:
            case "date":
                found = dated(answer.text("valueDate") or answer.text("valueDateTime") or answer.text("valueString"))
                day = None if found is None else found.day
                return Unread("the answer is no day") if day is None else Value(Date(day))
            case "integer":
                if number is None or number != int(number) or abs(number) >= 10**18:
                    return Unread("the answer is no whole number")
                return Value(Int(int(number)))
            case "decimal":
                if number is None:
                    return Unread("the answer is no number")
                try:
                    return Value(make_decimal(number))
                except DecimalException:
                    return Unread("the answer has too many digits")
            case "string":
                return Value(Str(text)) if isinstance(text, str) else Unread("the answer is no text")
        coding = answer.choice("value", "Coding")
        if not coding.is_given and not isinstance(text, str):
            return Unread("the answer is neither a choice nor a text")
        concept = coding if coding.is_given else Node({"text": text}, answer.path)
        is_one = Pred(pred.name, pred.arity) in self.declarations.functional
        own = _own(concept, kind)
        if self.reading.concepts.names.of_type(kind) is None and (name := own.text("text")) is not None:
            is_chosen = coding.text("system") == f"{VOCABULARY}{kind}"
            is_name = is_chosen or NAME.fullmatch(name) is not None
            return Value(Atom(name)) if is_name else Unread(f"`{name}` is no name as rules have it, as in `some_name`")
        meaning = self.reading.concepts.read(own, kind, is_one=is_one)
        if isinstance(meaning, Meaning):
            recorded = meaning.recorded if coding.is_given or isinstance(text, str) else None
            return Value(meaning.written, recorded, meaning.constant is None)
        return meaning


def _own(coding: Node, kind: str) -> Node:
    """A coding of the system of a type as a concept, with what it displays beside it, if that is another name; and one without a
    system and a name, as answers of ours may have: the code is the constant's own name."""
    code, display = coding.text("code"), coding.text("display")
    if code is None or not (
        coding.text("system") == f"{VOCABULARY}{kind}" or ("system" not in coding and display is None)
    ):
        return coding
    is_same = display is None or folded(display) == folded(code)
    return Node({"text": code, "coding": [] if is_same else [{"display": display}]}, coding.path)


def _number(answer: Node) -> Decimal | None:
    for kind in NUMBERS:
        if (found := answer.number(f"value{kind}")) is not None:
            return found
    text = answer.text("valueString")
    return Decimal(text) if text is not None and re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", text, re.ASCII) else None


def _values(answer: Node) -> list[str]:
    return [name for name in answer.members if name.startswith("value")]


def _truth(answer: Node) -> bool | None:
    """Whether an answer is yes or no; None if it is neither."""
    said = answer.members.get("valueBoolean")
    if isinstance(said, bool):
        return said
    coding = answer.choice("value", "Coding")
    words = (answer.text("valueString"), coding.text("display"), coding.text("code"))
    known = {WORDS[word] for each in words if each is not None and (word := each.strip().lower()) in WORDS}
    named = words[0] or words[1] or words[2] or ""
    return known.pop() if len(known) == 1 and named.strip().lower() in WORDS else None
