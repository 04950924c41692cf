"""Texts that stand in the place of files, and what is read of a text that was read before."""

from __future__ import annotations

from pathlib import Path

from kb.language.diagnostics import SourceText
from kb.language.loader import Clauses, Texts, load_files, said_in


def test_what_is_read_again_is_what_is_read_anew() -> None:
    """Clauses that moved with what stands above them say the same as in a text that is read for the first time, each where it
    stands now, and so do the diagnostics about them."""
    kept, text = Clauses(), "% a\np(a).\nq(X) :- p(X), X = p(b).\nq(2024-02-30).\nr(b).\n"
    for each in (text, "\n\n" + text, text.replace("p(a).", "p(a). p(c)."), text.replace("% a\n", ""), text[9:]):
        again, anew = ([*said_in(SourceText("a.pl", each), clauses)] for clauses in (kept, None))
        assert [(item, item.span) for item in again] == [(item, item.span) for item in anew]


def test_a_text_stands_in_the_place_of_its_file(tmp_path: Path) -> None:
    """Whoever loads the file reads the text; it need not be there."""
    (tmp_path / "a.pl").write_text(":- ensure_loaded('b.pl').\n", encoding="utf-8")
    loaded = load_files([tmp_path / "a.pl"], Texts({tmp_path.resolve() / "b.pl": "p(a).\n"}))
    assert [str(clause.head.pred) for clause in loaded.program.clauses] == ["p/1"]
