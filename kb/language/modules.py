"""Modules: which predicate each name means where files with modules of their own stand in one program.

    what was read, each item with its module -> a program in which every predicate has one name

As in Prolog, the predicates of a file that begins with `:- module(m, [...])` are its own, those of other files are in `user`, where
every module finds what it does not have itself. A clause for a predicate that a file without a module declares, which the module
loads, is a clause of that predicate: so a policy states its criteria and adds to the tables of the library. In the program
a predicate has its plain name if it is the only one of that name, else the name of its module before it; `view` is the
program of one module and of what it uses, in which names are plain again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace
from msgspec.structs import replace as replaced

from kb.language import syntax
from kb.language.builtins import gives_way
from kb.language.declarations import COMPLETE, TODAY, Declarations, declarations_of
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.program import Part, Program, Run, expanded
from kb.language.syntax import USER, AtomF, Body, Builtin, Clause, Item, Literal, Pred, Span, qualified
from kb.language.traversal import map_literals, walk

Only: TypeAlias = Collection[Pred] | None
"""What is imported of a module: all that it exports, or of that only some predicates."""

_EVERYONES = frozenset({COMPLETE, TODAY})
"""Predicates that are of no module, whoever states or declares them."""


Placed: TypeAlias = tuple[str, Clause]
"""A clause with the module that it is of."""


class Edits(Struct, frozen=True):
    """Clauses that are left out of what was read, and others that are added."""

    removed: tuple[Placed, ...] = ()
    added: tuple[Placed, ...] = ()

    def without(self, clauses: Iterable[Placed]) -> Edits:
        """The same, and these clauses left out; one that was added is no longer."""
        gone = dict.fromkeys(clauses)
        removed = dict.fromkeys((*self.removed, *(each for each in gone if each not in self.added)))
        return Edits(tuple(removed), tuple(each for each in self.added if each not in gone))

    def with_(self, clauses: Iterable[Placed]) -> Edits:
        """The same, and these clauses added; one that was left out is so no longer."""
        new = dict.fromkeys(clauses)
        added = dict.fromkeys((*self.added, *(each for each in new if each not in self.removed)))
        return Edits(tuple(each for each in self.removed if each not in new), tuple(added))

    def upon(self, read: Read) -> Edits:
        """What of these edits makes a difference to what was read."""
        there, said = set(read.clauses), set(read.meant(read.clauses))
        added = zip(self.added, read.meant(self.added), strict=True)
        return Edits(
            tuple(each for each in self.removed if each in there),
            tuple(each for each, meant in added if meant not in said),
        )


UNCHANGED = Edits()


class Read(Struct):
    """What was read: the items in their order, each with its module, and which file loads which."""

    items: list[tuple[str, Part]] = field(default_factory=list)
    modules: dict[str, syntax.ModuleDecl] = field(default_factory=dict)
    """The modules, each with what declares it."""
    loads: dict[str, list[str]] = field(default_factory=dict)
    """The files that each file loads."""
    uses: dict[str, dict[str, Only]] = field(default_factory=dict)
    """The modules that each module imports from."""
    named: list[str] = field(default_factory=list)
    """The files that were asked for by name, not by another file."""
    library: set[str] = field(default_factory=set)
    """The files of the library that were read."""

    @property
    def clauses(self) -> list[Placed]:
        """The clauses, each with its module."""
        return [(module, item) for module, item in self.expanded() if isinstance(item, Clause)]

    def expanded(self) -> Iterator[tuple[str, Item]]:
        """The items, those of runs one by one."""
        return ((module, item) for module, part in self.items for item in expanded((part,)))

    def clauses_of(self, preds: Set[Pred]) -> list[Placed]:
        """The clauses for some predicates, by their names in their modules."""
        some = (
            (module, part)
            for module, part in self.items
            if not isinstance(part, Run) or not preds.isdisjoint(part.by_predicate)
        )
        every = ((module, item) for module, part in some for item in expanded((part,)))
        return [(module, item) for module, item in every if isinstance(item, Clause) and item.head.pred in preds]

    def edited(self, edits: Edits) -> Read:
        """What was read, with some clauses left out and others added; what is added to `user` counts as asked for by name."""
        gone = set(edits.removed)
        kept: list[tuple[str, Part]] = [*self.items]
        if gone:
            kept = [pair for pair in self.expanded() if not isinstance(pair[1], Clause) or pair not in gone]
        named = dict.fromkeys((*self.named, *(clause.span.file for module, clause in edits.added if module == USER)))
        return replace(self, items=[*kept, *edits.added], named=list(named))

    def placed(self, clauses: Iterable[Clause]) -> tuple[list[Placed], list[Diagnostic]]:
        """Clauses whose names are those of questions, each as the module that has its predicate would write it, and E214 for each
        name that several modules have. One for a predicate that nobody has is of `user`."""
        scopes = _Scopes(self)
        placed = [scopes.placed(clause) for clause in clauses]
        return placed, list(dict.fromkeys(scopes.diagnostics))

    def meant(self, clauses: Iterable[Placed]) -> list[Clause]:
        """Clauses with the names that predicates have in the program; whichever module writes them, they say the same then."""
        scopes = _Scopes(self)
        return [clause for each in clauses if isinstance(clause := scopes.named(*each), Clause)]

    def reached_from(self, *files: str, without: Collection[str] = ()) -> frozenset[str]:
        """Files, and all that they load, but not by way of those in `without`."""
        left = [file for file in files if file not in without]
        found = set(left)
        while left:
            new = [each for each in self.loads.get(left.pop(), ()) if each not in found and each not in without]
            found.update(new)
            left += new
        return frozenset(found)

    def declared_in(self, module: str) -> Declarations:
        """What a module declares, and after that what files without a module do."""
        own = [item for of, item in self.items if of == module]
        return declarations_of(Program.of((*own, *(item for of, item in self.items if of == USER))))

    def resolved(self) -> tuple[Program, list[Diagnostic]]:
        """The program in which every predicate has one name, and what is wrong with how modules are used."""
        if not self.modules:
            return Program.of(self._own(item for _, item in self.items)), []
        scopes = _Scopes(self)
        items = self._own(scopes.items())
        return Program.of(items), [*scopes.exports(), *dict.fromkeys(scopes.diagnostics)]

    def _own(self, items: Iterable[Part]) -> tuple[Part, ...]:
        """Items without what the library declares of predicates that an author's file declares too: a policy may have sentences
        and types of its own for what the library has."""
        every = tuple(items)
        declared = [item for item in every if isinstance(item, syntax.PredDecl)]
        own = {item.pred for item in declared if item.span.file not in self.library}
        if not any(item.pred in own and item.span.file in self.library for item in declared):
            return every
        shared = {item.pred for item in declared if item.span.file in self.library} & own
        first = {item.pred: item for item in reversed(declared) if item.span.file not in self.library}
        return tuple(
            item
            for item in every
            if not (
                isinstance(item, syntax.PredDecl) and item.pred in shared and self._is_left_out(item, first[item.pred])
            )
        )

    def _is_left_out(self, item: syntax.PredDecl, first: syntax.PredDecl) -> bool:
        """Whether a declaration makes way for the first by an author: one of the library, or of another module."""
        files = {decl.span.file for decl in self.modules.values()}
        of, other = item.span.file, first.span.file
        return of in self.library or (of != other and not files.isdisjoint({of, other}))

    def view(self, file: str) -> Read:
        """What a file says and loads, and beside it what is said and loaded by files that were asked for and have no module, but for
        what does not do without the modules that are left out."""
        others = {decl.span.file for decl in self.modules.values()}
        reached = self.reached_from(file) | self.reached_from(*self.named, without=others)
        kept = {name: decl for name, decl in self.modules.items() if decl.span.file in reached}
        scopes = _Scopes(self)
        outside = {pred for name in self.modules.keys() - kept for pred in scopes.own[name].values()}
        items: list[tuple[str, Item]] = [
            (module, item)
            for module, item in self.expanded()
            if module in kept or (module == USER and item.span.file in reached)
        ]
        while left := [pair for pair in items if pair[0] == USER and scopes.needs(pair[1], outside)]:
            items = [pair for pair in items if pair not in left]
            heads = {item.head.pred.positive for _, item in left if isinstance(item, Clause)}
            outside = heads - {item.head.pred.positive for _, item in items if isinstance(item, Clause)}
        uses = {name: {used: only for used, only in of.items() if used in kept} for name, of in self.uses.items()}
        return Read([*items], kept, self.loads, uses, self.named, self.library)


class _Scopes:
    """What each module has, and what its names mean."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.diagnostics: list[Diagnostic] = []
        self.kept: set[Pred] = set()
        """The predicates that facts of `user` name as the program does."""
        declared: dict[str, dict[Pred, None]] = {name: {} for name in (USER, *read.modules)}
        headed: dict[str, dict[Pred, None]] = {name: {} for name in (USER, *read.modules)}
        heads: dict[tuple[str, Pred], None] = {}
        places: dict[Pred, set[str]] = {}
        for module, item in read.items:
            if isinstance(item, Clause):
                heads[module, item.head.pred] = None
                continue
            if isinstance(item, Run):
                heads.update(dict.fromkeys((module, pred) for pred in item.by_predicate))
                continue
            for pred in _declared(item):
                declared[module][pred.positive] = None
                if module == USER:
                    places.setdefault(pred.positive, set()).add(item.span.file)
        for module, pred in heads:
            headed[module][pred.positive] = None
        own: dict[str, dict[Pred, None]] = {}
        for name, decl in read.modules.items():
            reached = read.reached_from(decl.span.file)
            shared = {pred for pred, files in places.items() if not reached.isdisjoint(files)} | _EVERYONES
            mine = (*declared[name], *headed[name])
            own[name] = {pred: None for pred in mine if pred not in shared and syntax.module_of(pred) is None}
        self.stated_elsewhere = {
            pred: [name for name in read.modules if pred in own[name] and pred in declared[name]]
            for pred in headed[USER].keys() - declared[USER].keys()
        }
        self.user = {
            *declared[USER],
            *(pred for pred in headed[USER] if not self.stated_elsewhere.get(pred) and syntax.module_of(pred) is None),
            *_EVERYONES,
        }
        counts: dict[Pred, int] = {}
        for pred in (pred for of in (self.user, *own.values()) for pred in of):
            counts[pred] = counts.get(pred, 0) + 1
        self.own = {
            name: {
                pred: pred
                if counts[pred] == 1 and not gives_way(pred)
                else replaced(pred, name=qualified(name, pred.name))
                for pred in preds
            }
            for name, preds in own.items()
        }
        """The predicates of each module, with their names in the program."""
        if USER not in read.modules:
            plain = [
                pred for pred in self.user if syntax.module_of(pred) is None and not self.stated_elsewhere.get(pred)
            ]
            self.kept |= {each for pred in plain for each in (pred, pred.opposite)}

    # --- names -------------------------------------------------------------------------------------------------

    def items(self) -> Iterator[Part]:
        """What was read with the names of the program."""
        for module, part in self.read.items:
            if isinstance(part, Run) and module == USER and self.kept.issuperset(part.by_predicate):
                yield part
            else:
                for item in expanded((part,)):
                    yield from self.item(module, item)

    def item(self, module: str, item: Item) -> Iterator[Item]:
        """An item with the names of the program; a fact of what several modules declare is a fact of each."""
        if isinstance(item, Clause) and module == USER and self.stated_elsewhere.get(item.head.pred.positive):
            body = self.body(module, item.body)
            for name in self.stated_elsewhere[item.head.pred.positive]:
                yield replace(item, head=self.atom(name, item.head), body=body)
        else:
            yield self.named(module, item)

    def named(self, module: str, item: Item) -> Item:
        match item:
            case Clause(head, body):
                named, goal = self.atom(module, head), self.body(module, body)
                return item if named is head and goal is body else replace(item, head=named, body=goal)
            case syntax.AbducibleDecl(preds) | syntax.InlineDecl(preds):
                return replace(item, preds=tuple(self.pred(module, pred, item.span) for pred in preds))
            case (
                syntax.PredDecl(pred)
                | syntax.FunctionalDecl(pred)
                | syntax.QuestionDecl(pred)
                | syntax.CiteDecl(pred)
                | syntax.VocabularyDecl(pred=pred)
                | syntax.FactsDecl(pred)
            ):
                found = self.pred(module, pred, item.span)
                return item if found is pred else replace(item, pred=found)
            case _:
                return item

    def atom(self, module: str, atom: AtomF) -> AtomF:
        pred = self.pred(module, atom.pred, atom.span)
        return atom if pred is atom.pred else replace(atom, pred=pred)

    def body(self, module: str, body: Body) -> Body:
        if module == USER and not any(
            isinstance(part, Builtin) or (isinstance(part, AtomF) and part.pred.positive not in self.user)
            for part in walk(body)
        ):
            return body

        def named(literal: Literal) -> Literal:
            match literal:
                case AtomF():
                    return self.atom(module, literal)
                case Builtin(args=args, span=span) if self.visible(module, pred := _called(literal)):
                    return AtomF(self.pred(module, pred, span), args, span)
                case _:
                    return literal

        return map_literals(body, named)

    def pred(self, module: str, pred: Pred, span: Span) -> Pred:
        """The name in the program of what a predicate is called in a module."""
        found = self.meant(module, pred.positive, span)
        if found == pred.positive:
            return pred
        return found.opposite if pred.negative else found

    def meant(self, module: str, pred: Pred, span: Span) -> Pred:
        of = syntax.module_of(pred)
        if of is not None:
            plain = syntax.unqualified(pred)
            return self.own.get(of, {}).get(plain) or (
                plain if plain in self.user and of in {*self.own, USER} else pred
            )
        found = self.visible(module, pred)
        if len(found) == 1:
            return found[0]
        others = [name for name in self.read.modules if pred in self.own[name]]
        if others:
            self.diagnostics.append(_unsettled(pred, span, others, is_ambiguous=len(found) > 1))
        return pred

    def visible(self, module: str, pred: Pred) -> list[Pred]:
        """The predicates of the program that a plain name may mean in a module; one, if modules settle it."""
        if pred in self.own.get(module, ()):
            return [self.own[module][pred]]
        if pred in self.user:
            return [pred]
        return [
            self.own[name][pred]
            for name, only in self.read.uses.get(module, {}).items()
            if pred in self.own[name] and pred in self.read.modules[name].exports and (only is None or pred in only)
        ]

    # --- what is typed -----------------------------------------------------------------------------------------

    def placed(self, clause: Clause) -> Placed:
        """A clause whose names are those of questions, in the module of its predicate, as that would write it."""
        module, head = self.owner(clause.head.pred, clause.head.span)

        def written(literal: Literal) -> Literal:
            if not isinstance(literal, AtomF):
                return literal
            of, pred = self.owner(literal.pred, literal.span)
            if of != module and (of != USER or pred in self.own.get(module, ())):
                pred = replaced(pred, name=qualified(of, pred.name))
            return _renamed(literal, pred)

        return module, replace(clause, head=_renamed(clause.head, head), body=map_literals(clause.body, written))

    def owner(self, asked: Pred, span: Span) -> tuple[str, Pred]:
        """The module that has what a question calls a predicate, and what it is called there."""
        pred, of = asked.positive, syntax.module_of(asked)
        if of is not None:
            plain = syntax.unqualified(pred)
            return (of, plain) if plain in self.own.get(of, ()) else (USER, plain if plain in self.user else pred)
        if pred in self.user:
            return USER, pred
        found = [name for name in self.own if pred in self.own[name]]
        if len(found) > 1:
            self.diagnostics.append(_unsettled(pred, span, found, is_ambiguous=False))
        return (found[0] if found else USER), pred

    def needs(self, item: Item, preds: Collection[Pred]) -> bool:
        """Whether an item of `user` says something with one of these predicates, as they are called in the program."""
        if not preds:
            return False
        said = {pred.positive for pred in (*_declared(item), *_used(item))}
        return any(self.meant(USER, pred, item.span) in preds or pred in preds for pred in said)

    def exports(self) -> Iterator[Diagnostic]:
        """E201 for what a module exports and does not have."""
        for name, decl in self.read.modules.items():
            for pred in decl.exports:
                if pred not in self.own[name] and pred not in self.user:
                    hint = did_you_mean(pred.name, (each.name for each in self.own[name]))
                    yield Diagnostic(
                        "E201", f"the module `{name}` exports `{pred}`, which it does not have", decl.span, (), hint
                    )


def _declared(item: Item) -> Iterator[Pred]:
    """The predicates that a declaration says are there."""
    match item:
        case syntax.AbducibleDecl(preds) | syntax.InlineDecl(preds):
            yield from preds
        case syntax.PredDecl(pred) | syntax.FunctionalDecl(pred) | syntax.QuestionDecl(pred):
            yield pred
        case _:
            pass


def _used(item: Item) -> Iterator[Pred]:
    """The predicates that a clause speaks of, or that something is said of beside."""
    match item:
        case Clause(head, body):
            yield head.pred
            yield from (part.pred for part in walk(body) if isinstance(part, AtomF))
            yield from (_called(part) for part in walk(body) if isinstance(part, Builtin))
        case syntax.CiteDecl(pred) | syntax.VocabularyDecl(pred=pred):
            yield pred
        case _:
            pass


def _renamed(atom: AtomF, pred: Pred) -> AtomF:
    """An atom, or its strong negation, with another predicate."""
    named = pred.opposite if atom.pred.negative else pred
    return atom if named == atom.pred else replace(atom, pred=named)


def _called(literal: Builtin) -> Pred:
    """The predicate of the name and number of arguments of a built-in one, which a program may have in its place."""
    return Pred(literal.name, len(literal.args))


def _unsettled(pred: Pred, span: Span, modules: Iterable[str], *, is_ambiguous: bool) -> Diagnostic:
    """E214 for a name that modules do not settle."""
    names = [f"`{syntax.shown_name(qualified(name, pred.name))}`" for name in sorted(modules)]
    several = "several modules have it" if len(names) > 1 else "it is a module's own"
    said = "is exported by several modules" if is_ambiguous else f"is not visible here: {several}"
    return Diagnostic("E214", f"`{pred}` {said}", span, (), f"write {' or '.join(names)}")


class Goals(Struct, frozen=True, dict=True):
    """What the names of a question mean in a program."""

    program: Program

    @cached_property
    def known(self) -> Mapping[Pred, frozenset[str]]:
        """The predicates of the program, each with the files that speak of it first."""
        found: dict[Pred, set[str]] = {}
        for item in self.program.items:
            if isinstance(item, Clause):
                found.setdefault(item.head.pred.positive, set()).add(item.span.file)
            for pred in _declared(item):
                found.setdefault(pred.positive, set()).add(item.span.file)
        return {pred: frozenset(files) for pred, files in found.items()}

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The file of each module."""
        return {item.name: item.span.file for item in self.program.items if isinstance(item, syntax.ModuleDecl)}

    def named(self, goal: Body) -> tuple[Body, list[Diagnostic]]:
        """A question with the names of the program, and E214 for each name that several modules have."""
        if not self.files:
            return goal, []
        wrong: list[Diagnostic] = []

        def named(literal: Literal) -> Literal:
            match literal:
                case AtomF(pred=asked, args=args, span=span):
                    pass
                case Builtin(args=args, span=span):
                    asked = _called(literal)
                case _:
                    return literal
            found = self.meant(asked.positive)
            if len(found) > 1:
                modules = [syntax.module_of(each) or USER for each in found]
                wrong.append(_unsettled(asked.positive, span, modules, is_ambiguous=False))
            if len(found) != 1:
                return literal
            return AtomF(found[0].opposite if asked.negative else found[0], args, span)

        return map_literals(goal, named), wrong

    def meant(self, pred: Pred) -> list[Pred]:
        """The predicates of the program that a name in a question may mean."""
        if pred in self.known:
            return [pred]
        of, plain = syntax.module_of(pred), syntax.unqualified(pred)
        if of is None:
            return [each for each in self.known if syntax.module_of(each) and syntax.unqualified(each) == pred]
        is_there = plain in self.known and (of == USER or self.files.get(of) in self.known[plain])
        return [plain] if is_there else []
