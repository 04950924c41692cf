"""The query that reports of every case: determination, the status of each criterion, quantity, authorization.

It says set-wise what `explain/report/review.py` says of one case, from the same general predicates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from engine.batch.general_rows import CASE, covering_rows, in_force_rows, limited_rows
from engine.batch.lift.sql import column, function, number, text
from engine.batch.lift.wide import Wide, wide_query
from engine.batch.outline import Item, Outline
from engine.batch.report import Report
from engine.reading.plan import Reading
from kb.language.declarations import MEETS_CRITERIA, REQUEST
from kb.language.syntax import Pred
from kb.language.terms import Const, Int, plain_text

__all__ = ["LEADING", "TRAILING", "WORDS", "Report", "report_query"]

LEADING = ("case", "policy", "policy_effective", "kind", "date", "determination")
TRAILING = ("quantity", "authorized_from", "authorized_until", "authorized_tablets", "authorized_days")
WORDS = (
    "met", "not_met", "not_documented", "not_applicable", "meets_criteria", "criteria_not_met", "more_information_needed",
    "investigational", "conflicting_evidence", "no_policy_in_force", "within_limit", "over_limit", "unlisted_strength",
)  # fmt: skip
"""Every word that a determination, a status or a quantity may be."""


def report_query(
    report: Report, cases: str, faulty: Mapping[Pred, exp.Expr], further: Mapping[str, exp.Expr] | None = None
) -> tuple[exp.Select, Wide]:
    """The query for the report of every case in the table `cases`, which has the columns of `wide.base_query`: with the
    columns `LEADING`, those of the items, `TRAILING`, and further ones by name; and how that table is made."""
    items = report.outline.items
    requests = report.lifter.stored[REQUEST]
    report.lifter.singles.setdefault(REQUEST, requests)
    word = report.word
    kind, date = (column(f"request__{name}") for name in requests.names[2:])
    in_force = report.rows(Pred("policy_in_force", 3))
    if in_force is None:
        policy: exp.Expr = column("policy", "in_force")
        effective: exp.Expr = column("effective", "in_force")
    else:
        in_force = [(row, report.lifter.named(when)) for row, when in in_force]
        policy, effective = (report.lifter.named(_first(in_force, *each)) for each in ((0, "VARCHAR"), (1, "DATE")))
    is_in_force = policy.copy().is_(exp.null()).not_()
    meets = report.some(MEETS_CRITERIA)
    determination = (
        exp.Case()
        .when(report.conflict(), word("conflicting_evidence"))
        .when(is_in_force.copy().not_(), word("no_policy_in_force"))
        .when(report.some(Pred("uncovered_indication", 2)), word("investigational"))
        .when(meets, word("meets_criteria"))
        .when(report.some(MEETS_CRITERIA, Reading.POSSIBLE), word("more_information_needed"))
        .else_(word("criteria_not_met"))
    )
    applies: dict[tuple[str, str], exp.Expr] = {}
    for each in items:
        if (each.policy, each.kind) not in applies:
            theirs = exp.and_(policy.copy().eq(text(each.policy)), kind.copy().eq(text(each.kind)))
            applies[each.policy, each.kind] = theirs if in_force is None else report.lifter.named(theirs)
    statuses = [
        _status(report, [item for item in items if item.column == name], applies).as_(name, quoted=True)
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
        .when(report.some(Pred("unlisted_tablet", 2)), word("unlisted_strength"))
        .when(
            exp.not_(exp.and_(report.some(Pred("tablet", 2)), report.some(Pred("quantity", 3)))), word("not_documented")
        )
        .when(report.some(Pred("quantity_within_limit", 1)), word("within_limit"))
        .else_(word("over_limit"))
    )
    columns = (
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
        *(value.copy().as_(name, quoted=True) for name, value in (further or {}).items()),
    )
    wide = Wide.of(report.lifter, faulty, columns)
    decided = exp.select(*columns).from_(
        wide_query(report.lifter, cases, wide).subquery("cases", copy=False), copy=False
    )
    if report.has_flags:
        decided = decided.join(
            report.flags(), on=column("number", "cases").eq(column(CASE, "flags")), join_type="left", copy=False
        )
    tables: list[tuple[str, exp.Select]] = []
    if in_force is None:
        tables.append(("in_force", in_force_rows(report.relation(Pred("policy_in_force", 3)))))
    if drugs is None:
        found = report.relation(Pred("requested_drug", 2))
        tables += [("covering", covering_rows(found, report.outline)), ("limited", limited_rows(found, report.outline))]
    for name, query in tables:
        decided = decided.join(
            query.subquery(name), on=column("number", "cases").eq(column(CASE, name)), join_type="left"
        )
    query = _with_authorization(decided, report.outline, word("meets_criteria"), list(further or ()))
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


def _status(report: Report, items: list[Item], applies: Mapping[tuple[str, str], exp.Expr]) -> exp.Expr:
    """The status in a column, whose items belong to different policies and kinds of request; `applies` says when those
    of a policy and a kind do."""
    choice = exp.Case()
    same: dict[tuple[str, Pred], list[exp.Expr]] = {}
    for item in items:
        same.setdefault((item.id, item.pred), []).append(applies[item.policy, item.kind])
    for (name, pred), when in same.items():
        item = next(each for each in items if (each.id, each.pred) == (name, pred))
        choice = choice.when(exp.or_(*(each.copy() for each in when)), report.status(item))
    return choice


def _with_authorization(decided: exp.Select, outline: Outline, meets: exp.Expr, further: list[str]) -> exp.Select:
    """Adds the period and quantity that meeting the criteria allows, and puts the columns in order."""
    months, tablets, days = exp.Case(), exp.Case(), exp.Case()
    seen: set[tuple[Const, ...]] = set()
    for drug, kind, duration in outline.durations:
        if (drug, kind) not in seen and isinstance(duration, Int):
            seen.add((drug, kind))
            theirs = exp.and_(
                column("drug", "m").eq(text(plain_text(drug))), column("kind", "m").eq(text(plain_text(kind)))
            )
            months = months.when(theirs, number(duration.value))
    for drug, most, period in outline.limits:
        if (drug,) not in seen and isinstance(most, Int) and isinstance(period, Int):
            seen.add((drug,))
            theirs = column("drug", "d").eq(text(plain_text(drug)))
            tablets, days = tablets.when(theirs, number(most.value)), days.when(theirs.copy(), number(period.value))
    nothing = exp.cast(exp.null(), "INT")
    length = months if months.args.get("ifs") else nothing
    end = exp.cast(exp.Add(this=column("date", "m"), expression=function("to_months", exp.cast(length, "INT"))), "DATE")
    until = exp.cast(exp.Sub(this=end, expression=function("to_days", exp.cast(number(1), "INT"))), "DATE")
    met = exp.Case().when(column("determination", "m").eq(meets), until)
    with_end = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("m")), met.as_("until"))
    is_given = column("until", "d") <= exp.cast(text("9999-12-30"), "DATE")
    columns = [column(name, "d") for name in (*LEADING, *outline.columns, "quantity")]
    values = (
        column("date", "d"), column("until", "d"), tablets if tablets.args.get("ifs") else nothing,
        days if days.args.get("ifs") else nothing,
    )  # fmt: skip
    given = [
        exp.Case().when(is_given.copy(), value).as_(name) for name, value in zip(TRAILING[1:], values, strict=True)
    ]
    inner = with_end.from_(decided.subquery("m", copy=False), copy=False)
    more = [column(name, "d") for name in further]
    return exp.select(*columns, *given, *more).from_(inner.subquery("d", copy=False), copy=False)
