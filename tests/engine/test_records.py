"""Complete records beside what rules conclude of them: the engine's and the checker's reading, and policies without sentences."""

from __future__ import annotations

import pytest

from engine import policies
from engine.bodies import RuleBook
from engine.cases import cases_of
from engine.knowledge import KnowledgeBase, Rules
from engine.records import CompleteRecords
from explain.verify import records as checked
from explain.verify.evaluator import Evaluator, rulebook
from explain.workspace import Workspace
from kb.language.loader import load_text
from kb.language.printer import show_atom
from kb.language.program import Program
from kb.language.syntax import PredDecl

REQUEST = "request(c, d, initial, 2024-01-01). complete(c, p)."


@pytest.mark.parametrize(
    ("rules", "facts", "opened", "beyond", "against"),
    [
        ("p(C, X) :- q(C, X), r(C).", "q(c, a).", ["q", "r"], [], ["q(c, a)"]),
        ("p(C, X) :- q(C, X), r(C).", "q(c, a). r(c).", ["q", "r"], ["p(c, a)"], ["r(c)"]),
        ("p(C, X) :- q(C, X), r(C).", "q(c, a). r(c). complete(c, q).", ["r"], ["p(c, a)"], []),
        ("p(C, X) :- q(C, X), r(C).", "q(c, a). p(c, a).", ["q", "r"], [], []),
        ("p(C, X) :- q(C, X), (r(C) ; s(C), t(C)).", "s(c).", ["q", "r", "s", "t"], [], ["s(c)"]),
        ("p(C, X) :- m(C, X). m(C, X) :- q(C, X), -r(C).", "-r(c).", ["q", "r"], [], ["-r(c)"]),
        ("p(C, X) :- q(C, X), \\+ r(C).", "q(c, a).", ["q", "r"], [], ["q(c, a)"]),
        ("p(C, X) :- q(C, X), X \\= a, r(C).", "q(c, a).", ["q", "r"], [], []),
        ("p(C, X) :- n(Y, X), p(C, Y).", "p(c, a).", [], [], []),
    ],
)  # fmt: skip
def test_engine_and_checker_read_complete_records_alike(
    rules: str, facts: str, opened: list[str], beyond: list[str], against: list[str]
) -> None:
    """Both find the records that are open, what rules conclude beyond the record, and what could lead to more of it."""
    program = load_text(f":- abducible p/2, q/2, r/1, s/1, t/1. n(a, b). {rules}").program
    stated = load_text(f"{REQUEST} {facts}").program.clauses
    (case,) = cases_of(stated)
    made = Rules.of(program)
    ours = CompleteRecords(KnowledgeBase(made, stated), RuleBook.of(made.clauses), case)
    theirs = checked.CompleteRecords(Evaluator(rulebook(program), stated), case.name)
    for each in (ours, theirs):
        (pred,) = each.preds
        assert opened == [other.name for other in each.open_below(pred)]
        assert beyond == list(map(show_atom, each.beyond(pred)))
        assert against == list(map(show_atom, each.against(pred)))


def test_what_a_policy_concludes_needs_no_declaration() -> None:
    """A policy that does not declare `policy_in_force/3`, or what else a review reads, is in force all the same."""
    space = Workspace.open()
    program = space.loaded.program
    read = {"policy_in_force", "uncovered_indication", "not_applicable", "criterion", "policy_covers"}
    items = tuple(each for each in program.items if not (isinstance(each, PredDecl) and each.pred.name in read))
    made = Rules.of(Program(items))
    facts = load_text("request(c, selinexor, initial, 2024-09-03). indication(c, multiple_myeloma).").program.clauses
    (case,) = cases_of(facts)
    in_force = policies.policy_in_force(KnowledgeBase(made, facts), case)
    assert in_force is not None
    assert in_force == policies.policy_in_force(KnowledgeBase(space.rules, facts), case)
    assert policies.Policies.of(made) == space.reviewer.policies
