"""What steps have to show: the literals of a program beside the steps that are about them.

A check looks at one step and finds what is wrong with it, and obligations for the steps below it;
explain/verify/explanations.py meets them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from explain.verify.evaluator import Evaluator
from explain.verify.program import (
    Binding,
    Conjunction,
    Goal,
    Pattern,
    Rulebook,
    Value,
    individuals,
    is_constant,
    settled_by,
)
from explain.verify.steps import Fault, Step, says
from explain.words.claims import Claim, said
from kb.language.declarations import REQUEST
from kb.language.sections import KIND_SECTION, other_sections
from kb.language.syntax import AtomF, Body, Builtin, Compare, Conjunct, Count, Documented, Member, Or, Pred
from kb.language.terms import Const, Term, Var, term_text
from kb.language.traversal import body_terms, called, expr_terms, substitute, variables
from kb.language.truth import Truth

TESTS: Mapping[type, str] = {Compare: "comparison", Builtin: "builtin", Member: "member"}
"""The kinds of the steps that show literals which depend on nothing but values."""
PLAIN = (AtomF, Compare, Builtin, Member)
"""The literals with no goal inside."""
WORDS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "not documented"}


class Context(Struct, frozen=True):
    """What every check is given: truth over one program and the facts of a case."""

    evaluator: Evaluator
    others: frozenset[str]
    """The sections of the policy document that are about other kinds of request than what is explained."""

    @classmethod
    def of(cls, evaluator: Evaluator, asked: Body) -> Context:
        """What checks of the explanation of a goal are given."""
        sections, requests = (
            filter(is_constant, evaluator.rows(pred, (None,) * pred.arity, False)) for pred in (KIND_SECTION, REQUEST)
        )
        return cls(evaluator, other_sections(asked, sections, requests))

    @property
    def book(self) -> Rulebook:
        return self.evaluator.book

    def said(self, step: Step) -> Body | None:
        """What a step's goal says in the program, or None if that is nothing."""
        body = step.said
        return None if body is None else self.book.goal(body)

    def truth(self, goal: Goal, binding: Binding) -> Truth:
        """The truth of a literal under a binding; its other variables are read as `there is`."""
        return self.evaluator.literal(goal, visible(goal, binding))

    def says(self, step: Step, claim: Claim, *others: Claim) -> Iterator[Fault]:
        """The fault that a step's sentence is not that of what it has to say, or of one of these."""
        texts = [said(each, self.book.declarations) for each in (claim, *others)]
        yield from step.must(step.text in texts, f"its sentence is `{step.text}`, where it ought to be `{texts[0]}`")


class Stand(Struct, frozen=True):
    """Where a step stands in an explanation."""

    above: tuple[str, ...] = ()
    """The goals inside whose rules it is, of which it need not say again why they fail."""
    brief: bool = False
    """Whether it may be one line: it is below an alternative that is not the nearest."""
    whole: bool = False
    """Whether every alternative is opened, since what is proved rests on the failure of each."""
    undecided: bool = False
    """Whether it is inside a negation that is not known: there what holds is shown too."""

    def within(self, goal: str) -> Stand:
        """That of the literals of a rule for a goal."""
        return replace(self, above=(*self.above, goal))

    def beside(self, index: int) -> Stand:
        """That of what is below the alternative at a place, of which the first is the nearest."""
        return replace(self, brief=not self.whole and (self.brief or index > 0))

    def refuting(self, status: Truth) -> Stand:
        """That of the goal of a negation with a status."""
        return replace(self, brief=False, whole=True, undecided=self.undecided or status is Truth.UNKNOWN)


class Due(Struct, frozen=True, eq=False):
    """An obligation: that a step shows a literal of a clause under a binding."""

    step: Step
    goal: Goal
    binding: Binding
    stand: Stand = Stand()


class OneOf(Struct, frozen=True, eq=False):
    """Several readings of one step, of which one is to be right; each is looked at only if none before it is."""

    readings: Iterable[Findings]


Finding: TypeAlias = Fault | Due | OneOf
Findings: TypeAlias = Iterator[Finding]


def is_named(var: Var) -> bool:
    """Whether the program gave a variable a name that a binding has."""
    return "#" not in var.name


def pattern_of(atom: AtomF) -> Pattern:
    """The arguments of an instance of a literal as the evaluator takes them: None for `there is`."""
    return tuple(map(_value, atom.args))


def _value(term: Term) -> Value | None:
    if not isinstance(term, Var):
        return term
    _, mark, number = term.name.partition("@")
    return int(number) if mark else None


def new_individual(binding: Binding) -> int:
    """An individual that a binding does not have."""
    return individuals(binding.values())[-1]


def constants_of(binding: Binding) -> dict[Var, Const]:
    """What a binding says of variables that are constants."""
    return {var: value for var, value in binding.items() if not isinstance(value, int)}


def visible(goal: Goal, binding: Binding) -> Binding:
    """What a binding says of a literal's visible variables, and of those arguments of a definition that its rules do not look at."""
    call = called(goal.literal)
    shown = goal.vars if call is goal.literal or not isinstance(call, AtomF) else {*goal.vars, *variables(call.args)}
    return {var: binding[var] for var in shown if var in binding}


def instance_of(goal: Goal, binding: Binding) -> Conjunct:
    """A literal with what its visible variables are; individuals are variables with their number, `X@1`, that go by the
    first variable that is one."""
    if int not in map(type, binding.values()):
        return as_written(goal, binding)
    names = {value: var.name for var, value in reversed(binding.items()) if isinstance(value, int)}
    terms: dict[Var, Term] = {
        var: Var(f"{names[value].partition('#')[0] or '_'}@{value}") if isinstance(value, int) else value
        for var, value in visible(goal, binding).items()
    }
    return called(substitute(goal.literal, terms))


def as_written(goal: Goal, binding: Binding) -> Conjunct:
    """A literal as a node has it: with the constants that its visible variables are; an individual that no fact names
    goes by the literal's own variable."""
    if isinstance(goal.literal, AtomF):
        args = tuple([_if_constant(arg, binding) for arg in goal.literal.args])
        return AtomF(goal.literal.pred, args, goal.literal.span)
    return called(substitute(goal.literal, constants_of(visible(goal, binding))))


def _if_constant(term: Term, binding: Binding) -> Term:
    """What a binding says that a term is, if that is a constant."""
    value = binding.get(term, term) if isinstance(term, Var) else term
    return term if isinstance(value, int) else value


def body_as_written(body: Body, inside: Iterable[Conjunction], binding: Binding) -> Body:
    """The same of the body that some conjunctions are read from."""
    seen = {var for goals in inside for goal in goals for var in goal.vars}
    return substitute(body, {var: value for var, value in constants_of(binding).items() if var in seen})


def individual_names(variables: Iterable[Var], binding: Binding) -> dict[str, str]:
    """How a node names the individuals that no fact names, which some of these variables are: `_`, or `_1`, `_2`, ... where
    variables share one."""
    named = (var for var in variables if isinstance(binding.get(var), int) and is_named(var))
    open_to = [(var.name, binding[var]) for var in sorted(named, key=lambda var: var.name)]
    values = [value for _, value in open_to]
    shared = list(dict.fromkeys(value for value in values if values.count(value) > 1))
    return {name: f"_{shared.index(value) + 1}" if value in shared else "_" for name, value in open_to}


def row_text(row: tuple[Const, ...]) -> str:
    """A counted row as nodes write it: `a`, `1-a`."""
    return "-".join(map(term_text, row))


def pair_up(goals: Conjunction, steps: tuple[Step, ...], binding: Binding) -> tuple[Binding, list[Due]] | None:
    """A binding under which the nodes are about the goals, one about each, and of a disjunction or of `documented` about
    those of one of its alternatives; None if there is none."""
    return _Pairing().of(goals, steps, binding)


class _Pairing(Struct):
    """Pairs nodes with goals; what has turned out not to fit it does not try again."""

    _failed: set[object] = field(default_factory=set)

    def of(self, goals: Conjunction, steps: tuple[Step, ...], binding: Binding) -> tuple[Binding, list[Due]] | None:
        if not goals:
            return None if steps else (binding, [])
        if self._failed and _paired(goals, steps, binding) in self._failed:
            return None
        found = self._found(goals, steps, binding)
        if found is None:
            self._failed.add(_paired(goals, steps, binding))
        return found

    def _found(self, goals: Conjunction, steps: tuple[Step, ...], binding: Binding) -> tuple[Binding, list[Due]] | None:
        literals = [goal for goal in goals if not goal.is_choice]
        ready = next((goal for goal in literals if all(var in binding for var in goal.vars)), None)
        goal = ready or next((each for each in literals if each.is_atom), (*literals, *goals)[0])
        rest = tuple(each for each in goals if each is not goal)
        if goal.is_choice:
            tried = (self.of((*branch, *rest), steps, binding) for branch in goal.inside)
            return next((found for found in tried if found is not None), None)
        for index, step in enumerate(steps):
            extended = unified(goal, step, binding)
            if extended is None:
                continue
            found = self.of(rest, steps[:index] + steps[index + 1 :], extended)
            if found is not None:
                return found[0], [Due(step, goal, found[0]), *found[1]]
            if ready:
                return None
        return None


def _paired(goals: Conjunction, steps: tuple[Step, ...], binding: Binding) -> object:
    """What makes pairing goals with nodes under a binding the same as before."""
    said = tuple(sorted([(step.goal, step.status) for step in steps]))
    return tuple(map(id, goals)), said, frozenset(binding.items())


def unified(goal: Goal, step: Step, binding: Binding) -> Binding | None:
    """The binding extended so that a literal says what a node says, or None."""
    if says(step.goal, as_written(goal, binding)):
        return binding
    if all(var in binding for var in goal.vars):
        return None
    closed, said = instance_of(goal, binding), step.said
    if isinstance(closed, AtomF) and isinstance(said, Builtin):  # the program's own, of the name of a built-in
        said = AtomF(Pred(said.name, len(said.args)), said.args)
    if type(said) is not type(closed) or (
        isinstance(said, AtomF) and isinstance(closed, AtomF) and said.pred != closed.pred
    ):
        return None
    ours, theirs = tuple(body_terms(closed)), tuple(body_terms(said))
    if len(ours) != len(theirs):
        return None
    extended = dict(binding)
    for our, their in zip(ours, theirs, strict=True):
        if isinstance(our, Var) and our in goal.vars and not isinstance(their, Var):
            extended.setdefault(our, their)
    return extended if says(step.goal, as_written(goal, extended)) else None


def said_under(goal: Goal, step: Step, binding: Binding) -> Binding | None:
    """The binding extended for a literal's nameless variables alone so that it says what a node says, or None."""
    extended = unified(goal, step, binding)
    is_same = extended is not None and not any(map(is_named, extended.keys() - binding.keys()))
    return extended if is_same else None


def readings(goals: Conjunction, steps: tuple[Step, ...], binding: Binding) -> Iterator[Binding]:
    """The ways to read the variables without a value: as `there is` or, where they have no name that a binding could
    tell, as what the children have, or as individuals that nothing names."""
    yield binding
    known = binding
    for goal, step in ((goal, step) for goal in goals for step in steps):
        known = said_under(goal, step, known) or known
    if len(known) > len(binding):
        yield known
    known = dict(binding)
    nameless = {var for goal in goals for var in goal.vars if not is_named(var)} - binding.keys()
    for var in sorted(nameless, key=lambda var: var.name):
        known[var] = new_individual(known)
    if len(known) > len(binding):
        yield known


def waits_for(goal: Goal, known: frozenset[Var]) -> frozenset[Var]:
    """The variables that some alternative of a disjunction needs, and does not give a value itself, beside those known."""
    if not goal.inside:
        return frozenset()
    return goal.vars - known - frozenset.intersection(*(settled_by(branch, known) for branch in goal.inside))


def may_say_nothing(goal: Goal, binding: Binding) -> bool:
    """Whether some test in a definition waits for what an individual is that nothing names."""
    is_about = any(isinstance(binding.get(var), int) for var in goal.vars)
    inside = chain.from_iterable(goal.inside)
    return (
        is_about
        and not goal.is_choice
        and goal.is_atom
        and any(waits(each, binding) or may_say_nothing(each, binding) for each in inside)
    )


def waits(goal: Goal, binding: Binding) -> bool:
    """Whether a literal needs a variable that has no value, and so says nothing."""

    def unbound(terms: Iterable[Term]) -> bool:
        return any(isinstance(term, Var) and isinstance(binding.get(term, term), Var | int) for term in terms)

    match goal.literal:
        case Compare("=", left, right):
            return all(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("==" | "\\=" | "\\==", left, right):
            return any(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("is", _, right):
            return unbound(expr_terms(right))
        case Compare(_, left, right):
            return unbound((*expr_terms(left), *expr_terms(right)))
        case Builtin(_, (*inputs, _)):
            return unbound(inputs)
        case Count(_, bound) if unbound((bound,)):
            return True
        case Or() | Documented():
            return bool(waits_for(goal, frozenset(binding)))
        case _:
            return any(var not in binding for var in goal.shared)
