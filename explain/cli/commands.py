"""What each command of the command line does: it opens the files, asks, and writes the answer once it is complete."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from explain.cli.options import ANSWERED, ERRORS, PROMPT_OPTIONS
from explain.cli.output import write_out
from kb.language.diagnostics import Diagnostic, ProgramError, Sources, diagnostic_json, format_diagnostic
from kb.language.syntax import Span

if TYPE_CHECKING:
    from engine.cases import Case
    from explain.proof.nodes import Node
    from explain.report.review import Review
    from explain.workspace import Workspace
    from kb.language.loader import Loaded


def report(diagnostics: Sequence[Diagnostic], sources: Sources, *, as_json: bool) -> None:
    """Diagnostics on standard error."""
    if as_json:
        print(json.dumps([diagnostic_json(each) for each in diagnostics], indent=2), file=sys.stderr)
    else:
        for each in diagnostics:
            print(format_diagnostic(each, sources), file=sys.stderr)


def _with_errors(options: argparse.Namespace, run: Callable[[Sources], int]) -> int:
    sources = Sources()
    try:
        return run(sources)
    except ProgramError as error:
        report(error.diagnostics, sources, as_json=options.format == "json")
        return ERRORS
    except ImportError as error:
        if error.name is not None and error.name.partition(".")[0] in {"kb", "engine", "explain"}:
            raise
        extra = "spark" if getattr(options, "engine", None) == "spark" else "duckdb"
        hint = "" if "pip install" in str(error) else f"; it comes with `pip install 'priorlog[{extra}]'`"
        print(f"priorlog: {error}{hint}", file=sys.stderr)
        return ERRORS


def _open(options: argparse.Namespace, sources: Sources, *, with_cases: bool = True) -> Workspace:
    from engine.knowledge import DEFAULT_STEPS
    from explain.workspace import Workspace

    workspace = Workspace.open(
        options.file,
        cases=options.case if with_cases else (),
        closed_world=options.closed_world,
        max_steps=options.max_steps or DEFAULT_STEPS,
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
        report(workspace.warnings, workspace.sources, as_json=options.format == "json")


def query(options: argparse.Namespace) -> int:
    """`priorlog query`."""

    def run(sources: Sources) -> int:
        answers = _open(options, sources).ask(options.goal, engine=options.engine)
        from explain.cli import answers as answers_text

        match options.format:
            case "json":
                print(json.dumps(answers_text.answers_json(answers), ensure_ascii=False))
            case "tsv":
                sys.stdout.write(answers_text.answers_tsv(answers))
            case "prolog":
                sys.stdout.write(answers_text.answers_prolog(answers))
            case _:
                from explain.report import terminal

                with terminal.page() as out:
                    terminal.print_answers(answers, out)
        return ANSWERED

    return _with_errors(options, run)


def why(options: argparse.Namespace) -> int:
    """`priorlog why`."""

    def run(sources: Sources) -> int:
        workspace = _open(options, sources)
        if options.rather_than is not None:
            return _rather_than(workspace, options)
        if not options.all:
            _write_explanations([workspace.explain(options.goal)], options, is_list=False)
            return ANSWERED
        found = workspace.proofs(options.goal, options.limit or 10)
        more = f"there are more proofs than these {len(found.nodes)}: --limit N shows more" if found.are_more else None
        _write_explanations(found.nodes, options, is_list=True, more=more)
        return ANSWERED

    return _with_errors(options, run)


def _rather_than(workspace: Workspace, options: argparse.Namespace) -> int:
    from explain.proof.contrast import describe
    from explain.workspace import MOST_SWAPS

    remark = _without_contrast(workspace, options)
    most = options.limit or MOST_SWAPS
    swaps = workspace.rather_than(options.goal, options.rather_than, most) if remark is None else []
    if options.format == "json":
        from explain.report.review_json import swap_json

        write_out(json.dumps([swap_json(each) for each in swaps], ensure_ascii=False, indent=2) + "\n", options.output)
    elif options.format == "text":
        lines = [describe(each) for each in swaps] or [
            remark or "no change of facts that can be stated was found that swaps the two"
        ]
        write_out("".join(f"{line}\n" for line in lines), options.output)
    else:
        raise ProgramError(
            [
                Diagnostic(
                    "E502",
                    f"`--rather-than` is not written as {options.format}",
                    Span("<query>", 0, 0),
                    (),
                    "ask for `--format text` or `--format json`",
                )
            ]
        )
    return ANSWERED


def _without_contrast(workspace: Workspace, options: argparse.Namespace) -> str | None:
    """Why two goals cannot be contrasted: the first does not hold, or the second does."""
    from kb.language.truth import Truth

    if workspace.ask(options.goal).truth is not Truth.TRUE:
        return f"{options.goal} does not hold; `priorlog whynot` says why"
    if workspace.ask(options.rather_than).truth is Truth.TRUE:
        return f"{options.rather_than} holds too"
    return None


def whynot(options: argparse.Namespace) -> int:
    """`priorlog whynot`."""

    def run(sources: Sources) -> int:
        _write_explanations([_open(options, sources).why_not(options.goal, every=options.all)], options, is_list=False)
        return ANSWERED

    return _with_errors(options, run)


def _write_explanations(
    nodes: Sequence[Node], options: argparse.Namespace, *, is_list: bool, more: str | None = None
) -> None:
    """Explanations in the form that was asked for; `more` remarks that there are others: below the terminal's, beside the
    other forms on standard error."""
    if options.format == "text":
        from explain.report import terminal

        with terminal.page(options.output) as out:
            for node in nodes:
                terminal.print_tree(node, out)
            if more:
                out.print(more)
        return
    write_out(_explanation_text(nodes, options.format, is_list=is_list), options.output)
    if more:
        print(more, file=sys.stderr)


def _explanation_text(nodes: Sequence[Node], form: str, *, is_list: bool) -> str:
    match form:
        case "json":
            from explain.proof.nodes import node_json

            data = [node_json(node) for node in nodes] if is_list else node_json(nodes[0])
            return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        case "markdown":
            from explain.report.markdown import node_markdown

            return "\n".join(node_markdown(node) for node in nodes)
        case "html":
            from explain.report.html import node_page

            return node_page(*nodes)
        case "dot":
            from explain.report.graphs import node_dot

            return "".join(node_dot(node) for node in nodes)
        case _:
            from explain.report.graphs import node_mermaid

            return "".join(node_mermaid(node) for node in nodes)


def missing(options: argparse.Namespace) -> int:
    """`priorlog missing`."""

    def run(sources: Sources) -> int:
        found = _open(options, sources).missing(options.goal, options.limit)
        if options.format == "json":
            from explain.report.review_json import missing_json, way_json

            data = {
                "goal": options.goal.strip().removesuffix("."),
                "limit": options.limit,
                "status": found.truth.value,
                "missing": missing_json(found.sets),
                "ways": [way_json(way) for way in found.ways],
                "are_more": found.are_more,
            }
            print(json.dumps(data, ensure_ascii=False, indent=2))
            return ANSWERED
        from explain.report import terminal

        with terminal.page() as out:
            terminal.print_missing(found, out)
        return ANSWERED

    return _with_errors(options, run)


def review(options: argparse.Namespace) -> int:
    """`priorlog review`."""

    def run(sources: Sources) -> int:
        workspace = _open(options, sources, with_cases=False)
        if options.population is None:
            cases = _add_cases(workspace, _case_files(options.case), options)
        else:
            cases = _add_cases(workspace, _cases_of(options.population, options.case, workspace), options)
        reviews = [workspace.review(case, as_of=options.as_of) for case in cases]
        if options.format == "text":
            from explain.report import terminal

            with terminal.page(options.output) as out:
                for index, each in enumerate(reviews):
                    if index:
                        out.rule()
                    terminal.print_review(each, out, show_proof=options.proof)
            return ANSWERED
        if options.format == "json":
            from explain.report.review_json import review_json

            text = json.dumps([review_json(each) for each in reviews], ensure_ascii=False, indent=2) + "\n"
        elif options.format == "html":
            from explain.report.html import review_html

            text = _with_template(review_html, reviews, options.appeal)
        else:
            from explain.report.markdown import review_markdown

            text = _with_template(review_markdown, reviews, options.appeal)
        write_out(text, options.output)
        return ANSWERED

    return _with_errors(options, run)


def _cases_of(population: str, names: Sequence[str], workspace: Workspace) -> Loaded:
    from engine.batch import case_facts
    from kb.language.loader import Loaded
    from kb.language.syntax import Program

    facts = [fact for name in names for fact in case_facts(population, name, rules=workspace.rules)]
    return Loaded(Program(tuple(facts)), workspace.sources, ())


def batch(options: argparse.Namespace) -> int:
    """`priorlog batch`."""

    def run(sources: Sources) -> int:
        workspace = _open(options, sources, with_cases=False)
        from engine.batch import run as decide
        from explain.cli import batch as batch_text

        with batch_text.progress() as told:
            summary = decide(
                options.directory,
                options.output,
                engine=options.engine,
                closed_world=options.closed_world,
                explain=options.explain,
                progress=told,
                rules=workspace.rules,
                memory=options.memory,
                smallest=batch_text.smallest_repair(workspace) if options.explain else None,
            )
        if options.format == "json":
            print(json.dumps(batch_text.summary_json(summary), indent=2))
        else:
            from explain.report import terminal

            with terminal.page() as out:
                batch_text.print_summary(summary, out)
        return ANSWERED

    return _with_errors(options, run)


def compile(options: argparse.Namespace) -> int:  # named as the command is
    """`priorlog compile`."""

    def run(sources: Sources) -> int:
        from explain.workspace import Workspace

        workspace = Workspace.open(options.file, sources=sources)
        from engine.backends.sql.script import UnknownDialectError, sql_script

        try:
            text = sql_script(workspace.loaded.program, options.dialect, closed_world=options.closed_world)
        except UnknownDialectError as error:
            raise ProgramError([Diagnostic("E502", str(error), Span("<dialect>", 0, 0))]) from None
        write_out(text if text.endswith("\n") else text + "\n", options.output)
        return ANSWERED

    return _with_errors(options, run)


def _with_template(render: Callable[..., str], reviews: Sequence[Review], path: str | None) -> str:
    """A report with the appeal text of a template file, or of the template that comes with the product."""
    from explain.report.letters import AppealTemplateError

    try:
        return render(reviews, appeal_template=None if path is None else _text_of(path))
    except AppealTemplateError as error:
        raise ProgramError([Diagnostic("E110", str(error), Span(path or "<template>", 0, 0))]) from None


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
    raise ProgramError([Diagnostic("E107", f"`{path}` cannot be read: {why_not}", Span(path, 0, 0))])


def interview(options: argparse.Namespace) -> int:
    """`priorlog interview`."""

    def run(sources: Sources) -> int:
        workspace = _open(options, sources, with_cases=False)
        cases = _add_cases(workspace, _case_files([options.case]), options)
        if len(cases) != 1:
            raise ProgramError(
                [
                    Diagnostic(
                        "E407",
                        f"`{options.case}` is about {len(cases)} cases, and an interview is about one",
                        Span(options.case, 0, 0),
                        (),
                        "put the case into a file of its own",
                    )
                ]
            )
        import datetime

        from explain.interview.dialogue import run as conduct

        return conduct(workspace, cases[0], output_path=options.output, who=options.who, today=datetime.date.today())

    return _with_errors(options, run)


def verify(options: argparse.Namespace) -> int:
    """`priorlog verify`: exit code 1 if a node is wrong."""

    def run(sources: Sources) -> int:
        workspace = _open(options, sources)
        from explain.verify.checker import Verifier
        from explain.verify.rules import Rulebook

        try:
            data = json.loads(_text_of(options.proof))
        except ValueError as error:
            raise ProgramError(
                [Diagnostic("E109", f"`{options.proof}` is not JSON: {error}", Span(options.proof, 0, 0))]
            ) from None
        verifier = Verifier(Rulebook.of(workspace.loaded.program))
        found = verifier.report(data, workspace.facts, closed_world=workspace.closed_world)
        faults = found.faults
        if options.format == "json":
            print(
                json.dumps([{"path": each.path, "id": each.id, "message": each.message} for each in faults], indent=2)
            )
        else:
            for each in faults:
                print(f"{each.path}: {each.message}")
            if faults:
                print(f"rejected: {len(faults)} fault(s)")
            else:
                print("accepted: every step checks")
                for line in found.checked:
                    print(f"checked: {line}")
                for line in found.unchecked:
                    print(f"not checked: {line}")
        return ERRORS if faults else ANSWERED

    return _with_errors(options, run)


def _case_files(names: Sequence[str]) -> Loaded:
    from kb.language.loader import Loaded, load_bytes, load_files

    loaded = Loaded()
    for name in names:
        loaded += load_bytes(sys.stdin.buffer.read(), "<standard input>") if name == "-" else load_files([name])
    return loaded


def check(options: argparse.Namespace) -> int:
    """`priorlog check`: case files are checked as such, against the shipped policy, other files as programs."""
    from engine.cases import check_cases, is_case_file
    from engine.checks import check as check_program
    from kb.language.loader import load_files

    loaded = load_files(options.file)
    if is_case_file(loaded):
        from explain.workspace import Workspace

        found = check_cases(loaded, Workspace.open().reviewer.vocabulary)
    else:
        found = check_program(loaded)
    report(found, loaded.sources, as_json=options.format == "json")
    errors = sum(each.is_error for each in found)
    if options.format == "text":
        print(f"{len(options.file)} file(s): {errors} error(s), {len(found) - errors} warning(s)")
    return ERRORS if errors else ANSWERED


def prompt(options: argparse.Namespace) -> int:
    """`priorlog` without a command."""

    def run(sources: Sources) -> int:
        for name, given in PROMPT_OPTIONS.items():
            setattr(options, name, getattr(options, given))
        from explain.repl.prompt import run as start

        return start(_open(options, sources))

    return _with_errors(options, run)
