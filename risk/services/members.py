"""What incidents are made of: their records' facts, and the sums drawn from them."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from django.db import connection

from city import selectors as city
from core.cells import cells
from core.clock import now
from risk.models import IncidentRecord
from risk.services.bulk import copy_rows, update_rows

FACTS = (
    "incident",
    "id",
    "feed_id",
    "source_id",
    "at",
    "lon",
    "lat",
    "severity",
    "category",
    "address",
    "summary",
)
_SUMS = {
    "id": "uuid",
    "category": "text",
    "severity": "int",
    "first_at": "timestamptz",
    "last_at": "timestamptz",
    "lon": "float8",
    "lat": "float8",
    "h3": "int8",
    "district": "text",
    "grid": "text",
    "address": "text",
    "summary": "text",
    "record_count": "int",
    "feed_count": "int",
    "updated_at": "timestamptz",
}
_EPOCH = pd.Timestamp(0, tz="UTC")
_NEW = (*_SUMS, "number", "origin", "family", "exercise", "created_at")


def stored(incidents: Collection[str], *, without: Collection[str]) -> pd.DataFrame:
    """Facts of the records of incidents, columns FACTS, those of `without` left out."""
    rows = (
        IncidentRecord.objects.filter(incident_id__in=list(incidents))
        .values_list(
            "incident_id",
            "record_id",
            "record__feed_id",
            "record__source_id",
            "record__record__occurred_at",
            "record__record__lon",
            "record__record__lat",
            "record__record__severity",
            "record__record__category",
            "record__record__address",
            "record__record__summary",
        )
        .iterator(chunk_size=10_000)
        if incidents
        else ()
    )
    table = pd.DataFrame(rows, columns=list(FACTS))
    for column in ("incident", "id", "feed_id"):
        table[column] = table[column].astype(str)
    return typed(table[~table["id"].isin(set(without))])


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """The same facts with numbers as floats and times as UTC instants."""
    numbers = {"lon": "float64", "lat": "float64", "severity": "float64"}
    return table.astype(numbers).assign(at=pd.to_datetime(table["at"], utc=True))


def seconds(instants: pd.Series) -> pd.Series:
    """UTC instants as seconds since the epoch."""
    return (instants - _EPOCH).dt.total_seconds()


def sums(members: pd.DataFrame) -> pd.DataFrame:
    """One row per incident, columns of _SUMS: what its records say together.

    The representative is the gravest record, the earliest of equally grave ones.
    """
    order = members.sort_values(["severity", "at", "feed_id", "source_id"], na_position="last")
    order = order.assign(
        address=order["address"].replace("", None), summary=order["summary"].replace("", None)
    )
    grouped = order.groupby("incident", sort=True)
    table = grouped.agg(
        category=("category", "first"),
        severity=("severity", "min"),
        first_at=("at", "min"),
        last_at=("at", "max"),
        lon=("lon", "mean"),
        lat=("lat", "mean"),
        address=("address", "first"),
        summary=("summary", "first"),
        record_count=("id", "size"),
        feed_count=("feed_id", "nunique"),
    ).reset_index(names="id")
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    district, grid = city.locator().locate(lon, lat)
    texts = table[["address", "summary"]].astype(object)
    return table.assign(
        h3=cells(lon, lat),
        district=district,
        grid=grid,
        updated_at=now(),
        address=texts["address"].where(texts["address"].notna(), ""),
        summary=texts["summary"].where(texts["summary"].notna(), ""),
    )


def _column(table: pd.DataFrame, name: str) -> list[object]:
    """Plain Python values of a column, None for what is missing."""
    column = table[name]
    if name in {"severity", "record_count", "feed_count", "h3"}:
        return [None if np.isnan(one) else int(one) for one in column.tolist()]
    if name in {"first_at", "last_at", "updated_at", "created_at"}:
        return [one.isoformat() for one in column]
    return column.tolist()


def write_new(table: pd.DataFrame) -> None:
    """Store new incidents: columns of _SUMS with number, origin, family, exercise, created_at."""
    copy_rows("risk_incident", _NEW, zip(*(_column(table, name) for name in _NEW), strict=True))


def write_changed(table: pd.DataFrame) -> None:
    """Store the sums of incidents that exist; what was entered by hand keeps its own words."""
    by_hand = _by_hand(table["id"].tolist())
    own = table["id"].isin(by_hand)
    machine = table[~own]
    update_rows("risk_incident", _SUMS, [_column(machine, name) for name in _SUMS])
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
