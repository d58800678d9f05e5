"""Every form of position that a profile may name, through the whole chain of transforms."""

import math
from typing import Any

import msgspec
import numpy as np
import pytest

from core.coordinates import from_wgs84
from integration.domain.geometries import MOST_POINTS
from tests.integration.domain.samples import one, told

LON, LAT = 120.123456, 30.234567
_ARRAY = {"form": "array", "path": "pos", "order": "lat_lon", "crs": "WGS-84"}
_TEXT = {"form": "text", "path": "pos", "order": "lon_lat", "crs": "WGS-84"}
_SHAPE = {"form": "geojson", "path": "area"}
_SQUARE = [[120.1, 30.1], [120.3, 30.1], [120.3, 30.3], [120.1, 30.3], [120.1, 30.1]]


def _place(sheet) -> tuple[float, float]:
    return sheet.record["lon"][0], sheet.record["lat"][0]


def _pair(**changes: Any) -> dict[str, Any]:
    return {"form": "pair", "lon": "x", "lat": "y", **changes}


@pytest.mark.parametrize(
    ("position", "row"),
    [
        (_ARRAY, {"pos": [LAT, LON]}),
        (_ARRAY, {"pos": [str(LAT), str(LON), 12.5]}),
        ({**_ARRAY, "order": "lon_lat"}, {"pos": [LON, LAT]}),
        (_TEXT, {"pos": f"{LON},{LAT}"}),
        ({**_TEXT, "order": "lat_lon", "separator": " "}, {"pos": f"{LAT} {LON}"}),
        (_pair(crs="WGS-84", scale=1e6), {"x": 120123456, "y": "30234567"}),
        (_pair(crs="WGS-84", notation="dms"), {"x": "120°7′24.4416″", "y": "30°14′4.4412″"}),
        (_pair(crs_path="crs"), {"x": LON, "y": LAT, "crs": "WGS84"}),
        (_pair(crs_path="crs", crs="CGCS2000"), {"x": LON, "y": LAT, "crs": ""}),
    ],
)
def test_each_form_names_the_same_place(position, row):
    sheet = one(row, position=position)
    assert told(sheet) == []
    assert np.allclose(_place(sheet), (LON, LAT), atol=1e-9)


def test_each_row_is_read_in_the_system_it_names():
    codes = {"bd": "BD-09", "gc": "GCJ-02", "gk": "EPSG:4528"}
    position = _pair(crs_path="crs", crs_codes=codes)
    rows = []
    for label, name in codes.items():
        x, y = from_wgs84(np.array([LON]), np.array([LAT]), name)
        rows.append({"x": float(x[0]), "y": float(y[0]), "crs": label})
    found = [one(row, position=position) for row in rows]
    assert all(np.allclose(_place(sheet), (LON, LAT), atol=1e-8) for sheet in found)
    assert [sheet.record["crs_original"] for sheet in found] == [[name] for name in codes.values()]


_REASONS = [
    (_ARRAY, {"pos": None}, [("no_coordinates", "pos", False)]),
    (_ARRAY, {"pos": []}, [("no_coordinates", "pos", False)]),
    (_ARRAY, {"pos": [LAT]}, [("missing_field", "pos", True)]),
    (_ARRAY, {"pos": "30,120"}, [("wrong_type", "pos", True), ("no_coordinates", "pos", False)]),
    (_ARRAY, {"pos": ["N/A", "N/A"]}, [("bad_number", "pos", True)]),
    (_ARRAY, {"pos": [LON, LAT]}, [("coordinates_swapped", "pos", False)]),
    (_TEXT, {"pos": ""}, [("no_coordinates", "pos", False)]),
    (_TEXT, {"pos": "120.1"}, [("bad_number", "pos", True)]),
    (_TEXT, {"pos": "120.1,30.2,4"}, [("bad_number", "pos", True)]),
    (_pair(crs_path="c"), {"c": "Mars"}, [("crs_unknown", "c", True)]),
    (_pair(crs_path="c", crs_codes={"w": "WGS-84"}), {"c": "v"}, [("crs_unknown", "c", True)]),
    (_pair(crs_path="c"), {"c": ""}, [("crs_unknown", "c", True)]),
    (_pair(crs_path="c"), {"c": "?", "x": "", "y": ""}, [("no_coordinates", "x", False)]),
    (_pair(crs="WGS-84", notation="dms"), {"x": "120.5", "y": "30°"}, [("bad_number", "x", True)]),
    (_pair(crs="WGS-84", notation="dms"), {"x": "", "y": ""}, [("no_coordinates", "x", False)]),
]


@pytest.mark.parametrize(("position", "row", "reasons"), _REASONS)
def test_each_defect_has_its_code_and_field(position, row, reasons):
    sheet = one(row, position=position)
    quarantined = any(one[2] for one in reasons)
    assert told(sheet) == [one for one in reasons if one[2] or not quarantined]


@pytest.mark.parametrize(
    ("x", "y", "found", "codes"),
    [
        (-95.36, 29.76, (-95.36, 29.76), ["low_precision"]),
        (-95.3604, 29.7604, (-95.3604, 29.7604), []),
        (29.7604, -95.3604, (-95.3604, 29.7604), ["coordinates_swapped"]),
        (0.0, 0.0, None, ["null_island"]),
        (200.1234, 95.1234, None, ["coordinates_out_of_range"]),
    ],
)
def test_any_area_takes_every_place_on_earth(x, y, found, codes):
    sheet = one({"x": x, "y": y}, position=_pair(crs="WGS-84", area="any"))
    assert [code for code, _, _ in told(sheet)] == codes
    assert _place(sheet) == found if found else math.isnan(_place(sheet)[0])


def _shape(geometry: object, **changes: Any):
    return one({"area": geometry}, position={**_SHAPE, **changes})


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [LON, LAT]},
        {"type": "LineString", "coordinates": [[120.1, 30.1], [120.2, 30.2]]},
        {"type": "Polygon", "coordinates": [_SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[_SQUARE]]},
        '{"type": "MultiPoint", "coordinates": [[120.1, 30.1, 7.5], [120.2, 30.2]]}',
    ],
)
def test_a_shape_is_kept_and_has_a_point_inside(geometry):
    sheet = _shape(geometry)
    assert told(sheet) == []
    (text,) = sheet.record["geometry"]
    given = msgspec.json.decode(geometry) if isinstance(geometry, str) else geometry
    assert msgspec.json.decode(text) == given
    lon, lat = _place(sheet)
    assert 120.1 <= lon <= 120.3 and 30.1 <= lat <= 30.3
    assert sheet.record["district"] == ["D1"]


def test_the_point_of_a_shape_with_a_bay_lies_inside_it():
    bay = [[120.1, 30.1], [120.9, 30.1], [120.9, 30.2], [120.2, 30.2], [120.2, 30.9], [120.1, 30.9]]
    sheet = _shape({"type": "Polygon", "coordinates": [[*bay, bay[0]]]})
    lon, lat = _place(sheet)
    assert lon < 120.2 or lat < 30.2


def _crowd(points: int) -> dict[str, Any]:
    return {"type": "MultiPoint", "coordinates": [[120.5, 30.5]] * points}


_FAR = [[point[0] - 100, point[1]] for point in _SQUARE]
_BAD_SHAPES = [
    (None, ("no_coordinates", False)),
    ("", ("no_coordinates", False)),
    ("{", ("bad_geometry", True)),
    (7, ("bad_geometry", True)),
    ({"type": "Feature", "geometry": None}, ("bad_geometry", True)),
    ({"type": "GeometryCollection", "geometries": []}, ("bad_geometry", True)),
    ({"type": ["Point"], "coordinates": [LON, LAT]}, ("bad_geometry", True)),
    ({"type": "Point", "coordinates": []}, ("bad_geometry", True)),
    ({"type": "Point", "coordinates": ["120", "30"]}, ("bad_geometry", True)),
    ({"type": "Point", "coordinates": [True, False]}, ("bad_geometry", True)),
    ({"type": "LineString", "coordinates": [[LON, LAT]]}, ("bad_geometry", True)),
    ({"type": "Polygon", "coordinates": [_SQUARE[:-1]]}, ("bad_geometry", True)),
    ({"type": "Polygon", "coordinates": []}, ("bad_geometry", True)),
    ({"type": "Polygon", "coordinates": _SQUARE}, ("bad_geometry", True)),
    (
        {"type": "Polygon", "coordinates": [[_SQUARE[at] for at in (0, 2, 1, 3, 0)]]},
        ("bad_geometry", True),
    ),
    (_crowd(MOST_POINTS + 1), ("geometry_too_large", True)),
    (
        {"type": "MultiLineString", "coordinates": [_crowd(MOST_POINTS)["coordinates"], _SQUARE]},
        ("geometry_too_large", True),
    ),
    ({"type": "Point", "coordinates": [LAT, LON]}, ("coordinates_swapped", True)),
    ({"type": "Point", "coordinates": [181.0, LAT]}, ("coordinates_out_of_range", True)),
    (f'{{"type": "Point", "coordinates": [{10**400}, 30]}}', ("coordinates_out_of_range", True)),
    ({"type": "Polygon", "coordinates": [_FAR]}, ("coordinates_out_of_area", True)),
    ({"type": "Point", "coordinates": [0, 0]}, ("null_island", True)),
]


@pytest.mark.parametrize(("geometry", "reason"), _BAD_SHAPES, ids=lambda value: str(value)[:40])
def test_each_defect_of_a_shape_has_its_code(geometry, reason):
    assert [(code, kept_out) for code, _, kept_out in told(_shape(geometry))] == [reason]


def test_as_many_points_as_allowed_are_a_shape():
    assert told(_shape(_crowd(MOST_POINTS))) == []


def test_a_shape_of_any_area_may_lie_elsewhere():
    sheet = _shape({"type": "Polygon", "coordinates": [_FAR]}, area="any")
    assert told(sheet) == []
    assert sheet.record["district"] == [""]
