"""The page about a policy: what of it stands where, and under what headings. It arranges a handbook as a document, which any
renderer of reports renders."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from explain.authoring import decision_table
from explain.authoring.deep import Finding
from explain.authoring.flow import drawn, flow, flow_dot, flow_mermaid
from explain.authoring.handbook import (
    CaseFact,
    Condition,
    Decision,
    Definition,
    Handbook,
    Held,
    Link,
    Listing,
    Part,
    Place,
    Review,
    Rows,
    Way,
    finding_text,
)
from explain.authoring.witnesses import case_text
from explain.report import document as doc
from explain.report.document import Look
from explain.report.statements import title_of
from explain.words.phrases import one_line, say
from explain.words.sentences import joined, spelled
from kb.language.truth import Truth

KICKER = "Policy"
LEGEND = (
    "A word in brackets, such as [date], stands for a value; in one list the same word is the same value. "
    "A condition is met, not met or not documented: what no record shows is never taken for a no, and leaves open what depends on it."
)
NOT_RECOGNISED = (
    "A name that is not recognised decides nothing: of a drug or an indication that is stated under such a name, it is not known "
    "whether the policy covers it, so that more information is needed where criteria are not met."
)
IMPOSSIBLE = "A record of which one of these is so contradicts itself:"
TO_LOOK_AT = "A report says so where one of these is so of a case; the determination does not depend on it:"
VERSIONS = ("What it requires", "Request")
NOT_YET, HELD = "not yet", "in force"
RECONSTRUCTED = "Reconstructed from the policy's history: {}."
SINCE = "The policy has it since {}."
EXEMPT = "It plays no part where this is so: {}."
ONE_OF, ALL_OF, EVERY = "One of these:", "All of these:", "Of every request."
ALL_FOR, THIS, FOR = "All of these, for some {}:", "Where this is so:", "For some {}:"
NOTHING = "No rule concludes this here, so that it is never so."
DENIED, QUESTION, CAN_BE = "Stated not to be so: {}.", "Question: {}", "{}: {}"
USED_IN, CONCLUDED = "Used in", "Or concluded: "
MORE_ROWS = "and {:,} more"
CAPTION, CONTINUED = "{} ({} request)", "{}, continued"
MOST_COLUMNS = 16
"""So many cases of a decision table stand beside each other."""
DRAWN = "From the {} request to its determination"
CONDITION, OUTCOME = "Condition", "Outcome"
TABLE_LEGEND = (
    "Each column is a case: ✓ met, ✗ not met, ? not documented; several signs, any of these; – whatever it is. "
    "The columns leave out no case, and no two are about the same."
)
TOO_LARGE = "{}: a table would have more than {} conditions, or more than {} columns."
WORDS = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "not documented"}
THRESHOLDS = ("What has to hold", "Of what", "Set by", "Used in", "Place in the policy")
ALL_SHOWN = "Warnings of the checks of the rules; a rule that is doubtful may say something else than the policy means."
NONE_FOUND = "The checks of the rules have no warnings."
SHOWN = "What the search for cases shows of the rules, of all cases that can be stated:"
NOTHING_SHOWN = "The search for cases shows nothing more to look at."
SHOWN_BY = "the smallest case that shows it"


def handbook_page(
    book: Handbook,
    *,
    draws: bool = False,
    coverage: Sequence[doc.Block] = (),
    findings: Sequence[doc.Block] = (),
) -> doc.Document:
    """The page about a policy, which `draws` the way of a request for a medium that shows pictures. `coverage` is what tests cover
    of the policy, and `findings` what deeper checks have found, if there is something to say of these."""
    sections = _Page(book, draws).sections(coverage, findings)
    return doc.Document(f"{KICKER}: {one_line(book.title)}", tuple(sections), KICKER, one_line(book.title), book.policy)


@dataclass(slots=True)
class _Page:
    book: Handbook
    draws: bool
    anchored: set[str] = field(default_factory=set)
    """What has an anchor already: what criteria for several kinds of request share stands in each, and is linked to once."""

    def sections(self, coverage: Sequence[doc.Block], findings: Sequence[doc.Block]) -> Iterator[doc.Section]:
        book = self.book
        yield doc.Section("", (self.head(), doc.Paragraph(LEGEND, is_legend=True)))
        yield from _sentences("What it is for", book.scope)
        yield from self.versions()
        for review in book.reviews:
            outline = doc.Outline(tuple(map(self.criterion, review.criteria)))
            blocks = (outline, self.drawing(review), doc.Paragraph(NOT_RECOGNISED, is_legend=True))
            yield doc.Section(f"Criteria: {spelled(review.kind)} request", blocks)
        yield from self.decisions()
        yield from _sentences("What approval allows", book.allowed)
        yield from self.thresholds()
        yield from _outline("What the criteria mean", map(self.definition, book.definitions))
        yield from _outline("What a case states", map(self.case_fact, book.facts))
        yield from self.listings()
        yield from _sentences("How the policy is read where it could be read otherwise", book.readings)
        yield from _sentences("What counts as conflicting evidence", book.impossible, IMPOSSIBLE)
        yield from _sentences("What is looked at before a report is signed", book.to_look_at, TO_LOOK_AT)
        yield from self.statements()
        if coverage:
            yield doc.Section("What tests cover", tuple(coverage))
        yield doc.Section("Open findings", (*_findings(book), *findings))

    def head(self) -> doc.Pairs:
        book = self.book
        pairs = [
            ("Drugs", "; ".join(book.drugs)),
            ("Requests", joined([spelled(each.kind) for each in book.reviews], "and")),
            ("Approved", _day(book.approved)),
            ("In force from", _day(book.effective)),
            ("Rules", book.file),
            ("Rules, SHA-256", book.policy_hash),
        ]
        return doc.Pairs(tuple(doc.Pair(name, one_line(value)) for name, value in pairs if value))

    def versions(self) -> Iterator[doc.Section]:
        """What each version asks for, side by side, where there are several."""
        starts = [each.start for each in self.book.versions]
        if len(starts) < 2 and not any(each.since for each in self.book.history):
            return
        rows = tuple(_held(each, starts) for each in self.book.history)
        head = (*VERSIONS, *(f"from {start}" for start in starts))
        known = [f"from {each.start}" for each in self.book.versions if each.is_reconstructed]
        note = (doc.Paragraph(RECONSTRUCTED.format(joined(known, "and"))),) if known else ()
        yield doc.Section("Versions side by side", (doc.Table(head, rows, heads_rows=True), *note))

    def drawing(self, review: Review) -> doc.Drawing:
        """The way of a request of one kind."""
        graph = flow(self.book, review)
        dot, caption = flow_dot(graph), DRAWN.format(spelled(review.kind))
        return doc.Drawing(caption, drawn(dot) if self.draws else "", dot, flow_mermaid(graph))

    # --- criteria and what they mean -------------------------------------------------------------------------------

    def criterion(self, part: Part) -> doc.Entry:
        return self.part(part, part.text, title_of(part.id))

    def alternative(self, part: Part) -> doc.Entry:
        return self.part(part, f"{title_of(part.id)}: {part.text}")

    def part(self, part: Part, text: str, title: str = "") -> doc.Entry:
        """A criterion or an alternative, as one of these texts says it."""
        remarks = [SINCE.format(part.since)] if part.since else []
        remarks += [EXEMPT.format(each) for each in part.exemptions]
        if part.alternatives:
            inside = tuple(map(self.alternative, part.alternatives))
            return self.entry(text, part.cite, remarks, ONE_OF, inside, part.key, title)
        lead, parts = self.ways(part.ways)
        return self.entry(text, part.cite, remarks, lead, parts, part.key, title, part.ways)

    def definition(self, each: Definition) -> doc.Entry:
        lead, parts = self.ways(each.ways)
        return self.entry(each.text, each.cite, (), lead, parts, each.key, title_of(each.name), each.ways)

    def case_fact(self, fact: CaseFact) -> doc.Entry:
        remarks = [QUESTION.format(each) for each in fact.questions]
        remarks += [CAN_BE.format(each.name, each.values) for each in fact.arguments]
        remarks += [DENIED.format(fact.denial)] if fact.denial else []
        parts = [doc.Entry(USED_IN, links=_links(fact.used_in))] if fact.used_in else []
        if fact.ways:
            lead, inside = self.ways(fact.ways)
            parts.append(doc.Entry(CONCLUDED + lead, parts=inside))
        return self.entry(fact.text, "", remarks, "", tuple(parts), fact.key, title_of(fact.name), fact.ways)

    def entry(
        self,
        text: str,
        cite: str,
        remarks: Iterable[str],
        lead: str,
        parts: tuple[doc.Entry, ...],
        key: str,
        title: str = "",
        program: Sequence[Way] = (),
    ) -> doc.Entry:
        anchor = "" if key in self.anchored else key
        self.anchored.add(key)
        return doc.Entry(
            one_line(text),
            one_line(cite),
            remarks=tuple(map(one_line, remarks)),
            lead=one_line(lead),
            parts=parts,
            title=one_line(title),
            anchor=anchor,
            places=tuple(one_line(way.place) for way in program if way.place),
            program="\n\n".join(way.program for way in program if way.program),
        )

    def ways(self, ways: Sequence[Way]) -> tuple[str, tuple[doc.Entry, ...]]:
        """What introduces the rules for something, and what they ask for."""
        if not ways:
            return NOTHING, ()
        if len(ways) == 1:
            return _lead(ways[0]), tuple(map(_condition, ways[0].conditions))
        return ONE_OF, tuple(map(self.way, ways))

    def way(self, way: Way) -> doc.Entry:
        """One rule of several."""
        if len(way.conditions) == 1 and not way.some:
            return _condition(way.conditions[0])
        return doc.Entry(one_line(_lead(way)), parts=tuple(map(_condition, way.conditions)))

    # --- tables ----------------------------------------------------------------------------------------------------

    def decisions(self) -> Iterator[doc.Section]:
        """The decision table of each criterion and alternative, once."""
        found: dict[tuple[str, Decision], list[str]] = {}
        for review in self.book.reviews:
            for part in (each for criterion in review.criteria for each in (criterion, *criterion.alternatives)):
                if part.decision is not None:
                    found.setdefault((part.id, part.decision), []).append(spelled(review.kind))
        tables = (
            table
            for (name, decision), kinds in found.items()
            for table in _decision(CAPTION.format(title_of(name), joined(kinds, "and")), decision)
        )
        if found:
            yield doc.Section("Decision tables", (doc.Paragraph(TABLE_LEGEND, is_legend=True), *tables))

    def thresholds(self) -> Iterator[doc.Section]:
        rows = tuple(
            (each.text, "; ".join(each.about), "; ".join(each.set_by), _see(each.used_in), one_line(each.cite))
            for each in self.book.thresholds
        )
        if rows:
            yield doc.Section("Thresholds: numbers and dates that decide", (doc.Table(THRESHOLDS, rows),))

    def listings(self) -> Iterator[doc.Section]:
        if self.book.listings:
            blocks = (block for each in self.book.listings for block in self.listing(each))
            yield doc.Section("Lists that the criteria use", tuple(blocks))

    def listing(self, listing: Listing) -> Iterator[doc.Block]:
        lead, parts = self.ways(listing.ways) if listing.ways else ("", ())
        groups = listing.groups
        text = groups[0].text if len(groups) == 1 else ""
        yield doc.Outline(
            (self.entry(text, listing.cite, (), lead, parts, listing.key, title_of(listing.name), listing.ways),)
        )
        for group in groups:
            yield from _rows(group, is_said=len(groups) == 1)

    def statements(self) -> Iterator[doc.Section]:
        """What the policy states besides, by place."""
        places = tuple(block for each in self.book.statements for block in _place(each))
        if places:
            yield doc.Section("What the policy states besides", places)


# --- pieces --------------------------------------------------------------------------------------------------------


def _sentences(title: str, texts: Sequence[str], lead: str = "") -> Iterator[doc.Section]:
    if texts:
        bullets = doc.Bullets(tuple(doc.Bullet(one_line(each)) for each in texts))
        yield doc.Section(title, (*([doc.Paragraph(lead)] if lead else []), bullets))


def _outline(title: str, entries: Iterable[doc.Entry]) -> Iterator[doc.Section]:
    listed = tuple(entries)
    if listed:
        yield doc.Section(title, (doc.Outline(listed),))


def _findings(book: Handbook) -> Iterator[doc.Block]:
    yield doc.Paragraph(ALL_SHOWN if book.findings else NONE_FOUND)
    if book.findings:
        yield doc.Bullets(tuple(doc.Bullet(one_line(each)) for each in book.findings))


def shown_by_solver(findings: Sequence[Finding]) -> Iterator[doc.Block]:
    """What the solver shows of a policy, each with the smallest case that shows it, where one does."""
    yield doc.Paragraph(SHOWN if findings else NOTHING_SHOWN)
    if findings:
        yield doc.Bullets(tuple(map(_finding, findings)))


def _finding(finding: Finding) -> doc.Bullet:
    text = one_line(finding_text(finding.diagnostic))
    return doc.Bullet(text, SHOWN_BY if finding.facts else "", tuple(case_text(finding.facts).splitlines()))


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _held(held: Held, starts: Sequence[datetime.date]) -> tuple[doc.Cell, ...]:
    """A requirement, with how it stands in each version."""
    name = one_line(title_of(held.name))
    return (
        f"– {name}" if held.is_alternative else name,
        spelled(held.kind),
        *(_standing(held, starts, each) for each in starts),
    )


def _standing(held: Held, starts: Sequence[datetime.date], start: datetime.date) -> doc.Badge:
    if held.since is None or held.since <= start:
        return doc.Badge(Look.MET.sign, HELD, Look.MET)
    later = min((each for each in starts if each > start), default=None)
    if later is None or held.since < later:
        return doc.Badge(Look.MET.sign, f"from {held.since}", Look.MET)
    return doc.Badge(Look.ASIDE.sign, NOT_YET, Look.ASIDE)


def _lead(way: Way) -> str:
    if not way.conditions:
        return EVERY
    some = joined([say("blank", each) for each in way.some], "and")
    if len(way.conditions) == 1:
        return FOR.format(some) if some else THIS
    return ALL_FOR.format(some) if some else ALL_OF


def _condition(condition: Condition) -> doc.Entry:
    return doc.Entry(one_line(condition.text), one_line(condition.cite), _links(condition.links))


def _links(links: Iterable[Link]) -> tuple[doc.See, ...]:
    return tuple(map(_see, links))


def _see(link: Link) -> doc.See:
    return doc.See(one_line(link.name), link.key)


def _decision(caption: str, decision: Decision) -> Iterator[doc.Block]:
    """The table of a decision: a row for each condition, and a column for each case, no more than fit a sheet beside each other."""
    table = decision.table
    if table is None:
        yield doc.Paragraph(TOO_LARGE.format(caption, decision_table.MOST_CONDITIONS, decision_table.MOST_ROWS))
        return
    for start in range(0, len(table.rows), MOST_COLUMNS):
        cases = table.rows[start : start + MOST_COLUMNS]
        head = (CONDITION, *(str(start + number) for number in range(1, len(cases) + 1)))
        rows: list[tuple[doc.Cell, ...]] = []
        for index, text in enumerate(decision.conditions):
            marks = (_mark(case.when[index], table.domains[index]) for case in cases)
            rows.append((one_line(text), *marks))
        rows.append((OUTCOME, *(_mark((case.outcome,)) for case in cases)))
        yield doc.Table(head, tuple(rows), caption if not start else CONTINUED.format(caption), heads_rows=True)


def _mark(truths: tuple[Truth, ...], domain: tuple[Truth, ...] = ()) -> doc.Mark:
    """The signs of truths; of all that there can be, that it makes no difference."""
    if truths == domain:
        return doc.Mark(Look.ASIDE.sign, "whatever it is", Look.ASIDE)
    looks = [Look.of(each) for each in truths]
    return doc.Mark(
        "".join(each.sign for each in looks),
        " or ".join(WORDS[each] for each in truths),
        looks[0] if len(looks) == 1 else None,
    )


def _rows(group: Rows, *, is_said: bool = False) -> Iterator[doc.Block]:
    """Rows under what they all say, if that is not said already."""
    caption = "" if is_said else one_line(group.text)
    if len(group.head) == 1:
        listed = ", ".join(cell for row in group.rows for cell in row)
        yield doc.Bullets((doc.Bullet(one_line(f"{caption}: {listed}" if caption else listed)),))
    elif not group.head and group.rows:
        yield doc.Bullets(tuple(doc.Bullet(one_line(cell)) for row in group.rows for cell in row))
    elif group.rows and group.head:
        yield doc.Table(group.head, tuple(tuple(map(one_line, row)) for row in group.rows), caption)
    elif caption:
        yield doc.Paragraph(caption)
    if group.more:
        yield doc.Paragraph(MORE_ROWS.format(group.more))


def _place(place: Place) -> Iterator[doc.Block]:
    yield doc.Outline((doc.Entry("", title=one_line(place.cite) or "Without a place"),))
    if place.sentences:
        yield doc.Bullets(tuple(doc.Bullet(one_line(each)) for each in place.sentences))
    for each in place.tables:
        yield from _rows(each)
