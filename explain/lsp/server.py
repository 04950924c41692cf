"""The language server: what clients send is answered by `features.py`, and diagnostics follow a change after a short pause.

A request that cannot be answered is answered with nothing, and the error is logged; no message ends the server.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from explain.authoring.deep import NEVER
from explain.lsp import examples, features
from explain.lsp.desk import Desk, Sheet
from explain.lsp.features import Page
from explain.lsp.hovering import Shown
from explain.lsp.renaming import CannotRenameError
from explain.lsp.tested import Tested
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.truth import Truth
from kb.screen import itself

PAUSE = 0.15
"""So many seconds after the last change of a text, diagnostics are worked out."""
SETTLED = 1.0
"""So many seconds later, those of the clauses that come with the product, too."""
log = logging.getLogger(__name__)
P = ParamSpec("P")
Answer = TypeVar("Answer")


def path_of(uri: str) -> Path:
    """The file that an address means; of a text that is no file, one of that name in the current folder."""
    found = to_fs_path(uri)
    return Path(found if found else uri.rpartition(":")[2] or "untitled").resolve()


def _version() -> str:
    try:
        return version("priorlog")
    except PackageNotFoundError:
        return "0"


class Server(LanguageServer):
    """The server with what is open, and what it has told of each file."""

    def __init__(self, desk: Desk, tests: Sequence[str | os.PathLike[str]] = ()) -> None:
        super().__init__("priorlog", _version(), text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.desk = desk
        self.tested = Tested(desk.rules, tests, self.refresh_lenses)
        self.addresses: dict[Path, str] = {}
        """Under what addresses the client has opened files."""
        self._told: dict[Path, dict[str, list[types.Diagnostic]]] = {}
        """By open file, the diagnostics that it gave rise to, by address."""
        self._published: dict[str, list[types.Diagnostic]] = {}
        self._waiting: asyncio.TimerHandle | None = None
        self._changed: set[Path] = set()
        self._numbers = count(1)
        self._shown: TemporaryDirectory[str] | None = None
        """Where the cases lie that the client was told to open."""

    def page(self, uri: str) -> Page:
        """An open text as the client sees it."""
        return self._page(path_of(uri))

    def _page(self, path: Path) -> Page:
        return Page(self.desk.sheet(path), self.encoding, self.addresses)

    def address(self, path: Path) -> str:
        """The address of a file, as the client writes it if it has opened it."""
        return self.addresses.get(path, path.as_uri())

    @property
    def encoding(self) -> str:
        """What characters are counted in."""
        chosen = self.server_capabilities.position_encoding
        return chosen.value if isinstance(chosen, types.PositionEncodingKind) else str(chosen or "utf-16")

    def others(self, uri: str, position: types.Position) -> list[Page]:
        """The other open texts, and the files of the open folders in which the name at a position occurs."""
        text = self.page(uri).word(position)
        folders = [path_of(each) for each in self.workspace.folders] or [
            Path(each) for each in [self.workspace.root_path] if each
        ]
        found = self.desk.mentioning(text, folders) if text else ()
        pages = [Page(sheet, self.encoding, self.addresses) for sheet in found]
        return [*(self._page(path) for path in self.desk.open if path != path_of(uri)), *pages]

    # --- tests

    def shown(self, sheet: Sheet) -> Shown:
        """What tests show of the rules of an open text, by their places there."""
        rules = (each for each in sheet.loaded.program.clauses if each.span.file == sheet.file and not each.is_fact)
        seen = self.tested.seen
        return {rule.span: seen[rule] for rule in rules if rule in seen} if seen else {}

    def refresh_lenses(self) -> None:
        """Has the client ask for lenses again, if it can be told to."""
        known = self.client_capabilities.workspace
        if known is not None and known.code_lens is not None and known.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    # --- cases

    async def show(self, text: str) -> None:
        """Has the client open a text, if it can be told to: a file of its own among temporary ones."""
        window = self.client_capabilities.window
        if window is not None and window.show_document is not None and window.show_document.support:
            if self._shown is None:
                self._shown = TemporaryDirectory(prefix="priorlog-")
            file = Path(self._shown.name) / f"case_{next(self._numbers)}.pl"
            file.write_text(text, encoding="utf-8")
            await self.window_show_document_async(types.ShowDocumentParams(file.as_uri(), take_focus=True))

    def tell_user(self, text: str) -> None:
        """Has the client show a message."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))

    # --- texts and their diagnostics

    def changed(self, path: Path) -> None:
        """Has diagnostics worked out after a pause, for all open texts that depend on a file."""
        self._changed |= {path, *self.desk.depending_on(path)}
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(PAUSE, self.tell)

    def tell(self) -> None:
        """Sends the diagnostics of what has changed; where there are none any more, that. The whole follows after a while."""
        for uri in self._worked_out(self._changed, whole=False):
            self._publish(uri)
        self._waiting = asyncio.get_running_loop().call_later(SETTLED, self.tell_whole)

    def tell_whole(self) -> None:
        """Sends the diagnostics of what has changed that were not told yet."""
        changed, self._changed, self._waiting = self._changed, set(), None
        for uri in self._worked_out(changed, whole=True):
            if self._published.get(uri) != self._of(uri):
                self._publish(uri)

    def _worked_out(self, changed: Iterable[Path], *, whole: bool) -> set[str]:
        """The addresses of files of which something else may be told now."""
        addresses: set[str] = set()
        for path in changed:
            addresses |= self._told.pop(path, {}).keys()
            if path in self.desk.open:
                self._told[path] = self._diagnostics(path, whole=whole)
                addresses |= {self.address(path), *self._told[path]}
        return addresses

    def _of(self, uri: str) -> list[types.Diagnostic]:
        """What is told of a file by all that are open, each once."""
        found: dict[tuple[object, ...], types.Diagnostic] = {}
        for told in self._told.values():
            for each in told.get(uri, ()):
                found.setdefault((each.code, str(each.range), each.message), each)
        return [*found.values()]

    def _publish(self, uri: str) -> None:
        self._published[uri] = self._of(uri)
        number = self.desk.open.get(path_of(uri))
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, self._published[uri], number))

    def _diagnostics(self, path: Path, *, whole: bool) -> dict[str, list[types.Diagnostic]]:
        found: dict[str, list[types.Diagnostic]] = {}
        try:
            page = self._page(path)
            for file, several in self.desk.diagnostics(path, whole=whole).items():
                uri = page.uri(file) or self.address(path)
                found.setdefault(uri, []).extend(features.diagnostic(page, each) for each in several)
        except Exception:
            log.exception("no diagnostics of %s", path.name)
        return found

    def diagnostics_of(self, uri: str) -> Sequence[Diagnostic]:
        """The diagnostics about an open text."""
        sheet = self.desk.sheet(path_of(uri))
        return self.desk.diagnostics(sheet.path).get(sheet.file, [])


def _answered(run: Callable[P, Answer]) -> Callable[P, Answer | None]:
    """The same, whose errors are logged and not the client's; what it is told, it is told."""

    @functools.wraps(run)
    def safe(*args: P.args, **kwargs: P.kwargs) -> Answer | None:
        try:
            return run(*args, **kwargs)
        except JsonRpcInvalidParams:
            raise
        except Exception:
            log.exception("%s", run.__name__)
            return None

    return safe


def server(rules: Sequence[str | os.PathLike[str]] = (), tests: Sequence[str | os.PathLike[str]] = ()) -> Server:
    """A server; `rules` are those that case files are about where no open policy is, and that the `tests` are of."""
    made = Server(Desk(rules), tests)

    def on(feature: str, options: Any = None) -> Callable[[Callable[P, Answer]], Callable[P, Answer | None]]:
        def registered(run: Callable[P, Answer]) -> Callable[P, Answer | None]:
            safe = _answered(run)
            made.feature(feature, options)(safe)
            return safe

        return registered

    @on(types.INITIALIZED)
    def begun(_params: types.InitializedParams) -> None:
        made.tested.again()

    @on(types.SHUTDOWN)
    def ended(_params: None) -> None:
        made.tested.stop()

    @on(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        made.addresses[path] = params.text_document.uri
        made.desk.put(path, params.text_document.text, params.text_document.version)
        made.changed(path)

    @on(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        text = made.workspace.get_text_document(params.text_document.uri).source
        made.desk.put(path, text, params.text_document.version)
        made.changed(path)

    @on(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        made.desk.saved(path_of(params.text_document.uri))
        made.changed(path_of(params.text_document.uri))
        made.tested.again()

    @on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def touched(params: types.DidChangeWatchedFilesParams) -> None:
        for each in params.changes:
            made.desk.saved(path_of(each.uri))
            made.changed(path_of(each.uri))
        made.tested.again()

    @on(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        made.desk.take(path)
        made.changed(path)

    @on(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        page = made.page(params.text_document.uri)
        return features.hovered(page, params.position, made.shown(page.sheet))

    @on(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        return features.definition(made.page(params.text_document.uri), params.position)

    @on(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location]:
        uri = params.text_document.uri
        return features.references(
            made.page(uri),
            params.position,
            made.others(uri, params.position),
            with_declaration=params.context.include_declaration,
        )

    @on(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare_rename(params: types.PrepareRenameParams) -> types.Range | None:
        return features.prepared(made.page(params.text_document.uri), params.position)

    @on(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        uri = params.text_document.uri
        try:
            others = made.others(uri, params.position)
            return features.rename(made.page(uri), params.position, params.new_name, others)
        except CannotRenameError as error:
            raise JsonRpcInvalidParams(str(error)) from None

    @on(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["(", ",", " ", "'", "-"]))
    def completion(params: types.CompletionParams) -> types.CompletionList:
        return features.completions(made.page(params.text_document.uri), params.position)

    @on(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        return [*features.actions(made.page(uri), made.diagnostics_of(uri), params.range)]

    @on(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        return features.formatted(made.page(params.text_document.uri))

    @on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return features.symbols(made.page(params.text_document.uri))

    @on(types.TEXT_DOCUMENT_CODE_LENS)
    def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        page = made.page(params.text_document.uri)
        return [*features.lenses(page, made.shown(page.sheet))]

    @made.command(examples.COMMAND)
    async def smallest_case(uri: str, names: list[str | None], value: str) -> str | None:
        sheet, truth = made.desk.sheet(path_of(uri)), Truth(value)
        try:
            text = await asyncio.to_thread(examples.smallest_case, sheet.loaded, sheet.file, names, truth)
        except ProgramError as error:
            made.tell_user(f"The policy has errors: {error.diagnostics[0].message}.")
            return None
        if text is None:
            made.tell_user(f"No case was found in which {names[-1]} is {NEVER[truth]}.")
        else:
            await made.show(text)
        return text

    return made


def serve(rules: Sequence[str | os.PathLike[str]], tests: Sequence[str | os.PathLike[str]] = ()) -> None:
    """Runs a server on standard input and output until the client ends it; nothing else is written there."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    with os.fdopen(os.dup(itself(sys.stdout).fileno()), "wb") as out, redirect_stdout(sys.stderr):
        serving = server(rules, tests)
        try:
            serving.start_io(sys.stdin.buffer, out)
        finally:
            serving.tested.stop()
