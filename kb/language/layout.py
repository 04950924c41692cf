"""The layout of rule files: the same tokens and comments as were written, with blanks and line ends where they belong.

A fact, and a directive without a list, is a row, and stays on one line however long. A rule is on one line if it fits there,
unless its writer began the body on a line of its own; then each literal has a line. What does not fit is broken at its
outermost brackets. A comment stays before or behind what it stood before or behind, and one behind a line its column where
it can. Up to two blank lines stay between clauses, one within a body.

Tokens are written as they were, so `1.00` stays `1.00`; whoever writes a file compares what is read of both texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from kb.language.diagnostics import SourceText
from kb.language.reader import CLOSING, OPENING, is_operand, token_groups

WIDTH = 120
"""How many columns a line has, if what is on it can be broken."""
STEP = 4
"""How many columns what is inside stands further in."""
SENTENCE = 3
"""How many columns a sentence stands in that has a line of its own below what it is about."""
NEAR = 8
"""A comment behind a line keeps its column where the end of the line has moved by no more columns than this."""
BETWEEN_CLAUSES, WITHIN = 2, 1
"""How many blank lines in a row stay."""
_GAP = re.compile(r"(?P<comment>%[^\n]*|/\*.*?\*/)|(?P<break>\n)|[^%/\n]+", re.DOTALL)
_SIGN = re.compile(r"[#$&*+\-./:<=>?@^~\\]")
_WORD = re.compile(r"\w")
_COUNTS = frozenset({"at_least(", "at_most(", "aggregate_all("})
"""What has a template, `X-Y`, as its second argument."""


class _Comment(Struct):
    """A comment: how many line ends stand before it, in which column it begins, and in which what is before it on the line ends."""

    text: str
    breaks: int
    column: int
    after: int

    @property
    def ends_line(self) -> bool:
        return self.text.startswith("%")


class _Word(Struct):
    """A token, the comments before it, and how many line ends stand between them, or what is before, and it."""

    kind: str
    text: str
    comments: list[_Comment] = field(default_factory=list)
    breaks: int = 0
    blank: str = ""
    """What stands before it on the same line."""

    @property
    def breaks_line(self) -> bool:
        """Whether its comments cannot all stand on one line with what is before it and with it."""
        return bool(self.comments) and (
            self.breaks > 0 or any(each.breaks or each.ends_line or "\n" in each.text for each in self.comments)
        )


def comments_of(text: str) -> list[str]:
    """The comments of a text that has no syntax errors, in order; blanks at their ends do not count."""
    return [comment.text for clause in _clauses(text) for word in clause for comment in word.comments]


def laid_out(source: SourceText) -> str:
    """The text of a file in the layout that is described above. The text has no syntax errors."""
    page = _Page()
    for clause in _clauses(source.text):
        page.clause(clause)
    return page.text()


# --- what is written ---


def _clauses(text: str) -> Iterator[list[_Word]]:
    """The words of each clause; after the last, a word without text with the comments that end the file."""
    end, moved = 0, list[_Comment]()
    for tokens in token_groups(text):
        clause = []
        for token in tokens:
            start = token.start_pos
            comments, breaks = _gap(text, end, start)
            word = _Word(token.type, str(token), [*moved, *comments], breaks)
            moved = []
            if token.type in ("COMMA", "END"):  # a comment before them is about what they end
                moved, word.comments = word.comments, []
            clause.append(word)
            end = token.end_pos or start
        _space(clause)
        yield clause
    comments, breaks = _gap(text, end, len(text))
    yield [_Word("", "", [*moved, *comments], breaks)]


def _gap(text: str, start: int, end: int) -> tuple[list[_Comment], int]:
    """The comments between two tokens, and the number of line ends after the last."""
    comments, breaks = list[_Comment](), 0
    for found in _GAP.finditer(text, start, end):
        if found["break"]:
            breaks += 1
        elif found["comment"]:
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            written = "\n".join(each.rstrip() for each in found["comment"].split("\n"))
            after = len(line.rstrip().expandtabs())
            comments.append(_Comment(written, breaks, len(line.expandtabs()), after))
            breaks = 0
    return comments, breaks


# --- what stands between two tokens of a line ---


class _Bracket(Struct):
    opened: str
    argument: int = 0

    @property
    def is_template(self) -> bool:
        return self.opened in _COUNTS and self.argument == 1


def _space(clause: Sequence[_Word]) -> None:
    """Gives each word the blank that stands before it."""
    brackets, before, is_prefix = list[_Bracket](), _Word("", ""), False
    declares = clause[0].kind if clause[0].kind in ("NECK", "DECLARE") else None
    for index, word in enumerate(clause):
        after = clause[index + 1].kind if index + 1 < len(clause) else ""
        is_sign = word.kind in ("MINUS", "PLUS")
        sign = is_sign and not is_operand(before.kind) and after not in (*CLOSING, "COMMA", "END")
        is_template = bool(brackets) and brackets[-1].is_template
        if word.kind in CLOSING and brackets:
            brackets.pop()
        elif word.kind == "COMMA" and brackets:
            brackets[-1].argument += 1
        elif word.kind == "DECLARE":
            word.text = ":- " + word.text.removeprefix(":-").strip()
        joins = _joins(before, word, declares, is_template=is_template, is_prefix=is_prefix)
        word.blank = "" if joins and not _would_be_one(before, word) else " "
        if word.kind in OPENING:
            brackets.append(_Bracket(word.text))
        before, is_prefix = word, sign


def _joins(before: _Word, word: _Word, declares: str | None, *, is_template: bool, is_prefix: bool) -> bool:
    """Whether no blank stands between two words, if they are two without."""
    if not before.kind or before.kind in OPENING or word.kind in CLOSING or word.kind in ("COMMA", "END"):
        return True
    if is_prefix:
        return word.kind not in ("INTEGER", "DECIMAL", "OPEN")  # which would be read as one with the sign
    kinds = {before.kind, word.kind}
    if "COLON" in kinds:
        return word.kind == "COLON" or declares != "DECLARE"
    if "MINUS" in kinds:
        return is_template and before.kind != "COMMA"
    return declares is not None and "/" in (before.text, word.text)


def _would_be_one(before: _Word, word: _Word) -> bool:
    """Whether two words would be read as one, or as others, without a blank between them."""
    return any(kind.match(before.text[-1:]) and kind.match(word.text) for kind in (_SIGN, _WORD))


# --- lines ---


def _width(words: Sequence[_Word]) -> float:
    """How wide words are on one line, without the comments before the first; infinite if a comment does not allow that."""
    width = 0
    for index, word in enumerate(words):
        if index and word.breaks_line:
            return math.inf
        width += len(word.text) + (len(word.blank) + sum(len(each.text) + 2 for each in word.comments) if index else 0)
    return width


def _parted(words: Sequence[_Word], kinds: Sequence[str]) -> list[list[_Word]]:
    """The parts of some words at separators that stand in no bracket, each separator at the end of its part."""
    parts, depth = [list[_Word]()], 0
    for word in words:
        depth += (word.kind in OPENING) - (word.kind in CLOSING)
        parts[-1].append(word)
        if not depth and word.kind in kinds:
            parts.append([])
    return parts


def _items(words: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    """The words, those of a bracket with all that is in it as one."""
    start, depth = 0, 0
    for index, word in enumerate(words):
        depth += (word.kind in OPENING) - (word.kind in CLOSING)
        if not depth:
            yield words[start : index + 1]
            start = index + 1


_CHOICE = ("SEMICOLON", "BAR")


class _Page(Struct):
    """The lines that are written so far, the last of which goes on."""

    lines: list[str] = field(default_factory=lambda: [""])
    is_begun: bool = False
    """Whether anything is written: before the first word or comment no line ends."""

    def text(self) -> str:
        lines = [line.rstrip() for line in self.lines]
        while lines and not lines[-1]:
            lines.pop()
        return "".join(f"{line}\n" for line in lines)

    # --- clauses

    def clause(self, words: Sequence[_Word]) -> None:
        first = words[0]
        self.put(first, 0, new_line=True, blanks=BETWEEN_CLAUSES)
        neck = next((index for index, word in enumerate(words) if word.kind == "NECK"), 0)
        sentence = next((index for index, word in enumerate(words) if word.kind == "DOUBLE_COLON"), 0)
        if neck:
            self.rule(words, neck)
        elif sentence:
            self.sentence(words, sentence)
        elif first.kind == "DECLARE":
            self.listing(words)
        elif first.kind == "NECK" and words[-3:-2] and words[-3].kind == "CLOSE_LIST":
            self.goal(words[1:], 0, blank=" ")
        else:
            self.row(words[1:])

    def row(self, words: Sequence[_Word]) -> None:
        for word in words:
            self.put(word, STEP)

    def rule(self, words: Sequence[_Word], neck: int) -> None:
        """A rule, whose first word is written."""
        body = words[neck + 1 :]
        begins_line = body[0].breaks > 0 or any(each.breaks for each in body[0].comments)
        if not begins_line and self.fits(words, written=1):
            self.row(words[1:])
            return
        self.row(words[1 : neck + 1])
        self.body(body, STEP)

    def sentence(self, words: Sequence[_Word], at: int) -> None:
        """A declaration with a sentence, which has a line of its own where it does not fit behind what it is about."""
        if self.fits(words, written=1):
            self.row(words[1:])
            return
        self.row(words[1:at])
        self.put(words[at], SENTENCE, new_line=True)
        self.row(words[at + 1 :])

    def listing(self, words: Sequence[_Word]) -> None:
        """A declaration of several predicates."""
        if self.fits(words, written=1):
            self.row(words[1:])
            return
        for part in _parted(words[1:], ("COMMA",)):
            self.goal(part, STEP, new_line=True)

    # --- goals

    def body(self, words: Sequence[_Word], indent: int) -> None:
        """Goals one a line, and alternatives apart from each other; `words` end with a full stop."""
        alternatives = _parted(words, _CHOICE)
        if len(alternatives) > 1:
            self.alternatives(alternatives, indent, new_line=True)
        else:
            self.conjunction(words, indent, new_line=True)

    def alternatives(self, parts: Sequence[Sequence[_Word]], indent: int, *, new_line: bool) -> None:
        """Alternatives, each but the last with what parts it from the next, which begins the line of that; the goals of all stand
        one below the other, those of the first on a new line if so said, else beside the bracket that is open."""
        for index, part in enumerate(parts):
            if index:
                self.put(parts[index - 1][-1], indent, new_line=True, inner=indent + STEP)
            is_beside = bool(index) or not new_line
            if is_beside:
                self.pad(indent + STEP)
            goals = part[:-1] if index < len(parts) - 1 else part
            self.conjunction(goals, indent + STEP, new_line=not is_beside)

    def conjunction(self, words: Sequence[_Word], indent: int, *, new_line: bool) -> None:
        """Goals one a line; the first on a new one if so said, else where the page is."""
        for index, part in enumerate(_parted(words, ("COMMA",))):
            if part:
                self.goal(part, indent, new_line=bool(index) or new_line, blanks=WITHIN if index else 0)

    def goal(
        self, words: Sequence[_Word], indent: int, *, new_line: bool = False, blank: str = "", blanks: int = 0
    ) -> None:
        """A goal with what ends it, on one line if it fits, else with its brackets broken."""
        self.put(words[0], indent, new_line=new_line, blank=blank, blanks=blanks)
        if self.fits(words, written=1):
            self.row(words[1:])
            return
        is_first = True
        for item in _items(words):
            if len(item) > 1 and not self.fits(item, written=int(is_first), room=1):
                self.bracket(item, indent, is_open=is_first)
            else:
                for word in item[int(is_first) :]:
                    self.put(word, indent + STEP)
            is_first = False

    def bracket(self, words: Sequence[_Word], indent: int, *, is_open: bool) -> None:
        """What stands in a bracket, its parts on lines of their own; the bracket is written already, if `is_open`."""
        opened, inside, closed = words[0], words[1:-1], words[-1]
        if not is_open:
            self.put(opened, indent + STEP)
        is_beside = self.column <= indent + 1
        alternatives = _parted(inside, _CHOICE) if opened.kind == "OPEN" else []
        if len(alternatives) > 1:
            self.alternatives(alternatives, indent, new_line=not is_beside)
        elif (last := self.last_bracket(opened, inside)) is not None:
            self.row(inside[: -len(last)])
            self.bracket(last, indent, is_open=False)
            self.put(closed, indent)
            return
        else:
            for part in _parted(inside, ("COMMA",)):
                if part:
                    self.goal(part, indent + STEP, new_line=True)
        self.put(closed, indent, new_line=True, inner=indent + STEP)

    def last_bracket(self, opened: _Word, inside: Sequence[_Word]) -> Sequence[_Word] | None:
        """The last argument, if that is a list or a group of goals and all before it fits on the line: then it alone is broken."""
        if opened.kind in ("OPEN", "OPEN_LIST"):
            return None
        parts = _parted(inside, ("COMMA",))
        last = parts[-1]
        is_one = bool(last) and last[0].kind in ("OPEN", "OPEN_LIST") and len([*_items(last)]) == 1
        before = inside[: len(inside) - len(last) + 1]
        has_comments = any(word.breaks_line for word in before)
        return last if is_one and not has_comments and self.fits(before, written=0) else None

    # --- the page

    @property
    def column(self) -> int:
        return len(self.lines[-1])

    def fits(self, words: Sequence[_Word], *, written: int, room: int = 0) -> bool:
        """Whether words, of which so many are written, fit on the line with as many further columns as are said."""
        done = sum(len(word.text) for word in words[:written])
        return self.column + _width(words) - done + room <= WIDTH

    def pad(self, column: int) -> None:
        self.lines[-1] = self.lines[-1].ljust(column)

    def write(self, text: str) -> None:
        first, *further = text.split("\n")
        self.lines[-1] += first
        self.lines += further
        self.is_begun = True

    def new_line(self, indent: int, breaks: int, blanks: int) -> None:
        if self.is_begun:
            self.lines += [""] * min(max(0, breaks - 1), blanks)
            self.lines.append(" " * indent)

    def put(
        self,
        word: _Word,
        indent: int,
        *,
        new_line: bool = False,
        blanks: int = WITHIN,
        blank: str | None = None,
        inner: int | None = None,
    ) -> None:
        """Writes a word after its comments: on a new line, or behind what is there after its blank, or another one. Where
        comments end a line, what follows stands at the indent; comments on lines of their own at `inner`, if that is another."""
        inner = indent if inner is None else inner
        must_end, is_own = False, False
        for index, comment in enumerate(word.comments):
            is_own = must_end or comment.breaks > 0 or not self.is_begun
            if is_own:
                self.new_line(inner, comment.breaks, blanks)
            else:
                follows = word.comments[index + 1].breaks if index + 1 < len(word.comments) else word.breaks
                is_last = comment.ends_line or follows > 0
                moved = self.column - comment.after
                self.lines[-1] += "" if self.lines[-1].endswith(" ") else " "
                if is_last:
                    self.pad(comment.column + (moved if abs(moved) > NEAR else 0))
            self.write(comment.text)
            must_end = comment.ends_line
        if must_end or (word.comments and word.breaks) or (new_line and not is_own):
            self.new_line(indent, word.breaks, blanks)
        elif word.comments:
            self.lines[-1] += "" if word.kind in CLOSING else " "
        elif not new_line:
            self.lines[-1] += word.blank if blank is None else blank
        self.write(word.text)
