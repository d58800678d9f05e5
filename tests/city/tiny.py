"""The smallest city there can be: one district, no grids, two organisations."""

import json
from pathlib import Path
from typing import Any

from city.domain.facts import CityFolder
from city.domain.faults import Faults
from city.domain.folder import read_folder

Files = dict[str, Any]


def square(west: float, south: float, side: float = 0.1) -> dict[str, Any]:
    """A square polygon in GeoJSON."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: object, **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def district(code: str, geometry: object) -> dict[str, Any]:
    return feature(geometry, code=code, name_zh="港区", name_en="Harbour")


def collection(*features: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def organisation(code: str, **changes: object) -> dict[str, Any]:
    return {
        "code": code,
        "name_zh": "海港市人民政府",
        "name_en": "Harbour City Government",
        "kind": "government",
        "line_parent": None,
        "territory_parent": None,
        "area": "100",
        "may_see": [],
        "functions": [],
    } | changes


def tiny() -> Files:
    """Every part that a folder must have, as documents by file name."""
    return {
        "city.json": {
            "key": "harbour",
            "name_zh": "海港市",
            "name_en": "Harbour City",
            "code": "100",
            "timezone": "Asia/Shanghai",
            "bbox": [118.0, 24.0, 119.0, 25.0],
            "languages": ["zh-hans", "en"],
            "basemap": {"url": None, "attribution": "", "approval": ""},
        },
        "districts.geojson": collection(district("101", square(118.1, 24.1))),
        "organisations.json": [
            organisation("GOV", functions=["command", "supervision"], may_see=["*"]),
            organisation("FIRE", kind="bureau", line_parent="GOV", may_see=["fire.*", "flood"]),
        ],
        "categories.json": {
            "families": [
                {"key": "fire", "name_zh": "消防", "name_en": "Fire"},
                {"key": "water", "name_zh": "涉水", "name_en": "Water"},
                {"key": "other", "name_zh": "其他", "name_en": "Other"},
            ],
            "categories": [
                category("blaze", "fire"),
                category("smoke", "fire"),
                category("flood", "water"),
                category("unmapped", "other"),
            ],
        },
        "calendar.json": {
            "working_hours": {"mon": [["08:00", "12:00"], ["14:00", "18:00"]]},
            "holidays": [{"date": "2026-10-01", "name_zh": "国庆节", "name_en": "National Day"}],
            "working_days": ["2026-10-10"],
        },
    }


def category(key: str, family: str, weight: float = 0.5) -> dict[str, Any]:
    return {
        "key": key,
        "name_zh": "类别",
        "name_en": "Category",
        "family": family,
        "gb35561": "ext:1",
        "weight": weight,
    }


def packed(files: Files) -> dict[str, bytes]:
    return {
        name: one if isinstance(one, bytes) else json.dumps(one).encode()
        for name, one in files.items()
    }


def parse(files: Files) -> tuple[CityFolder, Faults]:
    """The city that documents describe, and everything wrong with them."""
    faults = Faults()
    return read_folder(packed(files), faults), faults


def write(folder: Path, files: Files) -> Path:
    for name, body in packed(files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder
