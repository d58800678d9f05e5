"""Angles in degrees, minutes and seconds, as feeds write them: ``120°12′34.56″``, ``30度15分N``."""

import math
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from integration.domain.rows import Column
from integration.domain.values import EMPTY, FINE, NOT_A_NUMBER

__all__ = ["angle", "angles"]

# After NFKC, which makes two primes of a double one, and an o of the ordinal sign.
_ANGLE = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[NSEW]|[东西]经|[南北]纬)?\s*"
    r"(?P<degrees>\d{1,3}(?:\.\d+)?)\s*[°度o]\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*[′'’分]\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:′′|''|’’|[\"”秒])\s*)?"
    r"(?P<behind>[NSEW])?",
    re.ASCII,
)
_NEGATIVE = frozenset({"-", "S", "W", "南纬", "西经"})
_SIXTY = 60.0


def angles(values: Sequence[object]) -> tuple[Column, list[int]]:
    """Each value in decimal degrees (NaN if it is no angle) and its state, as ``values.numbers``.

    South and west are negative. A bare number is no angle in this notation: nobody can tell
    whether it is degrees or degrees, minutes and seconds without their marks.
    """
    pairs = [angle(value) for value in values]
    found = np.array([pair[0] for pair in pairs], dtype=np.float64)
    return found, [pair[1] for pair in pairs]


def angle(value: object) -> tuple[float, int]:
    """One value in decimal degrees and its state."""
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
    if text is None or text == "":
        return math.nan, EMPTY
    shape = _ANGLE.fullmatch(text) if isinstance(text, str) else None
    if shape is None:
        return math.nan, NOT_A_NUMBER
    degrees, minutes, seconds = (shape[name] for name in ("degrees", "minutes", "seconds"))
    parts = [part for part in (degrees, minutes, seconds) if part]
    # Only the last part has decimals; sixty itself is what rounding makes of 59.999.
    if any("." in part for part in parts[:-1]) or any(float(part) > _SIXTY for part in parts[1:]):
        return math.nan, NOT_A_NUMBER
    whole = float(degrees) + float(minutes or 0) / _SIXTY + float(seconds or 0) / _SIXTY**2
    turned = sum(shape[name] in _NEGATIVE for name in ("sign", "before", "behind"))
    if turned > 1:
        return math.nan, NOT_A_NUMBER
    return (-whole if turned else whole), FINE
