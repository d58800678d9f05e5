"""The personal fields of one record as one bundle."""

from collections.abc import Sequence

import msgspec

__all__ = ["PersonalField", "pack", "unpack"]


class PersonalField(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One personal field: ``name`` (its path in the source), ``kind`` and the value."""

    name: str
    kind: str
    value: str


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[PersonalField]).decode


def pack(fields: Sequence[PersonalField]) -> bytes:
    """The bytes of a bundle, to be sealed."""
    return _encode(fields)


def unpack(packed: bytes) -> list[PersonalField]:
    """The fields of a bundle."""
    return _decode(packed)
