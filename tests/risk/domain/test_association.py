"""Association of reports: limits in space and time, independence of order, homes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from risk.domain.association import NONE, Known, Placed, Reports, associate, grounds
from risk.domain.distance import metres
from risk.domain.rules import Reach

REACH = Reach(radius_m=300.0, window_s=7200.0)
LON, LAT = 120.3, 30.3
GEOD = Geod(ellps="WGS84")

Row = tuple[float, float, float]  # seconds, metres east, metres north


def _reports(rows: list[Row], home: list[int] | None = None) -> Reports:
    points = [_moved(east, north) for _, east, north in rows]
    return Reports(
        at=np.array([row[0] for row in rows], dtype=np.float64),
        lon=np.array([one[0] for one in points], dtype=np.float64),
        lat=np.array([one[1] for one in points], dtype=np.float64),
        category=np.zeros(len(rows), dtype=np.int64),
        name=np.array([f"police/{place:04d}" for place in range(len(rows))], dtype=object),
        home=np.array(home or [NONE] * len(rows), dtype=np.int64),
    )


def _moved(east: float, north: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(LON, LAT, 90.0, east)
    lon, lat, _ = GEOD.fwd(lon, lat, 0.0, north)
    return lon, lat


def _known(*rows: Row, empty: bool = False) -> Known:
    points = [_moved(east, north) for _, east, north in rows]
    times = np.array([row[0] for row in rows], dtype=np.float64)
    return Known(
        first=times,
        last=times.copy(),
        lon=np.array([one[0] for one in points], dtype=np.float64),
        lat=np.array([one[1] for one in points], dtype=np.float64),
        voices=np.ones(len(rows), dtype=np.int64),
        category=np.zeros(len(rows), dtype=np.int64),
        empty=np.full(len(rows), empty),
    )


def _incidents(rows: list[Row]) -> list[int]:
    return associate(_reports(rows), _known(), REACH).incident.tolist()


def test_near_in_space_and_time_is_one_incident() -> None:
    assert _incidents([(0, 0, 0), (600, 100, 50), (1200, 50, 80)]) == [0, 0, 0]


@pytest.mark.parametrize(("away", "joined"), [(299.5, True), (300.5, False)])
def test_the_radius_is_exact(away: float, joined: bool) -> None:
    assert (_incidents([(0, 0, 0), (60, away, 0)]) == [0, 0]) is joined


@pytest.mark.parametrize(("later", "joined"), [(7200, True), (7201, False)])
def test_the_window_is_exact(later: float, joined: bool) -> None:
    assert (_incidents([(0, 0, 0), (later, 0, 0)]) == [0, 0]) is joined


def test_the_window_is_counted_from_the_span_of_the_incident() -> None:
    rows = [(0, 0, 0), (7000, 0, 0), (14000, 0, 0)]
    assert _incidents(rows) == [0, 0, 0]


def test_of_two_incidents_the_better_one_is_joined_and_they_stay_two() -> None:
    known = _known((0, 0, 0), (0, 500, 0))
    placed = associate(_reports([(60, 290, 0), (61, 40, 0)]), known, REACH)
    assert placed.incident.tolist() == [1, 0]
    assert placed.opened == 0


def test_a_late_record_joins_the_incident_that_began_after_it() -> None:
    placed = associate(_reports([(0, 10, 0)]), _known((3600, 0, 0)), REACH)
    assert placed.incident.tolist() == [0]


def test_a_record_stays_in_its_home_while_it_fits() -> None:
    known = _known((0, 0, 0), (0, 100, 0))
    placed = associate(_reports([(60, 99, 0)], home=[0]), known, REACH)
    assert placed.incident.tolist() == [0]


def test_a_moved_record_leaves_its_home_for_a_nearer_incident() -> None:
    known = _known((0, 0, 0), (0, 5000, 0))
    placed = associate(_reports([(60, 5010, 0)], home=[0]), known, REACH)
    assert placed.incident.tolist() == [1]


def test_a_moved_record_takes_its_empty_home_along() -> None:
    known = _known((0, 0, 0), empty=True)
    placed = associate(_reports([(60, 5010, 0), (70, 5020, 0)], home=[0, NONE]), known, REACH)
    assert placed.incident.tolist() == [0, 0]
    assert placed.opened == 0


def test_nobody_else_enters_an_empty_home() -> None:
    known = _known((0, 0, 0), empty=True)
    placed = associate(_reports([(0, 0, 0), (10, 5000, 0)], home=[NONE, 0]), known, REACH)
    assert placed.incident.tolist() == [1, 0]


offsets = st.floats(-800, 800, allow_nan=False)
rows_of = st.lists(
    st.tuples(st.integers(0, 20_000).map(float), offsets, offsets), min_size=1, max_size=25
)


@given(rows=rows_of, data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_in_a_delivery_does_not_matter(
    rows: list[Row], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    plain = _reports(rows)
    mixed = Reports(*(getattr(plain, one)[list(order)] for one in Reports.__dataclass_fields__))
    straight = associate(plain, _known(), REACH)
    shuffled = associate(mixed, _known(), REACH)
    assert _partition(plain.name, straight) == _partition(mixed.name, shuffled)


def _partition(names: np.ndarray, placed: Placed) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for name, incident in zip(names, placed.incident.tolist(), strict=True):
        found.setdefault(incident, set()).add(name)
    return {frozenset(one) for one in found.values()}


@given(rows=rows_of)
@settings(max_examples=60, deadline=None)
def test_a_joining_record_is_near_some_other_in_time(rows: list[Row]) -> None:
    placed = associate(_reports(rows), _known(), REACH)
    for incident in set(placed.incident.tolist()):
        times = sorted(
            rows[place][0] for place, one in enumerate(placed.incident.tolist()) if one == incident
        )
        gaps = [after - before for before, after in pairwise(times)]
        assert all(gap <= REACH.window_s for gap in gaps)


@given(rows=rows_of)
@settings(max_examples=40, deadline=None)
def test_grounds_sum_to_the_weight(rows: list[Row]) -> None:
    placed = associate(_reports(rows), _known(), REACH)
    for weights in zip(placed.place, placed.time, placed.family, strict=True):
        listed = grounds(*weights)
        assert [one["field"] for one in listed] == ["place", "time", "family"]
        assert sum(float(str(one["weight"])) for one in listed) == sum(weights)


@given(
    lat=st.floats(-70, 70),
    lon=st.floats(-179, 179),
    east=st.floats(-5e3, 5e3),
    turn=st.floats(0, 360),
)
def test_distance_is_the_geodesic(lat: float, lon: float, east: float, turn: float) -> None:
    lon2, lat2, _ = GEOD.fwd(lon, lat, turn, abs(east))
    assert metres(lon, lat, lon2, lat2) == pytest.approx(abs(east), abs=0.02)


def test_many_records_of_one_place_stay_quick() -> None:
    generator = np.random.default_rng(7)
    count = 20_000
    reports = Reports(
        at=generator.uniform(0, 30 * 86_400, count),
        lon=LON + generator.normal(0, 0.05, count),
        lat=LAT + generator.normal(0, 0.05, count),
        category=generator.integers(0, 3, count),
        name=np.array([str(one) for one in range(count)], dtype=object),
        home=np.full(count, NONE),
    )
    placed = associate(reports, _known(), REACH)
    assert 0 < placed.opened <= count
    assert placed.incident.max() == placed.opened - 1
