"""Spots: the places that located records are about, made when something first happens there."""

from collections.abc import Iterable
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection

from city import selectors as city
from core.cells import cell_centres, cell_polygon, to_hex
from core.clock import now
from core.ids import uuid7_batch
from risk.domain.spots import common_road, spot_names
from risk.models import Subject, SubjectCell
from risk.services.bulk import copy_rows

GROUNDS = [{"field": "place", "level": "same_cell", "weight": 1.0}]
_WEIGHT = 1.0


def spot_key(cell: int) -> str:
    """The key of the spot of a cell."""
    return f"spot:{to_hex(cell)}"


def spots(places: pd.DataFrame) -> dict[int, str]:
    """Ids of the spots of cells, made where missing.

    `places`: columns h3 (int, never missing), address (str). Call it under a step's lock or not:
    two makers of one spot end with the same one.
    """
    cells = [int(cell) for cell in pd.unique(places["h3"])]
    found = _known(cells)
    missing = [cell for cell in cells if cell not in found]
    if missing:
        _make(missing, places)
        found |= _known(missing)
    return found


def _known(cells: Iterable[int]) -> dict[int, str]:
    keys = {spot_key(cell): cell for cell in cells}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id::text FROM risk_subject WHERE key = ANY(%s)", [list(keys)])
        return {keys[key]: subject for key, subject in cursor.fetchall()}


def _make(cells: list[int], places: pd.DataFrame) -> None:
    wanted = places[places["h3"].isin(cells)]
    roads = {int(str(cell)): common_road(one) for cell, one in wanted.groupby("h3")["address"]}
    lon, lat = cell_centres(np.array(cells, dtype=np.int64))
    districts, grids = city.locator().locate(lon, lat)
    names = {one.code: (one.name_zh, one.name_en) for one in city.districts()}
    instant, ids = now(), uuid7_batch(len(cells))
    subjects = []
    for place, cell in enumerate(cells):
        name_zh, name_en = spot_names(
            cell=to_hex(cell),
            district_zh=names.get(districts[place], ("", ""))[0],
            district_en=names.get(districts[place], ("", ""))[1],
            road=roads.get(cell, ""),
        )
        subjects.append(
            Subject(
                id=ids[place],
                kind="place",
                key=spot_key(cell),
                name_zh=name_zh,
                name_en=name_en,
                geometry={"type": "Polygon", "coordinates": [cell_polygon(cell)]},
                lon=lon[place],
                lat=lat[place],
                district=districts[place],
                grid=grids[place],
                created_at=instant,
            )
        )
    Subject.objects.bulk_create(subjects, ignore_conflicts=True, batch_size=2000)
    held = _known(cells)
    SubjectCell.objects.bulk_create(
        [SubjectCell(subject_id=held[cell], cell=cell) for cell in cells],
        ignore_conflicts=True,
        batch_size=5000,
    )


def link_spots(rows: pd.DataFrame) -> None:
    """Link each located record to its spot, and no longer to the one it moved away from.

    `rows`: columns id (str), h3 (int or missing), address. Under the lock of ASSOCIATE.
    """
    located = rows[rows["h3"].notna()].astype({"h3": "int64"})
    subjects = spots(located)
    wanted = dict(zip(located["id"], located["h3"].map(subjects), strict=True))
    held = _links(rows["id"].tolist())
    stale = [(record, subject) for record, subject in held if wanted.get(record) != subject]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM risk_subjectrecord AS link USING unnest(%s::uuid[], %s::uuid[]) "
            "AS stale(record, subject) "
            "WHERE link.record_id = stale.record AND link.subject_id = stale.subject",
            [[one[0] for one in stale], [one[1] for one in stale]],
        )
    linked = set(held)
    fresh = [link for link in wanted.items() if link not in linked]
    copy_rows(
        "risk_subjectrecord",
        ("id", "record_id", "subject_id", "grounds", "weight"),
        (
            (key, record, subject, GROUNDS, _WEIGHT)
            for key, (record, subject) in zip(uuid7_batch(len(fresh)), fresh, strict=True)
        ),
    )


def _links(records: list[str]) -> list[tuple[str, str]]:
    """Present links (record, subject) of records to spots."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT link.record_id::text, link.subject_id::text FROM risk_subjectrecord AS link "
            "JOIN risk_subject AS subject ON subject.id = link.subject_id "
            "WHERE link.record_id = ANY(%s::uuid[]) AND subject.key LIKE 'spot:%%'",
            [records],
        )
        return [(record, subject) for record, subject in cursor.fetchall()]


def area_subject(code: str) -> UUID:
    """The subject of a whole district, for what is known no more closely; made where missing."""
    area = next(one for one in city.districts() if one.code == code)
    subject, _ = Subject.objects.get_or_create(
        key=f"area:{code}",
        defaults={
            "kind": "place",
            "name_zh": area.name_zh,
            "name_en": area.name_en,
            "lon": area.lon or 0.0,
            "lat": area.lat or 0.0,
            "district": code,
            "created_at": now(),
        },
    )
    return subject.id
