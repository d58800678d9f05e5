"""A second city as a folder, for real data without ids: Houston's offences of 2010.

One district, no grids, its own taxonomy, and a feed in plain CSV whose category column already
names the city's categories.
"""

import json
from pathlib import Path
from typing import Any

WEST, SOUTH, EAST, NORTH = -95.85, 29.45, -94.95, 30.15
CATEGORIES = {
    "theft": ("盗窃", "Theft", "property", 0.2),
    "burglary": ("入室盗窃", "Burglary", "property", 0.4),
    "auto_theft": ("盗车", "Auto theft", "property", 0.3),
    "robbery": ("抢劫", "Robbery", "violence", 0.7),
    "aggravated_assault": ("严重伤害", "Aggravated assault", "violence", 0.8),
    "violent_other": ("其他暴力", "Other violence", "violence", 0.9),
    "unmapped": ("未归类", "Unmapped", "other", 0.1),
}


def _organisation(code: str, zh: str, en: str, kind: str, *functions: str) -> dict[str, Any]:
    return {
        "code": code,
        "name_zh": zh,
        "name_en": en,
        "kind": kind,
        "line_parent": None if code == "HOU" else "HOU",
        "territory_parent": None if code == "HOU" else "HOU",
        "area": "HOU-CITY",
        "may_see": ["property.*", "violence.*", "other.*"],
        "functions": list(functions),
    }


def _duty(key: str, families: list[str], supporting: str) -> dict[str, Any]:
    return {
        "key": key,
        "name_zh": "治安风险",
        "name_en": "Public order risk",
        "families": families,
        "categories": [],
        "levels": ["major", "larger", "general", "low"],
        "areas": ["*"],
        "hours": "always",
        "lead": "HPD",
        "supporting": [supporting],
        "by_district": False,
        "limits": {
            "sign_for": {"amount": 30, "unit": "minute"},
            "handle": {"amount": 1, "unit": "working_day"},
        },
        "escalation": [],
    }


FEED: dict[str, Any] = {
    "key": "offences",
    "name_zh": "警情案件",
    "name_en": "Reported offences",
    "organisation": "HPD",
    "kind": "event",
    "origin": "reported",
    "header": {
        "legal_basis_zh": "市政公开数据",
        "legal_basis_en": "Open data of the city",
        "purpose_zh": "识别场所和区域的公共安全风险",
        "purpose_en": "To find where places are at risk",
        "data_class": "general",
        "retention_days": 3650,
        "impact_assessment_zh": "不含个人信息",
        "impact_assessment_en": "No personal data",
    },
    "format": {"name": "csv", "encoding": "utf-8", "delimiter": ","},
    "identity": {"rule": "content"},
    "version": {"rule": "arrival"},
    "category": {"path": "category", "codes": None},
    "occurred_at": {"path": "time", "form": "%Y-%m-%d %H:%M", "zone": "America/Chicago"},
    "position": {"form": "pair", "lon": "lon", "lat": "lat", "crs": "WGS-84"},
    "attributes": [],
    "personal": [],
    "ignored": [],
    "window": {"future_minutes": 10, "past_days": None},
    "limits": {"text": 2000, "rows": 200000, "bytes": 67108864},
    "silent_after_minutes": None,
}


def _calendar() -> dict[str, Any]:
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return {"working_hours": week | {"sat": [], "sun": []}, "holidays": [], "working_days": []}


def _ruleset(general: dict[str, Any]) -> dict[str, Any]:
    """The factors and weights of the general ruleset, without another city's families."""
    return {
        **general,
        "key": "houston",
        "association": {
            "default": {"radius_m": 150, "window_minutes": 60},
            "families": {"violence": {"radius_m": 200, "window_minutes": 120}},
        },
        "levels": {"major": 75, "larger": 62, "general": 40},
    }


def make_houston(folder: Path, general: dict[str, Any]) -> Path:
    """Write the city folder; `general` is a ruleset document to take the factors from."""
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    district = {
        "type": "Feature",
        "properties": {"code": "HOU-1", "name_zh": "休斯敦市区", "name_en": "Houston"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    families = {"property": ("财产", "Property"), "violence": ("暴力", "Violence")}
    families["other"] = ("其他", "Other")
    documents: dict[str, Any] = {
        "city.json": {
            "key": "houston",
            "name_zh": "休斯敦市",
            "name_en": "Houston",
            "code": "HOU-CITY",
            "timezone": "America/Chicago",
            "bbox": [WEST, SOUTH, EAST, NORTH],
            "languages": ["zh-hans", "en"],
            "basemap": {"url": None, "attribution": "", "approval": ""},
        },
        "districts.geojson": {"type": "FeatureCollection", "features": [district]},
        "organisations.json": [
            _organisation("HOU", "休斯敦市政府", "City of Houston", "government"),
            _organisation("HPD", "休斯敦警察局", "Houston Police", "bureau"),
            _organisation("HFD", "休斯敦消防局", "Houston Fire", "bureau"),
            _organisation("HCC", "指挥中心", "Command centre", "centre", "command"),
            _organisation("HSC", "监督中心", "Supervision centre", "centre", "supervision"),
        ],
        "categories.json": {
            "families": [
                {"key": key, "name_zh": zh, "name_en": en} for key, (zh, en) in families.items()
            ],
            "categories": [
                {
                    "key": key,
                    "name_zh": zh,
                    "name_en": en,
                    "family": family,
                    "gb35561": "40000",
                    "weight": weight,
                }
                for key, (zh, en, family, weight) in CATEGORIES.items()
            ],
        },
        "calendar.json": _calendar(),
        "duties.json": [
            _duty("violence", ["violence"], "HFD"),
            _duty("everything", [], "HOU"),
        ],
        "feeds/offences.json": FEED,
        "rulesets/houston.json": _ruleset(general),
    }
    for name, document in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return folder
