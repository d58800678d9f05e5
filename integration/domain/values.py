"""Values as feeds send them, turned into texts and numbers, whole columns at once."""

import math
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import msgspec
import numpy as np

from core.text import clean_text
from integration.domain.rows import Column, Sheet

__all__ = [
    "EMPTY",
    "FINE",
    "NOT_A_NUMBER",
    "NOT_FINITE",
    "number",
    "numbers",
    "texts",
    "tidy",
    "tidy_text",
]

FINE, EMPTY, NOT_A_NUMBER, NOT_FINITE = 0, 1, 2, 3
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_PLAIN = re.compile(r"[0-9.+-]*", re.ASCII)
_TEXTS_ALONE = frozenset({str})
_NO_NUMBER = frozenset({"nan", "inf", "infinity"})


def texts(values: Sequence[object]) -> list[str]:
    """Each value as a text without white space around it; nothing is an empty text.

    A list of plain values (a path of codes) is joined by ``/``; an object becomes its JSON.
    """
    if set(map(type, values)) == _TEXTS_ALONE:
        return list(map(str.strip, cast("Sequence[str]", values)))
    return [value.strip() if type(value) is str else _text(value) for value in values]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return "/".join(map(_text, value))
    return msgspec.json.encode(value).decode()


def tidy(sheet: Sheet, values: Sequence[object], path: str, longest: int) -> list[str]:
    """``texts`` without what cannot be seen; rows are flagged ``cleaned_characters``.

    A longer text quarantines its row as ``too_long``, an object in its place as ``wrong_type``.
    """
    found = texts(values)
    whole = "".join(found)
    if not (whole.isprintable() and unicodedata.is_normalized("NFC", whole)):
        _clean(sheet, found, path)
        whole = "".join(found)
    if len(whole) > longest and max(map(len, found)) > longest:
        for position, text in enumerate(found):
            if len(text) > longest:
                sheet.quarantine(position, "too_long", path)
                found[position] = ""
    if dict in set(map(type, values)):
        for position, value in enumerate(values):
            if type(value) is dict:
                sheet.quarantine(position, "wrong_type", path)
    return found


def _clean(sheet: Sheet, found: list[str], path: str) -> None:
    for position, text in enumerate(found):
        found[position] = tidy_text(sheet, position, text, path)


def tidy_text(sheet: Sheet, position: int, text: str, path: str) -> str:
    """One text of a row without what cannot be seen; flags ``cleaned_characters``."""
    if text.isascii() and text.isprintable():
        return text
    cleaned, removed = clean_text(text)
    if removed:
        sheet.flag(position, "cleaned_characters", path)
    return cleaned.strip()


def numbers(values: Sequence[Any]) -> tuple[Column, list[int]]:
    """Each value as a number (NaN if it is none) and its state: ``FINE``, ``EMPTY`` …"""
    kinds = set(map(type, values))
    if (kinds == {str} and _plain(values)) or (kinds and kinds <= {int, float}):
        # What float refuses here is no number at all, or one too large.
        with suppress(ValueError, OverflowError):
            found = np.array(list(map(float, values)), dtype=np.float64)
            if np.isfinite(found).all():
                return found, [FINE] * len(values)
    pairs = [number(value) for value in values]
    found = np.array([pair[0] for pair in pairs], dtype=np.float64)
    return found, [pair[1] for pair in pairs]


def _plain(values: Sequence[Any]) -> bool:
    return bool(_PLAIN.fullmatch("".join(values)))


def number(value: object) -> tuple[float, int]:
    """One value as a number and its state; full-width digits are understood."""
    if type(value) is str:
        if _NUMBER.fullmatch(value):
            return _finite(float(value))
        return _odd_number(unicodedata.normalize("NFKC", value).strip())
    if value is None:
        return math.nan, EMPTY
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan, NOT_A_NUMBER
    try:
        return _finite(float(value))
    except OverflowError:
        return math.nan, NOT_FINITE


def _odd_number(text: str) -> tuple[float, int]:
    if not text:
        return math.nan, EMPTY
    if _NUMBER.fullmatch(text):
        return _finite(float(text))
    named = text.casefold().lstrip("+-") in _NO_NUMBER
    return math.nan, NOT_FINITE if named else NOT_A_NUMBER


def _finite(value: float) -> tuple[float, int]:
    return (value, FINE) if math.isfinite(value) else (math.nan, NOT_FINITE)
