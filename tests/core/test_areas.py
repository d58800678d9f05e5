import importlib.util
import pickle
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box, shape

from core.areas import OUTSIDE, AreaIndex
from core.errors import BadInput
from tests.shared import shared_path


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def brute(polygons: Sequence[Polygon], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """The lowest index of all polygons that cover each point, by testing every one."""
    found = np.full(lon.shape, OUTSIDE, dtype=np.int32)
    for index in reversed(range(len(polygons))):
        found[shapely.intersects_xy(polygons[index], lon, lat)] = index
    return found


@pytest.fixture(scope="module")
def city() -> Any:
    path = shared_path("bench", "make_records.py")
    spec = importlib.util.spec_from_file_location("make_records", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.City()


@pytest.mark.reference
@pytest.mark.parametrize("what", ["grids", "districts"])
def test_the_city_is_located_exactly_as_by_brute_force(city: Any, what: str) -> None:
    features = city.geojson(what)["features"]
    polygons = [shape(feature["geometry"]) for feature in features]
    begun = time.perf_counter()
    index = AreaIndex([feature["properties"]["code"] for feature in features], polygons)
    seconds = time.perf_counter() - begun

    g = np.random.default_rng(3)
    corners = shapely.get_coordinates(polygons)
    middles = (corners[1:] + corners[:-1]) / 2
    near = corners + g.normal(0, 1e-7, corners.shape)
    anywhere = np.column_stack([g.uniform(119.9, 120.7, 30_000), g.uniform(30.0, 30.6, 30_000)])
    lon, lat = np.vstack([corners, middles, near, anywhere]).T

    assert np.array_equal(index.locate(lon, lat), brute(polygons, lon, lat))
    assert seconds < 10  # far below on a quiet machine; a table built point by point takes minutes


@pytest.mark.reference
def test_shared_corners_of_the_city_belong_to_one_grid_each(city: Any) -> None:
    features = city.geojson("grids")["features"]
    polygons = [shape(feature["geometry"]) for feature in features]
    index = AreaIndex([feature["properties"]["code"] for feature in features], polygons)
    corners = shapely.get_coordinates(polygons)

    assert (index.locate(*corners.T) >= 0).all()


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=6), st.integers(1, 60))
def test_any_areas_on_any_table_are_located_as_by_brute_force(
    corners: list[tuple[int, int, int, int]], size: int
) -> None:
    polygons = [
        Polygon([(a, b), (a + 1 + c, b + c / 3), (a + d / 7, b + 1 + d)]) for a, b, c, d in corners
    ]
    index = AreaIndex([str(n) for n in range(len(polygons))], polygons, size=size)
    steps = np.arange(-1, 84, 0.5)
    lon, lat = (axis.ravel() for axis in np.meshgrid(steps, steps))

    assert np.array_equal(index.locate(lon, lat), brute(polygons, lon, lat))


def test_a_boundary_belongs_to_the_lowest_index() -> None:
    left, right = box(0, 0, 1, 1), box(1, 0, 2, 1)
    lon, lat = column(1.0, 1.0, 1.0), column(0.0, 0.5, 1.0)

    assert AreaIndex(["l", "r"], [left, right]).locate(lon, lat).tolist() == [0, 0, 0]
    swapped = AreaIndex(["r", "l"], [right, left])
    assert swapped.codes_of(swapped.locate(lon, lat)) == ["r", "r", "r"]


def test_the_outer_edge_is_inside_and_the_next_number_is_not() -> None:
    index = AreaIndex(["a"], [box(0, 0, 2, 1)], size=7)
    beyond = np.nextafter(2.0, 3.0)
    below = np.nextafter(0.0, -1.0)

    lon = column(0.0, 2.0, 2.0, beyond, 1.0, 1.0)
    lat = column(0.0, 1.0, 0.5, 0.5, below, 1.0)
    assert index.locate(lon, lat).tolist() == [0, 0, 0, OUTSIDE, OUTSIDE, 0]


def test_holes_and_far_parts() -> None:
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    island = box(20, 0, 21, 1)
    index = AreaIndex(["city", "park"], [MultiPolygon([ring, island]), box(4.5, 4.5, 5.5, 5.5)])
    found = index.locate(column(1, 5, 4.2, 4, 20.5, 15), column(1, 5, 4.2, 5, 0.5, 0.5))

    assert index.codes_of(found) == ["city", "park", None, "city", "city", None]


def test_points_that_are_nowhere_lie_outside() -> None:
    index = AreaIndex(["a"], [box(0, 0, 1, 1)])
    found = index.locate(
        column(np.nan, np.inf, 1e308, 0.5, -1e300), column(0.5, 0.5, -1e308, np.nan, 0.5)
    )
    assert found.tolist() == [OUTSIDE] * 5
    assert found.dtype == np.int32
    assert index.locate(column(), column()).shape == (0,)


@pytest.mark.parametrize(
    "shape_",
    [
        Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
        Polygon(),
        shapely.Point(0, 0),
        shapely.LineString([(0, 0), (1, 1)]),
    ],
)
def test_what_is_no_area_is_refused_by_its_code(shape_: Any) -> None:
    with pytest.raises(BadInput) as caught:
        AreaIndex(["good", "bad"], [box(0, 0, 1, 1), shape_])
    assert caught.value.code == "bad_geometry"
    assert caught.value.detail == {"areas": "bad"}


@pytest.mark.parametrize(
    ("codes", "polygons"),
    [([], []), (["a"], []), (["a", "a"], [box(0, 0, 1, 1), box(1, 0, 2, 1)])],
)
def test_each_area_has_one_code(codes: list[str], polygons: list[Polygon]) -> None:
    with pytest.raises(ValueError, match="one code"):
        AreaIndex(codes, polygons)


def test_an_index_can_be_handed_to_another_process() -> None:
    index = AreaIndex(["a"], [box(0, 0, 1, 1)], size=5)
    # Our own bytes.
    copy = pickle.loads(pickle.dumps(index))

    assert copy.locate(column(0.5, 2.0), column(0.5, 0.5)).tolist() == [0, OUTSIDE]


@pytest.mark.parametrize(
    ("shape_", "expected"),
    [
        (shapely.box(0.2, 0.2, 0.8, 0.8), ["w"]),
        (shapely.box(0.5, 0.2, 1.5, 0.8), ["w", "e"]),
        (shapely.box(-1, 0, 0, 1), []),  # shares no more than the boundary
        (shapely.box(3, 3, 4, 4), []),
        (shapely.Point(1, 0.5), ["w", "e"]),  # on the line between them
        (shapely.Point(0.5, 0.5), ["w"]),
        (shapely.LineString([(0.5, 0.5), (1.5, 0.5)]), ["w", "e"]),
        (shapely.Polygon([(0.2, 0.2), (0.8, 0.8), (0.8, 0.2), (0.2, 0.8)]), ["w"]),  # a bow tie
        (shapely.MultiPolygon([shapely.box(0.1, 0.1, 0.2, 0.2), shapely.box(5, 5, 6, 6)]), ["w"]),
    ],
)
def test_a_shape_overlaps_the_areas_it_reaches_into(shape_: Any, expected: list[str]) -> None:
    index = AreaIndex(["w", "e"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    assert index.overlapping(shape_) == expected
