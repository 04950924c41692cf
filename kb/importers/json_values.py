"""Values of a JSON document with their places in it, so that what is read of one can say where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

LARGEST, FINEST = 15, 30
"""Numbers have at most so many digits before the point, and fewer after it than that."""


class Node(Struct, frozen=True):
    """A value with its FHIRPath.

    >>> node = Node({"code": {"text": "a"}, "item": [{"n": 1}], "valueBoolean": True}, "Bundle.entry[0].resource")
    >>> node.child("code").text("text"), [each.path for each in node.children("item")]
    ('a', ['Bundle.entry[0].resource.item[0]'])
    >>> node.choice("value", "Boolean")
    Node(value=True, path='Bundle.entry[0].resource.value')
    """

    value: object
    path: str

    @property
    def members(self) -> Mapping[str, object]:
        """The members of an object; of anything else, none."""
        return self.value if isinstance(self.value, dict) else {}

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def child(self, name: str) -> Node:
        """A member of an object, or a node of None."""
        return Node(self.members.get(name), f"{self.path}.{name}")

    def choice(self, name: str, kind: str) -> Node:
        """A member that can be of several types, as `valueBoolean`, which a FHIRPath calls `value`."""
        return Node(self.members.get(f"{name}{kind}"), f"{self.path}.{name}")

    def children(self, name: str) -> list[Node]:
        """The values of a member that is a list; one that is no list is a list of one."""
        found = self.members.get(name)
        if found is None:
            return []
        if not isinstance(found, list):
            return [Node(found, f"{self.path}.{name}")]
        return [Node(each, f"{self.path}.{name}[{number}]") for number, each in enumerate(found)]

    def text(self, name: str) -> str | None:
        """A member that is a text; None if it is none, or blank."""
        found = self.members.get(name)
        return found if isinstance(found, str) and found.strip() else None

    def number(self, name: str) -> Decimal | None:
        """A member that is a number; one that is out of all proportion is none."""
        found = self.members.get(name)
        if not isinstance(found, int | Decimal) or isinstance(found, bool):
            return None
        number = Decimal(found)
        exponent = number.as_tuple().exponent
        is_sane = isinstance(exponent, int) and exponent > -FINEST and number.adjusted() < LARGEST
        return number if is_sane else None

    @property
    def is_given(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    def extensions(self, url: str) -> list[Node]:
        """The extensions of a URL."""
        return [each for each in self.children("extension") if each.text("url") == url]

    def objects(self) -> Iterator[tuple[Mapping[str, object], str]]:
        """The objects in this value, each with its place."""
        level: list[tuple[object, str]] = [(self.value, self.path)]
        while level:
            value, path = level.pop()
            if isinstance(value, dict):
                yield value, path
                level += [(each, f"{path}.{key}") for key, each in value.items() if isinstance(each, dict | list)]
            elif isinstance(value, list):
                level += [(each, f"{path}[{number}]") for number, each in enumerate(value)]
