"""The checker on JSON as text: what is read is just what would be written, however it came here."""

from __future__ import annotations

import json
import random
import re
import shutil
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explain.cli.entry import main
from explain.proof import nodes
from explain.proof.node_json import node_from_json, node_json
from explain.proof.nodes import Node
from explain.report.json_text import json_text
from explain.verify import Verifier, verify
from explain.verify.json_text import JsonTextError, has_half, read_json
from explain.words.values import constant, json_value
from kb.language.loader import load_text
from kb.language.program import Program
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, make_decimal
from kb.language.truth import Truth
from tests.ended import Ended, ran
from tests.explain.mutations import JSON_MUTATIONS, Json, folded, json_changed, resealed, says_less, spread

CASES = Path(__file__).parents[2] / "examples" / "cases"
OPEN = CASES / "03_rrmm_second_proteasome_inhibitor_open.pl"

# --- text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 2}', "the key `a` stands twice in one object (line 1, column 10)"),
        ('{"a": 1, "\\u0061": 1}', "the key `a` stands twice"),
        ("[NaN]", "this is no JSON (line 1, column 2)"), ("[Infinity]", "this is no JSON"), ("[1.0]", "`1.0` is no integer"),
        ("[1e2]", "`1e2` is no integer"), ("[-0]", "`-0` is no integer"), ("[9223372036854775808]", "does not fit 64 bits"),
        ("[" + "9" * 5000 + "]", "does not fit 64 bits"), ('["\\ud800"]', "half of a character"), ('["a\\q"]', "an escape that JSON does not have"),
        ('["a\nb"]', "this is no JSON"), ("[1] 2", "a value stands where the end is due"), ("[1,]", "`]` stands where a value is due"),
        ("", "the end stands where a value is due"), ("[1]\0", "this is no JSON"), ("// x\n[1]", "this is no JSON"),
        ("[" * 1_000_000, "it is nested deeper than"), ("[" * 5, "the end stands where a value is due"),
        ('"' + "\\u0041" * 100_000, "this is no JSON"),
    ],
)  # fmt: skip
def test_text_that_could_be_read_otherwise_is_refused(text: str, why: str) -> None:
    """What another reader might take for something else, or is never written, is refused with its place."""
    with pytest.raises(JsonTextError) as error:
        read_json(text)
    assert why in str(error.value)


plain_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


@given(plain_json, st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read(data: object, is_indented: bool) -> None:
    """JSON is read as it was written, in one line or many, and means the same to the standard library."""
    text = json_text(data, indent=is_indented)
    assert data == read_json(text) == read_json("\ufeff" + text) == json.loads(text)


constants = (
    st.text(max_size=6).map(Atom) | st.text(max_size=6).map(Str) | st.integers(-(2**63), 2**63 - 1).map(Int) | st.dates().map(Date)
    | st.decimals(-10_000, 10_000, places=2).map(make_decimal) | st.sampled_from(["1", "1.5", "X", "_", "2024-02-30", "2024-W01-1", "-1", "1e5"]).map(Atom)
)  # fmt: skip


@given(constants, constants)
def test_no_two_constants_have_one_value(one: Const, other: Const) -> None:
    """A constant is told by its JSON value alone: kinds that look alike carry their kind."""
    assert (constant(json_value(one)), json_value(one) == json_value(other)) == (one, one == other)


def test_constants_are_plain_where_their_spelling_tells() -> None:
    """Names, dates, decimals and integers are as short as they can be; strings say that they are."""
    plain = [
        Atom("a"),
        Atom("5-HT3"),
        Atom("Two words"),
        Int(1),
        make_decimal(Dec(__import__("decimal").Decimal("1.50")).value),
    ]
    assert [*map(json_value, plain)] == ["a", "5-HT3", "Two words", 1, "1.5"]
    assert [*map(json_value, (Str("a"), Atom("1"), Atom("X1")))] == [{"string": "a"}, {"atom": "1"}, {"atom": "X1"}]


# --- deep and shared -----------------------------------------------------------------------------------------------


def chain(length: int) -> tuple[Program, Node]:
    """A program with a path of so many steps, and the proof that it leads from one end to the other."""
    edges = "".join(f"edge({n}, {n + 1}).\n" for n in range(length))
    first, step = "path(X, Y) :- edge(X, Y).", "path(X, Y) :- path(X, Z), edge(Z, Y)."
    program = load_text(f"{edges}{first}\n{step}\n", "r.pl").program
    node: Node | None = None
    for n in range(length):
        edge = nodes.Fact(
            goal=f"edge({n}, {n + 1})", text=f"edge({n}, {n + 1})", evidence=(nodes.Evidence("r.pl", n + 1, 1),)
        )
        goal = f"path(0, {n + 1})"
        rule = nodes.RuleRef(first if node is None else step, "r.pl", length + (1 if node is None else 2))
        binding = {"X": "0", "Y": str(n + 1)} | ({} if node is None else {"Z": str(n)})
        children = (edge,) if node is None else (node, edge)
        node = nodes.Rule(goal=goal, status=Truth.TRUE, text=goal, rule=rule, binding=binding, children=children)
    assert node is not None
    return program, node


def test_a_proof_of_1500_steps_is_written_read_and_checked() -> None:
    """The depth of a proof costs no more than its length: a few hundred bytes a step, and no limit of recursion."""
    program, node = chain(1500)
    text = json_text(node_json(node))
    assert (len(text) < 700 * 1500, node_from_json(read_json(text)) == node, verify(read_json(text), program)) == (
        True,
        True,
        [],
    )


def test_a_shared_step_is_written_once() -> None:
    """A tower of predicates, each used twice by the next, has as many steps in JSON as it has predicates, in reading order."""
    rules = "p0(1). p0(2). " + " ".join(f"p{n}(X) :- p{n - 1}(X), p{n - 1}(Y), X >= Y." for n in range(1, 25))
    program = load_text(rules, "r.pl").program
    Path("tower.pl").write_text(rules, encoding="utf-8")
    from explain.workspace import Workspace

    data = node_json(Workspace.open(["tower.pl"]).explain("p24(2)").node)
    seen: list[str] = []
    pending: list[Any] = [data]
    while pending:
        each = pending.pop()
        if each.keys() == {"see"}:
            assert each["see"] in seen
            continue
        assert each["id"] not in seen
        seen.append(each["id"])
        pending += [*each.get("about", [])[::-1], *each["children"][::-1]]
    assert (len(seen) < 100, len(json_text(data)) < 30_000) == (True, True)
    program = Workspace.open(["tower.pl"]).loaded.program
    assert verify(json.loads(json_text(data)), program) == []


# --- changes -------------------------------------------------------------------------------------------------------

RULES = """
:- abducible q/2.
:- question q(C, A) :: 'Is @(A) given?'.
:- source('a register', by('Bo'), on(2024-12-21)).
class(a, x). class(b, x). q(k, a). born(k, 2000-01-31).
two(C) :- born(C, _), at_least(2, A, (class(A, x), q(C, A))).
old(C) :- born(C, D), age(D, 2020-01-01, Y), Y >= 18.
none(C) :- born(C, _), \\+ (class(A, x), q(C, A)).
either(C) :- two(C).
either(C) :- none(C).
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.pl").write_text(RULES, encoding="utf-8")


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return partial(ran, capsys)


@pytest.mark.parametrize("goal", ["two(k)", "old(k)", "none(k)", "either(k)", "old(X), two(X)"])
def test_no_change_to_the_json_of_an_explanation_is_accepted(goal: str, run: Run) -> None:
    """Keys left out, renamed, added, values of other types, texts touched, lists emptied, values swapped: rejected."""
    genuine: Json = spread(run("whynot", goal, "-f", "rules.pl", "--format", "json").data)
    program = load_text(RULES, "rules.pl").program
    rng = random.Random(5)
    for mutation in JSON_MUTATIONS:
        for _ in range(12):
            changed = json_changed(mutation, genuine, rng)
            if changed is not None and not verify(changed, program):
                after = spread(changed)
                assert says_less(genuine, after) or arranged(genuine) == arranged(after), mutation.__name__


def arranged(data: Any) -> Any:
    """An explanation without ids, what a step rests on in one order: that is not checked, as the output says."""
    if isinstance(data, dict):
        plain = {key: arranged(value) for key, value in data.items() if key != "id"}
        return plain | {key: sorted(plain[key], key=json.dumps) for key in ("children", "about") if key in plain}
    return [arranged(each) for each in data] if isinstance(data, list) else data


@pytest.mark.parametrize("beside", [0, 2**70, float("nan"), {1: 2}, {("a",): 1}, "\U0001f600"])
@pytest.mark.parametrize("levels", [1, 100_000])
def test_half_of_a_character_is_found_beside_what_cannot_be_written(beside: object, levels: int) -> None:
    """Only half of a character is one, though other data cannot be written as UTF-8 either, or is too deep for it."""
    for text, is_half in (("\ud800", True), ("\ud83d\ude00", True), ("\xe9\u4e2d", False)):
        for data in ([beside, text], {"a": beside, text: 1}):
            for _ in range(levels):
                data = [data]
            assert has_half(data) is is_half


@pytest.mark.parametrize("command", ["whynot", "missing"])
def test_half_of_a_character_is_a_fault_in_any_text(command: str, run: Run) -> None:
    """Data that another reader has read may have half of a character in a text or a key: it is rejected, wherever it stands."""
    genuine: Json = run(command, "two(k)", "-f", "rules.pl", "--format", "json").data
    checker = Verifier.of(load_text(RULES, "rules.pl").program)
    text = json.dumps(genuine)
    ends = [found.end() for found in re.finditer(r'"[^"]*', text)][::2]
    for end in ends:
        changed = json.loads(text[:end] + "\\ud800" + text[end:])
        assert [str(each).isprintable() for each in checker.report(changed).faults] == [True]


def test_no_change_to_what_is_missing_is_accepted(run: Run) -> None:
    """The same of what `missing` prints."""
    genuine: Json = run("missing", "two(k)", "-f", "rules.pl", "--format", "json").data
    program = load_text(RULES, "rules.pl").program
    assert verify(genuine, program) == []
    rng = random.Random(5)
    for mutation in JSON_MUTATIONS:
        for _ in range(15):
            changed = json_changed(mutation, genuine, rng)
            if changed is not None and changed.get("limit") == genuine["limit"]:
                assert verify(changed, program), (mutation.__name__, changed)


def forged(change: Callable[[Json], object]) -> Callable[[list[Json]], object]:
    return lambda reviews: change(reviews[0])


def waived(review: Json) -> None:
    steps = [node for node in _steps(review) if node.get("goal", "").startswith("complete(")]
    for step in steps:
        step["goal"] += " % waived"


def _steps(data: Any) -> list[Json]:
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    own = [data] if isinstance(data, dict) and "children" in data else []
    return own + [step for each in inside for step in _steps(each)]


FORGERIES: dict[str, Callable[[list[Json]], object]] = {
    "a goal with a comment": forged(waived),
    "another key": forged(lambda each: each.update(approved_by="someone")),
    "a key in capitals beside it": forged(lambda each: each.update(Determination="meets_criteria")),
    "a key of a criterion": forged(lambda each: each["criteria"][0].update(waived=True)),
    "another wording of an assumption": forged(
        lambda each: each["assumptions"].__setitem__(0, each["assumptions"][0] + " or so")
    ),
    "missing and ways emptied": forged(lambda each: each.update(missing=[], ways=[])),
    "more than there are": forged(lambda each: each.update(are_more=True)),
    "a date as an integer": forged(lambda each: each.update(as_of=20240903)),
    "a date as an integer too": forged(lambda each: each.update(date=20240903)),
    "an amount as a float": forged(lambda each: each["ways"][0]["any_of"][0].update(count=1.0)),
    "a set in another place": forged(lambda each: each["missing"].reverse()),
    "an empty list": lambda reviews: reviews.clear(),
    "one review of two": lambda reviews: reviews.pop(),
    "one review twice": lambda reviews: reviews.__setitem__(1, reviews[0]),
    "something else among reviews": lambda reviews: reviews.append({}),
}


@pytest.fixture(scope="module")
def two_reviews(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Json]]:
    """A file with two cases, and its reviews with every step in full."""
    folder = tmp_path_factory.mktemp("two")
    text = OPEN.read_text(encoding="utf-8").replace(":- ensure_loaded", "% ")
    (folder / "two.pl").write_text(text + text.replace("rrmm_second_pi_open", "other"), encoding="utf-8")
    assert main(["review", str(folder / "two.pl"), "--format", "json", "-o", str(folder / "two.json")]) == 0
    return folder, [spread(each) for each in json.loads((folder / "two.json").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("how", FORGERIES)
@pytest.mark.heavy
def test_a_forged_review_is_rejected(how: str, two_reviews: tuple[Path, list[Json]], run: Run) -> None:
    """What is not just as it would be written is rejected, the ids made anew or not."""
    folder, reviews = two_reviews
    changed: list[Json] = json.loads(json.dumps(reviews))
    FORGERIES[how](changed)
    Path("forged.json").write_text(json.dumps([folded(resealed(each)) for each in changed]), encoding="utf-8")
    ended = run("verify", "forged.json", "--case", str(folder / "two.pl"))
    assert (ended.code, "rejected: " in ended.out or "E109" in ended.err, "accepted" in ended.out) == (1, True, False)


@pytest.mark.heavy
def test_a_closed_world_review_says_that_it_is_one(run: Run) -> None:
    """One that is checked in a closed world, and says that its world is open, is rejected."""
    assert main(["review", str(OPEN), "--closed-world", "--format", "json", "-o", "r.json"]) == 0
    assert run("verify", "r.json", "--case", str(OPEN), "--closed-world").code == 0
    data = json.loads(Path("r.json").read_text(encoding="utf-8"))
    data[0]["closed_world"] = False
    data[0]["assumptions"] = [each for each in data[0]["assumptions"] if not each.startswith("closed world")]
    Path("r.json").write_text(json.dumps(data), encoding="utf-8")
    assert run("verify", "r.json", "--case", str(OPEN), "--closed-world").code == 1


# --- what is genuine -----------------------------------------------------------------------------------------------


@pytest.mark.heavy
def test_genuine_reviews_are_accepted_however_they_came_here(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """From standard input, from another folder, with a byte order mark, of cases `1` and `'1'` in one file, on many lines."""
    Path("folder").mkdir()
    shutil.copy(OPEN, "folder/case.pl")
    text = OPEN.read_text(encoding="utf-8")
    Path("ones.pl").write_text(
        "".join(text.replace("rrmm_second_pi_open", name) for name in ("1", "'1'")), encoding="utf-8"
    )
    monkeypatch.setattr("sys.stdin", __import__("io").TextIOWrapper(__import__("io").BytesIO(text.encode())))
    written = {
        "stdin.json": (run("review", "-", "--format", "json").out, "folder/case.pl"),
        "ones.json": (run("review", "ones.pl", "--format", "json", "--indent").out, "ones.pl"),
        "bom.json": ("\ufeff" + run("review", "folder/case.pl", "--format", "json").out, "folder/case.pl"),
    }
    monkeypatch.chdir("folder")
    written["../there.json"] = (run("review", "case.pl", "--format", "json").out, "folder/case.pl")
    monkeypatch.chdir("..")
    for name, (json_, case) in written.items():
        Path(name.removeprefix("../")).write_text(json_, encoding="utf-8")
        ended = run("verify", name.removeprefix("../"), "--case", case)
        assert (name, ended.code, ended.out.split("\n")[0]) == (name, 0, "accepted: every step checks")


def test_rules_may_stand_in_another_folder(run: Run) -> None:
    """A file of rules may go by another path, like one of a case."""
    Path("there").mkdir()
    shutil.copy("rules.pl", "there/rules.pl")
    Path("proof.json").write_text(
        run("why", "two(k)", "-f", "there/rules.pl", "--format", "json").out, encoding="utf-8"
    )
    ended = run("verify", "proof.json", "-f", "rules.pl")
    assert ended.out.split("\n")[:2] == [
        "accepted: every step checks", "read here as `rules.pl`: the file `there/rules.pl`",
    ]  # fmt: skip


def test_a_rule_that_stands_twice_is_one_reason(run: Run) -> None:
    """An explanation of what a rule does not conclude, which the program has twice, is accepted."""
    Path("twice.pl").write_text("q(a).\np(X) :- q(X), X == b.\np(X) :- q(X), X == b.\n", encoding="utf-8")
    Path("twice.json").write_text(run("whynot", "p(X)", "-f", "twice.pl", "--format", "json").out, encoding="utf-8")
    assert run("verify", "twice.json", "-f", "twice.pl").code == 0


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"children": [' * 50_000 + "]}" * 50_000])
def test_json_that_is_nested_without_end_is_a_fault(text: str, run: Run) -> None:
    """A file of brackets is rejected with a message, whatever its depth."""
    Path("deep.json").write_text(text, encoding="utf-8")
    ended = run("verify", "deep.json", "-f", "rules.pl")
    assert (ended.code, "rejected: 1 fault" in ended.out) == (1, True)


def test_the_places_of_deep_steps_take_little_memory() -> None:
    """What is nested deep is read in memory that grows with its length, and a fault still says where it is."""
    step: Any = read_json(json_text(node_json(chain(1)[1])))
    step["id"] = "x"
    program, data = load_text("p(a).").program, {**step, "children": []}
    for _ in range(6_000):
        data = {**step, "children": [data]}
    tracemalloc.start()
    faults = verify(data, program)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (most < 60_000_000, faults[0].path.count("children[0]")) == (True, 6_000)
