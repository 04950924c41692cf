"""The proof checker on what is missing: whether each set of facts would make a goal true, and none of it is too much.

Every set is tried beside the facts of the case, and again without each of its facts. Where few facts bear on the goal,
every single fact and every pair is tried as well, so that a small set that is left out is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, islice, product
from math import comb, prod
from types import MappingProxyType
from typing import TypeGuard

from explain.verify.bounds import candidates, inside, is_within, outside, read_bounds
from explain.verify.evaluator import Budget, Evaluator
from explain.verify.fact_sets import Choice, FactSet, Way, all_taken, atom_order, letter, set_order, with_each_name
from explain.verify.program import Conjunction, Pattern, Rulebook, constants, matched, scoped
from explain.verify.steps import Fault, is_same, read_body
from explain.verify.values import KINDS, MOST_NEAR, SAMPLES, choices_among, fresh, fresh_beside, near
from explain.words.bounds import Bounded, ValueBound
from explain.words.sentences import open_question, question
from explain.words.values import constant
from kb.language.declarations import COMPLETE
from kb.language.printer import show_atom, show_term
from kb.language.syntax import TRUE, AtomF, Body, Clause, Documented, Pred, body_terms, substitute_atom, walk
from kb.language.terms import Atom, Const, Int, Term, Var, order_key, plain_text, shorten
from kb.language.truth import Truth

_STATUSES = ("none", "not_asked", "not_found", "given_up")
"""What a search that found nothing comes to, the more certain first."""
_CAME_TO = {"no_question": 1, "complete_record": 1, "individuals": 2, "given_up": 3}
"""What it comes to by what it did not look at."""
_OF_ARGUMENT = ("kind", "predicate", "argument")
"""What each reason has that is about an argument."""
_GIVEN_UP_AT = ("steps", "sets", "rows", "computed", "replay", "names", "time")
_NOT_COMPUTED = {"kind": "given_up", "limit": "computed"}
"""Where a search says this, it has not looked at all values, and its sets are not said to be all."""
LISTED_VALUE = Pred("listed_value", 3)
MOST_LISTED = 10
"""How many sets are listed at most; of more, the first."""
MOST_AT_ENDS = 8
"""So many values at the ends of its bounds are tried for each variable."""
MOST_TRIALS = 1_000
"""So many sets of facts are tried at most to find one that is left out."""
MOST_OF_ONE = 300
"""Facts of a predicate that may have no more than these are tried where nothing is said to be missing."""
MOST_NAMED = 4_000
"""Of more facts than these, known or not, none is tried alone."""
OF_A_TRIAL = 15
"""How many steps it takes to state a fact beside others, whatever is asked of it then."""
_KEYS = frozenset(("goal", "limit", "status", "missing", "ways", "are_more", "missing_search"))


def is_missing(data: object) -> TypeGuard[dict[str, object]]:
    """Whether JSON data is meant as what `priorlog missing` prints."""
    return isinstance(data, dict) and "missing" in data and "ways" in data and "criteria" not in data


def check_missing(
    book: Rulebook,
    facts: tuple[Clause, ...],
    closed_world: bool,
    data: dict[str, object],
    path: str,
    faults: list[Fault],
    budget: Budget,
) -> int | None:
    """Checks what `priorlog missing` prints; says up to which size all sets of facts were tried, None if nothing is to
    be missing."""
    goal = read_body(data["goal"]) if isinstance(data.get("goal"), str) else None
    limit = data.get("limit")
    if data.keys() != _KEYS or goal is None or type(limit) is not int or limit < 1:
        told = f"what is missing has just the keys {', '.join(sorted(_KEYS))}"
        faults.append(Fault(path, "", f"{told}; `goal` is a goal and `limit` a number above 0"))
        return None
    goal = book.goal(goal)
    checker = MissingChecker(book, facts, closed_world, goal, path, faults, budget, most=limit)
    asked = frozenset(constants(body_terms(goal)))
    truth = Evaluator(book, facts, closed_world, asked, budget=budget).truth(scoped(goal), {})
    if not is_same(data["status"], truth.value):
        faults.append(Fault(f"{path}.status".lstrip("."), "", f"the goal is {truth.value}"))
    if truth is Truth.UNKNOWN or (truth is Truth.FALSE and checker.is_revisable()):
        return checker.check(data["missing"], data["ways"], data["are_more"], data["missing_search"])
    search = None if truth is Truth.TRUE else {"status": "none", "reasons": []}
    for key, nothing in (("missing", []), ("ways", []), ("are_more", False), ("missing_search", search)):
        if not is_same(data[key], nothing):
            faults.append(Fault(f"{path}.{key}".lstrip("."), "", "nothing is missing: the goal is not open"))
    return None


class MissingChecker:
    """Checks what is said to be missing for a goal to be true; `most` sets are listed at most."""

    _evaluator: Evaluator
    _goals: tuple[Conjunction, ...]

    def __init__(
        self,
        book: Rulebook,
        facts: tuple[Clause, ...],
        closed_world: bool,
        goal: Body,
        path: str,
        faults: list[Fault],
        budget: Budget,
        most: int = MOST_LISTED,
        case: Const | None = None,
    ) -> None:
        self.book, self.facts, self.closed_world, self.goal = book, facts, closed_world, goal
        self.path, self.faults, self.budget, self.most = path, faults, budget, most
        self.case = case
        """The case that all facts are to be about, if there is one."""
        self._enough: dict[frozenset[AtomF], bool] = {}
        self._conflicts: dict[Pred, set[Pattern]] = {}
        """The conflicts that the facts of the case have by themselves."""
        self._values: dict[str, list[Const]] = {}
        self._did: dict[tuple[tuple[Var, str], ...], tuple[tuple[Const, ...]]] = {}
        """The values that did last, by the variables that they are for: for sets that differ in names only they will do too."""
        self._stated: tuple[Bounded, ...] = ()
        """The bounds that have been read beside facts."""
        self._bounds: dict[FactSet, tuple[Bounded, ...]] = {}
        """What is said of the values that each set leaves open."""
        self._wide: Evaluator | None = None
        """One that knows of further values for variables."""
        asked = set(constants(body_terms(goal)))
        own = asked.union(*(constants(fact.head.args) for fact in facts))
        self._mentioned = book.constants | own
        """The constants of the goal, the facts and the program."""
        self._called = frozenset(each.pred for each in walk(goal) if isinstance(each, AtomF))
        """The predicates that the goal calls."""
        self._reached = self._called.union(*(book.reach[pred] for pred in self._called))
        """Those that it depends on."""
        bearing = book.constants_of(self._reached) | own
        self._bearing = sorted(bearing, key=lambda each: (each not in asked, plain_text(each)))
        """Those constants that bear on the goal, its own first: any other is like one that nothing mentions."""

    def check(self, sets: object, ways: object, are_more: object, search: object) -> int:
        """Adds a fault for each set that is not what is missing, for each way that stands for another, for a small set that is
        left out, and for what is told of the search that does not agree; says up to which size all sets were tried."""
        self._search(search, bool(sets))
        listed = [self._set(each, f"missing[{index}]") for index, each in enumerate(_items(sets))]
        known = [each for each in listed if each is not None]
        self._goals = scoped(self.goal)
        self._evaluator = Evaluator(self.book, self.facts, self.closed_world, self._asked(known), budget=self.budget)
        if not isinstance(sets, list) or not isinstance(ways, list):
            self._fault("missing", "what is missing, and the ways, are lists")
        for index, facts in enumerate(listed):
            if facts is not None:
                self._is_missing(facts, f"missing[{index}]")
        for index, facts in enumerate(listed):
            if facts is not None and any(self._covers(other, facts) for other in listed[:index] if other is not None):
                self._fault(f"missing[{index}]", "an instance of this set is listed before it")
        if len(known) < len(listed):
            return 0
        if known != sorted(known, key=set_order):
            self._fault("missing", "the sets are not in order: the smaller ones first")
        self._ways(ways, known)
        if not known and isinstance(search, dict) and search.get("status") in _STATUSES[:2]:
            self._some_would_do(is_all=search["status"] == "none")
        is_full = len(_items(ways) or known) == self.most
        if not isinstance(are_more, bool) or (are_more and not is_full) or len(known) > self.most:
            self._fault("are_more", f"there are more than these only where `{self.most}` are shown")
        if isinstance(search, dict) and _NOT_COMPUTED in _items(search.get("reasons")):
            return 0
        return self._left_out(known)

    def _fault(self, place: str, message: str) -> None:
        self.faults.append(Fault(f"{self.path}.{place}" if self.path else place, "", message))

    # --- the search ----------------------------------------------------------------------------------------------

    def _search(self, data: object, has_sets: bool) -> None:
        """Checks that what a search came to is what it did not look at makes of it."""
        reasons = data["reasons"] if isinstance(data, dict) and data.keys() == {"status", "reasons"} else None
        if not isinstance(data, dict) or not isinstance(reasons, list):
            self._fault("missing_search", "what a search came to has the keys `status` and `reasons`")
            return
        reached = self._reached
        found = (pred for pred in self.book.declarations.abducible if {pred, pred.opposite} & reached)
        opened = {str(each): each for pred in found for each in (pred, pred.opposite)}
        for index, reason in enumerate(reasons):
            self.budget.spend(index)
            if not self._is_reason(reason, opened) or reason in reasons[:index]:
                self._fault(f"missing_search.reasons[{index}]", "this is nothing that a search may not have looked at")
                return
        came_to = max((_CAME_TO[reason["kind"]] for reason in reasons), default=0)
        expected = "found" if has_sets else _STATUSES[came_to]
        if not is_same(data["status"], expected):
            self._fault("missing_search.status", f"by its sets and reasons the search came to `{expected}`")

    def _is_reason(self, data: object, opened: Mapping[str, Pred]) -> bool:
        """Whether JSON data is something that a search did not look at: of a kind with just its keys, about one of the open
        predicates and an argument of which that can be."""
        if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or data["kind"] not in _CAME_TO:
            return False
        if data["kind"] == "given_up":
            return data.keys() == {"kind", "limit"} and data["limit"] in _GIVEN_UP_AT
        named, declared = data.get("predicate"), self.book.declarations
        pred = opened.get(named) if isinstance(named, str) else None
        if pred is None:
            return False
        if data["kind"] == "no_question":
            is_value = pred.negative and pred.positive in declared.functional
            return data.keys() == {"kind", "predicate"} and (pred.positive not in declared.questions or is_value)
        if data["kind"] == "complete_record":
            return data.keys() == {"kind", "predicate"} and not pred.negative
        place = data.get("argument")
        if type(place) is not int or not 0 < place <= pred.arity or pred.negative or self._listed(pred, place - 1):
            return False
        is_number = type(data.get("number")) is int and data["number"] >= 0
        return data.keys() == {*_OF_ARGUMENT, "number"} and is_number and not self._is_named_case(pred, place - 1)

    def is_revisable(self) -> bool:
        """Whether documenting more can make the goal true also where it is false: whether it depends on `documented`."""
        return any(isinstance(part, Documented) for part in walk(self.goal)) or any(
            map(self.book.asks_what_is_documented, self._called)
        )

    def _is_named_case(self, pred: Pred, index: int) -> bool:
        """Whether an argument, counted from 0, is a case that the goal names, since no rule is about a case beside it."""
        types_of = self.book.declarations.types_of
        if types_of(pred)[index] != "case":
            return False
        rules = (rule.clause for each in self._reached for rule in self.book.rules.get(each, ()))
        bodies = [(self.goal, ()), *((rule.body, rule.head.args) for rule in rules)]
        return not any(
            isinstance(arg, Var) and arg not in known and kind in ("case", "any")
            for body, known in bodies
            for atom in walk(body)
            if isinstance(atom, AtomF)
            for arg, kind in zip(atom.args, types_of(atom.pred), strict=True)
        )

    # --- reading -------------------------------------------------------------------------------------------------

    def _set(self, data: object, place: str) -> FactSet | None:
        self._stated = ()
        atoms = [self._fact(each, place) for each in data] if isinstance(data, list) and data else [None]
        facts = tuple(atom for atom in atoms if atom is not None)
        if len(facts) < len(atoms):
            self._fault(place, "a set of missing facts has facts, each with its question")
            return None
        if len(set(facts)) < len(facts):
            self._fault(place, "a fact is in it twice")
            return None
        self._bounds[facts] = self._stated
        return facts if self._is_tidy(facts, place) else None

    def _is_tidy(self, facts: FactSet, place: str) -> bool:
        """Whether facts are in order and their variables go by A, B, ... as they come."""
        named = list(dict.fromkeys(arg for atom in facts for arg in atom.args if isinstance(arg, Var)))
        is_tidy = list(facts) == sorted(facts, key=atom_order) and named == [
            Var(letter(at)) for at in range(len(named))
        ]
        if not is_tidy:
            self._fault(place, "its facts are not in order, or their variables are not A, B, ... as they come")
        return is_tidy

    def _fact(self, data: object, place: str, *, is_choice: bool = False) -> AtomF | None:
        has_keys = isinstance(data, dict) and data.keys() - {"bounds"} == {"fact", "question"}
        if not isinstance(data, dict) or not has_keys or not isinstance(data["fact"], str):
            return None
        said = read_body(data["fact"])
        atom = self.book.goal(said) if said is not None else None
        if not isinstance(atom, AtomF) or not self.book.is_open(atom.pred):
            return None
        if self.case is not None and atom.args[:1] != (self.case,):
            return None
        asked = (question if is_choice else open_question)(atom.pred, atom.args, self.book.declarations)
        if asked is None or not is_same(data["question"], asked):
            self._fault(place, f"the question for `{show_atom(atom)}` is `{asked}`")
        bounds = read_bounds(data["bounds"], atom) if "bounds" in data else ()
        if bounds is None:
            self._fault(place, f"what is said of the values in `{show_atom(atom)}` is nothing that would be")
        self._stated = (*self._stated, *(bounds or ()))
        return atom

    def _asked(self, listed: Iterable[FactSet]) -> frozenset[Const]:
        """The constants that the goal, the sets and the samples for their variables mention."""
        atoms = (atom for facts in listed for atom in facts)
        own = set(constants(chain(body_terms(self.goal), *(atom.args for atom in atoms))))
        own |= {value for facts in listed for values in self._samples(facts) for value in values.values()}
        return frozenset(own | {value for kind in (*KINDS, "") for value in fresh(kind, SAMPLES[0], 4)})

    # --- each set ------------------------------------------------------------------------------------------------

    def _is_missing(self, facts: FactSet, place: str, *, is_like_another: bool = False) -> None:
        """Checks that facts are open, enough and all needed; of those that differ from others in names only, that they are enough
        with the values with which the others are."""
        for atom in facts:
            row = tuple(index if isinstance(arg, Var) else arg for index, arg in enumerate(atom.args, 1))
            if self._evaluator.atom(atom.pred, row) is not Truth.UNKNOWN:
                self._fault(place, f"`{show_atom(atom)}` is not what is not documented: it is true or false already")
        if not self._makes(facts) and not self._makes_with_other_values(facts, has_done=is_like_another):
            self._fault(place, "these facts would not make the goal true, or they contradict what is documented")
        if self._bounds.get(facts) and not is_like_another:
            self._are_bounds(facts, place)
        for atom in () if is_like_another else facts:
            if self._makes(tuple(other for other in facts if other is not atom)):
                self._fault(place, f"`{show_atom(atom)}` is not needed: the others are enough")

    def _are_bounds(self, facts: FactSet, place: str) -> None:
        """Checks that facts are enough with values at the ends that are stated, and not with those just beyond them."""
        kinds, bounds = self._kinds_of(facts), self._bounds[facts]
        if any(not each.variables <= kinds.keys() for each in bounds):
            self._fault(place, "bounds are stated for what the set does not leave open")
            return
        tried = {var: values[:MOST_AT_ENDS] for var, values in candidates(bounds, kinds, self._mentioned).items()}
        for each in bounds:
            if not isinstance(each, ValueBound):
                continue
            for value in (value for part in each.intervals for value in inside(part)):
                if not self._does_with(facts, {**tried, each.variable: [value]}):
                    self._fault(place, f"with `{show_term(value)}` for {each.variable.name} these facts are not enough")
            for value in (value for part in each.intervals for value in outside(part)):
                if not is_within(value, each) and self._does_with(facts, {**tried, each.variable: [value]}):
                    self._fault(place, f"with `{show_term(value)}` for {each.variable.name} these facts are enough too")

    def _does_with(self, facts: FactSet, values: Mapping[Var, Sequence[Const]]) -> bool:
        """Whether facts make the goal true with some of the values for their variables."""
        chosen = islice(product(*values.values()), MOST_AT_ENDS**2)
        return any(self._holds_with(facts, dict(zip(values, each, strict=True))) for each in chosen)

    def _holds_with(self, facts: FactSet, values: Mapping[Var, Const]) -> bool:
        """Whether facts make the goal true with values for their variables, whatever constants there are beside these."""
        self.budget.spend(OF_A_TRIAL)
        stated = tuple(substitute_atom(atom, values) for atom in facts)
        asked = self._evaluator.asked.union(values.values())
        whole, before = self._evaluator, self._conflicts
        self._evaluator = Evaluator(self.book, self.facts, self.closed_world, asked, budget=self.budget)
        try:
            return self._holds(stated)
        finally:
            self._evaluator, self._conflicts = whole, before

    def _makes(self, facts: FactSet) -> bool:
        """Whether facts make the goal true, with some values of the declared types for their variables."""
        together = frozenset(facts)
        if together not in self._enough:
            tried = (tuple(substitute_atom(atom, values) for atom in facts) for values in self._samples(facts))
            self.budget.spend(len(facts))
            self._enough[together] = any(map(self._holds, tried))
        return self._enough[together]

    def _makes_with_other_values(self, facts: FactSet, *, has_done: bool) -> bool:
        """The same with values near to what the program and the case mention, and in any order; or with those that did last."""
        kinds = self._kinds_of(facts)
        if not kinds:
            return False
        known = tuple(kinds.items())
        if self._bounds.get(facts) and self._does_with(facts, candidates(self._bounds[facts], kinds, self._mentioned)):
            return True
        for chosen in self._did.get(known, ()) if has_done else self._choices_of_values(kinds.values()):
            named = dict(zip(kinds, chosen, strict=True))
            if self._holds(tuple(substitute_atom(atom, named) for atom in facts), is_near=True):
                self._did[known] = (chosen,)
                return True
        return False

    def _choices_of_values(self, kinds: Collection[str]) -> Iterator[tuple[Const, ...]]:
        """Values for variables of some types that nothing mentions or that are near to what is mentioned."""
        values = {kind: [*fresh_beside(kind, len(kinds)), *self._near(kind)][:MOST_NEAR] for kind in set(kinds)}
        return choices_among([values[kind] for kind in kinds])

    def _near(self, kind: str) -> list[Const]:
        """Values of a kind at, beside and between those that are mentioned, and at what is computed of two of them."""
        if kind not in self._values:
            self._values[kind] = list(dict.fromkeys(near(kind, self._mentioned)))
        return self._values[kind]

    def _further(self) -> Evaluator:
        """An evaluator that knows of values near to what is mentioned too."""
        if self._wide is None:
            others = {each for kind in (*KINDS, "") for each in (*fresh_beside(kind, 4), *self._near(kind))}
            asked = self._evaluator.asked | others
            self._wide = Evaluator(self.book, self.facts, self.closed_world, asked, budget=self.budget)
        return self._wide

    def _holds(self, facts: FactSet, *, is_near: bool = False) -> bool:
        """Whether the goal is true with facts, which may have values near to others, and which contradict nothing."""
        self.budget.spend(OF_A_TRIAL * (1 + len(facts)))
        evaluator = self._further() if is_near else self._evaluator
        beside = evaluator.beside(tuple(Clause(fact, TRUE) for fact in facts))
        holds = any(True for goals in self._goals for _ in beside.solve(goals, {}, False))
        if not holds:
            return False
        changed = frozenset().union(*(self.book.dependents(fact.pred) for fact in facts))
        declared = self.book.declarations
        return not any(
            self._adds_a_conflict(beside, pred) or self._goes_against_a_record(beside, pred)
            for pred in declared.abducible.keys() | declared.functional.keys()
            if pred in changed
        )

    def _adds_a_conflict(self, beside: Evaluator, pred: Pred) -> bool:
        """Whether there is a conflict that the facts of the case do not have already."""
        if pred not in self._conflicts:
            self._conflicts[pred] = self._evaluator.conflicts(pred)
        return not beside.conflicts(pred) <= self._conflicts[pred]

    def _goes_against_a_record(self, beside: Evaluator, pred: Pred) -> bool:
        """Whether something is concluded that a record which is complete does not have."""
        complete = self._evaluator.rows(COMPLETE, (None, Atom(pred.own_name)), False) if pred.arity else ()
        rows = ((row[0], *(None,) * (pred.arity - 1)) for row in complete)
        return any(
            not set(beside.rows(pred, row, False)) <= set(self._evaluator.rows(pred, row, False)) for row in rows
        )

    def _kinds_of(self, facts: FactSet) -> dict[Var, str]:
        """The types of the variables of some facts."""
        kinds: dict[Var, str] = {}
        for atom in facts:
            for arg, declared in zip(atom.args, self.book.declarations.types_of(atom.pred), strict=True):
                if isinstance(arg, Var):
                    kinds.setdefault(arg, declared)
        return kinds

    def _samples(self, facts: FactSet) -> Iterator[dict[Var, Const]]:
        kinds = self._kinds_of(facts)
        for sample in SAMPLES if kinds else SAMPLES[:1]:
            values = {kind: iter(fresh(kind, sample, len(kinds), self._mentioned)) for kind in set(kinds.values())}
            yield {var: next(values[kind]) for var, kind in kinds.items()}

    def _covers(self, general: FactSet, facts: FactSet, known: Mapping[Var, Term] = MappingProxyType({})) -> bool:
        """Whether facts are an instance of a set: it, with something for its variables but those that are known."""
        self.budget.spend()
        if len(general) != len(facts) or not general:
            return len(general) == len(facts)
        return any(
            self._covers(general[1:], facts[:index] + facts[index + 1 :], more)
            for index, fact in enumerate(facts)
            if fact.pred == general[0].pred and (more := matched(general[0].args, fact.args, known)) is not None
        )

    # --- ways ----------------------------------------------------------------------------------------------------

    def _ways(self, data: object, listed: Sequence[FactSet]) -> None:
        """Checks that every way stands for sets that are missing, and that every listed set is one of a way."""
        members: list[FactSet] = []
        firsts: list[FactSet] = []
        for index, each in enumerate(_items(data)):
            self.budget.spend(index)
            if any(is_same(each, other) for other in _items(data)[:index]):
                self._fault(f"ways[{index}]", "this way is listed before it")
            way = self._way(each, f"ways[{index}]")
            if way is None:
                continue
            tried = list(dict.fromkeys(self._members(way, with_each_name(way.choices))))
            for number, facts in enumerate(tried):
                self._bounds.setdefault(facts, self._bounds[way.facts])
                self._is_missing(facts, f"ways[{index}]", is_like_another=number > 0)
            firsts += tried[:1]
            members += dict.fromkeys((*tried, *self._members(way, all_taken(way.choices))))
        if firsts != sorted(firsts, key=set_order):
            self._fault("ways", "the ways are not in the order of their first sets")
        is_whole = len(listed) >= self.most
        if not is_whole and not all(any(self._covers(other, facts) for other in listed) for facts in members):
            self._fault("missing", "a set that one of the ways stands for is left out")
        if not isinstance(data, list) or not all(
            any(self._covers(each, facts) for each in members) for facts in listed
        ):
            self._fault("ways", "a set that is missing is none of those that these ways stand for")

    def _members(self, way: Way, taken: Iterable[Sequence[Sequence[Const]]]) -> Iterator[FactSet]:
        """The sets that a way stands for where each of its choices takes some names."""
        for names in taken:
            self.budget.spend(1 + sum(map(len, names)))
            chosen = chain.from_iterable(map(Choice.about, way.choices, names))
            yield tuple(sorted((*way.facts, *chosen), key=atom_order))

    def _way(self, data: object, place: str) -> Way | None:
        """A way as data says it; None, with a fault, if it is none."""
        if not isinstance(data, dict) or data.keys() != {"facts", "any_of"}:
            self._fault(place, "a way has the keys `facts` and `any_of`")
            return None
        self._stated = ()
        plain = [self._fact(each, place) for each in _items(data["facts"])]
        stated = self._stated
        choices = [self._choice(each, place) for each in _items(data["any_of"])]
        if None in choices:
            self._fault(place, "a choice has a `count`, different `names`, and `facts` with a variable for a name")
            return None
        if None in plain or not isinstance(data["facts"], list) or not isinstance(data["any_of"], list):
            self._fault(place, "a way has facts, each with its question")
            return None
        facts, known = tuple(filter(None, plain)), list(filter(None, choices))
        self._bounds.setdefault(facts, stated)
        if not self._is_tidy(facts, place):
            return None
        if known != sorted(known, key=Choice.order):
            self._fault(place, "its choices are not in order")
        counts = Counter[tuple[Const, ...]]()
        for each in known:
            counts[each.names] += each.count
        if any(count > len(names) for names, count in counts.items()):
            self._fault(place, "its choices take more names than there are")
            return None
        return Way(facts, tuple(known))

    def _choice(self, data: object, place: str) -> Choice | None:
        """A choice of names, with the facts about each, all in their order; None if it is none."""
        if not isinstance(data, dict) or data.keys() != {"count", "names", "facts"}:
            return None
        names = [constant(each) for each in _items(data["names"])]
        known = tuple(each for each in names if each is not None)
        atoms = [self._fact(each, place, is_choice=True) for each in _items(data["facts"])]
        facts = tuple(atom for atom in atoms if atom is not None and Var("Name") in atom.args)
        count = data["count"]
        if type(count) is not int or not 0 < count <= len(known) == len(names) == len(set(names)):
            return None
        if not facts or len(facts) < len(atoms):
            return None
        if list(known) != sorted(known, key=order_key) or list(facts) != sorted(facts, key=atom_order):
            self._fault(place, "the names of a choice, or its facts, are not in order")
        return Choice(count, known, facts)

    # --- what is left out ----------------------------------------------------------------------------------------

    def _left_out(self, listed: Sequence[FactSet]) -> int:
        columns = self._asked_for()
        if sum(prod(map(len, each)) for each in columns.values()) > MOST_NAMED:
            return 0
        universe = list(islice(self._universe(columns), MOST_TRIALS + 1))
        size, left = 0, MOST_TRIALS
        while size < 2 and comb(len(universe), size + 1) <= left:
            size += 1
            left -= comb(len(universe), size)
        found: list[frozenset[AtomF]] = []
        for facts in self._could_do_by_themselves(universe, size) if size else ():
            if not any(each <= set(facts) for each in found) and self._holds(facts):
                found.append(frozenset(facts))
                is_later = len(listed) == self.most and len(facts) >= len(listed[-1])
                if not is_later and not any(self._covers(each, facts) for each in listed):
                    said = ", ".join(map(show_atom, facts))
                    self._fault("missing", f"`{said}` would make the goal true, and no set has it")
        return size

    def _could_do_by_themselves(self, universe: Sequence[AtomF], size: int) -> list[FactSet]:
        """The single facts, and the pairs where the size is 2, of which it is not ruled out that they make the goal true, the single
        ones first. Many are ruled out at once: where all facts of two ranges would not do, no two of them do."""
        if self.is_revisable():
            return [facts for number in range(1, size + 1) for facts in combinations(universe, number)]
        found: list[tuple[int, ...]] = []
        pending = [(range(len(universe)),) * 2]
        while pending:
            one, other = pending.pop()
            places = sorted({*one, *other})
            if not one or not other or not self._could_do(tuple(universe[place] for place in places)):
                continue
            if len(one) == len(other) == 1:
                found.append(tuple(places))
            elif one == other:
                first, second = _halves(one)
                pending += [(first, first), (second, second), *([(first, second)] if size > 1 else [])]
            else:
                pending += [(first, second) for first in _halves(one) for second in _halves(other)]
        return [tuple(universe[place] for place in each) for each in sorted(found, key=lambda each: (len(each), each))]

    def _could_do(self, facts: FactSet) -> bool:
        """Whether it is not ruled out that some of these facts make the goal true."""
        self.budget.spend(OF_A_TRIAL * (1 + len(facts)))
        limited = self._evaluator.limited(facts)
        return any(True for goals in self._goals for _ in limited.solve(goals, {}, True))

    def _some_would_do(self, *, is_all: bool) -> None:
        """Where no facts are said to be enough, or none that questions ask for: tries each fact of predicates with few of them,
        all of these together, and single facts with values near to what is mentioned."""
        asked = self._asked_for(is_all)
        columns = {pred: each for pred, each in asked.items() if prod(map(len, each)) <= MOST_OF_ONE}
        single = list(islice(self._universe(columns, is_all), MOST_TRIALS))
        plain = tuple(atom for atom in single if atom.pred in columns)
        if any(facts and self._would_do(facts) for facts in chain(((atom,) for atom in single), (plain,))):
            return
        least = self.budget.left // 2
        for pred, values in asked.items():
            others = self._columns(pred, is_near=True)
            for row in islice(choices_among(others), MOST_NEAR if others != values else 0):
                if self.budget.left < least or (
                    self._further().atom(pred, row) is Truth.UNKNOWN
                    and self._would_do((AtomF(pred, row),), is_near=True)
                ):
                    return

    def _would_do(self, facts: FactSet, *, is_near: bool = False) -> bool:
        """Whether facts make the goal true, which is a fault where nothing is said to be missing."""
        would_do = self._holds(facts, is_near=is_near)
        if would_do:
            said = shorten(", ".join(map(show_atom, facts)), 200)
            self._fault("missing", f"`{said}` would make the goal true, and nothing is said to be missing")
        return would_do

    def _asked_for(self, is_all: bool = False) -> dict[Pred, list[list[Const]]]:
        """The predicates that the goal depends on and that may be asked for, or all of them that are open, with the values of
        each argument."""
        reached, declared = self._reached, self.book.declarations
        asked = (
            pred for pred in (declared.abducible if is_all else declared.questions) if {pred, pred.opposite} & reached
        )
        return {pred: self._columns(pred) for pred in asked}

    def _universe(self, columns: Mapping[Pred, list[list[Const]]], is_all: bool = False) -> Iterator[AtomF]:
        """The facts that are not known, over the values that their arguments may take; where `is_all`,
        also those that are never asked for."""
        for pred, values in columns.items():
            if is_all and pred.arity:
                records = ((case, Atom(pred.own_name)) for case in values[0])
                yield from (
                    AtomF(COMPLETE, row) for row in records if self._evaluator.atom(COMPLETE, row) is not Truth.TRUE
                )
            for row in self._evaluator.unknown(pred, values):
                yield AtomF(pred, row)
                if is_all or pred not in self.book.declarations.functional:
                    yield AtomF(pred.opposite, row)

    def _columns(self, pred: Pred, *, is_near: bool = False) -> list[list[Const]]:
        """The values that each argument of a predicate may take, those of the goal first; or those near to them."""
        columns: list[list[Const]] = []
        for index, kind in enumerate(self.book.declarations.types_of(pred)):
            vocabulary = self.book.names.of_type(kind)
            given = [
                each
                for each in self._bearing
                if (
                    each in vocabulary.constants
                    if vocabulary
                    else kind == "any" or isinstance(each, KINDS.get(kind, Atom))
                )
            ]
            others = self._near(kind)[:MOST_NEAR] if is_near and (kind in KINDS or kind == "any") else []
            columns.append(self._listed(pred, index) or [*given, *fresh(kind, SAMPLES[0], 1), *others])
        return columns if self.case is None else [[self.case], *columns[1:]]

    def _listed(self, pred: Pred, index: int) -> list[Const]:
        """The values that are listed for an argument of a predicate, counted from 0; none where any can stand."""
        return [row[-1] for row in self.book.stated_with(LISTED_VALUE, 0, Atom(pred.name)) if row[1] == Int(index + 1)]


def _halves(places: range) -> tuple[range, range]:
    """The two halves of a range; of a single place, nothing and it."""
    middle = len(places) // 2
    return places[:middle], places[middle:]


def _items(data: object) -> list[object]:
    return data if isinstance(data, list) else []
