import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coordinates import from_wgs84
from core.errors import BadInput
from integration.domain import formats
from integration.domain.geometries import MOST_POINTS
from tests.integration.domain.samples import CALLS, profile, sheets, told

LON, LAT = 120.123456, 30.234567
FIRES: dict[str, Any] = {
    **CALLS,
    "format": {"name": "geojson", "encoding": "auto"},
    "category": {"path": "properties.code", "codes": {"1": "fire"}},
    "severity": None,
    "occurred_at": {**CALLS["occurred_at"], "path": "properties.at"},
    "position": {"form": "geojson", "path": "geometry"},
    "address": None,
    "summary": {"path": "properties.what"},
    "attributes": [],
    "personal": [],
}
_AT = "20261120120000"


def _feature(place: object, source_id: str = "f1", **members: object) -> dict[str, Any]:
    properties = {"code": "1", "at": _AT, "what": "smoke"}
    return {
        "type": "Feature",
        "id": source_id,
        "geometry": place,
        "properties": properties,
        **members,
    }


def _point(lon: float = LON, lat: float = LAT) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def _collection(*features: object, **members: object) -> bytes:
    found = {"type": "FeatureCollection", "features": list(features), **members}
    return msgspec.json.encode(found)


def _named(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def _in(crs: str) -> tuple[float, float]:
    """The place of the features in a coordinate system."""
    x, y = from_wgs84(np.array([LON]), np.array([LAT]), crs)
    return float(x[0]), float(y[0])


def _sheets(body: bytes, **changes: Any):
    return sheets(body, profile(FIRES, **changes))


_FEATURES = [_feature(_point(), f"f{place}") for place in range(3)]


@pytest.mark.parametrize(
    "body",
    [
        _collection(*_FEATURES),
        b"\xef\xbb\xbf\n" + _collection(*_FEATURES, bbox=[1, 2, 3, 4], name="x"),
        b"\n".join(msgspec.json.encode(one) for one in _FEATURES),
        b"\r\n\r\n".join(msgspec.json.encode(one) for one in _FEATURES) + b"\n",
        b"".join(b"\x1e" + msgspec.json.encode(one) + b"\n" for one in _FEATURES),
        msgspec.json.format(_collection(*_FEATURES), indent=2).decode().encode("utf-16"),
    ],
    ids=["collection", "with BOM", "lines", "blank lines", "RFC 8142", "UTF-16"],
)
def test_features_come_in_several_ways(body):
    (sheet,) = _sheets(body)
    assert told(sheet) == []
    assert sheet.record["source_id"] == ["f0", "f1", "f2"]
    assert sheet.record["summary"] == ["smoke"] * 3
    assert (sheet.record["lon"], sheet.record["lat"]) == ([LON] * 3, [LAT] * 3)
    assert sheet.record["crs_original"] == ["WGS-84"] * 3
    assert next(one.name for one in formats.recognised(body)) == "geojson"


def test_a_feature_alone_is_one_row():
    (sheet,) = _sheets(msgspec.json.encode(_feature(_point())))
    assert sheet.record["source_id"] == ["f1"]


def test_a_damaged_line_costs_only_itself():
    good = msgspec.json.encode(_feature(_point()))
    for separator in (b"\n", b"\x1e"):
        (chunk,) = formats.read(
            separator.join([b"", good, good[:-9], good]).lstrip(b"\n"), profile(FIRES)
        )
        assert [(one.line, one.code) for one in chunk.broken] == [(1, "malformed_row")]
        assert list(chunk.lines) == [0, 2]


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"type": "Topology", "features": []}',
        b'{"features": []}',
        b'{"type": "FeatureCollection"}',
        b'{"type": "FeatureCollection", "features": {}}',
        b'{"type": "FeatureCollection", "features": [], "features": [{}]}',
        b'{"type": "Point", "coordinates": [120, 30]}',
        b'{"type": "FeatureCollection", "features": [{]}',
        b'{"type": "FeatureCollection", "features": [' * 200,
    ],
    ids=lambda body: str(body[:40]),
)
def test_what_has_no_features_is_refused(body):
    with pytest.raises(BadInput) as caught:
        _sheets(body)
    assert caught.value.code == "malformed_file"


def _ring(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[LON + x, LAT + y] for x, y in points]]}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, ("no_coordinates", False)),
        (_point(LAT, LON), ("coordinates_swapped", True)),
        (_ring((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1)), ("bad_geometry", True)),
        (_ring((0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1), (0, 0)), ("bad_geometry", True)),
        # A spike of no width is a fault of drawing.
        (
            _ring((0, 0), (0.1, 0), (0.1, 0.05), (0.2, 0.05), (0.1, 0.05), (0.1, 0.1), (0, 0)),
            ("mended_geometry", False),
        ),
        (_point() | {"coordinates": [LON, LAT, 5.0]}, None),
        (_point() | {"coordinates": [LON, LAT, 5.0, 6.0]}, ("bad_geometry", True)),
        (_point() | {"coordinates": [str(LON), str(LAT)]}, ("bad_geometry", True)),
        (_point() | {"coordinates": [None, None]}, ("bad_geometry", True)),
        (_point() | {"type": "point"}, ("bad_geometry", True)),
        (f"POINT({LON} {LAT})", ("bad_geometry", True)),
        (
            {
                "type": "Polygon",
                "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]],
            },
            ("coordinates_out_of_area", True),
        ),
        (
            {"type": "MultiPoint", "coordinates": [[LON, LAT]] * (MOST_POINTS + 1)},
            ("geometry_too_large", True),
        ),
        (_point(0, 0), ("null_island", True)),
    ],
    ids=lambda value: str(value)[:50],
)
def test_each_shape_is_kept_mended_or_kept_out(place, expected):
    (sheet,) = _sheets(_collection(_feature(place)))
    found = [(code, kept_out) for code, _, kept_out in told(sheet)]
    assert found == ([expected] if expected else [])


def test_a_mended_shape_is_valid_and_hardly_changed():
    place = _ring((0, 0), (0.1, 0), (0.1, 0.05), (0.2, 0.05), (0.1, 0.05), (0.1, 0.1), (0, 0))
    (sheet,) = _sheets(_collection(_feature(place)))
    (text,) = sheet.record["geometry"]
    lons = [lon for lon, _ in msgspec.json.decode(text)["coordinates"][0]]
    assert max(lons) == pytest.approx(LON + 0.1)


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "WGS-84"),
        ("urn:ogc:def:crs:EPSG::4490", "CGCS2000"),
        ("EPSG:4549", "EPSG:4549"),
        ("EPSG:3857", "EPSG:3857"),
        ("GCJ-02", "GCJ-02"),
    ],
)
@pytest.mark.parametrize("where", ["collection", "feature", "geometry"])
def test_an_old_crs_member_is_honoured_and_stated(name, crs, where):
    x, y = _in(crs)
    place, member = _point(x, y), {"crs": _named(name)}
    around = member if where == "collection" else {}
    feature = _feature(place | (member if where == "geometry" else {}))
    body = _collection(feature | (member if where == "feature" else {}), **around)
    (sheet,) = _sheets(body)
    assert told(sheet) == []
    assert sheet.record["lon"][0] == pytest.approx(LON, abs=1e-8)
    assert sheet.record["lat"][0] == pytest.approx(LAT, abs=1e-8)
    assert sheet.record["crs_original"] == [crs]
    assert sheet.chunk.reading.get("crs") == (crs if where == "collection" else None)


@pytest.mark.parametrize(
    "member", [None, {}, {"type": "link"}, _named("EPSG:2414"), {"properties": 7}]
)
def test_an_unknown_system_keeps_shapes_out(member):
    (sheet,) = _sheets(_collection(_feature(_point()), _feature(None, "f2"), crs=member))
    assert told(sheet) == [
        ("crs_unknown", "geometry", True),
        ("no_coordinates", "geometry", False),
    ]


def test_a_feed_may_agree_on_a_system_of_shapes_that_tell_none():
    x, y = _in("GCJ-02")
    place = {"form": "geojson", "path": "geometry", "crs": "GCJ-02"}
    body = _collection(_feature(_point(x, y)), _feature(_point() | {"crs": _named("CRS84")}, "f2"))
    (sheet,) = _sheets(body, position=place)
    assert sheet.record["lon"] == pytest.approx([LON, LON], abs=1e-8)
    assert sheet.record["crs_original"] == ["GCJ-02", "WGS-84"]


def test_a_kept_row_remembers_the_system_of_its_collection():
    x, y = _in("EPSG:4549")
    used = profile(FIRES)
    (chunk,) = formats.read(_collection(_feature(_point(x, y)), crs=_named("EPSG:4549")), used)
    row = formats.row_of(chunk.raw(0), used)
    assert row is not None
    (sheet,) = sheets(formats.alone(row, used), used)
    assert sheet.record["lon"][0] == pytest.approx(LON, abs=1e-8)
    assert sheet.record["crs_original"] == ["EPSG:4549"]


def test_a_sample_shows_shapes_in_wgs84():
    x, y = _in("EPSG:4549")
    body = _collection(_feature(_point(x, y)), _feature(None), crs=_named("EPSG:4549"))
    (layout, *_) = formats.recognised(body)
    first, second = formats.sample(body, layout, 5)
    assert first["geometry"]["coordinates"] == pytest.approx([LON, LAT], abs=1e-8)
    assert second["geometry"] is None


def test_a_feature_of_megabytes_is_kept_out_undecoded():
    crowd = b'{"type":"Feature","id":"a","geometry":{"coordinates":[' + b"[]," * 2_000_000 + b"1]}}"
    body = b'{"type":"FeatureCollection","features":[' + crowd + b"]}"
    (chunk,) = formats.read(body, profile(FIRES))
    assert [one.code for one in chunk.broken] == ["geometry_too_large"]


@given(st.binary(max_size=200), st.integers(0, 3), st.integers(0, 250), st.integers(0, 255))
def test_no_bytes_can_do_more_than_be_refused(noise, way, place, byte):
    body = bytearray(_collection(*_FEATURES[:2], crs=_named("EPSG:4549")))
    body[place] = byte
    tried = [noise, bytes(body), b"\x1e" + noise, bytes(body[:place]) + noise][way]
    try:
        found = _sheets(tried)
    except BadInput as error:
        assert error.code in {"empty_file", "bad_encoding", "unsupported_type", "malformed_file"}
    else:
        for sheet in found:
            assert all(math.isnan(lon) or abs(lon) <= 180 for lon in sheet.record["lon"])
            assert sheet.chunk.size == len(sheet) + len(sheet.chunk.broken)
    formats.recognised(tried)
