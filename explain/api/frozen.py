"""What results and cases are made of: values that do not change."""

from __future__ import annotations

from msgspec import Struct


class Frozen(Struct, frozen=True, eq=False, dict=True, weakref=True):
    """A value that does not change. Two of a kind are equal if their fields are, but for those that say the same over again."""

    _over_again = frozenset[str]()
    """The fields that are neither compared nor shown."""
    _long = frozenset[str]()
    """The fields that are compared, and too long to be shown."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frozen) and type(self) is type(other) and self._compared == other._compared

    def __ne__(self, other: object) -> bool:  # a struct has one of its own
        return not self == other

    def __hash__(self) -> int:
        return hash(self._compared)

    def __repr__(self) -> str:
        left_out = self._over_again | self._long
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in left_out)
        return f"{type(self).__name__}({', '.join(shown)})"

    @property
    def _compared(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in self._over_again)
