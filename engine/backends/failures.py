"""What an engine, or a library that it uses, fails with for reasons of its own: a diagnostic, at one place for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from engine.backends.protocol import Backend, EndlessError, Found, MakeBackend, PlanProgram, Session
from engine.reading.completion import Completion
from engine.reading.plan import Rel
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError
from kb.language.syntax import Clause, Span
from kb.language.terms import Const, printable, shorten

_LONGEST = 300


@contextmanager
def failures_told(engine: str, place: str, hint: str) -> Iterator[None]:
    """Turns whatever an engine raises, but what its protocol says that it may, into a `ProgramError` (E503) with what the
    engine said."""
    try:
        yield
    except (ProgramError, EndlessError, RecursionError, ImportError):
        raise
    except Exception as error:  # whatever it is, it is no answer, and no traceback helps who asked
        said = next((line for line in str(error).splitlines() if line.strip()), "")
        note = shorten(printable(f"{type(error).__name__}: {said.strip()}"), _LONGEST)
        message = f"{engine} failed, and has given no answer"
        raise ProgramError([Diagnostic("E503", message, Span(place, 0, 0), (note,), hint)]) from error


def guarded(engine: str, hint: str, make: MakeBackend) -> MakeBackend:
    """A back end whose failures are told."""

    def made(program: PlanProgram) -> Backend:
        with failures_told(engine, QUERY, hint):
            return _GuardedBackend(engine, hint, make(program))

    return made


class _GuardedBackend(Struct, frozen=True):
    engine: str
    hint: str
    inner: Backend

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> Session:
        with failures_told(self.engine, QUERY, self.hint):
            return _GuardedSession(self.engine, self.hint, self.inner.session(facts, mentioned))


class _GuardedSession(Struct, frozen=True):
    engine: str
    hint: str
    inner: Session

    def rows(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> Found:
        try:
            return self.inner.rows(completion, rel, key)
        except Exception as error:
            with failures_told(self.engine, QUERY, self.hint):
                raise error

    def close(self) -> None:
        with failures_told(self.engine, QUERY, self.hint):
            self.inner.close()
