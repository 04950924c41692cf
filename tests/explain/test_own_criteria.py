"""A program without the library that writes its own rule for all criteria."""

from __future__ import annotations

from pathlib import Path

import pytest

from explain.cli.entry import main

OWN = """
:- policy(p, [drug(d), title('P'), effective(2025-01-01)]).
:- pred request(Case: case, Drug: agent, Kind: request_kind, Date: date) :: 'r'.
:- pred score(Case: case, N: integer) :: 'score @(N)'.
:- abducible score/2.
:- question score(Case, N) :: 'What is the score?'.
policy_covers(p, d).
requested_drug(C, D) :- request(C, D, _, _).
policy_in_force(C, p, 2025-01-01) :- request(C, _, _, _).
criterion(p, initial, 1, one, one).
criterion(p, initial, 2, two, two).
one(C) :- score(C, N), N > 1.
two(C) :- score(C, N), N > 2.
"""


@pytest.mark.parametrize(
    ("rule", "score", "code", "said"),
    [
        ("meets_criteria(C) :- one(C), two(C).", 3, 0, "MEETS CRITERIA"),
        ("meets_criteria(C) :- one(C), two(C).", 2, 0, "CRITERIA NOT MET"),
        ("meets_criteria(C) :- one(C).", 2, 1, "holds of a case beside a criterion that is not met: two"),
    ],
)
def test_nothing_is_met_beside_a_criterion_that_is_not(
    rule: str, score: int, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that declares all of it itself is reviewed; a conjunct that was forgotten is an error, not a report."""
    (tmp_path / "p.pl").write_text(OWN + rule)
    (tmp_path / "c.pl").write_text(f"request(c, d, initial, 2025-06-01).\nscore(c, {score}).\ncomplete(c, score).\n")
    assert main(["review", str(tmp_path / "c.pl"), "-f", str(tmp_path / "p.pl")]) == code
    told = capsys.readouterr()
    assert said in told.out + told.err
