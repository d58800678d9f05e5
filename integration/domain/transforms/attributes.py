"""Further declared fields, kept with the record as JSON under the profile's names."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import NoneType
from typing import cast

import msgspec

from integration.domain.checks import flag_unsound
from integration.domain.profile import Attribute, Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.timeforms import DAY, instants
from integration.domain.values import EMPTY, FINE, NOT_FINITE, number, texts, tidy, tidy_text

__all__ = ["ORDER", "apply"]

ORDER = 60

_TRUE = frozenset({"true", "1", "yes", "y", "是"})
_FALSE = frozenset({"false", "0", "no", "n", "否"})
_DIGITS = re.compile(r"[+-]?\d{1,310}")
_DATE = "%Y-%m-%d"
_AHEAD = 14 * 3600  # seconds by which the first zone on Earth is ahead of UTC
_MOST_TEXTS = 1000
_LONGEST_JSON = 100_000  # characters
_DEEPEST = 20
_encoder = msgspec.json.Encoder()
_encode = _encoder.encode
_HUGE = 1 << 63
_WHOLE = frozenset({int, NoneType})

Encoded = Sequence[str | None]
"""Values as JSON, None for those that are left out."""


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``attributes``: a JSON object a row; empty fields are left out."""
    if not profile.attributes:
        sheet.record["attributes"] = ["{}"] * len(sheet)
        return
    names = [f"{_encode(part.name).decode()}:" for part in profile.attributes]
    columns = [_READERS[part.type](part, profile, sheet, around) for part in profile.attributes]
    if any(None in column for column in columns):
        sheet.record["attributes"] = [
            "{" + ",".join([n + v for n, v in zip(names, row, strict=True) if v is not None]) + "}"
            for row in zip(*columns, strict=True)
        ]
    else:
        pattern = ",".join(name.replace("{", "{{").replace("}", "}}") + "{}" for name in names)
        sheet.record["attributes"] = list(map(f"{{{{{pattern}}}}}".format, *columns))


def _encoded(values: Sequence[object]) -> Encoded:
    """Each value as JSON, all in one call."""
    # JSON has no line break outside its texts, and inside them it is escaped.
    whole: list[str | None] = [*_encoder.encode_lines(values).decode().split("\n")]
    whole.pop()
    return [None if text == "null" else text for text in whole] if None in values else whole


def _texts(part: Attribute, profile: Profile, sheet: Sheet, around: Surroundings) -> Encoded:
    found = tidy(sheet, sheet.values(part.path), part.path, profile.limits.text)
    flag_unsound(sheet, found, part.check, part.path, around.now)
    if part.codes is not None:
        found = [_coded(part, sheet, position, text) for position, text in enumerate(found)]
    return _encoded(found if all(found) else [text or None for text in found])


def _coded(part: Attribute, sheet: Sheet, position: int, text: str) -> str:
    """The city's word for a text; an unknown one is flagged and kept."""
    word = (part.codes or {}).get(text)
    if word is None and text:
        sheet.flag(position, "bad_code", part.path)
    return text if word is None else word


def _numbers(part: Attribute, profile: Profile, sheet: Sheet, around: Surroundings) -> Encoded:
    values = sheet.values(part.path)
    whole = part.type == "integer"
    if whole and _of_64_bits(values):
        return _encoded(values)
    found: list[object] = []
    for position, value in enumerate(values):
        read, state = number(value)
        if state == FINE and whole and read != int(read):
            state = -1
        if state not in (FINE, EMPTY):
            code = "not_finite" if state == NOT_FINITE else "bad_number"
            sheet.quarantine(position, code, part.path)
        found.append(None if state else _whole(value, read) if whole else read)
    return _encoded(found)


def _of_64_bits(values: Sequence[object]) -> bool:
    """Whether all that is there are whole numbers of an ordinary size."""
    if not set(map(type, values)) <= _WHOLE:
        return False
    known = [cast("int", value) for value in values if value is not None]
    return not known or (min(known) >= -_HUGE and max(known) < _HUGE)


def _whole(value: object, read: float) -> int:
    """The number as it was written: beyond 2**53 its nearest float is another one."""
    digits = str(value).strip()
    return int(digits) if _DIGITS.fullmatch(digits) else int(read)


def _booleans(part: Attribute, profile: Profile, sheet: Sheet, around: Surroundings) -> Encoded:
    found: list[object] = []
    for position, text in enumerate(texts(sheet.values(part.path))):
        word = text.casefold()
        if text and word not in _TRUE and word not in _FALSE:
            sheet.quarantine(position, "wrong_type", part.path)
        found.append(word in _TRUE if text else None)
    return _encoded(found)


def _dates(part: Attribute, profile: Profile, sheet: Sheet, around: Surroundings) -> Encoded:
    """Days in ISO 8601; one that has begun nowhere on Earth yet lies in the future."""
    latest = around.now + profile.window.future_minutes * 60 + _AHEAD
    original = texts(sheet.values(part.path))
    found: list[object] = []
    seconds = instants(original, part.form or _DATE, "UTC", now=around.now).seconds.tolist()
    for position, (text, second) in enumerate(zip(original, seconds, strict=True)):
        known = second == second
        if text and not known:
            sheet.quarantine(position, "bad_time", part.path)
        elif known and second > latest:
            sheet.quarantine(position, "future_time", part.path)
        found.append(_day(second) if known else None)
    return _encoded(found)


def _day(second: float) -> str:
    return datetime.fromtimestamp(second // DAY * DAY, UTC).date().isoformat()


def _lists(part: Attribute, profile: Profile, sheet: Sheet, around: Surroundings) -> Encoded:
    """Lists of texts; a text alone is a list of one, and empty ones are left out."""
    found: list[object] = []
    for position, value in enumerate(sheet.values(part.path)):
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, list | dict) for item in items):
            sheet.quarantine(position, "wrong_type", part.path)
        words = [tidy_text(sheet, position, text, part.path) for text in texts(items) if text]
        if len(words) > _MOST_TEXTS or any(len(word) > profile.limits.text for word in words):
            sheet.quarantine(position, "too_long", part.path)
        if part.codes is not None:
            words = [_coded(part, sheet, position, word) for word in words]
        found.append([word for word in words if word] or None)
    return _encoded(found)


def _documents(part: Attribute, profile: Profile, sheet: Sheet, around: Surroundings) -> Encoded:
    """Whatever JSON came, its texts without what cannot be seen."""
    values = sheet.values(part.path)
    found = list(_encoded(values))
    if _clean(found):
        return found
    for position, value in enumerate(values):
        if found[position] is not None and not _clean(found[position : position + 1]):
            found[position] = _document(value, sheet, position, part.path)
    return found


def _clean(found: Sequence[str | None]) -> bool:
    """Whether none of the JSON texts can have anything to be taken out, or be too large.

    May say no of a clean one, and never yes of another: a backslash stands for what might be a
    control character, a space beside a quote for one at the end of a text.
    """
    texts = [text for text in found if text is not None]
    whole = "".join(texts)
    return (
        whole.isprintable()
        and "\\" not in whole
        and '" ' not in whole
        and ' "' not in whole
        and '""' not in texts
        and unicodedata.is_normalized("NFC", whole)
        and all(text.count("{") + text.count("[") <= _DEEPEST for text in texts)
        and max(map(len, texts), default=0) <= _LONGEST_JSON
    )


def _document(value: object, sheet: Sheet, position: int, path: str) -> str | None:
    """One value that may have to be tidied; None for an empty one."""
    tidied = _tidied(value, sheet, position, path, _DEEPEST)
    text = _encode(tidied).decode()
    if len(text) > _LONGEST_JSON:
        sheet.quarantine(position, "too_long", path)
    return None if tidied == "" else text


def _tidied(value: object, sheet: Sheet, position: int, path: str, left: int) -> object:
    """A value with its texts tidied; one nested deeper than ``left`` quarantines its row."""
    if isinstance(value, str):
        return tidy_text(sheet, position, value, path)
    if not isinstance(value, list | dict):
        return value
    if not left:
        sheet.quarantine(position, "wrong_type", path)
        return None
    if isinstance(value, list):
        return [_tidied(one, sheet, position, path, left - 1) for one in value]
    return {
        tidy_text(sheet, position, str(name), path): _tidied(one, sheet, position, path, left - 1)
        for name, one in value.items()
    }


Reader = Callable[[Attribute, Profile, Sheet, Surroundings], Encoded]
_READERS: dict[str, Reader] = {
    "text": _texts,
    "integer": _numbers,
    "number": _numbers,
    "boolean": _booleans,
    "date": _dates,
    "texts": _lists,
    "json": _documents,
}
