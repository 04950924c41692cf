"""A policy as a value for people who do not read rules: what it requires, in its own sentences, down to what a case states.

It is worked out here, once; `handbook_page.py` arranges it as a document, and JSON has it as it is. Every sentence is that of a
literal of a rule, so that what is printed is true of the rules.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain

from msgspec import Struct

from engine import policies
from engine.bodies import independent
from engine.knowledge import KnowledgeBase
from engine.policies import NOT_APPLICABLE, POLICY_IN_FORCE, READING, UNCOVERED_INDICATION, Item, Severity, rows_of
from engine.scopes import rename_locals, solve_test
from explain.authoring import decision_table
from explain.authoring.decision_table import ANY, All, DecisionTable, Formula, OneOf, Opposite, Shown
from explain.report.review import Reviewer
from explain.words.phrases import say
from explain.words.sentences import Speech, fill, readable, spaced, spelled
from kb.language import syntax
from kb.language.declarations import CONSTANT_TYPES, REQUEST, Declarations
from kb.language.diagnostics import Diagnostic, in_order
from kb.language.printer import show_atom, show_body, show_term
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Dec, Int, Term, Var, in_standard_order, plain_text
from kb.language.truth import Truth
from kb.names import RECORDED_AS

MOST_ROWS = 60
"""So many rows of a list are shown."""
MOST_NAMES = 8
"""So many other names are shown of one constant."""
MOST_VALUES = 50
"""A list of more rows says nothing of what the variables of a rule can be."""

COVERS, VERSIONS, SINCE = "policy_covers", "policy_version", "item_since"
RECONSTRUCTED, USE_STANDING, CONDITION_OF = "reconstructed_version", "use_standing", "alternative_condition"
ALLOWED = (
    ("approval_duration", 3), ("approval_duration", 4), ("quantity_limit", 3), ("quantity_limit", 4),
    ("quantity_unit", 3), ("listed_strength", 2),
)  # fmt: skip
"""What approval allows, of a drug: the first argument of each."""

Values = frozenset[Const] | None
"""What an argument can be: one of some constants, or None for any."""
Pattern = tuple[Values, ...]
"""What the arguments of a predicate can be where it is asked for."""


# --- the value -----------------------------------------------------------------------------------------------------


class Link(Struct, frozen=True):
    """Something that has an entry of its own."""

    name: str
    key: str


class Condition(Struct, frozen=True):
    """A literal of a rule in words, with its place in the policy, and the entries of what it speaks of."""

    text: str
    cite: str = ""
    links: tuple[Link, ...] = ()


class Way(Struct, frozen=True):
    """A rule: what is all so where it concludes, the values for which that is so being the same in each condition."""

    some: tuple[str, ...]
    """What these values are called."""
    conditions: tuple[Condition, ...]
    program: str
    """The rule as it is written."""
    place: str
    """Its file and line."""


class Decision(Struct, frozen=True):
    """How conditions decide something: None for a table that would be too large."""

    conditions: tuple[str, ...]
    table: DecisionTable | None


class Part(Struct, frozen=True):
    """A criterion, or an alternative of one."""

    id: str
    key: str
    text: str
    cite: str
    since: datetime.date | None
    """Since when the policy has it, where it says so."""
    exemptions: tuple[str, ...]
    """Where it plays no part."""
    ways: tuple[Way, ...]
    """How it is met, one of these; of one with alternatives, these say it."""
    alternatives: tuple[Part, ...] = ()
    decision: Decision | None = None
    """How its conditions decide it, where there are several."""


class Review(Struct, frozen=True):
    """What the policy asks for in one kind of request."""

    kind: str
    criteria: tuple[Part, ...]


class Definition(Struct, frozen=True):
    """What the policy means by something: one of these rules concludes it."""

    key: str
    name: str
    text: str
    cite: str
    ways: tuple[Way, ...]


class Argument(Struct, frozen=True):
    """An argument of a fact: what it is called, and what can stand there."""

    name: str
    values: str


class CaseFact(Struct, frozen=True):
    """What a case states: in words, as it is denied, the questions that ask for it, and what it is used for."""

    key: str
    name: str
    text: str
    denial: str | None
    questions: tuple[str, ...]
    arguments: tuple[Argument, ...]
    used_in: tuple[Link, ...]
    ways: tuple[Way, ...]
    """The rules that conclude it, besides."""


class Rows(Struct, frozen=True):
    """Rows of a list, under what they all say; the names that the constants of the first column go by are in the last."""

    text: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    """How many rows are not shown."""


class Listing(Struct, frozen=True):
    """A list of the policy or its vocabulary, which depends on no case: of it what the criteria can ask for."""

    key: str
    name: str
    cite: str
    groups: tuple[Rows, ...]
    ways: tuple[Way, ...]


class Threshold(Struct, frozen=True):
    """A number or a date that decides: what has to hold of it, of what, the facts that say how much, and where it is used."""

    text: str
    about: tuple[str, ...]
    set_by: tuple[str, ...]
    used_in: Link
    cite: str


class Version(Struct, frozen=True):
    """A version of the policy, by its first day."""

    start: datetime.date
    is_reconstructed: bool


class Held(Struct, frozen=True):
    """What the policy requires, and since when: None for what it has always had."""

    kind: str
    name: str
    is_alternative: bool
    since: datetime.date | None


class Place(Struct, frozen=True):
    """What the policy states at one place of its document."""

    cite: str
    sentences: tuple[str, ...]
    tables: tuple[Rows, ...]


class Handbook(Struct, frozen=True):
    """Everything that a page about a policy says."""

    policy: str
    title: str
    file: str
    drugs: tuple[str, ...]
    approved: datetime.date | None
    effective: datetime.date | None
    policy_hash: str
    versions: tuple[Version, ...]
    history: tuple[Held, ...]
    scope: tuple[str, ...]
    """What it is about, and how uses stand that it is not for."""
    is_exclusive: bool
    """Whether a use that no alternative is for is investigational."""
    reviews: tuple[Review, ...]
    allowed: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    definitions: tuple[Definition, ...]
    facts: tuple[CaseFact, ...]
    listings: tuple[Listing, ...]
    readings: tuple[str, ...]
    impossible: tuple[str, ...]
    """What cannot be so of a case."""
    to_look_at: tuple[str, ...]
    """What is to be looked at before a report is signed."""
    statements: tuple[Place, ...]
    findings: tuple[str, ...]


def handbook(reviewer: Reviewer, policy: str, findings: Iterable[Diagnostic] = ()) -> Handbook:
    """What a policy of a program says, with what is doubtful about its rules.

    Raises the engine's `EndlessError` if rules that depend on no case do not come to an end.
    """
    return _Handbook(reviewer, policy).made(tuple(findings))


def policies_of(reviewer: Reviewer) -> tuple[str, ...]:
    """The policies of a program that list criteria."""
    return tuple(dict.fromkeys(item.policy for item in reviewer.policies.criteria))


# --- how it is made ------------------------------------------------------------------------------------------------


@dataclass
class _Handbook:
    reviewer: Reviewer
    policy: str
    kb: KnowledgeBase = field(init=False)
    asked: dict[Pred, dict[Pattern, None]] = field(init=False, default_factory=dict)
    """The predicates that the criteria come down to, in reading order, and how each is asked for."""
    users: dict[Pred, dict[Pred, None]] = field(init=False, default_factory=lambda: defaultdict(dict))
    """The predicates whose rules speak of one."""

    def __post_init__(self) -> None:
        self.kb = KnowledgeBase(self.reviewer.rules)
        case, policy = Var("Case"), Atom(self.policy)
        roots = [AtomF(item.pred, (case,)) for item in self.items]
        roots += [AtomF(NOT_APPLICABLE, (case, Atom(item.id))) for item in self.items]
        roots += [AtomF(POLICY_IN_FORCE, (case, policy, Var("_1"))), AtomF(UNCOVERED_INDICATION, (case, Var("_1")))]
        self.follow(roots)

    def made(self, findings: tuple[Diagnostic, ...]) -> Handbook:
        decl = next((each for each in self.declared.policies if each.name == self.policy), None)
        title, approved, effective = (decl.get(key) if decl else None for key in ("title", "approved", "effective"))
        file = decl.span.file if decl else self.items[0].policy
        return Handbook(
            policy=self.policy,
            title=plain_text(title) if title is not None else readable(Atom(self.policy)),
            file=file,
            drugs=tuple(self.with_names(row[1], "agent") for row in self.rows(COVERS, None)),
            approved=approved.value if isinstance(approved, Date) else None,
            effective=effective.value if isinstance(effective, Date) else None,
            policy_hash=self.reviewer.policy_hash,
            versions=tuple(self.versions()),
            history=tuple(self.history()),
            scope=tuple(self.sentences((CONDITION_OF, 3), (USE_STANDING, 3))),
            is_exclusive=bool(self.kb_rows(USE_STANDING, Atom(self.policy), *_INVESTIGATIONAL)),
            reviews=tuple(self.reviews()),
            allowed=tuple(self.allowed()),
            thresholds=tuple(self.thresholds()),
            definitions=tuple(map(self.definition, self.defined)),
            facts=tuple(self.case_fact(pred) for pred in self.asked if self.is_stated(pred)),
            listings=tuple(map(self.listing, (pred for pred in self.asked if self.is_listed(pred)))),
            readings=tuple(self.sentences((READING.name, READING.arity))),
            impossible=tuple(self.checks(Severity.IMPOSSIBLE)),
            to_look_at=tuple(self.checks(Severity.LOOK)),
            statements=tuple(self.statements(file)),
            findings=tuple(f"{each.span}: {each.message} [{each.code}]" for each in in_order(findings)),
        )

    # --- what there is ---------------------------------------------------------------------------------------------

    @property
    def declared(self) -> Declarations:
        return self.reviewer.rules.declarations

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The criteria of the policy, each followed by its alternatives."""
        return tuple(item for item in self.reviewer.policies.items if item.policy == self.policy)

    @cached_property
    def own(self) -> frozenset[Pred]:
        """The predicates of criteria and alternatives, which the criteria show in full."""
        return frozenset(item.pred for item in self.items)

    @cached_property
    def stated(self) -> frozenset[Pred]:
        """The predicates that a case states."""
        return frozenset({*self.reviewer.vocabulary.preds, RECORDED_AS})

    @property
    def defined(self) -> list[Pred]:
        """The predicates that rules conclude from what a case states, besides criteria and alternatives."""
        shown = {*self.own, NOT_APPLICABLE}
        kinds = (pred for pred in self.asked if pred not in shown and not self.is_stated(pred))
        return [pred for pred in kinds if not self.is_listed(pred)]

    def is_stated(self, pred: Pred) -> bool:
        return pred.positive in self.stated

    def is_listed(self, pred: Pred) -> bool:
        """Whether a predicate depends on no case."""
        if pred in self.declared.inline or self.is_stated(pred) or pred in self.own:
            return False
        below = self.reviewer.book.below(pred)
        return not below & {each.positive for each in self.stated} and "case" not in self.declared.types_of(pred)

    def rules(self, pred: Pred) -> list[Clause]:
        """The rules that can conclude a predicate as it is asked for: local variables are named apart, and what can be one constant
        only is that."""
        return [self.filled(clause, self.asked[pred]) for clause in self.possible(pred, self.asked[pred])]

    def possible(self, pred: Pred, patterns: Iterable[Pattern]) -> Iterator[Clause]:
        """The rules that can conclude a predicate with such arguments."""
        for rule in self.reviewer.book.rules(pred):
            clause = rename_locals(rule.clause)
            if any(self.bound(clause, pattern) is not None for pattern in patterns):
                yield clause

    def filled(self, clause: Clause, patterns: Iterable[Pattern]) -> Clause:
        settled = self.settled(clause, patterns)
        return replace(
            clause, head=syntax.substitute_atom(clause.head, settled), body=syntax.substitute(clause.body, settled)
        )

    def kb_rows(self, name: str, *args: Const | None) -> list[policies.Row]:
        return rows_of(self.kb, name, *args)

    def rows(self, name: str, *args: Const | None) -> list[policies.Row]:
        """The rows that a predicate has of the policy."""
        return self.kb_rows(name, Atom(self.policy), *args)

    # --- what the criteria come down to ----------------------------------------------------------------------------

    def follow(self, roots: Iterable[AtomF]) -> None:
        """Notes what the rules for these atoms ask for, and so on; a predicate before those that its rules speak of."""
        pending = [(atom.pred, self.pattern(atom, {})) for atom in roots]
        for pred, _ in pending:
            if self.reviewer.book.rules(pred) or pred in self.stated:
                self.asked.setdefault(pred, {})
        while pending:
            pred, pattern = pending.pop(0)
            if pattern in self.asked.get(pred, ()):
                continue
            self.asked.setdefault(pred, {})[pattern] = None
            pending += self.below(pred, pattern)

    def below(self, pred: Pred, pattern: Pattern) -> Iterator[tuple[Pred, Pattern]]:
        """What the rules for a predicate ask for."""
        if self.is_listed(pred):
            return
        for rule in self.reviewer.book.rules(pred):
            clause = rename_locals(rule.clause)
            values = self.bound(clause, pattern)
            for atom in _atoms(syntax.And(tuple(_telling(clause)))) if values is not None else ():
                self.users[atom.pred.positive].setdefault(pred)
                yield atom.pred.positive, self.pattern(atom, {**dict(self.named(atom)), **values})

    def bound(
        self, clause: Clause, pattern: Pattern, within: frozenset[tuple[Pred, Pattern]] = frozenset()
    ) -> dict[Var, Values] | None:
        """What the variables of a rule can be where it is asked for so, below what is asked for already; None if it concludes
        nothing of that."""
        found: dict[Var, Values] = {}
        for arg, values in zip(clause.head.args, pattern, strict=True):
            if isinstance(arg, Var):
                found[arg] = _both(found.get(arg), values)
            elif values is not None and arg not in values:
                return None
        conjoined = list(_conjoined(clause.body))
        for atom in conjoined:
            found |= {arg: _both(found.get(arg), values) for arg, values in self.named(atom)}
        for atom in filter(lambda each: self.is_listed(each.pred), conjoined):
            rows = self.listed_rows(atom.pred, self.pattern(atom, found))
            if not rows:
                return None
            if len(rows) <= MOST_VALUES:
                for index, arg in enumerate(atom.args):
                    if isinstance(arg, Var):
                        found[arg] = _both(found.get(arg), frozenset(row[index] for row in rows))
        can_hold = all(self.is_possible(atom, found, within) for atom in conjoined)
        return found if can_hold and all(map(partial(_may_hold, found), syntax.conjuncts(clause.body))) else None

    def named(self, atom: AtomF) -> Iterator[tuple[Var, Values]]:
        """The variables that stand for a policy, where there is but this one."""
        if self.is_alone and atom.pred not in self.stated:
            for arg, kind in zip(atom.args, self.declared.types_of(atom.pred), strict=True):
                if kind == "policy" and isinstance(arg, Var):
                    yield arg, frozenset({Atom(self.policy)})

    @cached_property
    def is_alone(self) -> bool:
        """Whether the program has no other policy."""
        return {self.policy} == {*policies_of(self.reviewer), *(each.name for each in self.declared.policies)}

    def is_possible(self, atom: AtomF, found: dict[Var, Values], within: frozenset[tuple[Pred, Pattern]]) -> bool:
        """Whether a rule could conclude an atom, or a case state it."""
        asked = (atom.pred, self.pattern(atom, found))
        rules = self.reviewer.book.rules(atom.pred)
        if self.is_listed(atom.pred) or atom.pred in self.stated or asked in within or not rules:
            return True
        clauses = (rename_locals(rule.clause) for rule in rules)
        return any(self.bound(clause, asked[1], within | {asked}) is not None for clause in clauses)

    def pattern(self, atom: AtomF, found: dict[Var, Values]) -> Pattern:
        """What the arguments of an atom can be."""
        return tuple(found.get(arg) if isinstance(arg, Var) else frozenset({arg}) for arg in atom.args)

    def settled(self, clause: Clause, patterns: Iterable[Pattern]) -> dict[Var, Term]:
        """The variables of a rule that can be one constant only, with it, of those that have a value in all of its literals."""
        together: dict[Var, set[Const]] = {}
        outside = {
            *clause.head.args,
            *(arg for goal in syntax.conjuncts(clause.body) if isinstance(goal, AtomF) for arg in goal.args),
        }
        for values in filter(None, (self.bound(clause, pattern) for pattern in patterns)):
            for var in syntax.variables(outside):
                can_be = values.get(var)
                together.setdefault(var, set()).update(can_be if can_be is not None else _ANYTHING)
        return {var: one for var, (one, *others) in together.items() if not others}

    def listed_rows(self, pred: Pred, pattern: Pattern) -> list[policies.Row]:
        """The rows of a listed predicate with such values, in standard order."""
        known = self._known_rows.get(pred)
        if known is None:
            terms = tuple(Var(f"_{index}") for index in range(pred.arity))
            known = self._known_rows[pred] = in_standard_order(self.kb.rows(pred, terms))
        return [
            row for row in known if all(any_ is None or each in any_ for each, any_ in zip(row, pattern, strict=True))
        ]

    _known_rows: dict[Pred, list[policies.Row]] = field(default_factory=dict)

    # --- criteria --------------------------------------------------------------------------------------------------

    def reviews(self) -> Iterator[Review]:
        criteria = [item for item in self.items if item.criterion is None]
        for kind in dict.fromkeys(item.kind for item in criteria):
            yield Review(kind, tuple(self.part(item) for item in criteria if item.kind == kind))

    def part(self, item: Item) -> Part:
        others = self.reviewer.policies.other_sections(item.kind)
        ways = () if item.alternatives else tuple(self.ways(item.pred, others))
        return Part(
            id=item.id,
            key=_key(item.pred),
            text=self.sentence_of(item.pred),
            cite=self.cite(item.pred, others),
            since=self.since(item),
            exemptions=tuple(self.exemptions(item)),
            ways=ways,
            alternatives=tuple(map(self.part, item.alternatives)),
            decision=self.decision(item),
        )

    def since(self, item: Item) -> datetime.date | None:
        days = [row[2].value for row in self.rows(SINCE, Atom(item.id), None) if isinstance(row[2], Date)]
        return min(days, default=None)

    def exemptions(self, item: Item) -> Iterator[str]:
        """Where a criterion or an alternative plays no part."""
        asked = [(None, frozenset({Atom(item.id)}))]
        for clause in self.possible(NOT_APPLICABLE, asked):
            yield self.said(syntax.conjoin(tuple(_telling(self.filled(clause, asked)))))

    def decision(self, item: Item) -> Decision | None:
        conditions = _Conditions(self)
        if item.alternatives:
            atoms = (AtomF(each.pred, (Var("Case"),)) for each in item.alternatives)
            formula: Formula = OneOf(tuple(conditions.of((atom,), frozenset({Var("Case")})) for atom in atoms))
        else:
            rules = self.rules(item.pred)
            formula = OneOf(tuple(conditions.of(self.deciding(rule), _given(rule)) for rule in rules))
        if len(conditions.texts) < 2:
            return None
        return Decision(tuple(conditions.texts), decision_table.decision_table(formula, conditions.domains))

    def deciding(self, clause: Clause) -> tuple[syntax.Body, ...]:
        """The literals of a rule that decide something: not what a list of the policy has in any case."""
        goals = _telling(clause)
        return tuple(
            goal
            for goal in goals
            if not (isinstance(goal, AtomF) and self.is_listed(goal.pred) and not syntax.variables(goal.args))
        )

    # --- rules in words --------------------------------------------------------------------------------------------

    def ways(self, pred: Pred, others: frozenset[str] = frozenset()) -> Iterator[Way]:
        """The rules for a predicate that can conclude it as it is asked for."""
        fixed = self.fixed(pred)
        for clause in self.possible(pred, self.asked[pred]):
            written, clause = clause, self.filled(clause, self.asked[pred])
            speech = self.speech(clause)
            goals = _telling(clause)
            texts = speech.each(goals)
            conditions = [Condition(text) for text in self.given(clause, speech, fixed)]
            own = set(self.places(pred, others))
            for goal, text in zip(goals, texts, strict=True):
                conditions.append(Condition(text, self.cite_of(goal, own, others), self.links(goal, pred)))
            some = tuple(word for word in speech.used if word not in speech.bound)
            yield Way(some, tuple(conditions), _program(written), str(clause.span).rpartition(":")[0])

    def speech(self, clause: Clause) -> Speech:
        """What says the literals of a rule, in which the head's variables go by the names that are declared for them."""
        speech = Speech(self.declared, by_own_names=True)
        names = self.names(clause.head.pred)
        words = [
            speech.words.setdefault(show_term(arg), spaced(name))
            for arg, name in zip(clause.head.args, names, strict=True)
            if isinstance(arg, Var)
        ]
        speech.bound = frozenset(words)
        speech.shared |= set(syntax.variables(clause.head.args))
        return speech

    def fixed(self, pred: Pred) -> dict[int, Const]:
        """The arguments of a predicate that are one constant wherever it is asked for."""
        columns = enumerate(zip(*self.asked[pred], strict=True))
        together = {index: set().union(*(each or _ANYTHING for each in several)) for index, several in columns}
        return {index: one for index, (one, *others) in together.items() if not others}

    def given(self, clause: Clause, speech: Speech, fixed: dict[int, Const]) -> Iterator[str]:
        """What has to be the values of the arguments of a rule's head that are constants, but for those that are fixed, or that
        occur twice."""
        seen: set[Term] = set()
        for index, (arg, name) in enumerate(zip(clause.head.args, self.names(clause.head.pred), strict=True)):
            if index in fixed:
                continue
            if not isinstance(arg, Var):
                yield say("argument_is", say("blank", spaced(name)), readable(arg))
            elif arg in seen:
                yield say("argument_is", say("blank", spaced(name)), say("blank", speech.word(arg)))
            seen.add(arg)

    def said(self, goal: syntax.Body) -> str:
        return Speech(self.declared, by_own_names=True).said(goal)

    def names(self, pred: Pred) -> tuple[str, ...]:
        """What the arguments of a predicate are called."""
        return self.declared.names_of(pred) or tuple(f"Argument{index + 1}" for index in range(pred.arity))

    def sentence_of(self, pred: Pred) -> str:
        """What a predicate says, its arguments in brackets but for those that are one constant wherever it is asked for."""
        fixed = {} if self.is_stated(pred) else self.fixed(pred)
        args = tuple(fixed.get(index, Var(name)) for index, name in enumerate(self.names(pred)))
        return self.spoken(AtomF(pred, args))

    def places(self, pred: Pred, others: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Where the policy has what a predicate says; of a list, what the files say that state what is asked for of it."""
        if pred not in self.asked or not self.is_listed(pred):
            return self.declared.places(pred, others=others)
        facts = self.reviewer.rules.facts_of(pred)
        stated = (clause for row in self.asked_rows(pred) for clause in facts.get(AtomF(pred, row), ()))
        rules = (rule.clause for rule in self.reviewer.book.rules(pred))
        files = dict.fromkeys(clause.span.file for clause in chain(stated, rules))
        return tuple(dict.fromkeys(place for file in files for place in self.declared.places(pred, file, others)))

    def cite(self, pred: Pred, others: frozenset[str] = frozenset()) -> str:
        return "; ".join(self.places(pred, others))

    def cite_of(self, goal: syntax.Body, own: set[str], others: frozenset[str]) -> str:
        """The places of what a literal says, if it has some of its own."""
        atom = goal.goal if isinstance(goal, syntax.Not) else syntax.called(goal)
        if not isinstance(atom, AtomF) or self.is_stated(atom.pred):
            return ""
        places = self.places(atom.pred, others)
        return "; ".join(places) if set(places) - own else ""

    def links(self, goal: syntax.Body, within: Pred | None = None) -> tuple[Link, ...]:
        preds = dict.fromkeys(atom.pred.positive for atom in _atoms(goal))
        return tuple(self.link(pred) for pred in preds if pred != within and pred in self.asked)

    def link(self, pred: Pred) -> Link:
        return Link(_name(pred), _key(pred))

    def definition(self, pred: Pred) -> Definition:
        return Definition(_key(pred), _name(pred), self.sentence_of(pred), self.cite(pred), tuple(self.ways(pred)))

    # --- what a case states ----------------------------------------------------------------------------------------

    def case_fact(self, pred: Pred) -> CaseFact:
        names = self.names(pred)
        questions = self.declared.questions.get(pred, ())
        asked = (fill(each.text, each.names, tuple(map(Var, each.names))) for each in questions)
        arguments = [Argument(spaced(name), self.values(pred, index)) for index, name in enumerate(names)]
        denied = pred.opposite in self.declared.preds
        return CaseFact(
            key=_key(pred),
            name=_name(pred),
            text=self.sentence_of(pred),
            denial=self.sentence_of(pred.opposite) if denied else None,
            questions=tuple(asked),
            arguments=tuple(each for each in arguments[1:] if each.values),
            used_in=tuple(map(self.link, self.users.get(pred, ()))),
            ways=tuple(self.ways(pred)),
        )

    def values(self, pred: Pred, index: int) -> str:
        """What can stand in an argument, in words."""
        listed = self.reviewer.vocabulary.listed_at(pred, index)
        if listed:
            return ", ".join(map(readable, listed))
        kind = self.declared.types_of(pred)[index]
        known = self.reviewer.rules.names.of_type(kind)
        if known is not None:
            return say("recognised_names", spelled(kind), len(known.constants))
        return say(f"any_{kind}") if kind in CONSTANT_TYPES - {"atom"} else ""

    # --- lists -----------------------------------------------------------------------------------------------------

    def asked_rows(self, pred: Pred) -> list[policies.Row]:
        """The rows of a listed predicate that the criteria can ask for, in standard order."""
        return in_standard_order({row for pattern in self.asked[pred] for row in self.listed_rows(pred, pattern)})

    def listing(self, pred: Pred) -> Listing:
        patterns, rows = self.asked[pred], self.asked_rows(pred)
        groups: dict[tuple[Const | None, ...], list[policies.Row]] = {}
        fixed = [index for index in range(pred.arity) if all(each[index] is not None for each in patterns)]
        for row in rows:
            groups.setdefault(tuple(row[index] for index in fixed), []).append(row)
        ways = () if not self.reviewer.book.rules(pred) else tuple(self.ways(pred))
        shown = tuple(self.group(pred, tuple(several)) for several in groups.values())
        return Listing(_key(pred), _name(pred), self.cite(pred), _put_together(shown), ways)

    def group(self, pred: Pred, rows: Sequence[policies.Row]) -> Rows:
        """Rows of a predicate: what is the same in all is in their sentence, what is not in columns."""
        names, types = self.names(pred), self.declared.types_of(pred)
        varying = [index for index in range(pred.arity) if len({row[index] for row in rows}) > 1]
        args = [Var(name) if index in varying else rows[0][index] for index, name in enumerate(names)]
        text = self.spoken(AtomF(pred, tuple(args)))
        columns = tuple(spaced(names[index]) for index in varying)
        shown = [tuple(readable(row[index]) for index in varying) for row in rows[:MOST_ROWS]]
        place = next((index for index in varying if self.reviewer.rules.names.of_type(types[index])), None)
        if place is not None:
            others = [self.other_names(row[place], types[place]) for row in rows[:MOST_ROWS]]
            if any(others):
                shown = [(*row, other) for row, other in zip(shown, others, strict=True)]
                columns = (*columns, say("also_called"))
        return Rows(text, columns, tuple(shown), max(0, len(rows) - MOST_ROWS))

    def spoken(self, atom: AtomF) -> str:
        """What an atom says, its variables in brackets."""
        declared = self.declared.preds.get(atom.pred)
        if declared is None or declared.sentence is None:
            return show_atom(atom)
        return fill(declared.sentence, declared.names, atom.args)

    def other_names(self, constant: Const, kind: str) -> str:
        """Other names of a constant; codes that are numbers are left out."""
        known = self.reviewer.rules.names.of_type(kind)
        meant = () if known is None else (name for name, each in known.others if each == constant)
        names = list(dict.fromkeys(spelled(plain_text(name)) for name in meant if not isinstance(name, Int)))
        more = len(names) - MOST_NAMES
        return ", ".join(names) if more <= 0 else say("and_more", ", ".join(names[:MOST_NAMES]), more)

    def with_names(self, constant: Const, kind: str) -> str:
        others = self.other_names(constant, kind)
        return f"{readable(constant)} ({others})" if others else readable(constant)

    # --- thresholds ------------------------------------------------------------------------------------------------

    def thresholds(self) -> Iterator[Threshold]:
        """What compares, counts or names a number or a date, in the order of the page."""
        stated = [pred for pred in self.asked if self.is_stated(pred)]
        found: dict[tuple[str, tuple[str, ...]], Threshold] = {}
        for pred in dict.fromkeys((*(item.pred for item in self.items), *self.defined, *stated)):
            for clause in self.possible(pred, self.asked.get(pred, {})):
                for each in self.thresholds_in(clause):
                    found.setdefault((each.text, each.about), each)
        yield from found.values()

    def thresholds_in(self, written: Clause) -> Iterator[Threshold]:
        """The thresholds of a rule: what it compares or counts with a number or date of its own, or of a list but for those of the
        policy's history, which stands by itself."""
        clause = self.filled(written, self.asked[written.head.pred])
        speech = self.speech(clause)
        speech.each(_telling(clause))
        pairs = list(zip(_literals(written.body), _literals(clause.body), strict=True))
        listed = [each for each, _ in pairs if isinstance(each, AtomF) and self.is_listed(each.pred)]
        telling = [each for each in listed if each.pred.name not in (VERSIONS, SINCE)]
        for literal, filled in pairs:
            variables = set(syntax.variables(_measured(literal)))
            measures = (self.measures(written, atom, variables) for atom in telling if variables & set(atom.args))
            set_by = tuple(dict.fromkeys(chain.from_iterable(measures)))
            is_test = isinstance(literal, syntax.Compare | syntax.Builtin)
            if literal in listed or not (any(map(_is_measure, _measured(literal))) or (is_test and set_by)):
                continue
            givers = (other for each, other in pairs if each not in listed and variables & set(_gives(each)))
            about = tuple(speech.goal(each) for each in givers if each is not filled)
            head = written.head.pred
            yield Threshold(speech.goal(filled), about, set_by, self.link(head), self.cite(head))

    def measures(self, clause: Clause, atom: AtomF, variables: set[Var]) -> Iterator[str]:
        """What the rows of a list say that give variables numbers or dates."""
        places = [index for index, arg in enumerate(atom.args) if arg in variables]
        rows = {row for pattern in self.asked[clause.head.pred] for row in self.rows_in(clause, atom, pattern)}
        for row in in_standard_order(rows):
            if any(_is_measure(row[index]) for index in places):
                yield self.spoken(AtomF(atom.pred, row))

    def rows_in(self, clause: Clause, atom: AtomF, pattern: Pattern) -> list[policies.Row]:
        found = self.bound(clause, pattern)
        return [] if found is None else self.listed_rows(atom.pred, self.pattern(atom, found))[:MOST_VALUES]

    # --- what the policy states ------------------------------------------------------------------------------------

    def versions(self) -> Iterator[Version]:
        reconstructed = {row[1] for row in self.rows(RECONSTRUCTED, None)}
        for row in self.rows(VERSIONS, None):
            if isinstance(row[1], Date):
                yield Version(row[1].value, row[1] in reconstructed)

    def history(self) -> Iterator[Held]:
        kinds = list(dict.fromkeys(item.kind for item in self.items))
        for item in sorted(self.items, key=lambda each: kinds.index(each.kind)):
            yield Held(item.kind, readable(Atom(item.id)), item.criterion is not None, self.since(item))

    def sentences(self, *kinds: tuple[str, int]) -> Iterator[str]:
        """What the policy states with some predicates, of which it is the first argument."""
        for name, arity in kinds:
            for row in self.rows(name, *(None,) * (arity - 1)):
                yield self.spoken(AtomF(Pred(name, arity), row))

    def allowed(self) -> Iterator[str]:
        """How long approval lasts, and how much it allows."""
        drugs = [row[1] for row in self.rows(COVERS, None)]
        for name, arity in ALLOWED:
            for drug in drugs:
                for row in self.kb_rows(name, drug, *(None,) * (arity - 1)):
                    yield self.spoken(AtomF(Pred(name, arity), row))

    def checks(self, severity: Severity) -> Iterator[str]:
        """What the rules for what is plausible can find in a case."""
        found = [pred for each, pred in self.reviewer.policies.checks if each is severity]
        yield from (self.spoken(AtomF(pred, tuple(map(Var, self.names(pred))))) for pred in found)

    def statements(self, file: str) -> Iterator[Place]:
        """What the policy's file states with predicates of its own that no criterion asks for, by the places of the document."""
        by_place: dict[str, dict[Pred, list[policies.Row]]] = {}
        listed = {each.pred for declared in self.declared.vocabularies.values() for each in declared}
        shown = {*self.asked, *listed, *(Pred(*each) for each in ALLOWED)}
        for clause in self.reviewer.rules.facts:
            pred = clause.head.pred
            declared = self.declared.preds.get(pred)
            is_own = declared is not None and declared.span.file == clause.span.file == file
            if is_own and declared.sentence is not None and pred not in shown:
                rows = by_place.setdefault(self.cite(pred), {}).setdefault(pred, [])
                rows.append(tuple(arg for arg in clause.head.args if not isinstance(arg, Var)))
        for cite, preds in by_place.items():
            tables = [(pred, rows) for pred, rows in preds.items() if _is_table(pred, rows)]
            told = [
                self.spoken(AtomF(pred, row))
                for pred, rows in preds.items()
                if not _is_table(pred, rows)
                for row in rows
            ]
            yield Place(cite, tuple(told), tuple(self.group(pred, rows) for pred, rows in tables))


@dataclass(slots=True)
class _Conditions:
    """The conditions of a decision, each once, with what they say and the truths that they can have."""

    book: _Handbook
    texts: list[str] = field(default_factory=list)
    domains: list[tuple[Truth, ...]] = field(default_factory=list)
    numbers: dict[syntax.Body, int] = field(default_factory=dict)

    def of(self, goals: Sequence[syntax.Body], known: frozenset[Var]) -> Formula:
        """What goals that are all so say of conditions: those that share a value are one, the others stand by themselves."""
        parts = tuple(goals)
        return All(tuple(self.group([parts[at] for at in places], known) for places in independent(parts, known)))

    def group(self, goals: Sequence[syntax.Body], known: frozenset[Var]) -> Formula:
        match goals:
            case [syntax.Not(goal)]:
                return Opposite(self.of(syntax.conjuncts(goal), known))
            case [syntax.Documented(goal)]:
                return Shown(self.of(syntax.conjuncts(goal), known))
            case [syntax.Or(choices, _, None)]:
                return OneOf(tuple(self.of(syntax.conjuncts(each), known) for each in choices))
            case _:
                return self.condition(syntax.conjoin(tuple(goals)), known)

    def condition(self, goal: syntax.Body, known: frozenset[Var]) -> Formula:
        """The condition that a goal is; the same with other names for its variables is one."""
        names = {var: Var(f"V{index}") for index, var in enumerate(syntax.body_vars(goal))}
        alike = syntax.substitute(goal, names)
        if alike not in self.numbers:
            self.numbers[alike] = len(self.texts)
            self.texts.append(self.book.said(goal))
            self.domains.append(ANY if self.is_open(goal) else ANY[:2])
        return decision_table.Condition(self.numbers[alike])

    def is_open(self, goal: syntax.Body) -> bool:
        """Whether a goal may be not documented."""
        if isinstance(goal, syntax.Documented):
            return False
        if isinstance(goal, AtomF):
            return not self.book.kb.is_exact(goal.pred)
        return any(map(self.is_open, syntax.inner_goals(goal)))


_INVESTIGATIONAL = (Atom("use_for_all_other_indications"), Atom("investigational"))
_ANYTHING = (Atom("anything"), Atom("else"))
"""What stands for more constants than one."""


def _both(one: Values, other: Values) -> Values:
    return other if one is None else one if other is None else one & other


def _may_hold(found: dict[Var, Values], goal: syntax.Body) -> bool:
    """Whether a comparison holds of what its variables can be, as far as that is one constant each."""
    if not isinstance(goal, syntax.Compare):
        return True
    known = {var: next(iter(values)) for var, values in found.items() if values is not None and len(values) == 1}
    return not syntax.body_vars(goal).keys() <= known.keys() or any(True for _ in solve_test(goal, known))


def _atoms(body: syntax.Body) -> Iterator[AtomF]:
    """The atoms of a body, the literals of definitions as they are written."""
    body = syntax.called(body)
    if isinstance(body, AtomF):
        yield body
    for goal in syntax.inner_goals(body):
        yield from _atoms(goal)


def _conjoined(body: syntax.Body) -> Iterator[AtomF]:
    """The atoms that hold wherever a body does."""
    for goal in map(syntax.called, syntax.conjuncts(body)):
        if isinstance(goal, AtomF):
            yield goal
        elif isinstance(goal, syntax.Documented) or (isinstance(goal, syntax.Count) and goal.op == "at_least"):
            yield from _conjoined(goal.goal)


def _telling(clause: Clause) -> list[syntax.Body]:
    """The literals of a rule but for those that say that there is a request, and nothing of it: every case has one."""
    goals = syntax.conjuncts(clause.body)
    told = []
    for index, goal in enumerate(goals):
        others = (*goals[:index], *goals[index + 1 :])
        elsewhere = {*clause.head.args[1:], *(term for other in others for term in syntax.body_terms(other))}
        is_any = isinstance(goal, AtomF) and goal.pred == REQUEST and not any(
            not isinstance(arg, Var) or arg in elsewhere for arg in goal.args[1:]
        )  # fmt: skip
        if not is_any:
            told.append(goal)
    return told


def _literals(body: syntax.Body) -> list[syntax.Body]:
    """The literals of a body, those inside others among them, in order."""
    return [each for each in syntax.walk(body) if not isinstance(each, syntax.And | syntax.Or)]


def _given(clause: Clause) -> frozenset[Var]:
    """The variables of a rule's head."""
    return frozenset(syntax.variables(clause.head.args))


def _is_measure(term: Term) -> bool:
    return isinstance(term, Int | Dec | Date)


def _measured(literal: syntax.Body) -> Iterator[Term]:
    """The terms of a literal that a number or a date can be."""
    match literal:
        case syntax.Count(_, bound, _, _):
            yield bound
        case syntax.Aggregate(_, _, _, _, result):
            yield result
        case syntax.Compare() | syntax.Builtin() | AtomF():
            yield from syntax.literal_terms(literal)
        case _:
            return


def _gives(literal: syntax.Body) -> tuple[Term, ...]:
    """The variables to which a literal gives values."""
    match literal:
        case AtomF(_, args) | syntax.Builtin(_, args):
            return args
        case syntax.Aggregate(_, _, _, _, result):
            return (result,)
        case syntax.Compare("is" | "=", left, _):
            return (left,) if isinstance(left, Var) else ()
        case _:
            return ()


def _is_table(pred: Pred, rows: Sequence[policies.Row]) -> bool:
    """Whether rows are read more easily in columns than as sentences."""
    return pred.arity > 2 and len(rows) > 5


def _put_together(groups: tuple[Rows, ...]) -> tuple[Rows, ...]:
    """Groups of a single row each as one without columns."""
    if all(not each.head for each in groups) and len(groups) > 1:
        return (Rows("", (), tuple((each.text,) for each in groups)),)
    return groups


def _name(pred: Pred) -> str:
    """What a link calls a predicate."""
    return spelled(syntax.unqualified(pred).name)


def _key(pred: Pred) -> str:
    """By what a link finds a predicate."""
    sign = "not-" if pred.negative else ""
    return f"{sign}{pred.name.replace(syntax.MODULE, '-').replace('_', '-')}-{pred.arity}"


def _program(clause: Clause) -> str:
    """A rule as it is written, a literal on each line."""
    body = ",\n    ".join(show_body(goal, 1000) for goal in syntax.conjuncts(clause.body))
    return f"{show_atom(clause.head)} :-\n    {body}."
