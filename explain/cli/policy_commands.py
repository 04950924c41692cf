"""What the commands for authors of policies do: `new`, `check`, `test`, `diff`, `mutate`, `document` and `compile`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, assert_never

from explain.cli.case_files import different
from explain.cli.exit_codes import ANSWERED, ERRORS
from explain.cli.formats import CheckFormat, PlainFormat
from explain.cli.messages import remark, tell
from explain.cli.opening import opened, output_of
from explain.cli.progress import progress
from explain.report.json_text import json_text
from explain.words.phrases import say
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError, Sources, in_order
from kb.language.loader import RULES, Loaded
from kb.language.terms import printable
from kb.output import target_of, write_new

if TYPE_CHECKING:
    pass


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
    output_of(options, sources).write(text if text.endswith("\n") else text + "\n")
    return ANSWERED


def check(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog check`: case files are checked as such, against the shipped policy or the rules that `-f` names, other files as
    programs."""
    from engine.cases import check_cases, load_as_written
    from engine.checks import check_own

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
        found = check_own(loaded, options.file)
    if options.deep and not is_case and not any(each.is_error for each in found):
        found = in_order([*found, *_deep(options, loaded)])
    errors = sum(each.is_error for each in found)
    match CheckFormat(options.format):
        case CheckFormat.SARIF:
            from importlib.metadata import version

            from explain.report.sarif import sarif

            sys.stdout.write(json_text(sarif(found, loaded.sources, version("priorlog")), indent=options.indent))
        case CheckFormat.JSON:
            tell(found, loaded.sources, options)
        case CheckFormat.TEXT:
            tell(found, loaded.sources, options)
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

    workspace = opened(options, sources, with_cases=False)
    found = testing.tested(workspace, options)
    if found.run.diagnostics:
        tell(found.run.diagnostics, sources, options)
    testing.write(found, options, output_of(options, sources))
    remark([found.shortfall] if found.shortfall else [])
    if options.generate:
        remark(testing.generate(found, workspace, options))
    return ANSWERED if found.is_passed else ERRORS


def diff(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog diff`."""
    from explain.cli.comparing import compare

    with progress() as told:
        written = compare(options, sources, output_of(options, sources), told)
    remark(say("to_confirm", printable(str(path))) for path in written)
    return ANSWERED


def mutate(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog mutate`: exit code 1 if an edit is alive, or not decided."""
    from explain.authoring import mutation_pages as pages
    from explain.authoring.mutation import Fate
    from explain.cli.authoring import mutants, write_tests

    workspace = opened(options, sources)
    with progress() as told:
        found = mutants(options, workspace, told)
    if options.write is not None:
        for path in write_tests(Path(options.write), found, workspace):
            remark([say("to_confirm", printable(str(path)))])
    if PlainFormat(options.format) is PlainFormat.JSON:
        sys.stdout.write(json_text(pages.mutants_json(found), indent=options.indent))
    else:
        from explain.report import terminal

        with terminal.page() as out:
            terminal.print_document(pages.document(found, is_whole=options.all), out)
    return ERRORS if any(each.fate in (Fate.ALIVE, Fate.UNDECIDED) for each in found) else ANSWERED


def document(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog document`."""
    from explain.cli.documenting import described, write

    with progress() as told:
        found = described(options, sources, told)
    write(found, options, output_of(options, sources))
    return ANSWERED


COMMANDS = MappingProxyType(
    {
        "new": new,
        "check": check,
        "test": test,
        "diff": diff,
        "mutate": mutate,
        "document": document,
        "compile": compile_,
    }
)
"""What runs, by the name that is typed."""
