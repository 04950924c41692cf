"""Small inputs on which outside trials found Priorlog wrong, each with what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explain.cli.entry import main

CASE = "request(c, d, initial, 2025-06-01).\n"
LABORATORY = """
:- policy(p, [drug(d), title('P'), effective(2025-01-01)]).
:- pred request(Case: case, Drug: agent, Kind: request_kind, Date: date) :: 'r'.
:- pred lab(Case: case, Date: date, N: {kind}) :: 'lab @(N) on @(Date)'.
:- abducible lab/3.
:- question lab(Case, Date, N) :: 'Which value of the lab, when?'.
policy_covers(p, d).
requested_drug(C, D) :- request(C, D, _, _).
policy_in_force(C, p, 2025-01-01) :- request(C, _, _, _).
criterion(p, initial, 1, c1, ok).
ok(C) :- lab(C, _, N), N >= {least}.
meets_criteria(C) :- ok(C).
"""
"""A policy that declares all that a review reads itself, without `:- pred policy_in_force`."""

TWICE = """
:- pred p(X: atom) :: 'p of @(X)'.
:- pred q(X: atom) :: 'q of @(X)'.
q(a).
p(X) :- q(X), X == b.
p(X) :- q(X), X == b.
"""

INJECTIONS = """
:- module(injections, [meets_criteria/1]).
:- use_module(library(cases)).
:- policy(injections, [drug(selinexor), title('Injections'), effective(2025-01-01)]).
criterion(injections, initial, 1, adult, adult).
:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
quantity_limit(selinexor, 1, 28).
quantity_limit(selinexor, multiple_myeloma, 2, 28).
quantity_unit(selinexor, injection, injections).
approval_duration(selinexor, initial, 3).
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command prints."""
    assert main([str(each) for each in arguments]) == code
    return capsys.readouterr().out


def files(place: Path, **texts: str) -> dict[str, str]:
    """Files with these texts, by name."""
    for name, text in texts.items():
        (place / f"{name}.pl").write_text(text)
    return {name: str(place / f"{name}.pl") for name in texts}


def chain(length: int) -> str:
    """A rule with a chain of so many open literals."""
    literals = ", ".join(f"p(C, X{number}, X{number + 1})" for number in range(length))
    return f"""
        :- pred request(Case: case, Drug: agent, Kind: k, Date: date).
        :- pred p(Case: case, X: name, Y: name).
        :- abducible p/3.
        q(C) :- request(C, _, _, _), {literals}, X0 \\= X{length}.
        """


@pytest.mark.parametrize("length", [5, 8, 20])
@pytest.mark.parametrize(("record", "expected"), [("", "unknown"), ("complete(c, p). ", "false")])
def test_a_chain_of_open_literals(
    length: int, record: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule with many open literals is read in three values; the longest ended in no time that one would wait before."""
    at = files(tmp_path, rules=chain(length), case=f"{CASE}p(c, a, b). {record}")
    printed = told(capsys, "query", "q(c)", "-f", at["rules"], "--case", at["case"], "--format", "json")
    data = json.loads(printed)
    found = "true" if data["answers"] else "unknown" if data.get("unknown") else "false"
    assert found == expected


@pytest.mark.parametrize(
    ("kind", "least", "enough", "bound"),
    [("integer", "70", "82", "70 or more"), ("decimal", "70.5", "82", "70.5 or more")],
)
def test_a_laboratory_value_is_missing_and_asked_for(
    kind: str,
    least: str,
    enough: str,
    bound: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A value that is not functional, or a decimal, is listed as missing with its bound; the interview asks for it, and what is answered
    meets the criteria."""
    at = files(tmp_path, rules=LABORATORY.format(kind=kind, least=least), case=CASE)
    assert bound in told(capsys, "review", at["case"], "-f", at["rules"])
    lines = iter([f"2025-05-01 {enough}", "quit"])
    monkeypatch.setattr("explain.interview.dialogue.reader", lambda _: lambda _: next(lines))
    out = tmp_path / "answered.pl"
    printed = told(capsys, "interview", at["case"], "-f", at["rules"], "-o", str(out))
    assert "Which value of the lab, when?" in printed
    assert "MEETS CRITERIA" in told(capsys, "review", str(out), "-f", at["rules"])


def test_a_clause_that_stands_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Why-not of what two equal clauses could conclude passes the checker."""
    at = files(tmp_path, rules=TWICE)
    (tmp_path / "why.json").write_text(told(capsys, "whynot", "p(X)", "-f", at["rules"], "--format", "json"))
    assert "accepted" in told(capsys, "verify", str(tmp_path / "why.json"), "-f", at["rules"])


@pytest.mark.parametrize(
    ("indication", "limit"),
    [
        ("complete(c, indication).", "at most 1 injection for 28 days"),
        ("indication(c, mm).", "at most 2 injections for 28 days"),
        ("", "a limit of quantity that depends on what is not documented"),
    ],
)
def test_the_unit_and_the_limit_are_the_policy_s(
    indication: str, limit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy for injections is not said to allow tablets; a limit for a condition counts for that condition."""
    case = f"request(c, xpovio, initial, 2025-06-01). birth_date(c, 1960-01-01). {indication}\n"
    at = files(tmp_path, rules=INJECTIONS, case=case)
    printed = told(capsys, "review", at["case"], "-f", at["rules"])
    assert limit in " ".join(printed.split())
    assert "tablet" not in printed
    (data,) = json.loads(told(capsys, "review", at["case"], "-f", at["rules"], "--format", "json"))
    amount = {"complete(c, indication).": 1, "indication(c, mm).": 2, "": None}[indication]
    days = None if amount is None else 28
    assert data["authorization"] == {"from": "2025-06-01", "until": "2025-08-31", "injections": amount, "days": days}
    (tmp_path / "review.json").write_text(json.dumps([data]))
    assert "accepted" in told(capsys, "verify", str(tmp_path / "review.json"), "-f", at["rules"], "--case", at["case"])
