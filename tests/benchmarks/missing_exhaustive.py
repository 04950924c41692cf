"""Missing facts compared with trial of every fact on a grid of values: `python -m tests.benchmarks.missing_exhaustive N SEED`.

Random rules compare integers, decimals and dates with numbers, with each other and with the date of a request, on both sides, for
predicates that are functional and others, alone, counted, aggregated, in definitions, and as they are documented. Which kinds of
facts would do, one or two of them, is found by stating every one and every two of a grid; the search has to find the same, and the
bounds that it states have to be those of the values that do. The grid is made of what the rules and facts of the program compare
with: every constant and what sums of them come to, with neighbours on both sides, and what lies between.
"""

from __future__ import annotations

import datetime
import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise, product

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules, constants_of
from engine.symbolic.conditions import Op
from engine.symbolic.limits import Bound, GivenUp
from explain.proof.fact_sets import MissingFact
from explain.proof.missing import FirstSets, Repairs, truth_of
from explain.words.bounds import Bounded, Interval, Separate, ValueBound
from kb.language.builtins import add_months
from kb.language.loader import load_text, read_goal
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Body
from kb.language.terms import Const, Date, Dec, Int, Var, make_decimal, order_key
from kb.language.traversal import variables
from kb.language.truth import Truth
from tests.explain.brute_force import has_conflict, state

DECLARED = """
:- pred request(C: case, D: date) :: 'request'.
:- pred n(C: case, X: integer) :: 'n'. :- abducible n/2. :- functional n(+, -). :- question n(C, X) :: 'n?'.
:- pred d(C: case, X: decimal) :: 'd'. :- abducible d/2. :- functional d(+, -). :- question d(C, X) :: 'd?'.
:- pred t(C: case, X: date) :: 't'. :- abducible t/2. :- functional t(+, -). :- question t(C, X) :: 't?'.
:- pred lab(C: case, D: date, X: decimal) :: 'lab'. :- abducible lab/3. :- question lab(C, D, X) :: 'lab?'.
:- pred v(C: case, X: integer) :: 'v'. :- abducible v/2. :- question v(C, X) :: 'v?'.
:- pred w(C: case, X: date) :: 'w'. :- abducible w/2. :- question w(C, X) :: 'w?'.
:- pred stay(C: case, F: date, U: date) :: 'stay'. :- abducible stay/3. :- question stay(C, F, U) :: 'stay?'.
:- pred q(C: case) :: 'q'. :- abducible q/1. :- question q(C) :: 'q?'.
:- pred within(A: date, B: date, Most: integer) :: 'within'. :- inline within/3.
within(A, B, Most) :- days_between(A, B, D), D >= 0, D =< Most.
:- pred lies(X: decimal, Low: decimal, High: decimal) :: 'lies'. :- inline lies/3.
lies(X, Low, High) :- Low =< X, X < High.
request(c, 2025-06-01).
"""
MOST_ROWS = 400
"""How many facts of one predicate are tried; of more, some."""
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
            f"w(C, {x}), request(C, {y}), within({x}, {y}, {days})",
            f"w(C, {x}), w(C, {y}), days_between({x}, {y}, D{at}), D{at} {op} {days}",
            f"lab(C, {x}, V{at}), lab(C, {y}, W{at}), {x} @< {y}, W{at} - V{at} {op} 0.5",
            f"d(C, {x}), lies({x}, {decimal}, 3.75)",
            f"stay(C, {x}, {y}), overlap_days({x}, {y}, 2025-05-01, 2025-06-01, D{at}), D{at} {op} {days}",
            f"w(C, {x}), overlap_days({x}, 2025-06-01, 2025-05-18, 2025-06-15, D{at}), D{at} {op} {days}",
            f"at_most(0, {x}, (v(C, {x}), {x} {op} {number})), request(C, {y}), w(C, {y})",
            f"documented(v(C, {x})), {x} {op} {number}",
            f"documented(lab(C, {x}, {y})), \\+ documented((lab(C, L{at}, _), L{at} @> {x})), {y} {op} {decimal}",
            f"aggregate_all(max({x}), {x}, documented(v(C, {x})), {y}), {y} {op} {number}",
            f"aggregate_all(min({x}), {x}, documented(w(C, {x})), {y}), {y} {order} 2025-05-18",
            f"aggregate_all(count, {x}, (documented(v(C, {x})), {x} {op} {number}), {y}), {y} >= 1",
            f"aggregate_all(sum({x}), {x}, documented(v(C, {x})), {y}), {y} {op} {number}",
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
            "w(c, 2025-05-18).",
            "v(c, 5). v(c, 8).",
            "stay(c, 2025-05-20, 2025-06-10).",
            "n(c, 5).",
            "t(c, 2025-05-29).",
            "d(c, 3.0).",
            "q(c).",
            "complete(c, v).",
        ]
        yield DECLARED + "\n".join((*rules, *rnd.sample(known, 1)))


@dataclass(frozen=True, slots=True)
class Grid:
    """The values that a program compares with, and those beside and between them."""

    integers: list[Const]
    decimals: list[Const]
    days: list[Const]

    @classmethod
    def of(cls, text: str, constants: Iterable[Const]) -> Grid:
        """The grid for the constants of a text of rules and facts."""
        numbers, decimals, days = set[int](), set[Decimal](), set[datetime.date]()
        for each in constants:
            match each:
                case Int(value):
                    numbers.add(value)
                case Dec(value):
                    decimals.add(value)
                case Date(day):
                    days.add(day)
                case _:
                    pass
        most = max((*map(abs, numbers), *(math.ceil(abs(each)) for each in decimals)), default=0)
        edges = (
            decimals
            | set(map(Decimal, numbers))
            | {one + sign * other for one in decimals for other in decimals for sign in (1, -1)}
        )
        return cls(
            [Int(each) for each in range(-2 * most - 3, 2 * most + 4)],
            [make_decimal(each) for each in _with_between(sorted(edges or {Decimal(0)}))],
            [Date(each) for each in sorted({near for day in _moved(text, days, numbers) for near in _near(day)})],
        )


def _with_between(edges: Sequence[Decimal]) -> list[Decimal]:
    """Numbers, those halfway from each to the next, and those before and after all."""
    halfway = [(one + other) / 2 for one, other in pairwise(edges)]
    return sorted({edges[0] - 1, *edges, *halfway, edges[-1] + 1})


def _moved(text: str, days: Iterable[datetime.date], numbers: Iterable[int]) -> Iterator[datetime.date]:
    """Days, and those so many days, and where rules speak of ages or months so many years or months, before and after them."""
    for day in days:
        yield day
        for number in numbers:
            yield from (day + datetime.timedelta(sign * number) for sign in (1, -1))
            yield from filter(None, (add_months(day, -12 * each) for each in (number, number + 1) if "age(" in text))
            yield from filter(None, (add_months(day, sign * number) for sign in (1, -1) if "add_months(" in text))


def _near(day: datetime.date) -> Iterator[datetime.date]:
    """A day with the days beside it."""
    return (day + datetime.timedelta(each) for each in (-1, 0, 1))


def grid(kb: KnowledgeBase, text: str) -> list[AtomF]:
    """The facts that may be asked for, over values on both sides of all that rules compare with."""
    rules = text.partition("request(c, 2025-06-01).")[2]
    values = Grid.of(rules, constants_of(load_text(text).program.clauses))
    options: dict[str, Iterable[tuple[Const, ...]]] = {
        "n": product(values.integers),
        "d": product(values.decimals),
        "t": product(values.days),
        "v": product(values.integers),
        "w": product(values.days),
        "lab": product(values.days, values.decimals),
        "stay": product(values.days, values.days),
        "q": [()],
    }
    found = []
    for pred in kb.declarations.questions:
        if f"{pred.name}(C" in rules:
            rows = list(options[pred.name])
            for row in rows if len(rows) <= MOST_ROWS else random.Random(0).sample(rows, MOST_ROWS):
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
    if before is Truth.TRUE or (before is Truth.FALSE and not kb.question(goal)[0].is_revisable):
        if found.sets:
            yield f"the goal is {before.value}, and sets are found"
        return
    if set(found.limits) - {GivenUp(Bound.COMPUTED)} and found.status.value not in ("found", "not_asked"):
        yield f"the search has limits: {found.limits}"  # sums and counts of what may be the same are told as not looked at
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
    yield from _bounds(text, facts, enough, found, lambda fact: does(kb, goal, (fact,)))


def _bounds(
    text: str, facts: list[AtomF], enough: set[AtomF], found: FirstSets, would_do: Callable[[AtomF], bool]
) -> Iterator[str]:
    """Whether the values of single facts that do are just those within the bounds. Where several values are left open, bounds
    tell what each of them can be, and not which go with which."""
    alone = [each[0] for each in found.sets if len(each) == 1]
    if any(part in text for part in ("mod", "//")):
        alone = [each for each in alone if each.bounds]  # there may be gaps, of which no bounds are stated
    for pred in dict.fromkeys(each.atom.pred for each in alone):
        same = [each for each in alone if each.atom.pred == pred]
        tried = [fact for fact in facts if fact.pred == pred]
        within = [fact for fact in tried if any(is_within(fact, each) for each in same)]
        odd = [fact for fact in tried if fact in enough and fact not in within]
        if all(len(variables(each.atom.args)) == 1 for each in same):
            odd += [fact for fact in within if fact not in enough]
        elif len(tried) < MOST_ROWS:
            taken = {(at, value) for fact in enough if fact.pred == pred for at, value in enumerate(fact.args)}
            left = [(fact, each) for fact in within for each in enumerate(fact.args) if each not in taken]
            odd += [fact for fact, (at, _) in left if not any(map(would_do, _beside(fact, at)))]
        if odd:
            yield f"{show_atom(odd[0])} does not go with {[(show_atom(each.atom), each.bounds) for each in same]}"


def _beside(fact: AtomF, kept: int) -> Iterator[AtomF]:
    """Facts with one value of a fact, and for its other dates every day of the months beside that value."""
    value = fact.args[kept]
    for days in range(-45, 46) if isinstance(value, Date) else ():
        day = Date(value.value + datetime.timedelta(days))
        yield AtomF(
            fact.pred,
            tuple(day if isinstance(each, Date) and at != kept else each for at, each in enumerate(fact.args)),
        )


def is_within(fact: AtomF, missing: MissingFact) -> bool:
    """Whether a fact is an instance of a missing one within its bounds."""
    pairs = list(zip(missing.atom.args, fact.args, strict=True))
    values = {term: value for term, value in pairs if isinstance(term, Var) and not isinstance(value, Var)}
    return all(isinstance(term, Var) or term == value for term, value in pairs) and all(
        _fits(each, values) for each in missing.bounds
    )


def _fits(bound: Bounded, values: Mapping[Var, Const]) -> bool:
    """Whether values are within a bound; those of other facts are not looked at."""
    if isinstance(bound, ValueBound):
        return bound.variable not in values or any(_is_in(each, values[bound.variable]) for each in bound.intervals)
    if isinstance(bound, Separate) or not bound.variables <= values.keys():
        return True
    total = sum(factor * _number(values[var]) for factor, var in bound.terms)
    return Op(bound.op).holds(Fraction(total), bound.bound)


def _number(value: Const) -> Fraction:
    match value:
        case Date(day):
            return Fraction(day.toordinal())
        case Int(number) | Dec(number):
            return Fraction(number)
    raise AssertionError(value)


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
    for done, text in enumerate(programs(number, seed)):
        if done % 50 == 0:
            print(f"{done} programs, {differing} differences", file=sys.stderr, flush=True)
        for difference in differences(text):
            differing += 1
            print(text.partition("request(c, 2025-06-01).")[2].strip(), "\n   ", difference, flush=True)
    print(f"{number} programs, {differing} differences")


if __name__ == "__main__":
    main()
