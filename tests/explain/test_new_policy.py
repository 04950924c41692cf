"""A policy file to fill in, as `priorlog new policy` writes it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.ended import Ended, ran


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs commands in an empty folder."""
    monkeypatch.chdir(tmp_path)

    return partial(ran, capsys)


def test_a_new_policy_is_checked_and_laid_out(run) -> None:
    """As it is written, nothing is wrong with it, and `format` leaves it."""
    assert run("new", "policy", "mine").code == 0
    assert run("check", "mine.pl") == Ended(0, "1 file(s): 0 error(s), 0 warning(s)\n", "")
    assert run("format", "--check", "mine.pl") == Ended(0, "", "")
    assert "new_policy" not in Path("mine.pl").read_text(encoding="utf-8")


def test_a_case_to_fill_in_is_reviewed_under_it(run) -> None:
    """Its case file has the policy's own facts; a bare request needs more information, under each criterion."""
    run("new", "policy", "mine")
    assert run("new", "case", "c1", "-f", "mine.pl").code == 0
    case = Path("c1.pl")
    text = case.read_text(encoding="utf-8")
    assert "new_trial(c1, Agent, Weeks)." in text
    case.write_text(
        text.replace("request(c1, Drug, Kind, Date)", "request(c1, new_drug, initial, 2025-03-01)"), "utf-8"
    )
    ended = run("review", "-f", "mine.pl", "c1.pl")
    assert (ended.code, ended.err, "MORE INFORMATION NEEDED" in ended.out) == (0, "", True)
    assert ended.out.count("not documented    ") == 3


@pytest.mark.parametrize(
    ("facts", "determination"),
    [
        ("new_trial(c1, new_other_drug, 8).", "MEETS CRITERIA"),
        ("new_trial(c1, new_other_drug, 7). -new_not_tolerated(c1, new_other_drug).", "CRITERIA NOT MET"),
        ("new_trial(c1, new_other_drug, 7). new_not_tolerated(c1, new_other_drug).", "MEETS CRITERIA"),
        ("new_trial(c1, new_other_drug, 0).", "CONFLICTING EVIDENCE"),
    ],
)  # fmt: skip
def test_it_decides_cases(run, facts: str, determination: str) -> None:
    """Its alternatives, its vocabulary and what it says cannot be are at work."""
    run("new", "policy", "mine")
    request = (
        "request(c1, 'New Brand', initial, 2025-03-01). birth_date(c1, 1990-01-01). indication(c1, new_condition)."
    )
    Path("c1.pl").write_text(f"{request} {facts}\n", encoding="utf-8")
    assert determination in run("review", "-f", "mine.pl", "c1.pl").out


@pytest.mark.parametrize("name", ["Mine", "my policy", "2nd", "user"])
def test_what_no_policy_can_be_called_is_refused(run, name: str) -> None:
    """A name that would need quotation marks, or that is a module's already, is told with what to write instead."""
    ended = run("new", "policy", name)
    assert (ended.code, "error[E502]" in ended.err, "as in `my_policy`" in ended.err) == (1, True, True)
    assert not list(Path().iterdir())


def test_a_file_that_is_there_is_not_overwritten(run) -> None:
    """A second policy of the same name is an error, and the first stays."""
    Path("mine.pl").write_text("% mine\n", encoding="utf-8")
    assert "error[E107]" in run("new", "policy", "mine").err
    assert Path("mine.pl").read_text(encoding="utf-8") == "% mine\n"
