"""What a city folder says, once it has been checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from shapely.geometry.base import BaseGeometry

__all__ = [
    "AreaFacts",
    "CalendarFacts",
    "CategoryFacts",
    "CityFacts",
    "CityFolder",
    "DayFacts",
    "FamilyFacts",
    "OrganisationFacts",
    "SpanFacts",
]


@dataclass(frozen=True, slots=True)
class CityFacts:
    """``bbox`` is west, south, east, north in WGS-84 degrees."""

    key: str
    name_zh: str
    name_en: str
    code: str
    timezone: str
    bbox: tuple[float, float, float, float]
    basemap: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An area with its polygon in WGS-84 and the code of the area above it."""

    code: str
    name_zh: str
    name_en: str
    parent: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """Parents and area are codes; ``may_see`` holds category keys, wildcards expanded."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    line_parent: str | None
    territory_parent: str | None
    area: str
    may_see: frozenset[str]
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    key: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """``gravity`` is the intrinsic gravity of the category, 0 to 1."""

    key: str
    family: str
    name_zh: str
    name_en: str
    gb35561: str
    gravity: float


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """One span of working time; weekday 0 is Monday, local time."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class DayFacts:
    """A public holiday, or a day worked to make up for one."""

    date: date
    working: bool
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    spans: tuple[SpanFacts, ...]
    days: tuple[DayFacts, ...]


@dataclass(frozen=True, slots=True)
class CityFolder:
    """The city's own part of a folder: everything but feeds, rulesets, duties and officers."""

    city: CityFacts
    districts: tuple[AreaFacts, ...]
    grids: tuple[AreaFacts, ...]
    organisations: tuple[OrganisationFacts, ...]
    families: tuple[FamilyFacts, ...]
    categories: tuple[CategoryFacts, ...]
    calendar: CalendarFacts

    @property
    def area_codes(self) -> frozenset[str]:
        """The codes of the city, its districts and its grids."""
        areas = {area.code for area in (*self.districts, *self.grids)}
        return frozenset(areas | {self.city.code})
