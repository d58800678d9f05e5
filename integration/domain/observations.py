"""Rows of an observation feed, judged: which datastream, when, and what it showed.

And what becomes of an observation of an instant that is known already. Names as in OGC
SensorThings 1.1 (18-088).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import numpy as np

from integration.domain.profile import Observed, Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.timeforms import instants
from integration.domain.transforms import attributes, times
from integration.domain.values import EMPTY, FINE, NOT_FINITE, number, texts, tidy, tidy_text

__all__ = ["Decision", "Known", "Replacement", "Result", "decide", "named", "observe"]

_LONGEST_KEY = 200
_LONGEST_QUALITY = 500
_FARTHEST = 10 * 365 * 86400.0  # seconds: no forecast tells of a later time
_NUMERIC = ("OM_Measurement", "OM_CountObservation")

Result = tuple[float | None, str | None]
"""A number, a text, or both where the number has no exact float."""


def observe(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill the columns of an observation.

    ``source_id`` (the datastream's key), ``datastream`` (its id, None while there is none),
    ``occurred_at``, ``occurred_until`` and ``reported_at`` (seconds, NaN for none), ``number``,
    ``text``, ``result_quality`` and ``attributes``; and for a try-out, which shows records,
    ``summary`` with the result, and no place.
    """
    keys = named(profile, sheet, around)
    part = _part(profile)
    known = around.datastreams(set(keys) - {""})
    if part.unknown == "quarantine":
        for position, key in enumerate(keys):
            if key and key not in known and sheet.alive[position]:
                sheet.quarantine(position, "unknown_datastream", part.datastream)
    nothing = None, ""
    sheet.record["datastream"] = [known.get(key, nothing)[0] for key in keys]
    sheet.record["occurred_until"] = _until(part, sheet, around)
    _results(part, [known.get(key, nothing)[1] for key in keys], profile.limits.text, sheet)
    quality = tidy(sheet, sheet.values(part.quality), part.quality or "", _LONGEST_QUALITY)
    sheet.record["result_quality"] = quality
    attributes.apply(profile, sheet, around)
    sheet.record["lon"] = sheet.record["lat"] = [None] * len(sheet)
    sheet.record["summary"] = texts(sheet.values(part.result))


def named(profile: Profile, sheet: Sheet, around: Surroundings) -> list[str]:
    """Which datastream each row is of, by key, and when: ``source_id`` and the times."""
    keys = _keys(_part(profile), sheet)
    times.apply(profile, sheet, around)
    return keys


def _part(profile: Profile) -> Observed:
    part = profile.observed
    assert part is not None  # noqa: S101 - the rules of profiles see to it
    return part


def _keys(part: Observed, sheet: Sheet) -> list[str]:
    values = sheet.values(part.datastream)
    keys = tidy(sheet, values, part.datastream, _LONGEST_KEY)
    for position, (key, value) in enumerate(zip(keys, values, strict=True)):
        if isinstance(value, bool | list):
            sheet.quarantine(position, "wrong_type", part.datastream)
        elif not key and sheet.alive[position]:
            sheet.quarantine(position, "missing_field", part.datastream)
    sheet.record["source_id"] = keys
    return keys


def _until(part: Observed, sheet: Sheet, around: Surroundings) -> list[float]:
    if part.until is None:
        return [math.nan] * len(sheet)
    path = part.until.path
    original = texts(sheet.values(path))
    ends = instants(original, part.until.form, part.until.zone).seconds
    begins = np.asarray(sheet.record["occurred_at"], dtype=np.float64)
    told = np.array([bool(text) for text in original], dtype=bool)
    sheet.quarantine_all(np.isnan(ends) & told, "bad_time", path)
    sheet.quarantine_all(ends > around.now + _FARTHEST, "future_time", path)
    sheet.quarantine_all(ends < begins, "bad_time", path)
    found: list[float] = ends.tolist()
    return found


def _results(part: Observed, types: Sequence[str], longest: int, sheet: Sheet) -> None:
    """The results as numbers and texts, by the profile's word or the datastream's type."""
    numbers: list[float | None] = []
    words: list[str | None] = []
    for position, (value, kind) in enumerate(zip(sheet.values(part.result), types, strict=True)):
        measured = part.type == "number" or (part.type == "any" and kind.endswith(_NUMERIC))
        if measured or (part.type == "any" and type(value) in (int, float)):
            found: Result = _number(value, position, part.result, sheet)
        else:
            found = None, _word(value, position, part.result, longest, sheet)
        numbers.append(found[0])
        words.append(found[1])
    sheet.record["number"] = numbers
    sheet.record["text"] = words


def _number(value: object, position: int, path: str, sheet: Sheet) -> Result:
    read, state = number(value)
    if state != FINE:
        code = {EMPTY: "missing_field", NOT_FINITE: "not_finite"}.get(state, "bad_number")
        sheet.quarantine(position, code, path)
        return None, None
    # Whole numbers beyond 2**53 have no float of their own.
    exact = type(value) is not int or value == int(read)
    return read, None if exact else str(value)


def _word(value: object, position: int, path: str, longest: int, sheet: Sheet) -> str | None:
    if value is None or value == "":
        sheet.quarantine(position, "missing_field", path)
        return None
    told = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    told = tidy_text(sheet, position, told.strip(), path)
    if not told or len(told) > longest:
        sheet.quarantine(position, "too_long" if told else "missing_field", path)
        return None
    return told


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an instant: its result, and the earlier ones it took the place of.

    ``ahead``: it came after what arrives now, which was held up in quarantine.
    """

    result: Result
    earlier: frozenset[Result] = frozenset()
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Replacement:
    """The result of ``line`` is a further one of its instant; ``current``: the one that counts."""

    line: int
    current: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Further results, and the lines that bring nothing new or may not change what is stored."""

    replacements: Sequence[Replacement]
    duplicates: Sequence[int]
    conflicts: Sequence[int]


@dataclass(slots=True)
class _State:
    seen: set[Result]
    ahead: bool
    last: int | None = None
    lines: list[int] = field(default_factory=list)


def decide(
    rule: Literal["immutable", "arrival"],
    arrivals: Iterable[tuple[int, tuple[str, int], Result]],
    stored: Mapping[tuple[str, int], Known],
) -> Decision:
    """What becomes of observations, as (line, instant, result), of instants that are known.

    The result of any earlier one of the instant is a duplicate, so that a resend never reverts.
    Another is a conflict under ``immutable``; under ``arrival`` it takes the place of the stored
    one, unless that is ``ahead``.
    """
    states: dict[tuple[str, int], _State] = {}
    duplicates: list[int] = []
    conflicts: list[int] = []
    for line, key, result in arrivals:
        state = states.get(key)
        if state is None:
            known = stored[key]
            state = states[key] = _State({known.result, *known.earlier}, known.ahead)
        if result in state.seen:
            duplicates.append(line)
        elif rule == "immutable":
            conflicts.append(line)
        else:
            state.seen.add(result)
            state.lines.append(line)
            state.last = state.last if state.ahead else line
    replacements = [
        Replacement(line, line == state.last) for state in states.values() for line in state.lines
    ]
    return Decision(sorted(replacements, key=lambda one: one.line), duplicates, conflicts)
