"""The Python interface, `import priorlog`, as programs use it."""

from __future__ import annotations

import datetime
import decimal
import json
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from html.parser import HTMLParser
from multiprocessing import get_context
from pathlib import Path

import priorlog
import pytest
from priorlog import Case, Determination, Program, ProgramError, Status, Truth

from explain.cli.entry import main
from tests.explain.test_authoring import SMALL, TESTED

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "examples" / "cases"
OPEN = "examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl"
MET = "examples/cases/01_rrmm_meets_criteria.pl"
SECOND_PAYER = "examples/policies/selinexor_second_payer.pl"
TESTS = "examples/policies/tests/selinexor_second_payer"
DAY = datetime.date(2024, 9, 3)
REQUEST = ("xpovio", "initial", DAY)


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named as from the root of the repository."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def program() -> Program:
    """The shipped policies."""
    return priorlog.load()


@pytest.fixture(scope="module")
def open_case(program: Program) -> Case:
    """A case of which one thing is not documented that decides."""
    return program.with_cases(ROOT / OPEN).only_case()


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command line prints."""
    assert main(arguments) in (0, 1)
    return capsys.readouterr().out


def diagnostics(call: Callable[[], object]) -> list[tuple[str, str, str, str | None]]:
    """The code, place, message and hint of what a call raises."""
    with pytest.raises(ProgramError) as raised:
        call()
    return [(each.code, str(each.span), each.message, each.suggestion) for each in raised.value.diagnostics]


# --- the same as the command line ----------------------------------------------------------------------------------

GOAL = "refractory_to_two_proteasome_inhibitors(C)"
SAME: dict[str, tuple[Callable[[Program], priorlog.Explanation | priorlog.Answers | priorlog.Missing], list[str]]] = {
    "ask": (lambda asked: asked.ask("refractory(C, A)"), ["query", "refractory(C, A)"]),
    "why": (lambda asked: asked.why(GOAL), ["why", GOAL]),
    "why_not": (lambda asked: asked.why_not(GOAL), ["whynot", GOAL, "--all"]),
    "missing": (lambda asked: asked.missing("meets_criteria(C)"), ["missing", "meets_criteria(C)"]),
    "a case that is not there": (lambda asked: asked.ask("refractory(c9, A)"), ["query", "refractory(c9, A)"]),
}


@pytest.mark.parametrize(("ask", "command"), SAME.values(), ids=list(SAME))
def test_a_question_is_answered_as_the_command_answers_it(
    ask: Callable[[Program], priorlog.Answers], command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The text and the JSON of an answer are those that the command line prints for the same question."""
    found = ask(priorlog.load(cases=OPEN))
    assert printed(capsys, *command, "--case", OPEN).rstrip("\n") == str(found)
    assert printed(capsys, *command, "--case", OPEN, "--format", "json") == found.to_json()
    assert json.loads(found.to_json()) == found.to_dict()
    assert found.to_json(indent=True) == printed(capsys, *command, "--case", OPEN, "--format", "json", "--indent")


def test_a_review_is_that_of_the_command(open_case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """The text, JSON, Markdown and page of a review are those that the command line writes."""
    case = priorlog.load(cases=OPEN).only_case()
    review = case.review()
    assert printed(capsys, "review", OPEN).rstrip("\n") == str(review)
    assert json.loads(printed(capsys, "review", OPEN, "--format", "json")) == [review.to_dict()]
    assert printed(capsys, "review", OPEN, "--format", "markdown") == review.to_markdown()
    assert printed(capsys, "review", OPEN, "--format", "html") == review.to_html()
    assert json.loads(printed(capsys, "review", OPEN, "--format", "pas")) == review.to_pas()
    for reader in ("patient", "prescriber"):
        letter = printed(capsys, "review", OPEN, "--letter", reader)
        assert letter.rstrip("\n") == str(review.letter(reader)).rstrip("\n")


def test_policy_tests_and_differences_are_those_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What policy tests come to, and what differs between two policies, are those that the command line prints."""
    monkeypatch.chdir(tmp_path)
    files = ("small.pl", "new.pl")
    for name, text in zip(files, (SMALL, SMALL.replace("Years >= 18", "Years >= 65")), strict=True):
        Path(name).write_text(text, encoding="utf-8")
    Path("test.pl").write_text(TESTED, encoding="utf-8")
    first, second = map(priorlog.load, files)
    ran = second.test("test.pl")
    assert ["failed"] == [each.outcome for each in ran.results]
    assert bool(ran) is ran.is_passed is False
    assert first.test("test.pl").is_passed
    arguments = ["test", "test.pl", "-f", files[1]]
    assert printed(capsys, *arguments).rstrip("\n") == str(ran)
    assert json.loads(printed(capsys, *arguments, "--format", "json")) == ran.to_dict()
    found = first.diff(second, names=files)
    assert json.loads(printed(capsys, "diff", *files, "--format", "json")) == found.to_dict()
    assert printed(capsys, "diff", *files).rstrip("\n") == str(found)
    assert "equivalent" == first.diff(first).determination != found.determination


# --- values --------------------------------------------------------------------------------------------------------


def test_answers_are_python_values(program: Program) -> None:
    """Names are text, integers are integers, what is open is None; an answer without variables is one empty row."""
    found = program.ask("package(Dose, 2, 20, Carton, Blister)")
    assert ("Dose", "Carton", "Blister") == found.variables
    assert {"Dose": 80, "Carton": 32, "Blister": 8} in list(found)
    assert ((),) == program.ask("brand(velcade, bortezomib)").rows
    assert (True, Truth.TRUE, 1) == (
        bool(yes := program.ask("brand(velcade, bortezomib)")),
        yes.truth,
        len(yes),
    )
    assert (False, Truth.FALSE, 0) == (bool(no := program.ask("brand(velcade, carfilzomib)")), no.truth, len(no))
    unknown = program.case("c1", {"request": REQUEST}).program.ask("refractory(c1, A)")
    assert (Truth.UNKNOWN, ((None,),)) == (unknown.truth, unknown.unknown)


def test_a_review_is_values(open_case: Case) -> None:
    """What a review comes to can be read off it without any text."""
    review = open_case.review()
    assert ("rrmm_second_pi_open", "xpovio", "initial", "selinexor", DAY) == (
        review.case, review.policy, review.kind, review.drug, review.date,
    )  # fmt: skip
    assert Determination.MORE_INFORMATION_NEEDED is review.determination
    assert review.authorization is None
    by_id = {each.id: each for each in review.criteria}
    assert (Status.MET, Status.NOT_DOCUMENTED) == (by_id["age"].status, by_id["diagnosis"].status)
    assert "Prior-Approval Requirements / Age" == by_id["age"].cite
    (item,) = (
        item
        for each in by_id["diagnosis"].alternatives
        for item in each.items
        if item.id == "refractory_to_two_proteasome_inhibitors"
    )
    assert Status.NOT_DOCUMENTED is item.status
    assert "not documented" in item.explanation.text
    assert ["refractory(rrmm_second_pi_open, carfilzomib)", "refractory(rrmm_second_pi_open, ixazomib)"] == [
        fact.fact for facts in review.missing for fact in facts
    ]
    met = open_case.answered("carfilzomib").review().authorization
    assert met is not None
    assert (DAY, datetime.date(2025, 9, 2), 96, 84, "tablets") == (
        met.start, met.until, met.amount, met.days, met.units,
    )  # fmt: skip


def test_an_explanation_is_a_tree_of_values() -> None:
    """A step has its sentence, its place in the policy, where it is stated, and the steps that it rests on."""
    why = priorlog.load(cases=MET).why("refractory_to_two_proteasome_inhibitors(rrmm)")
    assert (Truth.TRUE, "Prior-Approval Requirements / Diagnoses / 2.b") == (why.status, why.cite)
    assert "the disease is refractory to two proteasome inhibitors or more" == why.text
    steps = [why]
    for step in steps:
        steps += step.children
    places = {(each.file, each.line) for step in steps for each in step.evidence}
    assert {(MET, 24), (MET, 25)} <= places


def test_every_proof_is_given(program: Program) -> None:
    """The proofs of a goal are explanations, at most as many as are asked for."""
    found = program.proofs("drug_class(D, proteasome_inhibitor)")
    assert 3 == len(found)
    assert {Truth.TRUE} == {each.status for each in found}
    assert found[:2] == program.proofs("drug_class(D, proteasome_inhibitor)", most=2)


# --- cases ---------------------------------------------------------------------------------------------------------


def test_a_case_is_stated_by_values(program: Program) -> None:
    """Facts are stated by Python values: a value, a tuple, a list of these, whether it is so, and what is false."""
    case = program.case(
        "Mr. O'Hara",
        {
            "request": REQUEST,
            "birth_date": datetime.date(1950, 2, 1),
            "prior_therapy": [(1, "velcade"), (2, "carfilzomib")],
            "-refractory": "ixazomib",
            "reproductive_potential": False,
            "contraception_advised": True,
            "combination": [],
            "disease_status": ["relapsed"],
        },
    )
    name = r"'Mr. O\'Hara'"
    assert (
        f"request({name}, xpovio, initial, 2024-09-03).",
        f"birth_date({name}, 1950-02-01).",
        f"prior_therapy({name}, 1, velcade).",
        f"prior_therapy({name}, 2, carfilzomib).",
        f"-refractory({name}, ixazomib).",
        f"-reproductive_potential({name}).",
        f"contraception_advised({name}).",
        f"disease_status({name}, relapsed).",
    ) == case.facts
    assert ("Mr. O'Hara", DAY) == (case.name, case.date)


def test_a_case_of_values_is_reviewed_as_its_file(program: Program, tmp_path: Path) -> None:
    """A case that is stated by values is reviewed as the case file that states the same."""
    case = program.case("c1", {"request": REQUEST, "birth_date": datetime.date(2010, 1, 1)})
    file = tmp_path / "c1.pl"
    file.write_text("request(c1, xpovio, initial, 2024-09-03).\nbirth_date(c1, 2010-01-01).\n", encoding="utf-8")
    (written,) = program.with_cases(file).review()
    assert Determination.CRITERIA_NOT_MET is written.determination
    statuses = [(each.id, each.status) for each in case.review().criteria]
    assert statuses == [(each.id, each.status) for each in written.criteria]


def test_text_cannot_state_more_than_a_name(program: Program) -> None:
    """What looks like the end of a fact in a name is a part of the name."""
    case = program.case("c1", {"request": REQUEST, "refractory": "a). refractory(c1, bortezomib).\n% '"})
    assert 2 == len(case.facts)
    assert () == case.program.ask("refractory(c1, bortezomib)").rows


WRONG: dict[str, tuple[dict[str, object], tuple[str, str, str]]] = {
    "a predicate that is not there": (
        {"refractery": "velcade"},
        ("E404", "<c1>:2:1", "did you mean `refractory`?"),
    ),
    "too many arguments": ({"birth_date": (DAY, DAY)}, ("E202", "<c1>:2:1", "")),
    "a date as text": ({"birth_date": "1950-02-01"}, ("E206", "<c1>:2:1", "write a date such as `2024-07-01`")),
    "a float": ({"regimen": (80.0, 2)}, ("E206", "<c1>", "give text, an int, a Decimal or a date")),
    "None": ({"birth_date": None}, ("E206", "<c1>", "give text")),
    "a day with a time": ({"birth_date": datetime.datetime(1950, 2, 1)}, ("E206", "<c1>", "give text")),
    "whether it is so, of something": ({"refractory": [True]}, ("E206", "<c1>", "give text")),
    "a list in a list": ({"refractory": [["velcade"]]}, ("E206", "<c1>", "give text")),
    "no number": ({"tablet": decimal.Decimal("NaN")}, ("E206", "<c1>", "give text")),
    "more than 64 bits": ({"tablet": 2**63}, ("E103", "<c1>:2:12", "")),
    "two dates of birth": ({"birth_date": [DAY, datetime.date(2000, 1, 1)]}, ("E207", "<c1>:3:1", "remove")),
    "no request": ({"request": []}, ("E401", "<c1>", "state at least")),
}


@pytest.mark.parametrize(("facts", "told"), WRONG.values(), ids=list(WRONG))
def test_values_that_state_no_case_are_told(
    facts: dict[str, object], told: tuple[str, str, str], program: Program
) -> None:
    """What is wrong with the values of a case is a diagnostic with a code, a place, and what to write instead."""
    ((code, place, _, hint),) = diagnostics(lambda: program.case("c1", {"request": REQUEST, **facts}))
    assert told[:2] == (code, place)
    assert (hint or "").startswith(told[2])


def test_names_are_text(program: Program) -> None:
    """A case or predicate whose name is no text is an error, not a traceback."""
    assert "E206" == diagnostics(lambda: program.case(3, {}))[0][0]  # type: ignore[arg-type] # which is what is tested
    assert "E206" == diagnostics(lambda: program.case("c1", {3: "x"}))[0][0]  # type: ignore[dict-item] # as above


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda program: program.ask("drug_clas(X, Y)"), ("E201", "<query>:1:1", "did you mean `drug_class`?")),
        (lambda program: program.why("brand(X"), ("E101", "<query>:1:8", None)),
        (lambda program: program.ask("brand(X, Y)", engine="nosuch"), ("E502", "<engine>", "there are `tabling`")),
        (lambda program: program.with_cases("nosuch.pl"), ("E107", "nosuch.pl", None)),
        (lambda program: program.only_case(), ("E407", "<case>", "state one")),
        (lambda program: program.with_cases(MET, OPEN).only_case(), ("E407", "<case>", "state one, or take one")),
        (lambda program: program.with_cases(MET).review(policy="nosuch"), ("E502", "<policy>", "there are `xpovio`")),
        (lambda program: program.batch(".", policy="xpovo"), ("E502", "<policy>", "did you mean `xpovio`?")),
        (lambda program: program.with_text("request(c1 x)."), ("E101", "<case>:1:12", None)),
        (lambda _program: priorlog.load("nosuch.pl"), ("E107", "nosuch.pl", None)),
    ],
)
def test_what_cannot_be_answered_says_why(
    call: Callable[[Program], object], told: tuple[str, str, str | None], program: Program
) -> None:
    """An error has a code, a place, and what to write instead where that is known."""
    (code, place, _, hint), *_ = diagnostics(lambda: call(program))
    assert told[:2] == (code, place)
    assert (hint or "").startswith(told[2] or "")


@pytest.mark.parametrize("as_of", ["2024-09-03", datetime.datetime(2024, 9, 3, 12), 2024])
def test_a_review_as_of_what_is_no_day_says_so(as_of: object) -> None:
    """The date that stands in for that of a request is a day; what else is given is named, and no engine is blamed."""
    case = priorlog.load(cases=OPEN).only_case()
    with pytest.raises(ProgramError) as raised:
        case.review(as_of=as_of)  # type: ignore[arg-type]  # what an untyped caller may give
    (found,) = raised.value.diagnostics
    assert ("E502", f"{as_of!r} is no date") == (found.code, found.message)


def test_an_error_quotes_the_text_that_it_is_about(program: Program) -> None:
    """The texts that an error speaks of come with it."""
    with pytest.raises(ProgramError) as raised:
        program.with_text("request(c1, xpovio, initial, 2024-09-03).\nbirth_dat(c1, 1950-02-01).\n")
    assert raised.value.sources is not None
    assert "birth_dat(c1, 1950-02-01)." == raised.value.sources.line(raised.value.diagnostics[0].span)


# --- the interview -------------------------------------------------------------------------------------------------


@pytest.mark.heavy
def test_an_interview_ends_with_the_determination_of_its_answers(program: Program) -> None:
    """Each next question is answered until none can change the determination; then nothing that is missing does, and the case says
    who answered."""
    case = program.case("c1", {"request": REQUEST})

    def line(question: priorlog.Question) -> str:
        if question.kind != "value":
            return "no" if question.kind == "fact" else "none"
        return question.choices[0] if question.choices else "1950-02-01"

    for _ in range(40):
        question = case.next_question()
        if question is None:
            break
        case = case.answered(line(question), who="Dr. Day")
    assert case.next_question() is None
    assert "Dr. Day" in case.text
    held = case.review()
    assert Determination.MORE_INFORMATION_NEEDED is not held.determination
    again = program.with_text(case.text).only_case()
    assert held.determination is again.review().determination


def test_an_answer_is_one_of_those_that_an_interview_takes(open_case: Case) -> None:
    """An answer that names nothing known is an error (E410), which leaves the case as it was; after the last, nothing is asked."""
    question = open_case.next_question()
    assert question is not None
    assert ("which", ("carfilzomib", "ixazomib"), "") == (question.kind, question.choices, question.form)
    assert [("E410", "<answer>")] == [each[:2] for each in diagnostics(lambda: open_case.answered("aspirn"))]
    assert open_case.answered(" 1 \n").facts == open_case.answered("1").facts
    assert question == open_case.next_question()
    settled = open_case.answered("1")
    assert settled.text.startswith((ROOT / OPEN).read_text(encoding="utf-8").rstrip("\n"))
    assert settled.next_question() is None
    assert "E410" == diagnostics(lambda: settled.answered("yes"))[0][0]


def test_cases_of_texts_keep_their_own_texts(program: Program) -> None:
    """What one case is stated by does not become part of another that is stated beside the same program."""
    texts = [(ROOT / each).read_text(encoding="utf-8") for each in (MET, OPEN)]
    first, second = (program.with_text(text).only_case() for text in texts)
    assert texts == [first.text, second.text]
    halves = program.with_text("request(c1, xpovio, initial, 2024-09-03). % without a line end").with_text(
        "birth_date(c1, 1950-02-01)."
    )
    assert 2 == len(program.with_text(halves.only_case().text).only_case().facts)
    assert 2 == len(pickle.loads(pickle.dumps(halves)).only_case().facts)


# --- values that do not change, from anywhere ----------------------------------------------------------------------


def test_a_program_does_not_change(program: Program) -> None:
    """What states cases beside a program gives another one."""
    before = program.ask("request(C, D, K, T)").rows
    other = program.with_cases(MET, OPEN)
    assert ((), 2, ()) == (program.cases, len(other.cases), other.without_cases().cases)
    assert 2 == len(other.ask("request(C, D, K, T)"))
    program.case("c1", {"request": REQUEST})
    assert "<c1>" not in program.workspace.sources.texts
    assert before == program.ask("request(C, D, K, T)").rows == ()
    with pytest.raises(AttributeError):
        program.workspace = other.workspace  # type: ignore[misc] # which is what is tested


def test_closed_world_and_steps_are_those_of_the_program() -> None:
    """A program that takes records to be complete finds what is not documented to be false; one of few steps gives up."""
    closed = priorlog.load(cases=OPEN, closed_world=True)
    assert Determination.CRITERIA_NOT_MET is closed.only_case().review().determination
    assert Determination.CRITERIA_NOT_MET is pickle.loads(pickle.dumps(closed)).only_case().review().determination
    assert "E501" == diagnostics(lambda: priorlog.load(cases=OPEN, max_steps=3).why("meets_criteria(C)"))[0][0]


GOALS = [
    *(f"drug_class(X, {each})" for each in ("proteasome_inhibitor", "immunomodulatory_agent", "other_antiemetic")),
    "package(80, 2, A, B, C)",
    "refractory(C, A)",
    "meets_criteria(C)",
    "brand(B, G)",
    "warning(selinexor, W)",
]


def asked(program: Program, number: int) -> tuple[str, str, str]:
    """What a program says to one of the goals, and of a case that is stated beside it."""
    goal = GOALS[number % len(GOALS)]
    case = program.case(f"c{number}", {"request": REQUEST, "birth_date": datetime.date(1950 + 10 * number, 1, 1)})
    return program.ask(goal).to_json(), program.why(goal).to_json(), case.review().to_json()


@pytest.mark.heavy
def test_threads_get_the_answers_that_each_would_get_alone() -> None:
    """Eight threads that ask one program at once are answered as one that asks alone."""
    numbers = range(16)
    alone = priorlog.load(cases=OPEN)
    expected = [asked(alone, number) for number in numbers]
    shared = priorlog.load(cases=OPEN)
    start = threading.Barrier(8)

    def together(number: int) -> tuple[str, str, str]:
        if number < 8:
            start.wait()
        return asked(shared, number)

    with ThreadPoolExecutor(8) as pool:
        assert expected == list(pool.map(together, numbers))


def determination_of(program: Program, name: str) -> str:
    """In another process: the determination of a case of a program."""
    (found,) = (case.review().determination.value for case in program.cases if case.name == name)
    return found


@pytest.mark.heavy
def test_a_program_goes_to_other_processes() -> None:
    """A program is sent to a process that is started anew, with its rules, files and texts."""
    program = priorlog.load(cases=OPEN).with_cases(MET).with_text("request(c1, xpovio, initial, 2024-09-03).")
    names = [case.name for case in program.cases]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(determination_of, [program] * 3, names))
    assert [case.review().determination.value for case in program.cases] == found
    assert 2 == len(set(found))


# --- notebooks -----------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a page, each of which is closed in the order in which it was opened."""

    VOID = frozenset({"br", "col", "hr", "img", "input", "meta", "wbr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(page)
        self.close()
        assert [] == self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


SCRIPT = "<script>alert('x')</script>"


@pytest.mark.heavy
def test_everything_is_shown_in_a_notebook(program: Program) -> None:
    """Every result has well-formed HTML for a notebook, in which what a case says is text."""
    case = program.case("c1", {"request": REQUEST, "refractory": SCRIPT, "prior_therapy": (1, SCRIPT)})
    goal = "refractory(c1, A)"
    review = case.review()
    shown = (
        case.program.ask(goal),
        case.program.why(goal),
        case.program.why_not("meets_criteria(c1)"),
        case.program.missing("meets_criteria(c1)"),
        review,
        review.letter(),
        review.proof,
        review.criteria[0].explanation,
        priorlog.load(SECOND_PAYER).test(TESTS),
        program.diff(program),
        program.batch({"request": frame(c1=("xpovio", "initial", DAY))}),
    )
    for each in shown:
        page = each._repr_html_()
        assert {"script", "html", "body"}.isdisjoint(Tags(page).seen), type(each)
        assert SCRIPT not in page
    assert "&lt;script&gt;" in review._repr_html_()


def frame(**requests: tuple[str, str, datetime.date]) -> object:
    """A table of requests."""
    pyarrow = pytest.importorskip("pyarrow")
    rows = [dict(zip(("case", "drug", "kind", "date"), (name, *row), strict=True)) for name, row in requests.items()]
    return pyarrow.Table.from_pylist(rows)


# --- types ---------------------------------------------------------------------------------------------------------

CONSUMER = '''
"""A program that uses the interface."""

import datetime

import priorlog

program: priorlog.Program = priorlog.load(cases=["a.pl"], closed_world=False)
for answer in program.ask("drug_class(D, C)"):
    value: priorlog.Value = answer["D"]
case = program.case("c1", {"request": ("xpovio", "initial", datetime.date(2024, 9, 3))})
review: priorlog.Review = case.review(as_of=datetime.date(2024, 9, 3))
reveal_type(review.determination)
reveal_type(review.criteria)
reveal_type(program.missing("p(X)").sets)
question = case.next_question()
if question is not None:
    case = case.answered(question.choices[0])
try:
    program.diff(program)
except priorlog.ProgramError as error:
    codes: list[str] = [each.code for each in error.diagnostics]
program.ask(3)
question.text
'''


@pytest.mark.heavy
def test_the_interface_is_typed(tmp_path: Path) -> None:
    """mypy, as strict as it is, knows what the interface gives, and finds what is no text and what may be None."""
    pytest.importorskip("mypy", reason="mypy is not installed: pip install 'priorlog[dev]'")
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-codes", "consumer.py"]
    path = os.pathsep.join(map(str, (ROOT, ROOT / "explain" / "api")))
    ended = subprocess.run(
        [*command, "--ignore-missing-imports", "--follow-imports=silent"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": path},
        capture_output=True,
        text=True,
        timeout=500,
    )
    said = [line.partition(":")[2].partition(": ")[2] for line in ended.stdout.splitlines()]
    assert [
        'note: Revealed type is "engine.policies.Determination"',
        'note: Revealed type is "tuple[explain.api.results.Criterion, ...]"',
        'note: Revealed type is "tuple[tuple[explain.api.results.MissingFact, ...], ...]"',
        'error: Argument 1 to "ask" of "Program" has incompatible type "int"; expected "str"',
        'error: Item "None" of "Question | None" has no attribute "text"',
    ] == said, ended.stdout + ended.stderr


def test_what_the_interface_exports_is_there() -> None:
    """Each name that `priorlog` exports is there, and is documented."""
    assert set(priorlog.__all__) <= set(dir(priorlog))
    assert [] == [
        name
        for name in priorlog.__all__
        if name not in ("Value",) and not (getattr(priorlog, name).__doc__ or "").strip()
    ]


def test_words_of_letters_that_cannot_be_read_keep_no_review_from_being_made(tmp_path: Path) -> None:
    """What is wrong with the words of letters is told where a letter is written, and nowhere before."""
    policy = tmp_path / "cgrp_antibodies.pl"
    policy.write_bytes((ROOT / "examples" / "policies" / policy.name).read_bytes())
    policy.with_suffix(".letters.toml").write_text("no toml")
    case = min((ROOT / "examples" / "policies" / "cases" / "cgrp_antibodies").glob("*.pl"))
    review = priorlog.load(policy, cases=case).cases[0].review()
    with pytest.raises(ProgramError) as raised:
        review.letter("patient")
    assert ["E110"] == [each.code for each in raised.value.diagnostics]


def test_policies_are_listed_with_the_drugs_that_they_cover() -> None:
    """Policies that stand side by side are each listed with their own drugs."""
    files = sorted((ROOT / "examples" / "policies").glob("*.pl"))
    drugs = {each.name: each.drugs for each in priorlog.load(*files).policies}
    assert {each.stem for each in files} == drugs.keys()
    assert ("selinexor",) == drugs["selinexor_second_payer"]
    assert all(drugs.values())


def test_a_long_name_of_a_case_goes_with_it(program: Program) -> None:
    """Nothing of the size of a name that is not recognised, but its text, is left of looking for where it stands."""
    text = f"request(c, selinexor, initial, 2024-09-03). prior_therapy(c, 1, {'x' * 200_000})."
    tracemalloc.start()
    try:
        warnings = program.with_text(text).warnings
        patterns = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/re/*")])
    finally:
        tracemalloc.stop()
    assert [(1, text.index("xx") + 1)] == [(each.span.line, each.span.column) for each in warnings]
    assert 200_000 > sum(each.size for each in patterns.traces)
