"""A real terminal for tests of the prompt: `priorlog` in a pseudo-terminal, and a screen that shows what it draws.

The screen understands the control sequences that prompt_toolkit and rich write, keeps what scrolls off its top, and
answers when it is asked where its cursor is, as a terminal does.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "?- "
_CONTROL = re.compile(
    r"\x1b\[(?P<private>[?>=]?)(?P<numbers>[\d;]*)(?P<final>[@-~])|\x1b\][^\x07]*\x07|\x1b[=>78]|\x1b[()]."
)


class Screen:
    """Lines of characters with a cursor; what is drawn below the last row makes the screen scroll."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.lines: list[list[str]] = [[]]
        self.row = self.column = 0
        self.raw = ""
        self._unread = ""

    @property
    def text(self) -> str:
        """Everything on the screen and above it."""
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip("\n")

    @property
    def cursor_line(self) -> str:
        return "".join(self.lines[self.row])

    def feed(self, text: str) -> list[str]:
        """Draws a text; gives what the terminal says in reply."""
        self.raw += text
        text, replies, position = self._unread + text, [], 0
        self._unread = ""
        while position < len(text):
            found = _CONTROL.match(text, position)
            if found is not None:
                replies += self._control(found)
                position = found.end()
            elif text[position] == "\x1b" and len(text) - position < 20:
                self._unread = text[position:]
                break
            else:
                self._draw(text[position])
                position += 1
        return replies

    def _draw(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self._move_to(self.row + 1, self.column)
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char.isprintable():
            if self.column >= self.columns:
                self._move_to(self.row + 1, 0)
            line = self.lines[self.row]
            line += [" "] * (self.column + 1 - len(line))
            line[self.column] = char
            self.column += 1

    def _move_to(self, row: int, column: int) -> None:
        self.row, self.column = max(0, row), max(0, column)
        while len(self.lines) <= self.row:
            self.lines.append([])

    def _control(self, found: re.Match[str]) -> list[str]:
        if found["final"] is None or found["private"]:
            return []
        numbers = [int(each) if each else 0 for each in found["numbers"].split(";")]
        first = max(1, numbers[0])
        top = max(0, len(self.lines) - self.rows)
        match found["final"]:
            case "A":
                self._move_to(max(top, self.row - first), self.column)
            case "B":
                self._move_to(self.row + first, self.column)
            case "C":
                self.column = min(self.columns - 1, self.column + first)
            case "D":
                self.column = max(0, self.column - first)
            case "G":
                self.column = first - 1
            case "H":
                self._move_to(top + first - 1, (numbers[1] if len(numbers) > 1 else 1) - 1)
            case "K":
                del self.lines[self.row][self.column :]
            case "J":
                del self.lines[self.row][self.column :]
                del self.lines[self.row + 1 :]
            case "n" if numbers[0] == 6:
                return [f"\x1b[{self.row - top + 1};{self.column + 1}R"]
            case _:
                pass
        return []


class Terminal:
    """A session of `priorlog` in a terminal of fixed size."""

    def __init__(
        self,
        arguments: Sequence[str] = (),
        *,
        state: Path,
        cwd: Path = ROOT,
        size: tuple[int, int] = (50, 100),
        **env: str,
    ) -> None:
        self.screen = Screen(*size)
        variables = {
            key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "LINES", "CI")
        }
        variables |= {
            "TERM": "xterm",
            "XDG_STATE_HOME": str(state),
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "PAGER": "cat",
            **env,
        }
        self.process = pexpect.spawn(
            sys.executable, ["-m", "explain.cli", *arguments], cwd=str(cwd), env=variables, dimensions=size,
            encoding="utf-8", timeout=20, echo=False,
        )  # fmt: skip
        self.process.delaybeforesend = None

    def __enter__(self) -> Terminal:
        self.wait(lambda: self.at_prompt)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            self.process.wait()
        self.process.close()

    @property
    def text(self) -> str:
        return self.screen.text

    @property
    def at_prompt(self) -> bool:
        """Whether an empty prompt waits for input."""
        return self.screen.cursor_line.rstrip() == PROMPT.rstrip() and self.screen.column == len(PROMPT)

    @property
    def typed(self) -> str:
        """What stands at the last prompt, its lines joined."""
        lines = self.text.splitlines()
        start = max(index for index, line in enumerate(lines) if line.startswith(PROMPT.rstrip()))
        return "".join(line[len(PROMPT) :] for line in lines[start:])

    @property
    def waits_for_key(self) -> bool:
        """Whether the cursor stands right after an answer."""
        line = self.screen.cursor_line.rstrip()
        return not line.startswith(PROMPT) and 0 < self.screen.column == len(line)

    def wait(self, done: Callable[[], bool], seconds: float = 20) -> None:
        """Draws what the program writes until the screen is as wanted."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"the screen never came to be as wanted:\n{self.text}"
            self._draw(0.05)

    def _draw(self, seconds: float) -> None:
        try:
            for reply in self.screen.feed(self.process.read_nonblocking(65536, timeout=seconds)):
                self.process.send(reply)
        except pexpect.TIMEOUT:
            return

    def settle(self, seconds: float = 0.3) -> None:
        """Draws until nothing has been written for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = len(self.screen.raw)
            self._draw(0.05)
            if len(self.screen.raw) > before:
                end = time.monotonic() + seconds

    def shows(self, text: str) -> None:
        """Waits until the text is on the screen."""
        self.wait(lambda: text in self.text)

    def type(self, text: str) -> None:
        """Types at the keyboard."""
        self.process.send(text)

    def ask(self, line: str, *, keys: str = "") -> str:
        """Types a line and Enter, then keys one by one as answers wait for them; gives what was printed."""
        prompts = self._prompts()
        self.type(line)
        self.wait(lambda: self.typed == line.rstrip() and self.screen.row == len(self.text.splitlines()) - 1)
        start = answered = self.screen.row
        self.type("\r")
        for key in keys:
            self._wait_for_answer_below(answered)
            answered = self.screen.row
            self.type(key)
        self.wait(lambda: self._prompts() > prompts and self.at_prompt)
        return "\n".join("".join(each).rstrip() for each in self.screen.lines[start + 1 : self.screen.row])

    def _wait_for_answer_below(self, row: int) -> None:
        self.wait(lambda: self.waits_for_key and self.screen.row > row)

    def _prompts(self) -> int:
        return sum("".join(line).startswith(PROMPT) for line in self.screen.lines)

    def leave(self) -> int:
        """Ends the session with Ctrl-D; gives its exit code."""
        self.type("\x04")
        self.process.expect(pexpect.EOF)
        self.process.wait()
        self.process.close()
        code: int = self.process.exitstatus
        return code
