"""Places that addresses name: an estate, a market, else a house; made when first heard of."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection
from django.db.models import Avg, Count

from city import selectors as city
from core.clock import now
from core.ids import uuid7_batch
from core.text import truncate
from risk.models import Subject, SubjectRecord
from risk.services.subject_links import About

_PREFIX = "place:"
_NAMED = [{"field": "address", "level": "same_place", "weight": 2.0}]
_HOUSE = [{"field": "address", "level": "same_house", "weight": 3.0}]
_LONGEST_KEY = 120
# While few records say where a place is, each of them moves it.
_ENOUGH = 200


def place_key(house: str, place: str) -> str:
    """The key of the subject of an address: its named place, else its house; "" of neither."""
    key = place or house
    return key if len(_PREFIX) + len(key) <= _LONGEST_KEY else ""


def place_subjects(keys: Collection[str]) -> dict[str, str]:
    """The subjects of place keys (`place_key`), made where missing."""
    wanted = sorted({one for one in keys if one})
    found = _known(wanted)
    missing = [one for one in wanted if one not in found]
    if missing:
        _make(missing)
        found |= _known(missing)
    return found


def about_places(rows: pd.DataFrame) -> list[About]:
    """What links rows, columns id, house and place, to the places of their addresses."""
    pairs = zip(rows["house"].tolist(), rows["place"].tolist(), strict=True)
    keys = [place_key(house, place) for house, place in pairs]
    subjects = place_subjects(set(keys))
    each = zip(rows["id"].tolist(), keys, rows["place"].tolist(), strict=True)
    return [
        About(record, subjects[key], _NAMED if place else _HOUSE)
        for record, key, place in each
        if key
    ]


def _known(keys: Sequence[str]) -> dict[str, str]:
    names = {_PREFIX + one: one for one in keys}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id::text FROM risk_subject WHERE key = ANY(%s)", [list(names)])
        return {names[key]: subject for key, subject in cursor.fetchall()}


def _make(keys: Sequence[str]) -> None:
    areas = {one.code: one for one in city.districts()}
    instant = now()
    subjects = []
    for key, own in zip(keys, uuid7_batch(len(keys)), strict=True):
        code, _, name = key.partition(":")
        area = areas[code]
        subjects.append(
            Subject(
                id=own,
                kind="place",
                key=_PREFIX + key,
                name_zh=truncate(f"{area.name_zh}{name}", 200),
                name_en=truncate(f"{name}, {area.name_en}", 200),
                # Until a record of it has a position it stands in the middle of its district.
                lon=area.lon or 0.0,
                lat=area.lat or 0.0,
                district=code,
                address=truncate(f"{area.name_zh}{name}", 500),
                attributes={"located": 0},
                created_at=instant,
            )
        )
    Subject.objects.bulk_create(subjects, ignore_conflicts=True, batch_size=2000)


def put_on_the_map(subjects: Collection[str], *, again: Collection[str]) -> None:
    """Let places stand in the middle of their located records; `again` even if that is known.

    Registers and reports that say where a place is: `located` counts them. An exercise moves no
    place. From many records on the middle moves no more, and is left.
    """
    few = Subject.objects.filter(id__in=subjects, attributes__located__lt=_ENOUGH)
    wanted = set(few.values_list("id", flat=True))
    wanted |= set(
        Subject.objects.filter(id__in=again, key__startswith=_PREFIX).values_list("id", flat=True)
    )
    links = SubjectRecord.objects.filter(
        subject_id__in=wanted, record__exercise=False, record__record__lon__isnull=False
    )
    middles = links.values("subject_id").annotate(
        lon=Avg("record__record__lon"), lat=Avg("record__record__lat"), located=Count("id")
    )
    _move({str(one["subject_id"]): dict(one) for one in middles})


def _move(middles: Mapping[str, Mapping[str, Any]]) -> None:
    if not middles:
        return
    lon, lat = (np.array([one[name] for one in middles.values()]) for name in ("lon", "lat"))
    _, grid = city.locator().locate(lon, lat)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE risk_subject AS old SET lon = new.lon, lat = new.lat, grid = new.grid, "
            "attributes = old.attributes || jsonb_build_object('located', new.located) "
            "FROM unnest(%s::uuid[], %s::float8[], %s::float8[], %s::text[], %s::int[]) "
            "AS new(id, lon, lat, grid, located) WHERE old.id = new.id",
            [
                list(middles),
                lon.tolist(),
                lat.tolist(),
                list(grid),
                [int(one["located"]) for one in middles.values()],
            ],
        )
