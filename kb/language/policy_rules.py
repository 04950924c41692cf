"""Policies are data: the rules that follow from what a policy lists are made of it, so that nothing can be met beside a criterion
that is not.

    criterion/5, alternative/6, the `policy` declaration -> clauses of the module that declares the policy

A policy that uses library(policies) meets its criteria for a kind of request where each criterion that it lists for that kind holds;
a criterion with alternatives holds where one of them does. Unless it states them, the drugs that it covers and its first
version are those of its declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby

from msgspec import Struct

from kb.language.declarations import MEETS_CRITERIA
from kb.language.diagnostics import Diagnostic, Note, did_you_mean
from kb.language.modules import Read
from kb.language.syntax import TRUE, USER, And, AtomF, Clause, Item, PolicyDecl, Pred, PredDecl, Span, shown_name
from kb.language.terms import Atom, Const, Date, Int, Var, plain_text, term_text

CRITERION = Pred("criterion", 5)
"""`criterion(Policy, Kind, Number, Id, Predicate)`"""
ALTERNATIVE = Pred("alternative", 6)
"""`alternative(Policy, Kind, Criterion, Number, Id, Predicate)`"""
REQUEST_UNDER = Pred("request_under", 3)
"""`request_under(Case, Policy, Kind)`: what the library has for rules that are made; a program without it has its own."""
POLICY_COVERS = Pred("policy_covers", 2)
POLICY_VERSION = Pred("policy_version", 2)
LISTS = frozenset({CRITERION, ALTERNATIVE})
STATED_BY_DECLARATION = frozenset({POLICY_COVERS, POLICY_VERSION})

_CASE = Var("Case")
_SENTENCE = "the request meets all criteria of the policy"


class _Row(Struct, frozen=True):
    """A criterion, or an alternative of one, as it is listed."""

    kind: Const
    criterion: Const | None
    """The id of the criterion that it is an alternative of."""
    number: Const
    id: Const
    pred: Pred
    span: Span


class _Policy(Struct, frozen=True):
    module: str
    decl: PolicyDecl
    criteria: tuple[_Row, ...]
    alternatives: tuple[_Row, ...]

    @property
    def name(self) -> Atom:
        return Atom(self.decl.name)

    def drugs(self) -> list[Const]:
        """The drugs that its declaration names."""
        return [value for key, values in self.decl.properties if key == "drug" for value in values]


def policy_files(read: Read) -> dict[str, str]:
    """The file of each policy, where several modules have policies."""
    found = {item.name: (module, item.span.file) for module, item in read.items if isinstance(item, PolicyDecl)}
    if len({module for module, _ in found.values()}) < 2:
        return {}
    return {name: file for name, (_, file) in found.items()}


def add_policy_rules(read: Read) -> list[Diagnostic]:
    """Adds the clauses that follow from what policies list; says what does not fit together (E215)."""
    if not any(isinstance(item, PredDecl) and item.pred == REQUEST_UNDER for _, item in read.items):
        return []
    listed = read.clauses_of(LISTS)
    declared = [(module, item) for module, item in read.items if isinstance(item, PolicyDecl)]
    policies = [_policy(module, decl, [clause for _, clause in listed]) for module, decl in declared]
    about = [clause.head for _, clause in read.clauses_of(STATED_BY_DECLARATION)]
    stated = {(head.pred, head.args[0]) for head in about}
    wrong = [*_denied(read), *_unlisted(listed, [decl for _, decl in declared]), *_shared(policies)]
    for policy in policies:
        wrong += [
            *_written(policy, read),
            *_misfits(policy),
            *_rests_on_itself(policy),
            *_about_nothing(policy, stated),
        ]
    seen = {item.pred for module, item in read.items if isinstance(item, PredDecl) and module == USER}
    for policy in policies:
        is_declared = MEETS_CRITERIA in seen or any(
            isinstance(item, PredDecl) and item.pred == MEETS_CRITERIA and module == policy.module
            for module, item in read.items
        )
        made = [*_facts(policy, stated), *_rules(policy)]
        if not is_declared:
            made.insert(0, PredDecl(MEETS_CRITERIA, ("Case",), ("case",), _SENTENCE, policy.decl.span))
        read.items += [(policy.module, item) for item in made]
    return wrong


def _policy(module: str, decl: PolicyDecl, listed: Iterable[Clause]) -> _Policy:
    facts = (
        clause.head for clause in listed if clause.is_fact and not any(isinstance(arg, Var) for arg in clause.head.args)
    )
    own = [head for head in facts if head.args[0] == Atom(decl.name)]
    criteria = [_row(head) for head in own if head.pred == CRITERION]
    alternatives = [_row(head) for head in own if head.pred == ALTERNATIVE]
    return _Policy(module, decl, _in_order(criteria), _in_order(alternatives))


def _row(head: AtomF) -> _Row:
    _, kind, *criterion, number, name, pred = (arg for arg in head.args if not isinstance(arg, Var))
    return _Row(kind, next(iter(criterion), None), number, name, Pred(plain_text(pred), 1), head.span)


def _in_order(rows: Iterable[_Row]) -> tuple[_Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.number.value if isinstance(row.number, Int) else 0))


# --- what is made ----------------------------------------------------------------------------------------------------


def _facts(policy: _Policy, stated: Iterable[tuple[Pred, object]]) -> Iterator[Item]:
    """The drugs and the first version of a policy, where it does not state them."""
    span = policy.decl.span
    if (POLICY_COVERS, policy.name) not in stated:
        for drug in policy.drugs():
            yield Clause(AtomF(POLICY_COVERS, (policy.name, drug), span), TRUE, span)
    effective = policy.decl.get("effective")
    if (POLICY_VERSION, policy.name) not in stated and isinstance(effective, Date):
        yield Clause(AtomF(POLICY_VERSION, (policy.name, effective), span), TRUE, span)


def _rules(policy: _Policy) -> Iterator[Clause]:
    """A rule for each kind of request, and one for each alternative."""
    for kind in dict.fromkeys(row.kind for row in policy.criteria):
        rows = [row for row in policy.criteria if row.kind == kind]
        goals = [AtomF(row.pred, (_CASE,), row.span) for row in rows]
        under = AtomF(REQUEST_UNDER, (_CASE, policy.name, kind), rows[0].span)
        yield Clause(AtomF(MEETS_CRITERIA, (_CASE,), rows[0].span), And((under, *goals), rows[0].span), rows[0].span)
    made: set[tuple[Pred, Pred, Const | None]] = set()
    for row in policy.criteria:
        own = _alternatives(policy, row)
        others = [
            _alternatives(policy, each) for each in policy.criteria if each.pred == row.pred and each.kind != row.kind
        ]
        is_for_kind = any([each.pred for each in other] != [each.pred for each in own] for other in others)
        for each in own:
            key = (row.pred, each.pred, row.kind if is_for_kind else None)
            if key not in made:
                made.add(key)
                goal = AtomF(each.pred, (_CASE,), each.span)
                under = AtomF(REQUEST_UNDER, (_CASE, policy.name, row.kind), each.span)
                yield Clause(
                    AtomF(row.pred, (_CASE,), each.span),
                    And((under, goal), each.span) if is_for_kind else goal,
                    each.span,
                )


def _alternatives(policy: _Policy, row: _Row) -> list[_Row]:
    return [each for each in policy.alternatives if (each.kind, each.criterion) == (row.kind, row.id)]


# --- what does not fit together --------------------------------------------------------------------------------------


def _unlisted(listed: Iterable[tuple[str, Clause]], declared: Iterable[PolicyDecl]) -> Iterator[Diagnostic]:
    """What lists criteria by a rule, or for no policy."""
    names = [decl.name for decl in declared]
    for _, clause in listed:
        if not clause.is_fact or any(isinstance(arg, Var) for arg in clause.head.args):
            said = f"`{clause.head.pred}` has facts only: a policy lists what it requires"
            yield Diagnostic("E215", said, clause.head.span)
        elif plain_text(clause.head.args[0]) not in names:
            name = plain_text(clause.head.args[0])
            hint = did_you_mean(name, names) or f"declare it: `:- policy({term_text(Atom(name))}, [...]).`"
            yield Diagnostic("E215", f"there is no policy `{name}`", clause.head.span, (), hint)


def _denied(read: Read) -> Iterator[Diagnostic]:
    """What says of a criterion or an alternative that it is not one: whatever is not listed is none."""
    for _, clause in read.clauses_of({Pred(pred.name, pred.arity, negative=True) for pred in LISTS}):
        said = f"`{clause.head.pred}` lists nothing: what a policy requires is what `{clause.head.pred.positive}` lists"
        yield Diagnostic("E215", said, clause.head.span, (), "leave it out")


def _shared(policies: Iterable[_Policy]) -> Iterator[Diagnostic]:
    """Two policies of one module, which cannot be told apart, for one drug."""
    first: dict[tuple[str, Const], _Policy] = {}
    for policy in policies:
        for drug in policy.drugs():
            other = first.setdefault((policy.module, drug), policy)
            if other is not policy:
                said = f"the policies `{other.decl.name}` and `{policy.decl.name}` are both about `{plain_text(drug)}`, in one module"
                instead = "begin the file of each with a module of its own: `:- module(name, []).`"
                yield Diagnostic("E215", said, policy.decl.span, (Note.at("the other is", other.decl.span),), instead)


def _written(policy: _Policy, read: Read) -> Iterator[Diagnostic]:
    """Rules for what is made of the lists."""
    made = {MEETS_CRITERIA: "`criterion/5`"}
    made |= {row.pred: "`alternative/6`" for row in policy.criteria if _alternatives(policy, row)}
    for module, clause in read.clauses_of(made.keys()):
        if module in (policy.module, USER):
            why = made[clause.head.pred]
            said = f"`{clause.head.pred}` is concluded from what {why} lists, and cannot be written"
            instead = "list what it asks for there, and leave this out"
            yield Diagnostic("E215", said, clause.head.span, (), instead)


def _misfits(policy: _Policy) -> Iterator[Diagnostic]:
    """Numbers and ids that occur twice, alternatives of no criterion, and a policy that lists nothing."""
    if not policy.criteria:
        said = f"the policy `{policy.decl.name}` lists no criteria"
        instead = f"state `criterion({shown_name(policy.decl.name)}, initial, 1, Id, Predicate).`"
        yield Diagnostic("E215", said, policy.decl.span, (), instead)
    for rows, what in ((policy.criteria, "a criterion"), (policy.alternatives, "an alternative")):
        yield from _twice(rows, lambda row: row.number, f"the number {{}} has {what} already")
        yield from _twice(rows, lambda row: row.id, f"there is {what} `{{}}` already")
    known = {(row.kind, row.id): row for row in policy.criteria}
    for row in (*policy.criteria, *policy.alternatives):
        if not plain_text(row.id).strip():
            yield Diagnostic("E215", "the id is empty", row.span, (), "name it as reports are to call it")
    for row in policy.alternatives:
        if (criterion := known.get((row.kind, row.id))) is not None:
            said = (
                f"there is a criterion `{plain_text(row.id)}` already, and what is expected of the one would be of both"
            )
            yield Diagnostic(
                "E215", said, row.span, (Note.at("it is", criterion.span),), "give the alternative another id"
            )
        if (row.kind, row.criterion) not in known:
            ids = [plain_text(each.id) for each in policy.criteria if each.kind == row.kind]
            name = "" if row.criterion is None else plain_text(row.criterion)
            said = f"`{name}` is no criterion of the policy for the {plain_text(row.kind)} request"
            yield Diagnostic("E215", said, row.span, (), did_you_mean(name, ids))


def _rests_on_itself(policy: _Policy) -> Iterator[Diagnostic]:
    """Criteria that are what is concluded from all of them, and alternatives that are what is concluded from them."""
    for row in policy.criteria:
        if row.pred == MEETS_CRITERIA:
            said = f"`{row.pred}` is concluded from what `criterion/5` lists, and is no criterion itself"
            yield Diagnostic("E215", said, row.span, (), "name the predicate that decides the criterion")
        for each in _alternatives(policy, row):
            if each.pred in (row.pred, MEETS_CRITERIA):
                said = f"`{each.pred}` is concluded from what `alternative/6` lists, and is no alternative itself"
                yield Diagnostic("E215", said, each.span, (), "name the predicate that decides the alternative")


def _about_nothing(policy: _Policy, stated: Collection[tuple[Pred, object]]) -> Iterator[Diagnostic]:
    """A policy that is about no drug, or never in force."""
    name, span = shown_name(policy.decl.name), policy.decl.span
    if not policy.drugs() and (POLICY_COVERS, policy.name) not in stated:
        instead = f"add the property `drug(..)` for each, or state `policy_covers({name}, Drug).`"
        yield Diagnostic("E215", f"the policy `{policy.decl.name}` is about no drug", span, (), instead)
    if policy.decl.get("effective") is None and (POLICY_VERSION, policy.name) not in stated:
        instead = f"add the property `effective(2024-07-01)`, or state `policy_version({name}, From).`"
        yield Diagnostic(
            "E215", f"the policy `{policy.decl.name}` has no day from which it is in force", span, (), instead
        )


def _twice(rows: Iterable[_Row], key: Callable[[_Row], Const], said: str) -> Iterator[Diagnostic]:
    """What two criteria of one kind, or two alternatives of one criterion, have both."""

    def group(row: _Row) -> tuple[str, str]:
        return plain_text(row.kind), "" if row.criterion is None else plain_text(row.criterion)

    for _, several in groupby(sorted(rows, key=group), group):
        first: dict[Const, _Row] = {}
        for row in several:
            other = first.setdefault(key(row), row)
            if other is not row:
                yield Diagnostic("E215", said.format(plain_text(key(row))), row.span, (Note.at("it is", other.span),))
