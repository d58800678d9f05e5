"""In which district and unit grid a point lies, for whole columns at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from core.areas import AreaIndex

__all__ = ["Locator"]

Column = NDArray[np.float64]
Codes = NDArray[np.object_]


class Locator:
    """Finds areas. With grids the district of a point is that of its grid, else its own.

    ``bbox``: west, south, east, north in WGS-84 degrees. ``districts``: code and polygon.
    ``grids``: code, code of the district, polygon; may be empty. A point in a district but in
    none of its grids has the district alone. Codes of places that lie nowhere are empty texts.
    """

    def __init__(
        self,
        bbox: tuple[float, float, float, float],
        districts: Sequence[tuple[str, BaseGeometry]],
        grids: Sequence[tuple[str, str, BaseGeometry]],
    ) -> None:
        self.bbox = bbox
        self._districts = AreaIndex([code for code, _ in districts], [one for _, one in districts])
        self._district_codes = _codes([code for code, _ in districts])
        self._grids = (
            AreaIndex([code for code, _, _ in grids], [one for _, _, one in grids])
            if grids
            else None
        )
        self._grid_codes = _codes([code for code, _, _ in grids])
        self._grid_districts = _codes([district for _, district, _ in grids])

    def inside(self, lon: Column, lat: Column) -> NDArray[np.bool_]:
        """Whether points lie in the city's bbox; False for what is not finite."""
        west, south, east, north = self.bbox
        with np.errstate(invalid="ignore"):
            return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)

    def locate(self, lon: Column, lat: Column) -> tuple[Codes, Codes]:
        """District codes and grid codes of points in degrees, shape (n,); "" where there is none.

        Points that are not finite lie nowhere.
        """
        if self._grids is None:
            return self._district_codes[self._districts.locate(lon, lat)], _empty(len(lon))
        grid = self._grids.locate(lon, lat)
        districts = self._grid_districts[grid]
        rest = np.flatnonzero(grid < 0)
        if len(rest):
            found = self._districts.locate(lon[rest], lat[rest])
            districts[rest] = self._district_codes[found]
        return districts, self._grid_codes[grid]

    def districts_of(self, shape: BaseGeometry) -> list[str]:
        """The codes of the districts that a shape in WGS-84 degrees reaches into."""
        return self._districts.overlapping(shape)


def _codes(codes: Sequence[str]) -> Codes:
    # The last one answers for OUTSIDE, which is -1.
    return np.array([*codes, ""], dtype=object)


def _empty(count: int) -> Codes:
    return np.full(count, "", dtype=object)
