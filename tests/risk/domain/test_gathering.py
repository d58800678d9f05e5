"""Incidents of one spot and family become cases by a session window; alerts are decided."""

from datetime import UTC, datetime, timedelta

import pytest

from risk.domain.alerting import AlertFacts, Verdict, decide
from risk.domain.gathering import Arrival, Span, gather
from risk.domain.spots import common_road, road_of, spot_names
from tests.risk.domain.test_assessment import RULES

START = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = timedelta(days=14)


def _day(count: float) -> datetime:
    return START + timedelta(days=count)


def _at(day: float, home: int | None = None) -> Arrival:
    return Arrival(_day(day), _day(day), home)


def test_a_session_goes_on_while_gaps_are_within_the_window() -> None:
    arrivals = [_at(0), _at(13), _at(26), _at(41)]
    assert gather(arrivals, [], WINDOW) == [0, 0, 0, 1]


def test_the_limit_itself_still_joins() -> None:
    assert gather([_at(0), _at(14)], [], WINDOW) == [0, 0]


def test_an_incident_joins_the_nearest_case_and_two_cases_stay_two() -> None:
    cases = [Span(_day(0), _day(1)), Span(_day(20), _day(21))]
    assert gather([_at(12)], cases, WINDOW) == [1]
    assert gather([_at(9)], cases, WINDOW) == [0]


def test_a_late_incident_joins_the_case_that_began_after_it() -> None:
    assert gather([_at(0)], [Span(_day(5), _day(6))], WINDOW) == [0]


def test_an_incident_stays_in_its_case_while_that_covers_it() -> None:
    cases = [Span(_day(0), _day(10)), Span(_day(12), _day(13))]
    assert gather([_at(12, home=0)], cases, WINDOW) == [0]
    assert gather([_at(40, home=0)], cases, WINDOW) == [2]


def _facts(**changes: object) -> AlertFacts:
    plain: dict[str, object] = {
        "state": "open",
        "level": "larger",
        "open_level": "",
        "upstream": frozenset({"received"}),
    }
    return AlertFacts(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.OPEN),
        ({"level": "general"}, Verdict.NOTHING),
        ({"open_level": "larger"}, Verdict.NOTHING),
        ({"open_level": "larger", "level": "major"}, Verdict.RAISE),
        ({"open_level": "major"}, Verdict.NOTHING),
        ({"open_level": "larger", "level": "major", "state": "in_hand"}, Verdict.RAISE),
        ({"state": "settled"}, Verdict.NOTHING),
        ({"state": "false_alarm"}, Verdict.NOTHING),
        ({"state": "recurred"}, Verdict.OPEN),
        ({"upstream": frozenset({"closed"})}, Verdict.SILENCE),
        ({"upstream": frozenset({"closed"}), "silenced": True}, Verdict.NOTHING),
        ({"upstream": frozenset({"closed"}), "by_hand": True}, Verdict.OPEN),
        ({"upstream": frozenset({"closed", "in_hand"})}, Verdict.SILENCE),
        ({"upstream": frozenset({"closed", "received"})}, Verdict.OPEN),
        ({"upstream": frozenset()}, Verdict.OPEN),
    ],
)
def test_when_a_case_deserves_an_alert(changes: dict[str, object], verdict: Verdict) -> None:
    assert decide(_facts(**changes), RULES) is verdict


@pytest.mark.parametrize(
    ("address", "road"),
    [
        ("滨海市南屿区滨江大道706号滨江广场16幢", "滨江大道"),
        ("福建省厦门市思明区湖滨南路123号", "湖滨南路"),
        ("青年街625号建设花园25幢", "青年街"),
        ("12 Old Harbour Street", "Old Harbour Street"),
        ("某小区门口", ""),
        ("", ""),
    ],
)
def test_the_road_of_an_address(address: str, road: str) -> None:
    assert road_of(address) == road


def test_a_spot_is_named_after_its_commonest_road() -> None:
    assert common_road(["甲路1号", "乙路2号", "乙路3号", ""]) == "乙路"
    zh, en = spot_names(
        cell="8931a8d4b2fffff", district_zh="南屿区", district_en="Nanyu District", road="乙路"
    )
    assert zh == "南屿区乙路一带（d4b2f）"
    assert en == "Around 乙路, Nanyu District (d4b2f)"
    plain = spot_names(
        cell="8931a8d4b2fffff", district_zh="南屿区", district_en="Nanyu District", road=""
    )
    assert plain == ("南屿区网格点 d4b2f", "Spot d4b2f, Nanyu District")
