"""Policies by the names that an author has for them: a file, a file at a git revision, or a policy of the library."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.language.diagnostics import ProgramError
from kb.language.loader import RULES, SHIPPED

MOST_SECONDS = 60
"""How long git may take."""


@contextmanager
def policy_file(name: str) -> Iterator[Path]:
    """The file of a policy: `name` itself, `REVISION:PATH` as git has it, with all that it loads as of that revision, or the name of
    a policy that comes with the product. Raises `ProgramError` (E107) if there is none."""
    shipped = SHIPPED / "policies" / f"{name}{RULES}"
    if Path(name).exists():
        yield Path(name)
    elif name.isidentifier() and shipped.exists():
        yield shipped
    elif ":" in name:
        with tempfile.TemporaryDirectory() as folder:
            revision, path = name.split(":", 1)
            yield _at_revision(revision, path, Path(folder))
    else:
        yield Path(name)  # whose loading says what is wrong with it


def _at_revision(revision: str, path: str, folder: Path) -> Path:
    """The file of a revision below a folder, among the other files of that revision."""
    named = Path(path)
    start = named.parent if named.parent.is_dir() else Path.cwd()
    top = Path(_git(start, "rev-parse", "--show-toplevel").decode().strip())
    within = named.resolve().relative_to(top) if named.resolve().is_relative_to(top) else named
    data = _git(top, "archive", "--format=tar", revision)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        if hasattr(tarfile, "data_filter"):  # which some versions of Python have not
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)  # git writes no paths but those below the folder
    if not (folder / within).is_file():
        raise ProgramError.of(
            "E107", f"`{path}` cannot be read: there is no such file at `{revision}`", f"{revision}:{path}"
        )
    return folder / within


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints. Raises `ProgramError` (E107) with what it says if it fails."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=MOST_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProgramError.of("E107", f"git cannot be asked: {error}", "<git>") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise ProgramError.of(
            "E107", f"git says: {said}", "<git>", "write a revision and a path, as in `HEAD~1:policy.pl`"
        )
    return done.stdout
