"""The feeds that take the files of the hostile corpus: profiles as data, one a media type.

Another media type is one more entry of FEEDS: its format, and what differs in the profile.
"""

from collections.abc import Mapping
from typing import Any

from audit.domain import SYSTEM
from integration.models import Feed
from integration.services import load_profile
from tests.integration.services.conftest import DOCUMENT

__all__ = ["FEEDS", "GOOD", "good_row", "make_feed"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON, GEOJSON = "application/json", "application/geo+json"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
ZONE = "Asia/Shanghai"
_DISTRICTS = {"350203": "思明区", "350205": "海沧区", "350206": "湖里区", "350211": "集美区"}
_TIME = {
    "form": "iso8601",
    "zone": ZONE,
    "also": ["%Y/%m/%d %H:%M", "%Y%m%d%H%M%S", "chinese"],
    "assumed_zone": "flagged",
}

BASE: dict[str, Any] = {
    **{name: DOCUMENT[name] for name in ("organisation", "header")},
    "name_zh": "合成测试数据",
    "name_en": "Synthetic test data",
    "kind": "event",
    "origin": "reported",
    "identity": {"rule": "path", "path": "event_id", "case": "upper"},
    "version": {"rule": "immutable"},
    "category": {"path": "category_code", "codes": {"20000": "facility", "10000": "fire"}},
    "severity": {
        "path": "level",
        "scale": "test.level",
        "codes": {"I": 1, "II": 2, "III": 3, "IV": 4},
    },
    "occurred_at": {"path": "occurred_at", **_TIME},
    "reported_at": {"path": "reported_at", **_TIME},
    "position": {"form": "pair", "lon": "lon", "lat": "lat", "crs_path": "crs"},
    "address": {"path": "address"},
    "summary": {"path": "title"},
    "attributes": [
        {"path": "source_dept", "name": "department"},
        {
            "path": "district_code",
            "name": "district",
            "codes": _DISTRICTS | {"厦门市思明区": "思明区"},
        },
        {"path": "grid_code", "name": "grid", "codes": {"350203001001001": "350203001001001"}},
        {"path": "org_uscc", "name": "credit_code", "check": "uscc"},
        {"path": "description", "name": "description"},
    ],
    "personal": [
        {"path": "reporter_name", "kind": "name"},
        {"path": "reporter_id_no", "kind": "resident_id", "check": "resident_id"},
        {"path": "reporter_phone", "kind": "phone", "check": "phone"},
        {"path": "plate_no", "kind": "plate", "check": "plate"},
    ],
    "window": {"future_minutes": 10, "past_days": None, "late_days": 90},
}

FEEDS: Mapping[str, dict[str, Any]] = {
    "text/csv": {
        "key": "hostile_csv",
        "format": {"name": "csv", "encoding": "auto", "delimiter": "auto"},
    },
    XLSX: {"key": "hostile_xlsx", "format": {"name": "xlsx"}},
    XLSM: {"key": "hostile_xlsx", "format": {"name": "xlsx"}},
    JSON: {
        "key": "hostile_json",
        "format": {"name": "json", "encoding": "auto"},
        # This source states its system, for rows that do not.
        "position": {"form": "pair", "lon": "lon", "lat": "lat", "crs_path": "crs", "crs": "WGS84"},
    },
    GEOJSON: {
        "key": "hostile_geojson",
        "format": {"name": "geojson", "encoding": "auto"},
        "identity": {"rule": "path", "path": "id", "case": "upper"},
        "category": {**BASE["category"], "path": "properties.category_code"},
        "severity": None,
        "occurred_at": {"path": "properties.occurred_at", **_TIME},
        "reported_at": None,
        "position": {"form": "geojson", "path": "geometry"},
        "address": None,
        "summary": {"path": "properties.title"},
        "attributes": [],
        "personal": [],
    },
}
"""What the profile of a media type has beyond BASE, or instead of it."""

GOOD: Mapping[str, object] = {
    "event_id": "HA-GOOD",
    "source_dept": "XM-YJ",
    "category_code": "20000",
    "level": "IV",
    "occurred_at": "2025-06-11T08:01:00+08:00",
    "reported_at": "2025-06-11T09:01:30+08:00",
    "lon": "118.089425",
    "lat": "24.479834",
    "crs": "WGS84",
    "district_code": "350203",
    "grid_code": "350203001001001",
    "address": "厦门市思明区测试路1号",
    "reporter_name": "测试甲",
    "reporter_id_no": "",
    "reporter_phone": "",
    "org_uscc": "",
    "plate_no": "",
    "title": "井盖缺失",
    "description": "合成测试数据",
}
"""A row that may stand for any other once that was corrected."""


def good_row(media_type: str) -> Mapping[str, object]:
    """GOOD as the feed of a media type has it."""
    if media_type != GEOJSON:
        return GOOD
    place = {"type": "Point", "coordinates": [118.089425, 24.479834]}
    return {"id": GOOD["event_id"], "geometry": place, "properties": GOOD}


def make_feed(media_type: str) -> Feed:
    """The feed of a media type, in the city whose box ``conftest.area`` sets."""
    return load_profile(document={**BASE, **FEEDS[media_type]}, actor=SYSTEM)
