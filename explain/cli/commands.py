"""What each command of the command line does: it opens the files, asks, and writes the answer once it is complete.

A command takes its options and the sources that diagnostics quote, and gives its exit code; it imports what it needs
only when it runs, so that a review does not wait for what a prompt or a population needs.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, assert_never

from explain.cli.case_files import FED, TYPED, CaseFile, different, in_folders
from explain.cli.document_command import document
from explain.cli.format_command import format_
from explain.cli.import_command import import_
from explain.cli.lsp_command import lsp
from explain.cli.mcp_command import mcp
from explain.cli.options import (
    ANSWERED,
    ERRORS,
    AnswerFormat,
    CheckFormat,
    ExplanationFormat,
    InterviewFormat,
    PlainFormat,
)
from explain.cli.progress import progress
from explain.cli.serve_command import serve
from explain.own_fault import own_fault
from explain.report.json_text import json_text
from explain.words.phrases import one_line, say
from kb.language.declarations import REQUEST
from kb.language.diagnostics import (
    QUERY,
    Diagnostic,
    ProgramError,
    Sources,
    diagnostic_json,
    format_diagnostic,
    in_order,
)
from kb.language.loader import RULES, SHIPPED, Loaded
from kb.language.terms import plain_text, printable
from kb.output import Inputs, Output, target_of, write_new

if TYPE_CHECKING:
    from engine.cases import Case
    from explain.cli.reviews import Reviewed, Reviews
    from explain.proof.nodes import Node
    from explain.workspace import Workspace

EXTRAS = MappingProxyType(
    {
        "duckdb": "duckdb",
        "numpy": "duckdb",
        "sqlglot": "duckdb",
        "pyspark": "spark",
        "py4j": "spark",
        "pygls": "lsp",
        "lsprotocol": "lsp",
        "anyio": "mcp",
        "mcp": "mcp",
        "fhir": "fhir",
        "pydantic": "fhir",
        "fastapi": "serve",
        "starlette": "serve",
        "uvicorn": "serve",
        "weasyprint": "pdf",
    }
)
"""The extra that a package comes with which the core does without."""


def run(options: argparse.Namespace) -> int:
    """The exit code of the command of the options; what is wrong with a program, a case or the installation is told on standard error."""
    sources = Sources()
    try:
        return COMMANDS[options.command](options, sources)
    except ProgramError as error:
        _tell(error.diagnostics, error.sources or sources, options)
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package in {"kb", "engine", "explain"}:
            raise
        whole = f"priorlog[{EXTRAS[package]}]" if package in EXTRAS else "priorlog"
        hint = "" if "pip install" in str(error) else f"; it comes with `pip install '{whole}'`"
        print(f"priorlog: {error}{hint}", file=sys.stderr)
    except Exception as error:
        if (
            isinstance(error, OSError) and error.filename is None
        ):  # of writing the answer; told where the command starts
            raise
        _tell([own_fault(error, options.command or "")], sources, options)
    return ERRORS


def _tell(diagnostics: Sequence[Diagnostic], sources: Sources, options: argparse.Namespace) -> None:
    """Diagnostics on standard error."""
    if options.format == PlainFormat.JSON:
        sys.stderr.write(json_text([diagnostic_json(each) for each in diagnostics], indent=options.indent))
    else:
        for each in diagnostics:
            print(format_diagnostic(each, sources), file=sys.stderr)


# --- reading -----------------------------------------------------------------------------------------------------


def _open(options: argparse.Namespace, sources: Sources, *, with_cases: bool = True) -> Workspace:
    from explain.workspace import Workspace

    workspace = Workspace.open(
        options.file,
        cases=options.case if with_cases else (),
        closed_world=options.closed_world,
        max_steps=options.max_steps,
        sources=sources,
    )
    _warn(workspace, options)
    return workspace


def _add_cases(workspace: Workspace, cases: Loaded, options: argparse.Namespace) -> list[Case]:
    """Adds case files, and tells what is doubtful about them."""
    added = workspace.add_cases(cases)
    _warn(workspace, options)
    return added


def _warn(workspace: Workspace, options: argparse.Namespace) -> None:
    if workspace.warnings:
        _tell(workspace.warnings, workspace.sources, options)


def _case_files(names: Sequence[str]) -> Loaded:
    loaded = Loaded()
    for name in different(names):
        loaded += CaseFile.named(name).loaded
    return loaded


def _text_of(path: str) -> str:
    """The text of a file, or of standard input for `-`. Raises `ProgramError` if it cannot be read."""
    try:
        if path == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        with open(path, encoding="utf-8") as file:  # as the user names it
            return file.read()
    except OSError as error:
        why_not = error.strerror or str(error)
    except UnicodeDecodeError:
        why_not = "it is not UTF-8 text"
    raise ProgramError.of("E107", f"`{path}` cannot be read: {why_not}", path)


def _output(options: argparse.Namespace, sources: Sources) -> Output:
    """Where the answer goes: to none of the files that were read, or that were named to be."""
    return Output(options.output, _inputs(options, sources))


def _inputs(options: argparse.Namespace, sources: Sources) -> tuple[Path, ...]:
    given = vars(options)
    cases = "case" if given.get("population") is None else "population"
    named = [
        given.get(each)
        for each in (
            "file",
            cases,
            "directory",
            "appeal",
            "letter_template",
            "old",
            "new",
            "on",
            "answers",
            "decided",
        )
    ]
    paths = [path for each in named if each for path in ([each] if isinstance(each, str) else each)]
    return (*map(Path, paths), *([FED] if TYPED in paths else []), *sources.files.values())


# --- goals -------------------------------------------------------------------------------------------------------


def query(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog query`."""
    from explain.api import Program
    from explain.report import data, terminal

    workspace, output = _open(options, sources), _output(options, sources)
    program, form = Program(workspace), AnswerFormat(options.format)
    if form is AnswerFormat.PARQUET or form is AnswerFormat.CSV:
        table = program.ask_table(options.goal, engine=options.engine)
        if form is AnswerFormat.CSV:
            output.write(data.table_csv(table))
        else:
            output.write_bytes(data.table_parquet(table))
        _remark(workspace.remarks(options.goal))
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
            _remark(found.remarks)
        case AnswerFormat.PROLOG:
            output.write(data.answers_prolog(found.found, found.remarks))
        case other:
            assert_never(other)
    return ANSWERED


def _remark(remarks: Iterable[str]) -> None:
    """Remarks beside an answer that has no place for them, on standard error."""
    for each in remarks:
        print(one_line(each), file=sys.stderr)


def why(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog why`."""
    from explain.api import Program
    from explain.workspace import MOST_PROOFS

    workspace = _open(options, sources)
    output = _output(options, sources)
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

    program = Program(_open(options, sources))
    found = program.why_not(options.goal) if options.all else program.why(options.goal)
    _write_explanations([found.node], options, _output(options, sources), found.remarks)
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
    _remark([*remarks, *([more] if more else [])])


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
    _remark(remarks)


def missing(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog missing`."""
    from explain.api import Program

    found = Program(_open(options, sources)).missing(options.goal, options.limit)
    if PlainFormat(options.format) is PlainFormat.JSON:
        sys.stdout.write(found.to_json(indent=options.indent))
        _remark(found.remarks)
    else:
        from explain.report import terminal

        with terminal.page() as out:
            found.show(out)
    return ANSWERED


# --- cases -------------------------------------------------------------------------------------------------------


def review(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog review`."""
    from explain.cli.reviewing import Texts
    from explain.cli.reviews import Reviewing, Reviews

    workspace = _open(options, sources, with_cases=False)
    texts = Texts(*(None if path is None else _text_of(path) for path in (options.appeal, options.letter_template)))
    reviewing = Reviewing(options, texts, _output(options, sources).is_terminal)
    with ExitStack() as stack:
        if options.population is None:
            reviews = Reviews(reviewing, workspace, sources)
            reviewed = reviews.of_files(different(in_folders(options.case)))
            remarks: Callable[[], list[str]] = list
        else:
            from explain.cli.populations import asked

            found = stack.enter_context(asked(options, workspace))
            reviews = Reviews(reviewing, workspace, sources, found.errors)
            reviewed = reviews.of_units(found.units, found.count)
            remarks = found.remarks
        stack.enter_context(closing(reviewed))
        if options.is_folder:
            _write_folder(reviews, reviewed, options, sources)
        else:
            _write(reviews, reviewed, _output(options, sources))
    _remark(remarks())
    if told := in_order([*reviews.errors, *reviews.warnings]):
        _tell(told, sources, options)
    return ERRORS if reviews.errors else ANSWERED


def _write(reviews: Reviews, reviewed: Iterable[Reviewed], output: Output) -> None:
    """Writes reviews as they come; nothing, if there are none."""
    pieces = (piece for each in reviewed for piece in each.pieces)
    if (first := next(pieces, None)) is not None:
        reviews.writer.write(chain([first], pieces), reviews.errors, output)


def _write_folder(
    reviews: Reviews, reviewed: Iterable[Reviewed], options: argparse.Namespace, sources: Sources
) -> None:
    """Writes a report on each case into a folder, as it comes, and a page that leads to them."""
    from msgspec.structs import replace

    from explain.cli.report_folder import ReportFolder

    folder = ReportFolder(Path(options.output), options.format, Inputs.of(_inputs(options, sources)))
    reviews.reviewing = replace(reviews.reviewing, before=folder.before)
    made, kept = folder.write(reviewed, reviews.errors)
    _remark([say("reports_made", made, kept, printable(str(folder.index)))])


def new(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog new case` and `priorlog new policy`: writes a file that is not there yet."""
    named = target_of(options.name)
    path = named if named.suffix == RULES else named.with_name(named.name + RULES)
    if options.what == "policy":
        text, what_to_do = _policy_form(path.stem), "its comments say how, and how to test it"
    else:
        text = _case_form(path.stem, options, sources)
        what_to_do = "`priorlog check` says what is left to be filled in"
    write_new(path, text)
    print(f"{printable(str(path))} is to be filled in; {what_to_do}")
    return ANSWERED


def _case_form(name: str, options: argparse.Namespace, sources: Sources) -> str:
    from explain.authoring.new_case import case_form
    from explain.workspace import Workspace

    vocabulary = Workspace.open(options.file, sources=sources).reviewer.vocabulary
    if REQUEST not in vocabulary.declarations.preds:
        raise ProgramError.of("E502", "these rules know no requests, and so no cases", options.file[0])
    return case_form(name, vocabulary)


def _policy_form(name: str) -> str:
    from explain.authoring.new_policy import is_policy_name, policy_form

    if not is_policy_name(name):
        raise ProgramError.of(
            "E502", f"a policy cannot be called `{name}`", "<policy>",
            "begin with a lower-case letter, then letters, digits and `_`, as in `my_policy`",
        )  # fmt: skip
    return policy_form(name)


def interview(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog interview`."""
    workspace = _open(options, sources, with_cases=False)
    cases = _add_cases(workspace, _case_files([options.case]), options)
    if len(cases) != 1:
        said = f"`{options.case}` is about {len(cases)} cases, and an interview is about one"
        raise ProgramError.of("E407", said, options.case, "put the case into a file of its own")
    if options.answers is not None or InterviewFormat(options.format) is InterviewFormat.QUESTIONNAIRE:
        from explain.cli.questionnaires import take_answers, write_questionnaire

        with workspace.ending(f"the interview about {plain_text(cases[0].name)}"):
            if options.answers is not None:
                take_answers(workspace, cases[0], options)
            else:
                write_questionnaire(workspace, cases[0], options, _output(options, sources))
        return ANSWERED
    from explain.interview.dialogue import run as hold

    return hold(
        workspace,
        cases[0],
        case_path=options.case if os.path.isfile(options.case) else None,
        output_path=options.output,
        who=options.who,
        today=datetime.date.today(),
        policy=options.policy,
    )


def verify(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog verify`: exit code 1 if a node is wrong."""
    workspace = _open(options, sources)
    from explain.verify import Verifier
    from explain.verify.json_text import JsonTextError, read_json

    try:
        data = read_json(_text_of(options.proof))
    except JsonTextError as error:
        raise ProgramError.of(
            "E109", f"`{options.proof}` is not JSON as it is written here: {error}", options.proof
        ) from None
    verifier = Verifier.of(workspace.loaded.program, workspace.loaded.views, workspace.loaded.program_hash)
    found = verifier.report(data, workspace.facts, closed_world=workspace.closed_world, max_steps=options.max_steps)
    if found.given_up is not None:
        place = f"`{found.given_up}` in it" if found.given_up else "it"
        raise ProgramError.of(
            "E501", f"checking `{options.proof}` has not come to an end: more steps than are allowed", options.proof,
            f"look at {place}, or allow more with `--max-steps`",
        )  # fmt: skip
    if PlainFormat(options.format) is PlainFormat.JSON:
        faults = [{"path": each.path, "id": each.id, "message": each.message} for each in found.faults]
        sys.stdout.write(json_text(faults, indent=options.indent))
    elif found.faults:
        for each in found.faults:
            print(one_line(f"{each.path or 'the whole'}: {each.message}"))
        print(f"rejected: {len(found.faults)} fault(s)")
    else:
        print("accepted: every step checks")
        for line in found.renamed:
            print(one_line(line))
        for line in found.checked:
            print(f"checked: {line}")
        for line in found.unchecked:
            print(one_line(f"not checked: {line}"))
    return ERRORS if found.faults else ANSWERED


def batch(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog batch`."""
    workspace = _open(options, sources, with_cases=False)
    from explain.api import Program
    from kb.importers.requests import Given

    with progress() as told:
        summary = Program(workspace).batch_to(
            options.output,
            options.directory,
            engine=options.engine,
            policy=options.policy,
            explain=options.explain,
            memory=options.memory,
            given=Given(options.drug, options.kind, options.date),
            progress=told,
            inputs=_inputs(options, sources),
        )
    if PlainFormat(options.format) is PlainFormat.JSON:
        from explain.report.data import summary_json

        sys.stdout.write(json_text(summary_json(summary), indent=options.indent))
    else:
        from explain.report import terminal

        with terminal.page() as out:
            terminal.print_summary(summary, out)
    return ANSWERED


# --- programs ----------------------------------------------------------------------------------------------------


def compile_(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog compile`."""
    from engine.sql_script import UnknownDialectError, sql_script
    from explain.workspace import Workspace

    workspace = Workspace.open(options.file, sources=sources)
    try:
        with workspace.ending(" ".join(map(str, options.file))):
            text = sql_script(workspace.loaded.program, options.dialect, closed_world=options.closed_world)
    except UnknownDialectError as error:
        raise ProgramError.of("E502", str(error), "<dialect>") from None
    _output(options, sources).write(text if text.endswith("\n") else text + "\n")
    return ANSWERED


def check(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog check`: case files are checked as such, against the shipped policy or the rules that `-f` names, other files as
    programs."""
    from engine.cases import check_cases, load_as_written
    from engine.checks import check as check_program

    loaded, is_case = load_as_written(options.file, are_cases=bool(options.rules_file))
    if is_case:
        from explain.authoring.policy_tests import expectable, misstated
        from explain.workspace import Workspace

        workspace = Workspace.open(options.rules_file, sources=sources)
        vocabulary = workspace.reviewer.vocabulary
        found = check_cases(loaded, vocabulary)
        if vocabulary.expected(loaded):
            found = in_order([*found, *misstated(loaded, vocabulary, expectable(workspace))])
    else:
        found = tuple(each for each in check_program(loaded) if each.is_error or not _is_shipped(each, loaded, options))
    if options.deep and not is_case and not any(each.is_error for each in found):
        found = in_order([*found, *_deep(options, loaded)])
    errors = sum(each.is_error for each in found)
    match CheckFormat(options.format):
        case CheckFormat.SARIF:
            from importlib.metadata import version

            from explain.report.sarif import sarif

            sys.stdout.write(json_text(sarif(found, loaded.sources, version("priorlog")), indent=options.indent))
        case CheckFormat.JSON:
            _tell(found, loaded.sources, options)
        case CheckFormat.TEXT:
            _tell(found, loaded.sources, options)
            notes = sum(each.severity == "note" for each in found)
            counts = f"{errors} error(s), {len(found) - errors - notes} warning(s)"
            said = f"{counts}, {notes} note(s)" if notes else counts
            print(f"{len(different(options.file))} file(s): {said}")
        case other:
            assert_never(other)
    return ERRORS if errors else ANSWERED


def _deep(options: argparse.Namespace, loaded: Loaded) -> list[Diagnostic]:
    """What the solver shows about the policy of some files."""
    from explain.cli.authoring import deep_findings
    from explain.workspace import Workspace

    workspace = Workspace.open(options.file, sources=loaded.sources)
    with progress() as told:
        return [each.diagnostic for each in deep_findings(options.file, workspace, told, options.processes)]


def test(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog test`: exit code 1 if something is not as expected, or fewer values of literals were seen than asked for."""
    from explain.cli import testing

    workspace = _open(options, sources, with_cases=False)
    found = testing.tested(workspace, options)
    if found.run.diagnostics:
        _tell(found.run.diagnostics, sources, options)
    testing.write(found, options, _output(options, sources))
    _remark([found.shortfall] if found.shortfall else [])
    if options.generate:
        _remark(testing.generate(found, workspace, options))
    return ANSWERED if found.is_passed else ERRORS


def _is_shipped(diagnostic: Diagnostic, loaded: Loaded, options: argparse.Namespace) -> bool:
    """Whether a diagnostic is about a file of the library that is loaded, and not one that is to be checked."""
    file = loaded.sources.files.get(diagnostic.span.file)
    return (
        file is not None
        and file.is_relative_to(SHIPPED)
        and file not in {Path(each).resolve() for each in options.file}
    )


def diff(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog diff`."""
    from explain.cli.comparing import compare

    with progress() as told:
        written = compare(options, sources, _output(options, sources), told)
    _remark(say("to_confirm", printable(str(path))) for path in written)
    return ANSWERED


def mutate(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog mutate`: exit code 1 if an edit is alive, or not decided."""
    from explain.authoring import mutation_pages as pages
    from explain.authoring.mutation import Fate
    from explain.cli.authoring import mutants, write_tests

    workspace = _open(options, sources)
    with progress() as told:
        found = mutants(options, workspace, told)
    if options.write is not None:
        for path in write_tests(Path(options.write), found, workspace):
            _remark([say("to_confirm", printable(str(path)))])
    if PlainFormat(options.format) is PlainFormat.JSON:
        sys.stdout.write(json_text(pages.mutants_json(found), indent=options.indent))
    else:
        from explain.report import terminal

        with terminal.page() as out:
            terminal.print_document(pages.document(found, is_whole=options.all), out)
    return ERRORS if any(each.fate in (Fate.ALIVE, Fate.UNDECIDED) for each in found) else ANSWERED


def prompt(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog` without a command."""
    from explain.repl.prompt import run as start

    return start(_open(options, sources), keeps_history=options.history)


COMMANDS: Mapping[str | None, Callable[[argparse.Namespace, Sources], int]] = MappingProxyType(
    {
        "query": query,
        "why": why,
        "whynot": whynot,
        "missing": missing,
        "review": review,
        "new": new,
        "interview": interview,
        "verify": verify,
        "batch": batch,
        "compile": compile_,
        "document": document,
        "check": check,
        "diff": diff,
        "mutate": mutate,
        "test": test,
        "format": format_,
        "lsp": lsp,
        "mcp": mcp,
        "import": import_,
        "serve": serve,
        None: prompt,
    }
)
"""What runs, by the name that is typed; without one, the prompt."""
