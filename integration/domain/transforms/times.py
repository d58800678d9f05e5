"""When it happened and when it was reported: times as the feed writes them to instants."""

import re
from collections.abc import Sequence

import numpy as np

from integration.domain.profile import Profile, When
from integration.domain.rows import Column, Sheet, Surroundings
from integration.domain.timeforms import Instants, instants
from integration.domain.values import texts

__all__ = ["ORDER", "apply"]

ORDER = 20

_LONGEST = 100
_WITH_OFFSET = re.compile(r"\d[Tt ]\d.*[Zz+-]")
_FLOOR = -2208988800.0  # 1900-01-01: no feed of a city speaks of an earlier day
_DAY = 86400.0


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``occurred_at``, ``occurred_original``, ``occurred_span`` and ``reported_at``."""
    occurred, original = _column(profile.occurred_at, profile, sheet, around, required=True)
    reported, _ = _column(profile.reported_at, profile, sheet, around, required=False)
    if profile.reported_at is not None:
        # A report of the day itself is not early only because the day begins at midnight.
        end = _end(reported)
        known = np.isfinite(occurred.seconds) & np.isfinite(reported.seconds)
        early = known & (np.maximum(end - 1, reported.seconds) < occurred.seconds)
        sheet.flag_all(early, "time_order", profile.reported_at.path)
        if profile.window.late_days is not None:
            late = known & (reported.seconds - _end(occurred) > profile.window.late_days * _DAY)
            sheet.flag_all(late, "late_report", profile.reported_at.path)
    sheet.record["occurred_at"] = occurred.seconds.tolist()
    sheet.record["occurred_original"] = original
    sheet.record["occurred_span"] = occurred.spans
    sheet.record["reported_at"] = reported.seconds.tolist()


def _column(
    part: When | None, profile: Profile, sheet: Sheet, around: Surroundings, *, required: bool
) -> tuple[Instants, list[str]]:
    """The instants and the original texts; nothing for no field."""
    if part is None:
        none = np.zeros(len(sheet), dtype=bool)
        return Instants(np.full(len(sheet), np.nan), none, [0] * len(sheet)), [""] * len(sheet)
    original = texts(sheet.values(part.path))
    found = instants(original, part.form, part.zone, now=around.now)
    _read_otherwise(part, original, found, around.now)
    missing = np.array([not text for text in original], dtype=bool)
    if required:
        sheet.quarantine_all(missing, "missing_field", part.path)
    sheet.quarantine_all(np.isnan(found.seconds) & ~missing, "bad_time", part.path)
    _window(part, profile, sheet, around, found.seconds)
    sheet.flag_all(found.ambiguous, "time_ambiguous", part.path)
    if part.assumed_zone == "flagged":
        for position in np.flatnonzero(np.isfinite(found.seconds)).tolist():
            if not _WITH_OFFSET.search(original[position]):
                sheet.flag(position, "zone_assumed", part.path)
    return found, [text[:_LONGEST] for text in original]


def _read_otherwise(part: When, original: Sequence[str], found: Instants, now: float) -> None:
    """Read what is no time in the form of the field in its further ones, one after the other."""
    for form in part.also:
        places = [at for at in np.flatnonzero(np.isnan(found.seconds)).tolist() if original[at]]
        if not places:
            return
        read = instants([original[at] for at in places], form, part.zone, now=now)
        found.seconds[places] = read.seconds
        found.ambiguous[places] = read.ambiguous
        for at, span in zip(places, read.spans, strict=True):
            found.spans[at] = span


def _end(times: Instants) -> Column:
    """The ends of the spans within which times lie."""
    return times.seconds + np.asarray(times.spans, dtype=np.float64)


def _window(
    part: When, profile: Profile, sheet: Sheet, around: Surroundings, seconds: Column
) -> None:
    window = profile.window
    oldest = _FLOOR if window.past_days is None else around.now - window.past_days * _DAY
    with np.errstate(invalid="ignore"):
        future = seconds > around.now + window.future_minutes * 60
        old = seconds < oldest
    sheet.quarantine_all(future, "future_time", part.path)
    sheet.quarantine_all(old, "too_old", part.path)
