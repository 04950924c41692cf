"""The reader and the printer: what is printed reads back, and what is read is what was written."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.language.loader import SHIPPED, load_files, load_text, read_facts
from kb.language.printer import show_program, show_term
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Clause, Pred, Provenance, SourceDecl
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Dec, Int, Str, Var, make_decimal, order_key
from tests.strategies import Example, Options, examples

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
constants: st.SearchStrategy[Const] = st.one_of(
    texts.map(Atom),
    st.integers(INT_MIN, INT_MAX).map(Int),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20).map(
        make_decimal
    ),
    texts.map(Str),
    st.dates().map(Date),
)
RULE_FILES = sorted(path for path in SHIPPED.rglob("*.pl") if path.name != "prelude.pl")
EXAMPLES = sorted(Path(__file__).parents[2].joinpath("examples").rglob("*.pl"))


def read(text: str) -> Program:
    loaded = load_text(text)
    assert loaded.diagnostics == ()
    return loaded.program


@given(
    st.lists(constants, max_size=4).map(tuple), texts.filter(lambda name: not name.startswith("$") and "::" not in name)
)
@settings(max_examples=100)
def test_any_constant_reads_back(args: tuple[Const, ...], name: str) -> None:
    """Every constant, whatever its characters, is printed so that it reads back as itself."""
    program = Program((Clause(AtomF(Pred(name, len(args)), args), TRUE),))
    assert read(show_program(program)) == program


@given(examples(Options(decimals=True)))
@settings(max_examples=50)
def test_programs_read_back(example: Example) -> None:
    """A printed program reads back to an equal one, and printing that gives the same text."""
    text = show_program(example.program)
    program = read(text)
    assert show_program(program) == text
    assert read(show_program(program)) == program


@pytest.mark.parametrize("path", [*RULE_FILES, *EXAMPLES], ids=lambda path: path.stem)
def test_shipped_files_read_back(path: Path) -> None:
    """The shipped rule files and the example cases survive printing and reading."""
    program = load_files([path]).program
    assert tuple(read_facts(show_program(program), "<printed>")) == program.items


@given(st.lists(constants, min_size=2, max_size=2))
def test_kinds_never_mix(pair: list[Const]) -> None:
    """Constants that are not equal, whatever their kinds, are told apart by standard order."""
    one, other = pair
    assert (one == other) == (order_key(one) == order_key(other))


def test_four_ones_are_four_constants() -> None:
    """`1`, `1.0`, `'1'` and `"1"` are four constants, and `1.0` and `1.00` are one."""
    clauses = read("p(1). p(1.0). p('1'). p(\"1\"). p(1.00).").clauses
    assert [clause.head.args[0] for clause in clauses] == [
        Int(1), Dec(decimal.Decimal(1)), Atom("1"), Str("1"), Dec(decimal.Decimal(1)),
    ]  # fmt: skip


def test_standard_order() -> None:
    """Numbers come before strings, strings before atoms, atoms before dates; a decimal before the integer it equals."""
    expected = [
        Int(-1),
        make_decimal(decimal.Decimal("1.0")),
        Int(1),
        Str("b"),
        Atom("a"),
        Date(datetime.date(2024, 1, 1)),
    ]
    assert sorted(set(expected), key=order_key) == expected


def test_every_mistake_is_reported_at_once() -> None:
    """An unclosed quote, an impossible date and a cut in one text are three diagnostics, and the rest is still read."""
    loaded = load_text("p('a).\nq(2024-02-30).\nr :- s, !.\nt(1).\n")
    assert [diagnostic.code for diagnostic in loaded.diagnostics] == ["E102", "E104", "E106"]
    assert [clause.head.pred.name for clause in loaded.program.clauses] == ["t"]


def test_unnamed_variables_differ() -> None:
    """Each `_` is a variable of its own, and is printed as `_` again."""
    program = read("p(X) :- q(X, _, _).")
    body = program.clauses[0].body
    assert isinstance(body, AtomF)
    assert len({arg for arg in body.args if isinstance(arg, Var)}) == 3
    assert show_program(program) == "p(X) :- q(X, _, _).\n"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("p :- a, (b ; c, d), \\+ (e, f).", "p :- a, (b ; c, d), \\+ (e, f)."),
        ("p(X) :- X is (1 - (2 - 3)) * -4.", "p(X) :- X is (1 - (2 - 3)) * (-4)."),
        ("p(X) :- X is 1 - 2 - 3.", "p(X) :- X is 1 - 2 - 3."),
        ("p :- \\+ \\+ q.", "p :- \\+ \\+ q."),
        ("-p(a) :- -q(a).", "-p(a) :- -q(a)."),
        ("p :- \\+ documented((q, \\+ r ; s)).", "p :- \\+ documented((q, \\+ r ; s))."),
        ("p(X) :- documented( q(X) ), documented((true)).", "p(X) :- documented(q(X)), documented(true)."),
        (
            "p(N) :- aggregate_all(sum(X), Y-X, (q(X), r(Y)), N).",
            "p(N) :- aggregate_all(sum(X), Y-X, (q(X), r(Y)), N).",
        ),
    ],
)
def test_brackets(text: str, printed: str) -> None:
    """Brackets are printed where reading back needs them, and nowhere else."""
    assert show_program(read(text)) == printed + "\n"


words = texts.filter(str.strip)


@given(st.builds(Provenance, words, st.none() | words, st.none() | st.dates()))
def test_any_source_reads_back(source: Provenance) -> None:
    """What a source says, whatever its characters, is printed so that it reads back, and goes with the facts below it."""
    text = show_program(Program((SourceDecl(source),))) + "p(a).\n"
    assert [source] == [clause.source for clause in read(text).clauses]
    assert show_program(read(text)) == text


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("source(note)", "source('note')"),
        ("source('it''s page 3', on(2024-12-21), by(nurse))", "source('it\\'s page 3', by('nurse'), on(2024-12-21))"),
        ('source("note", on(2024-12-21))', "source('note', on(2024-12-21))"),
    ],
)
def test_the_options_of_a_source(written: str, printed: str) -> None:
    """The text is an atom or a string, and who and when may be said in any order."""
    assert show_program(read(f":- {written}.")) == f":- {printed}.\n"


def test_a_source_is_that_of_the_facts_below_it_in_its_file(tmp_path: Path) -> None:
    """It holds until the next, also across rules and other declarations, and neither into nor out of a file that is loaded."""
    (tmp_path / "b.pl").write_text("b1(a).\n:- source('b').\nb2(a).\n", encoding="utf-8")
    (tmp_path / "a.pl").write_text(
        "a1(a).\n:- source('one').\na2(a).\na3(X) :- a2(X).\n:- abducible a4/1.\na4(a).\n:- ensure_loaded('b.pl').\n"
        "a5(a).\n:- source('two', by('Bo')).\n-a4(b).\n",
        encoding="utf-8",
    )
    found = {str(clause.head.pred): clause.source for clause in load_files([tmp_path / "a.pl"]).program.clauses}
    one, two = Provenance("one"), Provenance("two", "Bo")
    assert found == {
        "a1/1": None, "a2/1": one, "a3/1": None, "a4/1": one, "b1/1": None, "b2/1": Provenance("b"), "a5/1": one, "-a4/1": two,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["\ufeffp(a).\n", "p(a).\r\n", "p(a).\r", "p(a)."])
def test_line_ends_and_marks(text: str, tmp_path: Path) -> None:
    """A byte order mark, Windows and old Macintosh line ends, and a missing last line end change nothing."""
    file = tmp_path / "p.pl"
    file.write_bytes(text.encode())
    loaded = load_files([file])
    assert loaded.diagnostics == ()
    assert show_program(loaded.program) == "p(a).\n"


def test_term_text_of_a_renamed_variable() -> None:
    """A variable that a pass has renamed is printed as the program wrote it."""
    assert [show_term(Var(name)) for name in ("X", "X#3", "_#1", "Agent@7")] == ["X", "X", "_", "Agent"]


def test_what_says_the_same_is_no_other_wherever_it_stands() -> None:
    """Clauses, atoms and bodies at two places that say the same are equal, and not unequal."""
    text = "p(X) :- q(X, _), \\+ r(X)."
    (one,), (other,) = (load_text(each, "p.pl").program.clauses for each in (text, f"\n\n  {text}"))
    for first, second in ((one, other), (one.head, other.head), (one.body, other.body)):
        assert (True, False) == (first == second, first != second)
    assert (False, True) == (one == one.head, one.head != one.body)


def test_what_to_load_instead_is_what_is_there_now(tmp_path: Path) -> None:
    """A file of nearly the name of one that is not there is found also if it was made after the first look."""
    file = tmp_path / "own.pl"
    file.write_text(":- ensure_loaded('helperz.pl').\np(a).\n")
    assert [None] == [each.suggestion for each in load_files([file]).diagnostics]
    (tmp_path / "helper.pl").write_text("q(a).\n")
    assert ["did you mean `helper.pl`?"] == [str(each.suggestion) for each in load_files([file]).diagnostics]
