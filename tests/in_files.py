"""A program in several files: half of its predicates in a module, and plain facts in tables. What is read of them says what the
program says, whichever files that stands in."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from engine.checks import check
from kb.language.declarations import COMPLETE
from kb.language.loader import load_files
from kb.language.printer import show_program
from kb.language.program import Program
from kb.language.syntax import (
    AbducibleDecl,
    Clause,
    FactsDecl,
    FunctionalDecl,
    InlineDecl,
    Item,
    LoadDecl,
    ModuleDecl,
    Pred,
    PredDecl,
)
from kb.language.terms import Atom

_NAME = re.compile(r"[A-Za-z]\w*")
_MODULE = "apart"


def fault_in_files(program: Program, folder: Path) -> str | None:
    """What the files of a program say otherwise than the program; None if nothing."""
    loaded = load_files([_written(program, folder)])
    wrong = [each.message for each in check(loaded) if each.is_error]
    ours, theirs = _said(program), _said(loaded.program)
    differ = (("only in the files", theirs - ours), ("not in the files", ours - theirs))
    return "\n".join([*wrong, *(f"{what}: {each}" for what, more in differ for each in more)]) or None


def parts(program: Program) -> tuple[frozenset[Pred], frozenset[Pred]]:
    """The predicates that stand in a module, and those that stand in tables."""
    preds = sorted({pred for item in program.items for pred in _preds(item)} - {COMPLETE}, key=str)
    facts: dict[Pred, list[Clause]] = {}
    for clause in program.clauses:
        facts.setdefault(clause.head.pred, []).append(clause)
    declared = {pred for item in program.items if not isinstance(item, Clause) for pred in _preds(item)}
    in_tables = {pred for pred, several in facts.items() if pred not in declared and all(map(_is_row, several))}
    return frozenset(preds[::2]), frozenset(in_tables - {COMPLETE})


def _said(program: Program) -> Counter[str]:
    """What a program says, but for which files it stands in."""
    items = (item for item in program.items if not isinstance(item, LoadDecl | ModuleDecl | FactsDecl))
    return Counter(map(_shown, items))


def _shown(item: Item) -> str:
    """An item in the language, without the module that stands before a name in place of a built-in one."""
    return show_program(Program((item,))).strip().replace(f"{_MODULE}:", "")


def _preds(item: Item) -> tuple[Pred, ...]:
    """The predicates that an item is about, without their negations."""
    match item:
        case Clause(head):
            return (head.pred.positive,)
        case AbducibleDecl(preds) | InlineDecl(preds):
            return preds
        case FunctionalDecl(pred) | PredDecl(pred):
            return (pred.positive,)
        case _:
            raise AssertionError(item)


def _is_row(clause: Clause) -> bool:
    """Whether a clause can stand in a table without types."""
    args = clause.head.args
    is_named = all(isinstance(arg, Atom) and _NAME.fullmatch(arg.name) for arg in args)
    return clause.is_fact and bool(args) and is_named and not clause.head.pred.negative


def _written(program: Program, folder: Path) -> Path:
    """Writes a program to files, and gives the one that loads the others."""
    apart, in_tables = parts(program)
    own: list[Item] = [ModuleDecl(_MODULE, tuple(sorted(apart, key=str)))]
    main: list[Item] = [LoadDecl(f"{_MODULE}.pl", "use_module")]
    for number, pred in enumerate(sorted(in_tables, key=str)):
        rows = [clause.head.args for clause in program.clauses if clause.head.pred == pred]
        header = ",".join(f"column_{place}" for place in range(pred.arity))
        lines = (",".join(arg.name for arg in row if isinstance(arg, Atom)) for row in rows)
        (folder / f"table_{number}.csv").write_text("\n".join((header, *lines, "")), encoding="utf-8")
        (own if pred in apart else main).append(FactsDecl(pred, f"table_{number}.csv"))
    for item in program.items:
        if isinstance(item, Clause) and item.head.pred in in_tables:
            continue
        (own if apart.issuperset(_preds(item)) else main).append(item)
    for name, items in ((_MODULE, own), ("main", main)):
        (folder / f"{name}.pl").write_text("".join(f"{_shown(each)}\n" for each in items), encoding="utf-8")
    return folder / "main.pl"
