"""A small city and profiles for tests without a database."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from integration.domain import formats
from integration.domain.profile import Profile
from integration.domain.profile_document import validate
from integration.domain.rows import Sheet, Surroundings
from integration.domain.standardise import Ordinals, standardise

CATEGORIES = ("fire", "noise", "traffic.collision", "unmapped")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEADER = {
    "legal_basis": "law",
    "purpose": "safety",
    "data_class": "general",
    "retention_days": 30,
    "impact_assessment": "none needed",
}
CALLS: dict[str, Any] = {
    "key": "calls",
    "name_zh": "接警",
    "name_en": "Calls",
    "organisation": "PSB",
    "kind": "event",
    "origin": "reported",
    "header": HEADER,
    "format": {"name": "ndjson"},
    "identity": {"rule": "path", "path": "id"},
    "version": {"rule": "arrival"},
    "category": {"path": "code", "codes": {"1": "fire", "2": "noise"}},
    "severity": {"path": "level", "scale": "calls.level", "codes": {"A": 1, "B": 4}},
    "occurred_at": {"path": "at", "form": "%Y%m%d%H%M%S", "zone": "Asia/Shanghai"},
    "position": {"form": "pair", "lon": "x", "lat": "y", "crs": "WGS-84"},
    "address": {"path": "where"},
    "summary": {"path": "what"},
    "attributes": [{"path": "people", "name": "people", "type": "integer"}],
    "personal": [{"path": "who", "kind": "name"}, {"path": "phone", "kind": "phone"}],
}
ROW: dict[str, Any] = {
    "id": "c1",
    "code": "1",
    "level": "A",
    "at": "20261120120000",
    "x": "120.123456",
    "y": "30.234567",
    "where": "Harbour Road 1",
    "what": "smoke",
    "people": 3,
    "who": "张三丰",
    "phone": "13800138000",
}
HOUSTON: dict[str, Any] = {
    **{name: CALLS[name] for name in ("organisation", "kind", "origin", "header")},
    "key": "houston",
    "name_zh": "休斯敦",
    "name_en": "Houston",
    "format": {"name": "csv", "encoding": "utf-8", "delimiter": ","},
    "identity": {"rule": "content"},
    "version": {"rule": "immutable"},
    "category": {"path": "category", "codes": None},
    "severity": {"fixed": 3, "scale": "houston"},
    "occurred_at": {"path": "time", "form": "%Y-%m-%d %H:%M", "zone": "America/Chicago"},
    "position": {"form": "pair", "lon": "lon", "lat": "lat", "crs": "WGS-84"},
}


class Square:
    """A city of one district between 120 and 121 East, 30 and 31 North."""

    west, south = 120.0, 30.0

    def inside(self, lon: Any, lat: Any) -> Any:
        return (
            (lon >= self.west)
            & (lon <= self.west + 1)
            & (lat >= self.south)
            & (lat <= self.south + 1)
        )

    def locate(self, lon: Any, lat: Any) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        found = np.where(self.inside(lon, lat), "D1", "").astype(object)
        return found, np.where(found == "D1", "G1", "").astype(object)


def profile(document: dict[str, Any] | None = None, **changes: Any) -> Profile:
    """A valid profile: CALLS, or another document, with changed members."""
    return validate(
        {**(document or CALLS), **changes}, categories=CATEGORIES, organisations=("PSB",)
    )


def lines(rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows as NDJSON."""
    return b"\n".join(msgspec.json.encode(row) for row in rows)


def sheets(body: bytes, used: Profile, place: Any = None) -> list[Sheet]:
    """The standardised sheets of a body."""
    around = Surroundings(NOW.timestamp(), place or Square(), CATEGORIES)
    seen = Ordinals()
    return [
        standardise(chunk, used, around, secret=b"s" * 32, seen=seen)
        for chunk in formats.read(body, used)
    ]


def one(changes: dict[str, Any] | None = None, **of_profile: Any) -> Sheet:
    """The sheet of ROW with changes."""
    (sheet,) = sheets(lines([{**ROW, **(changes or {})}]), profile(**of_profile))
    return sheet


def told(sheet: Sheet) -> list[tuple[str, str, bool]]:
    """(code, field, quarantined) of every reason that counts."""
    return [(one.code, one.field, one.quarantined) for one in sheet.live_reasons()]
