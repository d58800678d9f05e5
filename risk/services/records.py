"""Records as they are associated: one row each, in the types that the arithmetic needs."""

from collections.abc import Collection
from uuid import UUID

import pandas as pd

from city import selectors as city
from integration.selectors import rows_of_delivery, rows_of_records
from risk.domain.occurrences import Kinds
from risk.domain.rules import Rules
from risk.services.address_book import AddressBook

# Registers describe what is there and warnings what may come: neither is an occurrence.
HAPPENINGS = frozenset({"event", "alarm", "hand"})
# Below it a time is a moment; above it, a day.
_MOMENT_S = 3600
_EPOCH = pd.Timestamp(0, tz="UTC")


def of_delivery(delivery_id: UUID) -> pd.DataFrame:
    """The current records that a delivery brought, with ids as texts and times as UTC instants."""
    return _typed(rows_of_delivery(delivery_id))


def by_id(ids: Collection[str]) -> pd.DataFrame:
    """The current contents of records, as `of_delivery` gives them."""
    return _typed(rows_of_records([UUID(one) for one in sorted(ids)]))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    floats = ("lon", "lat", "severity", "shown_decimals")
    rows = rows.astype(dict.fromkeys(floats, "float64"))
    return rows.assign(
        id=rows["id"].astype(str),
        feed_id=rows["feed_id"].astype(str),
        at=pd.to_datetime(rows["occurred_at"], utc=True),
    )


def happened(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that tell of an occurrence at a known time, wherever it was."""
    sound = rows["operational"].astype(bool) & rows["kind"].isin(HAPPENINGS)
    return rows[sound & rows["at"].notna()].reset_index(drop=True)


def timed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with columns `start` and `end`, seconds since the epoch.

    The two are equal where the time is a moment, apart where only the day is told.
    """
    start = seconds(rows["at"])
    spans = rows["occurred_span"].astype("float64")
    return rows.assign(start=start, end=start + spans.where(spans >= _MOMENT_S, 0.0))


def seconds(instants: pd.Series) -> pd.Series:
    """UTC instants as seconds since the epoch."""
    return (instants - _EPOCH).dt.total_seconds()


def with_places(rows: pd.DataFrame, book: AddressBook) -> pd.DataFrame:
    """The rows with columns `house`, `place` and `area`: what their addresses name, "" if nothing.

    The area is a district: the one that the address names, else the record's own.
    """
    pairs = zip(rows["address"].tolist(), rows["district"].tolist(), strict=True)
    named = [book.places(address, district) for address, district in pairs]
    return rows.assign(
        house=[one.house for one in named],
        place=[one.place for one in named],
        area=[one.district for one in named],
    )


def kinds_of(rules: Rules) -> Kinds:
    """The kinds of occurrence of a ruleset in this city."""
    return Kinds(rules, {key: one.family_id for key, one in city.categories().items()})
