"""How much a request may ask of the service: the size of its body, and the time that its head and its body take to arrive."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle, Transport
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from explain.service.access import send_reply
from explain.service.replies import TOO_LARGE, TOO_SLOW, Reply, refused
from explain.service.settings import Settings

CLOSE = ("connection", "close")


class _GoneError(Exception):
    """Whoever asked has gone before all was said."""


@dataclass(frozen=True)
class Bounded:
    """Reads the body of a request as a whole, and hands it on; one that is too large or too slow is refused, and the connection closed."""

    app: ASGIApp
    settings: Settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.settings.seconds):
                body = await self._body(Headers(scope=scope), receive)
        except _GoneError:
            return
        except TimeoutError:
            said = f"the body has not arrived within {self.settings.seconds:g} seconds"
            await send_reply(refused(TOO_SLOW, "E107", said, None, CLOSE), send)
            return
        if isinstance(body, Reply):
            await send_reply(body, send)
            return
        is_read = False

        async def again() -> Message:
            nonlocal is_read
            if is_read:
                return await receive()
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)

    async def _body(self, headers: Headers, receive: Receive) -> bytes | Reply:
        most = self.settings.most_bytes
        too_large = refused(
            TOO_LARGE, "E107", f"the body has more than {most:,} bytes", "ask about less at a time", CLOSE
        )
        stated = headers.get("content-length", "0")
        if stated.isdecimal() and int(stated) > most:
            return too_large
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > most:
                return too_large
            if not message.get("more_body", False):
                return b"".join(pieces)


def prompt(settings: Settings) -> type[H11Protocol]:
    """HTTP on connections that are closed if the head of a request takes too long to arrive."""
    return type("Prompt", (_Prompt,), {"head_seconds": settings.seconds})


class _Prompt(H11Protocol):
    head_seconds: float
    _waiting: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as asyncio calls it
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_asked:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def _is_asked(self) -> bool:
        """Whether a request is being answered."""
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        if not self._is_asked:
            self.transport.close()
