"""Files that are written: each is whole in its place or as it was before, and none is a file that was read, or one of the
program itself.

What is written is made in a hidden folder of its own beside its place, which nobody else can enter, and then takes that
place at once. A file keeps its user, group and mode when it is replaced, as far as the system allows; a new one is for
the user alone. What is no plain file, such as a pipe, is written to and never replaced.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Span
from kb.screen import itself

if TYPE_CHECKING:  # importing it takes as long as all else here
    import tempfile

HIDDEN = ".priorlog-"
"""What the names of hidden folders begin with."""
MOST_HELD = 4 * 1024 * 1024
"""So many characters of what is not complete yet are held in memory; what is more, in a temporary file."""
MOST_AT_ONCE = 65_536
"""How many characters are copied at once."""
ANOTHER = "name another file"
PACKAGES = tuple(Path(__file__).resolve().parents[1] / each for each in ("kb", "engine", "explain"))
"""The folders of the program, whose files it reads whenever it runs: none is written there."""


class Inputs(Struct, frozen=True):
    """Files and folders that were read, looked up once: many files can be held against them."""

    files: frozenset[tuple[int, int]]
    """What tells each file from others, those in folders among them, under whatever name."""
    folders: tuple[Path, ...]
    """Without links."""

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Inputs:
        """Of what is named."""
        files, folders = set[tuple[int, int]](), list[Path]()
        for path in paths:
            if os.path.isdir(path):
                folders.append(Path(os.path.realpath(path)))
                files |= {known for each in _files_in(path) if (known := _identity(each)) is not None}
            elif (known := _identity(path)) is not None:
                files.add(known)
        return cls(frozenset(files), tuple(folders))

    def have(self, target: Path) -> bool:
        """Whether a file is one of them."""
        return _identity(target) in self.files

    def would_have(self, target: Path) -> bool:
        """Whether a file that is not there yet would lie in a folder that is read, as all that lies there is read."""
        return any(Path(os.path.realpath(target)).is_relative_to(each) for each in self.folders)


def _identity(path: Path) -> tuple[int, int] | None:
    """The device and the number of a file, if it is there."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


class Output(Struct, frozen=True):
    """Where a finished text goes: to a file, or to standard output if none is named; `inputs` are the files and folders
    that were read, none of which is overwritten."""

    path: str | None = None
    inputs: tuple[Path, ...] | Inputs = ()
    has_colours: bool = False
    """Whether the text is safe to show as it is; else what a terminal could act on is shown as escapes there."""

    @property
    def is_terminal(self) -> bool:
        """Whether people see the text on a terminal."""
        return self.path is None and sys.stdout.isatty()

    def write(self, text: str) -> None:
        """Writes all of the text. Raises `ProgramError` if the file cannot be written, and `OSError` for standard output."""
        self.write_pieces((text,))

    def write_bytes(self, data: bytes) -> None:
        """Writes data that is no text. Raises as `write` does, and for a terminal, which cannot show it."""
        if self.path is None:
            if sys.stdout.isatty():
                raise ProgramError([unwritable("<stdout>", "a terminal does not show it", "name a file with `-o`")])
            itself(sys.stdout).flush()
            itself(sys.stdout).buffer.write(data)
            return
        target = target_of(self.path)
        with failures_told(target):
            _demand_writable(target, self.inputs)
            if is_special(target):
                with open(os.open(target, os.O_WRONLY | os.O_NOCTTY), "wb") as out:
                    out.write(data)
            else:
                with replacing([target]) as (file,):
                    file.write_bytes(data)

    def write_pieces(self, pieces: Iterable[str]) -> None:
        """Writes a text of pieces, each of which may take long to make and be let go of once it is made. Nothing is seen of
        it before all are made: till then they are in a temporary file. Raises as `write` does."""
        if self.path is None:
            out = sys.stdout if self.is_terminal and not self.has_colours else itself(sys.stdout)
            with _spooled(pieces) as parts:
                for part in parts:
                    out.write(part)
            return
        target = target_of(self.path)
        with failures_told(target):
            _demand_writable(target, self.inputs)
            if is_special(target):
                with _spooled(pieces) as parts, open(os.open(target, os.O_WRONLY | os.O_NOCTTY), "wb") as out:
                    out.writelines(map(encoded, parts))
            else:
                with replacing([target]) as (file,), file.open("wb") as out:
                    out.writelines(map(encoded, pieces))

    def write_lines(self, lines: Iterable[str]) -> None:
        """Writes lines of which each is whole by itself: to standard output as they are made, to a file as other pieces. Raises as
        `write` does."""
        if self.path is not None:
            self.write_pieces(lines)
            return
        out = sys.stdout if self.is_terminal else itself(sys.stdout)
        for each in lines:
            out.write(each)
            out.flush()


def target_of(name: str | os.PathLike[str]) -> Path:
    """The file that a name is of. Raises `ProgramError` for a name that ends as one of a folder, which a path would not tell."""
    if os.path.basename(name) in ("", os.curdir, os.pardir):
        raise ProgramError([unwritable(name, "its name is that of a folder")])
    return Path(name)


def check_new(path: Path) -> None:
    """Raises `ProgramError` if a file that is to be new is there already or cannot be written."""
    with failures_told(path):
        if os.path.lexists(path):
            raise there_already(path)
        _demand_writable(path)


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet.

    Raises `ProgramError` if it is there by now or cannot be written; then nothing half written is left.
    """
    check_new(path)
    with failures_told(path):
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise there_already(path) from None
        try:
            with replacing([path]) as (file,):
                file.write_bytes(encoded(text))
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def rewrite(path: Path, text: str) -> None:
    """Puts another text, which says the same, into a file that was read. Raises `ProgramError` if it cannot be written."""
    with failures_told(path):
        _demand_writable(path, packages=())
        with replacing([path]) as (file,):
            file.write_bytes(encoded(text))


@contextmanager
def _spooled(pieces: Iterable[str]) -> Iterator[Iterator[str]]:
    """A text of pieces, all of which are made by then, in parts of some length: from a temporary file, where it is long."""
    pieces = iter(pieces)
    held = io.StringIO(newline="")
    for piece in pieces:
        held.write(piece)
        if held.tell() > MOST_HELD:
            break
    else:
        held.seek(0)
        yield _parts(held)
        return
    import tempfile  # only where there is more than memory is to hold

    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="") as spool:
        spool.write(held.getvalue())
        spool.writelines(pieces)
        spool.seek(0)
        yield _parts(spool)


def _parts(text: IO[str]) -> Iterator[str]:
    """What is left of a text, in parts of some length, as a line of it may be longer than memory should hold."""
    return iter(partial(text.read, MOST_AT_ONCE), "")


def encoded(text: str) -> bytes:
    """A text as files have it."""
    return text.encode("utf-8", errors="backslashreplace")


def check_outputs(targets: Sequence[Path], inputs: Iterable[Path]) -> None:
    """Raises `ProgramError` that says which of some files, all to be replaced, cannot be: one that was read or that is no
    plain file, one that no database can be told of, and two that are the same."""
    wrong = []
    read = [*inputs]
    for number, target in enumerate(targets):
        with failures_told(target):
            if (fault := fault_of(target, read)) is not None:
                wrong.append(fault)
            elif is_special(target):
                wrong.append(unwritable(target, "it is no plain file", ANOTHER))
            elif not _is_utf8(os.path.realpath(target)):
                wrong.append(unwritable(target, "its name is not UTF-8", ANOTHER))
            elif any(_are_same(target, other) for other in targets[:number]):
                wrong.append(unwritable(target, "it is written twice", ANOTHER))
    if wrong:
        raise ProgramError(wrong)


def _is_utf8(name: str) -> bool:
    """Whether a name can be told to a database, which takes UTF-8 only."""
    return name.encode(errors="replace").decode() == name


@contextmanager
def replacing(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Paths to write new files at, which take the places of the targets when the block has ended well.

    Raises `OSError` if the first cannot be put in its place, and then nothing is written; `ProgramError`, which says what
    is written, for another.
    """
    places = [Path(os.path.realpath(target)) for target in targets]
    with ExitStack() as stack:
        files = [Path(stack.enter_context(hidden_folder(place.parent)), place.name) for place in places]
        yield files
        for number, (file, place) in enumerate(zip(files, places, strict=True)):
            try:
                _put(file, place)
            except OSError as error:
                if not number:
                    raise
                done = ", ".join(f"`{each}`" for each in targets[:number])
                why = f"{error.strerror or error}; written are {done}"
                raise ProgramError([unwritable(targets[number], why)]) from None


def hidden_folder(parent: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder in another, for the user alone and for as long as a block lasts. Raises `OSError` if none can be made."""
    import tempfile

    return tempfile.TemporaryDirectory(prefix=HIDDEN, dir=parent, ignore_cleanup_errors=True)


def _put(file: Path, place: Path) -> None:
    mode = 0o600
    with suppress(FileNotFoundError):
        found = place.stat()
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is no plain file")
        mode = _kept_mode(file, found)
    file.chmod(mode)
    file.replace(place)


def _kept_mode(file: Path, found: os.stat_result) -> int:
    """Gives a file to the user and the group of the one whose place it takes, as far as that is allowed; and the mode to keep:
    with another group, it lets nobody but the user do more than both the group and all others might."""
    for user, group in ((-1, found.st_gid), (found.st_uid, -1)):
        with suppress(OSError):
            os.chown(file, user, group)
    mode = found.st_mode & 0o777
    if file.stat().st_gid != found.st_gid:
        both = mode >> 3 & mode & 0o7
        mode = mode & 0o700 | both * 0o11
    return mode


def is_special(target: Path) -> bool:
    """Whether there is something that is no plain file, such as a device, a pipe or a terminal."""
    return target.exists() and not target.is_file()


def fault_of(target: Path, inputs: Inputs | Iterable[Path], packages: Sequence[Path] = PACKAGES) -> Diagnostic | None:
    """Why a file must not be written, if it must not."""
    if "\0" in str(target):
        return unwritable(target, "its name has a NUL character")
    if target.is_dir():
        return unwritable(target, "it is a folder")
    if is_special(target):
        return None
    read = inputs if isinstance(inputs, Inputs) else Inputs.of(inputs)
    if read.have(target):
        return unwritable(target, "it is what is read", ANOTHER)
    if read.would_have(target):
        return unwritable(target, "it would be read with the folder next time", "name a file outside it")
    if any(Path(os.path.realpath(target)).is_relative_to(each) for each in packages):
        return unwritable(target, "it would be a part of Priorlog itself", "name a file outside its folders")
    if target.is_symlink() and not target.exists() and Path(os.path.realpath(target)).is_symlink():
        return unwritable(target, "it is a link that leads nowhere")
    if target.is_symlink() and not _is_ours(target):
        return unwritable(target, "it is a link of somebody else in a folder of everybody", ANOTHER)
    if target.exists() and not os.access(target, os.W_OK):
        return unwritable(target, "it is read-only")
    if not Path(os.path.realpath(target)).parent.is_dir():
        return unwritable(target, "there is no such folder", "name a file in a folder that exists")
    return None


def _demand_writable(target: Path, inputs: Inputs | Iterable[Path] = (), packages: Sequence[Path] = PACKAGES) -> None:
    """Raises `ProgramError` if a file must not be written."""
    if (wrong := fault_of(target, inputs, packages)) is not None:
        raise ProgramError([wrong])


def _is_ours(link: Path) -> bool:
    """Whether a link may be followed, as Linux has it: in a folder of everybody, only if it is the user's or the folder
    owner's."""
    folder, owner = link.parent.stat(), link.lstat().st_uid
    is_everybodys = folder.st_mode & stat.S_IWOTH and folder.st_mode & stat.S_ISVTX
    return not is_everybodys or owner in (os.geteuid(), folder.st_uid)


def _files_in(folder: Path) -> Iterator[Path]:
    """All files in a folder, through links too."""
    seen = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()
        else:
            seen.add(real)
            yield from (Path(place, name) for name in names)


def _are_same(first: Path, second: Path) -> bool:
    if os.path.realpath(first) == os.path.realpath(second):
        return True
    try:
        return os.path.samefile(first, second)
    except OSError:
        return False


# --- what is said of files that cannot be written ------------------------------------------------------------------


@contextmanager
def failures_told(target: Path) -> Iterator[None]:
    """Turns a failure to write a file into a diagnostic."""
    try:
        yield
    except OSError as error:
        raise ProgramError([unwritable(target, error.strerror or str(error))]) from None


def unwritable(path: str | os.PathLike[str], why: str, suggestion: str | None = None) -> Diagnostic:
    """What is said of a file that cannot be written."""
    path = os.fspath(path)
    return Diagnostic("E107", f"`{path}` cannot be written: {why}", Span(path, 0, 0), (), suggestion)


def there_already(path: Path) -> ProgramError:
    """The error of a file that was to be new."""
    return ProgramError([unwritable(path, "it is there already", "name a file that is not there yet")])
