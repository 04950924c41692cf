"""What the commands about goals do: `query`, `why`, `whynot` and `missing`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, assert_never

from explain.cli.exit_codes import ANSWERED
from explain.cli.formats import AnswerFormat, ExplanationFormat, PlainFormat
from explain.cli.messages import remark
from explain.cli.opening import opened, output_of
from explain.report.json_text import json_text
from explain.words.phrases import one_line
from kb.language.diagnostics import QUERY, ProgramError, Sources
from kb.output import Output

if TYPE_CHECKING:
    from explain.proof.nodes import Node
    from explain.workspace import Workspace


def query(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog query`."""
    from explain.api import Program
    from explain.report import data, terminal

    workspace, output = opened(options, sources), output_of(options, sources)
    program, form = Program(workspace), AnswerFormat(options.format)
    if form is AnswerFormat.PARQUET or form is AnswerFormat.CSV:
        table = program.ask_table(options.goal, engine=options.engine)
        if form is AnswerFormat.CSV:
            output.write(data.table_csv(table))
        else:
            output.write_bytes(data.table_parquet(table))
        remark(workspace.remarks(options.goal))
        return ANSWERED
    found = program.ask(options.goal, engine=options.engine)
    match form:
        case AnswerFormat.TABLE:
            with terminal.page(output) as out:
                found.show(out)
        case AnswerFormat.JSON:
            output.write(found.to_json(indent=options.indent))
        case AnswerFormat.TSV:
            output.write(data.answers_tsv(found.found))
            remark(found.remarks)
        case AnswerFormat.PROLOG:
            output.write(data.answers_prolog(found.found, found.remarks))
        case other:
            assert_never(other)
    return ANSWERED


def why(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog why`."""
    from explain.api import Program
    from explain.workspace import MOST_PROOFS

    workspace = opened(options, sources)
    output = output_of(options, sources)
    if options.rather_than is not None:
        _write_swaps(workspace, options, output)
    elif options.all:
        found = workspace.proofs(options.goal, options.limit or MOST_PROOFS)
        more = f"there are more proofs than these {len(found.nodes)}: --limit N shows more" if found.are_more else None
        _write_explanations(found.nodes, options, output, workspace.remarks(options.goal), is_list=True, more=more)
    else:
        explained = Program(workspace).why(options.goal)
        _write_explanations([explained.node], options, output, explained.remarks)
    return ANSWERED


def whynot(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog whynot`."""
    from explain.api import Program

    program = Program(opened(options, sources))
    found = program.why_not(options.goal) if options.all else program.why(options.goal)
    _write_explanations([found.node], options, output_of(options, sources), found.remarks)
    return ANSWERED


def _write_explanations(
    nodes: Sequence[Node],
    options: argparse.Namespace,
    output: Output,
    remarks: Sequence[str] = (),
    *,
    is_list: bool = False,
    more: str | None = None,
) -> None:
    """Explanations in the form that was asked for; `remarks` stand before the terminal's and `more`, that there are others,
    after it; with the other forms both are on standard error."""
    match ExplanationFormat(options.format):
        case ExplanationFormat.TEXT:
            from explain.report import terminal

            with terminal.page(output) as out:
                terminal.print_remarks(remarks, out)
                for node in nodes:
                    terminal.print_tree(node, out)
                if more:
                    out.print(more)
            return
        case ExplanationFormat.JSON:
            from explain.proof.node_json import node_json

            told: set[str] = set()
            listed = [node_json(node, told) for node in nodes]
            text = json_text(listed if is_list else listed[0], indent=options.indent)
        case ExplanationFormat.MARKDOWN:
            from explain.report.markdown import node_markdown

            text = "\n".join(map(node_markdown, nodes))
        case ExplanationFormat.HTML:
            from explain.report.html import node_page

            text = node_page(*nodes)
        case ExplanationFormat.DOT:
            from explain.report.graphs import node_dot

            text = "".join(map(node_dot, nodes))
        case ExplanationFormat.MERMAID:
            from explain.report.graphs import node_mermaid

            text = "".join(map(node_mermaid, nodes))
        case form:
            assert_never(form)

    output.write(text)
    remark([*remarks, *([more] if more else [])])


def _write_swaps(workspace: Workspace, options: argparse.Namespace, output: Output) -> None:
    """The smallest changes of facts that swap two goals."""
    from explain.report.data import swap_json

    found = workspace.rather_than(options.goal, options.rather_than, options.limit, whynot="priorlog whynot")
    remarks = workspace.remarks(options.goal, options.rather_than)
    match ExplanationFormat(options.format):
        case ExplanationFormat.JSON:
            text = json_text([swap_json(each) for each in found.swaps], indent=options.indent)
        case ExplanationFormat.TEXT:
            text = "".join(f"{line}\n" for line in [*map(one_line, remarks), *found.lines])
            remarks = ()
        case form:
            raise ProgramError.of(
                "E502", f"`--rather-than` is not written as {form}", QUERY,
                "ask for `--format text` or `--format json`",
            )  # fmt: skip
    output.write(text)
    remark(remarks)


def missing(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog missing`."""
    from explain.api import Program

    found = Program(opened(options, sources)).missing(options.goal, options.limit)
    if PlainFormat(options.format) is PlainFormat.JSON:
        sys.stdout.write(found.to_json(indent=options.indent))
        remark(found.remarks)
    else:
        from explain.report import terminal

        with terminal.page() as out:
            found.show(out)
    return ANSWERED


COMMANDS = MappingProxyType({"query": query, "why": why, "whynot": whynot, "missing": missing})
"""What runs, by the name that is typed."""
