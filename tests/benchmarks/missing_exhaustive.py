"""Missing facts compared with trial of every fact on a grid of values: `python -m tests.benchmarks.missing_exhaustive N SEED`.

Random rules compare integers, decimals and dates with numbers, with each other and with the date of a request, on both sides, for
predicates that are functional and others. Which kinds of facts would do, one or two of them, is found by stating every one and
every two of the grid; the search has to find the same, and the bounds that it states have to be those of the values that do.
"""

from __future__ import annotations

import datetime
import random
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations, product

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.fact_sets import MissingFact
from explain.proof.missing import FirstSets, Repairs, truth_of
from explain.words.bounds import Interval, ValueBound
from kb.language.loader import load_text, read_goal
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Body
from kb.language.terms import Const, Date, Int, Term, Var, make_decimal, order_key
from kb.language.truth import Truth
from tests.explain.brute_force import has_conflict, state

DECLARED = """
:- pred request(C: case, D: date) :: 'request'.
:- pred n(C: case, X: integer) :: 'n'. :- abducible n/2. :- functional n(+, -). :- question n(C, X) :: 'n?'.
:- pred d(C: case, X: decimal) :: 'd'. :- abducible d/2. :- functional d(+, -). :- question d(C, X) :: 'd?'.
:- pred t(C: case, X: date) :: 't'. :- abducible t/2. :- functional t(+, -). :- question t(C, X) :: 't?'.
:- pred lab(C: case, D: date, X: decimal) :: 'lab'. :- abducible lab/3. :- question lab(C, D, X) :: 'lab?'.
:- pred v(C: case, X: integer) :: 'v'. :- abducible v/2. :- question v(C, X) :: 'v?'.
:- pred q(C: case) :: 'q'. :- abducible q/1. :- question q(C) :: 'q?'.
request(c, 2025-06-01).
"""
ON = datetime.date(2025, 6, 1)
INTEGERS = [Int(each) for each in range(-12, 22)]
DECIMALS = [
    make_decimal(Decimal(each))
    for each in ("-1", "2.4", "2.5", "2.51", "2.75", "3", "3.1", "3.25", "3.26", "3.75", "4", "9")
]
DAYS = [
    Date(ON + datetime.timedelta(each))
    for each in (-400, -31, -30, -29, -15, -14, -13, -4, -3, -2, -1, 0, 1, 3, 14, 30)
]
BIRTHS = [
    Date(each)
    for each in (
        datetime.date(2007, 6, 1),
        datetime.date(2007, 6, 2),
        datetime.date(2006, 6, 1),
        datetime.date(2006, 6, 2),
    )
]
MOST_PAIRS = 150
"""How many pairs of facts of two predicates are tried; of more, some."""
COMPARISONS = ("<", "=<", ">", ">=", "=:=", "=\\=")
ORDERS = ("@<", "@=<", "@>", "@>=")


def test_of(rnd: random.Random, at: int) -> str:
    """One or several literals about values, with variables of their own."""
    number, decimal, days = rnd.choice("358"), rnd.choice(("2.5", "3.0", "3.25")), rnd.choice((3, 14, 30))
    op, other, order = rnd.choice(COMPARISONS), rnd.choice(COMPARISONS), rnd.choice(ORDERS)
    x, y = f"X{at}", f"Y{at}"
    return rnd.choice(
        (
            f"n(C, {x}), {x} {op} {number}",
            f"n(C, {x}), {x} {rnd.choice(('>', '>='))} {number}, {x} {rnd.choice(('<', '=<'))} {int(number) + 3}",
            f"n(C, {x}), {x} * 2 - 1 {op} {number}",
            f"n(C, {x}), {x} // 2 {op} {number}",
            f"n(C, {x}), {x} mod 3 =:= 1, {x} {op} {number}",
            f"n(C, {x}), abs({x} - 4) {op} {number}",
            f"d(C, {x}), {x} {op} {decimal}",
            f"d(C, {x}), {x} {rnd.choice(('>', '>='))} {decimal}, {x} {rnd.choice(('<', '=<'))} 3.75",
            f"d(C, {x}), {y} is {x} + 0.5, {y} {op} {decimal}",
            f"d(C, {x}), n(C, {y}), {x} {op} {y}",
            f"n(C, {x}), v(C, {y}), {x} {op} {y}",
            f"v(C, {x}), v(C, {y}), {y} - {x} {op} {number}",
            f"v(C, {x}), {x} {op} {number}",
            f"at_least(2, {x}, (v(C, {x}), {x} {op} {number}))",
            f"t(C, {x}), request(C, {y}), days_between({x}, {y}, D{at}), D{at} {op} {days}",
            f"t(C, {x}), request(C, {y}), {x} {order} {y}",
            f"t(C, {x}), request(C, {y}), age({x}, {y}, A{at}), A{at} {op} 18",
            f"t(C, {x}), add_days({x}, {days}, {y}), {y} {order} 2025-06-01",
            f"t(C, {x}), add_months({x}, 1, {y}), {y} {order} 2025-06-01",
            f"lab(C, {x}, {y}), {y} {op} {decimal}",
            f"lab(C, {x}, {y}), {y} {op} {decimal}, request(C, R{at}), days_between({x}, R{at}, D{at}), "
            f"D{at} >= 0, D{at} {other} {days}",
            f"lab(C, {x}, V{at}), t(C, {y}), {x} {order} {y}, V{at} {op} {decimal}",
            "q(C)",
            "\\+ q(C)",
        )
    )


def programs(number: int, seed: int) -> Iterator[str]:
    """Random programs with a goal `g(c)`."""
    rnd = random.Random(seed)
    for _ in range(number):
        rules = []
        for rule in range(rnd.choice((1, 1, 2))):
            tests = [test_of(rnd, 10 * rule + at) for at in range(rnd.choice((1, 1, 2)))]
            rules.append(f"g(C) :- request(C, _), {', '.join(tests)}.")
        known = [
            "",
            "",
            "v(c, 5).",
            "lab(c, 2025-05-18, 2.5).",
            "n(c, 5).",
            "t(c, 2025-05-29).",
            "d(c, 3.0).",
            "q(c).",
            "complete(c, v).",
        ]
        yield DECLARED + "\n".join((*rules, *rnd.sample(known, 1)))


def grid(kb: KnowledgeBase, text: str) -> list[AtomF]:
    """The facts that may be asked for, over values on both sides of all that rules compare with."""
    options: dict[str, list[tuple[Const, ...]]] = {
        "n": [(each,) for each in INTEGERS],
        "d": [(each,) for each in DECIMALS],
        "t": [(each,) for each in (*DAYS, *(BIRTHS if "age(" in text else ()))],
        "v": [(each,) for each in INTEGERS],
        "lab": list(product(DAYS[::2] if "@" in text else DAYS, DECIMALS)),
        "q": [()],
    }
    rules = text.partition("request(c, 2025-06-01).")[2]
    found = []
    for pred in kb.declarations.questions:
        if f"{pred.name}(C" in rules:
            for row in options[pred.name]:
                atom = AtomF(pred, (read_constant("c"), *row))
                if kb.truth(atom) is Truth.UNKNOWN:
                    found.append(atom)
                    if pred not in kb.declarations.functional and pred.name == "q":
                        found.append(AtomF(pred.opposite, atom.args))
    return found


def read_constant(text: str) -> Const:
    """The constant of a text."""
    goal = read_goal(f"x({text})")
    assert isinstance(goal, AtomF)
    (constant,) = goal.args
    assert not isinstance(constant, Var)
    return constant


Kinds = tuple[str, ...]


def kinds_of(facts: Iterable[AtomF]) -> Kinds:
    """Of which predicates facts are."""
    return tuple(sorted(str(fact.pred) for fact in facts))


def differences(text: str) -> Iterator[str]:
    """What the search finds otherwise than trial."""
    loaded = load_text(text, "test.pl")
    assert loaded.diagnostics == (), loaded.diagnostics
    rules = Rules.of(loaded.program)
    kb, goal = KnowledgeBase(rules), read_goal("g(c)")
    assert not isinstance(goal, tuple)
    found = Repairs(kb, Vocabulary.of(rules)).first(goal, 30)
    facts = grid(kb, text)
    before = truth_of(kb, goal)
    if before is not Truth.UNKNOWN:
        if found.sets:
            yield f"the goal is {before.value}, and sets are found"
        return
    if found.limits and found.status.value not in ("found", "not_asked"):
        yield f"the search has limits: {found.limits}"
    enough = {fact for fact in facts if does(kb, goal, (fact,))}
    kinds = {kinds_of((fact,)) for fact in enough}
    told = {kinds_of(fact.atom for fact in each) for each in found.sets}
    if kinds != {each for each in told if len(each) == 1}:
        yield f"trial finds {sorted(kinds)}, the search {sorted(told)}"
    left: dict[Kinds, list[tuple[AtomF, AtomF]]] = {}
    for pair in combinations([fact for fact in facts if kinds_of((fact,)) not in kinds], 2):
        left.setdefault(kinds_of(pair), []).append(pair)
    for kind, pairs in left.items():
        if kind not in told:
            tried = pairs if len(pairs) <= MOST_PAIRS else random.Random(0).sample(pairs, MOST_PAIRS)
            pair = next((each for each in tried if does(kb, goal, each)), None)
            if pair is not None:
                yield f"{' and '.join(map(show_atom, pair))} would do, and the search finds {sorted(told)}"
    yield from _bounds(text, facts, enough, found)


def _bounds(text: str, facts: list[AtomF], enough: set[AtomF], found: FirstSets) -> Iterator[str]:
    """Whether single facts that do are just those within the bounds."""
    alone = [each[0] for each in found.sets if len(each) == 1]
    if any(part in text for part in ("mod", "//")):
        alone = [each for each in alone if each.bounds]  # there may be gaps, of which no bounds are stated
    for fact in facts:
        same = [each for each in alone if each.atom.pred == fact.pred]
        if same and (fact in enough) != any(is_within(fact, each) for each in same):
            yield f"{show_atom(fact)} does not go with {[(show_atom(each.atom), each.bounds) for each in same]}"
            return


def is_within(fact: AtomF, missing: MissingFact) -> bool:
    """Whether a fact is an instance of a missing one within its bounds."""
    bounds = {each.variable: each.intervals for each in missing.bounds if isinstance(each, ValueBound)}
    pairs = zip(missing.atom.args, fact.args, strict=True)
    return all(_fits(term, value, bounds) for term, value in pairs if not isinstance(value, Var))


def _fits(term: Term, value: Const, bounds: dict[Var, tuple[Interval, ...]]) -> bool:
    if not isinstance(term, Var):
        return term == value
    return term not in bounds or any(_is_in(each, value) for each in bounds[term])


def _is_in(interval: Interval, value: Const) -> bool:
    key = order_key(value)[:2]
    low = interval.low is None or order_key(interval.low)[:2] < key or (interval.is_low_in and interval.low == value)  # type: ignore[operator] # of one kind
    high = (
        interval.high is None or key < order_key(interval.high)[:2] or (interval.is_high_in and interval.high == value)
    )  # type: ignore[operator] # of one kind
    return low and high


def does(kb: KnowledgeBase, goal: Body, facts: tuple[AtomF, ...]) -> bool:
    """Whether facts make the goal true without a conflict."""
    after = state(kb, facts)
    return truth_of(after, goal) is Truth.TRUE and not has_conflict(after)


def main() -> None:
    """Prints what differs, and how many programs were compared."""
    number, seed = (int(each) for each in sys.argv[1:3])
    differing = 0
    for text in programs(number, seed):
        for difference in differences(text):
            differing += 1
            print(text.partition("request(c, 2025-06-01).")[2].strip(), "\n   ", difference, flush=True)
    print(f"{number} programs, {differing} differ")


if __name__ == "__main__":
    main()
