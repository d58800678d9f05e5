import math
from typing import Any

import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from integration.domain.cap.message import Area
from integration.domain.cap.places import CIRCLE_POINTS, MOST_RADIUS_KM
from integration.domain.cap.shapes import geometry
from integration.domain.geometries import shape_of

_EARTH = Geod(ellps="WGS84")
_SQUARE = "30,120 30,121 31,121 31,120 30,120"


def _area(polygons: tuple[str, ...] = (), circles: tuple[str, ...] = ()) -> Area:
    return Area("x", polygons, circles, ())


def _shape(*areas: Area) -> tuple[Any, list[tuple[str, str, bool]]]:
    """The shape, and what is wrong with it."""
    found, reasons = geometry(areas)
    told = [(one.code, one.field, one.quarantined) for one in reasons]
    if found is None:
        return None, told
    checked = shape_of(found)
    assert checked is not None
    assert checked.code == ""
    return shapely.from_geojson(checked.text), told


def _of(*texts: str) -> tuple[Any, list[tuple[str, str, bool]]]:
    return _shape(_area(polygons=texts))


def _round(*texts: str) -> tuple[Any, list[tuple[str, str, bool]]]:
    return _shape(_area(circles=texts))


def test_no_area_has_no_shape():
    assert geometry([]) == (None, ())
    assert geometry([_area()]) == (None, ())


def test_a_polygon_is_turned_to_longitude_and_latitude():
    shape, told = _of(_SQUARE)
    assert told == []
    assert shape.equals(shapely.box(120, 30, 121, 31))
    assert shape.exterior.is_ccw


def test_areas_are_united_and_the_same_area_of_another_language_counts_once():
    east = "30,121 30,122 31,122 31,121 30,121"
    far = "30,125 30,126 31,126 31,125 30,125"
    shape, _ = _shape(_area((_SQUARE,)), _area((east, far)), _area((_SQUARE,)))
    assert shape.geom_type == "MultiPolygon"
    assert shape.equals(shapely.union(shapely.box(120, 30, 122, 31), shapely.box(125, 30, 126, 31)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30,120 30,121 31,121", "bad_geometry"),
        ("30,120 30,121 31,121 31,120", "bad_geometry"),
        ("30,120 30,121 31,121 30;120", "bad_geometry"),
        ("30,120 30,121 31,NaN 30,120", "bad_geometry"),
        ("30,120 30,121 31,1e2 30,120", "bad_geometry"),
        ("30, 120 30, 121 31, 121 30, 120", "bad_geometry"),
        ("30,120 31,121 31,120 30,121 30,120", "bad_geometry"),
        ("30,120 30,120 30,120 30,120", "bad_geometry"),
        ("30,120 31,121 32,122 30,120", "bad_geometry"),
        ("-90,-180 90,-180 90,180 -90,180 -90,-180", "bad_geometry"),
        ("80,0 80,120 80,-120 80,0", "bad_geometry"),
        ("120,30 120,31 121,31 120,30", "coordinates_swapped"),
        ("30,190 30,191 31,191 30,190", "coordinates_out_of_range"),
        ("95,190 95,191 96,191 95,190", "coordinates_out_of_range"),
    ],
)
def test_a_polygon_that_cannot_be_used_is_quarantined(text, code):
    assert _of(text) == (None, [(code, "polygon", True)])
    assert _of(_SQUARE, text) == (None, [(code, "polygon", True)])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30,120", "bad_geometry"),
        ("30,120 -5", "bad_geometry"),
        ("30,120 99999", "bad_geometry"),
        ("30,120 NaN", "bad_geometry"),
        ("30,120 5 km", "bad_geometry"),
        ("30 120 5", "bad_geometry"),
        ("89.9,120 100", "bad_geometry"),
        ("-89.9,120 100", "bad_geometry"),
        ("120,30 5", "coordinates_swapped"),
        ("30,200 5", "coordinates_out_of_range"),
    ],
)
def test_a_circle_that_cannot_be_used_is_quarantined(text, code):
    assert _round(text) == (None, [(code, "circle", True)])


def test_a_spike_is_mended_and_noted():
    shape, told = _of("30,120 30,121 31,121 31,120.5 32,120.5 31,120.5 31,120 30,120")
    assert told == [("mended_geometry", "polygon", False)]
    assert shape.equals(shapely.box(120, 30, 121, 31))


def test_a_polygon_across_the_date_line_is_cut_there():
    shape, told = _of("10,179 10,-179 12,-179 12,179 10,179")
    assert told == []
    assert shape.equals(
        shapely.union(shapely.box(179, 10, 180, 12), shapely.box(-180, 10, -179, 12))
    )


def test_a_circle_of_nothing_is_a_point():
    shape, told = _round("12.747,-88.783 0.0")
    assert told == []
    assert shape.equals(shapely.Point(-88.783, 12.747))
    shape, _ = _round("30,120 0", "31,121 0.0")
    assert shape.geom_type == "MultiPoint"


def test_beside_a_surface_a_point_is_drawn_a_metre_wide():
    shape, _ = _shape(_area((_SQUARE,), ("29,119 0", "30.5,120.5 0")))
    assert shape.geom_type == "MultiPolygon"
    assert len(shape.geoms) == 2
    assert shape.distance(shapely.Point(119, 29)) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-84, 84),
    st.floats(-180, 180),
    st.floats(0.05, 500),
)
@example(0.0, 178.3203125, 223.0)  # closes beyond the date line
def test_a_circle_is_as_wide_as_it_says(lat, lon, radius):
    text = f"{lat:.6f},{lon:.6f} {radius:.3f}"
    shape, told = _round(text)
    assert told == []
    distances = [
        _EARTH.inv(lon, lat, x, y)[2] / 1000
        for x, y in shapely.get_coordinates(shape)
        if abs(x) < 180  # the cut along the date line is no part of the outline
    ]
    assert max(distances) == pytest.approx(radius, rel=2e-3, abs=1e-3)
    if shape.bounds[0] > -180 and shape.bounds[2] < 180:  # in one piece
        assert len(distances) == CIRCLE_POINTS + 1
        assert min(distances) == pytest.approx(radius, rel=2e-3, abs=1e-3)
        assert shape.contains(shapely.Point(lon, lat))


def test_the_widest_circle_is_drawn_and_a_wider_one_is_not():
    assert _round(f"0,0 {MOST_RADIUS_KM}")[0] is not None
    assert _round(f"0,0 {MOST_RADIUS_KM + 1}")[1] == [("bad_geometry", "circle", True)]


def _comb(teeth: int, *, lying: bool) -> str:
    """A polygon with many thin teeth."""
    points = [(0.0, -0.1)]
    for tooth in range(teeth):
        points += [(tooth / teeth, 0.0), ((tooth + 0.3) / teeth, 1.0)]
    points += [(1.0, -0.1), (0.0, -0.1)]
    pairs = [(y, x) if lying else (x, y) for x, y in points]
    return " ".join(f"{30 + y:.6f},{120 + x:.6f}" for x, y in pairs)


def test_entangled_lines_are_given_up_before_they_cost_anything():
    combs = _comb(2000, lying=False), _comb(2000, lying=True)
    assert _of(*combs) == (None, [("geometry_too_large", "polygon", True)])
    assert _of(combs[0])[0] is not None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(-85, 85), st.floats(-179, 179)), min_size=3, max_size=12))
def test_any_ring_gives_a_valid_shape_or_a_reason(points):
    pairs = [f"{lat:.5f},{lon:.5f}" for lat, lon in [*points, points[0]]]
    assume(not any(math.isnan(one) for point in points for one in point))
    shape, told = _of(" ".join(pairs))
    if shape is None:
        assert told[0][2]
    else:
        assert shape.is_valid
        assert shape.area > 0
