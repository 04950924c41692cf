"""The layout of files: what is written stays, and stands where it is usually written."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explain.authoring.formatting import formatted_text
from kb.language.diagnostics import Diagnostic, SourceText
from kb.language.layout import comments_of
from kb.language.loader import PRELUDE, SHIPPED, said_in
from kb.language.printer import show_program
from kb.language.reader import token_groups
from tests.ended import Ended, ran
from tests.strategies import examples

EXAMPLES = Path(__file__).parents[2] / "examples"
GAPS = (
    " ",
    "  ",
    "\n",
    "\n\n\n\n",
    "\t",
    " % a (\n",
    "\n% b ,\n",
    " /* c */ ",
    "\n/* d\n   e */\n",
    " %f\n\n",
    " /*g*/ /*h*/",
)
LONG = ", ".join(f"a_rather_long_name_of_a_predicate_{number}(Case)" for number in range(4))


def laid_out(text: str) -> str:
    return formatted_text(SourceText("a.pl", text))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Runs `priorlog format`, with bytes as its standard input."""

    return partial(ran, capsys, "format", stdin=b"")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("p( a,b ) . p(c,1.00).", "p(a, b).\np(c, 1.00).", id="a clause a line, numbers as written"),
        pytest.param("p('a',\"b\" ,'It''s').", "p('a', \"b\", 'It''s').", id="quotation marks as written"),
        pytest.param("-p(X):-q(X),\\+r(X).", "-p(X) :- q(X), \\+ r(X).", id="a rule that fits"),
        pytest.param("p(X):-\nq(X),r(X).", "p(X) :-\n    q(X),\n    r(X).", id="a body that was begun on its own line"),
        pytest.param("p(X) :- q(X),\n  r(X).", "p(X) :- q(X), r(X).", id="a body that was not"),
        pytest.param("p(X):-X is 1+2* -3- -X.", "p(X) :- X is 1 + 2 * -3 - -X.", id="signs"),
        pytest.param("p(X):-X is - 1.", "p(X) :- X is - 1.", id="minus one as an operation is not the number"),
        pytest.param("p(X):-q(X),X is - -X.", "p(X) :- q(X), X is - -X.", id="two signs are not one operator"),
        pytest.param("p:-at_least( 2,X - Y,q(X,Y)).", "p :- at_least(2, X-Y, q(X, Y)).", id="a template"),
        pytest.param("p:-m : q,r@>2024-01-01.", "p :- m:q, r @> 2024-01-01.", id="a module and a date"),
        pytest.param(":-pred p(A:case,B)::'s'.", ":- pred p(A: case, B) :: 's'.", id="a declaration"),
        pytest.param(":-abducible p/2,\n  -q / 1.", ":- abducible p/2, -q/1.", id="predicates"),
        pytest.param(":- functional p( +,- ).", ":- functional p(+, -).", id="keys"),
        pytest.param("p :-\n  ( a;b,c ),\n  d.", "p :-\n    (a ; b, c),\n    d.", id="alternatives that fit"),
        pytest.param("p.  % why\n\n\n\n\n% q\nq.", "p.  % why\n\n\n% q\nq.", id="two blank lines stay"),
        pytest.param("p :-\n  q\n  % last\n  , r. % s", "p :-\n    q,\n    % last\n    r. % s", id="a comma ends its line"),
        pytest.param("p(ab).  % x\np(a).   % y", "p(ab).  % x\np(a).   % y", id="comments in a column"),
        pytest.param("p( ab).  % x\np(a) .   % y", "p(ab).   % x\np(a).    % y", id="comments that keep their column"),
        pytest.param("/* a\n  b */ p. /* c */ q.", "/* a\n  b */ p. /* c */\nq.", id="comments of several lines"),
        pytest.param("", "", id="nothing"),
        pytest.param("\n\n% a \n\n", "% a", id="a comment alone"),
    ],
)  # fmt: skip
def test_the_usual_layout(written: str, expected: str) -> None:
    """Blanks, line ends and comments stand where they usually do, and all else is as it was."""
    assert laid_out(written) == (expected + "\n" if expected else "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            f"p(Case) :- \\+ ({LONG}).",
            "p(Case) :-\n    \\+ (\n" + "        " + LONG.replace(", ", ",\n        ") + "\n    ).",
        ),
        (
            f"p(Case) :- ({LONG} ; q(Case)).",
            "p(Case) :-\n    (   " + LONG.replace(", ", ",\n        ") + "\n    ;   q(Case)\n    ).",
        ),
        (
            f"p(Case) :- {LONG} ; q(Case).",
            "p(Case) :-\n        " + LONG.replace(", ", ",\n        ") + "\n    ;   q(Case).",
        ),
        (
            f"p(Case) :- at_least(2, Case, ({LONG})).",
            "p(Case) :-\n    at_least(2, Case, (\n        " + LONG.replace(", ", ",\n        ") + "\n    )).",
        ),
        (
            f"p(N) :- aggregate_all(count, Case, ({LONG}), N).",
            "p(N) :-\n    aggregate_all(\n        count,\n        Case,\n        (\n            "
            + LONG.replace(", ", ",\n            ")
            + "\n        ),\n        N\n    ).",
        ),
        (
            f":- module(m, [{', '.join(f'predicate_number_{number}/2' for number in range(9))}]).",
            ":- module(m, [\n" + ",\n".join(f"    predicate_number_{number}/2" for number in range(9)) + "\n]).",
        ),
        (f":- pred p(Case: case) :: '{'long ' * 22}'.", f":- pred p(Case: case)\n   :: '{'long ' * 22}'."),
        (f"p(c1, '{'long ' * 30}').", f"p(c1, '{'long ' * 30}')."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_broken_at_its_outermost_brackets(written: str, expected: str) -> None:
    """Goals have a line each, a list below what it belongs to its own, and a fact stays on one line."""
    assert laid_out(written) == expected + "\n"


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A program with any blanks, line ends and comments between its tokens."""
    pieces = []
    for tokens in token_groups(show_program(draw(examples()).program)):
        gaps = draw(st.lists(st.sampled_from(GAPS), min_size=len(tokens), max_size=len(tokens)))
        is_plain = draw(st.booleans())
        for token, gap in zip(tokens, gaps, strict=True):
            if token.type == "END":
                pieces += [str(token), "" if gap[0] in " \t\n%" else "\n", gap]
            else:
                pieces += [str(token), " " if is_plain else gap]
    return draw(st.sampled_from(GAPS)) + "".join(pieces)


@given(texts())
@settings(max_examples=60, deadline=None)
def test_programs_stay_what_they_are(text: str) -> None:
    """What is laid out says the same, has the same comments in their order, and is laid out already."""
    after = laid_out(text)
    said = [*said_in(SourceText("a.pl", text))]
    assert not any(isinstance(each, Diagnostic) for each in said)
    assert (said, comments_of(text), after) == (
        [*said_in(SourceText("a.pl", after))],
        comments_of(after),
        laid_out(after),
    )


def shipped() -> list[Path]:
    return sorted({*SHIPPED.rglob("*.pl"), *EXAMPLES.rglob("*.pl")} - {PRELUDE})


def test_our_own_files_are_laid_out(run) -> None:
    """Each rule file and case file that comes with the product is as `format` writes it."""
    assert run("--check", *map(str, shipped())) == Ended(0, "", "")


def test_a_file_is_written_only_where_something_changes(run, tmp_path: Path) -> None:
    """`--check` and `--diff` say what would change and change nothing; then it is changed, once."""
    file = tmp_path / "a.pl"
    file.write_text("p( a ).\n", encoding="utf-8")
    checked, differs = run("--check", str(file)), run("--diff", str(file))
    assert (checked.code, checked.out, differs.code) == (1, f"{file} would be laid out\n", 0)
    assert differs.out.splitlines()[2:] == ["@@ -1 +1 @@", "-p( a ).", "+p(a)."]
    assert file.read_text(encoding="utf-8") == "p( a ).\n"
    assert (run(str(file)).out, run(str(file)).out) == (f"{file} is laid out\n", "")
    assert file.read_text(encoding="utf-8") == "p(a).\n"


def test_line_ends_and_a_byte_order_mark_are_laid_out_too(run, tmp_path: Path) -> None:
    """A file of another system gets the line ends of all others."""
    file = tmp_path / "a.pl"
    file.write_bytes("\ufeffp(a).\r\n".encode())
    assert (run(str(file)).code, file.read_bytes()) == (0, b"p(a).\n")


def test_a_file_with_an_error_is_left_alone_and_others_are_not(run, tmp_path: Path) -> None:
    """What is wrong is told, with exit code 1; a file beside it is laid out."""
    wrong, right = tmp_path / "a.pl", tmp_path / "b.pl"
    for file, text in ((wrong, "p( a ).\nq(b\n"), (right, "p( a ).")):
        file.write_text(text, encoding="utf-8")
    ended = run(str(wrong), str(right), str(tmp_path / "c.pl"))
    assert (ended.code, "E101" in ended.err, "E107" in ended.err) == (1, True, True)
    assert [file.read_text(encoding="utf-8") for file in (wrong, right)] == ["p( a ).\nq(b\n", "p(a).\n"]


def test_standard_input_goes_to_standard_output(run) -> None:
    """`-` is read and written; with an error nothing is written."""
    assert run("-", stdin=b"p( a ).") == Ended(0, "p(a).\n", "")
    assert (run("-", stdin=b"p( a").out, run("--check", "-", stdin=b"p( a ).").code) == ("", 1)


def test_a_layout_that_says_something_else_is_never_written(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was laid out is read again before it is written: were it another program, that is an error of ours."""
    monkeypatch.setattr("explain.authoring.formatting.laid_out", lambda _source: "p(b).\n")
    file = tmp_path / "a.pl"
    file.write_text("p( a ).\n", encoding="utf-8")
    ended = run(str(file))
    assert (ended.code, "E504" in ended.err, file.read_text(encoding="utf-8")) == (1, True, "p( a ).\n")
