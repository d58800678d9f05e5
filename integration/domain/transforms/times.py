"""When it happened and when it was reported: times as the feed writes them to instants."""

import numpy as np

from integration.domain.profile import Profile, When
from integration.domain.rows import Column, Sheet, Surroundings
from integration.domain.timeforms import Instants, instants
from integration.domain.values import texts

__all__ = ["ORDER", "apply"]

ORDER = 20

_LONGEST = 100
_FLOOR = -2208988800.0  # 1900-01-01: no feed of a city speaks of an earlier day
_DAY = 86400.0


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``occurred_at``, ``occurred_original``, ``occurred_span`` and ``reported_at``."""
    occurred, original = _column(profile.occurred_at, profile, sheet, around, required=True)
    reported, _ = _column(profile.reported_at, profile, sheet, around, required=False)
    if profile.reported_at is not None:
        # A report of the day itself is not early only because the day begins at midnight.
        end = reported.seconds + np.asarray(reported.spans, dtype=np.float64)
        known = np.isfinite(occurred.seconds) & np.isfinite(reported.seconds)
        early = known & (np.maximum(end - 1, reported.seconds) < occurred.seconds)
        sheet.flag_all(early, "time_order", profile.reported_at.path)
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
    found = instants(original, part.form, part.zone)
    missing = np.array([not text for text in original], dtype=bool)
    if required:
        sheet.quarantine_all(missing, "missing_field", part.path)
    sheet.quarantine_all(np.isnan(found.seconds) & ~missing, "bad_time", part.path)
    _window(part, profile, sheet, around, found.seconds)
    sheet.flag_all(found.ambiguous, "time_ambiguous", part.path)
    return found, [text[:_LONGEST] for text in original]


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
