"""Policies side by side in one program: each report is that of the policy alone, and which policies review a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explain.cli.entry import main
from kb.language.loader import POLICY_FILES
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
