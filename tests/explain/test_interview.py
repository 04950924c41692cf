"""The interview: which questions it asks, what answers state, how it ends, and the case file that it writes."""

from __future__ import annotations

import datetime
import io
import os
import pty
import random
import re
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from engine.cases import Case, cases_of
from engine.knowledge import KnowledgeBase
from engine.policies import conflicts, determined
from engine.reading.plan import Reading
from explain.interview.dialogue import reader, run
from explain.interview.questions import Asked, Question
from explain.interview.session import AnswerError, Interview
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_files, load_text
from kb.language.printer import show_atom
from kb.language.syntax import TRUE, AtomF, Clause, Pred, Provenance
from kb.language.terms import Atom, Const, Int, Var, plain_text
from kb.language.truth import Truth
from tests.benchmarks.interview_exhaustive import differences, policies

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "cases"
TODAY = datetime.date(2026, 11, 22)
EMPTY = "request(c, selinexor, initial, 2024-09-03).\n"
OPEN_CASES = {
    "03": "03_rrmm_second_proteasome_inhibitor_open.pl",
    "11": "11_contraception_not_stated.pl",
    "14": "14_renewal_outcome_not_documented.pl",
}
BRAND_ONLY = (
    (EXAMPLES / OPEN_CASES["03"]).read_text("utf-8").replace("refractory(rrmm_second_pi_open, bortezomib).", "")
)
INDICATED = EMPTY + "indication(c, multiple_myeloma).\n"
BORN = INDICATED + "birth_date(c, 1960-01-01).\n"
LINES = "Which drugs were given in each earlier line of systemic therapy?"
SHRUGS = (
    "unknown", "u", "idk", "IDK", "not sure", "Not sure.", "I'm not sure", "don't know", "I don't know", "dont know", "dunno", "n/a",
    "N/A", "pending", "pending pathology", "see chart", "see note of 3/4", "?", "???", "unclear", "to follow", "tbd", "not documented",
    "not documented yet", "undocumented", "skip", "-", "--", "...", "no idea", "no info", "no records", "unsure", "awaiting records",
    "ask Dr. Smith", "can't tell", "will follow", "not in chart", "maybe", "not yet known", "unknown at this time", "\u2014",
)  # fmt: skip
"""What people write where something is not documented."""


pytestmark = pytest.mark.usefixtures("without_repairs")  # a review is asked for its determination alone


@pytest.fixture(scope="module")
def shipped() -> Workspace:
    """The shipped policy."""
    return Workspace.open()


def beside(shipped: Workspace) -> Workspace:
    """A workspace of its own over the same rules."""
    return shipped.stating(())


def opened(shipped: Workspace, case: str) -> tuple[Workspace, Case]:
    """A workspace with one case: an example by its number, or the text of a case."""
    workspace = beside(shipped)
    loaded = load_files([EXAMPLES / OPEN_CASES[case]]) if case in OPEN_CASES else load_text(case)
    return workspace, workspace.add_cases(loaded)[0]


@dataclass(frozen=True)
class Held:
    """An interview that was held: what was printed, the exit code, and the file."""

    out: str
    code: int
    path: Path

    @property
    def questions(self) -> list[str]:
        """The questions that were asked, in order, a repeated one once."""
        lines = [line for line in self.out.splitlines() if re.match(r"\d+\. ", line)]
        return [line.split(". ", 1)[1] for line in dict.fromkeys(lines)]

    @property
    def determination(self) -> str:
        """The determination that was shown last."""
        shown = [line for line in self.out.splitlines() if line.startswith(("Determination:", "So far:"))]
        return shown[-1].split(": ")[1].lower().replace(" ", "_")


def held(shipped: Workspace, tmp_path: Path, case: str, *lines: str, name: str = "answered.pl") -> Held:
    """Holds an interview whose answers are lines on a pipe; with the answers the case is written to a new file."""
    text = (EXAMPLES / OPEN_CASES[case]).read_text("utf-8") if case in OPEN_CASES else case
    path = tmp_path / "case.pl"
    path.write_text(text, encoding="utf-8")
    return continued(shipped, path, *lines, output_path=tmp_path / name)


def continued(shipped: Workspace, path: Path, *lines: str, output_path: Path | None = None) -> Held:
    """Holds an interview about the case of a file, whose answers are put at the end of the file, or of a copy of it."""
    workspace = beside(shipped)
    (case,) = workspace.add_cases(load_files([path]))
    text = io.StringIO()
    out = Console(file=text, width=400, highlight=False)
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    target = None if output_path is None else str(output_path)
    given = reader(out, stdin)
    code = run(workspace, case, case_path=str(path), output_path=target, who="Ada", today=TODAY, read=given, out=out)
    return Held(text.getvalue(), code, output_path or path)


def answered(path: Path) -> str:
    """What an interview has put at the end of a file, below its source."""
    return path.read_text(encoding="utf-8").rpartition(":- source('interview', by('Ada'), on(2026-11-22)).")[2]


def reviewed(shipped: Workspace, path: Path) -> str:
    """The determination of the review of a case file."""
    workspace = beside(shipped)
    return workspace.review(workspace.add_cases(load_files([path]))[0]).determination


# --- what is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "lines", "questions", "determination"),
    [
        ("03", ["ixazomib", "yes"], ["To which drugs is the disease refractory?"], "meets_criteria"),
        ("03", ["Kyprolis", "yes"], ["To which drugs is the disease refractory?"], "meets_criteria"),
        ("03", ["no"], ["To which drugs is the disease refractory?"], "criteria_not_met"),
        (
            "03",
            ["no ixazomib", "yes", "yes"],
            ["To which drugs is the disease refractory?", "Is the disease refractory to carfilzomib?"],
            "meets_criteria",
        ),
        ("03", ["the record is complete"], ["To which drugs is the disease refractory?"], "criteria_not_met"),
        ("03", ["unknown"], ["To which drugs is the disease refractory?"], "more_information_needed"),
        (
            "11",
            ["yes"],
            ["Is effective contraception advised for the time of treatment and the week after the last dose?"],
            "meets_criteria",
        ),
        (
            "11",
            ["no"],
            ["Is effective contraception advised for the time of treatment and the week after the last dose?"],
            "criteria_not_met",
        ),
        ("14", ["yes"], ["Has the disease progressed on the present treatment?"], "criteria_not_met"),
        (
            "14",
            ["no", "no"],
            [
                "Has the disease progressed on the present treatment?",
                "Has the present treatment been unacceptably toxic?",
            ],
            "meets_criteria",
        ),
    ],
)
@pytest.mark.heavy
def test_an_example_is_settled_by_its_open_facts(
    shipped: Workspace, tmp_path: Path, case: str, lines: list[str], questions: list[str], determination: str
) -> None:
    """Only what can still decide is asked, the interview stops when it is settled, and the file gives the same."""
    done = held(shipped, tmp_path, case, *lines)
    assert (questions, determination, 0) == (done.questions, done.determination, done.code)
    assert determination == reviewed(shipped, done.path)


def test_an_almost_empty_case_is_asked_from_the_indication_on(shipped: Workspace, tmp_path: Path) -> None:
    """What settles everything on its own comes first, then what all ways to meet the criteria need, in their order."""
    lines = [
        "multiple myeloma", "1960-02-29", "1 velcade, 1 dexamethasone, 2 revlimid", "yes", "zofran, ondansetron",
        "complete blood count, blood-chemistry", "yes", "yes", "no", "male", "no",
    ]  # fmt: skip
    done = held(shipped, tmp_path, EMPTY, *lines)
    assert done.questions == [
        "For what condition is the drug requested?",
        "When was the patient born?",
        "Which drugs were given in each earlier line of systemic therapy?",
        "Will dexamethasone be given together with the requested drug?",
        "Which drugs will be given against nausea before and during treatment?",
        "Does the prescriber agree to monitor complete blood count?",
        "Does the prescriber agree to monitor body weight?",
        "Will bortezomib be given together with the requested drug?",
        "Is effective contraception advised for the time of treatment and the week after the last dose?",
        "What is the sex of the patient?",
        "Does the patient have a partner who can become pregnant?",
    ]
    assert done.determination == reviewed(shipped, done.path) == "meets_criteria"


def test_an_uncovered_indication_settles_at_once(shipped: Workspace, tmp_path: Path) -> None:
    """An indication that the policy does not cover is investigational, whatever else is not documented."""
    done = held(shipped, tmp_path, EMPTY, "breast cancer", "1960-01-01")
    assert (1, "investigational") == (len(done.questions), done.determination)
    assert reviewed(shipped, done.path) == "investigational"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("01", "meets_criteria"), ("02", "criteria_not_met"), ("08", "investigational"), ("13", "criteria_not_met"),
        ("15", "investigational"), ("16", "conflicting_evidence"), ("20", "no_policy_in_force"),
    ],
)  # fmt: skip
def test_a_settled_case_is_asked_nothing(shipped: Workspace, tmp_path: Path, number: str, expected: str) -> None:
    """Where nothing can change the determination there is no question, and no file."""
    (path,) = EXAMPLES.glob(f"{number}_*.pl")
    done = held(shipped, tmp_path, path.read_text(encoding="utf-8"), "yes")
    assert ([], expected, False) == (done.questions, done.determination, done.path.exists())
    assert expected == reviewed(shipped, path)


def test_what_another_answer_implies_is_not_asked(shipped: Workspace) -> None:
    """Refractoriness counts as relapsed or refractory disease, so its status decides nothing for this diagnosis."""
    text = (EXAMPLES / OPEN_CASES["03"]).read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(("refractory", "disease_status"))]
    workspace, case = opened(shipped, "\n".join(kept))
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    asked = []
    while (question := interview.question()) is not None:
        asked.append(question.atom.pred.name)
        interview.leave(question)
    assert ["refractory"] * 3 == asked


def asked_of(interview: Interview, answers: dict[str, str]) -> list[str]:
    """The questions of an interview that is answered from a table: `yes`, `unknown`, or a name."""
    found = []
    while (question := interview.question()) is not None:
        found.append(question.text)
        match answers[question.text]:
            case "yes":
                interview.affirm(question)
            case "unknown":
                interview.leave(question)
            case name:
                interview.name(question, [(Atom(name),)])
    return found


@pytest.mark.parametrize(
    ("one", "two", "questions"),
    [
        ("p(C), seen(C, k)", "seen(C, X), X \\= k", ["P?", "Seen k?"]),
        ("seen(C, k) ; \\+ (seen(C, X), X \\= k)", "p(C)", ["P?", "Seen k?"]),
        ("seen(C, k) ; \\+ at_least(2, Y, seen(C, Y))", "p(C)", ["Seen [thing]?", "P?"]),
    ],
)
def test_others_are_not_asked_for_where_one_that_is_left_open_decides(
    tmp_path: Path, one: str, two: str, questions: list[str]
) -> None:
    """Of a record in which one thing is left undocumented the others cannot be ruled out, so a question about them that
    only their absence would answer is not asked."""
    workspace, case = policy(tmp_path, one, two)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    answers = {"What level?": "low", "P?": "yes", "Seen k?": "unknown", "Seen [thing]?": "unknown"}
    assert ["What level?", *questions] == asked_of(interview, answers)
    assert interview.standing().determination == "more_information_needed"


@pytest.mark.parametrize(
    ("one", "two", "asked"),
    [
        ("\\+ (seen(C, _))", "seen(C, k)", ["What level?", "Seen [thing]?"]),
        ("seen(C, k)", "\\+ (seen(C, _))", ["What level?", "Seen k?"]),
        ("seen(C, _)", "seen(C, k)", ["What level?", "Seen k?"]),
    ],
)
def test_what_is_asked_for_elsewhere_counts_where_anything_does(
    tmp_path: Path, one: str, two: str, asked: list[str]
) -> None:
    """A thing that one criterion names is one of those that another leaves open: what settles both is asked for once, also
    where they exclude each other."""
    workspace, case = policy(tmp_path, one, two)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    assert asked == asked_of(interview, {"What level?": "low", "Seen k?": "yes", "Seen [thing]?": "k"})
    assert interview.standing().determination != "more_information_needed"


def test_why_foretells_what_a_thing_named_elsewhere_brings(tmp_path: Path) -> None:
    """To have seen k meets both criteria, of which one asks for k and the other for anything."""
    workspace, case = policy(tmp_path, "seen(C, k)", "seen(C, _)")
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    question = interview.question()
    assert question is not None
    interview.name(question, [(Atom("low"),)])
    question = interview.question()
    assert question is not None
    foretold = {effect.answer: (effect.determination, effect.is_settled) for effect in interview.effects(question)}
    assert foretold == {"yes": ("meets_criteria", True), "no": ("criteria_not_met", True)}


def test_the_same_question_again_asks_for_another(shipped: Workspace, tmp_path: Path) -> None:
    """Where more lines of therapy are needed than were named, the question says that it is about another one."""
    text = (EXAMPLES / "01_rrmm_meets_criteria.pl").read_text(encoding="utf-8")
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("prior_therapy(rrmm, "))
    kept += "\n-combination(rrmm, bortezomib).\n"
    done = held(shipped, tmp_path, kept, "1 velcade", "2 kyprolis", "stop")
    assert done.questions == [
        "Which drugs were given in each earlier line of systemic therapy?",
        "Which drugs were given in each earlier line of systemic therapy? (another one)",
        "Which drugs were given in each earlier line of systemic therapy? (another one)",
    ]


def test_an_almost_empty_case_has_question_after_question(shipped: Workspace) -> None:
    """Of a case that has only its request, more information is needed and something is asked, however much is left open."""
    workspace, case = opened(shipped, EMPTY)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    for _ in range(5):
        assert interview.standing().determination == "more_information_needed"
        question = interview.question()
        assert question is not None
        interview.leave(question)


def test_what_more_ways_need_is_asked_first(tmp_path: Path) -> None:
    """Of questions of which none settles the case, the one that more ways to meet the criteria need comes first."""
    ways = "(q(C), seen(C, k)) ; (p(C), seen(C, l)) ; (p(C), seen(C, m))"
    workspace, case = policy(tmp_path, ways, "thing(k)", "thing(m).")
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    question = interview.question()
    assert question is not None
    interview.name(question, [(Atom("low"),)])
    question = interview.question()
    assert question is not None
    assert "P?" == question.text


LAB = """
:- pred lab(Case: case, On: date, Value: decimal) :: 'lab @(On) @(Value)'.
:- abducible lab/3.
:- question lab(Case, On, Value) :: 'Lab @(On) @(Value)?'.
"""


def test_a_value_that_is_documented_narrows_no_question(tmp_path: Path) -> None:
    """Where one more value is needed it is asked for whatever it is, not for another with what is documented already."""
    workspace, _ = policy(tmp_path, "lab(C, X, V), lab(C, Y, W), X @< Y, W - V >= 0.5", "thing(k)", LAB)
    known = "level(c, low). lab(c, 2023-06-03, 0.75). lab(c, 2023-12-31, 0.25)."
    loaded = load_text(f"request(c, drug, initial, 2024-01-01). {known}")
    interview = Interview(workspace.reviewer, workspace.add_cases(loaded)[0], "Ada", TODAY)
    question = interview.question()
    assert question is not None
    assert ("Lab [on] [value]?", (1, 2)) == (question.text, question.blanks)
    interview.leave(question)
    assert interview.question() is None


@pytest.mark.heavy
def test_many_drugs_in_a_class_are_one_question(tmp_path: Path) -> None:
    """Three hundred drugs that count alike are asked for together."""
    drugs = "".join(f"thing(drug{number}). known_thing(drug{number}).\n" for number in range(300))
    workspace, case = policy(tmp_path, "at_least(2, X, (thing(X), seen(C, X)))", "p(C)", drugs)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    question = interview.question()
    assert question is not None
    interview.name(question, [(Atom("low"),)])
    question = interview.question()
    assert question is not None
    assert (302, "Seen [thing]?") == (len(question.options), question.text)


# --- what answers mean --------------------------------------------------------------------------------------------


ASKED_AGAIN = [
    ("03", "yes", "name what applies, not just `yes`, such as `carfilzomib`, `ixazomib`"),
    ("03", "ixazomb", "`ixazomb` is not recognised. Did you mean: 1 ixazomib"),
    ("03", "9", "there is no choice 9"),
    ("03", ",", "answer `yes`, `no`, `unknown` or a value"),
    ("03", "", "answer `yes`, `no`, `unknown` or a value"),
    ("03", "bortezomib", "that is documented already"),
    ("03", "Bortezomib 1.3 mg", "that is documented already"),
    ("03", "no VRd", "`VRd` stands for bortezomib, lenalidomide, dexamethasone: say it of each"),
    ("03", "no the first two", "`the first two` is not recognised"),
    ("03", "carfilzomib, no ixazomib", "say on a line of its own what is not so"),
    ("03", "all of them", "`all of them` is not recognised"),
    (
        EMPTY,
        "NHL",
        "`NHL` stands for several. Which is meant: 1 diffuse large B-cell lymphoma, 2 other non-Hodgkin lymphoma",
    ),
    (BRAND_ONLY, "bortezomib", "that is documented already"),
    ("11", "proceed", "answer `yes`, `no` or `unknown`"),
    ("11", "1", "answer `yes`, `no` or `unknown`"),
    (EMPTY, "yes", "give the value, not just `yes`"),
    (EMPTY, "no", "give the value, or `unknown`"),
    (EMPTY, "none", "give the value, or `unknown`"),
    (EMPTY, "multiple_myeloma, dlbcl", "`multiple_myeloma, dlbcl` is not recognised"),
    (EMPTY, "mutiple_myeloma", "`mutiple_myeloma` is not recognised. Did you mean: 1 multiple myeloma"),
    (EMPTY, "MM, DLBCL", "`MM, DLBCL` is not recognised. Did you mean: 1 MM, 2 DLBCL"),
    (EMPTY, "velcade", "`velcade` is not recognised"),
    (EMPTY, "refractory(c, carfilzomib).", "is not recognised"),
    (INDICATED, "29.2.1960", "`29.2.1960` is no date; write it as in 2024-07-01"),
    (INDICATED, "02/03/1960", "`02/03/1960` is no date"),
    (INDICATED, "1961-02-29", "is no date"),
    (INDICATED, "1960", "is no date"),
    (INDICATED, "no", "give the value, or `unknown`"),
    (
        INDICATED,
        "1053-01-01",
        "that cannot be: the date of birth, 1053-01-01, lies 120 years or more before the request",
    ),
    (INDICATED, "2053-01-01", "that cannot be: the date of birth, 2053-01-01, lies after the request of 2024-09-03"),
    (BORN, "velcade", "line for `velcade` is not said"),
    (BORN, "1", "nothing is named for line 1"),
    (BORN, "2 velcade, 3", "nothing is named for line 3"),
    (BORN, "one velcade", "`one` is not recognised"),
    (BORN, "-1 velcade", "that cannot be: lines are numbered from 1, and there is a line -1"),
    (BORN, "0 velcade", "that cannot be: lines are numbered from 1, and there is a line 0"),
    (BORN, "1 velcaid", "`velcaid` is not recognised. Did you mean: 1 Velcade"),
    (BORN, "1 velcade and a trial drug", "`a trial drug` is not recognised"),
    (BORN, "yes", "name what applies, not just `yes`"),
    (BORN, "1 velcade " * 200, "an answer has at most 1000 characters"),
    (BORN, "1 2 3 velcade", "nothing is named for line 1"),
    (BORN, "and", "answer `yes`, `no`, `unknown` or a value"),
    (BORN, "line 1: VRd until 2020-05-01", "`until 2020-05-01` is not recognised"),
    (BORN, "1 \x1b[31mvelcade", "is not recognised"),
]


@pytest.mark.parametrize(("case", "line", "message"), ASKED_AGAIN)
def test_what_cannot_be_taken_is_said_and_asked_again(
    shipped: Workspace, tmp_path: Path, case: str, line: str, message: str
) -> None:
    """An answer of the wrong kind states nothing; the message says what to answer, and the question comes again."""
    done = held(shipped, tmp_path, case, line, "stop")
    assert message in done.out
    assert (1, False) == (len(done.questions), done.path.exists())
    assert done.out.count(f"1. {done.questions[0]}") == 2


UNDERSTOOD = [
    (EMPTY, "MM", ["indication(c, 'MM')."], 'the stated indication is multiple myeloma ("MM")'),
    (EMPTY, "NHL\n1", ["indication(c, diffuse_large_b_cell_lymphoma)."], "the stated indication is diffuse large B-cell lymphoma"),
    (EMPTY, "Multiple  Myeloma", ["indication(c, multiple_myeloma)."], "the stated indication is multiple myeloma"),
    (EMPTY, "1", ["indication(c, multiple_myeloma)."], "the stated indication is multiple myeloma"),
    (EMPTY, "c90.00", ["indication(c, 'C90.00')."], 'the stated indication is multiple myeloma ("C90.00")'),
    (
        EMPTY,
        "rrmm",
        ["indication(c, 'RRMM')."],
        'the stated indication is multiple myeloma; the disease is stated to be relapsed or refractory ("RRMM")',
    ),
    (INDICATED, "Feb 29, 1960", ["birth_date(c, 1960-02-29)."], "the patient was born on 1960-02-29"),
    (INDICATED, "1960-2-9", ["birth_date(c, 1960-02-09)."], "the patient was born on 1960-02-09"),
    ("03", "1 2\nyes", ["refractory(rrmm_second_pi_open, carfilzomib).", "refractory(rrmm_second_pi_open, ixazomib)."], ""),
    ("03", "2\nyes", ["refractory(rrmm_second_pi_open, ixazomib)."], "the disease is refractory to ixazomib"),
    ("03", "Kyprolis\nyes", ["refractory(rrmm_second_pi_open, 'Kyprolis')."], 'refractory to carfilzomib ("Kyprolis")'),
    ("03", "not kyprolis", ["-refractory(rrmm_second_pi_open, 'Kyprolis')."], "the disease is not refractory to carfilzomib"),
    (
        "03",
        "none",
        ["-refractory(rrmm_second_pi_open, carfilzomib).", "-refractory(rrmm_second_pi_open, ixazomib)."],
        "the disease is not refractory to carfilzomib; the disease is not refractory to ixazomib",
    ),
    (
        BORN,
        "1 velcade 2 kyprolis",
        ["prior_therapy(c, 1, 'Velcade').", "prior_therapy(c, 2, 'Kyprolis')."],
        'bortezomib was part of prior line 1; carfilzomib was part of prior line 2 ("Velcade", "Kyprolis")',
    ),
    (
        BORN,
        "1 velcade, dex; 2 kyprolis",
        ["prior_therapy(c, 1, 'Velcade').", "prior_therapy(c, 1, dex).", "prior_therapy(c, 2, 'Kyprolis')."],
        "dexamethasone was part of prior line 1",
    ),
    (
        BORN,
        "line 1: VRd, line 2: Kd",
        ["prior_therapy(c, 1, 'VRd').", "prior_therapy(c, 2, 'Kd')."],
        "bortezomib was part of prior line 1; lenalidomide was part of prior line 1; dexamethasone was part of prior line 1",
    ),
    (
        BORN,
        "1. velcade/dex 2. 5-FU",
        ["prior_therapy(c, 1, 'Velcade').", "prior_therapy(c, 1, dex).", "prior_therapy(c, 2, '5-FU')."],
        "fluorouracil was part of prior line 2",
    ),
    (BORN, "line one velcade; line two: kd", ["prior_therapy(c, 1, 'Velcade').", "prior_therapy(c, 2, 'Kd')."], "line 2"),
    (BORN, "first line velcade 1.3 mg", ["prior_therapy(c, 1, 'Velcade')."], "bortezomib was part of prior line 1"),
    (
        BORN,
        "4 velcade, 4 prednisone\nyes",
        ["prior_therapy(c, 4, 'Velcade').", "prior_therapy(c, 4, prednisone)."],
        "prednisone was part of prior line 4",
    ),
    (BORN, "none", ["complete(c, prior_therapy)."], "the record of prior therapy is complete; what it leaves out counts as not so"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line", "facts", "said"), UNDERSTOOD)
def test_an_answer_is_said_back_as_it_was_understood(
    shipped: Workspace, tmp_path: Path, case: str, line: str, facts: list[str], said: str
) -> None:
    """The facts have the names that were answered, and what was understood is said as a sentence."""
    done = held(shipped, tmp_path, case, *line.split("\n"), "quit")
    written = [each for each in answered(done.path).splitlines() if each.endswith(").")]
    assert facts == written
    (recorded,) = [each for each in done.out.splitlines() if each.startswith("   recorded: ")]
    assert said in recorded
    assert recorded.endswith("; `back` to change it")
    assert done.determination == reviewed(shipped, done.path)


@pytest.mark.parametrize("question", ["a fact", "a name", "a date", "several"])
def test_shrugs_are_unknown_for_every_kind_of_question(shipped: Workspace, tmp_path: Path, question: str) -> None:
    """What people write where something is not documented states nothing, whatever is asked for."""
    case = {"a fact": "11", "a name": EMPTY, "a date": INDICATED, "several": BORN}[question]
    lines = [line for shrug in SHRUGS for line in (shrug, "back")]
    done = held(shipped, tmp_path, case, *lines, "quit")
    assert len(SHRUGS) == done.out.count("   recorded: not documented: ")
    assert (1, False) == (len(set(done.questions) - set(done.questions[1:])), done.path.exists())


@pytest.mark.parametrize("line", ["not sure", "no idea", "no zofrin", "not yet", "no anti-nausea drug is planned"])
def test_what_is_no_name_is_never_denied(shipped: Workspace, tmp_path: Path, line: str) -> None:
    """After `no` and `not` only what is a name is denied: `not sure` about nausea says nothing of an agent called `sure`."""
    text = (EXAMPLES / "01_rrmm_meets_criteria.pl").read_text(encoding="utf-8")
    kept = "\n".join(each for each in text.splitlines() if not each.startswith("prophylaxis"))
    done = held(shipped, tmp_path, kept, line, "back", "no zofran", "quit")
    assert "   recorded: ondansetron is not given against nausea before and during treatment" in done.out
    assert ["-prophylaxis(rrmm, 'Zofran')."] == re.findall(r"^(-?prophylaxis.*)$", done.path.read_text("utf-8"), re.M)


def test_a_suggestion_is_taken_by_its_number(shipped: Workspace, tmp_path: Path) -> None:
    """Of a line with a name that is not recognised everything else is kept when what was meant is chosen."""
    done = held(shipped, tmp_path, BORN, "1 velcaid, dex; 2 kyprollis", "1", "yes", "quit")
    text = done.path.read_text(encoding="utf-8")
    assert ["1, 'Velcade'", "1, dex", "2, 'Kyprolis'"] == re.findall(r"prior_therapy\(c, (.*?)\)\.", text)


def test_what_is_to_be_looked_at_is_kept_if_confirmed(shipped: Workspace, tmp_path: Path) -> None:
    """An answer that is odd is said so and asked about: `yes` keeps it, anything else takes it back."""
    text = "the initial request is for selinexor, which was part of prior line 1 already"
    left = held(shipped, tmp_path, BORN, "1 selinexor")
    assert (True, False) == (f"to check: {text}" in left.out, left.path.exists())
    done = held(
        shipped, tmp_path, BORN, "1 selinexor", "no", "1 xpovio", "1 velcade", "back", "1 xpovio", "yes", "quit"
    )
    assert done.out.count(f"to check: {text}") == 3
    assert ["'Xpovio'"] == re.findall(r"prior_therapy\(c, 1, (.*?)\)", done.path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("line", "code"), [("", 0), ("yes", 0), ("quit", 0)])
def test_all_answers_are_shown_before_an_adverse_result_is_written(
    shipped: Workspace, tmp_path: Path, line: str, code: int
) -> None:
    """Before what is investigational, not met or conflicting is written, every answer is shown, to be confirmed."""
    done = held(shipped, tmp_path, EMPTY, "breast cancer", *filter(None, [line]))
    assert "   1 For what condition is the drug requested? the stated indication is breast cancer\n" in done.out
    assert "Is all of this so? `yes` keeps it" in done.out
    assert ("investigational", code) == (reviewed(shipped, done.path), done.code)


def test_an_answer_can_be_changed_before_an_adverse_result_is_written(shipped: Workspace, tmp_path: Path) -> None:
    """The number of an answer asks that again, and the others stay."""
    done = held(shipped, tmp_path, "14", "yes", "1", "no", "yes", "no", "2", "yes", "yes")
    assert ("criteria_not_met", 0) == (done.determination, done.code)
    assert re.findall(r"^(-?\w+)\(renewal_open\)\.$", answered(done.path), re.M) == [
        "-disease_progression",
        "unacceptable_toxicity",
    ]


def test_a_name_that_the_file_has_and_is_not_recognised_is_said(shipped: Workspace, tmp_path: Path) -> None:
    """The interview begins with what it does not understand of the file, and the record of that is not to be closed."""
    done = held(shipped, tmp_path, BORN + "prior_therapy(c, 1, velcaid).", "none", "quit")
    assert (
        "`velcaid` is not recognised (perhaps Velcade), so `prior_therapy(c, 1, velcaid).` states nothing." in done.out
    )
    assert "the record has `velcaid`, which is not recognised, so it is not complete" in done.out
    assert not done.path.exists()


def test_a_drug_that_is_not_recognised_leaves_nothing_to_ask(shipped: Workspace, tmp_path: Path) -> None:
    """Which policy is asked by is not known where the requested drug is not, and that is said."""
    done = held(shipped, tmp_path, EMPTY.replace("selinexor", "selinexxor"))
    assert "`selinexxor` is not recognised (perhaps selinexor), so no policy is known to cover it." in done.out
    assert ([], "more_information_needed") == (done.questions, done.determination)


def test_an_answer_is_checked_like_a_case_file(shipped: Workspace) -> None:
    """Facts that a case file may not have are refused, also those that no line of the dialogue can say."""
    workspace, case = opened(shipped, INDICATED)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    question = interview.question()
    assert question is not None
    with pytest.raises(AnswerError, match="is a date, not the integer `7`"):
        interview.name(question, [(Int(7),)])
    assert ((), question) == (interview.new_facts, interview.question())


def test_a_listed_value_is_checked(shipped: Workspace, tmp_path: Path) -> None:
    """Where values are listed they are the choices, and another one is asked about."""
    text = (EXAMPLES / OPEN_CASES["11"]).read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(("sex", "partner"))]
    done = held(shipped, tmp_path, "\n".join(kept), "no", "femal", "FEMALE", "no")
    assert "   1 female, 2 male\n" in done.out
    assert "`femal` is not recognised. Did you mean: 1 female" in done.out
    assert done.determination == reviewed(shipped, done.path) == "meets_criteria"


def test_why_tells_the_criterion_and_what_either_answer_does(shipped: Workspace, tmp_path: Path) -> None:
    """`why` has the criterion with sentence and citation, and the determination after each answer."""
    done = held(shipped, tmp_path, "11", "why", "yes")
    said = " ".join(done.out.split())
    assert "- Contraception: effective contraception is advised where the policy asks for it [" in said
    assert "Prior-Approval Requirements / AND ALL / c, d]" in said
    assert "- yes: settles it: MEETS CRITERIA; Contraception met" in done.out
    assert "- no: settles it: CRITERIA NOT MET; Contraception not met" in done.out


@pytest.mark.parametrize(
    ("case", "effects"),
    [
        (
            EMPTY,
            ["multiple_myeloma: leaves it open; ", "another value: settles it: INVESTIGATIONAL; Diagnosis not met"],
        ),
        (
            INDICATED,
            [
                "a value such as 2006-09-02: leaves it open; Age met\n",
                "a value such as 2006-09-04: settles it: CRITERIA NOT MET; Age not met\n",
            ],
        ),
    ],
)
def test_why_tells_what_any_value_would_do(shipped: Workspace, tmp_path: Path, case: str, effects: list[str]) -> None:
    """One value stands for all that do the same; of what would be refused, a birth after the request, nothing is said."""
    done = held(shipped, tmp_path, case, "why")
    assert all(f"   - {each}" in done.out for each in effects)
    assert "2024-09-04" not in done.out


def test_back_takes_answers_back_one_by_one(shipped: Workspace, tmp_path: Path) -> None:
    """After `back` the question before is asked again, and nothing of its answer is left."""
    done = held(shipped, tmp_path, "14", "back", "no", "undo", "yes", "yes")
    assert "there is no answer to take back" in done.out
    assert done.out.count("1. Has the disease progressed on the present treatment?") == 3
    assert "criteria_not_met" == done.determination == reviewed(shipped, done.path)
    assert "-disease_progression" not in done.path.read_text(encoding="utf-8")


def test_unknown_is_not_asked_again_and_states_nothing(shipped: Workspace, tmp_path: Path) -> None:
    """What is not documented stays open: it is noted in a comment only, and other questions go on."""
    done = held(shipped, tmp_path, "14", "unknown", "unknown")
    text = done.path.read_text(encoding="utf-8")
    assert "Nothing else is left to ask. `again` asks what was answered with `unknown`" in done.out
    assert "No question that is left can change the determination." in done.out
    assert "% Not documented: Has the disease progressed on the present treatment?" in text
    assert "more_information_needed" == done.determination == reviewed(shipped, done.path)


def test_a_record_of_which_something_is_unknown_is_not_closed(shipped: Workspace, tmp_path: Path) -> None:
    """That there is nothing more contradicts that something is not documented, and is not taken."""
    done = held(shipped, tmp_path, "03", "unknown", "again", "the record is complete", "yes")
    assert "complete(rrmm_second_pi_open, refractory)." in done.path.read_text(encoding="utf-8")
    workspace, case = opened(shipped, "03")
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    question = interview.question()
    assert question is not None
    interview.leave(question)
    with pytest.raises(AnswerError, match="was answered with `unknown`, so it is not complete"):
        interview.complete(question)


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbfrequest(c, selinexor, initial, 2024-09-03).\r\n% Mrs. M\xc3\xbcller called.\r\n\r\n",
        EMPTY.rstrip().encode(),
    ],
)
def test_what_others_wrote_stays_byte_by_byte(shipped: Workspace, tmp_path: Path, before: bytes) -> None:
    """Ends of lines, marks of the encoding and a last line without an end stay as they are."""
    path = tmp_path / "case.pl"
    path.write_bytes(before)
    done = continued(shipped, path, "breast cancer")
    assert (True, "investigational") == (path.read_bytes().startswith(before), reviewed(shipped, done.path))


def test_the_file_keeps_what_it_had_and_says_who_and_when(shipped: Workspace, tmp_path: Path) -> None:
    """The answers are put at the end; comments, order and layout of the rest stay."""
    path = tmp_path / "case.pl"
    before = "% From the chart.\nrequest(c,selinexor,initial,\n   2024-09-03).   % by fax\n\n% Mrs. B. called: not refractory.\n"
    path.write_text(before, encoding="utf-8")
    done = continued(shipped, path, "MM", "unknown", "quit")
    text = path.read_text(encoding="utf-8")
    assert (path, True) == (done.path, text.startswith(before))
    assert text[len(before) :] == (
        "\n% Answers of an interview.\n:- source('interview', by('Ada'), on(2026-11-22)).\n"
        "\n% For what condition is the drug requested?\nindication(c, 'MM').\n"
        "\n% Not documented: When was the patient born?\n%   birth_date(c, _)\n"
    )
    assert [] == list(tmp_path.glob(".*"))


def test_an_interview_goes_on_where_it_was_left(shipped: Workspace, tmp_path: Path) -> None:
    """Run again on its file it asks the next question, and what was answered with `unknown` only where that is wanted."""
    path = tmp_path / "case.pl"
    path.write_text(EMPTY, encoding="utf-8")
    first = continued(shipped, path, "MM", "unknown", "1 VRd", "quit")
    assert ["For what condition is the drug requested?", "When was the patient born?", LINES] == first.questions[:3]
    second = continued(shipped, path, "quit")
    assert first.questions[3:] == second.questions
    assert "What was answered with `unknown` before is not asked; `again` asks it." in second.out
    third = continued(shipped, path, "again", "1960-01-01", "quit")
    assert "When was the patient born?" == third.questions[1]
    assert "birth_date(c, 1960-01-01)." in path.read_text(encoding="utf-8")
    assert "`again`" not in continued(shipped, path, "quit").out


@pytest.mark.parametrize("number", ["03", "11", "14"])
def test_what_is_left_open_is_not_asked_in_the_next_interview(shipped: Workspace, tmp_path: Path, number: str) -> None:
    """Of a file whose questions were all answered with `unknown` nothing is asked, until that is wanted."""
    done = held(shipped, tmp_path, number, "unknown", "unknown")
    again = continued(shipped, done.path)
    assert [] == again.questions
    assert done.questions == continued(shipped, done.path, "again", "unknown", "unknown").questions


def test_each_fact_stays_under_its_own_source(shipped: Workspace, tmp_path: Path) -> None:
    """In a case that is continued twice every fact comes from where it came from before, and each answer from who gave it."""
    path = tmp_path / "case.pl"
    path.write_text(
        EMPTY + ":- source('note, page 3', by('Bo')).\nindication(c, multiple_myeloma).\n", encoding="utf-8"
    )
    for _ in range(2):
        continued(shipped, path, "1960-01-01", "1 velcade", "quit")
    found = {show_atom(fact.head): fact.source for fact in load_files([path]).program.clauses}
    assert found == {
        "request(c, selinexor, initial, 2024-09-03)": None,
        "indication(c, multiple_myeloma)": Provenance("note, page 3", "Bo"),
        "birth_date(c, 1960-01-01)": Provenance("interview", "Ada", TODAY),
        "prior_therapy(c, 1, 'Velcade')": Provenance("interview", "Ada", TODAY),
    }


def test_an_answer_is_evidence_before_it_is_in_a_file(shipped: Workspace) -> None:
    """What is answered at the prompt is explained with who said it and when."""
    workspace, case = opened(shipped, "11")
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    question = interview.question()
    assert question is not None
    interview.affirm(question)
    workspace.set_facts(interview.facts)
    node = workspace.explain("contraception_advised(contraception_open)").node
    assert ["interview; Ada, 2026-11-22"] == list(map(str, node.evidence))


@pytest.mark.parametrize("who", ["A\nrefractory(c, x).", "A\r\n:- evil.", "A\x0b\x85\u2028p(c).", ""])
def test_who_cannot_write_facts(shipped: Workspace, tmp_path: Path, who: str) -> None:
    """A name with line ends stays within its source."""
    workspace, case = opened(shipped, "11")
    out = Console(file=io.StringIO())
    path = tmp_path / "x.pl"
    run(workspace, case, case_path=None, output_path=str(path), who=who, today=TODAY, read=lambda _: "yes", out=out)
    *before, answer = load_files([path]).program.clauses
    assert tuple(before) == case.facts
    assert answer.source == Provenance("interview", " ".join(who.split()) or "someone not named", TODAY)


def test_no_other_file_is_written_over(shipped: Workspace, tmp_path: Path) -> None:
    """A file that is there is refused before the first question, also one that comes up meanwhile, and stays."""
    path = tmp_path / "answered.pl"
    path.write_text("kept", encoding="utf-8")
    with pytest.raises(ProgramError, match="there already"):
        held(shipped, tmp_path, "11", "yes")
    other = tmp_path / "other.pl"

    def read(_: Sequence[str]) -> str:
        other.write_text("kept", encoding="utf-8")
        return "yes"

    workspace, case = opened(shipped, "11")
    out = Console(file=io.StringIO())
    with pytest.raises(ProgramError, match="there already"):
        run(workspace, case, case_path=None, output_path=str(other), who="A", today=TODAY, read=read, out=out)
    assert ("kept", "kept") == (path.read_text(encoding="utf-8"), other.read_text(encoding="utf-8"))


def test_without_a_file_one_is_named_after_the_case(
    shipped: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that has no file is put in the current folder under the first name that is free."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        workspace, case = opened(shipped, "11")
        out = Console(file=io.StringIO())
        run(workspace, case, case_path=None, output_path=None, who="A", today=TODAY, read=lambda _: "yes", out=out)
    assert ["contraception_open_answered.pl", "contraception_open_answered_2.pl"] == sorted(os.listdir(tmp_path))


def test_a_file_that_cannot_be_written_is_an_error(shipped: Workspace, tmp_path: Path) -> None:
    """A folder that is not there is said as a diagnostic."""
    with pytest.raises(ProgramError, match="cannot be written"):
        held(shipped, tmp_path, "11", "yes", name="none/answered.pl")


# --- how it ends --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [[], ["Quit.", "1960-01-01"]])
@pytest.mark.heavy
def test_stopping_keeps_what_was_answered(shipped: Workspace, tmp_path: Path, end: list[str]) -> None:
    """The end of input and `stop` write the answers so far, and nothing that comes after."""
    done = held(shipped, tmp_path, EMPTY, "multiple_myeloma", "help", *end)
    assert "So far: MORE INFORMATION NEEDED" in done.out
    text = done.path.read_text(encoding="utf-8")
    assert (True, False) == ("indication(c, multiple_myeloma)." in text, "birth_date" in text)
    assert reviewed(shipped, done.path) == done.determination


@pytest.mark.heavy
def test_an_interruption_keeps_the_answers(shipped: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at the prompt, and while the next question is worked out, ends with code 130 and the answers in the file."""
    workspace, case = opened(shipped, EMPTY)
    lines = iter(["multiple_myeloma"])

    def read(_: Sequence[str]) -> str:
        for line in lines:
            return line
        raise KeyboardInterrupt

    out = Console(file=io.StringIO())
    target = str(tmp_path / "a.pl")
    code = run(workspace, case, case_path=None, output_path=target, who="A", today=TODAY, read=read, out=out)
    assert (130, "more_information_needed") == (code, reviewed(shipped, tmp_path / "a.pl"))

    def interrupted(_: Interview) -> Question | None:
        raise KeyboardInterrupt

    def state(self: Interview, question: Question) -> None:
        Interview.name(self, question, [(Atom("breast_cancer"),)])
        monkeypatch.setattr(Interview, "question", interrupted)

    monkeypatch.setattr(Interview, "affirm", state)
    target = str(tmp_path / "b.pl")
    code = run(workspace, case, case_path=None, output_path=target, who="A", today=TODAY, read=lambda _: "yes", out=out)
    assert (130, "investigational") == (code, reviewed(shipped, tmp_path / "b.pl"))


START = f"""
import datetime, sys
from explain.interview.dialogue import run
from explain.workspace import Workspace
space = Workspace.open(cases=[{str(EXAMPLES / OPEN_CASES["14"])!r}])
case, today = space.cases()[0], datetime.date(2026, 11, 22)
sys.exit(run(space, case, case_path=None, output_path=sys.argv[1], who="Ada", today=today))
"""
ENVIRONMENT = {
    **os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm",
    "PROMPT_TOOLKIT_NO_CPR": "1",  # the line editor would wait two seconds for where the cursor is
}  # fmt: skip


@pytest.mark.heavy
def test_a_real_pipe_holds_an_interview(tmp_path: Path) -> None:
    """Lines on standard input are read one by one and shown with the questions."""
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path / "a.pl")], input=b"why\nno\n", capture_output=True, env=ENVIRONMENT,
        timeout=60, check=False,
    )  # fmt: skip
    out = done.stdout.decode()
    assert (0, b"") == (done.returncode, done.stderr)
    assert "> why\n   On this hangs:\n   - No progression or toxicity:" in out
    assert "The interview stops here." in out
    assert "-disease_progression(renewal_open).\n" in (tmp_path / "a.pl").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8:strict", "utf-8:surrogateescape", "ascii"])
@pytest.mark.heavy
def test_an_answer_that_is_no_text_is_asked_again(tmp_path: Path, encoding: str) -> None:
    """A line with bytes that are no text is not understood; what was answered before is kept, and what comes after is taken."""
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path / "a.pl")], input=b"no\n\xff\nno\n", capture_output=True,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding}, timeout=60, check=False,
    )  # fmt: skip
    assert (0, b"") == (done.returncode, done.stderr)
    assert re.search(rb"byte 0xff is not UTF-8\n\n2\. .*\n> no\n", done.stdout)
    assert 2 == (tmp_path / "a.pl").read_text(encoding="utf-8").partition(":- source(")[2].count("(renewal_open).")


@pytest.mark.heavy
def test_a_terminal_holds_an_interview_and_bears_ctrl_c(tmp_path: Path) -> None:
    """At a terminal an answer is taken from the line editor, and Ctrl-C ends without a traceback."""
    main, second = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path / "a.pl")], stdin=second, stdout=second, stderr=second, env=ENVIRONMENT,
        start_new_session=True,
    )  # fmt: skip
    os.close(second)
    seen, at = "", 0

    def wait_for(text: str) -> None:
        """Reads until a text comes after those waited for before."""
        nonlocal seen, at
        while text not in seen[at:]:
            assert select.select([main], [], [], 20)[0], seen
            seen += os.read(main, 65536).decode(errors="replace")
        at = seen.index(text, at) + len(text)

    try:
        for question, keys in (("progressed on the present", b"no\r"), ("unacceptably toxic", b"\x03")):
            wait_for(question)
            wait_for(">")
            os.write(main, keys)
        wait_for("Interrupted.")
        wait_for("a.pl")
        assert child.wait(30) == 130
    finally:
        child.kill()
        child.wait()
    os.close(main)
    assert "Traceback" not in seen
    assert "-disease_progression(renewal_open)." in (tmp_path / "a.pl").read_text(encoding="utf-8")


# --- laws ---------------------------------------------------------------------------------------------------------

POLICY = """
:- pred request(Case: case, Drug: agent, Kind: kind, Date: date) :: 'r'.
:- pred thing(Thing: thing) :: '@(Thing) is a thing'.
thing(k). thing(l).
:- vocabulary(thing, known_thing/1).
:- pred known_thing(Thing: thing) :: '@(Thing) is known'.
known_thing(k). known_thing(l). known_thing(m). known_thing(z0). known_thing(z1). known_thing(z5).
:- also_called(thing, thing_name/2).
:- pred thing_name(Name: name, Thing: thing) :: '@(Name) is @(Thing)'.
thing_name(brand_of_k, k).
:- abducible p/1. :- abducible q/1. :- abducible s/1. :- abducible hidden/1. :- abducible seen/2. :- abducible level/2.
:- pred p(Case: case) :: 'p'. :- question p(Case) :: 'P?'.
:- pred q(Case: case) :: 'q'. :- question q(Case) :: 'Q?'.
:- pred s(Case: case) :: 's'. :- question s(Case) :: 'S?'.
:- pred hidden(Case: case) :: 'h'.
:- pred seen(Case: case, Thing: thing) :: 'seen @(Thing)'. :- question seen(Case, Thing) :: 'Seen @(Thing)?'.
:- pred level(Case: case, Level: level) :: 'level @(Level)'. :- question level(Case, Level) :: 'What level?'.
:- functional level(+, -).
s(C) :- p(C), q(C).
s(C) :- hidden(C), p(C).
:- pred policy_covers(Policy: policy, Drug: agent) :: 'c'.
:- pred requested_drug(Case: case, Drug: agent) :: 'd'.
:- pred policy_in_force(Case: case, Policy: policy, From: date) :: 'f'.
:- pred criterion(Policy: policy, Kind: kind, Number: integer, Id: part, Predicate: predicate) :: 'n'.
:- pred uncovered_indication(Case: case, Level: level) :: 'u'.
:- pred meets_criteria(Case: case) :: 'm'.
:- pred covered(Level: level) :: 'v'.
policy_covers(pol, drug).
requested_drug(C, D) :- request(C, D, _, _).
policy_in_force(C, pol, 2020-01-01) :- request(C, drug, _, _).
criterion(pol, initial, 1, one, one).
criterion(pol, initial, 2, two, two).
covered(low). covered(high).
uncovered_indication(C, L) :- level(C, L), \\+ covered(L).
one(C) :- request(C, _, _, _), ({one}).
two(C) :- request(C, _, _, _), ({two}).
meets_criteria(C) :- one(C), two(C).
"""


def policy(folder: Path, one: str, two: str, more: str = "") -> tuple[Workspace, Case]:
    """A small policy with two criteria, and a case that has only its request."""
    path = folder / "policy.pl"
    text = POLICY.replace("{one}", one).replace("{two}", two) + more
    path.write_text(text, encoding="utf-8")
    workspace = Workspace.open([path])
    return workspace, workspace.add_cases(load_text("request(c, drug, initial, 2024-01-01)."))[0]


BROAD_NAME = """
:- broadly_called(thing, broad_name/2).
:- pred broad_name(Name: name, Thing: thing) :: '@(Name) covers @(Thing)'.
broad_name('K or L', k).
broad_name('K or L', l).
"""


def test_a_broad_name_is_asked_about_unless_it_is_denied(tmp_path: Path) -> None:
    """That a broad name is so does not say what is, and the answer is not taken; that it is not so denies all that it covers."""
    workspace, case = policy(tmp_path, "at_least(1, X, (thing(X), seen(C, X)))", "p(C)", BROAD_NAME)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    interview.name(question_of(interview), [(Atom("low"),)])
    question = question_of(interview)
    assert question.text == "Seen [thing]?"
    with pytest.raises(AnswerError, match=r"`K or L` stands for several. Which is meant: 1 k, 2 l, or another name"):
        interview.name(question, [(Atom("K or L"),)])
    interview.name(question, [(Atom("K or L"),)], deny=True)
    stated = interview.answers[-1]
    assert [show_atom(fact.head) for fact in stated.facts] == ["-seen(c, 'K or L')"]
    assert list(map(show_atom, stated.understood)) == ["-seen(c, k)", "-seen(c, l)"]
    assert interview.standing().determination == "criteria_not_met"


def question_of(interview: Interview) -> Question:
    """What an interview asks next."""
    question = interview.question()
    assert question is not None
    return question


LEAVES = (
    "p(C)", "q(C)", "s(C)", "-p(C)", "seen(C, k)", "seen(C, l)", "seen(C, _)", "level(C, low)", "level(C, high)", "hidden(C)",
    "at_least(2, X, (thing(X), seen(C, X)))", "at_least(1, X, (thing(X), seen(C, X)))", "at_least(2, Y, seen(C, Y))",
    "at_most(1, Z, (thing(Z), seen(C, Z)))", "(level(C, L@), L@ \\= low)",
    "(seen(C, U@), U@ \\= k)",
)  # fmt: skip
FORMULAS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds("({}, {})".format, inner, inner),
        st.builds("({} ; {})".format, inner, inner),
        st.builds("\\+ ({})".format, inner),
    ),
    max_leaves=3,
).map(lambda text: "".join(f"{part}{place // 2}" for place, part in enumerate(text.split("@")))[:-1])
"""Bodies of rules; the variable that a leaf has to itself, marked twice there, is told from those of other leaves."""
NAMED = ("k", "l")
ANY = (Var("C"), Var("L"))


@dataclass
class BruteForce:
    """The determinations of a small case under everything that may be said of what an interview has left open, or not said."""

    interview: Interview

    def __post_init__(self) -> None:
        self.known: dict[tuple[object, ...], str] = {}
        self.found: tuple[int, dict[tuple[tuple[object, object], ...], str]] | None = None
        clauses = self.interview.reviewer.rules.clauses
        text = " ".join(str(clause) for clause in clauses if clause.head.pred.name in ("one", "two"))
        self.used = [name for name in ("p", "q", "s") if f"name='{name}'" in text or "name='s'" in text]
        self.uses_seen, self.uses_level = "name='seen'" in text, "name='level'" in text

    def _completions(self, now: KnowledgeBase) -> Iterator[dict[object, object]]:
        """Each as what it gives every open thing: yes, no or nothing, a level, and how many things not named were seen: just so
        many or, below zero, at least so many."""
        over = self._passed_over()
        options: dict[object, tuple[object, ...]] = {
            name: (True, False, None) for name in self.used if Asked(Pred(name, 1), (Atom("c"),)) not in over
        }
        if self.uses_seen:
            for name in NAMED:
                asked = Asked(Pred("seen", 2), (Atom("c"), Atom(name)))
                # who does not know of others does not know of those that no question names either
                if asked not in over and (Pred("seen", 2) not in over or asked in self._can_be_asked()):
                    options[Atom(name)] = (True, False, None)
            if Pred("seen", 2) not in over:
                options["others"] = (0, 1, 2, -1, -2, None)
        if Asked(Pred("level", 2), (Atom("c"),)) not in over:
            options["level"] = (*(("low", "high") if self.uses_level else ("low",)), "elsewhere", None)
        for thing in list(options):
            probe = next(_stated({thing: options[thing][1]})).head
            if now.truth(AtomF(probe.pred.positive, probe.args)) is not Truth.UNKNOWN:
                del options[thing]
        for chosen in product(*options.values()):
            yield dict(zip(options, chosen, strict=True))

    def _can_be_asked(self) -> set[Asked]:
        now = self.interview._now()
        subjects = (each for topic in now.topics.topics for each in topic.subjects)
        return {Asked(pred, tuple(filter(None, args))) for pred, args in subjects if None not in args}

    def _passed_over(self) -> set[object]:
        return {each for answer in self.interview.answers for each in answer.passed_over}

    def outcomes(self) -> dict[tuple[tuple[object, object], ...], str]:
        """The determination of each completion that agrees with what is answered."""
        if self.found is None or self.found[0] != len(self.interview.answers):
            now = KnowledgeBase(self.interview.reviewer.rules, self.interview.facts)
            outcomes = {tuple(each.items()): self._determination(each, now) for each in self._completions(now)}
            consistent = {key: each for key, each in outcomes.items() if each != "conflicting_evidence"}
            self.found = len(self.interview.answers), consistent
        return self.found[1]

    def _determination(self, completion: dict[object, object], now: KnowledgeBase) -> str:
        facts = list(self.interview.facts)
        for fact in _stated(completion):
            if now.truth(fact.head) is Truth.FALSE:
                return "conflicting_evidence"
            facts.append(fact)
        left = any(Asked(Pred("seen", 2), (Atom("c"), Atom(name))) in self._passed_over() for name in NAMED)
        if (completion.get("others") or 0) >= 0 and completion.get("others") is not None and not left:
            facts.append(_fact("complete", Atom("seen")))
        key = tuple(sorted({show_atom(fact.head) for fact in facts}))
        if key not in self.known:
            base = KnowledgeBase(self.interview.reviewer.rules, facts)
            self.known[key] = determined(
                has_conflict=any(True for _ in conflicts(base, cases_of(facts)[0])),
                is_in_force=True,
                is_uncovered=any(True for _ in base.rows(Pred("uncovered_indication", 2), ANY, Reading.CERTAIN)),
                meets=base.truth(AtomF(MEETS_CRITERIA, (Atom("c"),))),
            )
        return self.known[key]

    def can_change(self, asked: Asked | None) -> bool:
        """Whether two completions that differ in nothing else, or in things not named, have different determinations."""
        place: object = "others" if asked is None else asked.pred.name
        if asked is not None and len(asked.key) == 2:
            place = asked.key[1] if plain_text(asked.key[1]) in NAMED else "others"
        seen: dict[tuple[tuple[object, object], ...], set[str]] = {}
        for completion, outcome in self.outcomes().items():
            rest = tuple(pair for pair in completion if pair[0] != place)
            seen.setdefault(rest, set()).add(outcome)
        return any(len(outcomes) > 1 for outcomes in seen.values())


def _stated(completion: dict[object, object]) -> Iterator[Clause]:
    """The facts that a completion adds, but for complete records."""
    for name, value in completion.items():
        if value is None:
            continue
        if isinstance(name, Atom):
            yield _fact("seen", name, holds=value is True)
        elif name == "level":
            yield _fact("level", Atom(str(value)))
        elif name == "others":
            assert isinstance(value, int)
            yield from (_fact("seen", Atom(f"z{number}")) for number in range(abs(value)))
        else:
            yield _fact(str(name), holds=value is True)


def _fact(pred: str, *args: Const, holds: bool = True) -> Clause:
    return Clause(AtomF(Pred(pred, 1 + len(args), not holds), (Atom("c"), *args)), TRUE)


def give_any_answer(interview: Interview, question: Question, choice: random.Random) -> None:
    """One answer of those that the question takes."""
    options = [[each.args[at] for at in question.blanks] for each in question.options]
    while True:
        kind = choice.choice(["yes", "no", "unknown", "name", "not", "complete"])
        try:
            match kind:
                case "yes":
                    interview.affirm(question)
                case "no":
                    interview.deny(question)
                case "unknown":
                    interview.leave(question)
                case "complete" if question.atom.pred.name == "seen":
                    interview.complete(question)
                case _:
                    values = {"level": ["low", "high", "elsewhere"], "seen": ["k", "l", "z5", "brand_of_k"]}
                    rows = options or [[Atom(each)] for each in values.get(question.atom.pred.name, ())]
                    if question.blanks and rows:
                        interview.name(question, [tuple(choice.choice(rows))], deny=kind == "not")  # type: ignore[arg-type]
                    else:
                        continue
        except AnswerError:
            continue
        return


@settings(max_examples=4)
@given(FORMULAS, FORMULAS, st.randoms(use_true_random=False))
@pytest.mark.heavy
def test_every_question_can_decide_and_none_is_left_that_can(
    tmp_path_factory: pytest.TempPathFactory, one: str, two: str, choice: random.Random
) -> None:
    """By brute force over all completions: each question asked can change the determination, and at the end none can."""
    workspace, case = policy(tmp_path_factory.mktemp("law"), one, two)
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    brute = BruteForce(interview)
    assert interview.standing().determination != "no_policy_in_force"
    for _ in range(20):
        assert interview.standing().determination == workspace.review(cases_of(interview.facts)[0]).determination
        question = interview.question()
        if interview.standing().determination == "conflicting_evidence":
            assert question is None
            return
        if question is None:
            assert len(set(brute.outcomes().values())) <= 1
            return
        for asked in (*question.asked, *((None,) if question.is_open else ())):
            assert brute.can_change(asked), (question.text, asked)
        give_any_answer(interview, question, choice)
    raise AssertionError("the interview does not end")


@pytest.mark.heavy
def test_questions_about_values_are_those_that_trial_finds_to_matter(tmp_path: Path) -> None:
    """Of dates, integers and decimals that rules compare, a question is asked if and only if facts of a grid are found beside
    which an answer to it changes the determination."""
    choice = random.Random(5)
    found = [each for policy, case in policies(4, 5) for each in differences(policy, case, tmp_path, choice)]
    assert [] == found


CASE_LINES = [
    line
    for name in ("03_rrmm_second_proteasome_inhibitor_open.pl", "07_lymphoma_from_follicular.pl", "14_renewal_outcome_not_documented.pl")
    for line in (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith(("%", "request"))
]  # fmt: skip
ANY_LINE = st.sampled_from(
    ["yes", "no", "unknown", "why", "back", "help", "the record is complete", "1960-01-01", "2020-01-01", "multiple myeloma",
     "diffuse_large_b_cell_lymphoma", "breast_cancer", "female", "male", "velcade, ninlaro", "bortezomib", "no velcade",
     "4 velcade, 5 x", "ondansetron", "relapsed", "darzalex", "revlimid, thalidomide", "nonsense 7", "yes", "no", "yes", "unknown"]
)  # fmt: skip


@settings(max_examples=4)
@given(
    st.sets(st.sampled_from(CASE_LINES), max_size=25),
    st.sampled_from(["initial", "renewal"]),
    st.lists(ANY_LINE, max_size=30),
)
@pytest.mark.heavy
def test_whatever_is_answered_the_file_gives_the_determination_shown(
    shipped: Workspace, tmp_path_factory: pytest.TempPathFactory, lines: set[str], kind: str, answers: list[str]
) -> None:
    """Under the shipped policy any answers in any order end in a file whose review says what was shown last."""
    facts = {
        line.split("(", 1)[0] + "(c," + line.split(",", 1)[1] if "," in line else line.split("(")[0] + "(c)."
        for line in lines
    }
    keys = {"birth_date", "sex", "indication", "regimen", "tablet", "quantity"}
    kept: dict[str, str] = {}
    for line in sorted(facts):
        name = line.split("(")[0]
        kept.setdefault(name if name in keys else line, line)
    text = f"request(c, selinexor, {kind}, 2024-09-03).\n" + "\n".join(kept.values())
    done = held(shipped, tmp_path_factory.mktemp("any"), text, *answers)
    if done.path.exists():
        assert done.determination == reviewed(shipped, done.path)


def test_why_foretells_what_rules_conclude_of_an_open_fact(tmp_path: Path) -> None:
    """Where an open fact is not documented, an answer that lets a rule conclude it settles the case."""
    workspace, case = policy(tmp_path, "s(C)", "thing(k)")
    interview = Interview(workspace.reviewer, case, "Ada", TODAY)
    foretold = None
    while (question := interview.question()) is not None:
        foretold = {effect.answer: effect for effect in interview.effects(question)}
        if question.text == "What level?":
            interview.name(question, [(Atom("low"),)])
        elif question.text == "S?":
            interview.leave(question)
        else:
            interview.affirm(question)
    assert interview.standing().determination == "meets_criteria"
    assert foretold is not None
    assert ("meets_criteria", True) == (foretold["yes"].determination, foretold["yes"].is_settled)


def test_what_why_says_of_an_answer_comes_true(shipped: Workspace) -> None:
    """The determination that `why` foretells for a named answer is the one that the answer gives."""
    for number, example in OPEN_CASES.items():
        workspace, case = opened(shipped, number)
        interview = Interview(workspace.reviewer, case, "Ada", TODAY)
        question = interview.question()
        assert question is not None, example
        foretold = {effect.answer: effect for effect in interview.effects(question)}
        for name, act in (("yes", interview.affirm), ("no", interview.deny)):
            if name in foretold:
                act(question)
                now = interview.standing()
                assert foretold[name].determination == now.determination
                assert foretold[name].is_settled == (interview.question() is None)
                interview.undo()
