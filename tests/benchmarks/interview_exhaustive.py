"""Interviews compared with trial of what may be answered: `python -m tests.benchmarks.interview_exhaustive N SEED`.

Random policies compare integers, decimals and dates (those of `missing_exhaustive`, as the one criterion of a policy). Each is asked
about a case, question after question, and answered at random: with a fact of a grid, with `no`, or with `unknown`. A question
matters if there are facts, none, one or some beside it, with which an answer to it changes the determination; those are tried. No
question may be asked that does not matter, and none that matters may be left when nothing is asked any more.
"""

from __future__ import annotations

import datetime
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.knowledge import KnowledgeBase
from explain.interview.answers import AnswerError
from explain.interview.questions import Asks, Question
from explain.interview.session import Interview
from explain.workspace import Workspace
from kb.language.declarations import COMPLETE, MEETS_CRITERIA
from kb.language.loader import load_text
from kb.language.printer import show_atom, show_clause
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom
from kb.language.truth import Truth
from tests.benchmarks import missing_exhaustive
from tests.explain.brute_force import has_conflict, state

POLICY = """
:- pred request(Case: case, Drug: agent, Kind: kind, Date: date) :: 'r'.
:- pred requested_on(Case: case, Date: date) :: 'on'.
requested_on(C, D) :- request(C, _, _, D).
:- pred policy_covers(Policy: policy, Drug: agent) :: 'c'.
:- pred requested_drug(Case: case, Drug: agent) :: 'd'.
:- pred policy_in_force(Case: case, Policy: policy, From: date) :: 'f'.
:- pred criterion(Policy: policy, Kind: kind, Number: integer, Id: part, Predicate: predicate) :: 'n'.
:- pred meets_criteria(Case: case) :: 'm'.
policy_covers(pol, drug).
requested_drug(C, D) :- request(C, D, _, _).
policy_in_force(C, pol, 2020-01-01) :- request(C, drug, _, _).
criterion(pol, initial, 1, one, g).
meets_criteria(C) :- g(C).
"""
CASE = "request(c, drug, initial, 2025-06-01).\n"
MOST_STEPS = 12
MOST_SAMPLES = 1_500
"""How many sets of two and three facts are tried beside the answers to a question, where single ones tell nothing."""


def policies(number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Random policies, each with a case."""
    for text in missing_exhaustive.programs(number, seed):
        declared, _, rest = text.partition("request(c, 2025-06-01).")
        known = "\n".join(line for line in rest.splitlines() if not line.startswith("g("))
        rules = "\n".join(line for line in rest.splitlines() if line.startswith("g("))
        declared = declared.replace(":- pred request(C: case, D: date) :: 'request'.", "")
        yield declared + POLICY + rules.replace("request(C", "requested_on(C"), CASE + known


@dataclass
class Trial:
    """What answers come to, by trying them."""

    interview: Interview
    text: str
    _truths: dict[tuple[AtomF, ...], Truth | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        read = self.interview.reviewer.rules.names.read(self.interview.facts)
        self.kb = KnowledgeBase(self.interview.reviewer.rules, read.facts)
        left = {each for answer in self.interview.answers for each in answer.passed_over}
        preds = {each.name if isinstance(each, Pred) else each.pred.name for each in left}
        stated = "\n".join(show_clause(each) for each in self.interview.facts if each.head.pred.name != "request")
        self.facts = [each for each in grid(self.kb, f"{self.text}\n{stated}") if about(each) not in preds]

    def truth(self, facts: Iterable[AtomF] = ()) -> Truth | None:
        """Whether the criteria are met with some facts; None if they contradict each other."""
        key = tuple(sorted(facts, key=show_atom))
        if key not in self._truths:
            after = state(self.kb, key)
            is_fine = not has_conflict(after)
            self._truths[key] = after.truth(AtomF(MEETS_CRITERIA, (Atom("c"),))) if is_fine else None
        return self._truths[key]

    def _changes(self, beside: tuple[AtomF, ...], answers: Iterable[AtomF]) -> bool:
        before = self.truth(beside)
        return before is Truth.UNKNOWN and any(self.truth((*beside, each)) not in (None, before) for each in answers)

    def matters(self, pred: str, rnd: random.Random) -> bool:
        """Whether an answer about a predicate changes the determination, beside some facts."""
        answers = [each for each in self.facts if about(each) == pred]
        if self._changes((), answers) or any(self._changes((each,), answers) for each in self.facts):
            return True
        samples = (tuple(rnd.sample(self.facts, size)) for size in (2, 3) for _ in range(MOST_SAMPLES))
        return len(self.facts) > 3 and any(self._changes(each, answers) for each in samples)

    def any_matters(self) -> str | None:
        """A predicate of which one answer, or two, change the determination."""
        for pred in dict.fromkeys(map(about, self.facts)):
            answers = [each for each in self.facts if about(each) == pred]
            if self._changes((), answers) or any(self._changes((each,), answers) for each in self.facts):
                return pred
        return None


def grid(kb: KnowledgeBase, policy: str) -> list[AtomF]:
    """The facts that may be answered: those of the grid, and that records are complete."""
    rules = policy.partition("meets_criteria(C) :- g(C).")[2].replace("requested_on(", "request(")
    facts = missing_exhaustive.grid(kb, f"request(c, 2025-06-01).{rules}")
    recorded = dict.fromkeys(each.pred for each in facts if each.pred not in kb.declarations.functional)
    records = (AtomF(COMPLETE, (Atom("c"), Atom(pred.name))) for pred in recorded if pred.arity > 1)
    return [*facts, *(each for each in records if kb.truth(each) is not Truth.TRUE)]


def about(fact: AtomF) -> str:
    """Of which predicate a fact, or a complete record, is."""
    if fact.pred == COMPLETE and isinstance(fact.args[1], Atom):
        return fact.args[1].name
    return fact.pred.name


def answer(interview: Interview, question: Question, trial: Trial, rnd: random.Random) -> None:
    """Answers a question at random."""
    facts = [each for each in trial.facts if each.pred == question.atom.pred]
    kind = rnd.choice(("fact", "fact", "no", "unknown"))
    try:
        if kind == "fact" and question.asks is Asks.FACT:
            interview.affirm(question)
        elif kind == "fact" and facts:
            fact = rnd.choice(facts)
            interview.name(question, [tuple(fact.args[at] for at in question.blanks)])  # type: ignore[misc]
        elif kind == "no" and question.asks is not Asks.VALUE:
            interview.deny(question)
        else:
            interview.leave(question)
    except AnswerError:
        interview.leave(question)


def differences(policy: str, case: str, folder: Path, rnd: random.Random) -> Iterator[str]:
    """What an interview asks otherwise than trial."""
    path = folder / "policy.pl"
    path.write_text(policy, encoding="utf-8")
    workspace = Workspace.open([path])
    (asked_about,) = workspace.add_cases(load_text(case))
    interview = Interview(workspace.reviewer, asked_about, "Ada", datetime.date(2026, 11, 29))
    for _ in range(MOST_STEPS):
        question, trial = interview.question(), Trial(interview, policy)
        if question is None:
            left = trial.any_matters() if trial.truth() is Truth.UNKNOWN else None
            if left is not None:
                yield f"nothing is asked, and {left} would matter after {list(map(str, interview.new_facts))}"
            return
        if not question.is_laid_out:
            yield f"it is not known that {question.atom.pred} matters"
        elif not trial.matters(question.atom.pred.name, rnd):
            yield f"{show_atom(question.atom)} is asked, and no answer to it was found to matter"
        answer(interview, question, trial, rnd)


def main() -> None:
    """Prints what differs, and how many policies were asked by."""
    number, seed = (int(each) for each in sys.argv[1:3])
    rnd, differing = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        for policy, case in policies(number, seed):
            for difference in differences(policy, case, Path(folder), rnd):
                differing += 1
                print(policy.partition("meets_criteria(C) :- g(C).")[2].strip(), case, "\n   ", difference, flush=True)
    print(f"{number} policies, {differing} differ")


if __name__ == "__main__":
    main()
