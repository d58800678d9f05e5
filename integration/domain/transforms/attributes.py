"""Further declared fields, kept with the record as JSON under the profile's names."""

from collections.abc import Callable, Sequence

import msgspec

from integration.domain.profile import Attribute, Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import EMPTY, FINE, NOT_FINITE, number, texts, tidy

__all__ = ["ORDER", "apply"]

ORDER = 60

_TRUE = frozenset({"true", "1", "yes", "y", "是"})
_FALSE = frozenset({"false", "0", "no", "n", "否"})
_encode = msgspec.json.Encoder().encode


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``attributes``: a JSON object a row; empty fields are left out."""
    if not profile.attributes:
        sheet.record["attributes"] = ["{}"] * len(sheet)
        return
    names = [part.name for part in profile.attributes]
    columns = [_READERS[part.type](part, sheet, profile.limits.text) for part in profile.attributes]
    sheet.record["attributes"] = [
        _encode(
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
        ).decode()
        for row in zip(*columns, strict=True)
    ]


def _texts(part: Attribute, sheet: Sheet, longest: int) -> Sequence[object]:
    found = tidy(sheet, sheet.values(part.path), part.path, longest)
    return [text or None for text in found]


def _numbers(part: Attribute, sheet: Sheet, longest: int) -> Sequence[object]:
    found: list[object] = []
    for position, value in enumerate(sheet.values(part.path)):
        read, state = number(value)
        whole = part.type == "integer"
        if state == FINE and whole and read != int(read):
            state = -1
        if state not in (FINE, EMPTY):
            code = "not_finite" if state == NOT_FINITE else "bad_number"
            sheet.quarantine(position, code, part.path)
        found.append(None if state else int(read) if whole else read)
    return found


def _booleans(part: Attribute, sheet: Sheet, longest: int) -> Sequence[object]:
    found: list[object] = []
    for position, text in enumerate(texts(sheet.values(part.path))):
        word = text.casefold()
        if text and word not in _TRUE and word not in _FALSE:
            sheet.quarantine(position, "wrong_type", part.path)
        found.append(word in _TRUE if text else None)
    return found


_READERS: dict[str, Callable[[Attribute, Sheet, int], Sequence[object]]] = {
    "text": _texts,
    "integer": _numbers,
    "number": _numbers,
    "boolean": _booleans,
}
