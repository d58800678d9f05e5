import math

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from core.cells import (
    NO_CELL,
    cell,
    cell_centres,
    cell_polygon,
    cells,
    from_hex,
    parents,
    ring,
    ring_size,
    rings,
    to_hex,
)
from core.errors import BadInput

EARTH_M = 6_371_007.18
SIMING = 118.089425, 24.479834


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def one(lon: float, lat: float, resolution: int = 9) -> int:
    return int(cells(column(lon), column(lat), resolution)[0])


def flat(cell: int, centre: tuple[float, float]) -> shapely.Polygon:
    """A cell in metres on the plane that touches the globe at ``centre`` (azimuthal)."""
    lon0, lat0 = map(math.radians, centre)
    corners = []
    for lon, lat in cell_polygon(cell):
        dlon, phi = math.radians(lon) - lon0, math.radians(lat)
        cosine = math.sin(lat0) * math.sin(phi) + math.cos(lat0) * math.cos(phi) * math.cos(dlon)
        scale = EARTH_M / cosine
        x = math.cos(phi) * math.sin(dlon)
        y = math.cos(lat0) * math.sin(phi) - math.sin(lat0) * math.cos(phi) * math.cos(dlon)
        corners.append((x * scale, y * scale))
    return shapely.Polygon(corners)


def reach_of(cell: int, size: int) -> float:
    """Metres from a cell to the nearest point outside ``size`` rings around it."""
    centre = cell_centres(np.array([cell]))
    at = float(centre[0][0]), float(centre[1][0])
    name = to_hex(cell)
    border = set(h3.grid_disk(name, size + 1)) - set(h3.grid_disk(name, size))
    own = flat(cell, at)
    return min(own.distance(flat(from_hex(other), at)) for other in border)


def test_cells_are_those_of_the_reference_library_and_fit_a_signed_bigint() -> None:
    g = np.random.default_rng(1)
    lon, lat = g.uniform(-180, 180, 500), g.uniform(-90, 90, 500)
    found = cells(lon, lat, 9)

    assert found.dtype == np.int64
    assert (found > 0).all()
    expected = [h3.latlng_to_cell(y, x, 9) for x, y in zip(lon, lat, strict=True)]
    assert [to_hex(cell) for cell in found.tolist()] == expected


def test_points_that_are_not_finite_have_no_cell() -> None:
    lon, lat = column(SIMING[0], np.nan, np.inf), column(SIMING[1], 24.0, 24.0)

    assert cells(lon, lat)[1:].tolist() == [NO_CELL, NO_CELL]
    assert cells(column(), column()).shape == (0,)


def test_centres_lie_in_their_cells() -> None:
    found = cells(column(SIMING[0], 120.3), column(SIMING[1], 30.3))
    lon, lat = cell_centres(found)

    assert cells(lon, lat).tolist() == found.tolist()
    assert np.isnan(cell_centres(np.array([NO_CELL]))).all()
    assert cell_centres(np.array([], dtype=np.int64))[0].shape == (0,)


def test_an_outline_is_a_closed_ring_of_lon_lat_around_its_cell() -> None:
    outline = cell_polygon(one(*SIMING))
    polygon = shapely.Polygon(outline)

    assert outline[0] == outline[-1]
    assert len(outline) == 7
    assert polygon.contains(shapely.Point(SIMING))
    assert polygon.exterior.is_ccw


@pytest.mark.parametrize("resolution", range(10))
def test_parents_are_those_of_the_reference_library(resolution: int) -> None:
    g = np.random.default_rng(2)
    found = cells(g.uniform(-180, 180, 200), g.uniform(-90, 90, 200), 9)
    expected = [h3.cell_to_parent(to_hex(cell), resolution) for cell in found.tolist()]

    assert [to_hex(cell) for cell in parents(found, resolution).tolist()] == expected
    assert parents(np.array([NO_CELL]), resolution).tolist() == [NO_CELL]


@pytest.mark.parametrize("resolution", [10, -1, 16])
def test_a_parent_is_never_finer_than_its_child(resolution: int) -> None:
    with pytest.raises(ValueError, match=r"finer|resolutions"):
        parents(np.array([one(*SIMING)]), resolution)


def test_three_hundred_metres_take_two_rings_at_resolution_nine() -> None:
    assert ring_size(9, 300) == 2
    assert len(ring(one(*SIMING), 300)) == 19


@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-89, 89),
    resolution=st.integers(7, 11),
    size=st.integers(1, 4),
)
def test_a_ring_holds_everything_within_its_radius_anywhere_on_earth(
    lon: float, lat: float, resolution: int, size: int
) -> None:
    cell = one(lon, lat, resolution)
    reach = reach_of(cell, size)

    # A radius longer than these rings reach must ask for more of them.
    assert ring_size(resolution, reach) >= size
    assert ring_size(resolution, reach * 1.0001) > size


@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
def test_rings_hold_near_the_twelve_pentagons_too(resolution: int) -> None:
    for pentagon in h3.get_pentagons(resolution):
        for name in h3.grid_disk(pentagon, 2):
            for size in (1, 2):
                reach = reach_of(from_hex(name), size)
                assert ring_size(resolution, reach * 1.0001) > size


def test_the_ring_is_not_wasteful() -> None:
    # 500 m: at most one ring more than regular hexagons of the average size would take.
    edge = h3.average_hexagon_edge_length(9, unit="m")
    for radius in (100, 300, 500, 1000, 3000):
        assert ring_size(9, radius) <= math.ceil((radius / edge + 0.5) / 1.5) * 1.5 + 1


def test_rings_of_many_cells_keep_their_owners() -> None:
    a, b = one(*SIMING), one(120.3, 30.3)
    owners, members = rings(np.array([a, b, NO_CELL, a]), 300)

    assert np.bincount(owners, minlength=4).tolist() == [19, 19, 0, 19]
    for position, middle in ((0, a), (1, b), (3, a)):
        assert members[owners == position].tolist() == ring(middle, 300).tolist()
    none = rings(np.array([], dtype=np.int64), 300)
    assert (len(none[0]), len(none[1])) == (0, 0)


def test_touching_points_need_the_neighbours() -> None:
    assert ring_size(9, 0) == 1
    for radius in (-1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="finite"):
            ring_size(9, radius)


def test_text_and_number_of_a_cell() -> None:
    cell = one(*SIMING)

    assert from_hex(to_hex(cell)) == cell
    assert len(to_hex(cell)) == 15


@pytest.mark.parametrize(
    "text", ["", "zz", "0", "89", "-1", "ffffffffffffffff", "8" * 40, "8930_8280_87fffff"]
)
def test_what_is_no_cell_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_hex(text)
    assert caught.value.code == "cell_invalid"


@given(st.floats(-179.9, 179.9), st.floats(-89.9, 89.9), st.integers(0, 15))
def test_one_point_lies_in_the_cell_of_its_column(lon: float, lat: float, resolution: int) -> None:
    assert cell(lon, lat, resolution) == one(lon, lat, resolution)
