"""Shapefiles and GeoPackages for tests, whole and hostile."""

import io
import sqlite3
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import Point

from tests.integration.domain.samples import CALLS

LON, LAT = 120.123456, 30.234567
SITES: dict[str, Any] = {
    **CALLS,
    "key": "sites",
    "kind": "register",
    "identity": {"rule": "path", "path": "编号"},
    "category": {"path": "code", "codes": {"1": "fire"}},
    "severity": None,
    "occurred_at": None,
    "position": {"form": "geojson", "path": "geometry"},
    "address": None,
    "summary": {"path": "名称"},
    "attributes": [{"path": "floors", "name": "floors", "type": "integer"}],
    "personal": [],
}
"""A profile of a register of sites, for either format."""


def frame(
    crs: str | None = "EPSG:4326", count: int = 3, shape: shapely.Geometry | None = None
) -> gpd.GeoDataFrame:
    """Sites at LON, LAT, given in ``crs``; None: without any."""
    columns = {
        "编号": [f"s{place}" for place in range(count)],
        "code": ["1"] * count,
        "名称": ["海沧油库一期"] * count,
        "floors": [place or None for place in range(count)],
    }
    shapes = [shape or Point(LON, LAT)] * count
    found = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    found["floors"] = found["floors"].astype("Int64")
    return found.to_crs(crs) if crs else found.set_crs(None, allow_override=True)


def parts_of(data: gpd.GeoDataFrame, encoding: str = "gb18030") -> dict[str, bytes]:
    """The files of a shapefile, by suffix."""
    with TemporaryDirectory() as place:
        data.to_file(f"{place}/x.shp", encoding=encoding)
        return {one.suffix: one.read_bytes() for one in Path(place).iterdir()}


def archive(parts: Mapping[str, bytes], stem: str = "资料/sites") -> bytes:
    """The zipped files of one shapefile."""
    return zipped({f"{stem}{suffix}": data for suffix, data in parts.items()})


def zipped(members: Mapping[str, bytes]) -> bytes:
    """An archive of some members."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return body.getvalue()


def shapes(contents: Sequence[bytes], kind: int = 5) -> tuple[bytes, bytes]:
    """A .shp and .shx of the contents of records."""
    records = index = b""
    for place, content in enumerate(contents):
        index += struct.pack(">2i", (100 + len(records)) // 2, len(content) // 2)
        records += struct.pack(">2i", place + 1, len(content) // 2) + content
    return _headed(records, kind), _headed(index, kind)


def _headed(data: bytes, kind: int) -> bytes:
    size = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(data)) // 2)
    return size + struct.pack("<2i8d", 1000, kind, 0, 0, 1, 1, 0, 0, 0, 0) + data


def polygon(points: int, parts: int = 1) -> bytes:
    """The content of a record of so many points in so many rings, most of them in one place."""
    starts = struct.pack(f"<{parts}i", *(place * points // parts for place in range(parts)))
    box = struct.pack("<4d", LON, LAT, LON + 1, LAT + 1)
    drawn = b"".join(
        struct.pack("<2d", LON + (place % 7) / 10, LAT + (place % 5) / 10)
        for place in range(points)
    )
    return struct.pack("<i", 5) + box + struct.pack("<2i", parts, points) + starts + drawn


def geopackage(data: gpd.GeoDataFrame, layer: str = "sites") -> bytes:
    """A GeoPackage of one layer."""
    with TemporaryDirectory() as place:
        path = Path(place) / "x.gpkg"
        data.to_file(path, layer=layer, driver="GPKG")
        return path.read_bytes()


def altered(body: bytes, *statements: str) -> bytes:
    """A SQLite file after some statements, without triggers, which need functions of GDAL."""
    with sqlite3.connect(":memory:") as base:
        base.deserialize(body)
        found = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f'DROP TRIGGER "{name}"' for (name,) in found), *statements):
            base.execute(statement)
        base.commit()
        return base.serialize()
