"""The making of a handbook: what a policy declares, and what its criteria come down to, put together in the order of its page.

Every sentence is that of a literal of a rule or of a fact, so that what is printed is true of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.policies import NOT_APPLICABLE, READING, Item, Row, Severity, rows_of
from explain.authoring.asked import Asked, Values, telling
from explain.authoring.decisions import decision
from explain.authoring.handbook import (
    Argument,
    CaseFact,
    Definition,
    Handbook,
    Held,
    Listing,
    Part,
    Place,
    Review,
    Rows,
    Version,
    finding_text,
)  # fmt: skip
from explain.authoring.rule_words import RuleWords
from explain.authoring.thresholds import thresholds
from explain.report.review import Reviewer
from explain.words.phrases import say
from explain.words.sentences import fill, readable, spaced, spelled
from kb.language.declarations import CONSTANT_TYPES
from kb.language.diagnostics import Diagnostic, in_order
from kb.language.policy_rules import CRITERION
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, Date, Var, plain_text
from kb.language.traversal import conjoin

COVERS, VERSIONS, SINCE = "policy_covers", "policy_version", "item_since"
RECONSTRUCTED, USE_STANDING, CONDITION_OF = "reconstructed_version", "use_standing", "alternative_condition"
ALLOWED = (
    ("approval_duration", 3), ("approval_duration", 4), ("quantity_limit", 3), ("quantity_limit", 4),
    ("quantity_unit", 3), ("listed_strength", 2),
)  # fmt: skip
"""What approval allows, of a drug: the first argument of each."""
FEW_VALUES = 12
"""So many values are listed of what can stand in an argument."""
_INVESTIGATIONAL = (Atom("use_for_all_other_indications"), Atom("investigational"))


def handbook(reviewer: Reviewer, policy: str, findings: Iterable[Diagnostic] = ()) -> Handbook:
    """What a policy of a program says, with what of the diagnostics `findings` is about its file.

    Raises the engine's `EndlessError` if rules that depend on no case do not come to an end.
    """
    asked = Asked(reviewer, policy)
    return _Making(asked, RuleWords(asked)).made(tuple(findings))


@dataclass(frozen=True)
class _Making:
    """What a handbook is made from."""

    asked: Asked
    words: RuleWords

    def made(self, findings: tuple[Diagnostic, ...]) -> Handbook:
        decl = next((each for each in self.asked.declared.policies if each.name == self.asked.policy), None)
        title, approved, effective = (decl.get(key) if decl else None for key in ("title", "approved", "effective"))
        file = decl.span.file if decl else next(self.files())
        return Handbook(
            policy=self.asked.policy,
            title=plain_text(title) if title is not None else readable(Atom(self.asked.policy)),
            file=file,
            drugs=tuple(self.words.with_names(row[1], "agent") for row in self.rows(COVERS, None)),
            approved=approved.value if isinstance(approved, Date) else None,
            effective=effective.value if isinstance(effective, Date) else None,
            policy_hash=self.asked.reviewer.policy_hash,
            versions=tuple(self.versions()),
            history=tuple(self.history()),
            scope=tuple(self.sentences((CONDITION_OF, 3), (USE_STANDING, 3))),
            is_exclusive=bool(self.kb_rows(USE_STANDING, Atom(self.asked.policy), *_INVESTIGATIONAL)),
            reviews=tuple(self.reviews()),
            allowed=tuple(self.allowed()),
            thresholds=thresholds(self.words, self.told),
            definitions=tuple(map(self.definition, self.defined)),
            facts=tuple(self.case_fact(pred) for pred in self.asked.patterns if self.asked.is_stated(pred)),
            listings=tuple(map(self.listing, (pred for pred in self.asked.patterns if self.asked.is_listed(pred)))),
            readings=tuple(self.sentences((READING.name, READING.arity))),
            impossible=tuple(self.checks(Severity.IMPOSSIBLE)),
            to_look_at=tuple(self.checks(Severity.LOOK)),
            statements=tuple(self.statements(file)),
            findings=tuple(finding_text(each) for each in in_order(findings) if each.span.file == file),
        )

    def files(self) -> Iterator[str]:
        """The files that list what the policy requires."""
        for several in self.asked.reviewer.rules.facts_of(CRITERION).values():
            yield from (fact.span.file for fact in several if fact.head.args[0] == Atom(self.asked.policy))

    def kb_rows(self, name: str, *args: Const | None) -> list[Row]:
        """The rows that a predicate has; None stands for any constant."""
        return rows_of(self.asked.kb, name, *args)

    def rows(self, name: str, *args: Const | None) -> list[Row]:
        """The rows that a predicate has of the policy."""
        return self.kb_rows(name, Atom(self.asked.policy), *args)

    @property
    def defined(self) -> list[Pred]:
        """The predicates that rules conclude from what a case states, besides criteria and alternatives."""
        shown = {*self.asked.own, NOT_APPLICABLE}
        kinds = (pred for pred in self.asked.patterns if pred not in shown and not self.asked.is_stated(pred))
        return [pred for pred in kinds if not self.asked.is_listed(pred)]

    @property
    def told(self) -> list[Pred]:
        """The predicates whose rules the page tells, in its order."""
        stated = (pred for pred in self.asked.patterns if self.asked.is_stated(pred))
        return list(dict.fromkeys((*(item.pred for item in self.asked.items), *self.defined, *stated)))

    def reviews(self) -> Iterator[Review]:
        """The criteria for each kind of request, in order."""
        criteria = [item for item in self.asked.items if item.criterion is None]
        for kind in dict.fromkeys(item.kind for item in criteria):
            yield Review(kind, tuple(self.part(item) for item in criteria if item.kind == kind))

    def part(self, item: Item) -> Part:
        """A criterion or an alternative."""
        others = self.asked.reviewer.policies.other_sections(item.kind)
        ways = [] if item.alternatives else [*self.words.ways(item.pred, others)]
        if self.asked.is_stated(item.pred):
            ways.append(self.words.as_stated(item.pred))
        return Part(
            id=item.id,
            key=self.words.link(item.pred).key,
            text=self.words.sentence_of(item.pred),
            cite=self.words.cite(item.pred, others),
            since=self.since(item),
            exemptions=tuple(self.exemptions(item)),
            ways=tuple(ways),
            alternatives=tuple(map(self.part, item.alternatives)),
            decision=decision(self.words, item),
        )

    def since(self, item: Item) -> datetime.date | None:
        """Since when the policy has an item, where it says so."""
        days = [row[2].value for row in self.rows(SINCE, Atom(item.id), None) if isinstance(row[2], Date)]
        return min(days, default=None)

    def exemptions(self, item: Item) -> Iterator[str]:
        """Where a criterion or an alternative plays no part."""
        asked = [(None, frozenset({Atom(item.id)}))]
        for clause in self.asked.possible(NOT_APPLICABLE, asked):
            filled = self.asked.filled(clause, asked)
            yield self.words.said(conjoin(tuple(telling(filled))), filled)

    def definition(self, pred: Pred) -> Definition:
        """What the policy means by a predicate."""
        link, ways = self.words.link(pred), tuple(self.words.ways(pred))
        return Definition(link.key, link.name, self.words.sentence_of(pred), self.words.cite(pred), ways)

    def case_fact(self, pred: Pred) -> CaseFact:
        """What a case states with a predicate."""
        names, link = self.words.names(pred), self.words.link(pred)
        questions = self.asked.declared.questions.get(pred, ())
        asked = (fill(each.text, each.names, tuple(map(Var, each.names))) for each in questions)
        arguments = [Argument(spaced(name), self.values(pred, index)) for index, name in enumerate(names)]
        denied = not pred.negative and pred.opposite in self.asked.declared.preds
        return CaseFact(
            key=link.key,
            name=link.name,
            text=self.words.sentence_of(pred),
            denial=self.words.sentence_of(pred.opposite) if denied else None,
            questions=tuple(asked),
            arguments=tuple(each for each in arguments[1:] if each.values),
            used_in=tuple(map(self.words.link, self.asked.users.get(pred.positive, ()))),
            ways=tuple(self.words.ways(pred)),
        )

    def values(self, pred: Pred, index: int) -> str:
        """What can stand in an argument, in words."""
        listed = self.asked.reviewer.vocabulary.listed_at(pred, index)
        if listed:
            return ", ".join(map(readable, listed))
        kind = self.asked.declared.types_of(pred)[index]
        known = self.asked.reviewer.rules.names.of_type(kind)
        if known is not None and len(known.constants) <= FEW_VALUES:
            return ", ".join(map(readable, known.constants))
        if known is not None:
            return say("recognised_names", spelled(kind), len(known.constants))
        return say(f"any_{kind}") if kind in CONSTANT_TYPES - {"atom"} else ""

    def listing(self, pred: Pred) -> Listing:
        """What the criteria can ask for of a list: a group for each value of what they ask for with a constant."""
        patterns, rows = self.asked.patterns[pred], self.asked.asked_rows(pred)
        groups: dict[tuple[Const | None, ...], list[Row]] = {}
        fixed = [index for index in range(pred.arity) if all(_is_one(each[index]) for each in patterns)]
        for row in rows:
            groups.setdefault(tuple(row[index] for index in fixed), []).append(row)
        ways = () if not self.asked.reviewer.book.rules(pred) else tuple(self.words.ways(pred))
        shown = tuple(self.words.group(pred, tuple(several)) for several in groups.values())
        link = self.words.link(pred)
        return Listing(link.key, link.name, self.words.cite(pred), _put_together(shown), ways)

    def versions(self) -> Iterator[Version]:
        """The versions of the policy, by their first days."""
        reconstructed = {row[1] for row in self.rows(RECONSTRUCTED, None)}
        for row in self.rows(VERSIONS, None):
            if isinstance(row[1], Date):
                yield Version(row[1].value, row[1] in reconstructed)

    def history(self) -> Iterator[Held]:
        """What the policy requires, by kinds of request, with the day from which it does."""
        kinds = list(dict.fromkeys(item.kind for item in self.asked.items))
        for item in sorted(self.asked.items, key=lambda each: kinds.index(each.kind)):
            yield Held(item.kind, readable(Atom(item.id)), item.criterion is not None, self.since(item))

    def sentences(self, *kinds: tuple[str, int]) -> Iterator[str]:
        """What the policy states with some predicates, of which it is the first argument."""
        for name, arity in kinds:
            for row in self.rows(name, *(None,) * (arity - 1)):
                yield self.words.spoken(AtomF(Pred(name, arity), row))

    def allowed(self) -> Iterator[str]:
        """How long approval lasts, and how much it allows."""
        drugs = [row[1] for row in self.rows(COVERS, None)]
        for name, arity in ALLOWED:
            for drug in drugs:
                for row in self.kb_rows(name, drug, *(None,) * (arity - 1)):
                    yield self.words.spoken(AtomF(Pred(name, arity), row))

    def checks(self, severity: Severity) -> Iterator[str]:
        """What the rules for what is plausible can find in a case."""
        found = [pred for each, pred in self.asked.reviewer.policies.checks if each is severity]
        yield from (self.words.spoken(AtomF(pred, tuple(map(Var, self.words.names(pred))))) for pred in found)

    def statements(self, file: str) -> Iterator[Place]:
        """What the policy's file states with predicates of its own that no criterion asks for, by the places of the document."""
        by_place: dict[str, dict[Pred, list[Row]]] = {}
        listed = {each.pred for declared in self.asked.declared.vocabularies.values() for each in declared}
        shown = {*self.asked.patterns, *listed, *(Pred(*each) for each in ALLOWED)}
        for clause in self.asked.reviewer.rules.facts:
            pred = clause.head.pred
            declared = self.asked.declared.preds.get(pred)
            if declared is None or declared.sentence is None or pred in shown:
                continue
            if declared.span.file == clause.span.file == file:
                rows = by_place.setdefault(self.words.cite(pred), {}).setdefault(pred, [])
                rows.append(tuple(arg for arg in clause.head.args if not isinstance(arg, Var)))
        for cite, preds in by_place.items():
            tables = [(pred, rows) for pred, rows in preds.items() if _is_table(pred, rows)]
            told = [
                self.words.spoken(AtomF(pred, row))
                for pred, rows in preds.items()
                if not _is_table(pred, rows)
                for row in rows
            ]
            yield Place(cite, tuple(told), tuple(self.words.group(pred, rows) for pred, rows in tables))


def _is_one(values: Values) -> bool:
    return values is not None and len(values) == 1


def _is_table(pred: Pred, rows: Sequence[Row]) -> bool:
    """Whether rows are read more easily in columns than as sentences."""
    return pred.arity > 2 and len(rows) > 5


def _put_together(groups: tuple[Rows, ...]) -> tuple[Rows, ...]:
    """Groups of a single row each as one without columns."""
    if all(not each.head for each in groups) and len(groups) > 1:
        return (Rows("", (), tuple((each.text,) for each in groups)),)
    return groups
