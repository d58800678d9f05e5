"""The quality of what a feed sends, by the indicators of GB/T 36344-2018.

An indicator compares A, the elements that satisfy it, with B, the elements assessed: X = A / B.
Rates of bad things (``lower``) count in A what is bad. Where nothing was assessed there is no
rate. Which reason counts against which indicator is this product's own reading of the standard.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

import numpy as np

from core.words import N_
from integration.domain.profile import Profile
from integration.domain.rows import Column, Sheet

__all__ = ["DIMENSIONS", "INDICATORS", "UNRATED", "Indicator", "Tally", "rate"]

Measures = dict[str, list[int]]
"""Code of an indicator → [A, B]; only what was assessed."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; ``faults`` are the reason codes that speak against a row.

    ``lower``: the rate is one of bad things, the less the better.
    """

    code: str
    name: str
    counts: str  # what is counted, in words
    faults: frozenset[str] = frozenset()
    lower: bool = False

    @property
    def dimension(self) -> str:
        """The code of its dimension."""
        return self.code[:2]


DIMENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "01": N_("Conformity"),
        "02": N_("Completeness"),
        "03": N_("Accuracy"),
        "04": N_("Consistency"),
        "05": N_("Timeliness"),
    }
)

_MISSING = frozenset({"missing_id", "missing_field", "no_coordinates"})
_UNREADABLE = frozenset({"malformed_row", "control_characters"})

_TABLE = (
    Indicator(
        "0101",
        N_("Data standards"),
        N_("rows whose codes are in the agreed lists"),
        frozenset({"bad_code", "retired_code"}),
    ),
    Indicator(
        "0102",
        N_("Data model"),
        N_("rows with the agreed fields and types"),
        frozenset({"malformed_row", "wrong_type", "unknown_field", "repeated_field"}),
    ),
    Indicator(
        "0104",
        N_("Business rules"),
        N_("rows that lie in the city and refer to what is known"),
        frozenset(
            {
                "coordinates_out_of_area",
                "bad_reference",
                "unknown_reference",
                "unknown_datastream",
            }
        ),
    ),
    Indicator(
        "0105",
        N_("Authoritative reference data"),
        N_("rows whose identifiers pass their check"),
        frozenset({"bad_identifier", "spreadsheet_damage"}),
    ),
    Indicator(
        "0106",
        N_("Safety rules"),
        N_("rows without hidden or reordering characters"),
        frozenset({"control_characters", "cleaned_characters"}),
    ),
    Indicator(
        "0201",
        N_("Completeness of elements"),
        N_("filled elements among those every row should have: id, times, position"),
        _MISSING,
    ),
    Indicator(
        "0202",
        N_("Completeness of records"),
        N_("rows that are whole: readable, with every such element"),
        _MISSING | _UNREADABLE,
    ),
    Indicator(
        "0301",
        N_("Correct content"),
        N_("rows whose position can be meant as it stands"),
        frozenset(
            {
                "coordinates_swapped",
                "coordinates_out_of_range",
                "null_island",
                "low_precision",
                "bad_geometry",
                "mended_geometry",
                "geometry_too_large",
            }
        ),
    ),
    Indicator(
        "0302",
        N_("Correct form"),
        N_("rows whose times, numbers and texts are in the agreed form"),
        frozenset(
            {
                "malformed_row",
                "bad_time",
                "bad_number",
                "not_finite",
                "wrong_type",
                "too_long",
                "crs_unknown",
                "nonstandard_time",
                "time_ambiguous",
                "zone_assumed",
            }
        ),
    ),
    Indicator("0303", N_("Rate of duplicates"), N_("rows that were stored already"), lower=True),
    Indicator(
        "0304",
        N_("Uniqueness"),
        N_("rows that are neither stored already nor in conflict with what is"),
        frozenset({"duplicate", "conflict"}),
    ),
    Indicator("0305", N_("Rate of dirty data"), N_("rows that had to be quarantined"), lower=True),
    Indicator(
        "0401",
        N_("Consistency of the same data"),
        N_("rows that do not contradict what was sent under the same id"),
        frozenset({"conflict"}),
    ),
    Indicator(
        "0501",
        N_("Correct period"),
        N_("rows whose occurrence lies in the period the feed may tell of"),
        frozenset({"future_time", "too_old", "late_report"}),
    ),
    Indicator(
        "0502",
        N_("Timely arrival"),
        N_("records that came within the time agreed for the feed"),
    ),
    Indicator(
        "0503",
        N_("Order of times"),
        N_("rows whose report does not lie before the occurrence"),
        frozenset({"time_order"}),
    ),
)
INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType({one.code: one for one in _TABLE})
"""Every indicator that rows of a feed can be assessed by, in the order of the standard."""

UNRATED: Final[frozenset[str]] = frozenset()
"""Reason codes that speak against no indicator."""

_AGAINST: Final = {
    code: [one.code for one in _TABLE if code in one.faults]
    for code in {code for one in _TABLE for code in one.faults}
}


@dataclass(slots=True)
class Tally:
    """The running account of one delivery's quality."""

    rows: int = 0
    unread: int = 0
    missing: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    lags: list[Column] = field(default_factory=list)

    def add(self, sheet: Sheet, faults: Sequence[tuple[int, str]], received_at: float) -> None:
        """Account for a chunk: its problems as (row, reason code), and how late its records came.

        ``received_at``: seconds since 1970 UTC.
        """
        self.rows += sheet.chunk.size
        self.unread += len(sheet.chunk.broken)
        self.lags.append(received_at - _told_at(sheet))
        self.note(faults)

    def note(self, faults: Sequence[tuple[int, str]]) -> None:
        """Count the rows that fail an indicator, each once however many reasons it has."""
        self.missing += sum(code in _MISSING for _, code in faults)
        failing = {(row, against) for row, code in faults for against in _AGAINST.get(code, ())}
        self.failed.update(against for _, against in failing)

    def measures(self, profile: Profile, counts: Mapping[str, int]) -> Measures:
        """A and B of every indicator that a delivery of the profile is assessed by.

        ``counts``: of its rows those ``duplicates`` and ``quarantined``.
        """
        rows, readable = self.rows, (self.rows - self.unread) * _elements(profile)
        told = {code: [rows - self.failed[code], rows] for code in _assessed(profile)}
        told["0201"] = [max(0, readable - self.missing), readable]
        told["0303"] = [counts["duplicates"], rows]
        told["0305"] = [counts["quarantined"], rows]
        told["0502"] = self._timely(profile.timely_minutes)
        return {code: told[code] for code in sorted(told) if told[code][1]}

    def _timely(self, minutes: float | None) -> list[int]:
        """Of the records with a time those that came soon enough."""
        if minutes is None or not self.lags:
            return [0, 0]
        known = np.concatenate(self.lags)
        known = known[~np.isnan(known)]
        return [int((known <= minutes * 60).sum()), known.size]


def _told_at(sheet: Sheet) -> Column:
    """When each record of the sheet was reported, else when it occurred; NaN for neither."""
    occurred, reported = (
        np.asarray(sheet.record[name], dtype=np.float64)[sheet.alive]
        for name in ("occurred_at", "reported_at")
    )
    return np.where(np.isnan(reported), occurred, reported)


def _elements(profile: Profile) -> int:
    """How many elements every row of the profile should have."""
    parts = (profile.identity.path, profile.occurred_at, profile.reported_at, profile.position)
    return sum(part is not None for part in parts)


def _assessed(profile: Profile) -> Iterable[str]:
    """The indicators by which every row is assessed, each satisfied or not."""
    checks = [profile.identity.check]
    checks += [one.check for one in profile.attributes]
    checked = any(checks) or any(one.check for one in profile.personal)
    without = {
        "0105": not checked,
        "0301": profile.position is None,
        "0501": profile.occurred_at is None,
        "0503": profile.occurred_at is None or profile.reported_at is None,
    }
    return (one.code for one in _TABLE if one.faults and not without.get(one.code))


def rate(satisfied: int, assessed: int) -> Decimal | None:
    """X in percent to two decimals, half up; None where nothing was assessed."""
    if not assessed:
        return None
    return (Decimal(satisfied) * 100 / assessed).quantize(Decimal("0.01"), ROUND_HALF_UP)
