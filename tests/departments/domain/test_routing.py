"""The duty table: the first row that fits, and who that is in the district."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.workcalendar import WorkCalendar
from core.workingtime import Limit, Unit
from departments.domain.plans import Plan
from departments.domain.routing import DutyRow, Hours, Matter, assign, first_fitting

CALENDAR = WorkCalendar(
    ZoneInfo("Asia/Shanghai"), dict.fromkeys(range(5), ((510, 720), (840, 1050)))
)
WORKING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
NIGHT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PLAN = Plan(sign_for=Limit(30, Unit.MINUTE), handle=Limit(4, Unit.WORKING_HOUR))
ANY = DutyRow(
    key="any",
    families=frozenset(),
    categories=frozenset(),
    category_families=frozenset(),
    levels=frozenset(),
    areas=frozenset({"*"}),
    hours=Hours.ALWAYS,
    lead="EMB",
    supporting=("GOV",),
    by_district=False,
    plan=PLAN,
)
FIRE = replace(
    ANY,
    key="fire",
    categories=frozenset({"fire"}),
    category_families=frozenset({"fire"}),
    levels=frozenset({"major", "larger"}),
    lead="FIRE",
    supporting=("PSB", "GOV"),
)


def _key(rows: list[DutyRow[str]], matter: Matter, at: datetime = WORKING) -> str | None:
    row = first_fitting(rows, matter, at, CALENDAR)
    return row.key if row else None


def test_the_first_fitting_row_wins() -> None:
    fire = Matter(family="fire", category="fire", level="major")
    assert _key([FIRE, ANY], fire) == "fire"
    assert _key([ANY, FIRE], fire) == "any"
    assert _key([FIRE], Matter(family="gas", category="gas.leak", level="major")) is None


@pytest.mark.parametrize(
    ("change", "matter", "fits"),
    [
        ({"families": frozenset({"gas"})}, {"family": "gas"}, True),
        ({"families": frozenset({"gas"})}, {"family": "fire"}, False),
        ({"levels": frozenset({"general"})}, {"level": ""}, True),
        ({"levels": frozenset({"major"})}, {"level": ""}, False),
        ({"levels": frozenset({"major"})}, {"level": "major"}, True),
        ({"areas": frozenset({"990102"})}, {"district": "990102"}, True),
        ({"areas": frozenset({"990102"})}, {"district": "990103"}, False),
        ({"areas": frozenset({"990102"})}, {"district": ""}, False),
        ({"areas": frozenset()}, {"district": "990103"}, True),
    ],
)
def test_conditions(change: dict[str, object], matter: dict[str, str], fits: bool) -> None:
    row = replace(ANY, **change)
    given = Matter(**{"family": "fire", **matter})
    assert (_key([row], given) == "any") is fits


def test_a_matter_without_category_is_taken_for_any_of_its_family() -> None:
    assert _key([FIRE], Matter(family="fire", level="larger")) == "fire"
    assert _key([FIRE], Matter(family="gas", level="larger")) is None
    assert _key([FIRE], Matter(family="fire", category="fire.hazard", level="larger")) is None


def test_hours_follow_the_working_calendar() -> None:
    day, night = replace(ANY, hours=Hours.WORKING), replace(ANY, key="night", hours=Hours.OFF)
    matter = Matter(family="fire")
    assert _key([day, night], matter, WORKING) == "any"
    assert _key([day, night], matter, NIGHT) == "night"


def test_branches_take_the_place_of_their_bureaus() -> None:
    def branch_of(organisation: str, district: str) -> str:
        return f"{organisation}-{district}" if organisation != "GOV" else "GOV"

    matter = Matter(family="fire", category="fire", level="major", district="990102")
    route = assign(replace(FIRE, by_district=True), matter, branch_of)
    assert (route.lead, route.supporting) == ("FIRE-990102", ("PSB-990102", "GOV"))
    city_wide = assign(FIRE, matter, branch_of)
    assert (city_wide.lead, city_wide.supporting) == ("FIRE", ("PSB", "GOV"))
    nowhere = assign(replace(FIRE, by_district=True), replace(matter, district=""), branch_of)
    assert nowhere.lead == "FIRE"


def test_nobody_takes_part_twice() -> None:
    row = replace(FIRE, supporting=("FIRE", "PSB", "PSB"))
    route = assign(row, Matter(family="fire"), lambda organisation, district: organisation)
    assert route.supporting == ("PSB",)


def test_the_reason_names_what_decided() -> None:
    route = assign(FIRE, Matter(family="fire", category="fire"), lambda one, district: one)
    assert route.plan.duty == "fire"
    assert route.plan.reason is not None
    assert route.plan.reason["matched"] == {"category": "fire", "risk_level": "general"}
    assert Plan.from_data(route.plan.data()) == route.plan
