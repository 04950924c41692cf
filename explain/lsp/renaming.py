"""Renaming: a predicate in every file that names it, or a variable in its clause; and why a name cannot be had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from explain.lsp.book import Book, Stretch
from explain.lsp.names import ConstantName, Name, PredicateName, VariableName
from kb.language.builtins import is_reserved
from kb.language.loader import SHIPPED
from kb.language.syntax import MODULE, Pred, Span, unqualified
from kb.language.terms import Atom, term_text


class CannotRenameError(ValueError):
    """Raised where something cannot have another name, or not this one; the message says why."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """The stretches of files that are replaced, and what by."""

    stretches: frozenset[Stretch]
    text: str


def renamed(book: Book, span: Span, name: Name, new: str, others: Iterable[Book] = ()) -> Renamed:
    """What changes where a name in an item is given up for another, in the files of its program and of other ones.

    Raises `CannotRenameError`.
    """
    match name:
        case VariableName():
            return _variable(book, span, name, new)
        case PredicateName() | ConstantName() if preds := book.preds_at(span, name):
            return _predicate(preds, new, [book, *others])
        case _:
            raise CannotRenameError("only predicates and variables can be renamed here")


def _variable(book: Book, span: Span, name: VariableName, new: str) -> Renamed:
    if not re.fullmatch(r"[A-Z_][A-Za-z0-9_]*", new):
        raise CannotRenameError(f"`{new}` is no variable: one begins with a capital letter or `_`")
    if name.name == "_":
        raise CannotRenameError("each `_` is a variable of its own")
    own = [each for each in book.names_at(span) if isinstance(each, VariableName)]
    if any(each.name == new for each in own) and new != name.name:
        raise CannotRenameError(f"the clause has a variable `{new}` already")
    return Renamed(frozenset((span.file, each.start, each.end) for each in own if each.name == name.name), new)


def _predicate(preds: list[Pred], new: str, books: list[Book]) -> Renamed:
    bare = new[1:-1] if re.fullmatch(r"'[^'\\]*'", new) else new
    if not bare or MODULE in bare or "\n" in bare:
        raise CannotRenameError("a predicate's name is an atom")
    if len(preds) > 1:
        raise CannotRenameError(f"this names several predicates: {', '.join(map(str, preds))}")
    pred = preds[0]
    if is_reserved(bare):
        raise CannotRenameError(f"`{bare}` belongs to the language")
    if is_reserved(unqualified(pred).name) and pred not in books[0].goals.known:
        raise CannotRenameError(f"`{unqualified(pred).name}` belongs to the language")
    found: set[Stretch] = set()
    for book in books:
        known = [pred] if book is books[0] else books[0].known_as(pred, book)
        for each in known:
            if bare != unqualified(pred).name and (clash := _clash(book, bare, each)) is not None:
                raise CannotRenameError(f"there is a predicate `{clash}` already")
            found |= {(place.file, name.start, name.end) for place, name, _ in book.uses(each)}
        for file in sorted({file for file, _, _ in found}):
            path = book.loaded.sources.files.get(file)
            if path is not None and path.is_relative_to(SHIPPED / "library"):
                raise CannotRenameError(f"`{unqualified(pred).name}` is named in {file}, which comes with Priorlog")
    return Renamed(frozenset(found), term_text(Atom(bare)))


def _clash(book: Book, name: str, pred: Pred) -> Pred | None:
    """A predicate that one would be taken for, or would hide, under another name: of its own module, or of files without one."""
    modules = (book.module(pred), None)
    alike = (each for each in book.by_name.get(name, ()) if each.arity == pred.arity)
    return next((each for each in alike if book.module(each) in modules), None)
