"""What is written of the cases of charts: a case file of each, or all of it as data for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kb.importers.facts import NotMapped, Origin, Stated
from kb.importers.mapping import MappedCase
from kb.language.declarations import Declarations
from kb.language.terms import Atom, Date, plain_text, printable, quote, shorten, term_text
from kb.names import folded

FIRST = ("request", "birth_date", "sex", "reproductive_potential", "partner_of_reproductive_potential", "indication")
"""What stands first in a case file; the rest follows in the order in which the rules declare it."""
MOST_RECORDED = 120


def case_text(case: MappedCase, declarations: Declarations) -> str:
    """The case file."""
    lines = [
        f"% {printable(_line(Path(case.chart).name))}, Patient/{printable(_line(case.request.patient.id or ''))}, as imported."
    ]
    if case.not_mapped:
        lines.append(f"% {len(case.not_mapped)} thing(s) in the chart are not mapped; the import lists them.")
    last: Origin | None = None
    for fact in in_order(case.facts, declarations):
        if fact.origin != last:
            lines += ["", source_text(fact.origin)]
            last = fact.origin
        lines.append(fact_text(fact, case.name) + _comment(fact))
    return "\n".join(lines) + "\n"


def in_order(facts: Sequence[Stated], declarations: Declarations) -> list[Stated]:
    """Facts in the order of a case file: what is requested, for whom, for what; then as the rules declare it, by arguments."""
    names = dict.fromkeys((*FIRST, *(pred.name for pred in declarations.preds)))
    rank = {name: number for number, name in enumerate(names)}

    def key(fact: Stated) -> tuple[int, list[str]]:
        return rank[fact.predicate], [term_text(each).rjust(3) for each in fact.args[:-1]]

    return sorted(facts, key=key)


def fact_text(fact: Stated, case: str) -> str:
    """A fact as the language has it."""
    args = ", ".join(map(term_text, (Atom(case), *fact.args)))
    return f"{'-' if fact.negative else ''}{fact.predicate}({args})."


def source_text(origin: Origin) -> str:
    """The declaration of where facts come from."""
    parts = [quote(origin.place, "'")]
    parts += [] if origin.by is None else [f"by({quote(origin.by, chr(39))})"]
    parts += [] if origin.on is None else [f"on({term_text(Date(origin.on))})"]
    return f":- source({', '.join(parts)})."


def _comment(fact: Stated) -> str:
    names = {folded(plain_text(each)) for each in fact.args}
    is_plain = fact.recorded is None or folded(fact.recorded.strip('"')) in names
    said = [] if is_plain or fact.recorded is None else [shorten(_line(fact.recorded), MOST_RECORDED)]
    said += [] if not fact.also else [f"and at {len(fact.also)} more place(s)"]
    return f" % {printable('; '.join(said))}" if said else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def import_json(
    cases: Sequence[MappedCase], not_mapped: Sequence[NotMapped], files: Mapping[str, str]
) -> dict[str, object]:
    """Cases, and what is not mapped, as data; `files` are those that are written, by the names of their cases."""
    return {
        "cases": [
            {
                "case": case.name,
                "chart": case.chart,
                "patient": case.request.patient.id,
                "file": files.get(case.name),
                "lacks": case.request.lacks,
                "facts": [_fact_json(each, case.name) for each in case.facts],
            }
            for case in cases
        ],
        "not_mapped": [
            {"case": each.case, "file": each.file, "place": each.place, "what": each.what, "reason": each.reason}
            for each in not_mapped
        ],
    }


def _fact_json(fact: Stated, case: str) -> dict[str, object]:
    return {
        "fact": fact_text(fact, case),
        "recorded": fact.recorded,
        "source": _origin_json(fact.origin),
        "also": [_origin_json(each) for each in fact.also],
    }


def _origin_json(origin: Origin) -> dict[str, object]:
    return {"text": origin.place, "by": origin.by, "on": None if origin.on is None else origin.on.isoformat()}
