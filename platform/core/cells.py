"""H3 cells as 64-bit integers, so that a plain index of the database finds neighbours.

The highest bit of a cell's number is always 0: it fits a signed ``bigint``. Cells travel as
integers everywhere and become the familiar hexadecimal text only where people see them.
Source: the H3 specification, https://h3geo.org.
"""

import re
from functools import lru_cache
from math import ceil

import h3.api.numpy_int as h3  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.words import N_

__all__ = [
    "NO_CELL",
    "cell",
    "cell_centres",
    "cell_polygon",
    "cells",
    "from_hex",
    "parents",
    "ring",
    "ring_size",
    "rings",
    "to_hex",
]

NO_CELL = 0
"""Stands where a point has no cell."""

# Edges of cells differ from place to place; the shortest of a resolution are just above 0.70 of
# its average (measured over the globe, the neighbourhoods of the twelve pentagons included).
_SHORTEST = 0.69
_RESOLUTION_BITS = 52
_FINEST = 15
_HEX = re.compile(r"[0-9a-fA-F]{15,16}")

Cells = NDArray[np.int64]
Column = NDArray[np.float64]


def cells(lon: Column, lat: Column, resolution: int = 9) -> Cells:
    """The cell of each point, ``NO_CELL`` where a coordinate is not finite.

    ``lon``, ``lat``: degrees, shape (n,). About half a microsecond a point. Raises h3's own
    ValueError for a resolution outside 0–15.
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    found = np.full(known.shape, NO_CELL, dtype=np.int64)
    pairs = zip(lat[known].tolist(), lon[known].tolist(), strict=True)
    of_point = h3.latlng_to_cell
    found[known] = [of_point(y, x, resolution) for y, x in pairs]
    return found


def cell(lon: float, lat: float, resolution: int = 9) -> int:
    """The cell of one point in degrees; for columns use ``cells``."""
    return int(h3.latlng_to_cell(lat, lon, resolution))


def cell_centres(numbers: Cells) -> tuple[Column, Column]:
    """Longitude and latitude of the centres, shape (n,); NaN for ``NO_CELL``."""
    nowhere = (np.nan, np.nan)
    points = [h3.cell_to_latlng(cell) if cell else nowhere for cell in numbers.tolist()]
    table = np.array(points, dtype=np.float64).reshape(-1, 2)
    return table[:, 1], table[:, 0]


def cell_polygon(cell: int) -> list[tuple[float, float]]:
    """The outline of a cell as a closed ring of (longitude, latitude), counter-clockwise."""
    corners = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    return [*corners, corners[0]]


def parents(numbers: Cells, resolution: int) -> Cells:
    """The coarser cells that hold the given ones; ``NO_CELL`` stays.

    Raises ValueError if ``resolution`` is outside 0–15 or finer than one of the cells.
    """
    if not 0 <= resolution <= _FINEST:
        raise ValueError("resolutions of H3 are 0 to 15")
    known = numbers != NO_CELL
    own = (numbers >> _RESOLUTION_BITS) & 0xF
    if np.any(own[known] < resolution):
        raise ValueError("a parent cannot be finer than its child")
    # A number holds its resolution in four bits and one digit of three bits for each finer step;
    # the digits that are not used are 7.
    cleared = numbers & ~np.int64(0xF << _RESOLUTION_BITS)
    unused = np.int64((1 << 3 * (_FINEST - resolution)) - 1)
    return np.where(known, cleared | np.int64(resolution << _RESOLUTION_BITS) | unused, NO_CELL)


@lru_cache(maxsize=256)
def ring_size(resolution: int, radius_m: float) -> int:
    """How many rings of cells around a cell hold every point within ``radius_m`` of its points.

    With edges of length e, the points outside k rings are at least (1.5 k − 0.5) e away from the
    cell; e is taken as short as it gets anywhere on Earth. Raises ValueError if the radius is
    negative or not finite.
    """
    if not 0 <= radius_m < float("inf"):
        raise ValueError("a radius is a finite length")
    if radius_m == 0:
        return 1  # the neighbours touch the cell
    edge = _SHORTEST * h3.average_hexagon_edge_length(resolution, unit="m")
    return ceil((radius_m / float(edge) + 0.5) / 1.5)


def ring(cell: int, radius_m: float) -> Cells:
    """The cells that may hold a point within ``radius_m`` of any point of ``cell``, sorted.

    Whoever searches them misses nothing, and still has to measure each distance.
    """
    size = ring_size(h3.get_resolution(cell), radius_m)
    return np.sort(np.asarray(h3.grid_disk(cell, size), dtype=np.int64))


def rings(numbers: Cells, radius_m: float) -> tuple[NDArray[np.int64], Cells]:
    """The rings of many cells as pairs (position in ``numbers``, cell), both of shape (m,).

    Equal cells are worked out once; ``NO_CELL`` has no ring.
    """
    unique, place = np.unique(numbers, return_inverse=True)
    none = np.empty(0, dtype=np.int64)
    disks = [ring(cell, radius_m) if cell else none for cell in unique.tolist()]
    chosen = [disks[at] for at in place.tolist()]
    owners = np.repeat(np.arange(len(numbers)), [len(disk) for disk in chosen])
    return owners, np.concatenate([none, *chosen])


def to_hex(cell: int) -> str:
    """The usual text of a cell, 15 hexadecimal digits."""
    return str(h3.int_to_str(cell))


def from_hex(text: str) -> int:
    """The cell of a text; BadInput ``cell_invalid`` if it names none."""
    cell = int(text, 16) if _HEX.fullmatch(text) else NO_CELL
    if not h3.is_valid_cell(cell):
        raise BadInput("cell_invalid", N_("“%(cell)s” is not an H3 cell."), cell=text)
    return cell
