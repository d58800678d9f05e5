"""What rows say in words and codes of where they lie: their district, their grid, their system."""

from collections.abc import Callable, Sequence

from core.coordinates import canonical_crs
from core.errors import BadInput
from integration.domain.proposing.city import City
from integration.domain.proposing.columns import Column
from integration.domain.proposing.systems import Named

__all__ = ["label_column", "named_places", "system_of_label"]

_LEAST = 0.5  # of the values must name one for a column to count
_LABELS = {
    "bd09ll": "BD-09",
    "bd-09ll": "BD-09",
    "百度": "BD-09",
    "gcj02ll": "GCJ-02",
    "高德": "GCJ-02",
    "火星": "GCJ-02",
    "wgs84ll": "WGS-84",
    "gps": "WGS-84",
    "天地图": "CGCS2000",
}


def named_places(columns: Sequence[Column], city: City, rows: int) -> Named:
    """What the rows name; a code of a grid or district wherever it stands, a name in addresses."""
    names = {name: code for code, both in city.districts.items() for name in both if len(name) > 1}
    districts, grids = [""] * rows, [""] * rows
    for column in columns:
        if column.inner:
            continue
        _fill(grids, column, lambda text: text if text in city.grids else "")
        _fill(districts, column, lambda text: _district(text, city, names))
    return Named(districts, grids)


def _fill(found: list[str], column: Column, read: Callable[[str], str]) -> None:
    """Put what a column names where nothing is named yet, if most of its values name something."""
    codes = {text: read(text) for text in column.counts}
    named = sum(count for text, count in column.counts.items() if codes[text])
    if not column.told or named < _LEAST * len(column.told):
        return
    for place, text in enumerate(column.texts):
        if text and not found[place]:
            found[place] = codes[text]


def _district(text: str, city: City, names: dict[str, str]) -> str:
    """The district of a code (also one filled up with noughts) or of a text that names just one."""
    if text in city.districts:
        return text
    shorter = [code for code in city.districts if _filled_up(text, code)]
    if shorter:
        return shorter[0]
    told = {code for name, code in names.items() if name in text}
    return told.pop() if len(told) == 1 else ""


def _filled_up(text: str, code: str) -> bool:
    return text.startswith(code) and len(text) > len(code) and not text[len(code) :].strip("0")


def label_column(columns: Sequence[Column]) -> tuple[Column, dict[str, str]] | None:
    """A column whose texts all name a coordinate system, and what each of them means."""
    for column in columns:
        if not column.counts or len(column.counts) > 5 or column.inner:
            continue
        known = {text: system_of_label(text) for text in column.counts}
        if all(known.values()):
            return column, {text: name for text, name in known.items() if name}
    return None


def system_of_label(text: str) -> str | None:
    """The system that a label means, None for one that is no label."""
    if text.isdigit() or len(text) > 24:
        return None
    if text.lower() in _LABELS:
        return _LABELS[text.lower()]
    try:
        return canonical_crs(text)
    except BadInput:
        return None
