"""Experiments at the prompt: rules that are added, taken out, edited, supposed, saved and read again, and what is said of each."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import pytest
from rich.console import Console

from explain.repl.commands import Shell
from explain.repl.sentences import split_supposition, with_values
from explain.repl.session import Session
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError
from kb.language.terms import Atom
from tests.explain.test_repl import CASE, CASE_FILE, piped, refused, said

NOON = datetime.datetime(2026, 11, 22, 10, 15)
LAXER = "refractory_to_two_proteasome_inhibitors(C) :- refractory(C, bortezomib)"
"""With this rule the case of `CASE_FILE` meets the criteria."""
FLIP = (
    f"{CASE}: more_information_needed -> meets_criteria (diagnosis: not documented -> met, "
    "relapsed_or_refractory_multiple_myeloma: not documented -> met)"
)
NO_FLIP = "no determination of the loaded cases changes"
RULES = """\
% Who likes whom.

likes(ann, bob).
likes(bob, cy).

% Friends like each other.
friend(X, Y) :-
    likes(X, Y),
    likes(Y, X).  % both
lonely(X) :- likes(X, _), \\+ friend(X, _).
"""


@pytest.fixture(scope="module")
def policy() -> Workspace:
    """The shipped policy; tests take sessions of their own over it."""
    return Workspace.open()


@pytest.fixture
def session(policy: Workspace) -> Session:
    """A session over the shipped policy with one case, which needs information."""
    begun = Session(policy, clock=lambda: NOON)
    said(begun, f"load {CASE_FILE}")
    return begun


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A file of rules of its own."""
    path = tmp_path / "rules.pl"
    path.write_text(RULES)
    return path


def over(rules: Path) -> Session:
    """A session over a file of rules."""
    return Session(Workspace.open([rules]), clock=lambda: NOON)


def edit(session: Session, line: str, change: tuple[str, str]) -> tuple[str, str]:
    """What the editor is given by a command, and what the prompt prints when one part of that is changed to another."""
    out, given = io.StringIO(), []

    def edited(text: str) -> str:
        given.append(text)
        return text.replace(*change)

    Shell(session, Console(file=out, width=200), edited=edited).run(line)
    return given[0], out.getvalue()


# --- adding and taking out -----------------------------------------------------------------------------------------


def test_a_rule_is_added_and_what_flips_is_said(session: Session) -> None:
    """A rule counts from the next goal on, and the determinations and criteria of the loaded cases that it flips are told."""
    text = said(session, f"assert(({LAXER})).")
    assert [f"asserted: {LAXER}.", FLIP] == text.splitlines()
    assert session.ask(f"meets_criteria({CASE})").true
    listed = said(session, "listing refractory_to_two_proteasome_inhibitors.")
    assert f"{LAXER}.  % asserted at the prompt, 2026-11-22 10:15\n" in listed


@pytest.mark.parametrize("form", ["assert(({0})).", "assert {0}.", "assert({0}).", "assert ({0})."])
def test_a_rule_is_asserted_in_any_form(rules: Path, form: str) -> None:
    """Brackets around a rule may be left out, as nothing else can be meant."""
    session = over(rules)
    said(session, form.format("friend(X, Y) :- likes(X, Z), likes(Z, Y)"))
    assert session.ask("friend(ann, cy)").true


def test_nothing_flips(session: Session) -> None:
    """Where a rule changes no determination that is said too."""
    assert NO_FLIP in said(session, "assert((old_enough(C) :- sex(C, female), prior_therapy(C, 99, _))).")


def test_facts_flip_too(session: Session) -> None:
    """What a fact of a case does to it is told as for a rule, and so is what undo, redo and a closed world do."""
    assert FLIP in said(session, f"assert refractory({CASE}, carfilzomib).")
    back = FLIP.replace("more_information_needed -> meets_criteria", "meets_criteria -> more_information_needed")
    back = back.replace("not documented -> met", "met -> not documented")
    assert back in said(session, "undo.")
    assert FLIP in said(session, "redo.")
    said(session, "undo.")
    assert f"{CASE}: more_information_needed -> criteria_not_met (" in said(session, "closed_world on.")


def test_a_case_without_a_request_is_not_compared(policy: Workspace) -> None:
    """Of a case that is not ready for review nothing is said."""
    assert said(Session(policy), "assert sex(c9, male).") == "asserted: sex(c9, male).\n"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("p(X) :- q(X)", "E201 `q/1` is not defined"),
        ("p(X) :- \\+ p(X), refractory(X, _)", "E204"),
        ("p(X) :- \\+ refractory(X, bortezomib)", "E203"),
        ("age(A, B, C) :- likes(A, B, C)", "E205"),
        ("old_enough(C) :- refractory(C, bortezomip)", "E211"),
        ("old_enough(C) :- age(c, d, C)", "E206"),
        ("old_enough(C, D) :- sex(C, D)", "E202"),
        ("meets_criteria(C) :- sex(C, female)", "E215"),
        ("old_enough(C) :- sex(C, D), D = f(x)", "E105"),
        ("criterion(xpovio, initial, 1, again, old_enough)", "E215"),
    ],
)
def test_a_wrong_rule_changes_nothing(session: Session, rule: str, expected: str) -> None:
    """A rule passes every check that a program in files does: names, arity, safety, stratification, types, vocabularies and what a
    policy lists; else the program stays as it was."""
    before = session.state
    assert expected in refused(session, f"assert(({rule})).")
    assert session.state is before
    assert len(session.changes) == 1


def test_a_list_of_criteria_is_changed(session: Session) -> None:
    """A criterion that is added to what a policy lists is one that has to be met, as its rules are made of the list."""
    said(session, "assert((no_smoker(C) :- sex(C, female), prior_therapy(C, 99, _))).")
    text = said(session, "assert(criterion(xpovio, initial, 99, smoking, no_smoker)).")
    assert "smoking: no criterion -> not documented" in text
    text = said(session, "retract(criterion(xpovio, initial, N, contraception, P)).")
    assert text.startswith("retracted: criterion(xpovio, initial, ")
    assert "contraception: not applicable -> no criterion" in text
    given, text = edit(session, "edit criterion/5.", ("criterion(xpovio, initial, 99, smoking, no_smoker).\n", ""))
    assert "criterion(xpovio, initial, 1, age, old_enough)." in given
    assert text.startswith("retracted: criterion(xpovio, initial, 99, smoking, no_smoker).  asserted at the prompt")
    assert "stated already: " in said(session, "assert(criterion(xpovio, initial, 1, age, old_enough)).")


def test_a_contradiction_is_told_once(session: Session) -> None:
    """A fact that contradicts a stated one is refused with one message."""
    with pytest.raises(ProgramError) as caught:
        said(session, f"assert sex({CASE}, male).")
    assert ["E207"] == [each.code for each in caught.value.diagnostics]


def test_a_rule_is_retracted_as_it_is_written(session: Session) -> None:
    """A rule is taken out whatever its variables are called; one that is not there is told with those that are."""
    rule = "four_prior_therapies(C) :- request(C, _, _, _), at_least({0}, L, prior_therapy(C, L, _))"
    nearly = refused(session, f"retract(({rule.format(5)})).")
    assert "no rule of `four_prior_therapies/1` is written so" in nearly
    assert "kb/policies/xpovio.pl:" in nearly
    text = said(session, f"retract(({rule.format(4)})).")
    assert text.startswith("retracted: four_prior_therapies(Case) :- request(Case, _, _, _), ")
    assert f"{CASE}: " in text
    assert not session.ask(f"four_prior_therapies({CASE})").true
    assert "% retracted: four_prior_therapies(Case) :- " in said(session, "listing.")


def test_a_predicate_that_others_use_cannot_be_taken_out(rules: Path) -> None:
    """Where taking a rule out leaves a predicate undefined, the place that uses it is named."""
    session = over(rules)
    assert "E201 `friend/2` is not defined" in refused(session, "retract((friend(X, Y) :- likes(X, Y), likes(Y, X))).")
    assert session.ask("lonely(X)").true


def test_what_is_stated_has_to_stand_beside_the_changed_program(session: Session) -> None:
    """A change of the program that a stated fact does not pass is refused with what is wrong with the fact."""
    said(session, f"assert review_type({CASE}, post_service).")
    before = session.state
    assert "E403" in refused(session, "retract(listed_value(review_type, 2, post_service)).")
    assert session.state is before


def test_a_rule_is_not_added_twice(rules: Path) -> None:
    """A rule that is there already, under other variables, is said to be, with its place."""
    session = over(rules)
    text = said(session, "assert((friend(A, B) :- likes(A, B), likes(B, A))).")
    assert text.startswith("stated already: friend(X, Y) :- likes(X, Y), likes(Y, X).  ")
    assert session.changes == []


def test_undo_and_redo_go_through_rules(session: Session) -> None:
    """Every change is taken back and made again as a whole, until something else is changed."""
    said(session, f"assert(({LAXER})).", f"assert refractory({CASE}, ixazomib).")
    states = [session.state]
    for _ in range(2):
        assert said(session, "undo.").startswith("undone: assert ")
        states.append(session.state)
    assert not session.ask(f"meets_criteria({CASE})").true
    for state in reversed(states[:-1]):
        assert said(session, "redo.").startswith("made again: assert ")
        assert session.state is state
    assert said(session, "redo.") == "there is nothing to make again\n"
    said(session, "undo.", "assert sex(c9, male).")
    assert said(session, "redo.") == "there is nothing to make again\n"


def test_the_program_as_read_is_kept(session: Session) -> None:
    """Beside the program as it is there is the one that its files say, with the same facts, to be compared."""
    said(session, f"assert(({LAXER})).")
    before, after = session.before_and_after()
    assert (True, False) == tuple(bool(each.ask(f"meets_criteria({CASE})").true) for each in (after, before))
    assert before.facts == after.facts


def test_a_rule_of_one_of_two_policies(tmp_path: Path) -> None:
    """Where policies stand side by side, a rule is of the module that has its predicate, and flips that policy's review alone; a
    name that both have is refused with what to write."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.pl").write_text(
            f":- module({name}, []).\n:- use_module(library(cases)).\n:- use_module(library(policies)).\n"
            f":- use_module(library(drugs)).\n"
            f":- policy({name}, [drug(selinexor), title('{name}'), approved(2020-01-01), effective(2020-01-01)]).\n"
            f"criterion({name}, initial, 1, woman, is_woman).\n"
            ":- pred is_woman(Case: case) :: 'the patient is a woman'.\n"
            "is_woman(Case) :- sex(Case, female).\n"
            f":- pred only_{name}(Case: case) :: 'something'.\nonly_{name}(Case) :- sex(Case, male).\n"
        )
    session = Session(Workspace.open([tmp_path / "one.pl", tmp_path / "two.pl"]))
    said(session, "assert request(c1, selinexor, initial, 2024-09-03).", "assert sex(c1, male).")
    assert "E214" in refused(session, "assert((is_woman(C) :- sex(C, male))).")
    text = said(session, "assert((one:is_woman(C) :- only_one(C))).")
    assert "c1 under one: criteria_not_met -> meets_criteria (woman: not met -> met)" in text
    assert "under two" not in text


# --- supposing -----------------------------------------------------------------------------------------------------


def test_suppose_asks_and_changes_nothing(session: Session) -> None:
    """Goals, explanations and what is missing are asked for under what is supposed, and nothing is kept of it."""
    before, goal = session.state, f"meets_criteria({CASE})"
    assert said(session, f"suppose refractory({CASE}, carfilzomib): {goal}.") == "true\n"
    assert said(session, f"suppose ({LAXER}): {goal}.") == "true\n"
    assert "<supposed at the prompt, 2026-11-22 10:15>" in " ".join(
        said(session, f"suppose refractory({CASE}, carfilzomib): why refractory({CASE}, carfilzomib).").split()
    )
    assert "nothing is missing" in said(session, f"suppose ({LAXER}): missing {goal}.")
    assert "MEETS CRITERIA" in said(session, f"suppose ({LAXER}): review {CASE}.")
    assert FLIP in said(session, f"suppose refractory({CASE}, carfilzomib).")
    assert session.state is before
    assert session.ask(goal).unknown
    assert len(session.changes) == 1


def test_a_supposed_name_that_is_not_recognised_is_told(session: Session) -> None:
    """A name that states nothing is told also where it is only supposed, with what was meant perhaps."""
    told = said(session, f"suppose prior_therapy({CASE}, 9, velcaid): prior_therapy({CASE}, 9, X).")
    assert "`velcaid` is not recognised: an agent of that name is not known; did you mean `Velcade`?" in " ".join(
        told.split()
    )


def test_a_supposed_value_takes_the_place_of_the_stated_one(session: Session) -> None:
    """What a patient of another age, or another request, would come to is asked without retracting anything."""
    age = said(session, f"suppose birth_date({CASE}, 2020-01-01): why old_enough({CASE}).")
    assert "4 is not at least 18" in age
    renewal = said(
        session, f"suppose request({CASE}, selinexor, renewal, 2024-09-03), sex({CASE}, male): review {CASE}."
    )
    assert "renewal request" in renewal


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("suppose.", "`suppose` needs a fact"),
        (f"suppose refractry({CASE}, bortezomib): sex(a, B).", "did you mean `refractory`?"),
        ("suppose (p(X) :- q(X)): sex(a, B).", "E201 `q/1` is not defined"),
        (f"suppose sex({CASE}, male): assert(sex(c1, male)).", "`assert` cannot be supposed"),
        (f"suppose sex({CASE}, male): undo.", "`undo` cannot be supposed"),
        (f"suppose sex({CASE}, male): nosuch(X).", "E201 `nosuch/1`"),
    ],
)
def test_what_cannot_be_supposed(session: Session, line: str, expected: str) -> None:
    """What is wrong with a supposition, or with what is asked under it, is told, and a change is no question."""
    before = session.state
    assert expected in refused(session, line)
    assert session.state is before


def test_the_places_of_a_supposition(capsys: pytest.CaptureFixture[str]) -> None:
    """A message points to the place in what was typed, before and after the colon."""
    done = piped("suppose sex(c1, male), sexx(c1, male): sex(c1, X).\nsuppose sex(c1, male): sexx(c1, X).\n")
    assert "<standard input>:1:24: error[E201]" in done.err
    assert "<standard input>:2:24: error[E201]" in done.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p(a): q(a)", ("p(a).", 5)),
        ("p(a), -q(b): q(a)", ("p(a). -q(b).", 12)),
        ("p(a),q(b): q(a)", ("p(a). q(b).", 10)),
        ("m:p(a): m:q(a)", ("m:p(a).", 7)),
        ("p('a: b'): q", ("p('a: b').", 10)),
    ],
)
def test_where_a_supposition_ends(text: str, expected: tuple[str, int]) -> None:
    """The colon of a module's name and one in quotation marks end nothing."""
    assert expected == split_supposition(text)


# --- editing -------------------------------------------------------------------------------------------------------


def test_edit_takes_what_the_editor_leaves(rules: Path) -> None:
    """The clauses come as they are written; what is left takes their place, and what stayed keeps its place in the file."""
    session = over(rules)
    given, text = edit(session, "edit likes/2.", ("likes(bob, cy).", "likes(bob, ann)."))
    assert given == "likes(ann, bob).\nlikes(bob, cy).\n"
    assert text.startswith(f"retracted: likes(bob, cy).  {rules}:4\nasserted: likes(bob, ann).\n")
    assert session.ask("friend(ann, bob)").true
    assert f"likes(ann, bob).  % {rules}:3" in said(session, "listing likes.")
    given, _ = edit(session, "edit friend.", ("", ""))
    assert given == "friend(X, Y) :-\n    likes(X, Y),\n    likes(Y, X).\n"


def test_an_edit_that_changes_nothing_is_no_change(rules: Path) -> None:
    """What is left as it was leaves nothing to undo."""
    session = over(rules)
    assert "nothing was changed\n" == edit(session, "edit friend/2.", ("", ""))[1]
    assert session.changes == []


def test_an_edit_with_an_error_is_offered_again(rules: Path) -> None:
    """The program stays as it was, the message quotes the text of the editor, and the same text is opened next time."""
    session = over(rules)
    drafts: list[str] = []
    shell = Shell(
        session, Console(file=io.StringIO()), edited=lambda text: drafts.append(text) or "friend(X, Y) :- lik(X, Y).\n"
    )
    for _ in range(2):
        with pytest.raises(ProgramError) as caught:
            shell.run("edit friend/2.")
    (wrong,) = (each for each in caught.value.diagnostics if each.is_error)
    assert ("E201", "<edited>", 1, 17) == (wrong.code, wrong.span.file, wrong.span.line, wrong.span.column)
    assert caught.value.sources is not None
    assert "friend(X, Y) :- lik(X, Y)." == caught.value.sources.line(wrong.span)
    assert "friend(X, Y) :- lik(X, Y).\n" == drafts[1]
    assert session.changes == []


def test_what_cannot_be_edited(session: Session) -> None:
    """Without a terminal, and of what is made of a policy's lists, there is a message that says what to do."""
    assert "there is no terminal to edit at" in refused(session, "edit old_enough/1.")
    assert "did you mean `old_enough`?" in refused(session, "edit old_enoug/1.")
    with pytest.raises(ProgramError, match="concluded from what the policy lists"):
        edit(session, "edit meets_criteria/1.", ("", ""))


# --- files ---------------------------------------------------------------------------------------------------------


def test_make_reads_what_has_changed(rules: Path) -> None:
    """Files with other contents are read again; rules and facts that were typed stay."""
    session = over(rules)
    assert said(session, "make.") == "no file that was read has changed\n"
    said(session, "assert((friend(X, X) :- likes(X, _))).", "assert likes(cy, ann).")
    rules.write_text(RULES.replace("likes(bob, cy).", "likes(bob, ann)."))
    assert said(session, "make.") == f"read again: {rules}\n"
    assert session.ask("friend(ann, bob)").true
    assert session.ask("friend(bob, bob)").true
    assert session.ask("likes(cy, ann)").true
    said(session, "undo.")
    assert not session.ask("friend(ann, bob)").true


def test_make_forgets_what_the_file_has_by_now(rules: Path) -> None:
    """A rule that was tried at the prompt and then written into the file, and one that was taken out of both, are no changes any
    more."""
    session, new = over(rules), "friend(X, X) :- likes(X, _).\n"
    said(session, f"assert(({new.removesuffix('.' + chr(10))})).", "retract(likes(bob, cy)).")
    rules.write_text(RULES.replace("likes(bob, cy).\n", "") + new)
    said(session, "make.")
    assert "nothing was changed" in refused(session, f"save '{rules}.new'.")
    assert said(session, "listing friend.").count("friend(X, X)") == 1
    assert not session.ask("likes(bob, cy)").true


def test_make_keeps_the_old_program_where_the_new_one_has_errors(rules: Path) -> None:
    """The message quotes the file as it is now, and everything stays as it was."""
    session = over(rules)
    before = session.state
    rules.write_text("\n" + RULES.replace("likes(Y, X)", "like(Y, X)"))
    with pytest.raises(ProgramError) as caught:
        said(session, "make.")
    (wrong,) = (each for each in caught.value.diagnostics if each.is_error)
    assert ("E201", 10) == (wrong.code, wrong.span.line)
    assert caught.value.sources is not None
    assert "    like(Y, X).  % both" == caught.value.sources.line(wrong.span)
    assert session.state is before
    rules.unlink()
    assert "E107" in refused(session, "make.")
    assert session.state is before


def test_make_reads_case_files_again(policy: Workspace, tmp_path: Path) -> None:
    """A case file that has changed takes the place of what it stated; what flips is told, and typed facts stay."""
    path = tmp_path / "case.pl"
    path.write_text(Path(CASE_FILE).read_text())
    session = Session(policy)
    said(session, f"load '{path}'.", "assert sex(c9, male).")
    path.write_text(path.read_text() + f"refractory({CASE}, carfilzomib).\n")
    assert [f"read again: {path}", FLIP] == said(session, "make.").splitlines()
    assert session.ask("sex(c9, male)").true
    path.write_text(path.read_text() + f"refractry({CASE}, carfilzomib).\n")
    assert "did you mean `refractory`?" in refused(session, "make.")
    assert session.ask(f"meets_criteria({CASE})").true


def test_facts_are_saved_with_their_sources(session: Session, tmp_path: Path) -> None:
    """A case file is written that says the same, each fact below where it comes from."""
    said(session, f"assert refractory({CASE}, carfilzomib).")
    path = tmp_path / "new.pl"
    assert said(session, f"save '{path}'.") == f"written: {path}, 32 facts\n"
    text = path.read_text()
    assert f":- source('{CASE_FILE}').\nrequest({CASE}," in text
    assert f":- source('asserted at the prompt, 2026-11-22 10:15').\nrefractory({CASE}, carfilzomib)." in text
    done = piped(f"review {CASE}.", "--case", str(path))
    assert "MEETS CRITERIA" in done.out
    assert "it is there already" in refused(session, f"save '{path}'.")
    assert text == path.read_text()


def test_a_changed_program_is_saved_as_a_file_that_loads(session: Session, tmp_path: Path) -> None:
    """The policy's file is written with the changes in it, all else as it was, and says what the session says."""
    rule = "four_prior_therapies(C) :- request(C, _, _, _), at_least({0}, L, prior_therapy(C, L, _))"
    said(session, f"retract(({rule.format(4)})).", f"assert(({rule.format(6)})).")
    path = tmp_path / "new.pl"
    assert said(session, f"save '{path}'.") == f"written: {path}, kb/policies/xpovio.pl with what was changed\n"
    old, new = Path("kb/policies/xpovio.pl").read_text().splitlines(), path.read_text().splitlines()
    assert [f"{rule.format(6)}."] == [line for line in new if line not in old]
    assert abs(len(old) - len(new)) < 4
    assert new.index(f"{rule.format(6)}.") < len(new) - 10
    done = piped("meets_criteria(C).\n", "-f", str(path), "--case", "examples/cases/01_rrmm_meets_criteria.pl")
    assert (0, "") == (done.code, done.err)
    assert "rrmm  not documented" in done.out


def test_facts_and_a_changed_program_are_two_files(session: Session, tmp_path: Path) -> None:
    """Facts that were typed and rules cannot stand in one file, so both names are told; none is written if one is there."""
    said(session, f"assert(({LAXER})).", f"assert refractory({CASE}, ixazomib).")
    blocked = tmp_path / "b_rules.pl"
    blocked.write_text("")
    assert "it is there already" in refused(session, f"save '{tmp_path}/b.pl'.")
    assert not (tmp_path / "b.pl").exists()
    text = said(session, f"save '{tmp_path}/new.pl'.")
    assert [
        f"written: {tmp_path}/new.pl, 32 facts",
        f"written: {tmp_path}/new_rules.pl, kb/policies/xpovio.pl with what was changed",
    ] == text.splitlines()


def test_what_cannot_be_saved(policy: Workspace, session: Session, tmp_path: Path) -> None:
    """Nothing, and what was taken out of a file of the library, are told and not written."""
    assert "nothing is stated, and nothing was changed" in refused(Session(policy), f"save '{tmp_path}/new.pl'.")
    said(session, "retract(drug_class(bortezomib, proteasome_inhibitor)).")
    assert "was taken out of `kb/library/drugs.pl`" in refused(session, f"save '{tmp_path}/new.pl'.")
    assert "E502" in refused(session, "save.")
    assert [] == list(tmp_path.iterdir())


# --- asking --------------------------------------------------------------------------------------------------------


def test_last_values(session: Session) -> None:
    """`$X` stands for the last value that was shown for X, and it is an error if there is none."""
    said(session, "drug_class(X, proteasome_inhibitor).")
    assert {"X": Atom("ixazomib")} == session.values
    assert "ninlaro" in said(session, "brand(B, $X).")
    assert said(session, "brand($B, $X).") == "true\n"
    assert "there is no last value of `Y`" in refused(session, "brand($Y, $X).")
    assert "p('$X', ixazomib, \"$X\")." == with_values("p('$X', $X, \"$X\").", session.values)


def test_time_tells_the_engine(session: Session) -> None:
    """A goal is answered, and how long that took and what answered are told."""
    *answer, told = said(session, "time drug_class(X, proteasome_inhibitor).").splitlines()
    assert ["X", "bortezomib", "carfilzomib", "ixazomib"] == [line.strip() for line in answer]
    seconds, of, engine = told.partition(" s with ")
    assert (True, " s with ", "tabling") == (0 <= float(seconds) < 20, of, engine)
    assert "E502" in refused(session, "time.")


def test_a_fact_that_is_typed_as_a_goal_can_be_stated() -> None:
    """In a pipe it is said how a fact that is not known is stated; not after `?-`, not of what holds or cannot be stated."""
    lines = (
        "birth_date(c, 2000-01-01).",
        "?- sex(c, male).",
        "sex(c, X).",
        "brand(a, bortezomib).",
        "assert(sex(c, male)).",
        "sex(c, male).",
        "sex(c, female).",
    )
    done = piped("\n".join(lines) + "\n")
    assert ["not known; `assert(birth_date(c, 2000-01-01)).` states it"] == [
        line for line in done.out.splitlines() if line.startswith("not known")
    ]


def test_pasted_facts_are_offered_at_a_terminal(policy: Workspace) -> None:
    """Of several facts that are typed at once and not known it is asked whether they are to be stated; it is one change."""
    from explain.repl import prompt

    session, asked = Session(policy), list[str]()
    shell = Shell(session, Console(file=io.StringIO()))
    facts = "birth_date(c, 2000-01-01).\nsex(c, male).\n"

    def agrees(question: str) -> bool:
        asked.append(question)
        return len(asked) > 1

    prompt._answer(shell, session, facts, agrees)
    assert () == session.facts
    prompt._answer(shell, session, "sex(c, male).", agrees)
    prompt._answer(shell, session, facts, agrees)
    assert ["These 2 facts are not known. State them?"] * 2 == asked
    assert 2 == len(session.facts)
    assert 1 == len(session.changes)


def test_a_question_leaves_the_state_as_it_was(session: Session) -> None:
    """Nothing that asks makes another state, or a change to take back."""
    before = session.state
    for line in (
        "drug_class(X, Y).",
        "why.",
        "whynot sex(c1, male).",
        "review.",
        "time sex(C, X).",
        "listing.",
        "cases.",
    ):
        said(session, line)
    assert session.state is before
