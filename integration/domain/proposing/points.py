"""Every way in which paths of a sample may be positions, as two numbers a row."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from integration.domain.geometries import shape_of
from integration.domain.proposing.columns import Column, hinted, hints
from integration.domain.rows import Column as Numbers
from integration.domain.sexagesimal import angles
from integration.domain.values import numbers

__all__ = ["Reading", "geojson_columns", "readings"]

_LON = hints(
    "经度 东经 lon lng long longitude jd x coordx gisx xzb easting x_m 横坐标",
)
_LAT = hints(
    "纬度 北纬 lat latitude wd y coordy gisy yzb northing y_m 纵坐标",
)
_SEPARATORS = (",", "，", ";", "；", "|", "、", "/", " ", "_")
_DMS = re.compile(r"\d\s*[°度]")
_MOST_PAIRS = 10
_LEAST = 0.6  # of the filled values must be numbers


@dataclass(frozen=True)
class Reading:
    """One way: the position's section but for its system, and the numbers as they came.

    ``x``, ``y``: easting or longitude first, shape (n,). ``hint``: how much the names of the paths
    speak for it, 0 to 1; below 0 they speak for the other order.
    """

    section: dict[str, object]
    x: Numbers
    y: Numbers
    hint: float
    paths: tuple[str, ...]

    @property
    def dms(self) -> bool:
        """Whether it is in degrees, minutes and seconds."""
        return self.section.get("notation") == "dms"


def readings(columns: Sequence[Column]) -> Iterator[Reading]:
    """Every way to read positions, both orders of each."""
    outer = [one for one in columns if not one.inner]
    for column in outer:
        if column.kind == "list":
            yield from _of_list(column)
        elif column.kind == "text" and column.numeric < _LEAST:
            yield from _of_text(column)
    yield from _of_pairs(outer)


def _of_list(column: Column) -> Iterator[Reading]:
    pairs = [
        (one[0], one[1]) if isinstance(one, list) and len(one) >= 2 else (None, None)
        for one in column.values
    ]
    first, second = _split(pairs, dms=False)
    if _known(first, second) >= _LEAST * column.filled.sum():
        yield from _both({"form": "array", "path": column.path}, first, second, column.path)


def _of_text(column: Column) -> Iterator[Reading]:
    separator = _separator(column)
    if separator is None:
        return
    pieces = [text.split(separator) if text else [] for text in column.texts]
    pairs = [(one[0], one[1]) if len(one) == 2 else (None, None) for one in pieces]
    dms = _is_dms([one for pair in pairs for one in pair])
    first, second = _split(pairs, dms=dms)
    if _known(first, second) < _LEAST * column.filled.sum():
        return
    section: dict[str, object] = {"form": "text", "path": column.path}
    if separator != ",":
        section["separator"] = separator
    if dms:
        section["notation"] = "dms"
    yield from _both(section, first, second, column.path)


def _separator(column: Column) -> str | None:
    """The sign that stands just once in most values."""
    found = Counter(
        sign for text in column.told[:200] for sign in _SEPARATORS if text.count(sign) == 1
    )
    if not found:
        return None
    best = max(found.values())
    sign = next(one for one in _SEPARATORS if found[one] == best)
    return sign if best >= _LEAST * len(column.told[:200]) else None


def _both(
    section: dict[str, object], first: Numbers, second: Numbers, path: str
) -> Iterator[Reading]:
    lat_first = bool(re.search(r"lat.*(lon|lng)", path, re.IGNORECASE))
    yield Reading(section | {"order": "lon_lat"}, first, second, 0.0 - lat_first, (path,))
    yield Reading(section | {"order": "lat_lon"}, second, first, 0.0 + lat_first, (path,))


def _of_pairs(columns: Sequence[Column]) -> Iterator[Reading]:
    """Pairs of number columns: those whose names speak for it, and neighbours."""
    able = [one for one in columns if _is_number(one)]
    near = [
        (a, b)
        for place, a in enumerate(able)
        for b in able[place + 1 : place + 4] + able[max(0, place - 3) : place]
    ]
    named = [
        (a, b)
        for a in [one for one in able if hinted(one, _LON)][:_MOST_PAIRS]
        for b in [one for one in able if hinted(one, _LAT)][:_MOST_PAIRS]
        if a is not b
    ]
    found = {(a.path, b.path): (a, b) for a, b in near + named}.values()
    pairs = [(min(hinted(a, _LON), hinted(b, _LAT)) + _alike(a, b), a, b) for a, b in found]
    pairs.sort(key=lambda one: -one[0])
    for hint, a, b in pairs[: _MOST_PAIRS * 2]:
        section: dict[str, object] = {"form": "pair", "lon": a.path, "lat": b.path}
        dms = _is_dms(a.texts) and _is_dms(b.texts)
        if dms:
            section["notation"] = "dms"
        x, y = (angles(a.texts)[0], angles(b.texts)[0]) if dms else (a.numbers, b.numbers)
        yield Reading(section, x, y, min(1.0, hint), (a.path, b.path))


def _alike(a: Column, b: Column) -> float:
    """Halves of a pair stand in the same object and are filled in the same rows."""
    together = a.path.rpartition(".")[0] == b.path.rpartition(".")[0]
    return 0.05 * together + 0.05 * float((a.filled == b.filled).mean())


def _is_number(column: Column) -> bool:
    """Whether a column may be half of a pair; one value alone is, where its name says so."""
    if column.kind not in ("number", "text", "mixed") or not _numberlike(column):
        return False
    return len(column.counts) > 1 or bool(hinted(column, (*_LON, *_LAT)))


def _numberlike(column: Column) -> bool:
    return column.numeric >= _LEAST or _is_dms(column.texts)


def _is_dms(values: Sequence[object]) -> bool:
    told = [one for one in values if isinstance(one, str) and one]
    return bool(told) and sum(bool(_DMS.search(one)) for one in told) >= _LEAST * len(told)


def _split(pairs: Sequence[tuple[object, object]], *, dms: bool) -> tuple[Numbers, Numbers]:
    read = angles if dms else numbers
    first, second = [one for one, _ in pairs], [two for _, two in pairs]
    return read(first)[0], read(second)[0]


def _known(first: Numbers, second: Numbers) -> int:
    return int((np.isfinite(first) & np.isfinite(second)).sum())


def geojson_columns(columns: Sequence[Column]) -> list[tuple[Column, Numbers, Numbers]]:
    """Columns of GeoJSON geometries, with a point inside each shape."""
    found = []
    for column in columns:
        if column.inner or not column.told or not _maybe_shape(column.told[0]):
            continue
        shapes = [shape_of(one) for one in column.values]
        good = [one for one in shapes if one is not None and not one.code]
        if len(good) >= _LEAST * len(column.told):
            lon = np.array([one.lon if one else np.nan for one in shapes])
            lat = np.array([one.lat if one else np.nan for one in shapes])
            found.append((column, lon, lat))
    return found


def _maybe_shape(text: str) -> bool:
    return text.startswith("{") and '"coordinates"' in text
