"""Evaluates relations for all cases at once, one case a row: plan rules become expressions over columns of a wide table.

What a policy itself states is known while the query is made, so its variables become constants then. What a case states
becomes columns: the value of a functional predicate is a column, and a conjunction over other facts is a flag, found in
one pass over those tables, grouped by case. A literal costs no join. A rule that does not fit (`UnfitError`) is left to the
general compiler in engine/sql/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlglot import exp

from engine.builtins import solve_test
from engine.cases import REQUEST
from engine.completion import Completion
from engine.plan import (
    Absent,
    Call,
    Counted,
    CountTest,
    Domain,
    NoOtherValue,
    PlanLiteral,
    PlanRule,
    Reading,
    Rel,
    Stored,
    Test,
)
from engine.sql.scalars import both, built_in, calculated, compared, either, exists_value, listed, negated
from engine.sql.values import Table, Value, literal
from kb.declarations import Declarations
from kb.syntax import Builtin, Clause, Compare, Expr, Member, Op, Pred, literal_terms, variables
from kb.terms import Const, Int, Term, Var

_DEEPEST = 20
_MOST = 4_000
"""The most rules that are tried for one question: recursion over rows of facts has no end here."""


class UnfitError(Exception):
    """Raised for a rule that cannot be an expression over one case's columns."""


@dataclass(frozen=True, slots=True)
class Case:
    """The case at hand."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is a column: of the wide table, or of a row of facts that is being joined."""

    value: Value
    of_row: bool = False


Item: TypeAlias = Const | Case | Cell
CASE = Case()
Args: TypeAlias = tuple[Item | None, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way for a conjunction to hold: conditions on the case, and rows of facts with conditions on them."""

    conditions: tuple[exp.Expr, ...] = ()
    rows: tuple[Pred, ...] = ()
    joins: tuple[exp.Expr, ...] = ()
    filters: tuple[exp.Expr, ...] = ()


Env: TypeAlias = dict[Var, Item]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A conjunction of facts, and the conditions under which its rows raise each of its flags."""

    rows: tuple[Pred, ...]
    joins: tuple[exp.Expr, ...]
    flags: dict[str, exp.Expr] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """A column that counts the distinct values of `value` over the rows of several conjunctions."""

    name: str
    parts: tuple[tuple[Way, tuple[exp.Expr, ...]], ...]


@dataclass(slots=True)
class Lifter:
    """Makes the columns that decide relations for a case; `stored` has the tables of the cases' facts."""

    completion: Completion
    stored: Mapping[Pred, Table]
    facts: tuple[Clause, ...]
    leaves: dict[tuple[tuple[Pred, ...], tuple[str, ...]], Leaf] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    singles: dict[Pred, Table] = field(default_factory=dict)
    layers: dict[str, tuple[int, exp.Expr]] = field(default_factory=dict)
    _memo: dict[tuple[Rel | Stored, Args], exp.Expr] = field(default_factory=dict)
    _active: list[tuple[Rel | Stored, Args]] = field(default_factory=list)
    _cut: set[tuple[Rel | Stored, Args]] = field(default_factory=set)
    _by_pred: dict[Pred, list[tuple[Const, ...]]] = field(default_factory=dict)
    _flags: int = 0
    _as_rows: bool = False
    _tried: int = 0

    def __post_init__(self) -> None:
        for fact in self.facts:
            row = tuple(arg for arg in fact.head.args if not isinstance(arg, Var))
            self._by_pred.setdefault(fact.head.pred, []).append(row)

    # --- what is asked for -------------------------------------------------------------------------------------

    def holds(self, rel: Rel, args: Args) -> exp.Expr:
        """Whether some row of a relation agrees with the arguments (None for any), as an expression over the layers.

        Raises `UnfitError`; then nothing that was added for it does harm.
        """
        self._begin()
        return self._closed(rel, args)

    def _begin(self) -> None:
        self._tried = 0
        self._active.clear()
        self._cut.clear()

    def ways(self, rel: Rel, args: Args) -> list[tuple[Args, exp.Expr]]:
        """The rows of a relation that agree with the arguments, with the condition for each."""
        self._begin()
        found = []
        for full, way in self._call(rel, args, Way(), 0):
            if any(isinstance(each, Cell) and each.of_row for each in full):
                raise UnfitError(str(rel))
            found.append((full, self._settled([way])))
        return found

    def both_hold(self, one: Rel, other: Rel) -> exp.Expr:
        """Whether some row about the case is in both relations."""
        self._begin()
        found = []
        open_args: Args = (CASE, *(None,) * (one.pred.arity - 1))
        self._as_rows = True
        try:
            for full, way in self._call(one, open_args, Way(), 0):
                found += [end for _, end in self._call(other, full, way, 0)]
        finally:
            self._as_rows = False
        return self._layer(self._settled(found))

    # --- closing: from ways to one expression ------------------------------------------------------------------

    def _closed(self, source: Rel | Stored, args: Args) -> exp.Expr:
        key = (source, args)
        if key in self._memo:
            return self._memo[key]
        if key in self._active:
            self._cut.add(key)
            return exp.false()
        if len(self._active) > _DEEPEST:
            raise UnfitError(str(source))
        self._active.append(key)
        try:
            found = self._settled([way for _, way in self._rows_of(source, args, Way(), 0)])
        finally:
            self._active.pop()
        self._cut.discard(key)
        if self._cut:  # what was cut off above is not known yet, so this is no one else's answer
            return found
        self._memo[key] = self._layer(found)
        return self._memo[key]

    def _settled(self, ways: list[Way]) -> exp.Expr:
        """One expression for `some way holds`; the rows of each become flags."""
        plain: list[exp.Expr] = []
        by_shape: dict[tuple[object, ...], list[Way]] = {}
        for way in dict.fromkeys(ways):
            if not way.rows:
                plain.append(both(list(way.conditions)))
            else:
                shape = (way.rows, _texts(way.joins), frozenset(_texts(way.conditions)))
                by_shape.setdefault(shape, []).append(way)
        for several in by_shape.values():
            filters = [both(list(each.filters)) for each in _minimal(several)]
            plain.append(both([*several[0].conditions, self._flag(several[0], either(_distinct(filters)))]))
        return either(_distinct(plain))

    def _flag(self, way: Way, when: exp.Expr) -> exp.Expr:
        key = (way.rows, _texts(way.joins))
        leaf = self.leaves.setdefault(key, Leaf(way.rows, way.joins))
        text = when.sql()
        for name, known in leaf.flags.items():
            if known.sql() == text:
                return exp.column(name)
        self._flags += 1
        name = f"f{self._flags}"
        leaf.flags[name] = when
        return exp.column(name)

    def _layer(self, found: exp.Expr) -> exp.Expr:
        """A name for an expression that is worth one: it becomes a column, one layer above those that it uses."""
        if isinstance(found, exp.Boolean | exp.Column):
            return found
        used = [self.layers[each.name][0] for each in found.find_all(exp.Column) if each.name in self.layers]
        name = f"b{len(self.layers) + 1}"
        self.layers[name] = (1 + max(used, default=0), found)
        return exp.column(name)

    # --- calls -------------------------------------------------------------------------------------------------

    def _call(self, source: Rel | Stored, args: Args, way: Way, depth: int) -> Iterator[tuple[Args, Way]]:
        """The ways to extend a way so that a row with these arguments is in a relation, and the full rows."""
        if depth > _DEEPEST:
            raise UnfitError(str(source))
        is_closed = all(arg is not None and not (isinstance(arg, Cell) and arg.of_row) for arg in args)
        if is_closed and isinstance(source, Rel):
            condition = self._closed(source, args)
            if condition != exp.false():
                yield args, _with(way, condition)
            return
        yield from self._rows_of(source, args, way, depth)

    def _rows_of(self, source: Rel | Stored, args: Args, way: Way, depth: int) -> Iterator[tuple[Args, Way]]:
        if isinstance(source, Stored):
            yield from self._stored(source.pred, args, way)
            return
        for rule in self.completion.rules_for(source):
            yield from self._rule(rule, args, way, depth + 1)

    def _rule(self, rule: PlanRule, args: Args, way: Way, depth: int) -> Iterator[tuple[Args, Way]]:
        self._tried += 1
        if self._tried > _MOST:
            raise UnfitError("too many ways")
        env: Env = {}
        for term, arg in zip(rule.args, args, strict=True):
            known = env.get(term) if isinstance(term, Var) else term
            if arg is None:
                continue
            if known is None:
                assert isinstance(term, Var)
                env[term] = arg
            else:
                joined = _unified(known, arg, way)
                if joined is None:
                    return
                way = joined
        for end, found in self._body(rule, 0, env, way, depth):
            row = tuple(end[term] if isinstance(term, Var) else term for term in rule.args)
            yield row, found

    def _body(self, rule: PlanRule, at: int, env: Env, way: Way, depth: int) -> Iterator[tuple[Env, Way]]:
        if at == len(rule.body):
            yield env, way
            return
        for extended, found in self._literal(rule, rule.body[at], env, way, depth):
            yield from self._body(rule, at + 1, extended, found, depth)

    def _literal(self, rule: PlanRule, each: PlanLiteral, env: Env, way: Way, depth: int) -> Iterator[tuple[Env, Way]]:
        match each:
            case Call(source, args):
                known = tuple(_item(arg, env) for arg in args)
                for row, found in self._call(source, known, way, depth):
                    extended = _extended(env, args, row)
                    if extended is not None:
                        yield extended, found
                    elif (joined := _joined(env, args, row, found)) is not None:
                        yield joined
            case Absent(source, args):
                yield env, _with(way, negated(self._ground(source, tuple(_item(arg, env) for arg in args))))
            case NoOtherValue(rel, keys, key, value):
                yield env, _with(way, negated(self._other_value(rel, keys, key, value, env)))
            case Test(test):
                yield from _tested(test, env, way)
            case Domain(var):
                if var in env:
                    yield env, way
                elif rule.head.reading is Reading.CERTAIN:
                    raise UnfitError("a variable that nothing limits")
                # Else it may be an anonymous individual too: a rule of its own says so, and is possible whenever
                # this one is, as nothing is said of the constant that would not be possible of any individual.
            case CountTest(op, bound, sources):
                yield env, _with(way, self._counted(op, bound, sources, env))
            case _:
                raise UnfitError(type(each).__name__)

    def _ground(self, source: Rel | Stored, args: Args) -> exp.Expr:
        if any(arg is None or (isinstance(arg, Cell) and arg.of_row) for arg in args):
            raise UnfitError(str(source))
        return self._closed(source, args)

    def _other_value(
        self, rel: Rel, keys: tuple[bool, ...], key: tuple[Term, ...], value: tuple[Term, ...] | None, env: Env
    ) -> exp.Expr:
        known = iter([_item(term, env) for term in key])
        args = tuple(next(known) if is_key else None for is_key in keys)
        if any(isinstance(arg, Cell) and arg.of_row for arg in args):
            raise UnfitError(str(rel))
        found: list[exp.Expr] = []
        for row, way in self._call(rel, args, Way(), 0):
            if way.rows:
                raise UnfitError(str(rel))
            condition = both(list(way.conditions))
            if value is not None:
                theirs = [item for item, is_key in zip(row, keys, strict=True) if not is_key]
                same = _same(tuple(_item(term, env) for term in value), tuple(theirs))
                condition = both([condition, negated(same)])
            found.append(condition)
        return either(found)

    # --- facts -------------------------------------------------------------------------------------------------

    def _stored(self, pred: Pred, args: Args, way: Way) -> Iterator[tuple[Args, Way]]:
        for row in self._by_pred.get(pred, ()):
            joined: Way | None = way
            full: list[Item] = []
            for arg, constant in zip(args, row, strict=True):
                if joined is not None and arg is not None:
                    joined = _unified(arg, constant, joined)
                full.append(constant if arg is None or isinstance(arg, Case) else arg)
            if joined is not None:
                yield tuple(full), joined
        table = self.stored.get(pred)
        if table is None or table.is_empty:
            return
        if not args or not isinstance(args[0], Case):
            raise UnfitError(str(pred))
        if not self._as_rows and is_single(pred, self.completion.declarations):
            self.singles[pred] = table
            cells = [_cell(f"{pred.name}__{name}", table, index + 1) for index, name in enumerate(table.names[1:])]
            present = exp.not_(exp.Is(this=cells[0].value.sql.copy(), expression=exp.null()))
            way = _with(way, present)
        else:
            alias = f"r{len(way.rows)}"
            way = replace(way, rows=(*way.rows, pred))
            cells = [_cell(name, table, index + 1, alias) for index, name in enumerate(table.names[1:])]
        end: Way | None = way
        row_items: list[Item] = [CASE]
        for arg, cell in zip(args[1:], cells, strict=True):
            if arg is not None and end is not None:
                end = _unified(arg, cell, end)
            row_items.append(cell if arg is None else arg)
        if end is not None:
            yield tuple(row_items), end

    # --- counts ------------------------------------------------------------------------------------------------

    def _counted(self, op: str, bound: Term, sources: tuple[Counted, ...], env: Env) -> exp.Expr:
        limit = _item(bound, env)
        if limit is None or isinstance(limit, Case):
            raise UnfitError("count")
        terms: list[exp.Expr] = []
        unlimited: list[exp.Expr] = []
        for source in sources:
            args = tuple(_item(arg, env) for arg in source.args)
            if any(isinstance(arg, Cell) and arg.of_row for arg in args):
                raise UnfitError("count")
            if source.endless:
                unlimited.append(self._closed(source.rel, args))
            else:
                terms += self._numbers(source, args)
        total: exp.Expr = exp.Literal.number(0)
        for term in terms:
            total = term if total == exp.Literal.number(0) else exp.Add(this=total, expression=term)
        value = _value(limit)
        most = exp.GTE if op == "at_least" else exp.LTE
        if isinstance(limit, Cell) or not isinstance(limit, Int):
            raise UnfitError("count")
        test: exp.Expr = most(this=exp.paren(total), expression=value.sql)
        if not terms:
            test = exp.true() if (limit.value <= 0 if op == "at_least" else limit.value >= 0) else exp.false()
        some = either(unlimited)
        return either([test, some]) if op == "at_least" else both([test, negated(some)])

    def _numbers(self, source: Counted, args: Args) -> Iterator[exp.Expr]:
        """Expressions that add up to the number of rows of a source."""
        named: dict[tuple[Const, ...], list[Way]] = {}
        rows: list[tuple[Way, tuple[exp.Expr, ...]]] = []
        for row, way in self._call(source.rel, args, Way(), 0):
            counted = {term: item for term, item in zip(source.args, row, strict=True) if isinstance(term, Var)}
            values = tuple(counted[var] for var in source.counted)
            constants = tuple(each for each in values if each is not None and not isinstance(each, Case | Cell))
            if len(constants) == len(values):
                named.setdefault(constants, []).append(way)
            elif way.conditions or any(not isinstance(each, Cell) or not each.of_row for each in values):
                raise UnfitError("count")
            else:
                rows.append((way, tuple(each.value.sql for each in values if isinstance(each, Cell))))
        if named and rows:
            raise UnfitError("count")
        for several in named.values():
            condition = self._settled(several)
            yield exp.Case().when(condition, exp.Literal.number(1)).else_(exp.Literal.number(0))
        if rows:
            kept = _smallest(rows)
            text = str([(_key(way), [value.sql() for value in values]) for way, values in kept])
            if text not in self.tallies:
                self.tallies[text] = Tally(f"n{len(self.tallies) + 1}", tuple(kept))
            yield exp.column(self.tallies[text].name)


# --- small parts ---------------------------------------------------------------------------------------------------


def is_single(pred: Pred, declarations: Declarations) -> bool:
    """Whether a case has at most one fact of the predicate."""
    if pred == REQUEST:
        return True
    declared = declarations.functional.get(pred)
    return declared is not None and declared.keys[0] and not any(declared.keys[1:]) and pred.arity > 1


def _cell(name: str, table: Table, index: int, alias: str | None = None) -> Cell:
    assert table.columns is not None
    column = exp.column(exp.to_identifier(name, quoted=True), table=alias)
    return Cell(Value(column, table.columns[index].kind), of_row=alias is not None)


def _with(way: Way, condition: exp.Expr) -> Way:
    if condition == exp.true():
        return way
    return replace(way, conditions=(*way.conditions, condition))


def _texts(parts: tuple[exp.Expr, ...]) -> tuple[str, ...]:
    return tuple(part.sql() for part in parts)


def _key(way: Way) -> tuple[object, ...]:
    return (way.rows, _texts(way.joins), frozenset(_texts(way.conditions)))


def _distinct(parts: list[exp.Expr]) -> list[exp.Expr]:
    return list({part.sql(): part for part in parts}.values())


def _minimal(ways: list[Way]) -> list[Way]:
    """Those of equal shape whose conditions no other's are part of."""
    kept: list[tuple[frozenset[str], Way]] = []
    for way in sorted(ways, key=lambda each: len(each.filters)):
        filters = frozenset(_texts(way.filters))
        if not any(other <= filters for other, _ in kept):
            kept.append((filters, way))
    return [way for _, way in kept]


def _smallest(
    rows: list[tuple[Way, tuple[exp.Expr, ...]]],
) -> list[tuple[Way, tuple[exp.Expr, ...]]]:
    groups: dict[object, list[tuple[Way, tuple[exp.Expr, ...]]]] = {}
    for way, values in rows:
        groups.setdefault((_key(way), _texts(values)), []).append((way, values))
    return [(way, several[0][1]) for several in groups.values() for way in _minimal([each for each, _ in several])]


def _item(term: Term, env: Env) -> Item | None:
    return env.get(term) if isinstance(term, Var) else term


def _value(item: Item) -> Value:
    if isinstance(item, Case):
        raise UnfitError("a case as a value")
    return item.value if isinstance(item, Cell) else literal(item)


def _unified(one: Item, other: Item, way: Way) -> Way | None:
    """The way under which two items are one constant; None if they never are."""
    if isinstance(one, Case) or isinstance(other, Case):
        if one == other:
            return way
        raise UnfitError("a case as a value")
    if not isinstance(one, Cell) and not isinstance(other, Cell):
        return way if one == other else None
    condition = compared("=", _value(one), _value(other))
    return None if condition == exp.false() else _conditioned(way, condition, (one, other))


def _conditioned(way: Way, condition: exp.Expr, items: tuple[Item, ...]) -> Way:
    """The way with a condition more: on the case, on one row, or between rows."""
    if condition == exp.true():
        return way
    cells = [item for item in items if isinstance(item, Cell)]
    of_rows = [cell for cell in cells if cell.of_row]
    if not of_rows:
        return _with(way, condition)
    if len(of_rows) < len(cells):
        raise UnfitError("a row against a value of its case")
    aliases = {column.table for cell in of_rows for column in cell.value.sql.find_all(exp.Column)}
    if "" in aliases:
        raise UnfitError("a row with a value of its case")
    if len(aliases) > 1:
        return replace(way, joins=(*way.joins, condition))
    return replace(way, filters=(*way.filters, condition))


def _same(one: tuple[Item | None, ...], other: tuple[Item | None, ...]) -> exp.Expr:
    conditions: list[exp.Expr] = []
    for left, right in zip(one, other, strict=True):
        if left is None or right is None:
            raise UnfitError("a value that is not known")
        if not isinstance(left, Cell) and not isinstance(right, Cell):
            conditions.append(exp.true() if left == right else exp.false())
            continue
        if any(isinstance(each, Cell) and each.of_row for each in (left, right)):
            raise UnfitError("a row as a value")
        conditions.append(compared("=", _value(left), _value(right)))
    return both(conditions)


def _extended(env: Env, args: tuple[Term, ...], row: Args) -> Env | None:
    """The environment with what a row binds; None if a new variable occurs twice."""
    new = [arg for arg in args if isinstance(arg, Var) and arg not in env]
    if len(set(new)) < len(new):
        return None
    bound = {arg: item for arg, item in zip(args, row, strict=True) if isinstance(arg, Var) and item is not None}
    return {**bound, **env}


def _joined(env: Env, args: tuple[Term, ...], row: Args, way: Way) -> tuple[Env, Way] | None:
    found: Way | None = way
    extended = dict(env)
    for arg, item in zip(args, row, strict=True):
        if not isinstance(arg, Var) or item is None or found is None or arg in env:
            continue
        if arg in extended:
            found = _unified(extended[arg], item, found)
        else:
            extended[arg] = item
    return None if found is None else (extended, found)


# --- tests ---------------------------------------------------------------------------------------------------------


def _tested(test: Compare | Builtin | Member, env: Env, way: Way) -> Iterator[tuple[Env, Way]]:
    mentioned = {var: env[var] for var in variables(tuple(_terms(test))) if var in env}
    constants = {var: item for var, item in mentioned.items() if not isinstance(item, Case | Cell)}
    if len(constants) == len(mentioned):
        for binding in solve_test(test, constants):
            yield {**env, **binding}, way
        return
    items = tuple(mentioned.values())
    match test:
        case Compare("is", Var() as target, right) if target not in env:
            yield from _bound(target, _expression(right, env), env, way, items)
        case Compare("=", Var() as target, right) if target not in env:
            yield from _bound(target, _expression(right, env), env, way, items)
        case Compare("=", left, Var() as target) if target not in env:
            yield from _bound(target, _expression(left, env), env, way, items)
        case Compare(op, left, right):
            one, other = _expression(left, env), _expression(right, env)
            if one is not None and other is not None:
                condition = compared("=" if op == "is" else op, one, other)
                if condition != exp.false():
                    yield env, _conditioned(way, condition, items)
        case Builtin("between"):
            raise UnfitError("between")
        case Builtin(name, (first, second, last)):
            one, other = _expression(first, env), _expression(second, env)
            result = built_in(name, one, other) if one is not None and other is not None else None
            if result is None:
                return
            if isinstance(last, Var) and last not in env:
                yield from _bound(last, result, env, way, items)
                return
            wanted = _expression(last, env)
            if wanted is not None:
                yield env, _conditioned(way, compared("=", result, wanted), items)
        case Member(item, choices):
            value = _expression(item, env)
            if value is not None:
                yield env, _conditioned(way, listed(value, [literal(each) for each in choices]), items)
        case _:
            raise UnfitError("a test")


def _terms(test: Compare | Builtin | Member) -> tuple[Term, ...]:
    return literal_terms(test)


def _bound(target: Var, value: Value | None, env: Env, way: Way, items: tuple[Item, ...]) -> Iterator[tuple[Env, Way]]:
    if value is None:
        return
    cells = [item for item in items if isinstance(item, Cell)]
    of_row = any(cell.of_row for cell in cells)
    if of_row and not all(cell.of_row for cell in cells):
        raise UnfitError("a row with a value of its case")
    found = _conditioned(way, exists_value(value), items)
    yield {**env, target: Cell(replace(value, nullable=value.nullable), of_row)}, found


def _expression(expr: Expr, env: Env) -> Value | None:
    if isinstance(expr, Op):
        args = [_expression(arg, env) for arg in expr.args]
        known = [arg for arg in args if arg is not None]
        return calculated(expr.name, known) if len(known) == len(args) else None
    item = _item(expr, env)
    if item is None:
        raise UnfitError("an unbound variable")
    return _value(item)


# --- the wide table ------------------------------------------------------------------------------------------------

_BITS = 62


def wide_query(lifter: Lifter, cases: str, keep: tuple[str, ...]) -> exp.Select:
    """One row for each case: the columns `keep` of the table of cases, and every column that the lifter made."""
    flags = [(leaf, name) for leaf in lifter.leaves.values() for name in leaf.flags]
    place = {name: index for index, (_, name) in enumerate(flags)}
    words = -(-len(flags) // _BITS)
    columns: list[exp.Expr] = [exp.column(name, table="c", quoted=True) for name in keep]
    select = exp.select().from_(exp.alias_(exp.table_(cases, quoted=True), "c", table=True))
    if words:
        branches = [_leaf_query(leaf, lifter.stored, place, words) for leaf in lifter.leaves.values() if leaf.flags]
        gathered = [_function("bit_or", exp.column(f"w{word}")).as_(f"w{word}") for word in range(words)]
        grouped = exp.select(exp.column("case"), *gathered).from_(_all_of(branches)).group_by(exp.column("case"))
        _left_join(select, grouped, "w")
    for name, index in place.items():
        word = exp.BitwiseAnd(this=exp.column(f"w{index // _BITS}", table="w"), expression=_big(1 << index % _BITS))
        is_set = exp.NEQ(this=exp.paren(word, copy=False), expression=_big(0))
        columns.append(exp.alias_(exp.Coalesce(this=is_set, expressions=[exp.false()]), name, copy=False))
    for number, (pred, table) in enumerate(lifter.singles.items()):
        stored = [exp.column(name, quoted=True) for name in table.names]
        values = [_function("any_value", each).as_(each.name, quoted=True) for each in stored[1:]]
        rows = exp.select(stored[0], *values).from_(exp.table_(table.name, quoted=True)).group_by(stored[0].copy())
        _left_join(select, rows, f"s{number}")
        for name in table.names[1:]:
            value = exp.column(exp.to_identifier(name, quoted=True), table=f"s{number}")
            columns.append(value.as_(f"{pred.name}__{name}", quoted=True))
    for tally in lifter.tallies.values():
        _left_join(select, _tally_query(tally, lifter.stored), tally.name)
        count = exp.func("coalesce", exp.column("n", table=tally.name), exp.Literal.number(0))
        columns.append(count.as_(tally.name))
    select.select(*columns, copy=False)
    for level in range(1, 1 + max((level for level, _ in lifter.layers.values()), default=0)):
        added = [exp.alias_(made, name) for name, (at, made) in lifter.layers.items() if at == level]
        inner = select.subquery(f"layer{level}", copy=False)
        select = exp.Select(expressions=[exp.Star(), *added]).from_(inner, copy=False)
    return select


def _all_of(branches: list[exp.Select]) -> exp.Expr:
    every: exp.Query = exp.union(*branches, distinct=False, copy=False) if len(branches) > 1 else branches[0]
    return every.subquery("q", copy=False)


def _leaf_query(leaf: Leaf, stored: Mapping[Pred, Table], place: dict[str, int], words: int) -> exp.Select:
    sums: list[exp.Expr] = []
    for word in range(words):
        total: exp.Expr | None = None
        for name, when in leaf.flags.items():
            if place[name] // _BITS == word:
                bit = _big(1 << place[name] % _BITS)
                term: exp.Expr = bit if when == exp.true() else exp.Case().when(when.copy(), bit).else_(_big(0))
                total = term if total is None else exp.BitwiseOr(this=total, expression=exp.paren(term))
        sums.append((total or _big(0)).as_(f"w{word}"))
    return _rows_query(leaf.rows, leaf.joins, stored).select(*sums)


def _tally_query(tally: Tally, stored: Mapping[Pred, Table]) -> exp.Select:
    branches: list[exp.Select] = []
    for way, values in tally.parts:
        columns = [value.copy().as_(f"v{index}") for index, value in enumerate(values)]
        query = _rows_query(way.rows, way.joins, stored).select(*columns)
        branches.append(query.where(*(each.copy() for each in way.filters)) if way.filters else query)
    width = len(tally.parts[0][1])
    parts = [exp.column(f"v{index}") for index in range(width)]
    counted: exp.Expr = parts[0] if width == 1 else _function("row", *parts)
    number = exp.Count(this=exp.Distinct(expressions=[counted]))
    return exp.select(exp.column("case"), number.as_("n")).from_(_all_of(branches)).group_by(exp.column("case"))


def _rows_query(rows: tuple[Pred, ...], joins: tuple[exp.Expr, ...], stored: Mapping[Pred, Table]) -> exp.Select:
    first = stored[rows[0]]
    query = exp.select(exp.column(first.names[0], table="r0", quoted=True).as_("case"))
    query = query.from_(exp.alias_(exp.table_(first.name, quoted=True), "r0", table=True))
    waiting = list(joins)
    for index, pred in enumerate(rows[1:], 1):
        table = stored[pred]
        same = exp.EQ(
            this=exp.column(table.names[0], table=f"r{index}", quoted=True),
            expression=exp.column(first.names[0], table="r0", quoted=True),
        )
        known = {f"r{each}" for each in range(index + 1)}
        ready = [each for each in waiting if {column.table for column in each.find_all(exp.Column)} <= known]
        waiting = [each for each in waiting if each not in ready]
        on = exp.and_(same, *(each.copy() for each in ready))
        query = query.join(exp.alias_(exp.table_(table.name, quoted=True), f"r{index}", table=True), on=on)
    return query


def _left_join(select: exp.Select, rows: exp.Query, alias: str) -> None:
    on = exp.EQ(this=exp.column("number", table="c", quoted=True), expression=exp.column("case", table=alias))
    select.join(rows.subquery(alias, copy=False), on=on, join_type="left", copy=False)


def _function(name: str, *args: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[arg.copy() for arg in args])


def _big(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(value), "BIGINT")
