"""Evaluates relations for all cases at once, one case a row: plan rules become expressions over columns of a wide table.

What a policy itself states is known while the query is made, so its variables become constants then. What a case states
becomes columns: the value of a functional predicate is a column, and a conjunction over other facts is a flag, found in
one pass over those tables, grouped by case. A literal costs no join. A rule that does not fit (`UnfitError`) is left to
`general.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import assert_never

from sqlglot import exp

from engine.backends.sql.scalars import and_, calls_functions, negated, or_
from engine.backends.sql.values import Table, literal
from engine.batch.lift.solutions import (
    CASE,
    Args,
    Case,
    Cell,
    Env,
    Scan,
    Solution,
    Tally,
    UnfitError,
    argument_of,
    distinct,
    extended,
    minimal,
    smallest,
    tested,
)
from engine.batch.sql import value_column
from engine.reading import plan
from engine.reading.completion import Completion
from kb.language.declarations import REQUEST, Declarations
from kb.language.syntax import Pred
from kb.language.terms import Const, Int, Term, Var

_DEEPEST = 20
_MOST = 4_000
"""The most rules that are tried for one question: recursion over rows of facts has no end here."""


@dataclass(slots=True)
class Lifter:
    """Makes the columns that decide relations for a case; `stored` has the tables of the cases' facts, `stated` the
    rows that the policy itself states."""

    completion: Completion
    stored: Mapping[Pred, Table]
    stated: Mapping[Pred, Sequence[tuple[Const, ...]]]
    scans: dict[tuple[tuple[Pred, ...], tuple[exp.Expr, ...]], Scan] = field(default_factory=dict)
    tallies: dict[object, Tally] = field(default_factory=dict)
    singles: dict[Pred, Table] = field(default_factory=dict)
    layers: dict[str, tuple[int, exp.Expr]] = field(default_factory=dict)
    as_rows: bool = False
    _memo: dict[tuple[plan.Source, Args], exp.Expr] = field(default_factory=dict)
    _active: list[tuple[plan.Source, Args]] = field(default_factory=list)
    _cut: set[tuple[plan.Source, Args]] = field(default_factory=set)
    _names: dict[object, str] = field(default_factory=dict)
    _tried: int = 0

    def with_rows(self) -> Lifter:
        """A lifter of the same columns that takes every fact as a row to join with, also where a case has one value: so
        rows can be compared with such a value."""
        return replace(self, as_rows=True)

    # --- what is asked for -------------------------------------------------------------------------------------

    def holds(self, rel: plan.Rel, args: Args) -> exp.Expr:
        """Whether some row of a relation agrees with the arguments (None for any), as an expression over the layers.

        Raises `UnfitError`; then nothing that was added for it does harm.
        """
        self._begin()
        return self._closed(rel, args)

    def _begin(self) -> None:
        self._tried = 0
        self._active.clear()
        self._cut.clear()

    def rows(self, rel: plan.Rel, args: Args) -> list[tuple[tuple[Const, ...], exp.Expr]]:
        """The rows of a relation of the case that agree with the arguments, but for the case itself, with the condition
        for each. Raises `UnfitError`, also if they are not known while the query is made."""
        self._begin()
        found = []
        for row, solution in self._call(rel, args, Solution(), 0):
            plain = tuple(each for each in row if not isinstance(each, Case | Cell | None))
            if len(plain) < len(row) - 1:
                raise UnfitError(str(rel))
            found.append((plain, self._settled([solution])))
        return found

    # --- closing: from solutions to one expression -------------------------------------------------------------

    def _closed(self, source: plan.Source, args: Args) -> exp.Expr:
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
            found = self._settled([solution for _, solution in self._rows_of(source, args, Solution(), 0)])
        finally:
            self._active.pop()
        self._cut.discard(key)
        if self._cut:  # what was cut off above is not known yet, so this is no one else's answer
            return found
        self._memo[key] = self.named(found)
        return self._memo[key]

    def _settled(self, solutions: list[Solution]) -> exp.Expr:
        """One expression for `some solution holds`; the rows of each become flags."""
        plain: list[exp.Expr] = []
        by_shape: dict[tuple[object, ...], list[Solution]] = {}
        for solution in dict.fromkeys(solutions):
            if not solution.rows:
                plain.append(and_(list(solution.conditions)))
            else:
                by_shape.setdefault(solution.shape, []).append(solution)
        for several in by_shape.values():
            filters = distinct(and_(list(each.filters)) for each in minimal(several))
            plain.append(and_([*several[0].conditions, self._flag(several[0], or_(filters))]))
        return or_(distinct(plain))

    def _flag(self, solution: Solution, when: exp.Expr) -> exp.Expr:
        if len(solution.rows) > 1:
            _check_native((*solution.joins, when))
        key = (solution.rows, solution.joins)
        scan = self.scans.setdefault(key, Scan(solution.rows, solution.joins))
        if (key, when) not in self._names:
            name = f"f{1 + sum(len(each.flags) for each in self.scans.values())}"
            scan.flags[name] = when
            self._names[key, when] = name
        return exp.column(self._names[key, when])

    def named(self, found: exp.Expr) -> exp.Expr:
        """A name for an expression that is worth one and over columns of the wide table alone: it becomes a column, one
        layer above those that it uses."""
        if isinstance(found, exp.Boolean | exp.Column) or any(each.table for each in found.find_all(exp.Column)):
            return found
        used = [self.layers[each.name][0] for each in found.find_all(exp.Column) if each.name in self.layers]
        name = f"b{len(self.layers) + 1}"
        self.layers[name] = (1 + max(used, default=0), found)
        return exp.column(name)

    # --- calls -------------------------------------------------------------------------------------------------

    def _call(self, source: plan.Source, args: Args, solution: Solution, depth: int) -> Iterator[tuple[Args, Solution]]:
        """The solutions to extend a solution so that a row with these arguments is in a relation, and the full rows."""
        if depth > _DEEPEST:
            raise UnfitError(str(source))
        if isinstance(source, plan.Rel) and None not in args and not _has_rows(args):
            condition = self._closed(source, args)
            if condition != exp.false():
                yield args, solution.where(condition)
            return
        yield from self._rows_of(source, args, solution, depth)

    def _rows_of(
        self, source: plan.Source, args: Args, solution: Solution, depth: int
    ) -> Iterator[tuple[Args, Solution]]:
        if isinstance(source, plan.Stored):
            yield from self._stored(source.pred, args, solution)
            return
        for rule in self.completion.rules_for(source):
            self._tried += 1
            if self._tried > _MOST:
                raise UnfitError("too many solutions")
            begun = extended({}, rule.args, args, solution)
            for end, found in self._body(rule, 0, *begun, depth + 1) if begun else ():
                yield tuple(end[term] if isinstance(term, Var) else term for term in rule.args), found

    def _body(
        self, rule: plan.PlanRule, at: int, env: Env, solution: Solution, depth: int
    ) -> Iterator[tuple[Env, Solution]]:
        if at == len(rule.body):
            yield env, solution
            return
        for more, found in self._literal(rule, rule.body[at], env, solution, depth):
            yield from self._body(rule, at + 1, more, found, depth)

    def _literal(
        self, rule: plan.PlanRule, each: plan.PlanLiteral, env: Env, solution: Solution, depth: int
    ) -> Iterator[tuple[Env, Solution]]:
        match each:
            case plan.Call(source, args):
                known = tuple(argument_of(arg, env) for arg in args)
                for row, found in self._call(source, known, solution, depth):
                    if (more := extended(env, args, row, found)) is not None:
                        yield more
            case plan.Absent(source, args):
                known = tuple(argument_of(arg, env) for arg in args)
                if None in known or _has_rows(known):
                    raise UnfitError(str(source))
                yield env, solution.where(negated(self._closed(source, known)))
            case plan.NoOtherValue(rel, keys, key, value):
                yield env, solution.where(negated(self._other_value(rel, keys, key, value, env)))
            case plan.Test(test):
                yield from tested(test, env, solution)
            case plan.Domain(var):
                if var in env:
                    yield env, solution
                elif rule.head.reading is plan.Reading.CERTAIN:
                    raise UnfitError("a variable that nothing limits")
                # Else it may be an anonymous individual too: a rule of its own says so, and is possible whenever
                # this one is, as nothing is said of the constant that would not be possible of any individual.
            case plan.CountTest(op, bound, sources):
                yield env, solution.where(self._counted(op, bound, sources, env))
            case plan.AggregateTest():
                raise UnfitError("an aggregate")
            case _:
                assert_never(each)

    def _other_value(
        self, rel: plan.Rel, keys: tuple[bool, ...], key: tuple[Term, ...], value: tuple[Term, ...] | None, env: Env
    ) -> exp.Expr:
        known = iter([argument_of(term, env) for term in key])
        args = tuple(next(known) if is_key else None for is_key in keys)
        if _has_rows(args):
            raise UnfitError(str(rel))
        found: list[exp.Expr] = []
        for row, solution in self._call(rel, args, Solution(), 0):
            if solution.rows:
                raise UnfitError(str(rel))
            condition = and_(list(solution.conditions))
            if value is not None:
                ours = tuple(argument_of(term, env) for term in value)
                if None in (*ours, *row) or _has_rows(ours):
                    raise UnfitError(str(rel))
                theirs = tuple(item for item, is_key in zip(row, keys, strict=True) if not is_key and item is not None)
                same = Solution().matched(ours, theirs)
                condition = and_([condition, negated(and_(list(same[1].conditions)))]) if same else condition
            found.append(condition)
        return or_(found)

    # --- facts -------------------------------------------------------------------------------------------------

    def _stored(self, pred: Pred, args: Args, solution: Solution) -> Iterator[tuple[Args, Solution]]:
        for row in self.stated.get(pred, ()):
            if (joined := solution.matched(args, row)) is not None:
                yield joined
        table = self.stored.get(pred)
        if table is None or table.columns is None:
            return
        if not args or not isinstance(args[0], Case):
            raise UnfitError(str(pred))
        held = list(zip(table.names[1:], table.columns[1:], strict=True))
        if not self.as_rows and is_single(pred, self.completion.declarations):
            self.singles[pred] = table
            cells = [Cell.of(value_column(pred, name), each) for name, each in held]
            solution = solution.where(exp.not_(exp.Is(this=cells[0].value.sql.copy(), expression=exp.null())))
        else:
            alias = f"r{len(solution.rows)}"
            solution = replace(solution, rows=(*solution.rows, pred))
            cells = [Cell.of(name, each, alias) for name, each in held]
        if (joined := solution.matched(args, (CASE, *cells))) is not None:
            yield joined

    # --- counts ------------------------------------------------------------------------------------------------

    def _counted(self, op: str, bound: Term, sources: tuple[plan.Counted, ...], env: Env) -> exp.Expr:
        limit = argument_of(bound, env)
        if not isinstance(limit, Int):
            raise UnfitError("count")
        terms: list[exp.Expr] = []
        unlimited: list[exp.Expr] = []
        for source in sources:
            args = tuple(argument_of(arg, env) for arg in source.args)
            if _has_rows(args):
                raise UnfitError("count")
            if source.endless:
                unlimited.append(self._closed(source.rel, args))
            else:
                terms += self._numbers(source, args)
        some = or_(unlimited)
        if op == "at_least":
            return or_([_compared(exp.GTE, terms, limit), some])
        return and_([_compared(exp.LTE, terms, limit), negated(some)])

    def _numbers(self, source: plan.Counted, args: Args) -> Iterator[exp.Expr]:
        """Expressions that add up to the number of rows of a source."""
        named: dict[tuple[Const, ...], list[Solution]] = {}
        rows: list[tuple[Solution, tuple[exp.Expr, ...]]] = []
        for row, solution in self._call(source.rel, args, Solution(), 0):
            counted = {term: item for term, item in zip(source.args, row, strict=True) if isinstance(term, Var)}
            values = tuple(counted[var] for var in source.counted)
            constants = tuple(each for each in values if each is not None and not isinstance(each, Case | Cell))
            if len(constants) == len(values):
                named.setdefault(constants, []).append(solution)
            elif solution.conditions or any(not isinstance(each, Cell) or not each.of_row for each in values):
                raise UnfitError("count")
            else:
                rows.append((solution, tuple(each.value.sql for each in values if isinstance(each, Cell))))
        if named and rows:
            raise UnfitError("count")
        for several in named.values():
            condition = self._settled(several)
            yield exp.Case().when(condition, exp.Literal.number(1)).else_(exp.Literal.number(0))
        if rows:
            kept = smallest(tuple(rows))
            _check_native(each for found, _ in kept for each in (*found.joins, *found.filters))
            key = tuple((solution.shape, values) for solution, values in kept)
            tally = self.tallies.setdefault(key, Tally(f"n{len(self.tallies) + 1}", kept))
            yield exp.column(tally.name)


def _has_rows(args: Args) -> bool:
    """Whether some argument is a value of a row that is being joined."""
    return any(isinstance(arg, Cell) and arg.of_row for arg in args)


def _check_native(conditions: Iterable[exp.Expr]) -> None:
    """Raises `UnfitError` for conditions on several rows that call our functions: Spark has none of them inside arrays."""
    if any(map(calls_functions, conditions)):
        raise UnfitError("a function of our own over several rows")


def _compared(kind: type[exp.GTE | exp.LTE], terms: list[exp.Expr], limit: Int) -> exp.Expr:
    """Whether the sum of some terms is at least, or at most, a limit."""
    if not terms:
        return exp.convert(limit.value <= 0 if kind is exp.GTE else limit.value >= 0)
    total = reduce(lambda one, other: exp.Add(this=one, expression=other), terms)
    return kind(this=exp.paren(total), expression=literal(limit).sql)


def is_single(pred: Pred, declarations: Declarations) -> bool:
    """Whether a case has at most one fact of the predicate."""
    if pred == REQUEST:
        return True
    declared = declarations.functional.get(pred)
    return declared is not None and declared.keys[0] and not any(declared.keys[1:]) and pred.arity > 1
