"""What is asked of the values that a case has one of: once for each different value where these are few, else once for each case.

Where the facts of a predicate have few different values, a condition on them is a flag that facts raise, so that a case
has a bit in place of values (`as_flags`). What several conditions ask of other values is a column of its own (`shared`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import and_, compared, or_
from engine.backends.sql.values import Table, literal
from engine.batch.lift.lifted import Lifter
from engine.batch.lift.solutions import Cell, Scan, UnfitError
from engine.batch.lift.words import operands
from engine.batch.sql import value_column
from kb.language.syntax import Pred
from kb.language.terms import Const

Asked: TypeAlias = tuple[Lifter, list[exp.Expr]]
"""A lifter, and expressions over its columns."""
Flagged: TypeAlias = tuple[Lifter, dict[Pred, Scan], list[exp.Expr]]
"""The same, and by its predicate what raises the flags for conditions on values."""
Facts: TypeAlias = Callable[[Pred, Sequence[exp.Expr]], Sequence[tuple[tuple[Const, ...], Sequence[bool]]]]
"""The few different facts of a predicate, but for the case, each with which of some conditions on a row `r0` hold of it."""


def as_flags(lifter: Lifter, uses: Iterable[exp.Expr], preds: Collection[Pred]) -> Flagged:
    """With flags for conditions on the values of some predicates of which a case has one fact, where nothing else is asked of
    these values."""
    singles = {pred: table for pred, table in lifter.singles.items() if pred in preds}
    wanted = list(uses)
    while True:
        flags = _Flags(
            {value_column(pred, name): (pred, name) for pred, of in singles.items() for name in of.names[1:]}
        )
        layers = {name: (level, flags.replaced(made.copy())) for name, (level, made) in lifter.layers.items()}
        changed = [flags.replaced(each.copy()) for each in wanted]
        if not flags.left:
            break
        singles = {pred: table for pred, table in singles.items() if pred not in flags.left}
    kept = {pred: table for pred, table in lifter.singles.items() if pred not in singles}
    scans = {pred: flags.scans.get(pred, Scan((pred,))) for pred in singles}
    return replace(lifter, layers=layers, singles=kept), scans, changed


def as_facts(flagged: Flagged, facts: Facts) -> Flagged:
    """The same with a flag for each different fact of a predicate, where these are fewer than its flags."""
    lifter, scans, uses = flagged
    chosen: dict[str, exp.Expr] = {}
    scans = {
        pred: _of_facts(scan, facts(pred, tuple(scan.flags.values())), lifter.stored[pred], chosen)
        for pred, scan in scans.items()
    }
    layers = {name: (level, _put(made, chosen)) for name, (level, made) in lifter.layers.items()}
    return replace(lifter, layers=layers), scans, [_put(each, chosen) for each in uses]


def _of_facts(
    scan: Scan, rows: Sequence[tuple[tuple[Const, ...], Sequence[bool]]], table: Table, chosen: dict[str, exp.Expr]
) -> Scan:
    """A scan with a flag for each different fact, if these are fewer than its flags; `chosen` is given what then stands for each of
    those, by name."""
    if len(rows) >= len(scan.flags):
        return scan
    cells = [Cell.of(*held, "r0").value for held in zip(table.names[1:], (table.columns or ())[1:], strict=True)]
    own = {
        f"u{table.name} {number}": and_(
            [compared("=", cell, literal(value)) for cell, value in zip(cells, values, strict=True)]
        )
        for number, (values, _) in enumerate(rows)
    }
    for index, name in enumerate(scan.flags):
        holding: list[exp.Expr] = [exp.column(each) for each, (_, held) in zip(own, rows, strict=True) if held[index]]
        chosen[name] = exp.paren(or_(holding), copy=False)
    return replace(scan, flags=own)


def _put(expression: exp.Expr, chosen: Mapping[str, exp.Expr]) -> exp.Expr:
    """An expression, which is changed, with others in place of columns."""
    if isinstance(expression, exp.Column):
        return chosen[expression.name].copy() if expression.name in chosen else expression
    return _changed(expression, lambda each: _put(each, chosen))


def _changed(expression: exp.Expr, change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """An expression whose parts are changed."""
    for key, value in expression.args.items():
        if isinstance(value, exp.Expr):
            if (found := change(value)) is not value:
                expression.set(key, found)
        elif isinstance(value, list):
            found_all = [change(each) if isinstance(each, exp.Expr) else each for each in value]
            if any(one is not other for one, other in zip(found_all, value, strict=True)):
                expression.set(key, found_all)
    return expression


@dataclass(slots=True)
class _Flags:
    """Makes flags of conditions on columns that belong to predicates, each with its name there; `left` are the predicates of which
    something else is asked."""

    owners: Mapping[str, tuple[Pred, str]]
    scans: dict[Pred, Scan] = field(default_factory=dict)
    left: set[Pred] = field(default_factory=set)
    _known: dict[tuple[Pred, exp.Expr], str] = field(default_factory=dict)

    def replaced(self, expression: exp.Expr) -> exp.Expr:
        """The expression, which is changed, with flags for such conditions in it."""
        found, owner = self._seen(expression)
        return self._settled(found, owner) if isinstance(owner, Pred) else found

    def _seen(self, expression: exp.Expr) -> tuple[exp.Expr, Pred | bool]:
        """The expression, and the predicate that all its columns belong to: then it is as it was. Else whether it has columns."""
        if isinstance(expression, exp.Column):
            return expression, self.owners[expression.name][0] if expression.name in self.owners else True
        if isinstance(expression, exp.Paren):
            found, owner = self._seen(expression.this)
            return (expression, owner) if found is expression.this else (found, owner)
        if isinstance(expression, exp.Connector):
            parts = [self._seen(each) for each in operands(expression)]
        else:
            parts = [
                self._seen(each)
                for each in expression.iter_expressions()
                if not isinstance(each, exp.DataType | exp.Identifier)
            ]
        owners = {owner for _, owner in parts if owner is not False}
        if len(owners) < 2 and True not in owners:
            return expression, next(iter(owners), False)
        if isinstance(expression, exp.Connector):
            return self._connected(expression, parts), True
        settled = iter([self._settled(part, owner) if isinstance(owner, Pred) else part for part, owner in parts])
        return _changed(
            expression,
            lambda each: each if isinstance(each, exp.DataType | exp.Identifier) else _inner(next(settled), expression),
        ), True

    def _connected(self, expression: exp.Connector, parts: Iterable[tuple[exp.Expr, Pred | bool]]) -> exp.Expr:
        """A conjunction or disjunction, with one flag for all that it says of the values of one predicate."""
        join = and_ if isinstance(expression, exp.And) else or_
        own: dict[Pred, list[exp.Expr]] = {}
        others = []
        for part, owner in parts:
            if isinstance(owner, Pred):
                own.setdefault(owner, []).append(part)
            else:
                others.append(part)
        return join([*others, *(self._settled(join(several), pred) for pred, several in own.items())])

    def _settled(self, expression: exp.Expr, pred: Pred) -> exp.Expr:
        """The expression, all columns of which are of one predicate, with flags."""
        if isinstance(expression, exp.Paren):
            return self._settled(expression.this, pred)
        if isinstance(expression, exp.Column):
            self.left.add(pred)
            return expression
        if isinstance(expression, exp.Boolean):
            return expression
        if _is_null(expression):
            return exp.not_(self._flag(pred, exp.not_(expression)), copy=False)
        if _is_test(expression) and _needs_row(expression):
            return self._flag(pred, expression)
        if isinstance(expression, exp.Connector):
            join = and_ if isinstance(expression, exp.And) else or_
            return join([self._settled(each, pred) for each in operands(expression)])
        return _changed(expression, lambda each: _inner(self._settled(each, pred), expression))

    def _flag(self, pred: Pred, when: exp.Expr) -> exp.Expr:
        """The flag that facts of a predicate raise under a condition."""
        on_row = when.copy().transform(self._of_row, copy=False)
        if (pred, on_row) not in self._known:
            self._known[pred, on_row] = name = f"v{len(self._known) + 1}"
            self.scans.setdefault(pred, Scan((pred,))).flags[name] = on_row
        return exp.column(self._known[pred, on_row])

    def _of_row(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return exp.column(self.owners[node.name][1], table="r0", quoted=True)
        return node


def _inner(part: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """A part as it stands in an expression, in brackets where it has to be."""
    needed = isinstance(part, exp.Binary | exp.Not) and isinstance(whole, exp.Binary | exp.Unary)
    return exp.paren(part, copy=False) if needed and not isinstance(whole, exp.Paren) else part


_TESTS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)
_STRICT = (exp.Column, exp.Literal, exp.Neg, exp.Cast, exp.TryCast, exp.Add, exp.Sub, exp.Mul, *_TESTS)
"""What is null where something in it is, and only then or where it fails."""


class _Some:
    """Stands for any value."""


_SOME: Final = _Some()


def _is_test(expression: exp.Expr) -> bool:
    """Whether an expression is sure to be Boolean."""
    inner = expression.unnest()
    if isinstance(inner, exp.Coalesce):
        return _is_test(inner.this)
    return isinstance(inner, (*_TESTS, exp.Connector, exp.Not, exp.Is, exp.Boolean))


def _is_null(expression: exp.Expr) -> bool:
    return isinstance(expression, exp.Is) and isinstance(expression.expression, exp.Null)


def _needs_row(condition: exp.Expr) -> bool:
    """Whether a condition on the values of a fact is sure not to hold where there is none, so that these are null."""
    try:
        return _without_row(condition) in (False, None)
    except UnfitError:
        return False


def _without_row(expression: exp.Expr) -> bool | _Some | None:
    """What an expression is where all its columns are null. Raises `UnfitError` where that is not known."""
    match expression:
        case exp.Paren():
            return _without_row(expression.this)
        case exp.Boolean():
            return bool(expression.this)
        case exp.Not():
            found = _without_row(expression.this)
            return None if found is None else not found
        case exp.And() | exp.Or():
            ends = isinstance(expression, exp.Or)
            parts = [_without_row(each) for each in operands(expression)]
            return ends if ends in parts else None if None in parts else not ends
        case exp.Is() if _is_null(expression):
            return _without_row(expression.this) is None
        case exp.Coalesce():
            return next(
                (one for one in map(_without_row, (expression.this, *expression.expressions)) if one is not None), None
            )
        case exp.Column():
            return None
        case _ if isinstance(expression, _STRICT):
            inner = [
                _without_row(each)
                for each in expression.iter_expressions()
                if not isinstance(each, exp.DataType | exp.Identifier)
            ]
            if None in inner:
                return None
            if not isinstance(expression, _TESTS):
                return _SOME
    raise UnfitError(str(expression))


# --- what several conditions ask of the values of a case -------------------------------------------------------------


def shared(lifter: Lifter, uses: Iterable[exp.Expr]) -> Asked:
    """With a column, below all others, for each test and each choice of the values of a case that is asked for more than once. The expressions
    are changed."""
    values = {value_column(pred, name) for pred, table in lifter.singles.items() for name in table.names[1:]}
    wanted = list(uses)
    for prefix, kinds in (("h", (*_TESTS, exp.Is, exp.Coalesce)), ("c", (exp.Case,))):
        every = (*(made for _, made in lifter.layers.values()), *wanted)
        often = Counter(each for expression in every for each in _over(expression, values, kinds))
        names = {part.copy(): f"{prefix}{number}" for number, part in enumerate(often) if often[part] > 1}
        layers = {name: (1, part) for part, name in names.items()}
        layers |= {name: (level + 1, _named(made, names, kinds)) for name, (level, made) in lifter.layers.items()}
        lifter, wanted = replace(lifter, layers=layers), [_named(each, names, kinds) for each in wanted]
    return lifter, wanted


def _over(expression: exp.Expr, values: set[str], kinds: tuple[type[exp.Expr], ...]) -> Iterator[exp.Expr]:
    """The largest parts of some kinds that are computed of some columns alone."""
    if isinstance(expression, kinds):
        names = {each.name for each in expression.find_all(exp.Column)}
        if names and names <= values:
            yield expression
            return
    for each in expression.iter_expressions():
        yield from _over(each, values, kinds)


def _named(expression: exp.Expr, names: Mapping[exp.Expr, str], kinds: tuple[type[exp.Expr], ...]) -> exp.Expr:
    """An expression, which is changed, with columns for what has a name."""
    if isinstance(expression, kinds) and expression in names:
        return exp.column(names[expression])
    return _changed(expression, lambda each: _named(each, names, kinds))
