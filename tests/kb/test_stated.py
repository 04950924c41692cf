"""Facts by their predicates: whatever a program is made of, it has the same items in the same order."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType

import pytest

from explain.workspace import Workspace
from kb.language import stored, syntax
from kb.language.loader import SHIPPED, load_files, load_text, shipped_parts
from kb.language.printer import show_clause
from kb.language.program import Program, Run, Stated
from kb.language.stored import restored
from kb.language.syntax import Clause, Pred
from kb.language.terms import Atom
from tests.interrupting import Interrupting

TEXT = ":- pred p(X: x).\np(a). q(a, 1). p(b).\nr(X) :- p(X).\nq(b, 2). p(c). r(d).\n:- cite(p/1, 'x').\np(a).\n"
P, Q, R = Pred("p", 1), Pred("q", 2), Pred("r", 1)


def plain() -> Program:
    return load_text(TEXT, "text.pl").program


def composed() -> Program:
    """The same, some of its facts in runs."""
    items = plain().items
    clauses = [[each for each in items[start:end] if isinstance(each, Clause)] for start, end in ((1, 4), (5, 7))]
    return Program.of([items[0], Run(clauses[0]), items[4], Run(clauses[1]), *items[7:]])


def kept() -> Program:
    return restored(stored.stored(plain()))


def both() -> Program:
    items = plain().items
    return Program(items[:6]) + Program(items[6:])


def pickled() -> Program:
    again: Program = pickle.loads(pickle.dumps(composed()))
    return again


@pytest.mark.parametrize("made", [composed, kept, both, pickled])
def test_a_program_is_the_same_whatever_it_is_made_of(made: Callable[[], Program]) -> None:
    """Items, clauses, facts, rules and declarations are in the order of the text, with their places."""
    one, other = plain(), made()
    assert one == other
    assert [each.span for each in one.items] == [each.span for each in other.items]
    assert one.clauses == other.clauses
    assert one.rules == other.rules
    assert one.declared == other.declared
    assert [*one.facts] == [*other.facts]
    assert [*one.facts.by_predicate] == [*other.facts.by_predicate]
    for pred in (P, Q, R, Pred("s", 0)):
        assert [*one.facts.of(pred)] == [*other.facts.of(pred)]
    for pred in (P, Q, R):
        assert one.facts.columns(pred) == other.facts.columns(pred)
        assert one.facts.rows(pred) == other.facts.rows(pred)
    assert ({Atom("a"), Atom("b"), Atom("c")},) == other.facts.columns(P)


@pytest.mark.parametrize("made", [composed, kept, both])
def test_a_fact_is_one_object(made: Callable[[], Program]) -> None:
    """A fact that is found by its predicate is that of the items: checks tell clauses apart by which they are."""
    program = made()
    assert {id(fact) for pred in (P, Q, R) for fact in program.facts.of(pred)} == {id(fact) for fact in program.facts}
    assert {id(fact) for fact in program.facts} <= {id(item) for item in program.items}


def test_facts_of_a_kept_program_are_decoded_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a program that was kept, facts of a predicate that nobody asks for are not made."""
    decoder, decoded = stored._facts(), list[int]()

    class Counting:
        def decode(self, data: bytes) -> tuple[Clause, ...]:
            decoded.append(len(data))
            return decoder.decode(data)

    monkeypatch.setattr(stored, "_facts", Counting)
    program = restored(stored.stored(load_text(f"{TEXT} p(e).").program))
    assert {P, Q, R} == set(program.facts.by_predicate)
    assert [] == decoded
    assert 5 == len(program.facts.of(P)) == len(program.facts.of(P))
    assert 1 == len(decoded)


def test_facts_beside_others_and_in_place_of_others() -> None:
    """Others come after, or stand where those of their predicates stood."""
    facts = plain().facts
    more = load_text("p(d). s.").program.facts
    assert [*facts, *more] == [*facts.beside(more)]
    assert [*facts.of(P), more[0]] == [*facts.beside(more).of(P)]
    others = load_text("q(b, 3). q(c, 4).").program.facts
    said = [show_clause(each) for each in facts.replaced(others)]
    assert ["p(a).", "q(b, 3).", "p(b).", "q(c, 4).", "p(c).", "r(d).", "p(a)."] == said
    assert [*others] == [*facts.replaced(others).of(Q)]
    assert facts is facts.beside(Stated())


def test_shipped_facts_are_shared_by_programs(tmp_path: Path) -> None:
    """Two policies that load a file of the library have its facts, and what was found out about them, as one."""
    spans = []
    for name in ("one.pl", "other.pl"):
        file = tmp_path / name
        file.write_text(":- use_module(library(agents)).\nknown_agent(own).\n")
        program = load_files([file]).program
        spans.append([fact for fact in program.facts.of(Pred("known_agent", 1)) if fact.span.file != str(file)])
    assert all(one is other for one, other in zip(*spans, strict=True))
    file = SHIPPED / "library" / "agents.pl"
    runs = [part for part in shipped_parts("kb/library/agents.pl", file.read_text()) if isinstance(part, Run)]
    assert sum(map(len, runs)) > 1_000


@pytest.mark.parametrize("made", [composed, kept, both])
def test_an_interruption_loses_no_facts(made: Callable[[], Program]) -> None:
    """Facts that are put in order, and interrupted at any line of that, are all there when they are asked for again."""
    program, lines = made(), Interrupting(is_of_syntax)
    with lines:
        expected = [*program.facts]
    for at in range(lines.passed):
        program = made()
        with pytest.raises(KeyboardInterrupt), Interrupting(is_of_syntax, at):
            list(program.facts)
        assert expected == [*program.facts], at


def test_a_question_that_is_interrupted_loses_no_facts(tmp_path: Path) -> None:
    """A policy that loads the library answers as before after a question that was interrupted while its facts were put in order."""
    file = tmp_path / "own.pl"
    file.write_text(":- use_module(library(responses)).\nown(a). own(b).\nok(X) :- own(X).\n")
    lines = Interrupting(is_of_syntax)
    with lines:
        expected = Workspace.open([file]).ask("ok(X)")
    assert 2 == len(expected.true)
    for at in range(0, lines.passed, lines.passed // 12):
        workspace = None
        for _ in range(2):
            with suppress(KeyboardInterrupt), Interrupting(is_of_syntax, at):
                workspace = workspace or Workspace.open([file])
                workspace.ask("ok(X)")
        assert expected == (workspace or Workspace.open([file])).ask("ok(X)"), at


def is_of_syntax(code: CodeType) -> bool:
    """Whether lines of a function are among those at which there are interruptions."""
    return code.co_filename == syntax.__file__
