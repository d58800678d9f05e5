"""The files of a shapefile (ESRI, 1998), looked at before anything else reads them."""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.words import N_
from integration.domain.formats.zips import damaged
from integration.domain.geometries import MOST_POINTS

__all__ = ["blanked", "check_shapes", "check_table", "sizes_of"]

_MAGIC = (9994).to_bytes(4, "big")
_HEAD = 100  # bytes before the first record
_RECORD = 8  # bytes before its content
_TABLES = frozenset(b"\x03\x04\x30\x31\x32\x43\x63\x83\x8b\xcb\xf5")
_LEAST_TABLE = 33
_WITH_PARTS = (3, 5, 13, 15, 23, 25, 31)
_WITH_POINTS = (8, 18, 28)
_PATCHES = 31
_PARTS_AT, _POINTS_AT, _CROWD_AT = 36, 40, 36  # in the content
_MOST_PARTS = 2000  # sorting rings into each other takes time with the square of their number


def check_shapes(data: bytes) -> None:
    """Raise BadInput ``malformed_file`` for what is no .shp or .shx."""
    if not data.startswith(_MAGIC) or len(data) < _HEAD:
        raise damaged()


def check_table(data: bytes, index: bytes) -> None:
    """Raise BadInput ``malformed_file`` for what is no .dbf, or has not a row for each shape."""
    if len(data) < _LEAST_TABLE or data[0] not in _TABLES:
        raise damaged()
    rows, before, each = struct.unpack_from("<IHH", data, 4)
    if rows != len(_listed(index)) or len(data) < before + rows * each:
        message = N_("The shapefile is not whole: its table and its shapes differ in number.")
        raise BadInput("malformed_file", message)


def sizes_of(index: bytes) -> NDArray[np.int64]:
    """How many bytes each shape has, as its index says."""
    return np.maximum(_listed(index)[:, 1], 0) * 2


def blanked(shapes: bytes, index: bytes) -> tuple[bytes, dict[int, int]]:
    """The shapes with those of too many points or parts made empty, and their numbers of points.

    Raises BadInput ``malformed_file`` for an index that points out of the file, or to the same
    bytes twice: a small file could else hold a shape a million times.
    """
    starts = _listed(index)[:, 0] * 2 + _RECORD
    whole = np.frombuffer(shapes, np.uint8)
    if len(starts) and starts.min() < _HEAD + _RECORD:
        raise damaged()
    _check_apart(whole, starts, sizes_of(index))
    kinds = _numbers(whole, starts)
    points, parts = np.zeros_like(starts), np.zeros_like(starts)
    lined, crowd = np.isin(kinds, _WITH_PARTS), np.isin(kinds, _WITH_POINTS)
    parts[lined] = _numbers(whole, starts[lined] + _PARTS_AT)
    points[lined] = _numbers(whole, starts[lined] + _POINTS_AT)
    points[crowd] = _numbers(whole, starts[crowd] + _CROWD_AT)
    large = (points > MOST_POINTS) | (parts > _MOST_PARTS) | (kinds == _PATCHES)
    changed = bytearray(shapes) if large.any() else shapes
    for start in starts[large].tolist():
        changed[start : start + 4] = bytes(4)  # type: ignore[index]  # a shape of no kind
    places = np.flatnonzero(large).tolist()
    return bytes(changed) if places else shapes, {
        place: max(1, int(points[place])) for place in places
    }


def _check_apart(whole: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
    """Raise BadInput for shapes that overlap, by the lengths of the index or by their own."""
    own = _numbers(whole, starts - 4).byteswap().astype(np.int64) * 2
    order = np.argsort(starts)
    ends = (starts + np.maximum(sizes, own))[order]
    if (ends[:-1] > starts[order][1:] - _RECORD).any():
        raise damaged()


def _listed(index: bytes) -> NDArray[np.int64]:
    """Start and length of each shape in words of two bytes, shape (n, 2)."""
    count = (len(index) - _HEAD) // 8
    return np.frombuffer(index, ">i4", count * 2, _HEAD).reshape(-1, 2).astype(np.int64)


def _numbers(whole: NDArray[Any], places: NDArray[np.int64]) -> NDArray[Any]:
    """The little-endian whole numbers that stand at some places."""
    if len(places) and places.max() + 4 > len(whole):
        raise damaged()
    found = np.ascontiguousarray(whole[places[:, None] + np.arange(4)])
    return found.view("<i4").reshape(-1)
