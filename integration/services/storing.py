"""Sheets into the tables of records.

Rows whose record is new are copied straight into the tables; the others go through a staging
table and statements over sets. The caller holds the feed's lock, so no other delivery of the feed
moves between the statements; what can be done before it is taken is in ``ready``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.ids import uuid7_batch, uuid7_texts
from integration.domain.rows import Sheet
from integration.domain.versions import Arrival, Decision, NewVersion, Stored, decide
from integration.services import copying
from integration.services.context import Came, Context, Outcome
from integration.services.ready import Columns, Ready, Texts, columns_of, texts_of
from integration.services.statements import (
    ADD_LATE,
    ARCHIVE,
    CONFLICTS,
    EMPTY,
    FACTS,
    KEY,
    KNOWN,
    MOVE_KEY,
    PREPARE,
    REPLACE,
    SAME,
    STAGED,
)
from privacy.domain.bundle import PersonalField
from privacy.services.personal import PersonalSeals

__all__ = [
    "Came",
    "Context",
    "Outcome",
    "Staging",
    "place_of",
    "ready",
    "same_of_keys",
    "same_of_records",
    "store",
]


class Staging:
    """The staging table of one transaction: made at first use, empty before every further one."""

    def __init__(self) -> None:
        self._used = False

    def put(self, rows: Sequence[str]) -> None:
        """Let it hold these rows, as ``Texts`` has them, and no others."""
        with connection.cursor() as cursor:
            cursor.execute(EMPTY if self._used else PREPARE)
        self._used = True
        copying.copy_in("incoming", STAGED, rows)


def place_of(feed_key: str, source_id: str, *, exercise: bool) -> str:
    """The place to which a record's sealed bundle belongs."""
    return f"record:{feed_key}:{'exercise' if exercise else 'real'}:{source_id}"


def ready(sheet: Sheet, context: Context) -> Ready:
    """The sheet's living rows as they are copied: most of the work of storing.

    Of a delivery that seems to repeat what is stored, the texts wait until it is sure which rows
    of it are new. Nothing is taken for known here: that is decided under the lock.
    """
    columns = columns_of(sheet, sheet.alive.tolist())

    def make(some: Columns) -> Texts:
        ids = some["source_id"]
        return texts_of(
            some,
            ids=uuid7_texts(len(ids)),
            personal=_sealed(some["private"], ids, context),
            received=context.received_at,
        )

    return Ready(columns, make, now=not _seems_known(columns, context))


def _seems_known(columns: Columns, context: Context) -> bool:
    """Whether most of a few rows of a large chunk are stored as they came."""
    if len(columns["line"]) < _WORTH_ASKING:
        return False
    step = len(columns["line"]) // _ASKED
    ids, digests = columns["source_id"][::step], columns["digest"][::step]
    known = _known(ids, context)
    same: int = sum(known.get(one) == digest for one, digest in zip(ids, digests, strict=True))
    return same > len(ids) // 2


_WORTH_ASKING = 200  # rows
_ASKED = 16  # of them


def _sealed(
    bundles: Sequence[Sequence[PersonalField] | None], ids: Sequence[str], context: Context
) -> Sequence[bytes | None]:
    """The sealed bundles of rows."""
    if not any(bundles):
        return [None] * len(bundles)
    beginning = place_of(context.profile.key, "", exercise=context.exercise)
    return PersonalSeals().seal_all(bundles, [beginning + source_id for source_id in ids])


def store(rows: Ready, context: Context, staging: Staging) -> Outcome:
    """Store rows by the profile's version rule."""
    if not rows.lines:
        return Outcome((), (), (), {})
    parted = _parted(rows, _known(rows.source_ids, context))
    fresh, repeated = rows.lines_at(parted.fresh), rows.lines_at(parted.repeated)
    _add(rows, parted.fresh, context)
    if not parted.others:
        return Outcome(fresh, (), repeated, {})
    staging.put(rows.texts_at(parted.others).rows)
    decision = _decided(rows, parted.others, context)
    _apply(decision.versions, context)
    updated = [one.line for one in decision.versions]
    conflicts = _provenance(decision.conflicts, context)
    return Outcome(fresh, updated, sorted([*repeated, *decision.duplicates]), conflicts)


@dataclass(frozen=True, slots=True)
class _Parted:
    """Positions of rows: of new records, of contents that are current already, and the others."""

    fresh: Sequence[int]
    repeated: Sequence[int]
    others: Sequence[int]


def _known(ids: Sequence[str], context: Context) -> dict[str, bytes]:
    """The digests of the current contents of those ids that the feed has records of."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {**context.parameters, "ids": copying.array(ids)})
        return {source_id: bytes(digest) for source_id, digest in cursor.fetchall()}


def _parted(rows: Ready, known: dict[str, bytes]) -> _Parted:
    """Content equal to the current one is a duplicate whatever the rule of versions."""
    if not known and len(set(rows.source_ids)) == len(rows.source_ids):
        return _Parted(range(len(rows.lines)), (), ())
    fresh: list[int] = []
    repeated: list[int] = []
    others: list[int] = []
    for at, (source_id, digest) in enumerate(zip(rows.source_ids, rows.digests, strict=True)):
        stored = known.get(source_id)
        if stored is None:
            known[source_id] = digest
            fresh.append(at)
        elif stored == digest:
            repeated.append(at)
        else:
            others.append(at)
    return _Parted(fresh, repeated, others)


def _add(rows: Ready, fresh: Sequence[int], context: Context) -> None:
    """Copy rows into the tables of keys and of records."""
    if not fresh:
        return
    texts = rows.texts_at(fresh)
    copying.copy_in("integration_recordkey", KEY, texts.keys, same_of_keys(context))
    columns = (*STAGED, *SAME, "version")
    copying.copy_in("integration_record", columns, texts.rows, same_of_records(context))


def same_of_keys(context: Context) -> str:
    """What new keys of a delivery share: the last columns of ``KEY``."""
    return f"{context.feed_id.hex}\t{'t' if context.exercise else 'f'}\t1"


def same_of_records(context: Context) -> str:
    """What new records of a delivery share: the columns of ``SAME``, and their version."""
    given = context.parameters
    kind, origin, scale = copying.texts([given["kind"], given["origin"], given["scale"]])
    values = {
        "received_at": context.received_at.isoformat(),
        "feed_id": given["feed"],
        "delivery_id": given["delivery"],
        "kind": kind,
        "origin": origin,
        "severity_scale": scale,
        "shown_decimals": copying.numbers([given["shown_decimals"]])[0],
        "exercise": "t" if context.exercise else "f",
        "profile_version": str(context.profile_version),
    }
    return "\t".join([*(values[name] for name in SAME), "1"])


def _decided(rows: Ready, others: Sequence[int], context: Context) -> Decision:
    """What becomes of the staged rows, whose records were there before them."""
    arrivals = {
        rows.lines[at]: Arrival(
            rows.lines[at], rows.source_ids[at], rows.digests[at], rows.marks[at]
        )
        for at in others
    }
    with connection.cursor() as cursor:
        cursor.execute(FACTS, context.parameters)
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
        if current:
            # The old content first, before it is replaced.
            cursor.execute(ARCHIVE, {**context.parameters, **_parameters(current)})
        if late:
            cursor.execute(ADD_LATE, {**context.parameters, **_parameters(late)})
        if current:
            cursor.execute(REPLACE, {**context.parameters, **_parameters(current)})
            cursor.execute(MOVE_KEY, _parameters(current))


def _parameters(versions: Sequence[NewVersion]) -> dict[str, Any]:
    return {
        "ids": [one.hex for one in uuid7_batch(len(versions))],
        "keys": [one.key for one in versions],
        "lines": [one.line for one in versions],
        "versions": [one.version for one in versions],
    }
