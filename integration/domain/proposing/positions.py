"""Where it happened: the path or paths, their order, notation and scale, and the system."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.coordinates import to_wgs84
from core.words import N_
from integration.domain.proposing.city import City
from integration.domain.proposing.columns import Column
from integration.domain.proposing.places import label_column, named_places, system_of_label
from integration.domain.proposing.points import Reading, geojson_columns, readings
from integration.domain.proposing.systems import DEGREES, Evidence, evidence, projected
from integration.domain.proposing.told import Note, Option, Part, SystemShare
from integration.domain.rows import Column as Numbers

__all__ = ["Placed", "position_of"]

_SCALES = (1.0, 1e5, 1e6, 1e7, 1e4, 3600.0, 360000.0)
_LEAST = 0.5  # of the points in the city
_TELLS_APART = 0.8  # from this certainty on one system is taken for the right one
_HINTS = (("bd09", "BD-09"), ("baidu", "BD-09"), ("百度", "BD-09"), ("gcj", "GCJ-02"),
          ("amap", "GCJ-02"), ("高德", "GCJ-02"), ("火星", "GCJ-02"), ("wgs", "WGS-84"),
          ("gps", "WGS-84"), ("cgcs", "CGCS2000"), ("国家2000", "CGCS2000"))  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """The proposed position, the paths that it reads, and the evidence on its system."""

    part: Part
    paths: frozenset[str] = frozenset()
    systems: tuple[SystemShare, ...] = ()


@dataclass(frozen=True)
class _Way:
    """A reading that puts points into the city."""

    reading: Reading
    scale: float
    metres: tuple[str, ...]
    inside: float

    @property
    def rank(self) -> tuple[float, float, float]:
        return (round(self.inside, 2) + 0.3 * self.reading.hint, -self.scale, self.inside)


def position_of(columns: Sequence[Column], city: City) -> Placed:
    """The position of the rows; none where nothing lies in the city."""
    for column, lon, lat in geojson_columns(columns):
        inside = _inside(lon, lat, "WGS-84", city)
        if inside >= _LEAST:
            section = {"form": "geojson", "path": column.path}
            note = Note(_GEOJSON, {"path": column.path, "share": _percent(inside)})
            return Placed(
                Part("position", (Option(section, 0.95, note),)), frozenset({column.path})
            )
    ways = [way for one in readings(columns) for way in _ways(one, city)]
    if not ways:
        return Placed(Part("position", ask=Note(_NOWHERE)))
    best = max(ways, key=lambda way: way.rank)
    return _placed(best, columns, city)


def _ways(reading: Reading, city: City) -> list[_Way]:
    """The scales under which the points of a reading lie in the city."""
    known = np.isfinite(reading.x) & np.isfinite(reading.y)
    if not known.any():
        return []
    x, y = reading.x[known], reading.y[known]
    with np.errstate(over="ignore"):
        degrees = reading.dms or np.median(np.abs(x)) <= 360
    if degrees:
        inside = _inside(x, y, "WGS-84", city)
        # Shifted systems move a small city's edge by a kilometre, never half of its points.
        return [_Way(reading, 1.0, (), inside)] if inside >= _LEAST else []
    found = []
    metres = projected(x, y, city)
    if metres:
        inside = max(_inside(x, y, crs, city) for crs in metres)
        if inside >= _LEAST:
            found.append(_Way(reading, 1.0, tuple(metres), inside))
    for scale in _SCALES[1:]:
        inside = _inside(x / scale, y / scale, "WGS-84", city)
        if inside >= _LEAST:
            found.append(_Way(reading, scale, (), inside))
    return found


def _inside(x: Numbers, y: Numbers, crs: str, city: City) -> float:
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return 0.0
    with np.errstate(all="ignore"):
        lon, lat = to_wgs84(x[known], y[known], crs)
    return float(city.around.place.inside(np.asarray(lon), np.asarray(lat)).mean())


def _placed(way: _Way, columns: Sequence[Column], city: City) -> Placed:
    section = dict(way.reading.section)
    if way.scale != 1:
        section["scale"] = int(way.scale)
    x, y = way.reading.x / way.scale, way.reading.y / way.scale
    paths = frozenset(way.reading.paths)
    others = [one for one in columns if one.path not in paths]
    named = named_places(others, city, len(x))
    systems = way.metres or DEGREES
    found = evidence(x, y, systems, named, city)
    labelled = None if way.metres else label_column(others)
    if labelled is not None:
        column, codes = labelled
        return _labelled(section, column, codes, paths, found)
    if found is None:
        return Placed(Part("position", ask=Note(_NOWHERE)))
    hint = None if way.metres else _hint(way.reading)
    options = _options(section, found, hint)
    ask = None if options[0].certainty >= _TELLS_APART else _undecided(found, named.any)
    return Placed(Part("position", tuple(options), ask=ask), paths, found.shares)


def _labelled(
    section: dict[str, object],
    column: Column,
    codes: dict[str, str],
    paths: frozenset[str],
    found: Evidence | None,
) -> Placed:
    """A position whose system each row names itself."""
    value = section | {"crs_path": column.path, "crs_codes": dict(sorted(codes.items()))}
    note = Note(_NAMED, {"path": column.path, "systems": ", ".join(sorted(set(codes.values())))})
    part = Part("position", (Option(value, 0.95, note),))
    return Placed(part, paths | {column.path}, found.shares if found else ())


def _hint(reading: Reading) -> str | None:
    """The system that the names of the paths speak of."""
    name = " ".join(reading.paths).lower()
    return next((crs for word, crs in _HINTS if word in name), None) or next(
        (crs for one in reading.paths if (crs := system_of_label(one)) is not None), None
    )


def _options(section: dict[str, object], found: Evidence, hint: str | None) -> list[Option]:
    """One option a system, the likeliest first."""
    options = []
    meant = "WGS-84" if hint == "CGCS2000" else hint
    for share in found.shares:
        certain = found.certainty[share.crs]
        if meant is not None:
            # A name is a strong hint, and still only a name.
            certain = max(certain, 0.85) if share.crs == meant else certain * 0.15
        label = "CGCS2000" if hint == "CGCS2000" and share.crs == "WGS-84" else share.crs
        note = Note(_why(share, named=share.crs == meant), _detail(share))
        options.append(Option(section | {"crs": label}, round(certain, 2), note))
    options.sort(key=lambda one: -one.certainty)
    return options


def _why(share: SystemShare, *, named: bool) -> str:
    if share.compared:
        return _HINTED_AGREES if named else _LIES_AGREES
    return _HINTED if named else _LIES


def _detail(share: SystemShare) -> dict[str, object]:
    agrees = "" if share.agrees is None else _percent(share.agrees)
    return {
        "crs": share.crs,
        "in_city": _percent(share.in_city),
        "in_district": _percent(share.in_district),
        "agrees": agrees,
        "compared": share.compared,
    }


def _undecided(found: Evidence, named: bool) -> Note:
    shares = "; ".join(
        f"{one.crs} {_percent(one.in_district if one.agrees is None else one.agrees)} %"
        for one in found.shares
    )
    return Note(_ASK_NAMED if named else _ASK, {"shares": shares})


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")


_GEOJSON = N_("%(path)s holds GeoJSON geometries; %(share)s %% of them lie in the city.")
_NAMED = N_("%(path)s names the coordinate system of each row: %(systems)s.")
_LIES = N_("Read as %(crs)s, %(in_city)s %% lie in the city and %(in_district)s %% in a district.")
_LIES_AGREES = N_(
    "Read as %(crs)s, %(in_city)s %% lie in the city; of %(compared)s rows that name their district"
    " or grid, %(agrees)s %% lie in it."
)
_HINTED = N_(
    "The name of the path speaks for %(crs)s: %(in_city)s %% lie in the city and %(in_district)s %%"
    " in a district."
)
_HINTED_AGREES = N_(
    "The name of the path speaks for %(crs)s: %(in_city)s %% lie in the city; of %(compared)s rows"
    " that name their district or grid, %(agrees)s %% lie in it."
)
_ASK = N_(
    "The coordinate system cannot be told from the sample: ask the sender. Share of points in a"
    " district: %(shares)s."
)
_ASK_NAMED = N_(
    "The coordinate system cannot be told from the sample: ask the sender. Share of points in the"
    " district or grid that their row names: %(shares)s."
)
_NOWHERE = N_("No path puts the rows into the city. Ask the sender for coordinates.")
