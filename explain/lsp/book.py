"""The names in a program: where each stands, and which predicates or constants it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from engine.cases import Vocabulary
from engine.knowledge import names_of
from explain.lsp.names import ConstantName, Name, PredicateName, Role, names_in
from kb.language.declarations import COMPLETE, Declarations, declarations_of, preds_of
from kb.language.diagnostics import SourceText
from kb.language.loader import SHIPPED, Loaded, library_files, said_in
from kb.language.modules import Goals
from kb.language.reader import token_groups
from kb.language.syntax import (
    AtomF,
    Clause,
    FactsDecl,
    Item,
    LoadDecl,
    ModuleDecl,
    Pred,
    Span,
    module_of,
    qualified,
    unqualified,
)
from kb.language.traversal import walk
from kb.normalization import Names

PREDICATE = "predicate"
"""The type of arguments that name predicates."""
_LOADS = re.compile(r"^:-\s*(?:use_module|ensure_loaded|facts)\b", re.MULTILINE)
Stretch: TypeAlias = tuple[str, int, int]
"""A file, and where something begins and ends in it."""


@dataclass
class Book:
    """A program that was read, and what is asked about the names in it."""

    loaded: Loaded
    _names: dict[Span, tuple[Name, ...]] = field(default_factory=dict)
    _sources: dict[str, SourceText] = field(default_factory=dict)
    _loading: dict[str, Mapping[Span, LoadDecl | FactsDecl]] = field(default_factory=dict)

    # --- what is known of the program

    @cached_property
    def declared(self) -> Declarations:
        """What the program declares."""
        return declarations_of(self.loaded.program)

    @cached_property
    def names(self) -> Names:
        """Its vocabularies."""
        return names_of(self.loaded.program)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What cases may state under it."""
        return Vocabulary.made_of(self.declared, self.loaded.program.facts, self.names)

    @cached_property
    def goals(self) -> Goals:
        """What its predicates are called."""
        return Goals(self.loaded.program)

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """The module of each file that has one."""
        return {item.span.file: item.name for item in self.loaded.program.items if isinstance(item, ModuleDecl)}

    @cached_property
    def by_name(self) -> Mapping[str, list[Pred]]:
        """The predicates of the program by their names without modules."""
        found: dict[str, list[Pred]] = {}
        for pred in self.goals.known:
            found.setdefault(unqualified(pred).name, []).append(pred)
        return found

    @cached_property
    def clauses_of(self) -> Mapping[Pred, list[Clause]]:
        """The clauses of each predicate, in order."""
        found: dict[Pred, list[Clause]] = {}
        for clause in self.loaded.program.clauses:
            found.setdefault(clause.head.pred.positive, []).append(clause)
        return found

    @cached_property
    def _by_file(self) -> Mapping[str, Mapping[Span, list[Item]]]:
        """The items of each file by where they stand: what follows from a declaration stands where that does."""
        found: dict[str, dict[Span, list[Item]]] = {}
        for item in self.loaded.program.items:
            found.setdefault(item.span.file, {}).setdefault(item.span, []).append(item)
        return found

    @cached_property
    def _formulas(self) -> Mapping[tuple[str, int, int], list[Pred]]:
        """The predicates of formulas by where these stand."""
        found: dict[tuple[str, int, int], list[Pred]] = {}
        for clause in self.loaded.program.clauses:
            for part in (clause.head, *walk(clause.body)):
                if isinstance(part, AtomF):
                    found.setdefault((part.span.file, part.span.line, part.span.column), []).append(part.pred.positive)
        return found

    # --- texts

    def source(self, file: str) -> SourceText:
        """The text of a file."""
        if file not in self._sources:
            self._sources[file] = SourceText(file, self.loaded.sources.texts.get(file, ""))
        return self._sources[file]

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        start = self.source(span.file).offset(span)
        return self.source(span.file).text[start : start + span.length]

    def spans(self, file: str) -> Iterable[Span]:
        """Where the directives of a file stand by which it loads others, then where its items stand, each in order."""
        return (*self.loading(file), *self._by_file.get(file, ()))

    def items_at(self, span: Span) -> Sequence[Item]:
        """The items that stand at a span."""
        return self._by_file.get(span.file, {}).get(span, ())

    def loading(self, file: str) -> Mapping[Span, LoadDecl | FactsDecl]:
        """The directives of an author's file that load others, or tables, by where they stand: in the program stands what they
        load."""
        if file not in self._loading:
            path = self.loaded.sources.files.get(file)
            is_shipped = path is not None and path.is_relative_to(SHIPPED)
            self._loading[file] = {} if is_shipped else dict(self._load_directives(self.source(file)))
        return self._loading[file]

    @staticmethod
    def _load_directives(source: SourceText) -> Iterator[tuple[Span, LoadDecl | FactsDecl]]:
        for found in _LOADS.finditer(source.text):
            tokens = next(token_groups(source.text[found.start() :]))
            span = source.span(found.start(), found.start() + (tokens[-1].end_pos or 0))
            text = source.text[found.start() : found.start() + span.length]
            for item in said_in(SourceText(source.name, text)):
                if isinstance(item, LoadDecl | FactsDecl):
                    yield span, item

    def target(self, span: Span) -> Path | None:
        """The file that the directive at a span loads."""
        item, home = self.loading(span.file).get(span), self.loaded.sources.files.get(span.file)
        match item:
            case LoadDecl(path, is_library=True):
                return library_files().get(path)
            case LoadDecl(path) | FactsDecl(path=path) if home is not None:
                return home.parent / path
            case _:
                return None

    # --- names

    def names_at(self, span: Span) -> tuple[Name, ...]:
        """The names in the item at a span."""
        if span not in self._names:
            start = self.source(span.file).offset(span)
            self._names[span] = names_in(self.source(span.file), start, start + span.length)
        return self._names[span]

    def at(self, file: str, offset: int) -> tuple[Span, Name] | None:
        """The name at an offset, or that ends there, and the item that it stands in."""
        for span in self.spans(file):
            start = self.source(file).offset(span)
            if start <= offset <= start + span.length:
                for name in self.names_at(span):
                    if name.start <= offset <= name.end:
                        return span, name
        return None

    def meant(self, span: Span, name: PredicateName) -> list[Pred]:
        """The predicates of the program that a name in an item means."""
        place = self.source(span.file).span(name.formula, name.end)
        plain = unqualified(name.written)
        here = dict.fromkeys(
            each
            for each in (*self._formulas.get((place.file, place.line, place.column), ()), *self._declared_at(span))
            if unqualified(each) == plain
        )
        if here:
            return [*here]
        module = module_of(name.written) or self.modules.get(span.file)
        own = qualified(module, plain.name) if module is not None else plain.name
        known = [each for each in self.by_name.get(plain.name, ()) if each.arity == plain.arity]
        return [each for each in known if each.name == own] or known or [name.written]

    def _declared_at(self, span: Span) -> Iterator[Pred]:
        for item in self.items_at(span):
            if not isinstance(item, Clause):
                yield from (pred.positive for pred in preds_of(item))

    def types_of(self, span: Span, name: ConstantName) -> set[str]:
        """The declared types of the argument that a constant is."""
        if name.of is None:
            return set()
        preds = self.meant(span, name.of)
        if COMPLETE in preds and name.index == 1:
            return {PREDICATE}
        return {self.declared.types_of(pred)[name.index] for pred in preds if pred.arity > name.index}

    def mentioned(self, span: Span, name: ConstantName) -> list[Pred]:
        """The predicates that a constant names, if it is a value of an argument that names predicates."""
        if name.kind not in ("atom", "quoted") or PREDICATE not in self.types_of(span, name):
            return []
        known = self.by_name.get(name.text, [])
        module = self.modules.get(span.file)
        return [each for each in known if module_of(each) == module] or [
            each for each in known if module_of(each) is None
        ] or known  # fmt: skip

    def preds_at(self, span: Span, name: Name) -> list[Pred]:
        """The predicates that a name means, if it is one of predicates."""
        match name:
            case PredicateName():
                return self.meant(span, name)
            case ConstantName():
                return self.mentioned(span, name)
            case _:
                return []

    def _naming(self, text: str) -> Iterator[tuple[Span, Name]]:
        """The names in all items in which a text occurs."""
        for file in {**self._by_file, **self.loaded.sources.texts}:
            if text in self.source(file).text:
                for span in self.spans(file):
                    if text in self.slice(span):
                        yield from ((span, name) for name in self.names_at(span))

    def uses(self, pred: Pred) -> Iterator[tuple[Span, Name, Role]]:
        """Every place that names a predicate."""
        for span, name in self._naming(unqualified(pred).name):
            if pred in self.preds_at(span, name):
                yield span, name, name.role if isinstance(name, PredicateName) else Role.MENTION

    def module(self, pred: Pred) -> str | None:
        """The module of the file that defines a predicate, if it has one."""
        found = self.definition(pred)
        return module_of(pred) if found is None else self.modules.get(found[0].file)

    def home(self, pred: Pred) -> Path | None:
        """The file that defines a predicate."""
        found = self.definition(pred)
        return None if found is None else self.loaded.sources.files.get(found[0].file)

    def known_as(self, pred: Pred, other: Book) -> list[Pred]:
        """What another program calls a predicate of this one: it knows that only if it has read the file that defines it."""
        plain, home = unqualified(pred), self.home(pred)
        alike = [each for each in other.by_name.get(plain.name, ()) if unqualified(each) == plain]
        return [each for each in alike if home is not None and other.home(each) == home]

    def constants(self, text: str, types: set[str]) -> Iterator[tuple[Span, ConstantName]]:
        """Every place in which a constant of some types stands."""
        for span, name in self._naming(text):
            if isinstance(name, ConstantName) and name.text == text and types & self.types_of(span, name):
                yield span, name

    def definition(self, pred: Pred) -> tuple[Span, Name] | None:
        """Where a predicate is defined: its first clause in the file that declares it, else its declaration, which others only
        add facts to, else its first clause."""
        clauses = [clause.span for clause in self.clauses_of.get(pred, ())]
        declaration = self.declared.preds.get(pred) or self.declared.preds.get(pred.opposite)
        declared = [declaration.span] if declaration is not None else []
        own = [span for span in clauses if any(span.file == each.file for each in declared)]
        for span in (*own, *declared, *clauses):
            for name in self.names_at(span) if span.line else ():
                is_defined = isinstance(name, PredicateName) and name.role in (Role.HEAD, Role.DECLARATION)
                if is_defined and pred in self.preds_at(span, name):
                    return span, name
        return None

    def constant_definition(self, text: str, types: set[str]) -> tuple[Span, Name] | None:
        """Where a vocabulary has a constant."""
        own = {
            each.pred for kind in types for each in self.declared.vocabularies.get(kind, ()) if each.use == "vocabulary"
        }
        for span, name in self._naming(text):
            if isinstance(name, ConstantName) and name.text == text and name.of is not None:
                is_head = name.of.role is Role.HEAD
                if is_head and own.intersection(self.meant(span, name.of)):
                    return span, name
        return None
