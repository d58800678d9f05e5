"""Formats: one file each, found by looking. A file defines ``NAME``, ``read`` and ``alone``.

``read(body, profile)`` yields chunks and raises BadInput with a file code when nothing can be
read; ``alone(row, profile)`` writes one row as a whole delivery. A format whose rows people may
correct field by field also has ``row_of(raw, profile)``; one whose rows tell their own encoding
has ``text_of(raw)``; one whose rows have columns and no paths inside says ``TABULAR = True``.

A format that can be proposed for unknown bytes has ``recognise(body)``, a cheap look that raises
nothing, and ``sample(body, format, most)``. ``RANK`` says how much a recognition tells: of two
formats that would read the same bytes, the one with the lower rank is meant (50 without it).
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Protocol, cast

import msgspec

from core.errors import BadInput
from core.words import N_
from integration.domain.formats.encoding import AUTO
from integration.domain.profile import Format, Profile
from integration.domain.registry import parts_of
from integration.domain.rows import Chunk

__all__ = [
    "CHUNK_ROWS",
    "FormatPart",
    "alone",
    "known",
    "read",
    "recognised",
    "row_of",
    "sample",
    "tabular",
    "text_of",
    "with_encoding",
]

CHUNK_ROWS = 2_500
"""Most rows of a chunk: larger ones are slower and only cost memory."""

_MIDDLE_RANK = 50


class FormatPart(Protocol):
    """What a file of this folder offers."""

    NAME: str

    def read(self, body: bytes, profile: Profile) -> Iterator[Chunk]:
        """The rows of a delivery in chunks, in order."""

    def alone(self, row: Mapping[str, object], profile: Profile) -> bytes:
        """A delivery of one row, given as field → value."""


@cache
def known() -> dict[str, FormatPart]:
    """Every format by its name."""
    parts = parts_of(sys.modules[__name__], attribute="NAME")
    return {part.NAME: cast("FormatPart", part) for part in parts}


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """The chunks of a delivery in the profile's format.

    Raises BadInput with a file code: ``empty_file``, ``bad_encoding``, ``unsupported_type``,
    ``header_mismatch``, ``too_many_rows``.
    """
    seen = 0
    for chunk in known()[profile.format.name].read(body, profile):
        seen += chunk.size
        if seen > profile.limits.rows:
            raise BadInput(
                "too_many_rows",
                N_("A delivery of this feed may have %(most)s rows. Send it in parts."),
                status=413,
                most=profile.limits.rows,
            )
        yield chunk


def with_encoding(profile: Profile, encoding: str | None) -> Profile:
    """The profile with the encoding that a delivery declared, where the feed agreed on none."""
    if not encoding or profile.format.encoding != AUTO:
        return profile
    layout = msgspec.structs.replace(profile.format, encoding=encoding)
    return msgspec.structs.replace(profile, format=layout)


def recognised(body: bytes) -> list[Format]:
    """The layouts in which the bytes of an unknown delivery would be read, the likeliest first."""
    parts = sorted(known().values(), key=lambda part: getattr(part, "RANK", _MIDDLE_RANK))
    looks = [getattr(part, "recognise", None) for part in parts]
    found = [look(body) for look in looks if look is not None]
    return [one for one in found if one is not None]


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first rows as plain nested values, as paths walk over them; broken rows are left out.

    Raises BadInput as ``read``, and ``unsupported_type`` for a format that shows no samples.
    """
    part = known().get(layout.name)
    if part is None or not hasattr(part, "sample"):
        message = N_("Deliveries in this format cannot be tried out here.")
        raise BadInput("unsupported_type", message, status=415)
    taker: Callable[[bytes, Format, int], list[dict[str, object]]] = part.sample
    return taker(body, layout, most)


def tabular(name: str) -> bool:
    """Whether the rows of a format have named columns and no paths inside."""
    return bool(getattr(known().get(name), "TABULAR", False))


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """A delivery of the one row ``row``."""
    return known()[profile.format.name].alone(row, profile)


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The row that a chunk kept as ``raw``, as ``alone`` takes it; None where it is none."""
    part = known()[profile.format.name]
    reader: Callable[[bytes, Profile], dict[str, object] | None] | None
    reader = getattr(part, "row_of", None)
    return None if reader is None else reader(raw, profile)


def text_of(raw: bytes, profile: Profile) -> str:
    """The text of a kept row, with signs of replacement where its bytes are none."""
    reader: Callable[[bytes], str] | None
    reader = getattr(known()[profile.format.name], "text_of", None)
    return raw.decode("utf-8", "replace") if reader is None else reader(raw)
