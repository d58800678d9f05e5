"""Well-known binary (OGC 06-103r4, ISO and extended forms) to GeoJSON geometries.

Points, lines, polygons and their multiples; nothing nests, so nothing can nest too deep.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from integration.domain.geometries import MOST_POINTS

__all__ = ["geometry_of"]

_KINDS = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}
_POINT, _LINE, _POLYGON = 1, 2, 3
_FORMS = ("", "Z", "M", "ZM")  # ISO: so many thousands are added to the type
_MULTIPLE = 3  # what a type of several is above its own
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000
_TYPES = 0x0FFFFFFF


def geometry_of(data: bytes) -> dict[str, Any]:
    """The geometry; one of more than ``MOST_POINTS`` points comes without them (``points``).

    Measures (M) are left out. Raises ValueError for anything else than one whole geometry.
    """
    reader = _Reader(data)
    try:
        kind, coordinates = reader.geometry(range(1, 7))
    except (struct.error, IndexError):
        raise ValueError("cut off") from None
    if reader.at != len(data):
        raise ValueError("more than one geometry")
    if reader.points > MOST_POINTS:
        return {"type": kind, "coordinates": None, "points": reader.points}
    return {"type": kind, "coordinates": coordinates}


@dataclass
class _Reader:
    """A place in the bytes, and how many points were passed."""

    data: bytes
    at: int = 0
    points: int = 0

    def geometry(self, allowed: range) -> tuple[str, Any]:
        """The type and coordinates of the geometry that begins here."""
        order = "<" if self.data[self.at] == 1 else ">"
        (code,) = struct.unpack_from(f"{order}I", self.data, self.at + 1)
        self.at += 9 if code & _SRID else 5
        form, base = divmod(code & _TYPES, 1000)
        if base not in allowed or form >= len(_FORMS):
            raise ValueError("no such type")
        height = bool(code & _Z) or "Z" in _FORMS[form]
        measure = bool(code & _M) or "M" in _FORMS[form]

        def points(count: int) -> list[list[float]]:
            return self._points(count, order, 2 + height + measure, 2 + height)

        return _KINDS[base], self._coordinates(base, order, points)

    def _coordinates(self, base: int, order: str, points: Callable[[int], Any]) -> Any:
        if base == _POINT:
            point: list[float] = next(iter(points(1)), [])
            return [] if any(one != one for one in point) else point  # an empty one is NaN
        count = self._count(order)
        if base == _LINE:
            return points(count)
        if base == _POLYGON:
            return [points(self._count(order)) for _ in range(count)]
        only = range(base - _MULTIPLE, base - _MULTIPLE + 1)
        return [self.geometry(only)[1] for _ in range(count)]

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(f"{order}I", self.data, self.at)
        self.at += 4
        # Whatever is counted takes four bytes at least.
        if count * 4 > len(self.data) - self.at:
            raise ValueError("cut off")
        return int(count)

    def _points(self, count: int, order: str, dimensions: int, kept: int) -> list[list[float]]:
        size = count * dimensions
        if size * 8 > len(self.data) - self.at:
            raise ValueError("cut off")
        found = np.frombuffer(self.data, f"{order}f8", size, self.at).reshape(count, dimensions)
        self.at += size * 8
        self.points += count
        if self.points > MOST_POINTS:
            return []
        listed: list[list[float]] = found[:, :kept].tolist()
        return listed
