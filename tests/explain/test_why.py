"""Golden explanations: `tests/golden/NAME.pl` opens with its question, `NAME.txt` is the tree that the terminal shows.

To write them anew: `PRIORLOG_REGENERATE=1 python -m pytest tests/explain/test_why.py`, then read every one.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.node_json import node_json
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from explain.report.data import review_json
from explain.report.terminal import print_tree
from explain.workspace import Workspace
from kb.language.loader import load_text, read_goal
from kb.language.printer import show_item
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom
from tests.explain.mutations import spread

GOLDEN = sorted(Path(__file__).parent.parent.joinpath("golden").glob("*.pl"))


def explained(program: Path) -> Node:
    question = program.read_text(encoding="utf-8").splitlines()[0].removeprefix("% ?- ")
    return Workspace.open([program]).explain(question).node


def tree(node: Node) -> str:
    out = Console(width=120, file=io.StringIO(), highlight=False)
    print_tree(node, out)
    assert isinstance(out.file, io.StringIO)
    return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines()) + "\n"


@pytest.mark.parametrize("program", GOLDEN, ids=lambda path: path.stem)
def test_golden(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An explanation reads as it was read and accepted."""
    monkeypatch.chdir(program.parent)
    expected = program.with_suffix(".txt")
    seen = tree(explained(program))
    if os.environ.get("PRIORLOG_REGENERATE"):
        expected.write_text(seen, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == seen


@pytest.mark.heavy
def test_other_cases_change_nothing() -> None:
    """A review is the same to the last byte whatever other cases are stated, before or after it."""
    cases = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.pl"))
    (asked,) = [path for path in cases if path.name.startswith("03_")]

    def reviewed(paths: list[Path]) -> str:
        workspace = Workspace.open(cases=paths)
        (case,) = [each for each in workspace.cases() if each.name == Atom("rrmm_second_pi_open")]
        node = workspace.explain("meets_criteria(rrmm_second_pi_open)").node
        return json.dumps([review_json(workspace.review(case)), node_json(node)])

    alone = reviewed([asked])
    assert [alone] * 3 == [reviewed(paths) for paths in (cases, cases[::-1], [asked, cases[0]])]


@pytest.mark.parametrize("program", GOLDEN, ids=lambda path: path.stem)
def test_order_of_clauses_does_not_matter(program: Path, tmp_path: Path) -> None:
    """A proof's nodes have the same hashes when the clauses are in another order."""
    text = program.read_text(encoding="utf-8")

    items = [show_item(item) for item in load_text(text).program.items]
    question = text.splitlines()[0]
    ids = []
    for index, ordered in enumerate((items, items[::-1])):
        file = tmp_path / f"p{index}.pl"
        file.write_text("\n".join([question, *ordered]), encoding="utf-8")
        ids.append(without_places(spread(node_json(explained(file)))))
    assert ids[0] == ids[1]


def without_places(data: dict[str, object]) -> str:
    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(each) for key, each in value.items() if key not in ("id", "evidence", "file", "line")}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return json.dumps(strip(data))


def test_a_long_chain_is_proved() -> None:
    """A proof that is 1,500 steps deep neither overflows nor loops."""
    edges = "".join(f"edge(n{i}, n{i + 1}). " for i in range(1500))
    program = load_text(edges + "reach(X) :- X = n0. reach(Y) :- reach(X), edge(X, Y).").program
    rules = Rules.of(program)
    goal = read_goal("reach(n1500)")
    assert isinstance(goal, AtomF)
    node = Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses)).atom(goal)
    assert node.size == 3002


def test_the_proof_is_a_smallest_one() -> None:
    """Of a short and a long way to the same conclusion the short one is shown, also if the long one is written first."""
    program = load_text("e(a, b). e(b, c). e(c, d). e(a, d). p(X, Y) :- p(X, Z), e(Z, Y). p(X, Y) :- e(X, Y).").program
    rules = Rules.of(program)
    node = Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses)).atom(AtomF(Pred("p", 2), (Atom("a"), Atom("d"))))
    assert [child.goal for child in node.children] == ["e(a, d)"]
