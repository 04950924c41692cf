"""Letters beside a report: what they say, how hard they are to read, and the template for their end."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from engine.policies import Determination
from explain.report.document import Bullets, Document, Paragraph
from explain.report.letter_document import letter
from explain.report.review import Review
from explain.words.letter_phrases import PHRASES
from explain.words.letter_words import LetterWords, Reader
from explain.words.sentences import readable
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_cases
from tests.ended import ran
from tests.read_aloud import (
    BLANK,
    DENIAL,
    DOUBLED,
    INTERNAL,
    WRONG,
    faults,
    letter_faults,
    letter_sentences,
    random_reviews,
)
from tests.reading_level import grade, syllables

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "examples" / "cases").glob("*.pl"))
HIGHEST_GRADE = 8
SHARE = 60
"""Of the 1,000 random cases that `python -m tests.benchmarks.read_aloud 1000 11` reads, so many."""


@pytest.fixture(scope="module")
def space() -> Workspace:
    """The shipped policy."""
    return Workspace.open()


@pytest.fixture(scope="module")
def words(space: Workspace) -> LetterWords:
    """The words beside the shipped rule files."""
    return LetterWords.beside(space.sources.files.values())


@pytest.fixture(scope="module")
def reviews(space: Workspace) -> list[Review]:
    """The reviews of the example cases."""
    cases, errors = space.add_sound_cases(load_cases(list(map(str, CASES))))
    assert not errors
    return [review for case in cases for review in space.reviews(case)]


@pytest.fixture(scope="module")
def names(space: Workspace) -> list[str]:
    """The names of drugs and conditions."""
    goals = ("drug_class(Drug, Class)", "condition(Condition)")
    return [readable(row[0]) for goal in goals for row in space.ask(goal).true]


def test_no_sentence_speaks_in_names_brackets_or_doubled_denials(reviews: list[Review], words: LetterWords) -> None:
    """No sentence of a report or a letter about an example has a name of the program, a blank of a template or two denials, and none
    denies anything."""
    assert [each for review in reviews for each in faults(review, words)] == []


@pytest.mark.heavy
def test_no_sentence_about_a_random_case_does(space: Workspace, words: LetterWords) -> None:
    """The same of random cases."""
    assert [each for review in random_reviews(space, SHARE, 11) for each in faults(review, words)] == []


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("the case states prior_therapy", INTERNAL),
        ("see refractory(c, A)", INTERNAL),
        ("facts of birth_date/2", INTERNAL),
        ("whether [agent] is given", BLANK),
        ("not so: the disease has not progressed", DOUBLED),
        ("no drug is not recognised", DOUBLED),
        ("the request is denied", DENIAL),
    ],
)
def test_what_no_sentence_may_have_is_noticed(sentence: str, what: str) -> None:
    """The patterns find what they are for."""
    assert WRONG[what].search(sentence)


def text_of(review: Review, reader: Reader, words: LetterWords) -> str:
    """The sentences of a letter, one after the other."""
    return " ".join(letter_sentences(review, reader, words))


def sentences_of(document: Document) -> str:
    """What of a letter is measured by its reading level, a line for each paragraph and point: without headings, and without
    what is no sentence, such as a line to fill in."""
    blocks = [block for section in document.sections for block in section.blocks]
    points = [point for block in blocks if isinstance(block, Bullets) for point in block.points]
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    texts += [text for point in points for text in (point.text, *point.parts)]
    return "\n".join(text for text in texts if text.endswith((".", ":", ".)", "?")))


def test_a_letter_to_a_patient_is_of_grade_eight_at_most(
    reviews: list[Review], words: LetterWords, names: list[str]
) -> None:
    """The letters about the example cases read at school grade 8 or below, the names of drugs and conditions left aside."""
    grades = {str(each.case): grade(sentences_of(letter(each, Reader.PATIENT, words)), names) for each in reviews}
    assert len(grades) == len(CASES)
    assert {case: found for case, found in grades.items() if found > HIGHEST_GRADE} == {}


@pytest.mark.parametrize(
    ("word", "count"),
    [("drug", 1), ("table", 2), ("asked", 1), ("needed", 2), ("doses", 2), ("notes", 1), ("nation", 2), ("e", 1)],
)
def test_syllables_are_counted_by_spelling(word: str, count: int) -> None:
    """Silent endings are no syllables, and every word has one."""
    assert syllables(word) == count


def test_the_grade_is_that_of_flesch_and_kincaid() -> None:
    """Six words of one syllable in one sentence: 0.39 * 6 + 11.8 - 15.59."""
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
    assert grade("The cat sat. On the mat.") == pytest.approx(0.39 * 3 + 11.8 - 15.59)


def test_names_are_left_out_of_the_grade() -> None:
    """A name counts as no word, in whatever case, and the longer of two first."""
    assert grade("You take Multiple Myeloma drug.", ["multiple", "multiple myeloma"]) == grade("You take drug.")


def review_of(reviews: list[Review], name: str) -> Review:
    """The review of one of the cases."""
    return next(each for each in reviews if str(readable(each.case)) == name)


def test_a_letter_to_a_prescriber_says_what_would_be_enough(reviews: list[Review], words: LetterWords) -> None:
    """What is missing is a note that somebody can write."""
    text = " ".join(text_of(review_of(reviews, "rrmm second pi open"), Reader.PRESCRIBER, words).split())
    note = "A note that the disease did not respond to carfilzomib or ixazomib, or came back within 60 days."
    assert f"This would be enough, if it is so: - {note}" in text


def test_a_letter_says_which_requirement_is_not_met_and_what_the_record_shows(
    reviews: list[Review], words: LetterWords
) -> None:
    """A renewal after progression: the requirement, and the fact against it, in the second person."""
    text = " ".join(text_of(review_of(reviews, "renewal progressed"), Reader.PATIENT, words).split())
    assert "the plan asks that your illness stays the same or gets better" in text
    assert "By your record, your illness has grown worse while you took this drug." in text


def test_both_sides_of_a_conflict_are_told(reviews: list[Review], words: LetterWords) -> None:
    """A contradiction is told as two statements, each in plain words."""
    text = " ".join(text_of(review_of(reviews, "conflict"), Reader.PATIENT, words).split())
    assert "Your illness did not respond to bortezomib, or came back within 60 days." in text
    assert "Your illness responded to bortezomib, and stayed away for more than 60 days." in text


def test_what_cannot_be_is_told_with_dates_in_words(space: Workspace, words: LetterWords, tmp_path: Path) -> None:
    """A date of birth after the request is told as that, and is to be put right."""
    text = (ROOT / "examples" / "cases" / "01_rrmm_meets_criteria.pl").read_text(encoding="utf-8")
    path = tmp_path / "case.pl"
    path.write_text(text.replace("1953-04-11", "2025-03-01").replace("rrmm", "unborn"), encoding="utf-8")
    cases, _ = space.add_sound_cases(load_cases([str(path)]))
    said = " ".join(text_of(space.review(cases[0]), Reader.PATIENT, words).split())
    assert "The date of birth, 1 March 2025, lies after the request of 3 September 2024." in said
    assert "Please ask your doctor to put this right." in said


def test_letters_under_a_policy_without_words_are_sentences_too() -> None:
    """A policy that brings no words for letters has letters of its own sentences, with nothing internal in them."""
    folder = ROOT / "examples" / "policies"
    space = Workspace.open([str(folder / "evolocumab.pl")])
    own = LetterWords.beside(space.sources.files.values())
    files = sorted((folder / "cases" / "evolocumab").glob("*.pl"))
    cases, _ = space.add_sound_cases(load_cases(list(map(str, files))))
    reviews = [review for case in cases for review in space.reviews(case)]
    said = [each for review in reviews for reader in Reader for each in letter_sentences(review, reader, own)]
    assert any("falls short of it" in each for each in said)
    assert [each for review in reviews for each in letter_faults(review, own)] == []


LABS = """
:- use_module(library(cases)).
:- policy(labs, [drug(new_drug), title('Labs'), effective(2025-01-01)]).
known_agent(new_drug).
known_agent(statin).
criterion(labs, initial, 1, lab, lab_high).
:- pred lab(Case: case, Agent: agent, Day: date, Value: integer) :: 'with @(Agent) it was @(Value) on @(Day)'.
:- abducible lab/4.
:- functional lab(+, +, +, -).
:- question lab(Case, Agent, Day, Value) :: 'What was measured, and when?'.
:- pred lab_high(Case: case) :: 'the value with the statin is high'.
lab_high(Case) :- request(Case, _, _, Date), lab(Case, statin, Day, Value), Value >= 4, days_between(Day, Date, Ago), Ago >= 9.
"""


def test_a_letter_says_all_that_an_answer_has_to_be(run, tmp_path: Path) -> None:
    """What a question does not speak of, such as the drug, and values by what they are called: no letter has the fact beside it."""
    (tmp_path / "labs.pl").write_text(LABS)
    (tmp_path / "c.pl").write_text("request(c, new_drug, initial, 2025-06-10).\n")
    letter = run("review", "-f", str(tmp_path / "labs.pl"), str(tmp_path / "c.pl"), "--letter", "prescriber")
    said = " ".join(letter.out.split())
    assert "(“agent”: statin; “day”: on or before 1 June 2025; “value”: 4 or more)" in said


def test_every_determination_has_words_for_each_reader() -> None:
    """No determination is without a sentence of its own, and both readers have the same phrases."""
    first, second = (PHRASES[reader].keys() for reader in Reader)
    assert first == second
    assert {each.value for each in Determination} <= first


def test_every_requirement_of_the_shipped_policy_has_words(space: Workspace, words: LetterWords) -> None:
    """A criterion, and what it asks for, is said in words of its own to both readers, and every fact that is asked for too."""
    facts = {(pred.name, pred.arity) for pred in space.rules.declarations.questions}
    criteria = {row[0].name for row in space.ask("criterion(xpovio, _, _, _, P)").true}  # type: ignore[union-attr]
    for reader in Reader:
        assert {each for each in criteria if words.of(each, reader, "not_shown", "not_met") is None} == set()
        assert {each for each in facts if (*each, reader, "yes") not in words.entries} == set()


# --- the command ---------------------------------------------------------------------------------------------------

OPEN = str(ROOT / "examples" / "cases" / "03_rrmm_second_proteasome_inhibitor_open.pl")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Runs a command."""

    return partial(ran, capsys)


@pytest.mark.parametrize("reader", ["patient", "prescriber"])
def test_a_letter_is_written_in_the_format_of_the_file(run, tmp_path: Path, reader: str) -> None:
    """`--letter` writes text, Markdown or HTML, by the end of the file's name."""
    for suffix, start in ((".txt", "ABOUT "), (".md", "# About "), (".html", "<!DOCTYPE html>")):
        path = tmp_path / f"letter{suffix}"
        assert run("review", OPEN, "--letter", reader, "-o", str(path)).code == 0
        assert path.read_text(encoding="utf-8").startswith(start)


def test_letters_about_several_cases_stand_apart(run) -> None:
    """Two cases have two letters."""
    other = str(ROOT / "examples" / "cases" / "15_breast_cancer.pl")
    assert run("review", OPEN, other, "--letter", "patient").out.count("ABOUT YOUR REQUEST") == 2


@pytest.mark.parametrize(
    ("template", "line", "why"),
    [
        ("Dear patient,\n\n{{ phone }}\n", 3, "'phone' is undefined"),
        ("a\n{% if %}\n", 2, "Expected an expression"),
        ("a\nb\n{{ case.__class__.__mro__ }}\n", 3, "unsafe"),
        ("a\n{{ 1 / 0 }}", 2, "division by zero"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_told_at_its_line(
    run, tmp_path: Path, template: str, line: int, why: str
) -> None:
    """A name that there is not, a syntax error, a way out of the sandbox and a failing expression are diagnostics."""
    path = tmp_path / "letter.txt"
    path.write_text(template, encoding="utf-8")
    ended = run("review", OPEN, "--letter", "patient", "--letter-template", str(path))
    assert (ended.code, ended.out, ended.codes) == (1, "", ["E110"])
    assert f"{path}:{line}" in ended.err
    assert why in " ".join(ended.err.split())


def test_a_template_makes_the_end_of_a_letter(run, tmp_path: Path) -> None:
    """Headings, paragraphs and points of a template stand in the letter, with its names filled in."""
    path = tmp_path / "letter.txt"
    path.write_text("## Appeal\n\nAbout {{ drug }} for a {{ reader }}.\n\n- one\n- two\n", encoding="utf-8")
    out = run("review", OPEN, "--letter", "patient", "--letter-template", str(path)).out
    assert out.endswith("Appeal\n------\n\nAbout selinexor for a patient.\n\n- one\n- two\n")


@pytest.mark.parametrize(
    "arguments", [["--letter", "patient", "--format", "json"], ["--letter-template", "x.txt"], ["--letter", "nurse"]]
)
def test_a_letter_that_cannot_be_is_wrong_usage(run, arguments: list[str]) -> None:
    """There is no letter as JSON, none to anybody else, and no template without a letter."""
    assert run("review", OPEN, *arguments).code == 2


def test_words_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """A file of words with a fault is a diagnostic that names it."""
    for text in (
        "x = ",
        "[no_head]\n",
        '["p(Case)".nurse]\n',
        '["p(Case)".patient]\nx = "y"',
        '["p(C)".patient]\nyes = "@(D)"',
    ):
        (tmp_path / "p.letters.toml").write_text(text, encoding="utf-8")
        with pytest.raises(ProgramError, match="words of letters"):
            LetterWords.beside([tmp_path / "p.pl"])
