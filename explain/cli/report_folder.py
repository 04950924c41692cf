"""A folder of reports: one for each case, and a page with a table that leads to them.

A manifest in the folder says what each report was made of, so that a run that was broken off, or is made again, makes only the reports
that would be others: of a case, a policy, options or a version of Priorlog that are not the same.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from engine.cases import Case
from engine.policies import Determination
from explain.cli.reviewing import Writer
from explain.report import document as doc
from explain.report import statements
from explain.report.contents import HELD_BACK
from explain.report.html import index_page
from explain.report.review import Review
from explain.version import installed_version
from explain.words.letter_words import LetterWords
from explain.words.phrases import DETERMINATIONS, one_line
from kb.language.diagnostics import Diagnostic, in_order
from kb.language.printer import show_item
from kb.language.terms import plain_text
from kb.output import Output, failures_told

INDEX, MANIFEST = "index.html", "reports.json"
SUFFIXES = {"text": ".txt", "json": ".json", "markdown": ".md", "html": ".html", "pdf": ".pdf", "pas": ".json"}
HEAD = ("Case", "Policy", "Kind", "Date", "Determination", "Missing or not met")
MOST_LETTERS = 80
"""How long the name of a report may be before its end."""
SECONDS = 1.0
"""How often the manifest is written while reports are made."""


class Line(msgspec.Struct, frozen=True):
    """What the table says of one review."""

    case: str
    policy: str
    kind: str
    date: str
    determination: Determination
    missing: str


class Made(msgspec.Struct, frozen=True):
    """A report that was made: a digest of what it was made of, one of its file, and what the table says of it."""

    digest: str
    file: str
    lines: tuple[Line, ...]


class Manifest(msgspec.Struct):
    """What is in a folder, by the names of files."""

    version: int = 1
    reports: dict[str, Made] = {}


@dataclass(slots=True)
class ReportFolder:
    """A folder that reports are written into, each by a writer."""

    path: Path
    writer: Writer
    inputs: tuple[Path, ...]
    manifest: Manifest = field(init=False)
    saved: float = field(init=False, default=0.0)

    @property
    def index(self) -> Path:
        """The page that leads to the reports."""
        return self.path / INDEX

    def write(
        self,
        cases: Sequence[Case],
        reviews_of: Callable[[Case], list[Review]],
        errors: Sequence[Diagnostic],
        told: Callable[[float, str], None],
    ) -> tuple[int, int]:
        """Writes the reports, and gives how many were made and how many kept. A case that cannot be reviewed has none, and the
        index says why; `errors` may grow while they are made. Raises `ProgramError`."""
        with failures_told(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        self.manifest = self._read()
        base, names = self._base(), _names([plain_text(each.name) for each in cases])
        shown: dict[str, Made] = {}
        made = kept = 0
        try:
            for number, (case, name) in enumerate(zip(cases, names, strict=True)):
                told(number / len(cases), plain_text(case.name))
                file = name + SUFFIXES[self.writer.options.format]
                digest = self._digest(base, case)
                if (found := self._kept(file, digest)) is not None:
                    shown[file], kept = found, kept + 1
                elif reviews := reviews_of(case):
                    self.writer.write(reviews, (), Output(str(self.path / file), self.inputs))
                    lines = tuple(map(_line, reviews))
                    shown[file] = Made(digest, _hash((self.path / file).read_bytes()), lines)
                    self.manifest.reports[file] = shown[file]
                    made += 1
                    self._save()
        finally:
            self._save(now=True)
        Output(str(self.index), self.inputs).write(index_page(index_document(shown, errors)))
        return made, kept

    def _read(self) -> Manifest:
        with suppress(OSError, msgspec.DecodeError):
            found = msgspec.json.decode((self.path / MANIFEST).read_bytes(), type=Manifest)
            if found.version == Manifest().version:
                return found
        return Manifest(reports={})

    def _save(self, *, now: bool = False) -> None:
        if now or time.monotonic() - self.saved > SECONDS:
            text = msgspec.json.encode(self.manifest, order="sorted").decode() + "\n"
            Output(str(self.path / MANIFEST), self.inputs).write(text)
            self.saved = time.monotonic()

    def _kept(self, file: str, digest: str) -> Made | None:
        """What is known of a report that is still what would be made."""
        found = self.manifest.reports.get(file)
        if found is None or found.digest != digest or self.writer.options.again:
            return None
        with suppress(OSError):
            return found if _hash((self.path / file).read_bytes()) == found.file else None
        return None

    def _base(self) -> tuple[object, ...]:
        """What all reports are made of, but for the cases: the program, the policies, the options and the texts they name."""
        options, workspace = self.writer.options, self.writer.workspace
        words = LetterWords.beside(workspace.sources.files.values()) if options.letter else None
        hashes = sorted(each.policy_hash for each in (workspace.reviewer, *workspace.beside.values()))
        how = (options.format, options.as_of, options.policy, options.closed_world, options.max_steps, options.proof)
        texts = (options.indent, options.letter, self.writer.appeal, self.writer.ending, repr(words))
        return (installed_version(), *hashes, *how, *texts)

    def _digest(self, base: tuple[object, ...], case: Case) -> str:
        """A hash of what the report of a case is made of: its facts, with their places and sources, and whether it is dated
        after today, which a report remarks upon."""
        facts = [(show_item(each), str(each.span), repr(each.source)) for each in case.facts]
        return _hash(repr((base, facts, case.date > self.writer.workspace.reviewer.today)).encode())


def index_document(reports: dict[str, Made], errors: Sequence[Diagnostic] = ()) -> doc.Document:
    """The page that leads to reports: how many came to each determination, then a row for each review."""
    counts = Counter(line.determination for made in reports.values() for line in made.lines)
    outcomes = [
        doc.Pair(DETERMINATIONS[each][0].capitalize(), str(counts[each]), statements.badge_of(each))
        for each in Determination
        if counts[each]
    ]
    rows = tuple(_row(file, line) for file, made in reports.items() for line in made.lines)
    sections = [doc.Section("Outcomes", (doc.Pairs((*outcomes, doc.Pair("All reviews", str(len(rows))))),))]
    sections.append(doc.Section("Reports", (doc.Table(HEAD, rows),), "reports"))
    if errors:
        wrong = tuple(doc.Bullet(one_line(f"{each.span}: {each.message}")) for each in in_order(errors))
        sections.append(doc.Section(HELD_BACK, (doc.Bullets(wrong),)))
    return doc.Document("Determination reports", tuple(sections))


def _row(file: str, line: Line) -> tuple[doc.Cell, ...]:
    said = (line.policy, line.kind, line.date, statements.badge_of(line.determination), line.missing)
    return (doc.Link(line.case, file), *said)


def _line(review: Review) -> Line:
    return Line(
        statements.case_name(review),
        one_line(review.policy or "none"),
        one_line(review.kind),
        str(review.date),
        review.determination,
        statements.first_missing(review),
    )


def _names(cases: Sequence[str]) -> Iterator[str]:
    """A name for the file of each case, of letters that every system takes; no two are the same, in whatever case."""
    taken = {Path(INDEX).stem, Path(MANIFEST).stem}
    for case in cases:
        start = re.sub(r"[^A-Za-z0-9._-]+", "_", case).strip("._-")[:MOST_LETTERS] or "case"
        name, number = start, 1
        while name.lower() in taken:
            number += 1
            name = f"{start}-{number}"
        taken.add(name.lower())
        yield name


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
