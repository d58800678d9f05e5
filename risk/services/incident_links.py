"""Records of deliveries join incidents or open them; the sums of touched incidents follow."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from django.db import connection

from city import selectors as city
from core.clock import now
from core.ids import uuid7_batch
from risk.domain.association import NONE, Known, Reports, associate, grounds
from risk.domain.rules import Rules
from risk.services import members
from risk.services.bulk import copy_rows
from risk.services.candidates import candidates, incidents_as_candidates
from work import numbers

# Registers describe what is there and warnings what may come: neither is an occurrence.
HAPPENINGS = frozenset({"event", "alarm", "hand"})
_WEIGHTS = ("w_place", "w_time", "w_family")


def link_incidents(rows: pd.DataFrame, rules: Rules) -> list[str]:
    """Place records, columns as `association.rows_of` gives; answers ids of touched incidents."""
    batch = rows["id"].tolist()
    before = _homes(batch)
    homes = set(before.values())
    rest = members.stored(homes, without=batch)
    happened = _happened(rows)
    if happened.empty and not homes:
        return []
    known = _known(happened, homes, rest, rules)
    placed, opened = _place(happened, known, before, rules)
    touched = homes.union(placed["incident"])
    existing = touched.difference(opened["id"])
    more = members.stored(existing - homes, without=batch)
    told = [one for one in (placed[list(members.FACTS)], rest, more) if len(one)]
    sums = members.sums(pd.concat(told)) if told else pd.DataFrame({"id": []}, dtype=object)
    _write_incidents(sums, opened)
    members.write_emptied(homes.difference(sums["id"]))
    _write_links(placed, before)
    return sorted(touched)


def _homes(records: list[str]) -> dict[str, str]:
    """The incidents that records are in already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id::text, incident_id::text FROM risk_incidentrecord "
            "WHERE record_id = ANY(%s::uuid[])",
            [records],
        )
        return dict(cursor.fetchall())


def _happened(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that tell of an occurrence at a known time and place, with their family."""
    sound = rows["operational"].astype(bool) & rows["kind"].isin(HAPPENINGS)
    placed = rows["at"].notna() & rows["lon"].notna() & rows["lat"].notna() & rows["h3"].notna()
    families = {key: one.family_id for key, one in city.categories().items()}
    found = rows[sound & placed]
    family = found["category"].map(families).fillna("other")
    return found.assign(family=family).astype({"h3": "int64"}).reset_index(drop=True)


def _known(
    happened: pd.DataFrame, homes: Collection[str], rest: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Incidents to join, as `candidates` gives them, with a column `empty`.

    A home shows what the others of its records say. Where no other is left it shows what it said
    so far and is `empty`: only its own records may enter it.
    """
    near = candidates(happened, rules)
    near = near[~near["id"].isin(homes)].assign(empty=False)
    if not homes:
        return near
    own = incidents_as_candidates(homes).set_index("id")
    own = own.assign(empty=~own.index.isin(rest["incident"]) & ~own["by_hand"])
    if len(rest):
        left = rest.groupby("incident").agg(
            first=("at", "min"),
            last=("at", "max"),
            lon=("lon", "mean"),
            lat=("lat", "mean"),
            voices=("id", "size"),
        )
        left = left.assign(first=members.seconds(left["first"]), last=members.seconds(left["last"]))
        machine = left.index.difference(own.index[own["by_hand"]])
        own.loc[machine, left.columns] = left.loc[machine]
    own = own.drop(columns="by_hand").reset_index(names="id")
    return pd.concat([near, own] if len(near) else [own]).sort_values("id")


def _place(
    happened: pd.DataFrame, known: pd.DataFrame, before: dict[str, str], rules: Rules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows with columns incident and weights; the opened incidents (id, family, exercise)."""
    parts, opened = [], []
    for (family, exercise), group in happened.groupby(["family", "exercise"], sort=True):
        same = (known["family"] == family) & (known["exercise"] == exercise)
        here = known[same].reset_index(drop=True)
        placed = associate(_reports(group, here, before), _columns(here), rules.reach(str(family)))
        fresh = [str(one) for one in uuid7_batch(placed.opened)]
        ids = np.array([*here["id"], *fresh], dtype=object)
        weights = dict(zip(_WEIGHTS, (placed.place, placed.time, placed.family), strict=True))
        parts.append(group.assign(incident=ids[placed.incident], **weights))
        opened.append(
            pd.DataFrame({"id": fresh}).assign(family=str(family), exercise=bool(exercise))
        )
    if not parts:
        empty = dict.fromkeys(("incident", *_WEIGHTS), pd.Series(dtype=object))
        names = ("id", "family", "exercise")
        return happened.assign(**empty), pd.DataFrame(columns=list(names), dtype=object)
    return pd.concat(parts), pd.concat(opened)


def _reports(group: pd.DataFrame, here: pd.DataFrame, before: dict[str, str]) -> Reports:
    position = {incident: place for place, incident in enumerate(here["id"])}
    homes = [position.get(before.get(one, ""), NONE) for one in group["id"]]
    return Reports(
        at=members.seconds(group["at"]).to_numpy(),
        lon=group["lon"].to_numpy(dtype=np.float64),
        lat=group["lat"].to_numpy(dtype=np.float64),
        category=_codes(group["category"]),
        name=(group["feed"].astype(str) + "/" + group["source_id"].astype(str)).to_numpy(
            dtype=object
        ),
        home=np.array(homes, dtype=np.int64),
    )


def _columns(here: pd.DataFrame) -> Known:
    return Known(
        first=here["first"].to_numpy(dtype=np.float64),
        last=here["last"].to_numpy(dtype=np.float64),
        lon=here["lon"].to_numpy(dtype=np.float64),
        lat=here["lat"].to_numpy(dtype=np.float64),
        voices=here["voices"].to_numpy(dtype=np.int64),
        category=_codes(here["category"]),
        empty=here["empty"].to_numpy(dtype=bool),
    )


def _codes(categories: pd.Series) -> np.ndarray:
    place = {key: code for code, key in enumerate(city.categories())}
    return categories.map(place).fillna(NONE).to_numpy(dtype=np.int64)


def _write_incidents(sums: pd.DataFrame, opened: pd.DataFrame) -> None:
    """Store sums: new incidents in the order of their times, then the ones that exist."""
    if len(opened):
        new = sums.merge(opened, on="id").sort_values(["first_at", "id"])
        today = now().astimezone(city.zone()).date()
        number = numbers.reserve("incident", len(new), today)
        members.write_new(new.assign(number=number, origin="machine", created_at=now()))
    changed = sums[~sums["id"].isin(opened["id"])]
    if len(changed):
        members.write_changed(changed)


def _write_links(placed: pd.DataFrame, before: dict[str, str]) -> None:
    """Move, drop and add links; a link that stays keeps the grounds it was made on."""
    wanted = dict(zip(placed["id"], placed["incident"], strict=True))
    stale = [record for record, incident in before.items() if wanted.get(record) != incident]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM risk_incidentrecord WHERE record_id = ANY(%s::uuid[])", [stale])
    stays = [before.get(record) == incident for record, incident in wanted.items()]
    fresh = placed[~np.array(stays, dtype=bool)]
    columns = (fresh["id"], fresh["incident"], *(fresh[name] for name in _WEIGHTS))
    copy_rows(
        "risk_incidentrecord",
        ("id", "record_id", "incident_id", "grounds", "weight"),
        (
            (key, record, incident, grounds(*weights), sum(weights))
            for key, (record, incident, *weights) in zip(
                uuid7_batch(len(fresh)), zip(*columns, strict=True), strict=True
            )
        ),
    )
