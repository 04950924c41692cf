"""What every check of a node uses: the faults that are found, the truth of literals, and what a node of a kind has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from explain.verify.evaluator import Evaluator
from explain.verify.match import (
    Bound,
    known_values,
)
from explain.verify.rules import Rulebook
from explain.verify.scopes import Conjunction, Goal
from explain.verify.steps import Fault, Step
from explain.verify.values import Value
from explain.verify.ways import Ways
from explain.words.sentences import say
from kb.language.syntax import (
    Builtin,
    Compare,
    Member,
    Pred,
)
from kb.language.terms import Var
from kb.language.truth import Truth

Above: TypeAlias = tuple[str, ...]

WORDS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "not documented"}
FIELDS = {
    "fact": {"cite", "evidence"},
    "rule": {"rule", "binding", "cite", "children", "label"},
    "conjunction": {"binding", "children", "label"},
    "branch": {"binding", "children", "label"},
    "alternatives": {"cite", "children", "binding"},
    "summary": {"cite", "binding"},
    "count": {"count", "children"},
} | {
    kind: {"label", "children", "binding"}
    for kind in ("no_rule", "not_documented", "closed_record", "stated_false", "other_value")
}
TESTS = {Compare: "comparison", Builtin: "builtin", Member: "member"}
MAY_BE_CLOSED = frozenset({"summary", "count", "aggregate", "negation"})


@dataclass(slots=True)
class Checks:
    """What checks of explanations over one program and the facts of a case share; `faults` is what they have found."""

    evaluator: Evaluator
    section: str | None = None
    """The section of the policy document that citations are from, where there are several."""
    faults: list[Fault] = field(default_factory=list)
    _counted: dict[tuple[Conjunction, frozenset[tuple[Var, Value]]], Ways] = field(default_factory=dict)
    _checked: dict[tuple[str, str, bool | None, Above], list[Fault]] = field(default_factory=dict)
    """What was found wrong with nodes under a binding, so that shared ones are checked once."""

    @property
    def book(self) -> Rulebook:
        return self.evaluator.book

    def _fault(self, step: Step, message: str) -> None:
        self.faults.append(Fault(step.path, step.id, message))

    def _must(self, holds: bool, step: Step, message: str) -> bool:
        if not holds:
            self._fault(step, message)
        return holds

    def truth(self, goal: Goal, binding: Bound) -> Truth:
        """The truth of a literal under a binding; its other variables are read as `there is`."""
        return self.evaluator.literal(goal, known_values({var: binding[var] for var in goal.vars if var in binding}))

    def _kind(self, step: Step, *kinds: str) -> bool:
        return self._must(step.kind in kinds, step, f"`{step.goal}` is no goal for a node of kind `{step.kind}`")

    def _says(self, step: Step, text: str, *, may_be_other: bool = False) -> None:
        fits = step.text == text or (may_be_other and step.text == say("any_other", text))
        self._must(fits, step, f"its sentence is `{step.text}`, where it ought to be `{text}`")

    def _fields(self, step: Step, may_sum_up: bool | None = False) -> bool:
        """Whether a node has only what its kind has."""
        used = {
            "rule": step.rule, "binding": {text for text in step.binding.values() if not text.startswith("_")}, "cite": step.cite, "evidence": step.evidence, "count": step.count,
            "label": step.label, "children": step.children,
        }  # fmt: skip
        extra = [name for name, value in used.items() if value and name not in FIELDS.get(step.kind, {"children"})]
        if extra:
            return self._must(False, step, f"a node of kind `{step.kind}` has no `{extra[0]}`")
        if step.kind in ("comparison", "builtin", "member", "summary", "fact") and step.children:
            return self._must(False, step, f"a node of kind `{step.kind}` has no children")
        if step.ways and (step.status is Truth.TRUE or step.kind not in ("rule", "conjunction", "branch")):
            return self._must(False, step, "only a body that is not true is tried in several ways")
        if step.opened:
            return self._must(step.kind != "summary", step, "a summary is not opened")
        if step.kind not in MAY_BE_CLOSED or not may_sum_up:
            return self._must(False, step, "only what is below an alternative that is not the nearest is left out")
        return self._must(not step.children, step, "what is left out has no children")

    def _one_child(self, step: Step) -> bool:
        return self._must(len(step.children) == 1, step, "it has one child, that shows why")

    def _cites(self, step: Step, pred: Pred, files: Iterable[str | None]) -> None:
        places = {"; ".join(self.book.declarations.places(pred, file, self.section)) or None for file in files}
        self._must(step.cite in places, step, f"the policy has this elsewhere than `{step.cite}`")

    def _literal(
        self, step: Step, goal: Goal, binding: Bound, above: Above = (), *, may_sum_up: bool | None = False
    ) -> None:
        """Checks a node for a literal of a clause under a binding."""
        raise NotImplementedError
