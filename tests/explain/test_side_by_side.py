"""Policies side by side in one program: each report is that of the policy alone, and which policies review a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cases import cases_of
from explain.cli.entry import main
from explain.workspace import Workspace
from kb.language.loader import POLICY_FILES, load_cases
from kb.language.modules import Read
from tests.benchmarks.side_by_side import SECOND, compare

CASE = Path(__file__).parents[2] / "examples" / "policies" / "cases" / "selinexor_second_payer"
BOTH = [option for file in (*POLICY_FILES, SECOND) for option in ("-f", str(file))]


@pytest.mark.heavy
def test_each_report_is_that_of_the_policy_alone(without_repairs: None) -> None:
    """Reports of random cases under two payers' policies are what each policy says alone, word by word."""
    counts, differences = compare(25, 11)
    assert differences == []
    assert len(counts) > 5


def reviewed(case: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[str, str]]:
    """The policies that a case is reviewed under, with the determinations; what is printed passes the checker."""
    assert main(["review", str(case), *BOTH, *options, "--format", "json"]) == 0
    data = capsys.readouterr().out
    written = case.parent / "review.json"
    written.write_text(data)
    assert main(["verify", str(written), *BOTH, "--case", str(case)]) == 0
    capsys.readouterr()
    return [(each["policy"], each["determination"]) for each in json.loads(data)]


@pytest.mark.heavy
def test_which_policies_review_a_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case is reviewed under each policy for its drug, under the one that it names, or under the one that `--policy` names; the
    case of the defect, one prior line and carfilzomib, meets the second payer's criteria and not the first's."""
    case = tmp_path / "case.pl"
    text = next(CASE.glob("01*.pl")).read_text()
    case.write_text(text)
    first, second = ("xpovio", "criteria_not_met"), ("selinexor_second_payer", "meets_criteria")
    assert reviewed(case, capsys) == [first, second]
    assert reviewed(case, capsys, "--policy", "xpovio") == [first]
    case.write_text(f"{text}under(kd, selinexor_second_payer).\n")
    assert reviewed(case, capsys) == [second]
    assert reviewed(case, capsys, "--policy", "xpovio") == [first]


def test_a_policy_that_is_not_asked_about_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one policy is named, the program of no other is put together."""
    made: list[str] = []

    def noted(read: Read, file: str) -> Read:
        made.append(file)
        return view(read, file)

    view = Read.view
    monkeypatch.setattr(Read, "view", noted)
    workspace = Workspace.open([*POLICY_FILES, SECOND])
    workspace.add_cases(load_cases([next(CASE.glob("01*.pl"))]))
    (case,) = cases_of(workspace.facts)
    (review,) = workspace.reviews(case, policy="selinexor_second_payer")
    assert (review.policy, [Path(file).name for file in made]) == ("selinexor_second_payer", [SECOND.name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["review", "CASE", "--policy", "xpovo"], "did you mean `xpovio`?"),
        (["query", "meets_criteria(kd)", "--case", "CASE"], "selinexor_second_payer:meets_criteria"),
        (["interview", "CASE"], "name one with `--policy`"),
        (["batch", "FOLDER", "-o", "out.parquet"], "name one with `--policy`"),
    ],
)
def test_what_is_to_be_about_one_policy_says_so(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy that is not there, a goal that two policies have, and what is about one policy where there are two, are errors that say
    what to write."""
    case = tmp_path / "case.pl"
    case.write_text(next(CASE.glob("01*.pl")).read_text())
    names = {"CASE": str(case), "FOLDER": str(tmp_path)}
    assert main([*(names.get(each, each) for each in arguments), *BOTH]) == 1
    assert said in capsys.readouterr().err


def test_a_batch_under_one_policy_passes_over_what_only_others_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A population of several payers' cases is decided under each policy in turn: a table that another policy reads is no error,
    and one that none reads is."""
    pytest.importorskip("duckdb")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "request.csv").write_text("case,drug,kind,date\nc1,xpovio,initial,2024-09-03\n")
    (folder / "prescriber_specialty.csv").write_text("case,specialty\nc1,neurology\n")
    three = [*BOTH, "-f", str(SECOND.with_name("cgrp_antibodies.pl"))]
    decide = ["batch", str(folder), *three, "-o", str(tmp_path / "out.parquet")]
    for policy in ("xpovio", "cgrp_antibodies"):
        assert main([*decide, "--policy", policy]) == 0
        assert "1 decided, 0 set aside" in capsys.readouterr().out
    (folder / "prescriber_speciality.csv").write_text("case,specialty\nc1,neurology\n")
    assert main([*decide, "--policy", "xpovio"]) == 1
    assert "E404" in capsys.readouterr().err
