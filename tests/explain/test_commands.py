"""The commands that explain, ask, check and decide populations, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ended import Ended, ran

CASES = Path(__file__).parents[2] / "examples" / "cases"
MEETS = str(CASES / "01_rrmm_meets_criteria.pl")
OPEN = str(CASES / "03_rrmm_second_proteasome_inhibitor_open.pl")
THREE_LINES = str(CASES / "04_rrmm_three_prior_lines.pl")
CONTRACEPTION = str(CASES / "11_contraception_not_stated.pl")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Runs a command, with a text as its standard input."""

    def command(*arguments: str, stdin: str = "") -> Ended:
        return ran(capsys, *arguments, stdin=stdin.encode())

    return command


# why, whynot, missing


@pytest.mark.parametrize(
    ("goal", "first"),
    [
        ("aggregate_all(count, N, q(N), N)", "the number is 2: 2 and 3"),
        ("aggregate_all(sum(M), M, q(M), M)", "the sum is 5: 2 and 3"),
        ("aggregate_all(count, X-N, (p(X), q(N)), N)", "the number is 4: a, 2; a, 3; b, 2; b, 3"),
        ("aggregate_all(count, X, p(X), X), p(Y)", "all of these: 2 is the number of [x] of which this is so: p(X); p(a)"),
        ("q(N), aggregate_all(count, N, q(N), M)", "all of these: q(2); 1 is the number of 2 of which this is so: q(2)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("options", [[], ["--all"]])
def test_a_variable_inside_a_count_is_not_its_result(run, tmp_path, goal: str, first: str, options: list[str]) -> None:
    """A local variable that is called like the result stays open where the answer is put in, as it does in a rule."""
    rules = str(tmp_path / "q.pl")
    Path(rules).write_text("q(2). q(3). p(a). p(b).\n", encoding="utf-8")
    assert run("why", goal, "-f", rules, *options).out.startswith(f"✓ {first}\n")
    explained = run("why", goal, "-f", rules, *options, "--format", "json").out
    assert run("verify", "-", "-f", rules, stdin=explained).code == 0


def test_whynot_names_what_is_not_true(run) -> None:
    """The literal that fails is told with how far it got; what holds is not."""
    ended = run("whynot", "four_prior_therapies(C)", "--case", THREE_LINES)
    assert (ended.code, "3 of 4: line 1, line 2 and line 3" in ended.out, "reached the minimum age" in ended.out) == (
        0,
        True,
        False,
    )


def test_whynot_all_opens_every_alternative(run) -> None:
    """Without `--all` the other alternatives are summaries."""
    short = json.loads(run("whynot", "meets_criteria(C)", "--case", THREE_LINES, "--format", "json").out)
    full = json.loads(run("whynot", "meets_criteria(C)", "--case", THREE_LINES, "--format", "json", "--all").out)

    def kinds(node: dict) -> set[str]:
        return {node["kind"]}.union(*(kinds(child) for child in node["children"] if "see" not in child))

    assert ("summary" in kinds(short), "summary" in kinds(full)) == (True, False)


def test_whynot_of_what_holds_is_its_proof(run) -> None:
    """Asked why not, a goal that holds is proved."""
    assert run("whynot", "brand(velcade, bortezomib)").out.startswith("✓ velcade is a brand of bortezomib")


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "dot", "mermaid"])
def test_explanations_in_every_format(run, form: str, tmp_path: Path) -> None:
    """Each format says the goal's sentence, to standard output and to a file alike."""
    printed = run("why", "refractory_to_anti_cd38_antibody(rrmm)", "--case", MEETS, "--format", form)
    target = tmp_path / "explanation"
    run("why", "refractory_to_anti_cd38_antibody(rrmm)", "--case", MEETS, "--format", form, "-o", str(target))
    assert (printed.code, printed.err, printed.out) == (0, "", target.read_text(encoding="utf-8"))
    assert "daratumumab" in printed.out


def test_why_all_shows_the_first_proofs_and_says_that_there_are_more(run, tmp_path: Path) -> None:
    """Of six proofs two are shown, and that there are more."""
    rules = tmp_path / "rules.pl"
    rules.write_text("w(1). w(2). w(3). w(4). two :- at_least(2, X, w(X)).\n", encoding="utf-8")
    shown = run("why", "two", "-f", str(rules), "--all", "--limit", "2")
    assert (shown.out.count("✓ two"), "there are more proofs than these 2" in shown.out) == (2, True)
    assert len(json.loads(run("why", "two", "-f", str(rules), "--all", "--format", "json").out)) == 6


def test_missing_puts_interchangeable_names_together(run) -> None:
    """Either of two agents would do; as JSON the sets stand one by one too."""
    assert (
        "Is the disease refractory to carfilzomib or ixazomib?"
        in run("missing", "meets_criteria(C)", "--case", OPEN).out
    )
    data = json.loads(run("missing", "meets_criteria(C)", "--case", OPEN, "--format", "json").out)
    assert [[fact["fact"] for fact in facts] for facts in data["missing"]] == [
        ["refractory(rrmm_second_pi_open, carfilzomib)"],
        ["refractory(rrmm_second_pi_open, ixazomib)"],
    ]
    assert (data["status"], data["ways"][0]["any_of"][0]["names"]) == ("unknown", ["carfilzomib", "ixazomib"])


def test_a_limit_on_what_is_missing_says_that_there_is_more(run, tmp_path: Path) -> None:
    """With `--limit N` so many ways are given, and text and JSON say that there are others."""
    path = tmp_path / "case.pl"
    path.write_text("request(c, selinexor, initial, 2024-09-03).\nindication(c, multiple_myeloma).\n", encoding="utf-8")
    asked = ("missing", "meets_criteria(c)", "--case", str(path))
    data = json.loads(run(*asked, "--limit", "2", "--format", "json").out)
    assert (len(data["ways"]), data["are_more"]) == (2, True)
    text = " ".join(run(*asked, "--limit", "2").out.split())
    assert "There are more than these 2: `missing GOAL --limit N` shows N." in text


def test_missing_says_where_nothing_is_missing_or_would_do(run) -> None:
    """What holds needs nothing, and what is false cannot be mended."""
    assert run("missing", "meets_criteria(rrmm)", "--case", MEETS).out.startswith("nothing is missing")
    assert run("missing", "meets_criteria(C)", "--case", THREE_LINES).out.startswith(
        "no facts that agree with what is documented"
    )


MISSPELT = "request(c1, selinexor, initial, 2024-09-03).\nindication(c1, mutiple_myeloma).\n"


def test_names_that_look_misspelt_are_told_wherever_a_case_is_read(run, tmp_path: Path) -> None:
    """A condition a letter away from a known one is told by `check`, `review`, `query` and at the prompt, and decides
    nothing."""
    path = tmp_path / "case.pl"
    path.write_text(MISSPELT, encoding="utf-8")
    checked = run("check", str(path))
    assert (checked.code, checked.out) == (0, "1 file(s): 0 error(s), 1 warning(s)\n")
    reviewed = run("review", str(path), "--format", "json")
    assert json.loads(reviewed.out)[0]["determination"] == "more_information_needed"
    for ended in (checked, run("review", str(path)), run("query", "indication(c1, X)", "--case", str(path))):
        assert (ended.code, "did you mean `multiple_myeloma`?" in ended.err) == (0, True)
    assert "W307" in reviewed.err
    told = "a condition of that name is not known; did you mean `multiple_myeloma`?"
    assert told in run(stdin=f"load '{path}'.\n").out
    assert told in run(stdin="assert indication(c1, mutiple_myeloma).\n").out
    assert told not in run(stdin="assert indication(c1, plasma_cell_leukemia).\n").out


def test_check_takes_a_file_of_requests_for_a_case_file(run, tmp_path: Path) -> None:
    """What a case may not state is an error of `check` too."""
    path = tmp_path / "case.pl"
    path.write_text(MISSPELT + "refractery(c1, bortezomib).\n", encoding="utf-8")
    ended = run("check", str(path))
    assert (ended.code, "E404" in ended.err) == (1, True)
    path.write_text("request(c1, xpovio, initial).\n", encoding="utf-8")
    ended = run("check", str(path))
    assert (ended.code, "`request` has 4 arguments, not 3" in ended.err) == (1, True)


def test_rather_than_names_the_smallest_difference(run) -> None:
    """One more prior line would make the second case meet the criteria."""
    arguments = ("why", "meets_criteria(rrmm)", "--rather-than", "meets_criteria(rrmm_three_lines)")
    ended = run(*arguments, "--case", MEETS, "--case", THREE_LINES)
    said = "also documented: dexamethasone was part of prior line 4 (prior_therapy(rrmm_three_lines, 4, dexamethasone))"
    assert said in ended.out
    data = json.loads(run(*arguments, "--case", MEETS, "--case", THREE_LINES, "--format", "json").out)
    assert data[0]["added"] == ["prior_therapy(rrmm_three_lines, 4, dexamethasone)"]
    assert run(*arguments, "--case", MEETS, "--case", THREE_LINES, "--format", "html").codes == ["E502"]


def test_rather_than_says_where_there_is_nothing_to_swap(run) -> None:
    """A first goal that does not hold, or a second that does, is told."""
    asked = ("--case", MEETS, "--case", THREE_LINES, "--rather-than")
    ended = run("why", "drug_class(velcade, immunomodulatory_agent)", *asked, "meets_criteria(rrmm_three_lines)")
    assert "drug_class(velcade, immunomodulatory_agent) does not hold" in ended.out
    assert (
        "brand(velcade, bortezomib) holds too"
        in run("why", "brand(xpovio, selinexor)", *asked, "brand(velcade, bortezomib)").out
    )


# verify


def test_verify_accepts_what_the_other_commands_write(run, tmp_path: Path) -> None:
    """Explanations and reviews pass, with their case files named."""
    proof = tmp_path / "proof.json"
    for command in (("why", "meets_criteria(rrmm)"), ("whynot", "meets_criteria(rrmm_three_lines)")):
        case = MEETS if command[0] == "why" else THREE_LINES
        run(*command, "--case", case, "--format", "json", "-o", str(proof))
        ended = run("verify", str(proof), "--case", case)
        assert (ended.code, ended.out.splitlines()[0], ended.err) == (0, "accepted: every step checks", "")
        assert "\nchecked: every step" in ended.out
        assert "\nnot checked: that a proof is the smallest" in ended.out
    missing = run("missing", "meets_criteria(C)", "--case", OPEN, "--limit", "1", "--format", "json").out
    assert run("verify", "-", "--case", OPEN, stdin=missing).code == 0
    run("review", OPEN, "--format", "json", "-o", str(proof), "--closed-world", "--as-of", "2023-05-06")
    assert run("verify", str(proof), "--case", OPEN).code == 0


def test_verify_rejects_what_is_changed(run) -> None:
    """A status that is turned, and a case file that is not named, are told with the place of the node."""
    text = run("why", "meets_criteria(rrmm)", "--case", MEETS, "--format", "json").out
    data = json.loads(text)
    data["children"][1]["status"] = "false"
    ended = run("verify", "-", "--case", MEETS, stdin=json.dumps(data))
    assert (ended.code, "children[1]" in ended.out, "rejected" in ended.out) == (1, True, True)
    assert run("verify", "-", stdin=text).code == 1


@pytest.mark.parametrize("text", ["", "{", "nonsense"])
def test_verify_of_what_is_no_json(run, text: str) -> None:
    """A text that is not JSON is an error of its own."""
    assert run("verify", "-", stdin=text).codes == ["E109"]


@pytest.mark.parametrize("text", ["{}", "[]", "3", '[{"goal": 1}]', "[[[]]]", '{"case": "c", "criteria": 3}'])
def test_verify_of_json_that_is_no_explanation(run, text: str) -> None:
    """Whatever else JSON says is rejected, without a traceback."""
    ended = run("verify", "-", stdin=text)
    assert (ended.code if text != "[]" else 1, "Traceback" in ended.err) == (1, False)


# interview


def test_an_interview_through_a_pipe(run, tmp_path: Path) -> None:
    """It asks until the determination is settled, and writes a case file that is reviewed alike."""
    target = tmp_path / "answered.pl"
    ended = run("interview", CONTRACEPTION, "-o", str(target), "--who", "Dr. Day", stdin="why\nyes\n")
    assert (ended.code, "Determination: MEETS CRITERIA" in ended.out) == (0, True)
    assert ":- source('interview', by('Dr. Day'), on(" in target.read_text(encoding="utf-8")
    assert json.loads(run("review", str(target), "--format", "json").out)[0]["determination"] == "meets_criteria"
    assert run("interview", CONTRACEPTION, "-o", str(target)).codes == ["E107"]


def test_an_interview_is_about_one_case(run, tmp_path: Path) -> None:
    """A file about two cases is refused."""
    both = tmp_path / "both.pl"
    both.write_text(Path(MEETS).read_text(encoding="utf-8") + Path(OPEN).read_text(encoding="utf-8"), encoding="utf-8")
    assert run("interview", str(both)).codes == ["E407"]


# reports


def test_reports_as_pages_and_markdown(run) -> None:
    """Both formats name determination and citation."""
    for form in ("html", "markdown"):
        printed = run("review", OPEN, "--format", form)
        assert (printed.code, "More information needed" in printed.out, "Prior-Approval" in printed.out) == (
            0,
            True,
            True,
        )


def test_an_appeal_template_of_ones_own(run, tmp_path: Path) -> None:
    """The template's text stands in the report; one that names what there is not is an error."""
    template = tmp_path / "appeal.txt"
    template.write_text("To whom it may concern: {drug}, missing {missing}", encoding="utf-8")
    assert "To whom it may concern: selinexor" in run("review", OPEN, "--format", "html", "--appeal", str(template)).out
    template.write_text("Dear {nosuch}", encoding="utf-8")
    assert run("review", OPEN, "--format", "markdown", "--appeal", str(template)).codes == ["E110"]
    assert run("review", OPEN, "--format", "html", "--appeal", str(tmp_path / "none.txt")).codes == ["E107"]


# SQL


def test_the_duckdb_engine_answers_alike(run) -> None:
    """An open record is open there too."""
    asked = ("query", "refractory(C, A)", "--case", OPEN, "--format", "json")
    assert run(*asked, "--engine", "duckdb").out == run(*asked).out


def test_compile_prints_views(run, tmp_path: Path) -> None:
    """Each predicate is a view, after a comment with its rule; a dialect that there is not is an error."""
    rules = tmp_path / "rules.pl"
    rules.write_text("edge(a, b).\npath(X, Y) :- edge(X, Y).\n", encoding="utf-8")
    ended = run("compile", str(rules), "--dialect", "postgres")
    assert (ended.code, "path(X, Y) :- edge(X, Y)." in ended.out, 'VIEW "path"' in ended.out) == (0, True, True)
    assert run("compile", str(rules), "--dialect", "nosuch").codes == ["E502"]


def population(folder: Path, **files: str) -> str:
    """A folder with CSV files, each with its header."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


def test_batch_decides_and_review_explains(run, tmp_path: Path) -> None:
    """A population of two is decided, its summary printed, and one of its cases explained."""
    folder = tmp_path / "population"
    folder.mkdir()
    cases = population(
        folder,
        request="case,drug,kind,date\nc1,selinexor,initial,2024-09-03\nc2,selinexor,initial,2019-06-30\n",
        indication="case,condition\nc1,breast_cancer\n",
    )
    target = tmp_path / "out.parquet"
    ended = run("batch", cases, "-o", str(target), "--format", "json")
    found = json.loads(ended.out)
    assert (ended.code, found["cases"], found["determinations"], target.exists()) == (
        0,
        2,
        {"investigational": 1, "no_policy_in_force": 1},
        True,
    )
    assert "2 cases: 2 decided, 0 set aside" in run("batch", cases, "-o", str(target)).out
    assert "INVESTIGATIONAL" in run("review", "--from", cases, "c1").out


def test_batch_says_what_is_not_recognised_and_what_is_to_be_checked(run, tmp_path: Path) -> None:
    """The summary of a batch counts the names that are not recognised and what is to be checked, as text and as JSON; the review of
    such a case names them too."""
    folder = tmp_path / "population"
    folder.mkdir()
    cases = population(
        folder,
        request="case,drug,kind,date\nc1,xpovio,initial,2024-09-03\nc2,xpovio,initial,2024-09-03\n",
        prior_therapy="case,line,agent\nc1,1,velcaid\nc2,1,velcaid\nc2,1,velcade\nc2,2,xpovio\n",
        birth_date="case,date\nc1,1053-01-01\n",
    )
    target = tmp_path / "out.parquet"
    ended = run("batch", cases, "-o", str(target), "--format", "json")
    found = json.loads(ended.out)
    assert found["not_recognised"] == {"prior_therapy: velcaid": 2}
    assert found["checks"] == {"impossible: born_too_long_ago": 1, "look: given_before": 1}
    shown = run("batch", cases, "-o", str(target)).out
    assert "2 not recognised: prior_therapy: velcaid" in shown
    assert "1 to check: impossible: born_too_long_ago" in shown
    (review,) = json.loads(run("review", "--from", cases, "c1", "--format", "json").out)
    assert [each["name"] for each in review["not_recognised"]] == ["velcaid"]
    assert review["determination"] == "conflicting_evidence"


def test_a_batch_is_summed_up_in_few_words(run, tmp_path: Path) -> None:
    """One case is one case, one row is one row, and a name of thousands of letters is cut short on the terminal."""
    folder = tmp_path / "population"
    folder.mkdir()
    cases = population(
        folder,
        request="case,drug,kind,date\nc1,xpovio,initial,2024-09-03\n",
        prior_therapy=f"case,line,agent\nc1,1,{'x' * 5_000}\n,1,velcade\n",
    )
    shown = " ".join(run("batch", cases, "-o", str(tmp_path / "out.parquet")).out.split())
    assert "1 case: 1 decided, 0 set aside" in shown
    assert "1 row is about no case that has a request" in shown
    assert "1 not recognised: prior_therapy: xxx" in shown
    assert "1 set aside: no value for `case` [E401] determinations" in shown
    assert len(shown) < 1_000


def test_an_error_of_a_policy_comes_without_warnings_about_the_library(run, tmp_path: Path) -> None:
    """Whoever reviews under a policy with an error is told of the error, and not of files of the library that the policy loads."""
    policy = tmp_path / "own.pl"
    policy.write_text(
        ":- module(own, []).\n:- use_module(library(cases)).\n"
        ":- policy(own, [drug(selinexor), title('Own'), effective(2024-01-01)]).\n"
        "criterion(own, initial, 1, age, nosuch).\n",
        encoding="utf-8",
    )
    ended = run("review", "-f", str(policy), MEETS, "--format", "json")
    assert [(each["code"], each["file"]) for each in json.loads(ended.err)] == [("E201", str(policy))]
