"""An author's tools that search for cases: `diff`, `check --deep`, `mutate`, `test --generate`, and `diff` at the prompt."""

from __future__ import annotations

import json
import subprocess
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from explain.authoring.differences import Verdict, difference
from explain.authoring.mutation import Fate, Mutation
from explain.cli.entry import main
from explain.report.data import review_json
from explain.verify import Verifier
from explain.workspace import Workspace
from kb.language.loader import SHIPPED, load_case
from kb.language.printer import show_clause

XPOVIO = (SHIPPED / "policies" / "xpovio.pl").read_text(encoding="utf-8")
POLICIES = Path(__file__).parents[2] / "examples" / "policies"
TWO = "at_least(2, Agent, (drug_class(Agent, proteasome_inhibitor)"
SMALL = """\
:- module(small, []).
:- use_module(library(cases)).
:- policy(small, [drug(selinexor), title('Small'), effective(2024-01-01)]).

criterion(small, initial, 1, age, old_enough).
criterion(small, initial, 2, treatment, treated).
alternative(small, initial, treatment, 1, with_dexamethasone, dexamethasone_given).
alternative(small, initial, treatment, 2, after_two_lines, two_lines).

:- pred old_enough(Case: case) :: 'the patient is 18 years old or older'.
old_enough(Case) :- request(Case, _, _, On), birth_date(Case, Born), age(Born, On, Years), Years >= 18.

:- pred treated(Case: case) :: 'the patient is treated'.

:- pred dexamethasone_given(Case: case) :: 'dexamethasone is given'.
dexamethasone_given(Case) :- combination(Case, dexamethasone).

:- pred two_lines(Case: case) :: 'there were two earlier lines or more'.
two_lines(Case) :- request(Case, _, _, _), at_least(2, Line, prior_therapy(Case, Line, _)).
"""
YOUNG = """\
:- module(young, []).
:- use_module(library(cases)).
:- policy(young, [drug(selinexor), effective(2024-01-01)]).
criterion(young, initial, 1, age, old_enough).
:- pred old_enough(Case: case) :: 'the patient is 18 years old or older'.
old_enough(Case) :- request(Case, _, _, On), birth_date(Case, Born), age(Born, On, Years), Years >= 18.
"""
"""A policy with one criterion, which is soon compared."""
DATED = """\
:- module(dated, []).
:- use_module(library(cases)).
:- policy(dated, [drug(selinexor)]).
policy_version(dated, 2024-03-01).
item_since(dated, with_dexamethasone, 2024-03-01).
criterion(dated, initial, 1, treatment, treated).
alternative(dated, initial, treatment, 1, with_dexamethasone, dexamethasone_given).
:- pred treated(Case: case) :: 'the patient is treated'.
:- pred dexamethasone_given(Case: case) :: 'dexamethasone is given'.
dexamethasone_given(Case) :- in_force(Case, dated, with_dexamethasone), combination(Case, dexamethasone).
"""
"""A policy with one alternative, which is in force since some day."""
TESTED = """\
request(adult, selinexor, initial, 2024-06-01).
birth_date(adult, 1980-01-01).
combination(adult, dexamethasone).

expect(adult, meets_criteria).
"""


MUTATE = ("mutate", "small.pl", "--tests", "tests", "--format", "json")


@pytest.fixture(scope="module")
def completed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small policy, a test of it, and those that `mutate --write` adds; what it said, decided in one process, is in
    `mutants.json`."""
    folder = tmp_path_factory.mktemp("mutants")
    (folder / "small.pl").write_text(SMALL, encoding="utf-8")
    (folder / "tests").mkdir()
    (folder / "tests" / "adult.pl").write_text(TESTED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with (folder / "mutants.json").open("w", encoding="utf-8") as file, redirect_stdout(file):
            code = main([*MUTATE, "--processes", "1", "--write", "tests"])
    assert code == 1
    return folder


@pytest.fixture(scope="module")
def mutants(completed: Path) -> Any:
    """What becomes of each edit of the small policy, as JSON."""
    return json.loads((completed / "mutants.json").read_text(encoding="utf-8"))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small policy and a test of it, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.pl").write_text(SMALL, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "adult.pl").write_text(TESTED, encoding="utf-8")
    return tmp_path


def edited(old: str, new: str, text: str = SMALL) -> str:
    """A text with one part replaced, which it has."""
    assert text.count(old) == 1
    return text.replace(old, new)


def decided(mutants: list[Any]) -> list[tuple[int, str, str, str, int]]:
    """Which edits there are, and what becomes of each, in order."""
    return [(each["line"], each["operator"], each["edit"], each["fate"], len(each["case"])) for each in mutants]


def answered(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command prints, whose exit code is as expected."""
    assert main(arguments) == code, capsys.readouterr().err
    return capsys.readouterr().out


def opened(text: str, folder: Path, name: str) -> Workspace:
    """The workspace of a policy's text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Workspace.open([path])


# --- diff ------------------------------------------------------------------------------------------------------------


def test_one_proteasome_inhibitor_for_two_is_looser_in_cases_of_known_sizes(tmp_path: Path) -> None:
    """Refractory to one inhibitor instead of two: met where it was open or not met, and never the other way round."""
    new = opened(edited(TWO, TWO.replace("2", "1", 1), XPOVIO), tmp_path, "new.pl")
    found = {each.new.label: each for each in difference(Workspace.open([]), new).compared}
    sizes = {
        (flip.before.value, flip.after.value): flip.facts and len(flip.facts)
        for flip in found["determination"].flips
        if flip.is_decided
    }
    assert Verdict.LOOSER is found["determination"].verdict
    assert sizes == {
        ("true", "unknown"): None, ("true", "false"): None, ("unknown", "true"): 16,
        ("unknown", "false"): None, ("false", "true"): 17, ("false", "unknown"): 3,
    }  # fmt: skip
    assert Verdict.EQUIVALENT is found["diagnosis (renewal)"].verdict


def test_each_case_is_reviewed_otherwise_and_its_explanations_are_verified(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each case of a comparison flips as it is said to under each policy by itself, and the checker accepts both explanations."""
    (files / "new.pl").write_text(edited("at_least(2,", "at_least(3,"), encoding="utf-8")
    found = json.loads(answered(capsys, "diff", "small.pl", "new.pl", "--format", "json"))
    shown = [flip for each in found["decisions"] for flip in each["flips"] if flip["search"] == "found"]
    assert len(shown) >= 6
    for policy, when in (("small.pl", "before_determination"), ("new.pl", "after_determination")):
        opened_alone = Workspace.open([policy])
        verifier = Verifier.of(opened_alone.loaded.program, opened_alone.loaded.views)
        for flip in shown:
            workspace = opened_alone.stating(())
            (case,) = workspace.add_cases(load_case(flip["case"].encode(), "case.pl"))
            data = json.loads(json.dumps(review_json(workspace.review(case))))
            assert flip[when] == data["determination"]
            assert verifier.report([data], workspace.facts).faults == ()


def test_what_is_written_otherwise_and_means_the_same_is_equivalent(files: Path) -> None:
    """Other names of variables, another order of literals, and a rule in two steps change nothing."""
    new = edited(
        "birth_date(Case, Born), age(Born, On, Years), Years >= 18.", "birth_date(Case, B), age(B, On, Y), adult(Y)."
    )
    new += ":- pred adult(Years: integer) :: 'someone of @(Years) years is an adult'.\n:- inline adult/1.\nadult(Years) :- Years > 17.\n"
    new = new.replace(
        "two_lines(Case) :- request(Case, _, _, _), at_least(2, Line, prior_therapy(Case, Line, _)).",
        "two_lines(Case) :- at_least(2, L, prior_therapy(Case, L, _)), request(Case, _, _, _).",
    )
    found = difference(Workspace.open(["small.pl"]), opened(new, files, "new.pl"))
    assert {Verdict.EQUIVALENT} == {each.verdict for each in found.compared}
    assert any(each.flips for each in found.compared)


def test_a_file_is_compared_with_itself_at_a_revision(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`HEAD:small.pl` is the file as git has it there."""
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *command], cwd=files, check=True)
    (files / "small.pl").write_text(edited("Years >= 18", "Years > 18"), encoding="utf-8")
    text = answered(capsys, "diff", "HEAD:small.pl", "small.pl")
    assert "determination" in text
    assert "tighter" in text
    assert main(["diff", "NONE:small.pl", "small.pl"]) == 1
    assert "E107" in capsys.readouterr().err


def test_comparisons_are_written_as_files_of_each_format(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The suffix decides."""
    (files / "old.pl").write_text(YOUNG, encoding="utf-8")
    (files / "new.pl").write_text(edited("Years >= 18", "Years >= 19", YOUNG), encoding="utf-8")
    for name, part in (
        ("d.html", "</html>"),
        ("d.md", "# What changes"),
        ("d.json", '"verdict"'),
        ("d.txt", "tighter"),
    ):
        answered(capsys, "diff", "old.pl", "new.pl", "-o", name)
        assert part in (files / name).read_text(encoding="utf-8")


def test_cases_of_a_comparison_are_written_as_tests_of_the_new_policy(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--write` writes tests that the new policy passes and the old one fails, none for a flip that another shows; nothing is written
    over."""
    (files / "new.pl").write_text(edited("Years >= 18", "Years >= 19"), encoding="utf-8")
    answered(capsys, "diff", "small.pl", "new.pl", "--write", "flips")
    written = sorted((files / "flips").glob("*.pl"))
    assert [each.name for each in written] == [
        "determination_met_to_not_met.pl", "determination_not_documented_to_not_met.pl",
    ]  # fmt: skip
    for each in written:
        answered(capsys, "test", str(each), "-f", "new.pl")
        answered(capsys, "test", str(each), "-f", "small.pl", code=1)
    assert main(["diff", "small.pl", "new.pl", "--write", "flips"]) == 1
    assert "flips/determination_met_to_not_met.pl" in capsys.readouterr().err


def test_what_flips_in_a_population_is_counted_by_column(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of three cases the one of 18 years flips, in its determination and in the criterion."""
    (files / "new.pl").write_text(edited("Years >= 18", "Years >= 19"), encoding="utf-8")
    population = files / "population"
    population.mkdir()
    rows = {
        "request": "case,drug,kind,date\na,selinexor,initial,2024-06-01\nb,selinexor,initial,2024-06-01\nc,selinexor,initial,2024-06-01\n",
        "birth_date": "case,date\na,1980-01-01\nb,2006-01-01\nc,2010-01-01\n",
        "combination": "case,agent\na,dexamethasone\nb,dexamethasone\nc,dexamethasone\n",
    }
    for name, text in rows.items():
        (population / f"{name}.csv").write_text(text, encoding="utf-8")
    found = json.loads(answered(capsys, "diff", "small.pl", "new.pl", "--on", "population", "--format", "json"))
    assert found["population"] == {
        "cases": 3, "only_old": 0, "only_new": 0,
        "flipped": [
            {"column": "determination", "before": "meets_criteria", "after": "criteria_not_met", "count": 1, "examples": ["b"]},
            {"column": "age", "before": "met", "after": "not_met", "count": 1, "examples": ["b"]},
        ],
    }  # fmt: skip


def test_the_prompt_says_what_its_changes_do_in_any_case(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`diff.` compares the program with that of its files, and says so where it is the same."""
    import io
    import sys

    typed = "diff.\nassert((dexamethasone_given(C) :- combination(C, prednisone))).\ndiff.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
    printed = answered(capsys, "-f", "small.pl")
    assert "the program is as its files say" in printed
    assert "combination(case, prednisone)." in printed


# --- check --deep ----------------------------------------------------------------------------------------------------


def test_a_policy_in_order_has_nothing_but_notes(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the small policy only the overlap of its alternatives is told, and the exit code is 0."""
    assert main(["check", "--deep", "--processes", "1", "small.pl"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "1 file(s): 0 error(s), 0 warning(s), 1 note(s)\n"
    assert "note[N311]: the alternatives `with_dexamethasone` and `after_two_lines` overlap" in printed.err


def test_findings_are_written_as_sarif(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log of version 2.1.0 has the code, the level and the place of each finding."""
    (files / "small.pl").write_text(edited("Years >= 18", "Years >= 18, Years < 18"), encoding="utf-8")
    log = json.loads(answered(capsys, "check", "--deep", "--processes", "1", "small.pl", "--format", "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    codes = {(each["ruleId"], each["level"]) for each in run["results"]}
    assert {("W311", "warning"), ("N311", "note")} <= codes
    assert {each["id"] for each in run["tool"]["driver"]["rules"]} == {code for code, _ in codes}
    places = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in run["results"]]
    assert places == sorted(places)


# --- mutate ----------------------------------------------------------------------------------------------------------


def test_an_edit_is_killed_equivalent_or_alive_with_a_case(mutants: Any) -> None:
    """One test notices some edits; of each of the others there is the smallest case that would, and none is undecided."""
    fates = {(each["operator"], each["edit"]): each for each in mutants["mutants"]}
    assert mutants["undecided"] == 0
    assert fates["boundary", "`>` for `>=`"]["fate"] == "alive"
    assert fates["bound", "`3` for `2`"]["fate"] == "alive"
    killed = fates["drop_rule", "without `dexamethasone_given(Case) :- combination(Case, dexamethasone).`"]
    assert (killed["fate"], killed["killed_by"]) == ("killed", "tests/adult.pl: adult")
    assert all(bool(each["case"]) == (each["fate"] == "alive") for each in mutants["mutants"])


def test_the_tests_that_are_written_leave_no_edit_alive(
    completed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--write` writes a test for each edit that is alive; with these none is, the policy passes them all, and no two are about a case of
    one name."""
    monkeypatch.chdir(completed)
    answered(capsys, "check", "-f", "small.pl", *sorted(map(str, Path("tests").iterdir())))
    answered(capsys, "test", "tests", "-f", "small.pl")
    text = answered(capsys, "mutate", "small.pl", "--tests", "tests", "--processes", "1")
    assert " alive" not in text
    assert " killed" in text


def test_tests_that_fail_already_are_said(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """E409 names the tests that the policy as it is does not pass."""
    wrong = edited("expect(adult, meets_criteria)", "expect(adult, criteria_not_met)", TESTED)
    (files / "tests" / "adult.pl").write_text(wrong, encoding="utf-8")
    assert main(["mutate", "small.pl", "--tests", "tests"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "error[E409]" in printed.err
    assert "adult" in printed.err


def test_edits_are_decided_alike_in_one_process_and_in_two(
    mutants: Any, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each process opens the policy for itself; what becomes of an edit does not depend on which."""
    two = decided(json.loads(answered(capsys, *MUTATE, "--processes", "2", "--limit", "16", code=1))["mutants"])
    assert {"alive", "killed", "refused"} == {fate for _, _, _, fate, _ in two}
    one = iter(decided(mutants["mutants"]))
    assert [] == [each for each in two if each not in one]  # in the same order


def test_no_edit_only_names_variables_otherwise(mutants: Any) -> None:
    """Two arguments that nothing else reads are not swapped: that would be the same rule."""
    swapped = [
        each["edit"] for each in mutants["mutants"] if each["operator"] == "swap_arguments" and each["line"] == 19
    ]
    assert swapped == ["arguments 1 and 2 swapped"] * 2 + ["arguments 2 and 3 swapped"]


def test_no_edit_swaps_what_may_change_places(files: Path) -> None:
    """The later of two days is the same in either order; which of three arguments it is, is not."""
    rule = "birth_date(Case, Born), age("
    workspace = opened(
        edited(rule, "birth_date(Case, Born), later(Born, On, Last), Last @>= Born, age("), files, "later.pl"
    )
    mutation = Mutation(workspace, frozenset(("later.pl",)))
    rules = " ".join(show_clause(each.new) for each in mutation.edits if each.new is not None)
    assert "later(On, Born, Last)" not in rules
    assert "later(Born, Last, On)" in rules


def test_a_column_of_a_table_that_no_criterion_reads_is_equivalent_without_a_search(files: Path) -> None:
    """Another value where a rule reads none leaves every decision as it is; another one where it reads it changes the criterion."""
    table = "\n:- pred counts(Agent: agent, Since: integer) :: '@(Agent) counts since @(Since)'.\ncounts(bortezomib, 2003).\n"
    rule = "combination(Case, dexamethasone)."
    reads = edited(rule, "counts(Agent, _), combination(Case, Agent).") + table
    old = opened(reads, files, "old.pl")
    later, other = edited("2003", "2004", reads), edited("counts(bortezomib", "counts(carfilzomib", reads)
    assert not any(each.flips for each in difference(old, opened(later, files, "later.pl")).compared)
    found = difference(old, opened(other, files, "other.pl")).compared
    assert "treatment / with_dexamethasone (initial)" in {each.new.label for each in found if each.flips}


def test_what_does_not_apply_under_either_policy_is_no_difference(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of an alternative that does not apply a review says no more: an edit of when it began is alive by a case whose review differs."""
    earlier = "policy_version(dated, 2024-01-01).\n"
    (files / "small.pl").write_text(DATED + earlier, encoding="utf-8")
    answered(capsys, "mutate", "small.pl", "--tests", "tests", "--processes", "1", "--write", "tests", code=1)
    found = json.loads(
        answered(capsys, "mutate", "small.pl", "--tests", "tests", "--processes", "1", "--format", "json")
    )
    fates = {each["edit"]: each["fate"] for each in found["mutants"]}
    assert fates["without `in_force(Case, dated, with_dexamethasone)`"] == "killed"
    assert found["alive"] == 0


def test_a_day_on_which_no_policy_was_in_force_is_a_difference(files: Path) -> None:
    """That criteria are not met is not the same as that no policy is in force, though it is false under both that they are met."""
    mutation = Mutation(opened(DATED, files, "dated.pl"), frozenset(("dated.pl",)))
    (earlier,) = (
        each for each in mutation.edits if each.new and show_clause(each.new) == "policy_version(dated, 2024-02-29)."
    )
    assert Fate.ALIVE is mutation.mutant(earlier).fate


@pytest.mark.heavy
def test_the_tests_of_the_second_payer_notice_edits_of_all_of_its_policy(capsys: pytest.CaptureFixture[str]) -> None:
    """Of edits that are spread over the policy none is alive, and none is undecided."""
    tests = [
        part for name in ("cases", "tests") for part in ("--tests", str(POLICIES / name / "selinexor_second_payer"))
    ]
    policy = str(POLICIES / "selinexor_second_payer.pl")
    found = json.loads(answered(capsys, "mutate", policy, *tests, "--limit", "20", "--format", "json"))
    assert (found["alive"], found["undecided"]) == (0, 0)
    assert found["killed"] >= 10


# --- test --generate -------------------------------------------------------------------------------------------------


def test_generated_cases_complete_the_coverage(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The cases that are found show all values that none showed; each expects what the policy says now, so that all pass."""
    arguments = ("test", "tests", "-f", "small.pl", "--format", "json")
    before = json.loads(answered(capsys, *arguments, "--coverage", "--generate"))
    after = json.loads(answered(capsys, *arguments, "--coverage"))
    assert before["coverage"]["percent"] < 60
    assert after["coverage"]["percent"] == 100
    assert after["failed"] == 0
    assert 2 <= len(list((files / "tests").glob("generated_*.pl"))) <= 8
