"""The district and the grid of points."""

import numpy as np
import pytest
import shapely

from city.domain.locating import Locator

BBOX = (118.0, 24.0, 119.0, 25.0)
WEST, EAST = shapely.box(118.1, 24.1, 118.3, 24.3), shapely.box(118.3, 24.1, 118.5, 24.3)


def _at(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.array(points, dtype=np.float64).T
    return lon, lat


def test_without_grids_districts_answer() -> None:
    locator = Locator(BBOX, [("W", WEST), ("E", EAST)], [])

    districts, grids = locator.locate(*_at((118.2, 24.2), (118.4, 24.2), (118.9, 24.9)))

    assert districts.tolist() == ["W", "E", ""]
    assert grids.tolist() == ["", "", ""]


def test_the_district_is_that_of_the_grid_and_where_there_is_none_its_own() -> None:
    grid = shapely.box(118.28, 24.1, 118.4, 24.2)  # drawn across the district's line
    locator = Locator(BBOX, [("W", WEST), ("E", EAST)], [("g1", "E", grid)])

    districts, grids = locator.locate(*_at((118.29, 24.15), (118.15, 24.15), (118.0, 24.0)))

    assert districts.tolist() == ["E", "W", ""]
    assert grids.tolist() == ["g1", "", ""]


@pytest.mark.parametrize("lon", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_place_lies_nowhere(lon: float) -> None:
    locator = Locator(BBOX, [("W", WEST)], [("g1", "W", WEST)])

    districts, grids = locator.locate(*_at((lon, 24.2)))

    assert (districts.tolist(), grids.tolist()) == ([""], [""])
    assert locator.inside(*_at((lon, 24.2))).tolist() == [False]


def test_inside_is_the_bbox_with_its_edges() -> None:
    locator = Locator(BBOX, [("W", WEST)], [])

    inside = locator.inside(*_at((118.0, 24.0), (119.0, 25.0), (118.5, 25.01)))

    assert inside.tolist() == [True, True, False]


def test_no_points_are_no_trouble() -> None:
    empty = np.array([], dtype=np.float64)
    for grids in ([], [("g1", "W", WEST)]):
        districts, codes = Locator(BBOX, [("W", WEST)], grids).locate(empty, empty)
        assert len(districts) == len(codes) == 0


def test_the_districts_of_a_shape_are_those_it_reaches_into() -> None:
    locator = Locator(BBOX, [("W", WEST), ("E", EAST)], [])

    assert locator.districts_of(shapely.box(118.2, 24.15, 118.4, 24.2)) == ["W", "E"]
    assert locator.districts_of(shapely.box(120.0, 24.15, 121.0, 24.2)) == []
