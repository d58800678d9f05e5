"""Coordinate systems of the feeds, turned into WGS-84 and back, whole columns at a time.

All functions take and give float64 arrays of one shape; angles are degrees, lengths metres. The
order is always (x, y) = (longitude, latitude) or (easting, northing), never the other way round.
A value that is not finite comes out not finite; nothing finite turns into NaN.

GCJ-02 is the shifted system of Chinese maps, BD-09 Baidu's shift on top of it; both formulae are
public knowledge, their inverses are found by iteration. CGCS2000 differs from WGS-84 by the drift
of epochs only (well under a metre) and is taken as equal.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from core.errors import BadInput
from core.words import N_

__all__ = [
    "CRS_NAMES",
    "bd09_to_gcj02",
    "canonical_crs",
    "from_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "shown",
    "to_wgs84",
    "web_mercator_to_wgs84",
    "wgs84_to_gcj02",
    "wgs84_to_web_mercator",
]

Column = NDArray[np.float64]
Pair = tuple[Column, Column]

_AXIS: Final = 6378245.0  # Krasovsky 1940, as the shift was defined
_ECCENTRICITY_2: Final = 0.00669342162296594323
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_MERCATOR_RADIUS: Final = 6378137.0
_ROUNDS: Final = 10
_FEW: Final = 4  # points that are sooner solved one by one
_NAN: Final = np.array(np.nan)

# Gauss-Krueger zones on CGCS2000: 4491-4554 hold the 6 and 3 degree belts, with and without the
# zone number in the easting. Then UTM on WGS-84, zones 43 to 53 north.
_PROJECTED = (*range(4491, 4555), *range(32643, 32654))
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "WGS-84": ("WGS84", "EPSG4326", "CRS84", "OGCCRS84", "OGC13CRS84"),
    "CGCS2000": ("CGCS2000", "EPSG4490", "国家2000", "2000国家大地坐标系"),
    "GCJ-02": ("GCJ02", "GCJ02LL", "火星坐标", "火星坐标系", "国测局坐标"),
    "BD-09": ("BD09", "BD09LL", "百度坐标", "百度坐标系"),
    "EPSG:3857": ("EPSG3857", "WEBMERCATOR", "EPSG900913"),
}
CRS_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
    | {f"EPSG{code}": f"EPSG:{code}" for code in _PROJECTED}
)
"""Canonical name by accepted label; labels are compared in capitals without ``- _ : / . space``."""

_SEPARATORS = re.compile(r"[\s\-_:/.]+")


def canonical_crs(label: str) -> str:
    """The canonical name of a coordinate system: ``WGS-84``, ``GCJ-02``, ``EPSG:4528``.

    Raises BadInput ``crs_unknown`` for any label that is not in CRS_NAMES, the empty one included.
    """
    key = _SEPARATORS.sub("", label).upper().removeprefix("URNOGCDEFCRS")
    name = CRS_NAMES.get(key)
    if name is None:
        raise BadInput("crs_unknown", N_("Unknown coordinate system “%(crs)s”."), crs=label)
    return name


def to_wgs84(x: Column, y: Column, crs: str) -> Pair:
    """Longitude and latitude in WGS-84 of points given in ``crs``.

    Raises BadInput ``crs_unknown``.
    """
    inverse, _ = _functions(canonical_crs(crs))
    return inverse(x, y)


def from_wgs84(lon: Column, lat: Column, crs: str) -> Pair:
    """The points in ``crs`` of WGS-84 longitudes and latitudes; BadInput ``crs_unknown``."""
    _, forward = _functions(canonical_crs(crs))
    return forward(lon, lat)


@overload
def shown(lon: float, lat: float, decimals: int | None) -> tuple[float, float]: ...
@overload
def shown(
    lon: float | None, lat: float | None, decimals: int | None
) -> tuple[float | None, float | None]: ...
def shown(
    lon: float | None, lat: float | None, decimals: int | None
) -> tuple[float | None, float | None]:
    """The place that people are shown of a place known better: rounded to ``decimals`` of degrees.

    ``decimals`` None: the place as it is. Three decimals are about 100 m. Rounding gives the same
    place every time, so that asking often tells nothing more.
    """
    if decimals is None or lon is None or lat is None:
        return lon, lat
    return round(lon, decimals), round(lat, decimals)


def wgs84_to_gcj02(lon: Column, lat: Column) -> Pair:
    """GCJ-02 of WGS-84; outside the box of China nothing is shifted."""
    return _where(_in_china(lon, lat), _shifted(lon, lat), (lon, lat))


def gcj02_to_wgs84(lon: Column, lat: Column) -> Pair:
    """WGS-84 of GCJ-02, exact to 1e-9 degrees (0.1 mm)."""
    if lon.size <= _FEW:
        return _solve_each(_in_china(lon, lat), _shift, (lon, lat), 1e-7)
    # One round leaves less than 1/100 of the error, so the last step bounds what is left.
    return _solve_where(_in_china(lon, lat), _shifted, (lon, lat), 1e-7)


def gcj02_to_bd09(lon: Column, lat: Column) -> Pair:
    """BD-09 of GCJ-02; what cannot be degrees is left as it is."""
    return _where(_on_earth(lon, lat), _turned(lon, lat), (lon, lat))


def bd09_to_gcj02(lon: Column, lat: Column) -> Pair:
    """GCJ-02 of BD-09, exact to 1e-9 degrees (0.1 mm)."""
    if lon.size <= _FEW:
        return _solve_each(_on_earth(lon, lat), _turn, (lon, lat), 1e-8)
    # Here a round leaves up to 1/40 of the error.
    return _solve_where(_on_earth(lon, lat), _turned, (lon, lat), 1e-8)


def wgs84_to_web_mercator(lon: Column, lat: Column) -> Pair:
    """Web Mercator metres (EPSG:3857); the poles lie at infinity."""
    with np.errstate(invalid="ignore", divide="ignore"):
        y = _MERCATOR_RADIUS * np.arctanh(np.sin(np.radians(lat)))
    return _MERCATOR_RADIUS * np.radians(lon), y


def web_mercator_to_wgs84(x: Column, y: Column) -> Pair:
    """WGS-84 of Web Mercator metres."""
    with np.errstate(over="ignore"):
        lat = np.degrees(np.arctan(np.sinh(y / _MERCATOR_RADIUS)))
    return np.degrees(x / _MERCATOR_RADIUS), np.where(np.isfinite(y), lat, y)


def _same(lon: Column, lat: Column) -> Pair:
    return lon, lat


def _bd09_to_wgs84(lon: Column, lat: Column) -> Pair:
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _wgs84_to_bd09(lon: Column, lat: Column) -> Pair:
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


_Function = Callable[[Column, Column], Pair]
_UNPROJECTED: Final[Mapping[str, tuple[_Function, _Function]]] = {
    "WGS-84": (_same, _same),
    "CGCS2000": (_same, _same),
    "GCJ-02": (gcj02_to_wgs84, wgs84_to_gcj02),
    "BD-09": (_bd09_to_wgs84, _wgs84_to_bd09),
    "EPSG:3857": (web_mercator_to_wgs84, wgs84_to_web_mercator),
}


def _functions(name: str) -> tuple[_Function, _Function]:
    """To and from WGS-84 for a canonical name."""
    return _UNPROJECTED.get(name) or _projection(name)


@cache
def _projection(name: str) -> tuple[_Function, _Function]:
    # From and to its own CGCS2000 longitudes: no change of datum, so no grid is looked for.
    there = Transformer.from_crs("EPSG:4490", name, always_xy=True)
    back = Transformer.from_crs(name, "EPSG:4490", always_xy=True)
    return back.transform, there.transform


def _in_china(lon: Column, lat: Column) -> NDArray[np.bool_]:
    return (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)


def _on_earth(lon: Column, lat: Column) -> NDArray[np.bool_]:
    return (np.abs(lon) <= 360.0) & (np.abs(lat) <= 360.0)


def _turned(lon: Column, lat: Column) -> Pair:
    """The shift of BD-09, for any degrees."""
    with np.errstate(invalid="ignore", over="ignore"):
        found: Pair = _turn(lon, lat, np)
        return found


def _turn(lon: Any, lat: Any, by: Any) -> tuple[Any, Any]:
    """The same of columns by numpy, or of two numbers by the functions of ``math``."""
    radius = by.hypot(lon, lat) + 0.00002 * by.sin(lat * _BD_TURN)
    angle = by.atan2(lat, lon) + 0.000003 * by.cos(lon * _BD_TURN)
    return radius * by.cos(angle) + 0.0065, radius * by.sin(angle) + 0.006


def _shifted(lon: Column, lat: Column) -> Pair:
    """The shift of GCJ-02, wherever the point lies."""
    with np.errstate(invalid="ignore", over="ignore"):
        found: Pair = _shift(lon, lat, np)
        return found


def _shift(lon: Any, lat: Any, by: Any) -> tuple[Any, Any]:
    """The same of columns by numpy, or of two numbers by the functions of ``math``."""
    x, y = lon - 105.0, lat - 35.0
    root, sin_2x = by.sqrt(abs(x)), by.sin(2.0 * np.pi * x)
    # 20 sin 6a + 20 sin 2a, by the sine of the threefold angle
    common = 80.0 * sin_2x - 80.0 * sin_2x**3
    north = (
        (-100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root)
        + (common + 20.0 * by.sin(np.pi * y) + 40.0 * by.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
        + (160.0 * by.sin(np.pi / 12.0 * y) + 320.0 * by.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    )
    east = (
        (300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root)
        + (common + 20.0 * by.sin(np.pi * x) + 40.0 * by.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
        + (150.0 * by.sin(np.pi / 12.0 * x) + 300.0 * by.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    )
    phi = by.radians(lat)
    squeeze = 1.0 - _ECCENTRICITY_2 * by.sin(phi) ** 2
    root_squeeze = by.sqrt(squeeze)
    meridian = _AXIS * (1.0 - _ECCENTRICITY_2) / (squeeze * root_squeeze)
    parallel = _AXIS / root_squeeze * by.cos(phi)
    return lon + by.degrees(east / parallel), lat + by.degrees(north / meridian)


def _solve_each(
    inside: NDArray[np.bool_], function: Callable[..., Any], goal: Pair, enough: float
) -> Pair:
    """``_solve_where`` point by point: of a few, columns cost more than what they hold."""
    lon, lat = goal[0].copy(), goal[1].copy()
    for at in np.flatnonzero(inside).tolist():
        goal_x, goal_y = float(goal[0].flat[at]), float(goal[1].flat[at])
        x, y = goal_x, goal_y
        for _ in range(_ROUNDS):
            found_x, found_y = function(x, y, math)
            step_x, step_y = goal_x - found_x, goal_y - found_y
            x, y = x + step_x, y + step_y
            if max(abs(step_x), abs(step_y)) <= enough:
                break
        lon.flat[at], lat.flat[at] = x, y
    return lon, lat


def _solve_where(inside: NDArray[np.bool_], function: _Function, goal: Pair, enough: float) -> Pair:
    """Where ``inside``, the point that ``function`` carries to ``goal``; elsewhere ``goal``.

    Iterates w ← w + (goal − function(w)) until no point moves by more than ``enough`` degrees, at
    the latest after ten rounds.
    """
    # Points outside would be carried on for nothing; as NaN they rest.
    lon, lat = goal_lon, goal_lat = _where(inside, goal, (_NAN, _NAN))
    for _ in range(_ROUNDS):
        found_lon, found_lat = function(lon, lat)
        step_lon, step_lat = goal_lon - found_lon, goal_lat - found_lat
        lon, lat = lon + step_lon, lat + step_lat
        moved = np.fmax(np.abs(step_lon), np.abs(step_lat))
        if not np.fmax.reduce(moved, axis=None, initial=0.0) > enough:
            break
    return _where(inside, (lon, lat), goal)


def _where(inside: NDArray[np.bool_], there: Pair, here: Pair) -> Pair:
    return np.where(inside, there[0], here[0]), np.where(inside, there[1], here[1])
