"""Writing incidents: their sums, and the words of those that an officer entered."""

from collections.abc import Collection, Sequence
from math import isnan

import pandas as pd
from django.db import connection

from core.cells import NO_CELL
from core.clock import now
from risk.services.bulk import copy_rows, update_rows

SUMS = {
    "id": "uuid",
    "category": "text",
    "severity": "int",
    "first_at": "timestamptz",
    "last_at": "timestamptz",
    "until_at": "timestamptz",
    "lon": "float8",
    "lat": "float8",
    "h3": "int8",
    "district": "text",
    "grid": "text",
    "address": "text",
    "summary": "text",
    "record_count": "int",
    "feed_count": "int",
    "shown_decimals": "int",
    "updated_at": "timestamptz",
}
_NEW = (*SUMS, "number", "origin", "family", "exercise", "created_at")
_INTEGERS = frozenset({"severity", "record_count", "feed_count", "h3", "shown_decimals"})
_FLOATS = frozenset({"lon", "lat"})
_TIMES = frozenset({"first_at", "last_at", "until_at", "updated_at", "created_at"})


def _column(table: pd.DataFrame, name: str) -> list[object]:
    """Plain Python values of a column, None for what is missing."""
    values = table[name].tolist()
    if name in _TIMES:
        return [None if pd.isna(one) else one.isoformat() for one in values]
    if name == "h3":
        return [None if one == NO_CELL else one for one in values]
    if name in _INTEGERS:
        return [None if isnan(one) else int(one) for one in values]
    if name in _FLOATS:
        return [None if isnan(one) else one for one in values]
    return list(values)


def write_new(table: pd.DataFrame) -> None:
    """Store new incidents: columns of SUMS with number, origin, family, exercise, created_at."""
    copy_rows("risk_incident", _NEW, zip(*(_column(table, name) for name in _NEW), strict=True))


def write_changed(table: pd.DataFrame) -> None:
    """Store the sums of incidents that exist; what was entered by hand keeps its own words."""
    by_hand = _by_hand(table["id"].tolist())
    own = table["id"].isin(by_hand)
    machine = table[~own]
    update_rows("risk_incident", SUMS, [_column(machine, name) for name in SUMS])
    if own.any():
        _write_by_hand(table[own])


def _by_hand(ids: Sequence[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text FROM risk_incident WHERE id = ANY(%s::uuid[]) AND origin = 'hand'",
            [list(ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def _write_by_hand(table: pd.DataFrame) -> None:
    names = ("id", "severity", "first_at", "last_at", "record_count", "feed_count", "updated_at")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE risk_incident AS old SET
                severity = least(old.severity, new.severity),
                first_at = least(old.first_at, new.first_at),
                last_at = greatest(old.last_at, new.last_at),
                record_count = new.record_count, feed_count = new.feed_count,
                updated_at = new.updated_at
            FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::int[],
                        %s::int[], %s::timestamptz[])
                AS new(id, severity, first_at, last_at, record_count, feed_count, updated_at)
            WHERE old.id = new.id
            """,
            [_column(table, name) for name in names],
        )


def write_emptied(ids: Collection[str]) -> None:
    """Incidents that lost their last record keep their number and stand for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE risk_incident SET record_count = 0, feed_count = 0, updated_at = %s "
            "WHERE id = ANY(%s::uuid[])",
            [now(), list(ids)],
        )
