"""What incidents are made of: their records' facts, and the sums drawn from them."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from city import selectors as city
from core.cells import cells
from core.clock import now
from risk.domain.occurrences import Kinds
from risk.models import IncidentRecord
from risk.services import records
from risk.services.address_book import AddressBook

_STORED = {
    "incident": "incident_id",
    "id": "record_id",
    "feed_id": "record__feed_id",
    "source_id": "record__source_id",
    "at": "record__record__occurred_at",
    "occurred_span": "record__record__occurred_span",
    "lon": "record__record__lon",
    "lat": "record__record__lat",
    "shown_decimals": "record__record__shown_decimals",
    "severity": "record__record__severity",
    "category": "record__record__category",
    "address": "record__record__address",
    "summary": "record__record__summary",
}
FACTS = tuple(_STORED)


def stored(incidents: Collection[str], *, without: Collection[str]) -> pd.DataFrame:
    """Facts of the records of incidents, columns FACTS, those of `without` left out."""
    links = IncidentRecord.objects.filter(incident_id__in=list(incidents))
    rows = links.values_list(*_STORED.values()).iterator(chunk_size=10_000) if incidents else ()
    table = pd.DataFrame(rows, columns=list(FACTS))
    for column in ("incident", "id", "feed_id"):
        table[column] = table[column].astype(str)
    floats = dict.fromkeys(("lon", "lat", "severity", "shown_decimals"), "float64")
    table = table[~table["id"].isin(set(without))].astype(floats)
    return table.assign(at=pd.to_datetime(table["at"], utc=True))


def sums(
    members: pd.DataFrame, told: Mapping[str, tuple[str, str]], kinds: Kinds, book: AddressBook
) -> pd.DataFrame:
    """One row per incident, columns of `incident_rows.SUMS`: what its records say together.

    `told`: kind of each incident, and its family if it has one already. It is represented by the
    gravest of the records that tell of its kind, the earliest of equally grave ones: what may only
    be a part of it, an injury, lends it neither its category nor its words.
    """
    order = _ordered(members, told, kinds)
    grouped = order.groupby("incident", sort=True)
    table = grouped.agg(
        category=("category", "first"),
        severity=("severity", "min"),
        address=("address", "first"),
        summary=("summary", "first"),
        record_count=("id", "size"),
        feed_count=("feed_id", "nunique"),
    ).reset_index(names="id")
    texts = table[["address", "summary"]].astype(object)
    texts = texts.where(texts.notna(), "")
    table = table.assign(address=texts["address"], summary=texts["summary"])
    times, places = _times(order), _places(order)
    table = table.merge(times, on="id").merge(places, on="id")
    return table.assign(updated_at=now(), **_areas(table, book))


def _ordered(
    members: pd.DataFrame, told: Mapping[str, tuple[str, str]], kinds: Kinds
) -> pd.DataFrame:
    """The records of each incident, those that may stand for it first."""
    families = {key: one.family_id for key, one in city.categories().items()}
    own = {category: kinds.of(category) for category in members["category"].unique()}
    rows = zip(members["incident"].tolist(), members["category"].tolist(), strict=True)
    rank = [_rank(told[incident], own[one], families.get(one, "")) for incident, one in rows]
    order = members.assign(rank=rank).sort_values(
        ["rank", "severity", "at", "feed_id", "source_id"], na_position="last"
    )
    return order.assign(
        address=order["address"].replace("", None), summary=order["summary"].replace("", None)
    )


def _rank(incident: tuple[str, str], kind: str, family: str) -> int:
    if kind != incident[0]:
        return 2
    return 0 if incident[1] in ("", family) else 1


def _times(order: pd.DataFrame) -> pd.DataFrame:
    """When each incident was: from its first to its last report.

    A report that tells only the day widens an incident no further than it must; one of nothing
    but such reports was at some time between its first day and the end of its last.
    """
    table = records.timed(order)
    table = table.assign(exact=table["end"] == table["start"])
    found = (
        table.groupby("incident", sort=True)
        .agg(
            first=("start", "min"),
            late=("start", "max"),
            early=("end", "min"),
            last=("end", "max"),
            exact=("exact", "any"),
        )
        .reset_index(names="id")
    )
    return pd.DataFrame(
        {
            "id": found["id"],
            "first_at": _instants(found["early"].where(found["exact"], found["first"])),
            "last_at": _instants(found["late"]),
            "until_at": _instants(found["last"].where(~found["exact"])),
        }
    )


def _instants(seconds: pd.Series) -> pd.Series:
    return pd.to_datetime((seconds * 1e6).round(), unit="us", utc=True)


def late_and_early(first: pd.Series, last: pd.Series, until: pd.Series) -> pd.DataFrame:
    """Latest start and earliest end of the reports of incidents, as `_times` has stored them."""
    return pd.DataFrame({"late": last, "early": first + (until - last).fillna(0.0)})


def _places(order: pd.DataFrame) -> pd.DataFrame:
    """The centre of each incident, of the positions that may be shown where there are such."""
    located = order["lon"].notna()
    coarse = order["shown_decimals"].notna()
    open_ = located & ~coarse
    table = order.assign(
        open_lon=order["lon"].where(open_),
        open_lat=order["lat"].where(open_),
        coarse=coarse,
    ).groupby("incident", sort=True)
    found = table.agg(
        lon=("lon", "mean"),
        lat=("lat", "mean"),
        open_lon=("open_lon", "mean"),
        open_lat=("open_lat", "mean"),
        coarse=("coarse", "all"),
        shown_decimals=("shown_decimals", "min"),
    ).reset_index(names="id")
    return pd.DataFrame(
        {
            "id": found["id"],
            "lon": found["open_lon"].fillna(found["lon"]),
            "lat": found["open_lat"].fillna(found["lat"]),
            "shown_decimals": found["shown_decimals"].where(found["coarse"]),
        }
    )


def _areas(table: pd.DataFrame, book: AddressBook) -> dict[str, Any]:
    """Cell, district and grid: of the centre, else the district that the address names."""
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    district, grid = city.locator().locate(lon, lat)
    nowhere = np.isnan(lon)
    for place in np.flatnonzero(nowhere):
        district[place] = book.read(str(table["address"].iloc[place])).district
    return {"h3": cells(lon, lat), "district": district, "grid": grid}
