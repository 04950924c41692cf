"""Explanations and reviews for the terminal (rich). It arranges what the values say and works nothing out.

Status is told by a word or sign, never by colour alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from engine.knowledge import Answers
from explain.report.document import Asked, first_version, more_ways, sides, statement, way_asked, ways
from explain.report.output import write_out
from explain.report.reasons import Reason, findings, reasons
from explain.report.review import Criterion, Review
from explain.report.tree_text import print_tree as print_tree
from explain.words.phrases import DETERMINATIONS, QUANTITIES, STATUSES
from explain.words.sentences import say
from kb.language.printer import show_term
from kb.language.terms import plain_text, printable
from kb.language.truth import Truth

if TYPE_CHECKING:
    from explain.workspace import Missing

STATUS_STYLES = {"met": "green", "not_met": "red", "not_documented": "yellow", "not_applicable": "dim"}
WIDTH = 100


@contextmanager
def page(path: str | None = None) -> Iterator[Console]:
    """A console whose text is written when it is complete, to standard output or a file: with colours only on a
    terminal, of one width where there is none, and without blanks at line ends."""
    on_terminal = path is None and sys.stdout.isatty()
    out = Console(width=None if on_terminal else WIDTH, highlight=False, force_terminal=on_terminal)
    with out.capture() as captured:
        yield out
    write_out("".join(line.rstrip() + "\n" for line in captured.get().splitlines()), path)


def console() -> Console:
    """A console on standard output: colours only on a terminal, and of one width where there is none."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


def print_answers(answers: Answers, out: Console) -> None:
    """Answers as a table; the unknown ones are marked."""
    if not answers.variables:
        out.print({Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "unknown: not documented"}[answers.truth])
        return
    if not answers.true and not answers.unknown:
        out.print("no answers")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for var in answers.variables:
        table.add_column(var.name, overflow="fold")
    if answers.unknown:
        table.add_column("")
    for row in answers.true:
        table.add_row(*(Text(show_term(each)) for each in row), *([""] if answers.unknown else []))
    for open_row in answers.unknown:
        table.add_row(*(Text(show_term(each)) for each in open_row), Text("not documented", style="yellow"))
    out.print(table)


def print_review(review: Review, out: Console, *, show_proof: bool = False) -> None:
    """The report that a reviewer signs."""
    out.print(Text(f"Review of case {printable(plain_text(review.case))}", style="bold"))
    head = Table(box=None, show_header=False, pad_edge=False)
    head.add_column(style="dim", no_wrap=True)
    head.add_column(overflow="fold")
    head.add_row("Policy", Text(printable(_policy_line(review))))
    head.add_row("Request", Text(f"{review.kind} request for {review.drug}, {review.date}"))
    wording, style = DETERMINATIONS[review.determination]
    head.add_row(
        "Determination",
        Text.assemble((review.determination.upper().replace("_", " "), f"bold {style}"), f": {wording}"),
    )
    out.print(head)
    for conflict in review.conflicts:
        _section(out, "Conflicting evidence")
        _print_reasons(sides(conflict), out)
    for uncovered in review.uncovered:
        _section(out, "Indication")
        _print_reasons(findings(uncovered), out)
    if review.criteria:
        _section(out, "Criteria")
        out.print(Padding(_criteria_table(review.criteria), (0, 0, 0, 2)))
    if review.missing:
        _section(out, "Not documented: any one of these would meet the criteria")
        _print_ways(ways(review), out, more_ways(review))
    _section(out, "Authorization and quantity")
    if review.authorization is not None:
        given = review.authorization
        out.print(
            Padding(
                Text(f"{given.start} until {given.until}, at most {given.tablets} tablets for {given.days} days"),
                (0, 0, 0, 2),
            )
        )
    else:
        out.print(Padding(Text("no authorization is given by this report"), (0, 0, 0, 2)))
    if review.quantity is not None:
        out.print(
            Padding(
                Text(f"quantity: {QUANTITIES[review.quantity]} ({printable(review.quantity_text or '')})"), (0, 0, 0, 2)
            )
        )
    if review.assumptions:
        _section(out, "Assumptions")
        for assumption in review.assumptions:
            out.print(Padding(Text(f"- {printable(assumption)}"), (0, 0, 0, 2)))
    if show_proof and review.proof is not None:
        _section(out, "Proof")
        print_tree(review.proof, out)
    _section(out, "Record")
    out.print(
        Padding(
            Text(f"policy sha256 {review.policy_hash}\nfacts  sha256 {review.facts_hash}", style="dim"), (0, 0, 0, 2)
        )
    )
    out.print(
        Padding(
            Text("This report says whether documented facts meet the policy's criteria. A clinician decides."),
            (0, 0, 0, 2),
        )
    )
    out.print(Padding(Text("Reviewer: ____________________________   Date: ______________"), (1, 0, 0, 2)))


def print_missing(found: Missing, out: Console) -> None:
    """What is not documented and would make a goal hold, as questions."""
    if found.truth is Truth.TRUE:
        out.print("nothing is missing: the goal holds")
    elif not found.sets:
        for case in found.unknown_cases:
            out.print(Text(say("no_case", printable(plain_text(case)))))
        out.print("nothing that is not documented would make the goal hold")
    else:
        out.print("Not documented: any one of these would make the goal hold")
        more = say("more_ways", len(found.ways), "GOAL") if found.are_more else None
        _print_ways([way_asked(way) for way in found.ways], out, more)


def _print_ways(ways: Sequence[tuple[Asked, ...]], out: Console, more: str | None) -> None:
    """Ways to settle a goal: what each asks for, the first with the way's number; `more` says that there are others."""
    for number, facts in enumerate(ways, 1):
        for index, fact in enumerate(facts):
            shown = Text(f"{number}." if index == 0 else "  ").append(f" {fact.question}")
            shown.append(f"  {fact.fact}" + (f" ({fact.answer})" if fact.answer else ""), style="dim")
            out.print(Padding(shown, (0, 0, 0, 2)))
    if more:
        out.print(Padding(Text(more), (0, 0, 0, 2)))


def _policy_line(review: Review) -> str:
    if review.policy is None:
        return "no policy covers the requested drug"
    approved = f", approved {review.approved}" if review.approved else ""
    version = (
        f"version of {review.effective}"
        if review.effective
        else f"no version is in force on the date of the request{first_version(review)}"
    )
    return f"{review.title or review.policy}{approved}; {version}"


def _section(out: Console, title: str) -> None:
    out.print()
    out.print(Text(title, style="bold"))


def _criteria_table(criteria: tuple[Criterion, ...]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for criterion in criteria:
        _add_criterion(table, criterion, "")
    return table


def _add_criterion(table: Table, criterion: Criterion, indent: str) -> None:
    said = Text(statement(criterion))
    if criterion.cite:
        said.append(f"  [{printable(criterion.cite)}]", style="cyan")
    table.add_row(Text(indent + STATUSES[criterion.status], style=STATUS_STYLES[criterion.status]), said)
    for alternative in criterion.alternatives:
        _add_criterion(table, alternative, indent + "  ")
    if not criterion.alternatives:
        for line in _reason_lines(reasons(criterion.node)):
            table.add_row("", line)


def _reason_lines(found: Iterable[Reason]) -> Iterator[Text]:
    for text, evidence in found:
        line = Text(f"- {printable(text)}")
        for each in evidence:
            line.append(f"  <{each}>", style="dim")
        yield line


def _print_reasons(found: Iterable[Reason], out: Console) -> None:
    for line in _reason_lines(found):
        out.print(Padding(line, (0, 0, 0, 2)))
