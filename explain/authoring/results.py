"""The results of policy tests for people and programs: a document, JSON, and JUnit's XML."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from xml.etree import ElementTree

from explain.authoring.policy_tests import FileResults, Outcome, Result, Run
from explain.proof.node_json import node_json
from explain.proof.nodes import Node
from explain.report import document as doc
from explain.report import grounds
from explain.report.layout import condense, lay_out
from explain.words.phrases import one_line
from explain.words.values import json_value
from kb.language.diagnostics import Diagnostic

TITLE = "Policy tests"
LOOKS: Mapping[Outcome, doc.Look] = MappingProxyType(
    {Outcome.PASSED: doc.Look.MET, Outcome.FAILED: doc.Look.UNMET, Outcome.ERROR: doc.Look.OPEN}
)


# --- a document ------------------------------------------------------------------------------------------------------


def document(run: Run, further: Iterable[doc.Section] = (), *, folds: bool = False) -> doc.Document:
    """A line for each file, what failed with the explanation that decides it, `further` sections, and how many passed; where the
    medium `folds` explanations away, in full."""
    numbers = itertools.count(1)
    failed = [each for each in run.results if each.outcome is Outcome.FAILED]
    rows = tuple((each.name, _marks(each), _badge(each)) for each in run.files)
    return doc.Document(
        TITLE,
        (
            doc.Section("", (doc.Table(("File", "Expectations", "Outcome"), rows),)),
            *(_failure(each, numbers, folds=folds) for each in failed),
            *further,
            doc.Section("Summary", (doc.Paragraph(summary(run)),)),
        ),
    )


def _marks(file: FileResults) -> str:
    return "".join(each.outcome.mark for each in file.results)


def _badge(file: FileResults) -> doc.Badge:
    if not file.results and not file.is_wrong:
        return doc.Badge(doc.Look.ASIDE.sign, "not tested", doc.Look.ASIDE)
    worst = Outcome.FAILED if file.count(Outcome.FAILED) else Outcome.PASSED
    worst = Outcome.ERROR if file.is_wrong else worst
    return doc.Badge(LOOKS[worst].sign, worst.value, LOOKS[worst])


def _failure(result: Result, numbers: Iterator[int], *, folds: bool) -> doc.Section:
    pairs = [("Expected", result.expected), ("Got", result.got), ("Policy", result.policy)]
    shown = tuple(doc.Pair(name, one_line(value)) for name, value in pairs if value)
    title = one_line(f"Failed: {result.text} at {result.span.file}:{result.span.line}")
    return doc.Section(title, (doc.Pairs(shown), *_reasons(result.why, numbers, folds=folds)), "criteria")


def _reasons(why: Sequence[Node], numbers: Iterator[int], *, folds: bool) -> tuple[doc.Block, ...]:
    """What decides a result: the only explanation as a tree, or what each of several comes down to, and where it can be folded
    away its explanation."""
    if len(why) == 1:
        return (doc.Explanation("", lay_out(why[0], numbers=numbers) if folds else condense(why[0])),)
    return (doc.Criteria(tuple(_row(each, numbers if folds else None) for each in why)),) if why else ()


def _row(node: Node, numbers: Iterator[int] | None) -> doc.Row:
    look, shown = doc.Look.of(node.status), None
    if numbers is not None:
        shown = doc.Explanation("Evidence", lay_out(node, numbers=numbers), f"evidence-{next(numbers)}")
    badge = doc.Badge(look.sign, doc.WORDS[node.status], look)
    return doc.Row(badge, one_line(node.text), one_line(node.cite or ""), grounds.grounds(node), (), shown)


def summary(run: Run) -> str:
    """How many expectations fare how, in a line."""
    counted = [(run.count(Outcome.PASSED), "passed")]
    counted += [
        pair for pair in ((run.count(Outcome.FAILED), "failed"), (run.count(Outcome.ERROR), "in error")) if pair[0]
    ]
    files = [(len(run.untested), "not tested"), (sum(each.is_wrong for each in run.files), "with errors")]
    said = [f"{count:,} {word}" for count, word in counted]
    return ", ".join(
        [*said, *(f"{count:,} {'file' if count == 1 else 'files'} {word}" for count, word in files if count)]
    )


# --- JSON ------------------------------------------------------------------------------------------------------------


def run_json(run: Run) -> dict[str, object]:
    """The results as JSON data; a step of an explanation is there once for each file."""
    return {
        **{each.value: run.count(each) for each in Outcome},
        "untested": [each.name for each in run.untested],
        "files": [{"file": each.name, "results": _results_json(each)} for each in run.files],
    }


def _results_json(file: FileResults) -> list[object]:
    told: set[str] = set()
    return [
        {
            "case": json_value(each.expectation.case),
            "policy": each.policy,
            "expectation": each.text,
            "line": each.span.line,
            "outcome": each.outcome.value,
            "expected": each.expected,
            "got": each.got,
            "why": [node_json(node, told) for node in each.why],
        }
        for each in file.results
    ]


# --- JUnit -----------------------------------------------------------------------------------------------------------


def junit(run: Run) -> str:
    """The results as JUnit's XML: a suite for each file, a test case for each expectation under each policy, and one for each
    error in a file."""
    root = ElementTree.Element("testsuites", {"name": TITLE})
    for file in run.files:
        wrong = [each for each in file.diagnostics if each.is_error]
        suite = ElementTree.SubElement(root, "testsuite", {"name": one_line(file.name), "skipped": "0"})
        for result in file.results:
            _test_case(suite, file, result)
        for each in wrong:
            _error_case(suite, file, each)
        counts = len(file.results) + len(wrong), file.count(Outcome.FAILED), file.count(Outcome.ERROR) + len(wrong)
        suite.attrib |= dict(zip(("tests", "failures", "errors"), map(str, counts), strict=True))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _test_case(suite: ElementTree.Element, file: FileResults, result: Result) -> None:
    under = f" under {result.policy}" if result.policy else ""
    case = _case(suite, file, result.text + under, result.span.line)
    if result.outcome is Outcome.PASSED:
        return
    tag = "failure" if result.outcome is Outcome.FAILED else "error"
    said = one_line(f"expected {result.expected}; got {result.got}")
    below = ElementTree.SubElement(case, tag, {"message": said, "type": result.outcome.value})
    below.text = "\n".join(line for node in result.why for line in plain_lines(node))


def _error_case(suite: ElementTree.Element, file: FileResults, wrong: Diagnostic) -> None:
    case = _case(suite, file, wrong.code, wrong.span.line)
    ElementTree.SubElement(case, "error", {"message": one_line(wrong.message), "type": wrong.code})


def _case(suite: ElementTree.Element, file: FileResults, name: str, line: int) -> ElementTree.Element:
    place = {"classname": one_line(file.name), "file": one_line(file.name), "line": str(line)}
    return ElementTree.SubElement(suite, "testcase", {"name": one_line(name), **place})


def plain_lines(node: Node) -> Iterator[str]:
    """An explanation as lines of text, each step two blanks further in than what it is below."""
    for tree in condense(node):
        for step in tree.steps:
            sign = "" if step.truth is None else f"{doc.Look.of(step.truth).sign} "
            number = "" if step.number is None else f"({step.number}) "
            yield one_line("  " * step.depth + sign + number + "".join(map(_plain, step.said)))


def _plain(said: doc.Said) -> str:
    cite = f" [{said.cite}]" if said.cite else ""
    see = f" see {said.see.text}" if said.see is not None else ""
    return (
        said.text
        + (f" ({said.remark})" if said.remark else "")
        + cite
        + "".join(f" <{each}>" for each in said.places)
        + see
    )
