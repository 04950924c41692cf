"""What is wrong with a text, said so that its writer can mend it: code, place, caret, note and suggestion."""

from __future__ import annotations

import bisect
import re
import string
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from kb.language.syntax import Span
from kb.language.terms import is_seen, printable, shorten

CATALOGUE = MappingProxyType(
    {
        "E101": "the text is not a clause",
        "E102": "a character or an unclosed quotation mark that begins no term",
        "E103": "a number outside the language's range",
        "E104": "a date that no calendar has",
        "E105": "a compound term, where only constants and variables may stand",
        "E106": "a Prolog construct that this language leaves out",
        "E107": "a file that cannot be read or written",
        "E108": "a declaration that says nothing known",
        "E109": "a file that is not the JSON it should be",
        "E110": "a template or words of a letter that cannot be filled in",
        "E201": "an undefined predicate",
        "E202": "a predicate used with a number of arguments that it does not have",
        "E203": "a variable that nothing binds (range restriction)",
        "E204": "recursion through negation or an aggregate (stratification)",
        "E205": "a built-in predicate redefined",
        "E206": "a constant of the wrong type",
        "E207": "two values for one key of a functional predicate",
        "E208": "complete/2 misused: it has facts only, and names abducible predicates",
        "E209": "declarations that contradict each other",
        "E210": "a sentence or question that names no such argument",
        "E211": "a name that its vocabulary does not know",
        "E212": "a vocabulary that contradicts itself",
        "E214": "a predicate's name that modules leave open",
        "E215": "a policy whose criteria and alternatives do not fit together, or a name of what no policy has",
        "E213": "a definition (`inline`) that cannot be put in where it is used",
        "E401": "a case without a request",
        "E402": "a case with two requests",
        "E403": "a value that the policy's vocabulary does not list, or an expectation of what a policy does not have",
        "E404": "a fact that is not in the vocabulary of cases",
        "E405": "something other than a fact in a case file",
        "E406": "a case that the file does not mention",
        "E407": "a file about several cases, or none, where one is meant",
        "E408": "nothing to test: no case with an expectation",
        "E409": "policy tests that the policy as it is does not pass",
        "E410": "an answer that cannot be taken",
        "E501": "an evaluation that does not come to an end",
        "E502": "a question that cannot be answered as it is written",
        "E503": "an engine that failed for a reason of its own",
        "E504": "an error in Priorlog itself, or too little memory",
        "N311": "alternatives that are met in one case",
        "N312": "a strong negation that a complete record does not make true",
        "N313": "a search that was given up",
        "N314": "a criterion or alternative that is never open",
        "W301": "a variable that occurs once",
        "W302": "a predicate that nothing uses",
        "W303": "a literal that SWI-Prolog would reach with unbound variables",
        "W304": "a clause that stands twice",
        "W305": "a predicate without a sentence, in a program that has sentences",
        "W306": "an open predicate that no question asks for, in a program that has questions",
        "W307": "a name in a case that its vocabulary does not know: it states nothing, and opens its record",
        "W308": "a case that a test is to be made of, without an expectation",
        "W309": "a question of a predicate that is not open, which nothing asks",
        "W310": "a type that is none of those that are checked, and hardly meant",
        "W311": "a criterion or alternative that can never be met, or never fail",
        "W312": "a rule or literal that makes no difference",
        "W313": "an alternative that another one includes",
        "W314": "an alternative that is met for other conditions than it is listed to be for, or only for those that are not covered",
        "W315": "a condition that is covered, and that no alternative can be met for",
        "W316": "a rule that no determination depends on",
        "W317": "what a policy states contradicts itself",
        "W318": "a citation of a place that the document does not have",
        "W319": "a rule that counts another number than its sentence says",
        "W320": "a comparison that leaves out the bound which its sentence includes",
        "W321": "a value in a rule that is not listed for its argument",
        "W322": "a variable that stands for a case and for something else",
        "W323": "a comparison of something with itself",
        "W324": "what the document asks for a kind of request, by its place, and the policy does not",
        "W325": "literals that ask for two values where there is one",
    }
)
"""Every code that a diagnostic can have, with what it means; the README of `kb/` has the same table with examples."""


class DidYouMean(str):
    """A suggestion to write another name, as a sentence that also says which name is meant, and what can stand in its place."""

    name: str
    instead: tuple[str, ...]

    @classmethod
    def of(cls, name: str, *instead: str) -> DidYouMean:
        """The suggestion to write one of some names in the place of another."""
        made = cls(f"did you mean {' or '.join(f'`{each}`' for each in instead)}?")
        made.name, made.instead = name, instead
        return made


class Note(str):
    """A note about something that stands elsewhere, as a sentence with the place in it."""

    span: Span

    @classmethod
    def at(cls, about: str, span: Span) -> Note:
        """The note `about at PLACE`."""
        made = cls(f"{about} at {span}")
        made.span = span
        return made


class Diagnostic(Struct, frozen=True):
    """One finding. `code` is stable; an error's code begins with E, a warning's with W, that of a note with N."""

    code: str
    message: str
    span: Span
    notes: tuple[str, ...] = ()
    suggestion: str | None = None

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    @property
    def severity(self) -> str:
        return {"E": "error", "W": "warning", "N": "note"}[self.code[0]]


QUERY = "<query>"
"""What places in a question, or in what is typed at the prompt, have for a file."""


class ProgramError(Exception):
    """Raised where a program or a case cannot be used; carries every diagnostic that says why."""

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Sources | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = sources
        """The texts to quote, where they are others than the files read: a question is known to who asks it only."""
        super().__init__("; ".join(f"{d.span}: {d.message}" for d in self.diagnostics))

    def __reduce__(self) -> tuple[type[ProgramError], tuple[tuple[Diagnostic, ...], Sources | None]]:
        return ProgramError, (self.diagnostics, self.sources)

    @classmethod
    def of(cls, code: str, message: str, file: str, suggestion: str | None = None) -> ProgramError:
        """One error about a file, or about what is typed, as a whole."""
        return cls([Diagnostic(code, message, Span(file, 0, 0), (), suggestion)])


class SourceText:
    """A text with its name, able to turn character offsets into places."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from start to end."""
        line = bisect.bisect_right(self._starts, start)
        return Span(self.name, line, start - self._starts[line - 1] + 1, max(1, end - start))

    def cut(self, start: int, end: int) -> str:
        """The characters from start to end."""
        return self.text[start:end]

    def offset(self, span: Span) -> int:
        """Where a span starts."""
        return self._starts[span.line - 1] + span.column - 1

    def line(self, number: int) -> str | None:
        """A line by its number from 1, or None if there is none."""
        if not 0 < number <= len(self._starts):
            return None
        end = self._starts[number] - 1 if number < len(self._starts) else None
        return self.text[self._starts[number - 1] : end]


class Moved(SourceText):
    """A text in which what is looked up stands so many characters further on than it is said to."""

    def __init__(self, source: SourceText, by: int) -> None:
        super().__init__(source.name, source.text)
        self._source, self._by = source, by

    def span(self, start: int, end: int) -> Span:
        return self._source.span(start + self._by, end + self._by)

    def cut(self, start: int, end: int) -> str:
        return self._source.cut(start + self._by, end + self._by)


class Sources(Struct):
    """The texts that were read, by file name, for showing the line that a diagnostic speaks of; and the files that they were
    read from, by the same names."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    _read: dict[str, SourceText] = field(default_factory=dict)

    def _source(self, file: str) -> SourceText:
        text = self.texts.get(file, "")
        if file not in self._read or self._read[file].text is not text:
            self._read[file] = SourceText(file, text)
        return self._read[file]

    def line(self, span: Span) -> str | None:
        """The source line of a span, or None if its file was not read."""
        return self._source(span.file).line(span.line) if span.file in self.texts else None

    def beside(self, name: str, text: str) -> Sources:
        """These texts and one more, in a value of its own."""
        return Sources(self.texts | {name: text}, self.files)

    def with_(self, other: Sources) -> Sources:
        """These texts and others, which go before those of the same name, in a value of its own."""
        return Sources(self.texts | other.texts, self.files | other.files)

    def add(self, other: Sources) -> None:
        """Adds other texts to these."""
        self.texts |= other.texts
        self.files |= other.files

    def place_of(self, name: str, span: Span) -> Span:
        """The first place within a span at which a name is written by itself; the span if it is not in it."""
        source = self._source(span.file)
        if source.line(span.line) is None:
            return span
        start = source.offset(span)
        at = _by_itself(name, source.text[start : start + span.length])
        return span if at is None else source.span(start + at, start + at + len(name))


_LETTERS = frozenset(string.ascii_letters + string.digits + "_")
_BEFORE = _LETTERS | {"'", '"'}


def _by_itself(name: str, text: str) -> int | None:
    """Where a name is written first, in no longer one and not in quotation marks; None if it is not. No pattern is made of it, as Python
    keeps patterns, and names are of cases."""
    at = text.find(name[0])
    while at >= 0:
        end = at + len(name)
        if text[at - 1 : at] not in _BEFORE and text[end : end + 1] not in _LETTERS and text.startswith(name, at):
            return at
        at = text.find(name[0], at + 1)
    return None


def did_you_mean(name: str, known: Iterable[str]) -> DidYouMean | None:
    """The known name closest to a misspelt one, as a suggestion (`DidYouMean`).

    >>> did_you_mean("refractery", ["refractory", "request"])
    'did you mean `refractory`?'
    """
    close = closest(name, known)
    return DidYouMean.of(name, close) if close else None


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to a misspelt one, if one is close."""
    import difflib  # here, as most texts have no mistake

    return next(iter(difflib.get_close_matches(name, sorted(set(known) - {name}), n=1, cutoff=0.7)), None)


_WIDEST = 120


def format_diagnostic(diagnostic: Diagnostic, sources: Sources) -> str:
    """The diagnostic as text: `file:line:column: severity[code]: message`, the line with a caret, notes."""
    span = diagnostic.span
    where = f"{span}: " if span.line else (f"{span.file}: " if not span.file.startswith("<") else "")
    lines = [f"{where}{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    source = sources.line(span)
    if source is not None:
        start = max(0, span.column - 1 - _WIDEST // 2) if len(source) > _WIDEST else 0
        shown = source[start : start + _WIDEST].expandtabs(1)
        shown = "".join(char if is_seen(char) else "\N{REPLACEMENT CHARACTER}" for char in shown)
        column = span.column - 1 - start
        width = max(1, min(span.length, len(shown) - column))
        lines += [f"    {shown}", f"    {' ' * column}{'^' * width}"]
    lines += [f"  note: {note}" for note in diagnostic.notes]
    if diagnostic.suggestion:
        lines.append(f"  help: {diagnostic.suggestion}")
    return "\n".join(printable(_cut(line)).replace("\n", " ") for line in lines)


def _cut(line: str) -> str:
    """The line with quotations from the program cut short, and itself if it is very long."""
    return shorten(re.sub(r"`([^`]{80})[^`]*`", r"`\1...`", line), 600)


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, object]:
    """The diagnostic as JSON data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": diagnostic.span.file,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "message": diagnostic.message,
        "notes": list(map(str, diagnostic.notes)),
        "suggestion": None if diagnostic.suggestion is None else str(diagnostic.suggestion),
    }


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics without repetitions, by file and place."""
    distinct = dict.fromkeys(diagnostics)
    return tuple(sorted(distinct, key=lambda d: (d.span.file, d.span.line, d.span.column, d.code)))
