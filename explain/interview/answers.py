"""What a line says to a question: yes or no, that it is not documented, something to do, or values.

Names are recognised by the vocabularies of the program (kb/names.py), and by nothing else: a line says as many names as stand in it
one after the other, the longest that is recognised first, and a word that is part of none is asked about.
"""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from engine.cases import Vocabulary
from explain.interview.questions import Asks, Question, Said, Values
from explain.words.sentences import readable, spaced, spelled
from kb.language.diagnostics import closest
from kb.language.syntax import AtomF
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, Var, make_decimal, plain_text
from kb.names import folded


class AnswerError(Exception):
    """An answer that cannot be taken as it is; the message says what to answer instead."""


class DocumentedError(AnswerError):
    """An answer that says nothing but what is documented already."""


class NotRecognisedError(AnswerError):
    """A name in an answer that is not recognised, and the names that were meant perhaps."""

    def __init__(
        self, name: str, instead: Sequence[str], *, stands_for_several: bool = False, denied: bool = False
    ) -> None:
        self.name, self.instead = name, tuple(map(spelled, instead))
        if stands_for_several and denied:
            said = f"`{name}` stands for {', '.join(self.instead)}: say it of each"
        elif stands_for_several:
            said = f"`{name}` stands for several. Which is meant: {numbered(self.instead)}, or another name"
        elif instead:
            said = f"`{name}` is not recognised. Did you mean: {numbered(self.instead)}"
        else:
            said = f"`{name}` is not recognised"
        super().__init__(said)


class Control(Enum):
    """What is typed instead of an answer."""

    WHY = "why"
    BACK = "back"
    AGAIN = "again"
    ANSWERS = "answers"
    STOP = "stop"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Named:
    """Values for the blanks of a question, a row for each fact, and whether they are said not to be so."""

    rows: tuple[Values, ...]
    is_denial: bool = False


def _words(said: Said | Control, *phrases: str) -> dict[str, Said | Control]:
    return dict.fromkeys(phrases, said)


WORDS: Mapping[str, Said | Control] = MappingProxyType(
    _words(Said.YES, "yes", "y", "yeah", "yep", "true", "correct")
    | _words(Said.NO, "no", "n", "nope", "false", "never")
    | _words(Said.NONE, "none", "none of them", "none of these", "none at all", "nothing", "nil", "neither", "no others")
    | _words(Said.NONE, "no other", "no more", "none other", "none others", "nothing else", "nothing more", "that is all", "thats all")
    | _words(Said.UNKNOWN, "unknown", "u", "unk", "unsure", "uncertain", "unclear", "undocumented", "idk", "dk", "dunno", "na", "n/a")
    | _words(Said.UNKNOWN, "nk", "nd", "n/k", "n/d", "tbd", "tba", "tbc", "maybe", "perhaps", "possibly", "pass", "skip", "next")
    | _words(Said.UNKNOWN, "missing", "blank", "later", "as above", "hard to say", "who knows", "beats me", "pending", "awaited")
    | _words(Said.COMPLETE, Said.COMPLETE.value)
    | _words(Control.WHY, "why")
    | _words(Control.BACK, "back", "undo")
    | _words(Control.AGAIN, "again")
    | _words(Control.ANSWERS, "answers")
    | _words(Control.STOP, "stop", "quit", "exit", "bye")
    | _words(Control.HELP, "help")
)  # fmt: skip
"""The lines that are no values, and what each says."""
_SHRUG = re.compile(
    r"""[-?–—_/*~.]+                                            # marks alone
    | (i\ ?a?m\ )?(not\ (at\ all\ )?|un)(really\ )?(sure|certain|clear|known)\b.*
    | (i\ )?(really\ )?(dont|do\ not|cannot|cant|could\ not|couldnt)\ (know|say|tell|remember|recall|find)\b.*
    | (there\ is\ )?(no|not\ any|without)\ (idea|clue|info|information|data|documentation|record|records|note|notes|answer|comment)\b.*
    | (it\ is\ |its\ )?(not|never|none|nowhere)\ (yet\ )?(documented|recorded|stated|mentioned|noted|given|reported|provided|specified
        |available|applicable|charted|in\ |on\ file|found|discussed|assessed|asked|determined|decided|yet)\b.*
    | (see|per|refer\ to|check|ask|call|await|awaiting|waiting|pending|still\ (pending|waiting|unknown|unclear|open)|to\ be|to\ follow|to\ come|will\ follow|unknown|tbd|left)\b.*
    """,
    re.VERBOSE,
)
"""What people write where something is not documented."""
_DENIAL = re.compile(r"(?:no|not|never|without|denies)\s+(?=\S)", re.IGNORECASE)
_JOINTS = frozenset({"and", "with", "plus", "then", "followed", "by", "&", "+", "/", "-", "–", "also"})
"""Words between names."""
UNANSWERED = "answer `yes`, `no`, `unknown` or a value; `help` shows what else"
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERED = re.compile(r"(?<![^\s(])#?(\d{1,3})(st|nd|rd|th)?\s*[:.)=](?=\s|[^\d\s])")
"""A number with a mark after it that tells it from what follows."""
_COUNTS = MappingProxyType({"once": 1, "twice": 2})
_LONGEST_NAME = 10
"""So many words a name has at most."""
_LONGEST_LINE = 1_000
"""So many characters an answer has at most."""
ONE_WORD = MappingProxyType({"date": "2024-07-01", "integer": "4", "decimal": "0.5"})
"""The types whose values have no blanks in them, with an example of each."""


def numbered(names: Sequence[str]) -> str:
    """Names with the numbers that they can be chosen by.

    >>> numbered(["female", "male"])
    '1 female, 2 male'
    """
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))


def word_of(text: str) -> Said | Control | None:
    """What a line says that has no values: a member of `Said` or of `Control`.

    >>> word_of("Not sure."), word_of("see chart"), word_of("female")
    (<Said.UNKNOWN: 'unknown'>, <Said.UNKNOWN: 'unknown'>, None)
    """
    plain = " ".join(re.sub(r"['’]", "", text).casefold().split())
    plain = plain.rstrip(".!?… ") or plain
    return WORDS.get(plain) or (Said.UNKNOWN if _SHRUG.fullmatch(plain) else None)


@dataclass(frozen=True)
class Reader:
    """Reads the values that answer one question; `choices` are those that numbers stand for."""

    question: Question
    vocabulary: Vocabulary
    known: frozenset[str]
    """The names that program and case have, for arguments whose type has no vocabulary."""
    choices: tuple[Const, ...] = ()
    blanks: tuple[int, ...] = field(init=False)
    types: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        blanks, types = self.question.blanks, self.vocabulary.declarations.types_of(self.question.atom.pred)
        object.__setattr__(self, "blanks", blanks)
        object.__setattr__(self, "types", tuple(types[index] for index in blanks))

    def read(self, text: str) -> Named:
        """What a line says. Raises `AnswerError` if that is not clear, and states nothing then."""
        is_value = self.question.asks is Asks.VALUE
        if len(text) > _LONGEST_LINE:
            raise AnswerError(f"an answer has at most {_LONGEST_LINE} characters; give it in several")
        if self._is_recognising and len(self.blanks) == 1:
            if (whole := self._meant(text)) is not None:
                return Named(((whole,),))
            if is_value:
                self._refuse([text])
        denials = [bool(_DENIAL.match(part)) for part in self._parts(text)]
        if not denials:
            raise AnswerError(UNANSWERED)
        if any(denials[1:]) and not all(denials):
            raise AnswerError("say on a line of its own what is not so")
        is_denial = denials[0] and not is_value
        parts = [_DENIAL.sub("", part, count=1) if is_denial else part for part in self._parts(text)]
        if all(each in ONE_WORD for each in self.types) and self.types:
            rows = [self._plain_row(" ".join(parts) if is_value else part) for part in ([text] if is_value else parts)]
        else:
            rows = list(self._rows(parts))
        if not rows:
            raise AnswerError(UNANSWERED)
        return Named(tuple(dict.fromkeys(rows)), is_denial)

    @staticmethod
    def _parts(text: str) -> list[str]:
        return [part for part in (each.strip() for each in re.split(r"[,;\n]", text)) if part]

    # --- names -----------------------------------------------------------------------------------------------------

    def _rows(self, parts: Sequence[str]) -> Iterator[Values]:
        """The rows of names, and of what stands before each or before several, as the number of a line does."""
        given: list[Const] = []
        is_used = True
        for part in parts:
            for said in self._said(part):
                if not isinstance(said, _Name):
                    if len(given) == len(self.blanks) - 1:
                        self._refuse_unused(given, is_used)
                        given = []
                    given.append(said)
                    is_used = False
                elif len(given) < len(self.blanks) - 1:
                    raise AnswerError(f"{self._what(len(given))} for `{said.text}` is not said; {self.form}")
                else:
                    is_used = True
                    yield (*given, said.value)
        self._refuse_unused(given, is_used)

    def _refuse_unused(self, given: Sequence[Const], is_used: bool) -> None:
        if not is_used:
            raise AnswerError(f"nothing is named for {self._what(0)} {plain_text(given[0])}; {self.form}")

    def _said(self, part: str) -> Iterator[_Name | Const]:
        """The names in a part of a line, and the values that stand before them."""
        words = self._words(part)
        at, unread = 0, list[str]()
        while at < len(words):
            said, after = self._name_at(words, at) or self._value_before(words, at) or (None, at + 1)
            if said is not None:
                self._refuse(unread)
                yield said
            elif unread or words[at].casefold() not in _JOINTS:
                unread.append(words[at])
            at = after
        self._refuse(unread)

    def _words(self, part: str) -> list[str]:
        """The words of a part of a line; those that are several names joined, as those."""
        part = _NUMBERED.sub(r"\1\2 ", part) if len(self.blanks) > 1 else part
        found: list[str] = []
        for word in part.split():
            for pattern in (r"[+/&:]", r"[-+/&]"):
                pieces = [each for each in re.split(pattern, word) if each]
                if len(pieces) > 1 and not self._meant(word) and all(map(self._meant, pieces)):
                    found += pieces
                    break
            else:
                found.append(word.strip(":") or word)
        return found

    def _name_at(self, words: Sequence[str], at: int) -> tuple[_Name, int] | None:
        """The longest name that begins at a word, and the place after it."""
        if not self._is_recognising:
            return (self._free_name(" ".join(words[at:])), len(words)) if len(self.blanks) < 2 or at else None
        for end in range(min(len(words), at + _LONGEST_NAME), at, -1):
            text = " ".join(words[at:end])
            if (value := self._meant(text)) is not None:
                return _Name(value, text), end
        return None

    def _value_before(self, words: Sequence[str], at: int) -> tuple[Const, int] | None:
        """A value for an argument before the name, such as the number of a line, with or without what it is called."""
        if len(self.blanks) < 2:
            return None
        called = self._what(0).split()[-1]
        word = words[at].casefold()
        if word == called and at + 1 < len(words):
            at, word = at + 1, words[at + 1].casefold()
            word = str(_NUMBERS.index(word) + 1) if word in _NUMBERS else word
        elif word.startswith(called) and word[len(called) :].isdigit():
            word = word[len(called) :]
        found = re.fullmatch(r"#?(-?\d{1,3})(?:st|nd|rd|th)?", word)
        number = int(found[1]) if found else _ORDINALS.index(word) + 1 if word in _ORDINALS else None
        if number is None:
            return None
        at += 1
        return Int(number), at + (at < len(words) and words[at].casefold().strip(":") == called)

    @property
    def _is_recognising(self) -> bool:
        """Whether names have a vocabulary, are listed, or can be chosen by a number, so that a line can have several."""
        pred, index = self.question.atom.pred, self.blanks[-1]
        return self.vocabulary.names.at(pred)[index] is not None or bool(self.vocabulary.listed_at(pred, index))

    def _meant(self, text: str) -> Const | None:
        """The constant that a name stands for, as the vocabulary has the name; a listed value; or a choice by its number."""
        pred, index = self.question.atom.pred, self.blanks[-1]
        if (chosen := self._chosen(text)) is not None:
            return chosen
        if (known := self.vocabulary.names.at(pred)[index]) is not None:
            meant = known.meant(Atom(text))
            return None if meant is None else Atom(meant.name) if meant.name is not None else meant.constants[0]
        same = (each for each in self.vocabulary.listed_at(pred, index) if folded(plain_text(each)) == folded(text))
        return next(same, None)

    def _chosen(self, text: str) -> Const | None:
        """The choice that a number stands for, where a number is nothing else."""
        is_choice = text.isdecimal() and len(self.blanks) == 1 and 0 < int(text) <= len(self.choices)
        return self.choices[int(text) - 1] if is_choice else None

    def _refuse(self, unread: list[str]) -> None:
        """Raises for words that are part of no name, and forgets them otherwise."""
        if not unread:
            return
        text, pred, index = " ".join(unread), self.question.atom.pred, self.blanks[-1]
        known = self.vocabulary.names.at(pred)[index]
        values = tuple(map(plain_text, self.vocabulary.listed_at(pred, index)))
        if text.isdecimal() and self.choices:
            raise AnswerError(f"there is no choice {text}")
        if known is not None:
            for each in (text, *(unread if len(unread) < 3 else ())):
                if instead := known.perhaps(Atom(each)):
                    raise NotRecognisedError(each, instead)
            words = (each.strip(",;.") for each in text.split())
            if inside := [each for each in words if self._meant(each) is not None]:
                raise NotRecognisedError(text, inside)
        elif values and (near := closest(folded(text), map(folded, values))):
            raise NotRecognisedError(text, [each for each in values if folded(each) == near])
        raise NotRecognisedError(text, ())

    def _free_name(self, text: str) -> _Name:
        """A name of a type without a vocabulary; one that is nearly a known name is asked for again, unless it is in quotes."""
        kind = self.types[-1]
        if kind == "string":
            return _Name(Str(text.strip('"')), text)
        if (chosen := self._chosen(text)) is not None:
            return _Name(chosen, text)
        if len(text) > 2 and text[0] == text[-1] == "'":
            return _Name(Atom(text[1:-1]), text)
        name = re.sub(r"[\s\-]+", "_", text).casefold()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise AnswerError(f"`{text}` is no name; a name begins with a letter and has letters and digits")
        if name not in self.known and (near := closest(name, self.known)):
            raise NotRecognisedError(name, [near])
        return _Name(Atom(name), text)

    # --- dates and numbers -------------------------------------------------------------------------------------------

    def _plain_row(self, text: str) -> Values:
        """Dates and numbers, in the order of the question; words of the question may stand between them."""
        if len(self.types) == 1:
            return (_plain_value(text, self.types[0]),)
        words = [each for each in re.split(r"[\s,;]+", re.sub(r"(?<=\d)(?=[A-Za-z])", " ", text)) if each]
        values = [str(_COUNTS.get(each.casefold(), each)) for each in words]
        asked = {each[:4] for each in re.findall(r"[a-z]+", f"{self.question.text} {self.names}".casefold())}
        kept = [each for each in values if re.search(r"\d", each)]
        others = [each.casefold().strip(".") for each in values if not re.search(r"\d", each)]
        if len(kept) != len(self.types) or not all(each[:4] in asked | {"a", "per", "x", "for"} for each in others):
            raise AnswerError(self.form)
        return tuple(map(_plain_value, kept, self.types))

    # --- what is asked for -------------------------------------------------------------------------------------------

    def _what(self, place: int) -> str:
        """What a blank is called."""
        names = self.vocabulary.declarations.names_of(self.question.atom.pred)
        return spaced(names[self.blanks[place]]) if names else "value"

    @property
    def names(self) -> str:
        """What the blanks are called."""
        return " and ".join(self._what(place) for place in range(len(self.blanks)))

    @property
    def form(self) -> str:
        """How an answer is written."""
        sample = [ONE_WORD.get(each, "") for each in self.types]
        if len(self.types) == 2 and sample[0] and not sample[1]:
            return f"write {self.names} in this order, as in `{self.example()}`"
        return f"write {self.names} in this order, as in `{' '.join(each or 'name' for each in sample)}`"

    def example(self) -> str:
        """An answer with two lines: of the number of each, and names of the vocabulary."""
        names = [readable(each) for each in self.choices[:2]] or ["one name", "another"]
        return f"1 {', '.join(names)}; 2 {names[0]}"


@dataclass(frozen=True, slots=True)
class _Name:
    """A name with the text that says it."""

    value: Const
    text: str


def widened(question: Question) -> Question:
    """A question about one fact with every argument but the case left to the answer, so that other values can be named too."""
    names = [f"_{index}" for index in range(question.atom.pred.arity)]
    if question.asks is not Asks.FACT:
        return question
    if len(names) < 2:
        raise AnswerError("answer `yes`, `no` or `unknown`; `help` shows what else")
    atom = AtomF(question.atom.pred, (question.atom.args[0], *map(Var, names[1:])))
    return Question(Asks.WHICH, atom, question.text, question.asked, (question.atom,), is_open=True)


_DATES = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
"""Dates with the month in words, which can be read in one way only."""


def _plain_value(text: str, kind: str) -> Const:
    match kind:
        case "date":
            if (date := _date(text)) is None:
                raise AnswerError(f"`{text}` is no date; write it as in 2024-07-01")
            return Date(date)
        case "integer":
            if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or not INT_MIN <= int(text) <= INT_MAX:
                raise AnswerError(f"`{text}` is no whole number")
            return Int(int(text))
        case _:
            if not re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", text, re.ASCII):
                raise AnswerError(f"`{text}` is no decimal; write it with a point, as in 0.5")
            return make_decimal(decimal.Decimal(text))


def _date(text: str) -> datetime.date | None:
    parts = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text, re.ASCII)
    try:
        if parts is not None:
            return datetime.date(*map(int, parts.groups()))
    except ValueError:
        return None
    plain = " ".join(re.sub(r"(?<=\d)(st|nd|rd|th)\b|[,.]", " ", text).split())
    for form in _DATES:
        try:
            return datetime.datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None
