"""How conditions on facts raise the bits of a word, in Spark."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from engine.batch.lift.flags import big


def raised(masks: Mapping[exp.Expr, int]) -> exp.Expr:
    """The bits of all conditions that hold. Those that compare one column with texts are one choice."""
    terms: list[exp.Expr] = []
    always = sum(mask for when, mask in masks.items() if when == exp.true())
    choices: dict[exp.Expr, dict[exp.Expr, int]] = {}
    for when, mask in masks.items():
        compared = _text_and_column(when)
        if when == exp.true():
            continue
        if compared is None:
            terms.append(exp.Case().when(when.copy(), big(mask)).else_(big(0)))
            continue
        of = choices.setdefault(compared[1], {})
        of[compared[0]] = of.get(compared[0], 0) | mask
    for value, by_text in choices.items():
        choice = exp.Case(this=value.copy())
        for each, mask in by_text.items():
            choice = choice.when(each.copy(), big(mask))
        terms.append(choice.else_(big(0)))
    if always or not terms:
        terms.insert(0, big(always))
    return joined(terms)


def joined(terms: list[exp.Expr]) -> exp.Expr:
    """The bits of all terms."""
    total = terms[0]
    for term in terms[1:]:
        total = exp.BitwiseOr(this=total, expression=exp.paren(term, copy=False))
    return total


def _text_and_column(when: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    if isinstance(when, exp.EQ):
        for one, other in ((when.this, when.expression), (when.expression, when.this)):
            if isinstance(one, exp.Literal) and one.is_string and isinstance(other, exp.Column):
                return one, other
    return None
