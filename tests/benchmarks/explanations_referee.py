"""Explanations held against the truth of each literal by itself, asked of two evaluators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from explain.verify.evaluator import Evaluator
from explain.verify.program import Goal, Rule, Value, scoped
from kb.language.loader import read_goal
from kb.language.printer import show_body
from kb.language.syntax import Aggregate, AtomF, Body, Builtin, Compare, Count
from kb.language.terms import Term, Var
from kb.language.traversal import body_vars, expr_terms, map_terms, substitute, variables
from kb.language.truth import Truth
from tests.explain.mutations import Json

if TYPE_CHECKING:
    from tests.benchmarks.explanations import Run

Bound: TypeAlias = Mapping[Var, Term]
"""What variables are: constants, or variables for individuals that nothing names."""


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
        goals = rule.body
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
        ours = self.run.space.kb.part_truth(goal.literal, known)
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
        goals = rules[0].body
        numbers: dict[Term, int] = {}
        head: dict[Var, Value] = {
            arg: numbers.setdefault(binding[arg], len(numbers) + 1) if isinstance(binding[arg], Var) else binding[arg]  # type: ignore[misc]
            for arg in rules[0].head.args
            if isinstance(arg, Var) and arg in binding
        }
        found = self.evaluator.truth((rules[0].body,), head)
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
