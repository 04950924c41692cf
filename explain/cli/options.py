"""The command line: the options of each command, and the prompt when no command is given (commands.py runs them).

Exit codes: 0 answered, also when the answer is no; 1 a program or case has errors; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import datetime
import io
import os
import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from explain.cli import commands
from explain.cli.commands import ANSWERED, ERRORS, AnswerFormat, Command, ExplanationFormat, PlainFormat, ReportFormat

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
    if options.run is commands.prompt:
        for name, given in PROMPT_OPTIONS.items():
            setattr(options, name, getattr(options, given))
    elif any(getattr(options, name) for name in PROMPT_OPTIONS.values()):
        parser.error(f"options go after the command: priorlog {options.command} ... -f FILE")
    try:
        code = commands.run(options.run, options)
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
    parser.set_defaults(run=commands.prompt, format=PlainFormat.TEXT.value)
    _add_prompt_options(parser.add_argument_group("the prompt, or standard input, when no command is given"))
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    query = _command(subparsers, "query", commands.query, "answer a goal such as 'drug_class(D, proteasome_inhibitor)'")
    _add_goal(query)
    query.add_argument(
        "--engine", choices=["pydatalog", "duckdb", "spark"], default="pydatalog", help="the back end that answers"
    )
    _add_format(query, AnswerFormat)

    why = _command(subparsers, "why", commands.why, "explain why a goal holds, or why it does not")
    _add_goal(why)
    why.add_argument(
        "--all", action="store_true", help="every different proof of every answer, smallest first; what fails opened"
    )
    why.add_argument(
        "--limit",
        type=_positive,
        metavar="N",
        help="with --all, so many proofs (default 10); with --rather-than, so many changes (default 5 for each goal)",
    )
    why.add_argument("--rather-than", metavar="GOAL2", help="the smallest changes of facts that swap the two goals")
    _add_explanation_output(why)

    whynot = _command(
        subparsers, "whynot", commands.whynot, "explain why a goal does not hold: every literal that is not true"
    )
    _add_goal(whynot)
    whynot.add_argument("--all", action="store_true", help="open every alternative, not only the nearest")
    _add_explanation_output(whynot)

    missing = _command(
        subparsers,
        "missing",
        commands.missing,
        "the smallest sets of facts that are not documented and would make a goal hold",
    )
    _add_goal(missing)
    missing.add_argument("--limit", type=_positive, metavar="N", default=10, help="so many sets (default 10)")
    _add_format(missing, PlainFormat)

    review = _command(subparsers, "review", commands.review, "review the cases of case files under the policy in force")
    review.add_argument(
        "case", nargs="+", metavar="CASE", help="a case file, or - for standard input; with --from, the name of a case"
    )
    review.add_argument("--from", metavar="DIR", dest="population", help="take the cases from a population of `batch`")
    _add_common(review)
    review.add_argument("--as-of", metavar="DATE", type=_date, help="review as if the request bore this date")
    _add_format(review, ReportFormat)
    review.add_argument("--proof", action="store_true", help="show the proof under the report")
    review.add_argument(
        "--appeal", metavar="FILE", help="a template for the appeal text of the HTML and Markdown report"
    )
    review.add_argument("-o", "--output", metavar="FILE", help="write the report to a file")

    interview = _command(
        subparsers,
        "interview",
        commands.interview,
        "ask for what is not documented and can still change the determination",
    )
    interview.add_argument("case", metavar="CASE", help="a case file")
    _add_common(interview)
    interview.add_argument(
        "--who", metavar="NAME", default=_user(), help="who answers, for the case file that is written"
    )
    interview.add_argument("-o", "--output", metavar="FILE", help="the case file to write (default CASE_answered.pl)")

    verify = _command(
        subparsers, "verify", commands.verify, "check the explanations that why, whynot and review wrote as JSON"
    )
    verify.add_argument("proof", metavar="PROOF.json", help="the JSON, or - for standard input")
    verify.add_argument("--case", action="append", default=[], metavar="FILE", help="a case file it is about")
    _add_common(verify)
    _add_format(verify, PlainFormat)

    batch = _command(subparsers, "batch", commands.batch, "decide every case of a population of Parquet or CSV files")
    batch.add_argument(
        "directory", metavar="DIR", help="a folder with a file, or a folder of files, for each predicate"
    )
    batch.add_argument("-o", "--output", metavar="OUT.parquet", required=True, help="the determinations")
    batch.add_argument("--explain", metavar="REASONS.parquet", help="also write what fails or is not documented")
    batch.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="the back end that decides")
    batch.add_argument("--memory", metavar="SIZE", help="how much memory to use, as in 3GB; beyond it, disk is used")
    _add_format(batch, PlainFormat)
    _add_common(batch)

    compiled = _command(subparsers, "compile", commands.compile_, "print the rules of a file as SQL views")
    compiled.add_argument("file", nargs="+", metavar="FILE")
    compiled.add_argument("--dialect", metavar="NAME", default="duckdb", help="duckdb, spark, postgres, bigquery, ...")
    compiled.add_argument("--closed-world", action="store_true", help="take every record to be complete")
    compiled.add_argument("-o", "--output", metavar="FILE", help="write the script to a file")

    check = _command(subparsers, "check", commands.check, "report what is wrong with rule files")
    check.add_argument("file", nargs="+", metavar="FILE")
    _add_format(check, PlainFormat)
    return parser


def _command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Command, about: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=about)
    parser.set_defaults(run=run)
    return parser


def _add_format(parser: argparse.ArgumentParser, formats: type[StrEnum]) -> None:
    names = [each.value for each in formats]
    parser.add_argument("--format", choices=names, default=names[0])


def _user() -> str:
    """The name of the user, as far as the machine knows it."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "the reviewer"


def _add_explanation_output(parser: argparse.ArgumentParser) -> None:
    _add_format(parser, ExplanationFormat)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the explanation to a file")


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
