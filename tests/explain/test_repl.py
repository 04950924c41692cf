"""The prompt: its parts one by one, and in a pipe."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console

from engine.backends.joins import Join
from engine.backends.tabling import TablingBackend, TablingSession
from engine.knowledge import Rules
from explain.cli.entry import main
from explain.repl import prompt as repl
from explain.repl.commands import Shell
from explain.repl.completion import Names
from explain.repl.sentences import Command, Goal, is_complete, parse, read, sentences
from explain.repl.session import Session
from explain.repl.terminal import PromptCompleter
from explain.repl.verbs import COMMANDS, TOPICS, Leave
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_cases, load_text
from kb.language.terms import Atom
from tests.ended import Ended

ROOT = Path(__file__).resolve().parents[2]
CASE_FILE = "examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl"
CASE = "rrmm_second_pi_open"
NOON = datetime.datetime(2026, 11, 22, 10, 15)
ENDLESS = "n(0).\nn(X) :- n(Y), X is Y + 1.\ns(1).\ns(Z) :- s(X), s(Y), Z is X + Y.\nedge(a, b).\nedge(b, c).\npath(X, Y) :- edge(X, Y).\npath(X, Z) :- edge(X, Y), path(Y, Z).\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule file in which `n(X)` has no end."""
    path = tmp_path / "rules.pl"
    path.write_text(ENDLESS)
    return path


@pytest.fixture(scope="module")
def policy() -> Workspace:
    """The shipped policy; tests take sessions of their own over it."""
    return Workspace.open()


@pytest.fixture
def session(policy: Workspace) -> Session:
    """A session over the shipped policy at a fixed time."""
    return Session(policy.stating(()), clock=lambda: NOON)


def piped(text: str | bytes, *arguments: str) -> Ended:
    """Runs `priorlog` in this process, with a text on its standard input."""
    given = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr("sys.stdin", io.TextIOWrapper(given, "utf-8"))
        patch.chdir(ROOT)
        try:
            code = main(arguments)
        except SystemExit as stop:  # wrong usage
            code = int(stop.code or 0)
        out.flush(), err.flush()
    return Ended(code, *(each.buffer.getvalue().decode() for each in (out, err)))


def shell_over(session: Session) -> tuple[Shell, io.StringIO]:
    """A shell that prints into a text."""
    out = io.StringIO()
    return Shell(session, Console(file=out, width=200)), out


def said(session: Session, *lines: str) -> str:
    """What some sentences print."""
    shell, out = shell_over(session)
    for line in lines:
        shell.run(line)
    return out.getvalue()


def refused(session: Session, line: str) -> str:
    """The messages and suggestions of the errors in a sentence."""
    with pytest.raises(ProgramError) as caught:
        said(session, line)
    return "\n".join(
        f"{each.code} {each.message} {' '.join(each.notes)} {each.suggestion}" for each in caught.value.diagnostics
    )


# --- sentences ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p(X). q.", ["p(X).", "q."]),
        ("p(X,\n  Y).", ["p(X,\n  Y)."]),
        ("?- p('a. b', \"c. d\").", ["?- p('a. b', \"c. d\")."]),
        ("p(2024-07-01). q(1.5).", ["p(2024-07-01).", "q(1.5)."]),
        ("% nothing. here\np. /* nor. here */ q.", ["p.", "q."]),
        ("review c1\nundo\n", ["review c1", "undo"]),
        ("why p(X),\n    q(X)\nundo.", ["why p(X),\n    q(X)", "undo."]),
        ("load a/b.pl. review.", ["load a/b.pl.", "review."]),
        ("load 'a. b.pl'\nq.", ["load 'a. b.pl'", "q."]),
        ("X =.. Y. q.", ["X =.. Y.", "q."]),
        ("p('abc.\nq.", ["p('abc.", "q."]),
        ("p(X)", ["p(X)"]),
        ("  \n % only a comment", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """A full stop ends a sentence where it ends one for the language, and a word command also ends with its line."""
    assert expected == [each.text for each in sentences(text)]


def test_sentences_know_their_place() -> None:
    """Each sentence of a pipe carries the line and column that messages name."""
    lines = ["p. q(X,\n", "  Y). % c\n", "\n", "   undo\n"]
    assert [(each.text, each.line, each.column) for each in read(lines)] == [
        ("p.", 1, 1),
        ("q(X,\n  Y).", 1, 4),
        ("undo", 4, 4),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p(X)", False),
        ("p(X).", True),
        ("why p(X", False),
        ("why p(X)", True),
        ("p(X,", False),
        ("p('it", True),
        ("", True),
        ("p. q", False),
    ],
)
def test_complete_text(text: str, expected: bool) -> None:
    """Enter sends what ends with a full stop, a whole word command, and what no further line could mend."""
    assert expected is is_complete(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assert(p(a)).", Command("assert", "p(a)", 7)),
        ("assert p(a).", Command("assert", "p(a)", 7)),
        ("why(p(X), q(X)).", Command("why", "p(X), q(X)", 4)),
        ("retract -p(a)", Command("retract", "-p(a)", 8)),
        ("load a/b.pl.", Command("load", "a/b.pl", 5)),
        ("review.", Command("review")),
        ("quit", Command("halt")),
        ("?- review.", Goal("?- review.")),
        ("review = X.", Goal("review = X.")),
        ("review(X), p.", Goal("review(X), p.")),
        ("p(X).", Goal("p(X).")),
    ],
)
def test_commands_and_goals(text: str, expected: Command | Goal) -> None:
    """Commands are written as predicates or as words; what is built like a goal is a goal."""
    assert expected == parse(text, lambda name, arity: False)


def test_a_defined_predicate_goes_before_a_command() -> None:
    """A program that defines `review/1` can be asked about it, and the word form still reviews."""
    asked = [parse(text, lambda name, arity: (name, arity) == ("review", 1)) for text in ("review(X).", "review c1.")]
    assert [Goal("review(X)."), Command("review", "c1", 7)] == asked


# --- stating facts -----------------------------------------------------------------------------------------------


def test_facts_of_a_case_come_in_any_order(session: Session) -> None:
    """A reviewer states facts one by one, and nothing asks for the request until the review."""
    said(session, "assert birth_date(c9, 1950-01-01).", "assert refractory(c9, bortezomib).")
    assert session.ask("refractory(c9, bortezomib)").true
    assert "E401 the case `c9` has no request" in refused(session, "review c9.")
    assert "Review of case c9" in said(session, "assert request(c9, selinexor, initial, 2024-09-03).", "review c9.")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (
            "review_type(c1, post_servic)",
            "E403 `post_servic` is not a listed type of `review_type/2` there are `pre_service`, `post_service` did you mean `post_service`?",
        ),
        ("birth_date(c1, 1950)", "E206"),
        ("birth_date(c1, 1951-01-01)", "E207"),
        ("request(c1, selinexor, renewal, 2024-09-04)", "E402"),
        ("refractory(c1)", "E202"),
        ("refractry(c1, bortezomib)", "did you mean `refractory`?"),
        ("refractory(C, bortezomib)", "E203"),
        ("-drug_class(bortezomib, proteasome_inhibitor)", "E404"),
        ("complete(c1, request)", "E208"),
        ("age(c1, c1, c1)", "E205"),
        ("refractory(c1, f(x))", "E105"),
        ("(p(X) :- q(X))", "E201 `q/1` is not defined"),
        (":- abducible p/1", "only facts and rules can be asserted"),
    ],
)
def test_assert_is_checked(session: Session, fact: str, expected: str) -> None:
    """A fact that a case file could not state is refused with the reason, and nothing changes."""
    said(session, "assert request(c1, selinexor, initial, 2024-09-03).", "assert birth_date(c1, 1950-01-01).")
    before = session.facts
    assert expected in refused(session, f"assert({fact}).")
    assert before == session.facts


def test_a_second_value_is_told_once() -> None:
    """Where a decimal is declared, an integer is one: there is one error, and not another with the numbers as they are written."""
    scores = "assert calcium_score(c1, 100).\nassert calcium_score(c1, 300).\n"
    ended = piped(
        f"assert request(c1, evolocumab, initial, 2025-06-01).\n{scores}", "-f", "examples/policies/evolocumab.pl"
    )
    assert ended.err.count("E207") == 1


def test_a_stated_fact_is_not_stated_twice(session: Session) -> None:
    """Asserting what is stated says so, and there is nothing to undo."""
    said(session, "assert refractory(c1, bortezomib).")
    assert "stated already: refractory(c1, bortezomib)." in said(session, "assert refractory(c1, bortezomib).")
    assert len(session.changes) == 1


def test_a_review_takes_the_program_as_it_is(session: Session) -> None:
    """An asserted fact of the policy's own predicates counts for goals and reviews alike, and the review says that the program was
    changed; that a case meets the criteria cannot be asserted, as it is concluded from what the policy lists."""
    said(session, f"load {CASE_FILE}")
    assert "changed at the prompt" not in said(session, "review.")
    assert "E215" in refused(session, f"assert meets_criteria({CASE}).")
    said(session, "assert drug_class(lenalidomide, proteasome_inhibitor).")
    assert session.ask(f"meets_criteria({CASE})").true
    report = said(session, "review.")
    assert "MEETS CRITERIA" in report
    assert "the program is not as it was read of its files" in report


def test_retract(session: Session) -> None:
    """One stated fact is retracted, or one of the program; several, none and derived ones are refused with the reason."""
    said(session, f"load {CASE_FILE}")
    assert f"retracted: birth_date({CASE}, 1953-04-11).  {CASE_FILE}:5" in said(
        session, f"retract birth_date({CASE}, _)."
    )
    assert "5 facts match" in refused(session, f"retract(refractory({CASE}, X)).")
    assert "facts match `drug_class(D, proteasome_inhibitor)`" in refused(
        session, "retract drug_class(D, proteasome_inhibitor)."
    )
    assert "retracted: drug_class(bortezomib, proteasome_inhibitor).  kb/library/drugs.pl:" in said(
        session, "retract drug_class(bortezomib, C)."
    )
    assert not session.ask("drug_class(bortezomib, proteasome_inhibitor)").true
    said(session, f"assert progression({CASE}, 9, 2020-01-01).", f"assert last_dose({CASE}, 9, 2020-01-01).")
    said(session, f"assert prior_therapy({CASE}, 9, thalidomide).")
    why_not = refused(session, f"retract refractory({CASE}, thalidomide).")
    assert "rules conclude it from what is stated:" in why_not
    assert f"prior_therapy({CASE}, 9, thalidomide).  asserted at the prompt" in why_not
    assert "E201" in refused(session, "retract nosuch(a).")


def test_retract_under_another_name(session: Session) -> None:
    """Of a fact that is stated under another name, that is what is said; as it is stated, it is retracted, also if its name is
    not recognised."""
    said(session, "assert refractory(c, velcade).", "assert prophylaxis(c, zofrann).")
    why_not = refused(session, "retract refractory(c, bortezomib).")
    assert "E502 `refractory(c, bortezomib)` is stated under another name refractory(c, velcade)." in why_not
    assert "retracted: refractory(c, velcade)." in said(session, "retract refractory(c, velcade).")
    assert "retracted: prophylaxis(c, zofrann)." in said(session, "retract prophylaxis(c, zofrann).")


def test_retract_of_what_is_not_so(session: Session) -> None:
    """Of a fact that is neither stated nor concluded no rule is blamed, though there are rules for its predicate; a fact that
    is stated and close to it is named."""
    said(session, "assert prior_therapy(c, 1, bortezomib).")
    for line in ("refractory(c, carfilzomib)", "refractory(c2, bortezomib)", "refractory(c2, X)", "meets_criteria(c)"):
        assert "rules conclude it" not in refused(session, f"retract {line}.")
    assert "did you mean `prior_therapy(c, 1, bortezomib)`?" in refused(
        session, "retract prior_therapy(c, 2, bortezomib)."
    )
    assert "E502 `requested_drug(c, selinexor)` is not stated" in refused(
        session, "retract requested_drug(c, selinexor)."
    )


@pytest.mark.parametrize(
    "line",
    [
        "assert review_type(c, post_servic).",
        "assert refractory(c, carfilzomib).",
        "review c.",
        "load nosuch.pl",
        "retract sex(c, male).",
    ],
)
def test_a_warning_is_told_once(line: str) -> None:
    """What is doubtful about a fact is told when it is stated, and not again under what is wrong later."""
    ended = piped(f"assert indication(c, mutiple_myeloma).\nassert prior_therapy(c, 1, bortezomib).\n{line}\n")
    assert 1 == (ended.out + ended.err).count("`mutiple_myeloma` is not recognised")


def test_undo_takes_back_each_change(session: Session) -> None:
    """Undo goes back through load, assert, retract and closed_world, and says what each was."""
    changes = (
        f"load {CASE_FILE}",
        f"assert refractory({CASE}, carfilzomib).",
        f"retract sex({CASE}, female).",
        "closed_world on.",
    )
    states = []
    for change in changes:
        states.append((session.facts, session.workspace.closed_world))
        said(session, change)
    undone = (
        "closed_world on",
        f"retract sex({CASE}, female).",
        f"assert refractory({CASE}, carfilzomib).",
        f"load {CASE_FILE}",
    )
    for what, state in zip(undone, reversed(states), strict=True):
        assert f"undone: {what}\n" in said(session, "undo.")
        assert state == (session.facts, session.workspace.closed_world)
    assert said(session, "undo.") == "there is nothing to undo\n"


def test_loading_again_takes_the_place_of_before(session: Session, tmp_path: Path) -> None:
    """A case file that has been mended is loaded again without two versions of its facts."""
    path = tmp_path / "case.pl"
    path.write_text("request(c1, selinexor, initial, 2024-09-03).\nbirth_date(c1, 1950-01-01).\n")
    assert f"loaded {path}: 2 facts about c1\n" == said(session, f"load '{path}'.")
    path.write_text("request(c1, selinexor, initial, 2024-09-03).\nbirth_date(c1, 1951-01-01).\n")
    again = (
        f"loaded {path}: 2 facts about c1, in place of 2 from before\nno determination of the loaded cases changes\n"
    )
    assert again == said(session, f"load {path}")
    assert len(session.facts) == 2


@pytest.mark.parametrize("other", ["../case.pl", "link.pl", "{}/case.pl", "{}/here/../case.pl"])
def test_a_file_is_loaded_again_under_any_name(
    policy: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """A file that is loaded under another name, also one that the session began with, takes the place of before."""
    Path(tmp_path, "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("../case.pl").write_text("request(c1, selinexor, initial, 2024-09-03).\nrefractory(c1, bortezomib).\n")
    Path("link.pl").symlink_to("../case.pl")
    workspace = policy.stating(())
    workspace.add_cases(load_cases(["../case.pl"]))
    session = Session(workspace)
    assert "2 facts about c1, in place of 2 from before" in said(session, f"load {other.format(tmp_path)}")
    assert 2 == len(session.facts)


@pytest.mark.parametrize("name", ["none.pl", "~no_such_user/none.pl", "~/none.pl", "~a\0b", "x" * 300])
def test_a_file_that_is_not_there_is_said(session: Session, name: str) -> None:
    """A file that cannot be read is a diagnostic, also in the folder of a user that there is not."""
    assert "E107" in refused(session, f"load {name}")


def test_a_fact_of_a_rule_file_that_is_loaded_too_is_cited_once(rules: Path) -> None:
    """The place of a fact is named once, also where the file was read as rules before."""
    rules.write_text("p(a).\n")
    done = piped(f"load '{rules}'.\nwhy p(a).\n", "-f", str(rules))
    assert 1 == done.out.count(f"{rules.name}:1>")


def test_a_file_with_an_error_adds_nothing(session: Session, tmp_path: Path) -> None:
    """Loading is all or nothing, also where a file contradicts what is stated already."""
    path = tmp_path / "case.pl"
    path.write_text("sex(c1, female).\nbirth_date(c1, 1951-01-01).\n")
    said(session, "assert birth_date(c1, 1950-01-01).")
    assert "E207" in refused(session, f"load {path}")
    assert "E107" in refused(session, "load nosuch.pl")
    assert "E107" in refused(session, f"load {tmp_path}")
    assert len(session.facts) == 1


def test_facts_of_a_plain_program(rules: Path) -> None:
    """A program without cases takes facts of its own predicates, asserted or from a file."""
    more = rules.with_name("more.pl")
    more.write_text("edge(c, d).\n")
    session = Session(Workspace.open([rules]))
    said(session, f"load {more}", "assert edge(d, e).")
    assert session.ask("path(a, e)").true
    assert "E201" in refused(session, "assert nosuch(a).")


def test_closed_world(session: Session) -> None:
    """With a closed world what is not stated is false, and off again it is not documented."""
    goal = "?- refractory(c1, carfilzomib)."
    said(session, "assert sex(c1, male).")
    expected = "closed world is on: every record is taken to be complete\nfalse\nclosed world is off\nunknown: not documented\n"
    assert expected == said(session, "closed_world on.", goal, "closed_world off.", goal)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13, 21])
def test_an_interrupted_question_leaves_nothing_behind(
    rules: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """After an interruption at any point of a question, the same knowledge base answers as if it had not been asked."""
    session = Session(Workspace.open([rules]))
    kb, left = session.workspace.kb, [steps]

    def interrupted(original: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return original(*args, **named)

        return step

    with monkeypatch.context() as patch:
        for kind, name in (
            (TablingBackend, "_plain"),
            (TablingBackend, "_recursive"),
            (TablingSession, "_worked_out"),
            (TablingSession, "_evaluate"),
            (Join, "find"),
        ):
            patch.setattr(kind, name, interrupted(getattr(kind, name)))
        with suppress(KeyboardInterrupt):
            session.ask("path(a, X)")
    assert [(Atom("b"),), (Atom("c"),)] == list(session.ask("path(a, X)").true)
    assert session.workspace.kb is kb


def test_an_endless_question_leaves_nothing_behind(rules: Path) -> None:
    """After a question that was given up, the same knowledge base answers others as before."""
    session = Session(Workspace.open([rules], max_steps=20_000))
    kb = session.workspace.kb
    assert "E501" in refused(session, "n(X).")
    assert [(Atom("b"),), (Atom("c"),)] == list(session.ask("path(a, X)").true)
    assert session.workspace.kb is kb


# --- what is printed ---------------------------------------------------------------------------------------------


def test_why_names_who_asserted_a_fact_and_when(session: Session) -> None:
    """The evidence of an asserted fact in a proof is the prompt and the time."""
    said(session, "assert refractory(c1, bortezomib).")
    assert "<asserted at the prompt, 2026-11-22 10:15>" in said(session, "why refractory(c1, bortezomib).")


def with_examples(session: Session) -> Session:
    """The session with a case that meets the criteria and one that needs information."""
    for name in ("01_rrmm_meets_criteria", "03_rrmm_second_proteasome_inhibitor_open"):
        said(session, f"load '{ROOT}/examples/cases/{name}.pl'.")
    return session


def test_why_all_shows_every_proof_and_says_that_there_are_more(session: Session) -> None:
    """`--all` and `--limit` are those of the command line."""
    asked = with_examples(session)
    goal = "why relapsed_or_refractory_myeloma(rrmm)"
    every = said(asked, f"{goal} --all.")
    assert every.count("the myeloma is relapsed or refractory") > 1
    assert "more proofs" not in every
    two = said(asked, f"{goal} --all --limit 2.")
    assert two.count("the myeloma is relapsed or refractory") == 2
    assert "there are more proofs than these 2: `--limit N` shows N" in two


def test_whynot_all_opens_every_alternative(session: Session) -> None:
    """Without it the nearest alternative is opened and the others are one line each."""
    goal = "whynot meets_criteria(rrmm_second_pi_open)"
    nearest, every = (said(with_examples(session), f"{goal}{option}.") for option in ("", " --all"))
    in_one_line = re.compile(r"by the rule at kb/policies/xpovio.pl:\d+: not so")
    assert [True, False] == [bool(in_one_line.search(text)) for text in (nearest, every)]
    assert len(every.splitlines()) > len(nearest.splitlines())


def test_why_rather_than_at_the_prompt(session: Session) -> None:
    """It names the facts that differ, as many as are asked for, and keeps to what can be contrasted."""
    goal = "why meets_criteria(rrmm) rather than meets_criteria(rrmm_second_pi_open)"
    both, one = (said(with_examples(session), f"{goal}{option}.") for option in ("", " --limit 1"))
    assert "also documented: the disease is refractory to ixazomib" in both
    assert "there are more than these" not in both
    assert "also documented: the disease is refractory to ixazomib" not in one
    assert "there are more than these: `--limit N` shows N of each" in one
    assert "brand(velcade, bortezomib) holds too" in said(
        session, "why meets_criteria(rrmm) rather than brand(velcade, bortezomib)."
    )
    assert "`whynot` says why" in said(session, "why brand(k, bortezomib) rather than brand(velcade, bortezomib).")
    assert "E201" in refused(session, "why brand(k, bortezomib) rather than brandd(velcade, bortezomib).")


def test_missing_takes_a_limit(session: Session) -> None:
    """So many ways are shown, and that there are more."""
    said(session, "assert request(c9, selinexor, initial, 2024-09-03).")
    one = said(session, "missing contraception_settled(c9) --limit 1.")
    assert "There are more than these 1" in one
    assert "There are more" not in said(session, "missing --limit 40.")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("whynot brand(a, b) --limit 2.", "`whynot` takes `--all`"),
        ("missing brand(a, b) --all.", "`missing` takes `--limit 20`"),
        ("why brand(a, b) --limit 0.", "`why` takes `--all` and `--limit 20`"),
        ("why brand(a, b) --every.", "`why` takes `--all` and `--limit 20`"),
    ],
)
def test_options_that_a_command_does_not_have(session: Session, line: str, told: str) -> None:
    """They are refused, with those that it has."""
    assert told in refused(session, line)


@pytest.mark.parametrize(
    ("topic", "option"), [("why", "--limit"), ("why", "rather than"), ("whynot", "--all"), ("missing", "--limit")]
)
def test_help_names_the_options(session: Session, topic: str, option: str) -> None:
    """What a command takes is in its help."""
    assert option in said(session, f"help {topic}.")


def test_why_alone_explains_the_last_goal(session: Session) -> None:
    """After an answer, `why.` is enough."""
    assert "there is no goal to explain yet" in refused(session, "why.")
    assert "bortezomib belongs to the class" in said(session, "drug_class(bortezomib, X).", "why.")


def test_sources_come_with_a_file_that_is_loaded(session: Session, tmp_path: Path) -> None:
    """What a loaded file says of where its facts come from is in explanations, listings and remarks."""
    (tmp_path / "c.pl").write_text(
        ":- source('note, page 3', by('Bo')).\nrefractory(c1, bortezomib).\n", encoding="utf-8"
    )
    place = f"note, page 3; Bo ({tmp_path}/c.pl:2)"
    said(session, f"load '{tmp_path}/c.pl'.")
    assert f"<{place}>" in " ".join(said(session, "why refractory(c1, bortezomib).").split())
    assert f"refractory(c1, bortezomib).  % {place}\n" in said(session, "listing refractory/2.")
    assert f"stated already: refractory(c1, bortezomib).  {place}\n" == said(
        session, "assert refractory(c1, bortezomib)."
    )


def test_a_program_without_cases_loads_facts_with_sources(tmp_path: Path) -> None:
    """Facts for any program may be loaded with their sources."""
    program = load_text("p(a).")
    session = Session(Workspace(program, Rules.of(program.program)))
    (tmp_path / "f.pl").write_text(":- source('register').\np(b).\n", encoding="utf-8")
    assert f"loaded {tmp_path}/f.pl: 1 fact\n" == said(session, f"load '{tmp_path}/f.pl'.")
    assert f"register ({tmp_path}/f.pl:2)" in " ".join(said(session, "why p(b).").split())


def test_listing_shows_source_and_place(session: Session) -> None:
    """A listing has declarations, rules and facts as they are written, each with its file and line."""
    said(session, f"load {CASE_FILE}", "assert refractory(c1, bortezomib).")
    lines = said(session, "listing refractory/2.").splitlines()
    assert lines[0].startswith(
        ":- pred refractory(Case: case, Agent: agent) :: 'the disease is refractory to @(Agent)'.  % kb/library/cases.pl:"
    )
    assert any(
        line.startswith("refractory(Case, Agent) :- refractory_by_definition(Case, Agent, _).  % kb/") for line in lines
    )
    assert f"refractory({CASE}, velcade).  % {CASE_FILE}:24" in lines
    assert "refractory(c1, bortezomib).  % asserted at the prompt, 2026-11-22 10:15" in lines


def test_a_listing_reads_back(session: Session, tmp_path: Path) -> None:
    """What a listing prints is a text of the language: the places are comments, whatever the source of a fact says."""
    (tmp_path / "c.pl").write_text(":- source('a\\nsex(c1, male).').\nrefractory(c1, bortezomib).\n", encoding="utf-8")
    said(session, f"load '{tmp_path}/c.pl'.")
    text = said(session, "listing refractory.", "listing drug_class.")
    loaded = load_text(text)
    assert loaded.diagnostics == ()
    assert len(text.splitlines()) == len(loaded.program.items)


def test_listing_of_everything(session: Session) -> None:
    """Without a name, a listing has what is stated beside the program and the predicates by number of clauses."""
    text = said(session, "assert refractory(c1, bortezomib).", "listing.")
    assert "refractory(c1, bortezomib).  % asserted" in text
    assert re.search(r"^brand/2 +10 facts *$", text, re.MULTILINE)
    assert "did you mean `refractory`?" in refused(session, "listing refractry.")


def test_cases_and_requests(session: Session) -> None:
    """The cases come with their number of facts and their request, or that it is not stated."""
    text = said(session, f"load {CASE_FILE}", "assert sex(c9, male).", "cases.")
    assert re.search(rf"{CASE} +31 +request\({CASE}, selinexor, initial, 2024-09-03\)\.", text)
    assert re.search(r"c9 +1 +not stated", text)


def test_review_of_all_reports_the_ready_ones(session: Session) -> None:
    """A case without a request does not keep the others from being reviewed."""
    said(session, f"load {CASE_FILE}", "assert sex(c9, male).")
    shell, out = shell_over(session)
    with pytest.raises(ProgramError) as caught:
        shell.run("review.")
    assert [each.code for each in caught.value.diagnostics] == ["E401"]
    assert f"Review of case {CASE}" in out.getvalue()
    assert f"did you mean `{CASE}`?" in refused(session, "review rrmm_second_pi.")


def test_help_has_every_command(session: Session) -> None:
    """Each command has a topic of its own and stands in the overview; an unknown topic gets a suggestion."""
    overview = said(session, "help.")
    for command in set(COMMANDS.values()) - {"help"}:
        assert command in overview
        assert said(session, f"help {command}.") == TOPICS[command] + "\n"
    assert "did you mean `retract`?" in refused(session, "help retrct")


@pytest.mark.parametrize(
    "line",
    [
        "undo x.",
        "cases c1.",
        "table maybe.",
        "closed_world 1.",
        "load",
        "load ''.",
        "save ''.",
        "assert",
        "review X.",
        "listing X.",
        "halt now",
    ],
)
def test_misused_commands_are_told(session: Session, line: str) -> None:
    """A command with a wrong argument says how it is written and does nothing."""
    assert "E502" in refused(session, line)
    assert session.changes == []


def test_halt_leaves(session: Session) -> None:
    """`halt.` asks to leave."""
    with pytest.raises(Leave):
        said(session, "halt.")


def test_an_unexpected_error_is_one_line(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the program itself is told in one line with a request to report it, and the session goes on."""

    def broken(self: Session, goal: str) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(Session, "ask", broken)
    shell, _ = shell_over(session)
    assert repl._answer(shell, session, "p(X). undo.")
    assert (
        capsys.readouterr().err
        == "unexpected ZeroDivisionError: division by zero; please report it with what you typed\n"
    )


# --- completion and highlighting ---------------------------------------------------------------------------------


def completions(session: Session, text: str) -> list[str]:
    """What Tab offers after a text."""
    completer = PromptCompleter(session.names, TOPICS)
    return [each.text for each in completer.get_completions(Document(text), CompleteEvent())]


@pytest.mark.parametrize(
    ("text", "expected", "absent"),
    [
        ("drug_c", ["drug_class("], ["brand("]),
        ("?- brand(X, Y), drug_c", ["drug_class("], []),
        ("p. \\+ (drug_c", ["drug_class("], []),
        ("at_least(2, X, drug_c", ["drug_class("], []),
        ("documented((p(X), drug_c", ["drug_class("], []),
        ("p(X), docu", ["documented("], []),
        ("assert(refr", ["refractory("], []),
        ("assert -refr", ["refractory("], []),
        ("und", ["undo"], []),
        ("p(X), und", [], ["undo"]),
        ("drug_class(X, ", ["X", "proteasome_inhibitor"], ["bortezomib", "drug_class("]),
        ("drug_class(", ["bortezomib"], ["proteasome_inhibitor"]),
        ("refractory(c1, b", ["bortezomib"], ["carfilzomib"]),
        ("refractory(c1, ", ["ondansetron", "velcade"], ["proteasome_inhibitor"]),
        ("refractory(", ["c1"], ["bortezomib"]),
        ("sex(c1, ", ["female", "male"], ["bortezomib"]),
        ("best_response(c1, 1, st", ["stable_disease"], []),
        ("complete(c1, pri", ["prior_therapy"], ["prior_therapy("]),
        ("warning(selinexor, ", ["cataract"], ["selinexor"]),
        ("quantity(c1, ", [], ["selinexor"]),
        ("refractory(c1, 'two ", ["'two words'"], []),
        ("review ", ["c1"], ["drug_class("]),
        ("review(", ["c1"], ["drug_class("]),
        ("listing drug_", ["drug_class"], ["drug_class("]),
        ("help und", ["undo"], []),
        ("table ", ["on", "off"], []),
        ("edit drug_", ["drug_class"], ["drug_class("]),
        ("suppose -refr", ["refractory("], []),
        ("suppose sex(c1, male): refr", ["refractory("], []),
        ("assert((p(X) :- at_l", ["at_least("], []),
        ("time drug_c", ["drug_class("], []),
        ("re", ["redo", "retract", "review"], []),
        ("save examples/cas", ["es"], []),
        ("load examples/cas", ["es"], []),
        ("sex(C1, female), refractory(C", ["C1"], []),
    ],
)
def test_completion(session: Session, text: str, expected: list[str], absent: list[str]) -> None:
    """Tab offers what can stand at the cursor: of an argument, the constants that it takes."""
    said(session, "assert sex(c1, female).", "assert refractory(c1, 'two words').")
    offered = completions(session, text)
    assert set(expected) <= set(offered)
    assert not set(absent) & set(offered)


@pytest.mark.heavy
def test_names_are_gathered_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ten thousand facts loaded, Tab goes through them once, and again only when there are others."""
    gathered = []
    of = Names.of
    monkeypatch.setattr(Names, "of", lambda *given: gathered.append(1) or of(*given))
    facts = load_text("".join(f"refractory(c{index}, bortezomib).\n" for index in range(10_000))).program.clauses
    session.state = session.state.stating(facts)
    assert [1110, 1110, 10_000] == [len(completions(session, f"refractory(c{start}")) for start in ("9", "9", "")]
    assert len(gathered) == 1
    session.state = session.state.stating(facts[:100])
    assert (10, 2) == (len(completions(session, "refractory(c9")), len(gathered))


def test_highlighting() -> None:
    """A date is one piece, and the minus of strong negation is not the one that subtracts."""
    from pygments.token import Keyword, Literal, Operator

    from explain.repl.highlighting import RuleLexer

    found = list(RuleLexer().get_tokens("p(2024-07-01, X), -q(X), Y is 3 - X."))
    assert (Literal.Date, "2024-07-01") in found
    assert [Keyword, Operator] == [kind for kind, text in found if text == "-"]
    assert "".join(text for _, text in found) == "p(2024-07-01, X), -q(X), Y is 3 - X.\n"


# --- in a pipe ---------------------------------------------------------------------------------------------------


def test_pipe_answers_in_tables() -> None:
    """Through a pipe come all answers as tables, without prompts and colours."""
    done = piped(
        "?- drug_class(X, proteasome_inhibitor). sex(c1,\n  X). brand(velcade, bortezomib).\nbrand(a, bortezomib)."
    )
    lines = [line.rstrip() for line in done.out.splitlines()]
    remark, *answers = lines[4:]
    assert remark.startswith("nothing is stated about a case of that name: c1")
    assert ["X", "bortezomib", "carfilzomib", "ixazomib"] == lines[:4]
    assert ["X", "X  not documented", "true", "false"] == answers
    assert (done.err, done.code) == ("", 0)


def test_why_not_missing_and_an_interview_in_a_pipe() -> None:
    """They explain, ask and add what is answered, which is one change that undo takes back."""
    lines = (
        "load examples/cases/11_contraception_not_stated.pl",
        "whynot meets_criteria(contraception_open).",
        "missing.",
        "interview.",
        "yes",
        "meets_criteria(contraception_open).",
        "undo.",
        "meets_criteria(contraception_open).",
    )
    done = piped("\n".join(lines) + "\n")
    assert (done.code, done.err) == (0, "")
    parts = (
        "? not documented: whether the request meets all criteria of the policy",
        "Not documented: any one of these would make the goal hold",
        "> yes",
        "Determination: MEETS CRITERIA",
        "true",
        "undone: interview",
        "unknown: not documented",
    )
    places = [done.out.find(part) for part in parts]
    assert places == sorted(places)
    assert min(places) >= 0


def test_pipe_goes_on_after_errors() -> None:
    """An error goes to standard error with its place in the input, the rest is answered, and the exit code is 1."""
    done = piped(
        "brand(velcade, X).\n  nosuch(a). brand(X,\n  bortezomib), foo(X).\nassert  urgency(c1, no).\nreview.\nbrand(a, bortezomib).\n"
    )
    assert [line.rstrip() for line in done.out.splitlines()] == ["X", "bortezomib", "false"]
    places = re.findall(r"^<standard input>:(\d+:\d+): error\[(\w+)\]", done.err, re.MULTILINE)
    assert places == [("2:3", "E201"), ("3:16", "E201"), ("4:9", "E403"), ("5:1", "E502")]
    assert "    assert  urgency(c1, no).\n            ^^^^^^^^^^^^^^^\n" in done.err
    assert done.code == 1


def test_pipe_without_a_last_full_stop() -> None:
    """The last goal of a pipe may lack its full stop, and an answer of no is exit code 0."""
    done = piped("brand(a, bortezomib)")
    assert (done.out, done.err, done.code) == ("false\n", "", 0)


def test_pipe_commands() -> None:
    """Commands work through a pipe, those with facts of a case included, up to `halt.`"""
    text = f"load {CASE_FILE}\nassert refractory({CASE}, carfilzomib).\nreview.\nundo.\nmeets_criteria({CASE}).\nhalt.\nbrand(a, b).\n"
    done = piped(text)
    assert "MEETS CRITERIA" in done.out
    assert "undone: assert refractory(rrmm_second_pi_open, carfilzomib).\n" in done.out
    assert done.out.endswith("\nunknown: not documented\n")
    assert (done.err, done.code) == ("", 0)


def test_pipe_of_bytes_that_are_no_text() -> None:
    """Bytes that are not UTF-8 give a diagnostic, not a traceback."""
    done = piped(b"brand(\xff\xfe, X).\n\x00.\nbrand(velcade, X).\n")
    assert "E102" in done.err
    assert "Traceback" not in done.err
    assert "bortezomib" in done.out
    assert done.code == 1


@pytest.mark.parametrize(
    ("line", "wrong"),
    [(b"assert refractory(c1, 'caf\xe9').", "1:27: error[E102]: byte 0xe9"), (b"refractory(c1, 'caf\xe9').", "1:20: error[E102]: byte 0xe9"),
     (b"why drug_class(A, '\xe9').", "1:20: error[E102]: byte 0xe9"), (b"brand(velcade, \xff).", "1:16: error[E102]: byte 0xff")],
)  # fmt: skip
def test_pipe_of_names_that_are_no_text(line: bytes, wrong: str) -> None:
    """A byte that is not UTF-8 is an error at its place, also inside a name, which would be another one without it."""
    done = piped(line + b"\nbrand(velcade, X).\n")
    assert f"<standard input>:{wrong} is not UTF-8" in done.err
    assert (1, ["X", "bortezomib"]) == (done.code, done.out.split())


def test_an_interview_in_a_pipe_asks_again_after_bytes_that_are_no_text() -> None:
    """A line that is not UTF-8 is an answer that is not understood."""
    done = piped(b"load examples/cases/11_contraception_not_stated.pl\ninterview.\n\xff\nyes\n")
    assert (0, "") == (done.code, done.err)
    assert re.search(r"byte 0xff is not UTF-8\n\n1\. .*\n> yes\n", done.out)


def test_pipe_with_rule_files(rules: Path) -> None:
    """The rule files and the step limit of the bare command count, and a goal without end is an error like others."""
    done = piped("n(X). path(a, X).", "-f", str(rules), "--max-steps", "20000")
    assert "E501" in done.err
    assert [line.rstrip() for line in done.out.splitlines()] == ["X", "b", "c"]
    assert done.code == 1


def test_options_before_a_command_are_not_lost(rules: Path) -> None:
    """`-f` before a command would be ignored by it, so that is wrong usage."""
    done = piped("", "-f", str(rules), "query", "path(a, X)")
    assert done.code == 2
    assert "options go after the command" in done.err


def test_a_start_with_broken_files_reports_them(tmp_path: Path) -> None:
    """The prompt does not start over rule or case files with errors; they are all reported, with exit code 1."""
    path = tmp_path / "broken.pl"
    path.write_text("p(X) :- q(Y).\n")
    done = piped("p(X).", "-f", str(path))
    assert (done.code, done.out) == (1, "")
    assert {"E201", "E203"} <= set(re.findall(r"error\[(\w+)\]", done.err))


@pytest.mark.heavy
def test_a_reader_that_stops_early_is_no_error() -> None:
    """`priorlog | head` ends without a traceback."""
    command = "yes 'drug_class(X, Y).' | head -300 | \"$0\" -m explain.cli | head -1"
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.heavy
def test_other_commands_start_without_the_prompt() -> None:
    """`priorlog review` does not load what only the prompt needs."""
    program = f"import sys; from explain.cli.entry import main; main(['review', '{CASE_FILE}']); print('prompt_toolkit' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
