"""The texts that are open, and what each comes to: its program, and its diagnostics with those of the files that it loads."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from engine.cases import check_cases, load_as_written
from engine.checks import check
from explain.lsp.book import Book
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError, Sources
from kb.language.loader import POLICY_FILES, RULES, SHIPPED, Loaded, Texts, file_bytes, load_files, shown_path
from kb.language.program import Program
from kb.language.syntax import TRUE, Clause, PolicyDecl
from kb.language.terms import Const, Var

MOST_FOLDERS, MOST_FILES = 3, 50
"""In so many folders above a case file, and so many files of each, its policy is looked for."""
MOST_SEARCHED, MOST_ENTERED = 2000, 5000
"""So many files of the folders that are open are searched for a name, in so many folders."""


@dataclass
class Sheet:
    """One open text: the program that it is, or, of a case file, the rules that it is reviewed under with its facts."""

    path: Path
    file: str
    """Its name in messages and spans."""
    loaded: Loaded
    is_case: bool
    book: Book
    rules: Book | None = None
    """Of a case file, the rules alone."""

    @property
    def files(self) -> Collection[Path]:
        """The files that it depends on."""
        return {self.path, *self.book.loaded.sources.files.values()}


@dataclass
class Desk:
    """All open texts. What is asked of one is worked out when it is asked, and kept until a text that it depends on changes."""

    rules: Sequence[str | os.PathLike[str]] = ()
    """The rules that case files are about, where no open policy is about their drug; if there are none, a policy above them, or the
    shipped one."""
    open: dict[Path, int] = field(default_factory=dict)
    """The open files with the number of the text that each has."""
    texts: Texts = field(init=False)
    _unsaved: dict[Path, str] = field(default_factory=dict)
    _sheets: dict[Path, Sheet] = field(default_factory=dict)
    _above: dict[Path, Book] = field(default_factory=dict)
    _default: Book | None = None

    def __post_init__(self) -> None:
        self.texts = Texts(self._unsaved)

    # --- texts

    def put(self, path: Path, text: str, number: int) -> None:
        """A text was opened, or is another now."""
        self.open[path] = number
        self._unsaved[path] = text.replace("\r\n", "\n").replace("\r", "\n")
        self._forget(path)

    def take(self, path: Path) -> None:
        """A text was closed: the file counts again."""
        self.open.pop(path, None)
        self._unsaved.pop(path, None)
        self._forget(path)

    def saved(self, path: Path) -> None:
        """A file was written, perhaps one that is not open."""
        self._forget(path)

    def _forget(self, path: Path) -> None:
        for each in self.depending_on(path):
            self._sheets.pop(each, None)
        if self._default is not None and path in self._default.loaded.sources.files.values():
            self._default = None
        self._above = {
            each: book for each, book in self._above.items() if path not in book.loaded.sources.files.values()
        }

    def depending_on(self, path: Path) -> list[Path]:
        """The open texts that depend on a file: what was not found may be there now, and what a case is about may be another."""
        found = []
        for each in self.open:
            sheet = self._sheets.get(each)
            lacks = sheet is None or sheet.is_case or any(wrong.code == "E107" for wrong in sheet.loaded.diagnostics)
            if each == path or lacks or (sheet is not None and path in sheet.files):
                found.append(each)
        return found

    # --- programs

    def sheet(self, path: Path) -> Sheet:
        """What an open text comes to."""
        if path not in self._sheets:
            self._sheets[path] = self._made(path)
        return self._sheets[path]

    def _made(self, path: Path) -> Sheet:
        loaded, is_case = load_as_written([path], self.texts)
        if not is_case:
            return _of_rules(path, loaded)
        rules = self._rules_for(path, loaded)
        facts = tuple(self._as_known(each, rules) for each in loaded.program.clauses)
        both = Loaded(
            rules.loaded.program + Program(facts),
            Sources(
                rules.loaded.sources.texts | loaded.sources.texts, rules.loaded.sources.files | loaded.sources.files
            ),
        )
        return Sheet(path, shown_path(path), loaded, True, Book(both), rules)

    @staticmethod
    def _as_known(fact: Clause, rules: Book) -> Clause:
        """A fact of a case under the name that its predicate has in the rules."""
        found = rules.goals.meant(fact.head.pred.positive)
        if len(found) != 1:
            return fact
        pred = found[0].opposite if fact.head.pred.negative else found[0]
        return replace(fact, head=replace(fact.head, pred=pred))

    def _rules_for(self, path: Path, case: Loaded) -> Book:
        """The rules that a case file is about: an open policy about a drug that it requests, or one that lies in a folder above it,
        or those that are named."""
        requests = [clause for clause in case.program.clauses if clause.head.pred == REQUEST]
        for book in self._policies(path) if requests else ():
            drugs = {*_drugs(book)}
            if drugs and drugs.intersection(_requested(requests, book)):
                return book
        if self._default is None:
            self._default = Book(load_files(self.rules or POLICY_FILES, self.texts))
        return self._default

    def _policies(self, path: Path) -> Iterator[Book]:
        """The programs of open rule files, and of policies in the folders above a file."""
        for each in self.open:
            if each not in self._sheets:
                loaded, is_case = load_as_written([each], self.texts)
                if not is_case:
                    self._sheets[each] = _of_rules(each, loaded)
            if (sheet := self._sheets.get(each)) is not None and not sheet.is_case:
                yield sheet.book
        if not self.rules:
            for each in _policies_above(path):
                if each not in self._above:
                    self._above[each] = Book(load_files([each], self.texts))
                yield self._above[each]

    def mentioning(self, text: str, folders: Iterable[Path]) -> Iterator[Sheet]:
        """The files of some folders that are not open and in which a text occurs."""
        for path in islice(_rule_files(folders), MOST_SEARCHED):
            if path not in self.open and not path.is_relative_to(SHIPPED / "library"):
                with suppress(ProgramError):
                    if text.encode() in file_bytes(str(path)):
                        yield self._made(path)

    # --- diagnostics

    def diagnostics(self, path: Path, *, whole: bool = False) -> dict[str, list[Diagnostic]]:
        """What is wrong with an open text and what it loads, by file; what is only doubtful about a file that comes with the
        product is told where that is open. Unless the `whole` is asked for, the clauses of such files are passed over, of which
        a text makes one wrong only where it declares anew what they are about."""
        sheet = self.sheet(path)
        shipped = {file for file, place in sheet.loaded.sources.files.items() if place.is_relative_to(SHIPPED)}
        left_out = {file for file in shipped if sheet.loaded.sources.files[file] not in self.open}
        found: dict[str, list[Diagnostic]] = {}
        for each in self._found(sheet, None if whole else {*sheet.loaded.sources.texts} - left_out):
            if each.is_error or each.span.file not in left_out:
                found.setdefault(each.span.file, []).append(each)
        return found

    @staticmethod
    def _found(sheet: Sheet, files: Collection[str] | None) -> Sequence[Diagnostic]:
        if sheet.rules is not None:
            return check_cases(sheet.loaded, sheet.rules.vocabulary)
        return check(sheet.loaded, files)


def _rule_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The files of rules and cases in some folders and those below, but for hidden ones."""
    for folder in folders:
        for place, below, names in islice(os.walk(folder), MOST_ENTERED):
            below[:] = sorted(each for each in below if not each.startswith("."))
            yield from (Path(place, name).resolve() for name in sorted(names) if name.endswith(RULES))


def _of_rules(path: Path, loaded: Loaded) -> Sheet:
    return Sheet(path, shown_path(path), loaded, False, Book(loaded))


def _policies_above(path: Path) -> Iterator[Path]:
    """Files in the folders above a file that look like those of policies."""
    for folder in [*path.parents][:MOST_FOLDERS]:
        try:
            for file in sorted(folder.glob(f"*{RULES}"))[:MOST_FILES]:
                if file != path and b"\n:- policy(" in file_bytes(str(file)):
                    yield file
        except (OSError, ProgramError):
            continue


def _drugs(book: Book) -> Iterator[Const]:
    """The drugs that the policies of a program are about."""
    for item in book.loaded.program.items:
        if isinstance(item, PolicyDecl):
            yield from (value for key, values in item.properties if key == "drug" for value in values)


def _requested(requests: Sequence[Clause], book: Book) -> Iterator[Const]:
    """The drugs that are requested, under the names that a program has for them."""
    for fact in book.names.read([Clause(each.head, TRUE) for each in requests]).facts:
        drug = fact.head.args[1]
        if not isinstance(drug, Var):
            yield drug
