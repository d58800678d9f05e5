"""GeoJSON geometries (RFC 7946) as feeds send them: checked, bounded, and a point inside.

A geometry may carry a ``crs`` member, as GeoJSON knew it before RFC 7946; it comes out in WGS-84.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from core.coordinates import canonical_crs, to_wgs84
from core.errors import BadInput

__all__ = ["MOST_POINTS", "NO_SYSTEM", "Shape", "crs_label", "entangled", "in_wgs84", "shape_of"]

NO_SYSTEM = ""
"""The label of a coordinate system that nobody told."""

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
_MOST_DIMENSIONS = 3  # longitude, latitude, height
_DECIMALS = 9  # of degrees: a tenth of a millimetre
_AS_THEY_ARE = ("WGS-84", "CGCS2000")
_TOLERANCE = 0.01  # of the area, in mending
# Pairs of segments whose boxes touch: 3 to 6 a segment with its neighbours and a shared border,
# and some more. Combs laid across each other make millions; uniting them would take minutes.
_TOUCHES = 5
_MORE_TOUCHES = 50_000
_BATCH = 64

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A checked shape: its GeoJSON text and a point inside it, or the code of what is wrong.

    ``crs``: the system it came in, empty where that is unknown. ``extended``: it is more than a
    point. ``mended``: a small fault of drawing was taken out.
    """

    text: str | None = None
    lon: float = math.nan
    lat: float = math.nan
    code: str = ""
    crs: str = "WGS-84"
    extended: bool = False
    mended: bool = False


class _Wrong(Exception):
    """``args[0]``: the code."""


def shape_of(value: object, crs: str = "WGS-84") -> Shape | None:
    """The shape of a GeoJSON geometry, given as an object or its text; None for nothing.

    ``crs``: the system of a geometry that does not tell its own. A polygon with a spike or a point
    touched twice is mended; where that would change its area by more than a hundredth, what was
    meant is unknown. Codes: ``bad_geometry`` (no such type, no numbers, an open ring, a line of one
    point, crossing itself), ``geometry_too_large`` (more than ``MOST_POINTS`` points),
    ``crs_unknown``, ``coordinates_swapped`` (latitudes beyond 90 that are fine when exchanged) and
    ``coordinates_out_of_range``.
    """
    if value is None or value == "":
        return None
    found = crs
    try:
        members = _members(value)
        found = _system(members, crs)
        return _checked(members, found)
    except _Wrong as wrong:
        return Shape(code=wrong.args[0], crs=found)


def in_wgs84(value: object) -> object:
    """A geometry that tells its system, as one in WGS-84; whatever cannot be that as it is."""
    if not isinstance(value, dict) or "crs" not in value:
        return value
    shape = shape_of(value)
    return msgspec.json.decode(shape.text) if shape is not None and shape.text else value


def crs_label(member: object) -> str:
    """What a ``crs`` member names (GeoJSON of 2008), ``NO_SYSTEM`` where it names nothing."""
    inside = member.get("properties") if isinstance(member, Mapping) else None
    name = inside.get("name") if isinstance(inside, Mapping) else None
    return name if isinstance(name, str) else NO_SYSTEM


def _system(members: Mapping[str, Any], crs: str) -> str:
    """The canonical name of the system of a geometry, empty where it is unknown."""
    try:
        return canonical_crs(crs_label(members["crs"]) if "crs" in members else crs)
    except BadInput:
        return NO_SYSTEM


def _checked(members: Mapping[str, Any], crs: str) -> Shape:
    kind, coordinates = members["type"], members.get("coordinates")
    if coordinates is None and members.get("points") not in (None, 0):
        raise _Wrong("geometry_too_large")  # left out by its format for their number
    lines = list(_lines(coordinates, _DEPTHS[kind]))
    if not crs:
        raise _Wrong("crs_unknown")
    if crs not in _AS_THEY_ARE:
        coordinates = _moved(coordinates, lines, _DEPTHS[kind], crs)
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
    mended = not shapely.is_valid(shape)
    if mended:
        text = shapely.to_geojson(_mended(shape))
    inside = shapely.point_on_surface(shapely.from_geojson(text) if mended else shape)
    lon, lat = float(shapely.get_x(inside)), float(shapely.get_y(inside))
    return Shape(text, lon, lat, crs=crs, extended=kind != "Point", mended=mended)


def _members(value: object) -> Mapping[str, Any]:
    """The members of a geometry of a known type."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            raise _Wrong("bad_geometry") from None
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in _DEPTHS:
        raise _Wrong("bad_geometry")
    return value


def _moved(coordinates: Any, lines: list[list[Point]], depth: int, crs: str) -> Any:
    """The same coordinates in WGS-84."""
    points = np.array([point for line in lines for point in line], dtype=np.float64)
    lon, lat = to_wgs84(points[:, 0], points[:, 1], crs)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise _Wrong("coordinates_out_of_range")
    pairs = iter(np.column_stack([lon, lat]).round(_DECIMALS).tolist())

    def rebuilt(value: Any, depth: int) -> Any:
        return [rebuilt(one, depth - 1) for one in value] if depth else next(pairs) + value[2:]

    return rebuilt(coordinates, depth)


def _mended(shape: shapely.Geometry) -> shapely.Geometry:
    """A surface without its small faults of drawing; _Wrong where what was meant is unknown."""
    parts = [one for one in shapely.get_parts(shape) if isinstance(one, Polygon)]
    rings = [shapely.get_coordinates(ring) for one in parts for ring in shapely.get_rings(one)]
    if not rings or entangled(rings):
        raise _Wrong("bad_geometry")
    # Of a figure of eight this is the difference of its halves.
    signed = sum(_area(one.exterior) - sum(_area(hole) for hole in one.interiors) for one in parts)
    whole = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if not whole.area or abs(whole.area - signed) > _TOLERANCE * whole.area:
        raise _Wrong("bad_geometry")
    return whole


def _area(ring: shapely.Geometry) -> float:
    """The area of a ring by the shoelace formula."""
    points = shapely.get_coordinates(ring)
    x, y = (points - points[0]).T
    return float(abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2)


def entangled(rings: Sequence[NDArray[np.float64]]) -> bool:
    """Whether lines cross so often that working with what they enclose would take minutes."""
    segments = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings])
    lines = np.asarray(shapely.linestrings(segments), dtype=object)
    tree = shapely.STRtree(lines)
    room = len(lines) * _TOUCHES + _MORE_TOUCHES
    for start in range(0, len(lines), _BATCH):
        room -= tree.query(lines[start : start + _BATCH]).shape[1]
        if room < 0:
            return True
    return False


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
    if isinstance(value, list) and 1 < len(value) <= _MOST_DIMENSIONS:
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
