"""Why cases do not meet the criteria, set-wise: a row for each case and each criterion or alternative that fails or is
not documented."""

from __future__ import annotations

from sqlglot import exp

from engine.batch.outline import Item, Outline
from engine.batch.sql import column, text
from kb.declarations import Declarations


def reasons_query(outline: Outline, declarations: Declarations) -> exp.Query:
    """The query over `result` with the columns case, determination, criterion, alternative, status, text, cite.

    A criterion that has alternatives is followed by each of them that is not met; alternatives of a criterion that is
    met, and items that do not apply, are left out.
    """
    parts: list[exp.Query] = []
    for item in outline.items:
        status = column(item.column)
        asked = [
            column("policy").eq(text(item.policy)), column("kind").eq(text(item.kind)),
            status.isin(text("not_met"), text("not_documented")),
        ]  # fmt: skip
        if item.criterion is not None:
            asked.append(column(item.criterion).neq(text("met")))
        parts.append(
            exp.select(
                column("case"),
                column("determination"),
                text(item.criterion or item.id).as_("criterion"),
                (exp.null() if item.criterion is None else text(item.id)).as_("alternative"),
                status.copy().as_("status"),
                _or_null(_sentence(item, declarations)).as_("text"),
                _or_null("; ".join(declarations.places(item.pred))).as_("cite"),
            )
            .from_("result")
            .where(*asked)
        )
    if not parts:
        nulls = [
            exp.cast(exp.null(), "VARCHAR").as_(name)
            for name in ("determination", "criterion", "alternative", "status", "text", "cite")
        ]
        return exp.select(column("case"), *nulls).from_("result").where(exp.false())
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _sentence(item: Item, declarations: Declarations) -> str | None:
    declared = declarations.preds.get(item.pred)
    return declared.sentence if declared else None


def _or_null(value: str | None) -> exp.Expr:
    return text(value) if value else exp.null()
