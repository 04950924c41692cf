"""Fewer columns for what the lifter made: what is asked for once, or is as soon said as asked for, is written where it is asked for.

Where each layer of columns makes a new row of a case, a column costs more than the condition that it stands for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlglot import exp

from engine.batch.lift.lifted import Lifter
from engine.batch.lift.values import Asked

_HIGHEST = 16
"""So many columns may be written one in another: what is nested deeper takes long to be read."""


def written_out(lifter: Lifter, uses: Iterable[exp.Expr]) -> Asked:
    """A lifter and expressions over its columns, without the columns that stand for little. What is asked for more than once and is more
    than two flags stays a column, so that nothing is written twice that is long."""
    wanted = list(uses)
    expressions = [*(made for _, made in lifter.layers.values()), *wanted]
    asked = Counter(each.name for made in expressions for each in made.find_all(exp.Column))
    written: dict[str, exp.Expr] = {}
    heights: dict[str, int] = {}
    layers: dict[str, tuple[int, exp.Expr]] = {}
    for name, (_, made) in sorted(lifter.layers.items(), key=lambda pair: pair[1][0]):
        changed = _written(made, written)
        height = 1 + max((heights.get(each.name, 0) for each in made.find_all(exp.Column)), default=0)
        if _is_short(changed) or (asked[name] == 1 and height <= _HIGHEST):
            written[name], heights[name] = changed, height
        else:
            below = (layers[each.name][0] for each in changed.find_all(exp.Column) if each.name in layers)
            layers[name] = 1 + max(below, default=0), changed
    return replace(lifter, layers=layers), [_written(each, written) for each in wanted]


def _written(expression: exp.Expr, written: Mapping[str, exp.Expr]) -> exp.Expr:
    """A copy with what some columns stand for in place of these."""

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table and node.name in written:
            return exp.paren(written[node.name].copy(), copy=False)
        return node

    return expression.copy().transform(put, copy=False)


def _is_short(made: exp.Expr) -> bool:
    """Whether an expression is a flag, a flag denied, or two of these."""
    both = (made.args["this"], made.args["expression"]) if isinstance(made, exp.And | exp.Or) else (made,)
    return all(isinstance(_undenied(each.unnest()), exp.Column) for each in both)


def _undenied(made: exp.Expr) -> exp.Expr:
    return made.this.unnest() if isinstance(made, exp.Not) else made
