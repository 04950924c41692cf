"""A folder of reports: one for each case, and a page with a table that leads to them.

A manifest in the folder says what each report was made of, so that a run that was broken off, or is made again, makes only the reports
that would be others: of a case, a policy, options or a version of Priorlog that are not the same.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import tee
from pathlib import Path
from typing import Protocol

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
from explain.words.phrases import DETERMINATIONS, one_line
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, in_order
from kb.language.printer import show_item
from kb.output import Inputs, Output, failures_told

INDEX, MANIFEST = "index.html", "reports.json"
SUFFIXES = {
    "text": ".txt", "json": ".json", "markdown": ".md", "html": ".html", "pdf": ".pdf", "pas": ".json", "ndjson": ".ndjson",
}  # fmt: skip
HEAD = ("Case", "Policy", "Kind", "Date", "Determination", "Missing or not met")
MOST_LETTERS = 80
"""How long the name of a report may be before its end."""
SECONDS = 1.0
"""How often the manifest is written while reports are made, at most."""
SHARE = 0.05
"""Which share of the time may be spent on that."""


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


@dataclass(frozen=True, slots=True)
class Before:
    """The reports that there were in a folder, by the digests of what they were made of."""

    path: Path
    reports: dict[str, tuple[str, Made]]
    """Each with the name of its file."""

    def of(self, digest: str) -> Report | None:
        """The report that was made of the same, if its file is as it was written."""
        name, made = self.reports.get(digest, ("", None))
        with suppress(OSError):
            if made is not None and _hash(data := (self.path / name).read_bytes()) == made.file:
                return Report(digest, data, made.lines, name)
        return None


class Report(msgspec.Struct, frozen=True):
    """The report on a case: a digest of what it is made of, what is in its file, what the table says of it, and the file that it was in
    before, if it is not made anew."""

    digest: str
    data: bytes
    lines: tuple[Line, ...]
    kept_in: str | None = None


class Reported(Protocol):
    """What came of a case."""

    @property
    def case(self) -> str:
        """Its name."""

    @property
    def report(self) -> Report | None:
        """The report on it; None if it could not be reviewed."""


@dataclass(slots=True)
class Reports:
    """Makes reports on cases, each for a file of its own."""

    workspace: Workspace
    writer: Writer
    before: Before
    base: tuple[object, ...] = field(init=False)
    """What all reports are made of, but for the cases: the program, the policies, the options and the texts they name."""

    def __post_init__(self) -> None:
        options, workspace = self.writer.options, self.workspace
        hashes = sorted(each.policy_hash for each in (workspace.reviewer, *workspace.beside.values()))
        how = (options.format, options.as_of, options.policy, options.closed_world, options.max_steps, options.proof)
        texts = (options.indent, options.letter, repr(self.writer.texts), repr(self.writer.words))
        self.base = (installed_version(), *hashes, *how, *texts)

    def of(self, case: Case, reviews: Callable[[], list[Review]]) -> Report | None:
        """The report on a case: one that was made of the same, else one of its reviews; None if there are none."""
        digest = self._digest(case)
        if not self.writer.options.again and (kept := self.before.of(digest)) is not None:
            return kept
        if not (found := reviews()):
            return None
        return Report(digest, self.writer.report(map(self.writer.piece, found)), tuple(map(_line, found)))

    def _digest(self, case: Case) -> str:
        """A hash of what the report of a case is made of: its facts, with their places and sources, and whether it is dated
        after today, which a report remarks upon."""
        facts = [(show_item(each), str(each.span), repr(each.source)) for each in case.facts]
        return _hash(repr((self.base, facts, case.date > self.workspace.reviewer.today)).encode())


@dataclass(slots=True)
class ReportFolder:
    """A folder that reports are written into. Raises `ProgramError` if it cannot be made."""

    path: Path
    form: str
    inputs: Inputs
    manifest: Manifest = field(init=False)
    saved: float = field(init=False, default=0.0)
    pause: float = field(init=False, default=SECONDS)

    def __post_init__(self) -> None:
        with failures_told(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        self.manifest = self._read()

    @property
    def index(self) -> Path:
        """The page that leads to the reports."""
        return self.path / INDEX

    @property
    def before(self) -> Before:
        """What there is in the folder."""
        return Before(self.path, {made.digest: (name, made) for name, made in self.manifest.reports.items()})

    def write(self, reviewed: Iterable[Reported], errors: Sequence[Diagnostic]) -> tuple[int, int]:
        """Writes the reports as they come, and gives how many were made and how many kept. A case that could not be reviewed has none,
        and the index says why; `errors` may grow till the last has come. Raises `ProgramError`."""
        shown: dict[str, Made] = {}
        made = kept = 0
        cases, named = tee(reviewed)
        try:
            for each, name in zip(cases, _names(each.case for each in named), strict=True):
                if (report := each.report) is None:
                    continue
                file = name + SUFFIXES[self.form]
                if report.kept_in == file:
                    kept += 1
                else:
                    Output(str(self.path / file), self.inputs).write_bytes(report.data)
                    self.manifest.reports[file] = Made(report.digest, _hash(report.data), report.lines)
                    made += 1
                    self._save()
                shown[file] = self.manifest.reports[file]
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
        """Writes the manifest from time to time, or at the end; it takes the longer the more reports there are."""
        began = time.monotonic()
        if now or began - self.saved > self.pause:
            text = msgspec.json.encode(self.manifest, order="sorted").decode() + "\n"
            Output(str(self.path / MANIFEST), self.inputs).write(text)
            self.saved = time.monotonic()
            self.pause = max(SECONDS, (self.saved - began) / SHARE)


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


def _names(cases: Iterable[str]) -> Iterator[str]:
    """A name for the file of each case, of letters that every system takes; no two are the same, in whatever case."""
    taken = {Path(INDEX).stem, Path(MANIFEST).stem}
    last: dict[str, int] = {}
    for case in cases:
        start = re.sub(r"[^A-Za-z0-9._-]+", "_", case).strip("._-")[:MOST_LETTERS] or "case"
        name, number = start, last.get(start.lower(), 1)
        while name.lower() in taken:
            number += 1
            name = f"{start}-{number}"
        last[start.lower()] = number
        taken.add(name.lower())
        yield name


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
