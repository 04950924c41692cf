"""The query that reports of every case: determination, the status of each criterion, quantity, authorization.

It says set-wise what `explain/review.py` says of one case, from the same general predicates. Each relation that the
report asks for gives its cases one bit; all bits of a case are gathered in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from engine.batch.lifted import Lifter
from engine.batch.outline import Item, Outline
from engine.batch.sql import column, function, number, table, text
from engine.batch.ways import CASE as LIFTED
from engine.batch.ways import Case, Cell, UnfitError
from engine.batch.wide import Wide, wide_query
from engine.cases import REQUEST
from engine.completion import Completion
from engine.plan import Reading
from engine.sql.compile import Compiler
from engine.sql.values import Kind, Table, Value, in_kind, native
from kb.syntax import Clause, Pred
from kb.terms import Atom, Const, Int, plain_text

_BITS = 62
"""How many flags go into one 64-bit word."""
CASE = "case"
LEADING = ("case", "policy", "policy_effective", "kind", "date", "determination")
TRAILING = ("quantity", "authorized_from", "authorized_until", "authorized_tablets", "authorized_days")
MEETS = Pred("meets_criteria", 1)


@dataclass(slots=True)
class Report:
    """Collects what a report needs, and makes its query.

    The lifter decides what it can; what it cannot, the compiler makes a table of, whose cases then have a flag.
    """

    compiler: Compiler
    completion: Completion
    outline: Outline
    clauses: tuple[Clause, ...]
    stated: frozenset[Pred]
    lifter: Lifter
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
            return None if found is None else exp.select(_case(found).as_(CASE)).from_(table(found.name))

        return self.flag((str(rel), None), cases_of)

    def status(self, item: Item) -> exp.Expr:
        """The status of a criterion or alternative."""
        return (
            exp.Case()
            .when(self.exempt(item.id), text("not_applicable"))
            .when(self.some(item.pred), text("met"))
            .when(self.some(item.pred, Reading.POSSIBLE), text("not_documented"))
            .else_(text("not_met"))
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
            query = exp.select(_case(found).as_(CASE)).from_(table(found.name))
            return query.where(_equals(_value(found, 1), Atom(name)))

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
            one, other = _value(holds, index, "holds"), _value(denied, index, "denied")
            if one.kind is not other.kind:
                one, other = in_kind(one, Kind.ANY), in_kind(other, Kind.ANY)
            same.append(exp.EQ(this=one.sql, expression=other.sql))
        query = exp.select(_case(holds, "holds").as_(CASE))
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


def report_query(report: Report, cases: str, faulty: Mapping[Pred, exp.Expr]) -> tuple[exp.Select, Wide]:
    """The query for the report of every case in the table `cases`, which has the columns of `wide.base_query`: with the
    columns `LEADING`, those of the items, and `TRAILING`; and how that table is made."""
    items = report.outline.items
    requests = report.lifter.stored[REQUEST]
    report.lifter.singles.setdefault(REQUEST, requests)
    kind, date = (column(f"request__{name}", "cases") for name in requests.names[2:])
    in_force = report.rows(Pred("policy_in_force", 3))
    if in_force is None:
        policy: exp.Expr = column("policy", "in_force")
        effective: exp.Expr = column("effective", "in_force")
    else:
        policy, effective = _first(in_force, 0, "VARCHAR"), _first(in_force, 1, "DATE")
    is_in_force = policy.copy().is_(exp.null()).not_()
    meets = report.some(MEETS)
    determination = (
        exp.Case()
        .when(report.conflict(), text("conflicting_evidence"))
        .when(is_in_force.copy().not_(), text("no_policy_in_force"))
        .when(report.some(Pred("uncovered_indication", 2)), text("investigational"))
        .when(meets, text("meets_criteria"))
        .when(report.some(MEETS, Reading.POSSIBLE), text("more_information_needed"))
        .else_(text("criteria_not_met"))
    )
    statuses = [
        _status(report, [item for item in items if item.column == name], policy, kind).as_(name, quoted=True)
        for name in report.outline.columns
    ]
    drugs = report.drugs([row[0] for row in report.outline.limits] + [row[1] for row in report.outline.covers])
    if drugs is None:
        covering: exp.Expr = column("policy", "covering")
        drug: exp.Expr = column("drug", "limited")
    else:
        about = [((row[0],), drugs[row[1]]) for row in sorted(report.outline.covers, key=_by_drug)]
        limited = [((row[0],), drugs[row[0]]) for row in report.outline.limits]
        covering, drug = _first(about, 0, "VARCHAR"), _first(limited, 0, "VARCHAR")
    shown_policy = exp.func("coalesce", policy.copy(), covering)
    quantity = (
        exp.Case()
        .when(exp.or_(shown_policy.copy().is_(exp.null()), drug.copy().is_(exp.null())), exp.null())
        .when(report.some(Pred("unlisted_tablet", 2)), text("unlisted_strength"))
        .when(
            exp.not_(exp.and_(report.some(Pred("tablet", 2)), report.some(Pred("quantity", 3)))), text("not_documented")
        )
        .when(report.some(Pred("quantity_within_limit", 1)), text("within_limit"))
        .else_(text("over_limit"))
    )
    wide = Wide.of(report.lifter, faulty)
    decided = exp.select(
        column("number", "cases"),
        column("name", "cases").as_("case", quoted=True),
        shown_policy.as_("policy"),
        effective.copy().as_("policy_effective"),
        kind.copy().as_("kind"),
        date.copy().as_("date"),
        determination.as_("determination"),
        *statuses,
        quantity.as_("quantity"),
        drug.copy().as_("drug"),
    ).from_(wide_query(report.lifter, cases, wide.place).subquery("cases", copy=False), copy=False)
    if report.has_flags:
        decided = decided.join(
            report.flags(), on=column("number", "cases").eq(column(CASE, "flags")), join_type="left", copy=False
        )
    tables: list[tuple[str, exp.Select]] = []
    if in_force is None:
        tables.append(("in_force", _in_force(report.relation(Pred("policy_in_force", 3)))))
    if drugs is None:
        found = report.relation(Pred("requested_drug", 2))
        tables += [("covering", _covering(found, report.outline)), ("limited", _limited(found, report.outline))]
    for name, query in tables:
        decided = decided.join(
            query.subquery(name), on=column("number", "cases").eq(column(CASE, name)), join_type="left"
        )
    query = _with_authorization(decided, report.outline)
    # Without joins the rows keep the order of the table.
    if report.has_flags or tables:
        query = query.order_by(column("number", "d"), copy=False)
    return query, wide


def _first(rows: Sequence[tuple[tuple[Const, ...], exp.Expr]], index: int, kind: str) -> exp.Expr:
    """A value of the first row that holds, null if none does."""
    choice = exp.Case()
    for row, when in rows:
        choice = choice.when(when.copy(), exp.cast(text(plain_text(row[index])), kind))
    return choice if rows else exp.cast(exp.null(), kind)


def _by_drug(row: tuple[Const, ...]) -> tuple[str, str]:
    return plain_text(row[1]), plain_text(row[0])


def _status(report: Report, items: list[Item], policy: exp.Expr, kind: exp.Expr) -> exp.Expr:
    """The status in a column, whose items belong to different policies and kinds of request."""
    choice = exp.Case()
    for item in items:
        theirs = exp.and_(policy.copy().eq(text(item.policy)), kind.copy().eq(text(item.kind)))
        choice = choice.when(theirs, report.status(item))
    return choice


def _in_force(found: Table | None) -> exp.Select:
    """The policy in force for each case and the first day of its version; the first in order, if there are several."""
    if found is None:
        return _nothing(policy="VARCHAR", effective="DATE")
    policy, start = _text(found, 1), _text(found, 2)
    first = exp.select(_case(found).as_(CASE), policy.as_("policy"), start.as_("start")).from_(table(found.name))
    least = exp.select(column(CASE), function("min", exp.Struct(expressions=[
        exp.PropertyEQ(this=exp.to_identifier("policy"), expression=column("policy")),
        exp.PropertyEQ(this=exp.to_identifier("start"), expression=column("start")),
    ])).as_("least")).from_(first.subquery("found")).group_by(column(CASE))  # fmt: skip
    chosen = exp.Dot(this=column("least"), expression=exp.to_identifier("policy"))
    day = exp.TryCast(
        this=exp.Dot(this=column("least"), expression=exp.to_identifier("start")), to=exp.DataType.build("DATE")
    )
    return exp.select(column(CASE), chosen.as_("policy"), day.as_("effective")).from_(least.subquery("found"))


def _covering(found: Table | None, outline: Outline) -> exp.Select:
    """A policy about the requested drug, for a case that has none in force."""
    if found is None or not outline.covers:
        return _nothing(policy="VARCHAR")
    covers = _rows("covers", ("policy", "drug"), [(plain_text(row[0]), plain_text(row[1])) for row in outline.covers])
    return (
        exp.select(_case(found).as_(CASE), function("arg_min", column("policy", "covers"), function("concat", column("drug", "covers"), text("\n"), column("policy", "covers"))).as_("policy"))
        .from_(table(found.name))
        .join(covers, on=_text(found, 1).eq(column("drug", "covers")))
        .group_by(_case(found))
    )  # fmt: skip


def _limited(found: Table | None, outline: Outline) -> exp.Select:
    """The requested drug that has a quantity limit."""
    if found is None or not outline.limits:
        return _nothing(drug="VARCHAR")
    drug = _text(found, 1)
    names = [text(plain_text(row[0])) for row in outline.limits]
    query = exp.select(_case(found).as_(CASE), function("min", drug).as_("drug")).from_(table(found.name))
    return query.where(drug.copy().isin(*names)).group_by(_case(found))


def _with_authorization(decided: exp.Select, outline: Outline) -> exp.Select:
    """Adds the period and quantity that meeting the criteria allows, and puts the columns in order."""
    months, tablets, days = exp.Case(), exp.Case(), exp.Case()
    seen: set[tuple[Const, ...]] = set()
    for drug, kind, duration in outline.durations:
        if (drug, kind) not in seen and isinstance(duration, Int):
            seen.add((drug, kind))
            theirs = exp.and_(
                column("drug", "d").eq(text(plain_text(drug))), column("kind", "d").eq(text(plain_text(kind)))
            )
            months = months.when(theirs, number(duration.value))
    for drug, most, period in outline.limits:
        if (drug,) not in seen and isinstance(most, Int) and isinstance(period, Int):
            seen.add((drug,))
            theirs = column("drug", "d").eq(text(plain_text(drug)))
            tablets, days = tablets.when(theirs, number(most.value)), days.when(theirs.copy(), number(period.value))
    nothing = exp.cast(exp.null(), "INT")
    length = months if months.args.get("ifs") else nothing
    start = column("date", "d")
    end = exp.cast(exp.Add(this=start.copy(), expression=function("to_months", exp.cast(length, "INT"))), "DATE")
    until = exp.cast(exp.Sub(this=end, expression=function("to_days", exp.cast(number(1), "INT"))), "DATE")
    last = exp.cast(text("9999-12-30"), "DATE")
    is_met = exp.and_(column("determination", "d").eq(text("meets_criteria")), until.copy() <= last)
    columns = [column(name, "d") for name in (*LEADING, *outline.columns, "quantity")]
    given = [
        exp.Case().when(is_met.copy(), value).as_(name)
        for name, value in zip(
            TRAILING[1:],
            (start, until, tablets if tablets.args.get("ifs") else nothing, days if days.args.get("ifs") else nothing),
            strict=True,
        )
    ]
    return exp.select(*columns, *given).from_(decided.subquery("d", copy=False), copy=False)


# --- small parts ---------------------------------------------------------------------------------------------------


def _value(found: Table, index: int, alias: str | None = None) -> Value:
    assert found.columns is not None
    held = found.columns[index]
    return Value(column(found.names[index], alias or found.name), held.kind, held.computed)


def _case(found: Table, alias: str | None = None) -> exp.Expr:
    """The number of the case, which is the first column of a relation about cases."""
    value = native(_value(found, 0, alias), Kind.INTEGER)
    return exp.null() if value is None else value.sql


def _text(found: Table, index: int) -> exp.Expr:
    """A column as text, without marks of kinds."""
    value = _value(found, index)
    if value.kind is Kind.ANY:
        return exp.Substring(this=value.sql, start=exp.Literal.number(3))
    return exp.cast(value.sql, "TEXT") if value.kind.sql_type != "TEXT" else value.sql


def _equals(value: Value, constant: Const) -> exp.Expr:
    from engine.sql.values import literal

    if value.kind is Kind.ANY:
        return exp.EQ(this=value.sql, expression=literal(constant, Kind.ANY).sql)
    own = literal(constant)
    return exp.EQ(this=value.sql, expression=own.sql) if own.kind is value.kind else exp.false()


def _nothing(**columns: str) -> exp.Select:
    """No rows at all, of a case and these columns with their types."""
    nulls = [exp.cast(exp.null(), kind).as_(name) for name, kind in columns.items()]
    return exp.select(exp.cast(exp.null(), "BIGINT").as_(CASE), *nulls).where(exp.false())


def _rows(name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> exp.Expr:
    values = [exp.Tuple(expressions=[text(each) for each in row]) for row in rows]
    alias = exp.TableAlias(this=exp.to_identifier(name), columns=[exp.to_identifier(each) for each in columns])
    return exp.Values(expressions=values, alias=alias)
