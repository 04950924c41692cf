"""The server: a socket that is bound before anything is said, and the service on it."""

from __future__ import annotations

import logging
import socket
import sys

import uvicorn

from explain.api import Program
from explain.service.app import service
from explain.service.limits import prompt
from explain.service.settings import Settings
from kb.language.diagnostics import ProgramError

MOST_CONNECTIONS = 1_000
KEEP_ALIVE = 5


def serve(program: Program, settings: Settings, port: int) -> None:
    """Answers until the process is asked to end. Raises `ProgramError` (E107) if the address cannot be had."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    config = uvicorn.Config(
        service(program, settings),
        http=prompt(settings),
        ws="none",
        log_config=None,
        access_log=False,  # it has addresses with their queries
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=KEEP_ALIVE,
    )
    with _bound(settings.host, port) as listening:
        _Server(config, _address(listening)).run([listening])


class _Server(uvicorn.Server):
    """A server that says where it is reached once it answers."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"priorlog serves on {self._address} (Ctrl-C ends it)", file=sys.stderr, flush=True)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        said = f"`{host}:{port}` cannot be listened on: {error.strerror or error}"
        raise ProgramError.of("E107", said, "--port", "name another with `--port`") from None
    return bound


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if listening.family == socket.AF_INET6 else f"http://{host}:{port}"
