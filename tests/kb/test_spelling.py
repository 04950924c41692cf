"""How constants, expressions and goals may be spelled: as SWI-Prolog reads them, or not at all; and in time that grows with
the text."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from explain.repl.completion import cursor_at_end
from explain.repl.highlighting import RuleLexer
from explain.repl.sentences import is_complete, read
from kb.language.builtins import calculate
from kb.language.loader import load_text, read_goal
from kb.language.syntax import Compare
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, Var
from tests.effort import grows_in_proportion

ESCAPES = r"""
'\7\' '\7' '\78' '\789\' '\0\' '\x41' '\x41\' '\x41g' '\x' '\xg' '\x\' '\x41\x41\x41' '\x41\x41' '\u0041' '\u004' '\u00411'
'\U00000041' '\U0000004' '\U00110000' '\uD800' '\uDC00' '\uD83D\uDE00' '\xD800\' '\x110000\' '\777777\' '\400\' '\8' '\d'
'\a\b\f\n\r\t\v\e\s' '\z' '\q' '\E' '\?' '\cb' 'a\c' 'a\c''b' '\\\'\"\`' '\_' '\N' '\^' '\000000000101\' '\-1\' 'a\x7\b'
'\x41\\' '\x41\\\' '\x41\''b' "\x41\" "a""b" "a''b" "a\'b" 'a""b' 'a''b' '''' '''''' ''' '' "" '\u00e9' '\U0001F600' '\x1F600\'
""".split()  # noqa: SIM905 # a table is easier to read without the quotation marks of Python
CONTINUED = [r"'a\c  b'", "'a\\c\n   b'", "'a\\\nb'", r"'a\ b'", r"'\x41 \'", r"'\x41\c  b'"]
NUMBERS = """
+1 -1 -0 007 00 00.50 0.0 1.50 -1.5 +1.5 --1 -(1) -(-1) 0x1F 0X1F 0'c 0''' 0b1 0o7 0o8 1e10 1E5 1.0e5 1.0E+5 1.0e 1.25e 1_000
1__0 1. 1.e5 .5 1.5NaN 1.0Inf inf 1r3 -1r3 12'a 16'FF 1.0.0 1a 12a 1.5a 1.25abc \u0663 1\u0663 a\u0663 (1) (-1) ((1)) -9223372036854775808
9223372036854775807 9223372036854775808 99999999999999999999999 2024-07-01 2024-7-1 2024-07-011 12024-07-01 -2024-07-01
2024-07-01a 2024-07-01-02 1-1-1 -a -X -(a) -(a,b) '-'(1) '-'1 -'a' - + a:b a|b a;b a->b [] [a] {} \\a @a a.b 0.1e-5 1e-5
""".split()  # noqa: SIM905 # a table is easier to read without the quotation marks of Python
BLANKED = [
    "- 1",
    "+ 1",
    "- - 1",
    "- (1)",
    "- 9223372036854775808",
    "(- 1)",
    "- 1.5",
    "1 2",
    "a b",
    "2024 -07-01",
    "2024-07- 01",
]
EXPRESSIONS = (
    """
1+2|3 - 1|3 -1|3-1|3- 1|3--1|3 - -1|2 - - 1|- 1 + 2|-1 + 2|- - 1|--1|-(1)|-(-(1))|-(1)+2|- (1)+2|-(3,1)+2|+1|+ 1|+(1)|2*-1|2* -1
2+-1|2-(-1)|7 mod 2|7 mod -2|-7 mod 2|- 7 mod 2|7mod 2|mod(7,2)|-mod(7,2)|7 // -2|7//-2|-7//2|- 7//2|2*3+4|2+3*4|2-3-4|(2)-(3)
-2*3|- 2*3|-(2)*3|- (2)*3|abs(-3)|abs(- 3)|min(1,-1)|max(1, - 1)|0-9223372036854775808|'-'(3,1)|3-/*c*/1|3 - /*c*/1|1+ +2|1 + + 2
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

ASK = r"""
kind(X, 'date ~w ~w ~w'-[A,B,C]) :- X = A-B-C, maplist(integer, [A,B,C]), !.
kind(X, 'atom ~w'-[C]) :- atom(X), !, atom_codes(X, C).
kind(X, 'string ~w'-[C]) :- string(X), !, string_codes(X, C).
kind(X, 'integer ~w'-[X]) :- integer(X), !.
kind(X, 'float ~15e'-[X]) :- float(X), !.
kind(_, other-[]).
read_as(term, S, K) :- term_string(p(X), S), kind(X, K).
read_as(expression, S, K) :- term_string(X, S), Y is X, kind(Y, K).
say(What, S) :- ( catch(read_as(What, S, F-A), _, fail) -> format(F, A) ; write(error) ), nl.
ask :- forall(member(What-Texts, [term-TERMS, expression-EXPRESSIONS]), forall(member(S, Texts), say(What, S))).
:- initialization((ask, halt)).
"""


def listed(texts: Iterable[str]) -> str:
    """The texts as a list of strings of Prolog, so written that no escape of theirs is read."""
    codes = ("[" + ",".join(str(ord(char)) for char in text) + "]" for text in texts)
    return "[" + ",".join(codes) + "]"


def in_swipl(folder: Path, terms: Iterable[str], expressions: Iterable[str]) -> list[str]:
    """What SWI-Prolog reads each text as, or `error`."""
    if shutil.which("swipl") is None:
        pytest.skip("SWI-Prolog (swipl) is not installed")
    program = ASK.replace("TERMS", listed(terms)).replace("EXPRESSIONS", listed(expressions))
    program = program.replace("say(What, S) :-", "say(What, C) :- string_codes(S, C),")
    file = folder / "ask.pl"
    file.write_text(program, encoding="utf-8")
    ran = subprocess.run(["swipl", "--no-threads", "-q", file], capture_output=True, text=True, timeout=60, check=True)
    return ran.stdout.splitlines()


def shown(constant: Const | None) -> str:
    """A constant as `ASK` writes it."""
    match constant:
        case Atom(text) | Str(text):
            codes = ",".join(str(ord(char)) for char in text)
            return f"{'atom' if isinstance(constant, Atom) else 'string'} [{codes}]"
        case Int(value):
            return f"integer {value}"
        case Dec(number):
            return f"float {float(number):.15e}"
        case Date(day):
            return f"date {day.year} {day.month} {day.day}"
        case None:
            return "error"


def read_here(text: str) -> str | None:
    """What a constant is read as here; None if it is refused."""
    loaded = load_text(f"p({text}).")
    if loaded.diagnostics:
        return None
    (fact,) = loaded.program.clauses
    (value,) = fact.head.args
    return None if isinstance(value, Var) else shown(value)


def calculated_here(text: str) -> str | None:
    """What an expression gives here; None if it is refused."""
    goal = read_goal(f"X is {text}")
    return shown(calculate(goal.right, {})) if isinstance(goal, Compare) else None


def test_what_is_read_is_what_swi_prolog_reads(tmp_path: Path) -> None:
    """Of some 200 spellings of constants and expressions, each that is accepted means what SWI-Prolog reads."""
    terms = [*ESCAPES, *CONTINUED, *NUMBERS, *BLANKED]
    theirs = in_swipl(tmp_path, (f"p({text})" for text in terms), EXPRESSIONS)
    ours = [*map(read_here, terms), *map(calculated_here, EXPRESSIONS)]
    different = [
        (text, mine, their)
        for text, mine, their in zip([*terms, *EXPRESSIONS], ours, theirs, strict=True)
        if mine is not None and mine != their
    ]
    assert [] == different
    accepted = [text for text, mine in zip([*terms, *EXPRESSIONS], ours, strict=True) if mine is not None]
    assert len(accepted) > 80


@pytest.mark.parametrize(
    ("text", "code", "column", "said"),
    [
        ("p(- 1).", "E105", 3, "write `-1`"),
        ("p(+1).", "E105", 3, "write `1`"),
        ("p(X) :- q(X), X = - 1.", "E105", 19, "write `-1`"),
        ("p(X) :- between(+1, 3, X).", "E105", 17, "write `1`"),
        ("p(X) :- q(X), X=-1.", "E101", 16, "if they are two, put a blank between them"),
        ("p(X) :- q(X), X <= 1.", "E101", 17, "write `=<`"),
        ("p :- \\+(q, r).", "E202", 6, "put a blank before the bracket: `\\+ (p, q)`"),
        ("p(12_000).", "E102", 3, "an atom that begins with a digit is written in quotes"),
        ("p('\\x41\\x41).", "E102", 3, "close it with `'`"),
        (":- abducible p/ -1.", "E108", 17, None),
        (f":- abducible p/{'9' * 5000}.", "E103", 16, None),
        (f"p({'0' * 5000}1x).", "E102", 3, "an atom that begins with a digit is written in quotes"),
    ],
)
def test_what_is_not_read_says_what_to_write(text: str, code: str, column: int, said: str | None) -> None:
    """A spelling that SWI-Prolog reads as something else is an error at its place, with what to write instead."""
    (diagnostic,) = load_text(text).diagnostics
    assert (code, column, said) == (diagnostic.code, diagnostic.span.column, diagnostic.suggestion)


def test_leading_zeros_of_any_number() -> None:
    """Five thousand zeros before a number change nothing."""
    assert read_here("0" * 5000 + "1") == "integer 1"


def test_there_is_no_negative_zero() -> None:
    """A decimal is exact: `-0.0` is the number 0.0, which SWI-Prolog holds equal to its float of that name."""
    assert read_here("-0.0") == read_here("0.0")


SHAPES: dict[str, Callable[[int], str]] = {
    "escapes": lambda n: "p('" + "\\x41" * n + "').",
    "escapes, each closed": lambda n: "p('" + "\\x41\\" * n + "').",
    "escapes, not closed": lambda n: "p('" + "\\x41" * n + ").",
    "octal escapes, not closed": lambda n: "p('" + "\\7\\" * n + ").",
    "one long escape": lambda n: "p('\\x" + "0" * n + "41\\').",
    "escaped marks, not closed": lambda n: "p('" + "\\'" * n,
    "pairs of marks": lambda n: "p('" + "''" * n + "').",
    "pairs of marks, not closed": lambda n: 'p("' + '""' * n + ").",
    "continued lines": lambda n: "p('" + "\\\n" * n + "').",
    "blanks after an escape": lambda n: "p('\\c" + " " * n,
    "brackets": lambda n: "p :- " + "(" * n + "q" + ")" * n + ".",
    "brackets, not closed": lambda n: "p(" * n,
    "terms": lambda n: "p(" + "f(" * n + "a" + ")" * n + ").",
    "lists": lambda n: "p :- member(X, " + "[" * n + "]" * n + ").",
    "signs": lambda n: "p(X) :- X is " + "- " * n + "1.",
    "signs that touch": lambda n: "p(X) :- X is " + "-" * n + "1.",
    "negations": lambda n: "p :- " + "\\+ " * n + "q.",
    "sums": lambda n: "p(X) :- X is " + "1 + " * n + "1.",
    "comments": lambda n: "/* x */ % y\n" * n + "p.",
    "comments, not closed": lambda n: "/* " * n,
    "stars": lambda n: "/" + "*" * n,
    "digits": lambda n: "p(" + "1" * n + "a).",
    "decimals": lambda n: "p(1." + "5" * n + "e).",
    "parts of a date": lambda n: "p(" + "1--" * n + "x).",
    "letters": lambda n: "p(" + "a" * n + " b).",
    "faults": lambda n: "p('a.\n" * n,
}
READERS: dict[str, Callable[[str], object]] = {
    "load": load_text,
    "complete": is_complete,
    "cut": lambda text: list(read(text.splitlines(keepends=True))),
    "cursor": cursor_at_end,
    "colours": lambda text: list(RuleLexer().get_tokens(text)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_takes_time_in_proportion(shape: str) -> None:
    """Ten times as many escapes, marks, brackets, signs, comments or digits take about ten times as long to read, whether
    they are closed or not, for files and at the prompt."""
    few, many = (SHAPES[shape](count) for count in (300, 3000))
    load_text(SHAPES[shape](1))
    for name, reader in READERS.items():
        assert grows_in_proportion(reader, few, many), name


@pytest.mark.parametrize("shape", ["brackets", "brackets, not closed", "terms", "lists", "signs", "negations", "sums"])
def test_deep_nesting_is_named(shape: str) -> None:
    """What nests ten thousand deep is one error that says so."""
    (diagnostic,) = load_text(SHAPES[shape](10_000)).diagnostics
    assert "deep" in diagnostic.message
