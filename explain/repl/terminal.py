"""The terminal side of the prompt: lines with history, search, completion and highlighting, and one key after an answer.

Only a prompt on a terminal imports it, as it needs prompt_toolkit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus, is_searching
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from explain.repl.completion import Names, candidates, cursor_at_end
from explain.repl.sentences import is_complete
from explain.repl.verbs import COMMANDS, Takes
from kb.screen import visible

PROMPT = "?- "
CLOSED_PROMPT = "closed ?- "
"""The prompt where every record is taken to be complete."""
CONTINUATION = "|  "
MORE_HINT = "  ; or space: next answer, Enter: stop"


class KeptHistory(FileHistory):
    """A history in a file; if the file cannot be written any more, it goes on in memory."""

    def store_string(self, string: str) -> None:
        """Keeps what was typed for later sessions."""
        try:
            super().store_string(string)
        except OSError:
            return

    def load_history_strings(self) -> Iterable[str]:
        """What was typed in earlier sessions, newest first."""
        try:
            return super().load_history_strings()
        except OSError:
            return []


def history_file() -> Path:
    """Where the history is kept: in the user's state folder."""
    state = os.environ.get("XDG_STATE_HOME", "")
    base = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
    return base / "priorlog" / "history"


def open_history() -> History:
    """The history of earlier sessions, readable by the user alone; one in memory if it cannot be kept."""
    try:
        path = history_file()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        no_link = getattr(os, "O_NOFOLLOW", 0)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR | no_link, 0o600))
        path.chmod(0o600)
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return KeptHistory(path)


class Terminal:
    """Reads goals and commands, and keys after answers, from a terminal.

    What is typed has facts of patients, and is kept for later sessions only if that is asked for.
    """

    def __init__(
        self,
        names: Callable[[], Names],
        topics: Iterable[str],
        *,
        is_closed: Callable[[], bool] = lambda: False,
        keeps_history: bool = False,
    ) -> None:
        self._style = Style.from_dict(dict(STYLE))
        self._session: PromptSession[str] = PromptSession(
            lambda: CLOSED_PROMPT if is_closed() else PROMPT,
            multiline=True,
            prompt_continuation=lambda width, *_: CONTINUATION.rjust(width),
            key_bindings=_line_keys(),
            history=open_history() if keeps_history else InMemoryHistory(),
            enable_history_search=True,
            completer=PromptCompleter(names, tuple(topics)),
            complete_while_typing=False,
            lexer=Highlighter(),
            style=self._style,
            include_default_pygments_style=False,
        )

    def read(self) -> str:
        """What the user types up to its full stop.

        Raises `EOFError` at Ctrl-D and `KeyboardInterrupt` at Ctrl-C.
        """
        return self._session.prompt()

    def wants_more(self, answer: str, remark: str) -> bool:
        """Shows an answer and waits for a key; tells whether the next one is wanted."""
        end, hint = "", ""
        keys = KeyBindings()

        def shown() -> FormattedText:
            after = [("", end), ("[SetCursorPosition]", " "), ("class:answer.hint", hint)]
            return FormattedText([("", visible(answer)), ("class:answer.open", visible(remark)), *after])

        def close(event: KeyPressEvent, text: str, more: bool) -> None:
            nonlocal end, hint
            end, hint = text, ""
            event.app.exit(result=more)

        @keys.add("<any>")
        def _(_event: KeyPressEvent) -> None:
            nonlocal hint
            hint = MORE_HINT

        for key in (";", " ", "tab"):
            keys.add(key)(lambda event: close(event, " ;", True))
        for key in ("enter", ".", "q", "c-c", "c-d", "<sigint>"):
            keys.add(key)(lambda event: close(event, ".", False))
        return self._key(shown, keys)

    def agrees(self, question: str) -> bool:
        """Asks a question, and waits for a key: `y` for yes, anything else for no."""
        keys, answer = KeyBindings(), ""

        def shown() -> FormattedText:
            return FormattedText([("", f"{visible(question)} (y/n) "), ("[SetCursorPosition]", ""), ("", answer)])

        @keys.add("<any>")
        @keys.add("enter")
        @keys.add("c-c")
        @keys.add("c-d")
        @keys.add("<sigint>")
        def _(event: KeyPressEvent) -> None:
            nonlocal answer
            is_yes = event.data in ("y", "Y")
            answer = "y" if is_yes else "n"
            event.app.exit(result=is_yes)

        return self._key(shown, keys)

    def _key(self, shown: Callable[[], FormattedText], keys: KeyBindings) -> bool:
        """Shows a line until a key is pressed that says yes or no."""
        window = Window(FormattedTextControl(shown, focusable=True), wrap_lines=True, dont_extend_height=True)
        app: Application[bool] = Application(
            Layout(window),
            key_bindings=keys,
            style=self._style,
            input=self._session.input,
            output=self._session.output,
        )
        return app.run()


def _line_keys() -> KeyBindings:
    """Enter takes the highlighted completion, sends what is complete, and else begins a new line."""
    keys = KeyBindings()

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER) & ~is_searching)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
        elif is_complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.newline()

    return keys


@dataclass(slots=True)
class PromptCompleter(Completer):
    """Completes what is typed from the names that `names` gives at the time."""

    names: Callable[[], Names]
    topics: Iterable[str]
    _paths: PathCompleter = field(default_factory=lambda: PathCompleter(expanduser=True))

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The names that can stand at the cursor and begin as typed."""
        text = document.text_before_cursor
        path = _path_at_end(text)
        if path is not None:
            return self._paths.get_completions(Document(path), complete_event)
        return self._names_at_end(text)

    def _names_at_end(self, text: str) -> Iterator[Completion]:
        at = cursor_at_end(text)
        for each in candidates(self.names(), self.topics, at):
            if each.text.startswith(at.prefix) and each.text != at.prefix:
                shown, remark = visible(each.shown or each.text), visible(each.remark or "")
                yield Completion(each.text, -len(at.prefix), display=shown, display_meta=remark)


def _path_at_end(text: str) -> str | None:
    """The file name that is being typed at the end of a text, after a command that takes one."""
    line = text[text.rfind("\n") + 1 :]
    before, quotation_mark, inside = line.rpartition("'")
    if _TAKES_PATH.search(before) and quotation_mark:
        return inside
    command = _PATH_COMMAND.search(inside)
    return inside[command.end() :] if command else None


_FILE_WORDS = "|".join(word for word, verb in COMMANDS.items() if verb.takes is Takes.FILE)
_PATH_COMMAND = re.compile(rf"(?:^|\s)(?:{_FILE_WORDS})(?:\s+|\()")
_TAKES_PATH = re.compile(_PATH_COMMAND.pattern + r"\Z")


class Highlighter(Lexer):
    """What colours what is typed; how, is imported with the first character."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """The pieces of each line, with their styles."""
        if not document.text:
            return lambda _: []
        from explain.repl.highlighting import LEXER

        return LEXER.lex_document(document)


STYLE = MappingProxyType(
    {
        "pygments.comment": "ansibrightblack",
        "pygments.error": "ansired",
        "pygments.keyword": "bold",
        "pygments.keyword.reserved": "ansigreen bold",
        "pygments.literal.date": "ansimagenta",
        "pygments.literal.number": "ansimagenta",
        "pygments.literal.string": "ansiyellow",
        "pygments.name.variable": "ansicyan",
        "pygments.name.function": "ansiblue",
        "prompt": "ansigreen",
        "answer.open": "ansiyellow",
        "answer.hint": "ansibrightblack",
    }
)
"""The colour of each piece at the prompt."""
