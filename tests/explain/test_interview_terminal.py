"""Whole interviews at a real terminal: slips, `back`, what is not known, leaving and going on, keys of the line editor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from explain.workspace import Workspace
from kb.language.loader import load_files
from tests.explain.repl_terminal import ROOT, Terminal

EXAMPLES = ROOT / "examples" / "cases"
REQUEST = "% From the fax.\nrequest(c, selinexor, initial, 2024-09-03).\n"
RENEWAL = (EXAMPLES / "14_renewal_outcome_not_documented.pl").read_text(encoding="utf-8")
MYELOMA = (
    "multiple myeloma", "1960-02-29", "1 velcade, dex; 2 Revlimid", "yes", "zofran", "yes", "yes", "yes", "yes", "yes",
)  # fmt: skip


class Interviewed(Terminal):
    """`priorlog interview` on a file, at a terminal."""

    def __init__(self, path: Path, state: Path) -> None:
        super().__init__(["interview", str(path), "--who", "Ada"], state=state, size=(60, 120))

    @property
    def at_prompt(self) -> bool:
        """Whether an empty line waits for an answer, or the interview has ended."""
        line = self.screen.cursor_line.rstrip()
        return (line == ">" and self.screen.column == 2) or not self.process.isalive()

    def answer(self, *lines: str) -> None:
        """Types answers, each when the one before has been taken."""
        for line in lines:
            row = self.screen.row
            self.type(line)
            self.wait(lambda typed=line: self.screen.cursor_line.rstrip() == f"> {typed}".rstrip(), 60)
            self.type("\r")
            self.wait(lambda before=row: self.screen.row > before and (self.at_prompt or self.has_ended), 60)

    @property
    def has_ended(self) -> bool:
        return "is in " in self.text or "no file is written" in self.text

    def ends(self) -> int:
        """Waits for the end; gives the exit code."""
        self.wait(lambda: self.has_ended, 60)
        self.process.wait()
        self.process.close()
        code: int = self.process.exitstatus
        return code


def reviewed(path: Path) -> str:
    """The determination of the review of a case file."""
    workspace = Workspace.open()
    return workspace.review(workspace.add_cases(load_files([path]))[0]).determination


CASES: list[tuple[str, str, Sequence[Sequence[str]], str, list[str]]] = [
    (
        "a myeloma that meets the criteria, with slips on the way",
        REQUEST,
        [["mutiple myeloma", "1", "1060-02-29", "1960-02-30", "1960-02-29", "velcade", "1 velcaid, dex; 2 Revlimid", "1",
          "y", "zofram", "1", "y", "y", "y", "y", "y"]],
        "meets_criteria",
        ["indication(c, multiple_myeloma).", "prior_therapy(c, 1, 'Velcade').", "prophylaxis(c, 'Zofran')."],
    ),
    (
        "the same with answers taken back, once and several times",
        REQUEST,
        [["breast cancer", "back", "back", "MM", "1961-02-28", "back", "1960-02-29", "1 thalidomide", "no", "back", "back",
          *MYELOMA[2:]]],
        "meets_criteria",
        ["indication(c, 'MM').", "birth_date(c, 1960-02-29).", "prior_therapy(c, 2, 'Revlimid')."],
    ),
    (
        "the same, left by Ctrl-D and gone on with twice",
        REQUEST,
        [MYELOMA[:2], MYELOMA[2:5], MYELOMA[5:]],
        "meets_criteria",
        ["% From the fax.", "indication(c, multiple_myeloma).", "agrees_to_monitor(c, body_weight)."],
    ),
    (
        "a lymphoma of which something is not known, asked for again later",
        REQUEST,
        [["dlbcl", "not sure", "R-CHOP", "1 R-CHOP, 2 R-ICE", "see chart"], ["again", "1960-01-01", "relapsed"]],
        "more_information_needed",
        ["indication(c, 'DLBCL').", "prior_therapy(c, 2, 'R-ICE').", "birth_date(c, 1960-01-01)."],
    ),
    (
        "a renewal after progression, with an answer changed at the end",
        RENEWAL,
        [["no", "yes", "2", "idk", "1", "yes", "yes"]],
        "criteria_not_met",
        ["disease_progression(renewal_open)."],
    ),
    (
        "a use that is not covered, confirmed",
        REQUEST,
        [["follicular lymphoma", "perhaps not", "1", "C82.90", "yes"]],
        "investigational",
        ["indication(c, 'C82.90')."],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "text", "sittings", "determination", "facts"), CASES, ids=[case for case, *_ in CASES]
)
@pytest.mark.heavy
def test_a_whole_case_at_a_terminal(
    case: str, text: str, sittings: Sequence[Sequence[str]], determination: str, facts: list[str], tmp_path: Path
) -> None:
    """Every sitting goes on where the one before was left, and the file is reviewed as the last one said."""
    path = tmp_path / "case.pl"
    path.write_text(text, encoding="utf-8")
    for number, lines in enumerate(sittings, 1):
        with Interviewed(path, tmp_path) as terminal:
            terminal.answer(*lines)
            if not terminal.has_ended:
                terminal.type("\x04")
            assert terminal.ends() == 0
            assert "Traceback" not in terminal.text
            said = re.findall(r"^(?:Determination|So far): ([A-Z ]+):", terminal.text, re.MULTILINE)[-1]
        assert said.lower().replace(" ", "_") == reviewed(path)
        assert number < len(sittings) or reviewed(path) == determination
    written = path.read_text(encoding="utf-8")
    assert (True, facts) == (written.startswith(text), [fact for fact in facts if f"\n{fact}" in f"\n{written}"])


@pytest.mark.heavy
def test_completion_offers_what_fits_the_question(tmp_path: Path) -> None:
    """Names of the vocabulary of what is asked for, by any of their names, complete the last of several."""
    path = tmp_path / "case.pl"
    path.write_text(REQUEST + "indication(c, multiple_myeloma).\nbirth_date(c, 1960-01-01).\n", encoding="utf-8")
    with Interviewed(path, tmp_path) as terminal:
        terminal.type("1 velcade, ixazom\t")
        terminal.wait(lambda: "> 1 velcade, ixazomib" in terminal.screen.cursor_line)
        terminal.type("\x15multiple_my\t")
        terminal.settle()
        assert terminal.screen.cursor_line.rstrip() == "> multiple_my"
        terminal.type("\x15Kypro\t")
        terminal.wait(lambda: terminal.screen.cursor_line.rstrip() == "> Kyprolis")
        terminal.type("\r")
        terminal.shows("line for `Kyprolis` is not said")


@pytest.mark.heavy
def test_ctrl_c_keeps_what_was_answered(tmp_path: Path) -> None:
    """Ctrl-C leaves with its exit code, and the answers are in the file."""
    path = tmp_path / "case.pl"
    path.write_text(REQUEST, encoding="utf-8")
    with Interviewed(path, tmp_path) as terminal:
        terminal.answer("MM")
        terminal.type("\x03")
        assert terminal.ends() == 130
    assert "\nindication(c, 'MM').\n" in path.read_text(encoding="utf-8")
