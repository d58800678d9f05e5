"""The incidents around a batch of records, as the arithmetic of association takes them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from risk.domain.fitting import Incident
from risk.domain.occurrences import Kinds
from risk.services import candidates, members, records
from risk.services.address_book import AddressBook

_PREFIX = len("place:")


@dataclass(frozen=True)
class Neighbours:
    """Incidents that records could join.

    `table`: columns of `candidates.COLUMNS`, `late`, `early` (seconds) and `empty`: a home whose
    records are all to be placed anew. `names`: keys of houses and places that their records name,
    known of those that records without a position could join.
    """

    table: pd.DataFrame
    names: dict[str, set[str]]

    @property
    def ids(self) -> list[str]:
        """Their ids, in the order of `incidents`."""
        return self.table["id"].tolist()

    def of_exercise(self, exercise: bool) -> "Neighbours":
        """Those of exercises, or the real ones."""
        here = self.table[self.table["exercise"] == exercise]
        return Neighbours(here.sort_values("id").reset_index(drop=True), self.names)

    def incidents(self, kinds: Kinds) -> list[Incident]:
        """The same for the arithmetic; `voices` counts none where there is no position."""
        table = self.table
        voices = table["voices"].where(table["lon"].notna(), 0)
        names = ("id", "category", "late", "early", "lon", "lat")
        columns = (table[name].tolist() for name in names)
        return [
            Incident(
                kind=kinds.of(category),
                category=category,
                late=late,
                early=early,
                lon=lon,
                lat=lat,
                voices=count,
                places=self.names.get(key, set()),
                empty=empty,
            )
            for key, category, late, early, lon, lat, count, empty in zip(
                *columns, voices.astype(int).tolist(), table["empty"].tolist(), strict=True
            )
        ]

    def stands(self, kinds: Kinds) -> dict[str, tuple[str, str]]:
        """The kind of each incident and its family."""
        names = ("id", "category", "family")
        columns = zip(*(self.table[name].tolist() for name in names), strict=True)
        return {key: (kinds.of(category), family) for key, category, family in columns}

    def with_homes(
        self, homes: Collection[str], rest: pd.DataFrame, book: AddressBook
    ) -> "Neighbours":
        """With the incidents that records are in: these show what the `rest` of them says.

        Where no other record is left an incident shows what it said so far and is `empty`.
        """
        if not homes:
            return self
        own = _timed(candidates.by_id(homes)).set_index("id")
        own = own.assign(empty=~own.index.isin(rest["incident"]) & ~own["by_hand"])
        if len(rest):
            left = _said(rest)
            machine = left.index.intersection(own.index[~own["by_hand"]])
            own.loc[machine, left.columns] = left.loc[machine]
        own = own.reset_index()
        others = self.table[~self.table["id"].isin(homes)]
        table = pd.concat([others, own], ignore_index=True) if len(others) else own
        return Neighbours(table, self.names | _names(own, book))


def around(work: pd.DataFrame, kinds: Kinds, book: AddressBook) -> Neighbours:
    """The incidents within reach of records: by position, else by what their addresses name.

    `work`: columns as `records.timed` and `records.with_places` give.
    """
    addressed = work[work["lon"].isna() & ((work["house"] != "") | (work["place"] != ""))]
    pointed = candidates.in_district(addressed, kinds)
    found = [candidates.near(work, kinds), pointed, candidates.unplaced(work, kinds)]
    filled = [one for one in found if len(one)]
    table = pd.concat(filled).drop_duplicates("id") if filled else found[0]
    return Neighbours(_timed(table).assign(empty=False), _names(pointed, book))


def unsure(
    work: pd.DataFrame, near: Neighbours, homes: Iterable[str], kinds: Kinds, book: AddressBook
) -> dict[str, str]:
    """Records that stand alone for want of what `work` may bring: record → its incident.

    What may be a part of another kind of occurrence, where `work` tells of that kind; what has
    only an address, where `work` names the same place.
    """
    table = near.table
    alone = table[(table["voices"] == 1) & ~table["by_hand"] & ~table["id"].isin(set(homes))]
    told = {kinds.of(one) for one in work["category"].unique()}
    parts = {
        one for one in alone["category"].unique() if told.intersection(kinds.joinable(one)[1:])
    }
    named = set(work["house"]).union(work["place"]).difference({""})
    nowhere = alone[alone["lon"].isna()]
    same = [
        key
        for key, address, district in _addresses(nowhere)
        if named.intersection(book.places(address, district).keys)
    ]
    of_part = alone.loc[alone["category"].isin(parts) & alone["lon"].notna(), "id"]
    return candidates.free_records([*of_part, *same])


def _timed(table: pd.DataFrame) -> pd.DataFrame:
    times = members.late_and_early(table["first"], table["last"], table["until"])
    return table.assign(late=times["late"], early=times["early"])


def _said(rest: pd.DataFrame) -> pd.DataFrame:
    """What the records that stay in each incident say, index incident."""
    return (
        records.timed(rest)
        .groupby("incident")
        .agg(
            late=("start", "max"),
            early=("end", "min"),
            lon=("lon", "mean"),
            lat=("lat", "mean"),
            voices=("id", "size"),
        )
    )


def _addresses(table: pd.DataFrame) -> Iterable[tuple[str, str, str]]:
    """Id, address and district of incidents."""
    return zip(*(table[name].tolist() for name in ("id", "address", "district")), strict=True)


def _names(table: pd.DataFrame, book: AddressBook) -> dict[str, set[str]]:
    """The places that incidents name: of several records by their links, of one by its address."""
    one = table["voices"] == 1
    alone = table[one]
    rows = _addresses(alone)
    found = {key: set(book.places(address, district).keys) for key, address, district in rows}
    linked = candidates.names_of(table.loc[~one, "id"].tolist())
    return found | {key: {name[_PREFIX:] for name in names} for key, names in linked.items()}
