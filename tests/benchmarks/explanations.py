"""Holds the explanations of random cases against brute force: `python -m tests.benchmarks.explanations N SEED`.

For each case: what why-not lists, against the truth of every literal by itself; every explanation of its review, against
the proof checker; what is missing, against exhaustive trial; then changes to the explanations, none of which may pass but those
after which all that is said is so still.
Prints counts and differences, and ends with 1 if there are any.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from math import comb

from engine.cases import Case
from explain.proof.fact_sets import FactSet, covers, set_key
from explain.proof.node_json import node_json
from explain.proof.nodes import BELOW
from explain.proof.why import Explainer
from explain.report.data import review_json
from explain.report.review import Review
from explain.verify import Verifier
from explain.verify.evaluator import Evaluator, rulebook
from explain.verify.explanations import Explanations
from explain.verify.obligations import Context
from explain.verify.program import Rulebook
from explain.verify.steps import Fault, StepReader, read_body
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.diagnostics import ProgramError, Sources
from kb.language.loader import Loaded
from kb.language.printer import show_atom
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Clause, Span
from kb.language.terms import Var, plain_text
from kb.language.truth import Truth
from tests.benchmarks.explained_cases import NAME, Reviewed, Tally, nodes_of
from tests.benchmarks.explanations_referee import Referee
from tests.benchmarks.explanations_trials import MOST_SETS, Trials
from tests.benchmarks.generate import cases
from tests.explain.mutations import (
    Json,
    Material,
    explanations,
    folded,
    mutate,
    mutate_json,
    mutate_review,
    says_less,
    spread,
)
from tests.explain.mutations import nodes_of as json_nodes

POOL = 40
"""How many reviews at a time are mutated."""
MOST_LISTED = 10
"""How many sets of missing facts a review lists at most."""


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
        self.book = rulebook(self.space.loaded.program)
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
        data: Json = spread(json.loads(json.dumps(review_json(review))))
        self.why_not(name, case)
        for fault in self.verifier.verify(folded(data), case.facts):
            self.tally.must(False, f"{name}: the checker rejects the review: {fault}")
        self.tally.counts["explanations accepted by the checker"] += len(explanations(data))
        if review.determination == "more_information_needed":
            self.repairs(name, case, review)
        return Reviewed(name, case.facts, data, Evaluator(self.book, case.facts))

    # --- why not -----------------------------------------------------------------------------------------------

    def why_not(self, name: str, case: Case) -> None:
        """Checks why-not for the criteria, the rule for the kind of request first."""
        goal = AtomF(MEETS_CRITERIA, (NAME,))
        root = self.space.explain(show_atom(goal)).node
        data: Json = spread(json.loads(json.dumps(node_json(root))))
        referee = Referee(self, name, Evaluator(self.book, case.facts))
        kind = plain_text(case.request.args[2])
        if root.status is not Truth.TRUE:
            self.tally.counts["cases whose criteria are not all met"] += 1
            (rule,) = (
                rule for rule in self.book.rules[MEETS_CRITERIA] if f"request_under(Case, xpovio, {kind})" in rule.text
            )
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
        pool = [each for each in pool if explanations(each.review)]
        material = Material.of([node for each in pool for node in explanations(each.review)])
        for each in pool:
            for genuine in explanations(each.review):
                self.tally.must(not self.faults(each, genuine, genuine["goal"]), f"{each.name}: rejected unchanged")
        for index in range(number if pool else 0):
            one = rng.choice(pool)
            if index % 5 == 0:
                self._of_review(one, rng)
                continue
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

    def _of_review(self, one: Reviewed, rng: random.Random) -> None:
        """Checks that a review that is changed outside its explanations, or anywhere in its JSON, is rejected."""
        what, changed = mutate_review(one.review, rng) if rng.random() < 0.5 else mutate_json(one.review, rng)
        self.tally.counts[f"mutations: {what}"] += 1
        self.tally.counts["mutations"] += 1
        if self.verifier.verify(changed, one.facts):
            return
        if _in_any_order(spread(changed)) == _in_any_order(one.review):
            self.tally.counts["mutations accepted, as only the order of what is below a step is another"] += 1
        else:
            self.tally.must(False, f"{one.name}: accepted with {what}")

    def _is_genuine(self, one: Reviewed, before: Json, after: Json) -> bool:
        """Whether each step of an explanation, with what its children claim, is a step of the case's own explanations,
        those with every alternative opened among them."""
        goal = read_body(before["goal"])
        if not isinstance(goal, AtomF):
            return False
        kb = self.space.kb.with_facts(one.facts)
        explainer = Explainer(kb, self.space.reviewer.book, every=True)
        opened: Json = spread(json.loads(json.dumps(node_json(explainer.atom(goal)))))
        genuine = {_step(node) for each in (opened, *explanations(one.review)) for node in json_nodes(each)}
        return {_step(node) for node in json_nodes(after)} <= genuine

    def faults(self, one: Reviewed, explanation: Json, goal: str) -> list[Fault]:
        """What the checker finds wrong with an explanation of a goal, as it checks those in a review."""
        found: list[Fault] = []
        step = StepReader(found).read(folded(explanation), "")
        if step is not None:
            body = read_body(goal)
            found += Explanations(Context.of(one.evaluator, body or TRUE)).faults(step, body)
        return found


def _step(node: Json) -> str:
    """What a node says itself, and what its children claim."""
    own = {key: value for key, value in node.items() if key not in ("id", "children", "opened")}
    return json.dumps([own, sorted((child["goal"], child["status"]) for child in node["children"])], sort_keys=True)


def _in_any_order(data: object) -> object:
    """What JSON data with all steps in full says, in whatever order steps stand below another: the checker compares none."""
    if isinstance(data, list):
        return [*map(_in_any_order, data)]
    if not isinstance(data, dict):
        return data
    own = {key: _in_any_order(value) for key, value in data.items() if key != "id"}  # which depends on the order below
    in_order = partial(json.dumps, sort_keys=True)
    return {key: sorted(value, key=in_order) if key in BELOW else value for key, value in own.items()}


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
    args = parser.parse_args()
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
