"""Whether documenting more only settles what was open: `python -m tests.benchmarks.documenting_more N SEED`.

What is true stays true and what is false stays false when a fact is added whose atom was unknown and that brings no
conflict. By the definitions of the language these can break it, and are left out here; a report tells the first:

- `complete(Case, Predicate)` where rules could conclude the predicate from records that are open;
- a functional predicate that rules conclude, which then has two values;
- what is said of an atom that is decided already: the strong negation of one that a complete record or another value
  makes false, which is false in a body until it is stated.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Mapping

from engine import policies
from engine.bodies import RuleBook
from engine.cases import Case, cases_of
from engine.knowledge import KnowledgeBase, Rules
from engine.policies import Determination, Policies, determined
from engine.reading.plan import Reading
from engine.records import CompleteRecords
from explain.workspace import Workspace
from kb.language.declarations import COMPLETE, MEETS_CRITERIA
from kb.language.printer import show_atom, show_program
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Var
from kb.language.truth import Truth
from tests.benchmarks.generate import cases
from tests.strategies import Options, random_examples

MOST_FACTS = 6
NEW = Atom("brand_new")
"""A constant that no program mentions."""


def of_cases(number: int, seed: int) -> Iterator[str]:
    """What changes about random cases of the shipped policy when facts of other cases are added to them."""
    space, rnd = Workspace.open(), random.Random(seed)
    for mine, others in zip(cases(number, seed), cases(number, seed + 1), strict=True):
        yield from _OneCase(space, rnd).changes(mine, others)


class _OneCase:
    """A case that more and more is documented of."""

    def __init__(self, space: Workspace, rnd: random.Random) -> None:
        self.space, self.rnd = space, rnd
        self.policies: Policies = space.reviewer.policies

    def changes(self, mine: Iterable[AtomF], others: Iterable[AtomF]) -> Iterator[str]:
        facts = tuple(Clause(fact, TRUE) for fact in mine)
        (case,) = cases_of(facts)
        kb = KnowledgeBase(self.space.rules, facts)
        records = CompleteRecords(kb, self.space.reviewer.book, case)
        if any(map(records.open_below, records.preds)) or any(True for _ in policies.conflicting_atoms(kb, case)):
            return
        before = self.standing(kb, case)
        for fact in self.candidates(case, others):
            if kb.truth(AtomF(fact.pred.positive, fact.args)) is not Truth.UNKNOWN:
                continue
            more = (*facts, Clause(fact, TRUE))
            beside = KnowledgeBase(self.space.rules, more)
            if any(True for _ in policies.conflicting_atoms(beside, case)):
                continue
            after = self.standing(beside, case)
            for name in before:
                if not _may_become(before[name], after[name]):
                    stated = " ".join(f"{show_atom(each.head)}." for each in facts)
                    yield f"{name} was {before[name]}, and is {after[name]} with {show_atom(fact)}: {stated}"
            facts, kb, before = more, beside, after

    def candidates(self, case: Case, others: Iterable[AtomF]) -> list[AtomF]:
        """Facts about the case, for and against, as another case has them."""
        is_open = self.space.rules.declarations.is_abducible
        found = [AtomF(each.pred, (case.name, *each.args[1:])) for each in others if is_open(each.pred.positive)]
        denied = [AtomF(each.pred.opposite, each.args) for each in found]
        return self.rnd.sample([*found, *denied], min(MOST_FACTS, len(found)))

    def standing(self, kb: KnowledgeBase, case: Case) -> Mapping[str, Truth | Determination]:
        """How each criterion and alternative stands, and the determination."""
        meets = kb.truth(AtomF(MEETS_CRITERIA, (case.name,)))
        uncovered = policies.rows_of(kb, policies.UNCOVERED_INDICATION.name, case.name, None)
        is_in_force = policies.policy_in_force(kb, case) is not None
        whole = determined(has_conflict=False, is_in_force=is_in_force, is_uncovered=bool(uncovered), meets=meets)
        items = {f"{item.kind} {item.id}": kb.truth(AtomF(item.pred, (case.name,))) for item in self.policies.items}
        return {**items, "determination": whole}


def _may_become(before: Truth | Determination, after: Truth | Determination) -> bool:
    """Whether documenting more may turn one into the other."""
    match before:
        case Truth():
            return before is Truth.UNKNOWN or after is before
        case Determination.MORE_INFORMATION_NEEDED:
            return True
        case Determination.CRITERIA_NOT_MET:
            return after in (before, Determination.INVESTIGATIONAL)
        case _:
            return after is before


def of_programs(number: int, first: int) -> Iterator[str]:
    """What changes about random programs when facts about unknown atoms are added to them."""
    for place, example in enumerate(random_examples(number, first, Options())):
        rules = Rules.of(example.program)
        if _is_settled_by_rules(rules):
            continue
        for change in _changes(rules, random.Random(first + place)):
            yield f"{change}\n{show_program(example.program)}"


def _is_settled_by_rules(rules: Rules) -> bool:
    """Whether rules conclude a predicate that is functional, or whose record is complete for some case."""
    ruled = RuleBook.of(rules.clauses)
    complete = {fact.head.args[1] for fact in rules.facts if fact.head.pred == COMPLETE}
    declared = rules.declarations
    return any(
        ruled.rules(pred) and (pred in declared.functional or Atom(pred.name) in complete)
        for pred in declared.abducible
    )


def _changes(rules: Rules, rnd: random.Random) -> Iterator[str]:
    opened = sorted(rules.declarations.abducible, key=str)
    preds = sorted({*opened, *(clause.head.pred for clause in rules.clauses)}, key=str)
    constants: list[Const] = [
        *dict.fromkeys(arg for fact in rules.facts for arg in fact.head.args if not isinstance(arg, Var)), NEW
    ]  # fmt: skip
    facts: tuple[Clause, ...] = ()
    kb = KnowledgeBase(rules)
    if not opened or _contradicts(kb, opened):
        return
    for _ in range(MOST_FACTS):
        pred = rnd.choice(opened)
        fact = AtomF(rnd.choice((pred, pred, pred.opposite)), tuple(rnd.choice(constants) for _ in range(pred.arity)))
        if kb.truth(AtomF(pred, fact.args)) is not Truth.UNKNOWN:
            continue
        beside = KnowledgeBase(rules, (*facts, Clause(fact, TRUE)))
        if _contradicts(beside, opened):
            continue
        for each in preds:
            lost = set(kb.rows(each, _free(each))) - set(beside.rows(each, _free(each)))
            possible = beside.rows(each, _free(each), Reading.POSSIBLE)
            gained = [row for row in possible if kb.truth(AtomF(each, row)) is Truth.FALSE]
            yield from (f"{show_atom(AtomF(each, row))} was true until {show_atom(fact)}" for row in lost)
            yield from (f"{show_atom(AtomF(each, row))} was false until {show_atom(fact)}" for row in gained)
        facts, kb = (*facts, Clause(fact, TRUE)), beside


def _contradicts(kb: KnowledgeBase, opened: Iterable[Pred]) -> bool:
    """Whether an open atom holds together with its strong negation."""
    return any(set(kb.rows(each, _free(each))) & set(kb.rows(each.opposite, _free(each))) for each in opened)


def _free(pred: Pred) -> tuple[Var, ...]:
    return tuple(Var(f"_{index}") for index in range(pred.arity))


def main(arguments: list[str]) -> int:
    """Tries so many cases and programs, and prints what it finds."""
    number, seed = map(int, arguments)
    found = [*of_cases(number, seed), *of_programs(number, seed)]
    print("\n\n".join(found) or "documenting more has settled what was open, and nothing else")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
