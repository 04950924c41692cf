"""The files of a population: a folder with a Parquet or CSV file, or a folder of them, for each case predicate; and
what is said of files that cannot be read or written.

Columns are named as the predicate's declared arguments in lower snake case (`TimesPerWeek` is `times_per_week`);
`not_p` has the facts `-p(..)`. Whatever lies there is read, through links too, or named in an error: also what is hidden, as
databases take names that begin with `.` or `_`, but for the marks that programs leave beside their files (`MARKS`).
"""

from __future__ import annotations

import csv
import enum
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from engine.backends.sql.values import Kind
from engine.batch.sql import apart
from engine.cases import Vocabulary
from kb.language.declarations import COMPLETE, REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError, closest, did_you_mean
from kb.language.syntax import Pred, Span, unqualified
from kb.language.tables import column_name, row_of_width
from kb.language.terms import Atom, Const
from kb.names import TypeNames
from kb.output import HIDDEN as OWN

_From = TypeVar("_From")
_Made = TypeVar("_Made")
CASE = "case"
"""The column of the case's name in the views of facts."""
NEGATIVE = "not_"
SUFFIXES = (".parquet", ".csv")
HIDDEN = (".", "_")
"""How the names of files and folders begin that other programs pass over, or have put there for themselves."""
MARKS = ("_SUCCESS", "_metadata", "_common_metadata", "_committed_*", "_started_*", ".*.crc", ".DS_Store")
"""Hidden files that have no facts, and are passed over, as is what a batch makes itself."""
OTHER_MARKS = MappingProxyType({";": "semicolons", "\t": "tabs", "|": "bars"})
"""What other programs put between the columns of CSV."""
TABLE_LOGS = ("_delta_log", ".hoodie")
"""Folders that tell which of the files beside them belong to a table, and which no longer do."""


class ColumnKind(enum.Enum):
    """What a column holds: how it is said, which columns of files can hold it, the database's type for its values, and
    their kind in rules. Arguments of a declared type that is none of these are names."""

    NAME = "a name", "text", "VARCHAR", Kind.ATOM
    STRING = "a string", "text", "VARCHAR", Kind.STRING
    INTEGER = "an integer", "an integer or text", "BIGINT", Kind.INTEGER
    DATE = "a date", "a date or text as in 2024-07-01", "DATE", Kind.DATE
    DECIMAL = "a decimal", "a decimal, an integer or text", "VARCHAR", Kind.ANY

    def __init__(self, said: str, wanted: str, stored: str, kind: Kind) -> None:
        self.said, self.wanted, self.stored, self.kind = said, wanted, stored, kind


@dataclass(frozen=True, slots=True)
class Field:
    """One argument of a predicate: its column's name, its kind, the values that are listed for it (none if any will
    do), whether it belongs to the key of a functional predicate, and the vocabulary of its names, if they have one."""

    name: str
    kind: ColumnKind
    listed: tuple[Const, ...] = ()
    is_key: bool = True
    names: TypeNames | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the table of a predicate looks like; the first column is the case."""

    pred: Pred
    columns: tuple[Field, ...]

    @property
    def name(self) -> str:
        """The name of its file or folder, without a suffix."""
        return (NEGATIVE if self.pred.negative else "") + self.pred.name

    @property
    def view(self) -> str:
        """The name of the view of its facts."""
        return f"case_{self.apart}"

    @property
    def few(self) -> str:
        """The name of the view of its few different facts, with a blank as no relation has in its name."""
        return f"few {self.apart}"

    @property
    def apart(self) -> str:
        """Its name in names of tables."""
        return apart(self.name)

    @property
    def is_functional(self) -> bool:
        """Whether a key may have one value only."""
        return not all(column.is_key for column in self.columns)


@dataclass(frozen=True, slots=True)
class Source:
    """The files that hold the facts of a predicate; all are Parquet or all are CSV."""

    shape: Shape
    files: tuple[Path, ...]

    @property
    def is_parquet(self) -> bool:
        return self.files[0].suffix == ".parquet"


def shapes(vocabulary: Vocabulary) -> dict[str, Shape]:
    """The table of each predicate that cases may state, by name, `request` first."""
    found = {}
    for pred in vocabulary.preds:
        for each in (pred, pred.opposite) if vocabulary.declarations.is_abducible(pred) else (pred,):
            shape = shape_of(each, vocabulary)
            found[shape.name] = shape
    return found


def shape_of(pred: Pred, vocabulary: Vocabulary) -> Shape:
    """The table of a predicate. Where names have a vocabulary, that says what they may be; of a request also the values
    that are listed."""
    declared = vocabulary.declarations
    names = declared.names_of(pred) or tuple(f"argument_{index + 1}" for index in range(pred.arity))
    kinds = [ColumnKind.__members__.get(each.upper(), ColumnKind.NAME) for each in declared.types_of(pred)]
    if pred == REQUEST:
        kinds[3] = ColumnKind.DATE
    known = vocabulary.names.at(pred)
    listed = [
        vocabulary.listed_at(pred, index) if known[index] is None or pred == REQUEST else ()
        for index in range(pred.arity)
    ]
    if pred == COMPLETE:
        listed[1] = tuple(Atom(each.own_name) for each in declared.abducible)
    functional = declared.functional.get(pred)
    keys = functional.keys if functional else (True, False, False, False) if pred == REQUEST else (True,) * pred.arity
    columns = (
        Field(column_name(name), ColumnKind.NAME if not index else kind, values, is_key, types)
        for index, (name, kind, values, is_key, types) in enumerate(zip(names, kinds, listed, keys, known, strict=True))
    )
    return Shape(pred, tuple(columns))


def sources(directory: Path, vocabulary: Vocabulary, beside: Vocabulary | None = None) -> tuple[Source, ...]:
    """The tables of a population, in the order of the vocabulary; those that only a vocabulary beside it knows are passed over,
    and what policy tests expect.

    Raises `ProgramError` for a directory that is none, an unknown name, and a predicate that has no files, files of
    both kinds, or two places; all are reported at once.
    """
    if (what := _why_no_folder(directory)) is not None:
        hint = "name the folder that has `request.parquet` or `request.csv`"
        raise ProgramError([file_error("E107", f"`{directory}` {what}", directory, hint)])
    entries = [*_listed(directory)]
    known, ignored = shapes(vocabulary), passed_over(vocabulary, beside)
    found: dict[str, Source] = {}
    wrong = [each for each in entries if isinstance(each, Diagnostic)]
    for path in entries:
        if isinstance(path, Path) and _table_of(path) not in ignored:
            source = _source(path, known, found)
            if isinstance(source, Source):
                found[source.shape.name] = source
            else:
                wrong += source
    if REQUEST.name not in found and not any(
        each.span.file == str(directory) or each.span.file.startswith(str(directory / REQUEST.name)) for each in wrong
    ):
        columns = ", ".join(column.name for column in known[REQUEST.name].columns)
        hint = f"put `request.parquet` or `request.csv` there, with the columns {columns}"
        wrong.append(file_error("E401", f"`{directory}` has no requests", directory, hint))
    if wrong:
        raise ProgramError(wrong)
    return tuple(found[name] for name in known if name in found)


def passed_over(vocabulary: Vocabulary, beside: Vocabulary | None) -> frozenset[str]:
    """The names of the tables that only a vocabulary beside it knows, or that have what policy tests expect."""
    others = shapes(beside).values() if beside is not None else ()
    names = {replace(each, pred=unqualified(each.pred)).name for each in others} - shapes(vocabulary).keys()
    return frozenset(names | {each.name for each in vocabulary.declarations.expectations})


def _why_no_folder(path: Path) -> str | None:
    """What is said of a path that is no folder, or None if it is one."""
    try:
        return None if stat.S_ISDIR(path.stat().st_mode) else "is not a directory"
    except (FileNotFoundError, ValueError):
        return "does not exist"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _table_of(path: Path) -> str:
    """The name of the table that a file or folder is for."""
    return path.stem if path.is_file() else path.name


def _source(path: Path, known: Mapping[str, Shape], found: Mapping[str, Source]) -> Source | list[Diagnostic]:
    """What a path in a population's folder has, or what is wrong with it; `found` is what the paths before it have."""
    name = _table_of(path)
    if name not in known:
        return [unknown_table(path, path.name, name, known)]
    if path.is_file() and path.suffix not in SUFFIXES:
        hint = f"write `{name}.parquet` or `{name}.csv`"
        return [file_error("E107", f"`{path.name}` is neither Parquet nor CSV", path, hint)]
    if name in found:
        message = f"`{name}` has two places, `{found[name].files[0].name}` and `{path.name}`"
        return [file_error("E107", message, path, "keep one of them")]
    below = [path] if path.is_file() else [*_files_below(path)]
    files = [each for each in below if isinstance(each, Path)]
    wrong = [each for each in below if isinstance(each, Diagnostic)]
    kinds = sorted({file.suffix for file in files})
    if wrong or (len(kinds) == 1 and kinds[0] in SUFFIXES):
        return wrong or Source(known[name], tuple(files))
    has = f"files of the kinds {', '.join(kinds)}" if kinds else "no files"
    note = ", ".join(next(str(file.relative_to(path)) for file in files if file.suffix == kind) for kind in kinds)
    hint = "put Parquet files in it or CSV files, not both"
    return [
        file_error("E107", f"the folder `{path.name}` has {has}", path, hint, note=f"such as {note}" if note else None)
    ]


def _files_below(folder: Path, above: frozenset[str] = frozenset()) -> Iterator[Path | Diagnostic]:
    """The files in a folder and in those within it, links to folders among them; `above` are the folders it lies in."""
    here = os.path.realpath(folder)
    if here in above:
        yield _unread(folder, "it leads back to a folder that it lies in")
        return
    for each in _listed(folder):
        if isinstance(each, Path) and each.is_dir():
            yield from _files_below(each, above | {here})
        else:
            yield each


def _listed(folder: Path) -> Iterator[Path | Diagnostic]:
    """The files and folders in a folder but for `MARKS`, by name; or why one cannot be read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield _unread(folder, error.strerror or str(error))
        return
    for each in entries:
        if each.name.startswith(HIDDEN):
            yield from _hidden(each)
        else:
            why = _why_unread(each)
            yield each if why is None else _unread(each, why)


def _hidden(path: Path) -> Iterator[Diagnostic]:
    """What is wrong with a hidden file or folder: that it might have facts, which are not read."""
    if path.name in TABLE_LOGS:
        message = f"`{path.name}` says which files beside it are in force, and is not read"
        yield file_error("E107", message, path, "write the rows of the table to Parquet files in a folder of their own")
    elif not (path.name.startswith(OWN) or (path.is_file() and any(fnmatchcase(path.name, mark) for mark in MARKS))):
        hint = "remove it, or give it a name that does not begin with `.` or `_`"
        yield file_error("E107", f"`{path.name}` is hidden, and is not read", path, hint)


def _why_unread(path: Path) -> str | None:
    """Why what lies in a population's folder is neither a file nor a folder that can be read, or None if it is one."""
    try:
        mode = path.stat().st_mode
        str(path).encode()
    except FileNotFoundError:
        return "it is a link that leads nowhere"
    except OSError as error:
        return error.strerror or str(error)
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "it is neither a file nor a folder"


def _unread(path: Path, why: str) -> Diagnostic:
    return file_error("E107", f"`{path.name}` cannot be read: {why}", path, "remove it, or make it readable")


def unknown_table(path: Path, shown: str, name: str, known: Mapping[str, Shape]) -> Diagnostic:
    """What is said of a table, shown by a name, that has the name of nothing that cases may state."""
    positive = name.removeprefix(NEGATIVE)
    if positive != name and positive in known:
        return file_error("E404", f"`{positive}` is not open, so `{shown}` cannot state it to be false", path)
    note = "each table has the facts of one predicate"
    message = f"`{shown}` is for no predicate that a case may state"
    return file_error("E404", message, path, did_you_mean(name, known), note=note)


def csv_header(shape: Shape, file: Path) -> list[str]:
    """The names in the first line of a CSV file. Raises `ProgramError` if they cannot be read as UTF-8, or if a column
    is not there or twice."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            header = _row(text.readline(1_000_000))
    except UnicodeDecodeError:
        raise ProgramError([not_utf8(file)]) from None
    except OSError as error:
        raise ProgramError([_unread(file, error.strerror or str(error))]) from None
    marks = [said for mark, said in OTHER_MARKS.items() if mark in header[0]] if len(header) == 1 else []
    if marks:
        said = f"`{file.name}` has {marks[0]} between its columns"
        raise ProgramError([file_error("E107", said, file, "write commas between the values", line=1)])
    check_columns(shape, file, header)
    return header


def _row(line: str) -> list[str]:
    """The values of a line of CSV, none if it is no such line."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def check_columns(shape: Shape, file: Path, found: Iterable[str]) -> None:
    """Raises E202 for each column that a file lacks or has twice."""
    names = list(found)
    wrong = []
    for column in shape.columns:
        if column.name not in names:
            shown = ", ".join(f"`{name}`" for name in names[:12]) or "no columns"
            close = closest(column.name, names)
            message, hint = f"`{file.name}` has no column `{column.name}`", f"is it the column `{close}`?"
            wrong.append(file_error("E202", message, file, hint if close else None, note=f"it has {shown}"))
        elif names.count(column.name) > 1:
            wrong.append(file_error("E202", f"`{file.name}` has the column `{column.name}` twice", file))
    wrong += _doubtful(shape, file, names)
    if wrong:
        raise ProgramError(wrong)


def _doubtful(shape: Shape, file: Path, names: Iterable[str]) -> Iterator[Diagnostic]:
    """E202 for each column that is not read and may say whether a row is so: one that is called as the predicate, and, beside
    the case alone, any but those that other programs add."""
    read, pred = {column.name for column in shape.columns}, shape.pred
    called = {pred.own_name, shape.name} if not shape.is_functional and pred != REQUEST else set()
    opposite = f"rows of `{replace(shape, pred=pred.opposite).name}` state that it is the other way round"
    for name in names:
        if name not in read and (name.casefold() in called or (len(read) == 1 and not name.startswith(HIDDEN))):
            message = f"`{file.name}` has the column `{name}`, and each row states a fact whatever stands there"
            note = None if pred == COMPLETE else opposite
            yield file_error("E202", message, file, "leave it out, and the rows that are not so", note=note)


def all_of(make: Callable[[_From], _Made], items: Iterable[_From]) -> list[_Made]:
    """What is made of each item. Raises `ProgramError` with what is wrong with any of them."""
    made: list[_Made] = []
    wrong: list[Diagnostic] = []
    for each in items:
        try:
            made.append(make(each))
        except ProgramError as error:
            wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    return made


# --- what is said of files that cannot be read or written ----------------------------------------------------------


def file_span(path: Path, line: int = 0) -> Span:
    """The place of a file as a whole, or of one of its lines."""
    return Span(str(path), line, 1)


def file_error(
    code: str, message: str, file: Path, hint: str | None = None, *, line: int = 0, note: str | None = None
) -> Diagnostic:
    """What is wrong with a file as a whole, or with one of its lines."""
    return Diagnostic(code, message, file_span(file, line), () if note is None else (note,), hint)


def batch_error(code: str, message: str, hint: str | None = None) -> Diagnostic:
    """What is wrong with a batch as a whole."""
    return file_error(code, message, Path("<batch>"), hint)


def not_utf8(file: Path) -> Diagnostic:
    """A text file in another encoding, with the line of the first wrong byte."""
    return file_error("E107", f"`{file.name}` is not UTF-8 text", file, "save it as UTF-8", line=_wrong_line(file))


def _wrong_line(file: Path) -> int:
    with file.open("rb") as raw:
        for number, line in enumerate(raw, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def unclosed_quote(file: Path, line: int) -> Diagnostic:
    """A quotation mark in a CSV file that is not closed or not doubled."""
    message = f"`{file.name}` has a quotation mark that is not closed or not doubled"
    return file_error("E107", message, file, 'write a value as "...", and a quotation mark inside it twice', line=line)


class Lines:
    """The lines of a text file that was opened with `newline=""`, and the sign that the last of them ends with."""

    def __init__(self, text: Iterable[str]) -> None:
        self.text = text
        self.end = ""

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.end = line[len(line.rstrip("\r\n")) :]
            yield line


def mixed_ends(file: Path) -> Diagnostic | None:
    """What is wrong with a CSV file whose rows end with different signs, or None if they do not."""
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as text:
        lines = Lines(text)
        reader, first = csv.reader(lines), ""
        with suppress(csv.Error):
            for _ in reader:
                first = first or lines.end
                if lines.end not in (first, ""):
                    return mixed_end(file, reader.line_num, first, lines.end)
    return None


def mixed_end(file: Path, line: int, first: str, other: str) -> Diagnostic:
    """A row of a CSV file that ends otherwise than the rows before it."""
    names = {"\n": "a line feed", "\r": "a carriage return", "\r\n": "a carriage return and a line feed"}
    message = f"`{file.name}` has a line that ends with {names[other]}, and those before it with {names[first]}"
    return file_error("E107", message, file, "save it with line ends of one kind", line=line)


def wrong_width(file: Path, line: int, values: int, columns: int) -> Diagnostic:
    """A row of a CSV file with more or fewer values than there are columns."""
    told, instead = row_of_width(values, columns)
    return file_error("E107", f"`{file.name}` has a row of {told}", file, instead, line=line)


def not_parquet(file: Path, note: str, line: int = 0) -> Diagnostic:
    """A file that is not Parquet, or not all of it."""
    message, hint = f"`{file.name}` is not a whole Parquet file", "is it cut off, or still being written?"
    return file_error("E107", message, file, hint, line=line, note=note)


def not_written(target: Path, note: str) -> Diagnostic:
    """A failure to write the output."""
    hint = "free space on its disk, or write to another; nothing was written"
    return file_error("E107", f"`{target.name}` could not be written", target, hint, note=note)


def too_little_memory(target: Path, note: str | None, hint: str) -> Diagnostic:
    """A batch that does not make do with its memory."""
    hint = f"{hint}, or close other programs; nothing was written"
    return file_error("E107", "the memory is not enough for this batch", target, hint, note=note)
