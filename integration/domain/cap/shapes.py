"""Rings of degrees to one GeoJSON geometry in WGS-84, valid and within -180 … 180.

The parts of several areas are united. A shape that crosses the date line is cut there. A small
fault of drawing (a spike, a point touched twice) is mended; where mending would change the area
by more than a hundredth, what was meant is unknown and the shape is not used.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon, box
from shapely.geometry.polygon import orient

from core.errors import BadInput
from core.words import N_
from integration.domain.cap import places
from integration.domain.cap.message import Area
from integration.domain.cap.places import Ring, Unusable
from integration.domain.geometries import entangled
from integration.domain.rows import Reason

__all__ = ["MOST_POINTS", "geometry"]

MOST_POINTS = 20_000

_TOLERANCE = 0.01  # of the area, in mending
_SAME = 1e-9  # degrees
_WORLD = box(-180, -90, 180, 90)

GeoJson = dict[str, object]


def geometry(areas: Sequence[Area]) -> tuple[GeoJson | None, Sequence[Reason]]:
    """The united shape of the areas, None if they have none, and what is wrong with it.

    Raises BadInput ``too_large`` (413) for more than ``MOST_POINTS`` points, circles included.
    """
    polygons = list(dict.fromkeys(text for area in areas for text in area.polygons))
    circles = list(dict.fromkeys(text for area in areas for text in area.circles))
    _check_points(polygons, circles)
    try:
        rings = [*map(places.polygon, polygons), *map(places.circle, circles)]
        if any(len(ring) > 1 for ring in rings):
            # One geometry is of one kind: beside a surface a point is drawn as the least one.
            drawn = (places.circle(text, least_km=places.LEAST_KM) for text in circles)
            return _surface([*rings[: len(polygons)], *drawn])
    except Unusable as fault:
        return None, [Reason(0, fault.code, fault.field, True)]
    return _one_or_many("Point", [ring[0].tolist() for ring in rings]), ()


def _check_points(polygons: Iterable[str], circles: Sequence[str]) -> None:
    if sum(map(places.points_in, polygons)) + len(circles) * places.CIRCLE_POINTS > MOST_POINTS:
        message = N_("The areas of the message have more than %(most)s points. Simplify them.")
        raise BadInput("too_large", message, status=413, most=MOST_POINTS)


def _surface(rings: Sequence[Ring]) -> tuple[GeoJson | None, Sequence[Reason]]:
    """The polygon or polygons of rings that cross and cover each other as they like."""
    _check_crossings(rings)
    pieces = [piece for ring in rings for piece in _pieces(ring)]
    if not pieces:
        raise Unusable("bad_geometry", "polygon")
    whole = shapely.union_all([part for part, _ in pieces]) if len(pieces) > 1 else pieces[0][0]
    mended = any(changed for _, changed in pieces)
    reasons = [Reason(0, "mended_geometry", "polygon", False)] if mended else []
    return _one_or_many("Polygon", [_coordinates(one) for one in _polygons(whole)]), reasons


def _pieces(ring: Ring) -> Iterator[tuple[Polygon, bool]]:
    """The valid polygons of one ring, and whether it was mended."""
    lons = np.unwrap(ring[:, 0], period=360)
    if abs(lons[0] - lons[-1]) > _SAME:  # once around the Earth
        raise Unusable("bad_geometry", "polygon")
    lons[-1] = lons[0]  # unwrapping rounds: a ring must close to the last digit
    drawn = Polygon(np.column_stack([lons, ring[:, 1]]))
    changed = not drawn.is_valid
    for valid in _mended(drawn) if changed else [drawn]:
        for piece in _within_world(valid):
            yield orient(piece), changed


def _mended(drawn: Polygon) -> list[Polygon]:
    signed = abs(_signed_area(np.asarray(drawn.exterior.coords)))
    parts = _polygons(shapely.make_valid(drawn, method="structure", keep_collapsed=False))
    area = sum(part.area for part in parts)
    if not area or abs(area - signed) > _TOLERANCE * area:
        raise Unusable("bad_geometry", "polygon")
    return parts


def _signed_area(ring: Ring) -> float:
    """The area of a ring by the shoelace formula: of a figure of eight, the difference."""
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def _within_world(part: Polygon) -> list[Polygon]:
    west, _, east, _ = part.bounds
    if west >= -180 and east <= 180:
        return [part]
    found: list[Polygon] = []
    for turn in (-360, 0, 360):
        found += _polygons(affinity.translate(part, xoff=turn).intersection(_WORLD))
    return found


def _polygons(shape: shapely.Geometry) -> list[Polygon]:
    """The polygons in any geometry, without its points and lines."""
    return [
        one
        for part in shapely.get_parts([shape])
        for one in (shapely.get_parts([part]) if hasattr(part, "geoms") else [part])
        if isinstance(one, Polygon) and one.area > 0
    ]


def _check_crossings(rings: Sequence[Ring]) -> None:
    """Raise Unusable for lines so entangled that uniting them would take minutes."""
    if entangled(rings):
        raise Unusable("geometry_too_large", "polygon")


def _one_or_many(kind: str, parts: Sequence[object]) -> GeoJson | None:
    if not parts:
        return None
    if len(parts) == 1:
        return {"type": kind, "coordinates": parts[0]}
    return {"type": f"Multi{kind}", "coordinates": list(parts)}


def _coordinates(part: Polygon) -> list[list[list[float]]]:
    part = orient(part)
    rings = (part.exterior, *part.interiors)
    return [np.asarray(ring.coords).tolist() for ring in rings]
