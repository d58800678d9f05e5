"""Association of reports: reach, turns, independence of order, homes, addresses."""

from dataclasses import replace
from itertools import pairwise
from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from risk.domain.association import Placed, associate
from risk.domain.distance import metres
from risk.domain.fitting import Incident, Report
from risk.domain.grounds import grounds, weight
from risk.domain.rules import Reach

HOUR, DAY = 3600.0, 86_400.0
REACH = Reach(radius_m=300.0, window_s=2 * HOUR, longest_s=6 * HOUR)
REACHES = {"crash": REACH, "fire": REACH, "injury": Reach(50.0, 900.0, HOUR), "food": REACH}
REACHES["food"] = Reach(450.0, 8 * HOUR, 2 * DAY)
LON, LAT = 120.3, 30.3
GEOD = Geod(ellps="WGS84")
INJURY = ("injury", "crash", "fire")

Row = tuple[float, float, float]  # seconds, metres east, metres north


def _report(at: float, east: float = 0.0, north: float = 0.0, **other: Any) -> Report:
    lon, lat = _moved(east, north)
    plain: dict[str, Any] = {"name": f"r{at}-{east}-{north}", "category": "crash"}
    plain |= {"kinds": ("crash",), "start": at, "end": at, "lon": lon, "lat": lat}
    return Report(**plain | other)


def _day(east: float = 0.0, day: int = 0, **other: Any) -> Report:
    return _report(day * DAY, east, end=(day + 1) * DAY, **other)


def _named(at: float, **other: Any) -> Report:
    return _report(at, lon=nan, lat=nan, **other)


def _moved(east: float, north: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(LON, LAT, 90.0, east)
    lon, lat, _ = GEOD.fwd(lon, lat, 0.0, north)
    return lon, lat


def _known(at: float, east: float = 0.0, **other: Any) -> Incident:
    lon, lat = _moved(east, 0.0)
    plain: dict[str, Any] = {"kind": "crash", "category": "crash", "late": at, "early": at}
    plain |= {"lon": lon, "lat": lat, "voices": 1, "empty": False}
    return Incident(**plain | other)


def _place(*reports: Report, known: tuple[Incident, ...] = ()) -> Placed:
    return associate(reports, known, REACHES)


def _incidents(rows: list[Row]) -> list[int]:
    return _place(*(_report(*row) for row in rows)).incident


def test_near_in_space_and_time_is_one_incident() -> None:
    assert _incidents([(0, 0, 0), (600, 100, 50), (1200, 50, 80)]) == [0, 0, 0]


@pytest.mark.parametrize(("away", "joined"), [(299.5, True), (300.5, False)])
def test_at_the_same_time_the_radius_is_exact(away: float, joined: bool) -> None:
    assert (_incidents([(0, 0, 0), (0, away, 0)]) == [0, 0]) is joined


@pytest.mark.parametrize(("later", "joined"), [(7200, True), (7201, False)])
def test_at_the_same_place_the_window_is_exact(later: float, joined: bool) -> None:
    assert (_incidents([(0, 0, 0), (later, 0, 0)]) == [0, 0]) is joined


def test_far_and_late_at_once_is_another_occurrence() -> None:
    assert _incidents([(0, 0, 0), (6000, 250, 0)]) == [0, 1]


def test_the_window_is_counted_from_the_span_of_the_incident() -> None:
    assert _incidents([(0, 0, 0), (7000, 0, 0), (14000, 0, 0)]) == [0, 0, 0]


def test_an_incident_does_not_grow_beyond_its_longest() -> None:
    chain = [(one * 7000.0, 0.0, 0.0) for one in range(7)]
    assert _incidents(chain) == [0, 0, 0, 0, 1, 1, 1]


def test_of_two_incidents_the_better_one_is_joined_and_they_stay_two() -> None:
    placed = _place(_report(60, 290), _report(61, 40), known=(_known(0), _known(0, 500)))
    assert placed.incident == [1, 0]
    assert placed.kinds == []


def test_a_late_record_joins_the_incident_that_began_after_it() -> None:
    assert _place(_report(0, 10), known=(_known(3600),)).incident == [0]


def test_only_reports_of_its_kind_join_an_incident() -> None:
    fire = {"category": "fire", "kinds": ("fire",)}
    placed = _place(_report(0), _report(0, **fire), known=())
    assert placed.incident[0] != placed.incident[1]
    assert sorted(placed.kinds) == ["crash", "fire"]


def test_what_may_be_a_part_joins_the_nearest_that_surely_tells() -> None:
    hurt = _report(-60, category="injury", kinds=INJURY)
    crash, fire = _report(0, 20), _report(0, 60, category="fire", kinds=("fire",))
    placed = _place(hurt, crash, fire)
    assert placed.incident[0] == placed.incident[1] != placed.incident[2]
    assert placed.levels[0] == ("very_near", "very_near", "part_of_it")


def test_parts_alone_make_no_crash() -> None:
    hurt = [_report(0, east, category="injury", kinds=INJURY) for east in (0, 100, 200)]
    assert _place(*hurt).incident == [0, 1, 2]


def test_a_report_of_the_day_joins_what_happened_on_it() -> None:
    crash = _report(15 * HOUR)
    hurt = _day(50, category="injury", kinds=INJURY)
    before = _day(50, day=-1, category="injury", kinds=INJURY)
    placed = _place(hurt, crash, before)
    assert placed.incident[0] == placed.incident[1] != placed.incident[2]
    assert placed.levels[0] == ("very_near", "same_day", "part_of_it")


def test_reports_of_one_day_agree_only_for_what_lasts_a_day() -> None:
    sick = {"category": "enteric", "kinds": ("food",)}
    assert _place(_day(0, **sick), _day(100, **sick)).incident == [0, 0]
    assert _place(_day(0, day=0, **sick), _day(100, day=1, **sick)).incident == [0, 0]
    assert _place(_day(0, day=0, **sick), _day(100, day=3, **sick)).incident == [0, 1]
    hurt = {"category": "injury", "kinds": ("injury",)}
    assert _place(_day(0, **hurt), _day(10, **hurt)).incident == [0, 1]


def test_a_record_stays_in_its_home_though_another_is_nearer() -> None:
    placed = _place(_report(60, 99, home=0), known=(_known(0), _known(0, 100)))
    assert placed.incident == [0]


def test_a_record_is_not_put_out_because_the_centre_wandered() -> None:
    assert _place(_report(0, 350, home=0), known=(_known(0),)).incident == [0]
    assert _place(_report(0, 450, home=0), known=(_known(0),)).incident == [1]


def test_a_moved_record_leaves_its_home_for_a_nearer_incident() -> None:
    placed = _place(_report(60, 5010, home=0), known=(_known(0), _known(0, 5000)))
    assert placed.incident == [1]


def test_a_record_that_tells_of_something_else_now_leaves_its_home() -> None:
    fire = _report(60, category="fire", kinds=("fire",), home=0)
    assert _place(fire, known=(_known(0),)).incident == [1]


def test_a_moved_record_takes_its_empty_home_along() -> None:
    reports = _report(60, 5010, home=0), _report(70, 5020)
    placed = _place(*reports, known=(_known(0, empty=True),))
    assert placed.incident == [0, 0]
    assert placed.kinds == []


def test_nobody_else_enters_an_empty_home() -> None:
    placed = _place(_report(0), _report(10, 5000, home=0), known=(_known(0, empty=True),))
    assert placed.incident == [1, 0]


def test_a_lone_part_moves_to_what_it_is_a_part_of() -> None:
    own = _known(0, 20, kind="injury", category="injury", empty=True)
    hurt = _report(0, 20, category="injury", kinds=INJURY, home=0, lone=True)
    assert _place(hurt, _report(60), known=(own,)).incident == [1, 1]
    assert _place(hurt, _report(60, 5000), known=(own,)).incident == [0, 1]


HOUSE, ESTATE = "990102:滨江路12号", "990102:滨江花园"


def test_an_address_joins_the_one_incident_that_others_have_located_there() -> None:
    two = _report(0, house="990102:滨江路14号", place=ESTATE), _report(60, 20, place=ESTATE)
    placed = _place(*two, _named(120, house=HOUSE, place=ESTATE))
    assert placed.incident == [0, 0, 0]
    assert placed.levels[2] == ("same_place", "very_near", "same_category")


def test_a_single_voice_is_joined_at_the_same_house_only() -> None:
    one = _report(0, house=HOUSE, place=ESTATE)
    assert _place(one, _named(60, place=ESTATE)).incident == [0, 1]
    placed = _place(one, _named(60, house=HOUSE, place=ESTATE))
    assert placed.incident == [0, 0]
    assert placed.levels[1][0] == "same_house"


def test_an_address_that_points_to_two_incidents_joins_neither() -> None:
    known = [_known(0, east, voices=2, places={ESTATE}) for east in (0, 2000)]
    assert _place(_named(60, place=ESTATE), known=tuple(known)).incident == [2]


def test_what_has_neither_place_nor_address_stands_alone() -> None:
    assert _place(_report(0), _report(1), _named(2)).incident == [0, 0, 1]


offsets = st.floats(-800, 800, allow_nan=False)
rows_of = st.lists(
    st.tuples(st.integers(0, 20_000).map(float), offsets, offsets), min_size=1, max_size=25
)
shapes = st.sampled_from(
    [
        {},
        {"category": "fire", "kinds": ("fire",)},
        {"category": "injury", "kinds": INJURY},
        {"category": "injury", "kinds": INJURY, "end": DAY},
        {"lon": nan, "lat": nan, "place": ESTATE},
        {"place": ESTATE, "house": HOUSE},
    ]
)


@given(rows=rows_of, data=st.data())
@settings(max_examples=80, deadline=None)
def test_the_order_of_rows_in_a_delivery_does_not_matter(
    rows: list[Row], data: st.DataObject
) -> None:
    plain = [
        _report(*row, name=f"{place:04d}", **data.draw(shapes)) for place, row in enumerate(rows)
    ]
    mixed = data.draw(st.permutations(plain))
    assert _partition(plain, _place(*plain)) == _partition(mixed, _place(*mixed))


def _partition(reports: list[Report], placed: Placed) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for report, incident in zip(reports, placed.incident, strict=True):
        found.setdefault(incident, set()).add(report.name)
    return {frozenset(one) for one in found.values()}


@given(rows=rows_of)
@settings(max_examples=60, deadline=None)
def test_placing_again_what_was_placed_changes_nothing(rows: list[Row]) -> None:
    reports = [_report(*row, name=f"{place:04d}") for place, row in enumerate(rows)]
    placed = _place(*reports)
    incidents = [Incident(kind, "crash") for kind in placed.kinds]
    for report, incident in zip(reports, placed.incident, strict=True):
        incidents[incident].add(report)
    for place, incident in enumerate(placed.incident):
        again = _place(replace(reports[place], home=incident), known=tuple(incidents))
        assert again.incident == [incident]


@given(rows=rows_of)
@settings(max_examples=60, deadline=None)
def test_an_incident_is_connected_in_time_and_not_too_long(rows: list[Row]) -> None:
    placed = _incidents(rows)
    for incident in set(placed):
        times = sorted(rows[place][0] for place, one in enumerate(placed) if one == incident)
        assert all(after - before <= REACH.window_s for before, after in pairwise(times))
        assert times[-1] - times[0] <= REACH.longest_s


@given(rows=rows_of)
@settings(max_examples=40, deadline=None)
def test_grounds_sum_to_the_weight(rows: list[Row]) -> None:
    for levels in _place(*(_report(*row) for row in rows)).levels:
        listed = grounds(levels)
        assert [one["field"] for one in listed] == ["place", "time", "kind"]
        assert sum(float(str(one["weight"])) for one in listed) == weight(levels)


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
    rows = zip(
        generator.uniform(0, 30 * DAY, 20_000).tolist(),
        (LON + generator.normal(0, 0.05, 20_000)).tolist(),
        (LAT + generator.normal(0, 0.05, 20_000)).tolist(),
        strict=True,
    )
    reports = [
        Report(str(place), at, at, lon, lat, "crash", ("crash",))
        for place, (at, lon, lat) in enumerate(rows)
    ]
    placed = associate(reports, (), REACHES)
    assert max(placed.incident) == len(placed.kinds) - 1
