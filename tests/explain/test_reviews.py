"""Reviews of many cases in one run: in order, alike in however many processes, and with nothing left behind when the run is ended."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from explain.cli.case_files import CaseFile, together
from explain.processes import divided
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_case
from kb.language.mentions import mentioned
from kb.language.terms import Var, plain_text
from tests.ended import Ended, ran
from tests.kb.fhir_bundles import changed

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"
MEETS = (EXAMPLES / "01_rrmm_meets_criteria.pl").read_text(encoding="utf-8")
BREAST = (EXAMPLES / "15_breast_cancer.pl").read_text(encoding="utf-8")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ended]:
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    return partial(ran, capsys)


def mixed(folder: Path) -> list[str]:
    """Case files of which some have a case in common, some have faults, and one cannot be read; their names, in no order."""
    lines = MEETS.splitlines(keepends=True)
    texts = {
        "b.pl": "".join(lines[:20]),
        "f.pl": BREAST,
        "a.pl": "".join(lines[20:]) + "request(late, selinexor, initial, 2024-09-03).\n",
        "d.pl": "request(bad, selinexor, initial, 2024-09-03).\nrequest(bad, selinexor, renewal, 2024-09-04).\n",
        "e.pl": "sex(rrmn, female).\n",
        "c.pl": "",
        "g.pl": "request(torn",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [*texts, "none.pl"]


@pytest.mark.parametrize("form", ["json", "html", "markdown"])
def test_reviews_are_alike_in_one_process_and_in_two(run, tmp_path: Path, form: str) -> None:
    """What is written and what is told do not depend on how many processes review, and come in the order of the files: a case that two
    files state is put together, and what is wrong with one file, or near to a name in another, loses no other case."""
    names = mixed(tmp_path)
    one, two = (run("review", *names, "--format", form, "--processes", number) for number in ("1", "2"))
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)
    assert one.code == 1
    if form == "json":
        assert [each["case"] for each in json.loads(one.out)] == ["rrmm", "breast", "late"]
        told = {each["code"]: each["suggestion"] for each in json.loads(one.err)}
        assert (set(told), told["E401"]) == ({"E101", "E107", "E401", "E402"}, "did you mean `rrmm`?")


def test_a_folder_of_case_files_is_reviewed(run, tmp_path: Path) -> None:
    """A folder stands for the case files in it, by name; one that has none is told."""
    folder = tmp_path / "cases"
    (folder / "more").mkdir(parents=True)
    (folder / "b.pl").write_text(MEETS, encoding="utf-8")
    (folder / "more" / "a.pl").write_text(BREAST, encoding="utf-8")
    assert [each["case"] for each in json.loads(run("review", "cases", "--format", "json").out)] == ["rrmm", "breast"]
    (tmp_path / "empty").mkdir()
    told = run("review", "empty")
    assert told.codes == ["E107"]
    assert "`empty` has no case files" in told.err


def test_a_folder_of_reports_is_alike_in_one_process_and_in_two(run, tmp_path: Path) -> None:
    """Each report, the index and what is kept when it is written again are the same."""
    (tmp_path / "a.pl").write_text(MEETS, encoding="utf-8")
    (tmp_path / "b.pl").write_text(BREAST, encoding="utf-8")
    for number in ("1", "2"):
        assert run("review", "a.pl", "b.pl", "-o", f"reports{number}/", "--processes", number).code == 0
    one, two = ({each.name: each.read_bytes() for each in Path(f"reports{number}").iterdir()} for number in (1, 2))
    assert one == two
    assert "kept: 2" in run("review", "a.pl", "b.pl", "-o", "reports1/", "--processes", "2").err


def test_lines_are_written_of_each_review(run, tmp_path: Path) -> None:
    """`--format ndjson`, or a file of that name, has a line of JSON for each review, which says what the list of JSON says."""
    (tmp_path / "a.pl").write_text(MEETS, encoding="utf-8")
    (tmp_path / "b.pl").write_text(BREAST, encoding="utf-8")
    lines = run("review", "a.pl", "b.pl", "--format", "ndjson").out.splitlines()
    assert [*map(json.loads, lines)] == json.loads(run("review", "a.pl", "b.pl", "--format", "json").out)
    run("review", "a.pl", "b.pl", "-o", "out.ndjson")
    assert Path("out.ndjson").read_text(encoding="utf-8").splitlines() == lines


# --- populations -----------------------------------------------------------------------------------------------------


def population(folder: Path) -> None:
    """A population of which one case has no policy in force, one is not covered, and one is set aside."""
    folder.mkdir()
    requests = ("c2,xpovio,initial,2019-06-30", "c1,xpovio,initial,2024-09-03", "c3,xpovio,no_kind,2024-09-03")
    (folder / "request.csv").write_text("\n".join(("case,drug,kind,date", *requests, "")), encoding="utf-8")
    (folder / "indication.csv").write_text("case,condition\nc1,breast_cancer\n", encoding="utf-8")


@pytest.mark.heavy
def test_a_population_is_reviewed_as_a_whole(run, tmp_path: Path) -> None:
    """Without names, `review --from` reviews all cases in the order of their requests, as it does each by its name, and tells of those
    that are set aside."""
    population(tmp_path / "in")
    ended = run("review", "--from", "in", "--format", "json")
    assert (ended.code, [each["code"] for each in json.loads(ended.err)]) == (1, ["E403"])
    assert json.loads(ended.out) == json.loads(run("review", "--from", "in", "c2", "c1", "--format", "json").out)


def test_rows_that_name_no_case_are_told(run, tmp_path: Path) -> None:
    """Rows of a population without a case are told by their file and number, also where every case is reviewed; a case that is asked for
    by its name is not about them."""
    population(tmp_path / "in")
    (tmp_path / "in" / "indication.csv").write_text(
        "case,condition\nc1,breast_cancer\n,myeloma\n,lymphoma\n", encoding="utf-8"
    )
    ended = run("review", "--from", "in", "--format", "json")
    told = {each["file"]: each["message"] for each in json.loads(ended.err)}
    assert "2 row(s) of `indication` are about no case: no value for `case`" == told["in/indication.csv"], told
    assert "the case `c3` is set aside" in told["in/request.csv"]
    assert run("review", "--from", "in", "c1").code == 0


@pytest.mark.heavy
def test_what_a_batch_does_not_approve_is_explained(run, tmp_path: Path) -> None:
    """`--not-met` takes the cases that the report of a batch says do not meet the criteria, and no others; a file that is no such
    report is told."""
    population(tmp_path / "in")
    run("batch", "in", "-o", "out.parquet")
    found = run("review", "--from", "in", "--not-met", "out.parquet", "--format", "json")
    assert (found.code, [each["case"] for each in json.loads(found.out)]) == (0, ["c2", "c1"])
    import duckdb

    one = "SELECT * REPLACE (CASE WHEN \"case\" = 'c2' THEN 'meets_criteria' ELSE determination END AS determination)"
    duckdb.execute(f"COPY ({one} FROM 'out.parquet') TO 'other.parquet'")
    found = run("review", "--from", "in", "--not-met", "other.parquet", "--format", "json")
    assert [each["case"] for each in json.loads(found.out)] == ["c1"]
    duckdb.execute("COPY (SELECT * REPLACE ('meets_criteria' AS determination) FROM 'out.parquet') TO 'all.parquet'")
    found = run("review", "--from", "in", "--not-met", "all.parquet")
    assert (found.code, found.out, found.err) == (0, "", ""), "all are approved, and nothing is to be explained"
    assert run("review", "--from", "in", "--not-met", "in/request.csv").codes == ["E107"]


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        ("", ["`in` states no case"]),
        ("c3,xpovio,no_kind,2024-09-03\n", ["the case `c3` is set aside: not a listed `kind` in `request`: no_kind"]),
        ("c3,,initial,2024-09-03\n", ["the case `c3` is set aside: no value for `drug` in `request`"]),
    ],
)
def test_a_population_of_which_nothing_is_reviewed_says_why(
    requests: str, told: list[str], run, tmp_path: Path
) -> None:
    """That there is no case is told of a population that states none, not of one whose cases are set aside."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "request.csv").write_text(f"case,drug,kind,date\n{requests}", encoding="utf-8")
    ended = run("review", "--from", "in", "--format", "json")
    assert (ended.code, [each["message"] for each in json.loads(ended.err)]) == (1, told)


def test_bundles_are_imported_and_reviewed_in_one_run(run, tmp_path: Path) -> None:
    """The reviews are those of the case files that an import writes, in however many processes; a bundle that cannot be read, and a name
    that there is not, are told and lose no case; what is not mapped is counted."""
    (tmp_path / "in").mkdir()
    for number in range(3):
        bundle = changed(lambda found: found.append({"resourceType": "Media", "id": "m", "status": "completed"}))
        (tmp_path / "in" / f"{number}.json").write_text(json.dumps(bundle), encoding="utf-8")
    run("import", "fhir", "in", "-o", "cases/")
    expected = [
        (each["case"], each["determination"]) for each in json.loads(run("review", "cases", "--format", "json").out)
    ]
    assert [name for name, _ in expected] == ["ann", "ann_2", "ann_3"]
    for number in ("1", "2"):
        ended = run("review", "--from", "in", "--format", "json", "--processes", number)
        assert (ended.code, expected) == (0, [(each["case"], each["determination"]) for each in json.loads(ended.out)])
        assert "3 thing(s) in the bundles are not mapped" in ended.err
    (tmp_path / "in" / "3.json").write_text("{", encoding="utf-8")
    ended = run("review", "--from", "in", "ann_2", "bob")
    assert (ended.code, ended.codes, "Case ann_2" in ended.out or "case ann_2" in ended.out) == (
        1,
        ["E406", "E109"],
        True,
    )


def test_what_names_no_cases_is_wrong_usage(run) -> None:
    """Cases, or a population; and what is about a population goes with one."""
    for arguments in ((), ("a.pl", "--not-met", "out.parquet"), ("--from", "in", "c1", "--not-met", "out.parquet")):
        assert run("review", *arguments).code == 2


# --- files together --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request(c1, a). sex(c1, b).", {"c1"}),
        ("'p q'('c 1', a). -p(c2). -(p(c3)). (p((c4))).", {"c 1", "c2", "c3", "c4"}),
        ('p(007). p(1.50). p(2024-07-01). p("s").', {"7", "1.5", "2024-07-01", "s"}),
        ("% p(c1)\n/* p(c2) */ p(X, c3). p. 'p(c4)'. p(", set()),
    ],
)
def test_what_a_text_mentions(text: str, expected: set[str]) -> None:
    """The first argument of each clause, however it is written; what is a comment, quoted or a variable is none."""
    assert mentioned(text) == expected


def test_a_text_mentions_all_cases_that_a_reader_finds_in_it() -> None:
    """Also where characters are missing or put in, so that much of it is no clause."""
    rnd = random.Random(1504)
    for _ in range(150):
        chars = list("'p q'('c 1', 0'a). -(p((c4))). p(c5, \"s\"). q(-5, x). r(1.50).\n% s(c7).\n" + BREAST)
        for _ in range(rnd.randrange(8)):
            chars[rnd.randrange(len(chars))] = rnd.choice(["", "(", "'", "\\", ".\n", "%", '"', ",", "/*", "-", "(("])
        text = "".join(chars)
        facts = [each for each in load_case(text.encode(), "<text>").program.clauses if each.is_fact]
        found = {each.head.args[0] for each in facts if each.head.args}
        assert {plain_text(each) for each in found if not isinstance(each, Var)} <= mentioned(text), text


def test_files_are_read_together_that_have_a_case_in_common() -> None:
    """Also through a third; the others by themselves, in the order of the first file of each."""
    texts = ("p(a).", "p(b).", "p(c). p(a).", "p(d).", "p(e). p(c).")
    files = [CaseFile(str(number), text.encode()) for number, text in enumerate(texts)]
    found = together(files)
    assert [[each.name for each in one.files] for one in found] == [["0", "2", "4"], ["1"], ["3"]]
    assert [one.most_cases for one in found] == [3, 1, 1]


# --- processes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Doubling:
    """Begins to double numbers; it fails at 7, and dies at 8."""

    def __call__(self) -> Callable[[int], int]:
        return doubled


def doubled(number: int) -> int:
    """Twice a number."""
    if number == 7:
        raise ValueError("seven")
    if number == 8:
        os._exit(9)
    time.sleep(0.01 * (number % 3))
    return 2 * number


def test_results_come_in_order_and_items_as_they_are_wanted() -> None:
    """However long each takes; and not all items are asked for before the first result is taken."""
    asked: list[int] = []

    def items() -> Iterator[int]:
        for each in [*range(7), *range(10, 60)]:
            asked.append(each)
            yield each

    results = divided(Doubling(), items(), 2)
    assert next(results) == 0
    assert len(asked) < 20
    assert [*results] == [2 * each for each in asked[1:]]


@pytest.mark.parametrize(("item", "said"), [(7, "seven"), (8, "a process has ended")])
def test_what_fails_in_a_process_is_told(item: int, said: str) -> None:
    """An error that nothing foresaw, and a process that ends, are an error of the command."""
    with pytest.raises(ProgramError) as raised:
        [*divided(Doubling(), [1, item, 2], 2)]
    (told,) = raised.value.diagnostics
    assert (told.code, said in told.message) == ("E504", True)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks for processes in /proc")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_run_that_is_ended_leaves_nothing(tmp_path: Path, how: signal.Signals, code: int) -> None:
    """Ctrl-C and SIGTERM, and being killed outright, end all processes; what is written is not there, or is whole."""
    names = []
    for number in range(40):
        names.append(f"c{number}.pl")
        (tmp_path / names[-1]).write_text(MEETS.replace("rrmm,", f"c{number},"), encoding="utf-8")
    command = [sys.executable, "-m", "explain.cli", "review", *names, "--processes", "2"]
    folder = subprocess.Popen(
        [*command, "-o", "reports/"], cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not (tmp_path / "reports" / "c0.html").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    folder.send_signal(how)
    _, told = folder.communicate(timeout=60)
    assert folder.returncode == code
    assert "Traceback" not in told
    made = {each.name for each in (tmp_path / "reports").iterdir() if not each.name.startswith(".")}
    assert "c0.html" in made
    assert "index.html" not in made
    assert all(
        each.read_text(encoding="utf-8").endswith("</html>\n") for each in (tmp_path / "reports").glob("c*.html")
    )
    while (left := _of_session(folder.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def _of_session(leader: int) -> list[int]:
    """The processes of a session that are there still."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(each.parent.name))
    return found
