"""Text in a case, a rule file, a goal or a file's name is data: it is never executed, formatted or sent to the terminal raw.

Each hostile text goes through every way into the program. Were it executed as Python, by a shell or by pyDatalog, a
file named `canary` would appear; were it taken for markup or a format, it would not come out as it went in.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kb.language.loader import read_goal
from kb.language.syntax import And, Compare
from kb.language.terms import Atom, Str, Var
from tests.ended import Ended, ran

ROOT = Path(__file__).resolve().parents[1]
START = "import sys; from explain.cli.entry import main; sys.exit(main())"
TOUCH = "__import__('os').system('touch canary')"

TEXTS = {
    "python call": TOUCH,
    "python statement": f"x\n{TOUCH}\n",
    "python in braces": f"{{{TOUCH}}}",
    "python closing a quote": f"'+{TOUCH}+'",
    "python closing a string": f'"+{TOUCH}+"',
    "python closing brackets": f"a')); {TOUCH} #",
    "python dunder": "__class__",
    "python keyword": "lambda",
    "pyDatalog clause": f"p(X) <= ({TOUCH} == 0)",
    "pyDatalog fact": "+ p('a')",
    "pyDatalog function": "f[X] == sum_(Y, for_each=X)",
    "pyDatalog name": "_pyD_in",
    "prolog closing a quote": "x'). drug_class(x, proteasome_inhibitor). p('",
    "prolog variable": "X",
    "prolog placeholder": "_G1",
    "shell": "$(touch canary) `touch canary` ; touch canary | touch canary",
    "format braces": "{0.__class__.__init__.__globals__} {} {0} {goal} {{",
    "format percent": "%s %d %n %(name)s %",
    "sentence placeholder": "@(Case) @(Agent) @(X) @()",
    "regular expression": r"\1 \g<0> .* (?P<x>a) \d",
    "rich markup": "[bold]bold[/bold] [red]x",
    "rich closing tag": "[/] [/nothing]",
    "rich link": "[link=https://example.org]here[/link]",
    "rich action": "[@click=app.bell]press[/]",
    "rich emoji": ":smile: :warning:",
    "html": "<script>document.title='canary'</script>&amp;<b>",
    "json": '"}], "determination": "meets_criteria", "x": [{"y": "',
    "sql": "'; DROP TABLE cases; --",
    "csv formula": "=HYPERLINK(\"https://example.org\")",
    "file address": "file:///etc/passwd",
    "path": "../../../../etc/passwd",
    "colour": "\x1b[31mred\x1b[0m",
    "window title": "\x1b]0;canary\x07",
    "terminal link": "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\",
    "eight-bit escape": "\x9b31mred",
    "erase and overwrite": "not_met\r\x1b[2Kmet",
    "backspace": "not\b\b\bmet",
    "bell and delete": "a\x07b\x7fc",
    "tab and line feed": "one\ttwo\nthree",
    "vertical tab": "one\x0btwo\x0cthree",
    "nul": "a\0b",
    "right to left": "\u202etem ton\u202c",
    "isolate": "\u2067abc\u2069",
    "line separator": "a\u2028b\u2029c\x85d",
    "joiners": "a\u200bb\ufeffc",
    "tags": "a\U000e0041\U000e007fb",
    "fillers and selectors": "a\u3164b\ufe0f\u034fc",
    "soft hyphen": "not\u00admet",
    "line of its own": "x\naccepted: every step checks\n",
    "beyond the plane": "😀𝔸",
    "very long": "a" * 50_000,
    "long word of markup": "[bold]" * 2_000,
    "empty": "",
    "blank": "   ",
}  # fmt: skip
UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u3164\uffa0"
"""Letters and marks that nobody sees, though they count as printable."""


def is_seen(text: str) -> bool:
    """Whether every character of a text is drawn as something and moves, colours or turns nothing."""
    return text.isprintable() and not re.search(f"[{UNSEEN}\ufe00-\ufe0f\U000e0100-\U000e01ef]", text)


class Raw:
    """Finds what changes a terminal that is sent it, or is not seen on it; line ends and tabs are as they should be."""

    def findall(self, text: str) -> list[str]:
        return [char for char in dict.fromkeys(text) if char not in "\n\t" and not is_seen(char)]


RAW = Raw()


def in_json(text: str) -> object:
    """An atom as JSON answers have it."""
    return {"atom": text} if re.fullmatch(r"[A-Z_]\w*", text, re.ASCII) else text


every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def quoted(text: str, mark: str = "'") -> str:
    """The text as a quoted atom, or with another mark as a string."""
    escaped = "".join(
        f"\\x{ord(char):x}\\" if not char.isprintable() else f"\\{char}" if char in f"\\{mark}" else char
        for char in text
    )
    return f"{mark}{escaped}{mark}"


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs commands in an empty folder, in which no canary may be found afterwards."""
    monkeypatch.chdir(tmp_path)

    yield partial(ran, capsys)
    assert [path.name for path in tmp_path.rglob("*canary*")] == []


def squeezed(text: str) -> str:
    """The text without what line breaks and plain language change: white space and underscores."""
    return re.sub(r"[\s_]+", "", text)


# Facts and goals


def stated(mark: str = "'") -> str:
    """A fact for each text, with its number before it."""
    return "".join(f"p({number}, {quoted(text, mark)}).\n" for number, text in enumerate(TEXTS.values()))


def asked(mark: str = "'", beyond: int = 0) -> list[str]:
    """A goal for each text, with its number, or another one."""
    return [f"p({number + beyond}, {quoted(text, mark)})" for number, text in enumerate(TEXTS.values())]


def test_atoms_come_back_as_they_went_in(run: Run) -> None:
    """An atom that a rule file states is the same text in a JSON answer, and is found when it is asked for."""
    Path("facts.pl").write_text(stated(), encoding="utf-8")
    every = run("query", "p(N, X)", "-f", "facts.pl", "--format", "json")
    ground = run("query", ", ".join(asked()), "-f", "facts.pl", "--format", "json")
    wrong = run("query", "; ".join(asked(beyond=1)), "-f", "facts.pl", "--format", "json")
    expected = [[number, in_json(text)] for number, text in enumerate(TEXTS.values())]
    assert [expected, [[]], []] == [every.data["answers"], ground.data["answers"], wrong.data["answers"]]


def test_strings_come_back_as_they_went_in(run: Run) -> None:
    """A string is the same text in a JSON answer, and no atom of that text."""
    Path("facts.pl").write_text(stated('"'), encoding="utf-8")
    every = run("query", "p(N, X)", "-f", "facts.pl", "--format", "json")
    ground = run("query", ", ".join(asked('"')), "-f", "facts.pl", "--format", "json")
    atoms = run("query", "; ".join(asked()), "-f", "facts.pl", "--format", "json")
    expected = [[number, {"string": text}] for number, text in enumerate(TEXTS.values())]
    assert [expected, [[]], []] == [every.data["answers"], ground.data["answers"], atoms.data["answers"]]


@pytest.mark.parametrize("mark", ["'", '"'], ids=["atom", "string"])
def test_prolog_answers_read_back(mark: str, run: Run) -> None:
    """An answer in Prolog's syntax is one line that reads back to the same constant."""
    Path("facts.pl").write_text(stated(mark), encoding="utf-8")
    lines = run("query", "p(N, X)", "-f", "facts.pl", "--format", "prolog").out.removesuffix("\n").split("\n")
    constants = []
    for line in lines:
        goal = read_goal(line)
        assert isinstance(goal, And)
        constants += [each.right for each in goal.goals if isinstance(each, Compare) and each.left == Var("X")]
    assert constants == [Str(text) if mark == '"' else Atom(text) for text in TEXTS.values()]


@pytest.mark.parametrize("form", ["table", "tsv", "prolog"])
def test_answers_send_nothing_raw(form: str, run: Run) -> None:
    """Answers show control characters escaped, and every other text in full."""
    Path("facts.pl").write_text(stated(), encoding="utf-8")
    out = run("query", "p(N, X)", "-f", "facts.pl", "--format", form).out
    shown = {label: text.replace("\\", "\\\\").replace("'", "\\'") for label, text in TEXTS.items()}
    hidden = [label for label, text in TEXTS.items() if is_seen(text) and squeezed(shown[label]) not in squeezed(out)]
    assert (RAW.findall(out), hidden) == ([], [])


def test_tsv_has_one_line_for_each_answer(run: Run) -> None:
    """No text breaks a line or a column of tab-separated values."""
    Path("facts.pl").write_text("".join(f"p({quoted(text)}, x).\n" for text in TEXTS.values()), encoding="utf-8")
    lines = run("query", "p(X, Y)", "-f", "facts.pl", "--format", "tsv").out.split("\n")
    assert [3] * (len(TEXTS) + 1) == [len(line.split("\t")) for line in lines[:-1]]


def test_predicate_names(run: Run) -> None:
    """A predicate may have any text for a name, but that names that begin with $ are the engine's own; it is asked for,
    explained and checked like another."""
    names = [quoted(text) for text in TEXTS.values() if not text.startswith("$")]
    rules = (f"{name}(a).\nlisted({number}, X) :- {name}(X).\n" for number, name in enumerate(names))
    Path("rules.pl").write_text("".join(rules), encoding="utf-8")
    listed = ", ".join(f"listed({number}, a)" for number in range(len(names)))
    checked = run("check", "rules.pl")
    answers = run("query", ", ".join(f"{name}(X)" for name in names), "-f", "rules.pl", "--format", "json").data
    why = run("why", listed, "-f", "rules.pl", "--format", "json").data
    assert (0, [["a"]], "true") == (checked.code, answers["answers"], why["status"])
    assert RAW.findall(run("why", listed, "-f", "rules.pl").out) == []


@pytest.mark.parametrize(
    "name",
    [
        "None",
        "True",
        "__import__",
        "_",
        "__",
        "Self",
        "X__class__",
        "Eval",
        "Print",
        "E",
        "N0",
        "Logic",
        "Ask",
        "X" * 5000,
        "_G1",
        "A1_b2",
    ],
)
def test_variable_name(name: str, run: Run) -> None:
    """A variable may have a name that means something in Python or in the engine."""
    Path("facts.pl").write_text(
        f"p(a, b).\nq({name}) :- p({name}, _).\n" if name != "_" else "p(a, b).\nq(a).\n", encoding="utf-8"
    )
    data = run("query", f"q({name})", "-f", "facts.pl", "--format", "json").data
    expected = {"variables": [], "answers": [[]]} if name.startswith("_") else {"variables": [name], "answers": [["a"]]}
    assert expected == data


@every_text
def test_goal_that_is_the_text_itself(text: str, run: Run) -> None:
    """A text given as the goal is read as a goal, and is answered or refused with a diagnostic."""
    Path("facts.pl").write_text("p(a).\n", encoding="utf-8")
    for verb in ("query", "why"):
        ended = run(verb, "-f", "facts.pl", "--", text)
        assert (True, True) == (ended.code in (0, 1), ended.code == 0 or "error[" in ended.err)
        assert RAW.findall(ended.out + ended.err) == []


def test_errors_about_the_texts(run: Run) -> None:
    """A diagnostic that speaks of a text shows it escaped; as JSON it has the file and the code."""
    bodies = [f"{quoted('x' + text)}(X), X > {quoted(text)}" for text in TEXTS.values()]
    texts = [quoted(text) for text in TEXTS.values()]
    wrong = [f"p(X) :- {body}, r([{text}]).\nr(a).\n" for body, text in zip(bodies, texts, strict=True)]
    Path("rules.pl").write_text("".join(wrong), encoding="utf-8")
    Path("more.pl").write_text("".join(f"p(X) :- {body}.\n" for body in bodies), encoding="utf-8")
    for file in ("rules.pl", "more.pl"):
        ended, data = run("check", file), json.loads(run("check", file, "--format", "json").err)
        assert (1, [], {file}) == (ended.code, RAW.findall(ended.err), {each["file"] for each in data})
        assert len(TEXTS) <= ended.err.count("error[")


def test_sentences_and_citations(run: Run) -> None:
    """The text of a declared sentence, question or citation is shown, and nothing in it is replaced but placeholders."""
    said = [text.replace("@(", "@ (") for text in TEXTS.values()]
    declared = (
        f":- pred p{number}(X: any) :: {quoted('so it is: ' + each + ' @(X)')}.\n"
        f":- cite(p{number}/1, {quoted('place ' + each)}).\np{number}(a).\n"
        for number, each in enumerate(said)
    )
    Path("rules.pl").write_text("".join(declared), encoding="utf-8")
    goal = ", ".join(f"p{number}(a)" for number in range(len(said)))
    steps = run("why", goal, "-f", "rules.pl", "--format", "json").data["children"]
    for text, shown, step in zip(TEXTS.values(), said, steps, strict=True):
        if is_seen(text):
            assert (f"so it is: {shown} a", f"place {shown}") == (step["text"], step["cite"])
    assert RAW.findall(run("why", goal, "-f", "rules.pl").out) == []


def test_arguments_of_a_sentence(run: Run) -> None:
    """An argument is put into a sentence once: placeholders in it are not filled in again."""
    facts = (f"p({number}, {quoted(text, chr(34))}, end).\n" for number, text in enumerate(TEXTS.values()))
    declared = ":- pred p(N: integer, X: any, Y: any) :: '@(N): @(X), then @(Y)'.\n"
    Path("rules.pl").write_text(declared + "".join(facts), encoding="utf-8")
    goal = ", ".join(f"p({number}, X{number}, end)" for number in range(len(TEXTS)))
    steps = run("why", goal, "-f", "rules.pl", "--format", "json").data["children"]
    for number, (text, step) in enumerate(zip(TEXTS.values(), steps, strict=True)):
        said = step["text"]
        plain = is_seen(text) and not set('"\\') & set(text)
        expected = f'{number}: "{text}", then end' if plain else said
        assert (expected, True) == (said, said.startswith(f'{number}: "') and said.endswith('", then end'))
    assert RAW.findall(run("why", goal, "-f", "rules.pl").out) == []


# Cases

CASE = """
request(C, selinexor, initial, 2024-09-03). birth_date(C, 1953-04-11). sex(C, female). -reproductive_potential(C).
indication(C, multiple_myeloma). disease_status(C, relapsed).
prior_therapy(C, 1, T). refractory(C, T). best_response(C, 1, T). combination(C, T). prophylaxis(C, T).
combination(C, bortezomib). combination(C, dexamethasone). prophylaxis(C, ondansetron).
agrees_to_monitor(C, complete_blood_count). agrees_to_monitor(C, blood_chemistry).
"""


def _case(name: str, agent: str) -> str:
    return re.sub(r"\bC\b", lambda _: name, re.sub(r"\bT\b", lambda _: agent, CASE))


@pytest.mark.heavy
def test_case_is_reviewed_whatever_its_names(run: Run) -> None:
    """A case and its agents may have any names: the review is that of a case with plain ones, and has the name as data."""
    names = ["zebra", *TEXTS.values()]
    Path("cases.pl").write_text("".join(_case(quoted(text), quoted(text)) for text in names), encoding="utf-8")
    data = run("review", "cases.pl", "--processes", "1", "--format", "json").data
    seen = [
        (each["determination"], [one["status"] for one in each["criteria"]], len(each["missing"]), each["quantity"])
        for each in data
    ]
    assert ([seen[0]] * len(names), list(map(in_json, names))) == (seen, [each["case"] for each in data])


@pytest.mark.heavy
def test_report_sends_nothing_raw(run: Run) -> None:
    """A report names the case and its agents, control characters escaped, markup and placeholders as they are."""
    texts = [*TEXTS.values()]
    pairs = zip(texts[::2], texts[1::2], strict=True)
    Path("cases.pl").write_text("".join(_case(quoted(name), quoted(agent)) for name, agent in pairs), encoding="utf-8")
    ended = run("review", "--proof", "cases.pl")
    shown = squeezed(ended.out)
    hidden = [label for label, text in TEXTS.items() if is_seen(text) and squeezed(text) not in shown]
    assert (0, [], []) == (ended.code, RAW.findall(ended.out), hidden)


@pytest.mark.usefixtures("without_repairs")
@pytest.mark.heavy
def test_sources_of_facts(run: Run) -> None:
    """The words of a source come back as they went in, and are shown escaped, as evidence and in a report."""
    texts = [*filter(str.strip, TEXTS.values())]
    cases = (f":- source({quoted(text)}, by({quoted(text)})).\n{_case(f'c{n}', 't')}" for n, text in enumerate(texts))
    Path("case.pl").write_text("".join(cases), encoding="utf-8")
    why = ("why", ", ".join(f"sex(c{n}, female)" for n in range(len(texts))), "--case", "case.pl")
    steps = run(*why, "--format", "json").data["children"]
    found = [place["source"] for step in steps for place in step["evidence"]]
    assert [{"text": text, "by": text, "on": None} for text in texts] == found
    for command in (why, ("review", "case.pl", "--processes", "1")):
        ended = run(*command)
        assert (0, []) == (ended.code, RAW.findall(ended.out))
        shown = squeezed(ended.out.replace("│", ""))  # what a tree is drawn with
        assert [] == [each for each in texts if is_seen(each) and squeezed(f"<{each}; {each} (case.pl:") not in shown]


@pytest.mark.usefixtures("without_repairs")
@pytest.mark.heavy
def test_drug_and_indication(run: Run) -> None:
    """A request for any drug, and for any condition, is reviewed, in as many processes as there are: neither is recognised, and neither
    decides."""
    drugs = [
        _case(f"d{number}", "t").replace("selinexor", quoted("x" + text)) for number, text in enumerate(TEXTS.values())
    ]
    conditions = [
        _case(f"i{number}", "t").replace("multiple_myeloma", quoted("x" + text))
        for number, text in enumerate([*TEXTS.values()][::4])
    ]
    Path("cases.pl").write_text("".join(drugs + conditions), encoding="utf-8")
    data = run("review", "cases.pl", "--format", "json").data
    assert {"more_information_needed"} == {each["determination"] for each in data}
    assert len(drugs) + len(conditions) == len(data)
    assert all(each["not_recognised"] for each in data)
    raw = [drug for drug, text in zip(drugs, TEXTS.values(), strict=True) if not is_seen(text)]
    Path("raw.pl").write_text("".join(raw), encoding="utf-8")
    assert RAW.findall(run("review", "raw.pl").out) == []


def test_refused_cases(run: Run) -> None:
    """What a case file must not say is refused, and shown escaped."""
    facts = (f"{quoted('x' + text)}(c1).\nsex({quoted(text)}, {quoted('x' + text)}).\n" for text in TEXTS.values())
    Path("case.pl").write_text("".join(facts), encoding="utf-8")
    ended = run("review", "case.pl")
    assert (1, "", []) == (ended.code, ended.out, RAW.findall(ended.err))
    assert len(TEXTS) <= ended.err.count("error[")


@every_text
@pytest.mark.heavy
def test_bare_text_as_a_file(text: str, run: Run) -> None:
    """A file that consists of the text, unquoted, is read as clauses or refused, by every command."""
    if "\0" in text:
        pytest.skip("a file with a NUL byte is no text, which the zoo has")
    Path("text.pl").write_text(text, encoding="utf-8", newline="")
    for arguments in (
        ("check", "text.pl"),
        ("review", "text.pl"),
        ("query", "true", "-f", "text.pl"),
        ("why", "true", "--case", "text.pl"),
    ):
        ended = run(*arguments)
        assert (True, []) == (ended.code in (0, 1), RAW.findall(ended.out + ended.err))


# File names

FILE_NAMES = {
    name: text for name, text in TEXTS.items() if 0 < len(text.encode()) < 200 and "\0" not in text and "/" not in text
}


@pytest.mark.parametrize("text", FILE_NAMES.values(), ids=FILE_NAMES)
def test_file_name(text: str, run: Run, tmp_path: Path) -> None:
    """A file may have any name: it is read, named as evidence in JSON, and shown escaped on a terminal."""
    name = text.replace("canary", "bird") + ".pl"
    Path(name).write_text("p(a).\n", encoding="utf-8")
    data, shown = run("why", "p(a)", f"--file={name}", "--format", "json").data, run("why", "p(a)", f"--file={name}")
    assert ([name], 0, []) == ([each["file"] for each in data["evidence"]], shown.code, RAW.findall(shown.out))


@pytest.mark.parametrize("text", FILE_NAMES.values(), ids=FILE_NAMES)
def test_error_in_a_file_of_that_name(text: str, run: Run) -> None:
    """A diagnostic names its file on one line, control characters escaped."""
    name = text.replace("canary", "bird") + ".pl"
    Path(name).write_text("p(X) :- q(X.\n", encoding="utf-8")
    missing, wrong = run("check", "--", "no_" + name), run("check", "--", name)
    heads = [line for line in wrong.err.split("\n") if "error[" in line]
    assert (1, 1, 1, []) == (missing.code, wrong.code, len(heads), RAW.findall(missing.err + wrong.err))


@every_text
def test_loaded_file_name(text: str, run: Run) -> None:
    """A file that is asked for by any text is loaded as a file or reported as missing."""
    Path("rules.pl").write_text(f":- ensure_loaded({quoted('no/such/' + text)}).\np(a).\n", encoding="utf-8")
    ended = run("check", "rules.pl")
    assert (1, True, []) == (ended.code, "rules.pl:1:1: error[E107]" in ended.err, RAW.findall(ended.err))


@pytest.mark.parametrize("text", [*FILE_NAMES.values()][::4], ids=[*FILE_NAMES][::4])
@pytest.mark.usefixtures("without_repairs")
@pytest.mark.heavy
def test_output_file_name(text: str, run: Run, tmp_path: Path) -> None:
    """A report is written to a file of any name, and to no other."""
    Path("case.pl").write_text(_case("c1", "t"), encoding="utf-8")
    name = "out " + text.replace("canary", "bird")
    code = run("review", "case.pl", "--format", "json", "-o", name).code
    assert (0, sorted(["case.pl", name])) == (code, sorted(path.name for path in tmp_path.iterdir()))


# Options, and explanations to be checked


@every_text
def test_wrong_usage_sends_nothing_raw(text: str, run: Run) -> None:
    """What is typed in the place of an option's value, a command or an option is shown escaped, on one line."""
    usages = (
        ("query", "true", "--engine", text), ("missing", "true", "--limit", text), ("review", "c.pl", "--as-of", text), ("x" + text,),
        ("query", "true", "--format", text), ("query", "true", "--" + text), ("query", "true", text, text),
    )  # fmt: skip
    for arguments in usages if text else usages[:3]:
        ended = run(*arguments)
        assert (2, [], "") == (ended.code, RAW.findall(ended.err), ended.out)
        assert "\naccepted" not in ended.err


@every_text
def test_verify_sends_nothing_raw(text: str, run: Run) -> None:
    """Whatever an explanation says in any place, its rejection is told on lines of its own, escaped."""
    Path("rules.pl").write_text("p(a). q(X) :- p(X).\n", encoding="utf-8")
    genuine = run("why", "q(a)", "-f", "rules.pl", "--format", "json").data
    for key in ("goal", "text", "kind", "cite", "id", "status", "label"):
        Path("changed.json").write_text(json.dumps({**genuine, key: text + "'"}), encoding="utf-8")
        ended = run("verify", "changed.json", "-f", "rules.pl")
        assert (1, []) == (ended.code, RAW.findall(ended.out + ended.err))
        assert not re.search("^accepted", ended.out, re.MULTILINE)
    Path("changed.json").write_text(json.dumps({text + "'": genuine, "criteria": text}), encoding="utf-8")
    ended = run("verify", "changed.json", "-f", "rules.pl")
    assert (1, [], None) == (
        ended.code,
        RAW.findall(ended.out + ended.err),
        re.search("^accepted", ended.out, re.MULTILINE),
    )


# The prompt


@pytest.mark.heavy
def test_prompt(tmp_path: Path) -> None:
    """At the prompt, read from a pipe, no text is executed, and none reaches the terminal raw."""
    lines = []
    for text in TEXTS.values():
        if len(text) > 5000:
            continue
        name = quoted(text)
        lines += [
            f"combination(c1, {name}).", f"assert(combination(c1, {name})).", "combination(c1, X).", f"why combination(c1, {name}).",
            f"listing {name}.", f"load {name}.", f"review {name}.", f"help {name}.", f"{name}(X).", "undo.", text.replace("\0", "") + "\n.\n",
        ]  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", START], input="\n".join(lines) + "\n", capture_output=True, text=True, encoding="utf-8", timeout=120,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "HOME": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert [] == [path.name for path in tmp_path.rglob("*canary*")]
    assert (False, []) == ("Traceback" in ended.stdout + ended.stderr, RAW.findall(ended.stdout + ended.stderr))


@pytest.mark.heavy
def test_command_of_its_own(tmp_path: Path) -> None:
    """The real command, run by itself with every text as a goal, leaves no trace and prints JSON that round-trips."""
    facts = "".join(f"p({number}, {quoted(text)}).\n" for number, text in enumerate(TEXTS.values()))
    (tmp_path / "facts.pl").write_text(facts, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", START, "query", "p(N, Text)", "-f", "facts.pl", "--format", "json"], capture_output=True, timeout=60,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    answers = json.loads(ended.stdout.decode("utf-8"))["answers"]
    assert ([[number, in_json(text)] for number, text in enumerate(TEXTS.values())], ["facts.pl"]) == (
        answers,
        os.listdir(tmp_path),
    )


@pytest.mark.heavy
def test_output_of_a_narrow_encoding(tmp_path: Path) -> None:
    """Where standard output can show some characters and not others, a command still answers, without a traceback."""
    (tmp_path / "case.pl").write_text(_case("'naïve ✓ 😀'", "'ß→'"), encoding="utf-8")
    (tmp_path / "facts.pl").write_text("p('naïve ✓ 😀').\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    arguments = (
        ["review", "case.pl"], ["review", "case.pl", "--format", "json"], ["query", "p(X)", "-f", "facts.pl"], ["check", "case.pl"],
        ["query", "p(X)", "-f", "facts.pl", "--format", "tsv"], ["why", "p(X)", "-f", "facts.pl"], ["query", "p('✓', 😀)", "-f", "facts.pl"],
    )  # fmt: skip
    ended = [
        subprocess.run(
            [sys.executable, "-c", START, *each],
            capture_output=True,
            timeout=60,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        for each in arguments
    ]
    assert [each for each, done in zip(arguments, ended, strict=True) if b"Traceback" in done.stderr] == []
