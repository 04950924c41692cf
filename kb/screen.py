"""Standard output and standard error as people see them: whatever is written there shows what it is.

A name in a file could hold what a terminal acts on (colours, moves, titles, the direction of writing) or what nobody sees.
All that a command prints goes through one place here, which writes such characters as escapes. What has colours of its own,
and exact text on its way to another program, says so and goes to the stream itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, cast

from kb.language.terms import printable


def visible(text: str) -> str:
    """The text with all that a terminal might act on, or not show, as escapes; line ends and tabs stay."""
    return "\t".join(map(printable, text.split("\t")))


class Screen:
    """A stream for text on which everything that is written can be seen."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Writes the text as people can see it."""
        self.stream.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes one text after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


def itself(stream: TextIO) -> TextIO:
    """The stream below a screen: for text that is safe already, and whose colours are its own."""
    below = cast("object", stream)
    return below.stream if isinstance(below, Screen) else stream


@contextmanager
def on_screen() -> Iterator[None]:
    """For as long as the block lasts, standard output and standard error are screens."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", Screen(itself(stream))) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
