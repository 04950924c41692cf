"""Inputs that are too large or too odd to lie in a folder: each ends in time, with a diagnostic or an answer.

The heavy ones run as commands of their own, under limits of processor time and memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from engine.knowledge import DEFAULT_STEPS
from tests.ended import Ended, ran

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "cases" / "01_rrmm_meets_criteria.pl"
MEGA = 2_000_000
START = """
import resource, sys
for limit, value in ((resource.RLIMIT_CPU, int(sys.argv.pop(1))), (resource.RLIMIT_AS, int(sys.argv.pop(1)) << 20)):
    resource.setrlimit(limit, (value, value))
from explain.cli.entry import main
sys.exit(main())
"""


def command(
    *arguments: str, seconds: int = 60, megabytes: int = 4000, stdin: str | None = None, cwd: Path | None = None
) -> Ended:
    """Runs the command by itself, under limits of processor time and of memory."""
    ended = subprocess.run(
        [sys.executable, "-c", START, str(seconds), str(megabytes), *arguments],
        capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=180, cwd=cwd, input=stdin if stdin is not None else "",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command in this process."""

    return partial(ran, capsys)


Here = Callable[..., Ended]


# Encodings and odd bytes

AGENT = "agent(bortezomib).\n"
WRONG_ENCODINGS = {
    "latin1.pl": ("agent('naïve').\n".encode("latin-1"), "latin1.pl:1:10"),
    "latin1_later.pl": (AGENT.encode() + "agent('é').\n".encode("latin-1"), "latin1_later.pl:2:8"),
    "utf16.pl": (AGENT.encode("utf-16"), "utf16.pl"),
    "utf16_without_mark.pl": (AGENT.encode("utf-16-le"), "utf16_without_mark.pl"),
    "nul.pl": (b"agent(bort\0ezomib).\n", "nul.pl"),
    "binary.pl": (bytes(range(256)) * 8, "binary.pl"),
    "surrogate.pl": (b"agent('\xed\xa0\x80').\n", "surrogate.pl:1:8"),
}


@pytest.mark.parametrize("verb", ["check", "review"])
@pytest.mark.parametrize("name", WRONG_ENCODINGS)
def test_wrong_encoding(name: str, verb: str, here: Here, tmp_path: Path) -> None:
    """A file that is not UTF-8 text is refused, with the place of the first byte that is wrong."""
    data, place = WRONG_ENCODINGS[name]
    (tmp_path / name).write_bytes(data)
    ended = here(verb, tmp_path / name)
    assert (1, [("E107", place)]) == (ended.code, ended.diagnostics)


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + AGENT.encode(), AGENT.encode().replace(b"\n", b"\r\n"), b"", AGENT.encode().replace(b"\n", b"\r")],
    ids=["byte order mark", "CRLF", "empty", "CR"],
)  # fmt: skip
def test_harmless_bytes(data: bytes, here: Here, tmp_path: Path) -> None:
    """A byte order mark, the line ends of other systems and an empty file are no errors in a rule file."""
    (tmp_path / "rules.pl").write_bytes(data)
    ended = here("check", tmp_path / "rules.pl")
    assert (0, []) == (ended.code, ended.diagnostics)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "mark"])
def test_crlf_keeps_places_and_answers(mark: bytes, here: Here, tmp_path: Path) -> None:
    """In a CRLF file lines and columns are counted as an editor shows them, and facts have no stray characters."""
    text = b"agent('a b').\r\n% note\r\n\r\nlisted(X) :- agent(X), zebra(X).\r\n"
    (tmp_path / "rules.pl").write_bytes(mark + text)
    ended = here("check", tmp_path / "rules.pl")
    (tmp_path / "facts.pl").write_bytes(mark + b"agent(a).\r\nagent(\r\n'b').\r\n")
    answers = here("query", "agent(X)", "-f", tmp_path / "facts.pl", "--format", "json")
    assert ([("E201", "rules.pl:4:24")], [["a"], ["b"]]) == (ended.diagnostics, json.loads(answers.out)["answers"])


def test_crlf_case_is_reviewed(here: Here, tmp_path: Path) -> None:
    """A case file with the line ends of another system, and with a byte order mark, is reviewed like any other."""
    data = b"\xef\xbb\xbf" + EXAMPLE.read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "case.pl").write_bytes(data)
    ended = here("review", tmp_path / "case.pl", "--format", "json")
    assert (0, "meets_criteria") == (ended.code, json.loads(ended.out)[0]["determination"])


# Files that are none


@pytest.mark.parametrize(
    "verb",
    [("check",), ("review",), ("query", "agent(X)", "-f"), ("query", "agent(X)", "--case"), ("why", "agent(X)", "-f")],
)
@pytest.mark.parametrize("name", ["no_such_file.pl", "folder", "circle.pl", "n" * 300 + ".pl", "file.pl/inside.pl"])
def test_what_is_no_file(name: str, verb: tuple[str, ...], here: Here, tmp_path: Path) -> None:
    """A missing file, a folder, a link to itself, an impossible name: each is reported by name, wherever it is given."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.pl").write_text(AGENT, encoding="utf-8")
    (tmp_path / "circle.pl").symlink_to(tmp_path / "circle.pl")
    ended = here(*verb, tmp_path / name)
    assert (1, ["E107"], "") == (
        ended.code,
        [code for code, _ in ended.diagnostics],
        ended.out if verb[0] != "check" else "",
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_file_without_permission(here: Here, tmp_path: Path) -> None:
    """A file that may not be read is reported as such."""
    (tmp_path / "secret.pl").write_text(AGENT, encoding="utf-8")
    (tmp_path / "secret.pl").chmod(0)
    assert [("E107", "secret.pl")] == here("check", tmp_path / "secret.pl").diagnostics


@pytest.mark.parametrize("path", [r"a\x0\b.pl", "", "folder", "~/x.pl", "n" * 5000, "'); import os; ('"])
def test_impossible_load(path: str, here: Here, tmp_path: Path) -> None:
    """A file that cannot be loaded is reported at the directive that asks for it."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "rules.pl").write_text(f':- ensure_loaded("{path}").\n{AGENT}', encoding="utf-8")
    ended = here("check", tmp_path / "rules.pl")
    assert (1, [("E107", "rules.pl:1:1")]) == (ended.code, ended.diagnostics)


@pytest.mark.heavy
def test_pipe_as_a_file() -> None:
    """A case may come through a pipe that the shell names, as in `priorlog review <(cat case.pl)`."""
    script = f'"$0" -c "$1" 60 4000 review <(cat {EXAMPLE}) --format json'
    ended = subprocess.run(
        ["bash", "-c", script, sys.executable, START], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "meets_criteria" == json.loads(ended.stdout)[0]["determination"]


# Wrong usage

WRONG_USAGE: list[tuple[str, ...]] = [
    ("nonsense",),
    ("query",),
    ("query", "agent(X)", "--format", "xml"),
    ("query", "agent(X)", "--engine", "guess"),
    ("query", "agent(X)", "-f"),
    ("query", "agent(X)", "number(X)"),
    ("query", "agent(X)", "--no-such-option"),
    ("query", "agent(X)", "--max-steps", "0"),
    ("query", "agent(X)", "--max-steps", "-1"),
    ("query", "agent(X)", "--max-steps", "many"),
    ("query", "agent(X)", "--max-steps", "٣"),
    ("why",),
    ("why", "agent(X)", "--format", "xml"),
    ("review",),
    ("review", str(EXAMPLE), "--as-of"),
    ("review", str(EXAMPLE), "--as-of", "yesterday"),
    ("review", str(EXAMPLE), "--as-of", "2024-02-30"),
    ("review", str(EXAMPLE), "--as-of", "2024-9-3"),
    ("review", str(EXAMPLE), "--as-of", "03.09.2024"),
    ("review", str(EXAMPLE), "--as-of", "2024-09-03T00:00"),
    ("review", str(EXAMPLE), "--as-of", "20240903"),
    ("review", str(EXAMPLE), "--as-of", "2024-W36-2"),
    ("review", str(EXAMPLE), "--as-of", ""),
    ("review", str(EXAMPLE), "--as-of", "0000-01-01"),
    ("review", str(EXAMPLE), "--format", "xml"),
    ("review", str(EXAMPLE), "--verbose-please"),
    ("check",),
    ("check", str(EXAMPLE), "--format", "xml"),
]


@pytest.mark.parametrize(
    "arguments", WRONG_USAGE, ids=lambda arguments: " ".join(arguments).replace(str(EXAMPLE), "CASE")
)
def test_wrong_usage(arguments: tuple[str, ...], here: Here) -> None:
    """What the command does not understand ends with exit code 2 and its usage, and prints no answer."""
    ended = here(*arguments)
    assert (2, "", True) == (ended.code, ended.out, ended.err.startswith("usage: priorlog"))


# Rules without an end

ENDLESS = {
    "count": ("n(0).\nn(Y) :- n(X), Y is X + 1.\n", "n(X)"),
    "count, ground goal": ("n(0).\nn(Y) :- n(X), Y is X + 1.\n", "n(-1)"),
    "double": ("s(1).\ns(Z) :- s(X), s(Y), Z is X + Y.\n", "s(X)"),
    "down": ("n(0).\nn(Y) :- n(X), Y is X - 1.\n", "n(X)"),
    "two predicates": ("a(0).\na(Y) :- b(X), Y is X + 1.\nb(X) :- a(X).\n", "b(X)"),
    "dates": ("d(2024-01-01).\nd(Y) :- d(X), add_days(X, 1, Y).\n", "d(X)"),
    "between": ("p(X) :- between(1, 9000000000000000000, X).\n", "p(X)"),
    "between in the goal": ("n(0).\n", "between(1, 9000000000000000000, X)"),
    "product": ("n(X) :- between(1, 2000, X).\np(X, Y, Z) :- n(X), n(Y), n(Z).\n", "p(X, Y, Z)"),
    "count of many": (
        "n(X) :- between(1, 9000000000000000000, X).\nm(N) :- aggregate_all(count, X, n(X), N).\n",
        "m(N)",
    ),
}


@pytest.mark.parametrize("name", [name for name in ENDLESS if "between" not in name and "many" not in name])
@pytest.mark.parametrize("verb", ["query", "why"])
def test_few_steps_are_soon_spent(name: str, verb: str, here: Here, tmp_path: Path) -> None:
    """A question that does not end is given up after the number of steps that is allowed, with a diagnostic."""
    text, goal = ENDLESS[name]
    (tmp_path / "endless.pl").write_text(text, encoding="utf-8")
    ended = here(verb, goal, "-f", tmp_path / "endless.pl", "--max-steps", "20000")
    assert (1, ["E501"], "") == (ended.code, [code for code, _ in ended.diagnostics], ended.out)


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_rules_pass_the_check(name: str, here: Here, tmp_path: Path) -> None:
    """That rules do not end is nothing that a check can see, and nothing that it waits for."""
    (tmp_path / "endless.pl").write_text(ENDLESS[name][0], encoding="utf-8")
    assert (0, []) == ((ended := here("check", tmp_path / "endless.pl")).code, ended.diagnostics)


def test_review_that_does_not_end(here: Here) -> None:
    """A review that is given up names its case as the case file does."""
    ended = here("review", EXAMPLE, "--max-steps", "3")
    message = ended.err.partition("\n")[0]
    assert (1, True, False) == (ended.code, "E501" in message and "rrmm" in message, "Atom(" in message)


@pytest.mark.heavy
def test_unknown_case_at_the_prompt() -> None:
    """A review at the prompt of a case that nothing is stated about is an error of its own, and the session goes on."""
    ended = command(stdin="review nobody.\nbrand(Brand, bortezomib).\n")
    assert (ended.code, ended.diagnostics, "velcade" in ended.out) == (1, [("E406", "<standard input>:1:1")], True)


# Large and deep


@dataclass(frozen=True, slots=True)
class Heavy:
    """A large input: its text, the command it is given to (`@` stands for its file), what comes of it, and its limits.

    Where `codes` is None it may be read or refused, as long as a diagnostic says so.
    """

    text: Callable[[], str]
    arguments: tuple[str, ...] = ("check", "@")
    codes: tuple[str, ...] | None = ()
    place: str | None = None
    seconds: int = 60
    megabytes: int = 4000


def _rules(text: Callable[[], str], *codes: str, place: str | None = None, megabytes: int = 4000) -> Heavy:
    return Heavy(text, codes=codes, place=place, megabytes=megabytes)


HEAVY = {
    # endless rules: a reviewer waits for them; a tenth of the steps that are allowed when nothing is said, in a tenth of the time
    **{
        f"endless {name}": Heavy(lambda text=text: text, ("query", goal, "-f", "@", "--max-steps", f"{DEFAULT_STEPS // 10}"), ("E501",), seconds=6, megabytes=2000)  # type: ignore[misc]
        for name, (text, goal) in ENDLESS.items()
        if name in ("double", "between")
    },
    # and all steps that are allowed
    "endless count": Heavy(lambda: ENDLESS["count"][0], ("query", ENDLESS["count"][1], "-f", "@"), ("E501",), seconds=30, megabytes=2000),
    "a line of 2 MB": _rules(lambda: "agent(" + ", ".join(["b" * 98] * (MEGA // 100)) + ").\n"),
    "many facts on a line": _rules(lambda: " ".join(f"agent(a{number})." for number in range(20_000)) + "\n"),
    "an error at the end of a line of 2 MB": _rules(lambda: f"agent('{'b' * MEGA}', []).\n", "E106", place="heavy.pl:1:2000011", megabytes=1000),
    "an atom of 2 MB": _rules(lambda: "agent(" + "a" * MEGA + ").\n"),
    "a quoted atom of 2 MB": _rules(lambda: "agent('" + "a" * MEGA + "').\n", megabytes=1000),
    "a string of 2 MB": _rules(lambda: 'agent("' + "a" * MEGA + '").\n', megabytes=1000),
    "an unclosed quote of 2 MB": _rules(lambda: "agent('" + "a" * MEGA + ").\n", "E102", place="heavy.pl:1:7", megabytes=1000),
    "an unclosed comment of 2 MB": _rules(lambda: "/*" + "*" * MEGA + "\n", "E102", place="heavy.pl:1:1"),
    "a comment of 2 MB": _rules(lambda: "/*" + "* / " * (MEGA // 4) + "*/\n" + AGENT),
    "a comment of 2 MB in which others begin": _rules(lambda: "/*" + "* /" * (MEGA // 3) + "*/\n" + AGENT, "E102"),
    "an integer of 2 MB": _rules(lambda: "n(" + "9" * MEGA + ").\n", "E103", place="heavy.pl:1:3"),
    "a decimal of 2 MB": _rules(lambda: "n(0." + "9" * MEGA + ").\n", "E103", place="heavy.pl:1:3"),
    "10,000 brackets": _rules(lambda: "p(" + "(" * 10_000 + "a" + ")" * 10_000 + ").\n", "E101", place="heavy.pl:1:202"),
    "10,000 open brackets": _rules(lambda: "p(" * 10_000 + "\n", "E101", place="heavy.pl:1:401"),
    "10,000 lists": _rules(lambda: "p(" + "[" * 10_000 + "]" * 10_000 + ").\n", "E101", place="heavy.pl:1:202"),
    "10,000 negations": _rules(lambda: "p(a) :- " + "\\+ " * 10_000 + "q(a).\nq(a).\n", "E101"),
    "10,000 signs": Heavy(lambda: "p(X) :- q(Y), X is " + "- " * 10_000 + "Y.\nq(1).\n", codes=None),
    "10,000 operands": Heavy(lambda: "p(X) :- q(Y), X is " + " + ".join(["Y"] * 10_000) + ".\nq(1).\n", codes=None),
    "10,000 operands in a query": Heavy(lambda: "q(1).\n", ("query", "q(Y), X is " + " + ".join(["Y"] * 10_000), "-f", "@"), None),
    "10,000 operands in a case": Heavy(lambda: "sex(c1, " + " + ".join(["a"] * 10_000) + ").\n", ("review", "@"), None),
    "10,000 strong negations": Heavy(lambda: "- " * 10_000 + "p(a).\n", codes=None),
    "5,000 alternatives": Heavy(lambda: "p(a) :- " + " ; ".join(["q(a)"] * 5_000) + ".\nq(a).\n", ("query", "p(a)", "-f", "@"), None),
    "10,000 templates": Heavy(lambda: "p(a) :- at_least(1, " + "-".join(["X"] * 10_000) + ", q(X)).\nq(a).\n", codes=None),
    "4,000 goals": _rules(lambda: "p(a) :- " + ", ".join(f"q(_V{number})" for number in range(4_000)) + ".\nq(a).\n"),
    "100 nested alternatives": Heavy(lambda: "p(a) :- " + "(q(a) ; " * 100 + "q(a)" + ")" * 100 + ".\nq(a).\n", ("query", "p(a)", "-f", "@")),
    "a chain of 3,000 facts": Heavy(
        lambda: "".join(f"e({n}, {n + 1}).\n" for n in range(3000)) + "r(0).\nr(Y) :- r(X), e(X, Y).\n", ("query", "r(3000)", "-f", "@")
    ),
    "a device without an end": Heavy(lambda: "", ("check", "/dev/zero"), ("E107",), megabytes=1500),
    "a request of 2 MB": Heavy(lambda: "request(c1, selinexor, " + "i" * MEGA + ", 2024-09-03).\n", ("review", "@"), ("E403",), "heavy.pl:1:1"),
    "5,000 cases without a request": Heavy(
        lambda: "".join(f"sex(c{number}, male).\n" for number in range(5000)), ("review", "@"), ("E401",) * 5000
    ),
    "one case with 1,000 requests": Heavy(
        lambda: "".join(f"request(c1, d{number}, initial, 2024-09-03).\n" for number in range(1000)), ("review", "@"), ("E402",) * 999
    ),
}  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("name", HEAVY)
def test_heavy(name: str, tmp_path: Path) -> None:
    """A large or deep input ends within its limits, without a traceback, with the diagnostics that it deserves.

    A diagnostic cuts long names and lines short: a message about 2 MB is not of 2 MB.
    """
    heavy, path = HEAVY[name], tmp_path / "heavy.pl"
    path.write_text(heavy.text(), encoding="utf-8")
    arguments = [argument.replace("@", str(path)) for argument in heavy.arguments]
    actual = command(*arguments, seconds=heavy.seconds, megabytes=heavy.megabytes)
    errors = [code for code, _ in actual.diagnostics if code.startswith("E")]
    expected = (errors if heavy.codes is None else list(heavy.codes), False)
    assert (errors, "Traceback" in actual.err) == expected, actual.err[-400:]
    assert actual.code == int(bool(errors))
    if heavy.place is not None:
        assert actual.diagnostics[0][1] == heavy.place
    assert max((len(line) for line in actual.err.splitlines()), default=0) < 1000
