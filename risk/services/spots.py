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
from risk.services.subject_links import About

GROUNDS = [{"field": "place", "level": "same_cell", "weight": 1.0}]


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


def about_spots(rows: pd.DataFrame) -> list[About]:
    """What links each located record to its spot; columns id, h3 (int or missing), address."""
    located = rows[rows["h3"].notna()].astype({"h3": "int64"})
    subjects = spots(located)
    pairs = zip(located["id"].tolist(), located["h3"].tolist(), strict=True)
    return [About(record, subjects[cell], GROUNDS) for record, cell in pairs]


def area_subject(code: str) -> UUID:
    """The subject of a whole district, of the whole city for "": where no more is known.

    Made where missing.
    """
    own = city.current_city()
    areas = {one.code: one for one in city.districts()}
    area = areas.get(code)
    middle = (own.west + own.east) / 2, (own.south + own.north) / 2
    subject, _ = Subject.objects.get_or_create(
        key=f"area:{code if area else own.code}",
        defaults={
            "kind": "place",
            "name_zh": area.name_zh if area else own.name_zh,
            "name_en": area.name_en if area else own.name_en,
            "lon": (area.lon or middle[0]) if area else middle[0],
            "lat": (area.lat or middle[1]) if area else middle[1],
            "district": code if area else "",
            "created_at": now(),
        },
    )
    return subject.id


def area_subjects() -> set[str]:
    """The subjects of whole districts and of the city."""
    found = Subject.objects.filter(key__startswith="area:")
    return {str(one) for one in found.values_list("id", flat=True)}
