"""Rows of a feed to records of the city: all transforms of one chunk, and its content digests."""

import hashlib
from collections import Counter
from collections.abc import Sequence

import msgspec

from integration.domain.observations import observe
from integration.domain.profile import Profile
from integration.domain.rows import Chunk, Sheet, Surroundings
from integration.domain.transforms import apply_all

__all__ = ["DIGEST_BYTES", "Ordinals", "digests", "standardise"]

DIGEST_BYTES = 16
_encoder = msgspec.json.Encoder(order="deterministic")

Ordinals = Counter[bytes]
"""How often each content was seen in a delivery whose rows have no ids."""


def standardise(
    chunk: Chunk, profile: Profile, around: Surroundings, *, secret: bytes, seen: Ordinals
) -> Sheet:
    """The sheet of a chunk with every column of the record filled, or of the observation.

    ``secret`` keys the digests: contents hold personal fields, and a plain digest of a short
    field can be guessed. ``seen`` is carried from chunk to chunk of one delivery. Adds the columns
    ``digest`` (bytes) and, for profiles that identify by content, ``source_id``.
    """
    sheet = Sheet(chunk)
    for one in chunk.reasons:
        note = sheet.quarantine if one.quarantined else sheet.flag
        note(one.position, one.code, one.field)
    transform = observe if profile.kind == "observation" else apply_all
    transform(profile, sheet, around)
    for position in chunk.unknown:
        sheet.flag(position, "unknown_field", "")
    if profile.kind == "observation":  # known by its datastream and its time
        return sheet
    found = digests(chunk, profile, secret)
    sheet.record["digest"] = found
    if profile.identity.rule == "content":
        sheet.record["source_id"] = _by_content(found, sheet.alive.tolist(), seen)
    return sheet


def digests(chunk: Chunk, profile: Profile, secret: bytes) -> list[bytes]:
    """16 bytes a row over every declared field but the id, as it came: equal for equal content."""
    paths = [path for path in profile.paths if path != profile.identity.path]
    rows = list(zip(*(chunk.columns[path] for path in paths), strict=True))
    # JSON has no line break outside its texts, and inside them it is escaped.
    contents = _encoder.encode_lines(rows).splitlines()
    blake = hashlib.blake2b
    return [blake(one, digest_size=DIGEST_BYTES, key=secret).digest() for one in contents]


def _by_content(found: Sequence[bytes], alive: Sequence[bool], seen: Ordinals) -> list[str]:
    """Ids of rows without ids: the content and its ordinal among equal rows of the delivery."""
    ids = []
    for digest, good in zip(found, alive, strict=True):
        ids.append(f"{digest.hex()}-{seen[digest]}")
        seen[digest] += good
    return ids
