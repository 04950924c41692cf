"""What JSON says is missing, read: sets of facts with their questions and bounds, and ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from explain.verify.bounds import read_bounds
from explain.verify.fact_sets import Choice, FactSet, Way, atom_order, letter
from explain.verify.open_goal import OpenGoal
from explain.verify.steps import is_same, read_body
from explain.words.bounds import Bounded
from explain.words.sentences import open_question, question
from explain.words.values import constant
from kb.language.printer import show_atom
from kb.language.syntax import AtomF
from kb.language.terms import Const, Var, order_key


class SetReader:
    """Reads what is said to be missing for a goal, and adds a fault for what is not written as it would be."""

    def __init__(self, goal: OpenGoal, fault: Callable[[str, str], None]) -> None:
        self.goal, self._fault = goal, fault
        self._stated: tuple[Bounded, ...] = ()
        """The bounds that have been read beside facts."""
        self.bounds: dict[FactSet, tuple[Bounded, ...]] = {}
        """What is said of the values that each set leaves open."""

    def fact_set(self, data: object, place: str) -> FactSet | None:
        """A set of facts as data says it; None, with a fault, if it is none."""
        self._stated = ()
        atoms = [self._fact(each, place) for each in data] if isinstance(data, list) and data else [None]
        facts = tuple(atom for atom in atoms if atom is not None)
        if len(facts) < len(atoms):
            self._fault(place, "a set of missing facts has facts, each with its question")
            return None
        if len(set(facts)) < len(facts):
            self._fault(place, "a fact is in it twice")
            return None
        self.bounds[facts] = self._stated
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
        atom = self.goal.book.goal(said) if said is not None else None
        if not isinstance(atom, AtomF) or not self.goal.book.is_open(atom.pred):
            return None
        if self.goal.case is not None and atom.args[:1] != (self.goal.case,):
            return None
        asked = (question if is_choice else open_question)(atom.pred, atom.args, self.goal.book.declarations)
        if asked is None or not is_same(data["question"], asked):
            self._fault(place, f"the question for `{show_atom(atom)}` is `{asked}`")
        bounds = read_bounds(data["bounds"], atom) if "bounds" in data else ()
        if bounds is None:
            self._fault(place, f"what is said of the values in `{show_atom(atom)}` is nothing that would be")
        self._stated = (*self._stated, *(bounds or ()))
        return atom

    def way(self, data: object, place: str) -> Way | None:
        """A way as data says it; None, with a fault, if it is none."""
        if not isinstance(data, dict) or data.keys() != {"facts", "any_of"}:
            self._fault(place, "a way has the keys `facts` and `any_of`")
            return None
        self._stated = ()
        plain = [self._fact(each, place) for each in items(data["facts"])]
        stated = self._stated
        choices = [self._choice(each, place) for each in items(data["any_of"])]
        if None in choices:
            self._fault(place, "a choice has a `count`, different `names`, and `facts` with a variable for a name")
            return None
        if None in plain or not isinstance(data["facts"], list) or not isinstance(data["any_of"], list):
            self._fault(place, "a way has facts, each with its question")
            return None
        facts, known = tuple(filter(None, plain)), list(filter(None, choices))
        self.bounds.setdefault(facts, stated)
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
        names = [constant(each) for each in items(data["names"])]
        known = tuple(each for each in names if each is not None)
        atoms = [self._fact(each, place, is_choice=True) for each in items(data["facts"])]
        facts = tuple(atom for atom in atoms if atom is not None and Var("Name") in atom.args)
        count = data["count"]
        if type(count) is not int or not 0 < count <= len(known) == len(names) == len(set(names)):
            return None
        if not facts or len(facts) < len(atoms):
            return None
        if list(known) != sorted(known, key=order_key) or list(facts) != sorted(facts, key=atom_order):
            self._fault(place, "the names of a choice, or its facts, are not in order")
        return Choice(count, known, facts)


def items(data: object) -> list[object]:
    """What a list has; nothing, if it is none."""
    return data if isinstance(data, list) else []
