"""Two numbers a row out of every form of position that a profile may name."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.coordinates import canonical_crs
from core.errors import BadInput
from integration.domain.profile import (
    ArrayPosition,
    PairPosition,
    PointPosition,
    TextPosition,
)
from integration.domain.rows import Column, Sheet
from integration.domain.sexagesimal import angles
from integration.domain.values import (
    EMPTY,
    NOT_A_NUMBER,
    NOT_FINITE,
    numbers,
    texts,
)

__all__ = ["PointForm", "Points", "read_points", "systems"]

PointForm = PairPosition | ArrayPosition | TextPosition
Values = Sequence[object]

_LONGEST_ORIGINAL = 64
_CODES = {EMPTY: "missing_field", NOT_A_NUMBER: "bad_number", NOT_FINITE: "not_finite"}


@dataclass(frozen=True, slots=True)
class Points:
    """Both numbers of each row as the feed means them, NaN where there is none.

    ``field``: what reasons about them name. ``x_original``, ``y_original``: as they came.
    """

    x: Column
    y: Column
    x_original: Sequence[str]
    y_original: Sequence[str]
    field: str


def read_points(part: PointForm, sheet: Sheet) -> Points:
    """The points of a sheet; rows without one are flagged, rows with half of one quarantined."""
    (x_values, x_path), (y_values, y_path) = _columns(part, sheet)
    read = angles if part.notation == "dms" else numbers
    x, x_state = read(x_values)
    y, y_state = read(y_values)
    if any(x_state) or any(y_state):
        _judge(sheet, (x_path, x_state), (y_path, y_state))
    if part.scale != 1:
        x, y = x / part.scale, y / part.scale
    return Points(x, y, _originals(x_values), _originals(y_values), x_path)


def _judge(sheet: Sheet, x: tuple[str, list[int]], y: tuple[str, list[int]]) -> None:
    (x_path, x_state), (y_path, y_state) = x, y
    for position, states in enumerate(zip(x_state, y_state, strict=True)):
        if states == (EMPTY, EMPTY):
            sheet.flag(position, "no_coordinates", x_path)
            continue
        found = dict.fromkeys(zip((x_path, y_path), states, strict=True))
        for path, state in found:  # each once, where both stand in one field
            if state:
                sheet.quarantine(position, _CODES[state], path)


def _columns(part: PointForm, sheet: Sheet) -> tuple[tuple[Values, str], tuple[Values, str]]:
    """The values of both numbers, easting first, and the fields they stand in."""
    if isinstance(part, PairPosition):
        return (sheet.values(part.lon), part.lon), (sheet.values(part.lat), part.lat)
    split = _of_text(part, sheet) if isinstance(part, TextPosition) else _of_array(part, sheet)
    first = [one for one, _ in split]
    second = [one for _, one in split]
    x, y = (first, second) if part.order == "lon_lat" else (second, first)
    return (x, part.path), (y, part.path)


def _of_array(part: ArrayPosition, sheet: Sheet) -> list[tuple[object, object]]:
    """Both elements of each list; further ones (a height) are left."""
    found: list[tuple[object, object]] = []
    for position, value in enumerate(sheet.values(part.path)):
        if isinstance(value, list):
            first, second, *_ = (*value, None, None)
            found.append((first, second))
        else:
            if value is not None and value != "":
                sheet.quarantine(position, "wrong_type", part.path)
            found.append((None, None))
    return found


def _of_text(part: TextPosition, sheet: Sheet) -> list[tuple[object, object]]:
    """Both parts of each text; what has not two parts is no number."""
    found: list[tuple[object, object]] = []
    for text in texts(sheet.values(part.path)):
        pieces = text.split(part.separator) if text else ["", ""]
        # A list is no number, whatever it holds.
        found.append((pieces[0], pieces[1]) if len(pieces) == 2 else ([text], [text]))
    return found


def _originals(values: Values) -> list[str]:
    return [text[:_LONGEST_ORIGINAL] for text in texts(values)]


def systems(part: PointPosition, sheet: Sheet) -> list[str]:
    """The canonical coordinate system of each row, empty where its label is unknown."""
    own = canonical_crs(part.crs) if part.crs else ""
    if part.crs_path is None:
        return [own] * len(sheet)
    labels = texts(sheet.values(part.crs_path))
    known = {label: _system(part, label) if label else own for label in set(labels)}
    return [known[label] for label in labels]


def _system(part: PointPosition, label: str) -> str:
    if part.crs_codes is not None:
        label = part.crs_codes.get(label, "")
    try:
        return canonical_crs(label)
    except BadInput:
        return ""
