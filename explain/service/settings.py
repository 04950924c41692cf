"""What the service is started with."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Settings:
    """How much the service takes on, and from whom."""

    host: str = "127.0.0.1"
    token: str | None = None
    """What a request has to show; None where only this machine can reach the service."""
    processes: int = 2
    """How many questions are worked on at a time."""
    most_waiting: int = 200
    """How many more may wait for their turn."""
    most_bytes: int = 4 * MEGABYTE
    """How large the body of a request may be."""
    seconds: float = 30
    """How long a question may be worked on, and how long its body may take to arrive."""
    authorizes: bool = False
    """Whether who runs the service authorizes what meets the criteria, so that an order is answered as `satisfied`."""

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a name or an address of a host is this machine's own, which no other can reach.

    >>> [is_loopback(each) for each in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
