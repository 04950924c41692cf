"""The query that reports of every case: determination, the status of each criterion, quantity, authorization.

It says set-wise what `explain/report/review.py` says of one case, from the same declarations of the policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import number, or_
from engine.backends.sql.session import rows_by_predicate
from engine.batch.files import batch_error
from engine.batch.general import FLAGS, General, fact_tables
from engine.batch.lift.lifted import Lifter, Values, unknown_values
from engine.batch.lift.solutions import CASE, UnfitError
from engine.batch.names import UNKNOWN, Recognised
from engine.batch.population import BETWEEN, Population
from engine.batch.sql import column, function, table, text, value_column
from engine.policies import (
    AUTHORIZED_MONTHS,
    AUTHORIZED_QUANTITY,
    NOT_APPLICABLE,
    POLICY_IN_FORCE,
    UNCOVERED_INDICATION,
    Determination,
    Item,
    Policies,
    Quantity,
    Severity,
    Status,
    concluded_functions,
    number_of,
)
from engine.reading.completion import Completion
from engine.reading.normal import Asked
from engine.reading.plan import Reading
from kb.language.declarations import MEETS_CRITERIA, REQUEST
from kb.language.diagnostics import ProgramError
from kb.language.syntax import And, AtomF, Body, Compare, Pred
from kb.language.terms import Atom, Const, Var, plain_text

LEADING = ("case", "policy", "policy_effective", "kind", "date", "determination")
QUANTITY = "quantity"
PERIOD = ("authorized_from", "authorized_until")
REMARKS = ("not_recognised", "checks")
_ALLOWED = ("months", "limit_amount", "limit_days")
"""What approval of a case allows, if it is given."""
_INTERNAL = (*_ALLOWED, "number", "name", "doubts")
"""Columns that the query for a report has besides."""
WORDS = tuple(dict.fromkeys(each.value for each in (*Status, *Determination, *Quantity)))
"""Every word that a determination, a status or a quantity may be."""
CASE_VAR = Var("$case")
"""The case at hand in goals that are asked of every case."""
Goals: TypeAlias = tuple[Body, ...]


def column_of(item: Item) -> str:
    """The column of an item's status: its id, after that of its criterion if it is an alternative."""
    return item.id if item.criterion is None else f"{item.criterion}__{item.id}"


def columns_of(policies: Policies) -> tuple[str, ...]:
    """The columns of statuses, each once."""
    return tuple(dict.fromkeys(map(column_of, policies.items)))


def names_of(policies: Policies) -> tuple[str, ...]:
    """The columns of a report."""
    return (*LEADING, *columns_of(policies), QUANTITY, *authorized(policies), *REMARKS)


def authorized(policies: Policies) -> tuple[str, ...]:
    """The columns of what is authorized, the amount by its unit if there is one unit."""
    units = dict.fromkeys("_".join(plain_text(row[2]).split()) for row in policies.units)
    return (*PERIOD, f"authorized_{next(iter(units)) if len(units) == 1 else 'amount'}", "authorized_days")


def _raise_for_columns(policies: Policies) -> None:
    """Raises E502 for criteria and alternatives whose column would be called as another one."""
    taken, wrong = {*LEADING, QUANTITY, *authorized(policies), *REMARKS, *_INTERNAL}, []
    for name in columns_of(policies):
        if name.lower() in taken:
            message = f"the criterion or alternative `{name}` has a column in reports that is called as another"
            wrong.append(batch_error("E502", message, "give it another id"))
        taken.add(name.lower())
    if wrong:
        raise ProgramError(wrong)


def _conflicts(population: Population) -> Iterator[Goals]:
    """What contradicts itself if all of it holds of a case: an atom of an open predicate that may be denied with its strong
    negation, and two values for one key of a functional predicate that rules conclude."""
    denied = {clause.head.pred for clause in population.rules.clauses}
    denied |= {each.shape.pred for each in population.sources}
    for pred in sorted(population.rules.declarations.abducible, key=str):
        if pred.arity and pred.opposite in denied:
            args = (CASE_VAR, *(Var(f"$other{index}") for index in range(pred.arity - 1)))
            yield AtomF(pred.opposite, args), AtomF(pred, args)
    for pred in concluded_functions(population.rules):
        keys = population.rules.declarations.functional[pred].keys
        one, other = (
            (CASE_VAR, *(Var(f"${'key' if keys[index] else name}{index}") for index in range(1, pred.arity)))
            for name in ("one", "other")
        )
        for value, another in zip(one, other, strict=True):
            if value != another:
                yield AtomF(pred, one), AtomF(pred, other), Compare("\\==", value, another)


@dataclass(slots=True)
class Conditions:
    """What is asked of every case, each question as a condition on its row.

    The lifter decides what it can; what it cannot, `general` makes a table of, whose cases then have a flag.
    `conflicts` are asked about as goals. `word` makes the constant for each word of `WORDS`.
    """

    completion: Completion
    policies: Policies
    conflicts: tuple[Goals, ...]
    lifter: Lifter
    general: General
    has_unknown: bool
    """Whether some names are not recognised, which `UNKNOWN` says of each case."""
    word: Callable[[str], exp.Expr]
    goals: Mapping[Goals, Pred]
    """The predicate of each conjunction of goals about the case `CASE_VAR` that is asked about."""

    @classmethod
    def of(
        cls,
        population: Population,
        recognised: Recognised,
        *,
        word: Callable[[str], exp.Expr] = text,
        values: Values = unknown_values,
        further: Iterable[Goals] = (),
    ) -> Conditions:
        """What is asked of the cases of a population, from the tables that there are, whose facts have such `values`;
        `further` goals are asked about, too."""
        _raise_for_columns(population.policies)
        rules, shapes = population.rules, tuple(each.shape for each in recognised.facts)
        conflicts = tuple(_conflicts(population))
        goals = list(dict.fromkeys([*conflicts, *further]))
        asked = [Asked(And(each), (), (CASE_VAR,)) for each in goals]
        completion, preds = rules.completion(recognised.closed_world).asked(*asked)
        return cls(
            completion,
            population.policies,
            conflicts,
            Lifter(
                completion,
                fact_tables(each.shape for each in recognised.all),
                rows_by_predicate(rules.facts),
                values=values,
            ),
            General.of(completion, rules, shapes, closed_world=recognised.closed_world),
            recognised.apart is not None,
            word,
            dict(zip(goals, preds, strict=True)),
        )

    def holds(self, pred: Pred, *args: Const | None, reading: Reading = Reading.CERTAIN) -> exp.Expr:
        """Whether a case has a row of a predicate with these arguments after the case; any for None and those left out."""
        known = (*args, *(None,) * (pred.arity - 1 - len(args)))
        rel = self.completion.rel(pred, reading, (0,) * pred.arity)
        for lifter in (self.lifter, self.lifter.with_rows(), self.lifter.with_more_values()):
            try:
                return lifter.holds(rel, (CASE, *known)).copy()
            except UnfitError:
                continue
        return self.general.flag(rel, known)

    @property
    def has_joins(self) -> bool:
        """Whether some of it is asked of further tables, joined by the case."""
        return self.general.has_flags or self.has_unknown

    def all_hold(self, goals: Goals) -> exp.Expr:
        """Whether goals certainly hold together for some values of their variables."""
        return self.holds(self.goals[goals])

    def in_force(self) -> list[tuple[tuple[Const, ...], exp.Expr]]:
        """Each policy with the first day of a version, in order, and when it is the one in force."""
        return self.rows(POLICY_IN_FORCE, self.policies.versions)

    def rows(self, pred: Pred, possible: Iterable[tuple[Const, ...]]) -> list[tuple[tuple[Const, ...], exp.Expr]]:
        """What a predicate may hold of beside a case, in order, and when it does; `possible` is tried where the rules for it do
        not say."""
        rel = self.completion.rel(pred, Reading.CERTAIN, (0,) * pred.arity)
        try:
            found = self.lifter.rows(rel, (CASE, *(None,) * (pred.arity - 1)))
        except UnfitError:
            return [(row, self.holds(pred, *row)) for row in possible]
        return sorted(found, key=lambda pair: [plain_text(each) for each in pair[0]])

    def status(self, item: Item) -> exp.Expr:
        """The status of a criterion or alternative."""
        return (
            exp.Case()
            .when(self.holds(NOT_APPLICABLE, Atom(item.id)), self.word(Status.NOT_APPLICABLE))
            .when(self.holds(item.pred), self.word(Status.MET))
            .when(self.holds(item.pred, reading=Reading.POSSIBLE), self.word(Status.NOT_DOCUMENTED))
            .else_(self.word(Status.NOT_MET))
        )

    def determination(self, is_in_force: exp.Expr) -> exp.Expr:
        """The determination of a case; `policies.determined` says it of one."""
        has_conflict = [self.all_hold(goals) for goals in self.conflicts]
        has_conflict += [self.holds(pred) for severity, pred in self.policies.checks if severity is Severity.IMPOSSIBLE]
        found = exp.Case().when(or_(has_conflict), self.word(Determination.CONFLICTING_EVIDENCE))
        if self.has_unknown:
            is_unknown = exp.and_(exp.not_(is_in_force), column("is_drug", UNKNOWN))
            found = found.when(is_unknown, self.word(Determination.MORE_INFORMATION_NEEDED))
        is_open = self.holds(MEETS_CRITERIA, reading=Reading.POSSIBLE)
        if self.has_unknown:
            is_open = exp.or_(is_open, column("is_use", UNKNOWN))
        return (
            found.when(exp.not_(is_in_force), self.word(Determination.NO_POLICY_IN_FORCE))
            .when(self.holds(UNCOVERED_INDICATION), self.word(Determination.INVESTIGATIONAL))
            .when(self.holds(MEETS_CRITERIA), self.word(Determination.MEETS_CRITERIA))
            .when(is_open, self.word(Determination.MORE_INFORMATION_NEEDED))
            .else_(self.word(Determination.CRITERIA_NOT_MET))
        )

    @property
    def not_recognised(self) -> exp.Expr:
        """The names of a case that are not recognised."""
        return column("names", UNKNOWN) if self.has_unknown else exp.cast(exp.null(), "VARCHAR")

    def checks(self) -> exp.Expr:
        """What is to be checked of a case, the severe first."""
        found = [(self.holds(pred), f"{severity}: {pred.name}") for severity, pred in self.policies.checks]
        if not found:
            return exp.cast(exp.null(), "VARCHAR")
        said = [exp.Case().when(when.copy(), text(word)) for when, word in found]
        return exp.Case().when(or_([when for when, _ in found]), function("concat_ws", text(BETWEEN), *said))

    def quantity(self, has_limit: exp.Expr) -> exp.Expr:
        """How the quantity of a case stands beside the limit of its drug."""
        return (
            exp.Case()
            .when(exp.not_(has_limit), exp.null())
            .when(self.holds(Pred("unlisted_strength", 2)), self.word(Quantity.UNLISTED_STRENGTH))
            .when(exp.not_(self.holds(Pred("quantity_stated", 1))), self.word(Quantity.NOT_DOCUMENTED))
            .when(self.holds(Pred("quantity_within_limit", 1)), self.word(Quantity.WITHIN_LIMIT))
            .else_(self.word(Quantity.OVER_LIMIT))
        )


def report_columns(asked: Conditions) -> list[exp.Expr]:
    """What is reported of a case but for the authorization, over the columns that the lifter makes; besides, what approval of
    it allows."""
    lifter, policies = asked.lifter, asked.policies
    requests = lifter.stored[REQUEST]
    lifter.singles.setdefault(REQUEST, requests)
    kind, date = (column(value_column(REQUEST, name)) for name in requests.names[2:])
    in_force = [(row, lifter.named(when)) for row, when in asked.in_force()]
    policy = lifter.named(_first(((_constant(row[0]), when) for row, when in in_force), "VARCHAR"))
    effective = lifter.named(_first(((_constant(row[1], "DATE"), when) for row, when in in_force), "DATE"))
    determination = asked.determination(_is_some(policy))
    applies = {
        (for_policy, for_kind): lifter.named(exp.and_(policy.eq(text(for_policy)), kind.eq(text(for_kind))))
        for for_policy, for_kind in dict.fromkeys((item.policy, item.kind) for item in policies.items)
    }
    statuses = [
        _status(asked, [item for item in policies.items if column_of(item) == name], applies).as_(name, quoted=True)
        for name in columns_of(policies)
    ]
    requested = {drug: asked.holds(Pred("requested_drug", 2), drug) for _, drug in policies.covers}
    covering = ((_constant(row[0]), requested[row[1]]) for row in sorted(policies.covers, key=_by_drug))
    shown_policy = exp.func("coalesce", policy.copy(), _first(covering, "VARCHAR"))
    limits = [(row, lifter.named(when)) for row, when in asked.rows(AUTHORIZED_QUANTITY, policies.limits)]
    months = asked.rows(AUTHORIZED_MONTHS, policies.durations)
    return [
        column("name", "cases").as_("case", quoted=True),
        shown_policy.as_("policy"),
        effective.copy().as_("policy_effective"),
        kind.copy().as_("kind"),
        date.copy().as_("date"),
        determination.as_("determination"),
        *statuses,
        asked.quantity(exp.and_(_is_some(shown_policy), or_([when.copy() for _, when in limits]))).as_(QUANTITY),
        asked.not_recognised.as_("not_recognised"),
        asked.checks().as_("checks"),
        _numbers(months, 0).as_("months"),
        _numbers(limits, 0).as_("limit_amount"),
        _numbers(limits, 1).as_("limit_days"),
    ]


def report_query(asked: Conditions, cases: exp.Select, columns: Iterable[exp.Expr]) -> exp.Select:
    """The query for the report of every case: with the columns `names_of`, and whatever further ones there are.

    `cases` has the columns that the lifter makes; `columns` has `report_columns` over them. Where some names are not recognised, the
    relation `UNKNOWN` is to be there.
    """
    decided = exp.select(*columns).from_(cases.subquery("cases", copy=False), copy=False)
    if asked.general.has_flags:
        same = column("name", "cases").eq(column("case", FLAGS))
        decided = decided.join(asked.general.flags(), on=same, join_type="left", copy=False)
    if asked.has_unknown:
        same = column("name", "cases").eq(column("case", UNKNOWN))
        decided = decided.join(table(UNKNOWN), on=same, join_type="left", copy=False)
    return _with_authorization(decided, asked)


def _is_some(value: exp.Expr) -> exp.Expr:
    return exp.not_(value.copy().is_(exp.null()))


def _constant(constant: Const, kind: str = "VARCHAR") -> exp.Expr:
    return exp.cast(text(plain_text(constant)), kind)


def _first(choices: Iterable[tuple[exp.Expr, exp.Expr]], kind: str) -> exp.Expr:
    """The first of some values whose condition, which follows it, holds; null of a type if none does."""
    found = exp.Case()
    for value, when in choices:
        found = found.when(when.copy(), value)
    return found if found.args.get("ifs") else exp.cast(exp.null(), kind)


def _numbers(rows: Iterable[tuple[tuple[Const, ...], exp.Expr]], index: int) -> exp.Expr:
    """The number at a place in the first row whose condition holds."""
    return _first(((number(number_of(row[index])), when) for row, when in rows), "INT")


def _by_drug(row: tuple[Const, ...]) -> tuple[str, str]:
    return plain_text(row[1]), plain_text(row[0])


def _status(asked: Conditions, items: list[Item], applies: Mapping[tuple[str, str], exp.Expr]) -> exp.Expr:
    """The status in a column, whose items belong to different policies and kinds of request; `applies` says when those
    of a policy and a kind do."""
    choice = exp.Case()
    same: dict[tuple[str, Pred], list[exp.Expr]] = {}
    for item in items:
        same.setdefault((item.id, item.pred), []).append(applies[item.policy, item.kind])
    for (name, pred), when in same.items():
        item = next(each for each in items if (each.id, each.pred) == (name, pred))
        choice = choice.when(exp.or_(*(each.copy() for each in when)), asked.status(item))
    return choice


def _with_authorization(decided: exp.Select, asked: Conditions) -> exp.Select:
    """Adds the period and quantity that meeting the criteria allows, and puts the columns in order."""
    policies = asked.policies
    end = exp.cast(exp.Add(this=column("date", "m"), expression=function("to_months", column("months", "m"))), "DATE")
    last = exp.cast(exp.Sub(this=end, expression=function("to_days", exp.cast(number(1), "INT"))), "DATE")
    until = exp.Case().when(column("determination", "m").eq(asked.word(Determination.MEETS_CRITERIA)), last)
    is_given = until <= exp.cast(text("9999-12-30"), "DATE")
    values = (column("date", "m"), until, column("limit_amount", "m"), column("limit_days", "m"))
    given = [
        exp.Case().when(is_given.copy(), value).as_(name, quoted=True)
        for name, value in zip(authorized(policies), values, strict=True)
    ]
    names = (*LEADING, *columns_of(policies), QUANTITY)
    further = (name for name in decided.named_selects if name not in (*names, *REMARKS, *_ALLOWED, "number"))
    columns = [*(column(name, "m") for name in names), *given, *(column(name, "m") for name in (*REMARKS, *further))]
    return exp.select(*columns).from_(decided.subquery("m", copy=False), copy=False)
