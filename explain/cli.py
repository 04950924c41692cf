"""The command line: `priorlog query | why | review | check`, and the prompt when no command is given.

Exit codes: 0 answered, also when the answer is no; 1 a program or case has errors; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import datetime
import io
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from explain.output import write_out
from kb.diagnostics import Diagnostic, ProgramError, Sources, diagnostic_json, format_diagnostic

ANSWERED, ERRORS, USAGE = 0, 1, 2
PROMPT_OPTIONS = {each: f"prompt_{each}" for each in ("file", "case", "closed_world", "max_steps")}
"""The options of the prompt by the names that the commands have for them, which would otherwise overwrite them."""
DEEPEST = 20_000
"""Python's recursion limit while a command runs: proofs of long chains are deep trees."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives its exit code."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 # None where it is closed; stays open
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what an encoding cannot show is written as an escape
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    options = parser.parse_args([_as_goal(each) for each in (sys.argv[1:] if arguments is None else arguments)])
    if options.run is not _repl and any(getattr(options, name) for name in PROMPT_OPTIONS.values()):
        parser.error(f"options go after the command: priorlog {options.run.__name__[1:]} ... -f FILE")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED
    except OSError as error:  # of writing: what is read reports its own
        print(f"priorlog: the answer cannot be written: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERRORS
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _as_goal(argument: str) -> str:
    """The argument, so written that a goal such as `-p(X)` is not taken for an option."""
    return " " + argument if re.match(r"-\s*[a-z'][^=]*\(", argument) else argument


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="priorlog", description="Explainable rules for drug prior authorization.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    parser.set_defaults(run=_repl, format="text")
    _add_prompt_options(parser.add_argument_group("the prompt, or standard input, when no command is given"))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    query = commands.add_parser("query", help="answer a goal such as 'drug_class(D, proteasome_inhibitor)'")
    _add_goal(query)
    query.add_argument("--engine", choices=["pydatalog"], default="pydatalog", help="the back end that answers")
    query.add_argument("--format", choices=["table", "json", "tsv", "prolog"], default="table")
    query.set_defaults(run=_query)

    why = commands.add_parser("why", help="explain why a goal holds, or why it does not")
    _add_goal(why)
    why.add_argument("--all", action="store_true", help="explain every answer, not only the first")
    why.add_argument("--format", choices=["text", "json"], default="text")
    why.set_defaults(run=_why)

    review = commands.add_parser("review", help="review the cases of case files under the policy in force")
    review.add_argument("case", nargs="+", metavar="CASE", help="a case file, or - for standard input")
    _add_common(review)
    review.add_argument("--as-of", metavar="DATE", type=_date, help="review as if the request bore this date")
    review.add_argument("--format", choices=["text", "json"], default="text")
    review.add_argument("--proof", action="store_true", help="show the proof under the report")
    review.add_argument("-o", "--output", metavar="FILE", help="write the report to a file")
    review.set_defaults(run=_review)

    check = commands.add_parser("check", help="report what is wrong with rule files")
    check.add_argument("file", nargs="+", metavar="FILE")
    check.add_argument("--format", choices=["text", "json"], default="text")
    check.set_defaults(run=_check)
    return parser


def _add_prompt_options(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "-f",
        "--file",
        action="append",
        default=[],
        metavar="FILE",
        dest="prompt_file",
        help="a rule file instead of the shipped policy",
    )
    parser.add_argument(
        "--case", action="append", default=[], metavar="FILE", dest="prompt_case", help="a case file to begin with"
    )
    parser.add_argument(
        "--closed-world", action="store_true", dest="prompt_closed_world", help="take every record to be complete"
    )
    parser.add_argument(
        "--max-steps",
        type=_positive,
        metavar="N",
        dest="prompt_max_steps",
        help="give up a goal after so many resolution steps",
    )


def _add_goal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("goal", metavar="GOAL")
    parser.add_argument("--case", action="append", default=[], metavar="FILE", help="a case file to ask about")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-f", "--file", action="append", default=[], metavar="FILE", help="a rule file instead of the shipped policy"
    )
    parser.add_argument("--closed-world", action="store_true", help="take every record to be complete")
    parser.add_argument(
        "--max-steps", type=_positive, metavar="N", default=None, help="give up after so many resolution steps"
    )


class _Version(argparse.Action):
    """Prints the version; it is looked up only then."""

    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"priorlog {version('priorlog')}")
        except PackageNotFoundError:
            print("priorlog (not installed)")
        raise SystemExit(ANSWERED)


def _date(text: str) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no date; write it as in 2024-07-01") from None


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"`{text}` is no positive number")
    return int(text)


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


def _open(options: argparse.Namespace, sources: Sources):  # type: ignore[no-untyped-def] # imported late
    from engine.pydatalog import DEFAULT_STEPS
    from explain.workspace import Workspace

    return Workspace.open(
        options.file,
        cases=() if options.run is _review else options.case,
        closed_world=options.closed_world,
        max_steps=options.max_steps or DEFAULT_STEPS,
        sources=sources,
    )


def _query(options: argparse.Namespace) -> int:
    def run(sources: Sources) -> int:
        answers = _open(options, sources).ask(options.goal)
        from explain import answers_text

        match options.format:
            case "json":
                print(json.dumps(answers_text.answers_json(answers), ensure_ascii=False))
            case "tsv":
                sys.stdout.write(answers_text.answers_tsv(answers))
            case "prolog":
                sys.stdout.write(answers_text.answers_prolog(answers))
            case _:
                from explain import terminal

                with terminal.page() as out:
                    terminal.print_answers(answers, out)
        return ANSWERED

    return _with_errors(options, run)


def _why(options: argparse.Namespace) -> int:
    def run(sources: Sources) -> int:
        nodes = _open(options, sources).explain(options.goal, every=options.all)
        if options.format == "json":
            from explain.proof import node_json

            data = [node_json(node) for node in nodes] if options.all else node_json(nodes[0])
            print(json.dumps(data, ensure_ascii=False, indent=2))
            return ANSWERED
        from explain import terminal

        with terminal.page() as out:
            for node in nodes:
                terminal.print_tree(node, out)
        return ANSWERED

    return _with_errors(options, run)


def _review(options: argparse.Namespace) -> int:
    def run(sources: Sources) -> int:
        workspace = _open(options, sources)
        cases = workspace.add_cases(_case_files(options.case))
        reviews = [workspace.review(case, as_of=options.as_of) for case in cases]
        if options.format == "json":
            from explain.review_json import review_json

            text = json.dumps([review_json(each) for each in reviews], ensure_ascii=False, indent=2) + "\n"
            write_out(text, options.output)
            return ANSWERED
        from explain import terminal

        with terminal.page(options.output) as out:
            for index, each in enumerate(reviews):
                if index:
                    out.rule()
                terminal.print_review(each, out, show_proof=options.proof)
        return ANSWERED

    return _with_errors(options, run)


def _case_files(names: Sequence[str]):  # type: ignore[no-untyped-def] # imported late
    from kb.loader import Loaded, load_bytes, load_files

    loaded = Loaded()
    for name in names:
        loaded += load_bytes(sys.stdin.buffer.read(), "<standard input>") if name == "-" else load_files([name])
    return loaded


def _check(options: argparse.Namespace) -> int:
    from engine.checks import check
    from kb.loader import load_files

    loaded = load_files(options.file)
    found = check(loaded)
    report(found, loaded.sources, as_json=options.format == "json")
    errors = sum(each.is_error for each in found)
    if options.format == "text":
        print(f"{len(options.file)} file(s): {errors} error(s), {len(found) - errors} warning(s)")
    return ERRORS if errors else ANSWERED


def _repl(options: argparse.Namespace) -> int:
    def run(sources: Sources) -> int:
        for name, given in PROMPT_OPTIONS.items():
            setattr(options, name, getattr(options, given))
        from explain.repl import run as start

        return start(_open(options, sources))

    return _with_errors(options, run)


if __name__ == "__main__":
    sys.exit(main())
