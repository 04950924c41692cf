"""What follows from the shipped program is kept between runs: it says what would be worked out."""

from __future__ import annotations

import ast
from pathlib import Path

import priorlog
import pytest

from engine import plans
from engine.knowledge import Rules, names_of
from engine.plans import MADE_BY, ROOT
from engine.reading.completion import Completion
from engine.reading.kept import KeptReading
from engine.reading.plan import Rel
from kb.language.declarations import declarations_of
from kb.language.loader import load_text, shipped_policies
from kb.language.terms import Atom
from kb.normalization import Names

BETWEEN_RUNS = "kb/language/"
"""The code that the entry of a program depends on already."""
EXAMPLE = ROOT / "examples" / "cases" / "01_rrmm_meets_criteria.pl"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where entries are kept; the folder is not there yet."""
    monkeypatch.delenv("PRIORLOG_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "priorlog"


def fresh() -> tuple[Rules, Rules]:
    """The rules of the shipped program, worked out, and made of what is kept."""
    loaded = shipped_policies()
    assert loaded.entry is not None
    alone = Rules.of(loaded.program)
    return alone, Rules(alone.clauses, alone.declarations, alone.facts, alone.names, entry=loaded.entry)


@pytest.mark.parametrize("closed_world", [False, True])
def test_what_is_kept_is_what_is_worked_out(closed_world: bool, place: Path) -> None:
    """Plan rules, what can be unknown, the constants in their order and what no rule reads are the same."""
    alone, kept = fresh()
    for _ in range(2):  # made and written, then read
        one, other = alone.program(closed_world), kept.program(closed_world)
        assert 1 == len([*place.glob("plans-*")])
        assert [*one.constants] == [*other.constants]
        assert one.unread == other.unread
        assert one.completion.openness.normal == other.completion.openness.normal
        openness, again = one.completion.openness, other.completion.openness
        assert (openness.unknown, openness.anonymous) == (again.unknown, again.anonymous)
        assert openness.revisable == again.revisable
        relations: list[Rel] = [*other.completion.made]
        assert len(relations) > 250
        for relation in relations:
            assert one.completion.rules_for(relation) == other.completion.rules_for(relation)
        assert {*one.numbered.domain()} == {*other.numbered.domain()}
        kept = fresh()[1]


def test_what_made_an_entry_is_part_of_its_key() -> None:
    """All modules that plans are made by are among those whose text the key has."""
    hashed = {path.relative_to(ROOT).as_posix() for pattern in MADE_BY for path in ROOT.glob(pattern)}
    pending, reached = ["engine/plans.py"], set[str]()
    while pending:
        file = pending.pop()
        if file not in reached:
            reached.add(file)
            pending += _imported(file)
    assert set() == {each for each in reached if not each.startswith(BETWEEN_RUNS)} - hashed


def _imported(file: str) -> list[str]:
    """The files of this repository that a module imports when it is loaded."""
    tree = ast.parse((ROOT / file).read_text())
    names = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
    paths = [f"{name.replace('.', '/')}{end}" for name in names for end in (".py", "/__init__.py")]
    return [path for path in paths if path.startswith(("kb/", "engine/")) and (ROOT / path).exists()]


def test_rules_that_are_divided_are_not_kept() -> None:
    """Parts of long bodies are numbered as they are made, so that plan rules with parts are made in each process."""
    goals = ", ".join(f"p{number}(A{number}, A{number + 1})" for number in range(12))
    open_ = "".join(f":- pred p{number}(A: x, B: x).\n:- abducible p{number}/2.\n" for number in range(12))
    loaded = load_text(f"{open_}q(A0, A12) :- {goals}.\n")
    assert () == loaded.diagnostics
    completion = Completion.of(loaded.program.rules, declarations_of(loaded.program))
    assert None is KeptReading.of(completion)


def test_what_cannot_be_read_is_made_again(place: Path) -> None:
    """An entry of other contents is as none."""
    _, kept = fresh()
    constants = [*kept.program(False).constants]
    entry = kept.entry
    assert entry is not None
    entry.beside("plans", [b"open", *plans._code()]).write(b"\x90")
    assert constants == [*fresh()[1].program(False).constants]


def test_names_that_are_kept_stand_for_what_is_worked_out(place: Path) -> None:
    """Every name of every vocabulary stands for the same, and what is not recognised is taken for the same, made or read."""
    loaded = shipped_policies()
    alone = names_of(loaded.program)
    for made in (0, 1):
        kept = Names(alone.declarations, alone.rows, alone.clauses, alone.definitions, loaded.entry)
        assert made == bool([*place.glob("names-*")])
        for kind in alone.declarations.vocabularies:
            one, other = alone.of_type(kind), kept.of_type(kind)
            assert one is not None
            assert other is not None
            assert [*one.known_by.items()] == [*other.known_by.items()]
            for name in map(Atom, ("velcade", "Velcade 3.5 mg", "bortezomb", "multiple_mieloma", "no such thing")):
                assert (one.meant(name), one.perhaps(name)) == (other.meant(name), other.perhaps(name))


def test_vocabularies_that_rules_conclude_are_not_kept() -> None:
    """What names stand for by rules depends on more than facts, and is worked out in each process."""
    entry = shipped_policies().entry
    stated = load_text(":- vocabulary(thing, known/1).\nknown(a).\n").program
    concluded = load_text(":- vocabulary(thing, known/1).\nknown(X) :- q(X).\nq(a).\n").program
    assert entry == names_of(stated, entry=entry).entry
    assert None is names_of(concluded, entry=entry).entry


def test_nothing_is_made_to_be_kept_where_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder for it the program has no entry, and plan rules are made as they are asked for."""
    monkeypatch.setenv("PRIORLOG_NO_CACHE", "1")
    loaded = shipped_policies()
    assert None is loaded.entry
    assert {} == Rules.of(loaded.program, entry=loaded.entry).program(False).completion.made


@pytest.mark.parametrize("steps", [30, 300, 1_000])
def test_what_is_kept_is_no_reason_to_give_up_less(steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few steps a question may take, it is answered, or given up at the same step, whether plan rules are made, kept, or read."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made_and_read = [asked_with(steps) for _ in range(2)]
    monkeypatch.setenv("PRIORLOG_NO_CACHE", "1")
    assert [asked_with(steps)] * 2 == made_and_read


def asked_with(steps: int) -> list[object]:
    """What comes of questions about an example that may take so many steps, asked twice of one program."""
    program = priorlog.load(cases=EXAMPLE, max_steps=steps)
    found: list[object] = []
    for goal in ("meets_criteria(rrmm)", "determination(D)") * 2:
        try:
            found.append(list(program.ask(goal)))
        except priorlog.ProgramError as error:
            found.append([each.message for each in error.diagnostics])
    return found
