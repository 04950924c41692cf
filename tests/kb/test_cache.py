"""What is kept between runs: it is what was computed, or it is not taken; and it never stops anything."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.language import cache, loader, reader
from kb.language.cache import Entry, folder
from kb.language.loader import SHIPPED, load_files, load_text, shipped_parts, shipped_policies
from kb.language.stored import restored, stored

SEED = 20240701


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where entries are kept; the folder is not there yet."""
    monkeypatch.delenv("PRIORLOG_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "priorlog"


def entry(*sources: bytes) -> Entry:
    return Entry.of("test", sources or [b"source"])


def file_of(place: Path, name: str = "test") -> Path:
    (found,) = place.glob(f"{name}-*")
    return found


def test_what_is_kept_is_what_was_written(place: Path) -> None:
    """An entry is read as it was written, by the user alone, under its own sources and name only."""
    entry().write(b"kept")
    assert b"kept" == entry().read()
    assert None is entry(b"other").read()
    assert None is Entry.of("other", [b"source"]).read()
    assert 0o600 == stat.S_IMODE(file_of(place).stat().st_mode)
    assert 0o700 == stat.S_IMODE(place.stat().st_mode)


def test_every_flipped_bit_is_noticed(place: Path) -> None:
    """An entry with any one bit flipped is no entry."""
    entry().write(b"a program and its texts")
    file = file_of(place)
    whole = file.read_bytes()
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        file.write_bytes(damaged)
        assert None is entry().read(), bit
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        assert None is entry().read(), cut


def test_a_damaged_cache_gives_the_same_policies(place: Path) -> None:
    """The shipped policies are what their files say, whatever bit of what is kept of them was flipped."""
    expected = shipped_policies()
    file, chosen = file_of(place, "policies"), random.Random(SEED)
    whole = file.read_bytes()
    assert (expected.program, expected.sources) == (shipped_policies().program, shipped_policies().sources)
    for _ in range(3):
        damaged = bytearray(whole)
        damaged[chosen.randrange(len(whole))] ^= 1 << chosen.randrange(8)
        file.write_bytes(damaged)
        assert expected.program == shipped_policies().program
        assert whole == file.read_bytes()


@pytest.mark.parametrize("name", ["policies", "grammar"])
def test_what_another_version_means_by_its_bytes_is_none(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that was kept whole, and is no value of what it is read as, is computed again."""
    expected = shipped_policies()
    with monkeypatch.context() as patched:
        patched.setattr(Entry, "read", lambda self: b"\x93\x01\x02\x03" if self.name == name else None)
        reader._tables.cache_clear()
        assert expected.program == shipped_policies().program
    reader._tables.cache_clear()


def test_an_entry_under_another_name_is_none(place: Path) -> None:
    """What was kept for other sources does not pass for these, even if a file is renamed."""
    entry(b"old").write(b"an older program")
    old = file_of(place)
    entry(b"new").write(b"a newer program")
    (new,) = set(place.iterdir()) - {old}
    old.replace(new)
    assert None is entry(b"new").read()


def test_stored_programs() -> None:
    """A program of everything that the language has is the same after it was stored, with its places."""
    written = (
        ":- pred p(X: integer, 'Y') :: 'it''s @(X)'.\n:- abducible p/2, -q/1.\n:- functional p(+, -).\n"
        ":- question p(X, Y) :: 'is it?'.\n:- cite(p/2, 'here').\n:- policy(a, [title('A'), drug(b), effective(2024-07-01)]).\n"
        ":- source('note, page 3', by('Bo'), on(2024-12-21)).\n-q(1). q('1'). q(\"1\"). q(1.50). q(-3). q(2024-02-29).\n"
        "r(X) :- p(X, Y), \\+ (q(X) ; X = Y), Z is -X * 2 + abs(Y), Z =< 4, member(X, [1, true]), age(X, Y, Z),\n"
        "    at_least(2, A-B, p(A, B)), aggregate_all(sum(A), B, p(A, B), S), S > 1.\n"
    )
    program = load_text(written).program
    again = restored(stored(program))
    assert program == again
    assert repr(program.items) == repr(again.items)
    assert [item.span for item in program.items] == [item.span for item in again.items]
    assert [clause.source for clause in program.clauses] == [clause.source for clause in again.clauses]


def no_folder(place: Path) -> None:
    place.write_text("a file in its place")


def not_ours(place: Path) -> None:
    place.mkdir(mode=0o777)
    place.chmod(0o777)


def a_link(place: Path) -> None:
    (place.parent / "elsewhere").mkdir(mode=0o700)
    place.symlink_to(place.parent / "elsewhere")


def no_home(place: Path) -> None:
    del os.environ["XDG_CACHE_HOME"]
    os.environ["HOME"] = ""


@pytest.mark.parametrize("spoil", [no_folder, not_ours, a_link, no_home])
def test_a_folder_that_cannot_be_trusted_keeps_nothing(
    place: Path, spoil: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder is a file, a link, anyone's or nowhere, nothing is kept, nothing is written, and nothing fails."""
    monkeypatch.setenv("HOME", "/nowhere")
    spoil(place)
    entry().write(b"kept")
    assert None is entry().read()
    assert [] == [file for file in place.parent.rglob("*") if file.name.startswith("test-")]


def is_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def is_a_link(file: Path) -> None:
    file.rename(file.parent.parent / "whole")
    file.symlink_to(file.parent.parent / "whole")


def is_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def is_everyones(file: Path) -> None:
    file.chmod(0o666)


@pytest.mark.parametrize("spoil", [is_a_folder, is_a_link, is_a_pipe, is_everyones])
def test_an_entry_that_cannot_be_trusted_is_none(place: Path, spoil: Callable[[Path], None]) -> None:
    """A folder, a link, a pipe or a file that others may change is no entry; if it can be replaced, it is."""
    entry().write(b"kept")
    spoil(file_of(place))
    assert None is entry().read()
    entry().write(b"kept")
    assert (None if spoil is is_a_folder else b"kept") == entry().read()
    assert 1 == len(list(place.iterdir()))


def test_a_full_disk_keeps_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that cannot be put in place leaves nothing behind."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    entry().write(b"kept")
    assert [] == list(place.iterdir())


def test_versions_keep_their_entries_beside_each_other(place: Path) -> None:
    """Entries of other sources stay, however many; they go when they were not used for long. Other files stay."""
    numbers = range(200)
    for number in numbers:
        entry(bytes([number])).write(b"kept")
    assert [b"kept"] * len(numbers) == [entry(bytes([number])).read() for number in numbers]
    then = time.time() - 100 * cache.DAY
    (place / "notes.txt").write_text("not ours")
    for file in place.iterdir():
        os.utime(file, (then, then))
    entry(b"used").write(b"kept")
    assert {"notes.txt", f"test-{entry(b'used').key.hex()}"} == {each.name for each in place.iterdir()}


def test_what_is_used_stays(place: Path) -> None:
    """An entry that was made long ago and is still read does not go when others are written."""
    entry(b"old").write(b"kept")
    then = time.time() - cache.OLDEST + cache.DAY
    os.utime(file_of(place), (then, then))
    assert b"kept" == entry(b"old").read()
    assert time.time() - file_of(place).stat().st_mtime < cache.DAY


def test_what_was_not_used_for_longest_goes_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more bytes than the folder may hold, those go that were not used for longest; the one that was just written stays."""
    for number in range(4):
        entry(bytes([number])).write(bytes(1000))
        (file,) = place.glob(f"test-{entry(bytes([number])).key.hex()}")
        os.utime(file, (time.time() - 100 + number,) * 2)
    monkeypatch.setattr(cache, "MOST_KEPT", 3500)
    entry(bytes([4])).write(bytes(1000))
    assert [False, False, True, True, True] == [entry(bytes([number])).read() is not None for number in range(5)]


@pytest.mark.heavy
def test_installations_share_their_entries(place: Path, tmp_path: Path) -> None:
    """A second installation of the same version, elsewhere, reads what the first has kept, and writes nothing of its own."""
    homes = [tmp_path / name for name in ("one", "other")]
    for home in homes:
        shutil.copytree(SHIPPED, home / "kb", ignore=shutil.ignore_patterns("__pycache__"))
    kept = []
    for home in homes:
        asked = "from kb.language.loader import shipped_policies; print(shipped_policies().sources.files)"
        run = [sys.executable, "-c", asked]
        told = subprocess.run(
            run, cwd=home, env={**os.environ, "PYTHONPATH": str(home)}, capture_output=True, check=True
        )
        assert str(home) in told.stdout.decode()
        kept.append({each.name: each.stat().st_mtime_ns for each in place.iterdir()})
    assert kept[0] == kept[1]
    assert {"policies", "grammar", "file"} == {name.partition("-")[0] for name in kept[0]}


def test_files_of_other_names_are_another_program(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation in which a file has moved, and nothing else is different, has the places of its own files."""
    policy, library = ":- use_module(library(a)).\np(a).\n", "q(a).\n"
    for folder_of_a in ("library", "policies", "library"):
        home = tmp_path / f"with a in {folder_of_a}" / "kb"
        for name, text in ((f"{folder_of_a}/a.pl", library), ("policies/own.pl", policy)):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        monkeypatch.setattr(loader, "SHIPPED", home)
        monkeypatch.setattr(loader, "POLICY_FILES", (home / "policies" / "own.pl",))
        assert {"kb/policies/own.pl", f"kb/{folder_of_a}/a.pl"} == {*shipped_policies().sources.files}
    assert 2 == len([*place.glob("policies-*")])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", "/nobody/at/home/.cache/priorlog"),
        ("relative", "/nobody/at/home/.cache/priorlog"),
        ("/there", "/there/priorlog"),
    ],
)
def test_where_the_cache_is(given: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative `XDG_CACHE_HOME` is as good as none, as its standard has it."""
    monkeypatch.delenv("PRIORLOG_NO_CACHE", raising=False)
    monkeypatch.setenv("HOME", "/nobody/at/home")
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    assert expected == str(folder())


def test_a_shipped_file_is_kept_by_itself(place: Path, tmp_path: Path) -> None:
    """What a policy of one's own loads from the library is kept, file by file, and read the same with it as without."""
    policy = tmp_path / "policy.pl"
    policy.write_text(f":- ensure_loaded('{SHIPPED / 'library' / 'responses.pl'}').\np(a).\n")
    shipped_parts.cache_clear()
    first = load_files([policy])
    assert 1 == len([*place.glob("file-*")])
    shipped_parts.cache_clear()
    again = load_files([policy])
    assert (first.program, first.sources, ()) == (again.program, again.sources, again.diagnostics)
    assert [each.span for each in first.program.clauses] == [each.span for each in again.program.clauses]
