"""Work that is divided among processes: each opens what it needs once, and is then handed one piece of work after the other.

A process is begun anew (`spawn`), so that it has nothing of the threads, locks and connections of the one that began it. It leaves
Ctrl-C to that one, which ends it, and does not outlive it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from explain.own_fault import own_fault
from explain.process import prepare
from kb.language.diagnostics import ProgramError

Item = TypeVar("Item")
Result = TypeVar("Result")
Work: TypeAlias = Callable[[Item], Result]
Begin: TypeAlias = Callable[[], Work[Item, Result]]
"""What begins work in a process: it opens what is needed, and gives what does the work. It is sent there."""
READY = b"ready"
_NO_MORE = object()
AHEAD = 4
"""So many items for each process may be done before the one whose turn it is."""


class Worker:
    """A process, from the side of who began it. It says that it is ready, and then answers each item that it is sent."""

    def __init__(self, begin: Begin[Any, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, begin), daemon=True)
        self._process.start()
        theirs.close()

    def take(self) -> Any:
        """What the process has to say, once it has said it. Raises `EOFError` if it has ended, and `ProgramError` if it has failed."""
        said = self.pipe.recv()
        if isinstance(said, _Failed):
            raise said.error
        return said

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


class _Failed(Struct):
    """What is sent in place of a result."""

    error: ProgramError


def divided(begin: Begin[Item, Result], items: Iterable[Item], processes: int) -> Iterator[Result]:
    """What is made of each item, in order, by so many processes; items are taken as processes are free for them. However the
    iterator ends, the processes have ended then.

    Raises `ProgramError` where that is raised in a process, where an error that nothing foresaw is (E504), and where one ends before
    its time.
    """
    with ExitStack() as stack:
        workers = [Worker(begin) for _ in range(processes)]
        for each in workers:
            stack.callback(each.end)
        try:
            yield from _in_order(workers, iter(items))
        except (EOFError, ConnectionError):
            said, hint = (
                "a process has ended before its work was done",
                "perhaps for lack of memory: ask for fewer processes",
            )
            raise ProgramError.of("E504", said, "priorlog", hint) from None


def _in_order(workers: Sequence[Worker], items: Iterator[Any]) -> Iterator[Any]:
    """The results of the items, each of which is handed to a worker that is free for it."""
    working: dict[Connection, tuple[Worker, int | None]] = {each.pipe: (each, None) for each in workers}
    free: list[Worker] = []
    done: dict[int, Any] = {}
    begun = given = 0
    item = next(items, _NO_MORE)
    while item is not _NO_MORE or given < begun:
        while free and item is not _NO_MORE and begun - given < AHEAD * len(workers):
            worker = free.pop()
            worker.pipe.send(item)
            working[worker.pipe] = worker, begun
            begun, item = begun + 1, next(items, _NO_MORE)
        if given in done:
            yield done.pop(given)
            given += 1
            continue
        for pipe in wait([*working]):
            assert isinstance(pipe, Connection)
            worker, number = working.pop(pipe)
            said = worker.take()
            if number is not None:  # else it is ready
                done[number] = said
            free.append(worker)


def _work(pipe: Connection, begin: Begin[Any, Any]) -> None:
    """What a process does: it works on what it is handed until nobody hands it anything."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that began this one, which ends it
    Thread(target=_end_with_parent, daemon=True).start()
    prepare()
    with suppress(EOFError, OSError):  # nobody hands it anything, or waits for it
        try:
            work = begin()
        except Exception as error:
            pipe.send(_failure(error))
            return
        pipe.send(READY)
        while True:
            item = pipe.recv()
            try:
                result = work(item)
            except Exception as error:
                result = _failure(error)
            pipe.send(result)


def _failure(error: Exception) -> _Failed:
    return _Failed(error if isinstance(error, ProgramError) else ProgramError([own_fault(error, "")]))


def _end_with_parent() -> None:
    """A process whose parent was ended from outside is told nothing, and would work on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
