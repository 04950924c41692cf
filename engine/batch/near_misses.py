"""Why cases do not meet the criteria, set-wise: a row for each case and each criterion or alternative that fails or is
not documented, with how near it is: of the rule that is nearest to holding, how many literals hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.statements import union_of
from engine.batch.determinations import CASE_VAR, Goals, Report, column_of
from engine.batch.sql import cast, column, text
from engine.knowledge import Rules
from engine.policies import Item, Policies, Status
from kb.language.declarations import REQUEST, Declarations
from kb.language.syntax import AtomF, Body, Clause, Pred, body_vars, conjuncts, substitute
from kb.language.terms import Term, Var

COLUMNS = {
    "case": "VARCHAR", "determination": "VARCHAR", "criterion": "VARCHAR", "alternative": "VARCHAR", "status": "VARCHAR",
    "met": "BIGINT", "of": "BIGINT", "text": "VARCHAR", "cite": "VARCHAR",
}  # fmt: skip
"""The columns of the reasons, with their types."""
_SHARE = 720_720
"""Divisible by every number of literals up to 16, so that shares of literals that hold compare as integers."""


Rule: TypeAlias = list[Goals]
"""The goals of a rule, those together that share a variable besides the case."""


def rules_of_items(policies: Policies, rules: Rules) -> dict[Pred, list[Rule]]:
    """The rules by which each criterion and alternative can hold; an alternative that is a predicate has its rules."""
    preds = dict.fromkeys(item.pred for item in policies.items)
    return {pred: list(_rules_for(pred, rules, ())) for pred in preds}


def _rules_for(pred: Pred, rules: Rules, above: tuple[Pred, ...]) -> Iterator[Rule]:
    """`above` are the predicates whose rules are being followed."""
    request = AtomF(REQUEST, (CASE_VAR, *(Var(f"$request{index}") for index in range(REQUEST.arity - 1))))
    for clause in rules.clauses:
        if clause.head.pred != pred:
            continue
        groups = [group for group in _groups(_body_of(clause)) if len(group) > 1 or not _is_request(group[0])]
        match groups:
            case [(AtomF(inner, (_,)),)] if not rules.declarations.is_abducible(inner.positive) and inner not in above:
                yield from _rules_for(inner, rules, (*above, pred))
            case [_, *_]:  # the request binds the case, which a count alone would not
                yield [(request, *group) for group in groups]


def near_misses(report: Report, rules: Mapping[Pred, list[Rule]]) -> dict[str, exp.Expr]:
    """What a report has to have besides its own columns so that reasons can be given: how many literals are met, and of
    how many, for each predicate of its items."""
    found: dict[str, exp.Expr] = {}
    for pred, theirs in rules.items():
        found |= dict(zip(_columns(pred), _nearest(report, theirs), strict=True))
    return found


def _columns(pred: Pred) -> tuple[str, str]:
    return f"met {pred}", f"of {pred}"


def _nearest(report: Report, rules: list[Rule]) -> tuple[exp.Expr, exp.Expr]:
    """Of the rule that is nearest to holding: how many of its literals hold, and how many there are."""
    if not rules:
        return _count(0), _count(0)
    named = report.lifter.named
    counts = [
        [named(exp.Case().when(report.all_hold(goals), _count(1)).else_(_count(0))) for goals in rule] for rule in rules
    ]
    shares = [
        exp.IntDiv(
            this=exp.paren(exp.Mul(this=exp.paren(_sum(held)), expression=_count(_SHARE))), expression=_count(len(held))
        )
        for held in counts
    ]
    best = named(exp.Greatest(this=shares[0], expressions=shares[1:]) if shares[1:] else shares[0])
    met, of = exp.Case(), exp.Case()
    for share, held in zip(shares, counts, strict=True):
        is_best = share.eq(best)
        met, of = met.when(is_best, _sum(held)), of.when(is_best.copy(), _count(len(held)))
    return named(met.else_(_count(0))), named(of.else_(_count(0)))


def _body_of(clause: Clause) -> tuple[Body, ...]:
    """The goals of a clause about the case alone."""
    binding: dict[Var, Term] = {term: CASE_VAR for term in clause.head.args if isinstance(term, Var)}
    return conjuncts(substitute(clause.body, binding))


def _groups(goals: Goals) -> list[Goals]:
    """The goals of a body, those together that share a variable besides the case."""
    groups: list[tuple[set[Var], list[Body]]] = []
    for goal in goals:
        own = {var for var in body_vars(goal) if var != CASE_VAR}
        linked = [each for each in groups if each[0] & own]
        groups = [each for each in groups if not each[0] & own]
        merged = own.union(*(each[0] for each in linked))
        groups.append((merged, [*(one for each in linked for one in each[1]), goal]))
    return [tuple(several) for _, several in groups]


def _is_request(goal: Body) -> bool:
    """Whether a goal only says that there is a request."""
    return isinstance(goal, AtomF) and goal.pred == REQUEST and len(body_vars(goal)) == REQUEST.arity


def _sum(parts: list[exp.Expr]) -> exp.Expr:
    found = parts[0].copy()
    for each in parts[1:]:
        found = exp.Add(this=found, expression=each.copy())
    return found


def _count(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def reasons_query(policies: Policies, declarations: Declarations) -> exp.Query:
    """The query over `result`, the report with the columns of `near_misses`, for the rows with the columns `COLUMNS`.

    A criterion that has alternatives is followed by each of them that is not met; alternatives of a criterion that is
    met, and items that do not apply, are left out.
    """
    parts = [_rows_of(item, declarations) for item in policies.items]
    if not parts:
        nulls = [cast(exp.null(), kind).as_(name, quoted=True) for name, kind in COLUMNS.items()]
        return exp.select(*nulls).from_("result").where(exp.false())
    return union_of(parts)


def _rows_of(item: Item, declarations: Declarations) -> exp.Select:
    declared = declarations.preds.get(item.pred)
    status, (met, of) = column(column_of(item)), map(column, _columns(item.pred))
    values = {
        "case": column("case"), "determination": column("determination"), "criterion": text(item.criterion or item.id),
        "alternative": exp.null() if item.criterion is None else text(item.id), "status": status, "met": met, "of": of,
        "text": _or_null(declared.sentence if declared else None),
        "cite": _or_null("; ".join(declarations.places(item.pred))),
    }  # fmt: skip
    asked = [
        column("policy").eq(text(item.policy)), column("kind").eq(text(item.kind)),
        status.isin(text(Status.NOT_MET), text(Status.NOT_DOCUMENTED)),
    ]  # fmt: skip
    if item.criterion is not None:
        asked.append(column(item.criterion).neq(text(Status.MET)))
    shown = [cast(values[name], kind).as_(name, quoted=True) for name, kind in COLUMNS.items()]
    return exp.select(*shown).from_("result").where(*asked)


def _or_null(value: str | None) -> exp.Expr:
    return text(value) if value else exp.null()
