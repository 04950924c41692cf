"""Sets of missing facts by trying every set of facts: what the search is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from engine.reading.plan import Reading
from explain.proof.fact_sets import FactSet, covers, set_key, tidy
from explain.proof.missing import Repairs, truth_of
from kb.language.loader import load_text
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Body, Clause, Pred
from kb.language.terms import Atom, Const, Var
from kb.language.traversal import body_terms
from kb.language.truth import Truth

FRESH = tuple(Atom(f"unheard of {number}") for number in range(2))


def program(text: str) -> Program:
    """The program of a text."""
    loaded = load_text(text, "test.pl")
    assert loaded.diagnostics == ()
    return loaded.program


def repairs_of(whole: Program, facts: tuple[Clause, ...] = ()) -> Repairs:
    """The search over a program."""
    rules = Rules.of(whole)
    return Repairs(KnowledgeBase(rules, facts), Vocabulary.of(rules))


def missing(repairs: Repairs, goal: Body, most: int) -> list[FactSet]:
    """What the search finds."""
    return [tuple(fact.atom for fact in facts) for facts in repairs.first(goal, most).sets]


def state(kb: KnowledgeBase, facts: Iterable[AtomF]) -> KnowledgeBase:
    """The knowledge base with facts added."""
    return kb.with_facts((*kb.facts, *(Clause(fact, TRUE) for fact in facts)))


def constants_of(kb: KnowledgeBase, goal: Body) -> list[Const]:
    """The constants of the program, its facts and the goal."""
    terms = [*body_terms(goal)]
    for clause in (*kb.rules.clauses, *kb.rules.facts, *kb.facts):
        terms += [*clause.head.args, *body_terms(clause.body)]
    return [term for term in dict.fromkeys(terms) if not isinstance(term, Var)]


def askable(
    kb: KnowledgeBase, vocabulary: Vocabulary, constants: Iterable[Const], cases: Iterable[Const] = (), only: str = ""
) -> Iterator[AtomF]:
    """Every fact that may be asked for, over some constants: about some cases, of predicates whose names are in a text,
    if such are given."""
    brands = {clause.head.args[0] for clause in kb.rules.facts if clause.head.pred == Pred("brand", 2)}
    constants = [each for each in constants if each not in brands]
    for pred in kb.declarations.questions:
        if only and f"{pred.name}(" not in only:
            continue
        options: list[Iterable[Const]] = [
            vocabulary.listed.get((pred.name, index + 1), constants) for index in range(pred.arity)
        ]
        if cases:
            options[0] = tuple(cases)
        for row in product(*options):
            atom = AtomF(pred, row)
            if kb.truth(atom) is Truth.UNKNOWN:
                yield atom
                if pred not in kb.declarations.functional:
                    yield AtomF(pred.opposite, row)


def has_conflict(kb: KnowledgeBase) -> bool:
    """Whether an atom and its strong negation both hold, or a key has two values."""
    for pred in kb.declarations.abducible:
        free = tuple(Var(f"_{index}") for index in range(pred.arity))
        rows = set(kb.rows(pred, free, Reading.CERTAIN))
        if rows & set(kb.rows(pred.opposite, free, Reading.CERTAIN)):
            return True
        declared = kb.declarations.functional.get(pred)
        if declared and len({_key(row, declared.keys) for row in rows}) < len(rows):
            return True
    return False


def _key(row: tuple[Const, ...], keys: tuple[bool, ...]) -> tuple[Const, ...]:
    return tuple(value for value, is_key in zip(row, keys, strict=True) if is_key)


def ground_repairs(kb: KnowledgeBase, goal: Body, facts: list[AtomF], most: int) -> list[frozenset[AtomF]]:
    """The minimal sets of at most so many facts that make the goal true without a conflict."""
    found: list[frozenset[AtomF]] = []
    for size in range(1, most + 1):
        for chosen in combinations(facts, size):
            each = frozenset(chosen)
            if any(other <= each for other in found):
                continue
            after = state(kb, chosen)
            if truth_of(after, goal) is Truth.TRUE and not has_conflict(after):
                found.append(each)
    return found


def general(facts: Iterable[AtomF]) -> FactSet:
    """The facts with variables for what nothing mentions."""
    names = {each: Var(f"V{number}") for number, each in enumerate(FRESH)}
    return tidy(AtomF(fact.pred, tuple(names.get(arg, arg) for arg in fact.args)) for fact in facts)  # type: ignore[arg-type] # constants only


def brute_force(repairs: Repairs, goal: Body, facts: list[AtomF], most: int) -> list[FactSet]:
    """The sets of at most so many of some facts as the contract has them: no instance of another, in its order."""
    kb = repairs.kb
    found = {general(each) for each in ground_repairs(kb, goal, facts, most)}
    shown = [each for each in found if not any(other != each and covers(other, each) for other in found)]
    return sorted(shown, key=set_key)
