"""Formats: one file each, found by looking. A file defines ``NAME``, ``read`` and ``alone``.

``read(body, profile)`` yields chunks and raises BadInput with a file code when nothing can be
read; ``alone(row, profile)`` writes one row as a whole delivery. A format whose rows people may
correct field by field also has ``row_of(raw, profile)``; one whose rows tell their own encoding
has ``text_of(raw)``.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Protocol, cast

from core.errors import BadInput
from core.words import N_
from integration.domain.profile import Profile
from integration.domain.registry import parts_of
from integration.domain.rows import Chunk

__all__ = ["CHUNK_ROWS", "FormatPart", "alone", "known", "read", "row_of", "text_of"]

CHUNK_ROWS = 10_000
"""Most rows of a chunk: larger ones are slower and only cost memory."""


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
