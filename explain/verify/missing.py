"""The proof checker on what is missing: whether each set of facts would make a goal true, and none of it is too much.

Every set is tried beside the facts of the case, and again without each of its facts. Where few facts bear on the goal,
every single fact and every pair is tried as well, so that a small set that is left out is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from operator import itemgetter
from typing import TypeGuard

from explain.verify.bounds import candidates, inside, is_within, outside
from explain.verify.evaluator import Budget, Evaluator
from explain.verify.fact_sets import Choice, FactSet, Way, all_taken, atom_order, covers, set_order, with_each_name
from explain.verify.left_out import LeftOut
from explain.verify.open_goal import OpenGoal
from explain.verify.program import Rulebook, constants, scoped
from explain.verify.set_reader import SetReader, items
from explain.verify.steps import Fault, is_same, read_body
from explain.verify.trials import MOST_AT_ENDS, Trials
from explain.words.bounds import ValueBound
from kb.language.printer import show_atom, show_term
from kb.language.syntax import AtomF, Body, Clause, Pred
from kb.language.terms import Const, Var
from kb.language.traversal import body_terms
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
MOST_LISTED = 10
"""How many sets are listed at most; of more, the first."""
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
    if truth is Truth.UNKNOWN or (truth is Truth.FALSE and checker.goal.is_revisable()):
        return checker.check(data["missing"], data["ways"], data["are_more"], data["missing_search"])
    search = None if truth is Truth.TRUE else {"status": "none", "reasons": []}
    for key, nothing in (("missing", []), ("ways", []), ("are_more", False), ("missing_search", search)):
        if not is_same(data[key], nothing):
            faults.append(Fault(f"{path}.{key}".lstrip("."), "", "nothing is missing: the goal is not open"))
    return None


class MissingChecker:
    """Checks what is said to be missing for a goal to be true; `most` sets are listed at most."""

    _trials: Trials

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
        self.goal = OpenGoal(book, facts, goal, case)
        self.closed_world, self.path, self.faults, self.budget, self.most = closed_world, path, faults, budget, most
        self._reader = SetReader(self.goal, self._fault)

    def check(self, sets: object, ways: object, are_more: object, search: object) -> int:
        """Adds a fault for each set that is not what is missing, for each way that stands for another, for a small set that is
        left out, and for what is told of the search that does not agree; says up to which size all sets were tried."""
        self._search(search, bool(sets))
        listed = [self._reader.fact_set(each, f"missing[{index}]") for index, each in enumerate(items(sets))]
        known = [each for each in listed if each is not None]
        self._trials = Trials(self.goal, self.closed_world, self.goal.constants_with(known), self.budget)
        left_out = LeftOut(self._trials, self._fault, self.most)
        if not isinstance(sets, list) or not isinstance(ways, list):
            self._fault("missing", "what is missing, and the ways, are lists")
        for index, facts in enumerate(listed):
            if facts is not None:
                self._is_missing(facts, f"missing[{index}]")
        for index, facts in enumerate(listed):
            if facts is not None and any(
                covers(other, facts, self.budget) for other in listed[:index] if other is not None
            ):
                self._fault(f"missing[{index}]", "an instance of this set is listed before it")
        if len(known) < len(listed):
            return 0
        if known != sorted(known, key=set_order):
            self._fault("missing", "the sets are not in order: the smaller ones first")
        self._ways(ways, known)
        if not known and isinstance(search, dict) and search.get("status") in _STATUSES[:2]:
            left_out.some_would_do(is_all=search["status"] == "none")
        is_full = len(items(ways) or known) == self.most
        if not isinstance(are_more, bool) or (are_more and not is_full) or len(known) > self.most:
            self._fault("are_more", f"there are more than these only where `{self.most}` are shown")
        if isinstance(search, dict) and _NOT_COMPUTED in items(search.get("reasons")):
            return 0
        return left_out.size_tried(known)

    def _fault(self, place: str, message: str) -> None:
        self.faults.append(Fault(f"{self.path}.{place}" if self.path else place, "", message))

    def _search(self, data: object, has_sets: bool) -> None:
        """Checks that what a search came to is what it did not look at makes of it."""
        reasons = data["reasons"] if isinstance(data, dict) and data.keys() == {"status", "reasons"} else None
        if not isinstance(data, dict) or not isinstance(reasons, list):
            self._fault("missing_search", "what a search came to has the keys `status` and `reasons`")
            return
        reached = self.goal.reached
        found = (pred for pred in self.goal.book.declarations.abducible if {pred, pred.opposite} & reached)
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
        named, declared = data.get("predicate"), self.goal.book.declarations
        pred = opened.get(named) if isinstance(named, str) else None
        if pred is None:
            return False
        if data["kind"] == "no_question":
            is_value = pred.negative and pred.positive in declared.functional
            return data.keys() == {"kind", "predicate"} and (pred.positive not in declared.questions or is_value)
        if data["kind"] == "complete_record":
            return data.keys() == {"kind", "predicate"} and not pred.negative
        place = data.get("argument")
        if type(place) is not int or not 0 < place <= pred.arity or pred.negative or self.goal.listed(pred, place - 1):
            return False
        is_number = type(data.get("number")) is int and data["number"] >= 0
        return data.keys() == {*_OF_ARGUMENT, "number"} and is_number and not self.goal.is_named_case(pred, place - 1)

    def _is_missing(self, facts: FactSet, place: str, *, is_like_another: bool = False) -> None:
        """Checks that facts are open, enough and all needed; of those that differ from others in names only, that they are enough
        with the values with which the others are."""
        for atom in facts:
            row = tuple(index if isinstance(arg, Var) else arg for index, arg in enumerate(atom.args, 1))
            if self._trials.evaluator.atom(atom.pred, row) is not Truth.UNKNOWN:
                self._fault(place, f"`{show_atom(atom)}` is not what is not documented: it is true or false already")
        if not self._trials.are_enough(facts) and not self._trials.are_enough_with_other_values(
            facts, bounds=self._reader.bounds.get(facts, ()), has_done=is_like_another
        ):
            self._fault(place, "these facts would not make the goal true, or they contradict what is documented")
        if self._reader.bounds.get(facts) and not is_like_another:
            self._are_bounds(facts, place)
        for atom in () if is_like_another else facts:
            if self._trials.are_enough(tuple(other for other in facts if other is not atom)):
                self._fault(place, f"`{show_atom(atom)}` is not needed: the others are enough")

    def _are_bounds(self, facts: FactSet, place: str) -> None:
        """Checks that facts are enough with values at the ends that are stated, and not with those just beyond them."""
        kinds, bounds = self.goal.kinds_of(facts), self._reader.bounds[facts]
        if any(not each.variables <= kinds.keys() for each in bounds):
            self._fault(place, "bounds are stated for what the set does not leave open")
            return
        tried = {var: values[:MOST_AT_ENDS] for var, values in candidates(bounds, kinds, self.goal.mentioned).items()}
        for each in bounds:
            if not isinstance(each, ValueBound):
                continue
            for value in (value for part in each.intervals for value in inside(part)):
                if not self._trials.are_enough_with(facts, {**tried, each.variable: [value]}):
                    self._fault(place, f"with `{show_term(value)}` for {each.variable.name} these facts are not enough")
            for value in (value for part in each.intervals for value in outside(part)):
                if not is_within(value, each) and self._trials.are_enough_with(
                    facts, {**tried, each.variable: [value]}
                ):
                    self._fault(place, f"with `{show_term(value)}` for {each.variable.name} these facts are enough too")

    def _ways(self, data: object, listed: Sequence[FactSet]) -> None:
        """Checks that every way stands for sets that are missing, and that every listed set is one of a way."""
        members: list[FactSet] = []
        firsts: list[FactSet] = []
        for index, each in enumerate(items(data)):
            self.budget.spend(index)
            if any(is_same(each, other) for other in items(data)[:index]):
                self._fault(f"ways[{index}]", "this way is listed before it")
            way = self._reader.way(each, f"ways[{index}]")
            if way is None:
                continue
            tried = list(dict.fromkeys(self._members(way, with_each_name(way.choices))))
            for number, facts in enumerate(tried):
                self._reader.bounds.setdefault(facts, self._reader.bounds[way.facts])
                self._is_missing(facts, f"ways[{index}]", is_like_another=number > 0)
            firsts += tried[:1]
            members += dict.fromkeys((*tried, *self._members(way, all_taken(way.choices))))
        if firsts != sorted(firsts, key=set_order):
            self._fault("ways", "the ways are not in the order of their first sets")
        is_whole = len(listed) >= self.most
        if not is_whole and not all(any(covers(other, facts, self.budget) for other in listed) for facts in members):
            self._fault("missing", "a set that one of the ways stands for is left out")
        if not isinstance(data, list) or not all(
            any(covers(each, facts, self.budget) for each in members) for facts in listed
        ):
            self._fault("ways", "a set that is missing is none of those that these ways stand for")

    def _members(self, way: Way, taken: Iterable[Sequence[Sequence[Const]]]) -> Iterator[FactSet]:
        """The sets that a way stands for where each of its choices takes some names."""
        about = [cache(partial(_in_order, choice)) for choice in way.choices]
        own = [(atom_order(atom), atom) for atom in way.facts]
        for names in taken:
            self.budget.spend(1 + sum(map(len, names)))
            chosen = (of(name) for of, several in zip(about, names, strict=True) for name in several)
            facts = sorted(chain(own, *chosen), key=itemgetter(0))
            yield tuple([atom for _, atom in facts])


def _in_order(choice: Choice, name: Const) -> list[tuple[object, AtomF]]:
    """The facts of a choice for a name, each after what it is sorted by."""
    return [(atom_order(atom), atom) for atom in choice.about(name)]
