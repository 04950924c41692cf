"""Whether documenting more only settles what was open: `python -m tests.benchmarks.documenting_more N SEED`.

What is true stays true and what is false stays false when a fact is added whose atom was unknown and that brings no
conflict. By the definitions of the language these can break it, and are left out here; a report tells the first:

- `complete(Case, Predicate)` where rules could conclude the predicate from records that are open;
- what is said of an atom that is decided already: the strong negation of one that a complete record or another value
  makes false, which is false in a body until it is stated.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Mapping

from engine import policies
from engine.cases import Case, cases_of
from engine.checks import check
from engine.knowledge import KnowledgeBase, Rules
from engine.policies import Determination, Policies, determined
from engine.records import CompleteRecords
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.loader import load_text
from kb.language.printer import show_atom
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Var
from kb.language.truth import Truth
from tests.benchmarks.generate import cases

MOST_FACTS = 6


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
        if any(map(records.open_below, records.preds)) or any(True for _ in policies.conflicts(kb, case)):
            return
        before = self.standing(kb, case)
        for fact in self.candidates(case, others):
            if kb.truth(AtomF(fact.pred.positive, fact.args)) is not Truth.UNKNOWN:
                continue
            more = (*facts, Clause(fact, TRUE))
            beside = KnowledgeBase(self.space.rules, more)
            if any(True for _ in policies.conflicts(beside, case)):
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


LAYERS = ("o0(X)", "-o1(X)", "o1(X)", "k0(X)", "-k0(X)", "-o2(X)", "o2(X)", "k1(X)", "-k1(X)", "k2(X)")
"""The atoms that random rules conclude; a rule speaks of those before its own. What begins with `o` is open."""
CONSTANTS = ("a", "b", "c", "brand_new")
"""What facts are about; no program mentions the last."""


def of_programs(number: int, first: int) -> Iterator[str]:
    """What changes about random programs that pass the checks when facts about unknown atoms are added to them."""
    for seed in range(first, first + number):
        rnd = random.Random(seed)
        text = random_program(rnd)
        loaded = load_text(text)
        if not any(each.is_error for each in check(loaded)):
            yield from (f"{change}\n{text}" for change in _changes(Rules.of(loaded.program), rnd))


def random_program(rnd: random.Random) -> str:
    """Rules about one variable with facts, and complete records of predicates that no rule concludes."""
    lines = [":- abducible o0/1, o1/1, o2/1.", *(f"d({each})." for each in CONSTANTS[:3])]
    concluded = set()
    for place, head in enumerate(LAYERS[1:], start=1):
        for _ in range(rnd.choice((0, 1, 1, 2))):
            concluded.add(head)
            lines.append(f"{head} :- d(X), {', '.join(_literal(rnd, place) for _ in range(rnd.choice((1, 1, 2))))}.")
    for pred in ("o0", "o1", "o2"):
        lines += [f"{pred}({each})." for each in CONSTANTS[:3] if rnd.random() < 0.2]
        if f"{pred}(X)" not in concluded:
            lines += [f"complete({each}, {pred})." for each in CONSTANTS if rnd.random() < 0.3]
    return "\n".join(lines)


def _literal(rnd: random.Random, place: int) -> str:
    """A literal about what comes before a place: an atom, its negation, or a bound for how many there are."""
    atom = rnd.choice(LAYERS[:place])
    counted = atom.replace("X", "Y")
    count = f"at_{rnd.choice(('least', 'most'))}({rnd.randint(0, 3)}, Y, ({counted}, Y \\= X))"
    return rnd.choice((atom, atom, f"\\+ {atom}", f"\\+ ({atom}, {rnd.choice(LAYERS[:place])})", count))


def _changes(rules: Rules, rnd: random.Random) -> Iterator[str]:
    opened = sorted(rules.declarations.abducible, key=str)
    preds = sorted({*opened, *(clause.head.pred for clause in rules.clauses)}, key=str)
    facts: tuple[Clause, ...] = ()
    kb = KnowledgeBase(rules)
    if _contradicts(kb, opened):
        return
    for _ in range(MOST_FACTS):
        pred = rnd.choice(opened)
        fact = AtomF(rnd.choice((pred, pred.opposite)), (Atom(rnd.choice(CONSTANTS)),))
        if kb.truth(AtomF(pred, fact.args)) is not Truth.UNKNOWN:
            continue
        beside = KnowledgeBase(rules, (*facts, Clause(fact, TRUE)))
        if _contradicts(beside, opened):
            continue
        for each in (AtomF(pred, (Atom(name),)) for pred in preds for name in CONSTANTS):
            before, after = kb.truth(each), beside.truth(each)
            if not _may_become(before, after):
                stated = " ".join(f"{show_atom(other.head)}." for other in facts)
                yield f"{show_atom(each)} was {before}, and is {after} with {show_atom(fact)} beside {stated}"
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
