"""What commands at the prompt are given, read: switches, texts of clauses, files and cases; and what is said where they are given something else."""

from __future__ import annotations

from collections.abc import Iterable

from explain.repl import sentences
from explain.repl.verbs import Verb
from kb.language.diagnostics import QUERY, ProgramError
from kb.language.loader import read_goal
from kb.language.syntax import AtomF
from kb.language.terms import Const, Var


def wrong(message: str, suggestion: str | None = None) -> ProgramError:
    """That a command is not written as it has to be."""
    return ProgramError.of("E502", message, QUERY, suggestion)


def switch(argument: str, verb: Verb) -> bool:
    """Whether something is to be on."""
    if argument not in ("on", "off"):
        raise wrong(f"`{argument}` is neither on nor off", f"write `{verb} on.` or `{verb} off.`")
    return argument == "on"


def clause_text(argument: str, verb: Verb) -> str:
    """The argument as a text of clauses, with a full stop and without brackets around it."""
    if not argument:
        raise wrong(f"`{verb}` needs a fact or a rule", f"write `{verb}(sex(c1, female)).`")
    return sentences.unbracketed(argument) + "."


def path_named(argument: str, verb: Verb) -> str:
    """The file that is named, with or without quotation marks."""
    goal = read_goal(argument) if argument.startswith("'") else ()
    path = goal.pred.name if isinstance(goal, AtomF) and not goal.args else argument
    if not path:
        raise wrong(f"`{verb}` needs a file", f"write `{verb} file.pl.` or `{verb} 'two words.pl'.`")
    return path


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists what can be typed."""
    return ", ".join(f"`{each}`" for each in words)


def case_named(argument: str) -> Const:
    """The case that is named."""
    goal = read_goal(f"review({argument})")
    if not isinstance(goal, AtomF) or len(goal.args) != 1 or isinstance(goal.args[0], Var):
        raise wrong(f"`{argument}` names no case", "write `review c1.`, or `review.` for all cases")
    return goal.args[0]
