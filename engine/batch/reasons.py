"""The reasons: each criterion or alternative of a case that fails or is not documented, with how near its nearest rule is.

How near a rule is depends on which of its literals hold, and on nothing else of a case. So the query that decides the cases
keeps a bit for each literal, and cases with the same bits are alike: the query for the reasons counts the bits that each
rule has a mask for, of those rows alone that it writes. What else a reason says is of the criterion, not of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import count
from operator import add
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import number
from engine.backends.sql.statements import union_of
from engine.batch.lift.words import BITS, Place, big, raised
from engine.batch.report import CASE_VAR, Conditions, Goals, column_of
from engine.batch.sql import column, enum, function, text, word_of
from engine.bodies import independent
from engine.knowledge import Rules
from engine.policies import Item, Policies, Status
from kb.language.declarations import REQUEST, Declarations
from kb.language.syntax import AtomF, Body, Clause, Conjunct, Pred
from kb.language.terms import Term, Var
from kb.language.traversal import body_vars, conjuncts, substitute

COLUMNS = {
    "case": "VARCHAR", "determination": "VARCHAR", "criterion": "VARCHAR", "alternative": "VARCHAR", "status": "VARCHAR",
    "met": "BIGINT", "of": "BIGINT", "text": "VARCHAR", "cite": "VARCHAR",
}  # fmt: skip
"""The columns of the reasons, with their types."""
OF_ITEMS = ("criterion", "alternative", "text", "cite")
"""Those that say something of a criterion or alternative: one of so few texts that each is written as a number."""
Rule: TypeAlias = tuple[Goals, ...]
"""The goals of a rule, those together that share a variable besides the case."""
_SHARE = 720_720
"""Divisible by every number of literals up to 16, so that shares of literals that hold compare as integers."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why criteria and alternatives are not met: `rules` are those by which each may hold, and `place` has the word, and the bit in
    it, that says of a case whether goals of theirs hold."""

    policies: Policies
    declarations: Declarations
    rules: Mapping[Pred, list[Rule]]
    place: Mapping[Goals, Place]

    @classmethod
    def of(cls, policies: Policies, rules: Rules) -> Reasons:
        """The reasons under the policies that the rules declare."""
        found = {
            pred: list(_rules_for(pred, rules, ())) for pred in dict.fromkeys(each.pred for each in policies.items)
        }
        goals = dict.fromkeys(goals for several in found.values() for rule in several for goals in rule)
        place = {each: (f"held {index // BITS}", index % BITS) for each, index in zip(goals, count(), strict=False)}
        return cls(policies, rules.declarations, found, place)

    @property
    def goals(self) -> Iterable[Goals]:
        """What is asked of every case."""
        return self.place.keys()

    def columns(self, asked: Conditions) -> Iterator[exp.Expr]:
        """The words of bits, as columns of the report."""
        words: dict[str, list[tuple[exp.Expr, int]]] = {}
        for goals, (word, bit) in self.place.items():
            words.setdefault(word, []).append((asked.all_hold(goals), bit))
        for word, bits in words.items():
            yield asked.lifter.named(raised(bits)).copy().as_(word, quoted=True)

    def types(self) -> Iterator[str]:
        """The statements that make the types of what is said of criteria and alternatives."""
        said = [self._said(item) for item in self.policies.items]
        for name in OF_ITEMS:
            if words := dict.fromkeys(word for each in said if (word := each[name]) is not None):
                yield enum(_type_of(name), words)

    def query(self) -> exp.Query:
        """The query for the rows with the columns `COLUMNS`, over `result`, the report with the words of bits.

        A criterion that has alternatives is followed by each of them that is not met; alternatives of a criterion that is
        met, and items that do not apply, are left out.
        """
        if not self.policies.items:
            nulls = [exp.cast(exp.null(), kind).as_(name, quoted=True) for name, kind in COLUMNS.items()]
            return exp.select(*nulls).from_("result").where(exp.false())
        return union_of(map(self._rows_of, self.policies.items))

    def _said(self, item: Item) -> dict[str, str | None]:
        """What is said of an item, whatever the case."""
        declared = self.declarations.preds.get(item.pred)
        others = self.policies.other_sections(item.kind)
        return {
            "criterion": item.criterion or item.id,
            "alternative": None if item.criterion is None else item.id,
            "text": (declared.sentence if declared else None) or None,
            "cite": "; ".join(self.declarations.places(item.pred, others=others)) or None,
        }

    def _rows_of(self, item: Item) -> exp.Select:
        status, (met, of) = column(column_of(item)), self._nearest(self.rules[item.pred])
        values: dict[str, exp.Expr] = {
            "case": column("case"), "determination": column("determination"), "status": status,
            "met": exp.cast(met, COLUMNS["met"]), "of": exp.cast(of, COLUMNS["of"]),
        }  # fmt: skip
        for name, said in self._said(item).items():
            values[name] = word_of(_type_of(name), said) if said else exp.null()
        asked = [
            column("policy").eq(text(item.policy)), column("kind").eq(text(item.kind)),
            status.isin(text(Status.NOT_MET), text(Status.NOT_DOCUMENTED)),
        ]  # fmt: skip
        if item.criterion is not None:
            asked.append(column(item.criterion).neq(text(Status.MET)))
        return exp.select(*(values[name].as_(name, quoted=True) for name in COLUMNS)).from_("result").where(*asked)

    def _nearest(self, rules: list[Rule]) -> tuple[exp.Expr, exp.Expr]:
        """Of the rule that is nearest to holding: how many of its literals hold, and how many there are."""
        if not rules:
            return number(0), number(0)
        held = [self._held(rule) for rule in rules]
        if len(rules) == 1:
            return held[0], number(len(rules[0]))
        shares = [each * _SHARE // len(rule) for each, rule in zip(held, rules, strict=True)]
        best = exp.Greatest(this=shares[0], expressions=shares[1:])
        met, of = exp.Case(), exp.Case()
        for share, each, rule in zip(shares, held, rules, strict=True):
            met, of = met.when(share.eq(best), each), of.when(share.eq(best), number(len(rule)))
        return met, of

    def _held(self, rule: Rule) -> exp.Expr:
        """How many of the goals of a rule hold."""
        masks: dict[str, int] = {}
        for word, bit in map(self.place.__getitem__, rule):
            masks[word] = masks.get(word, 0) | 1 << bit
        bits = [exp.BitwiseAnd(this=column(word), expression=big(mask)) for word, mask in masks.items()]
        return reduce(add, (exp.cast(function("bit_count", each), "INT") for each in bits))


def _type_of(name: str) -> str:
    """The type of a column that says something of criteria."""
    return f"reason {name}"


def _rules_for(pred: Pred, rules: Rules, above: tuple[Pred, ...]) -> Iterator[Rule]:
    """The rules by which a criterion or an alternative can hold; what is a predicate has its rules. `above` are the
    predicates whose rules are being followed."""
    request = AtomF(REQUEST, (CASE_VAR, *(Var(f"$request{index}") for index in range(REQUEST.arity - 1))))
    for clause in rules.clauses:
        if clause.head.pred != pred:
            continue
        goals = _body_of(clause)
        together = (tuple(goals[place] for place in places) for places in independent(goals, frozenset((CASE_VAR,))))
        groups = [group for group in together if len(group) > 1 or not _is_request(group[0])]
        match groups:
            case [(AtomF(inner, (_,)),)] if not rules.declarations.is_abducible(inner.positive) and inner not in above:
                yield from _rules_for(inner, rules, (*above, pred))
            case [_, *_]:  # the request binds the case, which a count alone would not
                yield tuple(dict.fromkeys((request, *group) for group in groups))


def _body_of(clause: Clause) -> tuple[Conjunct, ...]:
    """The goals of a clause about the case alone."""
    binding: dict[Var, Term] = {term: CASE_VAR for term in clause.head.args if isinstance(term, Var)}
    return conjuncts(substitute(clause.body, binding))


def _is_request(goal: Body) -> bool:
    """Whether a goal only says that there is a request."""
    return isinstance(goal, AtomF) and goal.pred == REQUEST and len(body_vars(goal)) == REQUEST.arity
