"""One occurrence told by several departments is one incident, whoever tells it first."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from risk import services as risk
from risk.models import CaseIncident, Incident, IncidentRecord, RiskCase
from tests.risk.bureaus import crash, inspect
from tests.risk.calls import AT, COLLISION, FIRE, ZONE, Call, judge, owed, push
from tests.risk.reports import (
    FOOD,
    GAS,
    HAZARD,
    INJURY,
    Complaint,
    Visit,
    complain,
    visit,
)

pytestmark = pytest.mark.django_db
_DAY = AT.astimezone(ZONE).replace(hour=0, minute=0)


def _together() -> set[frozenset[str]]:
    found: dict[object, set[str]] = {}
    for incident, record in IncidentRecord.objects.values_list("incident_id", "record__source_id"):
        found.setdefault(incident, set()).add(record)
    return {frozenset(one) for one in found.values()}


def _grounds(source_id: str) -> list[tuple[str, str]]:
    link = IncidentRecord.objects.get(record__source_id=source_id)
    assert sum(one["weight"] for one in link.grounds) == link.weight
    return [(one["field"], one["level"]) for one in link.grounds]


def test_a_crash_is_told_by_police_traffic_and_clinic() -> None:
    risk.associate(
        delivery_ids=[
            visit(Visit("hurt", east=40, code=INJURY, severity="危急")),
            push(Call("call", minutes=4, east=30, category=COLLISION)),
            crash("accident"),
        ]
    )
    assert _together() == {frozenset({"hurt", "call", "accident"})}
    incident = Incident.objects.get(record_count=3)
    assert (incident.category, incident.family) == ("traffic.collision", "traffic")
    assert (incident.severity, incident.feed_count) == (1, 3)
    assert incident.first_at == AT
    assert incident.last_at == AT + timedelta(minutes=4)
    assert (incident.until_at, incident.shown_decimals) == (None, None)
    assert dict(_grounds("hurt"))["place"] == "in_reach"  # no nearer than it may be shown
    assert dict(_grounds("hurt"))["time"] == "same_day"
    assert dict(_grounds("hurt"))["kind"] == "part_of_it"


def test_it_does_not_matter_which_department_tells_first() -> None:
    senders = (
        lambda: visit(Visit("hurt", east=40, code=INJURY)),
        lambda: push(Call("call", minutes=4, east=30, category=COLLISION)),
        lambda: crash("accident"),
        lambda: complain(Complaint("far", east=2000)),
    )
    for order in permutations(senders):
        mark = transaction.savepoint()
        for send in order:
            risk.associate(delivery_ids=[send()])
        assert _together() == {frozenset({"hurt", "call", "accident"}), frozenset({"far"})}
        transaction.savepoint_rollback(mark)


def test_what_moves_to_another_incident_leaves_an_empty_one_and_its_case() -> None:
    judge(visit(Visit("hurt", code=INJURY)))
    lone = Incident.objects.get()
    assert lone.family == "health"
    judge(crash("accident"))
    lone.refresh_from_db()
    assert lone.record_count == 0
    assert Incident.objects.get(record_count=2).family == "traffic"
    assert not CaseIncident.objects.filter(incident=lone).exists()
    assert RiskCase.objects.get(family="health").incident_count == 0


def test_what_somebody_works_on_is_not_taken_from_their_hands() -> None:
    judge(visit(Visit("hurt", code=INJURY)))
    RiskCase.objects.update(state="in_hand")
    judge(crash("accident"))
    assert _together() == {frozenset({"hurt"}), frozenset({"accident"})}


def test_parts_of_nothing_stand_alone() -> None:
    risk.associate(
        delivery_ids=[visit(*(Visit(f"v{one}", east=one * 5, code=INJURY) for one in range(3)))]
    )
    assert len(_together()) == 3


def test_a_hazard_is_part_of_a_fire_and_no_fire_by_itself() -> None:
    risk.associate(delivery_ids=[complain(Complaint("h", kind=HAZARD)), inspect("i", hours=0.5)])
    assert _together() == {frozenset({"h", "i"})}
    assert Incident.objects.get().category == "fire.hazard"
    risk.associate(delivery_ids=[push(Call("f", east=900, category=FIRE))])
    risk.associate(delivery_ids=[complain(Complaint("g", minutes=20, east=850, kind=HAZARD))])
    fire = Incident.objects.get(category="fire")
    assert fire.record_count == 2


def test_an_outbreak_of_days_is_one_incident_known_to_the_day() -> None:
    risk.associate(delivery_ids=[visit(*(Visit(f"v{one}", east=one * 80) for one in range(4)))])
    incident = Incident.objects.get()
    assert (incident.first_at, incident.last_at) == (_DAY, _DAY)
    assert incident.until_at == _DAY + timedelta(days=1)
    assert incident.shown_decimals == 3
    risk.associate(delivery_ids=[visit(Visit("next", days=1, east=100))])
    incident.refresh_from_db()
    assert (incident.first_at, incident.last_at) == (_DAY, _DAY + timedelta(days=1))
    assert incident.until_at == _DAY + timedelta(days=2)


def test_an_exact_report_tells_when_an_outbreak_was_and_where_it_may_be_shown() -> None:
    risk.associate(delivery_ids=[visit(Visit("v1", east=200), Visit("v2", east=240))])
    risk.associate(delivery_ids=[complain(Complaint("c", minutes=60, kind=FOOD))])
    incident = Incident.objects.get()
    at = AT + timedelta(hours=1)
    assert (incident.first_at, incident.last_at, incident.until_at) == (at, at, None)
    assert incident.shown_decimals is None
    # The mean of all would tell where the patients live.
    assert incident.lon == pytest.approx(120.30, abs=2e-5)
    assert dict(_grounds("c"))["kind"] == "same_occurrence"


def test_categories_of_one_family_are_not_one_occurrence() -> None:
    risk.associate(delivery_ids=[push(Call("p", category=COLLISION)), complain(Complaint("n"))])
    risk.associate(delivery_ids=[complain(Complaint("parked", kind=("交通管理", "违法停车")))])
    assert len(_together()) == 3


def _addressed(source_id: str, minutes: float, address: str = "临江区滨江花园") -> Complaint:
    return Complaint(source_id, minutes=minutes, placed=False, address=address)


def test_an_address_joins_the_one_incident_of_its_place() -> None:
    risk.associate(
        delivery_ids=[
            complain(Complaint("a"), Complaint("b", minutes=10, east=20), _addressed("c", 30)),
            complain(_addressed("other", 30, "临江区银湖小区")),
            complain(_addressed("late", 600)),
        ]
    )
    assert frozenset("abc") in _together()
    assert len(_together()) == 3
    assert dict(_grounds("c"))["place"] == "same_place"
    incident = Incident.objects.get(record_count=3)
    assert incident.h3 is not None
    assert incident.lon == pytest.approx(120.3001, abs=2e-5)


def test_an_address_that_came_first_joins_once_others_locate_the_incident() -> None:
    for delivery in (
        complain(_addressed("c", 5)),
        complain(Complaint("a")),
        complain(Complaint("b", minutes=8, east=15)),
    ):
        risk.associate(delivery_ids=[delivery])
    assert _together() == {frozenset("abc")}


def test_two_incidents_at_one_place_get_no_report_without_a_position() -> None:
    pairs = [Complaint(f"{side}{one}", east=side * 900 + one) for side in (0, 1) for one in (0, 1)]
    risk.associate(delivery_ids=[complain(*pairs, _addressed("c", 10))])
    assert frozenset({"c"}) in _together()
    assert len(_together()) == 3


def test_reports_without_a_position_are_judged_at_their_place_or_alone() -> None:
    judge(
        complain(
            _addressed("a", 0),
            _addressed("b", 3 * 24 * 60),
            _addressed("c", 0, "临江区"),
            _addressed("d", 3 * 24 * 60, "临江区"),
            _addressed("e", 0, "不详"),
        )
    )
    cases = {one.subject.key: one for one in RiskCase.objects.select_related("subject")}
    place = cases["place:990102:滨江花园"]
    assert (place.incident_count, place.district) == (2, "990102")
    # A district is no place: what happened somewhere in it is not what happened there again.
    area = RiskCase.objects.filter(subject__key="area:990102")
    assert sorted(area.values_list("incident_count", flat=True)) == [1, 1]
    assert RiskCase.objects.get(subject__key__startswith="area:990100").district == ""
    assert RiskCase.objects.count() == 4


def test_nothing_is_touched_when_all_departments_are_associated_again() -> None:
    deliveries = [
        visit(Visit("hurt", code=INJURY), Visit("v1", east=300), Visit("v2", east=320)),
        push(Call("call", minutes=4, category=COLLISION)),
        complain(Complaint("a", kind=GAS), _addressed("c", 30)),
        crash("accident"),
        inspect("i"),
    ]
    for delivery in deliveries:
        risk.associate(delivery_ids=[delivery])
    before = _state()
    risk.gather(incident_ids=owed("gather"))
    again = list(reversed(deliveries))
    risk.associate(delivery_ids=again)
    risk.associate(delivery_ids=again[:2])
    assert _state() == before


def _state() -> list[object]:
    incidents: list[tuple[datetime, ...]] = list(
        Incident.objects.order_by("id").values_list(
            "id", "number", "category", "first_at", "last_at", "until_at", "record_count",
            "updated_at",
        )
    )  # fmt: skip
    links = IncidentRecord.objects.order_by("id").values_list("id", "record_id", "incident_id")
    return [incidents, list(links)]
