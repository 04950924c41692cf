"""What is read aloud of a report and its letters, sentence by sentence, and what no such sentence may have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import assert_never

from engine.cases import cases_of
from explain.report import document as doc
from explain.report import statements
from explain.report.contents import REQUIREMENTS, full
from explain.report.letter_document import letter, letter_text
from explain.report.review import Review
from explain.words.letter_words import LetterWords, Reader
from explain.workspace import Workspace
from kb.language.syntax import TRUE, Clause
from tests.benchmarks.generate import cases as random_cases

NOT = r"(?:not|no|none|never|nothing|cannot|without|neither|isn't|doesn't)"
INTERNAL, BLANK, DOUBLED, DENIAL = "an internal name", "a bracketed variable", "a doubled denial", "a denial"
WRONG: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        INTERNAL: re.compile(r"\b[a-z0-9]+_[a-z0-9_]+\b|\$|\b[a-z]\w*/\d\b|'[a-z]\w*'[,)]|\b[a-z]\w*\((?!s\))"),
        BLANK: re.compile(r"\[[a-z][^\]/]*\]|@\("),
        DOUBLED: re.compile(
            rf"(?i)\bnot so\b[^:;.]*:[^;.]*\b{NOT}\b|\b{NOT}\b(?:(?!\band\b|\bor\b|\bbut\b)[^.,;:!?\n()])*\b{NOT}\b"
        ),
        DENIAL: re.compile(
            r"(?i)\b(?:den(?:y|ied|ies|ial)|reject(?:ed)?|refus(?:e|ed|al)|disapprov\w*|not approved)\b"
        ),
    }
)
"""What no sentence may have: a name of the program, a blank of a template, two denials that take each other back, and the word for
a decision that software does not make."""
NAMED = re.compile(r", not otherwise specified\b|\S+\.pl(?::\d+)?|`[^`]*`")
"""What a sentence may name as it is: conditions that are called by what they are not, places in files, and commands."""


def random_reviews(space: Workspace, number: int, seed: int) -> Iterator[Review]:
    """The reviews of random cases, some with gaps and contradictions, one by one."""
    facts = [Clause(fact, TRUE) for each in random_cases(number, seed) for fact in each]
    for case in cases_of(facts):
        yield from space.reviews(case)


def faults(review: Review, words: LetterWords) -> Iterator[tuple[str, str]]:
    """What is wrong with a sentence of the report of a review, or of a letter about it, and the sentence."""
    for text in report_sentences(review):
        yield from _faults(text, set(WRONG))
    for text in evidence_sentences(review):
        yield from _faults(text, {INTERNAL, DOUBLED, DENIAL})
    yield from letter_faults(review, words)


def letter_faults(review: Review, words: LetterWords) -> Iterator[tuple[str, str]]:
    """The same of the letters alone."""
    for reader in Reader:
        for text in letter_sentences(review, reader, words):
            yield from _faults(text, set(WRONG))


def _faults(text: str, kinds: set[str]) -> Iterator[tuple[str, str]]:
    said = NAMED.sub("", text)
    yield from ((what, text) for what, pattern in WRONG.items() if what in kinds and pattern.search(said))


def letter_sentences(review: Review, reader: Reader, words: LetterWords) -> Iterator[str]:
    """The sentences and points of a letter, without the name of the case, which is the user's own, and the lines to fill in."""
    text = re.sub(r"(?m)^Reference: .*$", "", letter_text(letter(review, reader, words)))
    yield from sentences(re.sub(r"_{3,}", "", text))


def report_sentences(review: Review) -> Iterator[str]:
    """What people read of a report, but for its evidence and for what is for machines."""
    blocks = [block for section in full(review, folds=False).sections for block in section.blocks]
    for text in (text for block in blocks for text in _read(block)):
        yield from sentences(re.sub(rf"(?<!\w){re.escape(statements.case_name(review))}(?!\w)", "ONE", text))


def evidence_sentences(review: Review) -> Iterator[str]:
    """The lines of a report's evidence."""
    blocks = [block for section in full(review, folds=False).sections for block in section.blocks]
    trees = [tree for block in blocks if isinstance(block, doc.Explanation) for tree in block.trees]
    steps = (step for tree in trees for step in tree.steps)
    yield from (text for step in steps for said in step.said for text in (said.text, said.remark) if text)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, and its points."""
    for part in re.split(r"\n\n|\n\s*- ", text):
        yield from re.split(r"(?<=[.!?])\s+", " ".join(part.split()))


def _read(block: doc.Block) -> Iterator[str]:
    match block:
        case doc.Paragraph(text):
            yield text
        case doc.Sentences(texts) | doc.Letter(texts):
            yield from texts
        case doc.Bullets(points):
            yield from (text for each in points for text in (f"{each.text}; {each.lead}", *each.parts))
        case doc.Pairs(pairs, is_record):
            yield from (text for each in pairs if not is_record for text in (each.name, each.value))
        case doc.Unstated(label, names):
            yield from (label, *names)
        case doc.Verdict(badge, wording, disclaimer):
            yield from (badge.word, wording, disclaimer)
        case doc.Reasons(reasons):
            yield from (each.text for each in reasons)
        case doc.Criteria(rows):
            yield from (text for row in rows for text in _row(row))
        case doc.Ways(ways):
            yield from (f"{each.question} {each.answer or ''}" for way in ways for each in way)
        case doc.Table(head, rows):
            yield from head
            cells = (cell for row in rows for cell, name in zip(row, head, strict=True) if name != REQUIREMENTS[-1])
            yield from (cell if isinstance(cell, str) else _cell(cell) for cell in cells)
        case doc.Signature(blanks):
            yield from (each.label for each in blanks)
        case doc.Explanation():
            return
        case doc.Outline() | doc.Drawing():
            raise TypeError(f"a report has no {type(block).__name__}")
        case _:
            assert_never(block)


def _row(row: doc.Row) -> Iterator[str]:
    yield from (row.badge.word, row.text, *(each.text for each in row.reasons))
    yield from (text for each in row.alternatives for text in _row(each))


def _cell(cell: doc.Badge | doc.See | doc.Mark | doc.Link) -> str:
    return cell.text if isinstance(cell, doc.See | doc.Link) else cell.word
