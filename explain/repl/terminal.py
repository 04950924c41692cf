"""The terminal side of the prompt: lines with history, search, completion and highlighting, and one key after an answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus, is_searching
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.styles import Style

from explain.repl.completion import PromptCompleter
from explain.repl.lexer import STYLE, RuleLexer
from explain.repl.names import Names
from explain.repl.text import is_complete

PROMPT = "?- "
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
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600))
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return KeptHistory(path)


class Terminal:
    """Reads goals and commands, and keys after answers, from a terminal."""

    def __init__(self, names: Callable[[], Names], topics: Iterable[str]) -> None:
        self._style = Style.from_dict(dict(STYLE))
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
            multiline=True,
            prompt_continuation=CONTINUATION,
            key_bindings=_line_keys(),
            history=open_history(),
            enable_history_search=True,
            completer=PromptCompleter(names, tuple(topics)),
            complete_while_typing=False,
            lexer=PygmentsLexer(RuleLexer),
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
        question = _MoreQuestion(answer, remark)
        app: Application[bool] = Application(
            Layout(
                Window(FormattedTextControl(question.shown, focusable=True), wrap_lines=True, dont_extend_height=True)
            ),
            key_bindings=question.keys(),
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


class _MoreQuestion:
    """An answer on the screen, and what was pressed after it."""

    def __init__(self, answer: str, remark: str) -> None:
        self._answer = answer
        self._remark = remark
        self._end = ""
        self._hint = ""

    def shown(self) -> FormattedText:
        return FormattedText(
            [
                ("", self._answer),
                ("class:answer.open", self._remark),
                ("", self._end),
                ("[SetCursorPosition]", " "),
                ("class:answer.hint", self._hint),
            ]
        )

    def keys(self) -> KeyBindings:
        """The keys for the next answer and for stopping; any other shows which they are."""
        keys = KeyBindings()

        def close(event: KeyPressEvent, end: str, more: bool) -> None:
            self._end, self._hint = end, ""
            event.app.exit(result=more)

        @keys.add("<any>")
        def _(_event: KeyPressEvent) -> None:
            self._hint = MORE_HINT

        for key in (";", " ", "tab"):
            keys.add(key)(lambda event: close(event, " ;", True))
        for key in ("enter", ".", "q", "c-c", "c-d", "<sigint>"):
            keys.add(key)(lambda event: close(event, ".", False))
        return keys
