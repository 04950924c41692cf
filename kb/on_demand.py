"""Values by name of which each is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import RLock
from typing import TypeVar, overload

Name = TypeVar("Name")
Value = TypeVar("Value")
Other = TypeVar("Other")


class OnDemand(Mapping[Name, Value]):
    """A mapping whose names are known, and whose values take a while to make.

    >>> lengths = OnDemand({"a": lambda: 1, "b": lambda: 1 // 0})
    >>> list(lengths), lengths["a"]
    (['a', 'b'], 1)
    """

    def __init__(self, makers: Mapping[Name, Callable[[], Value]]) -> None:
        self._makers = dict(makers)
        self._made: dict[Name, Value] = {}
        self._lock = RLock()

    def __getitem__(self, name: Name) -> Value:
        if name in self._made:
            return self._made[name]
        with self._lock:
            if name not in self._made:
                self._made[name] = self._makers[name]()
            return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    @overload
    def get(self, name: Name, /) -> Value | None: ...
    @overload
    def get(self, name: Name, /, default: Value | Other) -> Value | Other: ...
    def get(self, name: Name, /, default: Value | Other | None = None) -> Value | Other | None:
        """The value of a name, or another one if there is no such name, which is no exception here."""
        return self[name] if name in self._makers else default

    def __iter__(self) -> Iterator[Name]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __or__(self, other: OnDemand[Name, Value]) -> OnDemand[Name, Value]:
        """The values of both; where a name is in both, that of the other."""
        return OnDemand({**self._makers, **other._makers})
