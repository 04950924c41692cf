"""What became of the edits of a policy, for people and programs: a document, JSON, and tests for those that no test notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from explain.authoring.mutation import Fate, Mutant
from explain.authoring.witnesses import case_text
from explain.report import document as doc
from explain.report.data import limits_json
from explain.words.phrases import one_line, say
from kb.language.printer import show_atom

LOOKS: Mapping[Fate, doc.Look] = MappingProxyType(
    {
        Fate.KILLED: doc.Look.MET,
        Fate.EQUIVALENT: doc.Look.ASIDE,
        Fate.REFUSED: doc.Look.ASIDE,
        Fate.ALIVE: doc.Look.UNMET,
        Fate.UNDECIDED: doc.Look.OPEN,
    }
)
"""The colour of each fate."""


def document(mutants: Sequence[Mutant], *, is_whole: bool) -> doc.Document:
    """The edits that no test notices, each with the smallest case that would, or all edits where the `whole` is told; and how many
    there are of each."""
    told = [each for each in mutants if is_whole or each.fate in (Fate.ALIVE, Fate.UNDECIDED)]
    rows = tuple(
        (f"{each.edit.span.file}:{each.edit.span.line}", one_line(each.edit.text), _badge(each), _remark(each))
        for each in told
    )
    sections = [
        doc.Section("", (doc.Table(tuple(say(f"mutant_{key}") for key in ("place", "edit", "fate", "by")), rows),))
    ]
    sections += [_alive(each) for each in mutants if each.fate is Fate.ALIVE]
    return doc.Document(
        say("mutants"),
        (*(sections if rows else ()), doc.Section(say("outcome"), (doc.Paragraph(summary(mutants)),))),
    )


def _badge(mutant: Mutant) -> doc.Badge:
    look = LOOKS[mutant.fate]
    return doc.Badge(look.sign, mutant.fate.value, look)


def _remark(mutant: Mutant) -> str:
    match mutant.fate:
        case Fate.KILLED:
            return one_line(mutant.killer or "")
        case Fate.REFUSED:
            return ", ".join(dict.fromkeys(each.code for each in mutant.diagnostics))
        case Fate.ALIVE:
            return say("in_case_of", len(mutant.facts))
        case Fate.EQUIVALENT if mutant.limits:
            return say("no_flip_in_scope")
        case Fate.EQUIVALENT | Fate.UNDECIDED:
            return ""


def _alive(mutant: Mutant) -> doc.Section:
    edit = mutant.edit
    title = one_line(f"{edit.span.file}:{edit.span.line}: {edit.text}")
    return doc.Section(title, (doc.Letter(tuple(case_text(mutant.facts).splitlines())),))


def summary(mutants: Iterable[Mutant]) -> str:
    """How many edits there are, and what became of them, in a line."""
    counts = Counter(each.fate for each in mutants)
    total = sum(counts.values())
    return f"{total:,} edits: " + ", ".join(f"{counts[fate]:,} {fate.value}" for fate in Fate if counts[fate])


def mutants_json(mutants: Sequence[Mutant]) -> dict[str, object]:
    """The same as JSON data."""
    counts = Counter(each.fate for each in mutants)
    return {
        **{fate.value: counts[fate] for fate in Fate},
        "mutants": [
            {
                "operator": each.edit.operator.value,
                "file": each.edit.span.file,
                "line": each.edit.span.line,
                "column": each.edit.span.column,
                "edit": each.edit.text,
                "fate": each.fate.value,
                "killed_by": each.killer,
                "case": [show_atom(fact) for fact in each.facts],
                "limits": limits_json(each.limits),
                "refused_with": [diagnostic.code for diagnostic in each.diagnostics],
            }
            for each in mutants
        ],
    }


def lead(mutant: Mutant) -> str:
    """What a test is for that is made of an edit that no test notices."""
    edit = mutant.edit
    return say("test_for_edit", one_line(f"{edit.span.file}:{edit.span.line}"), one_line(edit.text))


def survivors(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """Those that no test notices, one for each case."""
    seen: set[object] = set()
    for each in mutants:
        if each.fate is Fate.ALIVE and each.facts not in seen:
            seen.add(each.facts)
            yield each
