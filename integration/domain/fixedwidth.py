"""Times in patterns of fixed width, read digit by digit for whole columns at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from integration.domain.rows import Column, Flags

__all__ = ["Layout", "layout_of", "letters_of"]

_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

Numbers = NDArray[np.int64]


def letters_of(texts: Sequence[str], width: int) -> Numbers:
    """The code points of texts of one width, shape (n, width)."""
    if not len(texts):
        return np.empty((0, width), dtype=np.int64)
    letters = np.array(texts, dtype=f"<U{width}").view(np.uint32)
    return letters.reshape(len(texts), width).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Layout:
    """A pattern of fixed width: where its digits stand, and what stands between them."""

    width: int
    digits: dict[str, range]
    literals: dict[int, int]

    def read(self, texts: Sequence[str]) -> Column:
        """Seconds since 1970 local of texts of the right width, NaN where one does not fit."""
        return self.read_letters(letters_of(texts, self.width))

    def read_letters(self, table: Numbers) -> Column:
        """The same of texts as tables of letters, shape (n, width)."""
        good = np.ones(len(table), dtype=bool)
        for place, letter in self.literals.items():
            good &= table[:, place] == letter
        values = {letter: self._number(table, letter, good) for letter in _WIDTHS}
        return _seconds(values, good)

    def _number(self, table: Numbers, letter: str, good: Flags) -> Numbers:
        places = self.digits.get(letter)
        if places is None:
            return np.full(len(table), 1 if letter in "Ymd" else 0)
        digits = table[:, places.start : places.stop] - ord("0")
        good &= ((digits >= 0) & (digits <= 9)).all(axis=1)
        return digits @ (10 ** np.arange(len(places))[::-1])


def _seconds(values: dict[str, Numbers], good: Flags) -> Column:
    """Seconds of the dates and times that exist."""
    year, month, day = values["Y"], values["m"], values["d"]
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    good &= (values["H"] < 24) & (values["M"] < 60) & (values["S"] < 60)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _DAYS[np.where(good, month, 1) - 1] - ((month == 2) & ~leap)
    good &= day <= last
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("M8[M]")
    days = months.astype("M8[D]").astype(np.int64) + day - 1
    clock = values["H"] * 3600 + values["M"] * 60 + values["S"]
    return np.where(good, days * 86400.0 + clock, np.nan)


@lru_cache(maxsize=256)
def layout_of(form: str) -> Layout | None:
    """The layout of a pattern of fixed width, None for any other."""
    at, place = 0, 0
    digits: dict[str, range] = {}
    literals: dict[int, int] = {}
    while at < len(form):
        if form[at] == "%":
            letter = form[at + 1 : at + 2]
            if letter not in _WIDTHS or letter in digits:
                return None
            digits[letter] = range(place, place + _WIDTHS[letter])
            place, at = place + _WIDTHS[letter], at + 2
        else:
            literals[place] = ord(form[at])
            place, at = place + 1, at + 1
    return Layout(place, digits, literals) if {"Y", "m", "d"} <= digits.keys() else None
