"""Why a goal is not true: complete, true, and near misses first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.proof import nodes
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from explain.workspace import Workspace
from kb.language.loader import load_text, read_goal
from kb.language.truth import Truth
from tests.explain.test_why import tree

CASES = Path(__file__).parents[2] / "examples" / "cases"


def explained(text: str, goal: str, *, every: bool = False) -> Node:
    loaded = load_text(text)
    rules = Rules.of(loaded.program)
    asked = read_goal(goal)
    assert not isinstance(asked, tuple)
    return Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses), every=every).goal(asked)


def why_not(case: str, *, as_of_fact: str = "") -> Node:
    """Why the case of an example file does not meet the criteria."""
    workspace = Workspace.open()
    (name,) = CASES.glob(f"{case}*.pl")
    workspace.add_cases(load_text(name.read_text(encoding="utf-8") + as_of_fact))
    (found,) = workspace.cases()
    return workspace.explain(f"meets_criteria({found.name.name})").node  # type: ignore[union-attr] # an atom


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)


THREE = """
request(c1, xpovio, initial, 2024-09-03).
birth_date(c1, 2010-01-01). sex(c1, male). indication(c1, multiple_myeloma). disease_status(c1, relapsed).
prior_therapy(c1, 1, bortezomib). prior_therapy(c1, 2, carfilzomib). prior_therapy(c1, 3, lenalidomide).
prior_therapy(c1, 4, pomalidomide). refractory(c1, bortezomib). refractory(c1, carfilzomib). complete(c1, refractory).
refractory(c1, lenalidomide). refractory(c1, pomalidomide).  refractory(c1, daratumumab).
combination(c1, dexamethasone). complete(c1, combination). complete(c1, prophylaxis).
agrees_to_monitor(c1, body_weight). agrees_to_monitor(c1, blood_chemistry).
-agrees_to_monitor(c1, complete_blood_count). -partner_of_reproductive_potential(c1).
"""


def test_a_case_that_fails_three_criteria_shows_exactly_those_three() -> None:
    """Age, prophylaxis and monitoring fail; diagnosis and contraception, which hold, are not named."""
    workspace = Workspace.open()
    workspace.add_cases(load_text(THREE))
    initial, renewal = workspace.explain("meets_criteria(c1)").node.children
    assert [(child.goal, child.status) for child in initial.children] == [
        ("old_enough(c1)", Truth.FALSE),
        ("antiemetic_prophylaxis(c1)", Truth.FALSE),
        ("monitoring_agreed(c1)", Truth.FALSE),
    ]
    assert not any(nodes.is_opened(child) for child in renewal.children)


def test_one_of_two_proteasome_inhibitors_is_one_line_with_what_would_close_it() -> None:
    """The count says how far it got and what would do."""
    (count,) = [each for each in walk(why_not("03")) if each.kind == "count"]
    assert count.text == "1 of 2: bortezomib; carfilzomib or ixazomib would do (not documented)"
    shown = [line for line in tree(why_not("03")).splitlines() if "of 2" in line]
    assert len(shown) == 1


def test_a_count_takes_six_lines_at_most_whatever_the_vocabulary() -> None:
    """Of 300 drugs in a class and 40 that are needed, a count names a few and says how many more there are."""
    text = "".join(f"class(d{n}, pi).\n" for n in range(300)) + "".join(f"refractory(c, d{n}).\n" for n in range(30))
    rules = (
        ":- abducible refractory/2.\nmany(C) :- case(C), at_least(40, A, (refractory(C, A), class(A, pi))).\ncase(c).\n"
    )
    node = explained(text + rules, "many(c)")
    (count,) = [each for each in walk(node) if isinstance(each, nodes.Count)]
    assert (count.count.bound, len(count.count.found), len(count.count.undocumented)) == (40, 30, 270)
    assert len(tree(count).splitlines()) <= 6


def test_why_a_negation_failed_is_a_proof() -> None:
    """`\\+ p` fails because p holds, and p's proof is given."""
    node = explained("p :- \\+ q. q :- r. r.", "p")
    assert [(each.goal, each.kind, each.status) for each in walk(node)] == [
        ("p", "rule", Truth.FALSE),
        ("\\+ q", "negation", Truth.FALSE),
        ("q", "rule", Truth.TRUE),
        ("r", "fact", Truth.TRUE),
    ]


def test_a_negation_that_waits_for_a_value_not_known_is_one_line() -> None:
    """All that is not true inside it needs a sum that is not known, so that nothing is to be shown below it."""
    node = explained("""
        :- abducible p/1. :- abducible q/1.
        q(a). p(a).
        r(D) :- q(D), aggregate_all(sum(2), X, p(X), N), \\+ (q(_), _ is -(N)).
    """, "r(D)")  # fmt: skip
    closed = [each for each in walk(node) if each.kind == "negation"]
    assert [(each.status, nodes.is_opened(each)) for each in closed] == [(Truth.UNKNOWN, False)]


def test_a_failure_that_depends_on_itself_is_said_once() -> None:
    """Of atoms that imply each other and nothing else, the recursion is named and ends."""
    node = explained("p :- q. q :- r. r :- p.", "p")
    assert [(each.goal, nodes.label(each)) for each in walk(node)][-1] == ("p", "depends on itself")
    assert node.size == 4


def test_the_nearest_alternative_is_opened_and_the_others_summarised() -> None:
    """Without `--all` one alternative is opened; with it all are."""
    text = "s(a). p(X) :- s(X), q(X), r(X), t(X). p(X) :- s(X), t(X). q(X) :- s(X). t(X) :- r(X). r(b)."
    first, second = explained(text, "p(a)").children
    assert (first.children[0].kind, [child.kind for child in second.children]) == ("rule", ["summary", "summary"])
    opened = explained(text, "p(a)", every=True)
    assert not any(each.kind == "summary" for each in walk(opened))


def test_nearness_counts_what_is_below() -> None:
    """A rule that fails in one literal, behind which three fail, is farther than one that fails in two."""
    text = "far(a) :- x(a), y(a), z(a). p(a) :- far(a). p(a) :- x(a), y(a). x(b). y(b). z(b)."
    nearest = explained(text, "p(a)").children[0]
    assert [child.goal for child in nearest.children] == ["x(a)", "y(a)"]


def test_the_nearest_diagnosis_of_a_heavily_treated_patient_is_the_one_that_nearly_holds() -> None:
    """Of the three diagnoses, the one with three of four prior lines is opened."""
    (count,) = [each for each in walk(why_not("04")) if isinstance(each, nodes.Count) and each.opened]
    assert (count.text, [child.goal for child in count.children]) == (
        "3 of 4: line 1, line 2 and line 3",
        ["1", "2", "3", "complete(rrmm_three_lines, prior_therapy)"],
    )


def test_a_count_that_cannot_be_reached_says_so() -> None:
    """Of three inhibitors two are ruled out: that the third is not documented cannot make two, and is not said to do."""
    from explain.workspace import Workspace
    from kb.language.loader import load_case

    workspace = Workspace.open([])
    text = b"request(c1, selinexor, initial, 2024-09-03). -refractory(c1, bortezomib). -refractory(c1, carfilzomib)."
    workspace.add_cases(load_case(text, "c1.pl"))
    node = workspace.explain("refractory_to_two_proteasome_inhibitors(c1)").node
    assert "0 of 2; not documented, and too few to do: ixazomib" in {child.text for child in node.children}


ROUND = """
:- inline near/1.
far(X) :- near(X), c(X).
near(X) :- over(X), d(X).
over(X) :- far(X), e(X).
holds(X) :- far(X), near(X), over(X).
thing(x).  c(y).  d(y).  e(y).
"""


def test_what_recurs_is_said_of_each_atom_by_itself() -> None:
    """Where atoms rest on each other, each ends where it comes back to itself, whichever was explained before; a definition
    among them is put in its place."""
    goals = ["far(x)", "near(x)", "over(x)", "holds(x)"]
    alone = [explained(ROUND, goal, every=True) for goal in goals]
    for order in (range(4), reversed(range(4))):
        rules = Rules.of(load_text(ROUND).program)
        explainer = Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses), every=True)
        for index in order:
            asked = read_goal(goals[index])
            assert not isinstance(asked, tuple)
            assert alone[index] == explainer.goal(asked)
