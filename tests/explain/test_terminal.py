"""The prompt in a real terminal: what its keys do and what its screen shows."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pexpect", reason="pexpect is not installed")

import record_repl_session  # needs pexpect
from repl_terminal import Terminal

from explain.repl.prompt import MOST_SHOWN

pytestmark = pytest.mark.terminal

CASE_FILE = "examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl"
CASE = "rrmm_second_pi_open"
ENDLESS = "n(0).\nn(X) :- n(Y), X is Y + 1.\ns(1).\ns(Z) :- s(X), s(Y), Z is X + Y.\nedge(a, b).\nedge(b, c).\npath(X, Y) :- edge(X, Y).\npath(X, Z) :- edge(X, Y), path(Y, Z).\n"
HOSTILE = "__import__(''os'').system(''touch {}'')"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The prompt on the shipped policy."""
    with Terminal(state=tmp_path) as opened:
        yield opened


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule file in which `n(X)` has no end."""
    path = tmp_path / "rules.pl"
    path.write_text(ENDLESS)
    return path


def test_answers_one_at_a_time(terminal: Terminal) -> None:
    """`;`, space and Tab show the next answer, Enter stops, other keys say so, and the last answer waits for none."""
    goal = "drug_class(X, proteasome_inhibitor)."
    assert terminal.ask(goal, keys=";;") == "X = bortezomib ;\nX = carfilzomib ;\nX = ixazomib."
    assert terminal.ask("?- " + goal, keys=" \t") == "X = bortezomib ;\nX = carfilzomib ;\nX = ixazomib."
    assert terminal.ask(goal, keys=";\r") == "X = bortezomib ;\nX = carfilzomib."
    terminal.type(goal + "\r")
    terminal.wait(lambda: terminal.waits_for_key)
    terminal.type("x")
    terminal.shows("X = bortezomib   ; or space: next answer, Enter: stop")
    terminal.type("\r")
    terminal.wait(lambda: terminal.at_prompt)
    assert terminal.text.endswith("X = bortezomib.\n?-")
    assert terminal.ask("drug_class(bortezomib, Y).") == "Y = proteasome_inhibitor."


def test_truth_of_goals(terminal: Terminal) -> None:
    """A goal without variables is true, false or unknown, and unknown answers are marked."""
    terminal.ask(f"load {CASE_FILE}")
    goals = (f"refractory({CASE}, bortezomib).", "brand(velcade, carfilzomib).", f"?- refractory({CASE}, carfilzomib).")
    assert [terminal.ask(goal) for goal in goals] == ["true", "false", "unknown: not documented"]
    known = [f"X = {agent} ;" for agent in ("bortezomib", "daratumumab", "lenalidomide", "pomalidomide")]
    assert [*known, "X = _ (not documented)."] == terminal.ask(f"refractory({CASE}, X).", keys=";;;;").splitlines()
    assert terminal.ask("warning(X, nosuch).") == "no answers"


def test_answers_as_a_table(terminal: Terminal) -> None:
    """`table on.` shows all answers at once, and off one at a time again."""
    terminal.ask("table on.")
    assert terminal.ask("drug_class(X, proteasome_inhibitor).").split() == [
        "X",
        "bortezomib",
        "carfilzomib",
        "ixazomib",
    ]
    assert terminal.ask("table off") == "answers come one at a time"
    assert terminal.ask("drug_class(X, proteasome_inhibitor).", keys="\r") == "X = bortezomib."


def test_a_goal_over_several_lines(terminal: Terminal) -> None:
    """Enter goes on with a new line, indented like the one before, until the full stop."""
    for line in ("drug_class(X,\r", "  proteasome_inhibitor),\r", "brand(velcade, X)\r", ".\r"):
        terminal.type(line)
        terminal.settle(0.1)
    expected = "?- drug_class(X,\n|    proteasome_inhibitor),\n|    brand(velcade, X)\n|    .\nX = bortezomib.\n?-"
    terminal.wait(lambda: terminal.text.endswith(expected))


def test_pasted_lines(terminal: Terminal) -> None:
    """What is pasted as several goals is answered goal by goal."""
    terminal.type("\x1b[200~brand(velcade, X).\nbrand(xpovio, X).\x1b[201~\r")
    expected = "?- brand(velcade, X).\n|  brand(xpovio, X).\nX = bortezomib.\nX = selinexor.\n?-"
    terminal.wait(lambda: terminal.text.endswith(expected))


def test_tab_completes(terminal: Terminal) -> None:
    """Tab completes a predicate, and inside its brackets a constant that the argument takes."""
    terminal.type("indication_comb\t")
    terminal.shows("?- indication_combination(")
    terminal.type("sel\t")
    terminal.shows("?- indication_combination(selinexor")
    terminal.type(", 2, dexa\t")
    terminal.shows("?- indication_combination(selinexor, 2, dexamethasone")
    terminal.type(").\r")
    terminal.shows("\ntrue\n")
    terminal.type("drug_class(bortezomib, \t")
    terminal.shows("proteasome_inhibitor")
    terminal.shows("five_ht3_antagonist")


def test_history_is_kept_between_sessions_if_asked(tmp_path: Path) -> None:
    """With `--history`, what was typed comes back in the next session by the Up key and by Ctrl-R, from a file that is the
    user's own."""
    with Terminal(["--history"], state=tmp_path) as first:
        first.ask("brand(velcade, bortezomib).")
        first.ask("drug_class(bortezomib, proteasome_inhibitor).")
        assert first.leave() == 0
    assert stat.S_IMODE((tmp_path / "priorlog").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "priorlog" / "history").stat().st_mode) == 0o600
    with Terminal(["--history"], state=tmp_path) as second:
        second.type("\x12velc")
        second.shows("brand(velcade, bortezomib).")
        second.type("\r")
        second.settle(0.2)
        second.type("\r")
        second.shows("?- brand(velcade, bortezomib).\ntrue\n?-")
        second.type("drug\x1b[A")
        second.shows("?- drug_class(bortezomib, proteasome_inhibitor).")


def test_no_history_is_kept_unasked(tmp_path: Path) -> None:
    """What was typed, which has facts of patients, is remembered for the session, and nothing of it is written."""
    with Terminal(state=tmp_path) as terminal:
        assert terminal.ask("brand(velcade, bortezomib).") == "true"
        terminal.type("\x1b[A")
        terminal.wait(lambda: terminal.screen.cursor_line.startswith("?- brand(velcade"))
    assert [] == list(tmp_path.rglob("*"))


def test_a_history_that_cannot_be_kept(tmp_path: Path) -> None:
    """Without a place for the history the prompt works, and remembers for the session."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with Terminal(["--history"], state=blocked) as terminal:
        assert terminal.ask("brand(velcade, bortezomib).") == "true"
        terminal.type("\x1b[A")
        terminal.wait(lambda: terminal.screen.cursor_line.startswith("?- brand(velcade"))


def test_control_c_clears_the_line(terminal: Terminal) -> None:
    """Ctrl-C at the prompt drops what is typed and the session goes on."""
    terminal.type("drug_class(X,\r")
    terminal.settle(0.1)
    terminal.type("nonsense\x03")
    terminal.wait(lambda: terminal.at_prompt)
    assert terminal.ask("brand(velcade, bortezomib).") == "true"


def test_control_c_stops_the_query(rules: Path, tmp_path: Path) -> None:
    """Ctrl-C during a goal without end stops the goal alone, and later goals are answered as before."""
    with Terminal(["-f", str(rules)], state=tmp_path) as terminal:
        terminal.ask("path(a, X).", keys=";")
        for goal in ("s(X).", "why s(3), path(a, X)."):
            terminal.type(goal + "\r")
            terminal.settle(0.6)
            assert not terminal.at_prompt
            terminal.type("\x03")
            terminal.wait(lambda: terminal.at_prompt, 5)
            assert terminal.text.endswith("stopped\n?-")
        assert terminal.ask("path(a, X).", keys=";") == "X = b ;\nX = c."
        assert terminal.leave() == 0


def test_assert_why_undo_at_the_terminal(terminal: Terminal) -> None:
    """A fact stated at the prompt is in the proof with its time, counts in the review, and can be undone."""
    terminal.ask(f"load '{CASE_FILE}'.")
    goal = f"refractory_to_two_proteasome_inhibitors({CASE})."
    assert terminal.ask(goal) == "unknown: not documented"
    terminal.ask(f"assert(refractory({CASE}, carfilzomib)).")
    proof = " ".join(terminal.ask(f"why {goal}").replace("│", " ").split())
    assert re.search(r"refractory to carfilzomib <asserted at the prompt, \d{4}-\d\d-\d\d \d\d:\d\d>", proof)
    assert "MEETS CRITERIA" in terminal.ask("review.")
    assert terminal.ask("undo.").startswith(
        f"undone: assert refractory({CASE}, carfilzomib).\n{CASE}: meets_criteria -> "
    )
    assert "MORE INFORMATION NEEDED" in terminal.ask(f"review {CASE}")


def test_the_prompt_shows_the_closed_world(terminal: Terminal) -> None:
    """While every record is taken to be complete the prompt says so, also over several lines."""
    terminal.type("closed_world on.\r")
    terminal.wait(lambda: terminal.screen.cursor_line.rstrip() == "closed ?-")
    terminal.type("drug_class(X,\rproteasome_inhibitor).\r;;")
    terminal.shows("       |  proteasome_inhibitor).")
    terminal.shows("X = ixazomib.")
    terminal.type("closed_world off.\r")
    terminal.wait(lambda: terminal.at_prompt)


def test_pasted_facts(terminal: Terminal) -> None:
    """Of facts that are pasted it is asked whether they are to be stated, which one key answers."""
    facts = "birth_date(c1, 1950-01-01). sex(c1, male)."
    for key, stated in (("n", "0 facts"), ("\r", "0 facts"), ("y", "2 facts")):
        terminal.type(facts + "\r")
        terminal.wait(lambda: terminal.screen.cursor_line.startswith("These 2 facts are not known. State them? (y/n)"))
        terminal.type(key)
        terminal.wait(lambda: terminal.at_prompt)
        assert stated.startswith("2") is ("c1" in terminal.ask("cases."))


def test_edit_at_the_terminal(tmp_path: Path, rules: Path) -> None:
    """The editor that EDITOR names changes the clauses; one that fails, and none, are told and change nothing."""
    with Terminal(["-f", str(rules)], state=tmp_path, EDITOR="sed -i s/c/d/", VISUAL="") as terminal:
        text = terminal.ask("edit edge/2.")
        assert "".join(text.split()).startswith(f"retracted:edge(b,c).{rules}:6")
        assert text.endswith("asserted: edge(b, d).")
        assert terminal.ask("path(a, X).", keys=";") == "X = b ;\nX = d."
    for editor, told in (
        ("", "no editor is named"),
        ("false", "ended with exit code 1"),
        ("/no/such", "cannot be used"),
    ):
        with Terminal(["-f", str(rules)], state=tmp_path, EDITOR=editor, VISUAL="") as terminal:
            assert told in terminal.ask("edit edge/2.")
            assert terminal.ask("edge(b, c).") == "true"


def test_long_output_goes_to_the_pager(tmp_path: Path) -> None:
    """What is longer than the screen is given to the program that PAGER names, and what fits is printed; so it is where there is
    no such program."""
    with Terminal(state=tmp_path, PAGER="sed s/^/paged:/") as terminal:
        assert "paged:" not in terminal.ask("listing brand.")
        assert "paged:brand/2" in terminal.ask("listing.")
        assert terminal.ask("brand(velcade, bortezomib).") == "true"
    with Terminal(state=tmp_path, PAGER="/no/such/pager") as terminal:
        assert "brand/2" in terminal.ask("listing.")


def test_errors_do_not_end_the_session(terminal: Terminal, tmp_path: Path) -> None:
    """Wrong text, unknown names, missing and unfit files are told, and the next goal is answered."""
    assert "E102" in terminal.ask("p('abc")
    assert "E101" in terminal.ask("drug_class(X,, Y).")
    assert "did you mean `drug_class`?" in terminal.ask("drug_clas(X, Y).")
    assert "    drug_class(X).\n    ^^^^^^^^^^^^^\n" in terminal.ask("drug_class(X).")
    assert "E107" in terminal.ask("load nosuch.pl")
    assert terminal.ask("load kb/library/drugs.pl").count("error[") == MOST_SHOWN
    assert "E106" in terminal.ask("!.")
    assert terminal.ask("brand(velcade, bortezomib).") == "true"


def test_hostile_names_are_data(terminal: Terminal, tmp_path: Path) -> None:
    """A name that is Python or shell code is printed as a name, and nothing runs."""
    trap = tmp_path / "trap"
    name = HOSTILE.format(trap)
    assert "not recognised" in terminal.ask(f"assert refractory(c1, '{name}').")
    for text in (
        f"'{name}'.",
        f"assert '{name}'.",
        f"load '{name}'.",
        f"help '{name}'",
        f"review '{name}'.",
        f"$(touch {trap}).",
        "assert refractory(c1, '\\x1b\\[2J').",
    ):
        terminal.ask(text)
    assert not trap.exists()
    assert terminal.ask("brand(velcade, bortezomib).") == "true"
    assert "\x1b[2J" not in terminal.screen.raw


def test_leaving(tmp_path: Path) -> None:
    """`halt.`, `quit` and Ctrl-D leave with exit code 0, also after an error."""
    for leave in ("halt.\r", "quit\r", "\x04"):
        with Terminal(state=tmp_path) as terminal:
            terminal.ask("nosuch(X).")
            terminal.type(leave)
            terminal.process.expect_exact("", timeout=5)
            terminal.process.wait()
            assert terminal.process.exitstatus == 0


def test_colours_and_dumb_terminals(tmp_path: Path) -> None:
    """What is typed is highlighted; with NO_COLOR it is not, and a dumb terminal gets plain text and tables."""
    goal = "drug_class(X, proteasome_inhibitor)."
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        with Terminal(state=tmp_path, **env) as terminal:
            terminal.ask(goal, keys="\r")
            assert coloured is bool(re.search("\x1b\\[[0-9;]*3[0-9]m", terminal.screen.raw))
    with Terminal(state=tmp_path, TERM="dumb") as terminal:
        assert terminal.ask(goal).split() == ["X", "bortezomib", "carfilzomib", "ixazomib"]
        assert "\x1b" not in terminal.screen.raw.partition("Priorlog")[2]


def test_the_recorded_session() -> None:
    """examples/repl_session.txt is what the prompt shows today.

    If it differs: `python tests/explain/record_repl_session.py --write`, and look at what has changed.
    """
    recorded = record_repl_session.RECORDED.read_text(encoding="utf-8")
    assert record_repl_session.comparable(recorded) == record_repl_session.comparable(record_repl_session.record()), (
        record_repl_session.COMMAND
    )
