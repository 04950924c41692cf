"""The command line: the options of each command, and of the prompt when no command is given.

It imports nothing of the product, so that wrong usage and `--version` are answered at once.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import os
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from explain.cli.exit_codes import ANSWERED
from explain.cli.formats import (
    SUFFIXES,
    AnswerFormat,
    CheckFormat,
    ExplanationFormat,
    InterviewFormat,
    PageFormat,
    PlainFormat,
    ReportFormat,
    ResultsFormat,
)

PROMPT = "prompt_"
"""What the prompt's options begin with, which those of a command would otherwise overwrite."""


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options that are given, `command` among them: None for the prompt. Wrong usage ends the process."""
    parser = _parser(tuple(ADDED if arguments and arguments[0] not in ADDED else arguments[:1]))
    options = parser.parse_args([_as_goal(each) for each in arguments])
    given = {name.removeprefix(PROMPT): value for name, value in vars(options).items() if name.startswith(PROMPT)}
    if options.command is None:
        vars(options).update(given)
    elif any(given.values()):
        parser.error(f"options go after the command: priorlog {options.command} ... -f FILE")
    options.is_folder = options.command == "review" and is_folder(options.output)
    if options.is_folder and options.format is None:
        options.format = ReportFormat.HTML.value
    if options.format is None:
        options.format = _format_for(options.output, options.formats, parser)
    if options.command == "review":
        _check_cases(options, parser)
        _check_letter(options, parser)
    if options.command == "interview" and options.answers and options.format == InterviewFormat.QUESTIONNAIRE:
        parser.error("--answers takes the answers to a questionnaire; leave out --format questionnaire")
    return options


def _check_cases(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Wrong usage of what names cases ends the process."""
    if options.population is None:
        if not options.case:
            parser.error("the following arguments are required: CASE")
        if options.decided or options.drug or options.kind or options.date:
            parser.error("--not-met, --drug, --kind and --date go with --from DIR")
    if options.case and options.decided:
        parser.error("name cases, or --not-met")


def _check_letter(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Wrong usage of the options of letters ends the process."""
    if options.letter is None and options.letter_template is not None:
        parser.error("--letter-template goes with --letter patient or --letter prescriber")
    if options.letter is not None and options.format in (ReportFormat.JSON, ReportFormat.NDJSON, ReportFormat.PAS):
        parser.error("a letter is text, Markdown or HTML; leave out --letter for JSON and FHIR")


def is_folder(output: str | None) -> bool:
    """Whether a name is that of a folder: one that there is, or a name that ends as one of a folder."""
    return output is not None and (output.endswith(("/", os.sep)) or os.path.isdir(output))


def _format_for(output: str | None, formats: Sequence[str], parser: argparse.ArgumentParser) -> str:
    """The format of a file that is to be written, by the end of its name: the first of the formats if it has none. Wrong
    usage, if no format goes with it, ends the process."""
    suffix = Path(output or "").suffix.lower()
    if suffix and SUFFIXES.get(suffix) not in formats:
        known = ", ".join(each for each, name in SUFFIXES.items() if name in formats)
        parser.error(f"no format goes with the end of `{output}`: there are {known}; or name one with --format")
    return SUFFIXES.get(suffix, formats[0])


def _as_goal(argument: str) -> str:
    """The argument, so written that a goal such as `-p(X)` is not taken for an option."""
    return " " + argument if re.match(r"-\s*[a-z'][^=]*\(", argument) else argument


@functools.cache
def _parser(commands: tuple[str, ...]) -> argparse.ArgumentParser:
    """The parser of the options of some commands, and of the prompt."""
    parser = _Parser(prog="priorlog", description="Explainable rules for drug prior authorization.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    parser.set_defaults(format=PlainFormat.TEXT.value, indent=False)
    prompt = parser.add_argument_group("the prompt, or standard input, when no command is given")
    _add_rules(prompt, PROMPT)
    _add_case(prompt, "a case file to begin with", PROMPT)
    _add_reading(prompt, PROMPT, "give up a goal")
    about = "keep what is typed, facts of patients among it, for later sessions"
    prompt.add_argument("--history", action="store_true", dest=f"{PROMPT}history", help=about)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for command in commands:
        ADDED[command](subparsers)
    return parser


def _add_query(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog query`."""
    query = subparsers.add_parser("query", help="answer a goal such as 'drug_class(Drug, Class)'")
    _add_goal(query)
    query.add_argument(
        "--engine",
        choices=["tabling", "pydatalog", "duckdb", "spark"],
        default="tabling",
        help="the back end that answers",
    )
    _add_written(query, AnswerFormat, "answers")


def _add_why(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog why`."""
    why = subparsers.add_parser("why", help="explain why a goal holds, or why it does not")
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
    _add_written(why, ExplanationFormat, "explanation")


def _add_whynot(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog whynot`."""
    whynot = subparsers.add_parser("whynot", help="explain why a goal does not hold: every literal that is not true")
    _add_goal(whynot)
    whynot.add_argument("--all", action="store_true", help="open every alternative, not only the nearest")
    _add_written(whynot, ExplanationFormat, "explanation")


def _add_missing(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog missing`."""
    missing = subparsers.add_parser(
        "missing",
        help="the smallest sets of facts that are not documented and would make a goal hold",
    )
    _add_goal(missing)
    missing.add_argument("--limit", type=_positive, metavar="N", default=10, help="so many sets (default 10)")
    _add_format(missing, PlainFormat)


def _add_review(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog review`."""
    review = subparsers.add_parser("review", help="review the cases of case files under the policy in force")
    review.add_argument(
        "case",
        nargs="*",
        metavar="CASE",
        type=_file,
        help="a case file, a folder of these, or - for standard input; with --from, the name of a case (default: all)",
    )
    review.add_argument(
        "--from", metavar="DIR", type=_file, dest="population", help="take the cases from a population of `batch`"
    )
    about = "with --from, only the cases that this report of `batch` says do not meet the criteria"
    review.add_argument("--not-met", metavar="OUT.parquet", type=_file, dest="decided", help=about)
    _add_given(review)
    _add_common(review)
    review.add_argument("--as-of", metavar="DATE", type=_date, help="review as if the request bore this date")
    _add_policy(review)
    _add_written(review, ReportFormat, "report")
    review.add_argument(
        "--again", action="store_true", help="with a folder for -o, make reports anew that are there already"
    )
    _add_processes(review, "review many cases")
    review.add_argument("--proof", action="store_true", help="show the proof under the report")
    review.add_argument(
        "--appeal", metavar="FILE", type=_file, help="a template for the appeal text of the HTML and Markdown report"
    )
    review.add_argument(
        "--letter",
        choices=["patient", "prescriber"],
        help="write a letter instead of the report, as text, Markdown or HTML",
    )
    review.add_argument(
        "--letter-template",
        metavar="FILE",
        type=_file,
        help="a Jinja2 template for the appeal and contact text of a letter",
    )


def _add_new(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog new`."""
    new = subparsers.add_parser("new", help="write a case file, or a policy file, to fill in")
    new.add_argument("what", choices=["case", "policy"], help="what is to be written")
    new.add_argument("name", metavar="NAME", type=_file, help="the name of the case or policy; the file is NAME.pl")
    _add_rules(new)


def _add_verify(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog verify`."""
    verify = subparsers.add_parser("verify", help="check the explanations that why, whynot and review wrote as JSON")
    verify.add_argument("proof", metavar="PROOF.json", type=_file, help="the JSON, or - for standard input")
    _add_case(verify, "a case file it is about")
    _add_common(verify)
    _add_format(verify, PlainFormat)


def _add_batch(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog batch`."""
    batch = subparsers.add_parser(
        "batch", help="decide every case of a population of Parquet or CSV files, or of FHIR bundles"
    )
    about = "a folder with a file, or a folder of files, for each predicate; or a folder of FHIR bundles, or a file of them (NDJSON)"
    batch.add_argument("directory", metavar="DIR", type=_file, help=about)
    batch.add_argument("-o", "--output", metavar="OUT.parquet", type=_file, required=True, help="the determinations")
    batch.add_argument(
        "--explain", metavar="REASONS.parquet", type=_file, help="also write what fails or is not documented"
    )
    batch.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="the back end that decides")
    _add_given(batch)
    batch.add_argument("--memory", metavar="SIZE", help="how much memory to use, as in 3GB; beyond it, disk is used")
    _add_format(batch, PlainFormat)
    _add_common(batch)
    _add_policy(batch)


def _add_compile(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog compile`."""
    compiled = subparsers.add_parser("compile", help="print the rules of a file as SQL views")
    compiled.add_argument("file", nargs="+", metavar="FILE", type=_file)
    compiled.add_argument("--dialect", metavar="NAME", default="duckdb", help="duckdb, spark, postgres, bigquery, ...")
    compiled.add_argument("--closed-world", action="store_true", help="take every record to be complete")
    _add_output(compiled, "script")


def _add_check(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog check`."""
    check = subparsers.add_parser("check", help="report what is wrong with rule files")
    check.add_argument("file", nargs="+", metavar="FILE", type=_file)
    _add_rules(check, "rules_")
    check.add_argument("--deep", action="store_true", help="also say what the solver can show about a policy")
    _add_processes(check)
    _add_format(check, CheckFormat)


def _add_interview(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog interview`."""
    interview = subparsers.add_parser(
        "interview",
        help="ask for what is not documented and can still change the determination",
    )
    interview.add_argument("case", metavar="CASE", type=_file, help="a case file")
    _add_common(interview)
    _add_policy(interview)
    interview.add_argument(
        "--who", metavar="NAME", default=_user(), help="who answers, for the case file that is written"
    )
    form = _add_format(interview, InterviewFormat)
    form.help = "`questionnaire` writes a FHIR Questionnaire with what would be asked"
    about = "take the answers of a FHIR QuestionnaireResponse in place of asking"
    interview.add_argument("--answers", metavar="RESPONSE.json", type=_file, help=about)
    about = "a new file for the case with the answers (default: they go to the end of CASE), or for the questionnaire"
    interview.add_argument("-o", "--output", metavar="FILE", type=_file, help=about)


def _add_diff(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog diff`."""
    diff = subparsers.add_parser(
        "diff", help="what changes from one policy to another, and the smallest cases that show it"
    )
    about = "a rule file, a rule file at a git revision as in HEAD~1:policy.pl, or the name of a policy of the library"
    diff.add_argument("old", metavar="OLD", type=_file, help=about)
    diff.add_argument("new", metavar="NEW", type=_file, help="the same, for the policy that takes its place")
    diff.add_argument("--on", metavar="DIR", type=_file, help="also what flips in a population of Parquet or CSV files")
    diff.add_argument("--memory", metavar="SIZE", help="how much memory a population may use, as in 3GB")
    diff.add_argument("--write", metavar="DIR", type=_file, help="also write each smallest case as a policy test")
    diff.add_argument("--max-steps", type=_positive, metavar="N", help="give up after so many resolution steps")
    _add_written(diff, PageFormat, "comparison")


def _add_mutate(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog mutate`."""
    mutate = subparsers.add_parser("mutate", help="which single edits of a policy its tests would not notice")
    mutate.add_argument(
        "file", nargs="*", metavar="FILE", type=_file, help="the policy; the shipped one, if none is named"
    )
    mutate.add_argument(
        "--tests",
        action="append",
        default=[],
        metavar="PATH",
        type=_file,
        help="a case file with expectations, or a folder",
    )
    mutate.add_argument("--limit", type=_positive, metavar="N", help="only so many edits, spread over the policy")
    mutate.add_argument("--all", action="store_true", help="tell of every edit, not only those that no test notices")
    mutate.add_argument("--write", metavar="DIR", type=_file, help="write a test for each edit that no test notices")
    _add_processes(mutate)
    _add_format(mutate, PlainFormat)
    mutate.set_defaults(max_steps=None, closed_world=False, case=[])


def _add_processes(parser: argparse.ArgumentParser, what: str = "decide edits") -> None:
    about = f"{what} in so many processes (default: one for each processor)"
    parser.add_argument("--processes", type=_positive, metavar="N", help=about)


def _add_test(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog test`."""
    test = subparsers.add_parser("test", help="run policy tests: cases with what is expected of their reviews")
    test.add_argument(
        "path", nargs="+", metavar="PATH", type=_file, help="a case file with expectations, or a folder of such"
    )
    _add_common(test)
    _add_policy(test)
    test.add_argument(
        "--coverage", action="store_true", help="also tell in which truth values each literal of the policy was seen"
    )
    test.add_argument(
        "--generate",
        action="store_true",
        help="also write, beside the first tests, the few further cases that show what no test shows, to be confirmed",
    )
    test.add_argument(
        "--fail-under", metavar="PERCENT", type=_percent, help="exit with 1 if fewer values of literals were seen"
    )
    _add_written(test, ResultsFormat, "results")


def _add_layout(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    layout = subparsers.add_parser("format", help="lay rule files and case files out as they are usually written")
    layout.add_argument("file", nargs="+", metavar="FILE", type=_file, help="a file, or - for standard input")
    layout.add_argument("--check", action="store_true", help="change nothing; say which files would change, and fail")
    layout.add_argument("--diff", action="store_true", help="change nothing; show what would change")


def _add_lsp(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    lsp = subparsers.add_parser("lsp", help="the language server, for editors, on standard input and output")
    lsp.add_argument("--stdio", action="store_true", help="as some editors ask for it; there is nothing else")
    about = "a case file with expectations, or a folder: lenses tell what these tests show of each rule"
    lsp.add_argument("--tests", action="append", default=[], metavar="PATH", type=_file, help=about)
    _add_rules(lsp)


def _add_mcp(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog mcp`."""
    mcp = subparsers.add_parser(
        "mcp", help="the Model Context Protocol server, for assistants; none of its tools writes"
    )
    _add_rules(mcp)
    mcp.add_argument("--max-steps", type=_positive, metavar="N", help="give up a question after so many steps")
    about = "give up a question after so many seconds (default 60)"
    mcp.add_argument("--seconds", type=_positive, metavar="N", default=60, help=about)


def _add_serve(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    serve = subparsers.add_parser("serve", help="answer over HTTP, with a page to review a case by hand")
    about = "the name or address to listen on (default 127.0.0.1, which only this machine can reach)"
    serve.add_argument("--host", metavar="HOST", default="127.0.0.1", help=about)
    serve.add_argument("--port", type=_port, metavar="N", default=8765, help="default 8765; 0 takes one that is free")
    about = (
        "what requests have to show, where others can reach the service (default: PRIORLOG_TOKEN of the environment)"
    )
    serve.add_argument("--token", metavar="TOKEN", help=about)
    _add_common(serve)
    serve.add_argument("--max-seconds", type=_positive, metavar="N", default=30, help="for each question (default 30)")
    about = "how large the body of a request may be (default 4000000)"
    serve.add_argument("--max-bytes", type=_positive, metavar="N", default=4_000_000, help=about)
    about = "work on so many questions at a time (default: one for each processor)"
    serve.add_argument("--processes", type=_positive, metavar="N", help=about)
    about = "you authorize what meets the criteria: CDS Hooks tells of such orders that authorization is satisfied"
    serve.add_argument("--authorizes", action="store_true", help=about)


def _add_given(parser: argparse.ArgumentParser) -> None:
    """What is requested, where health records do not say it."""
    parser.add_argument("--drug", metavar="NAME", help="the drug that is requested, where a bundle does not say")
    parser.add_argument("--kind", choices=["initial", "renewal"], help="the same for the kind of request")
    parser.add_argument("--date", metavar="DATE", type=_date, help="the same for the date of the request")


def _add_import(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    """`priorlog import`."""
    importing = subparsers.add_parser("import", help="write case files of health records (FHIR R4)")
    importing.add_argument("what", choices=["fhir"], help="what the records are")
    about = "a bundle as JSON, a file of resources as NDJSON, or a folder of such"
    importing.add_argument("bundle", metavar="BUNDLE", type=_file, help=about)
    about = "write the case to a file; of a folder, or of several patients, each case to a file in a folder"
    importing.add_argument("-o", "--output", metavar="FILE", type=_file, help=about)
    _add_given(importing)
    importing.add_argument("--validate", action="store_true", help="first check the resources (extra `fhir`)")
    _add_rules(importing)
    _add_format(importing, PlainFormat)


def _add_document(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    document = subparsers.add_parser("document", help="write a page about a policy, for people who do not read rules")
    about = "a policy file (default: the shipped policy)"
    document.add_argument("file", nargs="?", metavar="FILE", type=_file, help=about)
    _add_policy(document)
    document.add_argument(
        "--tests",
        action="append",
        default=[],
        metavar="PATH",
        type=_file,
        help="a case file with expectations, or a folder: also how far these tests cover the policy",
    )
    document.add_argument("--deep", action="store_true", help="also what the solver can show about the policy")
    _add_processes(document)
    _add_written(document, PageFormat, "page")


def _add_format(parser: argparse.ArgumentParser, formats: type[StrEnum]) -> argparse.Action:
    names = [each.value for each in formats]
    parser.add_argument("--indent", action="store_true", help="with --format json, on many lines, for people")
    return parser.add_argument("--format", choices=names, default=names[0])


def _add_written(parser: argparse.ArgumentParser, formats: type[StrEnum], written: str) -> None:
    """The options of what may go to a file, whose name says the format where no option does."""
    form = _add_format(parser, formats)
    form.default, form.help = None, f"default: by the end of FILE, else {next(iter(formats))}"
    parser.set_defaults(formats=form.choices)
    _add_output(parser, written)


def _user() -> str:
    """The name of the user, as far as the machine knows it."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "the reviewer"


def _add_output(parser: argparse.ArgumentParser, written: str) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", type=_file, help=f"write the {written} to a file")


def _add_goal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("goal", metavar="GOAL")
    _add_case(parser, "a case file to ask about")
    _add_common(parser)


def _add_policy(parser: argparse.ArgumentParser) -> None:
    """The option that says which of several policies is meant."""
    parser.add_argument("--policy", metavar="NAME", help="of several policies, the one that is meant")


def _add_common(parser: argparse.ArgumentParser) -> None:
    _add_rules(parser)
    _add_reading(parser)


def _add_case(parser: argparse._ActionsContainer, about: str, prefix: str = "") -> None:
    parser.add_argument(
        "--case", action="append", default=[], metavar="FILE", type=_file, dest=f"{prefix}case", help=about
    )


def _add_rules(parser: argparse._ActionsContainer, prefix: str = "") -> None:
    about = "a rule file instead of the shipped policy"
    parser.add_argument(
        "-f", "--file", action="append", default=[], metavar="FILE", type=_file, dest=f"{prefix}file", help=about
    )


def _add_reading(parser: argparse._ActionsContainer, prefix: str = "", give_up: str = "give up") -> None:
    """How the rules are read, and for how long."""
    about = "take every record to be complete"
    parser.add_argument("--closed-world", action="store_true", dest=f"{prefix}closed_world", help=about)
    about = f"{give_up} after so many resolution steps"
    parser.add_argument("--max-steps", type=_positive, metavar="N", dest=f"{prefix}max_steps", help=about)


class _Parser(argparse.ArgumentParser):
    """A parser whose messages take one line, whatever was typed. For each option argparse makes what lays out help, to check it: how wide
    the screen is, is asked where help is shown alone."""

    def __init__(self, **said: Any) -> None:
        super().__init__(formatter_class=functools.partial(argparse.HelpFormatter, width=80), **said)

    def format_usage(self) -> str:
        self.formatter_class = argparse.HelpFormatter
        return super().format_usage()

    def format_help(self) -> str:
        self.formatter_class = argparse.HelpFormatter
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Says what is wrong with the options, and ends the process."""
        super().error(" ".join(message.split()))


class _Version(argparse.Action):
    """Prints the version; it is looked up only then."""

    def __call__(self, *_: object) -> NoReturn:
        from explain.version import installed_version

        print(f"priorlog {installed_version()}")
        raise SystemExit(ANSWERED)


def _date(text: str) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no date; write it as in 2024-07-01") from None


def _file(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("an empty text names no file")
    return text


def _percent(text: str) -> float:
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text, re.ASCII) or float(text) > 100:
        raise argparse.ArgumentTypeError(f"`{text}` is no percentage between 0 and 100")
    return float(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is no port between 0 and 65535")
    return int(text)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"`{text}` is no positive number")
    return int(text)


ADDED: Mapping[str, Callable[[argparse._SubParsersAction[_Parser]], None]] = MappingProxyType(
    {
        "query": _add_query,
        "why": _add_why,
        "whynot": _add_whynot,
        "missing": _add_missing,
        "review": _add_review,
        "new": _add_new,
        "interview": _add_interview,
        "verify": _add_verify,
        "batch": _add_batch,
        "document": _add_document,
        "compile": _add_compile,
        "check": _add_check,
        "diff": _add_diff,
        "mutate": _add_mutate,
        "test": _add_test,
        "format": _add_layout,
        "lsp": _add_lsp,
        "mcp": _add_mcp,
        "import": _add_import,
        "serve": _add_serve,
    }
)
"""What adds the options of each command; those of a command that is named are enough."""
