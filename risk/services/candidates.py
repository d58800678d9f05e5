"""Incidents that records could join: a few indexed queries for all records of a batch.

All answer the same columns, COLUMNS: `first`, `last`, `until` in seconds, `until` NaN unless the
incident is known to the day only.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection
from numpy.typing import NDArray

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
# As the others, put together from words of this file.
_BY_ID = f"SELECT {_SELECTED} FROM risk_incident AS i WHERE i.id = ANY(%(ids)s::uuid[])"  # noqa: S608
_NAMES = """
    SELECT link.incident_id::text, array_agg(DISTINCT subject.key)
    FROM risk_incidentrecord AS link
    JOIN risk_subjectrecord AS about ON about.record_id = link.record_id
    JOIN risk_subject AS subject ON subject.id = about.subject_id
    WHERE link.incident_id = ANY(%s::uuid[]) AND subject.key LIKE 'place:%%'
    GROUP BY link.incident_id
"""
# What somebody was alerted to, or works on, is not taken away from under their hands.
_FREE_RECORDS = """
    SELECT link.record_id::text, link.incident_id::text FROM risk_incidentrecord AS link
    WHERE link.incident_id = ANY(%s::uuid[]) AND NOT EXISTS (
        SELECT FROM risk_caseincident AS part JOIN risk_riskcase AS held ON held.id = part.case_id
        WHERE part.incident_id = link.incident_id AND (
            held.state <> 'open'
            OR EXISTS (SELECT FROM risk_alert AS alert WHERE alert.case_id = held.id)))
"""


def near(rows: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Incidents within reach of rows that have a position.

    `rows`: columns category, start and end (seconds), h3. The cells around each record are looked
    up in the index (family, cell, time), each within the times of the records around it, so that
    a late record does not fetch all that lies between.
    """
    located = rows[rows["h3"].notna()]
    probes = _by_family(located, kinds, _cell_probes)
    return _fetched([_NEAR, _NEAR_BY_DAY], {key: _merged(one) for key, one in probes.items()})


def in_district(rows: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Incidents of the districts that rows name, at their times.

    `rows`: columns category, start and end (seconds), area.
    """
    named = rows[rows["area"] != ""]
    return _fetched([_IN_DISTRICT], _by_family(named, kinds, _district_probes))


def unplaced(rows: pd.DataFrame, kinds: Kinds) -> pd.DataFrame:
    """Incidents that are one record without a position, as `in_district`; there are few."""
    named = rows[rows["area"] != ""]
    joinable = {kind for one in named["category"].unique() for kind in kinds.joinable(one)}
    if not joinable:
        return _table([])
    window = max(kinds.reach(kind).window_s for kind in joinable)
    probes = _merged(_Probes("district", *_columns(named, "area")).wider(window))
    families = {family for kind in joinable for family in kinds.families(kind)}
    return _fetched([_UNPLACED], dict.fromkeys(sorted(families), probes))


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


def free_records(incidents: Collection[str]) -> dict[str, str]:
    """The records of incidents that nobody is occupied with: record → incident."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE_RECORDS, [list(incidents)])
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class _Probes:
    """Where and when to look, of one length: keys of column `of`, seconds since and until."""

    of: str
    keys: NDArray[Any]
    since: NDArray[np.float64]
    until: NDArray[np.float64]

    def wider(self, window_s: float) -> "_Probes":
        """The same with a window before and after."""
        return _Probes(self.of, self.keys, self.since - window_s, self.until + window_s)


def _columns(rows: pd.DataFrame, key: str) -> tuple[NDArray[Any], ...]:
    times = (rows[name].to_numpy(dtype=np.float64) for name in ("start", "end"))
    return rows[key].to_numpy(dtype=np.int64 if key == "h3" else object), *times


def _merged(probes: _Probes) -> _Probes:
    """One probe for each key, of all its times."""
    keys, first = np.unique(probes.keys, return_inverse=True)
    order = np.argsort(first, kind="stable")
    starts = np.searchsorted(first[order], np.arange(len(keys)))
    since = np.minimum.reduceat(probes.since[order], starts) if len(keys) else probes.since
    until = np.maximum.reduceat(probes.until[order], starts) if len(keys) else probes.until
    return _Probes(probes.of, keys, since, until)


def _by_family(
    rows: pd.DataFrame, kinds: Kinds, probes_of: Callable[[pd.DataFrame, Reach], _Probes]
) -> dict[str, _Probes]:
    """The probes for incidents that rows could join, by the incidents' family."""
    joinable = {one: kinds.joinable(one) for one in rows["category"].unique()}
    found: dict[str, list[_Probes]] = defaultdict(list)
    for kind in sorted({kind for one in joinable.values() for kind in one}):
        own = [category for category, joins in joinable.items() if kind in joins]
        probes = probes_of(rows[rows["category"].isin(own)], kinds.reach(kind))
        for family in kinds.families(kind):
            found[family].append(probes)
    return {family: _together(found[family]) for family in sorted(found)}


def _together(probes: Sequence[_Probes]) -> _Probes:
    columns = ([getattr(one, name) for one in probes] for name in ("keys", "since", "until"))
    return _Probes(probes[0].of, *(np.concatenate(column) for column in columns))


def _cell_probes(rows: pd.DataFrame, reach: Reach) -> _Probes:
    cell, start, end = _columns(rows, "h3")
    owners, around = rings(cell, reach.radius_m)
    return _merged(_Probes("h3", around, start[owners], end[owners])).wider(reach.window_s)


def _district_probes(rows: pd.DataFrame, reach: Reach) -> _Probes:
    """Per district one span for each run of records whose times touch."""
    spans: list[tuple[str, float, float]] = []
    columns = (rows[name].tolist() for name in ("area", "start", "end"))
    for area, start, end in sorted(zip(*columns, strict=True)):
        if spans and spans[-1][0] == area and start - spans[-1][2] <= 2 * reach.window_s:
            spans[-1] = area, spans[-1][1], max(spans[-1][2], end)
        else:
            spans.append((area, start, end))
    areas, since, until = zip(*spans, strict=True)
    found = np.array(areas, dtype=object), np.array(since), np.array(until)
    return _Probes("district", *found).wider(reach.window_s)


def _fetched(statements: Sequence[str], probes: Mapping[str, _Probes]) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for family, one in probes.items():
            told = {"since": one.since.tolist(), "until": one.until.tolist(), "family": family}
            for statement in statements:
                cursor.execute(statement, {**told, one.of: one.keys.tolist()})
                rows += cursor.fetchall()
    return _table(rows)


def _table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    floats = dict.fromkeys(("first", "last", "until", "lon", "lat"), "float64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(floats).drop_duplicates("id")
