"""The options of commands about a goal at the prompt: `why goal --all --limit 20.`, `why goal rather than goal2.`"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import read_goal
from kb.language.syntax import Span

_LAST = re.compile(r"(?:^|\s)--(?P<name>[a-z-]+)(?:[ \t=]+(?P<number>\d+))?\s*\Z")
_RATHER = re.compile(r"\brather\s+than\b")
OPTIONS = {"why": ("all", "limit"), "whynot": ("all",), "missing": ("limit",)}
"""The options that each command takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command is to explain: a goal, as text or nothing where the last one is meant, and how."""

    goal: str
    rather_than: str | None = None
    every: bool = False
    limit: int | None = None


def read_options(argument: str, command: str, place: str) -> Asked:
    """The goal of a command and its options, which stand last; texts keep their places in the line.

    Raises `ProgramError` for an option that the command does not have.
    """
    every, limit = False, None
    while (found := _LAST.search(argument)) is not None:
        name, number = found["name"], found["number"]
        if name not in OPTIONS[command] or (name == "limit") != (number is not None and int(number) > 0):
            raise ProgramError([_no_option(name, command, place)])
        every, limit = every or name == "all", int(number) if number is not None else limit
        argument = argument[: found.start()]
    split = _RATHER.search(argument) if command == "why" else None
    if split is None or not isinstance(read_goal(argument), tuple):
        return Asked(argument if argument.strip() else "", None, every, limit)
    other = re.sub(r"[^\n]", " ", argument[: split.end()]) + argument[split.end() :]
    return Asked(argument[: split.start()].rstrip(), other, every, limit)


def _no_option(name: str, command: str, place: str) -> Diagnostic:
    shown = {"all": "`--all`", "limit": "`--limit 20`"}
    known = " and ".join(shown[each] for each in OPTIONS[command])
    return Diagnostic("E502", f"`--{name}` is not understood", Span(place, 0, 0), (), f"`{command}` takes {known}")
