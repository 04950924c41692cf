"""Files that are written: whole or as they were, never over what was read, and nothing else than files is replaced."""

from __future__ import annotations

import os
import stat
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.language.diagnostics import ProgramError
from kb.output import MOST_AT_ONCE, Output, check_outputs, replacing, target_of, write_new


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def itself() -> str:
    return "read.pl"


def another_way() -> str:
    Path("folder").mkdir()
    return "folder/../read.pl"


def a_link() -> str:
    Path("out.txt").symlink_to("read.pl")
    return "out.txt"


def a_hard_link() -> str:
    os.link("read.pl", "out.txt")
    return "out.txt"


def a_link_to_a_hard_link() -> str:
    os.link("read.pl", "hard")
    Path("out.txt").symlink_to("hard")
    return "out.txt"


NAMES = [itself, another_way, a_link, a_hard_link, a_link_to_a_hard_link]


@pytest.mark.parametrize("name", NAMES)
def test_an_output_is_no_input(name: Callable[[], str]) -> None:
    """A file that was read is not written, under whatever name; the error says so, and nothing else is there after it."""
    Path("read.pl").write_text("read")
    target = name()
    before = sorted(Path().rglob("*"))
    for write in (Output(target, (Path("read.pl"),)).write, lambda _: check_outputs([Path(target)], [Path("read.pl")])):
        with pytest.raises(ProgramError, match="cannot be written: it is what is read"):
            write("written")
    assert ("read", before) == (Path("read.pl").read_text(), sorted(Path().rglob("*")))


def test_an_output_is_no_file_of_a_folder_that_was_read() -> None:
    """What lies in a folder that was read, also behind links, is not written; nor is a new file put there."""
    for each in ("in/sex", "elsewhere"):
        Path(each).mkdir(parents=True)
    Path("elsewhere/part.csv").write_text("read")
    Path("in/sex/linked").symlink_to(Path("elsewhere").absolute())
    Path("elsewhere/cycle").symlink_to(Path("in").absolute())
    with pytest.raises(ProgramError, match="it is what is read"):
        Output("elsewhere/part.csv", (Path("in"),)).write("written")
    with pytest.raises(ProgramError, match="it would be read with the folder next time"):
        Output("in/report.txt", (Path("in"),)).write("written")
    Output("report.txt", (Path("in"),)).write("written")
    assert ("read", "written") == (Path("elsewhere/part.csv").read_text(), Path("report.txt").read_text())


@pytest.mark.parametrize("read", ["x" * 300, "no/such", "plain/below", "loop"])
def test_an_input_that_cannot_be_looked_at_is_no_fault_of_an_output(read: str) -> None:
    """What is wrong with what is to be read is said where it is read, and of no file that is to be written."""
    Path("plain").write_text("")
    Path("loop").symlink_to("loop")
    for write in (Output("out", (Path(read),)).write, lambda _: check_outputs([Path("out")], [Path(read)])):
        write("written")
    assert "written" == Path("out").read_text()


def test_outputs_are_different_files() -> None:
    """Two outputs of one name, or of two names of one file, are an error, whether they are there or not."""
    Path("folder").mkdir()
    Path("there").write_text("")
    os.link("there", "same")
    for first, second in (("new", "folder/../new"), ("there", "same")):
        with pytest.raises(ProgramError, match="it is written twice"):
            check_outputs([Path(first), Path(second)], [])


def test_modes() -> None:
    """A new file is for the user alone, whatever the mask; one that is replaced keeps its mode; a read-only one stays."""
    mask = os.umask(0)
    try:
        Output("new").write("a")
        write_new(Path("case.pl"), "a")
        for mode in (0o644, 0o660, 0o600):
            Path("old").write_text("old")
            Path("old").chmod(mode)
            Output("old").write("a")
            assert (mode, "a") == (stat.S_IMODE(Path("old").stat().st_mode), Path("old").read_text())
    finally:
        os.umask(mask)
    assert [0o600, 0o600] == [stat.S_IMODE(Path(each).stat().st_mode) for each in ("new", "case.pl")]


def another_group() -> int:
    """A group that a file may be given to."""
    others = [each for each in os.getgroups() if each != os.getegid()] or [12345] * (os.geteuid() == 0)
    if not others:
        pytest.skip("the user is in one group only")
    return others[0]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o664])
def test_a_replaced_file_keeps_its_group(mode: int) -> None:
    """A file that is replaced belongs to the group that it belonged to, and keeps its mode."""
    Path("old").write_text("old")
    os.chown("old", -1, another_group())
    Path("old").chmod(mode)
    Output("old").write("new")
    assert (another_group(), mode) == ((found := Path("old").stat()).st_gid, stat.S_IMODE(found.st_mode))


@pytest.mark.parametrize(
    ("mode", "left"), [(0o640, 0o600), (0o660, 0o600), (0o664, 0o644), (0o604, 0o600), (0o755, 0o755), (0o600, 0o600)]
)
def test_another_group_gets_no_more(mode: int, left: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the group of a file cannot be kept, nobody but the user may do more than before: what all others might do."""
    Path("old").write_text("old")
    os.chown("old", -1, another_group())
    Path("old").chmod(mode)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chown", refuse)
    Output("old").write("new")
    assert left == stat.S_IMODE(Path("old").stat().st_mode)


def test_a_link_stays_a_link() -> None:
    """A file behind a link is written, and the link leads to it as before; one that leads nowhere makes its file."""
    Path("real").mkdir()
    Path("out").symlink_to("real/report")
    for text in ("first", "second"):
        Output("out").write(text)
        assert (True, text) == (Path("out").is_symlink(), Path("real/report").read_text())
    Path("a").symlink_to("b")
    Path("b").symlink_to("a")
    with pytest.raises(ProgramError, match="a link that leads nowhere"):
        Output("a").write("text")


def test_a_pipe_is_written_to() -> None:
    """A pipe is written to by `Output` and refused where files are replaced; it stays a pipe."""
    os.mkfifo("pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(Path("pipe").read_text()))
    reader.start()
    Output("pipe").write("text")
    reader.join(10)
    with pytest.raises(ProgramError, match="it is no plain file"):
        check_outputs([Path("pipe")], [])
    with pytest.raises(OSError, match="no plain file"), replacing([Path("pipe")]) as (file,):
        file.write_text("text")
    assert (["text"], True) == (got, Path("pipe").is_fifo())


@pytest.mark.parametrize("special", [True, False])
def test_a_long_line_is_not_held_in_memory(special: bool) -> None:
    """A text without line ends, to a device or a file, is written in parts: memory holds a small share of it."""
    number, piece = 400, "x" * MOST_AT_ONCE
    tracemalloc.start()
    try:
        Output(os.devnull if special else "out.txt").write_pieces(piece for _ in range(number))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < number * MOST_AT_ONCE, "it held all of the text"


def test_others_leave_what_is_written_alone() -> None:
    """A link in the place of what used to be the unfinished file is not followed, and stays."""
    Path("precious").write_text("precious")
    Path("out.part").symlink_to("precious")
    Output("out").write("text")
    assert ("precious", "text") == (Path("precious").read_text(), Path("out").read_text())


def test_writers_at_the_same_time_leave_one_whole_text() -> None:
    """Whoever reads while several write has the whole text of one of them."""
    texts = [letter * 200_000 for letter in "abc"]
    Output("out").write(texts[0])
    writers = [
        threading.Thread(target=lambda each=each: [Output("out").write(each) for _ in range(20)]) for each in texts
    ]
    for each in writers:
        each.start()
    while any(each.is_alive() for each in writers):
        assert Path("out").read_text() in texts
    assert [Path("out")] == list(Path().iterdir())


def test_what_is_written_already_is_said() -> None:
    """Where the second of two files cannot be put in its place, the error says that the first is."""

    def write() -> None:
        with replacing([Path("first"), Path("second")]) as files:
            for file in files:
                file.write_text("text")
            Path("second").mkdir()

    with pytest.raises(ProgramError, match="`second` cannot be written: it is no plain file; written are `first`"):
        write()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_end_on_the_way_leaves_nothing(stop: type[BaseException]) -> None:
    """Where the writing ends early, the file is as it was, and nothing hidden is left."""
    Path("out").write_text("old")

    def write() -> None:
        with replacing([Path("out")]) as (file,):
            file.write_text("half")
            raise stop

    with pytest.raises(stop):
        write()
    assert ("old", [Path("out")]) == (Path("out").read_text(), list(Path().iterdir()))


@pytest.mark.parametrize(
    ("name", "why"),
    [(".", "a folder"), ("new/", "a folder"), ("new/.", "a folder"), ("new/..", "a folder"), ("no/such", "no such f"), ("a\0b", "NUL"),
     ("x" * 300, "")],
)  # fmt: skip
def test_what_cannot_be_written_is_said(name: str, why: str) -> None:
    """A name that is none, or of a folder, or too long is an error that names it and writes nothing."""
    for write in (Output(name).write, lambda text: write_new(target_of(name), text)):
        with pytest.raises(ProgramError, match=f"(?i)cannot be written: .*{why}"):
            write("text")
    assert [] == list(Path().iterdir())


def test_a_new_file_is_not_written_over() -> None:
    """What is there already, if only a link that leads nowhere, stays."""
    Path("case.pl").symlink_to("nowhere")
    with pytest.raises(ProgramError, match="it is there already"):
        write_new(Path("case.pl"), "text")
    assert [Path("case.pl")] == list(Path().iterdir())
