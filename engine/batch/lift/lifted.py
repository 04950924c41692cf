"""Evaluates relations for all cases at once, one case a row: plan rules become expressions over columns of a wide table.

What a policy itself states is known while the query is made, so its variables become constants then. What a case states
becomes columns: the value of a functional predicate is a column, and a conjunction over other facts is a flag, found in
one pass over those tables, grouped by case. A literal costs no join. Where the values that a variable can have in a population
are few, they are tried in turn, so that a conjunction over several facts is one of flags. A rule that does not fit
(`UnfitError`) is left to `general.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TypeAlias, assert_never

from sqlglot import exp

from engine.backends.sql.scalars import and_, calls_functions, compared, negated, or_
from engine.backends.sql.values import Column, Table, literal
from engine.batch.lift.solutions import (
    CASE,
    WANTED,
    Args,
    Asked,
    Case,
    Cell,
    Env,
    Scan,
    Solution,
    Tally,
    UnfitError,
    Wanted,
    argument_of,
    distinct,
    extended,
    minimal,
    smallest,
    tested,
    value_of,
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
_FEW, _SOME = 64, 512
"""How many combinations of values are tried in turn rather than joined, and how many at most."""
Values: TypeAlias = Callable[[Pred, tuple[int, ...]], Sequence[tuple[Const, ...]] | None]
"""The different values at some places of a predicate's facts, in a population; None if they are too many, or not known."""


def unknown_values(_pred: Pred, _places: tuple[int, ...]) -> None:
    """Of a population of which it is not known which values its facts have."""



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
    values: Values = unknown_values
    as_rows: bool = False
    most: int = _FEW
    _memo: dict[tuple[plan.Source, Args], exp.Expr] = field(default_factory=dict)
    _active: list[tuple[plan.Source, Args]] = field(default_factory=list)
    _cut: set[tuple[plan.Source, Args]] = field(default_factory=set)
    _names: dict[object, str] = field(default_factory=dict)
    _facts: dict[str, tuple[Pred, frozenset[exp.Expr]]] = field(default_factory=dict)
    _flags: dict[tuple[Pred, Args], exp.Expr] = field(default_factory=dict)
    _tried: int = 0

    def with_rows(self) -> Lifter:
        """A lifter of the same columns that takes every fact as a row to join with, also where a case has one value: so
        rows can be compared with such a value."""
        return replace(self, as_rows=True)

    def with_more_values(self) -> Lifter:
        """A lifter of the same columns that tries more combinations of values."""
        return replace(self, most=_SOME)

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
        for row, solution in self._call(rel, _asking(args), Solution(), 0):
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
            if self._is_impossible(solution):
                continue
            if not solution.rows:
                plain.append(and_(list(solution.conditions)))
            else:
                by_shape.setdefault(solution.shape, []).append(solution)
        for several in by_shape.values():
            filters = distinct(and_(list(each.filters)) for each in minimal(several))
            plain.append(and_([*several[0].conditions, self._flag(several[0], or_(filters))]))
        return or_(self._merged(distinct(plain)))

    def _merged(self, alternatives: list[exp.Expr]) -> list[exp.Expr]:
        """Alternatives with one flag in place of several of one predicate's facts."""
        kept: list[exp.Expr] = []
        facts: dict[Pred, list[exp.Expr]] = {}
        for each in alternatives:
            if isinstance(each, exp.Column) and each.name in self._facts:
                facts.setdefault(self._facts[each.name][0], []).append(each)
            else:
                kept.append(each)
        for pred, several in facts.items():
            if len(several) == 1:
                kept += several
            else:
                filters = [and_(sorted(self._facts[each.name][1], key=repr)) for each in several]
                kept.append(self._flag(Solution(rows=(pred,)), or_(filters)))
        return kept

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

    def _fact(self, pred: Pred, filters: frozenset[exp.Expr]) -> exp.Expr:
        """The flag of cases that have a fact for which conditions hold."""
        when = and_(sorted(filters, key=repr))
        flag = self._flag(Solution(rows=(pred,)), when)
        self._facts[flag.name] = pred, filters
        return flag

    def _is_impossible(self, solution: Solution) -> bool:
        """Whether a solution takes a fact, and that there is none such."""
        taken = [each.name for each in solution.conditions if isinstance(each, exp.Column)]
        inner = [each.this.unnest() for each in solution.conditions if isinstance(each, exp.Not)]
        denied = [each.name for each in inner if isinstance(each, exp.Column)]
        return any(self._implies(one, other) for one in taken for other in denied)

    def _implies(self, one: str, other: str) -> bool:
        if one == other:
            return True
        if one not in self._facts or other not in self._facts:
            return False
        (pred, filters), (denied, fewer) = self._facts[one], self._facts[other]
        return pred == denied and fewer <= filters

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

    def _call(self, source: plan.Source, args: Asked, solution: Solution, depth: int) -> Iterator[tuple[Args, Solution]]:
        """The solutions to extend a solution so that a row with these arguments is in a relation, and the full rows."""
        if depth > _DEEPEST:
            raise UnfitError(str(source))
        if isinstance(source, plan.Rel) and WANTED not in args and not _has_rows(args):
            plain = _plain(args)
            condition = self._closed(source, plain)
            if condition != exp.false():
                yield plain, solution.where(condition)
            return
        yield from self._rows_of(source, args, solution, depth)

    def _rows_of(
        self, source: plan.Source, args: Asked, solution: Solution, depth: int
    ) -> Iterator[tuple[Args, Solution]]:
        if isinstance(source, plan.Stored):
            yield from self._stored(source.pred, args, solution)
            return
        for rule in self.completion.rules_for(source):
            self._tried += 1
            if self._tried > _MOST:
                raise UnfitError("too many solutions")
            begun = extended({}, rule.args, _plain(args), solution)
            if any(term in rule.args and args[rule.args.index(term)] is WANTED for term in _limited_by_nothing(rule)):
                raise UnfitError("a value that may be any")
            wanted = _wanted(rule, args)
            for end, found in self._body(rule, 0, *begun, depth + 1, wanted) if begun else ():
                row = tuple(end.get(term) if isinstance(term, Var) else term for term in rule.args)
                if any(item is None and arg is WANTED for item, arg in zip(row, args, strict=True)):
                    raise UnfitError("a value that may be any")
                yield row, found

    def _body(
        self, rule: plan.PlanRule, at: int, env: Env, solution: Solution, depth: int, wanted: frozenset[Var]
    ) -> Iterator[tuple[Env, Solution]]:
        if at == len(rule.body):
            yield env, solution
            return
        for more, found in self._literal(rule, rule.body[at], env, solution, depth, wanted):
            yield from self._body(rule, at + 1, more, found, depth, wanted)

    def _literal(
        self, rule: plan.PlanRule, each: plan.PlanLiteral, env: Env, solution: Solution, depth: int, wanted: frozenset[Var]
    ) -> Iterator[tuple[Env, Solution]]:
        match each:
            case plan.Call(source, args):
                asked = tuple(WANTED if arg in wanted and arg not in env else argument_of(arg, env) for arg in args)
                for row, found in self._call(source, asked, solution, depth):
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
        others = None if value is None else WANTED
        args = tuple(next(known) if is_key else others for is_key in keys)
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

    def _stored(self, pred: Pred, asked: Asked, solution: Solution) -> Iterator[tuple[Args, Solution]]:
        args = _plain(asked)
        for row in self.stated.get(pred, ()):
            if (joined := solution.matched(args, row)) is not None:
                yield joined
        table = self.stored.get(pred)
        if table is None or table.columns is None:
            return
        if not args or not isinstance(args[0], Case):
            raise UnfitError(str(pred))
        held = list(zip(table.names[1:], table.columns[1:], strict=True))
        single = is_single(pred, self.completion.declarations)
        if not single and (tried := self._in_turn(pred, asked)) is not None:
            for items in tried:
                yield from self._with_fact(pred, held, items, args, solution)
            return
        if not self.as_rows and single:
            self.singles[pred] = table
            cells = [Cell.of(value_column(pred, name), each) for name, each in held]
            solution = solution.where(exp.not_(exp.Is(this=cells[0].value.sql.copy(), expression=exp.null())))
        else:
            alias = f"r{len(solution.rows)}"
            solution = replace(solution, rows=(*solution.rows, pred))
            cells = [Cell.of(name, each, alias) for name, each in held]
        if (joined := solution.matched(args, (CASE, *cells))) is not None:
            yield joined

    def _in_turn(self, pred: Pred, asked: Asked) -> list[Args] | None:
        """What a fact is asked for with, for each combination of the values that are asked for or are those of a case; None
        where they are too many, or not known."""
        if _has_rows(asked):
            return None
        places = tuple(place for place, arg in enumerate(asked) if isinstance(arg, Wanted | Cell))
        values = self.values(pred, places)
        if values is None or len(values) > self.most:
            return None
        found = []
        for combination in values:
            items = dict(zip(places, combination, strict=True))
            found.append(tuple(items.get(place, arg) for place, arg in enumerate(_plain(asked))))
        return found

    def _with_fact(
        self, pred: Pred, held: list[tuple[str, Column]], items: Args, args: Args, solution: Solution
    ) -> Iterator[tuple[Args, Solution]]:
        """The solution with a fact whose values are the constants among some items, with which the arguments have to agree."""
        if (pred, items) not in self._flags:
            filters = [
                compared("=", value_of(item), Cell.of(name, column, "r0").value)
                for item, (name, column) in zip(items[1:], held, strict=True)
                if item is not None
            ]
            self._flags[pred, items] = exp.false() if exp.false() in filters else self._fact(pred, frozenset(filters))
        flag = self._flags[pred, items]
        found: Solution | None = None if flag == exp.false() else solution.where(flag)
        for arg, item in zip(args[1:], items[1:], strict=True):
            if isinstance(arg, Cell) and item is not None and found is not None:
                found = found.unified(arg, item)
        if found is not None:
            yield items, found

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
                asked = tuple(
                    WANTED if arg is None and term in source.counted else arg
                    for term, arg in zip(source.args, args, strict=True)
                )
                terms += self._numbers(source, asked)
        some = or_(unlimited)
        if op == "at_least":
            return or_([_compared(exp.GTE, terms, limit), some])
        return and_([_compared(exp.LTE, terms, limit), negated(some)])

    def _numbers(self, source: plan.Counted, args: Asked) -> Iterator[exp.Expr]:
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


def _plain(asked: Asked) -> Args:
    """The arguments with None for those that are asked for."""
    return tuple(None if isinstance(arg, Wanted) else arg for arg in asked)


def _asking(args: Args) -> Asked:
    """The arguments with those that may be any asked for."""
    return tuple(WANTED if arg is None else arg for arg in args)


def _wanted(rule: plan.PlanRule, asked: Asked) -> frozenset[Var]:
    """The variables of a rule whose values something depends on: what the caller asks for, or another place of the rule."""
    terms = (*rule.args, *(term for literal in rule.body for term in plan.terms_of(literal)))
    often = Counter(term for term in terms if isinstance(term, Var))
    named = {term for term in rule.args if isinstance(term, Var)}
    own = {var for var, times in often.items() if times > (1 if var not in named else 2)}
    return frozenset(own | {term for term, arg in zip(rule.args, asked, strict=True) if isinstance(term, Var) and arg is WANTED})


def _limited_by_nothing(rule: plan.PlanRule) -> list[Var]:
    """The variables of a rule that it takes for any constant: what else is asked of such a value need not be possible of individuals."""
    return [each.var for each in rule.body if isinstance(each, plan.Domain)]


def _has_rows(args: Asked) -> bool:
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
