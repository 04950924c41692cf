"""Documents, answers and what is missing, for the terminal (rich). It arranges what the values say and works nothing out.

Status is told by a word or sign, never by colour alone.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO, assert_never

from msgspec.structs import replace
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from rich.tree import Tree as RichTree

from engine.knowledge import Answers
from explain.proof.nodes import Node
from explain.report import document as doc
from explain.report.contents import Outcomes, brief
from explain.report.layout import condense
from explain.report.review import Review
from explain.report.statements import way_asked
from explain.words.phrases import DETERMINATIONS, one_line, say
from explain.workspace import Missing
from kb.language.printer import show_term
from kb.language.terms import printable, shorten
from kb.language.truth import Truth
from kb.output import Output
from kb.screen import itself, visible

if TYPE_CHECKING:  # what is only printed at times is only imported then
    from engine.batch import Summary

LOOKS = MappingProxyType({doc.Look.MET: "green", doc.Look.UNMET: "red", doc.Look.OPEN: "yellow", doc.Look.ASIDE: "dim"})
PLAIN_SIGNS = MappingProxyType({Truth.TRUE: "yes", Truth.FALSE: "no ", Truth.UNKNOWN: "?  "})
"""The signs where the terminal cannot show others."""
WIDTH = 100


@contextmanager
def page(output: Output | None = None) -> Iterator[Console]:
    """A console whose text is written when it is complete, to standard output or a file: with colours only on a
    terminal, of one width where there is none, and without blanks at line ends."""
    output = output or Output()
    out = SafeConsole(_Unwritten(itself(sys.stdout)), output.is_terminal)
    with out.capture() as captured:
        yield out
    replace(output, has_colours=True).write(_without_blanks(captured.get()))


def report_text(review: Review, *, on_terminal: bool, show_proof: bool = False) -> str:
    """The report that a reviewer signs, with colours on a terminal."""
    return _printed(lambda out: print_review(review, out, show_proof=show_proof), on_terminal)


def joined(reports: Iterable[str], outcomes: Outcomes, *, on_terminal: bool) -> Iterator[str]:
    """Reports one below the other as they come, then what came of all."""
    for number, each in enumerate(reports):
        yield (_printed(Console.rule, on_terminal) if number else "") + each
    yield _printed(lambda out: print_outcomes(outcomes, out), on_terminal)


def _printed(show: Callable[[Console], None], on_terminal: bool) -> str:
    """What is printed, as text for standard output."""
    out = SafeConsole(_Unwritten(itself(sys.stdout)), on_terminal)
    with out.capture() as captured:
        show(out)
    return _without_blanks(captured.get())


def _without_blanks(text: str) -> str:
    """A text without blanks at line ends."""
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def plain(show: Callable[[Console], None]) -> str:
    """What is printed, as text without colours."""
    out = SafeConsole(io.StringIO(), False)
    with out.capture() as captured:
        show(out)
    return _without_blanks(captured.get())


def console() -> Console:
    """A console on standard output: colours only on a terminal, and of one width where there is none."""
    return SafeConsole(itself(sys.stdout), sys.stdout.isatty())


class _Unwritten(io.StringIO):
    """What a console that is captured has in the place of a stream: its encoding, and not the stream, on which even nothing may be
    more than can be written, in whichever process."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._encoding = stream.encoding

    @property
    def encoding(self) -> str:  # type: ignore[override] # that of a text is none
        return self._encoding


class SafeConsole(Console):
    """A console whose colours are its own: nothing in a text is taken for markup, or reaches the terminal as a command."""

    def __init__(self, file: TextIO, on_terminal: bool) -> None:
        width = None if on_terminal else WIDTH
        super().__init__(
            file=file,
            width=width,
            force_terminal=on_terminal,
            force_jupyter=False,  # in a notebook, Rich would show what is printed by itself
            markup=False,
            emoji=False,
            highlight=False,
        )

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of something that is printed, each with its style."""
        for each in super().render(renderable, options):
            yield each if each.control else Segment(visible(each.text), each.style)


def print_remarks(remarks: Iterable[str], out: Console) -> None:
    """What there is to say before an answer."""
    for each in remarks:
        out.print(_text(each, "yellow"))


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
    print_document(brief(review, with_proof=show_proof), out)


def print_outcomes(outcomes: Outcomes, out: Console) -> None:
    """The table below the reports of several cases."""
    document = outcomes.document()
    if document is not None:
        out.rule()
        print_document(document, out)


def print_tree(node: Node, out: Console) -> None:
    """An explanation as a tree, and as further trees what is too long for a line under a count."""
    _print_trees(condense(node), out)


def print_document(document: doc.Document, out: Console) -> None:
    """A document under its title."""
    out.print(_text(document.title, "bold"))
    for section in document.sections:
        _print_section(section, out)


def print_missing(found: Missing, out: Console) -> None:
    """What is not documented and would make a goal hold, as questions."""
    if found.truth is Truth.TRUE:
        out.print("nothing is missing: the goal holds")
    elif not found.first.sets:
        _print_block(doc.Paragraph(found.unfound[0]), out, 0)
    else:
        out.print("Not documented: any one of these would make the goal hold")
        ways = tuple(way_asked(way.facts, way.choices) for way in found.first.ways)
        _print_block(doc.Ways(ways), out, 2)
        if found.first.are_more:
            _print_block(doc.Paragraph(say("more_ways", len(ways), "GOAL")), out, 2)
        for line in found.unfound[:1]:
            _print_block(doc.Paragraph(line), out, 2)
    for line in found.unfound[1:]:
        _print_block(doc.Paragraph(line), out, 2)


MOST_REMARKS = 20
"""How many names that are not recognised, and checks, are printed of a batch."""
MOST_OF_A_NAME = 120
"""How many letters are printed of such a name."""


def print_summary(summary: Summary, out: Console) -> None:
    """The counts, and the files that were written."""
    print_counts(summary, out)
    out.print(Text(f"determinations: {summary.output}"))
    if summary.faults:
        out.print(Text(f"set aside: {summary.rejects}"))
    if summary.reasons:
        out.print(Text(f"reasons: {summary.reasons}"))
    if summary.imported is not None:
        out.print(Text(f"facts and their places, and what is not mapped: {summary.imported.account}"))


def print_counts(summary: Summary, out: Console) -> None:
    """The counts: cases in are those decided and those set aside."""
    cases = _counted(summary.cases, "case", "cases")
    out.print(f"{cases}: {summary.decided:,} decided, {summary.set_aside:,} set aside")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    for word, count in summary.determinations:
        _, style = DETERMINATIONS[word]
        table.add_row(f"{count:,}", Text(word, style=style))
    out.print(table)
    for what, counts in (("not recognised", summary.not_recognised), ("to check", summary.checks)):
        for word, count in counts[:MOST_REMARKS]:
            out.print(Text(printable(f"{count:,} {what}: {shorten(word, MOST_OF_A_NAME)}")))
        if len(counts) > MOST_REMARKS:
            out.print(f"{what}: {len(counts) - MOST_REMARKS:,} more, in the determinations")
    if summary.imported is not None:
        things = _counted(summary.imported.not_mapped, "thing in the bundles is", "things in the bundles are")
        out.print(f"{things} not mapped")
    if summary.rows_without_case:
        rows = _counted(summary.rows_without_case, "row is", "rows are")
        out.print(f"{rows} about no case that has a request")
    for fault in summary.faults:
        example = f", for example {shorten(fault.example, MOST_OF_A_NAME)}" if fault.example else ""
        out.print(Text(printable(f"{fault.count:,} set aside: {fault.reason} [{fault.code}]{example}")))


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _print_section(section: doc.Section, out: Console) -> None:
    if section.title:
        out.print()
        out.print(_text(section.title, "bold"))
    for block in section.blocks:
        _print_block(block, out, 2 if section.title else 0)


def _print_block(block: doc.Block, out: Console, indent: int) -> None:
    """Prints a block; trees use the whole width."""
    match block:
        case doc.Explanation(title, trees):
            if title:
                _print_lines([_text(title)], out, indent)
            _print_trees(trees, out)
        case doc.Signature(blanks):
            line = "   ".join(f"{each.label}: {'_' * each.room}" for each in blanks)
            out.print(Padding(_text(line), (1, 0, 0, indent)))
        case doc.Pairs(pairs, is_record):
            _print_lines([_pairs(pairs, is_record)], out, indent)
        case doc.Unstated(label, names):
            _print_lines([_pairs((doc.Pair(label, ", ".join(names)),), is_record=False)], out, indent)
        case doc.Criteria(rows):
            _print_lines([_criteria(rows)], out, indent)
        case doc.Verdict(badge, wording, disclaimer):
            _print_lines([_value(wording, badge), _text(disclaimer)], out, indent)
        case doc.Paragraph(text):
            _print_lines([_text(text)], out, indent)
        case doc.Sentences(texts) | doc.Letter(texts):
            _print_lines(map(_text, texts), out, indent)
        case doc.Bullets(points):
            _print_lines((line for each in points for line in _point(each)), out, indent)
        case doc.Reasons(reasons):
            _print_lines(map(_reason, reasons), out, indent)
        case doc.Table():
            _print_lines([*([_text(block.caption, "bold")] if block.caption else []), _table(block)], out, indent)
        case doc.Outline(entries):
            for each in entries:
                _print_entry(each, out, indent)
        case doc.Drawing(caption):
            _print_lines([_text(caption)], out, indent)
        case doc.Ways(ways):
            _print_lines((line for number, facts in enumerate(ways, 1) for line in _way(number, facts)), out, indent)
        case _:
            assert_never(block)


def _print_lines(lines: Iterable[RenderableType], out: Console, indent: int) -> None:
    for line in lines:
        out.print(Padding(line, (0, 0, 0, indent)))


def _text(text: str, style: str = "") -> Text:
    """A text with nothing in it that a terminal would take for a command."""
    return Text(one_line(text), style=style)


def _pairs(pairs: tuple[doc.Pair, ...], is_record: bool) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0) if is_record else (0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(style="dim" if is_record else "", overflow="fold")
    for each in pairs:
        table.add_row(_text(each.name), _value(each.value, each.badge))
    return table


def _print_entry(entry: doc.Entry, out: Console, indent: int) -> None:
    """A statement, with what it is made of further in."""
    if entry.title:
        out.print()
        _print_lines([_text(entry.title, "bold")], out, indent)
    said = _text(entry.text if entry.title else f"- {entry.text}")
    if entry.cite:
        said.append_text(_text(f"  [{entry.cite}]", "cyan"))
    if entry.links:
        said.append_text(_text(f"  see {', '.join(each.text for each in entry.links)}", "dim"))
    if entry.places:
        said.append_text(_text(f"  <{', '.join(entry.places)}>", "dim"))
    _print_lines([said, *(_text(f"  {each}", "dim") for each in entry.remarks)], out, indent)
    if entry.lead:
        _print_lines([_text(entry.lead)], out, indent + 2)
    for each in entry.parts:
        _print_entry(each, out, indent + 2)


def _table(block: doc.Table) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for each in block.head:
        table.add_column(_text(each), overflow="fold")
    for row in block.rows:
        table.add_row(*map(_cell, row))
    return table


def _cell(cell: doc.Cell) -> Text:
    match cell:
        case doc.Badge(_, word, look):
            return _text(word, LOOKS[look])
        case doc.Mark(sign, _, look):
            return _text(sign, LOOKS[look] if look else "")
        case doc.See(text) | doc.Link(text):
            return _text(text)
        case text:
            return _text(text)


def _value(text: str, badge: doc.Badge | None) -> Text:
    """A text after the name of how something stands."""
    return (
        _text(text) if badge is None else _text(badge.word, f"bold {LOOKS[badge.look]}").append_text(_text(f": {text}"))
    )


def _point(point: doc.Bullet) -> Iterator[Text]:
    yield _text(f"- {point.text}" + (f"; {point.lead}:" if point.lead else ""))
    yield from (_text(f"  - {part}") for part in point.parts)


def _reason(reason: doc.Reason) -> Text:
    line = _text(f"- {reason.text}")
    for place in reason.places:
        line.append_text(_text(f"  <{place}>", "dim"))
    return line


def _criteria(rows: tuple[doc.Row, ...]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        _add_row(table, row, "")
    return table


def _add_row(table: Table, row: doc.Row, indent: str) -> None:
    said = _text(row.text)
    if row.cite:
        said.append_text(_text(f"  [{row.cite}]", "cyan"))
    table.add_row(_text(f"{indent}{row.badge.word}", LOOKS[row.badge.look]), said)
    for each in row.alternatives:
        _add_row(table, each, indent + "  ")
    for reason in row.reasons:
        table.add_row("", _reason(reason))


def _way(number: int, facts: tuple[doc.Asked, ...]) -> Iterator[Text]:
    """What a way to settle something asks for, the first with the way's number."""
    for index, fact in enumerate(facts):
        shown = _text(f"{number}." if index == 0 else "  ").append_text(_text(f" {fact.question}"))
        yield shown.append_text(_text(f"  {fact.fact}" + (f" ({fact.answer})" if fact.answer else ""), "dim"))


def _print_trees(trees: tuple[doc.Tree, ...], out: Console) -> None:
    for tree in trees:
        first, *others = tree.steps
        above = [RichTree(_step(first, out), guide_style="dim")]
        for step in others:
            del above[step.depth :]
            above.append(above[-1].add(_step(step, out)))
        out.print(above[0])


def _step(step: doc.Step, out: Console) -> Text:
    text = Text()
    if step.truth is not None:
        look = doc.Look.of(step.truth)
        sign = look.sign if "utf" in (out.encoding or "").lower() else PLAIN_SIGNS[step.truth]
        text.append(sign, LOOKS[look]).append(" ")
    if step.number is not None:
        text.append(f"({step.number}) ", style="bold")
    for said in step.said:
        _add(text, said, "" if step.truth is not None else "dim")
    return text


def _add(text: Text, said: doc.Said, style: str) -> None:
    """Adds a part of a line, with its remark, where the policy has it, where it is stated, and where its steps are."""
    text.append_text(_text(said.text, style))
    if said.remark:
        text.append_text(_text(f" ({said.remark})", "italic"))
    if said.cite:
        text.append_text(_text(f"  [{said.cite}]", "cyan"))
    for place in said.places:
        text.append_text(_text(f"  <{place}>", "dim"))
    if said.see is not None:
        text.append_text(_text(f"  see {said.see.text}", "bold"))
