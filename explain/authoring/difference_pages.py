"""What changes from one policy to another, for people and programs: a document, JSON, and case files."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from msgspec import Struct, to_builtins

from engine.batch.flips import Flips
from engine.symbolic.limits import Bound, GivenUp
from explain.authoring.differences import Compared, Difference, Flip, Verdict, difference
from explain.authoring.smallest_cases import Found
from explain.authoring.witnesses import Change, Witness, case_text, confirmed_text, witness
from explain.proof.node_json import node_json
from explain.report import document as doc
from explain.report.layout import condense, lay_out
from explain.report.review import Criterion
from explain.report.searches import reasons
from explain.words.phrases import STATUSES, number, one_line, say
from explain.workspace import Workspace
from kb.language.declarations import Declarations
from kb.language.printer import show_atom
from kb.language.syntax import AtomF
from kb.language.terms import plain_text
from kb.language.truth import Truth

SIGNS: Mapping[Verdict, tuple[str, doc.Look]] = MappingProxyType(
    {
        Verdict.EQUIVALENT: ("=", doc.Look.ASIDE),
        Verdict.LOOSER: ("+", doc.Look.MET),
        Verdict.TIGHTER: ("-", doc.Look.UNMET),
        Verdict.INCOMPARABLE: ("±", doc.Look.UNMET),
        Verdict.UNDECIDED: ("?", doc.Look.OPEN),
    }
)
"""The sign and the colour of each verdict."""
STATUS = MappingProxyType({Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "not_documented"})
"""What a decision is called that has a truth value."""


class Shown(Struct, frozen=True):
    """A flip with the case that shows it; None where there is none, or where the reviews of what was found do not say the same."""

    flip: Flip
    witness: Witness | None


class ShownDecision(Struct, frozen=True):
    """A decision, compared, with the flips that some case shows."""

    compared: Compared
    shown: tuple[Shown, ...]


class Pages(Struct, frozen=True):
    """A difference that is to be told, between two policies by the names that they were asked for."""

    old: str
    new: str
    difference: Difference
    decisions: tuple[ShownDecision, ...]
    declarations: Declarations
    population: Flips | None = None
    """What flips in a population."""

    @property
    def witnesses(self) -> Iterator[tuple[Compared, Shown]]:
        """The flips that a case shows, with what flips."""
        return ((each.compared, shown) for each in self.decisions for shown in each.shown if shown.witness)


def pages_of(old_name: str, new_name: str, old: Workspace, new: Workspace) -> Pages:
    """What changes from one policy to another, each case that shows it reviewed under both."""
    found = difference(old, new)
    decisions = tuple(_shown(old, new, each) for each in found.compared)
    return Pages(old_name, new_name, found, decisions, new.rules.declarations)


def _shown(old: Workspace, new: Workspace, compared: Compared) -> ShownDecision:
    """A decision with the cases that show its flips; a case that reviews do not confirm shows nothing."""
    found = [(flip, None if flip.facts is None else witness(old, new, compared, flip)) for flip in compared.flips]
    flips = tuple(
        flip if flip.facts is None or case is not None else replace(flip, found=Found(None, (GivenUp(Bound.REPLAY),)))
        for flip, case in found
    )
    shown = tuple(Shown(flip, case) for flip, case in found if case is not None)
    return ShownDecision(replace(compared, flips=flips), shown)


def _word(truth: Truth) -> str:
    return STATUSES[STATUS[truth]]


def flip_words(flip: Flip) -> str:
    """A flip in words."""
    return say("flip", _word(flip.before), _word(flip.after))


# --- a document ------------------------------------------------------------------------------------------------------


def document(pages: Pages, *, folds: bool = False) -> doc.Document:
    """The verdicts, the smallest case for each flip with what differs in its explanations, and what was looked at; where the medium
    `folds` explanations away, in full."""
    numbers = itertools.count(1)
    told = [(each.compared, shown) for each in pages.decisions[:1] for shown in each.shown]
    if not any(shown.witness for _, shown in told):
        told = [(each.compared, shown) for each in pages.decisions[1:] for shown in each.shown]
    sections = [
        section
        for compared, shown in told
        if shown.witness
        for section in _case(compared, shown.flip, shown.witness, numbers, folds=folds)
    ]
    return doc.Document(
        say("difference", one_line(pages.old), one_line(pages.new)),
        (
            doc.Section("", (_verdicts(pages),)),
            *sections,
            doc.Section(say("looked_at"), tuple(_scope(pages))),
            *(() if pages.population is None else (_population(pages.population),)),
        ),
    )


def _verdicts(pages: Pages) -> doc.Table:
    rows: list[tuple[str | doc.Badge | doc.See, ...]] = [_row(each) for each in pages.decisions]
    rows += [(one_line(each.label), _badge("–", say("only_old")), "") for each in pages.difference.only_old]
    rows += [(one_line(each.label), _badge("–", say("only_new")), "") for each in pages.difference.only_new]
    return doc.Table((say("decision"), say("verdict"), say("smallest_cases")), tuple(rows))


def _badge(sign: str, word: str) -> doc.Badge:
    return doc.Badge(sign, word, doc.Look.ASIDE)


def _row(each: ShownDecision) -> tuple[str | doc.Badge | doc.See, ...]:
    compared = each.compared
    sign, look = SIGNS[compared.verdict]
    if not compared.flips:
        told = say("same_rules")
    else:
        found = [_flip_in_row(flip) for flip in compared.flips if flip.facts is not None or not flip.is_decided]
        is_in_scope = any(flip.is_in_scope for flip in compared.flips)
        none = say("no_flip_in_scope" if is_in_scope else "no_flip")
        told = "; ".join([*found, say("no_other_in_scope")] if found and is_in_scope else found) or none
    return one_line(compared.new.label), doc.Badge(sign, compared.verdict.value, look), told


def _flip_in_row(flip: Flip) -> str:
    if flip.facts is None:
        return say("flip_undecided", flip_words(flip))
    return say("flip_size", flip_words(flip), len(flip.facts))


def _case(
    compared: Compared, flip: Flip, found: Witness, numbers: Iterator[int], *, folds: bool
) -> Iterator[doc.Section]:
    """A case, with what differs in its explanations: all of it folded away, or of the innermost change in sections below."""
    title = say("flip_title", one_line(compared.new.label), flip_words(flip), number(len(found.facts)))
    facts = doc.Letter(tuple(case_text(found.facts).splitlines()))
    if folds:
        told = (doc.Explanation(*each) for change in found.changes for each in _full(change, numbers))
        yield doc.Section(title, (facts, *told))
    else:
        yield doc.Section(title, (facts,))
        for change in found.changes[:1]:
            for which, criterion in _sides(change):
                yield doc.Section(which, (doc.Explanation("", condense(criterion.node)),))


def _sides(change: Change) -> Iterator[tuple[str, Criterion]]:
    """What changes under each policy, with what it is called."""
    for which, criterion in (("old_policy", change.before), ("new_policy", change.after)):
        yield say(which, one_line(change.id), STATUSES[criterion.status]), criterion


def _full(change: Change, numbers: Iterator[int]) -> Iterator[tuple[str, tuple[doc.Tree, ...]]]:
    """The explanations of a change in full, numbered through."""
    for which, criterion in _sides(change):
        yield which, lay_out(criterion.node, numbers=numbers)


def _scope(pages: Pages) -> Iterator[doc.Block]:
    """What the cases are that were looked at."""
    difference = pages.difference
    if not difference.requests and not difference.stated:
        yield doc.Paragraph(say("all_same"))
        return
    points = []
    if difference.requests:
        points.append(doc.Bullet(_requests(difference.requests)))
    points.append(doc.Bullet(say("stated_of", ", ".join(map(str, difference.stated)))))
    points.append(doc.Bullet(say("no_conflicts")))
    limits = dict.fromkeys(
        limit for each in pages.decisions for flip in each.compared.flips for limit in flip.found.limits
    )
    points += [doc.Bullet(each) for each in reasons(tuple(limits), pages.declarations)]
    yield doc.Bullets(tuple(points))


def _population(flips: Flips) -> doc.Section:
    """What flips in a population, most cases first in each column."""
    rows = tuple(
        (
            each.column,
            say("flip", each.before or say("none"), each.after or say("none")),
            f"{each.count:,}",
            ", ".join(each.examples),
        )
        for each in flips.flipped
    )
    told: list[doc.Block] = [doc.Paragraph(say("population_flips", f"{flips.cases:,}"))]
    if flips.only_old or flips.only_new:
        told.append(doc.Paragraph(say("population_aside", f"{flips.only_old:,}", f"{flips.only_new:,}")))
    if rows:
        told.append(
            doc.Table(tuple(say(f"population_{name}") for name in ("column", "flip", "count", "examples")), rows)
        )
    else:
        told.append(doc.Paragraph(say("population_same")))
    return doc.Section(say("population"), tuple(told))


def _requests(requests: Sequence[AtomF]) -> str:
    """The requests in words."""
    drugs, kinds, days = ([*dict.fromkeys(plain_text(each.args[at]) for each in requests)] for at in (1, 2, 3))
    shown = ", ".join(days) if len(days) <= MOST_DAYS else say("days_from_to", number(len(days)), days[0], days[-1])
    return one_line(say("requests_for", ", ".join(drugs), ", ".join(kinds), shown))


MOST_DAYS = 4
"""How many days of requests are listed."""


# --- JSON and files --------------------------------------------------------------------------------------------------


def difference_json(pages: Pages) -> dict[str, object]:
    """The same as JSON data; each step of the explanations of a case is there once."""
    difference = pages.difference
    return {
        "old": pages.old,
        "new": pages.new,
        "decisions": [_decision_json(each) for each in pages.decisions],
        "only_old": [each.label for each in difference.only_old],
        "only_new": [each.label for each in difference.only_new],
        "scope": {
            "requests": [show_atom(each) for each in difference.requests],
            "facts_of": [str(each) for each in difference.stated],
        },
        "population": None if pages.population is None else to_builtins(pages.population),
    }


def _decision_json(each: ShownDecision) -> dict[str, object]:
    compared = each.compared
    return {
        "id": compared.new.id,
        "criterion": compared.new.criterion,
        "kinds": list(compared.new.kinds),
        "verdict": compared.verdict.value,
        "flips": [_flip_json(flip, _of(each.shown, flip)) for flip in compared.flips],
    }


def _of(shown: Sequence[Shown], flip: Flip) -> Witness | None:
    return next((each.witness for each in shown if each.flip is flip), None)


def _flip_json(flip: Flip, found: Witness | None) -> dict[str, object]:
    facts = found.facts if found is not None else flip.facts
    told: set[str] = set()
    return {
        "before": STATUS[flip.before],
        "after": STATUS[flip.after],
        "search": flip.found.status.value,
        "size": None if facts is None else len(facts),
        "case": None if facts is None else case_text(facts),
        "before_determination": None if found is None else found.before.determination.value,
        "after_determination": None if found is None else found.after.determination.value,
        "differs": []
        if found is None
        else [
            {"id": each.id, "before": node_json(each.before.node, told), "after": node_json(each.after.node, told)}
            for each in found.changes
        ],
    }


def tests(pages: Pages) -> Iterator[tuple[str, str]]:
    """Policy tests that show every flip which a case shows, none of them only what others show: the name of a file, and a case with
    what the new policy says of it."""
    told: set[tuple[str, str, Truth, Truth]] = set()
    for compared, shown in pages.witnesses:
        flip, found = shown.flip, shown.witness
        own = {(compared.new.id, kind, flip.before, flip.after) for kind in compared.new.kinds}
        if found is not None and told.isdisjoint(own):
            told |= {(each.id, found.before.kind, each.before.truth, each.after.truth) for each in found.changes}
            name = re.sub(r"\W+", "_", f"{compared.new.label} {STATUS[flip.before]} to {STATUS[flip.after]}")
            lead = say("test_for_flip", one_line(compared.new.label), flip_words(flip))
            yield name, confirmed_text(found.new, found.facts, lead, name)
