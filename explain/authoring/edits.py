"""Single edits of a policy, as an author makes them by mistake: a literal or a rule left out, negated, a bound by one, `>` for `>=`, a
constant of a vocabulary for another, arguments swapped, an alternative narrowed.

    clause -> clauses that differ from it in one place, each with what was done
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from msgspec.structs import replace

from kb.language.builtins import BUILTINS
from kb.language.declarations import Declarations
from kb.language.policy_rules import REQUEST_UNDER
from kb.language.printer import show_body, show_clause, show_expr
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Documented,
    Expr,
    Member,
    Not,
    Or,
    Pred,
    Span,
)
from kb.language.terms import INT_MAX, INT_MIN, Const, Date, Int, Term, Var, term_text
from kb.language.traversal import conjoin, conjuncts, with_plain_variables

_BOUNDARIES: Mapping[str, str] = {
    ">=": ">", ">": ">=", "=<": "<", "<": "=<", "@>=": "@>", "@>": "@>=", "@=<": "@<", "@<": "@=<",
    "=:=": "=\\=", "=\\=": "=:=", "=": "\\=", "\\=": "=", "==": "\\==", "\\==": "==",
}  # fmt: skip


class Operator(StrEnum):
    """What is done to a clause."""

    DROP_RULE = "drop_rule"
    DROP_LITERAL = "drop_literal"
    NEGATE = "negate"
    BOUND = "bound"
    BOUNDARY = "boundary"
    CONSTANT = "constant"
    SWAP_ARGUMENTS = "swap_arguments"
    NARROW = "narrow"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: the clause as it was, and what stands in its place; None where it is left out."""

    operator: Operator
    old: Clause
    new: Clause | None
    text: str
    """What was done, as the language writes it."""
    span: Span


@dataclass(frozen=True, slots=True)
class Mutator:
    """Makes the edits of the clauses of a policy."""

    declarations: Declarations
    constants: Mapping[str, Sequence[Const]] = field(default_factory=dict)
    """For types whose constants may stand for each other, those that the policy mentions, in order."""
    narrower: Mapping[Pred, Sequence[AtomF]] = field(default_factory=dict)
    """For predicates of the case, what can be asked for beside what their rules ask for."""

    def of(self, clause: Clause) -> Iterator[Edit]:
        """The edits of one clause, but for those that only name its variables otherwise."""
        plain = with_plain_variables(clause)
        for edit in self._of_clause(clause):
            if edit.new is None or with_plain_variables(edit.new) != plain:
                yield edit

    def _of_clause(self, clause: Clause) -> Iterator[Edit]:
        """The edits of one clause, in order."""
        yield Edit(Operator.DROP_RULE, clause, None, f"without `{show_clause(clause)}`", clause.span)
        if clause.is_fact:
            head = clause.head
            for operator, args, text in self._of_args(head.args, self.declarations.types_of(head.pred)):
                yield Edit(operator, clause, replace(clause, head=replace(head, args=args)), text, clause.span)
            return
        made = [goal for goal in conjuncts(clause.body) if _is_made(goal, clause)]
        own = conjoin(tuple(goal for goal in conjuncts(clause.body) if goal not in made), clause.span)
        for operator, body, text, span in self._of_body(own):
            yield Edit(operator, clause, replace(clause, body=conjoin((*made, *conjuncts(body)))), text, span)
        for atom in self.narrower.get(clause.head.pred, ()):
            if atom not in conjuncts(clause.body):
                body = conjoin((*conjuncts(clause.body), atom))
                yield Edit(Operator.NARROW, clause, replace(clause, body=body), f"and `{show_body(atom)}`", clause.span)

    def _of_body(self, body: Body) -> Iterator[tuple[Operator, Body, str, Span]]:
        """What becomes of a body by one edit."""
        match body:
            case And(goals):
                for at, goal in enumerate(goals):
                    rest = (*goals[:at], *goals[at + 1 :])
                    text, span = f"without `{show_body(goal)}`", _place(goal)
                    if rest:
                        yield Operator.DROP_LITERAL, conjoin(rest), text, span
                    for operator, new, said, where in self._of_body(goal):
                        yield operator, replace(body, goals=(*goals[:at], new, *goals[at + 1 :])), said, where
            case Or(goals):
                for at, goal in enumerate(goals):
                    rest = (*goals[:at], *goals[at + 1 :])
                    left = rest[0] if len(rest) == 1 else Or(rest)
                    yield Operator.DROP_LITERAL, left, f"without the alternative `{show_body(goal)}`", _place(goal)
                    for operator, new, said, where in self._of_body(goal):
                        yield operator, replace(body, goals=(*goals[:at], new, *goals[at + 1 :])), said, where
            case Not(goal):
                yield Operator.NEGATE, goal, _for(goal, body), _place(body)
                for operator, new, said, where in self._of_body(goal):
                    yield operator, replace(body, goal=new), said, where
            case Documented(goal) | Aggregate(goal=goal):
                for operator, new, said, where in self._of_body(goal):
                    yield operator, replace(body, goal=new), said, where
            case Count(goal=goal):
                for bound in _beside(body.bound):
                    new = replace(body, bound=bound)
                    yield Operator.BOUND, new, f"`{term_text(bound)}` for `{term_text(body.bound)}`", body.span
                for operator, inner, said, where in self._of_body(goal):
                    yield operator, replace(body, goal=inner), said, where
            case AtomF() as atom:
                for operator, new, said in self._of_atom(atom):
                    yield operator, new, said, atom.span
            case Compare() as compare:
                for operator, new, said in self._of_comparison(compare):
                    yield operator, new, said, compare.span
            case Builtin(name, args):
                for operator, changed, said in self._of_args(args, ("any",) * len(args)):
                    is_same = BUILTINS[name].is_symmetric and changed[-1] == args[-1] and {*changed} == {*args}
                    if not is_same:
                        yield operator, replace(body, args=changed), said, body.span
            case Member(items=items):
                for at, item in enumerate(items):
                    if len(items) > 1:
                        new = replace(body, items=(*items[:at], *items[at + 1 :]))
                        yield Operator.CONSTANT, new, f"without `{term_text(item)}`", body.span

    def _of_atom(self, atom: AtomF) -> Iterator[tuple[Operator, Body, str]]:
        negated = Not(atom, atom.span)
        yield Operator.NEGATE, negated, _for(negated, atom)
        for operator, args, said in self._of_args(atom.args, self.declarations.types_of(atom.pred)):
            yield operator, replace(atom, args=args), said

    def _of_args(
        self, args: tuple[Term, ...], types: Sequence[str]
    ) -> Iterator[tuple[Operator, tuple[Term, ...], str]]:
        for at, (arg, kind) in enumerate(zip(args, types, strict=True)):
            is_number = isinstance(arg, Int | Date)
            others: Iterable[Const] = _beside(arg) if is_number else self._others(arg, kind)
            operator = Operator.BOUND if is_number else Operator.CONSTANT
            for other in others:
                yield operator, (*args[:at], other, *args[at + 1 :]), _for_side(other, arg)
        for at, (one, another) in enumerate(pairwise(args)):
            if one != another:
                changed = (*args[:at], another, one, *args[at + 2 :])
                yield Operator.SWAP_ARGUMENTS, changed, f"arguments {at + 1} and {at + 2} swapped"

    def _others(self, arg: Term, kind: str) -> Iterator[Const]:
        """Another constant of the type: the next that the policy mentions."""
        known = self.constants.get(kind, ())
        if not isinstance(arg, Var) and arg in known and len(known) > 1:
            yield known[(known.index(arg) + 1) % len(known)]

    def _of_comparison(self, compare: Compare) -> Iterator[tuple[Operator, Body, str]]:
        op = _BOUNDARIES.get(compare.op)
        if op is not None:
            yield Operator.BOUNDARY, replace(compare, op=op), f"`{op}` for `{compare.op}`"
        for other in _beside(compare.left):
            yield Operator.BOUND, replace(compare, left=other), _for_side(other, compare.left)
        for other in _beside(compare.right):
            yield Operator.BOUND, replace(compare, right=other), _for_side(other, compare.right)


def _is_made(goal: Body, clause: Clause) -> bool:
    """Whether a goal stands in a rule that is made of what a policy lists, and says which kind of request that is for."""
    return isinstance(goal, AtomF) and goal.pred == REQUEST_UNDER and goal.span == clause.span


def _beside(term: object) -> Iterator[Const]:
    """A number one more and one less, a day later and earlier."""
    match term:
        case Int(value):
            yield from (Int(each) for each in (value + 1, value - 1) if INT_MIN <= each <= INT_MAX)
        case Date(day):
            for days in (1, -1):
                try:
                    yield Date(day + datetime.timedelta(days=days))
                except OverflowError:
                    continue
        case _:
            return


def _for_side(new: Expr, old: Expr) -> str:
    return f"`{show_expr(new)}` for `{show_expr(old)}`"


def _for(new: Body, old: Body) -> str:
    return f"`{show_body(new)}` for `{show_body(old)}`"


def _place(body: Body) -> Span:
    return body.span
