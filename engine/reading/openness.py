"""Which predicates can be unknown, and which of their arguments an anonymous individual can be.

What is said of a program is fixed when it is made. Goals are asked in a layer of their own above it: nothing below uses
their predicates, so that what is known of the program holds in every layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from engine.reading.normal import NormalProgram, NormalRule, Part, is_auxiliary
from engine.reading.plan import Reading, Rel, canonical
from kb.language.declarations import Declarations
from kb.language.syntax import Aggregate, AtomF, Builtin, Compare, Count, Documented, Literal, Member, Not, Pred
from kb.language.terms import Term, Var
from kb.language.traversal import expr_terms, literal_terms, variables

IDENTITY = frozenset({"=", "=="})
DIFFERENCE = frozenset({"\\=", "\\=="})


class Openness(Struct, frozen=True, eq=False):
    """What can be unknown in a program, or in goals that are asked of the program of the layer `below`."""

    normal: NormalProgram
    declarations: Declarations
    closed_world: bool
    below: Openness | None = None
    unknown: set[Pred] = field(default_factory=set)
    anonymous: set[tuple[Pred, int]] = field(default_factory=set)
    revisable: set[Pred] = field(default_factory=set)
    _parts: dict[Pred, Part] = field(default_factory=dict)
    _rels: dict[tuple[Pred, Reading, tuple[int, ...]], Rel] = field(default_factory=dict)

    @classmethod
    def of(
        cls, normal: NormalProgram, declarations: Declarations, closed_world: bool, below: Openness | None = None
    ) -> Openness:
        """What can be unknown, worked out."""
        found = cls(normal, declarations, closed_world, below)
        found._work_out()
        return found

    def _work_out(self) -> None:
        rules = [(pred, rule) for pred, of_pred in self.normal.rules.items() for rule in of_pred]
        self._find_revisable(rules)
        if self.closed_world:
            return
        if self.below is None:
            for pred in self.declarations.abducible:
                sides = (pred.positive, pred.positive.opposite)
                self.anonymous.update((side, index) for side in sides for index in range(pred.arity))
                self.unknown.update(sides)
        self._find_unknown(rules)
        self._find_anonymous(rules)

    def owner(self, pred: Pred) -> Openness:
        """The layer that a predicate belongs to."""
        is_own = self.below is None or pred in self.normal.rules or pred in self._parts
        return self if is_own or self.below is None else self.below.owner(pred)

    def rules(self, pred: Pred) -> tuple[NormalRule, ...]:
        """The normal rules of a predicate."""
        owner = self.owner(pred)
        part = owner._parts.get(pred)
        return owner.normal.rules.get(pred, ()) if part is None else (part.rules[pred],)

    def part(self, pred: Pred) -> Part | None:
        """The part of a divided body that a predicate is a version of."""
        return self.owner(pred)._parts.get(pred)

    def add_part(self, part: Part) -> None:
        """Adds a part of a body of this layer, and says of it what is said of every predicate."""
        for pred, rule in part.rules.items():
            open_vars = self.open_vars(rule, Reading.POSSIBLE)
            self.anonymous.update((pred, index) for index, arg in enumerate(rule.head.args) if arg in open_vars)
            if not all(map(self.is_exact, used_by(rule))):
                self.unknown.add(pred)
            if any(map(self.is_revisable, used_by(rule))):
                self.revisable.add(pred)
            self._parts[pred] = part

    def need_not_list(self, atom: AtomF, var: Var) -> bool:
        """Whether rows of the predicate with a constant for a variable of its atom need not be listed where an anonymous
        individual stands for it."""
        part = self.part(atom.pred)
        if part is not None:
            return all(free for free, arg in zip(part.free, atom.args, strict=True) if arg == var)
        return atom.pred in self.owner(atom.pred).normal.open_heads

    def is_weak(self, pred: Pred, reading: Reading) -> bool:
        """Whether the predicate is possible of nearly everything, so that it is best asked about what is bound."""
        return reading is Reading.POSSIBLE and self.is_free(pred)

    def free_vars(self, rule: NormalRule) -> tuple[Var, ...]:
        """The variables of a rule for which an anonymous individual would do as well as any constant in its possible reading."""
        given = {arg for arg, is_input in zip(rule.head.args, rule.inputs, strict=True) if is_input}
        may_vary = self.open_vars(rule, Reading.POSSIBLE) - given
        found = variables(term for literal in rule.body for term in literal_terms(literal))
        return tuple(var for var in found if var in may_vary and self.anonymous_does(rule, var))

    def unshared_vars(self, rule: NormalRule, reading: Reading) -> frozenset[Var]:
        """The variables of a rule that can stand for an anonymous individual and occur once, in an atom of a predicate that
        rules alone leave open: of these it is only asked whether there is one, constant or individual."""
        uses = Counter(var for literal in rule.body for var in all_vars(literal))
        uses.update(term for term in rule.head.args if isinstance(term, Var))
        free = self.free_vars(rule) if reading is Reading.POSSIBLE else ()
        candidates = {
            arg
            for literal in rule.body
            if isinstance(literal, AtomF) and not literal.pred.negative and not self.is_open(literal.pred)
            for arg in literal.args
            if isinstance(arg, Var) and uses[arg] == 1
        }
        return (self.open_vars(rule, reading) & candidates) - frozenset(free)

    def anonymous_does(self, rule: NormalRule, var: Var) -> bool:
        """Whether what a rule says possible of a constant is so of an anonymous individual too."""
        if var in rule.head.args and not self.need_not_list(rule.head, var):
            return False
        return all(self._allows(literal, var) for literal in rule.body)

    def _allows(self, literal: Literal, var: Var) -> bool:
        match literal:
            case AtomF(pred, args) if self.part(pred):
                return var not in args or self.need_not_list(literal, var)
            case AtomF(pred, args):
                return var not in args or self.is_free(pred)
            case Not(AtomF(pred, args)):
                return var not in args or not is_auxiliary(pred)
            case Compare(op, left, right):
                return op not in IDENTITY or var not in (*expr_terms(left), *expr_terms(right))
            case Builtin():
                return True
            case Member(item):
                return item != var
            case Count(_, _, _, AtomF(_, args)) | Aggregate(_, _, _, AtomF(_, args)):
                return var not in args
            case Not() | Documented() | Count() | Aggregate():
                raise AssertionError("normal literals are over one atom")

    def record(self, atom: AtomF, index: int) -> object:
        """What atoms have in common that are certain or open together: predicate and case. Of a functional one another value
        may be known, so that each atom, by its place in the body, stands for itself; so does a part of a body."""
        pred = atom.pred
        alone = pred.positive in self.declarations.functional or self.part(pred) is not None
        return index if alone else (pred, atom.args[0])

    def is_open(self, pred: Pred) -> bool:
        """Whether the predicate, or the one that it negates, is open world here."""
        return not self.closed_world and self.declarations.is_abducible(pred.positive)

    def is_exact(self, pred: Pred) -> bool:
        """Whether the predicate is never unknown."""
        return self.closed_world or not (self._is_unknown(pred) or (pred.negative and self._is_unknown(pred.positive)))

    def _is_unknown(self, pred: Pred) -> bool:
        """Whether rules, or that the predicate is open, leave something of it unknown."""
        return pred in self.owner(pred).unknown

    def is_free(self, pred: Pred) -> bool:
        """Whether the predicate is open world, and what is unknown of a constant is so of an anonymous individual too: a rule
        may leave a strong negation unknown for some constants alone."""
        return self.is_open(pred) and not (pred.negative and self.rules(pred))

    def may_be_anonymous(self, pred: Pred, index: int) -> bool:
        """Whether some possible atom of the predicate has an anonymous individual there."""
        return (pred, index) in self.owner(pred).anonymous

    def has_one_reading(self, pred: Pred, kinds: Iterable[int]) -> bool:
        """Whether what is possible of rows of these kinds is certain. Of a part of a body that is asked about individuals
        it need not be, even if all that the part reads is known: what it computes of an individual is not."""
        return self.is_documented(pred) or (self.is_exact(pred) and not (is_auxiliary(pred) and any(kinds)))

    def is_documented(self, pred: Pred) -> bool:
        """Whether the predicate is that of a goal of `documented`: it is possible only where it is certain."""
        return pred in self.owner(pred).normal.documented

    def is_revisable(self, pred: Pred) -> bool:
        """Whether documenting more can change what is true or false of the predicate, and not only what is unknown."""
        depends_on_opposite = pred.negative or self.declarations.is_abducible(pred)
        sides = (pred, pred.opposite) if depends_on_opposite else (pred,)
        return any(side in self.owner(side).revisable for side in sides)

    def inputs(self, rel: Rel, args: tuple[Term, ...]) -> list[Term]:
        """Those of a relation's arguments that a caller has to give; there are some of auxiliary predicates only."""
        rules = self.rules(rel.pred)
        if not is_auxiliary(rel.pred) or not rules:
            return []
        given = [is_input for is_input, kind in zip(rules[0].inputs, rel.pattern, strict=True) if kind == 0]
        return [arg for arg, is_input in zip(args, given, strict=True) if is_input]

    def rel(self, pred: Pred, reading: Reading, kinds: Sequence[int]) -> Rel:
        """The relation of a predicate; where what is possible is certain, both readings are one."""
        key = pred, reading, (*kinds,)
        found = self._rels.get(key)
        if found is None:
            reading = Reading.CERTAIN if self.has_one_reading(pred, kinds) else reading
            found = Rel(pred, reading, canonical(kinds))
            if pred in self.normal.rules:
                self._rels[key] = found
        return found

    def _find_unknown(self, bodies: list[tuple[Pred, NormalRule]]) -> None:
        pending = [(head, [*used_by(rule)]) for head, rule in bodies if head not in self.normal.documented]
        before = -1
        while before != len(self.unknown):
            before = len(self.unknown)
            for head, used in pending:
                if head not in self.unknown and not all(map(self.is_exact, used)):
                    self.unknown.add(head)

    def _find_revisable(self, bodies: list[tuple[Pred, NormalRule]]) -> None:
        self.revisable.update(self.normal.documented)
        before = -1
        while before != len(self.revisable):
            before = len(self.revisable)
            self.revisable.update(head for head, rule in bodies if any(map(self.is_revisable, used_by(rule))))

    def _find_anonymous(self, bodies: list[tuple[Pred, NormalRule]]) -> None:
        found = self.anonymous
        before = -1
        while before != len(found):
            before = len(found)
            for head, rule in bodies:
                if self.is_exact(head) and not is_auxiliary(head):
                    continue
                reading = Reading.CERTAIN if head in self.normal.documented else Reading.POSSIBLE
                open_vars = self.open_vars(rule, reading)
                for index, arg in enumerate(rule.head.args):
                    if (head, index) not in found and arg in open_vars:
                        found.add((head, index))
                        if not is_auxiliary(head) and not head.negative:
                            found.add((head.opposite, index))

    def open_vars(self, rule: NormalRule, reading: Reading) -> frozenset[Var]:
        """The variables of a rule that can stand for an anonymous individual."""
        candidates: set[Term] = {*variables(rule.head.args)}
        for literal in rule.body:
            candidates |= outer_vars(literal)
        for literal in rule.body:
            match literal:
                case AtomF(pred, args):
                    certain_only = (reading is Reading.CERTAIN or self.is_exact(pred)) and not is_auxiliary(pred)
                    for index, arg in enumerate(args):
                        if certain_only or not self.may_be_anonymous(pred, index):
                            candidates.discard(arg)
                case Member(item):
                    candidates.discard(item)
                case Compare(op, left, right) if op in IDENTITY:
                    for one, other in ((left, right), (right, left)):
                        if not isinstance(other, Var) and isinstance(one, Var):
                            candidates.discard(one)
                case Compare() | Builtin() | Not() | Documented() | Count() | Aggregate():
                    pass
        return frozenset(var for var in candidates if isinstance(var, Var))


def outer_vars(literal: Literal) -> frozenset[Var]:
    """The variables of a normal literal but those that it counts."""
    found = frozenset(variables(literal_terms(literal)))
    match literal:
        case Not(AtomF(_, args)):
            return found | frozenset(variables(args))
        case Count(_, _, template, AtomF(_, args)) | Aggregate(_, _, template, AtomF(_, args)):
            return (found | frozenset(variables(args))) - frozenset(variables(template))
        case _:
            return found


def all_vars(literal: Literal) -> Iterator[Var]:
    """The variables of a normal literal, each as often as it occurs."""
    inner = literal.goal if isinstance(literal, Not | Count | Aggregate) else None
    terms = (*literal_terms(literal), *(inner.args if isinstance(inner, AtomF) else ()))
    yield from (term for term in terms if isinstance(term, Var))


def used_by(rule: NormalRule) -> Iterator[Pred]:
    """The predicates that a rule's body mentions."""
    for literal in rule.body:
        inner = literal.goal if isinstance(literal, Not | Count | Aggregate) else literal
        if isinstance(inner, AtomF):
            yield inner.pred
