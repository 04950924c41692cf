"""Facts, rules and questions as they are meant: with the constants that the names in them stand for, and definitions put in.

What a case states with a name that stands for nothing, or says without saying of which constant, *states nothing, and opens the record that
it stands in*: `Names.read` sets it apart, takes `complete/2` of that record, and of those that rules conclude from it, for that
case away, and says which name that was and what was meant perhaps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from kb.language.cache import Entry
from kb.language.declarations import COMPLETE, REQUEST, Declarations
from kb.language.definitions import Definitions
from kb.language.program import Stated
from kb.language.syntax import TRUE, AtomF, Body, Clause, Compare, Literal, Member, Op, Pred
from kb.language.terms import Atom, Const, Term, Var, plain_text, term_text
from kb.language.traversal import map_literals, walk
from kb.names import RECORDED_AS, Meant, Rows, TypeNames


class NotRecognised(Struct, frozen=True):
    """A name in a fact of a case that states nothing: it stands for no constant, or the fact does not say of which of several."""

    name: str
    written: str
    """The name as the language writes it."""
    type: str
    fact: Clause
    """The fact as it is written."""
    perhaps: tuple[str, ...]
    stands_for_several: bool = False

    @property
    def pred(self) -> Pred:
        """The predicate whose record is open for the case."""
        return self.fact.head.pred.positive


class _Written(Struct, frozen=True):
    """A name in some place of a fact, what it stands for, if it is known, and the constants that the fact is stated of."""

    place: int
    written: Const
    vocabulary: TypeNames
    meant: Meant | None
    stated: Sequence[Const]

    def not_recognised(self, fact: Clause) -> NotRecognised:
        """That the fact states nothing because of the name."""
        several = tuple(plain_text(each) for each in self.meant.constants) if self.meant is not None else ()
        perhaps = several or self.vocabulary.perhaps(self.written)
        name, written = plain_text(self.written), term_text(self.written)
        return NotRecognised(name, written, self.vocabulary.type, fact, perhaps, bool(several))


class Read(Struct, frozen=True):
    """Facts with the constants that their names stand for, and what was set apart."""

    facts: tuple[Clause, ...]
    not_recognised: tuple[NotRecognised, ...] = ()
    closed_world: bool = False
    """Whether every record is to be taken as complete; where some are open, the facts say which are complete."""


class Names(Struct, frozen=True, eq=False, dict=True):
    """The vocabularies of a program, and what it makes of what is written."""

    declarations: Declarations
    rows: Rows
    clauses: Sequence[Clause] = ()
    definitions: Definitions = field(default_factory=Definitions)
    entry: Entry | None = None
    """Where the program is kept between runs, if it is, and facts alone state its vocabularies."""
    _types: dict[str, TypeNames | None] = field(default_factory=dict)

    def beside(self, declarations: Declarations, clauses: Sequence[Clause]) -> Names:
        """The same vocabularies, and the same definitions, in a program that declares more."""
        types = {kind: self.of_type(kind) for kind in self.declarations.vocabularies}
        return Names(declarations, self.rows, clauses, self.definitions, None, types)

    def of_type(self, kind: str) -> TypeNames | None:
        """The vocabulary of a type; None if it has none."""
        if kind not in self._types:
            declared = self.declarations.vocabularies.get(kind, ())
            self._types[kind] = TypeNames.of(kind, declared, self.rows, self.entry)
        return self._types[kind]

    def at(self, pred: Pred) -> tuple[TypeNames | None, ...]:
        """The vocabulary of each argument of a predicate; those that vocabularies are made of have none."""
        if pred.positive in self._own:
            return (None,) * pred.arity
        return tuple(map(self.of_type, self.declarations.types_of(pred)))

    def are_constants(self, pred: Pred, columns: Sequence[Set[Term]]) -> bool:
        """Whether the names in facts of a predicate, of which these terms stand in each argument, are all constants of their
        vocabularies, so that the facts mean what is written."""
        types = self.declarations.types_of(pred)
        known = ((columns[place], self.of_type(types[place])) for place in self._named.get(pred, ()))
        return all(vocabulary is None or column <= vocabulary.constants for column, vocabulary in known)

    @cached_property
    def _own(self) -> frozenset[Pred]:
        return frozenset(each.pred for declared in self.declarations.vocabularies.values() for each in declared)

    @cached_property
    def _named(self) -> Mapping[Pred, tuple[int, ...]]:
        """The places of predicates where names of a vocabulary stand, of those that have any."""
        found: dict[Pred, tuple[int, ...]] = {}
        for pred in self.declarations.preds:
            if pred.positive not in self._own:
                types = self.declarations.types_of(pred)
                places = tuple(place for place, kind in enumerate(types) if kind in self.declarations.vocabularies)
                if places:
                    found[pred] = found[pred.opposite] = places
        return MappingProxyType(found)

    # --- facts of cases ------------------------------------------------------------------------------------------

    def read(self, facts: Iterable[Clause], *, closed_world: bool = False) -> Read:
        """Facts as they are meant; see the beginning of this module. Facts that were read already are left as they are."""
        given = self._with_decimals(tuple(facts))
        if not self._named:
            return Read(given, (), closed_world)
        kept: list[Clause] = []
        apart: list[NotRecognised] = []
        for fact in given:
            if fact.head.pred in self._named:
                meant, unknown = self._meant(fact)
                kept += meant
                apart += unknown
            else:
                kept.append(fact)
        if not apart:
            return Read(tuple(kept), (), closed_world)
        opened = {(each.fact.head.args[0], Atom(name)) for each in apart for name in self.opened_by(each.pred)}
        if closed_world:
            kept += self._complete_records(given)
        left = (each for each in kept if each.head.pred != COMPLETE or (*each.head.args,) not in opened)
        return Read(tuple(dict.fromkeys(left)), tuple(apart))

    def meant(self, facts: Stated) -> Stated:
        """Facts of a program as they are meant: the same, where they mean what is written."""
        changed = [pred for pred in facts.by_predicate if not self._mean_what_is_written(pred, facts)]
        if not changed:
            return facts
        some = [fact for fact in facts if fact.head.pred in changed]
        read = self.read(some)
        is_each = len(read.facts) == len(some) and not read.not_recognised
        if is_each and all(one.head.pred == other.head.pred for one, other in zip(some, read.facts, strict=True)):
            return facts.replaced(read.facts)
        return Stated(self.read(facts).facts)

    def _mean_what_is_written(self, pred: Pred, facts: Stated) -> bool:
        if self.definitions.has_decimals(pred):
            return False
        return pred not in self._named or self.are_constants(pred, facts.columns(pred))

    def _with_decimals(self, facts: tuple[Clause, ...]) -> tuple[Clause, ...]:
        """Facts with the decimals that are meant."""
        some = set(filter(self.definitions.has_decimals, {fact.head.pred for fact in facts}))
        if not some:
            return facts
        return tuple(self.definitions.clause(fact) if fact.head.pred in some else fact for fact in facts)

    def _meant(self, fact: Clause) -> tuple[list[Clause], list[NotRecognised]]:
        """The facts that one stands for, or the names in it that are not recognised."""
        head = fact.head
        choices: list[Sequence[Term]] = [(arg,) for arg in head.args]
        names: list[str] = []
        unknown: list[NotRecognised] = []
        for each in self._names_in(head):
            if each.stated and each.meant is not None:
                choices[each.place] = each.stated
                names += [] if each.meant.name is None or head.pred.negative else [each.meant.name]
            else:
                unknown.append(each.not_recognised(fact))
        if (
            unknown and head.pred != REQUEST
        ):  # which stands, about a drug that no policy covers, to say what is asked for
            return [], unknown
        if all([arg] == [*choice] for choice, arg in zip(choices, head.args, strict=True)):
            return [fact], unknown
        atoms = [replace(head, args=args) for args in itertools.product(*choices)]
        found = [replace(fact, head=atom, written=head) for atom in atoms]
        if RECORDED_AS in self.declarations.preds:
            for name in names:
                said = AtomF(RECORDED_AS, (head.args[0], Atom(head.pred.name), Atom(name)), head.span)
                found.append(Clause(said, TRUE, fact.span))
        return found, unknown

    def _names_in(self, head: AtomF) -> Iterator[_Written]:
        """The names that a fact is written with, in the places where a vocabulary has them."""
        for place in self._named.get(head.pred, ()):
            written, vocabulary = head.args[place], self.of_type(self.declarations.types_of(head.pred)[place])
            if vocabulary is not None and not isinstance(written, Var):
                meant = vocabulary.meant_in_fact(written)
                yield _Written(place, written, vocabulary, meant, self.stated(head.pred, place, meant))

    def stated(self, pred: Pred, place: int, meant: Meant | None) -> Sequence[Const]:
        """The constants that a fact with a name in some place is stated of; none if it does not say of which.

        What is so of a name for several together is so of each, unless there the one value of a functional predicate is
        meant; that it is not so is not said of any one of them. What is so of a broad name is so of something that it covers;
        what is not so of it is so of nothing.
        """
        if meant is None:
            return ()
        functional = self.declarations.functional.get(pred)
        takes_one = pred.negative or (functional is not None and not functional.keys[place])
        says = pred.negative if meant.is_broad else len(meant.constants) == 1 or not takes_one
        return meant.constants if says else ()

    def opened_by(self, pred: Pred) -> Set[str]:
        """The records that are open where a fact of a predicate is set apart: its own, and those of all that rules conclude
        from it, as they lack what would be concluded."""
        found: dict[str, None] = {}
        waiting = [pred.name]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting += self._conclusions.get(name, ())
        return found.keys()

    @cached_property
    def _conclusions(self) -> Mapping[str, Set[str]]:
        """The predicates that rules conclude from each, by name; from the name that a fact is recorded under as from the fact."""
        found: dict[str, set[str]] = {}
        for clause in self.clauses:
            for goal in walk(clause.body):
                if isinstance(goal, AtomF):
                    asked = goal.args[1] if goal.pred == RECORDED_AS else None
                    name = asked.name if isinstance(asked, Atom) else goal.pred.name
                    found.setdefault(name, set()).add(clause.head.pred.name)
        return found

    def _complete_records(self, facts: Sequence[Clause]) -> Iterator[Clause]:
        """That every record of every case is complete."""
        cases = dict.fromkeys(fact.head.args[0] for fact in facts if fact.head.args)
        records = sorted({pred.name for pred in self.declarations.abducible})
        for case, record in itertools.product(cases, records):
            yield Clause(AtomF(COMPLETE, (case, Atom(record))), TRUE)

    # --- programs and questions ----------------------------------------------------------------------------------

    def resolved(self, clause: Clause) -> Clause:
        """A rule as it is meant, with the constants that other names in it stand for, and definitions put in; a name that
        does not stand for one is left."""
        if not self.definitions.inline:
            return self._as_meant(clause)
        return self._as_meant(self.definitions.put_in(self._as_meant(clause)))  # where definitions have names too

    def _as_meant(self, clause: Clause) -> Clause:
        """A rule as it is meant, with definitions left as they are."""
        clause = self.definitions.clause(clause)
        if not self._named:
            return clause
        change = self._changed(clause.head, clause.body, self._constant)
        head = change(clause.head)
        assert isinstance(head, AtomF)
        return replace(clause, head=head, body=map_literals(clause.body, change))

    def goal(self, body: Body) -> Body:
        """A goal as it is meant, with the constants that other names in it stand for, and definitions put in."""
        body = self._goal_as_meant(body)
        return self._goal_as_meant(self.definitions.expanded(body)) if self.definitions.inline else body

    def _goal_as_meant(self, body: Body) -> Body:
        body = self.definitions.goal(body)
        return map_literals(body, self._changed(None, body, self._constant)) if self._named else body

    def unknown(self, clause: Clause) -> Iterator[tuple[Const, TypeNames]]:
        """The names in a clause that do not stand for one constant, each with its vocabulary; in a fact, those that state
        nothing."""
        head, body = clause.head, clause.body
        found: dict[tuple[Const, str], TypeNames] = {}

        def noted(name: Const, vocabulary: TypeNames) -> Const:
            meant = vocabulary.meant(name)
            if meant is None or meant.constant is None:
                found[name, vocabulary.type] = vocabulary
            return name

        if clause.is_fact:
            for each in self._names_in(head):
                if not each.stated:
                    noted(each.written, each.vocabulary)
        elif self._named:
            change = self._changed(head, body, noted)
            change(head)
            map_literals(body, change)
        yield from ((name, vocabulary) for (name, _), vocabulary in found.items())

    @staticmethod
    def _constant(name: Const, vocabulary: TypeNames) -> Const:
        meant = vocabulary.meant(name)
        return meant.constant or name if meant is not None else name

    def _changed(
        self, head: AtomF | None, body: Body, change: Callable[[Const, TypeNames], Const]
    ) -> Callable[[Literal], Literal]:
        """What changes the names in literals of a clause: in arguments that have a vocabulary, and beside variables of such."""
        typed: dict[Var, TypeNames] = {}
        for atom in (*([head] if head is not None else ()), *(part for part in walk(body) if isinstance(part, AtomF))):
            typed.update((arg, known) for arg, known in self._places(atom) if isinstance(arg, Var))

        def term(arg: Term, vocabulary: TypeNames | None) -> Term:
            return arg if vocabulary is None or isinstance(arg, Var) else change(arg, vocabulary)

        def literal(part: Literal) -> Literal:
            match part:
                case AtomF(_, args):
                    places = self.at(part.pred)
                    return replace(part, args=tuple(term(arg, known) for arg, known in zip(args, places, strict=True)))
                case Compare("=" | "\\=" | "==" | "\\==", Var() as var, other) if not isinstance(other, Op):
                    return replace(part, right=term(other, typed.get(var)))
                case Compare("=" | "\\=" | "==" | "\\==", other, Var() as var) if not isinstance(other, Op):
                    return replace(part, left=term(other, typed.get(var)))
                case Member(Var() as var, items) if (known := typed.get(var)) is not None:
                    return replace(part, items=tuple(change(each, known) for each in items))
                case _:
                    return part

        return literal

    def _places(self, atom: AtomF) -> Iterator[tuple[Term, TypeNames]]:
        for arg, vocabulary in zip(atom.args, self.at(atom.pred), strict=True):
            if vocabulary is not None:
                yield arg, vocabulary
