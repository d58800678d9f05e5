"""A row as a feed's sender would write it, made of the feed's own profile: for its engineer."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from core.coordinates import canonical_crs, from_wgs84
from integration.domain import formats
from integration.domain.chinese_times import written
from integration.domain.profile import (
    ArrayPosition,
    Attribute,
    Coded,
    GeojsonPosition,
    PairPosition,
    PointPosition,
    Profile,
    Severity,
    TextPosition,
    When,
)
from integration.domain.timeforms import CHINESE, EPOCHS, ISO

__all__ = ["example_row"]

_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")
_PERSONAL = {"name": "张三", "phone": "13800138000"}
_VALUES: Mapping[str, Any] = {
    "text": "example",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "texts": ["example"],
    "json": {},
}
_USCC = "91350200MA0000015A"  # of no enterprise; its check digit is right


def example_row(
    profile: Profile, *, at: datetime, lon: float, lat: float, category: str
) -> dict[str, Any]:
    """A row by the profile's paths that receiving would accept.

    ``at``: when it happened, with its zone. ``lon, lat``: where, WGS-84, in the city.
    ``category``: one of the city's keys, for feeds that send these themselves.
    """
    values = {path: _filled(profile, path) for path in profile.paths}
    values |= _coded(profile, category)
    until = profile.observed.until if profile.observed else None
    for when in (profile.occurred_at, profile.reported_at, until):
        if when is not None:
            values[when.path] = _time(when, at)
    if profile.position is not None:
        values |= _position(profile.position, lon, lat)
    if formats.tabular(profile.format.name):
        return values
    row: dict[str, Any] = {}
    for path, value in values.items():
        _put(row, path, value)
    return row


def _coded(profile: Profile, category: str) -> dict[str, Any]:
    """What the id and every agreed code may be."""
    found: dict[str, Any] = {}
    if profile.observed:
        found |= {profile.observed.datastream: "EXAMPLE-1", profile.observed.result: 1.5}
    if profile.category.path:
        found[profile.category.path] = _code(profile.category, category)
    if profile.identity.path:
        found[profile.identity.path] = _USCC if profile.identity.check else "EXAMPLE-1"
    if profile.upstream_state:
        found[profile.upstream_state.path] = _code(profile.upstream_state, "received")
    if profile.operational:
        found[profile.operational.path] = profile.operational.values[0]
    return found | (_severity(profile.severity) if profile.severity else {})


def _filled(profile: Profile, path: str) -> Any:
    """What stands at a path that only people read, or whose meaning is filled in later."""
    for one in profile.attributes:
        if one.path == path:
            return _attribute(one)
    for personal in profile.personal:
        if personal.path == path:
            return _PERSONAL.get(personal.kind, "example")
    return "1" if path == profile.version.path else "example"


def _attribute(one: Attribute) -> Any:
    if one.type == "date":
        return datetime(2020, 1, 31).strftime(one.form or "%Y-%m-%d")  # noqa: DTZ001 - a day
    if one.check == "uscc":
        return _USCC
    if one.codes:
        code = next(iter(one.codes))
        return [code] if one.type == "texts" else code
    return _VALUES[one.type]


def _code(part: Coded, without: str) -> str:
    """The first code that is agreed; ``without`` codes the text itself is the meaning."""
    return next(iter(part.codes)) if part.codes else without


def _severity(part: Severity) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if part.path:
        telling = (code for code, level in part.codes.items() if level is not None)
        found[part.path] = next(telling, "1")
    if part.value and part.bands:
        unit, bands = next(iter(part.bands.items()))
        found[part.value] = bands[0][0]
        if part.unit:
            found[part.unit] = unit
    return found


def _time(when: When, at: datetime) -> Any:
    local = at.astimezone(ZoneInfo(when.zone or "UTC"))
    if when.form in EPOCHS:
        return int(at.timestamp() * EPOCHS[when.form])
    if when.form == ISO:
        return local.isoformat(timespec="seconds")
    return written(local) if when.form == CHINESE else local.strftime(when.form)


def _position(
    part: PairPosition | ArrayPosition | TextPosition | GeojsonPosition, lon: float, lat: float
) -> dict[str, Any]:
    if isinstance(part, GeojsonPosition):
        own = from_wgs84(np.array([lon]), np.array([lat]), part.crs or "WGS-84")
        return {part.path: {"type": "Point", "coordinates": [float(one[0]) for one in own]}}
    crs, told = _system(part)
    columns = from_wgs84(np.array([lon]), np.array([lat]), crs)
    x, y = (_number(part, float(one[0]), metres=crs.startswith("EPSG:")) for one in columns)
    if isinstance(part, PairPosition):
        return {**told, part.lon: x, part.lat: y}
    pair = [x, y] if part.order == "lon_lat" else [y, x]
    if isinstance(part, TextPosition):
        return {**told, part.path: part.separator.join(map(str, pair))}
    return {**told, part.path: pair}


def _system(part: PointPosition) -> tuple[str, dict[str, str]]:
    """The system that the row uses, and what it says of it."""
    if part.crs_path is None:
        return canonical_crs(part.crs or ""), {}
    if part.crs_codes:
        text, label = next(iter(part.crs_codes.items()))
        return canonical_crs(label), {part.crs_path: text}
    return "WGS-84", {part.crs_path: "WGS-84"}


def _number(part: PointPosition, value: float, *, metres: bool) -> Any:
    if part.notation == "dms":
        degrees, rest = divmod(round(value * 3600, 2), 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{degrees:.0f}°{minutes:.0f}′{seconds:.2f}″"
    scaled = value * part.scale
    if part.scale != 1:
        return round(scaled)
    return round(scaled, 2 if metres else 6)


def _put(row: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path, making the objects and lists on the way."""
    steps = [name or (int(place) if place else 0) for name, place in _STEP.findall(path)]
    place: Any = row
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        inside: Any = value if following is None else ([] if isinstance(following, int) else {})
        if isinstance(place, list):
            while len(place) <= int(step):
                place.append(None)
            if following is None or place[int(step)] is None:
                place[int(step)] = inside
        elif following is None or step not in place:
            place[step] = inside
        place = place[step]
