"""Loading a checked city into the tables: only what differs is written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import shapely
from django.db import connection, transaction
from pyproj import Geod

from audit.domain import Actor
from audit.services import record
from city.domain.facts import AreaFacts, CityFolder
from city.domain.faults import Faults
from city.models import (
    Area,
    CalendarDay,
    Category,
    City,
    Family,
    MaySee,
    Organisation,
    WorkingSpan,
)
from city.models.areas import AreaLevel
from city.selectors import forget
from city.services.reading import FolderBroken, read_city_folder
from city.services.tables import Row, replace, store
from core.clock import now
from core.errors import Refused
from core.ids import uuid7
from core.words import N_

__all__ = ["Loaded", "load_city", "store_city"]

_LOCK = 0x45475245_43495459  # "EGRECITY": one loading at a time
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much the city holds after loading, and how many rows had to be written."""

    city: str
    organisations: int
    areas: int
    written: int


def load_city(*, folder: Path, actor: Actor) -> Loaded:
    """Check and load the city's own part of a folder.

    Raises FolderBroken with everything wrong in it, Refused ``other_city`` where this
    installation serves another city.
    """
    faults = Faults()
    city = read_city_folder(folder, faults)
    if faults.errors:
        raise FolderBroken(faults)
    return store_city(city=city, actor=actor)


@transaction.atomic
def store_city(*, city: CityFolder, actor: Actor, recorded_hours: int = 24) -> Loaded:
    """Write a checked city; a second time changes nothing.

    ``recorded_hours`` is the length of the demo recording: the anchor is set once so that the
    recording, begun at a local midnight, has just ended. Organisations and areas that the folder
    no longer names are closed, never deleted: history hangs on them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    _refuse_other(city.city.key)
    written = (
        _store_city_row(city, recorded_hours)
        + _store_taxonomy(city)
        + _store_areas(city)
        + _store_organisations(city)
        + _store_calendar(city)
    )
    if written:
        row = City.objects.get()
        row.save()  # touched, so that other processes look again
        record(
            actor=actor,
            act="city.load",
            object_kind="city",
            object_id=row.id,
            detail={"key": row.key, "written": written},
        )
    forget()
    transaction.on_commit(forget)
    return Loaded(
        city=city.city.key,
        organisations=len(city.organisations),
        areas=1 + len(city.districts) + len(city.grids),
        written=written,
    )


def _refuse_other(key: str) -> None:
    other = City.objects.exclude(key=key).first()
    if other is not None:
        raise Refused(
            "other_city",
            N_(
                "this installation serves the city %(loaded)s; load %(key)s into a database of "
                "its own, or empty this one first (./dev reset)"
            ),
            loaded=other.key,
            key=key,
        )


def _store_city_row(folder: CityFolder, recorded_hours: int) -> int:
    city = folder.city
    west, south, east, north = city.bbox
    row: dict[str, object] = {
        "key": city.key,
        "name_zh": city.name_zh,
        "name_en": city.name_en,
        "code": city.code,
        "timezone": city.timezone,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "basemap": dict(city.basemap),
    }
    if not City.objects.exists():
        row["anchor"] = _anchor(city.timezone, recorded_hours)
    return store(City, "key", [row])


def _anchor(timezone: str, recorded_hours: int) -> datetime:
    """The latest local midnight from which the whole recording lies in the past."""
    zone = ZoneInfo(timezone)
    ended = now().astimezone(zone) - timedelta(hours=recorded_hours)
    return ended.replace(hour=0, minute=0, second=0, microsecond=0)


def _store_taxonomy(folder: CityFolder) -> int:
    families = [
        {"key": one.key, "name_zh": one.name_zh, "name_en": one.name_en} for one in folder.families
    ]
    categories = [
        {
            "key": one.key,
            "family_id": one.family,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "gb35561": one.gb35561,
            "gravity": one.gravity,
        }
        for one in folder.categories
    ]
    return store(Family, "key", families) + store(Category, "key", categories)


def _store_areas(folder: CityFolder) -> int:
    city = folder.city
    outline = shapely.union_all([one.geometry for one in folder.districts])
    whole = AreaFacts(city.code, city.name_zh, city.name_en, "", outline)
    levels: tuple[tuple[AreaLevel, Iterable[AreaFacts]], ...] = (
        (AreaLevel.CITY, [whole]),
        (AreaLevel.DISTRICT, folder.districts),
        (AreaLevel.GRID, folder.grids),
    )
    written = 0
    for level, areas in levels:
        ids = dict(Area.objects.values_list("code", "id"))
        written += store(Area, "code", [_area_row(level, one, ids) for one in areas])
    gone = Area.objects.filter(until=None).exclude(code__in=folder.area_codes)
    return written + gone.update(until=_today(folder))


def _area_row(level: AreaLevel, area: AreaFacts, ids: Mapping[str, UUID]) -> Row:
    inside = area.geometry.representative_point()
    square_metres, _ = _GEOD.geometry_area_perimeter(shapely.orient_polygons(area.geometry))
    return {
        "code": area.code,
        "level": level.value,
        "name_zh": area.name_zh,
        "name_en": area.name_en,
        "parent_id": ids.get(area.parent),
        "geometry": json.loads(shapely.to_geojson(area.geometry)),
        "lon": round(inside.x, 6),
        "lat": round(inside.y, 6),
        "area_m2": round(square_metres, 1),
        "until": None,
    }


def _store_organisations(folder: CityFolder) -> int:
    areas = dict(Area.objects.values_list("code", "id"))
    ids = dict(Organisation.objects.values_list("code", "id"))
    # Ids are chosen beforehand: parents are checked at commit, so the order does not matter.
    ids |= {one.code: uuid7() for one in folder.organisations if one.code not in ids}
    rows: list[Row] = [
        {
            "id": ids[one.code],
            "code": one.code,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "kind": one.kind,
            "line_parent_id": ids.get(one.line_parent or ""),
            "territory_parent_id": ids.get(one.territory_parent or ""),
            "area_id": areas[one.area],
            "functions": list(one.functions),
            "until": None,
        }
        for one in folder.organisations
    ]
    written = store(Organisation, "code", rows)
    gone = Organisation.objects.filter(until=None).exclude(code__in=[row["code"] for row in rows])
    written += gone.update(until=_today(folder))
    may_see = {(ids[one.code], key) for one in folder.organisations for key in one.may_see}
    return written + replace(MaySee, ("organisation_id", "category_id"), may_see)


def _store_calendar(folder: CityFolder) -> int:
    spans = {(one.weekday, one.opens, one.closes) for one in folder.calendar.spans}
    days = {(one.date, one.working, one.name_zh, one.name_en) for one in folder.calendar.days}
    return replace(WorkingSpan, ("weekday", "opens", "closes"), spans) + replace(
        CalendarDay, ("date", "working", "name_zh", "name_en"), days
    )


def _today(folder: CityFolder) -> date:
    return now().astimezone(ZoneInfo(folder.city.timezone)).date()
