"""Records of warnings become warnings: what stands, where, and which cases feel it."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import fixed
from risk import services as risk
from risk.models import (
    Alert,
    Assessment,
    IssuedWarning,
    RiskCase,
    WarningDistrict,
    WarningReference,
)
from risk.selectors import active_rules, in_force
from tests.risk.calls import AT, COLLISION, LAT, LON, NOISE, Call, judge, owed, push
from tests.risk.skies import HERE, HOUR, cap, deliver, row, square, standing, tell
from work.models import WorkItem

pytestmark = pytest.mark.django_db

CHAIN = {
    "a": cap("a"),
    "u": cap("u", hours=1, msgType="Update", names=[("a", 0)], colour="Red"),
    "c": cap("c", hours=2, msgType="Cancel", names=[("u", 1)]),
}


def _districts() -> set[str]:
    return set(WarningDistrict.objects.values_list("district", flat=True))


def _written() -> list[Any]:
    tables = (IssuedWarning, WarningDistrict, WarningReference)
    return [list(table.objects.order_by("id").values()) for table in tables]


def test_a_message_becomes_a_warning_with_its_area_and_validity() -> None:
    tell(cap("a", scope="Public"))
    warning = IssuedWarning.objects.get()
    assert (warning.message_type, warning.level, warning.category) == (
        "Alert", "orange", "weather.rain",
    )  # fmt: skip
    assert (warning.starts_at, warning.ends_at, warning.end_assumed) == (AT, AT + 6 * HOUR, False)
    assert (warning.severity, warning.urgency, warning.certainty) == (
        "Severe", "Expected", "Likely",
    )  # fmt: skip
    assert (warning.state, warning.feed, warning.issuer) == (
        "issued",
        "weather_cap",
        "滨海市气象台",
    )
    assert warning.texts[0]["headline"] == "暴雨橙色预警"
    assert _districts() == {HERE}


def test_a_warning_without_an_end_is_assumed_to_last_as_the_ruleset_says() -> None:
    tell(row("W1"), feed="weather")
    warning = IssuedWarning.objects.get()
    assert warning.ends_at == AT + 12 * HOUR
    assert warning.end_assumed
    assert warning.level == "blue"
    assert warning.texts[0]["description"].startswith("预计未来")


def test_a_warning_follows_its_record() -> None:
    tell(row("W1"), feed="weather")
    before = IssuedWarning.objects.get()
    tell(row("W1", colour="Red", areas=["990103", "990104"]), feed="weather")
    after = IssuedWarning.objects.get()
    assert (before.id, before.level, after.level) == (after.id, "blue", "red")
    assert _districts() == {"990103", "990104"}


def test_doing_it_again_changes_nothing() -> None:
    (delivery,) = deliver(CHAIN["a"])
    risk.associate(delivery_ids=[delivery])
    tell(CHAIN["u"])
    before = _written()
    WorkItem.objects.all().delete()
    risk.associate(delivery_ids=[delivery])
    assert _written() == before
    assert owed("assess") == []


@pytest.mark.parametrize("order", ["".join(one) for one in permutations("auc")])
def test_what_stands_does_not_depend_on_what_came_first(order: str) -> None:
    tell(*(CHAIN[name] for name in order))
    assert standing() == {"a": ("updated", "u"), "u": ("cancelled", "c"), "c": ("cancelled", "")}
    assert not in_force(IssuedWarning.objects.all(), AT + 3 * HOUR).exists()


def test_messages_of_one_round_are_as_messages_one_by_one() -> None:
    risk.associate(delivery_ids=deliver(CHAIN["c"], CHAIN["u"], CHAIN["a"]))
    assert standing() == {"a": ("updated", "u"), "u": ("cancelled", "c"), "c": ("cancelled", "")}


def test_an_update_stands_in_place_of_what_it_names() -> None:
    tell(CHAIN["a"], CHAIN["u"])
    standing_then = in_force(IssuedWarning.objects.all(), AT + 2 * HOUR)
    assert [one.identifier for one in standing_then] == ["u"]
    assert not in_force(IssuedWarning.objects.all(), AT + 6 * HOUR).exists()
    assert not in_force(IssuedWarning.objects.all(), AT - HOUR).exists()


@pytest.mark.parametrize("status", ["Test", "Exercise", "Draft", "System"])
def test_what_has_no_operational_effect_is_no_warning(status: str) -> None:
    judge(push(Call("a", category=COLLISION, severity=1)))
    score = RiskCase.objects.get().score
    tell(cap("a", status=status, event="10217"))
    _again()
    assert IssuedWarning.objects.count() == 0
    assert RiskCase.objects.get().score == score
    assert Alert.objects.count() == 0
    assert owed("dispatch") == []


def test_a_warning_elsewhere_has_no_effect_here() -> None:
    _judged(Call("a", category=COLLISION, severity=1))
    before = RiskCase.objects.values().get()
    tell(
        cap("far", event="10217", districts=(), polygon=square(LON + 4, LAT + 4)),
        cap("other", event="10217", districts=["350200"]),
        cap("next", event="10217", districts=["990107"]),
    )
    assert _districts() == {"990107"}
    assert owed("assess") == []
    RiskCase.objects.update(state="open")
    risk.assess(case_ids=[before["id"]])
    assert RiskCase.objects.values().get() == before
    assert Assessment.objects.count() == 1
    assert not in_force(IssuedWarning.objects.all(), AT + HOUR, in_city=True).exclude(
        identifier="next"
    )


def test_a_warning_that_leaves_the_city_ends_here() -> None:
    judge(push(Call("a", category=COLLISION, severity=1)))
    calm = RiskCase.objects.get().score
    tell(cap("a", event="10217", districts=(), polygon=square(LON, LAT)))
    _again()
    assert RiskCase.objects.get().score > calm
    away = square(LON + 4, LAT + 4)
    tell(
        cap("u", hours=-5.5, msgType="Update", event="10217", districts=(), polygon=away,
            names=[("a", 0)])
    )  # fmt: skip
    assert standing()["a"] == ("issued", "")  # an Update is not sent before what it updates
    tell(
        cap("v", hours=0.001, msgType="Update", event="10217", districts=(), polygon=away,
            names=[("a", 0)])
    )  # fmt: skip
    assert standing()["a"] == ("updated", "v")
    assert _districts() == {HERE}
    assert not in_force(IssuedWarning.objects.all(), AT + HOUR, in_city=True).exists()


def test_an_area_drawn_reaches_its_districts_and_touches_the_places_in_it() -> None:
    judge(push(Call("in", category=COLLISION), Call("out", category=COLLISION, east=9000)))
    tell(cap("a", event="10217", districts=(), polygon=square(LON, LAT)))
    assert HERE in _districts()
    _again()
    bearing = {
        case.incident_count: case
        for case in RiskCase.objects.select_related("assessment", "subject")
    }
    assert bearing
    values = [
        (abs(case.subject.lon - LON) < 0.02, _term(case, "warning_in_force")["value"])
        for case in RiskCase.objects.select_related("assessment", "subject")
    ]
    assert sorted(values) == [(False, 0.0), (True, 0.75)]


def test_a_record_that_turns_out_to_be_a_test_withdraws_its_warning() -> None:
    tell(CHAIN["a"], CHAIN["u"])
    key = IssuedWarning.objects.get(identifier="u").record
    type(key.record).objects.filter(pk=key.pk).update(operational=False)
    risk.associate(delivery_ids=[key.record.delivery_id])
    assert standing() == {"a": ("issued", ""), "u": ("withdrawn", "")}
    type(key.record).objects.filter(pk=key.pk).update(operational=True)
    risk.associate(delivery_ids=[key.record.delivery_id])
    assert standing() == {"a": ("updated", "u"), "u": ("issued", "")}


def test_an_exercise_and_a_real_warning_do_not_meet() -> None:
    tell(CHAIN["a"])
    tell(cap("c", hours=1, msgType="Cancel", names=[("a", 0)]), exercise=True)
    assert standing()["a"] == ("issued", "")
    judge(push(Call("drill", category=COLLISION), exercise=True))
    WorkItem.objects.all().delete()
    tell(cap("fog", event="10217"))
    assert owed("assess") == []


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_an_answer_is_no_warning(kind: str) -> None:
    tell(CHAIN["a"], cap("x", hours=1, msgType=kind, names=[("a", 0)]))
    assert standing() == {"a": ("issued", "")}


def test_open_cases_that_a_warning_touches_are_owed_step_5() -> None:
    _judged(
        Call("crash", category=COLLISION),
        Call("before", category=COLLISION, minutes=-23 * 60, east=-900),
        Call("long_before", category=COLLISION, minutes=-25 * 60, east=900),
        Call("after", category=COLLISION, minutes=7 * 60, north=900),
        Call("long_after", category=COLLISION, minutes=9 * 60, north=-900),
        Call("loud", category=NOISE, minutes=1),
    )
    tell(cap("fog", event="10217", until=2))
    touched = RiskCase.objects.filter(id__in=owed("assess")).order_by("last_at")
    minutes = [(one.last_at - AT) / timedelta(minutes=1) for one in touched]
    assert minutes == [-23 * 60, 0, 7 * 60]
    assert {one.family for one in touched} == {"traffic"}
    WorkItem.objects.all().delete()
    tell(cap("fog2", event="10217", until=2, hours=1, msgType="Update", names=[("fog", 0)]))
    assert len(owed("assess")) == 3
    WorkItem.objects.all().delete()
    tell(cap("end", hours=1.5, event="10217", msgType="Cancel", names=[("fog2", 1)]))
    assert len(owed("assess")) == 3


def test_settled_cases_are_left_alone() -> None:
    _judged(Call("crash", category=COLLISION))
    RiskCase.objects.update(state="settled")
    tell(cap("fog", event="10217"))
    assert owed("assess") == []


def test_a_cancel_brings_the_score_down_again() -> None:
    judge(push(Call("crash", category=COLLISION, minutes=10 * 60)))
    calm = RiskCase.objects.get().score
    tell(cap("fog", event="10217", until=14, colour="Red"))
    _again()
    case = RiskCase.objects.select_related("assessment").get()
    rule = active_rules().factor("warning_in_force")
    assert rule is not None
    assert case.score == pytest.approx(calm + rule.weight)
    assert _term(case, "warning_in_force")["params"] == {"category": "weather.fog"}
    # Cancelled seven hours before the last evidence: it is as if it had not been.
    tell(cap("end", hours=3, msgType="Cancel", event="10217", names=[("fog", 0)]))
    _again()
    assert RiskCase.objects.get().score == calm


def test_the_passing_of_time_changes_no_score() -> None:
    judge(push(Call("crash", category=COLLISION)))
    tell(cap("fog", event="10217", until=2))
    _again()
    before = list(Assessment.objects.order_by("id").values())
    with fixed(AT + timedelta(days=400)):
        risk.assess(case_ids=list(RiskCase.objects.values_list("id", flat=True)))
    assert list(Assessment.objects.order_by("id").values()) == before


def test_many_warnings_take_as_many_queries_as_one() -> None:
    counted = []
    for count in (2, 1, 40):  # the first warms what the process remembers of the city
        rows = b"".join(row(f"W{count}-{n}", hours=n / 10) for n in range(count))
        (delivery,) = deliver(rows, feed="weather")
        with CaptureQueriesContext(connection) as queries:
            risk.associate(delivery_ids=[delivery])
        counted.append(len(queries))
    assert counted[1] == counted[2]


def _judged(*calls: Call) -> None:
    """Calls up to step 6, nothing owed any more."""
    judge(push(*calls))
    WorkItem.objects.all().delete()


def _again() -> None:
    """Steps 5 and 6 for whatever owes them."""
    risk.assess(case_ids=owed("assess"))
    risk.raise_alerts(case_ids=owed("alert"))


def _term(case: RiskCase, factor: str) -> dict[str, Any]:
    assert case.assessment is not None
    found: dict[str, Any] = next(one for one in case.assessment.terms if one["factor"] == factor)
    return found
