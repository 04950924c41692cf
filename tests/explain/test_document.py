"""`priorlog document`: the page about a policy says what its rules say, all of it, and what a case under it would show."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explain.authoring.asked import policies_of
from explain.authoring.decision_table import (
    ANY,
    All,
    Condition,
    DecisionTable,
    Formula,
    OneOf,
    Opposite,
    Shown,
    decision_table,
    value,
)
from explain.authoring.handbook_page import handbook_page
from explain.authoring.make_handbook import handbook
from explain.cli.entry import main
from explain.report.document import Paragraph
from explain.report.markdown import document_markdown
from explain.workspace import Workspace
from kb.language.loader import load_case, load_text
from kb.language.truth import Truth
from tests.example_policies import POLICIES

ROOT = Path(__file__).parents[2]
SHIPPED = {"xpovio": None, **POLICIES}
TRUTHS = {"true": Truth.TRUE, "false": Truth.FALSE, "unknown": Truth.UNKNOWN}


def written(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints."""
    assert main(["document", *arguments]) == 0
    return capsys.readouterr().out


PAGES: dict[tuple[str, str], str] = {}
"""The pages that were printed, by policy and format: tests only read them."""


def of_shipped(policy: str, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The page about a policy, which is printed once."""
    if (policy, form) not in PAGES:
        path = SHIPPED[policy]
        PAGES[policy, form] = written(*([str(path)] if path else []), "--format", form, capsys=capsys)
    return PAGES[policy, form]


def of_rules(rules: str, folder: Path, capsys: pytest.CaptureFixture[str], form: str = "markdown") -> str:
    """The page about a policy of a few rules, its escapes taken back."""
    path = folder / "rules.pl"
    path.write_text(rules, encoding="utf-8")
    page = written(str(path), "--format", form, capsys=capsys)
    return re.sub(r"\\([\\`*_\[\]])", r"\1", page) if form == "markdown" else page


# --- decision tables -----------------------------------------------------------------------------------------------

CONDITIONS = 4


def formulas() -> st.SearchStrategy[Formula]:
    several = {"min_size": 0, "max_size": 3}
    return st.recursive(
        st.builds(Condition, st.integers(0, CONDITIONS - 1)),
        lambda inner: st.one_of(
            st.builds(All, st.lists(inner, **several).map(tuple)),
            st.builds(OneOf, st.lists(inner, **several).map(tuple)),
            st.builds(Opposite, inner),
            st.builds(Shown, inner),
        ),
        max_leaves=8,
    )


@given(formulas(), st.lists(st.sampled_from([ANY, ANY[:2]]), min_size=CONDITIONS, max_size=CONDITIONS))
def test_a_decision_table_has_each_assignment_once_and_rightly(
    formula: Formula, domains: list[tuple[Truth, ...]]
) -> None:
    """Of all assignments of truths to the conditions, each fits one row, and that has the truth of the formula."""
    table = decision_table(formula, domains)
    assert table is not None
    for assignment in itertools.product(*domains):
        fitting = [
            row for row in table.rows if all(truth in cell for truth, cell in zip(assignment, row.when, strict=True))
        ]
        assert [value(formula, assignment)] == [row.outcome for row in fitting]


def test_what_makes_no_difference_is_left_open() -> None:
    """A conjunction of ten is a table of a row for what is met, and one for each condition that fails or is open."""
    table = decision_table(All(tuple(map(Condition, range(10)))), [ANY] * 10)
    assert isinstance(table, DecisionTable)
    assert [row.outcome for row in table.rows] == [Truth.TRUE] + [Truth.FALSE] * 10 + [Truth.UNKNOWN] * 10
    assert table.rows[1].when == (ANY[1:2], *[ANY] * 9)


def test_a_table_that_would_be_too_large_is_not_made() -> None:
    """A parity of eight conditions needs a column for each assignment: there is no such table."""
    odd: Formula = Condition(0)
    for number in range(1, 8):
        one = Condition(number)
        odd = OneOf((All((odd, Opposite(one))), All((Opposite(odd), one))))
    assert decision_table(odd, [ANY] * 8) is None
    assert decision_table(Condition(0), [ANY] * 17) is None


MONITORING = ("complete_blood_count", "blood_chemistry", "body_weight")


def test_the_table_of_a_criterion_says_what_reviews_say(capsys: pytest.CaptureFixture[str]) -> None:
    """Of all 27 records of what the prescriber agrees to monitor, the column that fits one has the status that a review gives."""
    page = json.loads(of_shipped("xpovio", "json", capsys))
    (table,) = [part["decision"]["table"] for part in page["reviews"][0]["criteria"] if part["id"] == "monitoring"]
    space = Workspace.open()
    signs = {Truth.TRUE: "agrees_to_monitor(c, {}).", Truth.FALSE: "-agrees_to_monitor(c, {}).", Truth.UNKNOWN: ""}
    for assignment in itertools.product(ANY, repeat=3):
        facts = "".join(signs[truth].format(what) + "\n" for truth, what in zip(assignment, MONITORING, strict=True))
        text = f"request(c, selinexor, initial, 2024-09-03).\n{facts}"
        space.set_facts(())
        (case,) = space.add_cases(load_case(text.encode(), "c.pl"))
        (review,) = space.reviews(case, finds_missing=False)
        (status,) = [each.status for each in review.criteria if each.id == "monitoring"]
        (row,) = [
            row
            for row in table["rows"]
            if all(truth.value in cell for truth, cell in zip(assignment, row["when"], strict=True))
        ]
        expected = {Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "not_documented"}
        assert expected[TRUTHS[row["outcome"]]] == status


@pytest.mark.parametrize(
    "rules",
    [
        "asked(C) :- a(C), \\+ (b(C), c(C)). asked(C) :- documented((b(C) ; d(C))), \\+ a(C).",
        "asked(C) :- \\+ \\+ a(C), (b(C) ; c(C), \\+ d(C)).",
        "asked(C) :- either(C), d(C). either(C) :- a(C). either(C) :- b(C), \\+ documented(c(C)).",
        "asked(C) :- a(C), b(C). asked(C) :- a(C), c(C). asked(C) :- \\+ a(C), d(C). asked(k) :- a(k).",
        ":- inline both/1. both(C) :- a(C), b(C). asked(C) :- both(C). asked(C) :- \\+ both(C), c(C), \\+ d(C).",
    ],
)
def test_the_table_of_any_rules_says_what_the_engine_says(
    rules: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Negations, alternatives, definitions and `documented` decide as the engine has it, for all 81 records of four facts."""
    lines = (
        ":- policy(p, [drug(x)]).",
        ":- abducible a/1, b/1, c/1, d/1.",
        "criterion(p, initial, 1, asked, asked).",
        *rules.replace(". ", ".\n").split("\n"),
    )
    page = json.loads(of_rules("\n".join(lines) + "\n", tmp_path, capsys, "json"))
    decision = page["reviews"][0]["criteria"][0]["decision"]
    goals = [
        each.replace("[argument1] is k", "k = case").replace("[argument1]", "case") for each in decision["conditions"]
    ]
    space = Workspace.open([tmp_path / "rules.pl"])
    signs = {Truth.TRUE: "{}(case).", Truth.FALSE: "-{}(case).", Truth.UNKNOWN: ""}
    for assignment in itertools.product(ANY, repeat=4):
        text = "\n".join(signs[truth].format(name) for truth, name in zip(assignment, "abcd", strict=True))
        space.set_facts(load_text(text + "\n").program.clauses)
        truths = [space.ask(goal).truth.value for goal in goals]
        fitting = [
            row["outcome"]
            for row in decision["table"]["rows"]
            if all(truth in cell for truth, cell in zip(truths, row["when"], strict=True))
        ]
        assert [space.ask("asked(case)").truth.value] == fitting


# --- the shipped policies ------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """The ids of a page, its links within it, its headings and its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [(found["href"] or "").removeprefix("#")] if tag == "a" else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []


@pytest.mark.parametrize("policy", SHIPPED)
def test_every_link_leads_to_an_entry(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a page speaks of it defines, each once; headings leave out no level, and nothing runs."""
    page = _Page(of_shipped(policy, "html", capsys))
    assert page.links
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert all(later <= level + 1 for level, later in itertools.pairwise(page.headings))
    assert not page.tags & {"script", "img", "iframe", "link"}


@pytest.mark.parametrize("policy", SHIPPED)
def test_all_that_the_criteria_come_down_to_is_on_the_page(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each condition that is concluded, stated or listed has an entry, and is linked to it."""
    page = json.loads(of_shipped(policy, "json", capsys))
    entries = {each["key"] for kind in ("definitions", "facts", "listings") for each in page[kind]}
    entries |= {
        part["key"] for review in page["reviews"] for one in review["criteria"] for part in (one, *one["alternatives"])
    }
    linked = set(re.findall(r'"key": "([^"]+)"', json.dumps(page)))
    assert linked == entries


SENTENCES = {
    "xpovio": (
        "[years] is at least 18",
        "for at least 2 different values of [agent], [agent] belongs to the class proteasome inhibitor and the disease is refractory to [agent]",
        "for at least 4 different values of [line], for some agent, [agent] was part of prior line [line]",
        "not so: the disease has progressed on the present treatment",
        "| Contraception | initial | **– not yet** | **– not yet** | **– not yet** | **✓ in force** | **✓ in force** |",
        "The policy has it since 2021-01-01.",
        "the limit for selinexor is 96 tablets in 84 days",
        "| bortezomib | Velcade, Boruzu,",
        "Question: When was the patient born?",
        "prior approval of selinexor is required for safe use",
        "[days] is at most 60 | from [last] to [progressed] it is [days] days",
        "[later] is on or before [date]",
    ),
    "evolocumab": (
        "[score] is at least 300 | the coronary calcium score is [score] Agatston units",
        "the record shows that [statin], at least [mg] mg daily, was taken without a break from [from] until [until]",
        "ezetimibe, at least [other mg] mg daily, was taken without a break from [from with] until [until with]",
        "atorvastatin is of high intensity from 40.0 mg daily; rosuvastatin is of high intensity from 20.0 mg daily",
    ),
    "cgrp_antibodies": (
        "a trial of galcanezumab of 90 days or more failed",
        "It plays no part where this is so: the policy for the requested drug is cgrp antibodies and the requested drug is the preferred one.",
        "| neurology | neurologist, neuro |",
    ),
    "selinexor_second_payer": (
        "for at least one [line], for some agent, [agent] was part of prior line [line]",
        "the version of the selinexor second payer policy from 2024-01-01 is superseded on the date of the request",
        "No rule concludes this here, so that it is never so.",
    ),
}


@pytest.mark.parametrize("policy", SENTENCES)
def test_a_page_says_what_was_read_and_found_true(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Thresholds, counts, denials, dates, versions, lists and questions are spelled as the rules have them."""
    page = re.sub(r"\\([\\`*_\[\]])", r"\1", of_shipped(policy, "markdown", capsys))
    assert [] == [each for each in SENTENCES[policy] if each not in page]


def test_the_terminal_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a format the page is text."""
    page = " ".join(written(capsys=capsys).split())
    assert "Policy: Xpovio (selinexor)" in page
    assert "there were four prior therapies or more [Prior-Approval Requirements / Diagnoses / 2.a]" in page
    assert "From the initial request to its determination" in page


# --- any policy ----------------------------------------------------------------------------------------------------

BARE = """\
:- policy(bare, [drug(d)]).
:- abducible sick/1, old/2, given/2, weight/2.
:- functional weight(+, -).
criterion(bare, initial, 1, ill, ill).
criterion(bare, initial, 2, sick, sick).
criterion(bare, initial, 3, heavy, heavy).
ill(C) :- sick(C), \\+ well(C).
ill(C) :- old(C, X), X > 3.
ill(c9).
well(C) :- (given(C, a) ; given(C, b)), documented(old(C, _)).
-sick(C) :- old(C, 1), given(C, z).
heavy(C) :- weight(C, W), W * 2 >= 5.5, aggregate_all(count, A, given(C, A), N), N =< 4.
"""


def test_rules_without_sentences_are_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Predicates without sentences, places and questions are on the page under their names, with what their rules ask for."""
    page = of_rules(BARE, tmp_path, capsys)
    for each in (
        "All of these, for some [x]:\n  - old([argument1], [x]) (see old)\n  - [x] is more than 3",
        "- [argument1] is c9",
        "given([argument1], a) or given([argument1], b) (see given)",
        "[w] * 2 is at least 5.5",
        "[n] is the number of [a] of which this is so: given([argument1], [a]) (see given)",
        "### Not sick",
    ):
        assert each in page


def test_a_criterion_that_the_case_states_is_said_to_be_stated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a case states is no definition that nothing concludes."""
    page = of_rules(BARE, tmp_path, capsys)
    assert "### Sick\n\nsick([argument1])\n\nWhere this is so:\n\n- sick([argument1]) (see sick)" in page
    assert "No rule concludes this here" not in page


def test_a_rule_about_one_case_decides_of_that_case_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The fact `ill(c9).` does not make the table say that any case is ill."""
    page = of_rules(BARE, tmp_path, capsys)
    assert re.search(r"\| \[argument1\] is c9 \|(?: [✓✗–] \|)+\n\| Outcome \|.* ✗ .*\|", page)


def test_an_alternative_is_a_condition_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What holds of the first argument is not what holds of the second: `r(C, X)` and `r(X, C)` are two conditions."""
    rules = """\
:- policy(two, [drug(d)]).
:- abducible r/2.
criterion(two, initial, 1, either, either).
either(C) :- r(C, X), X \\= a.
either(C) :- r(X, C).
either(C) :- r(C, Y).
"""
    page = of_rules(rules, tmp_path, capsys)
    assert "| for some x, r([argument1], [x]) and [x] is not a |" in page
    assert "| for some x, r([x], [argument1]) |" in page
    assert "| for some y, r([argument1], [y]) |" in page


def test_what_is_recursive_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A predicate that depends on itself has an entry that refers to itself."""
    rules = """\
:- policy(deep, [drug(d)]).
:- abducible step/3.
criterion(deep, initial, 1, reached, reached).
reached(C) :- path(C, a, z).
path(C, X, Y) :- step(C, X, Y).
path(C, X, Z) :- step(C, X, Y), path(C, Y, Z).
"""
    page = of_rules(rules, tmp_path, capsys)
    assert 1 == page.count("### Path")
    assert "path([argument1], [y], z)" in page


LISTS = """\
:- policy(lists, [drug(d)]).
:- abducible given/2.
criterion(lists, initial, 1, asked, asked).
asked(C) :- at_least(0, A, (kind(A, none), given(C, A))), given(C, b).
asked(C) :- kind(A, none), given(C, A).
asked(C) :- kind(A, k), least(N), at_least(N, B, given(C, B)), given(C, A).
kind(a, k).
kind(b, k).
kind(e, other).
least(2).
"""


def test_a_page_shows_what_can_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that needs a row that no list has is left out, and one that counts none of it is not; of a list the rows are shown
    that are asked for; and a number that a list gives stands where it decides."""
    page = of_rules(LISTS, tmp_path, capsys)
    assert "`, `".join(f"{tmp_path}/rules.pl:{line}" for line in (4, 6)) in page
    assert "for at least 2 different values of [b], given([argument1], [b])" in page
    assert "- a, b\n" in page
    assert "kind(e, other)" not in page


def test_a_literal_that_says_only_that_there_is_a_request_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Every case has a request: a count beside one is all that a rule asks for."""
    page = json.loads(of_shipped("xpovio", "json", capsys))
    (four,) = [each for each in page["definitions"] if each["key"] == "four-prior-therapies-1"]
    assert [1] == [len(way["conditions"]) for way in four["ways"]]


def test_a_regimen_is_no_other_name_of_its_agents(capsys: pytest.CaptureFixture[str]) -> None:
    """`Vd` means bortezomib and dexamethasone, and so is a name of neither."""
    page = json.loads(of_shipped("xpovio", "json", capsys))
    (classes,) = [each["groups"] for each in page["listings"] if each["key"] == "drug-class-2"]
    (names,) = [row[1] for group in classes for row in group["rows"] if row[0] == "bortezomib"]
    assert "Velcade" in names
    assert not re.search(r"\bVR?d\b", names)


def test_text_of_a_policy_stays_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sentences, places and titles that look like markup or like a graph's syntax are shown as they are."""
    evil = '</title><script>x</script> "]; } & \\\\ <img src=x> @'
    rules = f"""\
:- policy(evil, [drug(d), title('{evil}')]).
:- pred bad(Case: case) :: '{evil}'.
:- cite(bad/1, '{evil}').
:- pred sick(Case: case) :: '{evil} too'.
:- abducible sick/1.
criterion(evil, initial, 1, bad, bad).
bad(C) :- sick(C).
"""
    page = of_rules(rules, tmp_path, capsys, "html")
    assert not _Page(page).tags & {"script", "img"}
    assert "&lt;script&gt;" in page
    assert "<script" not in of_rules(rules, tmp_path, capsys)


def test_without_graphviz_the_graph_is_there_as_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no program draws, the page has the graph's text, and the criteria as a tree as ever."""
    monkeypatch.setenv("PATH", "")
    page = written("--format", "html", capsys=capsys)
    assert "<svg" not in page
    assert "digraph policy {" in page
    assert "flowchart TB" in written("--format", "markdown", capsys=capsys)


def test_warnings_are_open_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `check` finds doubtful in the policy's file is on its page."""
    page = of_rules(BARE + "ill(c9).\n", tmp_path, capsys)
    assert re.search(r"rules.pl:13:1: .* \[W304\]", page.partition("## Open findings")[2])


def test_coverage_and_findings_have_a_place() -> None:
    """What tests cover and what deeper checks find is put on the page by who knows it."""
    reviewer = Workspace.open().reviewer_of(None)
    (policy,) = policies_of(reviewer)
    page = handbook_page(
        handbook(reviewer, policy), coverage=[Paragraph("all literals")], findings=[Paragraph("a gap")]
    )
    text = document_markdown(page)
    assert "## What tests cover\n\nall literals" in text
    assert text.rstrip().endswith("a gap")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.pl"], "there is no policy here to write about"),
        (["rules.pl", "--policy", "bear"], "there is no policy `bear` here"),
        (["rules.pl", "-o", "rules.pl", "--format", "html"], "`rules.pl` cannot be written: it is what is read"),
        (["wrong.pl"], "error[E101]"),
        (["nowhere.pl"], "`nowhere.pl` cannot be read"),
    ],
)
def test_what_cannot_be_written_is_said(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file without a policy, a policy that is not there and a file that is read are errors that say so, with nothing written."""
    monkeypatch.chdir(tmp_path)
    Path("none.pl").write_text("p(a).\n", encoding="utf-8")
    Path("rules.pl").write_text(BARE, encoding="utf-8")
    Path("wrong.pl").write_text("p(a\n", encoding="utf-8")
    assert main(["document", *arguments]) == 1
    shown = capsys.readouterr()
    assert "" == shown.out
    assert said in shown.err


def test_several_policies_want_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a file with two policies, `--policy` says which is meant."""
    one = ":- policy({0}, [drug({0})]).\ncriterion({0}, initial, 1, age, age_{0}).\nage_{0}(C) :- stated_{0}(C).\n"
    path = tmp_path / "two.pl"
    path.write_text(":- abducible stated_a/1, stated_b/1.\n" + one.format("a") + one.format("b"), encoding="utf-8")
    assert main(["document", str(path)]) == 1
    assert "name one with `--policy`: `a`, `b`" in capsys.readouterr().err
    assert "# Policy: b" in written(str(path), "--policy", "b", "--format", "markdown", capsys=capsys)


# --- what tests cover, and what the solver shows -----------------------------------------------------------------------

TRIED = ROOT / "tests" / "zoo" / "deep_W314_conditions.pl"
TEST = """\
request(c1, selinexor, initial, 2024-06-01).
indication(c1, multiple_myeloma).
expect(c1, diagnosis, {0}).
"""


def test_a_page_tells_what_tests_cover(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--tests`, how many expectations hold, and in which values each criterion and rule was seen; in JSON, each literal."""
    tests = tmp_path / "c1.pl"
    tests.write_text(TEST.format("not_documented"), encoding="utf-8")
    page = written(str(TRIED), "--tests", str(tests), "--format", "markdown", capsys=capsys)
    covered = page[page.index("## What tests cover") : page.index("## Open findings")].replace("\\", "")
    assert "1 passed." in covered
    assert "| diagnosis | initial | true, false | unknown in 1 |" in covered
    assert "| dexamethasone_given(Case) |" in covered
    data = json.loads(written(str(TRIED), "--tests", str(tests), "--format", "json", capsys=capsys))
    assert {each["predicate"] for each in data["coverage"]["rules"]} >= {"dexamethasone_given/1", "for_lymphoma/1"}


def test_a_page_tells_of_tests_that_fail_and_not_of_broken_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a test expects otherwise is counted; a test with an error ends the command with its diagnostic and no page."""
    tests = tmp_path / "c1.pl"
    tests.write_text(TEST.format("met"), encoding="utf-8")
    assert "0 passed, 1 failed." in written(str(TRIED), "--tests", str(tests), capsys=capsys)
    tests.write_text("request(c1, selinexor, initial", encoding="utf-8")
    assert main(["document", str(TRIED), "--tests", str(tests)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "error[E101]" in printed.err


def test_a_page_tells_what_the_solver_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--deep` the findings of `check --deep` about its file are open findings, with the cases that show them."""
    page = written(str(TRIED), "--deep", "--processes", "1", "--format", "markdown", capsys=capsys)
    found = page[page.index("## Open findings") :].replace("\\", "")
    assert set(re.findall(r"\[([WN]31\d)\]", found)) >= {"N311", "W314", "W315"}
    assert "; the smallest case that shows it:\n  - request(" in found
    data = json.loads(written(str(TRIED), "--deep", "--processes", "1", "--format", "json", capsys=capsys))
    assert {each["code"] for each in data["deep"]} >= {"N311", "W314", "W315"}
    assert "coverage" not in data
