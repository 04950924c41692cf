"""Programs as bytes that can be kept in a file, and as programs again: MessagePack of the fields of each node.

The bytes are decoded by the types of the syntax, so that nothing but syntax can be made of them.
"""

from __future__ import annotations

from functools import cache, lru_cache

from msgspec import msgpack

from kb.language.syntax import Program


def stored(program: Program) -> bytes:
    """The program as bytes."""
    return msgpack.encode(program)


@lru_cache(maxsize=16)
def restored(data: bytes) -> Program:
    """The program that bytes from `stored` hold; those of the last ones are kept. Raises `msgspec.ValidationError` for bytes that
    hold something else."""
    return _decoder().decode(data)


@cache
def _decoder() -> msgpack.Decoder[Program]:
    """What decodes programs; it is made when it is first needed, since the types are read for it."""
    return msgpack.Decoder(Program)
