"""Reads about the city. What changes a few times a year is remembered by the process."""

from collections.abc import Iterable
from datetime import time
from typing import Any, Protocol, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import shapely
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from city.domain.locating import Locator
from city.models import (
    Area,
    CalendarDay,
    Category,
    City,
    Family,
    Organisation,
    WorkingSpan,
)
from city.models.areas import AreaLevel
from city.remembered import Remembered, forget_everything
from core.errors import NotFound
from core.words import N_
from core.workcalendar import Period, WorkCalendar

__all__ = [
    "area_names",
    "areas_geojson",
    "branch_of",
    "categories",
    "categories_of_family",
    "current_city",
    "districts",
    "families",
    "forget",
    "line_below",
    "locator",
    "name",
    "organisation",
    "organisation_of_feed",
    "organisations",
    "organisations_by_id",
    "organisations_with",
    "working_calendar",
    "zone",
]


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def name_zh(self) -> str:
        """The name in Chinese."""

    @property
    def name_en(self) -> str:
        """The name in English."""


def name(one: Named) -> str:
    """The name in the active language."""
    return one.name_zh if (get_language() or "zh").startswith("zh") else one.name_en


def forget() -> None:
    """Let this process look at the city anew."""
    forget_everything()


def _city() -> City | None:
    return City.objects.first()


def _categories() -> dict[str, Category]:
    return {one.key: one for one in Category.objects.select_related("family").order_by("key")}


def _families() -> dict[str, Family]:
    return {one.key: one for one in Family.objects.order_by("key")}


def _areas() -> dict[str, Area]:
    """Open areas by code, without their polygons."""
    areas = Area.objects.filter(until=None).defer("geometry").select_related("parent")
    return {one.code: one for one in areas.defer("geometry", "parent__geometry").order_by("code")}


def _organisations() -> dict[UUID, Organisation]:
    found = Organisation.objects.select_related("area", "line_parent", "territory_parent")
    plain = found.defer("area__geometry").order_by("code")
    return {one.id: one for one in plain}


def _locator() -> Locator:
    city = current_city()
    areas = Area.objects.filter(until=None).exclude(geometry=None).order_by("code")
    rows = areas.values_list("code", "parent__code", "level", "geometry")
    shapes = [
        (code, parent or "", level, shapely.geometry.shape(cast(dict[str, Any], geometry)))
        for code, parent, level, geometry in rows
    ]
    return Locator(
        (city.west, city.south, city.east, city.north),
        [(code, one) for code, _, level, one in shapes if level == AreaLevel.DISTRICT],
        [(code, parent, one) for code, parent, level, one in shapes if level == AreaLevel.GRID],
    )


def _working_calendar() -> WorkCalendar:
    hours: dict[int, tuple[Period, ...]] = {}
    for span in WorkingSpan.objects.order_by("weekday", "opens"):
        period = (_minutes(span.opens), _minutes(span.closes))
        hours[span.weekday] = (*hours.get(span.weekday, ()), period)
    days = dict(CalendarDay.objects.values_list("date", "working"))
    return WorkCalendar(
        zone(),
        hours,
        frozenset(day for day, working in days.items() if not working),
        frozenset(day for day, working in days.items() if working),
    )


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _geojson() -> dict[str, dict[str, object]]:
    """The collections of districts and of grids, ready to be sent."""
    return {level: _collection(level) for level in (AreaLevel.DISTRICT, AreaLevel.GRID)}


def _collection(level: str) -> dict[str, object]:
    areas = Area.objects.filter(level=level, until=None).exclude(geometry=None)
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": one.code,
                "name_zh": one.name_zh,
                "name_en": one.name_en,
                "parent": one.parent.code if one.parent else None,
            },
            "geometry": one.geometry,
        }
        for one in areas.select_related("parent").order_by("code")
    ]
    return {"type": "FeatureCollection", "features": features}


_remembered_city = Remembered(_city)
_remembered_areas = Remembered(_areas)
_remembered_organisations = Remembered(_organisations)
_remembered_geojson = Remembered(_geojson)
categories = Remembered(_categories)
"""The city's categories by key, each with its family at hand."""
families = Remembered(_families)
"""The hazard families by key."""
locator = Remembered(_locator)
"""Finds the district and the unit grid of points."""
working_calendar = Remembered(_working_calendar)
"""When the city works."""


def current_city() -> City:
    """The one city of this installation; NotFound ``no_city`` before one is loaded."""
    city = _remembered_city()
    if city is None:
        raise NotFound("no_city", N_("No city has been loaded yet: manage.py load_city DIR."))
    return city


def zone() -> ZoneInfo:
    """The city's own time zone."""
    return ZoneInfo(current_city().timezone)


def categories_of_family(family: str) -> frozenset[str]:
    """The category keys of a family."""
    return frozenset(key for key, one in categories().items() if one.family_id == family)


def districts() -> list[Area]:
    """The open districts by code, without their polygons."""
    return [one for one in _remembered_areas().values() if one.level == AreaLevel.DISTRICT]


def area_names() -> dict[str, str]:
    """The names of all open areas by code, in the active language."""
    return {code: name(one) for code, one in _remembered_areas().items()}


def areas_geojson(level: str) -> dict[str, object]:
    """A GeoJSON FeatureCollection of the open areas of a level, ``district`` or ``grid``."""
    return _remembered_geojson()[level]


def organisations_by_id() -> dict[UUID, Organisation]:
    """Every organisation, also closed ones, by id, its area and both parents at hand."""
    return _remembered_organisations()


def organisations() -> QuerySet[Organisation]:
    """The open organisations."""
    return Organisation.objects.filter(until=None).select_related("area").order_by("code")


def organisation(code: str) -> Organisation:
    """An organisation by its code; NotFound ``not_found``."""
    found = Organisation.objects.filter(code=code).select_related("area").first()
    if found is None:
        raise NotFound("not_found", N_("There is no organisation %(code)s."), code=code)
    return found


def organisation_of_feed(feed_key: str) -> Organisation:
    """The organisation whose feed this is; NotFound ``not_found``."""
    # The feed's table is above this app; its relation to organisations is all that is used.
    found = Organisation.objects.filter(Q(feeds__key=feed_key)).first()
    if found is None:
        raise NotFound("not_found", N_("There is no feed %(feed)s."), feed=feed_key)
    return found


def organisations_with(function: str) -> list[Organisation]:
    """The open organisations with a function, ``command`` or ``supervision``."""
    return list(organisations().filter(functions__contains=[function]))


def branch_of(organisation_id: UUID, district: str) -> Organisation:
    """The branch of a bureau in a district, or the bureau itself where it has none.

    A branch is an open organisation whose line parent is the bureau and whose area the district.
    NotFound ``not_found`` for an unknown bureau.
    """
    everyone = organisations_by_id()
    if organisation_id not in everyone:
        raise NotFound(
            "not_found", N_("There is no organisation %(code)s."), code=str(organisation_id)
        )
    branches = [
        one
        for one in everyone.values()
        if one.line_parent_id == organisation_id and one.area.code == district and not one.until
    ]
    return branches[0] if district and branches else everyone[organisation_id]


def line_below(ids: Iterable[UUID]) -> set[UUID]:
    """The organisations themselves and all below them in their line: one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line(id) AS (
                SELECT unnest(%s::uuid[])
                UNION SELECT o.id FROM city_organisation o JOIN line ON o.line_parent_id = line.id
            )
            SELECT id::text FROM line
            """,
            [[str(one) for one in ids]],
        )
        return {UUID(row[0]) for row in cursor.fetchall()}
