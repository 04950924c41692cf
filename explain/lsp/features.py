"""What an editor asks about an open text, as values of the protocol. Each is a function of sheets; none changes anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lsprotocol import types

from explain.authoring.coverage import ORDER
from explain.authoring.deep import NEVER
from explain.authoring.formatting import formatted_text
from explain.lsp import examples
from explain.lsp.book import Book
from explain.lsp.desk import Sheet
from explain.lsp.hovering import Shown, hover, told_by_tests
from explain.lsp.names import ConstantName, FileName, Name, PredicateName, Role
from explain.lsp.positions import Positions
from explain.lsp.renaming import CannotRenameError, Renamed, renamed
from explain.repl.completion import Candidate, Names, candidates_in_rules, columns_of, cursor_at_end
from explain.repl.sentences import tokens
from explain.words.phrases import one_line
from kb.language.builtins import DIRECTIVES
from kb.language.declarations import CONSTANT_TYPES
from kb.language.diagnostics import Diagnostic, DidYouMean, Note, ProgramError
from kb.language.loader import library_files
from kb.language.syntax import ModuleDecl, PolicyDecl, Pred, Span, module_of, qualified, unqualified
from kb.language.terms import Atom, quote, term_text

SOURCE = "priorlog"
MOST_COMPLETIONS = 500
"""How many candidates are sent at once; the client asks again as more is typed."""


@dataclass(frozen=True)
class Page:
    """A sheet as a client sees it: with positions counted in its encoding."""

    sheet: Sheet
    encoding: str = types.PositionEncodingKind.Utf16.value
    addresses: Mapping[Path, str] = field(default_factory=dict)
    """Under what addresses files are open."""

    @property
    def book(self) -> Book:
        """The names in its program."""
        return self.sheet.book

    def positions(self, file: str | None = None) -> Positions:
        """Positions in the text of a file of its program, by default its own."""
        return Positions(self.book.source(file or self.sheet.file), self.encoding)

    def uri(self, file: str) -> str | None:
        """The address of a file of its program."""
        path = self.sheet.path if file == self.sheet.file else self.book.loaded.sources.files.get(file)
        return None if path is None else self.addresses.get(path, path.as_uri())

    def at(self, position: types.Position) -> tuple[Span, Name] | None:
        """The name at a position, and the item that it stands in."""
        return self.book.at(self.sheet.file, self.positions().offset(position))

    def word(self, position: types.Position) -> str | None:
        """The name at a position as other files have it; None if it is known in its clause only."""
        found = self.at(position)
        match found and found[1]:
            case PredicateName(written=written):
                return unqualified(written).name
            case ConstantName(text=text):
                return text
            case _:
                return None

    def location(self, file: str, start: int, end: int) -> types.Location | None:
        """Where something stands."""
        uri = self.uri(file)
        return None if uri is None else types.Location(uri, self.positions(file).range(start, end))


# --- diagnostics ---


def diagnostic(page: Page, found: Diagnostic) -> types.Diagnostic:
    """A diagnostic of a file of the program, with its notes; those about other places lead there."""
    elsewhere = [each for each in found.notes if isinstance(each, Note)]
    plain = [str(each) for each in found.notes if not isinstance(each, Note)]
    lines = [found.message, *plain, *([str(found.suggestion)] if found.suggestion else [])]
    related = [(each, page.uri(each.span.file)) for each in elsewhere]
    fix = found.suggestion if isinstance(found.suggestion, DidYouMean) else None
    return types.Diagnostic(
        range=page.positions(found.span.file).range_of(found.span),
        message="\n".join(lines),
        severity=types.DiagnosticSeverity.Error if found.is_error else types.DiagnosticSeverity.Warning,
        code=found.code,
        source=SOURCE,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(uri, page.positions(each.span.file).range_of(each.span)), str(each)
            )
            for each, uri in related
            if uri is not None
        ],
        data=None if fix is None else {"name": fix.name, "instead": list(fix.instead)},
    )


def actions(page: Page, found: Iterable[Diagnostic], wanted: types.Range) -> Iterator[types.CodeAction]:
    """The changes that diagnostics in a range suggest: another name in the place of one."""
    positions = page.positions()
    first, last = positions.offset(wanted.start), positions.offset(wanted.end)
    for each in found:
        if not isinstance(each.suggestion, DidYouMean) or not each.span.line:
            continue
        start = page.book.source(page.sheet.file).offset(each.span)
        if start > last or start + each.span.length < first:
            continue
        place = _misspelt(positions.source.text, start, start + each.span.length, each.suggestion.name)
        if place is None:
            continue
        for number, name in enumerate(each.suggestion.instead):
            text = _as_written(positions.source.text[place[0] : place[1]], name)
            edit = types.TextEdit(positions.range(*place), text)
            yield types.CodeAction(
                title=f"Write `{name}`",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic(page, each)],
                edit=types.WorkspaceEdit(changes={page.uri(page.sheet.file) or "": [edit]}),
                is_preferred=number == 0,
            )


def _misspelt(text: str, start: int, end: int, name: str) -> tuple[int, int] | None:
    """Where a misspelt name stands in a stretch of text, in quotation marks or not."""
    for written in (quote(name, "'"), name):
        found = re.search(rf"(?<!\w){re.escape(written)}(?!\w)", text[start:end])
        if found is not None:
            return start + found.start(), start + found.end()
    return None


def _as_written(before: str, name: str) -> str:
    """A name in the place of another: in quotation marks where it needs them and has none, but for a variable or a word in a
    sentence."""
    return name if re.match(r"[A-Z_]", before) or name[:1] in ("'", '"') else term_text(Atom(name))


# --- names ---


NO_TESTS: Shown = MappingProxyType({})
"""Where no tests were run."""


def hovered(page: Page, position: types.Position, shown: Shown = NO_TESTS) -> types.Hover | None:
    """What is told of the name at a position."""
    found = page.at(position)
    if found is None or (told := hover(page.book, *found, shown)) is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, told)
    return types.Hover(content, page.positions().range(found[1].start, found[1].end))


def definition(page: Page, position: types.Position) -> types.Location | None:
    """Where the name at a position is defined: a predicate by its first clause, a constant by its vocabulary, a file by itself."""
    found = page.at(position)
    if found is None:
        return None
    span, name = found
    if isinstance(name, FileName):
        target, start = page.book.target(span), types.Position(0, 0)
        return types.Location(target.as_uri(), types.Range(start, start)) if target is not None else None
    place = None
    for pred in page.book.preds_at(span, name):
        place = place or page.book.definition(pred)
    if place is None and isinstance(name, ConstantName):
        place = page.book.constant_definition(_constant_text(page, span, name), page.book.types_of(span, name))
    return None if place is None else page.location(place[0].file, place[1].start, place[1].end)


def _constant_text(page: Page, span: Span, name: ConstantName) -> str:
    """The constant that a name stands for in its vocabulary, if for one."""
    for kind in page.book.types_of(span, name):
        known = page.book.names.of_type(kind)
        meant = known.meant(Atom(name.text)) if known is not None else None
        if meant is not None and isinstance(meant.constant, Atom):
            return meant.constant.name
    return name.text


def references(
    page: Page, position: types.Position, others: Iterable[Page] = (), *, with_declaration: bool = True
) -> list[types.Location]:
    """Every place that means what the name at a position means, in its program and in other open ones."""
    found = page.at(position)
    if found is None:
        return []
    span, name = found
    places: dict[tuple[str | None, int, int], types.Location | None] = {}
    for each in (page, *others):
        for file, start, end, role in _same(page, each, span, name):
            if with_declaration or role in (Role.BODY, Role.MENTION):
                places.setdefault((each.uri(file), start, end), each.location(file, start, end))
    return [place for place in places.values() if place is not None]


def _same(page: Page, other: Page, span: Span, name: Name) -> Iterator[tuple[str, int, int, Role]]:
    """The places in a program that mean what a name in another means."""
    preds = page.book.preds_at(span, name)
    for pred in preds:
        for known in [pred] if other is page else page.book.known_as(pred, other.book):
            for place, each, role in other.book.uses(known):
                yield place.file, each.start, each.end, role
    if not preds and isinstance(name, ConstantName):
        for place, constant in other.book.constants(name.text, page.book.types_of(span, name)):
            yield place.file, constant.start, constant.end, Role.BODY


def prepared(page: Page, position: types.Position) -> types.Range | None:
    """What would be renamed at a position."""
    found = page.at(position)
    if found is None:
        return None
    try:
        renamed(page.book, *found, page.positions().source.text[found[1].start : found[1].end])
    except CannotRenameError:
        return None
    return page.positions().range(found[1].start, found[1].end)


def rename(page: Page, position: types.Position, new: str, others: Sequence[Page] = ()) -> types.WorkspaceEdit | None:
    """The changes that give what stands at a position another name, in all open programs. Raises `CannotRenameError`."""
    found = page.at(position)
    if found is None:
        return None
    made: Renamed = renamed(page.book, *found, new, [each.book for each in others])
    changes: dict[str, list[types.TextEdit]] = {}
    for file, start, end in sorted(made.stretches):
        for each in (page, *others):
            if file in each.book.loaded.sources.texts and (uri := each.uri(file)) is not None:
                changes.setdefault(uri, []).append(types.TextEdit(each.positions(file).range(start, end), made.text))
                break
    return types.WorkspaceEdit(changes=changes)


# --- completion ---


def completions(page: Page, position: types.Position) -> types.CompletionList:
    """What can stand at a position, by what is typed of it already."""
    positions = page.positions()
    offset = positions.offset(position)
    before = _clause_before(positions.source.text, offset)
    found = [*_completions(page, before)]
    prefix = cursor_at_end(before).prefix
    wanted = prefix.strip("'").casefold()
    fitting = [each for each in found if each.text.strip("'").casefold().startswith(wanted)] or found
    edited = positions.range(offset - len(prefix), offset)
    return types.CompletionList(
        is_incomplete=len(fitting) > MOST_COMPLETIONS,
        items=[
            types.CompletionItem(
                label=each.shown,
                detail=one_line(each.remark) if each.remark else None,
                text_edit=types.TextEdit(edited, each.text),
                filter_text=each.text,
                sort_text=f"{number:05}",
            )
            for number, each in enumerate(fitting[:MOST_COMPLETIONS])
        ],
    )


def _clause_before(text: str, offset: int) -> str:
    """The part of a clause that stands before an offset."""
    start = max(text.rfind(".\n", 0, offset) + 1, text.rfind("\n\n", 0, offset) + 1, 0)
    return text[start:offset]


_TYPED = re.compile(r":-\s*(?P<word>[a-z_]*)\Z")
_TYPE = re.compile(r":-\s*pred\s[^'\"]*\w:\s*\w*")
_DIRECTIVE = re.compile(r"\s*:-")


def _completions(page: Page, before: str) -> Iterator[Candidate]:
    written = [each for each in tokens(before) if not each.is_space]
    if any(each.kind == "comment" and each.end == len(before) and "\n" not in each.text for each in tokens(before)):
        return
    bare = before[written[0].start :] if written else ""
    if _TYPED.fullmatch(bare):
        yield from (Candidate(name, name, form) for name, form in DIRECTIVES.items())
    elif _TYPE.fullmatch(bare):
        kinds = {*CONSTANT_TYPES, *(kind for declared in page.book.declared.preds.values() for kind in declared.types)}
        yield from (Candidate(kind, kind, "type") for kind in sorted(kinds - {"any"}))
    elif re.search(r"library\(\w*\Z", bare):
        yield from (Candidate(name, name, "library") for name in library_files())
    elif _DIRECTIVE.match(bare):
        yield from _indicators(page, bare)
    else:
        yield from candidates_in_rules(_names(page), cursor_at_end(before))


def _indicators(page: Page, text: str) -> Iterator[Candidate]:
    """The predicates that a declaration can be about, as it names them."""
    with_arity = re.match(r":-\s*(?:cite|abducible|inline|module|vocabulary|also_called|facts)\b", text) is not None
    for name, preds in _visible(page).items():
        for pred in preds:
            text = f"{term_text(Atom(name))}/{pred.arity}" if with_arity else term_text(Atom(name))
            yield Candidate(text, f"{name}/{pred.arity}")


def _visible(page: Page) -> dict[str, list[Pred]]:
    """The predicates that a plain name means in a text, by that."""
    book = page.book
    own = book.modules.get(page.sheet.file)
    exported = {
        qualified(item.name, pred.name)
        for item in book.loaded.program.items
        if isinstance(item, ModuleDecl)
        for pred in item.exports
    }
    found: dict[str, list[Pred]] = {}
    for pred in book.goals.known:
        if module_of(pred) in (None, own) or pred.name in exported or page.sheet.is_case:
            found.setdefault(unqualified(pred).name, []).append(pred)
    return found


def _names(page: Page) -> Names:
    """What the names in a text can be; in a case file, what a case may state."""
    book = page.book
    visible = _visible(page)
    if page.sheet.is_case:
        visible = {name: [pred for pred in preds if book.vocabulary.allows(pred)] for name, preds in visible.items()}
    return Names.of(visible, book.vocabulary, columns_of(book.loaded.program.clauses), ())


# --- the text as a whole ---


def formatted(page: Page) -> list[types.TextEdit]:
    """The change that lays the text out; none if it is laid out, or has syntax errors."""
    source = page.book.source(page.sheet.file)
    try:
        text = formatted_text(source)
    except ProgramError:
        return []
    return [types.TextEdit(page.positions().whole, text)] if text != source.text else []


def symbols(page: Page) -> list[types.DocumentSymbol]:
    """The policies and predicates of a text, each where it is first declared or defined, with its clauses."""
    book, positions = page.book, page.positions()
    found: dict[str, types.DocumentSymbol] = {}
    for span in book.spans(page.sheet.file):
        for symbol in _symbols_at(book, positions, span):
            first = found.setdefault(f"{symbol.kind} {symbol.name}", symbol)
            if first is not symbol:
                first.range = types.Range(first.range.start, max(first.range.end, symbol.range.end, key=_order))
    return [*found.values()]


def _order(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def _symbols_at(book: Book, positions: Positions, span: Span) -> Iterator[types.DocumentSymbol]:
    whole = positions.range_of(span)
    for name in book.names_at(span):
        if isinstance(name, PredicateName) and name.role in (Role.HEAD, Role.DECLARATION):
            for pred in book.meant(span, name)[:1]:
                declared = book.declared.preds.get(pred)
                yield types.DocumentSymbol(
                    name=str(unqualified(pred)),
                    detail=one_line(declared.sentence or "") if declared is not None else None,
                    kind=types.SymbolKind.Function,
                    range=whole,
                    selection_range=positions.range(name.start, name.end),
                )
    for item in book.items_at(span):
        if isinstance(item, PolicyDecl):
            yield types.DocumentSymbol(item.name, types.SymbolKind.Class, whole, whole)


def lenses(page: Page, shown: Shown) -> Iterator[types.CodeLens]:
    """At the declaration of each predicate of a text, or its first clause, how often it is used; at each rule and criterion, how
    many tests show it in which truth value, where tests were run; where a criterion or an alternative is listed, the command that
    looks for the smallest case in which it has each truth value."""
    book, positions = page.book, page.positions()
    seen: set[Pred] = set()
    for span in book.spans(page.sheet.file):
        for name in book.names_at(span):
            if isinstance(name, PredicateName) and name.role in (Role.HEAD, Role.DECLARATION):
                pred = next(iter(book.meant(span, name)), None)
                if pred is None or pred in seen:
                    continue
                seen.add(pred)
                uses = sum(role in (Role.BODY, Role.MENTION) for _, _, role in book.uses(pred))
                yield _lens(positions, span, f"{uses} use{'' if uses == 1 else 's'}")
        if (told := told_by_tests(shown, [span])) is not None:
            yield _lens(positions, span, told)
    if not page.sheet.is_case:
        for each in examples.listed(book.loaded.program, page.sheet.file):
            for truth in ORDER:
                arguments = [page.uri(page.sheet.file), [*each.names], truth.value]
                yield _lens(positions, each.span, f"a case: {NEVER[truth]}", examples.COMMAND, arguments)


def _lens(
    positions: Positions, span: Span, title: str, command: str = "", arguments: list[Any] | None = None
) -> types.CodeLens:
    start = positions.range_of(span).start
    return types.CodeLens(types.Range(start, start), types.Command(title, command, arguments=arguments))
