"""A goal that documenting more may make true: what it depends on, and the values that are looked at for what may be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from explain.verify.fact_sets import FactSet
from explain.verify.program import Rulebook, constants, scoped
from explain.verify.values import KINDS, MOST_NEAR, SAMPLES, fresh, near
from kb.language.syntax import AtomF, Body, Clause, Documented, Pred
from kb.language.terms import Atom, Const, Int, Var, plain_text
from kb.language.traversal import body_terms, walk

LISTED_VALUE = Pred("listed_value", 3)


class OpenGoal:
    """A goal over the rules and facts that it is asked of, and the case that all facts are to be about, if there is one."""

    def __init__(self, book: Rulebook, facts: tuple[Clause, ...], body: Body, case: Const | None = None) -> None:
        self.book, self.facts, self.body, self.case = book, facts, body, case
        self.goals = scoped(body)
        asked = set(constants(body_terms(body)))
        own = asked.union(*(constants(fact.head.args) for fact in facts))
        self.mentioned = book.constants | own
        """The constants of the goal, the facts and the program."""
        self.called = frozenset(each.pred for each in walk(body) if isinstance(each, AtomF))
        """The predicates that the goal calls."""
        self.reached = self.called.union(*(book.reach[pred] for pred in self.called))
        """Those that it depends on."""
        bearing = book.constants_of(self.reached) | own
        self._bearing = sorted(bearing, key=lambda each: (each not in asked, plain_text(each)))
        """Those constants that bear on the goal, its own first: any other is like one that nothing mentions."""
        self._values: dict[str, list[Const]] = {}
        self._of_kinds: dict[str, list[Const]] = {}

    def is_revisable(self) -> bool:
        """Whether documenting more can make the goal true also where it is false: whether it depends on `documented`."""
        return any(isinstance(part, Documented) for part in walk(self.body)) or any(
            map(self.book.asks_what_is_documented, self.called)
        )

    def is_named_case(self, pred: Pred, index: int) -> bool:
        """Whether an argument, counted from 0, is a case that the goal names, since no rule is about a case beside it."""
        types_of = self.book.declarations.types_of
        if types_of(pred)[index] != "case":
            return False
        rules = (rule.clause for each in self.reached for rule in self.book.rules.get(each, ()))
        bodies = [(self.body, ()), *((rule.body, rule.head.args) for rule in rules)]
        return not any(
            isinstance(arg, Var) and arg not in known and kind in ("case", "any")
            for body, known in bodies
            for atom in walk(body)
            if isinstance(atom, AtomF)
            for arg, kind in zip(atom.args, types_of(atom.pred), strict=True)
        )

    def constants_with(self, listed: Iterable[FactSet]) -> frozenset[Const]:
        """The constants that the goal, the sets and the samples for their variables mention."""
        atoms = (atom for facts in listed for atom in facts)
        own = set(constants(chain(body_terms(self.body), *(atom.args for atom in atoms))))
        own |= {value for facts in listed for values in self.samples(facts) for value in values.values()}
        return frozenset(own | {value for kind in (*KINDS, "") for value in fresh(kind, SAMPLES[0], 4)})

    def kinds_of(self, facts: FactSet) -> dict[Var, str]:
        """The types of the variables of some facts."""
        kinds: dict[Var, str] = {}
        for atom in facts:
            for arg, declared in zip(atom.args, self.book.declarations.types_of(atom.pred), strict=True):
                if isinstance(arg, Var):
                    kinds.setdefault(arg, declared)
        return kinds

    def samples(self, facts: FactSet) -> Iterator[dict[Var, Const]]:
        """Values that nothing mentions for the variables of some facts, one choice after the other."""
        kinds = self.kinds_of(facts)
        for sample in SAMPLES if kinds else SAMPLES[:1]:
            values = {kind: iter(fresh(kind, sample, len(kinds), self.mentioned)) for kind in set(kinds.values())}
            yield {var: next(values[kind]) for var, kind in kinds.items()}

    def near(self, kind: str) -> list[Const]:
        """Values of a kind at, beside and between those that are mentioned, and at what is computed of two of them."""
        if kind not in self._values:
            self._values[kind] = list(dict.fromkeys(near(kind, self.mentioned)))
        return self._values[kind]

    def asked_for(self, is_all: bool = False) -> dict[Pred, list[list[Const]]]:
        """The predicates that the goal depends on and that may be asked for, or all of them that are open, with the values of
        each argument."""
        reached, declared = self.reached, self.book.declarations
        asked = (
            pred for pred in (declared.abducible if is_all else declared.questions) if {pred, pred.opposite} & reached
        )
        return {pred: self.columns(pred) for pred in asked}

    def columns(self, pred: Pred, *, is_near: bool = False) -> list[list[Const]]:
        """The values that each argument of a predicate may take, those of the goal first; or those near to them."""
        columns: list[list[Const]] = []
        for index, kind in enumerate(self.book.declarations.types_of(pred)):
            others = self.near(kind)[:MOST_NEAR] if is_near and (kind in KINDS or kind == "any") else []
            columns.append(self.listed(pred, index) or [*self._of_kind(kind), *fresh(kind, SAMPLES[0], 1), *others])
        return columns if self.case is None else [[self.case], *columns[1:]]

    def _of_kind(self, kind: str) -> list[Const]:
        """Those that bear on the goal of the constants of a type, its own first."""
        if kind not in self._of_kinds:
            taken, vocabulary = KINDS.get(kind, Atom), self.book.names.of_type(kind)
            self._of_kinds[kind] = [
                each
                for each in self._bearing
                if (each in vocabulary.constants if vocabulary else kind == "any" or isinstance(each, taken))
            ]
        return self._of_kinds[kind]

    def listed(self, pred: Pred, index: int) -> list[Const]:
        """The values that are listed for an argument of a predicate, counted from 0; none where any can stand."""
        return [row[-1] for row in self.book.stated_with(LISTED_VALUE, 0, Atom(pred.name)) if row[1] == Int(index + 1)]
