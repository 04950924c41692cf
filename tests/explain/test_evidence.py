"""What a report cites beside a criterion is about what it is cited for, under whatever name the case states it; and
what a complete record rests on, or what speaks against it, is told."""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.cli import entry as cli
from explain.proof.node_json import node_json
from explain.proof.why import Explainer
from explain.report import grounds
from explain.report.data import review_json
from explain.report.review import Criterion, Review
from explain.verify import Verifier, verify
from explain.workspace import Workspace
from kb.language.loader import load_text, read_goal, shipped_policies
from kb.language.syntax import AtomF

# Too young, so that nothing is searched for that would meet the criteria.
HEAD = """
request(c1, selinexor, initial, 2024-09-03).
birth_date(c1, 2010-01-01).
indication(c1, multiple_myeloma).
"""


@dataclass(frozen=True)
class Reviewed:
    """A review with the text of its case."""

    review: Review
    text: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(json.dumps(review_json(self.review)))

    def reasons(self, criterion: str) -> dict[str, list[str]]:
        """What each reason of a criterion or alternative cites, by its text."""
        (node,) = (each.node for each in _flat(self.review.criteria) if each.id == criterion)
        return {
            each.text: [self.line(at) for place in each.places for at in place.at] for each in grounds.grounds(node)
        }

    def checks(self) -> dict[str, list[str]]:
        """What each check of a complete record cites, by its text."""
        return {
            each["text"]: [self.line(f":{at['line']}") for at in each["evidence"]]
            for each in self.json["checks"]
            if each["text"].startswith("the record of ")
        }

    def line(self, place: str) -> str:
        found = re.search(r":(\d+)(?:, recorded as |$)", place)
        assert found is not None
        return self.text.split("\n")[int(found[1]) - 1]


def _flat(criteria: tuple[Criterion, ...]) -> list[Criterion]:
    return [each for criterion in criteria for each in (criterion, *_flat(criterion.alternatives))]


@pytest.fixture(scope="module")
def space() -> Workspace:
    return Workspace.open()


@functools.cache
def verifier() -> Verifier:
    """The checker of explanations under the shipped policy."""
    return Verifier.of(shipped_policies().program)


def reviewed(space: Workspace, facts: str) -> Reviewed:
    """The review of a case with these facts beside its head, a line each; the checker accepts it."""
    text = HEAD + facts.replace(". ", ".\n")
    space.set_facts(())
    loaded = load_text(text, "case.pl")
    (case,) = space.add_cases(loaded)
    found = Reviewed(space.review(case), text)
    assert verifier().verify([found.json], loaded.program.clauses) == []
    return found


@pytest.mark.parametrize(
    ("criterion", "fact", "text"),
    [
        ("multiple_myeloma", "-combination(c1, velcade).", "bortezomib is not given together with the requested drug"),
        (
            "multiple_myeloma",
            "-combination(c1, bortezomib).",
            "bortezomib is not given together with the requested drug",
        ),
    ],
)
def test_a_denial_is_cited_under_whatever_name_it_is_stated(
    space: Workspace, criterion: str, fact: str, text: str
) -> None:
    """That bortezomib is not given cites the line that says so, of Velcade too."""
    found = reviewed(space, fact)
    assert [fact] == found.reasons(criterion)[text]


def test_another_value_under_a_rule_is_cited(space: Workspace) -> None:
    """What makes an open atom false is cited where the case states it, also under a complete record."""
    found = reviewed(space, "complete(c1, combination). combination(c1, dexamethasone).")
    assert ["complete(c1, combination)."] == found.reasons("multiple_myeloma")[
        "not so: bortezomib is given together with the requested drug (the record of combination is complete)"
    ]


def test_a_count_cites_what_counts_and_says_what_keeps_others_out(space: Workspace) -> None:
    """A fact against an agent of a line that counts already is no evidence, nor one against a line where the record is complete."""
    stated = "prior_therapy(c1, 1, carfilzomib). prior_therapy(c1, 2, thalidomide). complete(c1, prior_therapy)."
    found = reviewed(
        space, f"{stated} -prior_therapy(c1, 2, pomalyst). -prior_therapy(c1, 3, kyprolis). refractory(c1, bortezomib)."
    )
    ((said, cited),) = (
        pair for pair in found.reasons("relapsed_or_refractory_multiple_myeloma").items() if "of 4" in pair[0]
    )
    assert said.endswith("2 of 4: line 1 and line 2 (the record of prior therapy is complete)")
    assert stated.replace(". ", ".\n").split("\n") == cited


def test_a_count_that_is_denied_cites_every_denial(space: Workspace) -> None:
    """Where the record is open, a count falls short by what is denied, under whatever name, and says so."""
    denied = "-refractory(c1, darzalex). -refractory(c1, darzalex_faspro). -refractory(c1, isatuximab)."
    found = reviewed(space, f"{denied} refractory(c1, bortezomib).")
    ((said, cited),) = (
        pair for pair in found.reasons("relapsed_or_refractory_multiple_myeloma").items() if "none found" in pair[0]
    )
    assert said.count("the disease is not refractory to") == 3
    assert denied.replace(". ", ".\n").split("\n") == cited


LIMITED = """
:- pred complete(C: case, P: predicate) :: 'the record of @(P) is complete'.
:- pred therapy(C: case, L: integer, A: agent) :: '@(A) was part of line @(L)'.
:- pred -therapy(C: case, L: integer, A: agent) :: '@(A) was not part of line @(L)'.
:- abducible therapy/3.
:- pred few(C: case) :: 'there were few lines in case @(C)'.
few(C) :- seen(C), at_most(2, L, therapy(C, L, _)).
:- pred short(C: case) :: 'there were too few lines in case @(C)'.
short(C) :- seen(C), \\+ at_least(3, L, therapy(C, L, _)).
:- pred seen(C: case) :: 'case @(C) is seen'.
seen(c).
therapy(c, 1, a). therapy(c, 2, b). complete(c, therapy).
"""


@pytest.mark.parametrize("goal", ["few(c)", "short(c)"])
def test_an_upper_bound_rests_on_the_complete_record(goal: str) -> None:
    """That a count stays below a bound is so only because the record is complete: the proof and its grounds have that."""
    loaded = load_text(LIMITED)
    rules = Rules.of(loaded.program)
    asked = read_goal(goal)
    assert isinstance(asked, AtomF)
    node = Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses)).atom(asked)
    assert verify(json.loads(json.dumps(node_json(node))), loaded.program, ()) == []
    assert any("the record of therapy is complete" in each.text for each in grounds.grounds(node))


REFRACTORY = "refractory(c1, bortezomib). complete(c1, refractory)."
FOURTH = "prior_therapy(c1, 4, melphalan). best_response(c1, 4, stable_disease)."


def test_a_complete_record_says_from_which_open_records_rules_could_conclude_more(space: Workspace) -> None:
    """The reading of a complete record is an assumption where rules could conclude it from records that are open; those
    that are complete too are not named, and without any nothing is assumed."""

    def beside(more: str) -> list[str]:
        lines = reviewed(space, f"{REFRACTORY} {more}").json["assumptions"]
        found = (
            re.search("the record of refractory is complete, as stated, also where rules .* open: (.*)", line)
            for line in lines
        )
        return [each[1] for each in found if each]

    complete = [f"complete(c1, {each})." for each in ("best_response", "last_dose", "prior_therapy", "progression")]
    assert ["best response, last dose, prior therapy, progression"] == beside("")
    assert ["best response, last dose, progression"] == beside(complete[2])
    assert [] == beside(" ".join(complete))


def test_what_speaks_against_a_complete_record_is_to_be_checked(space: Workspace) -> None:
    """A line without response makes the disease refractory to any agent of it that is documented later; the agent that is
    documented is refractory by rule, and the record does not state it."""
    data = reviewed(space, f"{REFRACTORY} {FOURTH}")
    assert {
        "the record of refractory is complete, but a rule concludes what it does not state: the disease is refractory to "
        "melphalan": ["prior_therapy(c1, 4, melphalan).", "best_response(c1, 4, stable_disease)."],
        "the record of refractory is complete, but a rule could conclude more, with what is not documented, from this: the "
        "disease did not respond to prior line 4": ["best_response(c1, 4, stable_disease)."],
    } == data.checks()
    assert {"look"} == {each["severity"] for each in data.json["checks"]}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("last_dose(c1, 2, 2023-01-31).", ["the last dose of prior line 2 was on 2023-01-31"]),
        ("progression(c1, 2, 2023-01-31).", ["after the start of prior line 2 the disease progressed on 2023-01-31"]),
        (
            "last_dose(c1, 2, 2023-01-31). progression(c1, 2, 2023-02-15).",
            ["the disease progressed during prior line 2 or soon after its last dose"],
        ),
        (
            "prior_therapy(c1, 1, kyprolis).",
            ["carfilzomib was part of prior line 1"],
        ),
        ("prior_therapy(c1, 1, bortezomib).", []),
        ("best_response(c1, 1, complete_response).", []),
        ("best_response(c1, 1, stable_disease). complete(c1, prior_therapy).", []),
    ],
)
def test_only_what_could_lead_to_more_is_to_be_checked(space: Workspace, facts: str, expected: list[str]) -> None:
    """Documented is what a rule would need beside something that is not; what is stated already, or can lead to nothing, is
    not to be checked."""
    found = reviewed(space, f"{REFRACTORY} {facts}").checks()
    assert expected == [text.partition("from this: ")[2] for text in found]


def test_a_record_under_a_brand_name_states_the_agent(space: Workspace) -> None:
    """What a complete record states of a brand it states of the agent: nothing is to be checked."""
    found = reviewed(
        space,
        "refractory(c1, kyprolis). complete(c1, refractory). combination(c1, velcade). complete(c1, combination).",
    )
    assert {} == found.checks()


def test_a_closed_world_leaves_nothing_open(space: Workspace) -> None:
    """Where every record is taken to be complete, no rule could conclude more; what one concludes is told still."""
    closed = space.stating((), closed_world=True)
    text = HEAD + f"{REFRACTORY}\n{FOURTH}"
    loaded = load_text(text, "case.pl")
    (case,) = closed.add_cases(loaded)
    data = json.loads(json.dumps(review_json(closed.review(case))))
    assert verifier().verify([data], loaded.program.clauses) == []
    told = [each["text"] for each in data["checks"] if each["text"].startswith("the record of ")]
    assert ["melphalan"] == [text.rpartition(" ")[2] for text in told]


@pytest.mark.parametrize("medium", ["text", "markdown", "html"])
def test_every_report_says_what_to_check(space: Workspace, medium: str, tmp_path: Path) -> None:
    """The section stands in each format, with where the case states what gives rise to it."""
    (tmp_path / "case.pl").write_text(f"{HEAD}{REFRACTORY}\n{FOURTH}\n", encoding="utf-8")
    cli.main(["review", str(tmp_path / "case.pl"), "--format", medium, "-o", str(tmp_path / "out")])
    written = " ".join((tmp_path / "out").read_text(encoding="utf-8").split())
    said = written[written.index("Check before signing") :]
    assert "disease did not respond to prior line 4" in said[: said.index("complete record:")]
    assert "case.pl:" in said


# --- sources -------------------------------------------------------------------------------------------------------

SOURCED = (
    HEAD
    + """:- source('note, page 3').
refractory(c1, bortezomib).
prior_therapy(c1, 1, bortezomib).
:- source('note [b] <b>', on(2024-12-21), by('Bo')).
-refractory(c1, bortezomib).
prior_therapy(c1, 2, carfilzomib). prior_therapy(c1, 3, daratumumab).
prior_therapy(c1, 4, thalidomide).
"""
)
"""Lines 6 to 11."""


@pytest.fixture
def sourced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a case with sources, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("case.pl").write_text(SOURCED, encoding="utf-8")
    return Path("case.pl")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("why prior_therapy(c1,1,bortezomib)", "line 1 <note, page 3 (case.pl:7)>"),
        ("why prior_therapy(c1,4,thalidomide)", "line 4 <note [b] <b>; Bo, 2024-12-21 (case.pl:11)>"),
        ("why prior_therapy(c1,1,bortezomib) --format markdown", "line 1 (note, page 3, `case.pl:7`)"),
        (
            "why prior_therapy(c1,4,thalidomide) --format html",
            '<span class="source">note [b] &lt;b&gt;; Bo, 2024-12-21</span> <span class="place">case.pl:11</span>',
        ),
        ("why prior_therapy(c1,1,bortezomib) --format dot", "note, page 3 (case.pl:7)"),
        ("why prior_therapy(c1,1,bortezomib) --format mermaid", "note, page 3 (case.pl#58;7)"),
        ("why prior_therapy(c1,1,bortezomib) --all", "<note, page 3 (case.pl:7)>"),
        ("why birth_date(c1,D)", "<case.pl:3>"),
        ("whynot four_prior_therapies(c1)", "line 2 <note [b] <b>; Bo, 2024-12-21 (case.pl:10)>"),
        ("whynot \\+refractory(c1,bortezomib)", "<note, page 3 (case.pl:6)>"),
        ("review", "<note, page 3 (case.pl:6)>"),
        ("review --format markdown", "(note, page 3, `case.pl:6`)"),
        ("review --format html", '<span class="source">note, page 3</span> <span class="place">case.pl:6</span>'),
    ],
)
def test_every_output_says_where_facts_come_from(
    sourced: Path, command: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The words of a source and who stated it when come first, the places of all its facts after them."""
    verb, *more = command.split()
    assert cli.main([verb, *more, *(["case.pl"] if verb == "review" else ["--case", "case.pl"])]) == 0
    assert expected in " ".join(capsys.readouterr().out.replace("\\n", " ").replace("│", " ").split())


def test_the_facts_of_one_source_are_told_together(space: Workspace) -> None:
    """A reason that rests on several facts names each source once, with all the places."""
    stated = "prior_therapy(c1, 1, bortezomib). prior_therapy(c1, 2, carfilzomib). complete(c1, prior_therapy)."
    found = reviewed(space, f":- source('note'). {stated} :- source('chart'). prior_therapy(c1, 2, dexamethasone).")
    (node,) = (
        each.node for each in _flat(found.review.criteria) if each.id == "relapsed_or_refractory_multiple_myeloma"
    )
    (counted,) = (each for each in grounds.grounds(node) if "of 4" in each.text)
    assert ["note (case.pl:6, case.pl:7, case.pl:8)"] == list(map(str, counted.places))


def test_names_have_the_source_of_the_fact_that_states_them(space: Workspace) -> None:
    """What stands for several agents, and what no vocabulary knows, come from where the fact comes from that says so."""
    found = reviewed(space, ":- source('note'). prior_therapy(c1, 1, 'VRd'). prior_therapy(c1, 2, velcaid).")
    assert ["note (case.pl:7)"] == [each["evidence"] for each in found.json["not_recognised"]]
    own = space.stating(())
    own.add_cases(load_text(found.text, "case.pl"))
    node = own.explain("prior_therapy(c1, 1, bortezomib)").node
    assert ["note (case.pl:6, recorded as VRd)"] == list(map(str, node.evidence))


def test_json_has_the_source_by_its_parts(space: Workspace) -> None:
    """In JSON, evidence has what the source says and the place in the file, each by itself."""
    stated = load_text(":- source('note', by('Bo'), on(2024-12-21)). sex(c1, female).\n" + HEAD, "case.pl").program
    own = space.stating(stated.clauses)
    source = {"text": "note", "by": "Bo", "on": "2024-12-21"}
    (place,) = json.loads(json.dumps(node_json(own.explain("sex(c1, female)").node)))["evidence"]
    assert {"file": "case.pl", "line": 1, "column": 46, "source": source, "recorded_as": None} == place


def test_a_fact_of_several_files_has_the_source_of_each(space: Workspace) -> None:
    """What two files state comes from both sources, whichever was read first."""
    texts = {"a.pl": ":- source('note'). sex(c1, female).", "b.pl": ":- source('form'). sex(c1, female).", "c.pl": HEAD}
    loaded = [load_text(text, name).program.clauses for name, text in texts.items()]
    for order in (loaded, loaded[::-1]):
        own = space.stating(itertools.chain(*order))
        node = own.explain("sex(c1, female)").node
        assert ["form (b.pl:1)", "note (a.pl:1)"] == list(map(str, node.evidence))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("note, page 3", "note, page 4"), ("'Bo'", "'Cy'"), ("2024-12-21", "2024-12-20"), (", by('Bo')", ""),
        (":- source('note, page 3').\n", "\n"),
    ],
)  # fmt: skip
def test_verify_compares_sources_with_the_files(sourced: Path, before: str, after: str) -> None:
    """A report is accepted with the files that it is about, and not with files whose facts come from elsewhere."""
    assert cli.main(["review", "case.pl", "--format", "json", "-o", "report.json"]) == 0
    assert cli.main(["verify", "report.json", "--case", "case.pl"]) == 0
    sourced.write_text(SOURCED.replace(before, after), encoding="utf-8")
    assert cli.main(["verify", "report.json", "--case", "case.pl"]) == 1


def test_a_conflict_names_both_sources(sourced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What holds beside its contrary says where the contrary comes from."""
    assert cli.main(["why", "refractory(c1, bortezomib)", "--case", "case.pl"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "not refractory to bortezomib <note [b] <b>; Bo, 2024-12-21 (case.pl:9)>" in said
    assert said.endswith("<note, page 3 (case.pl:6)>")


def test_facts_of_the_program_have_sources_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a file of rules a source goes with the facts below it, and rules are told by their place."""
    monkeypatch.chdir(tmp_path)
    Path("rules.pl").write_text(":- source('register').\np(a).\nq(X) :- p(X).\n", encoding="utf-8")
    assert cli.main(["why", "q(a)", "-f", "rules.pl", "--format", "json"]) == 0
    node = json.loads(capsys.readouterr().out)
    assert node["children"][0]["evidence"][0]["source"] == {"text": "register", "by": None, "on": None}
    assert (node["evidence"], node["rule"]["line"]) == ([], 3)
