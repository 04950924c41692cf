"""What is asked of every case: each relation as a condition, from the lifter where it can, else from a table.

Each relation that takes a table gives its cases one bit; all bits of a case are gathered in one pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from engine.backends.sql.compile import Compiler
from engine.backends.sql.values import Kind, Table, in_kind
from engine.batch.general_rows import CASE, case_number, cell, is_constant
from engine.batch.lift.lifted import Lifter
from engine.batch.lift.sql import column, function, number, table, text
from engine.batch.lift.ways import CASE as LIFTED
from engine.batch.lift.ways import Case, Cell, UnfitError
from engine.batch.outline import Item, Outline
from engine.reading.completion import Completion
from engine.reading.plan import Reading
from kb.language.syntax import Clause, Pred
from kb.language.terms import Atom, Const, plain_text

_BITS = 62
"""How many flags go into one 64-bit word."""


@dataclass(slots=True)
class Report:
    """Collects what a report needs, and makes its query.

    The lifter decides what it can; what it cannot, the compiler makes a table of, whose cases then have a flag. `word` makes
    the constant for each word of `WORDS`.
    """

    compiler: Compiler
    completion: Completion
    outline: Outline
    clauses: tuple[Clause, ...]
    stated: frozenset[Pred]
    lifter: Lifter
    word: Callable[[str], exp.Expr] = text
    _flags: dict[tuple[str, object], int] = field(default_factory=dict)
    _sources: list[exp.Select] = field(default_factory=list)

    # --- relations and flags -----------------------------------------------------------------------------------

    def relation(self, pred: Pred, reading: Reading = Reading.CERTAIN) -> Table | None:
        """The table of a predicate in a reading; None if it is not declared or can have no rows."""
        if pred not in self.completion.declarations.preds and pred.positive not in self.completion.declarations.preds:
            return None
        found = self.compiler.table(self.completion.rel(pred, reading, (0,) * pred.arity))
        return None if found.is_empty else found

    def flag(self, key: tuple[str, object], make: Callable[[], exp.Select | None]) -> exp.Expr:
        """Whether a case is among those that a query gives; the query is made once for each key."""
        if key not in self._flags:
            query = make()
            self._flags[key] = -1 if query is None else len(self._sources)
            if query is not None:
                self._sources.append(query)
        index = self._flags[key]
        if index < 0:
            return exp.false()
        word = exp.BitwiseAnd(this=column(f"word{index // _BITS}", "flags"), expression=number(1 << index % _BITS))
        return exp.func("coalesce", exp.NEQ(this=exp.paren(word), expression=number(0)), exp.false())

    def some(self, pred: Pred, reading: Reading = Reading.CERTAIN) -> exp.Expr:
        """Whether a case has a row of a predicate."""
        rel = self.completion.rel(pred, reading, (0,) * pred.arity)
        try:
            return self.lifter.holds(rel, (LIFTED, *(None,) * (pred.arity - 1))).copy()
        except UnfitError:
            pass

        def cases_of() -> exp.Select | None:
            found = self.relation(pred, reading)
            return None if found is None else exp.select(case_number(found).as_(CASE)).from_(table(found.name))

        return self.flag((str(rel), None), cases_of)

    def status(self, item: Item) -> exp.Expr:
        """The status of a criterion or alternative."""
        return (
            exp.Case()
            .when(self.exempt(item.id), self.word("not_applicable"))
            .when(self.some(item.pred), self.word("met"))
            .when(self.some(item.pred, Reading.POSSIBLE), self.word("not_documented"))
            .else_(self.word("not_met"))
        )

    def exempt(self, name: str) -> exp.Expr:
        """Whether an item does not apply to a case."""
        rel = self.completion.rel(Pred("not_applicable", 2), Reading.CERTAIN, (0, 0))
        try:
            return self.lifter.holds(rel, (LIFTED, Atom(name))).copy()
        except UnfitError:
            pass

        def cases_of() -> exp.Select | None:
            found = self.relation(Pred("not_applicable", 2))
            if found is None:
                return None
            query = exp.select(case_number(found).as_(CASE)).from_(table(found.name))
            return query.where(is_constant(cell(found, 1), Atom(name)))

        return self.flag(("not_applicable", name), cases_of)

    def conflict(self) -> exp.Expr:
        """Whether an atom about a case and its strong negation both hold."""
        flags = []
        concluded = {clause.head.pred for clause in self.clauses}
        for pred in sorted(self.completion.declarations.abducible, key=str):
            if pred.arity and (pred.opposite in self.stated or pred.opposite in concluded):
                flags.append(self._conflict(pred))
        return exp.or_(*flags) if flags else exp.false()

    def _conflict(self, pred: Pred) -> exp.Expr:
        zeros = (0,) * pred.arity
        denied, holds = (self.completion.rel(each, Reading.CERTAIN, zeros) for each in (pred.opposite, pred))
        try:
            return self.lifter.both_hold(denied, holds).copy()
        except UnfitError:
            return self.flag(("conflict", pred), lambda: self._conflicts(pred))

    def rows(self, pred: Pred) -> list[tuple[tuple[Const, ...], exp.Expr]] | None:
        """The certain rows that a predicate can have about a case, without the case, in order of their text, and when
        each is one; None if that is not known beforehand."""
        rel = self.completion.rel(pred, Reading.CERTAIN, (0,) * pred.arity)
        try:
            found = self.lifter.ways(rel, (LIFTED, *(None,) * (pred.arity - 1)))
        except UnfitError:
            return None
        plain = [
            (tuple(each for each in row[1:] if not isinstance(each, Cell | Case) and each is not None), when)
            for row, when in found
        ]
        if any(len(row) != pred.arity - 1 for row, _ in plain):
            return None
        return sorted(plain, key=lambda pair: [plain_text(each) for each in pair[0]])

    def _conflicts(self, pred: Pred) -> exp.Select | None:
        holds, denied = self.relation(pred), self.relation(pred.opposite)
        if holds is None or denied is None:
            return None
        same = []
        for index in range(pred.arity):
            one, other = cell(holds, index, "holds"), cell(denied, index, "denied")
            if one.kind is not other.kind:
                one, other = in_kind(one, Kind.ANY), in_kind(other, Kind.ANY)
            same.append(exp.EQ(this=one.sql, expression=other.sql))
        query = exp.select(case_number(holds, "holds").as_(CASE))
        query = query.from_(exp.alias_(table(holds.name), "holds", table=True))
        return query.join(exp.alias_(table(denied.name), "denied", table=True), on=exp.and_(*same))

    def drugs(self, wanted: list[Const]) -> dict[Const, exp.Expr] | None:
        """When each of some drugs is the requested one; None if that is not known beforehand."""
        rel = self.completion.rel(Pred("requested_drug", 2), Reading.CERTAIN, (0, 0))
        try:
            return {drug: self.lifter.holds(rel, (LIFTED, drug)) for drug in wanted}
        except UnfitError:
            return None

    @property
    def has_flags(self) -> bool:
        return bool(self._sources)

    def flags(self) -> exp.Expr:
        """The bits of every case, as a subquery called `flags`."""
        words = max(1, -(-len(self._sources) // _BITS))
        parts = []
        for index, source in enumerate(self._sources):
            bits = [
                exp.cast(number(1 << index % _BITS if index // _BITS == word else 0), "BIGINT").as_(f"bits{word}")
                for word in range(words)
            ]
            parts.append(exp.select(column(CASE), *bits).from_(source.subquery("found")))
        if not parts:
            parts = [exp.select(exp.cast(exp.null(), "BIGINT").as_(CASE), exp.cast(number(0), "BIGINT").as_("bits0"))]
        every: exp.Query = parts[0]
        if len(parts) > 1:
            every = exp.union(*parts, distinct=False)
        gathered = [function("bit_or", column(f"bits{word}")).as_(f"word{word}") for word in range(words)]
        return (
            exp.select(column(CASE), *gathered).from_(every.subquery("found")).group_by(column(CASE)).subquery("flags")
        )
