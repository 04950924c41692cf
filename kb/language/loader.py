"""Files to programs: reads what a file says and what it loads, each file once, and collects every diagnostic.

The program of the shipped policies is kept between runs.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from kb.language.cache import Entry
from kb.language.declarations import Declarations
from kb.language.diagnostics import (
    QUERY,
    Diagnostic,
    Moved,
    Note,
    ProgramError,
    Sources,
    SourceText,
    did_you_mean,
    in_order,
)
from kb.language.interpret import interpret, interpret_goal
from kb.language.lalr import Token
from kb.language.modules import UNCHANGED, Edits, Read
from kb.language.policy_rules import add_policy_rules, policy_files
from kb.language.printer import program_hash
from kb.language.program import Part, Program, Run
from kb.language.reader import Compound, read_clause, read_goal_term, token_groups
from kb.language.stored import restored, stored
from kb.language.syntax import USER, Body, Clause, FactsDecl, Item, LoadDecl, ModuleDecl, Provenance, SourceDecl, Span
from kb.language.tables import SUFFIX, table_facts
from kb.on_demand import OnDemand

STANDARD_INPUT = "<standard input>"
"""What messages and evidence call what is read from standard input."""
SHIPPED = Path(__file__).parents[1]
"""The folder of the rule files that come with the package."""

PRELUDE = SHIPPED / "library" / "prelude.pl"
"""What makes SWI-Prolog read the language."""

POLICY_FILES = (SHIPPED / "policies" / "xpovio.pl",)
"""What `query`, `review` and the prompt use when no file is named; they load the rest."""

MAX_BYTES = 512 * 1024 * 1024
RULES = ".pl"
"""How the names of files end that other files may load."""


class Loaded(Struct):
    """What was read: the program, the texts, the diagnostics so far; and where it has several policies with modules of their own,
    the program of each as if it stood alone, made when it is asked for."""

    program: Program = field(default_factory=lambda: Program(()))
    sources: Sources = field(default_factory=Sources)
    diagnostics: tuple[Diagnostic, ...] = ()
    views: OnDemand[str, Program] = field(default_factory=lambda: OnDemand({}))
    program_hash: str | None = None
    """The hash of the program, where it was kept with it."""
    entry: Entry | None = None
    """Where the program is kept between runs, if it is: what follows from it can be kept beside it."""
    _read: Callable[[], Reading] | None = None

    def reading(self) -> Reading:
        """What was read, of which another program can be made."""
        if self._read is not None:
            return self._read()
        return Reading(Read([(USER, item) for item in self.program.items]), self.sources, self.diagnostics)

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            self.program + other.program,
            Sources(self.sources.texts | other.sources.texts, self.sources.files | other.sources.files),
            in_order(self.diagnostics + other.diagnostics),
            self.views | other.views,
        )


class Reading(Struct, frozen=True):
    """What files or a text said, before anything was made of it: `loaded` makes the program."""

    said: Read
    sources: Sources = field(default_factory=Sources)
    diagnostics: tuple[Diagnostic, ...] = ()
    paths: tuple[Path, ...] = ()
    """The files that were asked for."""

    def loaded(self, edits: Edits = UNCHANGED) -> Loaded:
        """The program, with some clauses left out and others added."""
        said = self.said.edited(edits)
        diagnostics = (*self.diagnostics, *add_policy_rules(said))
        program, wrong = said.resolved()
        views = {name: partial(_view, said, file) for name, file in policy_files(said).items()}
        return Loaded(program, self.sources, in_order((*diagnostics, *wrong)), OnDemand(views), _read=lambda: self)

    def again(self) -> Reading:
        """What the same files say now."""
        return read_files(self.paths)


def _view(said: Read, file: str) -> Program:
    """The program of a policy's file as if it stood alone."""
    program, _ = said.view(file).resolved()
    return program


def load_text(text: str, name: str = "<text>", folder: Path | None = None, *, within: Path | None = None) -> Loaded:
    """The program that a text says; a file that it loads is looked for beside a folder, by default the current one. Where `within`
    is given, only files in that folder are looked at, and any other is as one that cannot be read."""
    loader = _Loader(within=within)
    loader.read(SourceText(name, text), folder or Path.cwd())
    return loader.result()


def load_files(paths: Iterable[str | os.PathLike[str]], texts: Texts | None = None) -> Loaded:
    """The program of some files and of what they load, in order; a file that occurs twice is read once. Where `texts` are given,
    those in it stand in the place of files.

    A file that is missing, a folder, not text or too large gives diagnostic E107.
    """
    return read_files(paths, texts).loaded()


def read_files(paths: Iterable[str | os.PathLike[str]], texts: Texts | None = None) -> Reading:
    """What some files say, and what those say that they load."""
    loader = _Loader(paths=tuple(map(Path, paths)), texts=texts or Texts())
    for path in loader.paths:
        shown = loader.file(path, None)
        loader.said.named += [shown] if shown is not None else []
        for name, decl in loader.said.modules.items():
            if decl.span.file == shown:
                loader.said.uses.setdefault(USER, {})[name] = None
    return loader.reading()


def load_cases(paths: Iterable[str | os.PathLike[str]], texts: Texts | None = None) -> Loaded:
    """What case files say: a directive that would load another file is an item like any other, and nothing is loaded. Where
    `texts` are given, those in it stand in the place of files."""
    loader = _Loader(texts=texts or Texts(), follows=False)
    for path in paths:
        loader.file(Path(path), None)
    return loader.result()


def shipped_policies() -> Loaded:
    """The shipped policies, which the tests keep free of diagnostics."""
    files = {path: path.read_bytes() for path in sorted(SHIPPED.rglob("*")) if path.suffix in (RULES, SUFFIX)}
    named = (each for path, data in files.items() for each in (path.relative_to(SHIPPED).as_posix().encode(), data))
    entry = Entry.of("policies", [*_language(), *named])
    kept = entry.value(_restored_policies)
    if kept is not None:
        names, hashed, program = kept
        paths = {name: SHIPPED / Path(name).relative_to("kb") for name in names}
        sources = Sources({name: _plain_lines(files[path].decode("utf-8-sig")) for name, path in paths.items()}, paths)
        reading = partial(read_files, POLICY_FILES)
        return Loaded(program, sources, program_hash=hashed, entry=entry, _read=reading)
    loaded = load_files(POLICY_FILES)
    if not loaded.diagnostics:
        loaded.program_hash = program_hash(loaded.program)
        kept_program = msgspec.Raw(stored(loaded.program))
        is_kept = entry.write(msgspec.msgpack.encode(([*loaded.sources.texts], loaded.program_hash, kept_program)))
        loaded.entry = entry if is_kept else None
    return loaded


def _restored_policies(kept: memoryview) -> tuple[list[str], str, Program]:
    names, hashed, program = msgspec.msgpack.decode(kept, type=tuple[list[str], str, msgspec.Raw])
    return names, hashed, restored(memoryview(program))


@cache
def _language() -> tuple[bytes, ...]:
    """What reads files, as it was when this process first asked."""
    folder = Path(__file__).parent
    return tuple(path.read_bytes() for path in sorted((*folder.glob("*.lark"), *folder.glob("*.py"))))


@lru_cache(maxsize=64)  # more than there are shipped files
def shipped_parts(name: str, text: str) -> Sequence[Part | Diagnostic]:
    """What a shipped file says, its facts in runs."""
    parts: list[Part | Diagnostic] = []
    run: list[Clause] = []
    for item in (*_shipped_items(name, text), None):
        if isinstance(item, Clause) and item.is_fact:
            run.append(item)
            continue
        parts += [Run(run)] if run else []
        run = []
        parts += [item] if item is not None else []
    return parts


def _shipped_items(name: str, text: str) -> Sequence[Item | Diagnostic]:
    """What a shipped file says, which is kept between runs, too: every policy loads the library."""
    entry = Entry.of("file", [*_language(), name.encode(), text.encode()])
    kept = entry.value(restored)
    if kept is not None:
        return kept.items
    said = list(said_in(SourceText(name, text)))
    items = tuple(each for each in said if not isinstance(each, Diagnostic))
    if len(items) == len(said):
        entry.write(stored(Program(items)))
    return said


def load_case(data: bytes, name: str) -> Loaded:
    """What the bytes of a case file say, such as those of standard input; `name` is what messages call them. Nothing is
    loaded for it."""
    text = decode(data, name)
    if isinstance(text, Diagnostic):
        return Loaded(diagnostics=(text,))
    loader = _Loader(follows=False)
    loader.read(SourceText(name, text), Path.cwd())
    return loader.result()


def decode(data: bytes, shown: str) -> str | Diagnostic:
    """The text that bytes say, with line ends as one line feed, or why they are no text (E107)."""
    if b"\0" in data:
        return Diagnostic("E107", f"`{shown}` cannot be read: it is not text: it has a NUL byte", Span(shown, 0, 0))
    try:
        return _plain_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return Diagnostic(
            "E107", f"`{shown}` cannot be read: byte 0x{data[error.start]:02x} is not UTF-8",
            Span(shown, line, column), (), "save the file in the encoding UTF-8",
        )  # fmt: skip


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def undecoded(source: SourceText) -> Diagnostic | None:
    """What is wrong with a text that was typed, if a byte of it is not UTF-8: Python has a lone surrogate for it."""
    found = re.search("[\udc80-\udcff]", source.text)
    if found is None:
        return None
    return Diagnostic("E102", f"byte 0x{ord(found[0]) & 0xFF:02x} is not UTF-8", source.span(*found.span()))


def shown_path(path: Path) -> str:
    """The path as messages and proofs write it: below the shipped folder, `kb/...`; below the current one, relative. Bytes
    that are not UTF-8 are escapes."""
    resolved = Path(os.path.realpath(path))  # which takes a link to itself as it is
    here = Path.cwd()
    if resolved.is_relative_to(SHIPPED):
        shown = Path("kb") / resolved.relative_to(SHIPPED)
    else:
        shown = resolved.relative_to(here) if resolved.is_relative_to(here) else path
    return str(shown).encode(errors="backslashreplace").decode()


def file_bytes(name: str) -> bytes:
    """What is in the file of that name. Raises `ProgramError` (E107) if it cannot be read."""
    try:
        return _contents(Path(name))
    except (OSError, ValueError) as error:
        why_not = getattr(error, "strerror", None) or str(error)
        raise ProgramError.of("E107", f"`{name}` cannot be read: {why_not}", name) from None


def _contents(path: Path) -> bytes:
    """What is in a file. Raises `OSError` or `ValueError` that says why it cannot be read."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise ValueError("it is a folder")
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise ValueError("it is a device")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return data


class _Loader(Struct):
    said: Read = field(default_factory=Read)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: Sources = field(default_factory=Sources)
    seen: set[Path] = field(default_factory=set)
    texts: Texts = field(default_factory=lambda: Texts())
    follows: bool = True
    """Whether a file that another loads is read, and a table that it has facts from."""
    tables: list[tuple[str, FactsDecl, Path]] = field(default_factory=list)
    """The tables that are to be read once all declarations are known, each with the module and the folder of the file that names it."""
    paths: tuple[Path, ...] = ()
    within: Path | None = None
    """The folder whose files may be looked at; any may, if it is None."""
    _instead: dict[Path, str | None] = field(default_factory=dict)

    def reading(self) -> Reading:
        for module, declared, folder in self.tables:
            self.table(module, declared, folder)
        return Reading(self.said, self.sources, in_order(self.diagnostics), self.paths)

    def result(self) -> Loaded:
        return self.reading().loaded()

    def file(self, path: Path, asked: Span | None) -> str | None:
        """Reads a file, and gives the name that messages have for it, if it is there; one that another file asked for by
        its name is one of rules, since messages quote what they read."""
        try:
            self.allow(path)
            resolved = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            self.unreadable(str(path), str(error), asked)
            return None
        shown = shown_path(path)
        if resolved in self.seen:
            return shown
        self.seen.add(resolved)
        try:
            if asked and path.is_file() and resolved.suffix != RULES:
                raise ValueError(f"a file that is loaded is one of rules, and has a name that ends in {RULES}")
            text = self.texts.text_of(path, shown)
        except FileNotFoundError:
            self.unreadable(shown, "there is no such file", asked, self.instead_of(path) if asked else None)
        except (OSError, ValueError) as error:
            self.unreadable(shown, getattr(error, "strerror", None) or str(error), asked)
        else:
            if isinstance(text, str):
                self.sources.files[shown] = resolved
                self.read(SourceText(shown, text), resolved.parent)
                return shown
            self.diagnostics.append(replace(text, span=asked) if asked and not text.span.line else text)
        return None

    def allow(self, path: Path) -> None:
        """Raises `ValueError` for a file outside the folder whose files may be looked at, by its name alone."""
        if self.within is not None and not Path(os.path.abspath(path)).is_relative_to(self.within):
            raise ValueError("here, only what comes with the library can be loaded")

    def instead_of(self, path: Path) -> str | None:
        """What to write in place of a file that is not there, looked for once however often it is loaded."""
        if path not in self._instead:
            self._instead[path] = _instead_of(path)
        return self._instead[path]

    def table(self, module: str, declared: FactsDecl, folder: Path) -> None:
        """Reads the facts of a table; the messages about it quote what it says, so it has a name that tells what it is. The
        declaration of one that cannot be read stays in the program."""
        facts = self._table_facts(declared, folder, self.said.declared_in(module))
        items: Sequence[Item] = facts or [declared]
        self.said.items += [(module, item) for item in items]

    def _table_facts(self, declared: FactsDecl, folder: Path, declarations: Declarations) -> list[Clause]:
        path, facts = folder / declared.path, list[Clause]()
        try:
            self.allow(path)
            shown = shown_path(path)
            if path.suffix != SUFFIX:
                raise ValueError(f"a table has a name that ends in {SUFFIX}")
            text = self.texts.text_of(path, shown)
        except FileNotFoundError:
            self.unreadable(shown, "there is no such file", declared.span)
        except (OSError, RuntimeError, ValueError) as error:
            self.unreadable(declared.path, getattr(error, "strerror", None) or str(error), declared.span)
        else:
            if isinstance(text, Diagnostic):
                self.diagnostics.append(text if text.span.line else replace(text, span=declared.span))
                return []
            self.sources.files[shown], self.sources.texts[shown] = path.resolve(), text
            self.said.loads.setdefault(declared.span.file, []).append(shown)
            for each in table_facts(SourceText(shown, text), declared, declarations):
                if isinstance(each, Diagnostic):
                    self.diagnostics.append(each)
                else:
                    facts.append(each)
        return facts

    def unreadable(self, shown: str, why: str, asked: Span | None, instead: str | None = None) -> None:
        span = asked or Span(shown, 0, 0)
        self.diagnostics.append(Diagnostic("E107", f"`{shown}` cannot be read: {why}", span, (), instead))

    def read(self, source: SourceText, folder: Path) -> None:
        self.sources.texts[source.name] = source.text
        is_shipped = folder.is_relative_to(SHIPPED) and source.name in self.sources.files
        if is_shipped and folder == PRELUDE.parent:
            self.said.library.add(source.name)
        module, is_first = USER, True
        is_shipped = is_shipped and self.sources.files[source.name] not in self.texts.unsaved
        for item in self.texts.said_in_shipped(source) if is_shipped else self.texts.said_in(source):
            if isinstance(item, Diagnostic):
                self.diagnostics.append(item)
                continue
            if isinstance(item, ModuleDecl) and self.follows:
                module = self.module(item, is_first=is_first) or module
            if isinstance(item, LoadDecl) and self.follows:
                self.load(item, source.name, module, folder)
            elif isinstance(item, FactsDecl) and self.follows:
                self.tables.append((module, item, folder))
            elif isinstance(item, Run) and module != USER:
                self.said.items += [(module, fact) for fact in item]
            else:
                self.said.items.append((module, item))
            is_first = False

    def module(self, decl: ModuleDecl, *, is_first: bool) -> str | None:
        """The module of a file that declares it."""
        first = self.said.modules.get(decl.name)
        if not is_first:
            self.diagnostics.append(
                Diagnostic("E108", "a module is declared before anything else in its file", decl.span)
            )
        elif first is not None:
            notes = (Note.at("the other is", first.span),)
            self.diagnostics.append(Diagnostic("E209", f"two files are the module `{decl.name}`", decl.span, notes))
        else:
            self.said.modules[decl.name] = decl
            return decl.name
        return None

    def load(self, decl: LoadDecl, file: str, module: str, folder: Path) -> None:
        """Reads what a file loads, and notes what it imports."""
        if decl.is_library:
            found = library_files().get(decl.path)
            if found is None:
                hint = did_you_mean(decl.path, library_files())
                said = f"the library has no `{decl.path}`"
                self.diagnostics.append(
                    Diagnostic("E107", said, decl.span, (f"it has {', '.join(library_files())}",), hint)
                )
                return
            shown = self.file(found, decl.span)
        else:
            shown = self.file(folder / decl.path, decl.span)
        if shown is None:
            return
        self.said.loads.setdefault(file, []).append(shown)
        for name, used in self.said.modules.items():
            if used.span.file == shown:
                self.imports(decl, module, name, used)

    def imports(self, decl: LoadDecl, module: str, name: str, used: ModuleDecl) -> None:
        """Notes that a module imports from another."""
        for pred in decl.only or ():
            if pred not in used.exports:
                hint = did_you_mean(pred.name, (each.name for each in used.exports))
                self.diagnostics.append(
                    Diagnostic("E201", f"the module `{name}` does not export `{pred}`", decl.span, (), hint)
                )
        imported = self.said.uses.setdefault(module, {})
        before = imported.get(name, ())
        imported[name] = None if decl.only is None or before is None else (*before, *decl.only)


def _instead_of(path: Path) -> str | None:
    """What to write in place of a file that another loads and that is not there: the file of the library that has its name, or one
    beside it that has nearly its name."""
    if path.stem in library_files():
        return f"write `:- use_module(library({path.stem})).`, which is found wherever this file lies"
    return did_you_mean(path.name, (each.name for each in path.parent.glob(f"*{RULES}")))


def library_files() -> dict[str, Path]:
    """The files that come with the package, by the names that `library(..)` has for them."""
    folders = (SHIPPED / "policies", SHIPPED / "library")
    found = {path.stem: path for folder in folders for path in sorted(folder.glob(f"*{RULES}"))}
    return {name: path for name, path in sorted(found.items()) if path != PRELUDE}


def read_goal(text: str) -> Body | tuple[Diagnostic, ...]:
    """The goal that a text says, with or without `?-` before it and a full stop after it."""
    source = SourceText(QUERY, re.sub(r"\A(\s*)\?-", r"\1  ", text))
    if (wrong := undecoded(source)) is not None:
        return (wrong,)
    try:
        term = read_goal_term(source)
        if term is None:
            return (Diagnostic("E502", "a question is one goal, such as `p(X), \\+ q(X)`", source.span(0, 1)),)
        return interpret_goal(source, term)
    except ProgramError as error:
        return error.diagnostics


def changed_files(sources: Sources) -> list[str]:
    """The files of which something else can be read now than is in their texts, if anything can."""
    return [name for name, path in sources.files.items() if sources.texts.get(name) != _text_now(path, name)]


def _text_now(path: Path, shown: str) -> str | None:
    try:
        text = decode(_contents(path), shown)
    except (OSError, ValueError):
        return None
    return text if isinstance(text, str) else None


def read_facts(text: str, name: str) -> list[Item]:
    """The clauses that a line of text says, for asserting them. Raises `ProgramError` if it has anything else."""
    said = list(said_in(SourceText(name, text)))
    diagnostics = [each for each in said if isinstance(each, Diagnostic)]
    if diagnostics:
        raise ProgramError(diagnostics)
    return [each for each in said if not isinstance(each, Diagnostic)]


def said_in(source: SourceText, before: Clauses | None = None) -> Iterator[Item | Diagnostic]:
    """What a text says, each fact with the source above it, and a diagnostic for each stretch of it that is no clause. What its
    clauses said `before`, where they stand as they stood, is not read again."""
    if (wrong := undecoded(source)) is not None:
        yield wrong
        return
    comes_from: Provenance | None = None
    for each in (Clauses() if before is None else before).read(source):
        match each:
            case SourceDecl(comes_from):
                yield each
            case Clause(is_fact=True) | FactsDecl() if comes_from is not None:
                yield replace(each, source=comes_from)
            case _:
                yield each


class Clauses(Struct):
    """What the clauses of one text were when it was read last, so that only those that are others are parsed again."""

    text: str | None = None
    said: Sequence[Item | Diagnostic] = ()
    """What the text said as a whole."""
    _terms: dict[str, tuple[int, Compound]] = field(default_factory=dict)
    """The term of each clause by its text, and where that began."""

    def read(self, source: SourceText) -> Sequence[Item | Diagnostic]:
        """What each clause of a text says, in order."""
        if self.text != source.text:
            before, self._terms = self._terms, {}
            self.said = [each for tokens in token_groups(source.text) for each in self._clause(source, tokens, before)]
            self.text = source.text
        return self.said

    def _clause(
        self, source: SourceText, tokens: list[Token], before: Mapping[str, tuple[int, Compound]]
    ) -> Sequence[Item | Diagnostic]:
        start = tokens[0].start_pos
        text = source.text[start : tokens[-1].end_pos]
        try:
            began, term = before.get(text) or (start, read_clause(source, tokens))
            self._terms[text] = began, term
            return [interpret(source if began == start else Moved(source, start - began), term)]
        except ProgramError as error:
            return error.diagnostics


class Texts(Struct):
    """Texts that stand in the place of files, such as those of an editor before they are saved; and what was read last, so that
    only what has changed is read again."""

    unsaved: Mapping[Path, str] = field(default_factory=dict)
    """By the path of the file, without links."""
    _clauses: dict[str, Clauses] = field(default_factory=dict)

    def text_of(self, path: Path, shown: str) -> str | Diagnostic:
        """The text of a file, or why it has none. Raises `OSError` or `ValueError` if it cannot be read."""
        unsaved = self.unsaved.get(path.resolve())
        return decode(_contents(path), shown) if unsaved is None else unsaved

    def said_in(self, source: SourceText) -> Iterator[Item | Diagnostic]:
        """What the text of an author's file says."""
        return said_in(source, self._clauses.setdefault(source.name, Clauses()))

    def said_in_shipped(self, source: SourceText) -> Sequence[Part | Diagnostic]:
        """What a shipped file says."""
        return shipped_parts(source.name, source.text)
