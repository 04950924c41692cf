"""Holds the explanations of random cases against brute force: `python -m tests.benchmarks.explanations N SEED`.

For each case: what why-not lists, against the truth of every literal by itself; every explanation of its review, against
the proof checker; what is missing, against exhaustive trial; then changes to the explanations, none of which may pass.
Prints counts and differences, and ends with 1 if there are any. `--speed` times reviews beside clingo instead.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import comb
from typing import TypeAlias

from engine.bodies import truth
from engine.cases import Case
from explain.fact_sets import FactSet, covers, set_key, tidy
from explain.proof import Node, node_json
from explain.recheck import Evaluator, Value
from explain.recheck_scopes import Goal, Rule, Rulebook, scoped
from explain.review import MEETS_CRITERIA, Review
from explain.review_json import review_json
from explain.verify import Verifier
from explain.verify_nodes import Checker
from explain.verify_steps import Fault, read_step
from explain.verify_words import read_body
from explain.why import Explainer
from explain.workspace import Workspace
from kb.diagnostics import ProgramError, Sources
from kb.loader import Loaded, read_goal
from kb.printer import show_atom, show_body
from kb.syntax import (
    TRUE,
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Pred,
    Program,
    Span,
    body_vars,
    expr_terms,
    map_terms,
    substitute,
    substitute_atom,
    variables,
)
from kb.terms import Atom, Const, Date, Int, Term, Var, plain_text, term_text
from kb.truth import Truth
from tests.benchmarks.by_hand import CLINGO, CLINGO_DAYS, PREDICATES, knowledge
from tests.benchmarks.generate import cases
from tests.explain.brute_force import has_conflict, state
from tests.explain.mutations import Json, Material, mutate
from tests.explain.mutations import nodes_of as json_nodes

NAME = Atom("c")
"""Every case has this name, so that explanations of one could be taken for those of another."""
KIND_SECTION = Pred("kind_section", 3)
POOL = 40
"""How many reviews at a time are mutated."""
Bound: TypeAlias = Mapping[Var, Term]
"""What variables are: constants, or variables for individuals that nothing names."""
MOST_SETS = 400
"""How many sets of one size are tried."""
MOST_LISTED = 10
FRESH: dict[str, tuple[Const, ...]] = {
    "date": tuple(Date(datetime.date(1950, 1, day)) for day in range(1, 9)),
    "integer": tuple(Int(900 + each) for each in range(8)),
    "": tuple(Atom(f"unheard_of_{each}") for each in range(8)),
}
"""Values that no case has, by the type of the argument; the dates make anyone of age."""


@dataclass(slots=True)
class Tally:
    """What was checked, and what was found to differ."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def must(self, holds: bool, what: str) -> None:
        """Notes a difference unless something holds."""
        if not holds:
            self.differences.append(what)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A case with its review as JSON, and where it comes from."""

    name: str
    facts: tuple[Clause, ...]
    review: Json
    evaluator: Evaluator


@dataclass(slots=True)
class Run:
    """The checks over one program; an open case is tried exhaustively where few facts bear on it, and of
    the others every `trials_every`th."""

    tally: Tally = field(default_factory=Tally)
    trials_every: int = 1
    space: Workspace = field(default_factory=Workspace.open)
    book: Rulebook = field(init=False)
    verifier: Verifier = field(init=False)

    def __post_init__(self) -> None:
        self.book = Rulebook.of(self.space.loaded.program)
        self.verifier = Verifier(self.book)

    def load(self, name: str, facts: Iterable[AtomF]) -> Case | None:
        """The only case of the workspace from now on, or None if it cannot be reviewed."""
        own = tuple(
            Clause(AtomF(fact.pred, (NAME, *fact.args[1:])), TRUE, Span(f"{name}.pl", line, 1))
            for line, fact in enumerate(facts, 1)
        )
        self.space.set_facts(())
        try:
            (case,) = self.space.add_cases(Loaded(Program(own), Sources(), ()))
        except ProgramError:
            self.tally.counts["cases that contradict themselves in one key, not reviewed"] += 1
            return None
        self.tally.counts["cases"] += 1
        return case

    def check(self, name: str, facts: Iterable[AtomF]) -> Reviewed | None:
        """Checks everything but mutations of one case, whose review it gives."""
        case = self.load(name, facts)
        if case is None:
            return None
        review = self.space.review(case)
        data: Json = json.loads(json.dumps(review_json(review)))
        self.why_not(name, case)
        for fault in self.verifier.verify(data, case.facts):
            self.tally.must(False, f"{name}: the checker rejects the review: {fault}")
        self.tally.counts["explanations accepted by the checker"] += len(explanations(data))
        if review.determination == "more_information_needed":
            self.repairs(name, case, review)
        return Reviewed(name, case.facts, data, Evaluator(self.book, case.facts))

    # --- why not -----------------------------------------------------------------------------------------------

    def why_not(self, name: str, case: Case) -> None:
        """Checks why-not for the criteria, the rule for the kind of request first."""
        goal = AtomF(MEETS_CRITERIA, (NAME,))
        root = self.space.why_not(show_atom(goal))
        data: Json = json.loads(json.dumps(node_json(root)))
        referee = Referee(self, name, Evaluator(self.book, case.facts))
        kind = plain_text(case.request.args[2])
        if root.status is not Truth.TRUE:
            self.tally.counts["cases whose criteria are not all met"] += 1
            (rule,) = (rule for rule in self.book.rules[MEETS_CRITERIA] if f"{kind}_request" in rule.text)
            nodes = [node for node in nodes_of(root) if node.goal == show_atom(goal) and node.kind == "rule"]
            listed = [node for node in nodes if node.rule is not None and node.rule.text == rule.text]
            self.tally.must(len(listed) == 1, f"{name}: {len(listed)} nodes for the rule of the {kind} request")
            for node in listed:
                expected = referee.not_true(rule, {Var("Case"): NAME})
                shown = sorted((child.goal, child.status.value) for child in node.children)
                self.tally.counts["criteria listed as not true"] += len(shown)
                self.tally.must(
                    shown == sorted(expected), f"{name}: lists {shown}, and brute force finds {sorted(expected)}"
                )
        referee.node(data)

    # --- what is missing ---------------------------------------------------------------------------------------

    def repairs(self, name: str, case: Case, review: Review) -> None:
        """Checks that each set is enough, minimal and free of conflict, and that no small one is left out."""
        listed = [tuple(fact.atom for fact in facts) for facts in review.missing]
        trials = Trials(self, case)
        self.tally.counts["open cases"] += 1
        self.tally.must(listed == sorted(listed, key=set_key), f"{name}: sets of missing facts are not in order")
        for facts in listed:
            self.tally.counts["sets of missing facts tried"] += 1
            said = f"{name}: {[show_atom(fact) for fact in facts]}"
            own = trials.instance(facts)
            self.tally.must(trials.settles(own) and not trials.conflicts(own), f"{said} does not settle the case")
            for size in range(len(own)) if len(own) <= 4 else (len(own) - 1,):
                for fewer in combinations(own, size):
                    self.tally.must(not trials.settles(fewer), f"{said} is not minimal")
        universe = list(trials.universe())
        if comb(len(universe), 2) <= MOST_SETS or (self.tally.counts["open cases"] - 1) % self.trials_every == 0:
            self._exhaustive(name, listed, trials, universe)
        self.tally.counts["sets of facts tried"] += len(trials.tried)

    def _exhaustive(self, name: str, listed: Sequence[FactSet], trials: Trials, universe: Sequence[AtomF]) -> None:
        most = max((size for size in (1, 2, 3, 4) if comb(len(universe), size) <= MOST_SETS), default=1)
        self.tally.counts[f"open cases with every set of up to {most} of some facts tried"] += 1
        found = trials.exhaustive(universe, most)
        for each in found:
            is_shown = any(covers(other, each) for other in listed)
            is_later = len(listed) == MOST_LISTED and set_key(listed[-1]) < set_key(each)
            said = f"{name}: {[show_atom(fact) for fact in each]} would settle the case and is not listed"
            self.tally.must(is_shown or is_later, said)
        for facts in listed:
            if len(facts) <= most and set(trials.instance(facts)) <= set(universe):
                said = f"{name}: {[show_atom(fact) for fact in facts]} is listed and exhaustive trial does not find it"
                self.tally.must(facts in found, said)
        self.tally.counts["small sets that exhaustive trial finds"] += len(found)

    # --- mutations ---------------------------------------------------------------------------------------------

    def mutations(self, pool: Sequence[Reviewed], number: int, rng: random.Random) -> None:
        """Checks that changed explanations are rejected, unless they say no more than they did or what is so."""
        from tests.explain.test_verify import says_less

        pool = [each for each in pool if explanations(each.review)]
        material = Material.of([node for each in pool for node in explanations(each.review)])
        for each in pool:
            for genuine in explanations(each.review):
                self.tally.must(not self.faults(each, genuine, genuine["goal"]), f"{each.name}: rejected unchanged")
        for _ in range(number if pool else 0):
            one = rng.choice(pool)
            before = rng.choice(explanations(one.review))
            what, after = mutate(before, material, rng)
            self.tally.counts[f"mutations: {what}"] += 1
            self.tally.counts["mutations"] += 1
            if self.faults(one, after, before["goal"]):
                continue
            if says_less(before, after):
                self.tally.counts["mutations accepted, as they only leave out what may be left out"] += 1
            elif self._is_genuine(one, before, after):
                self.tally.counts["mutations accepted, as every step is that of a genuine explanation of the case"] += 1
            else:
                self.tally.must(False, f"{one.name}: accepted with {what}: {_difference(before, after)}")

    def _is_genuine(self, one: Reviewed, before: Json, after: Json) -> bool:
        """Whether each step of an explanation, with what its children claim, is a step of the case's own explanations,
        those with every alternative opened among them."""
        goal = read_body(before["goal"])
        if not isinstance(goal, AtomF):
            return False
        explainer = Explainer(self.space.kb.with_facts(one.facts), self.space.reviewer.book, every=True)
        explainer.section = self._section(one)
        opened: Json = json.loads(json.dumps(node_json(explainer.atom(goal))))
        genuine = {_step(node) for each in (opened, *explanations(one.review)) for node in json_nodes(each)}
        return {_step(node) for node in json_nodes(after)} <= genuine

    def _section(self, one: Reviewed) -> str | None:
        rows = one.evaluator.rows(KIND_SECTION, (Atom("xpovio"), Atom(one.review["kind"]), None), False)
        return next((plain_text(row[2]) for row in rows if not isinstance(row[2], int)), None)

    def faults(self, one: Reviewed, explanation: Json, goal: str) -> list[Fault]:
        """What the checker finds wrong with an explanation of a goal, as it checks those in a review."""
        found: list[Fault] = []
        step = read_step(explanation, "", found)
        if step is not None:
            Checker(one.evaluator, self._section(one), found).explanation(step, read_body(goal))
        return found


def _step(node: Json) -> str:
    """What a node says itself, and what its children claim."""
    own = {key: value for key, value in node.items() if key not in ("id", "children", "opened")}
    return json.dumps([own, sorted((child["goal"], child["status"]) for child in node["children"])], sort_keys=True)


def _difference(before: Json, after: Json) -> str:
    """Where two explanations first differ."""
    for key in before:
        if key not in ("id", "children") and before[key] != after[key]:
            return f"{key} of `{before['goal']}` ({before['kind']}): {before[key]!r} became {after[key]!r}"
    goals = [child["goal"] for child in before["children"]], [child["goal"] for child in after["children"]]
    if goals[0] != goals[1]:
        return f"children of `{before['goal']}` ({before['kind']}): {goals[0]} became {goals[1]}"
    pairs = zip(before["children"], after["children"], strict=True)
    return next((_difference(one, two) for one, two in pairs if one["id"] != two["id"]), "nothing")


def explanations(review: Json) -> list[Json]:
    """The explanations in a review."""
    found = [review["proof"]] if review["proof"] else []
    pending = list(review["criteria"])
    while pending:
        criterion = pending.pop()
        found.append(criterion["explanation"])
        pending += criterion["alternatives"]
    return found + [each[side] for each in review["conflicts"] for side in ("for", "against")]


def nodes_of(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in node.children:
        yield from nodes_of(child)


# --- the truth of each literal by itself ---------------------------------------------------------------------------


@dataclass(slots=True)
class Referee:
    """Holds the nodes of an explanation against the truth of their goals: the engine's and the checker's own."""

    run: Run
    name: str
    evaluator: Evaluator

    def node(self, node: Json) -> None:
        """Checks what a node and those below it claim, and what failing rules list."""
        if node["kind"] not in ("witness", "branch", "rule"):
            self._claim(node)
        if node["kind"] == "rule":
            self._rule(node)
        elif node["kind"] == "alternatives":
            self._alternatives(node)
        for child in node["children"]:
            self.node(child)

    def not_true(self, rule: Rule, binding: Bound) -> list[tuple[str, str]]:
        """The literals of a rule that are neither true nor wait for a value, with their truth."""
        (goals,) = rule.body
        found = [(goal, self._truth(goal, binding)) for goal in goals if not _waits(goal, binding)]
        return [(_text(goal, binding), state.value) for goal, state in found if state is not Truth.TRUE]

    def _truth(self, goal: Goal, binding: Bound) -> Truth:
        """The truth of a literal under a binding, whose variables stand for individuals; two evaluators agree on it."""
        known = {var: binding[var] for var in goal.vars if var in binding}
        numbers: dict[Term, int] = {}
        values: dict[Var, Value] = {
            var: numbers.setdefault(value, len(numbers) + 1) if isinstance(value, Var) else value
            for var, value in known.items()
        }
        ours = truth(self.run.space.kb, goal.literal, known)
        theirs = self.evaluator.truth(((goal,),), values)
        self.run.tally.counts["literals evaluated twice"] += 1
        self._must(ours is theirs, f"`{_text(goal, binding)}` is {ours} to the engine, {theirs} to the checker")
        return theirs

    def _claim(self, node: Json) -> None:
        """A node's goal has the truth that the node says."""
        goal = read_goal(node["goal"])
        if isinstance(goal, tuple):
            self._must(False, f"`{node['goal']}` is no goal")
            return
        marks: dict[str, int] = {}
        binding: dict[Var, Value] = {}
        for var in body_vars(goal):
            mark = node["binding"].get(var.name, "")
            if mark.startswith("_"):
                binding[var] = marks.setdefault(mark if mark != "_" else var.name, len(marks) + 1)
        found = self.evaluator.truth(scoped(goal, frozenset(binding)), binding)
        if isinstance(goal, AtomF) and not variables(goal.args):
            self._must(self.run.space.kb.truth(goal) is found, f"the evaluators differ on `{node['goal']}`")
        self.run.tally.counts["claims of nodes"] += 1
        said = f"`{node['goal']}` ({node['kind']}) is said to be {node['status']}, and is {found.value}"
        self._must(found.value == node["status"], said)

    def _rule(self, node: Json) -> None:
        """The children of a rule that fails are its literals that are not true; of one that holds, all of them."""
        rules = self.run.book.by_text.get(node["rule"]["text"], [])
        goal = read_goal(node["goal"])
        if not rules or not isinstance(goal, AtomF):
            self._must(False, f"no rule for `{node['goal']}`")
            return
        binding = _bound(rules[0], goal, node["binding"])
        (goals,) = rules[0].body
        numbers: dict[Term, int] = {}
        head: dict[Var, Value] = {
            arg: numbers.setdefault(binding[arg], len(numbers) + 1) if isinstance(binding[arg], Var) else binding[arg]  # type: ignore[misc]
            for arg in rules[0].head.args
            if isinstance(arg, Var) and arg in binding
        }
        found = self.evaluator.truth(rules[0].body, head)
        self._must(
            found.value == node["status"],
            f"a rule for `{node['goal']}` is said to be {node['status']}, and is {found.value}",
        )
        if node["status"] == "true":
            self.run.tally.counts["rules that hold"] += 1
            self._must(len(goals) == len(node["children"]), f"`{node['goal']}` has premises left out")
            return
        self.run.tally.counts["rules that fail"] += 1
        actual = sorted((_canonical(child["goal"]), child["status"]) for child in node["children"])
        expected = sorted((_canonical(text), state) for text, state in self.not_true(rules[0], binding))
        self.run.tally.counts["literals listed by rules that fail"] += len(actual)
        self._must(
            actual == expected, f"`{node['goal']}` {node['binding']} lists {actual}, where {expected} are not true"
        )

    def _alternatives(self, node: Json) -> None:
        """Every rule that could conclude an atom is there, once."""
        goal = read_goal(node["goal"])
        if not isinstance(goal, AtomF):
            return
        expected = sorted(
            rule.text
            for rule in self.run.book.rules.get(goal.pred, ())
            if all(
                isinstance(a, Var) or isinstance(b, Var) or a == b
                for a, b in zip(rule.head.args, goal.args, strict=True)
            )
        )
        self.run.tally.counts["choices among rules"] += 1
        actual = sorted(child["rule"]["text"] for child in node["children"])
        self._must(actual == expected, f"`{node['goal']}` has {actual}, and the program {expected}")

    def _must(self, holds: bool, what: str) -> None:
        self.run.tally.must(holds, f"{self.name}: {what}")


def _bound(rule: Rule, goal: AtomF, shown: dict[str, str]) -> dict[Var, Term]:
    """A rule's variables as a node has them: constants, or variables for individuals that nothing names."""
    binding: dict[Var, Term] = {}
    for ours, theirs in zip(rule.head.args, goal.args, strict=True):
        if isinstance(ours, Var) and not isinstance(theirs, Var):
            binding[ours] = theirs
    for name, text in shown.items():
        value = None if text.startswith("_") else read_goal(f"value({text})")
        if value is None:
            binding[Var(name)] = Var(f"{name}@" if text == "_" else text)
        elif isinstance(value, AtomF):
            binding[Var(name)] = value.args[0]
    return binding


def _text(goal: Goal, binding: Bound) -> str:
    """A literal as nodes write it."""
    known = {var: binding[var] for var in goal.vars if var in binding}
    return show_body(
        substitute(goal.literal, {var: value for var, value in known.items() if not isinstance(value, Var)})
    )


def _canonical(text: str) -> str:
    """A goal's text with its variables named in order."""
    goal = read_goal(text)
    assert not isinstance(goal, tuple)
    names: dict[Term, Var] = {}
    renamed: Body = map_terms(
        goal, lambda term: names.setdefault(term, Var(f"V{len(names)}")) if isinstance(term, Var) else term
    )
    return show_body(renamed)


def _waits(goal: Goal, binding: Bound) -> bool:
    """Whether a literal needs a value that is missing: an input of a computation, a side of an equation, a variable
    that it shares with the clause."""

    def unknown(terms: Iterable[Term]) -> bool:
        return any(isinstance(term, Var) and isinstance(binding.get(term, term), Var) for term in terms)

    match goal.literal:
        case AtomF():
            return False
        case Compare("=" | "==" | "\\=" | "\\==", left, right):
            return any(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("is", _, right):
            return unknown(expr_terms(right))
        case Compare(_, left, right):
            return unknown((*expr_terms(left), *expr_terms(right)))
        case Builtin(_, args):
            return unknown(args[:-1])
        case Count(_, bound) if unknown((bound,)):
            return True
        case Aggregate(result=Var() as result):
            return any(var not in binding for var in goal.vars - {result})
        case _:
            return any(var not in binding for var in goal.vars)


# --- exhaustive trial ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Trials:
    """Tries sets of facts on an open case, by the checker's evaluator, which has no part in the search."""

    run: Run
    case: Case
    tried: dict[frozenset[AtomF], bool] = field(default_factory=dict)
    open: tuple[Pred, ...] = field(init=False)
    """The criteria that are not documented: all others stay as they are, whatever else is stated."""

    def __post_init__(self) -> None:
        evaluator = Evaluator(self.run.book, self.case.facts)
        kind = plain_text(self.case.request.args[2])
        (rule,) = (rule for rule in self.run.book.rules[MEETS_CRITERIA] if f"{kind}_request" in rule.text)
        (goals,) = rule.body
        atoms = [goal.literal for goal in goals if isinstance(goal.literal, AtomF)]
        found = [each.pred for each in atoms if evaluator.atom(each.pred, (NAME,)) is Truth.UNKNOWN]
        self.open = tuple(sorted(found, key=lambda pred: len(self.run.book.reach[pred])))

    def settles(self, facts: Iterable[AtomF]) -> bool:
        """Whether the case meets the criteria with these facts."""
        together = frozenset(facts)
        if together not in self.tried:
            self.tried[together] = self._settles(together)
        return self.tried[together]

    def _settles(self, facts: frozenset[AtomF]) -> bool:
        about = {side for fact in facts for side in (fact.pred, fact.pred.opposite)}
        if not all(about & self.run.book.reach[pred] for pred in self.open):
            return False  # nothing bears on one of the criteria, which stays as it is
        stated = tuple(Clause(fact, TRUE) for fact in facts)
        evaluator = Evaluator(self.run.book, (*self.case.facts, *stated))
        return all(any(True for _ in evaluator.rows(pred, (NAME,), False)) for pred in self.open)

    def conflicts(self, facts: Iterable[AtomF]) -> bool:
        """Whether the case contradicts itself with these facts."""
        return has_conflict(state(self.run.space.kb, facts))

    def instance(self, facts: FactSet) -> FactSet:
        """The facts with values that nothing mentions for their variables."""
        values: dict[Var, Term] = {}
        for fact in facts:
            for arg, name in zip(fact.args, self._types(fact.pred), strict=True):
                if isinstance(arg, Var):
                    values.setdefault(arg, FRESH[name][len([v for v in values.values() if v in FRESH[name]])])
        return tuple(substitute_atom(fact, values) for fact in facts)

    def universe(self) -> Iterator[AtomF]:
        """The facts that are tried: of what the open criteria depend on, over a small vocabulary."""
        book, declared = self.run.book, self.run.book.declarations
        evaluator = Evaluator(book, self.case.facts)
        reached = frozenset().union(*(book.reach[pred] for pred in self.open))
        for pred in declared.questions:
            if pred not in reached:
                continue
            for row in product((NAME,), *(self._values(pred, index) for index in range(1, pred.arity))):
                if evaluator.atom(pred, row) is Truth.UNKNOWN:
                    yield AtomF(pred, row)
                    if pred not in declared.functional and pred.name != "prior_therapy":
                        yield AtomF(pred.opposite, row)

    def exhaustive(self, facts: Sequence[AtomF], most: int) -> list[FactSet]:
        """The minimal sets of at most so many of the facts, values that nothing mentions made variables."""
        found: list[frozenset[AtomF]] = []
        for size in range(1, most + 1):
            for chosen in combinations(facts, size):
                if (
                    not any(each <= set(chosen) for each in found)
                    and self.settles(chosen)
                    and not self.conflicts(chosen)
                ):
                    found.append(frozenset(chosen))
        names: dict[Term, Var] = {value: Var(f"V{i}") for i, value in enumerate(v for s in FRESH.values() for v in s)}
        general = {
            tidy(AtomF(fact.pred, tuple(names.get(arg, arg) for arg in fact.args)) for fact in each) for each in found
        }
        shown = [each for each in general if not any(other != each and covers(other, each) for other in general)]
        return sorted(shown, key=set_key)

    def _types(self, pred: Pred) -> list[str]:
        types = self.run.book.declarations.types_of(pred)
        return [each if each in FRESH else "" for each in types]

    def _values(self, pred: Pred, index: int) -> list[Const]:
        listed = self.run.space.reviewer.vocabulary.listed.get((pred.name, index + 1))
        if listed:
            return list(listed)
        kind, declared = self._types(pred)[index], self.run.book.declarations.types_of(pred)[index]
        fresh = list(FRESH[kind][:2])
        if kind == "date":
            return [fresh[0], Date(self.case.date - datetime.timedelta(3650))]
        if kind == "integer":
            own = {fact.head.args[1] for fact in self.case.facts if fact.head.pred.name in _LINED}
            return [*sorted((each for each in own if isinstance(each, Int)), key=lambda each: each.value), *fresh]
        if declared == "condition":
            return [*map(Atom, ("multiple_myeloma", "diffuse_large_b_cell_lymphoma", *_OTHERS)), fresh[0]]
        agents = _AGENTS["prior_therapy"] if pred.name == "prior_therapy" else _AGENTS.get(pred.name, ())
        return [*map(Atom, agents), *fresh]


_LINED = ("prior_therapy", "best_response", "last_dose", "progression")
_OTHERS = ("dlbcl_arising_from_follicular_lymphoma", "breast_cancer")
_AGENTS = {
    "refractory": (
        "bortezomib", "carfilzomib", "ixazomib", "lenalidomide", "pomalidomide", "thalidomide", "daratumumab",
        "daratumumab_and_hyaluronidase", "isatuximab",
    ),
    "combination": ("bortezomib", "dexamethasone"),
    "prophylaxis": (
        "aprepitant", "dolasetron", "fosaprepitant", "granisetron", "metoclopramide", "olanzapine", "ondansetron",
        "palonosetron", "prochlorperazine", "promethazine", "rolapitant",
    ),
    "prior_therapy": ("bortezomib", "isatuximab"),
}  # fmt: skip


# --- speed ---------------------------------------------------------------------------------------------------------


def speed(number: int, seed: int, rounds: int) -> None:
    """Prints how many reviews with explanations, repairs and verification are made a second, beside clingo."""
    import clingo

    run = Run()
    loaded = [
        (each, case) for each, facts in enumerate(cases(number, seed)) if (case := run.load(f"case{each}", facts))
    ]
    policy = "\n".join((CLINGO, CLINGO_DAYS, *knowledge()))
    texts = [" ".join(map(_as_clingo, filter(_is_for_clingo, case.facts))) for _, case in loaded]

    def ours() -> None:
        for _, case in loaded:
            data = json.loads(json.dumps(review_json(run.space.review(case))))
            assert run.verifier.verify(data, case.facts) == []

    def only_reviews() -> None:
        for _, case in loaded:
            review_json(run.space.review(case))

    def without_repairs() -> None:
        for _, case in loaded:
            run.space.reviewer.review(case, closed_world=True)

    def decided(text: str) -> list[str]:
        control = clingo.Control(["--warn=none"])
        control.add("base", [], policy + text)
        control.ground([("base", [])])
        found: list[str] = []
        control.solve(on_model=lambda model: found.extend(str(each.arguments[1]) for each in model.symbols(shown=True)))
        return found

    def theirs() -> None:
        for text in texts:
            decided(text)

    reviews = [run.space.reviewer.review(case, closed_world=True).determination for _, case in loaded]
    agree = sum(
        mine == (decided(text) or ["criteria_not_met"])[0]
        for mine, text in zip(reviews, texts, strict=True)
        if mine != "conflicting_evidence"
    )
    compared = sum(each != "conflicting_evidence" for each in reviews)
    print(f"{len(loaded)} cases, {rounds} rounds; closed-world determinations equal to clingo's: {agree} of {compared}")
    rates = {}
    for what, call in (
        ("clingo, determination only", theirs),
        ("reviews with explanations, closed world", without_repairs),
        ("reviews with explanations and repairs", only_reviews),
        ("the same, and verified from JSON", ours),
    ):
        taken = []
        for _ in range(rounds):
            start = time.perf_counter()
            call()
            taken.append(len(loaded) / (time.perf_counter() - start))
        rates[what] = statistics.median(taken)
        spread = f"{min(taken):.1f} to {max(taken):.1f}"
        ratio = rates["clingo, determination only"] / rates[what]
        print(f"{what:42} {rates[what]:8.1f} a second ({spread}); clingo is {ratio:.2f} times as fast")
    print(_scasp())


def _is_for_clingo(fact: Clause) -> bool:
    return str(fact.head.pred) in PREDICATES


def _as_clingo(fact: Clause) -> str:
    """A fact as the clingo program reads it: days as numbers, or as year, month and day where ages are compared."""

    def term(arg: Term) -> str:
        if not isinstance(arg, Date):
            return term_text(arg)
        is_ymd = fact.head.pred.name in ("request", "birth_date")
        return arg.value.strftime("%Y%m%d") if is_ymd else str(arg.value.toordinal())

    return f"{fact.head.pred.name}({', '.join(map(term, fact.head.args))})."


def _scasp() -> str:
    """Whether s(CASP) could be compared."""
    swipl = shutil.which("swipl")
    if swipl is None:
        return "s(CASP): not compared, there is no swipl here"
    goal = "catch(use_module(library(scasp)), _, fail)"
    found = subprocess.run([swipl, "-g", goal, "-t", "halt"], capture_output=True, text=True, check=False)
    is_there = found.returncode == 0 and "goal" not in found.stderr
    return (
        "s(CASP): its pack is installed; see the peers' notes"
        if is_there
        else "s(CASP): not compared, swipl has no such pack"
    )


# --- the script ----------------------------------------------------------------------------------------------------


def compare(
    number: int, seed: int, mutations: int, *, start: int = 0, trials_every: int = 1, noisy: bool = False
) -> Tally:
    """Checks so many random cases and mutations of their explanations."""
    run = Run(trials_every=trials_every)
    rng = random.Random(seed)
    pool: list[Reviewed] = []
    left = mutations
    for index, facts in enumerate(cases(number, seed, start), 1):
        reviewed = run.check(f"case{start + index - 1}", facts)
        if reviewed is not None:
            pool.append(reviewed)
        if len(pool) == POOL or index == number:
            share = left if index == number else min(left, round(mutations * index / number) - mutations + left)
            run.mutations(pool, share, rng)
            left -= share
            pool = []
            if noisy:
                print(
                    f"{index} cases, {mutations - left} mutations, {len(run.tally.differences)} differences",
                    file=sys.stderr,
                    flush=True,
                )
    return run.tally


def main() -> int:
    """Runs the comparison that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=100, help="how many cases")
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--start", type=int, default=0, help="the number of the first case of the seed")
    parser.add_argument("--mutations", type=int, help="how many changed explanations; as many as cases if not given")
    parser.add_argument(
        "--trials-every",
        type=int,
        default=8,
        help="of open cases that many facts bear on, every so many is tried exhaustively",
    )
    parser.add_argument("--speed", action="store_true", help="time reviews, and compare nothing")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    if args.speed:
        speed(args.number, args.seed, args.rounds)
        return 0
    mutations = args.number if args.mutations is None else args.mutations
    tally = compare(args.number, args.seed, mutations, start=args.start, trials_every=args.trials_every, noisy=True)
    for what, count in sorted(tally.counts.items()):
        print(f"{count:9} {what}")
    print(f"{len(tally.differences):9} differences")
    for each in tally.differences[:50]:
        print(each)
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
