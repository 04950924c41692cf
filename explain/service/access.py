"""Who may ask: a token where others can reach the service, no page of another site, and no record of what was asked."""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explain.service.replies import FAILED, FORBIDDEN, UNAUTHORIZED, Reply, own_fault, refused
from explain.service.settings import Settings, is_loopback

LOG = logging.getLogger("priorlog.serve")
OPEN_TO_ALL = ("/health",)
CHALLENGES = (("www-authenticate", "Bearer"), ("www-authenticate", 'Basic realm="Priorlog", charset="UTF-8"'))
"""How a token is shown: by a program, and by a browser, which asks for it as a password."""
ALWAYS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""What goes with every reply: it is kept by nobody, and a page in it runs and loads nothing."""


async def send_reply(reply: Reply, send: Send) -> None:
    """Sends a reply."""
    headers = [("content-type", reply.media), ("content-length", str(len(reply.body))), *reply.headers]
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body})


@dataclass(frozen=True)
class Logged:
    """Tells of each request its method, its route, its status and how long it took: no address that was asked for, no query and no
    body, all of which may have facts of a patient. What nothing foresaw is a reply too."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except Exception as error:
            reply = own_fault(error)
            LOG.error("%s", reply.body.decode().strip())
            if not status:
                await send_reply(reply, with_headers)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            LOG.info("%s %s %s %.0f ms", scope["method"], route, status or FAILED, 1000 * (time.monotonic() - began))


@dataclass(frozen=True)
class Guarded:
    """Lets through what may ask."""

    app: ASGIApp
    settings: Settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope), scope["path"]) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await send_reply(refusal, send)

    def _refusal(self, headers: Headers, path: str) -> Reply | None:
        host, origin, token = headers.get("host", ""), headers.get("origin"), self.settings.token
        if token is None and not is_loopback(_name(host)):
            said = "without a token this service is for this machine alone, by the name of `localhost`"
            return refused(FORBIDDEN, "E502", said)
        if origin is not None and _place(origin) != host:
            return refused(FORBIDDEN, "E502", "a page of another site may not ask")
        if token is None or path in OPEN_TO_ALL or _shows(headers.get("authorization", ""), token):
            return None
        said = "the request does not show the token that the service was started with"
        return refused(UNAUTHORIZED, "E502", said, "send the header `Authorization: Bearer TOKEN`", *CHALLENGES)


def _place(origin: str) -> str | None:
    """The host and port of an `Origin` header; None if it has none."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _name(host: str) -> str:
    """The name in a `Host` header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _shows(authorization: str, token: str) -> bool:
    """Whether a header shows a token, as a bearer's or as a password; compared in a time that does not tell how much is right."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), token.encode())
