"""Times as feeds write them, turned into instants, whole columns at once.

A form is ``epoch_s`` or ``epoch_ms`` (numbers since 1970 UTC), ``iso8601``, ``chinese`` (words,
see ``chinese_times``), or a pattern of strptime. Patterns of fixed width (``%Y%m%d%H%M%S``,
``%Y年%m月%d日 %H时%M分``) are read digit by digit for the whole column; what does not fit, and
every other pattern, goes through strptime one by one. A time that was told to the minute, or
names only the day, lies somewhere within the span that begins at its instant.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from integration.domain.chinese_times import reading
from integration.domain.fixedwidth import layout_of, letters_of
from integration.domain.rows import Column, Flags
from integration.domain.values import numbers

__all__ = ["CHINESE", "DAY", "EPOCHS", "ISO", "Instants", "instants", "span_of", "usable"]

DAY = 86400  # seconds
EPOCHS = {"epoch_s": 1.0, "epoch_ms": 1000.0}
"""Forms that are numbers, and how many of them are a second."""
ISO = "iso8601"
CHINESE = "chinese"

_DIRECTIVE = re.compile(r"%(.)")
_ISO = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[Tt ](\d\d)(:?\d\d)?(:?\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_ISO_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_UNPARTED = re.compile(r"%[YymdjHIMS]%[YymdjHIMS]")
_PROBE = datetime(2024, 10, 11, 12, 13, 14, tzinfo=UTC)
_QUARTER = 900  # seconds; zones change their offset on the quarter hour
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local clock readings have no zone yet
_FEW = 4  # texts that are sooner read one by one


@dataclass(frozen=True, slots=True)
class Instants:
    """Seconds since 1970 UTC, NaN where the text is no time; which were ambiguous; their spans.

    ``spans``: seconds within which each time lies, 0 where it was told to the second.
    """

    seconds: Column
    ambiguous: Flags
    spans: list[int]


def usable(form: str) -> bool:
    """Whether ``form`` is ``chinese``, or a pattern of strptime that names a day and no zone."""
    if form == CHINESE:
        return True
    letters = set(_DIRECTIVE.findall(form))
    if not ({"Y", "y"} & letters and {"m", "b", "B"} & letters and "d" in letters):
        return False
    if letters & {"z", "Z"}:
        return False  # the zone is the profile's own word
    try:
        datetime.strptime(_PROBE.strftime(form), form)  # noqa: DTZ007 - only the form is tried
    except ValueError:
        return False
    return True


def span_of(form: str) -> int:
    """Seconds within which a time lies that is written in a pattern of strptime."""
    letters = set(_DIRECTIVE.findall(form))
    if letters & {"S", "X"}:
        return 0
    return 60 if "M" in letters else 3600 if letters & {"H", "I"} else DAY


def instants(
    texts: Sequence[str], form: str, zone: str | None, *, now: float | None = None
) -> Instants:
    """The instants of times written in ``form``.

    ``texts``: shape (n,). ``zone``: the IANA zone of readings without an offset of their own; a
    pattern of strptime needs one, and without one such a reading in ISO 8601 is no time. A
    reading that the clock shows twice, or never, is ambiguous; the offset before the change is
    used. ``now`` (seconds since 1970 UTC) tells the year of Chinese dates that leave it out.
    """
    if form in EPOCHS:
        seconds = numbers(texts)[0] / EPOCHS[form]
        return Instants(seconds, np.zeros(len(texts), dtype=bool), [0] * len(texts))
    if form == ISO:
        return _iso(texts, zone)
    if form == CHINESE:
        return _chinese(texts, zone or "UTC", now)
    seconds, ambiguous = _in_zone(_local(texts, form), zone or "UTC")
    return Instants(seconds, ambiguous, [span_of(form)] * len(texts))


def _chinese(texts: Sequence[str], zone: str, now: float | None) -> Instants:
    """The instants of Chinese texts, which are readings in ``zone``."""
    readings = [reading(text, now) for text in texts]
    local = np.array([one[0] for one in readings], dtype=np.float64)
    seconds, ambiguous = _in_zone(local, zone)
    return Instants(seconds, ambiguous, [one[1] for one in readings])


def _iso(texts: Sequence[str], zone: str | None) -> Instants:
    """The instants of ISO 8601 texts; those without an offset are readings in ``zone``."""
    alike = _iso_alike(texts)
    if alike is not None:
        return alike
    readings = [_iso_reading(text) for text in texts]
    seconds = np.array([reading[0] for reading in readings], dtype=np.float64)
    offset = np.array([reading[1] for reading in readings], dtype=np.float64)
    without = np.isnan(offset)
    ambiguous = np.zeros(len(texts), dtype=bool)
    seconds[~without] -= offset[~without]
    if zone is None:
        seconds[without] = np.nan
    else:
        seconds[without], ambiguous[without] = _in_zone(seconds[without], zone)
    return Instants(seconds, ambiguous, [reading[2] for reading in readings])


def _iso_alike(texts: Sequence[str]) -> Instants | None:
    """The same of texts in UTC that are all written alike to the second, as machines do."""
    form = _ISO_UTC.fullmatch(texts[0]) if len(texts) else None
    if form is None or len(set(map(len, texts))) > 1:
        return None
    places = len(form[1] or ".") - 1
    layout = layout_of("%Y-%m-%dT%H:%M:%S")
    assert layout is not None  # noqa: S101 - it is of fixed width
    table = letters_of(texts, len(texts[0]))
    seconds = layout.read_letters(table[:, : layout.width])
    digits = table[:, layout.width + 1 : layout.width + 1 + places] - ord("0")
    good = np.isfinite(seconds) & ((digits >= 0) & (digits <= 9)).all(axis=1)
    good &= (table[:, -1] == ord("Z")) & ((table[:, layout.width] == ord(".")) | (places == 0))
    if not good.all():
        return None
    # Whole microseconds first: dividing once rounds as a single reading does.
    parts = digits @ (10 ** np.arange(6 - places, 6)[::-1])
    whole = (seconds.astype(np.int64) * 1_000_000 + parts) / 1_000_000
    return Instants(whole, np.zeros(len(texts), dtype=bool), [0] * len(texts))


def _iso_reading(text: str) -> tuple[float, float, int]:
    """Clock reading in seconds since 1970, offset from UTC (NaN: none told), and span."""
    shape = _ISO.fullmatch(text)
    if shape is None:
        return math.nan, math.nan, 0
    try:
        read = datetime.fromisoformat(text.upper())
    except ValueError:
        return math.nan, math.nan, 0
    offset = read.utcoffset()
    hour, minute, second = shape.groups()
    return (
        (read.replace(tzinfo=None) - _EPOCH).total_seconds(),
        math.nan if offset is None else offset.total_seconds(),
        0 if second else 60 if minute else 3600 if hour else DAY,
    )


def _in_zone(local: Column, zone: str) -> tuple[Column, Flags]:
    """Instants of clock readings in a zone (NaN stays NaN), and which were ambiguous."""
    if len(local) <= _FEW:
        return _each_in_zone(local, zone)
    known = np.isfinite(local)
    quarters = np.where(known, local, 0).astype(np.int64) // _QUARTER
    unique, place = np.unique(quarters, return_inverse=True)
    pairs = [_offset(zone, quarter) for quarter in unique.tolist()]
    offset = np.array([pair[0] for pair in pairs], dtype=np.float64)[place]
    ambiguous = np.array([pair[1] for pair in pairs], dtype=bool)[place]
    return local - offset, ambiguous & known


def _each_in_zone(local: Column, zone: str) -> tuple[Column, Flags]:
    """The same one by one: of a few, columns cost more than what they hold."""
    found, ambiguous = local.copy(), np.zeros(len(local), dtype=bool)
    for at, clock in enumerate(local.tolist()):
        if math.isfinite(clock):
            offset, unsure = _offset(zone, int(clock) // _QUARTER)
            found[at], ambiguous[at] = clock - offset, unsure
    return found, ambiguous


@lru_cache(maxsize=65536)
def _offset(zone: str, quarter: int) -> tuple[float, bool]:
    """Offset from UTC in seconds at a local quarter hour, and whether a change lies there."""
    local = _EPOCH + timedelta(seconds=quarter * _QUARTER)
    first = local.replace(tzinfo=_zone(zone)).utcoffset()
    second = local.replace(tzinfo=_zone(zone), fold=1).utcoffset()
    assert first is not None  # noqa: S101 - a ZoneInfo always knows its offset
    return first.total_seconds(), first != second


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(texts: Sequence[str], form: str) -> Column:
    """Local clock readings as seconds since 1970 local, NaN where there is none."""
    if len(texts) <= _FEW:
        return np.array([_slow(text, form) for text in texts], dtype=np.float64)
    layout = layout_of(form)
    found = np.full(len(texts), np.nan)
    if layout is not None:
        fits = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) == layout.width
        chosen = (
            texts if fits.all() else [text for text, fit in zip(texts, fits, strict=True) if fit]
        )
        found[fits] = layout.read(chosen)
    for place in np.flatnonzero(np.isnan(found)).tolist():
        found[place] = _slow(texts[place], form)
    return found


@lru_cache(maxsize=256)
def _only_width(form: str) -> int | None:
    """The one width of texts in a pattern where nothing parts two numbers; None: any will do.

    strptime takes one digit for two: it reads 1748736300 by %Y%m%d%H%M%S as a day in 1748.
    """
    return len(_PROBE.strftime(form)) if _UNPARTED.search(form) else None


def _slow(text: str, form: str) -> float:
    text = text.strip()
    if len(text) != (_only_width(form) or len(text)):
        return float("nan")
    try:
        read = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes later
    except ValueError:
        return float("nan")
    return (read - _EPOCH).total_seconds()
