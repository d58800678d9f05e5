"""Incidents that records could join: a few indexed queries for all records of a batch.

All answer the same columns, COLUMNS: `first`, `last`, `until` in seconds, `until` NaN unless the
incident is known to the day only.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from core.cells import rings
from risk.domain.occurrences import Kinds
from risk.domain.rules import Reach

COLUMNS = (
    "id", "family", "exercise", "category", "first", "last", "until", "lon", "lat", "voices",
    "by_hand", "district", "address",
)  # fmt: skip
_SELECTED = """
    i.id::text, i.family, i.exercise, i.category, extract(epoch FROM i.first_at)::float8,
    extract(epoch FROM i.last_at)::float8, extract(epoch FROM i.until_at)::float8,
    i.lon, i.lat, greatest(i.record_count, 1), i.origin = 'hand', i.district, i.address
"""
_LIVING = "i.first_at <= probe.until AND (i.record_count > 0 OR i.origin = 'hand')"
_CELLS = """
    (SELECT h3, to_timestamp(since) AS since, to_timestamp(until) AS until
     FROM unnest(%(h3)s::int8[], %(since)s::float8[], %(until)s::float8[])
         AS told(h3, since, until)) AS probe
    JOIN risk_incident AS i ON i.family = %(family)s AND i.h3 = probe.h3
"""
_DISTRICTS = """
    (SELECT district, to_timestamp(since) AS since, to_timestamp(until) AS until
     FROM unnest(%(district)s::text[], %(since)s::float8[], %(until)s::float8[])
         AS told(district, since, until)) AS probe
    JOIN risk_incident AS i ON i.family = %(family)s AND i.district = probe.district
"""
_NEAR = f"""
    SELECT {_SELECTED} FROM {_CELLS} AND i.last_at >= probe.since AND i.until_at IS NULL
    WHERE {_LIVING}
"""  # noqa: S608 - put together from words of this file
# What is known to the day only is found by its day; there is little of it, and it has an index.
_NEAR_BY_DAY = f"""
    SELECT {_SELECTED} FROM {_CELLS} AND i.last_at >= probe.since - interval '1 day'
        AND i.until_at IS NOT NULL
    WHERE {_LIVING} AND i.until_at >= probe.since
"""  # noqa: S608 - put together from words of this file
_IN_DISTRICT = f"""
    SELECT DISTINCT {_SELECTED} FROM {_DISTRICTS}
        AND i.last_at >= probe.since - interval '1 day'
    WHERE {_LIVING} AND coalesce(i.until_at, i.last_at) >= probe.since
"""  # noqa: S608 - put together from words of this file
_UNPLACED = f"{_IN_DISTRICT} AND i.h3 IS NULL AND i.record_count = 1 AND i.origin <> 'hand'"
_BY_ID = f"SELECT {_SELECTED} FROM risk_incident AS i WHERE i.id = ANY(%(ids)s::uuid[])"  # noqa: S608
_NAMES = """
    SELECT link.incident_id::text, array_agg(DISTINCT subject.key)
    FROM risk_incidentrecord AS link
    JOIN risk_subjectrecord AS about ON about.record_id = link.record_id
    JOIN risk_subject AS subject ON subject.id = about.subject_id
    WHERE link.incident_id = ANY(%s::uuid[]) AND subject.key LIKE 'place:%%'
    GROUP BY link.incident_id
"""
_ONLY_RECORDS = """
    SELECT record_id::text, incident_id::text FROM risk_incidentrecord
    WHERE incident_id = ANY(%s::uuid[])
"""


def near(rows: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Incidents within reach of rows that have a position.

    `rows`: columns category, start and end (seconds), h3. The cells around each record are looked
    up in the index (family, cell, time), each within the times of the records around it, so that
    a late record does not fetch all that lies between.
    """
    located = rows[rows["h3"].notna()]
    probes = _by_family(located, kinds, _cell_probes)
    merged = {
        family: table.groupby("h3").agg(since=("since", "min"), until=("until", "max"))
        for family, table in probes.items()
    }
    return _fetched([_NEAR, _NEAR_BY_DAY], {key: one.reset_index() for key, one in merged.items()})


def in_district(rows: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Incidents of the districts that rows name, at their times.

    `rows`: columns category, start and end (seconds), area.
    """
    named = rows[rows["area"] != ""].rename(columns={"district": "own", "area": "district"})
    return _fetched([_IN_DISTRICT], _by_family(named, kinds, _district_probes))


def unplaced(rows: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Incidents that are one record without a position, as `in_district`; there are few."""
    named = rows[rows["area"] != ""].rename(columns={"district": "own", "area": "district"})
    joinable = {kind for one in named["category"].unique() for kind in kinds.joinable(one)}
    if not joinable:
        return _table([])
    window = max(kinds.reach(kind).window_s for kind in joinable)
    spans = _spans(named.groupby("district"), window).reset_index()
    families = {family for kind in joinable for family in kinds.families(kind)}
    return _fetched([_UNPLACED], dict.fromkeys(families, spans))


def by_id(ids: Collection[str]) -> pd.DataFrame:
    """Incidents by id, as they stand."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_ID, {"ids": list(ids)})
        return _table(cursor.fetchall())


def names_of(incidents: Collection[str]) -> dict[str, set[str]]:
    """The keys of the places that the records of incidents name."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(incidents)])
        return {key: set(names) for key, names in cursor.fetchall()}


def records_of(incidents: Collection[str]) -> dict[str, str]:
    """The records of incidents: record → incident."""
    with connection.cursor() as cursor:
        cursor.execute(_ONLY_RECORDS, [list(incidents)])
        return dict(cursor.fetchall())


def _by_family(
    rows: pd.DataFrame, kinds: Kinds, probes_of: Callable[[pd.DataFrame, Reach], pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Where and when to look, by the family of the incidents that rows could join."""
    joinable = {one: kinds.joinable(one) for one in rows["category"].unique()}
    found: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for kind in sorted({kind for one in joinable.values() for kind in one}):
        own = [category for category, joins in joinable.items() if kind in joins]
        probes = probes_of(rows[rows["category"].isin(own)], kinds.reach(kind))
        for family in kinds.families(kind):
            found[family].append(probes)
    return {family: pd.concat(found[family]) for family in sorted(found)}


def _cell_probes(rows: pd.DataFrame, reach: Reach) -> pd.DataFrame:
    owners, around = rings(rows["h3"].to_numpy(dtype=np.int64), reach.radius_m)
    times = rows[["start", "end"]].iloc[owners].assign(h3=around).groupby("h3")
    return _spans(times, reach.window_s).rename_axis("h3").reset_index()


def _district_probes(rows: pd.DataFrame, reach: Reach) -> pd.DataFrame:
    """Per district one span for each run of records whose times touch."""
    order = rows.sort_values(["district", "start"])
    latest = order.groupby("district")["end"].cummax().shift()
    same = order["district"] == order["district"].shift()
    far = order["start"] - latest > 2 * reach.window_s
    run = (~same | far).cumsum().rename("run")
    return _spans(order.groupby(["district", run]), reach.window_s).reset_index()


def _spans(times: Any, window_s: float) -> pd.DataFrame:
    found: pd.DataFrame = times.agg(since=("start", "min"), until=("end", "max"))
    return found.assign(since=found["since"] - window_s, until=found["until"] + window_s)


def _fetched(statements: Sequence[str], probes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for family, table in probes.items():
            columns = {name: table[name].tolist() for name in table.columns}
            for statement in statements:
                cursor.execute(statement, {**columns, "family": family})
                rows += cursor.fetchall()
    return _table(rows)


def _table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    floats = dict.fromkeys(("first", "last", "until", "lon", "lat"), "float64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(floats).drop_duplicates("id")
