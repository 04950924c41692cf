"""The values that an answer in an interview says: dates, numbers and names, checked against what the question asks."""

from __future__ import annotations

import datetime
import decimal
import re

from explain.interview.circuit import Values
from explain.interview.questions import Question
from explain.interview.session import AnswerError, Interview
from explain.words.sentences import spaced
from kb.language.diagnostics import did_you_mean
from kb.language.syntax import Pred
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, make_decimal, plain_text

_ONE_WORD = {"date", "integer", "decimal"}


def read_values(text: str, question: Question, interview: Interview) -> list[Values]:
    """The rows of values that an answer says, one for each fact.

    Raises `AnswerError` for what is not of the declared type, not listed, or a likely misspelling.
    """
    rows = []
    for part in (each.strip() for each in re.split(r"[,;]", text)):
        if part:
            rows.append(_row(part, question, interview))
    if not rows:
        raise AnswerError("answer `yes`, `no`, `unknown` or a value; `help` shows what else")
    return rows


def _row(text: str, question: Question, interview: Interview) -> Values:
    pred, blanks = question.atom.pred, question.blanks
    types = interview.reviewer.rules.declarations.types_of(pred)
    words = re.findall(r"'[^']*'|\S+", text)
    values: list[Const] = []
    for position, index in enumerate(blanks):
        later = len(blanks) - position - 1
        size = 1 if types[index] in _ONE_WORD and blanks[1:] else len(words) - later
        if size < 1 or len(words) < size + later:
            names = interview.reviewer.rules.declarations.names_of(pred)
            asked = " and ".join(spaced(names[each]) if names else "a value" for each in blanks)
            raise AnswerError(f"give {asked}, in this order, as in `{_example(pred, blanks, types)}`")
        values.append(_value(" ".join(words[:size]), pred, index, types[index], interview))
        words = words[size:]
    if words:
        raise AnswerError(f"`{' '.join(words)}` is one value too many; separate several with commas")
    return tuple(values)


def _example(pred: Pred, blanks: tuple[int, ...], types: tuple[str, ...]) -> str:
    samples = {"date": "2024-07-01", "integer": "4", "decimal": "0.5"}
    return " ".join(samples.get(types[index], "velcade" if types[index] == "agent" else "name") for index in blanks)


def _value(text: str, pred: Pred, index: int, type_: str, interview: Interview) -> Const:
    listed = interview.reviewer.vocabulary.listed_at(pred, index)
    if listed:
        same = [value for value in listed if _plain(plain_text(value)) == _plain(text)]
        if same:
            return same[0]
        known = [plain_text(value) for value in listed]
        hint = did_you_mean(_plain(text), known)
        raise AnswerError(
            f"`{text}` is not one of {', '.join(f'`{each}`' for each in known)}" + (f"; {hint}" if hint else "")
        )
    match type_:
        case "date":
            try:
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
                    return Date(datetime.date.fromisoformat(text))
            except ValueError:
                pass
            raise AnswerError(f"`{text}` is no date; write it as in 2024-07-01")
        case "integer":
            if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or not INT_MIN <= int(text) <= INT_MAX:
                raise AnswerError(f"`{text}` is no whole number")
            return Int(int(text))
        case "decimal":
            if not re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text, re.ASCII):
                raise AnswerError(f"`{text}` is no decimal; write it with a point, as in 0.5")
            return make_decimal(decimal.Decimal(text))
        case "string":
            return Str(text.strip('"'))
        case _:
            return _name(text, interview)


def _name(text: str, interview: Interview) -> Atom:
    """A name, known or new; one that is nearly a known name is asked for again, unless it stands in quotes."""
    if len(text) > 2 and text[0] == text[-1] == "'":
        return Atom(text[1:-1])
    name = _plain(text)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise AnswerError(f"`{text}` is no name; a name begins with a letter and has letters and digits")
    known = known_names(interview)
    close = did_you_mean(name, known) if name not in known else None
    if close:
        raise AnswerError(f"`{name}` is not a known name; {close} (write '{name}' in quotes if it is meant as it is)")
    return Atom(name)


def _plain(text: str) -> str:
    return re.sub(r"[\s\-]+", "_", text.strip()).casefold()


def known_names(interview: Interview) -> set[str]:
    """The names of agents, conditions and the like that program and case have."""
    rules, found = interview.reviewer.rules, set()
    for fact in (*rules.facts, *interview.facts):
        for arg, type_ in zip(fact.head.args, rules.declarations.types_of(fact.head.pred), strict=True):
            if isinstance(arg, Atom) and type_ not in ("atom", "predicate", "part", "policy"):
                found.add(arg.name)
    return found
