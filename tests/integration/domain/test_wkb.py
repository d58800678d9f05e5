import json
import struct
import time
from contextlib import suppress

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.geometries import MOST_POINTS
from integration.domain.wkb import geometry_of

_TEXTS = [
    "POINT (1 2)",
    "POINT EMPTY",
    "POINT Z (1 2 3)",
    "LINESTRING (1 2, 3 4)",
    "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
    "MULTIPOINT ((1 2), (3 4))",
    "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
    "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((9 9, 8 9, 8 8, 9 9)))",
    "MULTIPOLYGON Z (((0 0 1, 4 0 1, 4 4 1, 0 0 1)))",
]

_WHY = "cut off|no such type|more than one geometry"


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
def test_it_says_what_a_library_reads(text, order, flavor):
    shape = shapely.from_wkt(text)
    data = shapely.to_wkb(shape, byte_order=order, flavor=flavor)
    expected = json.loads(shapely.to_geojson(shape))
    assert geometry_of(data) == {name: expected[name] for name in ("type", "coordinates")}


def test_a_system_inside_is_passed_over_and_measures_are_left_out():
    shape = shapely.set_srid(shapely.Point(1, 2), 4326)
    assert geometry_of(shapely.to_wkb(shape, include_srid=True))["coordinates"] == [1, 2]
    assert geometry_of(struct.pack("<BI3d", 1, 2001, 1, 2, 9))["coordinates"] == [1, 2]
    assert geometry_of(struct.pack("<BI4d", 1, 3001, 1, 2, 3, 9))["coordinates"] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["MultiPoint", "LineString"])
def test_a_crowd_of_points_comes_without_them(kind):
    points = [[place, 0] for place in range(MOST_POINTS + 1)]
    shape = shapely.MultiPoint(points) if kind == "MultiPoint" else shapely.LineString(points)
    found = geometry_of(shapely.to_wkb(shape))
    assert (found["type"], found["coordinates"], found["points"] > MOST_POINTS) == (
        kind,
        None,
        True,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        struct.pack("<BI", 1, 1),
        struct.pack("<BI2d", 1, 1, 1, 2) + b"x",
        struct.pack("<BII", 1, 7, 0),
        struct.pack("<BII", 1, 2, 0xFFFFFFFF),
        struct.pack("<BII", 1, 6, 0xFFFFFFFF),
        struct.pack("<BII", 1, 4, 1) + struct.pack("<BII", 1, 4, 1) * 9,
        struct.pack("<BI2d", 1, 4001, 1, 2),
        struct.pack("<BI2d", 1, 17, 1, 2),
    ],
    ids=range(10),
)
def test_anything_else_is_no_geometry(data):
    with pytest.raises(ValueError, match=_WHY):
        geometry_of(data)


def test_collections_inside_each_other_are_soon_refused():
    began = time.perf_counter()
    for kind in (4, 5, 6, 7):
        with pytest.raises(ValueError, match=_WHY):
            geometry_of(struct.pack("<BII", 1, kind, 1) * 1_000_000)
    assert time.perf_counter() - began < 1


@given(st.binary(max_size=120), st.sampled_from(_TEXTS), st.integers(0, 90), st.integers(0, 255))
def test_no_bytes_do_more_than_be_refused(noise, text, place, byte):
    data = shapely.to_wkb(shapely.from_wkt(text))
    for tried in (noise, b"\x01" + noise, data[:place] + bytes([byte]) + data[place + 1 :]):
        with suppress(ValueError):
            assert geometry_of(tried)["type"]
