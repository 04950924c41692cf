"""What is typed at the prompt, cut into sentences, and each sentence read as a goal or a command with its options.

A sentence ends with a full stop; a command that is written as a word, such as `review c1`, also at the end of its line.
Nothing is decided here about terms: goals and facts are read by kb/language/loader.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from explain.repl.verbs import COMMANDS, Takes, Verb
from kb.language.diagnostics import QUERY, ProgramError, did_you_mean
from kb.language.loader import read_goal
from kb.language.terms import QUOTED_ATOM, QUOTED_STRING, UNCLOSED, Const, term_text

_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<comment>%[^\n]*|/\*.*?\*/)
    | (?P<open_comment>/\*.*)
    | (?P<quoted>{QUOTED_ATOM}|{QUOTED_STRING})
    | (?P<unclosed>{UNCLOSED})
    | (?P<stop>\.(?=\s|%|\Z))
    | (?P<open>[(\[])
    | (?P<close>[)\]])
    | (?P<number>\d{{4}}-\d{{2}}-\d{{2}}|\d+(?:\.\d+)?)
    | (?P<word>\w+)
    | (?P<infix>,|=\.\.|:-|\?-|[-+*/\\^<>=:?@|;])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STOP = re.compile(r"[ \t]*\.(?=\s|\Z)")
_AFTER_PATH = r"\.(?:\s|\Z)|[\n%]|\Z"
_PATH = re.compile(
    rf"[ \t]+(?P<path>{QUOTED_ATOM}(?=[ \t]*(?:{_AFTER_PATH}))|(?:(?!{_AFTER_PATH})[^ \t]|[ \t]+(?![ \t]|{_AFTER_PATH}))*)"
)
_OPERATOR = re.compile(r"[,;=<>:*|&@)\]]|\+|-\s|\\(?!\+)|(?:is|mod)\b")
_LAST_OPTION = re.compile(r"(?:^|\s)--(?P<name>[a-z-]+)(?:[ \t=]+(?P<number>\d+))?\s*\Z")
_RATHER = re.compile(r"\brather\s+than\b")


class Token(Struct, frozen=True):
    """A piece of text; `kind` is `space`, `comment`, `open_comment`, `quoted`, `unclosed`, `stop`, `open`, `close`,
    `number`, `word`, `infix` or `other`."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def is_space(self) -> bool:
        return self.kind in ("space", "comment", "open_comment")


class Sentence(Struct, frozen=True):
    """One goal or command as it was typed, with its full stop if it has one, its line, and what is before it there."""

    text: str
    line: int = 1
    before: str = ""

    @property
    def column(self) -> int:
        return len(self.before) + 1


class Goal(Struct, frozen=True):
    """A question."""

    text: str


class Command(Struct, frozen=True):
    """A command, what stands after its word or between the brackets, and where in the sentence."""

    verb: Verb
    argument: str = ""
    offset: int = 0


Request: TypeAlias = Goal | Command
Defines: TypeAlias = Callable[[str, int], bool]
"""Whether the program has a predicate of this name and number of arguments."""


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The pieces of a text from a place on; every character belongs to one."""
    for found in _TOKEN.finditer(text, start):
        yield Token(found.lastgroup or "other", found[0], found.start(), found.end())


def cut(text: str, start: int = 0) -> tuple[int, int] | None:
    """Where the first sentence from `start` begins and ends, or None if it is not complete.

    >>> text = "review c1  % the first\\np(X), q. r."
    >>> cut(text), cut(text, 9), cut(text, 32)
    ((0, 9), (23, 31), (32, 34))
    >>> cut("p(X),") is None
    True
    """
    return _Cutter(text, start).next()


class _Cutter(Struct):
    """Finds the sentences of a text one after the other. The text may grow at its end, a line or more at a time; what has
    been looked at is not looked at again."""

    text: str = ""
    at: int = 0
    """Where the next token begins."""
    first: Token | None = None
    last: Token | None = None
    command: Verb | None = None
    depth: int = 0
    in_comment: int = 0
    """How far the comment that begins at the next token is known not to be closed; 0 if none begins there."""

    def next(self) -> tuple[int, int] | None:
        """Where the next sentence begins and ends, or None if it is not complete."""
        while (token := self.token()) is not None:
            self.at = token.end
            if token.kind == "comment" or (self.first is None and token.kind == "space"):
                continue
            end = self.end(token)
            if end is not None and self.first is not None:
                found = self.first.start, end
                self.at, self.first, self.last, self.command, self.depth = end, None, None, None, 0
                return found
        return None

    def token(self) -> Token | None:
        """The next token, unless the text ends before it or in it."""
        if self.in_comment and self.text.find("*/", self.in_comment) < 0:
            self.in_comment = max(self.in_comment, len(self.text) - 1)
            return None
        token = next(tokens(self.text, self.at), None)
        if token is None or token.kind != "open_comment":
            self.in_comment = 0
            return token
        self.in_comment = max(self.at + 2, len(self.text) - 1)
        return None

    def end(self, token: Token) -> int | None:
        """Where the sentence ends, if it ends with a token or before it."""
        if self.first is None:
            return self.begin(token)
        if token.kind == "stop":
            return token.end
        last = self.last or self.first
        is_line_end = token.is_space and "\n" in token.text
        if self.command and is_line_end and self.depth <= 0 and last.kind != "infix":
            return last.end
        if not token.is_space:
            self.depth += (token.kind == "open") - (token.kind == "close")
            self.last = token
        return None

    def begin(self, token: Token) -> int | None:
        """Begins a sentence with a token; where it ends, if that is known at once."""
        self.first = self.last = token
        if token.kind == "stop":
            return token.end
        self.command = _line_command(self.text, token)
        if self.command and self.command.takes is Takes.FILE and (path := _PATH.match(self.text, token.end)):
            stop = _STOP.match(self.text, path.end())
            return stop.end() if stop else path.end()
        return None


def _line_command(text: str, first: Token) -> Verb | None:
    """The command that the word at the beginning of a sentence is, if it may end with its line."""
    rest = text[first.end :].lstrip(" \t")
    is_goal = text[first.end : first.end + 1] == "(" or _OPERATOR.match(rest)
    return None if is_goal else COMMANDS.get(first.text)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text that is whole, the last one also without its full stop.

    >>> [each.text for each in sentences("p(X). undo\\n?- q('a. b'), r")]
    ['p(X).', 'undo', "?- q('a. b'), r"]
    """
    return list(read([text]))


def read(lines: Iterable[str]) -> Iterator[Sentence]:
    """The sentences of a text that comes in pieces, each as soon as it is complete."""
    cutter, done, line, before = _Cutter(), 0, 1, ""
    for piece in lines:
        cutter.text += piece
        while (found := cutter.next()) is not None:
            line, before = _after(line, before, cutter.text[done : found[0]])
            sentence = cutter.text[found[0] : found[1]]
            yield Sentence(sentence, line, before)
            line, before = _after(line, before, sentence)
            done = found[1]
    rest = cutter.text[done:]
    sentence = rest.lstrip()
    if any(not token.is_space for token in tokens(sentence)):
        line, before = _after(line, before, rest[: len(rest) - len(sentence)])
        yield Sentence(sentence.rstrip(), line, before)


def _after(line: int, before: str, text: str) -> tuple[int, str]:
    """The line that a text ends on, and what is on it so far."""
    breaks = text.count("\n")
    return (line + breaks, text[text.rindex("\n") + 1 :]) if breaks else (line, before + text)


def is_complete(text: str) -> bool:
    """Whether what has been typed can be answered when Enter is pressed.

    A quotation mark that its line does not close makes it complete too: nothing that follows could mend it.
    """
    pieces = list(tokens(text))
    if all(token.kind in ("space", "comment") for token in pieces):
        return True
    if any(token.kind == "unclosed" for token in pieces):
        return True
    end, line = 0, text + "\n"
    while (found := cut(line, end)) is not None:
        end = found[1]
    return end > 0 and all(token.is_space for token in tokens(text, end))


def parse(sentence: str, defines: Defines) -> Request:
    """What a sentence asks for.

    After `?-` it is a goal. Else a predicate that the program defines goes before a command that is written like it.

    >>> parse("assert(p(a)).", lambda name, arity: False)
    Command(verb=<Verb.ASSERT: 'assert'>, argument='p(a)', offset=7)
    >>> parse("review(X).", lambda name, arity: (name, arity) == ("review", 1))
    Goal(text='review(X).')
    """
    has_stop = bool(re.search(r"\.\Z", sentence))
    body = sentence[:-1].rstrip() if has_stop else sentence
    word = re.match(r"[a-z]\w*", body)
    if word is None or word[0] not in COMMANDS:
        return Goal(sentence)
    verb, rest = COMMANDS[word[0]], body[word.end() :]
    if rest.startswith("("):
        inside = bracketed(rest)
        if inside is None or defines(word[0], inside[1]) or not _fits(verb, *inside):
            return Goal(sentence)
        return Command(verb, inside[0], body.find(inside[0], word.end() + 1))
    if not rest:
        return Goal(sentence) if has_stop and defines(word[0], 0) else Command(verb)
    argument = rest.strip()
    if not rest[0].isspace() or (verb.takes is not Takes.FILE and _OPERATOR.match(argument)):
        return Goal(sentence)
    return Command(verb, argument, body.rindex(argument))


def _fits(verb: Verb, argument: str, arguments: int) -> bool:
    """Whether what stands in the brackets after the word of a command can be what it takes."""
    if arguments == 1 or verb.takes in (Takes.GOAL, Takes.SUPPOSITION):
        return True
    return verb.takes is Takes.CLAUSE and any(each.text == ":-" for each in tokens(argument))


def bracketed(text: str) -> tuple[str, int] | None:
    """What stands in the brackets that the text is, and how many arguments that makes."""
    depth, arguments, last = 0, 1, None
    for token in tokens(text):
        if token.is_space:
            continue
        if last is not None and depth == 0:
            return None
        depth += (token.kind == "open") - (token.kind == "close")
        arguments += token.text == "," and depth == 1
        last = token
    return (text[1 : last.start].strip(), arguments) if last is not None and depth == 0 else None


def only(sentence: str, start: int, length: int) -> str:
    """A part of a sentence with blanks before it, so that it keeps its place.

    >>> only("why p(a).", 4, 4)
    '    p(a)'
    """
    return re.sub(r"[^\n]", " ", sentence[:start]) + sentence[start : start + length]


def unbracketed(text: str) -> str:
    """A text with blanks in the place of brackets around all of it.

    >>> unbracketed(" (p(X) :- q(X))")
    '  p(X) :- q(X) '
    """
    start = len(text) - len(text.lstrip())
    is_around = text[start : start + 1] == "(" and bracketed(text[start:]) is not None
    return f"{text[:start]} {text[start + 1 :].rstrip()[:-1]} " if is_around else text


def split_supposition(text: str) -> tuple[str, int]:
    """What is supposed, as a text of clauses in the same places, and where what is asked begins: after a colon behind a bracket or
    before a blank, as others stand in names. It is at the end of the text if nothing is asked.

    >>> split_supposition("p(a), (q(X) :- r(X)): why q(a)")
    ('p(a).  q(X) :- r(X) .', 21)
    >>> split_supposition("m:p")
    ('m:p.', 3)
    """
    depth, begun, clauses, last = 0, 0, [], ""
    end = after = len(text)
    for token in tokens(text):
        if depth == 0 and token.text == ":" and (last == ")" or text[token.end :][:1].isspace()):
            end, after = token.start, token.end
            break
        if depth == 0 and token.text == ",":
            clauses.append(unbracketed(text[begun : token.start]))
            begun = token.end
        depth += (token.kind == "open") - (token.kind == "close")
        last = last if token.is_space else token.text
    clauses.append(unbracketed(text[begun:end]))
    return clauses[0] + "".join(f".{each}" if each[:1].isspace() else f". {each}" for each in clauses[1:]) + ".", after


def with_values(sentence: str, values: Mapping[str, Const]) -> str:
    """A sentence with the last value of X in the place of each `$X`.

    Raises `ProgramError` for a variable that has none.
    """
    pieces, is_marked = list[str](), False
    for token in tokens(sentence):
        if is_marked and token.kind == "word" and token.text[0].isupper():
            if token.text not in values:
                hint = did_you_mean(token.text, values) or "a value is kept of the answers that were shown"
                raise ProgramError.of("E502", f"there is no last value of `{token.text}`", QUERY, hint)
            pieces[-1:] = [term_text(values[token.text])]
        else:
            pieces.append(token.text)
        is_marked = token.text == "$"
    return "".join(pieces)


class AboutGoal(Struct, frozen=True):
    """What a command is to explain: a goal, as text or nothing where the last one is meant, and how."""

    goal: str
    rather_than: str | None = None
    every: bool = False
    limit: int | None = None


def read_options(argument: str, verb: Verb, place: str) -> AboutGoal:
    """The goal of a command and its options, which stand last; texts keep their places in the line.

    Raises `ProgramError` for an option that the command does not have.
    """
    every, limit = False, None
    while (found := _LAST_OPTION.search(argument)) is not None:
        name, number = found["name"], found["number"]
        if name not in verb.options or (name == "limit") != (number is not None and int(number) > 0):
            shown = {"all": "`--all`", "limit": "`--limit 20`"}
            known = " and ".join(shown[each] for each in verb.options)
            raise ProgramError.of("E502", f"`--{name}` is not understood", place, f"`{verb}` takes {known}")
        every, limit = every or name == "all", int(number) if number is not None else limit
        argument = argument[: found.start()]
    split = _RATHER.search(argument) if verb is Verb.WHY else None
    if split is None or not isinstance(read_goal(argument), tuple):
        return AboutGoal(argument if argument.strip() else "", None, every, limit)
    other = only(argument, split.end(), len(argument))
    return AboutGoal(argument[: split.start()].rstrip(), other, every, limit)
