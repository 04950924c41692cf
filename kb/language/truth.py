"""The three truth values: met, not documented, not met."""

from __future__ import annotations

import enum
import functools


@functools.total_ordering
class Truth(enum.Enum):
    """A truth value of Kleene's three-valued logic, ordered `FALSE < UNKNOWN < TRUE`.

    A conjunction is the `min` of its literals, a disjunction the `max`, a negation `negated`.

    >>> min(Truth.TRUE, Truth.UNKNOWN), max(Truth.FALSE, Truth.UNKNOWN).negated
    (<Truth.UNKNOWN: 'unknown'>, <Truth.UNKNOWN: 'unknown'>)
    """

    TRUE = "true"
    UNKNOWN = "unknown"
    FALSE = "false"

    @property
    def negated(self) -> Truth:
        """TRUE and FALSE swapped."""
        return _ORDER[-1 - _ORDER.index(self)]

    def __lt__(self, other: Truth) -> bool:
        if not isinstance(other, Truth):
            return NotImplemented
        return _ORDER.index(self) < _ORDER.index(other)

    @staticmethod
    def of(holds: bool) -> Truth:
        """TRUE or FALSE."""
        return Truth.TRUE if holds else Truth.FALSE


_ORDER = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)
