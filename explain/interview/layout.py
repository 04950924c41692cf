"""Lays out what is not known of a case below its determination and criteria, as a circuit.

Not laid out: what is below an aggregate, what a rule could still conclude of a record that is stated to be complete, and
named individuals that count only because they can be any individual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from engine.bodies import Binding, match_head
from engine.builtins import solve_test
from engine.cases import Case
from engine.knowledge import KnowledgeBase
from engine.policies import MEETS_CRITERIA
from engine.reading.plan import Reading
from engine.symbolic.candidates import BRAND
from explain.interview.candidates import Candidates
from explain.interview.circuit import LEVELS, NO, OPEN, YES, Asked, Circuit, Values
from explain.proof.derivations import without_or
from explain.report.review import Reviewer
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Member,
    Not,
    Pred,
    conjuncts,
    substitute_atom,
    variables,
)
from kb.language.terms import Const, Int, Term, Var, order_key
from kb.language.truth import Truth

UNCOVERED = Pred("uncovered_indication", 2)


@dataclass(frozen=True, slots=True)
class Layout:
    """A circuit, and the candidates of which it is made."""

    circuit: Circuit
    candidates: Candidates


def lay_out(
    kb: KnowledgeBase, reviewer: Reviewer, case: Case, passed_over: frozenset[Asked | Pred], goals: Iterable[AtomF]
) -> Layout:
    """The circuit of the criteria, in the order of the goals, and of the determination.

    `passed_over` is what has been answered with `unknown`: an `Asked`, or a predicate for individuals not named. The
    circuit is laid out again until open variables range over everything that can be asked for.
    """
    goals, truth = tuple(goals), cache(kb.truth)
    brands = frozenset[Const]()
    if BRAND in {fact.head.pred for fact in kb.rules.facts}:
        brands = frozenset(row[0] for row in kb.rows(BRAND, (Var("_B"), Var("_G")), Reading.CERTAIN))
    seeds: dict[Pred, list[AtomF]] = {}
    for left in passed_over:
        if isinstance(left, Asked) and left.pred not in kb.declarations.functional:
            seeds.setdefault(left.pred, []).append(AtomF(left.pred, left.key))
    while True:
        candidates = Candidates(kb, reviewer.vocabulary, case)
        circuit = _Builder(kb, reviewer, case, passed_over, seeds, candidates, truth, brands).build(goals)
        found = {pred: list(atoms) for pred, atoms in seeds.items()}
        for atoms in circuit.atoms.values():
            for atom in atoms:
                if not candidates.is_stranger(atom) and atom not in found.setdefault(atom.pred, []):
                    found[atom.pred].append(atom)
        if found == seeds:
            return Layout(circuit, candidates)
        seeds = found


def constants(args: Iterable[Term]) -> Values:
    """The arguments that are not variables."""
    return tuple(arg for arg in args if not isinstance(arg, Var))


class _OpaqueError(Exception):
    """A goal whose parts are not laid out: an aggregate over what is not known."""


@dataclass(slots=True)
class _Builder:
    kb: KnowledgeBase
    reviewer: Reviewer
    case: Case
    passed_over: frozenset[Asked | Pred]
    seeds: dict[Pred, list[AtomF]]
    candidates: Candidates
    truth: Callable[[AtomF], Truth]
    brands: frozenset[Const]
    circuit: Circuit = field(default_factory=Circuit)
    _memo: dict[AtomF, int] = field(default_factory=dict)
    _above: list[AtomF] = field(default_factory=list)
    _cut: bool = False

    def build(self, goals: Iterable[AtomF]) -> Circuit:
        for goal in goals:
            self.circuit.roots[goal] = self.atom(goal)
        self.circuit.meets = self.atom(AtomF(MEETS_CRITERIA, (self.case.name,)))
        self.circuit.uncovered = self.circuit.const(NO)
        if UNCOVERED in self.kb.declarations.preds:
            found = self._solve((AtomF(UNCOVERED, (self.case.name, Var("_Condition"))),), {}, {})
            self.circuit.uncovered = self.circuit.gate("or", [gate for _, gates in found for gate in gates])
        return self.circuit

    # --- atoms ---

    def atom(self, atom: AtomF) -> int:
        """The gate of an atom without variables."""
        if atom in self._memo:
            return self._memo[atom]
        state = self.truth(atom)
        if state is not Truth.UNKNOWN:
            return self.circuit.const(LEVELS[state])
        if atom in self._above:
            self._cut = True
            return self.circuit.const(NO)
        outer, self._cut = self._cut, False
        self._above.append(atom)
        try:
            gate = self._unknown(atom)
        except _OpaqueError:
            gate = self.circuit.const(OPEN)
        finally:
            self._above.pop()
        if not self._cut or not self._above:
            self._memo[atom] = gate
        self._cut = (self._cut and bool(self._above)) or outer
        return gate

    def _unknown(self, atom: AtomF) -> int:
        declared = self.kb.declarations
        if atom.pred.negative:
            if not declared.is_abducible(atom.pred.positive) or atom.pred.positive in declared.functional:
                return self.circuit.const(OPEN)
            return self.circuit.gate("not", [self.atom(AtomF(atom.pred.positive, atom.args))])
        bodies = []
        for rule, goals in self.reviewer.book.rules(atom.pred):
            binding = match_head(rule.head, atom)
            if binding is not None:
                bodies += [self.circuit.gate("and", gates) for _, gates in self._solve(goals, binding, {})]
        if declared.is_abducible(atom.pred):
            useful = [body for body in bodies if self.circuit.ways[body][0]]
            return self.circuit.gate("open", [self._leaf(atom), self.circuit.gate("or", useful)])
        body = self.circuit.gate("or", bodies)
        return body if self.circuit.gates[body].op != "const" else self.circuit.const(OPEN)

    def _leaf(self, atom: AtomF) -> int:
        if not self._can_be_asked(atom):
            return self.circuit.const(OPEN)
        declared = self.kb.declarations.functional.get(atom.pred)
        if declared is not None:
            return self._value_leaf(atom, declared.keys)
        asked, is_stranger = Asked(atom.pred, constants(atom.args)), self.candidates.is_stranger(atom)
        if asked in self.passed_over or (is_stranger and atom.pred in self.passed_over):
            return self.circuit.const(OPEN)
        if is_stranger and any(each.pred == atom.pred for each in self.passed_over if isinstance(each, Asked)):
            self.circuit.undeniable.add(asked)
        return self.circuit.leaf(asked, True, atom)

    def _value_leaf(self, atom: AtomF, keys: tuple[bool, ...]) -> int:
        pairs = list(zip(constants(atom.args), keys, strict=True))
        asked = Asked(atom.pred, tuple(arg for arg, is_key in pairs if is_key))
        if asked in self.passed_over:
            return self.circuit.const(OPEN)
        if asked not in self.circuit.listed and (values := self._all_values(atom, keys)):
            self.circuit.listed[asked] = values
        if self.candidates.is_stranger(atom):
            self.circuit.has_stranger.add(asked)
        return self.circuit.leaf(asked, tuple(arg for arg, is_key in pairs if not is_key), atom)

    def _all_values(self, atom: AtomF, keys: tuple[bool, ...]) -> tuple[Values, ...]:
        """The values that tell answers apart, where more than those that rules mention: listed ones, those tried for a
        type; none where any other value is as good as another."""
        places = [index for index, is_key in enumerate(keys) if not is_key]
        if not all(self.candidates.is_limited(atom.pred, index) for index in places):
            return ()
        args = (arg if is_key else Var(f"_{at}") for at, (arg, is_key) in enumerate(zip(atom.args, keys, strict=True)))
        fitting = self._open_instances(AtomF(atom.pred, tuple(args)), {})
        return tuple(dict.fromkeys(tuple(constants(each.args)[index] for index in places) for each in fitting))

    def _can_be_asked(self, atom: AtomF) -> bool:
        if atom.pred not in self.kb.declarations.questions or any(arg in self.brands for arg in atom.args):
            return False
        listed = self.reviewer.vocabulary.listed
        return all(
            arg in listed.get((atom.pred.name, index + 1), (arg,)) for index, arg in enumerate(constants(atom.args))
        )

    # --- goals ---

    def _solve(
        self, goals: tuple[Body, ...], binding: Binding, copies: dict[Var, int]
    ) -> list[tuple[Binding, list[int]]]:
        """The instances of some goals that are not false, with their gates; `copies` says of how many individuals not
        named a variable may speak."""
        found: list[tuple[Binding, list[int]]] = [(binding, [])]
        for goal in goals:
            found = [
                (extended, [*gates, gate])
                for bound, gates in found
                for extended, gate in self._solve_one(goal, bound, copies)
            ]
        return found

    def _solve_one(self, goal: Body, binding: Binding, copies: dict[Var, int]) -> Iterator[tuple[Binding, int]]:
        match goal:
            case AtomF():
                atom = substitute_atom(goal, binding)
                for each in dict.fromkeys(self._instances(atom, copies)) if variables(atom.args) else [atom]:
                    gate, matched = self.atom(each), match_head(atom, each)
                    if matched is not None and not self.circuit.is_const(gate, NO):
                        yield binding | matched, gate
            case Compare() | Builtin() | Member():
                for extended in solve_test(goal, binding):
                    yield extended, self.circuit.const(YES)
            case Not(inner):
                yield binding, self.circuit.gate("not", [self._any(inner, binding)])
            case Count(op, bound, _, _):
                limit = binding.get(bound) if isinstance(bound, Var) else bound
                if isinstance(limit, Int):
                    least = limit.value if op == "at_least" else limit.value + 1
                    gate = self._counted(goal, least, binding)
                    yield binding, gate if op == "at_least" else self.circuit.gate("not", [gate])
            case Aggregate():
                raise _OpaqueError
            case _:
                for extended, gates in self._branches(goal, binding, copies):
                    yield extended, self.circuit.gate("and", gates)

    def _branches(self, goal: Body, binding: Binding, copies: dict[Var, int]) -> Iterator[tuple[Binding, list[int]]]:
        for branch in without_or(conjuncts(goal)):
            yield from self._solve(branch, binding, copies)

    def _any(self, goal: Body, binding: Binding) -> int:
        found = [self.circuit.gate("and", gates) for _, gates in self._branches(goal, binding, {})]
        return self.circuit.gate("or", found)

    def _counted(self, goal: Count, least: int, binding: Binding) -> int:
        rows: dict[Values, list[int]] = {}
        copies = {var: max(least, 1) for var in variables(goal.template) if var not in binding}
        for extended, gates in self._branches(goal.goal, binding, copies):
            row = tuple(extended[term] if isinstance(term, Var) else term for term in goal.template)
            rows.setdefault(row, []).append(self.circuit.gate("and", gates))
        return self.circuit.gate("count", [self.circuit.gate("or", gates) for gates in rows.values()], least)

    def _instances(self, atom: AtomF, copies: dict[Var, int]) -> Iterator[AtomF]:
        """The instances of an atom with variables that are true or may be."""
        pred = atom.pred
        rows = self.kb.rows(pred, atom.args, Reading.CERTAIN)
        for row in sorted(rows, key=lambda row: [order_key(each) for each in row]):
            yield AtomF(pred, row)
        if self.kb.engine.completion.is_exact(pred):
            return
        if self.kb.declarations.is_abducible(pred):
            yield from self._open_instances(atom, copies)
            return
        if pred.negative or atom in self._above:
            raise _OpaqueError
        self._above.append(atom)
        try:
            for rule, goals in self.reviewer.book.rules(pred):
                binding = _head_binding(rule.head, atom)
                for extended, _ in self._solve(goals, binding, {}) if binding is not None else ():
                    yield substitute_atom(rule.head, extended)
        finally:
            self._above.pop()

    def _open_instances(self, atom: AtomF, copies: dict[Var, int]) -> Iterator[AtomF]:
        """The instances of an open atom of which nothing is known: those that are asked for elsewhere, and candidates."""
        named = [each for each in self.seeds.get(atom.pred, ()) if match_head(atom, each) is not None]
        for each in [*named, *self.candidates.instances(atom, copies)]:
            if self.truth(each) is Truth.UNKNOWN:
                yield each


def _head_binding(head: AtomF, atom: AtomF) -> Binding | None:
    """What the constants of an atom give the variables of a head, or None if they do not match."""
    binding: Binding = {}
    for ours, theirs in zip(head.args, atom.args, strict=True):
        if isinstance(theirs, Var):
            continue
        if (binding.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return binding
