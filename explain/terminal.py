"""Explanations and reviews for the terminal (rich). It arranges what the values say and works nothing out.

Status is told by a word or sign, never by colour alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from engine.knowledge import Answers
from explain.output import write_out
from explain.proof import Node, RuleRef
from explain.reasons import reasons
from explain.report import Asked, way_asked, ways
from explain.review import Criterion, Review
from explain.sentences import say
from explain.wording import DETERMINATIONS, QUANTITIES, STATUSES
from kb.printer import show_term
from kb.terms import plain_text, printable
from kb.truth import Truth

if TYPE_CHECKING:
    from explain.workspace import Missing

SIGNS = {Truth.TRUE: ("✓", "green"), Truth.FALSE: ("✗", "red"), Truth.UNKNOWN: ("?", "yellow")}
PLAIN_SIGNS = {Truth.TRUE: "yes", Truth.FALSE: "no ", Truth.UNKNOWN: "?  "}
STATUS_STYLES = {"met": "green", "not_met": "red", "not_documented": "yellow", "not_applicable": "dim"}
WIDTH = 100
MOST_WITNESSES = 4
"""How many lines stand under a count at most."""


@contextmanager
def page(path: str | None = None) -> Iterator[Console]:
    """A console whose text is written when it is complete, to standard output or a file: with colours only on a
    terminal, of one width where there is none, and without blanks at line ends."""
    on_terminal = path is None and sys.stdout.isatty()
    out = Console(width=None if on_terminal else WIDTH, highlight=False, force_terminal=on_terminal)
    with out.capture() as captured:
        yield out
    write_out("".join(line.rstrip() + "\n" for line in captured.get().splitlines()), path)


def console() -> Console:
    """A console on standard output: colours only on a terminal, and of one width where there is none."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


def _sign(status: Truth, out: Console) -> Text:
    sign, style = SIGNS[status]
    return Text(sign if "utf" in (out.encoding or "").lower() else PLAIN_SIGNS[status], style=style)


def print_tree(node: Node, out: Console) -> None:
    """An explanation as a tree; a part that occurs again is shown once and referred to by number."""
    counts = Counter(each.id for each in _walk(node) if _below(each))
    numbers: dict[str, int] = {}
    root = Tree(_line(node, None, out), guide_style="dim")
    pending = [(root, node, child) for child in reversed(_below(node))]
    while pending:
        branch, parent, child = pending.pop()
        if isinstance(child, str):
            branch.add(Text(child, style="dim"))
            continue
        by_rule = _by_rule(child, parent)
        child = _unwrapped(child, parent)
        shared = counts[child.id] > 1
        if shared and child.id in numbers:
            branch.add(_line(child, by_rule, out).append(f"  see ({numbers[child.id]})", style="bold"))
            continue
        if shared:
            numbers[child.id] = len(numbers) + 1
        grown = branch.add(_line(child, by_rule, out, numbers.get(child.id)))
        pending += [(grown, child, each) for each in reversed(_below(child))]
    out.print(root)


def _walk(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        pending += each.children


def _below(node: Node) -> Sequence[Node | str]:
    """What stands under a node's line: of a negation, what is under what it denies, which says the same; nothing where
    the line itself says it all; of a count no more witnesses than fit."""
    merged = _merged(node)
    if merged is not None:
        return _below(merged)
    if _is_one_line(node):
        return ()
    if node.kind in {"count", "aggregate"} and len(node.children) > MOST_WITNESSES:
        more = len(node.children) - MOST_WITNESSES + 1
        return (*node.children[: MOST_WITNESSES - 1], say("more_witnesses", more))
    return node.children


def _merged(node: Node) -> Node | None:
    """Under a negation, what it denies, where that says the same."""
    return (
        node.children[0] if node.kind == "negation" and node.children and node.children[0].text == node.text else None
    )


def _is_one_line(node: Node) -> bool:
    """Whether a node and its children are one line: a summary, or a witness that rests on stated facts."""
    if not node.children or any(child.children for child in node.children):
        return False
    return node.kind == "witness" or any(not child.opened for child in node.children)


def _by_rule(node: Node, parent: Node) -> RuleRef | None:
    """The rule that a line under alternatives is told by."""
    return node.rule if parent.kind == "alternatives" else None


def _unwrapped(node: Node, parent: Node) -> Node:
    """Under alternatives, the only literal of a rule stands for the rule."""
    return node.children[0] if _by_rule(node, parent) and len(node.children) == 1 else node


def _line(node: Node, by_rule: RuleRef | None, out: Console, number: int | None = None) -> Text:
    text = Text.assemble(_sign(node.status, out), " ")
    if number is not None:
        text.append(f"({number}) ", style="bold")
    if by_rule is None or node.rule != by_rule:
        text.append(printable(node.text))
    else:
        text.append(say("by_rule", by_rule.source, by_rule.line))
    if _is_one_line(node):
        text.append(": ")
        for index, child in enumerate(node.children):
            text.append("; " if index else "").append(printable(child.text))
            _append_places(text, child)
    label = node.label or (_merged(node) or node).label
    if label:
        text.append(f" ({printable(label)})", style="italic")
    if by_rule is not None and node.rule != by_rule:
        text.append(f" ({say('by_rule', by_rule.source, by_rule.line)})", style="dim")
    if not (_is_one_line(node) and node.kind == "witness"):
        _append_places(text, node)
    return text


def _append_places(text: Text, node: Node) -> None:
    if node.cite:
        text.append(f"  [{printable('; '.join(node.cite))}]", style="cyan")
    for each in node.evidence:
        text.append(f"  <{each}>", style="dim")


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
    out.print(Text(f"Review of case {printable(plain_text(review.case))}", style="bold"))
    head = Table(box=None, show_header=False, pad_edge=False)
    head.add_column(style="dim", no_wrap=True)
    head.add_column(overflow="fold")
    head.add_row("Policy", Text(printable(_policy_line(review))))
    head.add_row("Request", Text(f"{review.kind} request for {review.drug}, {review.date}"))
    wording, style = DETERMINATIONS[review.determination]
    head.add_row(
        "Determination",
        Text.assemble((review.determination.upper().replace("_", " "), f"bold {style}"), f": {wording}"),
    )
    out.print(head)
    for conflict in review.conflicts:
        _section(out, "Conflicting evidence")
        for node in (conflict.stands, conflict.denied):
            _print_reasons(node, out)
    for uncovered in review.uncovered:
        _section(out, "Indication")
        _print_reasons(uncovered, out)
    if review.criteria:
        _section(out, "Criteria")
        out.print(Padding(_criteria_table(review.criteria), (0, 0, 0, 2)))
    if review.missing:
        _section(out, "Not documented: any one of these would meet the criteria")
        _print_ways(ways(review), out)
    _section(out, "Authorization and quantity")
    if review.authorization is not None:
        given = review.authorization
        out.print(
            Padding(
                Text(f"{given.start} until {given.until}, at most {given.tablets} tablets for {given.days} days"),
                (0, 0, 0, 2),
            )
        )
    else:
        out.print(Padding(Text("no authorization is given by this report"), (0, 0, 0, 2)))
    if review.quantity is not None:
        out.print(
            Padding(
                Text(f"quantity: {QUANTITIES[review.quantity]} ({printable(review.quantity_text or '')})"), (0, 0, 0, 2)
            )
        )
    if review.assumptions:
        _section(out, "Assumptions")
        for assumption in review.assumptions:
            out.print(Padding(Text(f"- {printable(assumption)}"), (0, 0, 0, 2)))
    if show_proof and review.proof is not None:
        _section(out, "Proof")
        print_tree(review.proof, out)
    _section(out, "Record")
    out.print(
        Padding(
            Text(f"policy sha256 {review.policy_hash}\nfacts  sha256 {review.facts_hash}", style="dim"), (0, 0, 0, 2)
        )
    )
    out.print(
        Padding(
            Text("This report says whether documented facts meet the policy's criteria. A clinician decides."),
            (0, 0, 0, 2),
        )
    )
    out.print(Padding(Text("Reviewer: ____________________________   Date: ______________"), (1, 0, 0, 2)))


def print_missing(found: Missing, out: Console) -> None:
    """What is not documented and would make a goal hold, as questions."""
    if found.truth is Truth.TRUE:
        out.print("nothing is missing: the goal holds")
    elif not found.sets:
        out.print("nothing that is not documented would make the goal hold")
    else:
        out.print("Not documented: any one of these would make the goal hold")
        _print_ways([way_asked(way) for way in found.ways], out)


def _print_ways(ways: Sequence[tuple[Asked, ...]], out: Console) -> None:
    """Ways to settle a goal: what each asks for, the first with the way's number."""
    for number, facts in enumerate(ways, 1):
        for index, fact in enumerate(facts):
            shown = Text(f"{number}." if index == 0 else "  ").append(f" {fact.question}")
            shown.append(f"  {fact.fact}" + (f" ({fact.answer})" if fact.answer else ""), style="dim")
            out.print(Padding(shown, (0, 0, 0, 2)))


def _policy_line(review: Review) -> str:
    if review.policy is None:
        return "no policy covers the requested drug"
    approved = f", approved {review.approved}" if review.approved else ""
    version = (
        f"version of {review.effective}" if review.effective else "no version is in force on the date of the request"
    )
    return f"{review.title or review.policy}{approved}; {version}"


def _section(out: Console, title: str) -> None:
    out.print()
    out.print(Text(title, style="bold"))


def _criteria_table(criteria: tuple[Criterion, ...]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for criterion in criteria:
        _add_criterion(table, criterion, "")
    return table


def _add_criterion(table: Table, criterion: Criterion, indent: str) -> None:
    said = Text(printable(criterion.text))
    if criterion.cite:
        said.append(f"  [{printable(criterion.cite)}]", style="cyan")
    table.add_row(Text(indent + STATUSES[criterion.status], style=STATUS_STYLES[criterion.status]), said)
    for alternative in criterion.alternatives:
        _add_criterion(table, alternative, indent + "  ")
    if not criterion.alternatives:
        for line in _reason_lines(criterion.node):
            table.add_row("", line)


def _reason_lines(node: Node) -> Iterator[Text]:
    for text, evidence in reasons(node):
        line = Text(f"- {printable(text)}")
        for each in evidence:
            line.append(f"  <{each}>", style="dim")
        yield line


def _print_reasons(node: Node, out: Console) -> None:
    for line in _reason_lines(node):
        out.print(Padding(line, (0, 0, 0, 2)))
