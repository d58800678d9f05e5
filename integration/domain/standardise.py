"""Rows of a feed to records of the city: all transforms of one chunk, and its content digests."""

import hashlib
from collections import Counter
from collections.abc import Sequence

import msgspec

from integration.domain.profile import Profile
from integration.domain.rows import Chunk, Sheet, Surroundings
from integration.domain.transforms import apply_all

__all__ = ["DIGEST_BYTES", "Ordinals", "digests", "standardise"]

DIGEST_BYTES = 16
_encode = msgspec.json.Encoder(order="deterministic").encode

Ordinals = Counter[bytes]
"""How often each content was seen in a delivery whose rows have no ids."""


def standardise(
    chunk: Chunk, profile: Profile, around: Surroundings, *, secret: bytes, seen: Ordinals
) -> Sheet:
    """The sheet of a chunk with every column of the record filled.

    ``secret`` keys the digests: contents hold personal fields, and a plain digest of a short
    field can be guessed. ``seen`` is carried from chunk to chunk of one delivery. Adds the columns
    ``digest`` (bytes) and, for profiles that identify by content, ``source_id``.
    """
    sheet = Sheet(chunk)
    for one in chunk.reasons:
        note = sheet.quarantine if one.quarantined else sheet.flag
        note(one.position, one.code, one.field)
    apply_all(profile, sheet, around)
    for position in chunk.unknown:
        sheet.flag(position, "unknown_field", "")
    found = digests(chunk, profile, secret)
    sheet.record["digest"] = found
    if profile.identity.rule == "content":
        sheet.record["source_id"] = _by_content(found, sheet.alive.tolist(), seen)
    return sheet


def digests(chunk: Chunk, profile: Profile, secret: bytes) -> list[bytes]:
    """16 bytes a row over every declared field but the id, as it came: equal for equal content."""
    paths = [path for path in profile.paths if path != profile.identity.path]
    rows = zip(*(chunk.columns[path] for path in paths), strict=True)
    return [
        hashlib.blake2b(_encode(row), digest_size=DIGEST_BYTES, key=secret).digest() for row in rows
    ]


def _by_content(found: Sequence[bytes], alive: Sequence[bool], seen: Ordinals) -> list[str]:
    """Ids of rows without ids: the content and its ordinal among equal rows of the delivery."""
    ids = []
    for digest, good in zip(found, alive, strict=True):
        ids.append(f"{digest.hex()}-{seen[digest]}")
        seen[digest] += good
    return ids
