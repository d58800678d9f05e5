"""Coordinates and areas, one point at a time, as an application without columns does it."""

import json
import math
from functools import cache
from pathlib import Path

import shapely

__all__ = ["area_of", "to_wgs84"]

_CITY = Path(__file__).resolve().parents[2] / "fixtures" / "binhai"
_A, _EE = 6378245.0, 0.00669342162296594323
_ITERATIONS = 2


def to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 to WGS-84 by turning the shift round, to centimetres."""
    found_lon, found_lat = lon, lat
    for _ in range(_ITERATIONS):
        shifted_lon, shifted_lat = _shifted(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - shifted_lon, found_lat + lat - shifted_lat
    return found_lon, found_lat


def _shifted(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    root, pi = math.sqrt(abs(x)), math.pi
    both = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    up += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    up += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    right += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    right += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    angle = math.radians(lat)
    magic = 1 - _EE * math.sin(angle) ** 2
    return (
        lon + math.degrees(right / (_A / math.sqrt(magic) * math.cos(angle))),
        lat + math.degrees(up / ((_A * (1 - _EE)) / (magic * math.sqrt(magic)))),
    )


@cache
def _grids() -> tuple[shapely.STRtree, list[tuple[str, str]]]:
    document = json.loads((_CITY / "grids.geojson").read_text("utf-8"))
    features = document["features"]
    shapes = [shapely.geometry.shape(one["geometry"]) for one in features]
    codes = [(one["properties"]["district"], one["properties"]["code"]) for one in features]
    return shapely.STRtree(shapes), codes


def area_of(lon: float, lat: float) -> tuple[str, str]:
    """District and grid cell of a point, empty outside the city."""
    tree, codes = _grids()
    found = tree.query(shapely.Point(lon, lat), predicate="intersects")
    return codes[found[0]] if len(found) else ("", "")
