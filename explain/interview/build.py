"""From a case to a circuit: what is not known below its determination and criteria, as gates over what can be asked for.

Not laid out: what is below an aggregate or `documented`, what a rule could still conclude of a record that is stated to be complete, and
named individuals that count only because they can be any individual.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product
from typing import assert_never

from engine.bodies import Binding, alternatives, match_head
from engine.cases import Case
from engine.graph import components
from engine.knowledge import KnowledgeBase, Rules
from engine.policies import UNCOVERED_INDICATION
from engine.scopes import elsewhere_of, solve_test
from engine.symbolic.candidates import unmentioned
from explain.interview.circuit import LEVELS, NO, OPEN, YES, Asked, Circuit, Fixed, Values, constants
from explain.report.review import Reviewer
from kb.language import syntax
from kb.language.builtins import add_months
from kb.language.declarations import MEETS_CRITERIA
from kb.language.syntax import AtomF, Body, Clause, Pred
from kb.language.terms import Atom, Const, Date, Int, Var, order_key
from kb.language.truth import Truth

ROUND_AGES = (0, 1, 2, 5, 10, 12, 16, 17, 18, 19, 21, 30, 40, 50, 60, 65, 70, 80, 100)
ROUND_NUMBERS = (0, 1, 2, 3, 4, 5, 10, 18, 20, 40, 50, 60, 65, 80, 90, 96, 100, 1000)
"""What stands for values that rules neither compare nor compute with: ages on the day of the request, and numbers."""
MOST_NAMES = 60
"""How many values of a functional predicate are told apart."""


def circuit_of(
    kb: KnowledgeBase,
    reviewer: Reviewer,
    case: Case,
    passed_over: frozenset[Asked | Pred],
    decided: Sequence[Pred],
    names: Mapping[str, Values],
) -> Circuit:
    """The circuit of the criteria, in the order of the predicates that decide them, and of the determination.

    `passed_over` is what has been answered with `unknown`: an `Asked`, or a predicate for individuals not named; `names` are
    those that the rules mention, by type. The circuit is laid out again until open variables range over everything that can be asked for.
    """
    truth = cache(kb.truth)
    seeds: dict[Pred, list[AtomF]] = {}
    for left in passed_over:
        if isinstance(left, Asked) and left.pred not in kb.declarations.functional:
            seeds.setdefault(left.pred, []).append(AtomF(left.pred, left.key))
    critical = reviewer.critical(kb, AtomF(MEETS_CRITERIA, (case.name,)))
    while True:
        circuit = _Builder(kb, reviewer, case, passed_over, seeds, truth, names, critical).build(decided)
        found = {pred: list(atoms) for pred, atoms in seeds.items()}
        for atoms in circuit.atoms.values():
            for atom in atoms:
                if not circuit.is_stranger(atom) and atom not in found.setdefault(atom.pred, []):
                    found[atom.pred].append(atom)
        if found == seeds:
            return circuit
        seeds = found


def mentioned_names(rules: Rules) -> Mapping[str, Values]:
    """The names that the rules of a determination and the facts that they use have, by the type of the argument, those in rules
    first; where a type has a vocabulary, constants of that. Any other name is like any other to them."""
    of_head: dict[Pred, list[Clause]] = {}
    for clause in (*rules.clauses, *rules.facts):
        of_head.setdefault(clause.head.pred.positive, []).append(clause)

    found: dict[str, dict[Const, bool]] = {}
    reached = components(
        (MEETS_CRITERIA, UNCOVERED_INDICATION),
        lambda pred: [atom.pred.positive for clause in of_head.get(pred, ()) for atom in _atoms(clause)],
    )
    for clause in (clause for component in reached for pred in component for clause in of_head.get(pred, ())):
        for atom in _atoms(clause):
            types, known = rules.declarations.types_of(atom.pred), rules.names.at(atom.pred)
            for arg, type_, vocabulary in zip(atom.args, types, known, strict=True):
                if isinstance(arg, Atom) and type_ != "any" and (vocabulary is None or arg in vocabulary.constants):
                    of_type = found.setdefault(type_, {})
                    of_type[arg] = of_type.get(arg, True) and clause.is_fact
    return {type_: tuple(sorted(each, key=lambda name: (each[name], order_key(name)))) for type_, each in found.items()}


def _atoms(clause: Clause) -> list[AtomF]:
    return [clause.head, *(part for part in syntax.walk(clause.body) if isinstance(part, AtomF))]


class _OpaqueError(Exception):
    """A goal whose parts are not laid out: an aggregate over what is not known, or one of `documented`, which answers may make
    true but not unknown."""


@dataclass(slots=True)
class _Builder:
    kb: KnowledgeBase
    reviewer: Reviewer
    case: Case
    passed_over: frozenset[Asked | Pred]
    seeds: dict[Pred, list[AtomF]]
    truth: Callable[[AtomF], Truth]
    names: Mapping[str, Values]
    critical: Mapping[tuple[Pred, int], Values]
    circuit: Circuit = field(default_factory=Circuit)
    _memo: dict[AtomF, int] = field(default_factory=dict)
    _above: list[AtomF] = field(default_factory=list)
    _cut: bool = False

    def build(self, decided: Sequence[Pred]) -> Circuit:
        for pred in decided:
            self.circuit.roots[pred] = self.atom(AtomF(pred, (self.case.name,)))
        self.circuit.meets = self.atom(AtomF(MEETS_CRITERIA, (self.case.name,)))
        found = self._solve((AtomF(UNCOVERED_INDICATION, (self.case.name, Var("_Condition"))),), {}, {})
        self.circuit.uncovered = self.circuit.or_([gate for _, gates in found for gate in gates])
        return self.circuit

    # --- atoms ---

    def atom(self, atom: AtomF) -> int:
        """The gate of an atom without variables."""
        if atom in self._memo:
            return self._memo[atom]
        state = self.truth(atom)
        if state is not Truth.UNKNOWN:
            return self.circuit.fixed(LEVELS[state])
        if atom in self._above:
            self._cut = True
            return self.circuit.fixed(NO)
        outer, self._cut = self._cut, False
        self._above.append(atom)
        try:
            gate = self._unknown(atom)
        except _OpaqueError:
            gate = self.circuit.fixed(OPEN)
        finally:
            self._above.pop()
        if not self._cut or not self._above:
            self._memo[atom] = gate
        self._cut = (self._cut and bool(self._above)) or outer
        return gate

    def _unknown(self, atom: AtomF) -> int:
        declared = self.kb.declarations
        if atom.pred.negative:
            negated = AtomF(atom.pred.positive, atom.args)
            is_free = declared.is_abducible(negated.pred) and negated.pred not in declared.functional
            if not is_free or self.truth(negated) is not Truth.UNKNOWN:  # else a rule for the negation leaves it open
                return self.circuit.fixed(OPEN)
            return self.circuit.not_(self.atom(negated))
        bodies = []
        for rule in self.reviewer.book.rules(atom.pred):
            binding = match_head(rule.head, atom)
            if binding is not None:
                bodies += [self.circuit.and_(gates) for _, gates in self._solve(rule.goals, binding, {})]
        if declared.is_abducible(atom.pred):
            useful = [body for body in bodies if self.circuit.ways[body][0]]
            return self.circuit.stated(self._leaf(atom), self.circuit.or_(useful))
        body = self.circuit.or_(bodies)
        return self.circuit.fixed(OPEN) if isinstance(self.circuit.gates[body], Fixed) else body

    def _leaf(self, atom: AtomF) -> int:
        if not self._can_be_asked(atom):
            return self.circuit.fixed(OPEN)
        declared = self.kb.declarations.functional.get(atom.pred)
        if declared is not None:
            return self._value_leaf(atom, declared.keys)
        asked, is_stranger = Asked(atom.pred, constants(atom.args)), self.circuit.is_stranger(atom)
        if asked in self.passed_over or (is_stranger and atom.pred in self.passed_over):
            return self.circuit.fixed(OPEN)
        if is_stranger and any(each.pred == atom.pred for each in self.passed_over if isinstance(each, Asked)):
            self.circuit.undeniable.add(asked)
        return self.circuit.leaf(asked, True, atom)

    def _value_leaf(self, atom: AtomF, keys: tuple[bool, ...]) -> int:
        pairs = list(zip(constants(atom.args), keys, strict=True))
        asked = Asked(atom.pred, tuple(arg for arg, is_key in pairs if is_key))
        if asked in self.passed_over:
            return self.circuit.fixed(OPEN)
        if asked not in self.circuit.listed and (values := self._all_values(atom, keys)):
            self.circuit.listed[asked] = values
        if self.circuit.is_stranger(atom):
            self.circuit.covered.add(asked)
        return self.circuit.leaf(asked, tuple(arg for arg, is_key in pairs if not is_key), atom)

    def _all_values(self, atom: AtomF, keys: tuple[bool, ...]) -> tuple[Values, ...]:
        """The values that tell answers apart, where more than those that rules mention: listed ones, those tried for a
        type; none where any other value is as good as another."""
        places = [index for index, is_key in enumerate(keys) if not is_key]
        if not all(self._is_limited(atom.pred, index) for index in places):
            return ()
        args = (arg if is_key else Var(f"_{at}") for at, (arg, is_key) in enumerate(zip(atom.args, keys, strict=True)))
        fitting = self._open_instances(AtomF(atom.pred, tuple(args)), {})
        return tuple(dict.fromkeys(tuple(constants(each.args)[index] for index in places) for each in fitting))

    def _can_be_asked(self, atom: AtomF) -> bool:
        if atom.pred not in self.kb.declarations.questions:
            return False
        strange, vocabulary = self.circuit.strange_places(atom), self.reviewer.vocabulary
        for index, arg in enumerate(constants(atom.args)):
            listed = vocabulary.listed_at(atom.pred, index)
            if arg not in listed if listed else index not in strange and not vocabulary.takes(atom.pred, index, arg):
                return False
        return True

    # --- goals ---

    def _solve(
        self,
        goals: tuple[Body, ...],
        binding: Binding,
        copies: dict[Var, int],
        wanted: frozenset[Var] = frozenset(),
    ) -> list[tuple[Binding, list[int]]]:
        """The instances of some goals that are not false, with their gates; `copies` says of how many individuals not
        named a variable may speak, `wanted` are the variables that are asked for."""
        found: list[tuple[Binding, list[int]]] = [(binding, [])]
        for goal, elsewhere in zip(goals, elsewhere_of(goals, wanted), strict=True):
            found = [
                (extended, [*gates, gate])
                for bound, gates in found
                for extended, gate in self._solve_one(goal, bound, copies, elsewhere)
            ]
        return found

    def _solve_one(
        self, goal: Body, binding: Binding, copies: dict[Var, int], wanted: frozenset[Var]
    ) -> Iterator[tuple[Binding, int]]:
        match goal:
            case AtomF():
                atom = syntax.substitute_atom(goal, binding)
                for each in dict.fromkeys(self._instances(atom, copies)) if syntax.variables(atom.args) else [atom]:
                    gate, matched = self.atom(each), match_head(atom, each)
                    if matched is not None and not self.circuit.is_fixed(gate, NO):
                        yield binding | matched, gate
            case syntax.Compare() | syntax.Builtin() | syntax.Member():
                for extended in solve_test(goal, binding):
                    yield extended, self.circuit.fixed(YES)
            case syntax.Not(inner):
                yield binding, self.circuit.not_(self._any(inner, binding))
            case syntax.Count(op, bound, _, _):
                limit = binding.get(bound) if isinstance(bound, Var) else bound
                if isinstance(limit, Int):
                    least = limit.value if op == "at_least" else limit.value + 1
                    gate = self._counted(goal, least, binding)
                    yield binding, gate if op == "at_least" else self.circuit.not_(gate)
            case syntax.Aggregate() | syntax.Documented():
                raise _OpaqueError
            case syntax.And() | syntax.Or():
                yield from self._by_wanted(self._branches(goal, binding, copies, wanted), binding, wanted)
            case _:
                assert_never(goal)

    def _by_wanted(
        self, found: Iterable[tuple[Binding, list[int]]], binding: Binding, wanted: frozenset[Var]
    ) -> Iterator[tuple[Binding, int]]:
        """Instances that give the variables wanted the same values, as one."""
        rows: dict[frozenset[tuple[Var, Const]], list[int]] = {}
        for extended, gates in found:
            row = frozenset((var, extended[var]) for var in wanted if var in extended)
            rows.setdefault(row, []).append(self.circuit.and_(gates))
        for row, ways in rows.items():
            yield binding | dict(row), self.circuit.or_(ways)

    def _branches(
        self, goal: Body, binding: Binding, copies: dict[Var, int], wanted: frozenset[Var] = frozenset()
    ) -> Iterator[tuple[Binding, list[int]]]:
        for branch in alternatives(goal):
            yield from self._solve(branch, binding, copies, wanted)

    def _any(self, goal: Body, binding: Binding) -> int:
        found = [self.circuit.and_(gates) for _, gates in self._branches(goal, binding, {})]
        return self.circuit.or_(found)

    def _counted(self, goal: syntax.Count, least: int, binding: Binding) -> int:
        rows: dict[Values, list[int]] = {}
        copies = {var: max(least, 1) for var in syntax.variables(goal.template) if var not in binding}
        for extended, gates in self._branches(goal.goal, binding, copies, frozenset(syntax.variables(goal.template))):
            row = tuple(extended[term] if isinstance(term, Var) else term for term in goal.template)
            rows.setdefault(row, []).append(self.circuit.and_(gates))
        return self.circuit.at_least(least, [self.circuit.or_(gates) for gates in rows.values()])

    def _instances(self, atom: AtomF, copies: dict[Var, int]) -> Iterator[AtomF]:
        """The instances of an atom with variables that are true or may be."""
        pred = atom.pred
        rows = self.kb.rows(pred, atom.args)
        for row in sorted(rows, key=lambda row: [order_key(each) for each in row]):
            yield AtomF(pred, row)
        if self.kb.is_exact(pred):
            return
        if self.kb.declarations.is_abducible(pred):
            yield from self._open_instances(atom, copies)
            return
        if pred.negative or atom in self._above:
            raise _OpaqueError
        self._above.append(atom)
        try:
            for rule in self.reviewer.book.rules(pred):
                binding = match_head(rule.head, atom)
                asked = frozenset(syntax.variables(rule.head.args))
                for extended, _ in self._solve(rule.goals, binding, {}, asked) if binding is not None else ():
                    yield syntax.substitute_atom(rule.head, extended)
        finally:
            self._above.pop()

    def _open_instances(self, atom: AtomF, copies: dict[Var, int]) -> Iterator[AtomF]:
        """The instances of an open atom of which nothing is known: those that are asked for elsewhere, and candidates."""
        named = [each for each in self.seeds.get(atom.pred, ()) if match_head(atom, each) is not None]
        for each in [*named, *self._candidates(atom, copies)]:
            if self.truth(each) is Truth.UNKNOWN:
                yield each

    # --- the facts that are told apart where a rule leaves an argument open ---

    def _candidates(self, atom: AtomF, copies: Mapping[Var, int]) -> Iterator[AtomF]:
        """The instances of an open atom: listed values, sample dates and numbers, names of the program, and strangers, who
        stand for any individual that is not named; `copies` says how many of those a variable needs, where more than one."""
        options: list[tuple[Const, ...]] = []
        for index, (arg, type_) in enumerate(zip(atom.args, self.kb.declarations.types_of(atom.pred), strict=True)):
            if isinstance(arg, Var):
                listed = self.reviewer.vocabulary.listed_at(atom.pred, index)
                options.append(listed or self._values(atom.pred, index, type_, copies.get(arg, 1)))
            else:
                options.append((arg,))
        for chosen in product(*options):
            yield AtomF(atom.pred, chosen)

    def _is_limited(self, pred: Pred, index: int) -> bool:
        """Whether the candidates for an argument tell all its values apart."""
        is_sampled = self.kb.declarations.types_of(pred)[index] in ("date", "integer") or (pred, index) in self.critical
        return is_sampled or bool(self.reviewer.vocabulary.listed_at(pred, index))

    def _values(self, pred: Pred, index: int, type_: str, number: int) -> tuple[Const, ...]:
        is_value, turning = pred in self.kb.declarations.functional, self.critical.get((pred, index), ())
        if turning and not is_value:
            self.circuit.strangers.update((pred, index, value) for value in turning)
            return turning
        if type_ == "decimal" and turning:
            return turning
        if is_value and type_ in ("date", "integer"):
            return turning or _round_values(type_, self.case.date)
        if type_ == "date":
            found = _round_values(type_, self.case.date)[:number]
            self.circuit.strangers.update((pred, index, value) for value in found)
            return found
        first, kind = (self._highest(pred, index) + 1, type_) if type_ == "integer" else (0, "name")
        found = tuple(islice(unmentioned(kind, first, "$other"), number))
        self.circuit.strangers.update((pred, index, value) for value in found)
        return (*self.names.get(type_, ())[:MOST_NAMES], *found) if is_value else found

    def _highest(self, pred: Pred, index: int) -> int:
        free = tuple(Var(f"_{each}") for each in range(pred.arity - 1))
        rows = self.kb.rows(pred, (self.case.name, *free))
        return max((arg.value for row in rows if isinstance(arg := row[index], Int)), default=0)


def _round_values(type_: str, day: datetime.date) -> tuple[Const, ...]:
    """Dates by round ages on a day, or round numbers."""
    if type_ == "date":
        return tuple(Date(born) for age in ROUND_AGES if (born := add_months(day, -12 * age)))
    return tuple(map(Int, ROUND_NUMBERS))
