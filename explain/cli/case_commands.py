"""What the commands about cases do: `review`, `interview`, `verify` and `batch`."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from explain.cli.case_files import CaseFile, different, in_folders
from explain.cli.exit_codes import ANSWERED, ERRORS
from explain.cli.formats import InterviewFormat, PlainFormat
from explain.cli.messages import remark, tell, warn
from explain.cli.opening import inputs_of, opened, output_of
from explain.cli.progress import progress
from explain.report.json_text import json_text
from explain.words.phrases import one_line, say
from kb.language.diagnostics import ProgramError, Sources, in_order
from kb.language.loader import Loaded
from kb.language.terms import plain_text, printable
from kb.output import Inputs, Output

if TYPE_CHECKING:
    from engine.cases import Case
    from explain.cli.reviews import Reviewed, Reviews
    from explain.workspace import Workspace


def _add_cases(workspace: Workspace, cases: Loaded, options: argparse.Namespace) -> list[Case]:
    """Adds case files, and tells what is doubtful about them."""
    added = workspace.add_cases(cases)
    warn(workspace, options)
    return added


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


def review(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog review`."""
    from explain.cli.reviewing import Texts
    from explain.cli.reviews import Reviewing, Reviews

    workspace = opened(options, sources, with_cases=False)
    texts = Texts(*(None if path is None else _text_of(path) for path in (options.appeal, options.letter_template)))
    reviewing = Reviewing(options, texts, output_of(options, sources).is_terminal)
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
            _write(reviews, reviewed, output_of(options, sources))
    remark(remarks())
    if told := in_order([*reviews.errors, *reviews.warnings]):
        tell(told, sources, options)
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

    folder = ReportFolder(Path(options.output), options.format, Inputs.of(inputs_of(options, sources)))
    reviews.reviewing = replace(reviews.reviewing, before=folder.before)
    made, kept = folder.write(reviewed, reviews.errors)
    remark([say("reports_made", made, kept, printable(str(folder.index)))])


def interview(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog interview`."""
    workspace = opened(options, sources, with_cases=False)
    cases = _add_cases(workspace, CaseFile.named(options.case).loaded, options)
    if len(cases) != 1:
        said = f"`{options.case}` is about {len(cases)} cases, and an interview is about one"
        raise ProgramError.of("E407", said, options.case, "put the case into a file of its own")
    if options.answers is not None or InterviewFormat(options.format) is InterviewFormat.QUESTIONNAIRE:
        from explain.cli.questionnaires import take_answers, write_questionnaire

        with workspace.ending(f"the interview about {plain_text(cases[0].name)}"):
            if options.answers is not None:
                take_answers(workspace, cases[0], options)
            else:
                write_questionnaire(workspace, cases[0], options, output_of(options, sources))
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
    workspace = opened(options, sources)
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
    workspace = opened(options, sources, with_cases=False)
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
            inputs=inputs_of(options, sources),
        )
    if PlainFormat(options.format) is PlainFormat.JSON:
        from explain.report.data import summary_json

        sys.stdout.write(json_text(summary_json(summary), indent=options.indent))
    else:
        from explain.report import terminal

        with terminal.page() as out:
            terminal.print_summary(summary, out)
    return ANSWERED


COMMANDS = MappingProxyType({"review": review, "interview": interview, "verify": verify, "batch": batch})
"""What runs, by the name that is typed."""
