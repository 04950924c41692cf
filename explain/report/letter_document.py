"""Letters beside a report, to a patient or a prescriber: what is not shown yet, what would change that, and whom to ask.

A letter is a document of `document.py`, so that the renderers of reports render it; `letter_text` is for plain text. Nothing in it
decides: software never denies, and a clinician decides.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.policies import Determination, Severity, Status
from explain.proof import nodes
from explain.proof.fact_sets import PLACEHOLDER, AnyOf, MissingFact
from explain.proof.nodes import Node
from explain.report import letter_template, statements
from explain.report.document import Block, Bullet, Bullets, Document, Paragraph, Section
from explain.report.letters import day
from explain.report.review import Conflict, Criterion, Review
from explain.report.shortfall import Part, shortfall_of
from explain.words.letter_phrases import COUNT_FOUND, COUNT_OF, COUNT_OTHER, MOST_NAMED, SAME, tell
from explain.words.letter_words import LetterWords, Reader
from explain.words.phrases import number, one_line
from explain.words.sentences import joined, listed, readable, spelled
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Date, Str, Term, Var, plain_text
from kb.language.traversal import variables

_WHY = MappingProxyType(
    {Determination.INVESTIGATIONAL: "why_uncovered", Determination.CONFLICTING_EVIDENCE: "why_conflict"}
)
WIDTH = 80
"""How wide a letter is as plain text."""
UNMET = (Status.NOT_MET, Status.NOT_DOCUMENTED)
_SILENT = (Determination.MEETS_CRITERIA, Determination.CONFLICTING_EVIDENCE, Determination.NO_POLICY_IN_FORCE)
"""Where requirements are not gone through: all are met, or the request cannot be judged by them."""


def letter(review: Review, reader: Reader, words: LetterWords, template: str | None = None) -> Document:
    """The letter about a review to a reader, with the end that a template gives it, or the default one.

    Raises `explain.report.letter_template.LetterTemplateError` if the template cannot be filled in.
    """
    end = tuple(letter_template.sections(review, reader, template))
    name = statements.case_name(review)
    title = tell(reader, "title", one_line(review.drug))
    return Document(title, (*_Letter(review, reader, words).sections(), *end), name=name, heading=title)


def letter_text(document: Document) -> str:
    """A letter as plain text: paragraphs with blank lines between them, lines no longer than `WIDTH`."""
    parts = [document.title.upper()]
    for section in document.sections:
        parts += [section.title + "\n" + "-" * len(section.title)] if section.title else []
        parts += map(_block_text, section.blocks)
    return "\n\n".join(parts) + "\n"


def _block_text(block: Block) -> str:
    match block:
        case Paragraph(text):
            return textwrap.fill(text, WIDTH, break_long_words=False)
        case Bullets(points):
            return "\n".join(line for each in points for line in _point_lines(each))
        case _:  # a letter is made of paragraphs and lists
            raise TypeError(f"a letter has no {type(block).__name__}")


def _point_lines(point: Bullet) -> Iterator[str]:
    for indent, text in (("", point.text), *(("  ", part) for part in point.parts)):
        yield textwrap.fill(
            text, WIDTH, initial_indent=f"{indent}- ", subsequent_indent=f"{indent}  ", break_long_words=False
        )


@dataclass(frozen=True, slots=True)
class _Letter:
    review: Review
    reader: Reader
    words: LetterWords

    def tell(self, key: str, *words: object) -> str:
        """A phrase for the reader."""
        return tell(self.reader, key, *words)

    def sections(self) -> Iterator[Section]:
        """What is said before the end that the template has."""
        review = self.review
        kind = self.tell(review.kind if review.kind in ("initial", "renewal") else "other")
        about = self.tell("about", kind, one_line(review.drug), day(review.date))
        yield Section("", (Paragraph(f"{about} {self.tell(review.determination.value)}"),))
        if why := tuple(self.why()):
            yield Section(self.tell(_WHY.get(review.determination, "why")), why)
        if helps := tuple(self.helps()):
            yield Section(self.tell("what_helps"), helps)
        if review.quantity is not None:
            yield Section(self.tell("amount"), (Paragraph(self.tell(review.quantity.value)),))
        yield Section(self.tell("decides"), tuple(self.closing()))

    def closing(self) -> Iterator[Block]:
        if (given := self.review.authorization) is not None:
            yield Paragraph(self.tell("allowed", day(given.start), day(given.until), given.quantity))
        yield Paragraph(self.tell("closing"))

    # --- why ---------------------------------------------------------------------------------------------------------

    def why(self) -> Iterator[Block]:
        """What is not shown, and for what else the request stands open."""
        review = self.review
        for conflict in review.conflicts:
            yield Paragraph(self.tell("conflict"))
            yield Bullets(tuple(map(Bullet, self.sides(conflict))))
        if impossible := [each for each in review.checks if each.severity is Severity.IMPOSSIBLE]:
            yield Paragraph(self.tell("impossible"))
            yield Bullets(tuple(Bullet(f"{_capital(_dated(each.text))}.") for each in impossible))
        for name in review.not_recognised:
            yield Paragraph(
                self.tell(
                    "not_recognised",
                    f"\N{LEFT DOUBLE QUOTATION MARK}{one_line(spelled(name.name))}\N{RIGHT DOUBLE QUOTATION MARK}",
                )
            )
        if review.determination is Determination.INVESTIGATIONAL:
            if self.reader is Reader.PRESCRIBER:
                yield Bullets(tuple(Bullet(f"{_capital(one_line(each.text))}.") for each in review.uncovered))
        elif review.determination not in _SILENT:
            points = tuple(map(self.requirement, self.unmet()))
            if points:
                yield Bullets(points)

    def unmet(self) -> list[Criterion]:
        """The criteria that are not met; before them those of which that is certain."""
        return [each for status in UNMET for each in self.review.criteria if each.status is status]

    def sides(self, conflict: Conflict) -> Iterator[str]:
        """What each side of a conflict says."""
        contrary = AtomF(conflict.atom.pred.opposite, conflict.atom.args)
        for atom, node in ((conflict.atom, conflict.stands), (contrary, conflict.denied)):
            said = self.fact_words(atom) if show_atom(atom) == node.goal else None
            yield f"{_capital(said or one_line(node.text))}."

    def fact_words(self, atom: AtomF) -> str | None:
        """What a fact says, if there are words for it."""
        key = "no" if atom.pred.negative else "yes"
        return self.words.clause(atom.pred.name, atom.args, self.reader, key, _word)

    def requirement(self, criterion: Criterion) -> Bullet:
        """A criterion that is not met, with what its alternatives or items lack."""
        shown = [each for each in criterion.alternatives if each.status is criterion.status and self.lacking(each)]
        parts = [self.way(each) for each in shown] or [self.said(each) for each in self.lacking(criterion)]
        return Bullet(self.said(criterion), "", tuple(parts))

    def lacking(self, criterion: Criterion) -> list[Criterion]:
        """The items that keep a criterion from being met."""
        return [each for each in criterion.items if each.status is criterion.status]

    def way(self, alternative: Criterion) -> str:
        """One of several ways, with what it lacks."""
        name = self.words.of(alternative.predicate, self.reader, "name") or _capital(one_line(alternative.text))
        return " ".join([self.tell("way", name), *map(self.said, self.lacking(alternative))])

    def said(self, criterion: Criterion) -> str:
        """Why a criterion or an item is not met; for the prescriber, with how far a count has got."""
        own = self.words.of(criterion.predicate, self.reader, criterion.status.value, "not_shown")
        if own is None:
            return self.tell(f"requirement_{criterion.status.value}", one_line(criterion.text))
        if criterion.alternatives:
            return own
        found = _found(criterion.node) if self.reader is Reader.PRESCRIBER else ()
        shown = [COUNT_FOUND.format(joined(found, "and"))] if found else []
        return " ".join([own, *shown, *(self.tell("shows", each) for each in self.against(criterion))])

    def against(self, criterion: Criterion) -> Iterator[str]:
        """What the case states against a requirement that is not met, of facts that say nothing but that they are so."""
        pending = [criterion.node] if criterion.status is Status.NOT_MET else []
        while pending:
            node = pending.pop(0)
            name = node.goal.partition("(")[0]
            pred = Pred(name.lstrip("-"), 1, name.startswith("-"))
            fact = AtomF(pred.opposite if isinstance(node, nodes.StatedFalse) else pred, (self.review.case,))
            if isinstance(node, nodes.Fact | nodes.StatedFalse):
                said = self.fact_words(fact) if node.goal == show_atom(AtomF(pred, fact.args)) else None
                yield from [said] if said else []
            else:
                pending += node.children

    # --- what would change it ----------------------------------------------------------------------------------------

    def helps(self) -> Iterator[Block]:
        """What would change how the request stands."""
        review = self.review
        match review.determination:
            case Determination.CONFLICTING_EVIDENCE:
                yield Paragraph(self.tell("settle_conflict" if review.conflicts else "settle_impossible"))
            case Determination.INVESTIGATIONAL:
                yield Paragraph(self.tell("right_illness"))
            case Determination.CRITERIA_NOT_MET:
                if asks := list(dict.fromkeys(self.asks())):
                    yield Paragraph(self.tell("correction"))
                    yield Bullets(tuple(map(Bullet, asks)))
            case Determination.MORE_INFORMATION_NEEDED:
                yield from self.missing()
            case Determination.MEETS_CRITERIA | Determination.NO_POLICY_IN_FORCE:
                return

    def asks(self) -> Iterator[str]:
        """What to send for each requirement that is not met, the smallest that there are words for."""
        for criterion in self.unmet():
            shown = [each for each in criterion.alternatives if each.status is criterion.status]
            lacking = [item for each in (*shown, criterion) for item in self.lacking(each)]
            for each in lacking or [criterion]:
                own = self.words.of(each.predicate, self.reader, "ask")
                yield own or self.tell("ask", one_line(each.text))

    def missing(self) -> Iterator[Block]:
        """The facts that would settle the request; criterion by criterion where a list of the sets would say much twice."""
        short = shortfall_of(self.review)
        if short is not None:
            for gap in short.gaps:
                name = self.words.of(gap.predicate, self.reader, "name") or gap.title
                yield from self.any_of(gap.parts, name)
        elif self.review.ways:
            yield from self.any_of([(way.facts, way.choices) for way in self.review.ways])
        else:
            yield from (Paragraph(self.tell("no_way_found")), *self.asked_instead())
            return
        if self.review.are_more:
            yield Paragraph(self.tell("more_ways"))

    def asked_instead(self) -> Iterator[Block]:
        if asks := list(dict.fromkeys(self.asks())):
            yield Bullets(tuple(map(Bullet, asks)))

    def any_of(self, parts: Sequence[Part], title: str = "") -> Iterator[Block]:
        """Ways to settle something, each with what it asks for."""
        asked = list(dict.fromkeys(tuple(self.asked(part)) for part in parts))
        is_one = len(asked) == 1
        key = "any_would_do" if not is_one else "one_would_do" if len(asked[0]) == 1 else "all_would_do"
        yield Paragraph(self.tell("gap", title, self.tell(key)) if title else self.tell(key))
        if is_one:
            yield Bullets(tuple(map(Bullet, asked[0])))
        else:
            together = self.tell("together")
            yield Bullets(tuple(Bullet(each[0]) if len(each) == 1 else Bullet(together, "", each) for each in asked))

    def asked(self, part: Part) -> Iterator[str]:
        """What a way asks for, each thing once."""
        facts, choices = part
        names = statements.names_in(facts)
        found = [self.fact(each, names=names) for each in facts]
        for index, choice in enumerate(choices):
            is_other = any(choice.names == before.names for before in choices[:index])
            found += self.choice(choice, is_other=is_other)
        yield from dict.fromkeys(found)

    def choice(self, choice: AnyOf, *, is_other: bool) -> Iterator[str]:
        """What a choice among interchangeable names asks for: what is asked first has them all, the rest is about the same one."""
        names = _names(choice, is_other=is_other)
        for index, fact in enumerate(choice.facts):
            if choice.count == 1 and len(choice.names) > MOST_NAMED and not fact.atom.pred.negative:
                args = tuple(Str("") if each == PLACEHOLDER else each for each in fact.atom.args)
                if said := self.words.clause(fact.atom.pred.name, args, self.reader, "any", _word):
                    yield self.tell("note", said)
                    continue
            yield self.fact(fact, SAME if index else names)

    def fact(self, fact: MissingFact, chosen: str = "", *, names: Mapping[Var, str] = MappingProxyType({})) -> str:
        """A fact as something to send; `names` has what its variables are called."""
        atom = fact.atom
        args = tuple(Str(chosen) if chosen and each == PLACEHOLDER else each for each in atom.args)
        said = self.fact_words(AtomF(atom.pred, args))
        is_told = self.reader is not Reader.PATIENT
        bounds = [_dated(each) for each in statements.bounds_of(fact, names)] if is_told else []
        if said is not None:
            return self.tell("note", said)
        named = self.words.clause(atom.pred.name, args, self.reader, "open", _word)
        if named is not None:
            more = f" ({self.tell('bounds', '; '.join(bounds))})" if bounds else ""
            return _capital(self.tell("thing", named + more))
        question = statements.filled(fact.question, chosen)
        if variables(args) or not question.endswith("?"):
            told = [*statements.unsaid_of(fact), *bounds]
            return self.tell("answer_to", question) + (f" ({'; '.join(told)})" if told else "")
        return self.tell("no_to" if atom.pred.negative else "yes_to", question)


def _names(choice: AnyOf, *, is_other: bool) -> str:
    """The names of a choice: `a or b`, `two of a, b and c`."""
    if choice.count == len(choice.names):
        return listed(choice.names, "and")
    if choice.count == 1 and not is_other:
        return listed(choice.names, "or")
    form = COUNT_OTHER if is_other else COUNT_OF
    return form.format(number(choice.count), listed(choice.names, "and"))


def _found(node: Node) -> tuple[str, ...]:
    """What the nearest count below a requirement has found."""
    pending = [node]
    while pending:
        each = pending.pop(0)
        if isinstance(each, nodes.Count):
            return tuple(one_line(spelled(found)) for found in each.count.found)
        pending += each.children if not isinstance(each, nodes.Fact) else ()
    return ()


def _word(term: Term, name: str) -> str:
    """A value as a letter has it: dates in words, texts as they are."""
    match term:
        case Date(value):
            return day(value)
        case Str():
            return one_line(plain_text(term))
        case _:
            return readable(term, name)


def _dated(text: str) -> str:
    """A text in which dates are words."""
    return _DATE.sub(lambda found: day(datetime.date.fromisoformat(found[0])), one_line(text))


_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
