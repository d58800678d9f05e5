"""Enterprises: of a register by their number, of inspections by their name.

An inspection names the enterprise and no number. It is about the registered one of that name at
that site, else about one known by name and district, until a register brings it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from city import selectors as city
from core.clock import now
from core.ids import uuid7_batch
from core.text import truncate
from integration.selectors import told_of_records
from risk.domain.distance import metres
from risk.domain.enterprises import enterprise_name
from risk.models import Subject, SubjectRecord
from risk.services.subject_links import About

_REGISTERED, _NAMED = "enterprise:", "enterprise:name:"
_LONGEST_KEY, _LONGEST_NAME = 120, 200
# Registers give the gate or the middle of a site, inspectors where they stood.
_SAME_SITE_M = 200.0
_FAILED = "food.safety"
_TOLD = ("enterprise", "business", "founded")

_BY_NUMBER = [{"field": "identity", "level": "registered", "weight": 3.0}]
_BY_NAME_AND_SITE = [
    {"field": "name", "level": "same_name", "weight": 2.0},
    {"field": "place", "level": "same_site", "weight": 1.0},
]
_BY_NAME = [
    {"field": "name", "level": "same_name", "weight": 2.0},
    {"field": "district", "level": "same_district", "weight": 1.0},
]
_STORE = """
    INSERT INTO risk_subject AS held (id, kind, key, name_zh, name_en, lon, lat, district, grid,
                                      address, attributes, parent_id, created_at)
    SELECT id, 'enterprise', key, name, name, lon, lat, district, grid, address, attributes,
           parent, %(now)s
    FROM unnest(%(id)s::uuid[], %(key)s::text[], %(name)s::text[], %(lon)s::float8[],
                %(lat)s::float8[], %(district)s::text[], %(grid)s::text[], %(address)s::text[],
                %(attributes)s::jsonb[], %(parent)s::uuid[])
        AS told(id, key, name, lon, lat, district, grid, address, attributes, parent)
    ON CONFLICT (key) DO UPDATE SET
        name_zh = excluded.name_zh, name_en = excluded.name_en, lon = excluded.lon,
        lat = excluded.lat, district = excluded.district, grid = excluded.grid,
        address = excluded.address, attributes = held.attributes || excluded.attributes,
        parent_id = excluded.parent_id
    RETURNING key, id::text, xmax = 0
"""


def about_enterprises(rows: pd.DataFrame, places: Mapping[str, str]) -> list[About]:
    """What links rows to the enterprises that they name; these are made or brought up to date.

    `rows`: columns of `records.with_places`; `places`: record → the place subject of its address.
    Exercises tell of no enterprise. Under the lock of ASSOCIATE.
    """
    told = told_of_records(rows.loc[~rows["exercise"].astype(bool), "id"].tolist(), _TOLD)
    if told.empty:
        return []
    table = rows.merge(told, on="id")
    table = table.assign(name=[enterprise_name(one) for one in table["enterprise"]])
    register = table["kind"] == "register"
    listed = _registered(table[register], places)
    return listed + _inspected(table[~register & (table["name"] != "")], places)


def _registered(rows: pd.DataFrame, places: Mapping[str, str]) -> list[About]:
    if rows.empty:
        return []
    keys = [_key(_REGISTERED + one) for one in rows["source_id"]]
    names = [
        name or f"登记主体 {source_id[-6:]}"
        for name, source_id in zip(rows["name"], rows["source_id"], strict=True)
    ]
    attributes = [_register_says(row) for row in _each(rows)]
    found, fresh = _store(rows, keys, names, attributes, places)
    _take_over(fresh)
    return [
        About(record, found[key], _BY_NUMBER) for record, key in zip(rows["id"], keys, strict=True)
    ]


def _each(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _register_says(row: Mapping[str, Any]) -> dict[str, object]:
    severity = row["severity"]
    return {
        "risk_class": None if np.isnan(severity) else int(severity),
        "business": truncate(row["business"], 200) if row["business"] else "",
        "founded": row["founded"] or "",
        "failed_inspection": row["category"] == _FAILED,
    }


def _inspected(rows: pd.DataFrame, places: Mapping[str, str]) -> list[About]:
    if rows.empty:
        return []
    registered = _registered_by_name(rows["name"].unique())
    links, unknown = [], []
    for row in _each(rows):
        site = _same_site(row, registered.get(row["name"], ()))
        if site:
            links.append(About(row["id"], site, _BY_NAME_AND_SITE))
        elif row["area"]:
            unknown.append(row)
    if not unknown:
        return links
    table = pd.DataFrame(unknown)
    keys = [
        _key(f"{_NAMED}{area}:{name}")
        for area, name in zip(table["area"], table["name"], strict=True)
    ]
    found, _ = _store(table, keys, table["name"].tolist(), [{}] * len(table), places)
    pairs = zip(table["id"], keys, strict=True)
    return links + [About(record, found[key], _BY_NAME) for record, key in pairs]


def _key(text: str) -> str:
    """The text as a key, shortened by its digest where it is too long."""
    if len(text) <= _LONGEST_KEY:
        return text
    digest = sha256(text.encode()).hexdigest()[:32]
    return f"{text[: _LONGEST_KEY - 33]}~{digest}"


def _store(
    rows: pd.DataFrame,
    keys: Sequence[str],
    names: Sequence[str],
    attributes: Sequence[Mapping[str, object]],
    places: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, str]]:
    """Make or renew enterprises, of each key the last row's; ids by key, and those of new ones."""
    last = ~pd.Series(keys).duplicated(keep="last").to_numpy()
    lon, lat = _positions(rows)
    _, grid = city.locator().locate(lon, lat)
    columns: dict[str, Sequence[object]] = {
        "id": [str(one) for one in uuid7_batch(len(rows))],
        "key": keys,
        "name": [truncate(one, _LONGEST_NAME) for one in names],
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "district": rows["area"].tolist(),
        "grid": list(grid),
        "address": rows["address"].tolist(),
        "attributes": [json.dumps(one, ensure_ascii=False) for one in attributes],
        "parent": [places.get(one) for one in rows["id"]],
    }
    chosen: dict[str, Any] = {
        name: [one for one, kept in zip(column, last, strict=True) if kept]
        for name, column in columns.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {**chosen, "now": now()})
        stored = cursor.fetchall()
    return {key: own for key, own, _ in stored}, {key: own for key, own, new in stored if new}


def _positions(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Where the rows are: their positions, else the middle of their district."""
    middles = {one.code: (one.lon or 0.0, one.lat or 0.0) for one in city.districts()}
    own = city.current_city()
    centre = (own.west + own.east) / 2, (own.south + own.north) / 2
    other = np.array([middles.get(one, centre) for one in rows["area"]])
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    nowhere = np.isnan(lon) | np.isnan(lat)
    return np.where(nowhere, other[:, 0], lon), np.where(nowhere, other[:, 1], lat)


Site = tuple[str, float, float]


def _registered_by_name(names: Iterable[str]) -> dict[str, list[Site]]:
    rows = Subject.objects.filter(kind="enterprise", name_zh__in=list(names)).exclude(
        key__startswith=_NAMED
    )
    found: dict[str, list[Site]] = defaultdict(list)
    for name, own, lon, lat in rows.order_by("key").values_list("name_zh", "id", "lon", "lat"):
        found[name].append((str(own), lon, lat))
    return found


def _same_site(row: Mapping[str, Any], sites: Iterable[Site]) -> str:
    """The nearest of sites, "" if none is near."""
    near = [(metres(row["lon"], row["lat"], lon, lat), own) for own, lon, lat in sites]
    within = [one for one in near if one[0] <= _SAME_SITE_M]
    return min(within)[1] if within else ""


def _take_over(fresh: Mapping[str, str]) -> None:
    """Newly registered enterprises take over what was known by their name at their site."""
    by_name: dict[str, list[Site]] = defaultdict(list)
    new = Subject.objects.filter(id__in=list(fresh.values()))
    for own, name, lon, lat in new.values_list("id", "name_zh", "lon", "lat"):
        by_name[name].append((str(own), lon, lat))
    links = SubjectRecord.objects.filter(
        subject__kind="enterprise",
        subject__name_zh__in=list(by_name),
        subject__key__startswith=_NAMED,
        record__record__lon__isnull=False,
    ).values_list("id", "subject__name_zh", "record__record__lon", "record__record__lat")
    moved = [
        (str(link), _same_site({"lon": lon, "lat": lat}, by_name[name]))
        for link, name, lon, lat in links
    ]
    pairs = [one for one in moved if one[1]]
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE risk_subjectrecord AS link SET subject_id = new.subject, grounds = %s::jsonb "
            "FROM unnest(%s::uuid[], %s::uuid[]) AS new(id, subject) WHERE link.id = new.id",
            [json.dumps(_BY_NAME_AND_SITE), *(list(column) for column in zip(*pairs, strict=True))],
        )
