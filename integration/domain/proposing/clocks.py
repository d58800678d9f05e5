"""Which paths are times, and in which form or forms all their values are read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from integration.domain import timeforms
from integration.domain.proposing.city import City
from integration.domain.proposing.columns import Column, hints
from integration.domain.rows import Column as Instants

__all__ = ["TimeColumn", "time_columns"]

_YEAR = 365.25 * 86400
_OLDEST = 10 * _YEAR  # what happened longer ago is hardly reported now
_AHEAD = 86400.0  # a clock may be wrong, a day may have begun elsewhere
_LEAST = 0.9  # of the values must be read
_SOME = 0.1  # of them by a form that is one of several
_GAINED = 0.03  # of them by a further form that the others do not read
_MOST_FURTHER = 3
_SOUND = 0.8  # of what is read must be plausible
_DATES = hints(
    "%Y-%m-%d %Y/%m/%d %Y.%m.%d %Y%m%d %Y年%m月%d日 %d.%m.%Y %d/%m/%Y %m/%d/%Y %d-%m-%Y",
)
_CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f", "%H%M%S", "%H%M",
           " %H时%M分%S秒", " %H时%M分", "%H时%M分%S秒", "%H时%M分", " %H时", "%H时", " %H点%M分",
           " %I:%M %p", " %I:%M:%S %p")  # fmt: skip
# The narrow before the wide: ISO 8601 takes dates alone among full times, Chinese words nearly all.
_FORMS = (
    *_DATES,
    *(f"{day}{clock}" for day in _DATES for clock in _CLOCKS),
    timeforms.ISO,
    timeforms.CHINESE,
)
# What stands between the digits: a text without it need not be tried.
_SIGNS = {
    form: frozenset() if "%" not in form else frozenset(re.sub("%.", "", form)) for form in _FORMS
}
_WIDE = (timeforms.ISO, timeforms.CHINESE)
_DIGITS = re.compile(r"\d+")
_TIME_LIKE = re.compile(r"\d{4}|\d[-/.年月:时]|[〇○零一二三四五六七八九十廿卅]月")


@dataclass(frozen=True)
class TimeColumn:
    """A path that is a time: its form, the share of values read, and how plausible they are.

    ``also``: further forms, of what the first cannot read. ``rivals``: other forms that read all of
    it as well, and differently. ``seconds``: since 1970 UTC. ``offset``: whether each value names
    its own.
    """

    column: Column
    form: str
    also: tuple[str, ...]
    read: float
    sound: float
    rivals: tuple[str, ...]
    seconds: Instants
    offset: bool

    @property
    def path(self) -> str:
        """The path."""
        return self.column.path

    @property
    def certainty(self) -> float:
        """How certain the form is."""
        certain = 0.5 + 0.5 * self.read * self.sound - 0.05 * len(self.also)
        return round(min(0.98, certain) if not self.rivals else 0.5, 2)

    def section(self, zone: str) -> dict[str, object]:
        """The section of a profile that reads it."""
        found: dict[str, object] = {"path": self.path, "form": self.form}
        if self.form not in timeforms.EPOCHS and not self.offset:
            found["zone"] = zone
        if self.also:
            found["also"] = list(self.also)
        return found


def time_columns(columns: Sequence[Column], city: City) -> list[TimeColumn]:
    """The paths whose values are times."""
    found = (_time(one, city) for one in columns if not one.inner)
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class _Fit:
    """A form on the values of a column: what it reads, and how plausible that is."""

    form: str
    seconds: Instants
    sound: float

    @property
    def share(self) -> float:
        """The share of values that it reads."""
        return float(np.isfinite(self.seconds).mean())

    @property
    def rank(self) -> tuple[float, float]:
        """How well it reads the column."""
        return self.share * (0.05 + self.sound), self.sound


def _time(column: Column, city: City) -> TimeColumn | None:
    told = [text for text in column.told if len(text) <= 64]
    if len(told) < max(1, _LEAST * len(column.told)) or column.kind in ("list", "object"):
        return None
    numbers = column.numeric > _LEAST
    fits = _fits(told, _numeric_forms(column, told) if numbers else _text_forms(told), city)
    if not fits:
        return None
    # The first of equals: forms stand in the order of how usual they are.
    top = max(fits, key=lambda one: one.rank)
    further = [] if numbers else _further(top, fits, city)
    read = float(np.isfinite(_together(top, further)).mean())
    if read < _LEAST or (numbers and top.sound < _SOUND):
        return None  # many numbers count something else
    sound = _soundness(_together(top, further), city.around.now)
    offset = top.form == timeforms.ISO and not np.isnan(_read(told, top.form, None)).any()
    return TimeColumn(
        column,
        top.form,
        tuple(one.form for one in further),
        read,
        sound,
        _rivals(top, fits),
        _rows(column, (top, *further), city),
        offset and not further,
    )


def _fits(told: Sequence[str], forms: Iterable[str], city: City) -> list[_Fit]:
    found: list[_Fit] = []
    for form in forms:
        if form in _WIDE and any(one.share == 1 and one.sound > _LEAST for one in found):
            continue  # what a narrow form reads wholly, these read as well and no otherwise
        seconds = _read(told, form, city)
        fit = _Fit(form, seconds, _soundness(seconds, city.around.now))
        if fit.share >= _SOME:
            found.append(fit)
    return found


def _further(top: _Fit, fits: Sequence[_Fit], city: City) -> list[_Fit]:
    """Forms of what the best one cannot read, each with enough plausible values of its own."""
    chosen: list[_Fit] = []
    for one in sorted(fits, key=lambda fit: -fit.share):
        rest = np.isnan(_together(top, chosen))
        gained = rest & np.isfinite(one.seconds)
        plausible = _soundness(one.seconds[gained], city.around.now) >= _SOUND
        if gained.mean() >= _GAINED and plausible and len(chosen) < _MOST_FURTHER:
            chosen.append(one)
    return chosen


def _together(top: _Fit, further: Sequence[_Fit]) -> Instants:
    """What forms read in turn."""
    seconds = top.seconds
    for one in further:
        seconds = np.where(np.isnan(seconds), one.seconds, seconds)
    return seconds


def _rivals(top: _Fit, fits: Sequence[_Fit]) -> tuple[str, ...]:
    """Forms that read as much, as plausibly, and otherwise."""
    return tuple(
        one.form
        for one in fits
        if one is not top
        and one.share >= max(_LEAST, top.share - 0.01)
        and one.sound >= top.sound - 0.02
        and _differs(one.seconds, top.seconds)
    )


def _rows(column: Column, fits: Sequence[_Fit], city: City) -> Instants:
    """The instants, one a row."""
    seconds = np.full(len(column.texts), np.nan)
    for one in fits:
        seconds = np.where(np.isnan(seconds), _read(column.texts, one.form, city), seconds)
    return seconds


def _read(told: Sequence[str], form: str, city: City | None) -> Instants:
    zone = city.zone if city else None
    now = city.around.now if city else None
    with np.errstate(invalid="ignore", over="ignore"):
        return timeforms.instants(told, form, zone, now=now).seconds


def _numeric_forms(column: Column, told: Sequence[str]) -> Iterator[str]:
    known = column.numbers[np.isfinite(column.numbers)]
    with np.errstate(over="ignore"):
        size = float(np.median(np.abs(known)))
    if 1e8 <= size < 1e10:
        yield "epoch_s"
    if 1e11 <= size < 1e13:
        yield "epoch_ms"
    lengths = {len(text) for text in told if _DIGITS.fullmatch(text)}
    for length, form in ((14, "%Y%m%d%H%M%S"), (12, "%Y%m%d%H%M"), (8, "%Y%m%d")):
        if length in lengths:
            yield form


def _text_forms(told: Sequence[str]) -> Iterator[str]:
    """The forms that read one of the first values, which is cheap to find out."""
    first = list(dict.fromkeys(told))[:24]
    if not any(_TIME_LIKE.search(text) for text in first):
        return
    signs = [set(text) for text in first]
    for form in _FORMS:
        if any(_SIGNS[form] <= one for one in signs) and _reads(first, form) >= _SOME:
            yield form


def _reads(told: Sequence[str], form: str) -> float:
    """The share of texts that a form reads, whatever instants they are."""
    return float(np.isfinite(timeforms.instants(told, form, "UTC", now=4e9).seconds).mean())


def _differs(one: Instants, other: Instants) -> bool:
    both = np.isfinite(one) & np.isfinite(other)
    return bool((np.abs(one[both] - other[both]) > 1).any())


def _soundness(seconds: Instants, now: float) -> float:
    """The share of instants that are not in the future and near to each other and to now."""
    known = seconds[np.isfinite(seconds)]
    if not len(known):
        return 0.0
    middle = float(np.median(known))
    near = (np.abs(known - middle) < _YEAR) & (known > now - _OLDEST)
    return float((near & (known <= now + _AHEAD)).mean())
