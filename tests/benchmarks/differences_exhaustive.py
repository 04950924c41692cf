"""Differences of policies compared with trial of every case: `python -m tests.benchmarks.differences_exhaustive N SEED`.

Random policies speak of open facts with and without arguments, of names that are listed, that have a vocabulary or that are free, of
numbers and dates beside bounds, and of what rules conclude for and against; each is compared with itself after one or two random
edits. For every decision and each way for it to change, all cases over the vocabulary of both are tried (tests/every_case.py): there is
such a case where `difference` finds one, of just the size that it finds, and none where it finds none, be it in its scope. What it finds is replayed by
the default back end, which works out some cases of each pair too, and tests/reference.py those of some pairs.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from msgspec.structs import replace

from engine.checks import check
from engine.knowledge import KnowledgeBase, Rules
from engine.symbolic.limits import SearchStatus
from explain.authoring.differences import FLIPS, Compared, Flip, Verdict, difference
from explain.authoring.smallest_cases import reached
from explain.workspace import Workspace, raise_errors
from kb.language.declarations import MEETS_CRITERIA
from kb.language.loader import Loaded, load_text
from kb.language.printer import show_atom, show_clause
from kb.language.program import Program
from kb.language.syntax import TRUE, And, AtomF, Body, Clause, Compare, Count, Not, Pred
from kb.language.terms import Atom, Const, Date, Int, Term, Var
from kb.language.traversal import conjuncts, map_literals, map_terms, walk
from kb.language.truth import Truth
from tests.every_case import CASE, RANK, EveryCase, Grid, SmallestFlip, smallest_flips
from tests.explain.brute_force import has_conflict, state
from tests.reference import evaluate

DECLARED = """
:- pred meets_criteria(C: case) :: 'm'.
:- pred criterion(P: policy, K: kind, N: integer, I: part, Q: predicate) :: 'n'.
:- pred alternative(P: policy, K: kind, C: part, N: integer, I: part, Q: predicate) :: 'a'.
:- pred request(C: case, D: agent, K: kind, T: date) :: 'r'.
:- pred policy_covers(P: policy, D: agent) :: 'c'.
:- pred one(C: case) :: 'one'. :- pred two(C: case) :: 'two'.
:- pred way(C: case) :: 'way'. :- pred by(C: case) :: 'by'.
:- pred d(C: case, X: thing) :: 'd'. :- pred k(X: thing) :: 'k'. :- pred r(X: thing, Y: thing) :: 'r'.
k(a). k(b). r(a, b). r(b, c).
policy_covers(pol, drug).
"""
OPEN = {
    "p": ":- pred p(C: case) :: 'p'. :- abducible p/1.",
    "s": ":- pred s(C: case) :: 's'. :- abducible s/1.",
    "q": ":- pred q(C: case, X: thing) :: 'q'. :- abducible q/2.",
    "o": ":- pred o(C: case, X: thing) :: 'o'. :- abducible o/2.",
    "l": ":- pred listed_value(P: predicate, N: integer, V: atom) :: 'v'. :- pred l(C: case, X: status) :: 'l'. :- abducible l/2. listed_value(l, 2, on). listed_value(l, 2, off).",
    "f": ":- pred f(C: case, X: thing) :: 'f'. :- abducible f/2. :- functional f(+, -).",
    "h": ":- pred h(C: case, X: herb) :: 'h'. :- abducible h/2. :- vocabulary(herb, herb/1).\n"
    ":- pred herb(X: herb) :: 'herb'. herb(mint). herb(sage). herb(dill).",
    "n": ":- pred n(C: case, X: integer) :: 'n'. :- abducible n/2. :- functional n(+, -).",
    "v": ":- pred v(C: case, X: integer) :: 'v'. :- abducible v/2.",
    "t": ":- pred t(C: case, X: date) :: 't'. :- abducible t/2. :- functional t(+, -).",
    "w": ":- pred w(C: case, X: date) :: 'w'. :- abducible w/2.",
}
"""The open predicates, each with its declarations."""
THINGS = ("q", "o", "f")
"""Those whose names are things."""
COMPARISONS = ("<", "=<", ">", ">=", "=:=", "=\\=")
ORDERS = ("@<", "@=<", "@>", "@>=")
MEETS = AtomF(MEETS_CRITERIA, (CASE,))
LARGEST = 1_500_000
"""Of pairs with more cases others are drawn."""
MOST_EDITS = 8
"""How many edits of a policy are tried till one is of use."""
SAMPLES = 4
"""How many cases of each pair are worked out by the default back end too."""
PLAIN_EACH = 10
"""Of each so many pairs one case is worked out by tests/reference.py."""


# --- random policies ------------------------------------------------------------------------------------------------


def literal_of(rnd: random.Random, name: str, at: int) -> str:
    """One or several literals that speak of an open predicate of the case `C`, with variables of their own."""
    if name in ("p", "s"):
        return _of_case(rnd, name)
    if name in ("n", "v"):
        return _of_number(rnd, name, f"X{at}", f"Y{at}")
    if name in ("t", "w"):
        return _of_day(rnd, name, f"X{at}", f"Y{at}")
    return _of_name(rnd, name, f"X{at}", f"Y{at}")


def _of_case(rnd: random.Random, name: str) -> str:
    forms = ("{0}(C)", "{0}(C)", "\\+ {0}(C)", "-{0}(C)", "documented({0}(C))", "\\+ documented({0}(C))")
    return rnd.choice(forms).format(name)


def _of_number(rnd: random.Random, name: str, x: str, y: str) -> str:
    number, op = rnd.choice("34"), rnd.choice(COMPARISONS)
    several = (
        f"at_least(2, {x}, ({name}(C, {x}), {x} {op} {number}))",
        f"at_most(1, {x}, ({name}(C, {x}), {x} {op} {number}))",
        f"{name}(C, {x}), {name}(C, {y}), {x} < {y}",
    )
    return rnd.choice(
        (
            f"{name}(C, {x}), {x} {op} {number}",
            f"{name}(C, {x}), {x} {op} {number}",
            f"{name}(C, {x}), {x} >= {number}, {x} =< 4",
            f"\\+ ({name}(C, {x}), {x} {op} {number})",
            f"{name}(C, {number})",
            f"documented({name}(C, {x})), {x} {op} {number}",
            *(several if name == "v" else ()),
        )
    )


def _of_day(rnd: random.Random, name: str, x: str, y: str) -> str:
    order, other, day = rnd.choice(ORDERS), rnd.choice(ORDERS), "2024-07-01"
    return rnd.choice(
        (
            f"{name}(C, {x}), {x} {order} {day}",
            f"{name}(C, {x}), {x} {order} {day}",
            f"{name}(C, {x}), {x} @>= {day}, {x} @< 2024-07-03",
            f"\\+ ({name}(C, {x}), {x} {order} {day})",
            f"request(C, _, _, {y}), {y} {other} {day}",
            f"request(C, _, _, {y}), {name}(C, {x}), {x} {order} {y}",
            f"{name}(C, {day})",
            f"documented({name}(C, {x})), {x} {order} {day}",
        )
    )


def _of_name(rnd: random.Random, name: str, x: str, y: str) -> str:
    one, another = ("on", "off") if name == "l" else rnd.sample(("mint", "sage"), 2) if name == "h" else ("a", "b")
    other_name = rnd.choice([each for each in ("q", "o") if each != name])
    least, most = rnd.choice("234" if name == "h" else "2"), rnd.choice("012" if name == "h" else "01")
    counts = (f"at_least({least}, {x}, {name}(C, {x}))", f"at_most({most}, {x}, {name}(C, {x}))")
    of_things = (
        f"{name}(C, {x}), k({x})",
        f"{name}(C, {x}), \\+ k({x})",
        f"\\+ ({name}(C, {x}), k({x}))",
        f"k({x}), \\+ {name}(C, {x})",
        f"k({x}), -{name}(C, {x})",
        f"r({x}, {y}), {name}(C, {x}), {other_name}(C, {y})",
        f"{name}(C, {x}), \\+ {other_name}(C, {x})",
        f"at_least(2, {x}, ({name}(C, {x}), {other_name}(C, {x})))",
        f"d(C, {x}), {name}(C, {x})",
        "d(C, a)",
        f"\\+ d(C, {x})",
    )
    return rnd.choice(
        (
            f"{name}(C, {one})",
            f"{name}(C, {one})",
            f"\\+ {name}(C, {one})",
            f"-{name}(C, {one})",
            f"{name}(C, {x})",
            f"{name}(C, {x}), {x} \\= {one}",
            f"\\+ {name}(C, _)",
            f"documented({name}(C, {x})), {x} \\= {another}",
            f"({name}(C, {one}) ; {name}(C, {another}))",
            f"member({x}, [{one}, {another}]), {name}(C, {x})",
            *(counts if name != "f" else ()),
            *(of_things if name in THINGS else ()),
        )
    )


def body_of(rnd: random.Random, names: Iterable[str]) -> str:
    """A body of one to three tests."""
    options = list(names)
    return ", ".join(literal_of(rnd, rnd.choice(options), at) for at in range(rnd.choice((1, 1, 2, 2, 3))))


def rule_of(rnd: random.Random, head: str, names: Iterable[str]) -> str:
    """A rule of one of the policy's decisions, or of what they depend on."""
    options = list(names)
    if head == "d":
        things = [each for each in options if each in THINGS]
        return f"d(C, X) :- {rnd.choice(things)}(C, X), {rnd.choice(('k(X)', chr(92) + '+ k(X)', 'X ' + chr(92) + '= b'))}."
    if head in ("q", "o"):
        return f"{rnd.choice(('', '', '-'))}{head}(C, {rnd.choice('ab')}) :- {body_of(rnd, [each for each in options if each in 'psl'])}."
    if head in ("p", "s"):
        return (
            f"{rnd.choice(('', '', '-'))}{head}(C) :- {body_of(rnd, [each for each in options if each not in 'ps'])}."
        )
    return f"{head}(C) :- {body_of(rnd, options)}."


def policy_of(rnd: random.Random) -> str:
    """A random policy."""
    names = rnd.sample(sorted(OPEN), rnd.choice((2, 3, 3)))
    things = [each for each in names if each in THINGS]
    rules = ["criterion(pol, initial, 1, one, one).", *(rule_of(rnd, "one", names) for _ in range(rnd.choice((1, 2))))]
    asked = ["one(C)"]
    if rnd.random() < 0.5:
        asked.append("two(C)")
        rules.append("criterion(pol, initial, 2, two, two).")
        if rnd.random() < 0.4:
            rules += ["alternative(pol, initial, two, 1, way, way).", "alternative(pol, initial, two, 2, by, by)."]
            rules += ["two(C) :- way(C).", "two(C) :- by(C).", rule_of(rnd, "way", names), rule_of(rnd, "by", names)]
        else:
            rules.append(rule_of(rnd, "two", names))
    if things:
        rules.append(rule_of(rnd, "d", names))
    if rnd.random() < 0.4:
        closing = [
            each for each in names if (each in "ps" and {*names} - {*"ps"}) or (each in "qo" and {*names} & {*"psl"})
        ]
        rules += [rule_of(rnd, each, names) for each in closing[:1]]
    rules.append(f"meets_criteria(C) :- {', '.join(asked)}.")
    text = "\n".join(rules)
    declared = [OPEN[each] for each in OPEN if re.search(rf"\b{each}\(C", text)]
    return "\n".join((DECLARED, *declared, *rules))


# --- edits ----------------------------------------------------------------------------------------------------------


def edited(text: str, rnd: random.Random) -> str:
    """The text of a policy after a random edit of a rule or a fact."""
    lines = text.splitlines()
    declared, rules = [each for each in lines if each.startswith((":-", "listed"))], program_of(text).clauses
    rules = tuple(each for each in rules if each.head.pred.name != "listed_value")
    at = rnd.choice([at for at, each in enumerate(rules) if not each.is_fact or each.head.pred.name in "kr"])
    change = rnd.choice(
        (_without_literal, _denied, _other_constant, _other_constant, _other_order, _without, _one_more)
    )
    changed = change(rules[at], rnd)
    return "\n".join((*declared, *map(show_clause, (*rules[:at], *changed, *rules[at + 1 :]))))


def _without_literal(rule: Clause, rnd: random.Random) -> list[Clause]:
    goals = list(conjuncts(rule.body))
    if len(goals) < 2:
        return [rule]
    goals.pop(rnd.randrange(len(goals)))
    return [replace(rule, body=And(tuple(goals)))]


def _denied(rule: Clause, rnd: random.Random) -> list[Clause]:
    goals: list[Body] = list(conjuncts(rule.body))
    atoms = [at for at, each in enumerate(goals) if isinstance(each, AtomF | Not)]
    if not atoms:
        return [rule]
    at = rnd.choice(atoms)
    goal: Body = goals[at]
    if isinstance(goal, AtomF) and goal.pred.name in OPEN and rnd.random() < 0.5:
        goals[at] = replace(goal, pred=goal.pred.opposite)
    else:
        goals[at] = goal.goal if isinstance(goal, Not) else Not(goal)
    return [replace(rule, body=And(tuple(goals)))]


def _other_constant(rule: Clause, rnd: random.Random) -> list[Clause]:
    """Another name of the same kind, or the number or day before or after, in place of one."""
    terms: list[Term] = []

    def seen(term: Term) -> Term:
        terms.append(term)
        return term

    map_terms(rule.body, seen)
    constants = [*dict.fromkeys(each for each in (*rule.head.args, *terms) if not isinstance(each, Var))]
    if not constants:
        return [rule]
    old = rnd.choice(constants)
    new = _instead(old, rnd)

    def put(term: Term) -> Term:
        return new if term == old else term

    return [
        replace(rule, head=replace(rule.head, args=tuple(map(put, rule.head.args))), body=map_terms(rule.body, put))
    ]


def _instead(constant: Const, rnd: random.Random) -> Const:
    step = rnd.choice((-1, 1))
    match constant:
        case Int(number):
            return Int(number + step)
        case Date(day):
            return Date(type(day).fromordinal(day.toordinal() + step))
        case _:
            kinds = (("a", "b", "c"), ("on", "off"), ("mint", "sage", "dill"))
            names = next((kind for kind in kinds if str(getattr(constant, "name", "")) in kind), ())
            return Atom(rnd.choice(names)) if names else constant


def _other_order(rule: Clause, rnd: random.Random) -> list[Clause]:
    """Another comparison, or another kind of count."""

    def put(literal: Body) -> Body:
        match literal:
            case Compare(op) if op in COMPARISONS or op in ORDERS:
                return replace(literal, op=rnd.choice(COMPARISONS if op in COMPARISONS else ORDERS))
            case Compare("\\="):
                return replace(literal, op="=")
            case Count(op):
                return replace(literal, op="at_most" if op == "at_least" else "at_least")
            case _:
                return literal

    return [replace(rule, body=map_literals(rule.body, put))]


def _without(rule: Clause, rnd: random.Random) -> list[Clause]:
    return []


def _one_more(rule: Clause, rnd: random.Random) -> list[Clause]:
    """A rule of the same decision beside a rule, or a fact beside a fact."""
    if rule.is_fact:
        return [rule, *_other_constant(rule, rnd)]
    names = sorted({part.pred.name for part in walk(rule.body) if isinstance(part, AtomF)} & OPEN.keys())
    if rule.head.pred.arity > 1 or rule.head.pred.name in OPEN or not names:
        return [rule]
    (more,) = load_text(f"{DECLARED}{rule_of(rnd, rule.head.pred.name, names)}").program.clauses[-1:]
    return [rule, more]


def pairs(number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Random policies, each with what it is after one or two edits."""
    rnd = random.Random(seed)
    while number:
        old = policy_of(rnd)
        if Grid.of(program_of(old)).size > LARGEST or not _is_sound(old):
            continue
        new = next((each for each in _edits(old, rnd) if _is_of_use(old, each) and _is_sound(each)), None)
        if new is not None and Grid.of(program_of(old), program_of(new)).size <= LARGEST:
            number -= 1
            yield old, new


def _edits(old: str, rnd: random.Random) -> Iterator[str]:
    """What a policy is after one or two random edits, some times."""
    for _ in range(MOST_EDITS):
        new = edited(old, rnd)
        yield edited(new, rnd) if rnd.random() < 0.3 else new


def _is_sound(text: str) -> bool:
    """Whether no check finds an error."""
    return not any(each.is_error for each in check(loaded(text)))


def _is_of_use(old: str, new: str) -> bool:
    """Whether what decides about a case has other rules."""
    one, other = (
        {each for each in (*rules.clauses, *rules.facts) if each.head.pred.positive in reached(rules, [MEETS])}
        for rules in (Rules.of(program_of(old)), Rules.of(program_of(new)))
    )
    return one != other


@cache
def loaded(text: str) -> Loaded:
    """What a text says."""
    return load_text(text, "policy.pl")


def program_of(text: str) -> Program:
    """The program of a text."""
    return loaded(text).program


def workspace_of(text: str) -> Workspace:
    """The workspace of a text. Raises `ProgramError` where a check finds an error."""
    raise_errors(check(loaded(text)))
    return Workspace(loaded(text), Rules.of(program_of(text)))


# --- comparison -----------------------------------------------------------------------------------------------------


@dataclass
class Trial:
    """Two policies in every case, beside what the search says of them."""

    old: str
    new: str
    tally: Counter[str] = field(default_factory=Counter)
    """How many flips were found, shown to be none, or not decided, and how many decisions have each verdict."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Reads both policies; raises `ProgramError` where a check finds an error."""
        self.workspaces = workspace_of(self.old), workspace_of(self.new)
        self.programs = program_of(self.old), program_of(self.new)
        self.grid = Grid.of(*self.programs)
        self.every = EveryCase(self.programs[0], self.grid), EveryCase(self.programs[1], self.grid)

    def wrong(self) -> Iterator[str]:
        """What the search says otherwise than trial."""
        found = difference(*self.workspaces)
        for each in found.compared:
            yield from self._compared(each)
        yield from self._sampled([(each.old.pred, each.new.pred) for each in found.compared])

    def _compared(self, decision: Compared) -> Iterator[str]:
        goals = decision.old.pred, decision.new.pred
        tried = smallest_flips(*self.every, goals, FLIPS)
        told = {(flip.before, flip.after): flip for flip in decision.flips}
        for flip, smallest in tried.items():
            what = f"{decision.old.label}, {flip[0].value} to {flip[1].value}: "
            said = [*self._flip(told.get(flip), smallest), *self._replayed(told.get(flip), goals)]
            yield from (what + each for each in said)
        verdict = verdict_of(flip for flip, smallest in tried.items() if smallest.size is not None)
        if decision.verdict not in (verdict, Verdict.UNDECIDED):
            yield f"{decision.old.label} is {verdict.value}, and is said to be {decision.verdict.value}"
        self.tally[f"verdict {decision.verdict.value}"] += 1

    def _flip(self, told: Flip | None, tried: SmallestFlip) -> Iterator[str]:
        """Where a flip is not as trial has it. One that is not told of is said to be none."""
        status = SearchStatus.NONE if told is None else told.found.status
        self.tally["flip of what is the same" if told is None else f"flip {status.value}"] += 1
        size = None if told is None or told.facts is None else len(told.facts)
        if (told is None or told.is_decided) and size != tried.size:
            said = "none" if told is None or told.facts is None else stated(told.facts)
            yield f"of {tried.size} facts by trial ({stated(self.smallest(tried))}), said to be of {size} ({said})"

    def smallest(self, tried: SmallestFlip) -> tuple[AtomF, ...]:
        """A smallest case of those that flip."""
        if tried.size is None:
            return ()
        where = (tried.cases & (self.grid.stated == tried.size)).nonzero()
        return self.grid.facts(int(each[0]) for each in where)

    def _replayed(self, told: Flip | None, goals: tuple[Pred, Pred]) -> Iterator[str]:
        """Where a case that is told of does not flip."""
        if told is None or told.facts is None:
            return
        for workspace, pred, truth in zip(self.workspaces, goals, (told.before, told.after), strict=True):
            kb = state(KnowledgeBase(workspace.rules, ()), told.facts)
            (case,) = {fact.args[0] for fact in told.facts} or {CASE}
            found = kb.truth(AtomF(pred, (case,)))
            if found is not truth:
                yield f"{stated(told.facts)} gives {found.value} and not {truth.value}"
            if has_conflict(kb):
                yield f"{stated(told.facts)} is a conflict"

    def _sampled(self, decisions: Iterable[tuple[Pred, Pred]]) -> Iterator[str]:
        """Where the array of all cases has not what the default back end, or the definitions evaluated as plainly as can be, say of one."""
        rnd, decided = random.Random(self.seed), list(decisions)
        for sample in range(SAMPLES):
            point = tuple(rnd.choice((0, rnd.randrange(len(facts) + 1))) for facts in self.grid.axes)
            facts = self.grid.facts(point)
            for at, (every, workspace) in enumerate(zip(self.every, self.workspaces, strict=True)):
                kb = state(KnowledgeBase(workspace.rules, ()), facts)
                for pred in dict.fromkeys(pair[at] for pair in decided):
                    goal = AtomF(pred, (CASE,))
                    array = every.truth(pred, (CASE,))
                    told = array[tuple(at if size > 1 else 0 for at, size in zip(point, array.shape, strict=True))]
                    truths = {"the back end": kb.truth(goal)}
                    if sample == 0 and self.seed % PLAIN_EACH == 0:
                        truths["the reference"] = plain_truth(self.programs[at], goal, facts)
                    for who, truth in truths.items():
                        if RANK[truth] != told:
                            yield f"{who} has {truth.value} for {pred}, and trial has not, of {stated(facts)}"


def plain_truth(program: Program, goal: AtomF, facts: Iterable[AtomF]) -> Truth:
    """How an atom stands beside some facts, by the definitions of the language."""
    answers = evaluate(program + Program(tuple(Clause(fact, TRUE) for fact in facts)), goal)
    return Truth.TRUE if answers.true else Truth.UNKNOWN if answers.unknown else Truth.FALSE


def stated(facts: Iterable[AtomF]) -> str:
    """Facts as a case states them."""
    return " ".join(f"{show_atom(each)}." for each in facts)


def verdict_of(flips: Iterable[tuple[Truth, Truth]]) -> Verdict:
    """How a decision stands to another where these are all of its flips."""
    ways = {RANK[after] > RANK[before] for before, after in flips}
    if len(ways) == 2:
        return Verdict.INCOMPARABLE
    return (Verdict.LOOSER if True in ways else Verdict.TIGHTER) if ways else Verdict.EQUIVALENT


def shown(old: str, new: str) -> str:
    """The rules of a pair, those that one has alone marked."""
    one, other = ([show_clause(each) for each in program_of(text).clauses] for text in (old, new))
    lines = [f"{'-' if each not in other else ' '} {each}" for each in one]
    return "\n".join((*lines, *(f"+ {each}" for each in other if each not in one)))


def main() -> None:
    """Prints what differs, and how many pairs were compared."""
    number, seed = (int(each) for each in sys.argv[1:3])
    tally, wrong = Counter[str](), 0
    for done, (old, new) in enumerate(pairs(number, seed)):
        if done % 25 == 0:
            print(f"{done} pairs, {wrong} differ", file=sys.stderr, flush=True)
        said = list(Trial(old, new, tally, done).wrong())
        if said:
            wrong += 1
            print(
                f"pair {done} of seed {seed}", shown(old, new), *(f"    {each}" for each in said), sep="\n", flush=True
            )
    print(f"{number} pairs, {wrong} differ; {', '.join(f'{many} {what}' for what, many in sorted(tally.items()))}")


if __name__ == "__main__":
    main()
