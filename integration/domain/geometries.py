"""GeoJSON geometries (RFC 7946) as feeds send them: checked, bounded, and a point inside."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import shapely

__all__ = ["MOST_POINTS", "Shape", "shape_of"]

MOST_POINTS = 20_000
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_LEAST_OF_RING = 4
_LEAST_OF_LINE = 2

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A checked shape: its GeoJSON text and a point inside it, or the code of what is wrong."""

    text: str | None = None
    lon: float = math.nan
    lat: float = math.nan
    code: str = ""


class _Wrong(Exception):
    """``args[0]``: the code."""


def shape_of(value: object) -> Shape | None:
    """The shape of a GeoJSON geometry, given as an object or its text; None for nothing.

    Codes: ``bad_geometry`` (no such type, no numbers, an open ring, a line of one point, crossing
    itself), ``geometry_too_large`` (more than ``MOST_POINTS`` points), ``coordinates_swapped``
    (latitudes beyond 90 that are fine when exchanged) and ``coordinates_out_of_range``.
    """
    if value is None or value == "":
        return None
    try:
        return _checked(value)
    except _Wrong as wrong:
        return Shape(code=wrong.args[0])


def _checked(value: object) -> Shape:
    kind, coordinates = _members(value)
    lines = list(_lines(coordinates, _DEPTHS[kind]))
    _bounded(lines)
    closed, least = _least(kind)
    for line in lines:
        if len(line) < least or (closed and line[0] != line[-1]):
            raise _Wrong("bad_geometry")
    text = msgspec.json.encode({"type": kind, "coordinates": coordinates}).decode()
    try:
        shape = shapely.from_geojson(text)
    except shapely.errors.GEOSException:
        raise _Wrong("bad_geometry") from None
    if not shapely.is_valid(shape):
        raise _Wrong("bad_geometry")
    inside = shapely.point_on_surface(shape)
    return Shape(text, float(shapely.get_x(inside)), float(shapely.get_y(inside)))


def _members(value: object) -> tuple[str, object]:
    """Type and coordinates of a geometry."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            raise _Wrong("bad_geometry") from None
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in _DEPTHS:
        raise _Wrong("bad_geometry")
    return kind, value.get("coordinates")


def _least(kind: str) -> tuple[bool, int]:
    """Whether the lines of a type are rings, and how many points each needs."""
    if "Polygon" in kind:
        return True, _LEAST_OF_RING
    return False, _LEAST_OF_LINE if "Line" in kind else 1


def _lines(value: object, depth: int, left: int = MOST_POINTS) -> Iterator[list[Point]]:
    """The innermost lists of points; a point alone is a list of one."""
    if depth == 0:
        yield [_point(value)]
        return
    if not isinstance(value, list) or not value:
        raise _Wrong("bad_geometry")
    if len(value) > left:
        raise _Wrong("geometry_too_large")
    if depth == 1:
        yield [_point(one) for one in value]
        return
    for one in value:
        for line in _lines(one, depth - 1, left):
            left -= len(line)
            if left < 0:
                raise _Wrong("geometry_too_large")
            yield line


def _point(value: object) -> Point:
    if isinstance(value, list) and len(value) > 1:
        lon, lat = value[0], value[1]
        if type(lon) in (int, float) and type(lat) in (int, float):
            return lon, lat
    raise _Wrong("bad_geometry")


def _bounded(lines: list[list[Point]]) -> None:
    """Raise the code of points that are not on Earth."""
    widest = max(abs(lon) for line in lines for lon, _ in line)
    highest = max(abs(lat) for line in lines for _, lat in line)
    if widest <= 180 and highest <= 90:
        return
    # Latitudes beyond 90 prove the exchange if everything fits the other way round.
    exchanged = widest <= 90 and highest <= 180
    raise _Wrong("coordinates_swapped" if exchanged else "coordinates_out_of_range")
