"""Sheets into the tables of records: COPY to a staging table, then statements over sets.

The caller holds the feed's lock, so no other delivery of the feed moves between the statements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any
from uuid import UUID

from django.db import connection

from core.ids import uuid7_batch
from integration.domain.profile import Profile
from integration.domain.rows import Sheet
from integration.domain.versions import Arrival, Decision, NewVersion, Stored, decide
from integration.services import copying
from integration.services.statements import (
    ADD_FRESH,
    ADD_LATE,
    ARCHIVE,
    EMPTY,
    FACTS,
    MOVE_KEY,
    PREPARE,
    REPLACE,
    STAGED,
)
from privacy.services.personal import PersonalSeals

__all__ = ["Context", "Outcome", "place_of", "prepare", "store"]


@dataclass(frozen=True)
class Context:
    """What all rows of a delivery have in common."""

    feed_id: UUID
    delivery_id: UUID
    profile: Profile
    received_at: datetime
    exercise: bool

    @property
    def parameters(self) -> dict[str, Any]:
        """The same, as parameters of the statements."""
        profile = self.profile
        return {
            "feed": str(self.feed_id),
            "delivery": str(self.delivery_id),
            "received": self.received_at,
            "exercise": self.exercise,
            "kind": profile.kind,
            "origin": profile.origin,
            "scale": profile.severity.scale if profile.severity else "",
            "crs": profile.position.crs if profile.position else "",
        }


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of a sheet that were fit to be stored, by ordinal."""

    accepted: Sequence[int]
    updated: Sequence[int]
    duplicates: Sequence[int]
    conflicts: Sequence[int]


def place_of(feed_key: str, source_id: str, *, exercise: bool) -> str:
    """The place to which a record's sealed bundle belongs."""
    return f"record:{feed_key}:{'exercise' if exercise else 'real'}:{source_id}"


def prepare(*, first: bool) -> None:
    """Make sure of an empty staging table, before the first chunk of a delivery or a later one."""
    with connection.cursor() as cursor:
        if first:
            cursor.execute(PREPARE)
        cursor.execute(EMPTY[first])


def store(sheet: Sheet, context: Context) -> Outcome:
    """Store the sheet's living rows by the profile's version rule."""
    alive = sheet.alive.tolist()
    lines = list(compress(sheet.chunk.lines, alive))
    columns: dict[str, list[Any]] = {
        name: list(compress(column, alive)) for name, column in sheet.record.items()
    }
    if not lines:
        return Outcome((), (), (), ())
    _stage(lines, columns, _sealed(sheet, alive, columns["source_id"], context), sheet, alive)
    with connection.cursor() as cursor:
        cursor.execute(ADD_FRESH, context.parameters)
        fresh = [row[0] for row in cursor.fetchall()]
    if len(fresh) == len(lines):
        return Outcome(fresh, (), (), ())
    decision = _decided(lines, columns, set(fresh), context)
    _apply(decision.versions, context)
    updated = [one.line for one in decision.versions]
    return Outcome(fresh, updated, decision.duplicates, decision.conflicts)


def _sealed(
    sheet: Sheet, alive: Sequence[bool], ids: Sequence[str], context: Context
) -> list[bytes | None]:
    """The sealed bundles of the living rows."""
    seals = PersonalSeals()
    key, exercise = context.profile.key, context.exercise
    return [
        seals.seal(fields, place_of(key, source_id, exercise=exercise)) if fields else None
        for fields, source_id in zip(compress(sheet.private, alive), ids, strict=True)
    ]


def _stage(
    lines: Sequence[int],
    columns: dict[str, list[Any]],
    personal: Sequence[bytes | None],
    sheet: Sheet,
    alive: Sequence[bool],
) -> None:
    ready: dict[str, Sequence[str]] = {
        "line": list(map(str, lines)),
        "id": _new_ids(columns["source_id"]),
        "quality": copying.flags(list(compress(sheet.quality(), alive))),
        "personal": copying.hexes(personal),
    }
    for name, kind in STAGED.items():
        if name not in ready:
            ready[name] = _MAKERS.get(kind, copying.numbers)(columns[name])
    copying.copy_in("incoming", STAGED, [ready[name] for name in STAGED])


_MAKERS: dict[str, Callable[[Sequence[Any]], Sequence[str]]] = {
    "text": copying.texts,
    "jsonb": copying.texts,
    "bytea": copying.hexes,
}


def _new_ids(source_ids: Sequence[str]) -> list[str]:
    """An id for the first row of each source id, NULL for the others of the chunk."""
    seen: set[str] = set()
    ids = []
    for source_id, new in zip(source_ids, uuid7_batch(len(source_ids)), strict=True):
        ids.append(copying.NULL if source_id in seen else new.hex)
        seen.add(source_id)
    return ids


def _decided(
    lines: Sequence[int], columns: dict[str, list[Any]], fresh: set[int], context: Context
) -> Decision:
    """What becomes of the rows whose record was there before them."""
    rows = zip(lines, columns["source_id"], columns["digest"], columns["version_mark"], strict=True)
    arrivals = {line: Arrival(line, *rest) for line, *rest in rows if line not in fresh}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {**context.parameters, "lines": list(arrivals)})
        facts = cursor.fetchall()
    stored: dict[str, Stored] = {}
    for line, key, top, mark, digest_known, mark_known in facts:
        row = arrivals[line]
        before = stored.get(row.source_id) or Stored(key, top, mark, frozenset(), frozenset())
        stored[row.source_id] = Stored(
            key,
            top,
            mark,
            before.digests | ({row.digest} if digest_known else frozenset()),
            before.marks | ({row.mark} if mark_known else frozenset()),
        )
    return decide(context.profile.version.rule, arrivals.values(), stored)


def _apply(versions: Sequence[NewVersion], context: Context) -> None:
    """Write new versions: the current one into the record, all others into the history."""
    if not versions:
        return
    current = [one for one in versions if one.current]
    late = [one for one in versions if not one.current]
    with connection.cursor() as cursor:
        # The old content first, before it is replaced.
        cursor.execute(ARCHIVE, {**context.parameters, **_parameters(current)})
        cursor.execute(ADD_LATE, {**context.parameters, **_parameters(late)})
        cursor.execute(REPLACE, {**context.parameters, **_parameters(current)})
        cursor.execute(MOVE_KEY, _parameters(current))


def _parameters(versions: Sequence[NewVersion]) -> dict[str, Any]:
    return {
        "ids": [one.hex for one in uuid7_batch(len(versions))],
        "keys": [one.key for one in versions],
        "lines": [one.line for one in versions],
        "versions": [one.version for one in versions],
    }
