"""The plan rules of a rule for one pattern of its head: which variables are anonymous, what that leaves to decide, and
an order of it that runs.

A variable that only incomplete records limit is *free* if an anonymous individual would do as well as any constant: if it
occurs only in open atoms, comparisons, and `\\+` of stated or derived atoms. What a free variable is need not be tried out.
A record is complete or it is not: where it is, its atoms hold for certain, and their free variables are constants; where it
is not, a further individual does for each free variable that no such atom has. So there is one variant of the rule for each
choice of the records that are taken as certain, however many atoms stand in one, instead of one for each way to tell all the
individuals in it apart.

A variable that occurs once, in an atom of a predicate that rules alone leave open, is not chosen either: "there is" may be exchanged
with the alternatives that the predicate's rules are, so the predicate is asked for whether there is one (`plan.ANY`), in the
certain reading as in the possible one. In its rules the head has nothing there, and what the body says of the variable it says of
any. Variables that are equal by a literal are one variable, as equality of individuals is identity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, compress, product
from typing import TypeAlias

from msgspec import Struct, field, structs

from engine.endless import Effort
from engine.reading import plan
from engine.reading.normal import AUXILIARY, NormalRule, Part, is_auxiliary
from engine.reading.openness import DIFFERENCE, IDENTITY, Openness
from engine.scopes import inputs
from kb.language.syntax import Aggregate, AtomF, Builtin, Compare, Count, Literal, Member, Not
from kb.language.terms import Atom, Int, Term, Var
from kb.language.traversal import literal_terms, substitute, variables

STEPS_FOR_A_CHOICE, STEPS_FOR_A_PLACE = 20, 3
"""How many steps it counts for to choose what the variables of a literal are, and to look whether one can be the next to run."""

Literals: TypeAlias = tuple[plan.PlanLiteral, ...]
Listed: TypeAlias = dict[int, frozenset[Var] | None]
"""For places of a body's atoms, the variables that these list constants for; none for an open record that is not certain."""


_UNASKED = Atom(f"{AUXILIARY}any")
"""What stands in a head for an argument that is not asked for."""


def as_asked(openness: Openness, rule: NormalRule, rel: plan.Rel) -> NormalRule:
    """The rule with nothing said of the head's arguments of which a relation of its predicate only asks whether there is one, and
    with one variable for those that are equal."""
    if plan.ANY in rel.pattern:
        args = zip(rule.head.args, rel.pattern, strict=True)
        head = AtomF(rule.head.pred, tuple(_UNASKED if kind == plan.ANY else arg for arg, kind in args))
        rule = structs.replace(rule, head=head)
    return _unified(rule, openness.open_vars(rule, rel.reading))


def _unified(rule: NormalRule, may_vary: frozenset[Var]) -> NormalRule:
    """The rule with one variable for two that can stand for an anonymous individual and are equal by a literal of it, unless both
    are in the head."""
    for index, literal in enumerate(rule.body):
        match literal:
            case Compare(op, Var() as left, Var() as right) if op in IDENTITY and may_vary.issuperset((left, right)):
                old, new = (right, left) if left in rule.head.args else (left, right)
                if old not in rule.head.args:
                    rest = tuple(substitute(each, {old: new}) for each in rule.body[:index] + rule.body[index + 1 :])
                    return _unified(structs.replace(rule, body=rest), may_vary)
            case _:
                pass
    return rule


def specialised(openness: Openness, rule: NormalRule, rel: plan.Rel, effort: Effort) -> Iterator[plan.PlanRule]:
    """The plan rules that a rule, as it is asked, gives a relation of its head's predicate.

    Raises `EndlessError` if that takes more steps than are left of an effort.
    """
    kinds: plan.Kinds = {}
    for arg, kind in zip(rule.head.args, rel.pattern, strict=True):
        if kind == plan.ANY:
            continue
        if not isinstance(arg, Var):
            if kind:
                return
        elif kinds.setdefault(arg, kind) != kind:
            return
    may_vary = openness.open_vars(rule, rel.reading)
    if all(not kind or var in may_vary for var, kind in kinds.items()):
        yield from _Specialiser(openness, rule, rel, may_vary, effort).rules(kinds)


class _Specialiser(Struct, eq=False):
    """A rule for one pattern of its head: each way to choose which variables are anonymous, with the literals that this
    leaves to be decided over constants, in an order that runs."""

    openness: Openness
    rule: NormalRule
    rel: plan.Rel
    may_vary: frozenset[Var]
    effort: Effort
    free: dict[Var, int] = field(default_factory=dict)
    """The free variables, each with the number of an individual of its own: below `ANY`, where no other variable has one."""
    computed: frozenset[Var] = frozenset()
    """Those that a literal computes: constants where what it computes with are constants."""
    computed_by: dict[Var, Compare | Builtin] = field(default_factory=dict)
    """The literals that compute one of them alone."""
    awaited: frozenset[Var] = frozenset()
    """These, and variables that the rule says are equal to them."""

    def __post_init__(self) -> None:
        free = self.openness.free_vars(self.rule) if self.rel.reading is plan.Reading.POSSIBLE else ()
        self.free = {var: plan.ANY - number for number, var in enumerate(free, 1)}
        outputs = [(var, literal) for literal in self.rule.body for var in _outputs(literal)]
        self.computed = frozenset(var for var, _ in outputs)
        uses = Counter(var for var, _ in outputs)
        self.computed_by = {
            var: literal for var, literal in outputs if uses[var] == 1 and isinstance(literal, Compare | Builtin)
        }
        self.awaited = _equal_to(self.computed, self.rule.body)

    def rules(self, kinds: plan.Kinds) -> Iterator[plan.PlanRule]:
        pairs = zip(self.rule.head.args, self.rel.pattern, strict=True)
        args = tuple(arg for arg, kind in pairs if kind == 0)
        unshared = self.openness.unshared_vars(self.rule, self.rel.reading)
        for listed, chosen in self._records(kinds | dict.fromkeys(unshared, plan.ANY)):
            for body, all_kinds in self._bodies(0, chosen, listed):
                arranged = self._arranged(body, all_kinds)
                if arranged is not None:
                    yield plan.PlanRule(self.rel, args, arranged)

    # --- which variables are anonymous -------------------------------------------------------------------------------

    def _records(self, kinds: plan.Kinds) -> Iterator[tuple[Listed, plan.Kinds]]:
        """Each choice of the open records that are taken as certain, and of what parts of the body list: the places of their
        atoms, and what that makes of the free variables."""
        records: dict[object, list[Listed]] = {}
        for index, literal in enumerate(self.rule.body):
            if isinstance(literal, AtomF) and (listed := self._may_list(literal, kinds)):
                choices = [{index: each} for each in listed]
                before = records.setdefault(self.openness.record(literal, index), [{} for _ in choices])
                for choice, one in zip(choices, before, strict=True):
                    one.update(choice)
        for chosen in product(*records.values()):
            listed_at = {index: listed for each in chosen for index, listed in each.items()}
            constants = {var for listed in listed_at.values() for var in listed or ()}
            found = {var: 0 if var in constants else number for var, number in self.free.items()}
            known = {var: kind for var, kind in found.items() if not kind or var not in self.computed} | kinds
            yield listed_at, self._with_computed(known)

    def _with_computed(self, kinds: plan.Kinds) -> plan.Kinds:
        """The kinds, with those of free variables that one literal computes of what has a kind: a constant of constants, else an
        individual, which does as well as any constant."""
        found = dict(kinds)
        for var, literal in self.computed_by.items():
            given = [term for term in inputs(literal) if isinstance(term, Var) and term in self.may_vary]
            if var not in found and var in self.free and all(term in found for term in given):
                found[var] = self.free[var] if any(found[term] for term in given) else 0
        return found if len(found) == len(kinds) else self._with_computed(found)

    def _may_list(self, atom: AtomF, kinds: plan.Kinds) -> list[frozenset[Var] | None]:
        """Each choice of the variables that an atom lists constants for: an open record all or none, a part of the body those
        that it may be given or list."""
        part = self.openness.part(atom.pred)
        if part is None:
            free = frozenset(var for var in variables(atom.args) if var in self.free)
            return [None, free] if any(not kinds.get(var) for var in free) else []
        if self.rel.reading is plan.Reading.CERTAIN:
            return []
        args = zip(atom.args, part.optional, strict=True)
        optional = [arg for arg, may_be_given in args if may_be_given and isinstance(arg, Var) and not kinds.get(arg)]
        return [frozenset(compress(optional, chosen)) for chosen in product((False, True), repeat=len(optional))]

    def _bodies(self, index: int, kinds: plan.Kinds, listed: Listed) -> Iterator[tuple[Literals, plan.Kinds]]:
        self.effort.spend(STEPS_FOR_A_CHOICE)
        if index == len(self.rule.body):
            yield (), kinds
            return
        literal = self.rule.body[index]
        for chosen in self._choices(literal, kinds):
            for first in self._residues(literal, chosen, listed.get(index)):
                for rest, final in self._bodies(index + 1, chosen, listed):
                    yield first + rest, final

    def _choices(self, literal: Literal, kinds: plan.Kinds) -> Iterator[plan.Kinds]:
        terms: tuple[Term, ...] = literal_terms(literal)
        skipped: frozenset[Var] = frozenset()
        if isinstance(literal, Not | Count | Aggregate):
            assert isinstance(literal.goal, AtomF)
            terms += literal.goal.args
            if not isinstance(literal, Not):
                skipped = frozenset(variables(literal.template))
        new = [var for var in variables(terms) if var not in kinds and var not in skipped]
        computed = [var for var in new if var in self.free]
        others = [var for var in new if var not in self.free]
        most = _individuals(kinds)
        for chosen in plan.patterns([var in self.may_vary for var in others], most):
            for own in product(*((0, self.free[var]) for var in computed)):
                yield kinds | dict(zip((*others, *computed), (*chosen, *own), strict=True))

    def _residues(self, literal: Literal, kinds: plan.Kinds, listed: frozenset[Var] | None) -> Iterator[Literals]:
        """What is left of a literal: nothing if it holds, no residue at all if it fails."""
        reading = self.rel.reading
        match literal:
            case AtomF(pred, args) if part := self.openness.part(pred):
                yield from self._part(part, args, kinds, listed)
            case AtomF(pred, args):
                reading = reading if listed is None else plan.Reading.CERTAIN
                rel = self.openness.rel(pred, reading, _kinds_of(args, kinds))
                if not self._empty(rel):
                    yield (plan.Call(rel, _constants(args, kinds)),)
            case Not(AtomF(pred, args)):
                rel = self.openness.rel(pred, reading.other, _kinds_of(args, kinds))
                yield () if self._empty(rel) else (plan.Absent(rel, _constants(args, kinds)),)
            case Compare(op) if op in IDENTITY | DIFFERENCE:
                first, second = (plan.kind_of(term, kinds) for term in literal_terms(literal))
                if not first and not second:
                    yield (plan.Test(literal),)
                elif (first == second) == (op in IDENTITY):
                    yield ()
            case Compare() | Builtin():
                if any(plan.kind_of(term, kinds) for term in inputs(literal)):
                    if reading is plan.Reading.POSSIBLE:
                        yield ()  # what is computed of an individual is unknown
                elif not any(plan.kind_of(term, kinds) for term in literal_terms(literal)):
                    yield (plan.Test(literal),)
            case Member(item):
                if not plan.kind_of(item, kinds):
                    yield (plan.Test(literal),)
            case Count():
                yield from self._count(literal, kinds)
            case Aggregate():
                yield from self._aggregate(literal, kinds)

    def _part(
        self, part: Part, args: tuple[Term, ...], kinds: plan.Kinds, listed: frozenset[Var] | None
    ) -> Iterator[Literals]:
        """A call of the version of a part that is given what it does not list."""
        if any(kinds[var] for var in listed or ()):
            return  # the same as if it were not to be listed
        given = tuple(
            is_optional and listed is not None and arg not in listed and not plan.kind_of(arg, kinds)
            for arg, is_optional in zip(args, part.optional, strict=True)
        )
        rel = self.openness.rel(part.versions[given], self.rel.reading, _kinds_of(args, kinds))
        yield (plan.Call(rel, _constants(args, kinds)),)

    def _empty(self, rel: plan.Rel) -> bool:
        """Whether a relation has no rows because nothing certain is about anonymous individuals."""
        return (
            not rel.all_constant
            and not is_auxiliary(rel.pred)
            and (
                rel.reading is plan.Reading.CERTAIN
                or any(kind and not self.openness.may_be_anonymous(rel.pred, i) for i, kind in enumerate(rel.pattern))
            )
        )

    def _sources(
        self, goal: AtomF, counted: tuple[Var, ...], reading: plan.Reading, kinds: plan.Kinds
    ) -> tuple[plan.Counted, ...]:
        """The rows that a count counts, by which of the counted variables are individuals that its goal is given from outside;
        and for each counted variable, rows in which it is another individual, which stands for unlimited many."""
        pred = goal.pred
        fresh = _individuals(kinds) + 1
        given = sorted({kinds[arg] for arg in goal.args if isinstance(arg, Var) and arg not in counted and kinds[arg]})
        open_positions = [
            (
                reading is plan.Reading.POSSIBLE
                and not self.openness.is_exact(pred)
                and self.openness.may_be_anonymous(pred, i)
            )
            or bool(given and self.openness.may_be_anonymous(pred, i))
            for i, arg in enumerate(goal.args)
            if arg in counted
        ]
        mentioned = product(*((0, *given) if is_open else (0,) for is_open in open_positions))
        others = (
            tuple(fresh if place == at else plan.ANY if is_open else 0 for place, is_open in enumerate(open_positions))
            for at in range(len(counted))
            if open_positions[at]
        )
        found = []
        for chosen in chain(mentioned, others):
            self.effort.spend(STEPS_FOR_A_CHOICE)
            inner = kinds | dict(zip(counted, chosen, strict=True))
            rel = self.openness.rel(pred, reading, _kinds_of(goal.args, inner))
            columns = tuple(var for var, kind in zip(counted, chosen, strict=True) if kind == 0)
            endless = fresh in chosen
            found.append(plan.Counted(rel, _constants(goal.args, inner), columns, endless))
        return tuple(found)

    def _count(self, literal: Count, kinds: plan.Kinds) -> Iterator[Literals]:
        reading = self.rel.reading
        if plan.kind_of(literal.bound, kinds):
            if reading is plan.Reading.POSSIBLE:
                yield ()
            return
        goal, counted = literal.goal, tuple(variables(literal.template))
        assert isinstance(goal, AtomF)
        counts = reading if literal.op == "at_least" else reading.other
        yield (plan.CountTest(literal.op, literal.bound, self._sources(goal, counted, counts, kinds)),)

    def _aggregate(self, literal: Aggregate, kinds: plan.Kinds) -> Iterator[Literals]:
        goal, counted = literal.goal, tuple(variables(literal.template))
        assert isinstance(goal, AtomF)
        certain = self._sources(goal, counted, plan.Reading.CERTAIN, kinds)
        possible = self._sources(goal, counted, plan.Reading.POSSIBLE, kinds)
        if literal.value is not None and literal.value not in counted and plan.kind_of(literal.value, kinds):
            yield from self._of_an_individual(literal, possible, kinds)
            return
        if not plan.kind_of(literal.result, kinds):
            yield (
                plan.AggregateTest(
                    literal.op, literal.value, counted, certain, possible, literal.result, is_open=False
                ),
            )
        if self.rel.reading is plan.Reading.POSSIBLE and possible != certain:
            yield (
                plan.AggregateTest(literal.op, literal.value, counted, certain, possible, literal.result, is_open=True),
            )

    def _of_an_individual(
        self, literal: Aggregate, rows: tuple[plan.Counted, ...], kinds: plan.Kinds
    ) -> Iterator[Literals]:
        """A sum, maximum or minimum of rows that all have one individual as their value is not known if there can be rows;
        of none, a sum is 0."""
        is_constant = not plan.kind_of(literal.result, kinds)
        if literal.op == "sum" and is_constant:
            yield (plan.CountTest("at_most", Int(0), rows), plan.Test(Compare("=", literal.result, Int(0))))
        if self.rel.reading is plan.Reading.POSSIBLE:
            domain = (plan.Domain(literal.result),) if isinstance(literal.result, Var) and is_constant else ()
            yield (plan.CountTest("at_least", Int(1), rows), *domain)

    # --- an order that runs ----------------------------------------------------------------------------------------

    def _arranged(self, body: Literals, kinds: plan.Kinds) -> Literals | None:
        """The literals in an order that runs; None if other variants of the rule cover what this one says."""
        bound = frozenset(
            arg
            for arg, is_input in zip(self.rule.head.args, self.rule.inputs, strict=True)
            if is_input and isinstance(arg, Var)
        )
        done: Literals = ()
        pending = body
        while pending:
            self.effort.spend(STEPS_FOR_A_PLACE * len(pending))
            ready = [i for i, literal in enumerate(pending) if not self._needs(literal, bound)]
            index = next((i for i in ready if not self._awaits(pending[i], bound)), next(iter(ready), None))
            if index is None:
                index = next((i for i, literal in enumerate(pending) if self._may_be_open(literal, bound)), None)
            if index is None:
                waiting = next((each for each in pending if not self._is_covered(each)), None)
                if waiting is None:
                    return None  # an individual does for the variable, or a part lists it
                var = self._needs(waiting, bound)[0]
                done, bound = (*done, plan.Domain(var)), bound | {var}
            else:
                literal = pending[index]
                done, pending = (*done, literal), pending[:index] + pending[index + 1 :]
                bound |= plan.binds(literal)
        missing = [arg for arg in variables(self.rule.head.args) if kinds[arg] == 0 and arg not in bound]
        is_possible = self.rel.reading is plan.Reading.POSSIBLE
        if is_possible and any(self.openness.anonymous_does(self.rule, var) for var in missing):
            return None
        return (*done, *(plan.Domain(var) for var in missing))

    def _is_weak(self, literal: plan.PlanLiteral) -> bool:
        match literal:
            case plan.Call(plan.Rel(pred, reading, _)):
                return self.openness.is_weak(pred, reading)
            case _:  # neither other calls nor literals of other kinds
                return False

    def _may_be_open(self, literal: plan.PlanLiteral, bound: frozenset[Var]) -> bool:
        """Whether a literal may be asked about what is not bound."""
        return self._is_weak(literal) and not any(var in self.free for var in self._needs(literal, bound))

    def _awaits(self, literal: plan.PlanLiteral, bound: frozenset[Var]) -> bool:
        """Whether a literal is possible of what another literal computes: it is asked then, as what it lists are constants that
        are mentioned."""
        match literal:
            case plan.Call(plan.Rel(_, plan.Reading.POSSIBLE, _), args):
                return any(arg in self.awaited and arg not in bound for arg in args)
            case _:
                return False

    def _is_covered(self, literal: plan.PlanLiteral) -> bool:
        """Whether other variants of the rule cover a literal whose variables nothing binds."""
        match literal:
            case plan.Call(plan.Rel(pred)) if self.openness.part(pred):
                return True
            case _:
                return self._is_weak(literal)

    def _needs(self, literal: plan.PlanLiteral, bound: frozenset[Var]) -> list[Var]:
        """The unbound variables that the literal waits for."""
        needed = plan.inputs_of(literal, bound)
        if isinstance(literal, plan.Call) and isinstance(literal.source, plan.Rel):
            needed = literal.args if self._is_weak(literal) else self.openness.inputs(literal.source, literal.args)
        return [term for term in needed if isinstance(term, Var) and term not in bound]


def _outputs(literal: Literal) -> Iterator[Var]:
    """The variables that a literal computes."""
    match literal:
        case Compare("is", Var() as left, _):
            yield left
        case Builtin(_, (*_, Var() as output)) | Aggregate(_, _, _, _, Var() as output):
            yield output
        case _:  # no other kind computes of what it is given
            return


def _equal_to(given: frozenset[Var], body: Sequence[Literal]) -> frozenset[Var]:
    """Variables, and those that are equal to them by what a body says, directly or by way of others."""
    pairs = [
        (left, right)
        for each in body
        if isinstance(each, Compare) and each.op in IDENTITY
        for left, right in ((each.left, each.right), (each.right, each.left))
        if isinstance(left, Var) and isinstance(right, Var)
    ]
    found = given
    while more := frozenset(right for left, right in pairs if left in found and right not in found):
        found |= more
    return found


def _individuals(kinds: plan.Kinds) -> int:
    """How many individuals there are that several variables may be; those of free variables are apart."""
    return max((0, *kinds.values()))


def _kinds_of(args: tuple[Term, ...], kinds: plan.Kinds) -> tuple[int, ...]:
    return tuple(plan.kind_of(arg, kinds) for arg in args)


def _constants(args: tuple[Term, ...], kinds: plan.Kinds) -> tuple[Term, ...]:
    return tuple(arg for arg in args if not plan.kind_of(arg, kinds))
