"""The proof checker on counts and aggregates: what counts, what may count, and what keeps others from counting."""

from __future__ import annotations

from dataclasses import dataclass

from explain.verify.match import (
    Bound,
    columns_of,
    known_values,
    pattern_of,
    row_text,
    sharing,
)
from explain.verify.proofs import Proofs
from explain.verify.rules import COMPLETE
from explain.verify.scopes import Goal, scoped
from explain.verify.steps import Step
from explain.verify.words import (
    count_text,
    result_text,
    row_words,
)
from explain.words.sentences import say, with_truth
from kb.language.printer import show_atom
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Count,
    conjuncts,
    substitute,
)
from kb.language.terms import Atom, Const, Int, Var, row_key
from kb.language.truth import Truth


@dataclass(slots=True)
class Counts(Proofs):
    """Checks counts and aggregates, whatever their truth."""

    def _count(self, step: Step, goal: Goal, closed: Count, binding: Bound) -> None:
        """Checks how far a count has got, and its witnesses."""
        found, undocumented, others = self._rows(goal, binding)
        said, limit = step.count, closed.bound.value if isinstance(closed.bound, Int) else None
        if said is None or (said.op, said.bound) != (closed.op, limit):
            self._fault(step, "its `count` is not that of the goal")
            return
        is_full = step.status is Truth.TRUE
        if closed.op == "at_least" and is_full:
            found = [row for row in found if row_text(columns_of(goal, row, is_full)) in said.found]
            undocumented, others = [], False
            self._must(
                len(found) == max(0, limit or 0), step, f"`{len(found)}` rows count here, and it takes `{limit}`"
            )
        wide = [columns_of(goal, row, is_full=True) for row in (*found, *undocumented)]
        is_full = is_full or {*said.found, *said.undocumented} <= set(map(row_text, wide))
        rows = [columns_of(goal, row, is_full) for row in found]
        open_full = is_full and set(said.undocumented) <= set(map(row_text, wide))
        open_rows = [columns_of(goal, row, open_full) for row in undocumented]
        self._must(said.found == tuple(map(row_text, rows)), step, "the rows said to be found are not those that count")
        if others:
            by_text = dict(zip(map(row_text, open_rows), open_rows, strict=True))
            open_rows = [by_text[text] for text in said.undocumented if text in by_text]
        self._must(
            said.undocumented == tuple(map(row_text, open_rows)),
            step,
            "the rows said to be open are not those that are",
        )
        self._must(said.others is others, step, "whether others may count is said wrongly")
        self._says(step, count_text(closed, rows, open_rows, others=others))
        if step.opened:
            more = self._witnesses(step, goal, found, binding)
            wanted = (
                self._closing(goal, closed, binding) if step.status is Truth.FALSE and closed.op == "at_least" else []
            )
            self._closed_by(step, more, wanted)

    def _aggregate(self, step: Step, goal: Goal, closed: Aggregate, binding: Bound) -> None:
        """Checks the rows of an aggregate; its value has been worked out."""
        found, undocumented, others = self._rows(goal, binding)
        is_full = step.status is Truth.TRUE
        if is_full:
            self._says(step, result_text(closed, [columns_of(goal, row, is_full) for row in found]))
        else:
            more = "; " + say("may_be_more") if undocumented or others else ""
            self._says(step, with_truth(step.goal, step.status) + more)
        if step.opened:
            self._closed_by(step, self._witnesses(step, goal, found, binding), [])

    def _rows(self, goal: Goal, binding: Bound) -> tuple[list[tuple[Const, ...]], list[tuple[Const, ...]], bool]:
        """The rows that count for certain, those that may, in standard order, and whether individuals may."""
        rows = self.evaluator.witnesses(sharing(goal, binding), known_values(binding))
        named = {row: truth for row, truth in rows.items() if not any(isinstance(each, int) for each in row)}
        true = sorted((row for row, truth in named.items() if truth is Truth.TRUE), key=row_key)  # type: ignore[arg-type] # constants
        unknown = sorted((row for row, truth in named.items() if truth is Truth.UNKNOWN), key=row_key)  # type: ignore[arg-type]
        return true, unknown, len(named) < len(rows)  # type: ignore[return-value]

    def _witnesses(self, step: Step, goal: Goal, rows: list[tuple[Const, ...]], binding: Bound) -> list[Step]:
        """Checks a proof for each row, and gives the children that are none."""
        shown_rows = [child.goal for child in step.children if child.kind == "witness"]
        full = [columns_of(goal, row, is_full=True) for row in rows]
        is_full = step.status is Truth.TRUE or shown_rows == list(map(row_text, full))
        columns = full if is_full else [columns_of(goal, row, is_full=False) for row in rows]
        shown = [child for child in step.children if child.kind == "witness"]
        if self._must(
            [child.goal for child in shown] == list(map(row_text, columns)),
            step,
            "its witnesses are not the rows that count, each once",
        ):
            known = {var: binding[var] for var in goal.shared if var in binding}
            for child, row, column in zip(shown, rows, columns, strict=True):
                inner = {term: value for term, value in zip(goal.terms, row, strict=True) if isinstance(term, Var)}
                self._says(child, row_words(column))
                if self._fields(child) and self._must(child.opened, child, "a witness is shown"):
                    self._premises(child, goal.inside, {**known, **inner})
        return [child for child in step.children if child.kind != "witness"]

    def _closing(self, goal: Goal, closed: Count, binding: Bound) -> list[AtomF]:
        """What keeps other rows from counting: complete records, and rows that are stated not to be so."""
        found: dict[AtomF, None] = {}
        goals = [each for each in conjuncts(closed.goal) if isinstance(each, AtomF)]
        for each in goals:
            if not self.book.is_open(each.pred) or each.pred.negative:
                continue
            pattern = pattern_of(each)
            if self.evaluator.is_complete(each.pred, pattern):
                found[AtomF(COMPLETE, (each.args[0], Atom(each.pred.name)))] = None
            for row in self.evaluator.rows(each.pred.opposite, pattern, False):
                values = {arg: value for arg, value in zip(each.args, row, strict=True) if isinstance(arg, Var)}
                rest = [substitute(other, values) for other in goals if other is not each]  # type: ignore[arg-type] # constants
                if all(self.evaluator.truth(scoped(other), {}) is not Truth.FALSE for other in rest):
                    found[AtomF(each.pred.opposite, row)] = None  # type: ignore[arg-type]
        return list(found)

    def _closed_by(self, step: Step, children: list[Step], wanted: list[AtomF]) -> None:
        if self._must(
            sorted(child.goal for child in children) == sorted(map(show_atom, wanted)),
            step,
            "what closes the count is not what is shown",
        ):
            by_text = {show_atom(atom): atom for atom in wanted}
            for child in children:
                if self._must(child.status is Truth.TRUE, child, "only what is true closes a count"):
                    self._proof(child, by_text[child.goal])
