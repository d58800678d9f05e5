"""Sheets into the tables of records: COPY to a staging table, then statements over sets.

The caller holds the feed's lock, so no other delivery of the feed moves between the statements.
"""

from collections.abc import Callable, Mapping, Sequence
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
    CONFLICTS,
    EMPTY,
    FACTS,
    MOVE_KEY,
    PREPARE,
    REPLACE,
    STAGED,
)
from privacy.services.personal import PersonalSeals

__all__ = ["Came", "Context", "Outcome", "columns_of", "place_of", "prepare", "stage", "store"]


@dataclass(frozen=True)
class Came:
    """Where rows came from that are stored later: the delivery, and the line if not their own."""

    at: datetime
    delivery_id: UUID
    line: int | None = None


@dataclass(frozen=True)
class Context:
    """What all rows of a delivery have in common.

    ``came``: of rows that are stored later than they came, released from quarantine or read
    again. They replace nothing that came after them.
    """

    feed_id: UUID
    delivery_id: UUID
    profile: Profile
    profile_version: int
    received_at: datetime
    exercise: bool
    came: Came | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The same, as parameters of the statements."""
        profile = self.profile
        return {
            "feed": str(self.feed_id),
            "delivery": str(self.delivery_id),
            "received": self.received_at,
            "came": self.came and self.came.at,
            "came_by": self.came and str(self.came.delivery_id),
            "came_line": self.came and self.came.line,
            "exercise": self.exercise,
            "kind": profile.kind,
            "origin": profile.origin,
            "scale": profile.severity.scale if profile.severity else "",
            "shown_decimals": profile.position.shown_decimals if profile.position else None,
            "profile_version": self.profile_version,
        }


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of a sheet that were fit to be stored, by ordinal.

    ``conflicts`` tell what each row is in conflict with.
    """

    accepted: Sequence[int]
    updated: Sequence[int]
    duplicates: Sequence[int]
    conflicts: Mapping[int, Mapping[str, object]]


def place_of(feed_key: str, source_id: str, *, exercise: bool) -> str:
    """The place to which a record's sealed bundle belongs."""
    return f"record:{feed_key}:{'exercise' if exercise else 'real'}:{source_id}"


def prepare(*, first: bool) -> None:
    """Make sure of an empty staging table, before the first chunk of a delivery or a later one."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE if first else EMPTY)


def store(sheet: Sheet, context: Context) -> Outcome:
    """Store the sheet's living rows by the profile's version rule."""
    alive = sheet.alive.tolist()
    lines = list(compress(sheet.chunk.lines, alive))
    columns = columns_of(sheet, alive)
    if not lines:
        return Outcome((), (), (), {})
    personal = _sealed(sheet, alive, columns["source_id"], context)
    stage(lines, columns, ids=_new_ids(columns["source_id"]), personal=personal)
    with connection.cursor() as cursor:
        cursor.execute(ADD_FRESH, context.parameters)
        fresh = [row[0] for row in cursor.fetchall()]
    if len(fresh) == len(lines):
        return Outcome(fresh, (), (), {})
    decision = _decided(lines, columns, set(fresh), context)
    _apply(decision.versions, context)
    updated = [one.line for one in decision.versions]
    conflicts = _provenance(decision.conflicts, context)
    return Outcome(fresh, updated, decision.duplicates, conflicts)


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


def columns_of(sheet: Sheet, chosen: Sequence[bool]) -> dict[str, list[Any]]:
    """The columns of some rows of the sheet, their flags as ``quality``."""
    whole = {**sheet.record, "quality": sheet.quality()}
    return {name: list(compress(column, chosen)) for name, column in whole.items()}


def stage(
    lines: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
    *,
    ids: Sequence[str],
    personal: Sequence[bytes | None],
) -> None:
    """Copy rows to the empty staging table; ``ids`` as COPY takes them."""
    ready: dict[str, Sequence[str]] = {
        "line": list(map(str, lines)),
        "id": ids,
        "personal": copying.hexes(personal),
    }
    for name, kind in STAGED.items():
        if name not in ready:
            ready[name] = _MAKERS.get(kind, copying.numbers)(columns[name])
    copying.copy_in("incoming", STAGED, [ready[name] for name in STAGED])


_MAKERS: dict[str, Callable[[Sequence[Any]], Sequence[str]]] = {
    "text": copying.texts,
    "jsonb": copying.documents,
    "boolean": copying.booleans,
    "bytea": copying.hexes,
    "text[]": copying.flags,
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
    for line, key, top, mark, digest_known, mark_known, ahead in facts:
        row = arrivals[line]
        before = stored.get(row.source_id) or Stored(key, top, mark, frozenset(), frozenset())
        stored[row.source_id] = Stored(
            key,
            top,
            mark,
            before.digests | ({row.digest} if digest_known else frozenset()),
            before.marks | ({row.mark} if mark_known else frozenset()),
            ahead,
        )
    return decide(context.profile.version.rule, arrivals.values(), stored)


def _provenance(lines: Sequence[int], context: Context) -> dict[int, dict[str, object]]:
    """What rows are in conflict with: the record and where its version came from."""
    if not lines:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CONFLICTS, {**context.parameters, "lines": list(lines)})
        return {
            line: {
                "record": str(record),
                "version": version,
                "delivery": str(delivery),
                "line": stored,
                "received_at": received_at.isoformat().replace("+00:00", "Z"),
            }
            for line, record, version, delivery, stored, received_at in cursor.fetchall()
        }


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
