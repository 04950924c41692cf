"""What a clinician reads: tests in words with what gave their values, conflicts marked where they matter, nothing cut
silently, and no syntax of the language."""

from __future__ import annotations

import io
import re
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.proof import nodes
from explain.proof.contrast import describe
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from explain.report.html import node_page, review_html
from explain.report.markdown import node_markdown, review_markdown
from explain.report.terminal import print_missing, print_review
from explain.words.sentences import sentence
from explain.workspace import Workspace
from kb.language.loader import load_text, read_goal
from kb.language.truth import Truth
from tests.explain.test_renderers import shown_html, shown_markdown
from tests.explain.test_why import tree

CASES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.pl"))
BRAND_CONFLICT = """
request(c, selinexor, initial, 2024-09-03).
birth_date(c, 2010-01-01).
sex(c, female).
indication(c, multiple_myeloma).
refractory(c, velcade).
-refractory(c, bortezomib).
"""


def opened(text: str) -> Workspace:
    """The shipped policy beside a case."""
    workspace = Workspace.open()
    workspace.add_cases(load_text(text, "case.pl"))
    return workspace


def explained(text: str, goal: str) -> Node:
    rules = Rules.of(load_text(text).program)
    asked = read_goal(goal)
    assert not isinstance(asked, tuple)
    return Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses)).goal(asked)


def flat(text: str) -> str:
    """The text on one line, without the lines of a tree."""
    return " ".join(re.sub("[│├└─]", " ", text).split())


def report(workspace: Workspace) -> str:
    """The terminal's report on the only case."""
    out = Console(width=200, file=io.StringIO(), highlight=False)
    print_review(workspace.review(workspace.cases()[0]), out)
    assert isinstance(out.file, io.StringIO)
    return flat(out.file.getvalue())


# --- tests in words ---


def test_an_age_that_is_too_low_is_said_in_words_with_what_gave_it() -> None:
    """The report says that 14 is not at least 18, who is 14, who asks for 18, and where the birth date is stated."""
    said = report(opened(BRAND_CONFLICT))
    assert (
        "14 is not at least 18 (someone born on 2010-01-01 is 14 years old on 2024-09-03; patients for selinexor are at "
        "least 18 years old) <case.pl:2> <case.pl:3>"
    ) in said


def test_what_gave_the_values_stands_below_a_test_in_every_form() -> None:
    """Trees show the facts that a failing test compares, down to the one that is stated."""
    node = opened(BRAND_CONFLICT).explain("old_enough(c)").node
    for shown in (flat(tree(node)), shown_markdown(node_markdown(node)), shown_html(node_page(node))):
        at = [
            shown.find(part)
            for part in (
                *("14 is not at least 18", "someone born on 2010-01-01 is 14 years old", "the patient was born on"),
                *("case.pl:3", "patients for selinexor are at least 18 years old"),
            )
        ]
        assert (at, min(at) >= 0) == (sorted(at), True)


@pytest.mark.parametrize(
    ("test", "holds", "fails"),
    [
        ("14 >= 18", "14 is at least 18", "14 is not at least 18"),
        ("2 =< 1", "2 is at most 1", "2 is more than 1"),
        ("2 < 1", "2 is less than 1", "2 is not less than 1"),
        ("1 > 2", "1 is more than 2", "1 is not more than 2"),
        ("1 =:= 2", "1 equals 2", "1 does not equal 2"),
        ("1 =\\= 1", "1 does not equal 1", "1 equals 1"),
        ("2024-02-01 @< 2024-01-02", "2024-02-01 is before 2024-01-02", "2024-02-01 is not before 2024-01-02"),
        ("2024-02-01 @=< 2024-01-02", "2024-02-01 is on or before 2024-01-02", "2024-02-01 is after 2024-01-02"),
        ("2024-01-02 @> 2024-02-01", "2024-01-02 is after 2024-02-01", "2024-01-02 is not after 2024-02-01"),
        ("2024-01-02 @>= 2024-02-01", "2024-01-02 is on or after 2024-02-01", "2024-01-02 is before 2024-02-01"),
        ("b @< a", "b comes before a in order", "b does not come before a in order"),
        ("a = b", "a is b", "a is not b"),
        ("a \\= a", "a is not a", "a is a"),
        ("member(c, [a, b])", "c is a or b", "not so: c is a or b"),
    ],
)
def test_a_test_is_said_in_words(test: str, holds: str, fails: str) -> None:
    """What a comparison says where it holds, and of one that fails, in words."""
    goal = read_goal(test)
    assert not isinstance(goal, tuple)
    declarations = Rules.of(load_text("p.").program).declarations
    assert holds == sentence(goal, declarations)
    assert fails == explained(f"p :- {test}.", "p").children[0].text


SAID_FALSE = """
:- pred ok(Thing: thing) :: '@(Thing) is fine'.
:- pred -ok(Thing: thing) :: '@(Thing) is broken'.
:- pred kept(Thing: thing) :: '@(Thing) is kept'.
:- pred -kept(Thing: thing) :: '@(Thing) is not kept'.
:- abducible kept/1.
ok(b).
complete(a, kept).
"""


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("ok(a)", "a is broken"),
        ("\\+ ok(a)", "a is broken"),
        ("ok(b)", "b is fine"),
        ("\\+ ok(b)", "against it: b is fine"),
        ("ok(X), X \\= b", "b is b"),
        ("kept(a)", "not so: a is kept"),
        ("kept(b)", "not documented: whether b is kept"),
    ],
)
def test_what_is_false_by_itself_has_a_sentence_of_its_own(goal: str, expected: str) -> None:
    """The sentence of a strong negation is that of the falsity of what is not open, and of an open record only where stated."""
    node = explained(SAID_FALSE, goal)
    assert expected == (node.children[0] if isinstance(node, nodes.Conjunction) else node).text


def test_a_computed_side_shows_its_value() -> None:
    """Of an expression the value is said."""
    node = explained("n(2). p :- n(X), X + 1 > 5.", "p")
    assert [child.text for child in node.children] == ["3 is not more than 5"]
    assert [each.text for each in nodes.about(node.children[0])] == ["n(2)"]


# --- no syntax, nothing denied twice ---


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.heavy
def test_no_syntax_of_the_language_reaches_the_reader(path: Path) -> None:
    """Explanations and reports of every example have no operators, no aggregates, nothing denied twice, no `some kind`."""
    workspace = Workspace.open(cases=[path])
    goal = f"meets_criteria({workspace.cases()[0].name.name})"  # type: ignore[union-attr] # named by atoms
    node = workspace.explain(goal, every=True).node
    review = workspace.review(workspace.cases()[0])
    for shown in (
        flat(tree(node)),
        shown_markdown(node_markdown(node)),
        report(workspace),
        shown_html(review_html([review])),
    ):
        assert not re.search(r"@<|@=<|@>|>=|=<|\\\+|at_least\(|at_most\(|aggregate_all\(|member\(", shown)
        assert not re.search(r"not so: not so|the some", shown)
    assert not re.search(r"not documented: (?!whether)", flat(tree(node)))


@pytest.mark.parametrize(
    ("goal", "text"),
    [
        ("given(C, A)", "for some agent and case, [agent] is given to [case]"),
        ("given(c, A), sort(A, k)", "for some agent, [agent] is given to c and [agent] is of the sort k"),
        ("\\+ given(c, A)", "not so for any agent: [agent] is given to c"),
        ("\\+ \\+ given(c, a)", "a is given to c"),
        ("given(c, a), \\+ given(c, b)", "all of these: a is given to c; not so: b is given to c"),
        (
            "at_least(2, A, (given(c, A), sort(A, k)))",
            "for at least 2 different values of [agent], [agent] is given to c and [agent] is of the sort k",
        ),
        ("at_least(1, A, given(c, A))", "for at least one [agent], [agent] is given to c"),
        (
            "given(c, A), given(c, B)",
            "for some agent and b, [agent] is given to c and [b] is given to c",
        ),
        (
            "given(c, _), given(d, _)",
            "for some agent and other agent, [agent] is given to c and [other agent] is given to d",
        ),
        ("given(c, _) ; given(d, _)", "for some agent, [agent] is given to c or [agent] is given to d"),
        (
            "(given(c, _) ; given(d, _)), given(e, _)",
            "for some agent and other agent, all of these: [agent] is given to c or [agent] is given to d; [other agent] is given to e",
        ),
        (
            "since(c, From), since(d, To), From @< To",
            "for some day and to, it is so of c since [day] and it is so of d since [to] and [day] is before [to]",
        ),
        (
            "documented(given(c, A)), sort(A, k)",
            "for some agent, all of these: the record shows that [agent] is given to c; [agent] is of the sort k",
        ),
        (
            "sort(a, X), sort(b, Y), X + 1 =< Y",
            "for some sort and y, a is of the sort [sort] and b is of the sort [y] and [sort] + 1 is at most [y]",
        ),
        (
            "aggregate_all(count, A, given(c, A), 3)",
            "3 is the number of [agent] of which this is so: [agent] is given to c",
        ),
        (
            "\\+ given(c, a) ; given(d, a), given(e, a) ; given(e, b)",
            "(not so: a is given to c) or (a is given to d and a is given to e) or b is given to e",
        ),
        (
            "\\+ (\\+ given(c, a) ; given(d, a))",
            "not so: (not so: a is given to c) or a is given to d",
        ),
        (
            "\\+ took(c, Agent, From, Until)",
            "not so for any agent, from or until: [agent] was taken by c from [from] until [until]",
        ),
    ],
)
def test_a_goal_is_said_in_words(goal: str, text: str) -> None:
    """Variables are what their arguments are called, no two alike, dates are before and after, and what is spoken of is named first."""
    declarations = Rules.of(
        load_text(
            ":- pred given(Case: case, Agent: agent) :: '@(Agent) is given to @(Case)'.\n"
            ":- pred sort(Agent: agent, Sort: atom) :: '@(Agent) is of the sort @(Sort)'.\n"
            ":- pred since(Case: case, Day: date) :: 'it is so of @(Case) since @(Day)'.\n"
            ":- pred took(Case: case, Agent: agent, From: date, Until: date)\n"
            "   :: '@(Agent) was taken by @(Case) from @(From) until @(Until)'.\n"
        ).program
    ).declarations
    asked = read_goal(goal)
    assert not isinstance(asked, tuple)
    inner = asked.args[0] if goal.startswith("at_least") and hasattr(asked, "args") else asked
    assert text == sentence(inner, declarations)


def test_what_is_denied_twice_is_said_plainly() -> None:
    """To deny a denial is to say it, and whether a denial holds is whether what it denies does."""
    declarations = Rules.of(load_text(":- pred rains(On: date) :: 'it rains on @(On)'.\n").program).declarations
    for goal in ("rains(2024-01-01)", "rains(_)", "(\\+ rains(2024-01-01) ; rains(2024-01-02))"):
        said, denied = read_goal(goal), read_goal(f"\\+ {goal}")
        assert not isinstance(said, tuple)
        assert not isinstance(denied, tuple)
        assert sentence(said, declarations) == sentence(denied, declarations, Truth.FALSE)
        assert sentence(said, declarations, Truth.FALSE) == sentence(denied, declarations)
        assert sentence(said, declarations, Truth.UNKNOWN) == sentence(denied, declarations, Truth.UNKNOWN)


# --- conflicts ---


def test_a_conflict_names_the_brand_that_makes_it_one() -> None:
    """Stated of a brand and denied of its ingredient: every report says under which name it is stated."""
    workspace = opened(BRAND_CONFLICT)
    review = workspace.review(workspace.cases()[0])
    identity = "recorded as velcade"
    for shown in (report(workspace), shown_markdown(review_markdown([review])), shown_html(review_html([review]))):
        assert shown.count(identity) >= 1
        assert (
            "conflict: the disease is refractory to bortezomib, and the disease is not refractory to bortezomib"
            in shown
        )


@pytest.mark.parametrize(
    ("goal", "against"),
    [
        ("refractory(c, bortezomib)", "in conflict with: the disease is not refractory to bortezomib <case.pl:7>"),
        (
            "-refractory(c, bortezomib)",
            "in conflict with: the disease is refractory to bortezomib <case.pl:6, recorded as velcade>",
        ),
    ],
)
def test_why_marks_a_conflict(goal: str, against: str) -> None:
    """A step whose contrary is stated or derived too says so, and what that rests on."""
    node = opened(BRAND_CONFLICT).explain(goal).node
    for shown in (flat(tree(node)), shown_markdown(node_markdown(node)), shown_html(node_page(node))):
        assert against in shown


def test_a_criterion_that_rests_on_a_conflict_is_marked() -> None:
    """In every form, with the fact and its contrary beside each other; other criteria are not marked."""
    (path,) = [each for each in CASES if each.name.startswith("16")]
    workspace = Workspace.open(cases=[path])
    review = workspace.review(workspace.cases()[0])
    marked = "heavily pretreated, with dexamethasone (rests on conflicting evidence)"
    for shown in (report(workspace), shown_markdown(review_markdown([review])), shown_html(review_html([review]))):
        assert marked in shown
        assert "refractory to bortezomib (in conflict with: the disease is not refractory to bortezomib" in shown
        assert "date of the request (rests on" not in shown


def test_what_is_not_contested_is_not_marked() -> None:
    """A denial that nothing contradicts is no conflict."""
    node = opened(BRAND_CONFLICT.replace("refractory(c, velcade).", "")).explain("-refractory(c, bortezomib)").node
    assert nodes.conflict(node) is None


# --- why nothing is covered ---


def test_an_uncovered_indication_is_given_as_the_reason() -> None:
    """The report says that the policy covers no use for it, and not only what the indication is."""
    (path,) = [each for each in CASES if each.name.startswith("15")]
    workspace = Workspace.open(cases=[path])
    review = workspace.review(workspace.cases()[0])
    for shown in (report(workspace), shown_markdown(review_markdown([review])), shown_html(review_html([review]))):
        assert "the policy in force covers no use for breast cancer, the stated indication" in shown


def test_a_request_before_the_policy_names_its_first_version() -> None:
    """Where no version is in force, the report says from when there is one."""
    (path,) = [each for each in CASES if each.name.startswith("20")]
    workspace = Workspace.open(cases=[path])
    review = workspace.review(workspace.cases()[0])
    for shown in (report(workspace), shown_markdown(review_markdown([review])), shown_html(review_html([review]))):
        assert "; the first begins on 2019-07-01" in shown


# --- negation, counts ---


def test_an_unknown_negation_shows_what_decides() -> None:
    """Whether contraception is needed hangs on what is open, beside what holds; both alternatives are opened."""
    workspace = opened(BRAND_CONFLICT)
    seen = flat(tree(workspace.explain("\\+ contraception_needed(c)").node))
    for part in (
        "? not documented: whether the patient can become pregnant",
        "✓ the patient is female <case.pl:4>",
        "✗ not so: the patient is male",
    ):
        assert part in seen
    said = report(workspace).partition("contraception is advised where")[2].partition("Authorization")[0]
    assert "- the patient is female <case.pl:4>" in said
    assert "has a partner" not in said


def test_a_count_of_derived_witnesses_is_one_step_for_each() -> None:
    """Each witness is one step, with its proof as a tree of its own below; nothing of it is lost."""
    (path,) = [each for each in CASES if each.name.startswith("17")]
    shown = tree(Workspace.open(cases=[path]).explain("refractory_to_two_proteasome_inhibitors(C)").node).splitlines()
    at = next(index for index, line in enumerate(shown) if "2 of 2" in line)
    below = next(index for index, line in enumerate(shown) if line.startswith("✓ (1)"))
    assert sum("✓" in line for line in shown[at:below]) == 3
    assert flat("\n".join(shown[at:below])).count("see (") == 2
    assert sum(line.startswith("✓ (") for line in shown) == 2
    assert "60 is at most 60" in flat("\n".join(shown[below:]))


def test_numbers_that_are_counted_are_named() -> None:
    """Lines of therapy are counted as `line 1`, not as bare numbers."""
    (path,) = [each for each in CASES if each.name.startswith("04")]
    seen = tree(Workspace.open(cases=[path]).explain("four_prior_therapies(C)").node)
    assert "3 of 4: line 1, line 2 and line 3" in seen


# --- nothing is cut silently ---


def missing_text(workspace: Workspace, goal: str, most: int) -> str:
    out = Console(width=200, file=io.StringIO(), highlight=False)
    print_missing(workspace.missing(goal, most), out)
    assert isinstance(out.file, io.StringIO)
    return flat(out.file.getvalue())


def test_missing_says_that_there_are_more() -> None:
    """Of two ways one is shown, and that there are more, with how to see them; where all are shown, nothing is said."""
    workspace = Workspace.open(cases=[each for each in CASES if each.name.startswith(("11", "14"))])
    goal = "contraception_settled(contraception_open) ; no_progression_or_toxicity(renewal_open)"
    one, all_ways = missing_text(workspace, goal, 1), missing_text(workspace, goal, 10)
    assert "There are more than these 1: `missing GOAL --limit N` shows N." in one
    assert "There are more" not in all_ways


def test_a_report_says_that_there_are_more_ways() -> None:
    """A review that shows its first ways only says so in every form."""
    text = "request(c, selinexor, initial, 2024-09-03). indication(c, multiple_myeloma). birth_date(c, 1960-01-01)."
    workspace = opened(text)
    review = workspace.review(workspace.cases()[0])
    assert review.are_more == (len(workspace.missing("meets_criteria(c)", 40).first.ways) > len(review.ways))
    shorter = msgspec.structs.replace(review, are_more=True)
    said = f"There are more than these {len(review.ways)}: `missing meets_criteria(c) --limit N` shows N."
    assert said in shown_markdown(review_markdown([shorter]))
    assert said in shown_html(review_html([shorter]))


def test_one_of_what_is_counted_is_said_in_the_singular() -> None:
    """After the number one stands one day, tablet or year, with its verb; a number that only names a line changes nothing."""
    said = report(opened(BRAND_CONFLICT.replace("2010-01-01", "2023-09-03") + "quantity(c, 1, 1).\ntablet(c, 20).\n"))
    assert "1 tablet is requested for 1 day;" in said
    assert "someone born on 2023-09-03 is 1 year old on 2024-09-03" in said
    rules = ":- pred r(L: integer, N: integer) :: 'by line @(L) @(N) times were missed'.\nr(1, 1).\nr(1, 2).\n"
    assert "by line 1 1 time was missed" == explained(rules, "r(1, 1)").text
    assert "by line 1 2 times were missed" == explained(rules, "r(1, 2)").text


def test_lines_asked_for_twice_are_two() -> None:
    """Of two more lines of therapy the second question says that it is about another one."""
    workspace = opened("request(c, selinexor, initial, 2024-09-03). prior_therapy(c, 1, bortezomib).")
    said = missing_text(workspace, "four_prior_therapies(c)", 10)
    question = "Which drugs were given in each earlier line of systemic therapy?"
    assert (said.count(question), said.count(f"{question} (another one)")) == (3, 2)


def test_a_case_that_does_not_exist_is_named() -> None:
    """Where nothing is stated about the case that is asked about, that is what is said."""
    workspace = opened(BRAND_CONFLICT)
    (said,) = workspace.remarks("meets_criteria(zzz)")
    assert said.startswith("nothing is stated about a case of that name: zzz; ")
    assert () == workspace.remarks("meets_criteria(c)")


def test_swaps_are_sentences_and_say_that_there_are_more() -> None:
    """A swap says what would be documented otherwise and what would follow; the last that is shown, that there are more."""
    files = [each for each in CASES if each.name.startswith(("01", "03"))]
    workspace = Workspace.open(cases=files)
    goals = ("meets_criteria(rrmm)", "meets_criteria(rrmm_second_pi_open)")
    assert describe(workspace.rather_than(*goals).swaps[0]).splitlines() == [
        "what would differ in the record of case rrmm_second_pi_open:",
        "  also documented: the disease is refractory to carfilzomib (refractory(rrmm_second_pi_open, carfilzomib))",
        "  then this holds: the request meets all criteria of the policy (meets_criteria(rrmm_second_pi_open))",
    ]
    assert not any(swap.are_more for swap in workspace.rather_than(*goals).swaps if swap.holds is not None)
    first = workspace.rather_than(*goals, 1).swaps[0]
    assert "there are more than these" in describe(first)
