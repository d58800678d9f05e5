"""Records of deliveries join incidents or open them; the sums of touched incidents follow."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd
from django.db import connection

from city import selectors as city
from core.clock import now
from core.ids import uuid7_batch
from risk.domain.association import associate
from risk.domain.fitting import Report
from risk.domain.grounds import Levels, grounds, weight
from risk.domain.occurrences import Kinds
from risk.domain.rules import Rules
from risk.services import incident_rows, members, records
from risk.services.address_book import AddressBook, address_book
from risk.services.bulk import copy_rows
from risk.services.neighbours import Neighbours, around, unsure
from work import numbers

Homes = Mapping[str, str]  # record → the incident it is in
Seen = tuple[int, int]  # of a record's content: its version, and that of the profile it was read by


@dataclass(frozen=True)
class _Placed:
    """The rows with columns `incident` and `levels`; the opened incidents: id, kind, exercise."""

    rows: pd.DataFrame
    opened: pd.DataFrame


def link_incidents(rows: pd.DataFrame, rules: Rules) -> list[str]:
    """Place records, columns as `records.with_places` gives; answers ids of touched incidents.

    A record that has not changed since it was placed is left where it is.
    """
    held = _links(rows["id"].tolist())
    happened = records.happened(rows)
    seen = zip(happened["version"], happened["profile_version"], strict=True)
    told = zip(happened["id"], seen, strict=True)
    settled = {one for one, content in told if one in held and held[one][1] == content}
    work = happened[~happened["id"].isin(settled)]
    before = {one: incident for one, (incident, _) in held.items() if one not in settled}
    if work.empty and not before:
        return []
    kinds, book = records.kinds_of(rules), address_book(rules)
    work = records.timed(work)
    near = around(work, kinds, book)
    lone = unsure(work, near, before.values(), kinds, book)
    return _place_anew(work, {**before, **lone}, frozenset(lone), near, kinds, book)


def _place_anew(
    work: pd.DataFrame,
    before: Homes,
    lone: Collection[str],
    near: Neighbours,
    kinds: Kinds,
    book: AddressBook,
) -> list[str]:
    """Place `work` and the `lone`; `before`: where records are that may leave."""
    if lone:
        others = records.with_places(records.happened(records.by_id(lone)), book)
        work = pd.concat([work, records.timed(others)], ignore_index=True)
    homes = set(before.values())
    rest = members.stored(homes, without=before.keys())
    known = near.with_homes(homes, rest, book)
    placed = _place(work, known, before, lone, kinds)
    rows = placed.rows
    stayed = rows["id"].isin(lone) & (rows["incident"] == rows["id"].map(before))
    kept = set(rows.loc[stayed, "id"])
    left = {incident for record, incident in before.items() if record not in kept}
    touched = left.union(rows.loc[~stayed, "incident"])
    _write_sums(placed, touched, known, rest, kinds, book)
    _write_links(rows, before)
    return sorted(touched)


def _links(records: list[str]) -> dict[str, tuple[str, Seen]]:
    """The incidents that records are in, and the content that was placed there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id::text, incident_id::text, version, profile_version "
            "FROM risk_incidentrecord WHERE record_id = ANY(%s::uuid[])",
            [records],
        )
        return {record: (incident, (one, by)) for record, incident, one, by in cursor.fetchall()}


def _place(
    work: pd.DataFrame, known: Neighbours, before: Homes, lone: Collection[str], kinds: Kinds
) -> _Placed:
    """Real records among real incidents, exercises among exercises."""
    parts, opened = [], []
    for exercise, group in work.groupby("exercise", sort=True):
        here = known.of_exercise(bool(exercise))
        incidents = here.incidents(kinds)
        reports = _reports(group, {key: at for at, key in enumerate(here.ids)}, before, lone, kinds)
        reaches = {kind: kinds.reach(kind) for one in reports for kind in one.kinds}
        reaches |= {one.kind: kinds.reach(one.kind) for one in incidents}
        placed = associate(reports, incidents, reaches)
        fresh = [str(one) for one in uuid7_batch(len(placed.kinds))]
        ids = [*here.ids, *fresh]
        levels = pd.Series(placed.levels, index=group.index, dtype=object)
        parts.append(group.assign(incident=[ids[at] for at in placed.incident], levels=levels))
        opened.append(
            pd.DataFrame({"id": fresh, "kind": placed.kinds}).assign(exercise=bool(exercise))
        )
    if not parts:
        return _Placed(
            work.assign(incident=pd.Series(dtype=object), levels=pd.Series(dtype=object)),
            pd.DataFrame(columns=["id", "kind", "exercise"], dtype=object),
        )
    return _Placed(pd.concat(parts), pd.concat(opened))


def _reports(
    rows: pd.DataFrame,
    position: Mapping[str, int],
    before: Homes,
    lone: Collection[str],
    kinds: Kinds,
) -> list[Report]:
    joinable = {one: kinds.joinable(one) for one in rows["category"].unique()}
    names = rows["feed"].astype(str) + "/" + rows["source_id"].astype(str)
    told = ("start", "end", "lon", "lat", "category", "house", "place")
    coarse = rows["shown_decimals"].notna().tolist()
    columns = zip(
        rows["id"].tolist(),
        names.tolist(),
        *(rows[one].tolist() for one in told),
        coarse,
        strict=True,
    )
    return [
        Report(
            name=name,
            start=start,
            end=end,
            lon=lon,
            lat=lat,
            category=category,
            kinds=joinable[category],
            house=house,
            place=place,
            coarse=rough,
            home=position.get(before.get(record, "")),
            lone=record in lone,
        )
        for record, name, start, end, lon, lat, category, house, place, rough in columns
    ]


def _write_sums(
    placed: _Placed,
    touched: Collection[str],
    known: Neighbours,
    rest: pd.DataFrame,
    kinds: Kinds,
    book: AddressBook,
) -> None:
    """Store the sums of touched incidents, and which of them nobody is left in."""
    rows, opened = placed.rows, placed.opened
    existing = set(touched).difference(opened["id"])
    more = members.stored(existing.difference(rest["incident"]), without=rows["id"])
    facts = (rows[list(members.FACTS)], rest, more)
    told = [one[one["incident"].isin(touched)] for one in facts]
    filled = [one for one in told if len(one)]
    if filled:
        new = zip(opened["id"], opened["kind"], strict=True)
        stands = known.stands(kinds) | {key: (kind, "") for key, kind in new}
        sums = members.sums(pd.concat(filled), stands, kinds, book)
        _write_new(sums.merge(opened, on="id"))
        changed = sums[sums["id"].isin(existing)]
        if len(changed):
            incident_rows.write_changed(changed)
        existing = existing.difference(changed["id"])
    incident_rows.write_emptied(existing)


def _write_new(sums: pd.DataFrame) -> None:
    if sums.empty:
        return
    families = {key: one.family_id for key, one in city.categories().items()}
    new = sums.sort_values(["first_at", "id"])
    number = numbers.reserve("incident", len(new), now().astimezone(city.zone()).date())
    family = new["category"].map(families).fillna("other")
    incident_rows.write_new(
        new.assign(number=number, origin="machine", family=family, created_at=now())
    )


def _write_links(rows: pd.DataFrame, before: Homes) -> None:
    """Move, drop and add links; a link that stays keeps the grounds it was made on."""
    wanted = dict(zip(rows["id"].tolist(), rows["incident"].tolist(), strict=True))
    stale = [record for record, incident in before.items() if wanted.get(record) != incident]
    kept = rows["incident"] == rows["id"].map(before)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM risk_incidentrecord WHERE record_id = ANY(%s::uuid[])", [stale])
        cursor.execute(
            "UPDATE risk_incidentrecord AS link SET version = seen.version, "
            "profile_version = seen.profile_version "
            "FROM unnest(%s::uuid[], %s::int[], %s::int[]) "
            "AS seen(record, version, profile_version) WHERE link.record_id = seen.record AND "
            "(link.version, link.profile_version) <> (seen.version, seen.profile_version)",
            [rows.loc[kept, name].tolist() for name in ("id", "version", "profile_version")],
        )
    fresh = rows[~kept]
    names = ("id", "incident", "version", "profile_version", "levels")
    columns = (fresh[name].tolist() for name in names)
    copy_rows(
        "risk_incidentrecord",
        ("id", "record_id", "incident_id", "version", "profile_version", "grounds", "weight"),
        (
            (key, record, incident, version, read_by, *_told(levels))
            for key, (record, incident, version, read_by, levels) in zip(
                uuid7_batch(len(fresh)), zip(*columns, strict=True), strict=True
            )
        ),
    )


@cache
def _told(levels: Levels) -> tuple[str, float]:
    """The grounds as JSON, and their weight; there are few, and they are written often."""
    return json.dumps(grounds(levels)), weight(levels)
