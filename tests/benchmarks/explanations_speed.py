"""How many reviews with explanations, repairs and verification are made a second, beside clingo."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

from explain.report.data import review_json
from kb.language.syntax import (
    Clause,
)
from kb.language.terms import Date, Term, term_text
from tests.benchmarks.by_hand import CLINGO, CLINGO_DAYS, PREDICATES, knowledge
from tests.benchmarks.generate import cases

if TYPE_CHECKING:
    from tests.benchmarks.explanations import Run


def speed(run: Run, number: int, seed: int, rounds: int) -> None:
    """Prints how many reviews with explanations, repairs and verification are made a second, beside clingo."""
    import clingo

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

    reviews = [run.space.reviewer.review(case, closed_world=True) for _, case in loaded]
    compared = [  # clingo's policy knows neither conflicts nor that a name may not be recognised
        (mine.determination, (decided(text) or ["criteria_not_met"])[0])
        for mine, text in zip(reviews, texts, strict=True)
        if mine.determination != "conflicting_evidence" and not mine.not_recognised
    ]
    agree = sum(mine == theirs for mine, theirs in compared)
    print(
        f"{len(loaded)} cases, {rounds} rounds; closed-world determinations equal to clingo's: {agree} of {len(compared)}"
    )
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
