"""Processes that work on questions, each on one at a time: one that takes too long is ended, and another takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from explain.processes import Worker
from explain.service.replies import TOO_MANY, UNAVAILABLE, Reply, own_fault, refused
from explain.service.settings import Settings

Work: TypeAlias = Callable[[Any], Reply]
Begin: TypeAlias = Callable[[], Work]
"""What begins work in a process: it opens the rules, and gives what answers questions about them. It is sent there."""
MOST_MEMORY = 6 * 1024**3
"""Bytes of addresses that a process may take, stacks that are not filled among them."""
NOBODY_WAITS = refused(UNAVAILABLE, "E503", "whoever asked has gone")


class Pool:
    """Some processes, and the questions that wait for one."""

    def __init__(self, begin: Begin, settings: Settings) -> None:
        self._settings = settings
        self._workers = [_Worker(begin, settings.seconds) for _ in range(settings.processes)]
        self._threads = ThreadPoolExecutor(settings.processes, "worker")
        self._asked = 0
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()

    async def start(self) -> None:
        """Waits until all processes have opened the rules."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, each.wait) for each in self._workers))
        for each in self._workers:
            self._idle.put_nowait(each)

    def close(self) -> None:
        """Ends the processes."""
        for each in self._workers:
            each.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, question: object, is_gone: Callable[[], Awaitable[bool]]) -> Reply:
        """The reply to a question, when it is its turn: 429 if too many wait, 503 if it takes too long. It is not worked on if whoever
        asked has gone by then."""
        if self._asked >= self._settings.processes + self._settings.most_waiting:
            said = "too much is asked of the service at a time"
            return refused(TOO_MANY, "E503", said, "ask again in a little while", ("retry-after", "5"))
        self._asked += 1
        try:
            worker = await self._idle.get()
            if await is_gone():
                self._idle.put_nowait(worker)
                return NOBODY_WAITS
            working = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, question)
            working.add_done_callback(lambda _: self._idle.put_nowait(worker))
            return await asyncio.shield(working)
        finally:
            self._asked -= 1


class _Worker:
    """A process, from the side of the service. One thread at a time asks it."""

    def __init__(self, begin: Begin, seconds: float) -> None:
        self._begin, self._seconds = _Answering(begin), seconds
        self._start()

    def _start(self) -> None:
        self._process = Worker(self._begin)
        self._is_ready = False

    def wait(self) -> None:
        """Waits until the process has opened the rules. Raises `EOFError` or `ProgramError` if it cannot."""
        if not self._is_ready:
            self._process.take()
            self._is_ready = True

    def ask(self, question: object) -> Reply:
        """The reply of the process."""
        try:
            self.wait()
            self._process.pipe.send(question)
            if self._process.pipe.poll(self._seconds):
                reply = self._process.take()
                assert isinstance(reply, Reply)
                return reply
            said = f"the question has not come to an end within {self._seconds:g} seconds"
            failed = refused(UNAVAILABLE, "E501", said, "ask about less, or allow more with `--max-seconds`")
        except (EOFError, OSError):
            failed = refused(
                UNAVAILABLE, "E503", "the process that worked on the question has ended, perhaps for lack of memory"
            )
        self.end()
        self._start()
        return failed

    def end(self) -> None:
        """Ends the process."""
        self._process.end()


@dataclass(frozen=True)
class _Answering:
    """Begins work in a process, with a limit of memory; an error that nothing foresaw is the reply to its own question."""

    begin: Begin

    def __call__(self) -> Work:
        _limit_memory()
        work = self.begin()

        def reply(question: object) -> Reply:
            try:
                return work(question)
            except Exception as error:
                return own_fault(error)

        return reply


def _limit_memory() -> None:
    """Makes what would take too much memory an error of its own question, where the system can."""
    try:
        import resource
    except ImportError:
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
