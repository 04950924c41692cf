"""How near a rule is to holding: how many of its literals hold, of the rule that is nearest."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from engine.batch.lift.standing import CASE_VAR, Standing, body_of, is_request
from engine.batch.repair_parts import choice, number_of, total
from engine.reading.plan import Reading
from kb.language.syntax import AtomF, Pred


def progress(standing: Standing, pred: Pred) -> tuple[exp.Expr, exp.Expr]:
    """Of the rule for a predicate of the case that is nearest to holding: how many of its literals hold, those that
    share variables as one, and how many there are. An alternative that is a predicate is as near as its own rules."""
    rules = list(_literals(standing, pred, ()))
    if not rules:
        return number_of(0), number_of(0)
    shares = [
        exp.IntDiv(this=exp.paren(total(met) * number_of(720_720)), expression=number_of(len(met))) for met in rules
    ]
    best = standing.lifter.named(exp.Greatest(this=shares[0], expressions=shares[1:]) if shares[1:] else shares[0])
    met, of = (
        choice(*((share.eq(best), value) for share, value in zip(shares, values, strict=True)), otherwise=number_of(0))
        for values in ([total(each) for each in rules], [number_of(len(each)) for each in rules])
    )
    return standing.lifter.named(met), standing.lifter.named(of)


def _literals(standing: Standing, pred: Pred, above: tuple[Pred, ...]) -> Iterator[list[exp.Expr]]:
    for clause in standing.rules.get(pred, ()):
        every = standing.groups(body_of(clause, (CASE_VAR,)) or ())
        groups = [group for group in every if len(group) > 1 or not is_request(group[0])]
        match groups:
            case [(AtomF(inner, (_,)),)] if not standing.declared.is_abducible(inner.positive) and inner not in above:
                yield from _literals(standing, inner, (*above, pred))
            case [_, *_]:
                holds = [standing.all_hold(group, Reading.CERTAIN) for group in groups]
                yield [standing.lifter.named(choice((each, number_of(1)), otherwise=number_of(0))) for each in holds]
