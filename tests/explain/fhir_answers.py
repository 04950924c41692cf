"""What somebody who knows a case answers: to the questions of an interview, and to the items of a questionnaire."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.knowledge import Rules
from explain.fhir.questionnaire import questionnaire
from explain.fhir.resources import json_of
from explain.interview.questions import Asks, Question
from explain.interview.session import Interview
from explain.workspace import Workspace
from kb.importers.questionnaire import VOCABULARY, snake
from kb.language.declarations import COMPLETE
from kb.language.loader import load_text
from kb.language.printer import show_clause
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Int, Var, plain_text

Json = dict[str, Any]
TODAY = datetime.date(2026, 11, 22)


def interview_about(workspace: Workspace, facts: Iterable[Clause] | str) -> Interview:
    """An interview about the case of some facts, by the rules of a workspace."""
    own = workspace.stating(())
    text = facts if isinstance(facts, str) else "".join(f"{show_clause(each)}\n" for each in facts)
    (case,) = own.add_cases(load_text(text))
    reviewer = own.reviewer_of(None, case)
    return Interview(reviewer, case.within(reviewer.vocabulary), "Ada", TODAY)


def questionnaire_about(workspace: Workspace, facts: Iterable[Clause] | str) -> Json:
    """The questionnaire about the case of some facts, as JSON."""
    return json_of(questionnaire(interview_about(workspace, facts))[0])


def items_of(parent: Json) -> Iterator[Json]:
    """The items of a questionnaire, a response or a group, and all below them."""
    for each in parent.get("item", []):
        yield each
        yield from items_of(each)


@dataclass(frozen=True)
class Knowing:
    """Somebody who knows the facts of a case: all that is so by the names that are meant, and which records are complete."""

    rules: Rules
    facts: tuple[AtomF, ...]

    @classmethod
    def of(cls, rules: Rules, facts: Iterable[Clause], complete: Iterable[str] = ()) -> Knowing:
        """Somebody who knows some facts, and that the records of some predicates are complete."""
        read = [each.head for each in rules.names.read(facts).facts]
        case = read[0].args[0]
        closed = (AtomF(COMPLETE, (case, Atom(name))) for name in complete)
        return cls(rules, tuple(dict.fromkeys((*read, *closed))))

    @property
    def clauses(self) -> list[Clause]:
        return [Clause(each, TRUE) for each in self.facts]

    def knows(self, fact: AtomF) -> bool | None:
        """Whether a fact is so; None if that is not known."""
        if fact in self.facts:
            return True
        return False if AtomF(fact.pred.opposite, fact.args) in self.facts or self.closes(fact.pred) else None

    def closes(self, pred: Pred) -> bool:
        return any(each.pred == COMPLETE and each.args[1] == Atom(pred.own_name) for each in self.facts)

    def rows(self, pattern: AtomF) -> list[tuple[Const, ...]]:
        """The values for the variables of an atom that are so."""
        found = []
        for each in self.facts:
            pairs = list(zip(pattern.args, each.args, strict=False))
            if each.pred == pattern.pred and all(isinstance(asked, Var) or asked == arg for asked, arg in pairs):
                found.append(tuple(arg for asked, arg in pairs if isinstance(asked, Var)))
        return found  # type: ignore[return-value] # facts of cases are ground

    # --- an interview -----------------------------------------------------------------------------------------------

    def answer_all(self, interview: Interview) -> list[Question]:
        """Answers until nothing is left to ask, and gives what was asked."""
        asked = []
        while (question := interview.question()) is not None:
            asked.append(question)
            self._answer(interview, question)
        return asked

    def _answer(self, interview: Interview, question: Question) -> None:
        if question.asks is Asks.FACT:
            known = self.knows(question.atom)
            {True: interview.affirm, False: interview.deny, None: interview.leave}[known](question)
            return
        stated = {each.head for each in interview.facts}
        options = question.options if not question.is_open else ()
        rows = [
            row
            for row in self.rows(question.atom)
            if (fact := _filled(question.atom, row)) not in stated and (not options or fact in options)
        ]
        if rows:
            interview.name(question, rows)
        elif question.asks is Asks.WHICH and self.closes(question.atom.pred):
            interview.complete(question)
        elif question.asks is Asks.WHICH and options and all(self.knows(each) is False for each in options):
            interview.deny(question)
        else:
            interview.leave(question)

    # --- a questionnaire ----------------------------------------------------------------------------------------------

    def response(self, asked: Json) -> Json:
        """The response to a questionnaire: answers to what is enabled and known."""
        items: list[Json] = []
        for item in asked.get("item", []):
            if is_enabled(item, items):
                items += self._items(item)
        return {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "questionnaire": f"{asked['url']}|{asked['version']}",
            "authored": "2026-11-20",
            "author": {"display": "Dr. Day"},
            "item": items,
        }

    def _items(self, item: Json) -> list[Json]:
        name, *args = item["linkId"].split("/")
        case = self.facts[0].args[0]
        if name == COMPLETE.name:
            known = AtomF(COMPLETE, (case, Atom(args[0]))) in self.facts
            return [_answered(item, [{"valueBoolean": known}])]
        pred = next(each for each in self.rules.declarations.abducible if each.name == name)
        if item["type"] == "group":
            return [self._group(item, pred, row) for row in self.rows(_pattern(pred, case, []))]
        rows = self.rows(_pattern(pred, case, [self._const(pred, at, each) for at, each in enumerate(args, 1)]))
        if item["type"] == "boolean":
            fact = AtomF(pred, (case, *(self._const(pred, at, each) for at, each in enumerate(args, 1))))
            known = self.knows(fact)
            return [] if known is None else [_answered(item, [{"valueBoolean": known}])]
        values = [self._value(pred, pred.arity - 1, row[-1]) for row in rows]
        return [_answered(item, values)] if values else []

    def _group(self, item: Json, pred: Pred, row: tuple[Const, ...]) -> Json:
        names = [snake(each) for each in self.rules.declarations.names_of(pred)[1:]]
        parts = []
        for part in item["item"]:
            place = names.index(part["linkId"].split("/")[1])
            parts.append(_answered(part, [self._value(pred, place + 1, row[place])]))
        return {"linkId": item["linkId"], "item": parts}

    def _const(self, pred: Pred, place: int, text: str) -> Const:
        kind = self.rules.declarations.types_of(pred)[place]
        return Int(int(text)) if kind == "integer" else Atom(text)

    def _value(self, pred: Pred, place: int, value: Const) -> Json:
        kind = self.rules.declarations.types_of(pred)[place]
        match value:
            case Date():
                return {"valueDate": plain_text(value)}
            case Int(number):
                return {"valueInteger": number}
            case Atom():
                return {"valueCoding": {"system": f"{VOCABULARY}{kind}", "code": value.name}}
            case _ if kind == "decimal":
                return {"valueDecimal": float(plain_text(value))}
            case _:
                return {"valueString": plain_text(value)}


def is_enabled(item: Json, answered: list[Json]) -> bool:
    """Whether an item is enabled beside answers that were given, as FHIR R4 has it."""
    conditions = item.get("enableWhen", [])
    return not conditions or any(_holds(each, answered) for each in conditions)


def _holds(condition: Json, answered: list[Json]) -> bool:
    answers = [answer for item in answered if item["linkId"] == condition["question"] for answer in item["answer"]]
    if condition["operator"] == "exists":
        return condition["answerBoolean"] == bool(answers)
    if "answerBoolean" in condition:
        return any(each.get("valueBoolean") == condition["answerBoolean"] for each in answers)
    return any(each.get("valueCoding", {}).get("code") == condition["answerCoding"]["code"] for each in answers)


def _answered(item: Json, answers: list[Json]) -> Json:
    return {"linkId": item["linkId"], "answer": answers}


def _pattern(pred: Pred, case: Const, args: list[Const]) -> AtomF:
    free = (Var(f"_{at}") for at in range(len(args) + 1, pred.arity))
    return AtomF(pred, (case, *args, *free))  # type: ignore[arg-type] # constants and variables are terms


def _filled(atom: AtomF, row: tuple[Const, ...]) -> AtomF:
    values = iter(row)
    return AtomF(atom.pred, tuple(next(values) if isinstance(arg, Var) else arg for arg in atom.args))
