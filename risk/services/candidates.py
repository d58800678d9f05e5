"""Incidents that records of a delivery could join: one indexed query for all of them."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from django.db import connection

from core.cells import rings
from risk.domain.rules import Rules

COLUMNS = ("id", "family", "exercise", "first", "last", "lon", "lat", "voices", "category")
_SELECTED = """
    i.id::text, i.family, i.exercise, extract(epoch FROM i.first_at)::float8,
    extract(epoch FROM i.last_at)::float8, i.lon, i.lat, greatest(i.record_count, 1), i.category
"""
_NEAR = f"""
    SELECT {_SELECTED}
    FROM unnest(%s::text[], %s::int8[], %s::timestamptz[], %s::timestamptz[])
        AS probe(family, h3, since, until)
    JOIN risk_incident AS i ON i.family = probe.family AND i.h3 = probe.h3
        AND i.last_at >= probe.since
    WHERE i.first_at <= probe.until AND (i.record_count > 0 OR i.origin = 'hand')
    ORDER BY i.id
"""  # noqa: S608 - put together from words of this file
_NAMED = f"""
    SELECT {_SELECTED}, i.origin = 'hand' FROM risk_incident AS i
    WHERE i.id = ANY(%s::uuid[]) ORDER BY i.id
"""  # noqa: S608 - put together from words of this file


def candidates(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Incidents within reach of the rows, columns COLUMNS, `first` and `last` in seconds.

    `rows`: columns family, at (UTC), h3 (int). The cells around each record are looked up in the
    index (family, cell, time), each within the times of the records around it, so that a late
    record does not fetch all that lies between.
    """
    probes = [_probes(str(key), one, rules) for key, one in rows.groupby("family", sort=True)]
    if not probes:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(probes)
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR,
            [
                table["family"].tolist(),
                table["h3"].tolist(),
                [one.isoformat() for one in table["since"]],
                [one.isoformat() for one in table["until"]],
            ],
        )
        return pd.DataFrame(cursor.fetchall(), columns=list(COLUMNS))


def _probes(family: str, rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    reach = rules.reach(family)
    owners, around = rings(rows["h3"].to_numpy(dtype=np.int64), reach.radius_m)
    times = pd.DataFrame({"h3": around, "at": rows["at"].to_numpy()[owners]})
    spans = times.groupby("h3")["at"].agg(["min", "max"])
    window = pd.Timedelta(seconds=reach.window_s)
    return pd.DataFrame(
        {
            "family": family,
            "h3": spans.index.to_numpy(),
            "since": (pd.to_datetime(spans["min"], utc=True) - window).to_numpy(),
            "until": (pd.to_datetime(spans["max"], utc=True) + window).to_numpy(),
        }
    )


def incidents_as_candidates(ids: Collection[str]) -> pd.DataFrame:
    """Incidents by id, as they stand: columns COLUMNS and `by_hand`."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [list(ids)])
        return pd.DataFrame(cursor.fetchall(), columns=[*COLUMNS, "by_hand"])
