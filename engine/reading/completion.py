"""The three-valued reading as a source-to-source pass: from normal rules to two-valued plan rules, on demand.

Each predicate gets a certain and a possible reading: true is certain, false is not possible. Anonymous individuals
are never enumerated. They can be exchanged for one another, so whether an atom about some of them is possible depends
only on which of its arguments are equal; each such pattern is a relation of its own over the constant arguments, and
"a variable that nothing else limits" compiles to a test that the record is not complete.

A constant that only an incomplete record offers need not be tried where an anonymous individual would do as well;
engine/reading/arrange.py says when that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.reading.arrange import Arranger
from engine.reading.normal import NormalProgram, NormalRule, is_auxiliary
from engine.reading.patterns import Kinds, canonical
from engine.reading.plan import Absent, Call, Domain, NoOtherValue, PlanLiteral, PlanRule, Reading, Rel, Stored
from engine.reading.specialise import IDENTITY, Specialiser
from kb.language.declarations import Declarations
from kb.language.syntax import Aggregate, AtomF, Compare, Count, Member, Not, Pred, literal_terms, variables
from kb.language.terms import Atom, Term, Var

COMPLETE = Pred("complete", 2)


@dataclass(slots=True)
class Completion:
    """The plan rules of a program, made as they are asked for.

    `open_heads` are predicates (a question's, a count's) for which a row that an anonymous individual stands for
    need not be listed constant by constant.
    """

    normal: NormalProgram
    declarations: Declarations
    closed_world: bool = False
    open_heads: set[Pred] = field(default_factory=set)
    _unknown: set[Pred] = field(default_factory=set)
    _may_be_anonymous: set[tuple[Pred, int]] = field(default_factory=set)
    _rules: dict[Rel, tuple[PlanRule, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.closed_world:
            for pred in self.declarations.abducible:
                sides = (pred.positive, pred.positive.opposite)
                self._may_be_anonymous |= {(side, i) for side in sides for i in range(pred.arity)}
                self._unknown.add(pred.positive)
        self.extend(self.normal.rules)

    def extend(self, preds: Iterable[Pred]) -> None:
        """Takes account of predicates newly added to the normal program, which nothing before them uses."""
        rules = [(pred, rule) for pred in preds for rule in self.normal.rules[pred]]
        self._unknown |= self._find_unknown(rules)
        self._find_anonymous(rules)

    def is_open(self, pred: Pred) -> bool:
        """Whether the predicate, or the one that it negates, is open world here."""
        return not self.closed_world and self.declarations.is_abducible(pred.positive)

    def is_exact(self, pred: Pred) -> bool:
        """Whether the predicate is never unknown."""
        return self.closed_world or pred.positive not in self._unknown

    def rel(self, pred: Pred, reading: Reading, kinds: Iterable[int]) -> Rel:
        """The relation of a predicate; of one that is never unknown, both readings are one."""
        return Rel(pred, Reading.CERTAIN if self.is_exact(pred) else reading, canonical(kinds))

    def may_be_anonymous(self, pred: Pred, index: int) -> bool:
        """Whether some possible atom of the predicate has an anonymous individual there."""
        return (pred, index) in self._may_be_anonymous

    def rules_for(self, rel: Rel) -> tuple[PlanRule, ...]:
        """The rules that define a relation."""
        if rel not in self._rules:
            self._rules[rel] = tuple(dict.fromkeys(self._make(rel)))
        return self._rules[rel]

    # --- which predicates can be unknown, and where ------------------------------------------------------------

    def _find_unknown(self, bodies: list[tuple[Pred, NormalRule]]) -> set[Pred]:
        unknown = set(self._unknown)
        users: dict[Pred, set[Pred]] = {}
        for head, rule in bodies:
            for used in _used(rule):
                if not head.negative:
                    users.setdefault(used.positive, set()).add(head)
        pending = list(unknown)
        while pending:
            for head in users.get(pending.pop(), ()):
                if head not in unknown:
                    unknown.add(head)
                    pending.append(head)
        return unknown

    def _find_anonymous(self, bodies: list[tuple[Pred, NormalRule]]) -> None:
        found = self._may_be_anonymous
        changed = not self.closed_world
        while changed:
            changed = False
            for head, rule in bodies:
                if self.is_exact(head) and not is_auxiliary(head):
                    continue
                open_vars = self._open_vars(rule, Reading.POSSIBLE, found)
                for index, arg in enumerate(rule.head.args):
                    if (head, index) not in found and arg in open_vars:
                        found |= {(head, index)} | ({(head.opposite, index)} if not is_auxiliary(head) else set())
                        changed = True

    def _open_vars(self, rule: NormalRule, reading: Reading, found: set[tuple[Pred, int]]) -> frozenset[Var]:
        """The variables of a rule that can stand for an anonymous individual."""
        candidates: set[Term] = {*variables(rule.head.args)}
        for literal in rule.body:
            candidates |= {*variables(literal_terms(literal))}
            if isinstance(literal, Not | Count | Aggregate):
                assert isinstance(literal.goal, AtomF)
                counted = literal.template if not isinstance(literal, Not) else ()
                candidates |= {*variables(literal.goal.args)} - {*variables(counted)}
        for literal in rule.body:
            match literal:
                case AtomF(pred, args):
                    certain_only = (reading is Reading.CERTAIN or self.is_exact(pred)) and not is_auxiliary(pred)
                    for index, arg in enumerate(args):
                        if certain_only or (pred, index) not in found:
                            candidates.discard(arg)
                case Member(item):
                    candidates.discard(item)
                case Compare(op, left, right) if op in IDENTITY:
                    for one, other in ((left, right), (right, left)):
                        if not isinstance(other, Var) and isinstance(one, Var):
                            candidates.discard(one)
                case _:
                    pass
        return frozenset(var for var in candidates if isinstance(var, Var))

    # --- relations ---------------------------------------------------------------------------------------------

    def _make(self, rel: Rel) -> Iterator[PlanRule]:
        pred, reading = rel.pred, rel.reading
        if reading is Reading.POSSIBLE and self.is_open(pred) and not pred.negative:
            yield from self._open_atom(rel)
        elif reading is Reading.POSSIBLE and pred.negative:
            yield from self._strong_negation(rel)
        else:
            if rel.all_constant and not is_auxiliary(pred):
                args = _columns(rel)
                yield PlanRule(rel, args, (Call(Stored(pred), args),))
            for rule in self.normal.rules.get(pred, ()):
                if reading is Reading.CERTAIN and not rel.all_constant and not is_auxiliary(pred):
                    continue
                yield from self._specialise(rule, rel)

    def _open_atom(self, rel: Rel) -> Iterator[PlanRule]:
        """Possible: certain, or neither false by strong negation, nor by a complete record, nor by another value."""
        pred, columns = rel.pred, _columns(rel)
        if rel.all_constant:
            yield PlanRule(rel, columns, (Call(Rel(pred, Reading.CERTAIN, rel.pattern), columns),))
        body: list[PlanLiteral] = [Domain(var) for var in columns]
        if rel.pattern and rel.pattern[0] == 0:
            body.append(Absent(Stored(COMPLETE), (columns[0], Atom(pred.name))))
        if rel.all_constant:
            body.append(Absent(Rel(pred.opposite, Reading.CERTAIN, rel.pattern), columns))
        body += self._no_other_value(rel)
        yield PlanRule(rel, columns, tuple(body))

    def _no_other_value(self, rel: Rel) -> Iterator[NoOtherValue]:
        declared = self.declarations.functional.get(rel.pred)
        if declared is None:
            return
        names = iter(_columns(rel))
        terms = [next(names) if kind == 0 else None for kind in rel.pattern]
        key = [term for term, is_key in zip(terms, declared.keys, strict=True) if is_key]
        value = [term for term, is_key in zip(terms, declared.keys, strict=True) if not is_key]
        if None in key:
            return
        certain = Rel(rel.pred, Reading.CERTAIN, (0,) * rel.pred.arity)
        known = tuple(term for term in value if term is not None)
        yield NoOtherValue(
            certain,
            declared.keys,
            tuple(term for term in key if term is not None),
            known if len(known) == len(value) else None,
        )

    def _strong_negation(self, rel: Rel) -> Iterator[PlanRule]:
        """Possible: certain, or unknown because the atom that it negates is unknown."""
        columns = _columns(rel)
        certain = Rel(rel.pred, Reading.CERTAIN, rel.pattern)
        if rel.all_constant:
            yield PlanRule(rel, columns, (Call(certain, columns),))
        opposite = rel.pred.opposite
        body: list[PlanLiteral] = [Call(Rel(opposite, Reading.POSSIBLE, rel.pattern), columns)]
        if rel.all_constant:
            body.append(Absent(Rel(opposite, Reading.CERTAIN, rel.pattern), columns))
        yield PlanRule(rel, columns, tuple(body))

    def _specialise(self, rule: NormalRule, rel: Rel) -> Iterator[PlanRule]:
        kinds: Kinds = {}
        for arg, kind in zip(rule.head.args, rel.pattern, strict=True):
            if not isinstance(arg, Var):
                if kind:
                    return
            elif kinds.setdefault(arg, kind) != kind:
                return
        may_vary = self._open_vars(rule, rel.reading, self._may_be_anonymous)
        if any(kind and var not in may_vary for var, kind in kinds.items()):
            return
        maker = Specialiser(self, rule, rel, may_vary)
        args = tuple(arg for arg, kind in zip(rule.head.args, rel.pattern, strict=True) if kind == 0)
        for body, all_kinds in maker.bodies(0, kinds):
            for arranged in Arranger(self, rule, rel, all_kinds).arrange(body):
                yield PlanRule(rel, args, arranged)


def _used(rule: NormalRule) -> Iterator[Pred]:
    """The predicates that a rule's body mentions."""
    for literal in rule.body:
        inner = literal.goal if isinstance(literal, Not | Count | Aggregate) else literal
        if isinstance(inner, AtomF):
            yield inner.pred


def _columns(rel: Rel) -> tuple[Var, ...]:
    return tuple(Var(f"A{index}") for index, kind in enumerate(rel.pattern) if kind == 0)
