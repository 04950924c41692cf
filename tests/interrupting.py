"""Interruptions at chosen lines of the program, as Ctrl-C may come at any."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TypeAlias

_Traced: TypeAlias = Callable[[FrameType, str, object], object]


class Interrupting:
    """A block that is interrupted at one of the lines, by their order, of some functions; or counts these lines."""

    def __init__(self, is_meant: Callable[[CodeType], bool], at: int | None = None) -> None:
        self.is_meant, self.at = is_meant, at
        self.passed = 0

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._called)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _called(self, frame: FrameType, _event: str, _argument: object) -> _Traced | None:
        return self._line if self.is_meant(frame.f_code) else None

    def _line(self, _frame: FrameType, event: str, _argument: object) -> _Traced:
        if event == "line":
            if self.passed == self.at:
                raise KeyboardInterrupt
            self.passed += 1
        return self._line
