"""The three-valued reading as a source-to-source pass: from normal rules to two-valued plan rules, on demand.

Each predicate gets a certain and a possible reading: true is certain, false is not possible. Anonymous individuals
are never enumerated. They can be exchanged for one another, so whether an atom about some of them is possible depends
only on which of its arguments are equal; each such pattern is a relation of its own over the constant arguments, and
"a variable that nothing else limits" compiles to a test that the record is not complete.

A constant that only an incomplete record offers need not be tried where an anonymous individual would do as well;
`_Arranger` says when that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.normal import AUXILIARY, NormalProgram, NormalRule
from engine.plan import (
    Absent,
    AggregateTest,
    Call,
    Counted,
    CountTest,
    Domain,
    NoOtherValue,
    Pattern,
    PlanLiteral,
    PlanRule,
    Reading,
    Rel,
    Stored,
    Test,
)
from kb.declarations import Declarations
from kb.syntax import (
    Aggregate,
    AtomF,
    Builtin,
    Compare,
    Count,
    Literal,
    Member,
    Not,
    Op,
    Pred,
    expr_terms,
    literal_terms,
    variables,
)
from kb.terms import Atom, Const, Term, Var
from kb.vocabulary import BUILTIN_MODES

COMPLETE = Pred("complete", 2)
IDENTITY = frozenset({"=", "=="})
DIFFERENCE = frozenset({"\\=", "\\=="})
Kinds = dict[Var, int]


def is_auxiliary(pred: Pred) -> bool:
    """Whether a pass made the predicate."""
    return pred.name.startswith(AUXILIARY)


def canonical(kinds: Iterable[int]) -> Pattern:
    """The pattern with its individuals numbered by first occurrence.

    >>> canonical([0, 3, 1, 3])
    (0, 1, 2, 1)
    """
    numbers: dict[int, int] = {}
    return tuple(0 if kind == 0 else numbers.setdefault(kind, len(numbers) + 1) for kind in kinds)


def patterns(choices: list[bool], pinned: int = 0) -> Iterator[tuple[int, ...]]:
    """Every way to give each argument a constant (0) or, where its choice is True, an individual: one of the pinned
    ones or a further one, numbered by first occurrence."""

    def extend(prefix: tuple[int, ...], most: int) -> Iterator[tuple[int, ...]]:
        if len(prefix) == len(choices):
            yield prefix
            return
        for kind in range(most + 2 if choices[len(prefix)] else 1):
            yield from extend((*prefix, kind), max(most, kind))

    yield from extend((), pinned)


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
        candidates = {*variables(rule.head.args)}
        for literal in rule.body:
            candidates |= {*variables(tuple(literal_terms(literal)))}
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
                            candidates.discard(arg)  # type: ignore[arg-type] # discarding a constant does nothing
                case Member(item):
                    candidates.discard(item)  # type: ignore[arg-type]
                case Compare(op, left, right) if op in IDENTITY:
                    for one, other in ((left, right), (right, left)):
                        if not isinstance(other, Var) and isinstance(one, Var):
                            candidates.discard(one)
                case _:
                    pass
        return frozenset(candidates)

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
        maker = _Specialiser(self, rule, rel, may_vary)
        args = tuple(arg for arg, kind in zip(rule.head.args, rel.pattern, strict=True) if kind == 0)
        for body, all_kinds in maker.bodies(0, kinds):
            for arranged in _Arranger(self, rule, rel, all_kinds).arrange(body):
                yield PlanRule(rel, args, arranged)


def _used(rule: NormalRule) -> Iterator[Pred]:
    """The predicates that a rule's body mentions."""
    for literal in rule.body:
        inner = literal.goal if isinstance(literal, Not | Count | Aggregate) else literal
        if isinstance(inner, AtomF):
            yield inner.pred


def _columns(rel: Rel) -> tuple[Var, ...]:
    return tuple(Var(f"A{index}") for index, kind in enumerate(rel.pattern) if kind == 0)


@dataclass(slots=True)
class _Specialiser:
    """The bodies of a rule for one pattern of its head: each way to choose which variables are anonymous, with the
    literals that this leaves to be decided over constants."""

    owner: Completion
    rule: NormalRule
    rel: Rel
    may_vary: frozenset[Var]

    def bodies(self, index: int, kinds: Kinds) -> Iterator[tuple[tuple[PlanLiteral, ...], Kinds]]:
        if index == len(self.rule.body):
            yield (), kinds
            return
        literal = self.rule.body[index]
        for chosen in self._choices(literal, kinds):
            for first in self._residues(literal, chosen):
                for rest, final in self.bodies(index + 1, chosen):
                    yield first + rest, final

    def _choices(self, literal: Literal, kinds: Kinds) -> Iterator[Kinds]:
        terms: tuple[Term, ...] = tuple(literal_terms(literal))
        skipped: frozenset[Var] = frozenset()
        if isinstance(literal, Not | Count | Aggregate):
            assert isinstance(literal.goal, AtomF)
            terms += literal.goal.args
            if not isinstance(literal, Not):
                skipped = frozenset(variables(literal.template))
        new = [var for var in variables(terms) if var not in kinds and var not in skipped]
        most = max(kinds.values(), default=0)
        for chosen in patterns([var in self.may_vary for var in new], most):
            yield kinds | dict(zip(new, chosen, strict=True))

    def _residues(self, literal: Literal, kinds: Kinds) -> Iterator[tuple[PlanLiteral, ...]]:
        """What is left of a literal: nothing if it holds, no residue at all if it fails."""
        reading = self.rel.reading
        match literal:
            case AtomF(pred, args):
                rel = self.owner.rel(pred, reading, _kinds_of(args, kinds))
                if not self._empty(rel):
                    yield (Call(rel, _constants(args, kinds)),)
            case Not(AtomF(pred, args)):
                rel = self.owner.rel(pred, reading.other, _kinds_of(args, kinds))
                yield () if self._empty(rel) else (Absent(rel, _constants(args, kinds)),)
            case Compare(op, left, right):
                yield from self._comparison(literal, op, _terms(left), _terms(right), kinds)
            case Builtin(name, args):
                inputs = [arg for arg, is_input in zip(args, BUILTIN_MODES[name], strict=True) if is_input]
                yield from self._calculation(literal, inputs, args, kinds)
            case Member(item):
                if not _kind(item, kinds):
                    yield (Test(literal),)
            case Count():
                yield from self._count(literal, kinds)
            case Aggregate():
                yield from self._aggregate(literal, kinds)

    def _empty(self, rel: Rel) -> bool:
        """Whether a relation has no rows because nothing certain is about anonymous individuals."""
        return not rel.all_constant and not is_auxiliary(rel.pred) and (
            rel.reading is Reading.CERTAIN
            or any(kind and not self.owner.may_be_anonymous(rel.pred, i) for i, kind in enumerate(rel.pattern))
        )

    def _comparison(
        self, literal: Compare, op: str, left: tuple[Term, ...], right: tuple[Term, ...], kinds: Kinds
    ) -> Iterator[tuple[PlanLiteral, ...]]:
        if op in IDENTITY | DIFFERENCE:
            first, second = _kind(left[0], kinds), _kind(right[0], kinds)
            if not first and not second:
                yield (Test(literal),)
            elif (first == second) == (op in IDENTITY):
                yield ()
        elif op == "is":
            yield from self._calculation(literal, right, (*left, *right), kinds)
        else:
            yield from self._calculation(literal, (*left, *right), (*left, *right), kinds)

    def _calculation(
        self, literal: Compare | Builtin, inputs: Iterable[Term], terms: Iterable[Term], kinds: Kinds
    ) -> Iterator[tuple[PlanLiteral, ...]]:
        """Unknown about anonymous inputs; an anonymous output is not what constants give."""
        if any(_kind(term, kinds) for term in inputs):
            if self.rel.reading is Reading.POSSIBLE:
                yield ()
        elif not any(_kind(term, kinds) for term in terms):
            yield (Test(literal),)

    def _sources(self, goal: AtomF, counted: tuple[Var, ...], reading: Reading, kinds: Kinds) -> tuple[Counted, ...]:
        """The rows that a count counts, by which of the counted variables are anonymous; an individual that nothing
        outside the count mentions stands for unlimited many."""
        pred = goal.pred
        most = max(kinds.values(), default=0)
        open_positions = [
            reading is Reading.POSSIBLE and not self.owner.is_exact(pred) and self.owner.may_be_anonymous(pred, i)
            or bool(most and self.owner.may_be_anonymous(pred, i))
            for i, arg in enumerate(goal.args)
            if arg in counted
        ]
        found = []
        for chosen in patterns(open_positions, most):
            inner = kinds | dict(zip(counted, chosen, strict=True))
            rel = self.owner.rel(pred, reading, _kinds_of(goal.args, inner))
            columns = tuple(var for var, kind in zip(counted, chosen, strict=True) if kind == 0)
            endless = any(kind > most for kind in chosen)
            found.append(Counted(rel, _constants(goal.args, inner), columns, endless))
        return tuple(found)

    def _count(self, literal: Count, kinds: Kinds) -> Iterator[tuple[PlanLiteral, ...]]:
        reading = self.rel.reading
        if _kind(literal.bound, kinds):
            if reading is Reading.POSSIBLE:
                yield ()
            return
        goal, counted = literal.goal, _counted(literal.template)
        assert isinstance(goal, AtomF)
        counts = reading if literal.op == "at_least" else reading.other
        yield (CountTest(literal.op, literal.bound, self._sources(goal, counted, counts, kinds)),)

    def _aggregate(self, literal: Aggregate, kinds: Kinds) -> Iterator[tuple[PlanLiteral, ...]]:
        goal, counted = literal.goal, _counted(literal.template)
        assert isinstance(goal, AtomF)
        certain = self._sources(goal, counted, Reading.CERTAIN, kinds)
        possible = self._sources(goal, counted, Reading.POSSIBLE, kinds)
        value_is_anonymous = literal.value is not None and bool(_kind(literal.value, kinds))
        if not _kind(literal.result, kinds) and not value_is_anonymous:
            yield (AggregateTest(literal.op, literal.value, counted, certain, possible, literal.result, is_open=False),)
        if self.rel.reading is Reading.POSSIBLE and not self.owner.is_exact(goal.pred):
            yield (AggregateTest(literal.op, literal.value, counted, certain, possible, literal.result, is_open=True),)


def _counted(template: tuple[Term, ...]) -> tuple[Var, ...]:
    return tuple(variables(template))


def _kind(term: Term, kinds: Kinds) -> int:
    return kinds[term] if isinstance(term, Var) else 0


def _kinds_of(args: tuple[Term, ...], kinds: Kinds) -> tuple[int, ...]:
    return tuple(_kind(arg, kinds) for arg in args)


def _constants(args: tuple[Term, ...], kinds: Kinds) -> tuple[Term, ...]:
    return tuple(arg for arg in args if not _kind(arg, kinds))


def _terms(expr: Term | Op) -> tuple[Term, ...]:
    return tuple(expr_terms(expr))


@dataclass(slots=True)
class _Arranger:
    """Puts the literals of a body in an order that runs, and finds the constants for variables that only incomplete
    records limit.

    Such a variable needs no constants from everywhere if an anonymous individual would do as well, which the variant
    of the rule with that individual covers: if it occurs only in open atoms, comparisons, and `\\+` of stated or
    derived atoms. Then only constants that some of these atoms hold for certain are tried.
    """

    owner: Completion
    rule: NormalRule
    rel: Rel
    kinds: Kinds

    def arrange(self, body: tuple[PlanLiteral, ...]) -> Iterator[tuple[PlanLiteral, ...]]:
        bound = frozenset(
            arg
            for arg, is_input in zip(self.rule.head.args, self.rule.inputs, strict=True)
            if is_input and isinstance(arg, Var)
        )
        yield from self._next((), body, bound)

    def _next(
        self, done: tuple[PlanLiteral, ...], pending: tuple[PlanLiteral, ...], bound: frozenset[Var]
    ) -> Iterator[tuple[PlanLiteral, ...]]:
        while pending:
            index = next((i for i, literal in enumerate(pending) if not self._needs(literal, bound)), None)
            if index is None:
                break
            literal = pending[index]
            done, pending = (*done, literal), pending[:index] + pending[index + 1 :]
            bound |= _binds(literal)
        if pending:
            yield from self._limited(done, pending, bound)
            return
        missing = [arg for arg in variables(self.rule.head.args) if self.kinds[arg] == 0 and arg not in bound]
        if any(self._anonymous_does(var, in_head=True) for var in missing):
            return
        yield (*done, *(Domain(var) for var in missing))

    def _limited(
        self, done: tuple[PlanLiteral, ...], pending: tuple[PlanLiteral, ...], bound: frozenset[Var]
    ) -> Iterator[tuple[PlanLiteral, ...]]:
        """Goes on when all that is left waits for a variable that only incomplete records limit."""
        weak = [i for i, literal in enumerate(pending) if self._is_weak(literal)]
        for index in weak:
            for var in self._needs(pending[index], bound):
                if self._anonymous_does(var):
                    yield from self._generators(done, pending, bound, var)
                    return
        if weak:
            index = weak[0]
            literal = pending[index]
            rest = pending[:index] + pending[index + 1 :]
            yield from self._next((*done, literal), rest, bound | _binds(literal))
            return
        var = self._needs(pending[0], bound)[0]
        yield from self._next((*done, Domain(var)), pending, bound | {var})

    def _generators(
        self, done: tuple[PlanLiteral, ...], pending: tuple[PlanLiteral, ...], bound: frozenset[Var], var: Var
    ) -> Iterator[tuple[PlanLiteral, ...]]:
        for index, literal in enumerate(pending):
            if self._is_weak(literal) and var in _binds(literal):
                assert isinstance(literal, Call)
                assert isinstance(literal.source, Rel)
                if literal.source.all_constant:
                    certain = Call(Rel(literal.source.pred, Reading.CERTAIN, literal.source.pattern), literal.args)
                    rest = pending[:index] + pending[index + 1 :]
                    yield from self._next((*done, certain), rest, bound | _binds(literal))

    def _is_weak(self, literal: PlanLiteral) -> bool:
        match literal:
            case Call(Rel(pred, Reading.POSSIBLE, _)):
                return self.owner.is_open(pred)
            case _:
                return False

    def _anonymous_does(self, var: Var, *, in_head: bool = False) -> bool:
        if var in self.rule.head.args and self.rule.head.pred not in self.owner.open_heads:
            return False
        if in_head and self.rule.head.pred not in self.owner.open_heads:
            return False
        return self.rel.reading is Reading.POSSIBLE and all(self._allows(literal, var) for literal in self.rule.body)

    def _allows(self, literal: Literal, var: Var) -> bool:
        match literal:
            case AtomF(pred, args):
                return var not in args or self.owner.is_open(pred)
            case Not(AtomF(pred, args)):
                return var not in args or not is_auxiliary(pred)
            case Compare(op, left, right):
                return op not in IDENTITY or var not in _terms(left) + _terms(right)
            case Builtin():
                return True
            case Member(item):
                return item != var
            case Count(_, _, _, AtomF(_, args)) | Aggregate(_, _, _, AtomF(_, args)):
                return var not in args
            case _:
                return False

    def _needs(self, literal: PlanLiteral, bound: frozenset[Var]) -> list[Var]:
        """The unbound variables that the literal waits for."""
        return [term for term in self._inputs(literal, bound) if isinstance(term, Var) and term not in bound]

    def _inputs(self, literal: PlanLiteral, bound: frozenset[Var]) -> Iterable[Term]:
        match literal:
            case Call(Rel(pred) as rel, args):
                if self._is_weak(literal):
                    return args
                rules = self.owner.normal.rules.get(pred, ())
                if not is_auxiliary(pred) or not rules:
                    return ()
                inputs = [is_input for is_input, kind in zip(rules[0].inputs, rel.pattern, strict=True) if kind == 0]
                return [arg for arg, is_input in zip(args, inputs, strict=True) if is_input]
            case Call() | Domain():
                return ()
            case Absent(_, args):
                return args
            case NoOtherValue(_, _, key, value):
                return key + (value or ())
            case Test(inner):
                return _test_inputs(inner, bound)
            case CountTest(_, count, sources):
                return (count, *_outer(sources))
            case AggregateTest(_, value, counted, certain, possible):
                outer = () if value is None or value in counted else (value,)
                return (*outer, *_outer(certain), *_outer(possible))


def _outer(sources: tuple[Counted, ...]) -> Iterator[Term]:
    for source in sources:
        yield from (arg for arg in source.args if arg not in source.counted)


def _test_inputs(literal: Compare | Builtin | Member, bound: frozenset[Var]) -> Iterable[Term]:
    match literal:
        case Compare("=", left, right):
            sides = _terms(left) + _terms(right)
            return () if any(not isinstance(side, Var) or side in bound for side in sides) else sides[:1]
        case Compare("is", _, right):
            return _terms(right)
        case Compare(_, left, right):
            return _terms(left) + _terms(right)
        case Builtin(name, args):
            return [arg for arg, is_input in zip(args, BUILTIN_MODES[name], strict=True) if is_input]
        case Member():
            return ()


def _binds(literal: PlanLiteral) -> frozenset[Var]:
    match literal:
        case Call(_, args):
            return frozenset(variables(args))
        case Domain(var):
            return frozenset((var,))
        case Test(inner):
            return frozenset(variables(tuple(literal_terms(inner))))
        case AggregateTest(_, _, _, _, _, result, is_open=False):
            return frozenset(variables((result,)))
        case _:
            return frozenset()


def constants_of(terms: Iterable[Term]) -> Iterator[Const]:
    """The constants among terms."""
    for term in terms:
        if not isinstance(term, Var):
            yield term
