"""Stored contents brought to what their rows say under another profile, in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from core.crypto import SealError
from core.keys import KeyUnknown
from integration.domain.rows import Sheet
from integration.models import RecordKey
from integration.services.ready import columns_of, texts_of
from integration.services.statements import DIFFERING, HELD, KEEP_DIGESTS, REREAD
from integration.services.storing import Context, Staging, place_of
from privacy.domain.bundle import PersonalField
from privacy.services.personal import PersonalSeals

__all__ = ["Rewritten", "rewrite"]


@dataclass(frozen=True)
class Rewritten:
    """How many stored contents of a chunk say the same, say something else now, or stay.

    ``refused`` stay as they were: the profile would no longer store such a row, or it names
    another record than the one that was made of it.
    """

    same: int = 0
    changed: int = 0
    refused: int = 0

    def __add__(self, other: "Rewritten") -> "Rewritten":
        return Rewritten(
            self.same + other.same, self.changed + other.changed, self.refused + other.refused
        )


@dataclass(frozen=True)
class _Held:
    """What is stored of one row: its record, under which id, and its sealed bundle."""

    key: UUID
    source_id: str
    personal: bytes | None


def rewrite(sheet: Sheet, context: Context, staging: Staging, *, first: int) -> Rewritten:
    """Rewrite what the delivery stored of a chunk.

    ``first``: the ordinal of the chunk's first row. Version numbers, and which version is
    current, stay as they are.
    """
    held = _held(context, first, first + sheet.chunk.size)
    chosen = _chosen(sheet, held, context)
    columns = columns_of(sheet, chosen)
    lines = columns["line"]
    if not lines:
        return Rewritten(refused=len(held))
    keys = [held[line].key for line in lines]
    columns["digest"] = _each_once(keys, columns["digest"])
    before = [held[line] for line in lines]
    personal = _personal(columns["private"], columns["source_id"], before, context)
    ids = [one.hex for one in keys]
    texts = texts_of(columns, ids=ids, personal=personal, received=context.received_at)
    staging.put(texts.rows)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_DIGESTS, context.parameters)
        cursor.execute(DIFFERING, context.parameters)
        changed = len(cursor.fetchall())
        for statement in REREAD:
            cursor.execute(statement, context.parameters)
    return Rewritten(len(lines) - changed, changed, len(held) - len(lines))


def _held(context: Context, first: int, end: int) -> dict[int, _Held]:
    """What the delivery stored, by ordinal."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, {**context.parameters, "first": first, "end": end})
        return {
            line: _Held(UUID(str(key)), source_id, None if personal is None else bytes(personal))
            for line, key, source_id, personal in cursor.fetchall()
        }


def _chosen(sheet: Sheet, held: Mapping[int, _Held], context: Context) -> list[bool]:
    """Which rows are rewritten: sound ones that are stored, of the record they name now.

    Where the content is the identity, reading other fields makes another id of the same row; it
    is taken over unless a later delivery brought the row under it already.
    """
    ids = [str(one) for one in sheet.record["source_id"]]
    rows = zip(sheet.chunk.lines, sheet.alive.tolist(), ids, strict=True)
    stored = [held.get(line) if alive else None for line, alive, _ in rows]
    moved = [now for one, now in zip(stored, ids, strict=True) if one and one.source_id != now]
    if not moved:
        return [one is not None for one in stored]
    free = set(moved) - _taken(moved, context) if context.profile.identity.rule == "content" else ()
    return [
        one is not None and (one.source_id == now or now in free)
        for one, now in zip(stored, ids, strict=True)
    ]


def _taken(ids: Sequence[str], context: Context) -> set[str]:
    keys = RecordKey.objects.filter(feed_id=context.feed_id, exercise=context.exercise)
    return set(keys.filter(source_id__in=ids).values_list("source_id", flat=True))


def _each_once(keys: Sequence[UUID], digests: Sequence[Any]) -> list[Any]:
    """The digests, None where the same record has the same one already in this chunk."""
    seen: set[tuple[UUID, bytes]] = set()
    found: list[Any] = []
    for key, digest in zip(keys, digests, strict=True):
        found.append(None if (key, digest) in seen else digest)
        seen.add((key, digest))
    return found


def _personal(
    fields: Sequence[Sequence[PersonalField] | None],
    ids: Sequence[str],
    held: Sequence[_Held],
    context: Context,
) -> list[bytes | None]:
    """The sealed bundles: as they are where they hold the same, else sealed anew."""
    seals, key, exercise = PersonalSeals(), context.profile.key, context.exercise
    found: list[bytes | None] = []
    for row, now, before in zip(fields, ids, held, strict=True):
        old, new = (place_of(key, one, exercise=exercise) for one in (before.source_id, now))
        if old == new and _opened(seals, before.personal, old) == list(row or ()):
            found.append(before.personal)
        else:
            found.append(seals.seal(row, new) if row else None)
    return found


def _opened(seals: PersonalSeals, sealed: bytes | None, place: str) -> list[PersonalField] | None:
    try:
        return seals.open(sealed, place)
    except (SealError, KeyUnknown):
        return None  # the row itself can be read: it is sealed anew
