"""In which area a point lies, exactly and for whole columns at once.

A table of small rectangles is laid over the areas when the index is built. A rectangle that no
boundary touches lies wholly in one area (or in none), and its points are answered by a look-up;
the points of the others are tested against the polygons themselves. The answer is always that of
the exact test.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from core.errors import BadInput
from core.words import N_

__all__ = ["OUTSIDE", "AreaIndex"]

OUTSIDE = -1
"""The index of a point that lies in no area."""

_UNDECIDED = -2
# Boundaries count as this much wider, in rectangles, so that no rounding can step over one.
_MARGIN = 1e-6

Column = NDArray[np.float64]
Indexes = NDArray[np.int32]


class AreaIndex:
    """Areas by their polygons (WGS-84 degrees), for finding the area of many points.

    ``codes`` and ``polygons`` (Polygon or MultiPolygon) belong together by position; ``size`` is
    the number of rectangles along each side. A point on a boundary belongs to the area of lowest
    index that touches it, so it always belongs to exactly one. Raises BadInput ``bad_geometry``
    for a polygon that is empty, not valid, or not a polygon, and ValueError when the two sequences
    differ in length, repeat a code, or are empty.
    """

    def __init__(
        self, codes: Sequence[str], polygons: Sequence[BaseGeometry], *, size: int = 1024
    ) -> None:
        if len(codes) != len(polygons) or len(set(codes)) != len(codes) or not codes:
            raise ValueError("each area needs one code of its own and one polygon")
        self.codes = tuple(codes)
        self._shapes = np.array(polygons, dtype=object)
        _check(self.codes, self._shapes)
        _warm(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        west, south, east, north = shapely.total_bounds(self._shapes).tolist()
        self._corner = np.array([west, south])
        self._per_degree = size / np.array([east - west, north - south])
        self._size = size
        self._table = self._build()

    def locate(self, lon: Column, lat: Column) -> Indexes:
        """The index of each point's area, ``OUTSIDE`` where there is none.

        ``lon``, ``lat``: degrees, shape (n,); points that are not finite lie outside.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            column = (lon - self._corner[0]) * self._per_degree[0]
            row = (lat - self._corner[1]) * self._per_degree[1]
            end = self._size + _MARGIN
            near = (column >= -_MARGIN) & (column <= end) & (row >= -_MARGIN) & (row <= end)
        found = np.full(lon.shape, OUTSIDE, dtype=np.int32)
        found[near] = self._table[self._cell(row[near]), self._cell(column[near])]
        open_points = np.flatnonzero(found == _UNDECIDED)
        if len(open_points):
            found[open_points] = self._exact(lon[open_points], lat[open_points])
        return found

    def codes_of(self, indexes: Indexes) -> list[str | None]:
        """The codes of located points, None for those outside."""
        table = [*self.codes, None]
        return [table[index] for index in indexes.tolist()]

    def overlapping(self, shape: BaseGeometry) -> list[str]:
        """The codes of the areas that share more than a boundary with a shape, in their order.

        A point or a line on a boundary belongs to the areas on both sides. Shapes that are not
        valid are mended first.
        """
        sound = shape if shape.is_valid else shapely.make_valid(shape)
        near = np.sort(self._tree.query(sound, predicate="intersects"))
        flat = shapely.get_dimensions(sound) < 2
        return [
            self.codes[area]
            for area in near.tolist()
            if flat or not shapely.touches(self._shapes[area], sound)
        ]

    def _cell(self, position: Column) -> NDArray[np.intp]:
        return np.clip(position, 0, self._size - 1).astype(np.intp)

    def _exact(self, lon: Column, lat: Column) -> Indexes:
        """The lowest index of the polygons that cover each point."""
        point, area = self._tree.query(shapely.points(lon, lat))
        covers = shapely.intersects_xy(self._shapes[area], lon[point], lat[point])
        found = np.full(len(lon), len(self.codes), dtype=np.int32)
        np.minimum.at(found, point[covers], area[covers].astype(np.int32))
        return np.where(found == len(self.codes), np.int32(OUTSIDE), found)

    def _build(self) -> Indexes:
        """The table: the index of a rectangle's area, ``OUTSIDE`` or ``_UNDECIDED``.

        Along a row the rectangles between two boundaries all lie in the same area: one exact test
        at the first of each such run answers for the run.
        """
        touched = self._touched()
        free = ~touched
        begins = free.copy()
        begins[:, 1:] &= touched[:, :-1]
        rows, columns = np.nonzero(begins)
        lon = self._corner[0] + (columns + 0.5) / self._per_degree[0]
        lat = self._corner[1] + (rows + 0.5) / self._per_degree[1]
        of_run = self._exact(lon, lat)
        table = np.full(touched.shape, _UNDECIDED, dtype=np.int32)
        run = np.cumsum(begins.ravel()).reshape(begins.shape) - 1
        table[free] = of_run[run[free]]
        return table

    def _touched(self) -> NDArray[np.bool_]:
        """Which rectangles a boundary enters or comes close to."""
        start, end = self._segments()
        low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
        first, last = self._cell(low - _MARGIN), self._cell(high + _MARGIN)
        segment, row = _spread(first, last)
        floor = row.astype(np.float64) - _MARGIN
        left, right = _crossing(start[segment], end[segment], floor, floor + 1.0 + 2.0 * _MARGIN)
        # Each stretch of a row is noted by its two ends; running totals fill it.
        marks = np.zeros((self._size, self._size + 1), dtype=np.int32)
        np.add.at(marks, (row, self._cell(left - _MARGIN)), 1)
        np.add.at(marks, (row, self._cell(right + _MARGIN) + 1), -1)
        return np.cumsum(marks, axis=1)[:, :-1] > 0

    def _segments(self) -> tuple[Column, Column]:
        """Both ends of every boundary segment in units of the table, shape (m, 2) each."""
        rings = shapely.get_rings(shapely.get_parts(self._shapes))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        scaled = (points - self._corner) * self._per_degree
        joined = ring[1:] == ring[:-1]
        return scaled[:-1][joined], scaled[1:][joined]


def _check(codes: Sequence[str], shapes: NDArray[np.object_]) -> None:
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    good = np.isin(shapely.get_type_id(shapes), kinds) & ~shapely.is_empty(shapes)
    good &= shapely.is_valid(shapes)
    if not good.all():
        wrong = [code for code, fine in zip(codes, good.tolist(), strict=True) if not fine]
        message = N_("These areas have no valid polygon: %(areas)s.")
        raise BadInput("bad_geometry", message, areas=", ".join(wrong))


def _warm(shapes: NDArray[np.object_]) -> None:
    """Prepare the polygons for point tests, and make one each.

    The first test builds an index inside the polygon; two threads must not both be the first.
    """
    shapely.prepare(shapes)
    inner = shapely.point_on_surface(shapes)
    shapely.intersects_xy(shapes, shapely.get_x(inner), shapely.get_y(inner))


def _spread(
    first: NDArray[np.intp], last: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All (position, number) with first[position] ≤ number ≤ last[position]."""
    counts = last - first + 1
    position = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
    return position, first[position] + offset


def _crossing(start: Column, end: Column, floor: Column, ceiling: Column) -> tuple[Column, Column]:
    """Leftmost and rightmost place of each segment inside its band from floor to ceiling."""
    run, rise = (end - start).T
    with np.errstate(divide="ignore", invalid="ignore"):
        enter = np.where(rise == 0, 0.0, (floor - start[:, 1]) / rise)
        leave = np.where(rise == 0, 1.0, (ceiling - start[:, 1]) / rise)
    x_enter = start[:, 0] + np.clip(enter, 0.0, 1.0) * run
    x_leave = start[:, 0] + np.clip(leave, 0.0, 1.0) * run
    return np.minimum(x_enter, x_leave), np.maximum(x_enter, x_leave)
